"""The tables inside amounts, row by row over the people of their benefit; shared by five checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from talent_rules.cells import Formula
from talent_rules.checks.book import Book, items, value_of
from talent_rules.model import Place
from talent_rules.money import Amount, Table, parts_of
from talent_rules.regions import Space
from talent_rules.rulebase import Benefit
from talent_rules.source import Node, Record


@dataclass(frozen=True, slots=True)
class Rows:
    """A table over the people who can have its benefit."""

    benefit: Benefit
    table: Table
    space: Space
    condition: Formula
    guards: tuple[Formula, ...]
    place: Place
    row_places: tuple[Place, ...]

    def amount(self, row: int) -> Amount:
        """What a row pays."""
        return self.table.rows[row][1]

    def without(self, *rows: int) -> tuple[Formula, ...]:
        """None of these rows apply."""
        return tuple(self.space.negated(self.guards[r]) for r in rows)


def tables(book: Book) -> Iterator[Rows]:
    """Every table of every benefit that somebody can have."""
    for benefit, circuit, space in book.with_circuits():
        if benefit.id in book.hopeless:
            continue
        nodes = _table_nodes(value_of(book.node(benefit), "amount")) if _has_table(benefit) else iter(())
        for part in parts_of(benefit.amount):
            if not isinstance(part, Table):
                continue
            node = next(nodes, None)
            places = tuple(row.place for row in items(value_of(node, "rows")))
            if len(places) != len(part.rows):
                places = (benefit.place,) * len(part.rows)
            guards = tuple(circuit.guards[guard][0] for guard, _ in part.rows)
            top = node.place if node is not None else benefit.place
            yield Rows(benefit, part, space, circuit.condition, guards, top, places)


def _has_table(benefit: Benefit) -> bool:
    return any(isinstance(p, Table) for p in parts_of(benefit.amount))


def _table_nodes(node: Node | None) -> Iterator[Record]:
    if not isinstance(node, Record):
        return
    own = value_of(node, "table")
    if isinstance(own, Record):
        yield own
    rows = items(value_of(own, "rows"))
    inner = [cell for row in rows for cell in items(row)]
    for child in (*inner, *(v for k, v in node.pairs if v is not own)):
        yield from _table_nodes(child)
