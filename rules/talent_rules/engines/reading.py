"""Arrow columns → what is known, field by field, read exactly as one profile would be.

Typed columns are read as whole vectors; everything else once per distinct value by `Field.read`.
Money is 元 as in JSON, unless a text says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talent_rules import quantities as q
from talent_rules.engines.known import (
    LIMIT,
    MILLION,
    NO_HI,
    NO_LO,
    Coded,
    Codes,
    Flags,
    Ints,
    Known,
    Numbers,
    People,
    coded,
    nothing,
    scale_of,
    span_parts,
)
from talent_rules.model import Declined, Place, Problem, Rejected, Span, Value
from talent_rules.quantities import Unreadable
from talent_rules.vocabulary import Field, Kind, Vocabulary

_EPOCH = date(1970, 1, 1).toordinal()
_BETWEEN = "\x1f"
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


def fields_of(vocabulary: Vocabulary, names: Iterable[str]) -> dict[str, str]:
    """Field id → column name, for the columns that name a field; others are left alone.

    Raises Rejected when two columns are one field.
    """
    found: dict[str, str] = {}
    for name in names:
        entry = vocabulary.find(name)
        if entry is None:
            continue
        if entry.id in found:
            message = f"`{found[entry.id]}` 和 `{name}` 两列都是 {entry.name}"
            raise Rejected((Problem(Place(), "P603", message, "只留一列"),))
        found[entry.id] = name
    return found


def read_column(vocabulary: Vocabulary, field: Field, column: pa.ChunkedArray) -> Column:
    """One column of any Arrow type."""
    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_null(array.type):
        return Column(nothing(field, len(array)))
    typed = _typed(field, array)
    return typed if typed is not None else _distinct(vocabulary, field, array)


# ── whole vectors ───────────────────────────────────────────────────────────────────────────


def _typed(field: Field, array: pa.Array) -> Column | None:
    kind = array.type
    if field.kind is Kind.FLAG and pa.types.is_boolean(kind):
        codes = pc.fill_null(pc.cast(array, pa.int32()), 2).to_numpy(zero_copy_only=False)
        return Column(Coded(codes, (False, True, None)))
    if field.kind is Kind.DATE:
        return _days(array)
    if field.kind is Kind.PEOPLE and (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return _people(field, array) if pa.types.is_date(kind.value_type) else None
    if not field.kind.numeric or (field.unit not in ("年", "月") and field.kind is Kind.MONTHS):
        return None
    if pa.types.is_integer(kind):
        return _integers(field, array)
    return _floats(field, array) if pa.types.is_floating(kind) else None


def _days(array: pa.Array) -> Column | None:
    if pa.types.is_timestamp(array.type):
        try:
            array = array.cast(pa.date32())
        except pa.ArrowInvalid:
            return None
    if not pa.types.is_date(array.type):
        return None
    days = array.cast(pa.date32()).cast(pa.int32())
    given = _valid(array)
    ordinals = pc.fill_null(days, 0).to_numpy(zero_copy_only=False).astype(np.int64) + _EPOCH
    return _numbers(ordinals, given, given & (ordinals >= _FIRST_DAY) & (ordinals <= _LAST_DAY))


def _integers(field: Field, array: pa.Array) -> Column | None:
    if pa.types.is_uint64(array.type):
        return None
    raw = pc.fill_null(array.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    given = _valid(array)
    return _in_range(field, raw, given, given & (np.abs(raw) < 10**15), 1)


def _floats(field: Field, array: pa.Array) -> Column | None:
    """Floats that are surely a decimal of at most six places; others are left to the reader of text."""
    raw = pc.fill_null(array.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore", over="ignore"):
        parts = np.rint(raw * MILLION)
        sure = (np.abs(raw) < 1e9) & (np.abs(raw * MILLION - parts) < 0.25)
    if not bool(np.all(sure)):
        return None
    given = _valid(array)
    return _in_range(field, parts.astype(np.int64), given, given, MILLION)


def _in_range(field: Field, raw: Ints, given: Flags, good: Flags, held: int) -> Column:
    """Raw figures, `held` parts a unit, as internal units inside the field's range."""
    factor = {Kind.MONEY: 100, Kind.MONTHS: 12 if field.unit == "年" else 1}.get(field.kind, 1)
    scale = scale_of(field)
    ends = [None if e is None else int(e) * scale for e in (field.lo, field.hi)]
    awkward = good & (np.abs(raw) >= LIMIT // (factor * scale)) if scale > held else np.zeros(len(raw), np.bool_)
    raw = np.where(good & ~awkward, raw, 0)
    if scale >= held:
        value = raw * (factor * (scale // held))
    else:
        good = good & (raw * factor % held == 0)
        value = raw * factor // held
    low = value < ends[0] if ends[0] is not None else np.zeros(len(raw), np.bool_)
    high = value > ends[1] if ends[1] is not None else np.zeros(len(raw), np.bool_)
    column = _numbers(value, given, good & ~low & ~high)
    return Column(column.known, column.unread, awkward if bool(awkward.any()) else None)


def _numbers(value: Ints, given: Flags, good: Flags) -> Column:
    known = Numbers(np.where(good, value, NO_LO), np.where(good, value, NO_HI), good)
    unread = given & ~good
    return Column(known, unread if bool(unread.any()) else None)


def _valid(array: pa.Array) -> Flags:
    valid: Flags = pc.is_valid(array).to_numpy(zero_copy_only=False)
    return valid


def _people(field: Field, array: pa.Array) -> Column | None:
    flat = array.values
    days = _days(flat)
    assert days is not None
    offsets = array.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
    given = _valid(array)
    counts = np.diff(offsets)
    bad = np.zeros(len(array), np.bool_) if not field.people_max else given & (counts > field.people_max)
    assert isinstance(days.known, Numbers)
    if days.unread is not None or bool(bad.any()):
        return None
    return Column(People(offsets, days.known.lo, days.known.hi, given))


# ── once per distinct value ─────────────────────────────────────────────────────────────────


def _distinct(vocabulary: Vocabulary, field: Field, array: pa.Array) -> Column:
    codes, raws = _dictionary(array)
    values: list[Value | None] = []
    paid: list[Mapping[str, int]] = []
    bad = np.zeros(len(raws), dtype=np.bool_)
    for index, raw in enumerate(raws):
        try:
            values.append(field.read(raw, vocabulary.reference))
            paid.append(_paid(field, raw))
        except (Unreadable, ValueError, OverflowError):
            values.append(None)
            paid.append({})
            bad[index] = True
    unread = bad[codes] if bool(bad.any()) else None
    if field.kind is Kind.PEOPLE:
        return Column(_as_people(values, codes), unread)
    if field.kind.numeric:
        return _as_numbers(field, values, codes, unread)
    if any(paid):
        return Column(Coded(codes, tuple(values)), unread, paid=tuple(paid))
    return Column(coded([None if isinstance(v, Declined) else v for v in values], codes), unread)


def _paid(field: Field, raw: object) -> Mapping[str, int]:
    if field.id != "received" or not isinstance(raw, Mapping):
        return {}
    return {str(k): q.money(str(v)) for k, v in raw.items() if v is not None}


def _dictionary(array: pa.Array) -> tuple[Codes, list[object]]:
    """Row → code, code → plain Python value."""
    if pa.types.is_dictionary(array.type):
        codes = pc.fill_null(array.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
        raws = [_plain(v) for v in array.dictionary.to_pylist()]
        return np.where(codes < 0, len(raws), codes).astype(np.int32), [*raws, None]
    if not pa.types.is_nested(array.type):
        found = array.dictionary_encode()
        codes = pc.fill_null(found.indices.cast(pa.int32()), len(found.dictionary)).to_numpy(zero_copy_only=False)
        return codes.astype(np.int32), [*(_plain(v) for v in found.dictionary.to_pylist()), None]
    joined = _joined(array)
    if joined is not None:
        return joined
    order: dict[str, int] = {}
    raws = []
    codes = np.empty(len(array), dtype=np.int32)
    for row, raw in enumerate(array.to_pylist(maps_as_pydicts="lossy")):
        key = repr(raw)
        if key not in order:
            order[key] = len(raws)
            raws.append(_plain(raw))
        codes[row] = order[key]
    return codes, raws


def _joined(array: pa.Array) -> tuple[Codes, list[object]] | None:
    """Lists of texts by way of one text each; None where a text might be mistaken for another."""
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        return None
    words = array.flatten()
    if not pa.types.is_string(words.type) or words.null_count:
        return None
    if pc.any(pc.or_(pc.equal(words, ""), pc.match_substring(words, _BETWEEN))).as_py():
        return None
    found = pc.binary_join(array, _BETWEEN).dictionary_encode()
    codes = pc.fill_null(found.indices.cast(pa.int32()), len(found.dictionary)).to_numpy(zero_copy_only=False)
    lists: list[object] = [t.split(_BETWEEN) if t else [] for t in found.dictionary.to_pylist()]
    return codes.astype(np.int32), [*lists, None]


def _plain(raw: Any) -> object:
    if isinstance(raw, datetime):
        midnight = (raw.hour, raw.minute, raw.second, raw.microsecond) == (0, 0, 0, 0)
        return raw.date().isoformat() if midnight else raw.isoformat()
    if isinstance(raw, list):
        return [_plain(r) for r in raw]
    return raw.isoformat() if isinstance(raw, date) else raw


def _as_numbers(field: Field, values: list[Value | None], codes: Codes, unread: Flags | None) -> Column:
    scale = scale_of(field)
    parts = [span_parts(v, scale) for v in values]
    los = np.array([NO_LO if p is None else p[0] for p in parts], dtype=np.int64)
    his = np.array([NO_HI if p is None else p[1] for p in parts], dtype=np.int64)
    given = np.array([p is not None and p[2] for p in parts], dtype=np.bool_)
    odd = np.array([p is None for p in parts], dtype=np.bool_)
    return Column(Numbers(los[codes], his[codes], given[codes]), unread, odd[codes] if bool(odd.any()) else None)


def _as_people(values: list[Value | None], codes: Codes) -> People:
    groups = [v if isinstance(v, tuple) else () for v in values]
    sizes = np.array([len(g) for g in groups], dtype=np.int64)
    firsts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    ends = [span_parts(Span(s.lo, s.hi), 1) or (NO_LO, NO_HI, True) for g in groups for s in g]
    flat = np.array([[e[0], e[1]] for e in ends], dtype=np.int64).reshape(-1, 2)
    starts = np.concatenate([[0], np.cumsum(sizes[codes])]).astype(np.int64)
    rows = np.repeat(np.arange(len(codes)), sizes[codes])
    picks = firsts[codes][rows] + np.arange(len(rows)) - starts[:-1][rows]
    given = np.array([isinstance(v, tuple) for v in values], dtype=np.bool_)[codes]
    return People(starts, flat[picks, 0], flat[picks, 1], given)
