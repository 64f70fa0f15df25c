"""Is what came back readable: every problem named by sheet, row and column, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from talent_rules.compiler.amounts import HIT_POLICIES, read_amount
from talent_rules.compiler.conditions import Reader
from talent_rules.conditions import Condition
from talent_rules.decision_tables.forms import written, written_amount
from talent_rules.decision_tables.locate import TableAt
from talent_rules.decision_tables.sheets import HIT, SHOWN_ONLY, Line, Sheet, header
from talent_rules.model import Grade, Place, Problem
from talent_rules.source import Node, Report, did_you_mean, read_text
from talent_rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Desk:
    """What checking needs: the words, the sources and the 层次 of the file, the name of the workbook."""

    vocabulary: Vocabulary
    sources: Mapping[str, Grade]
    workbook: str
    tiers: Mapping[str, Condition]

    def problem(self, sheet: Sheet, line: int, column: int, code: str, message: str, hint: str = "") -> Problem:
        """A problem at a cell, in the words of a spreadsheet."""
        name = sheet.header[column - 1] if 0 < column <= len(sheet.header) else ""
        where = f"表“{sheet.name}”" + (f"第 {line} 行" if line else "") + (f"“{name}”列" if name else "")
        return Problem(Place(self.workbook, line, max(column, 1) if line else 0), code, f"{where}：{message}", hint)


def check_sheet(sheet: Sheet, table: TableAt, desk: Desk) -> Iterator[Problem]:
    """Every problem of one sheet."""
    if sheet.header != header(table):
        wanted = "、".join(header(table))
        yield desk.problem(sheet, 1, 0, "X805", "第 1 行的列名改过", f"应当依次是 {wanted}")
        return
    for row, column in sheet.formulas:
        yield desk.problem(sheet, row, column, "X806", "这一格是公式，不能当规则", "改成文字，例如 40万元")
    yield from _named(sheet, table, desk)
    for line in sheet.lines:
        yield from _line(sheet, table, line, desk)


def _named(sheet: Sheet, table: TableAt, desk: Desk) -> Iterator[Problem]:
    named = dict(sheet.named)
    for name, value in table.facts:
        if name in SHOWN_ONLY and named.get(name, "") != value:
            hint = f"改回“{value}”，再到规则文件里改" if value else "清空这一格，再到规则文件里改"
            yield desk.problem(sheet, 2, 0, "X807", f"“{name}”只供查看，不能在表里改", hint)
    hit = named.get(HIT, "")
    if hit not in HIT_POLICIES:
        known = [w for w in HIT_POLICIES if not w.isascii()]
        hint = did_you_mean(hit, known) or "可写：" + "、".join(known)
        yield desk.problem(sheet, 2, 0, "X808", f"没有“{hit}”这种命中方式" if hit else "“命中方式”不见了", hint)


def _line(sheet: Sheet, table: TableAt, line: Line, desk: Desk) -> Iterator[Problem]:
    width = len(table.columns)
    for column, text in enumerate(line.cells, 1):
        if any(not c.isprintable() for c in text):
            yield desk.problem(sheet, line.number, column, "X809", "格子里有换行或控制字符", "写在一行里")
            return
    for column, text in enumerate(line.cells[:width], 1):
        if (line.number, column) in sheet.formulas:
            continue  # said already
        if any(row.cells[column - 1].shown == text for row in table.rows):
            continue  # as it stands in the file
        for code, message, hint in _reading(table, column, text, desk):
            yield desk.problem(sheet, line.number, column, code, message, hint)


def _reading(table: TableAt, column: int, text: str, desk: Desk) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one cell, found by reading it as the rule file would."""
    last = column == len(table.columns)
    if last and not text:
        yield "X810", "没有写数额", "例如 40万元；没有钱写 0元；不知道写 待定"
        return
    name = table.columns[column - 1] if not last else "金额"
    cell = written_amount(text) if last else written(text)
    row = f"[{cell}]" if last else f"[{cell}, {'1㎡' if table.area else '1元'}]"
    inner = f"表:\n    列: [{'金额' if last else name + ', 金额'}]\n    行:\n      - {row}\n"
    if table.area:
        inner = "面积:\n    " + inner.replace("\n", "\n    ").rstrip(" ") + "  单价: 购房单价\n"
    report = Report()
    node = read_text("金额:\n  " + inner, "", report)
    if node is not None and not report.failed:
        read_amount(_under(node), Reader(desk.vocabulary, desk.tiers, desk.sources, report))
    for problem in report.problems[:1]:
        yield problem.code, problem.message, problem.hint


def _under(node: Node) -> Node:
    """The value of the only key."""
    pairs = getattr(node, "pairs", ())
    return pairs[0][1] if pairs else node
