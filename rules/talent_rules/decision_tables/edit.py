"""Carry the changes of a sheet into the lines of the rule file; what did not change is not touched."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from talent_rules.decision_tables.forms import end_of, written, written_amount
from talent_rules.decision_tables.locate import CellAt, RowAt, TableAt
from talent_rules.decision_tables.sheets import HIT, Line, Sheet

_COMMENT = re.compile(r"\s+#.*$")
_EXAMPLE = "{固定: 40万元, 依据: {来源: P7}}"


class Fixed(ValueError):
    """A row that cannot be changed from a sheet; says why and what to do."""

    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


@dataclass(frozen=True, slots=True)
class Change:
    """Replace text on one line (`start`–`end`), or lines: `insert` before `line`, or delete it."""

    line: int
    start: int
    end: int
    text: str
    kind: str = "text"  # text · insert · delete · comment


def changes(sheet: Sheet, table: TableAt) -> Iterator[Change]:
    """What has to be done to the file. Raises Fixed."""
    if not sheet.lines:
        raise Fixed(0, "表里至少要留一行", "整张表不要了，到规则文件里删")
    hit = dict(sheet.named)[HIT]
    if hit != table.hit_shown:
        yield _hit(table, hit)
    wanted = [_wanted(line, len(table.columns)) for line in sheet.lines]
    have = [row.texts for row in table.rows]
    for what, i, j, k, m in difflib.SequenceMatcher(None, have, wanted, autojunk=False).get_opcodes():
        for row, line in zip(table.rows[i:j], sheet.lines[k:m], strict=False):
            _same_basis(row, line, table)
        if what == "equal":
            continue
        both = min(j - i, m - k)
        for row, line, texts in zip(table.rows[i:j], sheet.lines[k:m], wanted[k:m], strict=False):
            yield from _row(row, line.number, texts)
        for line in sheet.lines[k + both : m]:
            _no_basis(line, table)
        for row in table.rows[i + both : j]:
            _must_be_own(row, 0)
            yield Change(row.line, 0, 0, "", "delete")
        yield from _added(table, i + both, sheet.lines[k + both : m], wanted[k + both : m])


def _wanted(line: Line, width: int) -> tuple[str, ...]:
    """A row as `RowAt.texts` says it; an empty condition is any."""
    cells = [text or "-" for text in line.cells[: width - 1]]
    return (*cells, line.cells[width - 1], line.cells[-1])


def _hit(table: TableAt, hit: str) -> Change:
    if table.hit is not None:
        return Change(table.hit.line, table.hit.start, table.hit.end, hit)
    place = table.node.place
    if table.node.pairs[0][0].place.line == table.node.pairs[-1][0].place.line:
        raise Fixed(2, "这张表写在一行里，没有写方式", f"在规则文件的 `表:` 下加一行 `方式: {hit}`")
    return Change(place.line, 0, 0, " " * (place.column - 1) + f"方式: {hit}", "insert")


def _row(row: RowAt, number: int, texts: tuple[str, ...]) -> Iterator[Change]:
    """The cells of a row that changed, and its comment."""
    for index, (cell, text) in enumerate(zip(row.cells, texts[:-1], strict=True)):
        if cell.shown == text:
            continue
        _must_be_whole(cell, number)
        new = written_amount(text) if index == len(row.cells) - 1 else written(text)
        yield Change(cell.line, cell.start, cell.end, new)
    if texts[-1] != row.comment:
        _must_be_own(row, number)
        yield Change(row.line, 0, 0, texts[-1], "comment")


def _added(table: TableAt, before: int, lines: tuple[Line, ...], wanted: list[tuple[str, ...]]) -> Iterator[Change]:
    """New rows, laid out like their neighbours."""
    if not lines:
        return
    if not table.rows:
        raise Fixed(lines[0].number, "规则文件里这张表还没有一行", "先在规则文件里写一行，再导出")
    near = table.rows[min(before, len(table.rows) - 1)]
    _must_be_own(near, lines[0].number)
    at = near.line if before < len(table.rows) else near.line + 1
    indent = " " * (near.cells[0].start - 3)
    for texts in wanted:
        cells = [*(written(t) for t in texts[:-2]), written_amount(texts[-2])]
        tail = f"  # {texts[-1]}" if texts[-1] else ""
        yield Change(at, 0, 0, f"{indent}- [{', '.join(cells)}]{tail}", "insert")


def _same_basis(row: RowAt, line: Line, table: TableAt) -> None:
    """The 依据 of a row stands in its amount; a cell that only shows it cannot change it."""
    width = len(table.columns)
    if row.cells[-1].shown != line.cells[width - 1]:
        _no_basis(line, table)
    elif line.cells[width] not in ("", row.basis):
        hint = f"改回“{row.basis}”；依据写在规则文件第 {row.line} 行的金额里，如 `{_EXAMPLE}`，到那里改"
        raise Fixed(line.number, "“依据”列只供查看，在这里改不进规则文件", hint)


def _no_basis(line: Line, table: TableAt) -> None:
    """A row whose amount is new brings its 依据 in it, if it has another than the table."""
    width, shared = len(table.columns), dict(table.facts)["来源"]
    if line.cells[width] not in ("", shared) and "依据" not in line.cells[width - 1]:
        hint = f"清空“依据”这一格；来源与整张表（{shared}）不同的，把金额写成 `{_EXAMPLE}`"
        raise Fixed(line.number, "这一行的金额是新写的，“依据”列写不进规则文件", hint)


def _must_be_whole(cell: CellAt, number: int) -> None:
    if cell.end < 0:
        raise Fixed(number, "这一格在规则文件里跨了几行", f"到规则文件第 {cell.line} 行改")


def _must_be_own(row: RowAt, number: int) -> None:
    if not row.own_line:
        raise Fixed(number, f"规则文件第 {row.line} 行里这一行没有单独成行，不能增删", "先把每行写成 `- […]`，再导出")


def apply(lines: tuple[str, ...], wanted: list[Change]) -> list[str]:
    """The lines with the changes made, from the last to the first so that places stay true."""
    found = list(lines)
    ending = "\r" if lines[0].endswith("\r") else ""
    for number in sorted({c.line for c in wanted}, reverse=True):
        here = [c for c in wanted if c.line == number]
        for change in sorted((c for c in here if c.kind == "text"), key=lambda c: -c.start):
            line = found[number - 1]
            found[number - 1] = line[: change.start] + change.text + line[change.end :]
        for change in here:
            if change.kind == "comment":
                found[number - 1] = _commented(found[number - 1], change.text)
        if any(c.kind == "delete" for c in here):
            del found[number - 1]
        found[number - 1 : number - 1] = [c.text + ending for c in here if c.kind == "insert"]
    return found


def _commented(line: str, comment: str) -> str:
    end = line.rindex("]", 0, _code_end(line)) + 1
    ending = "\r" if line.endswith("\r") else ""
    if not comment:
        return line[:end] + ending
    gap = _COMMENT.search(line[end:])
    space = (line[end:][: len(line[end:]) - len(line[end:].lstrip())] if gap else "") or "  "
    return f"{line[:end]}{space}# {comment}{ending}"


def _code_end(line: str) -> int:
    """Where the comment of a row begins."""
    start = line.index("[")
    end = end_of(line, start)
    return end if end > 0 else len(line)
