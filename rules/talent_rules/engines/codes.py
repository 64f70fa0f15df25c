"""A small number per row and axis for what is known of it: one cell, everything, or any set of cells.

Codes below the number of cells are single cells. Further codes are handed out as sets of cells turn
up; an axis the sources leave open has codes of its own.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from threading import RLock

import numpy as np
import numpy.typing as npt

from talent_rules.cells import Cells, Line, mask_of
from talent_rules.conditions import Axis
from talent_rules.engines.deriving import Derived
from talent_rules.engines.known import NO_HI, NO_LO, Coded, Exact, Ints, Known, Numbers, scale_of
from talent_rules.model import Value
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Vocabulary

AxisRows = npt.NDArray[np.uint16]
_MANY_CUTS, _TABLES_KEPT = 24, 4096


class AxisCodes:
    """The codes of one axis; grows, and raises its `capacity` when it has to. `openable`: sources may leave it open."""

    def __init__(self, cells: Cells, openable: bool) -> None:
        self.cells, self.openable = cells, openable
        self.meanings: list[tuple[int, bool]] = [(1 << i, False) for i in range(cells.size)]
        self._codes = {meaning: code for code, meaning in enumerate(self.meanings)}
        self._lock = RLock()
        self.unknown = self.code(cells.full)
        # Yes, no, unknown, and perhaps left open, is all a flag can be; of other axes much can be known in part.
        room = openable if cells.size == 2 else 2 + cells.size // 2
        self.capacity = len(self.meanings) + room

    def code(self, mask: int, oracle: bool = False) -> int:
        """The code of a set of cells; `oracle` where the sources leave the axis open, which one cell never is."""
        oracle = oracle and mask & (mask - 1) != 0
        with self._lock:
            found = self._codes.get((mask, oracle))
            if found is None:
                found = len(self.meanings)
                if found >= 1 << 16:
                    raise OverflowError("more than 65,536 different partial answers on one axis")
                self.meanings.append((mask, oracle))
                self._codes[mask, oracle] = found
                while found >= getattr(self, "capacity", 1 << 16):
                    self.capacity = 2 * self.capacity + 4
            return found


class Encoder:
    """From what is known in a block to one code per row and axis, before implications."""

    def __init__(self, base: RuleBase) -> None:
        self.vocabulary: Vocabulary = base.vocabulary
        self.names = tuple(base.cells)
        ways = {f.id: f.derivation for f in base.vocabulary.derived}
        listed = {name for name, how in ways.items() if how and how.kind == "member" and how.on}
        self.axes = [AxisCodes(cells, axis.field in listed and not axis.facet) for axis, cells in base.cells.items()]
        self.anchors = tuple((a.field, a.facet[1:]) for a in self.names if a.facet.startswith("@"))
        self._lines = [
            _Line(codes, scale_of(self.vocabulary.fields[axis.field])) if isinstance(codes.cells, Line) else None
            for axis, codes in zip(self.names, self.axes, strict=True)
        ]
        self._tables: dict[tuple[int, int], tuple[tuple[Value | None, ...], AxisRows, bool]] = {}

    def encode(self, block: Derived, rows: int) -> list[AxisRows]:
        """One code per row for every axis."""
        return [self._axis(number, block, rows) for number in range(len(self.names))]

    def _axis(self, number: int, block: Derived, rows: int) -> AxisRows:
        axis, codes, line = self.names[number], self.axes[number], self._lines[number]
        known = _source(axis, block)
        if isinstance(known, Numbers) and line is not None:
            found = line.encode(known)
        elif isinstance(known, Coded):
            found = self._coded(number, known)
        else:
            found = np.full(rows, codes.unknown, dtype=np.uint16)
        left_open = block.undecided.get(axis.field)
        if left_open is not None and not axis.facet and bool(left_open.any()):
            found = np.where(left_open, np.uint16(codes.code(codes.cells.full, True)), found)
        return found

    def _coded(self, number: int, known: Coded) -> AxisRows:
        kept = self._tables.get((number, id(known.values)))
        if kept is None or kept[0] is not known.values:
            if len(self._tables) >= _TABLES_KEPT:
                self._tables.clear()
            found = [self._of_value(self.names[number], self.axes[number], v) for v in known.values]
            kept = known.values, np.array(found, dtype=np.uint16), found == list(range(len(found)))
            self._tables[number, id(known.values)] = kept
        _, table, same = kept
        if same and known.codes.dtype == np.uint16:
            return known.codes.view(np.uint16)
        return np.take(table, known.codes)

    def _of_value(self, axis: Axis, codes: AxisCodes, value: Value | None) -> int:
        if value is None:
            return codes.unknown
        if axis.facet and not axis.facet.startswith("@"):
            held = _facet(axis, value, self.vocabulary)
            return codes.unknown if held is None else codes.code(2 if held else 1)
        mask = mask_of(codes.cells, value)
        return codes.code(mask & codes.cells.full or mask)


def _source(axis: Axis, block: Derived) -> Known | None:
    if axis.facet.startswith("@"):
        return block.anchored.get((axis.field, axis.facet[1:]))
    return block.known.get(axis.field)


def _facet(axis: Axis, value: Value, vocabulary: Vocabulary) -> bool | None:
    """Whether a value stands in the set, bears the name, or is on the list that a facet asks for."""
    sign, rest = axis.facet[0], axis.facet[1:]
    if sign == "∋":
        return rest in value if isinstance(value, frozenset) else None
    if not isinstance(value, str):
        return None
    return value == rest if sign == "=" else vocabulary.reference.lists[rest].holds(value, None)


class _Line:
    """Numbers to cells by their place among the cuts."""

    def __init__(self, codes: AxisCodes, scale: int) -> None:
        assert isinstance(codes.cells, Line)
        self.line, self.codes = codes.cells, codes
        self.steps = _steps(self.line, scale)

    def encode(self, known: Numbers) -> AxisRows:
        """One number lies in one cell; what is known in part gets a code per pair of outermost cells."""
        if isinstance(known, Exact):
            found = _past(self.steps, known.value)
            return found if bool(known.given.all()) else np.where(known.given, found, np.uint16(self.codes.unknown))
        found, last = _past(self.steps, known.lo), _past(self.steps, known.hi)
        vague = np.flatnonzero(found != last)
        if vague.size:
            pairs, back = np.unique(found[vague] * np.intp(self.line.size) + last[vague], return_inverse=True)
            codes = [self._pair(*divmod(pair, self.line.size)) for pair in pairs.tolist()]
            found[vague] = np.array(codes, dtype=np.uint16)[back.reshape(-1)]
        return found

    def _pair(self, first: int, last: int) -> int:
        mask = (1 << (last + 1)) - (1 << first) if last >= first else 0
        return self.codes.code(mask & self.line.full or mask)


def cells_past(line: Line, scale: int, values: Ints) -> AxisRows:
    """The cell each number lies in; numbers are parts of 1/scale."""
    return _past(_steps(line, scale), values)


def _steps(line: Line, scale: int) -> Ints:
    """A number lies past a cut exactly when it is at least this many parts."""
    return np.array([_first_past(Fraction(value) * scale, after) for value, after in line.cuts], dtype=np.int64)


def _past(steps: Ints, values: Ints) -> AxisRows:
    """How many cuts each number lies past. Comparing with a few is faster than searching."""
    if len(steps) > _MANY_CUTS:
        return np.searchsorted(steps, values, side="right").astype(np.uint16)
    found = np.zeros(len(values), dtype=np.uint16)
    for step in steps:
        found += values >= step
    return found


def _first_past(cut: Fraction, after: int) -> int:
    whole = cut.numerator if cut.denominator == 1 else ceil(cut)
    return max(NO_LO + 1, min(NO_HI - 1, whole + 1 if after and cut.denominator == 1 else whole))
