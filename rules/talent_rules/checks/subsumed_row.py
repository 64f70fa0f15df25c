"""L302: rows whose people would get the same from a later row."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.tabular import Rows, tables
from talent_rules.model import Problem

CODE = "L302"


def check(book: Book) -> Iterator[Problem]:
    """Rows whose people would get the same from a later row."""
    for rows in tables(book):
        if rows.table.hit != "first":
            continue
        for number in range(len(rows.guards)):
            if _subsumed(rows, number):
                message = f"{book.name(rows.benefit)} 的表第 {number + 1} 行可以去掉，后面的行给同样的金额"
                yield book.problem(rows.row_places[number], CODE, message, "有意分开写的可以留着", "info")


def _subsumed(rows: Rows, number: int) -> bool:
    space = rows.space
    own = (rows.condition, rows.guards[number], *rows.without(*range(number)))
    if not space.possible(*own):
        return False  # masked: L301
    later = range(number + 1, len(rows.guards))
    if space.possible(*own, *rows.without(*later)):
        return False
    for other in later:
        between = rows.without(*range(number + 1, other))
        if rows.amount(other) != rows.amount(number) and space.possible(*own, rows.guards[other], *between):
            return False
    return True
