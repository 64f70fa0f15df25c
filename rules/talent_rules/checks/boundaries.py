"""L305: single values of a number that two rows share, or that no row takes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from talent_rules.cells import Formula, Line
from talent_rules.cellwords import cell_value
from talent_rules.checks.book import Book
from talent_rules.checks.tabular import Rows, tables
from talent_rules.logic import replace
from talent_rules.model import Problem

CODE = "L305"


def check(book: Book) -> Iterator[Problem]:
    """Single values of a number that two rows share, or that no row takes."""
    for rows in tables(book):
        if rows.table.hit != "sum":
            none = (rows.condition, *rows.without(*range(len(rows.guards))))
            yield from _told(book, rows, none, "没有任何一行适用", len(rows.guards) - 1)
        if rows.table.hit in ("unique", "first"):
            for first, second in combinations(range(len(rows.guards)), 2):
                if rows.amount(first) != rows.amount(second):
                    both = (rows.condition, rows.guards[first], rows.guards[second])
                    yield from _told(book, rows, both, f"第 {first + 1} 行和第 {second + 1} 行都适用", second)


def _told(book: Book, rows: Rows, people: tuple[Formula, ...], what: str, row: int) -> Iterator[Problem]:
    at = single_value(rows, people)
    if at is not None:
        number, cell = at
        axis = rows.space.axes[number]
        entry = rows.space.fields[axis.field]
        value = entry.show(cell_value(entry, rows.space.cells[number], cell))
        message = f"{book.name(rows.benefit)} 的表：{entry.name}正好 {value} 时，{what}"
        hint = "“以上、以下”含本数，“超过、不满”不含：一行用 不超过，另一行就用 超过"
        yield book.problem(rows.row_places[row], CODE, message, hint)


def single_value(rows: Rows, people: tuple[Formula, ...]) -> tuple[int, int] | None:
    """The axis and the cell of one value that all these people share, if there is one.

    Only where the field can have other values on both sides.
    """
    space = rows.space
    for number, cells in enumerate(space.cells):
        if not isinstance(cells, Line):
            continue
        for cell in _points(cells, space.fields[space.axes[number].field].kind.integral):
            bit = 1 << cell
            others = space.masks[number] & ~bit
            if not others & (bit - 1) or not others & ~(2 * bit - 1):
                continue
            if space.possible(*people, masks=replace(space.masks, number, bit)) and not space.possible(
                *people, masks=replace(space.masks, number, others)
            ):
                return number, cell
    return None


def _points(cells: Line, integral: bool) -> Iterator[int]:
    for cell in range(cells.size):
        low, high = cells.bounds(cell)
        if (
            low
            and high
            and low[0] + (1 if integral and low[1] else 0) == high[0] - (1 if integral and not high[1] else 0)
        ):
            yield cell
