"""A table as a sheet: the same rows whether it becomes a workbook or a CSV file."""

from __future__ import annotations

from dataclasses import dataclass

from talent_rules.decision_tables.locate import File, TableAt
from talent_rules.vocabulary import Kind, Vocabulary

FORMAT = "1"
EXTRA = ("依据", "说明")
HIT = "命中方式"
META = "_meta"
#: what is only shown: the rule file is where these are changed
SHOWN_ONLY = ("单位", "有效期自", "有效期至", "来源", "级别", "官方区间", "表的说明", "版本")
_AMOUNT_NOTE = "如 40万元、至少 300万元、最高 5万元、10万元 至 30万元、每月 1500元 共 36个月、待定"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet as it came back: its number as the spreadsheet shows it, and its texts."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it goes out or comes back. `formulas` are the places of cells that are formulas."""

    name: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]
    named: tuple[tuple[str, str], ...]
    formulas: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything in a workbook: its sheets and the hidden facts about where they come from."""

    meta: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]


def bundle(file: File, tables: tuple[TableAt, ...]) -> Bundle:
    """The tables of a file, ready to be written."""
    meta = [("格式", FORMAT), ("文件", file.name), ("摘要", file.digest), ("政策", file.policy)]
    for table in tables:
        meta.append((f"表:{table.sheet}", f"{table.benefit}#{table.number}@{table.node.place.line}"))
    return Bundle(tuple(meta), tuple(_sheet(table) for table in tables))


def header(table: TableAt) -> tuple[str, ...]:
    """The names in row 1."""
    return (*table.columns, *EXTRA)


def _sheet(table: TableAt) -> Sheet:
    lines = tuple(
        Line(number, (*(c.shown for c in row.cells), row.basis, row.comment))
        for number, row in enumerate(table.rows, 3)
    )
    return Sheet(table.sheet, header(table), lines, ((HIT, table.hit_shown), *table.facts))


def notes(names: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Row 2: what can be written below each name."""
    found = []
    for name in names[:-3]:
        entry = vocabulary.find(name)
        if entry is None:
            found.append("")
        elif entry.options:
            found.append("、".join(o.name for o in entry.options) + "；任意写 -")
        elif entry.kind is Kind.FLAG:
            found.append("是、否；任意写 -")
        elif entry.kind is Kind.DATE:
            found.append("早于 2025-06-01、不早于 2025-06-01；任意写 -")
        else:
            unit = entry.unit or entry.kind.value
            found.append(f"{unit}：≤35、≥3、<1、35~40；任意写 -")
    return (*found, _AMOUNT_NOTE, "只供查看", "写在行尾的注释")
