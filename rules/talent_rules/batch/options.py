"""What a batch was asked to do, and the ways it can end early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

#: Rows a chunk: a second or two of work, so that little is lost; more where figures need no words
CHUNKS = {"exact": 2_000}
CHUNK, FIGURES = 20_000, 40_000


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
    sheets: tuple[str, ...] = ()
    limit: int | None = None
    dry_run: bool = False
    resume: bool = False
    engine: str = "columns"
    shard: tuple[int, int] = (1, 1)
    chunk: int | None = None

    @property
    def rows(self) -> int:
        """Rows a chunk."""
        return self.chunk or CHUNKS.get(self.engine) or (FIGURES if self.figures else CHUNK)

    @property
    def figures(self) -> bool:
        """Whether the result is a table of figures and codes rather than of words."""
        return self.output is not None and self.output.suffix.lower() not in (".xlsx", ".csv", ".jsonl")
