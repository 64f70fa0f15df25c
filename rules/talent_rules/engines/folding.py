"""A table-driven automaton that folds a row of small codes into a state, filled in as rows need it.

Each level reads one code; `step` is asked only for pairs of state and code that really occur, and
two rows whose futures cannot differ share a state. A batch then costs one addition and one gather a
level.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from threading import RLock
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]
S = TypeVar("S")

#: (level, state, code) → what tells the next state from others, and the next state
Step = Callable[[int, S, int], tuple[Hashable, S]]


class Fold(Generic[S]):
    """States reached by reading codes level by level; safe to share between threads."""

    def __init__(self, widths: Sequence[int], start: S, step: Step[S]) -> None:
        self.widths = tuple(widths)
        self._step = step
        self._lock = RLock()
        self._levels: list[list[S]] = [[] for _ in range(len(self.widths) + 1)]
        self._numbers: list[dict[Hashable, int]] = [{} for _ in self._levels]
        self._tables: list[Indices] = [np.full(w, -1, dtype=np.intp) for w in self.widths]
        self._levels[0].append(start)

    @property
    def ends(self) -> Sequence[S]:
        """The states after the last level, by number; grows as rows are run."""
        return self._levels[-1]

    def run(self, codes: Sequence[Indices], rows: int) -> Indices:
        """The number of the last state of each row. `codes` has one array a level."""
        offset: Indices = np.zeros(rows, dtype=np.intp)
        for level, code in enumerate(codes):
            offset = offset + code
            found = np.take(self._tables[level], offset)
            if found.size and int(found.min()) < 0:
                self._fill(level, np.unique(offset[found < 0]))
                found = np.take(self._tables[level], offset)
            offset = found
        return offset

    def _fill(self, level: int, places: Indices) -> None:
        width = self.widths[level]
        stride = self.widths[level + 1] if level + 1 < len(self.widths) else 1
        with self._lock:
            for place in places.tolist():
                if self._tables[level][place] >= 0:
                    continue
                state, code = divmod(place, width)
                key, following = self._step(level, self._levels[level][state], code)
                number = self._numbers[level + 1].get(key)
                if number is None:
                    number = len(self._levels[level + 1])
                    self._levels[level + 1].append(following)
                    self._numbers[level + 1][key] = number
                    if level + 1 < len(self.widths):
                        self._grow(level + 1, (number + 1) * stride)
                self._tables[level][place] = number * stride

    def _grow(self, level: int, size: int) -> None:
        """Make room before a state is shown to anybody, so that no reader runs past the end."""
        table = self._tables[level]
        if len(table) < size:
            longer = np.full(max(size, 2 * len(table)), -1, dtype=np.intp)
            longer[: len(table)] = table
            self._tables[level] = longer

    @property
    def states(self) -> int:
        """How many states there are over all levels."""
        return sum(len(level) for level in self._levels)
