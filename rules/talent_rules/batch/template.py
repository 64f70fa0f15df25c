"""The empty table to fill in: the fields the rules read, drop-downs, notes, and an example the reader skips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from talent_rules.batch.cells import height_for
from talent_rules.batch.paper import print_blocks, print_wide
from talent_rules.batch.plan import benefit_names
from talent_rules.batch.result_workbook import open_book
from talent_rules.batch.sheet_missing import how_to_fill
from talent_rules.batch.styles import Styles
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind

_LEAD = (
    ("姓名", "填姓名或代号都可以", "_示例"),
    ("工号", "没有可以不填", "001"),
    ("身份证号", "可以不填。只用来取出生日期，号码不保存、不写进结果；本列是文本格式", ""),
)
_GUIDE = (("列", 26), ("怎么填", 46), ("为什么要", 46), ("哪些待遇用到", 60))
_ROWS = 5_000
#: As many as stand on a page, to fill in by hand
_ON_PAPER = 45
#: A field that this many benefits read stands in front
_COMMON = 3


def template_fields(base: RuleBase) -> list[tuple[Field, int]]:
    """The fields to ask for, with the number of benefits that read each, the most needed first."""
    uses: dict[str, int] = {}
    for circuit in base.circuits:
        names = {n for axis in circuit.axes for n in _sources(base, axis.field)}
        names |= {n for number in circuit.numbers for n in _sources(base, number)}
        for name in names:
            uses[name] = uses.get(name, 0) + 1
    order = list(base.vocabulary.fields)
    ranked = sorted(uses, key=lambda n: (uses[n] < _COMMON, order.index(n)))
    return [(base.vocabulary.fields[n], uses[n]) for n in ranked]


def _sources(base: RuleBase, name: str) -> set[str]:
    """A field itself if it can be filled in, and what it follows from."""
    if name in ("?", "application_date"):
        return set()
    entry = base.vocabulary.fields[name]
    found = {name} if entry.askable else set()
    if entry.derivation is not None and entry.derivation.kind != "people":
        found = {entry.derivation.of}
        if entry.derivation.on and entry.derivation.on != "application_date":
            found.add(entry.derivation.on)
    return found


def write_template(base: RuleBase, output: Path) -> int:
    """Write the template; returns the number of fields."""
    temporary = output.with_name(output.name + ".tmp")
    book = open_book(temporary, output.parent)
    styles = Styles(book)
    fields = template_fields(base)
    sheet, guide = book.add_worksheet("人员表"), book.add_worksheet("填写说明")
    choices = book.add_worksheet("选项")
    choices.hide()
    _people(book, sheet, styles, fields, _choices(choices, fields))
    _guide(guide, styles, base, fields)
    sheet.activate()
    book.close()
    temporary.replace(output)
    return len(fields)


def heading_of(entry: Field) -> str:
    """The column heading, with the unit in brackets where there is one."""
    unit = {Kind.MONEY: "元", Kind.AREA: "㎡", Kind.MONTHS: entry.unit or "月"}.get(entry.kind, "")
    return f"{entry.name}（{unit}）" if unit else entry.name


def _choices(sheet: Any, fields: Sequence[tuple[Field, int]]) -> dict[str, str]:
    """The lists behind the drop-downs; returns field id → reference."""
    found, column = {}, 0
    sheet.write_string(0, column, "是非")
    for row, word in enumerate(("是", "否"), 1):
        sheet.write_string(row, column, word)
    flags = "=选项!$A$2:$A$3"
    for entry, _ in fields:
        if entry.kind is Kind.FLAG:
            found[entry.id] = flags
        elif entry.kind in (Kind.CHOICE, Kind.ORDERED):
            column += 1
            sheet.write_string(0, column, entry.name)
            for row, option in enumerate(entry.options, 1):
                sheet.write_string(row, column, option.name)
            letter = _letter(column)
            found[entry.id] = f"=选项!${letter}$2:${letter}${len(entry.options) + 1}"
    return found


def _letter(column: int) -> str:
    from talent_rules.tables.header import letter_of

    return letter_of(column)


def _people(book: Any, sheet: Any, styles: Styles, fields: Sequence[tuple[Field, int]], lists: dict[str, str]) -> None:
    text = book.add_format({"num_format": "@"})
    widths = [21 if name == "身份证号" else 9 for name, _, _ in _LEAD] + [_width(entry) for entry, _ in fields]
    for column, width in enumerate(widths):
        level = {} if column < len(_LEAD) or fields[column - len(_LEAD)][1] >= _COMMON else {"level": 1}
        sheet.set_column(column, column, width, text, level)
    sheet.set_row(0, 36)
    for column, (name, note, example) in enumerate(_LEAD):
        sheet.write_string(0, column, name, styles.common)
        sheet.write_comment(0, column, note, {"x_scale": 2})
        sheet.write_string(1, column, example, styles.example)
    sheet.set_row(1, max(height_for(example_of(e), _width(e)) for e, _ in fields))
    for column, (entry, uses) in enumerate(fields, len(_LEAD)):
        common = uses >= _COMMON
        sheet.write_string(0, column, heading_of(entry), styles.common if common else styles.rare)
        sheet.write_comment(0, column, f"{how_to_fill(entry)}\n{entry.why}"[:250], {"x_scale": 2.2, "y_scale": 1.2})
        sheet.write_string(1, column, example_of(entry), styles.example)
        if entry.id in lists:
            sheet.data_validation(1, column, _ROWS, column, _validation(entry, lists[entry.id]))
    sheet.freeze_panes(1, 1)
    print_blocks(sheet, [[width] for width in widths])
    sheet.print_area(0, 0, _ON_PAPER - 1, len(widths) - 1)
    sheet.hide_gridlines(0)


def _width(entry: Field) -> int:
    """Wide enough for a heading of two lines, and for what is chosen or written below it in one or two."""
    choices = [o.name for o in entry.options] if entry.kind is not Kind.SET else []
    longest = max(map(_length, [*choices, example_of(entry)]))
    return max(9, -(-_length(heading_of(entry)) // 2) + 3, min(15, longest + 2))


def _length(text: str) -> int:
    """In characters of a column's width, of which what is wide there takes two."""
    return len(text.encode("gbk", "replace"))


def _validation(entry: Field, source: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_title": entry.name[:30],
        "error_message": "请从下拉里选；不知道就留空",
        "input_title": entry.name[:30],
        "input_message": "从下拉里选；不知道就留空，不要填“否”",
    }


def example_of(entry: Field) -> str:
    """The vocabulary's own example, in a word the drop-down has where it has one."""
    found = "" if entry.example == "不清楚" else entry.example
    option = entry.option(found) if entry.options and found else None
    return option.name if option else found


def _guide(sheet: Any, styles: Styles, base: RuleBase, fields: Sequence[tuple[Field, int]]) -> None:
    for column, (_, width) in enumerate(_GUIDE):
        sheet.set_column(column, column, width)
    lines = (
        "一行一个人，从“人员表”第 3 行填起；第 2 行是示例，读表时会跳过（姓名以“_”开头的行都会跳过）。",
        "不知道的留空，不要填“否”或 0：留空表示不知道，程序会说明缺什么。",
        "深蓝色的列多数待遇都要用；灰色的列只有少数人才需要，可以整列不填。",
        "填好后运行：talent batch 本文件.xlsx -o 结果.xlsx",
        "日期写 2024-07-01；只知到月写 2024-07。金额的单位见列名，也可以写成 40万元。",
    )
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, "填写说明", styles.title)
    for row, line in enumerate(lines, 1):
        sheet.write_string(row, 0, line, styles.note_line)
    top = len(lines) + 2
    for column, (name, _) in enumerate(_GUIDE):
        sheet.write_string(top, column, name, styles.header)
    names = benefit_names(base)
    users = _users(base)
    for row, (entry, _) in enumerate(fields, top + 1):
        used = [names[b] for b in users.get(entry.id, ())]
        text = "、".join(used[:8]) + (f"等{len(used)}项" if len(used) > 8 else "")
        cells = (heading_of(entry), how_to_fill(entry), entry.why, text)
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, styles.label if column == 0 else styles.text)
        sheet.set_row(row, max(height_for(c, w) for c, (_, w) in zip(cells, _GUIDE, strict=True)))
    sheet.freeze_panes(top + 1, 1)
    print_wide(sheet, 0)
    sheet.repeat_rows(top)


def _users(base: RuleBase) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for benefit, circuit in zip(base.benefits, base.circuits, strict=True):
        names = {n for axis in circuit.axes for n in _sources(base, axis.field)}
        for name in sorted(names | {n for number in circuit.numbers for n in _sources(base, number)}):
            found.setdefault(name, []).append(benefit.id)
    return found
