"""What a batch knows, one small array a field: choices as codes, numbers as integers, people as spans.

Numbers are int64 in whole internal units (分, ordinal days, counts) or, for ㎡ and months, in
millionths, so that nothing is ever a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from talent_rules.model import Number, Span, Value
from talent_rules.vocabulary import Field, Kind

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.integer[Any]]

MILLION = 1_000_000
#: No lower and no upper bound; every real number stays well inside.
NO_LO, NO_HI = -(1 << 62), 1 << 62
#: Numbers as large as this are decided one by one.
LIMIT = 1 << 60


@dataclass(frozen=True, slots=True)
class Coded:
    """A value per row out of few: `values[codes[row]]`, where None is unknown."""

    codes: Codes
    values: tuple[Value | None, ...]


@dataclass(frozen=True)
class Numbers:
    """A number per row between two ends; `given` is False where nothing at all was said."""

    lo: Ints
    hi: Ints
    given: Flags


class Exact(Numbers):
    """One number per row; where none is given, `value` is anything."""

    def __init__(self, value: Ints, given: Flags) -> None:
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "given", given)

    value: Ints

    @cached_property
    def lo(self) -> Ints:
        """The value, NO_LO where none is given."""
        return np.where(self.given, self.value, NO_LO)

    @cached_property
    def hi(self) -> Ints:
        """The value, NO_HI where none is given."""
        return np.where(self.given, self.value, NO_HI)


@dataclass(frozen=True, slots=True)
class People:
    """Birth-date spans per row: row r has those from `starts[r]` to `starts[r + 1]`."""

    starts: Ints
    lo: Ints
    hi: Ints
    given: Flags


Known = Coded | Numbers | People


def scale_of(field: Field) -> int:
    """How many parts one unit of a field is counted in."""
    return MILLION if field.kind in (Kind.AREA, Kind.MONTHS) else 1


def scaled(value: Number, scale: int) -> int | None:
    """A number in whole parts; None where it has finer parts or is too large to count on."""
    parts = Fraction(value) * scale
    return parts.numerator if parts.denominator == 1 and abs(parts.numerator) < LIMIT else None


def unscaled(parts: int, scale: int) -> Number:
    """Whole parts back to a number, an int where it is whole."""
    value = Fraction(parts, scale)
    return value.numerator if value.denominator == 1 else value


def span_parts(value: Value | None, scale: int) -> tuple[int, int, bool] | None:
    """A number or a span in whole parts, and whether anything is given; None if it does not fit."""
    if isinstance(value, Span):
        lo = NO_LO if value.lo is None else scaled(value.lo, scale)
        hi = NO_HI if value.hi is None else scaled(value.hi, scale)
        return None if lo is None or hi is None else (lo, hi, True)
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        parts = scaled(value, scale)
        return None if parts is None else (parts, parts, True)
    return NO_LO, NO_HI, False


def span_of(lo: int, hi: int, scale: int) -> Span:
    """Two ends in whole parts as a span."""
    return Span(None if lo <= NO_LO else unscaled(lo, scale), None if hi >= NO_HI else unscaled(hi, scale))


def nothing(field: Field, rows: int) -> Known:
    """A field nobody said anything about."""
    absent = np.zeros(rows, dtype=np.bool_)
    if field.kind is Kind.PEOPLE:
        empty = np.zeros(0, dtype=np.int64)
        return People(np.zeros(rows + 1, dtype=np.int64), empty, empty, absent)
    if field.kind.numeric:
        return Numbers(np.full(rows, NO_LO, dtype=np.int64), np.full(rows, NO_HI, dtype=np.int64), absent)
    return Coded(np.zeros(rows, dtype=np.int32), (None,))


def coded(values: Sequence[Value | None], codes: Codes) -> Coded:
    """Values by code, equal ones merged."""
    order: dict[object, int] = {}
    merged = np.empty(len(values), dtype=codes.dtype)
    kept: list[Value | None] = []
    for index, value in enumerate(values):
        key = (type(value), value)
        if key not in order:
            order[key] = len(kept)
            kept.append(value)
        merged[index] = order[key]
    return Coded(np.take(merged, codes) if len(values) else codes, tuple(kept))


def taken(known: Known, rows: npt.NDArray[np.intp]) -> Known:
    """Only some rows, in that order."""
    if isinstance(known, Coded):
        return Coded(known.codes[rows], known.values)
    if isinstance(known, Numbers):
        return _some(known, rows)
    sizes = np.diff(known.starts)[rows]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    picks = np.repeat(known.starts[:-1][rows] - starts[:-1], sizes) + np.arange(int(starts[-1]))
    return People(starts, known.lo[picks], known.hi[picks], known.given[rows])


def _some(known: Numbers, rows: npt.NDArray[np.intp]) -> Numbers:
    given = np.take(known.given, rows)
    if isinstance(known, Exact):
        return Exact(np.take(known.value, rows), given)
    return Numbers(np.take(known.lo, rows), np.take(known.hi, rows), given)


def said(known: Known) -> Flags:
    """Whether anything is known of a field, row by row."""
    if isinstance(known, Coded):
        told = np.array([v is not None for v in known.values], dtype=np.bool_)
        found: Flags = np.take(told, known.codes)
        return found
    return known.given


def forgotten(known: Known, rows: Flags) -> Known:
    """The same with nothing known in some rows."""
    if isinstance(known, Coded):
        values = known.values if None in known.values else (*known.values, None)
        return Coded(np.where(rows, values.index(None), known.codes), values)
    given = known.given & ~rows
    if isinstance(known, Numbers):
        if isinstance(known, Exact):
            return Exact(known.value, given)
        return Numbers(np.where(rows, NO_LO, known.lo), np.where(rows, NO_HI, known.hi), given)
    return People(known.starts, known.lo, known.hi, given)


def put(known: Known, rows: npt.NDArray[np.intp], changed: Known) -> Known:
    """The same with some rows changed; people are left as they are."""
    if isinstance(known, Coded) and isinstance(changed, Coded):
        codes = known.codes.copy()
        codes[rows] = changed.codes  # the values of `changed` begin with those of `known`
        return Coded(codes, changed.values)
    if isinstance(known, Numbers) and isinstance(changed, Numbers):
        lo, hi, given = known.lo.copy(), known.hi.copy(), known.given.copy()
        lo[rows], hi[rows], given[rows] = changed.lo, changed.hi, changed.given
        return Numbers(lo, hi, given)
    return known
