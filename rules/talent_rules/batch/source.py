"""The table of one batch: its sheets, their headings, and their people in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from talent_rules.batch.people import PersonReader, Sheet
from talent_rules.batch.sieve import Sieve
from talent_rules.tables.composing import Composer
from talent_rules.tables.header import ABSENT, IDENTITY, IGNORED, LABEL, RESULT, SHEET, MappedColumn, TableMapping
from talent_rules.tables.reader import First, Reading
from talent_rules.tables.rows import Rows, joined
from talent_rules.tables.told import Column
from talent_rules.vocabulary import Vocabulary

_KEPT_ZERO = re.compile(r"(?:19|20)\d\d\.(?:0\d|10|20)(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of people: its name, its columns where they stand, in the order that all pages share, and its rows
    below the headings, where they have been counted."""

    name: str
    mapping: TableMapping
    height: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """A file with its sheets and their mappings settled; `remarks` are worth telling, in sentences, `left_out` says of
    which people nothing will be said, and `twice` who seems to be in it more than once."""

    path: Path
    kind: str
    pages: tuple[Page, ...]
    date1904: bool
    remarks: tuple[str, ...]
    hints: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()

    @property
    def mapping(self) -> TableMapping:
        """The columns, as they stand on the first page."""
        return self.pages[0].mapping

    @property
    def sheet(self) -> str:
        """The name of the first page."""
        return self.pages[0].name

    @property
    def several(self) -> bool:
        """Whether the people of more than one sheet are read."""
        return len(self.pages) > 1

    @property
    def height(self) -> int | None:
        """The rows of all pages, where they have been counted."""
        heights = [page.height for page in self.pages if page.height is not None]
        return sum(heights) if len(heights) == len(self.pages) else None


class Table:
    """A file being read, once from top to bottom; to be closed. Everything may raise Refused or OSError."""

    def __init__(self, reading: Reading, source: Source, first: Mapping[str, First], vocabulary: Vocabulary) -> None:
        self.source, self._reading, self._first, self._vocabulary = source, reading, first, vocabulary

    def readers(self, vocabulary: Vocabulary, as_of: date) -> list[PersonReader]:
        """A reader for each page, which knows of the identities on those before it."""
        found: list[PersonReader] = []
        for page in self.source.pages:
            found.append(PersonReader(vocabulary, page.mapping, self._sheet(page), as_of, tuple(found)))
        return found

    @property
    def has_rows(self) -> bool:
        """Whether anything stands below the headings, as far as the first rows tell."""
        return any(bool((self._first[p.name].rows.numbers >= p.mapping.row).any()) for p in self.source.pages)

    def _sheet(self, page: Page) -> Sheet:
        first = self._first[page.name]
        rows = list(first.rows)
        safe = frozenset(
            c.index
            for c in page.mapping.columns
            if any(_KEPT_ZERO.fullmatch(r.cells[c.index].strip()) for r in rows if c.index < len(r.cells))
        )
        hidden = frozenset(first.meta.get("hidden", ()))
        return Sheet(page.name, self.source.kind, self.source.date1904, hidden, safe)

    def _composer(self, page: Page) -> Composer:
        return composer_of(self._vocabulary, page.mapping, self._sheet(page))

    def people(self, skipped: dict[str, int], count: int, limit: int | None = None) -> Iterator[tuple[int, Rows]]:
        """The people below the headings, `count` of a page at a time, `limit` in all, with the number of their page;
        rows that are nobody are counted in `skipped`, by reason."""
        numbers = {page.name: number for number, page in enumerate(self.source.pages)}
        wanted = {p.name: [c.index for c in p.mapping.columns if _is_read(c)] for p in self.source.pages}
        left = limit
        for name, blocks in groupby(self._reading.rows(wanted), key=itemgetter(0)):
            page = self.source.pages[numbers[name]]
            sieve, composer = Sieve(page.mapping, skipped), self._composer(page)
            found = (sieve.people(_below(rows, page.mapping.row)) for _, rows in blocks)
            for rows in _gathered(found, count, left):
                left = None if left is None else left - len(rows)
                yield numbers[name], _named(composer.complete(rows), page)
            if left == 0:
                break

    def close(self) -> None:
        """Nothing more is wanted."""
        self._reading.close()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()


def _is_read(column: MappedColumn) -> bool:
    """Whether a column's cells are wanted from the file."""
    return column.role not in (RESULT, SHEET) and column.index < ABSENT and not column.parts


def _below(rows: Rows, start: int) -> Rows:
    """Those from a row of the sheet on."""
    above = int((rows.numbers < start).sum())
    return rows if not above else rows.part(above, len(rows))


def _gathered(parts: Iterable[Rows], count: int, limit: int | None) -> Iterator[Rows]:
    """The rows of some parts `count` at a time, `limit` in all."""
    held: list[Rows] = []
    have, left = 0, limit
    for found in parts:
        if left is not None:
            found, left = found.part(0, min(left, len(found))), max(0, left - len(found))
        held.append(found)
        have += len(found)
        while have >= count:
            whole = joined(held)
            yield whole.part(0, count)
            held, have = [whole.part(count, have)], have - count
        if left == 0:
            break
    if have:
        yield joined(held)


def _named(rows: Rows, page: Page) -> Rows:
    """The rows of a page with its name in the column that the mapping has for it, if it has one."""
    import pyarrow as pa

    names = [pa.repeat(pa.scalar(page.name, pa.large_string()), len(rows)) for _ in page.mapping.of(SHEET)]
    return Rows(rows.numbers, (*rows.columns, *names), rows.notes) if names else rows


def open_table(
    path: Path,
    vocabulary: Vocabulary,
    *,
    sheets: Sequence[str] = (),
    maps: Sequence[str] = (),
    reading: Reading | None = None,
) -> Table:
    """Start to read a table, or go on reading, and settle its sheets and its headings. Raises Refused, OSError."""
    from talent_rules.batch.settling import settled

    reading = reading or Reading(path)
    try:
        first = reading.first()
        source = settled(path, first, vocabulary, sheets, maps)
    except BaseException:
        reading.close()
        raise
    return Table(reading, source, {f.sheet: f for f in first}, vocabulary)


def composer_of(vocabulary: Vocabulary, mapping: TableMapping, sheet: Sheet) -> Composer:
    """What fills in the facts of a sheet that several columns tell together."""
    return Composer(vocabulary, mapping, Column(date1904=sheet.date1904, places=vocabulary.places), sheet.tenths_safe)


# ── the mapping in words ────────────────────────────────────────────────────────────────────


def mapping_lines(source: Source, vocabulary: Vocabulary) -> list[str]:
    """The mapping in words, one column a line; of further pages what differs from the first."""
    lines = _lines(source.mapping, source, vocabulary)
    for page in source.pages[1:]:
        others = [line for line in _lines(page.mapping, source, vocabulary) if line not in lines]
        lines += [f"工作表“{page.name}” {line}" for line in others]
    return lines


def _lines(mapping: TableMapping, source: Source, vocabulary: Vocabulary) -> list[str]:
    words = {
        LABEL: "（原样保留）",
        IDENTITY: "（只取出生日期，号码不保存）",
        IGNORED: "（没有用上）",
        RESULT: "（上次核对的结果，不读）",
    }
    whole = {index: vocabulary.fields[c.role] for c in mapping.columns if c.index < ABSENT for index in c.parts}
    lines = []
    for column in mapping.columns:
        if column.role == SHEET or column.index >= ABSENT or column.parts:
            continue
        entry = vocabulary.fields.get(column.role)
        part = whole.get(column.index)
        target = f"{entry.name}（{entry.id}）" if entry else words.get(column.role, "")
        target = f"和别的列合成{part.name}（{part.id}）" if part else target
        unit = f"，单位 {column.unit.replace('m2', '㎡')}" if column.unit else ""
        hint = source.hints.get(column.header, "")
        more = f" {hint}用 --map 指定" if hint and column.role == IGNORED else ""
        header = " ".join(column.header.split())
        lines.append(f"{column.letter} 列“{header}” → {target}{unit}{more}")
    return lines


def mapping_json(source: Source, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The mapping of the first page for machines."""
    return [
        {
            "column": c.letter,
            "header": " ".join(c.header.split()),
            "field": c.role if c.role in vocabulary.fields else None,
            "role": "field" if c.role in vocabulary.fields else c.role,
            "unit": c.unit,
            "by_hand": c.by_hand,
        }
        for c in source.mapping.columns
        if c.role != SHEET and c.index < ABSENT and not c.parts
    ]
