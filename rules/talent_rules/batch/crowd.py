"""Many rows of a table read together: each different cell is read once, each different mix of cells joined once,
and typed figures that nobody could misread as whole vectors.

The reading itself is `PersonReader`'s; a row comes out as it would read it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from talent_rules.ahead import APPLIED, ARRIVAL, NOT_YET, first_day, last_day, not_come
from talent_rules.batch.figures import plain_figures
from talent_rules.batch.people import PersonReader, Said, status_of
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.vectors import distinct
from talent_rules.engines.columns import Batch
from talent_rules.engines.facing import known_values
from talent_rules.engines.known import (
    NO_HI,
    NO_LO,
    Coded,
    Codes,
    Flags,
    Ints,
    Known,
    Numbers,
    People,
    scale_of,
    span_of,
)
from talent_rules.model import Facts, Value
from talent_rules.tables.header import MappedColumn
from talent_rules.tables.rows import Row, Rows, cell, coded
from talent_rules.vocabulary import Field

_BIRTH = "birth_date"
_MEMO_LIMIT = 200_000
Cell = str | tuple[str, str]


@dataclass(slots=True)
class _Part:
    """Columns that speak of the same fields, read together: what each different mix of their cells says, or
    for a single column the figures of the rows that say nothing else."""

    fields: frozenset[str]
    codes: Codes
    said: Sequence[Said]
    figures: Numbers | None = None

    def values(self, name: str) -> list[Value | None]:
        """What each mix says of a field."""
        return [said.values.get(name) for said in self.said]

    def value(self, name: str, place: int) -> Value | None:
        """What one row says of a field."""
        told: Value | None = self.said[int(self.codes[place])].values.get(name)
        if told is None and self.figures is not None and self.figures.given[place]:
            return int(self.figures.lo[place])  # a date; other figures are not asked for one by one
        return told

    def ends(self, name: str, end: Callable[[Value | None], int | None]) -> Ints:
        """One end of what each row says of a date, −1 where it says none."""
        known = [end(value) for value in self.values(name)]
        days = np.array([-1 if day is None else day for day in known], dtype=np.int64)[self.codes]
        return days if self.figures is None else np.where(self.figures.given, self.figures.lo, days)

    def without(self, name: str, places: npt.NDArray[np.intp]) -> _Part:
        """The same, but that some rows say nothing of a field."""
        said, codes, order = list(self.said), self.codes.copy(), dict[int, int]()
        for place, code in zip(places.tolist(), codes[places].tolist(), strict=True):
            if code not in order:
                order[code] = len(said)
                said.append(replace(said[code], values={n: v for n, v in said[code].values.items() if n != name}))
            codes[place] = order[code]
        figures = self.figures
        if figures is not None:
            lo, hi, given = figures.lo.copy(), figures.hi.copy(), figures.given.copy()
            lo[places], hi[places], given[places] = NO_LO, NO_HI, False
            figures = Numbers(lo, hi, given)
        return _Part(self.fields, codes, said, figures)

    def wrong(self) -> npt.NDArray[np.intp]:
        """The rows in which something is wrong."""
        odd = np.array([bool(s.problems) for s in self.said], dtype=np.bool_)
        return np.flatnonzero(odd[self.codes]) if bool(odd.any()) else np.zeros(0, dtype=np.intp)


@dataclass(slots=True)
class Crowd:
    """Some rows as columns; `problems` has an entry for each row with any, `births` what holds of birth dates
    where there are identity numbers, and `born` what those say."""

    fields: Mapping[str, Field]
    rows: npt.NDArray[np.int64]
    parts: list[_Part]
    problems: dict[int, tuple[RowProblem, ...]] = field(default_factory=dict)
    born: list[int | None] | None = None
    births: list[Value | None] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def facts(self, place: int) -> Facts:
        """What is known of one person."""
        values: dict[str, Value] = {}
        for part in self.parts:
            values.update(part.said[part.codes[place]].values)
            if part.figures is not None and part.figures.given[place]:
                (name,) = part.fields
                lo, hi = int(part.figures.lo[place]), int(part.figures.hi[place])
                span = span_of(lo, hi, scale_of(self.fields[name]))
                values.setdefault(name, span.lo if span.lo == span.hi and span.lo is not None else span)
        if self.births is not None:
            values.pop(_BIRTH, None)
            if (birth := self.births[place]) is not None:
                values[_BIRTH] = birth
        return Facts(values)

    def labels(self, name: str) -> tuple[list[Value | None], Codes]:
        """The different values of a field that is no number, and which one each row has."""
        for part in self.parts:
            if name in part.fields:
                return part.values(name), part.codes
        return [None], np.zeros(len(self), dtype=np.int32)

    def status(self) -> npt.NDArray[np.int8]:
        """0 fine, 1 only warnings, 2 errors, for each row."""
        found = np.zeros(len(self), dtype=np.int8)
        for place, problems in self.problems.items():
            found[place] = status_of(problems)
        return found

    def batch(self) -> Batch:
        """The same as what the engine for columns starts from."""
        import pyarrow as pa

        awkward: Flags = np.zeros(len(self), dtype=np.bool_)
        known: dict[str, Known] = {}
        for part in self.parts:
            for name in sorted(part.fields):
                if name != _BIRTH or self.births is None:
                    known[name] = self._known(name, part, awkward)
        if self.births is not None and any(b is not None for b in self.births):
            order: dict[Value | None, int] = {}
            codes = np.array([order.setdefault(b, len(order)) for b in self.births], dtype=np.int32)
            known[_BIRTH] = _spread(known_values(self.fields[_BIRTH], list(order)), codes, awkward)
        return Batch(len(self), known, {}, awkward, (), pa.table({}), {})

    def _known(self, name: str, part: _Part, awkward: Flags) -> Known:
        if part.figures is None:
            return _spread(known_values(self.fields[name], part.values(name)), part.codes, awkward)
        figures, others = part.figures, np.flatnonzero(part.codes)
        if others.size:
            more = np.zeros(len(others), dtype=np.bool_)
            said = _spread(known_values(self.fields[name], part.values(name)), part.codes[others], more)
            assert isinstance(said, Numbers)
            figures = Numbers(figures.lo.copy(), figures.hi.copy(), figures.given.copy())
            figures.lo[others], figures.hi[others], figures.given[others] = said.lo, said.hi, said.given
            awkward[others] |= more
        return figures


def _spread(found: tuple[Known, Flags], codes: Codes, awkward: Flags) -> Known:
    """What is known of different values, row by row."""
    known, odd = found
    if bool(odd.any()):
        awkward |= odd[codes]
    if isinstance(known, Coded):
        return Coded(known.codes[codes], known.values)
    if isinstance(known, Numbers):
        return Numbers(known.lo[codes], known.hi[codes], known.given[codes])
    sizes = np.diff(known.starts)[codes]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    rows = np.repeat(np.arange(len(codes)), sizes)
    picks = known.starts[codes][rows] + np.arange(len(rows)) - starts[:-1][rows]
    return People(starts, known.lo[picks], known.hi[picks], known.given[codes])


# ── reading ─────────────────────────────────────────────────────────────────────────────────

_SILENT = Said({})


class _Reader:
    """One column of the sheet; remembers what each different cell says."""

    def __init__(self, reader: PersonReader, column: MappedColumn) -> None:
        self.column, self._reader = column, reader
        self._entry = reader.vocabulary.fields[column.role]
        self._known: dict[Cell, Said] = {}

    def figures(self, rows: Rows) -> _Part | None:
        """The column as figures, where it has a type that makes them plain."""
        array = rows.columns[self.column.index] if self.column.index < len(rows.columns) else None
        found = None if array is None or rows.notes else plain_figures(self._entry, self.column.unit, array)
        if array is None or found is None:
            return None
        numbers, odd = found
        codes = np.zeros(len(rows), dtype=np.int32)
        said = [_SILENT]
        places = np.flatnonzero(odd)
        if places.size:
            some = self._coded(array.take(places))
            codes[places] = some.codes + 1
            said += some.said
        return _Part(frozenset({self.column.role}), codes, said, numbers)

    def cells(self, rows: Rows) -> _Part:
        """The column cell by cell."""
        if self.column.index >= len(rows.columns):
            return _Part(frozenset(), np.zeros(len(rows), dtype=np.int32), [_SILENT])
        part = self._coded(rows.columns[self.column.index])
        noted = {p: kinds[self.column.index] for p, kinds in rows.notes.items() if self.column.index in kinds}
        if not noted:
            return part
        said, order = list(part.said), dict[Cell, int]()
        for place, note in noted.items():
            key = part.said[part.codes[place]].cell[0], note
            if key not in order:
                order[key] = len(said)
                said.append(self._read(*key))
            part.codes[place] = order[key]
        return _Part(_fields(said), part.codes, said)

    def _coded(self, array: Any) -> _Part:
        codes, values = coded(array)
        if len(values) > len(codes):  # a dictionary that other rows share
            first, back = distinct([codes])
            values = [values[n] for n in codes[first].tolist()]
            codes = back.astype(np.int32)
        said = [self._said(value) for value in values]
        return _Part(_fields(said), np.array(codes), said)

    def _said(self, value: object) -> Said:
        text, note = (value, "") if isinstance(value, str) else cell(value)
        key = (text or "", note) if note else text or ""
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MEMO_LIMIT:
                self._known.clear()
            found = self._known[key] = self._read(text or "", note)
        return found

    def _read(self, text: str, note: str) -> Said:
        index = self.column.index
        row = Row(0, ("",) * index + (text,), {index: note} if note else {})
        return self._reader.read_columns(row, (self.column,)).at(text, note)


class CrowdReader:
    """Reads the rows of one sheet in order, some thousand at a time."""

    def __init__(self, reader: PersonReader) -> None:
        self.reader = reader
        self._columns = [_Reader(reader, c) for c in reader.mapping.fields()]
        self._mixes: dict[tuple[int, ...], dict[tuple[tuple[str, str], ...], Said]] = {}

    def read(self, rows: Rows) -> Crowd:
        """These rows, all of them people."""
        parts = [c.figures(rows) or c.cells(rows) for c in self._columns]
        grouped = [self._part(group, parts, rows) for group in _groups(parts)]
        crowd = Crowd(self.reader.vocabulary.fields, rows.numbers, grouped)
        self._people(crowd, rows)
        return crowd

    # columns that speak of the same --------------------------------------------------------

    def _part(self, group: tuple[int, ...], parts: Sequence[_Part], rows: Rows) -> _Part:
        if len(group) == 1:
            return parts[group[0]]
        each = [self._columns[p].cells(rows) if parts[p].figures is not None else parts[p] for p in group]
        first, back = distinct([part.codes for part in each])
        mixes = self._mixes.setdefault(group, {})
        if len(mixes) >= _MEMO_LIMIT:
            mixes.clear()
        said = []
        for place in first.tolist():
            key = tuple(part.said[part.codes[place]].cell for part in each)
            if key not in mixes:
                mixes[key] = self._mixed([self._columns[p].column for p in group], key)
            said.append(mixes[key])
        return _Part(_fields(said), back.astype(np.int32), said)

    def _mixed(self, columns: Sequence[MappedColumn], key: Sequence[tuple[str, str]]) -> Said:
        cells, notes = [""] * (1 + max(c.index for c in columns)), {}
        for column, (text, note) in zip(columns, key, strict=True):
            cells[column.index] = text
            if note:
                notes[column.index] = note
        return self.reader.read_columns(Row(0, tuple(cells), notes), columns)

    # people --------------------------------------------------------------------------------

    def _people(self, crowd: Crowd, rows: Rows) -> None:
        """Identity numbers, and the problems of each row in the order one row alone would have them."""
        wrong: dict[int, list[Said]] = {}
        for part in crowd.parts:
            for place in part.wrong().tolist():
                wrong.setdefault(place, []).append(part.said[part.codes[place]])
        numbers = rows.numbers
        problems = {place: _in_order(said, int(numbers[place])) for place, said in wrong.items()}
        if self.reader.has_identity:
            crowd.births = _births(crowd)

            def failed(place: int) -> dict[str, tuple[MappedColumn, str]]:
                return {name: where for one in wrong.get(place, ()) for name, where in one.failed.items()}

            crowd.born, problems = self.reader.identified(rows, crowd.births, problems, failed)
        overseas = crowd.labels("overseas") if problems else ([None], crowd.rows)
        for place, found in problems.items():
            if overseas[0][overseas[1][place]] is True:
                found[:] = [p for p in found if not (p.field == "school" and p.code == "B701")]
        for place, problem in self._ahead(crowd).items():
            problems.setdefault(place, []).append(problem)
        odd = {*np.flatnonzero(np.isin(numbers, list(self.reader.sheet.hidden))).tolist(), *rows.notes}
        for place in odd:
            problems.setdefault(place, []).extend(
                self.reader.row_problems(int(numbers[place]), rows.notes.get(place, {}))
            )
        crowd.problems = {place: tuple(problems[place]) for place in sorted(problems) if problems[place]}

    def _ahead(self, crowd: Crowd) -> dict[int, RowProblem]:
        """Who has not come by the day of application; takes back what counts as having come."""
        arrivals, applied = (next((p for p in crowd.parts if n in p.fields), None) for n in (ARRIVAL, APPLIED))
        if arrivals is None:
            return {}
        today = self.reader.today.toordinal()
        first = arrivals.ends(ARRIVAL, first_day)
        last = np.full(len(crowd), -1) if applied is None else applied.ends(APPLIED, last_day)
        found = {}
        for place in np.flatnonzero(first > np.where(last < 0, today, last)).tolist():
            arrival, given = arrivals.value(ARRIVAL, place), None if applied is None else applied.value(APPLIED, place)
            by = today if given is None else given
            if arrival is not None and not_come(arrival, by):
                found[place] = self.reader.ahead(int(crowd.rows[place]), arrival, by)
        late = np.array(list(found), dtype=np.intp)
        for name in NOT_YET:
            crowd.parts[:] = [p.without(name, late) if late.size and name in p.fields else p for p in crowd.parts]
        return found


def _groups(parts: Sequence[_Part]) -> list[tuple[int, ...]]:
    """Columns by the fields they share, directly or through others."""
    groups: list[tuple[set[str], list[int]]] = []
    for place, part in enumerate(parts):
        touching = [g for g in groups if g[0] & part.fields]
        groups = [g for g in groups if not g[0] & part.fields]
        merged = set(part.fields).union(*(g[0] for g in touching))
        groups.append((merged, sorted(chain([place], *(g[1] for g in touching)))))
    return [tuple(places) for _, places in groups]


def _births(crowd: Crowd) -> list[Value | None]:
    """The birth dates the table has a column for, row by row."""
    for part in crowd.parts:
        if _BIRTH in part.fields:
            births = part.values(_BIRTH)
            if part.figures is None:
                return [births[code] for code in part.codes.tolist()]
            given = zip(part.figures.lo.tolist(), part.figures.given.tolist(), part.codes.tolist(), strict=True)
            return [day if told else births[code] for day, told, code in given]
    return [None] * len(crowd)


def _fields(said: Iterable[Said]) -> frozenset[str]:
    return frozenset(chain.from_iterable(s.values for s in said))


def _in_order(said: Sequence[Said], row: int) -> list[RowProblem]:
    """The problems of several parts, by column; each with its row."""
    if len(said) == 1:
        return [replace(p, row=row) for _, p in said[0].problems]
    merged = sorted(chain.from_iterable(s.problems for s in said), key=lambda found: found[0])
    return [replace(p, row=row) for _, p in merged]
