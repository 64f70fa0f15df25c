"""Progress on standard error: a bar with rows a second and time left on a terminal, else a line every 5 seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

EVERY = 5.0


class Progress:
    """Counts rows of one step of the work; `total` None when it is not known."""

    def __init__(
        self, step: str, total: int | None, stream: TextIO, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._step, self._total, self._stream, self._clock = step, total, stream, clock
        self._done = 0
        self._start = self._said = clock()
        self._bar: Bar | None = None

    def __enter__(self) -> Progress:
        if self._stream.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as RichProgress

            self._bar = RichProgress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]} 行/秒"),
                TimeRemainingColumn(),
                console=Console(file=self._stream),
                transient=True,
            )
            self._bar.add_task(self._step, total=self._total, rate="–")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        self._done += rows
        now = self._clock()
        rate = self._done / max(now - self._start, 1e-6)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._done, rate=f"{rate:,.0f}")
        elif now - self._said >= EVERY:
            self._said = now
            print(self._line(rate), file=self._stream, flush=True)

    def _line(self, rate: float) -> str:
        if not self._total:
            return f"{self._step}：{self._done:,} 行，{rate:,.0f} 行/秒"
        left = max(0, self._total - self._done) / max(rate, 1e-6)
        return f"{self._step}：{self._done:,}/{self._total:,} 行，{rate:,.0f} 行/秒，约剩 {left:,.0f} 秒"
