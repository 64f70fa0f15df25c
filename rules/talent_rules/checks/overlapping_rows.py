"""L303: pairs of rows with different amounts that one person can meet at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from talent_rules.checks.book import Book
from talent_rules.checks.boundaries import single_value
from talent_rules.checks.tabular import Rows, tables
from talent_rules.model import Problem

CODE = "L303"


def check(book: Book) -> Iterator[Problem]:
    """Pairs of rows with different amounts that one person can meet at once."""
    for rows in tables(book):
        if rows.table.hit == "unique":
            for first, second in combinations(range(len(rows.guards)), 2):
                yield from _pair(book, rows, first, second)


def _pair(book: Book, rows: Rows, first: int, second: int) -> Iterator[Problem]:
    if rows.amount(first) == rows.amount(second):
        return
    both = (rows.condition, rows.guards[first], rows.guards[second])
    person = rows.space.witness(*both)
    if person is None or single_value(rows, both) is not None:
        return  # one shared limit: L305 says so
    shown = rows.space.person(rows.space.witness(rows.guards[first], rows.guards[second]) or person)
    message = f"{book.name(rows.benefit)} 的表第 {first + 1} 行与第 {second + 1} 行重叠且金额不同"
    yield book.problem(rows.row_places[second], CODE, message, f"例：{shown}", "error")
