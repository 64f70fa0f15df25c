"""Typed Arrow arrays → what is known, as whole vectors: flags, days, whole numbers, decimals, birth dates.

Each function gives None where the array has to be read value by value after all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from talent_rules.engines.deriving import FLAG_VALUES
from talent_rules.engines.known import (
    LIMIT,
    MILLION,
    NO_HI,
    NO_LO,
    Coded,
    Exact,
    Flags,
    Ints,
    Known,
    Numbers,
    People,
    scale_of,
)
from talent_rules.vocabulary import Field, Kind

_AHEAD = pa.scalar(8 * 3600, pa.duration("s"))  # of the clocks of China before UTC
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1).toordinal(), date(2200, 12, 31).toordinal()


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a batch. `unread` marks values that were not understood and count as unknown,
    `awkward` rows whose value does not fit an array, to be decided one by one.
    `paid` has 分 already received, per code of a coded column."""

    known: Known
    unread: Flags | None = None
    awkward: Flags | None = None
    paid: tuple[Mapping[str, int], ...] = ()


def typed(field: Field, array: pa.Array) -> Column | None:
    """The array by its type, if it is one the field can be read from directly."""
    kind = array.type
    if field.kind is Kind.FLAG:
        return _flags(array) if pa.types.is_boolean(kind) else None
    if field.kind is Kind.DATE:
        return days(array)
    if field.kind is Kind.PEOPLE:
        dated = (pa.types.is_list(kind) or pa.types.is_large_list(kind)) and pa.types.is_date(kind.value_type)
        return _people(field, array) if dated else None
    if not field.kind.numeric or (field.unit not in ("年", "月") and field.kind is Kind.MONTHS):
        return None
    if pa.types.is_integer(kind):
        return _integers(field, array)
    return _floats(field, array) if pa.types.is_floating(kind) else None


def _flags(array: pa.Array) -> Column:
    valid, bits = array.buffers()
    if not array.null_count:
        return Column(Coded(_bits(bits, array).astype(np.uint16), FLAG_VALUES))
    there = _bits(valid, array)
    codes = _bits(bits, array) & there
    unknown = np.subtract(1, there, dtype=np.uint8)
    np.add(unknown, unknown, out=unknown)  # 2 is nothing known
    return Column(Coded(np.add(codes, unknown, dtype=np.uint16), FLAG_VALUES))


def _bits(buffer: pa.Buffer, array: pa.Array) -> npt.NDArray[np.uint8]:
    """One byte a bit, of the rows of an array."""
    first, spare = divmod(array.offset, 8)
    packed = np.frombuffer(buffer, np.uint8)[first : first + (spare + len(array) + 7) // 8]
    return np.unpackbits(packed, bitorder="little")[spare : spare + len(array)]


def _valid(array: pa.Array) -> Flags | None:
    """Where something is given; None for everywhere."""
    return _bits(array.buffers()[0], array).view(np.bool_) if array.null_count else None


def _values(array: pa.Array, kind: type[np.generic]) -> Any:
    """The buffer of a primitive array; anything where nothing is given."""
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


def days(array: pa.Array) -> Column | None:
    """Dates, and the days of timestamps, as `vocabulary.day_of` has them."""
    if pa.types.is_timestamp(array.type):
        try:
            if array.type.tz is not None:
                array = pc.add(array.cast(pa.timestamp(array.type.unit)), _AHEAD.cast(pa.duration(array.type.unit)))
            array = pc.floor_temporal(array, unit="day").cast(pa.date32())
        except pa.ArrowInvalid:
            return None
    if not pa.types.is_date(array.type):
        return None
    ordinals = _values(array.cast(pa.date32()), np.int32).astype(np.int64) + _EPOCH
    return _bounded(ordinals, _valid(array), (_FIRST_DAY, _LAST_DAY))


def _integers(field: Field, array: pa.Array) -> Column | None:
    if pa.types.is_uint64(array.type):
        return None
    return _in_range(field, _values(array.cast(pa.int64()), np.int64), _valid(array), 1)


def _floats(field: Field, array: pa.Array) -> Column | None:
    """Floats that are surely a decimal of at most six places; others are left to the reader of text."""
    raw, given = _values(array.cast(pa.float64()), np.float64), _valid(array)
    if np.isnan(raw.min(initial=0)):  # NaN is nothing, as a null is
        number = ~np.isnan(raw)
        raw, given = np.where(number, raw, 0.0), number if given is None else given & number
    parts = _millionths(raw)
    if parts is None and given is not None:
        parts = _millionths(np.where(given, raw, 0.0))
    return None if parts is None else _in_range(field, parts, given, MILLION)


def _millionths(raw: npt.NDArray[np.float64]) -> Ints | None:
    if not (float(raw.min(initial=0)) > -1e9 and float(raw.max(initial=0)) < 1e9):
        return None
    scaled = raw * MILLION
    parts = np.rint(scaled)
    np.subtract(scaled, parts, out=scaled)
    if max(float(scaled.max(initial=0)), -float(scaled.min(initial=0))) >= 0.25:
        return None
    return parts.astype(np.int64)


def _in_range(field: Field, raw: Ints, given: Flags | None, held: int) -> Column:
    """Raw figures, `held` parts a unit, as internal units inside the field's range."""
    factor = {Kind.MONEY: 100, Kind.MONTHS: 12 if field.unit == "年" else 1}.get(field.kind, 1)
    scale = scale_of(field)
    far = LIMIT // (factor * scale) if scale > held else 10**15
    large: Flags | None = None
    if int(raw.min(initial=0)) <= -far or int(raw.max(initial=0)) >= far:
        large = (raw <= -far) | (raw >= far)
        raw = np.where(large, 0, raw)
        given, large = (~large, large) if given is None else (given & ~large, given & large)
    wrong: Flags | None = None
    if scale >= held:
        value = raw * (factor * (scale // held))
    else:
        value, rest = np.divmod(raw * factor, held)
        if bool(rest.any()):
            wrong = rest != 0
            given, wrong = (~wrong, wrong) if given is None else (given & ~wrong, given & wrong)
    ends = tuple(None if e is None else int(e) * scale for e in (field.lo, field.hi))
    found = _bounded(value, given, (ends[0], ends[1]))
    awkward = large if scale > held else None
    for more in (wrong, large if awkward is None else None):
        if more is not None and bool(more.any()):
            found = Column(found.known, more if found.unread is None else found.unread | more)
    return Column(found.known, found.unread, awkward if awkward is not None and bool(awkward.any()) else None)


def _bounded(value: Ints, given: Flags | None, ends: tuple[int | None, int | None]) -> Column:
    """Numbers within a range; those outside were not understood."""
    low, high = ends
    if given is None:
        given = np.ones(len(value), dtype=np.bool_)
    below = low is not None and int(value.min(initial=NO_HI)) < low
    above = high is not None and int(value.max(initial=NO_LO)) > high
    if not below and not above:
        return Column(Exact(value, given))
    inside = np.ones(len(value), dtype=np.bool_)
    inside = inside if low is None else inside & (value >= low)
    inside = inside if high is None else inside & (value <= high)
    wrong = given & ~inside
    return Column(Exact(value, given & inside), wrong if bool(wrong.any()) else None)


def _people(field: Field, array: pa.Array) -> Column | None:
    found = days(array.values)
    assert found is not None and isinstance(found.known, Numbers)
    valid = _valid(array)
    given = np.ones(len(array), dtype=np.bool_) if valid is None else valid
    wide = np.int64 if pa.types.is_large_list(array.type) else np.int32
    starts = np.frombuffer(array.buffers()[1], wide)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    counts = np.diff(starts)
    if found.unread is not None or (field.people_max and bool((given & (counts > field.people_max)).any())):
        return None
    if valid is not None and bool(counts[~given].any()):
        return None
    return Column(People(starts, found.known.lo, found.known.hi, given))


# ── lists of words ──────────────────────────────────────────────────────────────────────────

_WORDS = 12
_BITS = np.left_shift(1, np.arange(_WORDS)).astype(np.uint16)


def word_sets(array: pa.Array) -> tuple[npt.NDArray[np.intp], list[object]] | None:
    """Row → number, number → the words of a list of words (None: no list), whatever their order.

    None where there are too many different words, or a list holds nothing that is one.
    """
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        return None
    words = array.flatten()
    if not (pa.types.is_string(words.type) or pa.types.is_large_string(words.type)) or words.null_count:
        return None
    found = words.dictionary_encode()
    if len(found.dictionary) > _WORDS:
        return None
    bits = np.take(_BITS, found.indices.to_numpy(zero_copy_only=False))
    sizes = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    some = np.flatnonzero(sizes)
    keys = np.zeros(len(array), dtype=np.uint16)
    if some.size:
        starts = np.cumsum(np.take(sizes, some)) - np.take(sizes, some)
        keys[some] = np.bitwise_or.reduceat(bits, starts)
    names = found.dictionary.to_pylist()
    if array.null_count:
        keys[~_bits(array.buffers()[0], array).view(np.bool_)] = 1 << len(names)
    present = np.flatnonzero(np.bincount(keys, minlength=1))
    numbers = np.zeros(int(present[-1]) + 1 if present.size else 1, dtype=np.intp)
    numbers[present] = np.arange(len(present))
    lists: list[object] = [
        None if key >> len(names) else [w for n, w in enumerate(names) if key >> n & 1] for key in present.tolist()
    ]
    return np.take(numbers, keys), lists
