"""Table-driven automata that fold a row of small codes into a state, filled in as rows need it.

A `Fold` reads one code a level; `step` is asked only for pairs of state and code that really occur, and
two rows whose futures cannot differ share a state. A `Ladder` climbs several levels of it at a time, so
that a batch costs one gather for a handful of codes, and leaves out the rows whose end is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Sequence
from dataclasses import dataclass
from math import prod
from threading import RLock
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]
Keys = npt.NDArray[np.integer[Any]]
Entries = npt.NDArray[np.int32]
S = TypeVar("S")

#: (level, state, code) → what tells the next state from others, and the next state
Step = Callable[[int, S, int], tuple[Hashable, S]]


class Fold(Generic[S]):
    """States reached by reading codes level by level; safe to share between threads."""

    def __init__(self, widths: Sequence[int], start: S, step: Step[S]) -> None:
        self.widths = list(widths)
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

    def state(self, level: int, number: int) -> S:
        """A state before a level."""
        return self._levels[level][number]

    def end(self, key: Hashable, state: S) -> int:
        """The number of a last state that no row has to be read to the end for."""
        with self._lock:
            number = self._numbers[-1].setdefault(key, len(self._levels[-1]))
            if number == len(self._levels[-1]):
                self._levels[-1].append(state)
            return number

    def ended(self, key: Hashable) -> int | None:
        """The number of the last state told by this key, if anybody came to it."""
        return self._numbers[-1].get(key)

    def widen(self, level: int, width: int) -> None:
        """Make room for more codes at a level."""
        with self._lock:
            self._tables[level] = widened(self._tables[level], self.widths[level], width, -1)
            self.widths[level] = width

    def run(self, codes: Sequence[Keys], rows: int) -> Indices:
        """The number of the last state of each row. `codes` has one array a level."""
        return self.climb(np.zeros(rows, dtype=np.intp), 0, codes)

    def climb(self, states: Indices, level: int, codes: Sequence[Keys]) -> Indices:
        """The numbers of the states reached from others by reading codes from a level on."""
        for code in codes:
            places = states * self.widths[level] + code
            states = np.take(self._tables[level], places)
            if states.size and int(states.min()) < 0:
                self._fill(level, np.unique(places[states < 0]))
                states = np.take(self._tables[level], places)
            level += 1
        return states

    def _fill(self, level: int, places: Indices) -> None:
        width = self.widths[level]
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
                        self._grow(level + 1, (number + 1) * self.widths[level + 1])
                self._tables[level][place] = number

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


_UNSEEN = np.iinfo(np.int32).min
_FIRST, _LATER, _LARGEST = 1 << 13, 1 << 8, 1 << 22

#: (level, number of a state before it) → the end every row in it comes to, None while rows can differ
Settled = Callable[[int, int], int | None]
#: (first level, last, rows asked for or None for all) → the codes of those levels as the digits of one number
Read = Callable[[int, int, Indices | None], Keys]


def widened(table: Any, width: int, more: int, nothing: int) -> Any:
    """A table of `width` places a state with more places for each."""
    found = np.full((len(table) // width, more), nothing, dtype=table.dtype)
    found[:, :width] = table.reshape(-1, width)
    return found.reshape(-1)


@dataclass(frozen=True, slots=True)
class _Rungs:
    """The groups of levels, and for each how many codes it has together, a table of so many places a state, and
    the entries it was filled with."""

    groups: tuple[tuple[int, int], ...]
    tables: list[tuple[int, Entries]]
    entries: tuple[dict[int, int], ...]


class _TooLarge(Exception):
    """A table would have too many places."""


class Ladder(Generic[S]):
    """A fold climbed a group of levels at a time. A row that can only come to one end leaves early.

    An entry of a table is the number of the state that a row comes to, or −2 − the end. The codes of levels `apart`
    are not known beforehand: they stand alone, and their tables grow with them.
    """

    def __init__(self, fold: Fold[S], settled: Settled, apart: Container[int] = ()) -> None:
        self.fold, self._settled, self._apart = fold, settled, apart
        self._lock = RLock()
        self._rungs = self._build(_LATER)

    def _build(self, later: int) -> _Rungs:
        self._later = later
        groups = tuple(_groups(self.fold.widths, later, self._apart))
        widths = [prod(self.fold.widths[a:b]) for a, b in groups]
        return _Rungs(groups, [(w, np.full(w, _UNSEEN, dtype=np.int32)) for w in widths], tuple({} for _ in groups))

    def run(self, read: Read, rows: int, live: Indices | None = None) -> Entries:
        """The number of the end of each row, or of each of those `live`."""
        while True:
            rungs = self._rungs
            if not rungs.groups:
                return np.zeros(rows if live is None else len(live), dtype=np.int32)
            try:
                return self._climbed(rungs, read, live)
            except _TooLarge:
                with self._lock:
                    if rungs is self._rungs:
                        self._rungs = self._build(self._later // 4)

    def _climbed(self, rungs: _Rungs, read: Read, live: Indices | None) -> Entries:
        found = self._looked_up(rungs, 0, None, read(*rungs.groups[0], live))
        if len(rungs.groups) > 1:
            on = np.flatnonzero(found >= 0)
            states = np.take(found, on)
            for number, group in enumerate(rungs.groups[1:], 1):
                if not on.size:
                    break
                codes = read(*group, on if live is None else np.take(live, on))
                reached = self._looked_up(rungs, number, states, codes)
                found[on] = reached
                still = np.flatnonzero(reached >= 0)
                on, states = np.take(on, still), np.take(reached, still)
        return np.subtract(-2, found, out=found)

    def _looked_up(self, rungs: _Rungs, number: int, states: Entries | None, codes: Keys) -> Entries:
        first = rungs.groups[number][0]
        if first in self._apart and codes.size and int(codes.max()) >= rungs.tables[number][0]:
            self._widen(rungs, number, int(codes.max()) + 1)
        width, table = rungs.tables[number]
        places = codes if states is None else states * width + codes
        found: Entries = np.take(table, places)
        if found.size and int(found.min()) == _UNSEEN:
            with self._lock:
                self._fill(rungs, number, *np.divmod(np.unique(places[found == _UNSEEN]).astype(np.intp), width))
                width, table = rungs.tables[number]
            found = np.take(table, codes if states is None else states * width + codes)
        return found

    def _widen(self, rungs: _Rungs, number: int, wanted: int) -> None:
        with self._lock:
            width, table = rungs.tables[number]
            if width < wanted:
                more = max(2 * width, wanted)
                if self.fold.widths[rungs.groups[number][0]] < more:
                    self.fold.widen(rungs.groups[number][0], more)
                rungs.tables[number] = more, widened(table, width, more, _UNSEEN)

    def _fill(self, rungs: _Rungs, number: int, states: Indices, keys: Indices) -> None:
        first, last = rungs.groups[number]
        width, table = rungs.tables[number]
        places, codes = states * width + keys, []
        for each in reversed(self.fold.widths[first:last]):
            keys, code = np.divmod(keys, each)
            codes.append(code)
        reached = self.fold.climb(states, first, codes[::-1])
        entries = rungs.entries[number]
        for state in np.unique(reached).tolist():
            if state not in entries:
                entries[state] = self._entry(rungs, number, state)
        table[places] = [entries[s] for s in reached.tolist()]

    def _entry(self, rungs: _Rungs, number: int, state: int) -> int:
        if number + 1 == len(rungs.groups):
            return -2 - state
        end = self._settled(rungs.groups[number][1], state)
        if end is not None:
            return -2 - end
        width, table = rungs.tables[number + 1]
        size = (state + 1) * width
        if size > _LARGEST and self._later > 1:
            raise _TooLarge
        if len(table) < size:
            longer = np.full(max(size, 2 * len(table)), _UNSEEN, dtype=np.int32)
            longer[: len(table)] = table
            rungs.tables[number + 1] = width, longer
        return state


def _groups(widths: Sequence[int], later: int, apart: Container[int]) -> Sequence[tuple[int, int]]:
    """Levels in groups of few enough codes together; a level alone may have more."""
    found: list[tuple[int, int]] = []
    start, room = 0, 1
    for level, width in enumerate(widths):
        alone = level in apart or (level > 0 and level - 1 in apart)
        if level > start and (alone or room * width > (later if found else _FIRST)):
            found.append((start, level))
            start, room = level, 1
        room *= width
    if len(widths) > start:
        found.append((start, len(widths)))
    return found
