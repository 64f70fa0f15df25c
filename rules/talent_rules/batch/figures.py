"""Typed columns of figures as whole vectors, as far as `read_cell` would take each of them without a question."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talent_rules.engines.known import MILLION, NO_HI, NO_LO, Flags, Ints, Numbers, scale_of
from talent_rules.tables.numbers import plain_range
from talent_rules.vocabulary import Field, Kind

_EPOCH = 719_163  # 1970-01-01 as an ordinal
_FIRST_DAY, _LAST_DAY = 693_596, 803_533  # 1900-01-01, 2200-12-31
_MOST = 10**9


def plain_figures(entry: Field, unit: str, array: Any) -> tuple[Numbers, Flags] | None:
    """The figures of a column headed with a unit, and the rows whose figure has to be read as a cell;
    None for a column whose type does not fit its field."""
    kind = array.type
    if entry.kind is Kind.DATE and pa.types.is_date32(kind):
        raw = array.cast(pa.int32())
        ordinals = pc.fill_null(raw, 0).to_numpy(zero_copy_only=False).astype(np.int64) + _EPOCH
        return _told(ordinals, _given(array), (ordinals >= _FIRST_DAY) & (ordinals <= _LAST_DAY))
    if entry.kind not in (Kind.MONEY, Kind.MONTHS, Kind.COUNT, Kind.AREA):
        return None
    found = _millionths(array)
    if found is None:
        return None
    millionths, good = found
    low, high, factor = plain_range(entry, unit)
    held = MILLION // scale_of(entry)
    inside = np.ones(len(array), dtype=np.bool_)
    if low is not None:
        inside &= millionths >= math.ceil(low * MILLION)
    if high is not None:
        inside &= millionths <= math.floor(high * MILLION)
    if entry.lo is None or entry.lo <= 0:
        inside |= millionths == 0
    parts = np.where(good & inside, millionths, 0) * factor
    return _told(parts // held, _given(array), good & inside & (parts % held == 0))


def _millionths(array: Any) -> tuple[Ints, Flags] | None:
    """Whole numbers, or decimals of at most six places, in millionths; and where they are that."""
    if pa.types.is_integer(array.type) and not pa.types.is_uint64(array.type):
        raw = pc.fill_null(array.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
        good = np.abs(raw) < _MOST
        return np.where(good, raw, 0) * MILLION, good
    if pa.types.is_floating(array.type):
        values = pc.fill_null(array.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
        with np.errstate(invalid="ignore", over="ignore"):
            parts = np.rint(values * MILLION)
            good = (np.abs(values) < _MOST) & (np.abs(values * MILLION - parts) < 0.25)
        return np.where(good, parts, 0).astype(np.int64), good
    return None


def _told(values: Ints, given: Flags, good: Flags) -> tuple[Numbers, Flags]:
    plain = given & good
    return Numbers(np.where(plain, values, NO_LO), np.where(plain, values, NO_HI), plain), given & ~good


def _given(array: Any) -> Flags:
    found: Flags = array.is_valid().to_numpy(zero_copy_only=False)
    return found
