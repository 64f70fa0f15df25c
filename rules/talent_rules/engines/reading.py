"""Arrow columns → what is known, field by field, read exactly as one profile would be.

Typed columns are read as whole vectors; everything else once per distinct value by `Field.read`.
Money is 元 as in JSON, unless a text says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talent_rules.engines.known import (
    NO_HI,
    NO_LO,
    Coded,
    Codes,
    Exact,
    Numbers,
    People,
    coded,
    nothing,
    scale_of,
    span_parts,
)
from talent_rules.engines.typed import Column, typed, word_sets
from talent_rules.model import Declined, Place, Problem, Rejected, Span, Value
from talent_rules.quantities import Unreadable
from talent_rules.reference import Reference
from talent_rules.vocabulary import Field, Kind, Vocabulary, day_of, narrower


def fields_of(vocabulary: Vocabulary, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Field id → the columns that name the field; others are left alone. Raises Rejected where two have one name."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        if (entry := vocabulary.find(name)) is None:
            continue
        if name in found.get(entry.id, ()):
            raise Rejected((Problem(Place(), "P603", f"有两列都叫 `{name}`", "给其中一列改名，或只留一列"),))
        found[entry.id] = (*found.get(entry.id, ()), name)
    return found


#: What is told of two columns of one field: a value nobody can read, and two that contradict each other
UNREAD, TWICE = "P602", "P603"


def one_each(vocabulary: Vocabulary, table: pa.Table) -> pa.Table:
    """The table with one column for each field: of two, 学历 and 学位, the narrower value counts, what cannot be
    read is passed over, and where they contradict each other nothing is known.

    What is told of them stands in columns of flags called as `flagged` says. Raises Rejected where such a column
    holds lists.
    """
    for field, (first, *others) in fields_of(vocabulary, table.column_names).items():
        if not others:
            continue
        entry, both = vocabulary.fields[field], table.column(first).to_pylist()
        told: dict[str, set[int]] = {UNREAD: set(), TWICE: set()}
        for name in others:
            if any(pa.types.is_nested(table.column(each).type) for each in (first, name)):
                message = f"`{first}` 和 `{name}` 两列都是 {entry.name}"
                raise Rejected((Problem(Place(), "P603", message, "只留一列"),))
            merged = together(entry, both, table.column(name).to_pylist(), vocabulary.reference)
            for code, rows in told.items():
                rows.update(row for row, (_, said) in enumerate(merged) if said == code and row not in told[TWICE])
            both = [text for text, _ in merged]
        unsettled = told[TWICE]
        both = [None if row in unsettled else text for row, text in enumerate(both)]
        at = table.column_names.index(first)
        table = table.drop_columns(others).set_column(at, first, pa.array(both, pa.large_string()))
        for code, rows in told.items():
            if rows:
                flags = pa.array([row in rows for row in range(table.num_rows)])
                table = table.append_column(flagged(code, field), flags)
    return table


def flagged(code: str, field: str) -> str:
    """The column that says of which rows this is told."""
    return f"{code}:{field}"


def together(
    entry: Field, one: Sequence[object], other: Sequence[object], reference: Reference
) -> list[tuple[str | None, str]]:
    """Two columns of a field as one, as text, and what is told of each row; what differs is read once."""
    known: dict[tuple[str | None, str | None], tuple[str | None, str]] = {}
    pairs = list(zip(map(_text, one), map(_text, other), strict=True))
    for pair in pairs:
        if pair not in known:
            known[pair] = _narrower(entry, *pair, reference)
    return [known[pair] for pair in pairs]


def _text(raw: object) -> str | None:
    return None if raw is None or raw == "" else str(_plain(raw))


def _narrower(entry: Field, one: str | None, other: str | None, reference: Reference) -> tuple[str | None, str]:
    """The one of two texts that says more; both, which nobody can read, where they contradict each other."""
    if one is None or other is None or one == other:
        return (other if one is None else one), ""
    read: list[tuple[str, Value | None]] = []
    for text in (one, other):
        try:
            read.append((text, entry.read(text, reference)))
        except Unreadable:
            continue
    if len(read) < 2:
        return (read[0][0] if read else one), UNREAD
    (_, left), (_, right) = read
    if left is None or right is None:
        return (other if left is None else one), ""
    closer = narrower(left, right)
    return (f"{one}／{other}", TWICE) if closer is None else (one if closer == left else other, "")


def encoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column as `ColumnReader` reads it fastest: texts by one dictionary for all chunks."""
    kind = column.type
    if pa.types.is_string_view(kind):
        column, kind = column.cast(pa.large_string()), pa.large_string()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        column = column.dictionary_encode()
    return column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column


#: Codes → the column they stand for
Spread = Callable[[Codes], Column]


class ColumnReader:
    """Reads one column piece by piece; what was read of a dictionary is kept for the next piece."""

    def __init__(self, vocabulary: Vocabulary, field: Field) -> None:
        self.vocabulary, self.field = vocabulary, field
        self._kept: tuple[pa.Array, Spread] | None = None

    def read(self, array: pa.Array) -> Column:
        """A piece of any Arrow type."""
        if pa.types.is_null(array.type):
            return Column(nothing(self.field, len(array)))
        found = typed(self.field, array)
        if found is not None:
            return found
        if pa.types.is_dictionary(array.type):
            return self._dictionary(array)
        if not pa.types.is_nested(array.type):
            return self._dictionary(array.dictionary_encode())
        return self._nested(array)

    def _dictionary(self, array: pa.DictionaryArray) -> Column:
        kept, dictionary = self._kept, array.dictionary
        if kept is None or not _same(kept[0], dictionary):
            kept = self._kept = dictionary, self._spread([*(_plain(v) for v in dictionary.to_pylist()), None])
        indices = array.indices
        if indices.null_count:
            indices = pc.fill_null(indices.cast(pa.int32()), len(dictionary))
        return kept[1](indices.to_numpy(zero_copy_only=False))

    def _nested(self, array: pa.Array) -> Column:
        sets = word_sets(array) if self.field.kind is Kind.SET else None
        if sets is not None:
            return self._spread(sets[1])(sets[0])
        return self.values(array.to_pylist(maps_as_pydicts="lossy"))

    def values(self, raws: Sequence[object]) -> Column:
        """Values of any kind, as JSON has them."""
        order: dict[object, int] = {}
        different: list[object] = []
        codes = np.empty(len(raws), dtype=np.int32)
        for row, raw in enumerate(raws):
            key = (type(raw), raw if isinstance(raw, (str, int, float)) else repr(raw))
            if key not in order:
                order[key] = len(different)
                different.append(_plain(raw))
            codes[row] = order[key]
        return self._spread(different)(codes)

    def _spread(self, raws: Sequence[object]) -> Spread:
        """Read the different values of a column."""
        values: list[Value | None] = []
        paid: list[Mapping[str, int]] = []
        bad = np.zeros(len(raws), dtype=np.bool_)
        for index, raw in enumerate(raws):
            try:
                value, had = self.field.read(raw, self.vocabulary.reference), self.field.received(raw)
            except (Unreadable, ValueError, OverflowError):
                value, had, bad[index] = None, {}, True
            values.append(value)
            paid.append(had)
        plain = self._plainly(values, paid)
        if not bool(bad.any()):
            return plain
        return lambda codes: replace(plain(codes), unread=bad[codes])

    def _plainly(self, values: Sequence[Value | None], paid: Sequence[Mapping[str, int]]) -> Spread:
        if self.field.kind is Kind.PEOPLE:
            return _people(values)
        if self.field.kind.numeric:
            return _numbers(self.field, values)
        if any(paid):
            return lambda codes: Column(Coded(codes, tuple(values)), paid=tuple(paid))
        every: Codes = np.arange(len(values)).astype(np.uint16 if len(values) < 1 << 16 else np.int32)
        merged = coded([None if isinstance(v, Declined) else v for v in values], every)
        if len(merged.values) == len(values):
            return lambda codes: Column(Coded(codes, merged.values))
        return lambda codes: Column(Coded(np.take(merged.codes, codes), merged.values))


def _same(one: pa.Array, other: pa.Array) -> bool:
    """Whether two dictionaries are one and the same piece of memory."""
    if one.type != other.type or len(one) != len(other) or one.offset != other.offset:
        return False
    addresses = [[0 if b is None else b.address for b in each.buffers()] for each in (one, other)]
    return addresses[0] == addresses[1]


def _plain(raw: Any) -> object:
    if isinstance(raw, list):
        return [_plain(r) for r in raw]
    return day_of(raw).isoformat() if isinstance(raw, date) else raw


def _numbers(field: Field, values: Sequence[Value | None]) -> Spread:
    scale = scale_of(field)
    parts = [span_parts(v, scale) for v in values]
    los = np.array([NO_LO if p is None else p[0] for p in parts], dtype=np.int64)
    his = np.array([NO_HI if p is None else p[1] for p in parts], dtype=np.int64)
    given = np.array([p is not None and p[2] for p in parts], dtype=np.bool_)
    odd = np.array([p is None for p in parts], dtype=np.bool_)
    exact, fits = bool((los[given] == his[given]).all()), not bool(odd.any())

    def spread(codes: Codes) -> Column:
        told = np.take(given, codes)
        if exact:
            return Column(Exact(np.take(los, codes), told), awkward=None if fits else odd[codes])
        return Column(Numbers(np.take(los, codes), np.take(his, codes), told), awkward=None if fits else odd[codes])

    return spread


def _people(values: Sequence[Value | None]) -> Spread:
    groups = [v if isinstance(v, tuple) else () for v in values]
    sizes = np.array([len(g) for g in groups], dtype=np.int64)
    firsts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    ends = [span_parts(Span(s.lo, s.hi), 1) or (NO_LO, NO_HI, True) for g in groups for s in g]
    flat = np.array([[e[0], e[1]] for e in ends], dtype=np.int64).reshape(-1, 2)
    given = np.array([isinstance(v, tuple) for v in values], dtype=np.bool_)

    def spread(codes: Codes) -> Column:
        each = sizes[codes]
        starts = np.concatenate([[0], np.cumsum(each)]).astype(np.int64)
        picks = np.repeat(firsts[codes] - starts[:-1], each) + np.arange(int(starts[-1]))
        return Column(People(starts, flat[picks, 0], flat[picks, 1], given[codes]))

    return spread
