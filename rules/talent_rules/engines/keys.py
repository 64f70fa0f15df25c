"""The codes of a block as benefits read them: cells that a benefit does not tell apart are as one,
and the codes of several axes are joined into one key.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock

import numpy as np

from talent_rules.engines.codes import AxisCodes, AxisRows

_FEW_CLASSES, _MANY_CODES = 6, 16


class Reading:
    """How some benefits read the codes of one axis.

    Axes of many cells, such as dates, are translated to a few codes of their own.
    """

    def __init__(self, axis: int, codes: AxisCodes, classes: tuple[int, ...]) -> None:
        self.axis, self.classes = axis, classes
        self._codes, self._lock = codes, RLock()
        few = (2 if codes.openable else 1) << len(classes) if len(classes) <= _FEW_CLASSES else codes.capacity
        self.translated = codes.capacity > _MANY_CODES and few < codes.capacity
        self.width = few if self.translated else codes.capacity
        self._table: AxisRows = np.zeros(0, dtype=np.uint16)
        self._meanings: list[tuple[int, bool]] = []

    @property
    def stale(self) -> bool:
        """Whether codes were handed out that this reading has no room for."""
        return not self.translated and self.width != self._codes.capacity

    @property
    def unknown(self) -> int:
        """The code of an axis of which nothing is known."""
        return int(self._translation()[self._codes.unknown]) if self.translated else self._codes.unknown

    def read(self, codes: AxisRows) -> AxisRows:
        """The codes as a fold takes them."""
        return np.take(self._translation(), codes) if self.translated else codes

    def meaning(self, code: int) -> tuple[int, bool]:
        """The cells a code leaves possible, and whether nobody can settle the axis."""
        if code >= len(self._meanings):
            self._translation()
        return self._meanings[code]

    def _translation(self) -> AxisRows:
        """The code each code of the axis is read as: equal meanings have one, where codes are translated."""
        meanings = self._codes.meanings
        if len(self._table) < len(meanings):
            with self._lock:
                found = [(self._merged(mask), oracle) for mask, oracle in meanings[: len(meanings)]]
                if self.translated:
                    self._meanings += [m for m in dict.fromkeys(found) if m not in self._meanings]
                    self._table = np.array([self._meanings.index(m) for m in found], dtype=np.uint16)
                else:
                    self._meanings, self._table = found, np.arange(len(found)).astype(np.uint16)
        return self._table

    def _merged(self, mask: int) -> int:
        return sum(c for c in self.classes if c & mask)


class Readings:
    """The readings of a rule base, each once, so that a block is read once for all benefits alike."""

    def __init__(self, codes: Sequence[AxisCodes]) -> None:
        self._codes = codes
        self._kept: dict[tuple[int, tuple[int, ...]], Reading] = {}

    def of(self, axis: int, asked: Sequence[int], exact: bool) -> Reading:
        """The reading of an axis by leaves that ask for these cells; `exact` tells every cell apart."""
        codes = self._codes[axis]
        alike: dict[tuple[bool, ...], int] = {}
        for cell in range(codes.cells.size):
            signature = tuple(bool(mask >> cell & 1) for mask in asked)
            alike[signature] = alike.get(signature, 0) | 1 << cell
        classes = tuple(1 << c for c in range(codes.cells.size)) if exact else tuple(alike.values())
        found = self._kept.get((axis, classes))
        if found is None or found.stale:
            found = self._kept[axis, classes] = Reading(axis, codes, classes)
        return found


class RowKeys:
    """The codes of a block by axis, read and joined as benefits ask for them, each way once."""

    def __init__(self, codes: Sequence[AxisRows]) -> None:
        self._codes = codes
        self._read: dict[Reading, AxisRows] = {}
        self._joined: dict[tuple[Reading, ...], AxisRows] = {}

    def read(self, reading: Reading) -> AxisRows:
        """One axis."""
        if not reading.translated:
            return self._codes[reading.axis]
        found = self._read.get(reading)
        if found is None:
            found = self._read[reading] = reading.read(self._codes[reading.axis])
        return found

    def joined(self, readings: Sequence[Reading]) -> AxisRows:
        """Several axes as the digits of one number; there are at most 65,536 such numbers."""
        if len(readings) == 1:
            return self.read(readings[0])
        name = tuple(readings)
        found = self._joined.get(name)
        if found is None:
            found = self.read(readings[0]).copy()
            for reading in readings[1:]:
                np.multiply(found, reading.width, out=found)
                np.add(found, self.read(reading), out=found)
            self._joined[name] = found
        return found
