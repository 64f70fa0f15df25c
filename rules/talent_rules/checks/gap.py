"""L304: people who meet the condition and no row."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.boundaries import single_value
from talent_rules.checks.pieces import leaf_axes
from talent_rules.checks.tabular import Rows, tables
from talent_rules.logic import Masks
from talent_rules.model import Problem

CODE = "L304"


def check(book: Book) -> Iterator[Problem]:
    """People who meet the condition and no row."""
    for rows in tables(book):
        if rows.table.hit == "sum":
            continue
        none = rows.without(*range(len(rows.guards)))
        everyone = (rows.condition, *none)
        if rows.space.possible(*everyone) and single_value(rows, everyone) is None:
            box = rows.space.witness(*everyone)
            assert box is not None
            shown = _columns(rows, box)
            message = f"{book.name(rows.benefit)} 的表有缺口：{shown} 没有任何一行适用"
            yield book.problem(rows.place, CODE, message, "补上这一行；确实不给钱的写 0元")


def _columns(rows: Rows, box: Masks) -> str:
    """The part of a person that the columns of the table read."""
    read = frozenset(axis for guard in rows.guards for axis in leaf_axes(guard))
    start = rows.space.masks
    return rows.space.person(tuple(m if n in read else start[n] for n, m in enumerate(box)))
