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
from talent_rules.engines.known import NO_HI, NO_LO, Coded, Ints, Known, Numbers, scale_of
from talent_rules.model import Value
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Vocabulary

AxisRows = npt.NDArray[np.uint16]


class AxisCodes:
    """The codes of one axis; grows, and doubles its `capacity` when it has to."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.meanings: list[tuple[int, bool]] = [(1 << i, False) for i in range(cells.size)]
        self._codes = {meaning: code for code, meaning in enumerate(self.meanings)}
        self._lock = RLock()
        self.unknown = self.code(cells.full)
        self.capacity = 1 << (2 * len(self.meanings) - 1).bit_length()

    def code(self, mask: int, oracle: bool = False) -> int:
        """The code of a set of cells; `oracle` where the sources leave the axis open."""
        with self._lock:
            found = self._codes.get((mask, oracle))
            if found is None:
                found = len(self.meanings)
                if found >= 1 << 16:
                    raise OverflowError("more than 65,536 different partial answers on one axis")
                self.meanings.append((mask, oracle))
                self._codes[mask, oracle] = found
                while found >= getattr(self, "capacity", 1 << 16):
                    self.capacity *= 2
            return found


class Encoder:
    """From what is known in a block to one code per row and axis, before implications."""

    def __init__(self, base: RuleBase) -> None:
        self.vocabulary: Vocabulary = base.vocabulary
        self.axes = [AxisCodes(cells) for cells in base.cells.values()]
        self.names = tuple(base.cells)
        self.anchors = tuple((a.field, a.facet[1:]) for a in self.names if a.facet.startswith("@"))
        self._lines = [
            _Line(codes, scale_of(self.vocabulary.fields[axis.field])) if isinstance(codes.cells, Line) else None
            for axis, codes in zip(self.names, self.axes, strict=True)
        ]

    def encode(self, block: Derived, rows: int) -> list[AxisRows]:
        """One code per row for every axis."""
        return [self._axis(number, block, rows) for number in range(len(self.names))]

    def _axis(self, number: int, block: Derived, rows: int) -> AxisRows:
        axis, codes, line = self.names[number], self.axes[number], self._lines[number]
        known = _source(axis, block)
        if isinstance(known, Numbers) and line is not None:
            found = line.encode(known)
        elif isinstance(known, Coded):
            found = self._coded(axis, codes, known)
        else:
            found = np.full(rows, codes.unknown, dtype=np.uint16)
        left_open = block.undecided.get(axis.field)
        if left_open is not None and not axis.facet and bool(left_open.any()):
            found = np.where(left_open, np.uint16(codes.code(codes.cells.full, True)), found)
        return found

    def _coded(self, axis: Axis, codes: AxisCodes, known: Coded) -> AxisRows:
        table = np.array([self._of_value(axis, codes, v) for v in known.values], dtype=np.uint16)
        found: AxisRows = np.take(table, known.codes)
        return found

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
        # A number lies past a cut exactly when it is at least this many parts.
        steps = [_first_past(Fraction(value) * scale, after) for value, after in self.line.cuts]
        self.steps: Ints = np.array(steps, dtype=np.int64)

    def encode(self, known: Numbers) -> AxisRows:
        """One number lies in one cell; what is known in part gets a code per pair of outermost cells."""
        first = np.searchsorted(self.steps, known.lo, side="right")
        last = np.searchsorted(self.steps, known.hi, side="right")
        found: AxisRows = first.astype(np.uint16)
        vague = np.flatnonzero(first != last)
        if vague.size:
            pairs, back = np.unique(first[vague] * self.line.size + last[vague], return_inverse=True)
            codes = [self._pair(*divmod(pair, self.line.size)) for pair in pairs.tolist()]
            found[vague] = np.array(codes, dtype=np.uint16)[back.reshape(-1)]
        return found

    def _pair(self, first: int, last: int) -> int:
        mask = (1 << (last + 1)) - (1 << first) if last >= first else 0
        return self.codes.code(mask & self.line.full or mask)


def _first_past(cut: Fraction, after: int) -> int:
    whole = cut.numerator if cut.denominator == 1 else ceil(cut)
    return max(NO_LO + 1, min(NO_HI - 1, whole + 1 if after and cut.denominator == 1 else whole))
