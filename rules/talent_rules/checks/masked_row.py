"""L301: rows nobody is left for."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.tabular import Rows, tables
from talent_rules.model import Problem

CODE = "L301"


def check(book: Book) -> Iterator[Problem]:
    """Rows nobody is left for."""
    for rows in tables(book):
        for number in range(len(rows.guards)):
            why = _masked(rows, number)
            if why:
                message = f"{book.name(rows.benefit)} 的表第 {number + 1} 行永远用不上：{why}"
                yield book.problem(rows.row_places[number], CODE, message, "调整行的先后，或删去这一行")


def _masked(rows: Rows, number: int) -> str:
    guard = rows.guards[number]
    if not rows.space.possible(rows.condition, guard):
        return "符合待遇条件的人里没有这种情况"
    if rows.table.hit in ("first", "unique"):
        earlier = rows.without(*range(number))
        if not rows.space.possible(rows.condition, guard, *earlier):
            return f"前 {number} 行已经把这些人接走" if number > 1 else "第 1 行已经把这些人接走"
    return ""
