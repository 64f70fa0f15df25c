"""The table of one batch: which sheet, which header, and its people in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from talent_rules.batch.people import PersonReader, Sheet
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
    override,
    suggestions,
)
from talent_rules.tables.reader import Block, Row, read_blocks
from talent_rules.tables.refusal import Refused
from talent_rules.vocabulary import Vocabulary

#: The sheet of a result workbook that is meant to be corrected and given back
TO_CORRECT = "待修正"
_PROBE_ROWS = 40
_KEPT_ZERO = re.compile(r"(?:19|20)\d\d\.(?:0\d|10|20)(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Source:
    """A file with its sheet and mapping settled; `remarks` are worth telling, in sentences."""

    path: Path
    kind: str
    sheet: str
    mapping: TableMapping
    date1904: bool
    height: int | None
    remarks: tuple[str, ...]
    hints: dict[str, str]

    def rows(self) -> Iterator[tuple[Sheet, Row]]:
        """Every row below the header, with what its sheet is like. Raises Refused."""
        shared: Sheet | None = None
        start = self.mapping.row
        for block in read_blocks(self.path, sheet=self.sheet or None):
            if shared is None:
                shared = self._shared(block)
            for row in block.rows:
                if row.number >= start:
                    yield shared, row

    def _shared(self, block: Block) -> Sheet:
        safe = frozenset(
            c.index
            for c in self.mapping.columns
            if any(_KEPT_ZERO.fullmatch(r.cells[c.index].strip()) for r in block.rows if c.index < len(r.cells))
        )
        return Sheet(self.sheet, self.kind, self.date1904, frozenset(block.meta.get("hidden", ())), safe)

    def reader(self, vocabulary: Vocabulary, sheet: Sheet, today: date) -> PersonReader:
        """A reader for its rows."""
        return PersonReader(vocabulary, self.mapping, sheet, today)


def open_source(path: Path, vocabulary: Vocabulary, *, sheet: str | None, maps: Sequence[str]) -> Source:
    """Settle the sheet and the header of a table. Raises Refused, OSError."""
    candidates = list(_candidates(path, vocabulary, sheet, maps))
    fitting = [c for c in candidates if c[1] is not None]
    if not fitting:
        raise Refused(
            "T720",
            _no_header(candidates),
            "第一行写列名，例如 姓名、学位、毕业院校、引进日期；模板：talent template -o 模板.xlsx",
        )
    block, found = max(fitting, key=lambda c: _rank(c[0], c[1]))
    assert found is not None
    found = override(found, maps, vocabulary)
    others = [
        b.sheet for b, m in fitting if b.sheet != block.sheet and b.meta.get("visible", True) and _alike(m, found)
    ]
    remarks = list(block.meta.get("remarks", ()))
    if others and block.sheet != TO_CORRECT:
        remarks.append(f"只读了工作表“{block.sheet}”；“{'”“'.join(others)}”也像人员表，没有读，要读请加 --sheet")
    height = block.meta.get("height")
    numbered = replace(found, row=block.rows[found.row - 1].number + 1)
    return Source(
        path,
        block.meta["kind"],
        block.sheet,
        numbered,
        bool(block.meta.get("date1904")),
        None if height is None else max(0, height - numbered.row + 1),
        tuple(remarks),
        dict(suggestions(found, vocabulary)),
    )


Candidate = tuple[Block, TableMapping | None]


def _candidates(path: Path, vocabulary: Vocabulary, sheet: str | None, maps: Sequence[str]) -> Iterator[Candidate]:
    seen: set[str] = set()
    for block in _first_blocks(path, sheet):
        if block.sheet in seen:
            continue
        seen.add(block.sheet)
        texts = [r.cells for r in block.rows]
        yield block, find_header(texts, vocabulary) or _by_wishes(texts, maps)


def _first_blocks(path: Path, sheet: str | None) -> Iterator[Block]:
    """The first rows of each sheet; the header row of JSON and Parquet comes as a block of its own."""
    blocks = read_blocks(path, sheet=sheet, rows=_PROBE_ROWS)
    held: Block | None = None
    for block in blocks:
        if block.meta.get("kind") != "xlsx" and held is not None:
            block = replace(block, rows=held.rows + block.rows)
            held = None
        elif block.meta.get("kind") != "xlsx" and len(block.rows) == 1:
            held = block
            continue
        yield block
    if held is not None:
        yield held


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


def _rank(block: Block, found: TableMapping | None) -> tuple[bool, bool, int]:
    assert found is not None
    return block.sheet == TO_CORRECT, bool(block.meta.get("visible", True)), found.score


def _alike(one: TableMapping | None, other: TableMapping) -> bool:
    return one is not None and one.score * 2 >= other.score and len(one.fields()) >= 2


def _no_header(candidates: Sequence[Candidate]) -> str:
    for block, _ in candidates:
        for row in block.rows[:10]:
            words = [c.strip() for c in row.cells if c.strip()]
            if len(words) >= 2:
                return "没有找到表头：前 10 行里认不出列名（看到的是 " + "、".join(w[:12] for w in words[:6]) + "）"
    return "没有找到表头：前 10 行里认不出列名"


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
        unit = f"，单位 {column.unit}" if column.unit else ""
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
