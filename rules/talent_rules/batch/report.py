"""What a batch was asked to do, how it went, and the ways it can stop."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import FrameType

from talent_rules.batch.problems import RowProblem
from talent_rules.batch.source import Source
from talent_rules.batch.summary import Tally

#: Problems told one by one; all of them stand in the result
KEPT_PROBLEMS = 200
#: Rows a chunk: a second or two of work, so that little is lost
CHUNKS = {"exact": 2_000}
CHUNK = 20_000


class Interrupted(Exception):
    """The run was asked to stop; what is done is kept. `done` rows of this step."""

    def __init__(self, done: int) -> None:
        super().__init__(done)
        self.done = done


class Mismatch(Exception):
    """`--resume` was asked for, but something is not as it was."""

    def __init__(self, what: Sequence[str]) -> None:
        super().__init__("、".join(what))


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. `as_of` None: today, or the day of the run that is resumed."""

    source: Path
    output: Path | None = None
    as_of: date | None = None
    maps: tuple[str, ...] = ()
    sheet: str | None = None
    limit: int | None = None
    dry_run: bool = False
    resume: bool = False
    engine: str = "columns"
    shard: tuple[int, int] = (1, 1)
    chunk: int | None = None

    @property
    def rows(self) -> int:
        """Rows a chunk."""
        return self.chunk or CHUNKS.get(self.engine, CHUNK)

    @property
    def figures(self) -> bool:
        """Whether the result is a table of figures and codes rather than of words."""
        return self.output is not None and self.output.suffix.lower() not in (".xlsx", ".csv", ".jsonl")


@dataclass(slots=True)
class Report:
    """How it went."""

    options: Options
    as_of: date
    source: Source
    tally: Tally = field(default_factory=Tally)
    problems: list[RowProblem] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    outputs: list[Path] = field(default_factory=list)
    resumed: int = 0

    def tell(self, problems: Iterable[RowProblem]) -> None:
        """More problems, of which the first are kept."""
        for problem in problems:
            if len(self.problems) >= KEPT_PROBLEMS:
                return
            self.problems.append(problem)


class Stop:
    """Set by SIGINT and SIGTERM; asked between rows."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """A signal has come."""
        self.asked = True


@contextmanager
def many_objects() -> Iterator[None]:
    """Look for cyclic garbage less often: rows make none, and there are very many of them."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Catch the signals that ask for an end, so that the end is clean. Only in the main thread."""
    stop = Stop()
    before = {}
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            before[name] = signal.signal(name, stop)
        except ValueError:  # not the main thread: somebody else's signals
            break
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
