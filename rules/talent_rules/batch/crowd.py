"""Many rows of a table read together: each different cell is read once, each different mix of cells joined once.

The reading itself is `PersonReader`'s; a row comes out as it would read it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
import numpy.typing as npt

from talent_rules.batch.people import Identified, PersonReader, Said, status_of
from talent_rules.batch.problems import RowProblem
from talent_rules.engines.columns import Batch
from talent_rules.engines.facing import known_values
from talent_rules.engines.known import Coded, Codes, Flags, Known, Numbers, People
from talent_rules.model import Facts, Value
from talent_rules.rulebase import RuleBase
from talent_rules.tables.reader import Row

_BIRTH = "birth_date"
_MEMO_LIMIT = 200_000
Cell = str | tuple[str, str]


@dataclass(slots=True)
class _Part:
    """Columns that speak of the same fields, read together: what each different mix of their cells says."""

    fields: frozenset[str]
    codes: Codes
    said: list[Said]


@dataclass(slots=True)
class Crowd:
    """Some rows as columns; `problems` has an entry for each row with any."""

    rows: list[int]
    parts: list[_Part]
    problems: dict[int, tuple[RowProblem, ...]]
    born: list[int | None]
    births: list[Value | None]

    def __len__(self) -> int:
        return len(self.rows)

    def facts(self, place: int) -> Facts:
        """What is known of one person."""
        values: dict[str, Value] = {}
        for part in self.parts:
            values.update(part.said[part.codes[place]].values)
        birth = self.births[place]
        values.pop(_BIRTH, None)
        if birth is not None:
            values[_BIRTH] = birth
        return Facts(values)

    def labels(self, name: str) -> tuple[list[Value | None], Codes]:
        """The different values of a field, and which one each row has."""
        for part in self.parts:
            if name in part.fields:
                return [said.values.get(name) for said in part.said], part.codes
        return [None], np.zeros(len(self), dtype=np.int32)

    def status(self) -> npt.NDArray[np.int8]:
        """0 fine, 1 only warnings, 2 errors, for each row."""
        found = np.zeros(len(self), dtype=np.int8)
        for place, problems in self.problems.items():
            found[place] = status_of(problems)
        return found

    def batch(self, base: RuleBase) -> Batch:
        """The same as what the engine for columns starts from."""
        import pyarrow as pa

        rows = len(self)
        awkward: Flags = np.zeros(rows, dtype=np.bool_)
        known: dict[str, Known] = {}
        fields = base.vocabulary.fields
        for part in self.parts:
            for name in part.fields - {_BIRTH}:
                values = [said.values.get(name) for said in part.said]
                known[name] = _spread(known_values(fields[name], values), part.codes, awkward)
        if any(b is not None for b in self.births):
            order: dict[Value | None, int] = {}
            codes = np.array([order.setdefault(b, len(order)) for b in self.births], dtype=np.int32)
            known[_BIRTH] = _spread(known_values(fields[_BIRTH], list(order)), codes, awkward)
        return Batch(rows, known, {}, awkward, (), pa.table({}), {})


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


@dataclass(slots=True)
class CrowdReader:
    """Reads the rows of one sheet in order, some thousand at a time."""

    reader: PersonReader
    _cells: dict[int, dict[Cell, int]] = field(default_factory=dict)
    _said: dict[int, list[Said]] = field(default_factory=dict)
    _mixes: dict[tuple[int, ...], dict[tuple[int, ...], Said]] = field(default_factory=dict)

    def read(self, rows: Sequence[Row]) -> Crowd:
        """These rows."""
        columns = [c.index for c in self.reader.mapping.fields()]
        codes: dict[int, list[int]] = {}
        noted = [place for place, row in enumerate(rows) if row.notes]
        for place, index in enumerate(columns):
            codes[place] = self._column(place, index, rows, noted)
        parts = [self._part(group, codes) for group in self._groups(len(columns))]
        crowd = Crowd([r.number for r in rows], parts, {}, [None] * len(rows), [None] * len(rows))
        self._births(crowd)
        self._people(crowd, rows)
        return crowd

    # one column ----------------------------------------------------------------------------

    def _column(self, place: int, index: int, rows: Sequence[Row], noted: Sequence[int]) -> list[int]:
        known = self._cells.setdefault(place, {})
        if len(known) >= _MEMO_LIMIT:
            known.clear()
            self._said[place] = []
            self._mixes.clear()
        cells: list[Cell] = [row.cells[index] if index < len(row.cells) else "" for row in rows]
        for number in noted:
            note = rows[number].notes.get(index, "")
            if note:
                cells[number] = (str(cells[number]), note)
        for cell in dict.fromkeys(cells):
            if cell not in known:
                known[cell] = self._read_cell(place, index, cell)
        return [known[c] for c in cells]

    def _read_cell(self, place: int, index: int, cell: Cell) -> int:
        text, note = (cell, "") if isinstance(cell, str) else cell
        row = Row(0, ("",) * index + (text,), {index: note} if note else {})
        said = self._said.setdefault(place, [])
        said.append(self.reader.read_columns(row, (self.reader.mapping.fields()[place],)).at(text, note))
        return len(said) - 1

    # columns that speak of the same --------------------------------------------------------

    def _groups(self, count: int) -> list[tuple[int, ...]]:
        """Columns by the fields they share, directly or through others."""
        groups: list[tuple[set[str], list[int]]] = []
        for place in range(count):
            fields = set(chain.from_iterable(s.values for s in self._said.get(place, ())))
            touching = [g for g in groups if g[0] & fields]
            groups = [g for g in groups if not g[0] & fields]
            merged = fields.union(*(g[0] for g in touching))
            groups.append((merged, sorted(chain([place], *(g[1] for g in touching)))))
        return [tuple(places) for _, places in groups]

    def _part(self, group: tuple[int, ...], codes: Mapping[int, list[int]]) -> _Part:
        if len(group) == 1:
            said = self._said.get(group[0], [])
            found = np.array(codes[group[0]], dtype=np.int32)
            return _Part(_fields(said), found, said)
        mixes = self._mixes.setdefault(group, {})
        if len(mixes) >= _MEMO_LIMIT:
            mixes.clear()
        order: dict[tuple[int, ...], int] = {}
        keys = zip(*(codes[place] for place in group), strict=True)
        joined = np.array([order.setdefault(key, len(order)) for key in keys], dtype=np.int32)
        for key in order:
            if key not in mixes:
                mixes[key] = self._mixed(group, key)
        said = [mixes[key] for key in order]
        return _Part(_fields(said), joined, said)

    def _mixed(self, group: tuple[int, ...], key: tuple[int, ...]) -> Said:
        columns = self.reader.mapping.fields()
        cells, notes = [""] * (1 + max(columns[p].index for p in group)), {}
        for place, code in zip(group, key, strict=True):
            index, (text, note) = columns[place].index, self._said[place][code].cell
            cells[index] = text
            if note:
                notes[index] = note
        return self.reader.read_columns(Row(0, tuple(cells), notes), [columns[p] for p in group])

    # people --------------------------------------------------------------------------------

    def _births(self, crowd: Crowd) -> None:
        for part in crowd.parts:
            if _BIRTH in part.fields:
                births = [said.values.get(_BIRTH) for said in part.said]
                crowd.births = [births[code] for code in part.codes.tolist()]

    def _people(self, crowd: Crowd, rows: Sequence[Row]) -> None:
        """Identity numbers, and the problems of each row in the order one row alone would have them."""
        wrong: dict[int, list[Said]] = {}
        for part in crowd.parts:
            odd = np.array([bool(s.problems) for s in part.said], dtype=np.bool_)
            if len(odd) and bool(odd.any()):
                for place in np.flatnonzero(odd[part.codes]).tolist():
                    wrong.setdefault(place, []).append(part.said[part.codes[place]])
        has_identity = self.reader.has_identity
        hidden = self.reader.sheet.hidden
        overseas = crowd.labels("overseas") if wrong else ([None], np.zeros(len(rows), np.int32))
        for place, row in enumerate(rows):
            said = wrong.get(place, ())
            problems = _in_order(said, row.number) if said else []
            if has_identity:
                self._identity(crowd, place, row, problems, said)
            if problems and overseas[0][overseas[1][place]] is True:
                problems = [p for p in problems if not (p.field == "school" and p.code == "B701")]
            if row.number in hidden:
                problems.append(self.reader.hidden_problem(row))
            if problems:
                crowd.problems[place] = tuple(problems)

    def _identity(self, crowd: Crowd, place: int, row: Row, problems: list[RowProblem], said: Iterable[Said]) -> None:
        birth = crowd.births[place]
        failed = {name: where for one in said for name, where in one.failed.items()}
        found: Identified = self.reader.identify(row, birth, problems, failed)
        crowd.born[place], crowd.births[place] = found.born, found.birth


def _fields(said: Iterable[Said]) -> frozenset[str]:
    return frozenset(chain.from_iterable(s.values for s in said))


def _in_order(said: Sequence[Said], row: int) -> list[RowProblem]:
    """The problems of several parts, by column; each with its row."""
    if len(said) == 1:
        return [replace(p, row=row) for _, p in said[0].problems]
    merged = sorted(chain.from_iterable(s.problems for s in said), key=lambda found: found[0])
    return [replace(p, row=row) for _, p in merged]
