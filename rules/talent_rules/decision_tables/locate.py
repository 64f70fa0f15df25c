"""The tables of a rule file: where each stands, cell by cell."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from talent_rules.checks.book import items, value_of
from talent_rules.decision_tables.forms import end_of, shown, shown_amount
from talent_rules.model import Rejected
from talent_rules.source import Node, Record, Report, Scalar, read_file, text_of, texts_of

_COMMENT = re.compile(r"\s+#\s?(.*)$")
_SHEET_UNSAFE = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class CellAt:
    """One cell: what the workbook shows, and where it stands; `end` -1 where it runs over a line."""

    shown: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RowAt:
    """One row with its comment. `own_line`: it is `- [...]` on a line of its own."""

    cells: tuple[CellAt, ...]
    basis: str
    comment: str
    line: int
    own_line: bool

    @property
    def texts(self) -> tuple[str, ...]:
        """What a person sees of the row, without the 依据, which is only shown."""
        return (*(cell.shown for cell in self.cells), self.comment)


@dataclass(frozen=True, slots=True)
class TableAt:
    """One 表 of a benefit with all that belongs to it."""

    benefit: str
    name: str
    number: int
    sheet: str
    columns: tuple[str, ...]
    rows: tuple[RowAt, ...]
    hit: CellAt | None
    area: bool
    facts: tuple[tuple[str, str], ...]
    node: Record

    @property
    def hit_shown(self) -> str:
        """The hit policy, which is 唯一命中 where none is written."""
        return self.hit.shown if self.hit else "唯一命中"


@dataclass(frozen=True, slots=True)
class File:
    """A rule file opened for its tables."""

    path: Path
    name: str
    digest: str
    policy: str
    lines: tuple[str, ...]
    root: Node
    tables: tuple[TableAt, ...]


def open_file(path: Path, name: str) -> File:
    """Read a rule file. Raises Rejected when it cannot be read."""
    report = Report()
    root = read_file(path, name, report)
    if root is None or report.failed:
        raise Rejected(tuple(report.problems))
    content = path.read_bytes()
    lines = content.decode("utf-8-sig").split("\n")
    policy = value_of(root, "policy")
    ident = text_of(value_of(policy, "id"), Report())
    tables = tuple(_tables(root, lines))
    return File(path, name, hashlib.sha256(content).hexdigest(), ident, tuple(lines), root, tables)


def _tables(root: Node, lines: list[str]) -> Iterator[TableAt]:
    policy = value_of(root, "policy")
    used: set[str] = set()
    for node in items(value_of(root, "benefits")):
        ident, name = (text_of(value_of(node, key), Report()) for key in ("id", "name"))
        for number, (table, area) in enumerate(_inside(value_of(node, "amount"), False)):
            sheet = _sheet_name(name or ident, used)
            yield _table(table, area, ident, name, number, sheet, _facts(policy, node, area), lines)


def _inside(node: Node | None, area: bool) -> Iterator[tuple[Record, bool]]:
    """Every table below an amount, outer first; area tables are marked."""
    if not isinstance(node, Record):
        return
    own = value_of(node, "table")
    if isinstance(own, Record):
        yield own, area
    for key, value in node.pairs:
        if value is not own:
            yield from _inside(value, area or key.text in ("面积", "area"))


def _sheet_name(name: str, used: set[str]) -> str:
    base = _SHEET_UNSAFE.sub("·", name)[:27] or "表"
    sheet, number = base, 2
    while sheet.casefold() in used:
        sheet, number = f"{base}-{number}", number + 1
    used.add(sheet.casefold())
    return sheet


def _facts(policy: Node | None, benefit: Node, area: bool) -> tuple[tuple[str, str], ...]:
    """What the named cells show beside the table, and what only the rule file can change."""
    window = value_of(benefit, "in_force") or value_of(policy, "in_force")
    amount = value_of(benefit, "amount")
    basis = value_of(amount, "basis") or value_of(benefit, "basis")
    official = texts_of(value_of(amount, "official_range"), Report(), "官方区间")
    return (
        ("单位", "㎡" if area else "元"),
        ("有效期自", text_of(value_of(window, "from"), Report())),
        ("有效期至", text_of(value_of(window, "to"), Report())),
        ("来源", "、".join(texts_of(value_of(basis, "source"), Report(), "来源"))),
        ("级别", text_of(value_of(amount, "grade"), Report()) or text_of(value_of(basis, "grade"), Report())),
        ("官方区间", "、".join(official)),
        ("表的说明", text_of(value_of(amount, "note"), Report())),
        ("版本", text_of(value_of(policy, "id"), Report())),
    )


def _table(
    node: Record,
    area: bool,
    ident: str,
    name: str,
    number: int,
    sheet: str,
    facts: tuple[tuple[str, str], ...],
    lines: list[str],
) -> TableAt:
    columns = texts_of(value_of(node, "columns"), Report(), "列")
    hit = value_of(node, "hit_policy")
    own_basis = dict(facts)["来源"]
    rows = tuple(_row(row, own_basis, lines) for row in items(value_of(node, "rows")))
    hit_at = _cell(hit, hit.text, lines) if isinstance(hit, Scalar) else None
    return TableAt(ident, name, number, sheet, columns, rows, hit_at, area, facts, node)


def _row(node: Node, basis: str, lines: list[str]) -> RowAt:
    parts = items(node)
    line = lines[node.place.line - 1]
    start = node.place.column - 1
    end = end_of(line, start) if line[start : start + 1] == "[" else -1
    tail = line[end:] if end >= 0 else ""
    own_line = end >= 0 and line[:start].strip() == "-" and (not tail.strip() or tail.lstrip().startswith("#"))
    cells = [_cell(part, shown(part, lines), lines) for part in parts[:-1]]
    cells += [_cell(part, shown_amount(part, lines), lines) for part in parts[-1:]]
    own = texts_of(value_of(value_of(parts[-1], "basis"), "source"), Report(), "来源") if parts else ()
    comment = _COMMENT.search(tail) if own_line else None
    return RowAt(
        tuple(cells), "、".join(own) or basis, comment.group(1).strip() if comment else "", node.place.line, own_line
    )


def _cell(node: Node, text: str, lines: list[str]) -> CellAt:
    line = lines[node.place.line - 1]
    start = node.place.column - 1
    return CellAt(text, node.place.line, start, end_of(line, start))
