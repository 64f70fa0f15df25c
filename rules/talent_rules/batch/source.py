"""The table of one batch: which sheet, which header, and its people in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from talent_rules.batch.people import PersonReader, Sheet
from talent_rules.batch.sieve import Sieve
from talent_rules.tables.fitting import at_odds, fitted
from talent_rules.tables.header import (
    HEADER_ROWS,
    IDENTITY,
    IGNORED,
    LABEL,
    RESULT,
    MappedColumn,
    TableMapping,
    find_header,
    heading,
    lies_across,
    override,
    suggestions,
)
from talent_rules.tables.reader import First, Reading
from talent_rules.tables.refusal import Refused
from talent_rules.tables.rows import Rows, joined
from talent_rules.vocabulary import Vocabulary

#: The sheet of a result workbook that is meant to be corrected and given back
TO_CORRECT = "待修正"
_HEADER_WITHIN = 40
_KEPT_ZERO = re.compile(r"(?:19|20)\d\d\.(?:0\d|10|20)(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Source:
    """A file with its sheet and mapping settled; `remarks` are worth telling, in sentences, and `left_out` says of
    which people nothing will be said."""

    path: Path
    kind: str
    sheet: str
    mapping: TableMapping
    date1904: bool
    height: int | None
    remarks: tuple[str, ...]
    hints: dict[str, str]
    left_out: tuple[str, ...] = ()


class Table:
    """A file being read, once from top to bottom; to be closed. Everything may raise Refused or OSError."""

    def __init__(self, reading: Reading, source: Source, first: First) -> None:
        self.source, self._reading, self._first = source, reading, first

    def reader(self, vocabulary: Vocabulary, as_of: date) -> PersonReader:
        """A reader for its rows."""
        return PersonReader(vocabulary, self.source.mapping, self._sheet(), as_of)

    @property
    def has_rows(self) -> bool:
        """Whether anything stands below the header, as far as the first rows tell."""
        return bool((self._first.rows.numbers >= self.source.mapping.row).any())

    def _sheet(self) -> Sheet:
        source, rows = self.source, list(self._first.rows)
        safe = frozenset(
            c.index
            for c in source.mapping.columns
            if any(_KEPT_ZERO.fullmatch(r.cells[c.index].strip()) for r in rows if c.index < len(r.cells))
        )
        hidden = frozenset(self._first.meta.get("hidden", ()))
        return Sheet(source.sheet, source.kind, source.date1904, hidden, safe)

    def people(self, sieve: Sieve, count: int, limit: int | None = None) -> Iterator[Rows]:
        """The people below the header, `count` at a time, `limit` in all."""
        held: list[Rows] = []
        have, left = 0, limit
        for rows in self._below():
            found = sieve.people(rows)
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

    def _below(self) -> Iterator[Rows]:
        wanted = [c.index for c in self.source.mapping.columns if c.role != RESULT]
        start = self.source.mapping.row
        for rows in self._reading.rows(self.source.sheet, wanted):
            above = int((rows.numbers < start).sum())
            yield rows if not above else rows.part(above, len(rows))

    def close(self) -> None:
        """Nothing more is wanted."""
        self._reading.close()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()


def open_table(
    path: Path,
    vocabulary: Vocabulary,
    *,
    sheet: str | None = None,
    maps: Sequence[str] = (),
    reading: Reading | None = None,
) -> Table:
    """Start to read a table, or go on reading, and settle its sheet and its header. Raises Refused, OSError."""
    reading = reading or Reading(path)
    try:
        source, first = _settled(path, reading.first(), vocabulary, sheet, maps)
    except BaseException:
        reading.close()
        raise
    return Table(reading, source, first)


def _settled(
    path: Path, sheets: Sequence[First], vocabulary: Vocabulary, wanted: str | None, maps: Sequence[str]
) -> tuple[Source, First]:
    if wanted and wanted not in [f.sheet for f in sheets]:
        raise Refused("T732", f"工作簿里没有工作表“{wanted}”", "现有：" + "、".join(f.sheet for f in sheets[:20]))
    candidates = [_candidate(f, vocabulary, maps) for f in sheets if not wanted or f.sheet == wanted]
    fitting = [c for c in candidates if c.mapping is not None]
    if not fitting:
        if any(c.across for c in candidates):
            turn = "改成一人一行：选中整张表复制，再用“选择性粘贴”里的“转置”"
            raise Refused("T720", "表是横着排的，一人一列", turn)
        raise Refused(
            "T720",
            _no_header(candidates),
            "第一行写列名，例如 姓名、学位、毕业院校、引进日期；模板：talent template -o 模板.xlsx",
        )
    chosen = max(fitting, key=_rank)
    assert chosen.mapping is not None
    first, looked = chosen.first, fitted(chosen.mapping, chosen.texts[chosen.mapping.row :], vocabulary)
    found = override(looked, maps, vocabulary)
    others = [
        c.first.sheet
        for c in fitting
        if c is not chosen and c.first.meta.get("visible", True) and _alike(c.mapping, found)
    ]
    remarks = list(first.meta.get("remarks", ()))
    remarks += [_fitting(c, vocabulary) for c in _changed(chosen.mapping, found)]
    odd = at_odds(found, chosen.texts[found.row :], vocabulary)
    remarks += [f"“{header}”一列写的像是{name}，列名可能放错了：用 --map {header}={name}" for header, name in odd]
    height = first.meta.get("height")
    numbered = replace(found, row=chosen.numbers[found.row - 1] + 1)
    source = Source(
        path,
        first.meta["kind"],
        first.sheet,
        numbered,
        bool(first.meta.get("date1904")),
        None if height is None else max(0, height - numbered.row + 1),
        tuple(remarks),
        dict(suggestions(found, vocabulary)),
        _unread(first.sheet, others),
    )
    return source, first


def _unread(sheet: str, others: Sequence[str]) -> tuple[str, ...]:
    """That the other sheets of people have not been read, unless the one that was is what came back corrected."""
    if not others or sheet == TO_CORRECT:
        return ()
    names = "”“".join(others)
    return (f"只读了工作表“{sheet}”，“{names}”里的人没有核对：每张表加 --sheet 各做一次，或合成一张表再做",)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet that may be the table: its first rows as text, header included, with their numbers; `across` where
    people stand beside each other."""

    first: First
    texts: list[Sequence[str]]
    numbers: list[int]
    mapping: TableMapping | None
    across: bool = False


def _candidate(first: First, vocabulary: Vocabulary, maps: Sequence[str]) -> _Candidate:
    header = first.meta.get("header")
    rows = list(first.rows.part(0, _HEADER_WITHIN))
    texts: list[Sequence[str]] = [r.cells for r in rows]
    numbers = [r.number for r in rows]
    if header is not None:
        texts, numbers = [header, *texts], [0, *numbers]
    found = find_header(texts, vocabulary) or _by_wishes(texts, maps)
    across = not maps and lies_across(texts, vocabulary, found)
    return _Candidate(first, texts, numbers, None if across else found, across)


def _changed(before: TableMapping, after: TableMapping) -> list[MappedColumn]:
    """The columns that were taken for something else once their cells were looked at."""
    pairs = zip(before.columns, after.columns, strict=True)
    return [new for old, new in pairs if new.role != old.role and not new.by_hand]


def _fitting(column: MappedColumn, vocabulary: Vocabulary) -> str:
    header, name = " ".join(column.header.split()), vocabulary.fields[column.role].name
    return f"“{header}”一列按格里写的内容认成{name}；不是的话用 --map {header}=别的信息项"


def _by_wishes(rows: Sequence[Sequence[str]], maps: Sequence[str]) -> TableMapping | None:
    """A header no synonym fits, where --map says what its columns are."""
    wanted = {heading(m.partition("=")[0]) for m in maps}
    likely = [i for i, row in enumerate(rows[:HEADER_ROWS]) if sum(1 for t in row if t.strip()) >= 2]
    named = [i for i in likely if wanted & {heading(t) for t in rows[i]}]
    if not maps or not likely:
        return None
    number = (named or likely)[0]
    columns = tuple(MappedColumn(i, t.strip(), IGNORED) for i, t in enumerate(rows[number]) if t.strip())
    return TableMapping(number + 1, columns, 1)


def _rank(candidate: _Candidate) -> tuple[bool, bool, int]:
    assert candidate.mapping is not None
    first = candidate.first
    return first.sheet == TO_CORRECT, bool(first.meta.get("visible", True)), candidate.mapping.score


def _alike(one: TableMapping | None, other: TableMapping) -> bool:
    if one is None:
        return False
    return one.fields() == other.fields() or (one.score * 2 >= other.score and len(one.fields()) >= 2)


def _no_header(candidates: Sequence[_Candidate]) -> str:
    said = f"没有找到表头：前 {HEADER_ROWS} 行里认不出列名"
    for candidate in candidates:
        for row in candidate.texts[:10]:
            words = [c.strip() for c in row if c.strip()]
            if len(words) >= 2:
                return said + "（看到的是 " + "、".join(w[:12] for w in words[:6]) + "）"
    return said


def mapping_lines(source: Source, vocabulary: Vocabulary) -> list[str]:
    """The mapping in words, one column a line."""
    words = {
        LABEL: "（原样保留）",
        IDENTITY: "（只取出生日期，号码不保存）",
        IGNORED: "（没有用上）",
        RESULT: "（上次核对的结果，不读）",
    }
    lines = []
    for column in source.mapping.columns:
        entry = vocabulary.fields.get(column.role)
        target = f"{entry.name}（{entry.id}）" if entry else words[column.role]
        unit = f"，单位 {column.unit.replace('m2', '㎡')}" if column.unit else ""
        hint = source.hints.get(column.header, "")
        more = f" {hint}用 --map 指定" if hint and column.role == IGNORED else ""
        header = " ".join(column.header.split())
        lines.append(f"{column.letter} 列“{header}” → {target}{unit}{more}")
    return lines


def mapping_json(source: Source, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The mapping for machines."""
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
    ]
