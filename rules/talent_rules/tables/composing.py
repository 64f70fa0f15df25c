"""Facts that several columns tell together, as one more column behind those of the sheet: what it holds is what one
column would hold, 2023-03-01至2026-02-28, and is read as that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from talent_rules.quantities import Unreadable, clean
from talent_rules.tables.dates import Ambiguous, read_day, show_days
from talent_rules.tables.header import ABSENT, IGNORED, PART, MappedColumn, TableMapping, part_in
from talent_rules.tables.parts import BEGIN, END
from talent_rules.tables.rows import Rows, cell, coded
from talent_rules.tables.told import BLANKS, NO_VALUE, Column
from talent_rules.tables.values import read_cell
from talent_rules.vocabulary import Kind, Vocabulary

_DEGREE = "degree"
_GONE = frozenset({"已故", "去世", "已去世", "病故", "亡故", "已逝", "过世", "已过世"})
#: What is to be there for the parts to tell the fact, by its kind
MISSING = {
    Kind.MONTHS: "要起、止两列都有才算得出多久",
    Kind.PEOPLE: "要父、母两列都有才知道是几位",
    Kind.MEMBER: "要有学位一列，才知道哪一所是最高学位的",
}
#: Parts that come behind the other one
_LATER = (END, "母")
#: A cell as the file has it: its text and what is known of it
_Cell = tuple[str, str]


def composed(found: TableMapping, width: int, vocabulary: Vocabulary) -> TableMapping:
    """The mapping of a sheet so many columns wide with a column for each fact that parts tell together, unless a
    column of its own tells it; parts that nothing is made of are not used."""
    parts: dict[str, list[tuple[str, MappedColumn]]] = {}
    for column in found.of(PART):
        if (part := part_in(column.header, vocabulary)) is not None:
            parts.setdefault(part.field, []).append((part.which, column))
    told = {c.role for c in found.fields()}
    whole: list[MappedColumn] = []
    for name, columns in parts.items():
        if name not in told and _complete(vocabulary.fields[name].kind, {which for which, _ in columns}, told):
            ordered = [c for _, c in sorted(columns, key=lambda each: (each[0] in _LATER, each[1].index))]
            headers = "、".join(" ".join(c.header.split()) for c in ordered)
            whole.append(MappedColumn(width + len(whole), headers, name, parts=tuple(c.index for c in ordered)))
    used = {index for column in whole for index in column.parts}
    kept = (replace(c, role=IGNORED) if c.role == PART and c.index not in used else c for c in found.columns)
    return replace(found, columns=(*kept, *whole))


def _complete(kind: Kind, which: set[str], told: set[str]) -> bool:
    """Whether the parts are enough."""
    if kind is Kind.MEMBER:
        return _DEGREE in told
    return which >= ({BEGIN, END} if kind is Kind.MONTHS else {"父", "母"})


class Composer:
    """Fills in the composed columns of the rows of one sheet; `about` is what all of its cells share."""

    def __init__(self, vocabulary: Vocabulary, mapping: TableMapping, about: Column, zeros: frozenset[int]) -> None:
        self._vocabulary, self._mapping, self._about, self._zeros = vocabulary, mapping, about, zeros
        self._columns = sorted((c for c in mapping.columns if c.parts and c.index < ABSENT), key=lambda c: c.index)
        self._parts = {c.index: part_in(c.header, vocabulary) for c in mapping.of(PART)}
        self._degrees = {c.index: replace(about, header=c.header) for c in mapping.of(_DEGREE)}
        self._read: dict[tuple[int, str, str], object] = {}

    def complete(self, rows: Rows) -> Rows:
        """The rows with the composed columns."""
        for column in self._columns:
            rows = self._with(rows, column)
        return rows

    def _with(self, rows: Rows, column: MappedColumn) -> Rows:
        sources = column.parts
        if self._vocabulary.fields[column.role].kind is Kind.MEMBER:
            sources = (*sources, *(c.index for c in self._mapping.of(_DEGREE)))
        blank = pa.nulls(len(rows), pa.large_string())
        each = [coded(rows.columns[i] if i < len(rows.columns) else blank) for i in sources]
        table = np.stack([codes for codes, _ in each], axis=1) if len(rows) else np.zeros((0, len(each)), np.int32)
        kinds, back = np.unique(table, axis=0, return_inverse=True)
        mixes = [[cell(values[code]) for code, (_, values) in zip(kind, each, strict=True)] for kind in kinds.tolist()]
        made = [self._text(column, sources, [(text or "", note) for text, note in mix]) for mix in mixes]
        texts = np.array(made or [""], dtype=object)[back.reshape(-1)] if len(rows) else np.array([], dtype=object)
        notes = {place: dict(kinds) for place, kinds in rows.notes.items()}
        for place, known in notes.items():
            if any(index in known for index in sources):
                mix = [self._noted(rows, place, index, known) for index in sources]
                texts[place] = self._text(column, sources, mix)
                if lost := next((note for _, note in mix if note in ("E", "F")), ""):
                    known[column.index] = lost
        padding = [blank] * max(0, column.index - len(rows.columns))
        columns = (*rows.columns[: column.index], *padding, pa.array(texts, pa.large_string()))
        return Rows(rows.numbers, columns, notes)

    @staticmethod
    def _noted(rows: Rows, place: int, index: int, known: dict[int, str]) -> _Cell:
        text, note = cell(rows.columns[index][place].as_py()) if index < len(rows.columns) else ("", "")
        return text or "", known.get(index, note)

    def _text(self, column: MappedColumn, sources: Sequence[int], cells: Sequence[_Cell]) -> str:
        """What one column would hold, "" where the parts do not tell the fact."""
        kind, said = self._vocabulary.fields[column.role].kind, dict[str, str]()
        for index, (text, note) in zip(sources, cells, strict=True):
            part = self._parts.get(index)
            if part is not None and not said.get(part.which):  # two columns may be of one part, one of them blank
                said[part.which] = text.strip() if kind is Kind.MEMBER else self._day(index, text, note)
        if kind is Kind.MEMBER:
            return self._school(said, zip(sources, cells, strict=True))
        days = list(said.values())
        if any(clean(day).casefold() in BLANKS for day in days):
            return ""
        if kind is Kind.MONTHS:
            begin, end = days
            return f"{begin}至{end}" if any(c.isdigit() for c in end) else end
        there = [day for day in days if clean(day) not in NO_VALUE | _GONE]
        return "、".join(there) or "无"

    def _day(self, index: int, text: str, note: str) -> str:
        """A date as it is read in a column of its own; anything else, and what has to be asked, as it stands."""
        try:
            span = read_day(text, note, date1904=self._about.date1904, tenths_safe=index in self._zeros)
        except Ambiguous:
            return f"{text.strip()}？"
        except Unreadable:
            return text.strip()
        return show_days(span)

    def _school(self, schools: Mapping[str, str], cells: Iterable[tuple[int, _Cell]]) -> str:
        """The school of the degree that the row says is the highest."""
        told = {self._degree(index, *one) for index, one in cells if index in self._degrees} - {None}
        degree = told.pop() if len(told) == 1 else None
        return schools.get(degree, "") if isinstance(degree, str) else ""

    def _degree(self, index: int, text: str, note: str) -> object:
        """What a cell of a column of degrees says."""
        key = index, text, note
        if key not in self._read:
            entry, lists = self._vocabulary.fields[_DEGREE], self._vocabulary.reference
            self._read[key] = read_cell(entry, text, note, self._degrees[index], lists).values.get(_DEGREE)
        return self._read[key]
