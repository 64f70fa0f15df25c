"""The columns of several sheets in one order, so that what is said of their people can stand in one table.

A column that a sheet does not have keeps its place in the order, but lies beyond the last one that a sheet can have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from talent_rules.tables.header import ABSENT, IDENTITY, LABEL, SHEET, MappedColumn, TableMapping, heading, is_name

#: Over the names of the sheets
SHEET_NAME = "工作表"
_NAME = "name"
#: So many of the differences are named
_NAMED = 3


def shape_of(found: TableMapping) -> Counter[str]:
    """What a sheet tells of somebody: its facts, identity numbers and names, each as often as it has a column for
    it. Two sheets are of one shape where this is the same, whatever the headings, their order, and other columns."""
    facts = [c.role for c in (*found.fields(), *found.of(IDENTITY))]
    return Counter([*facts, *{_NAME for c in found.of(LABEL) if is_name(c.header)}])


def says_who(found: TableMapping) -> bool:
    """Whether a sheet has a column for names or identity numbers; lists of what may be chosen have none."""
    return bool({_NAME, IDENTITY} & set(shape_of(found)))


def differences(one: TableMapping, other: TableMapping, names: dict[str, str]) -> str:
    """What a sheet tells more or less than another, in words; `names` has those of the facts."""
    mine, theirs = shape_of(one), shape_of(other)
    told = {**names, IDENTITY: "身份证号", _NAME: "姓名"}
    said = (("没有", theirs - mine), ("多出", mine - theirs))
    return "，".join(word + "、".join(told[role] for role in list(more)[:_NAMED]) for word, more in said if more)


def aligned(found: Sequence[TableMapping], widths: Sequence[int]) -> list[TableMapping]:
    """The mappings of sheets, so many columns wide, with the columns of all in the order of the first; behind them
    one for the name of the sheet."""
    each = [keyed(mapping) for mapping in found]
    order: dict[object, MappedColumn] = {}
    for columns in each:
        for key, column in columns.items():
            order.setdefault(key, column)
    return [
        replace(
            mapping,
            columns=(
                *(columns.get(key) or replace(column, index=ABSENT) for key, column in order.items()),
                MappedColumn(width, SHEET_NAME, SHEET),
            ),
        )
        for mapping, columns, width in zip(found, each, widths, strict=True)
    ]


def keyed(found: TableMapping) -> dict[object, MappedColumn]:
    """The columns by what makes them the same on two sheets; the second of two alike is not the first."""
    seen: Counter[object] = Counter()
    columns: dict[object, MappedColumn] = {}
    for column in found.columns:
        what = heading(column.header), column.role, column.unit
        seen[what] += 1
        columns[what, seen[what]] = column
    return columns
