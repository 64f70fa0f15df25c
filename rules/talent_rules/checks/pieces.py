"""The pieces of a benefit's condition and what removing each would change; shared by four checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from talent_rules.cells import Formula, Leaf
from talent_rules.checks.book import Book, Part
from talent_rules.conditions import ALWAYS, NEVER, AllOf, Condition, Open
from talent_rules.regions import Space, replaced
from talent_rules.rulebase import Benefit


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece with the whole tree it stands in."""

    part: Part
    benefit: Benefit
    space: Space
    root: Condition

    @property
    def whole(self) -> Formula:
        """The condition of the benefit, with when it is in force."""
        return self.space.formula(self.root)

    @property
    def alone(self) -> Formula:
        """This piece."""
        return self.space.formula(self.part.node)

    def with_part(self, settled: bool) -> Formula:
        """The condition with this piece taken as true, or as false."""
        return self.space.formula(replaced(self.root, (1, *self.part.path), ALWAYS if settled else NEVER))


def pieces(book: Book) -> Iterator[Piece]:
    """Every piece that could be idle or dead: one whose axes stand elsewhere as well, or are tied."""
    for benefit, circuit, space in book.with_circuits():
        if benefit.id in book.hopeless or not _suspicious(circuit.condition, circuit.constraints):
            continue
        root = AllOf((benefit.scope, benefit.condition))
        axes = _suspicious(circuit.condition, circuit.constraints)
        for part in book.parts(benefit):
            if not isinstance(part.node, Open) and leaf_axes(space.formula(part.node)) & axes:
                yield Piece(part, benefit, space, root)


def _suspicious(condition: Formula, constraints: tuple[Formula, ...]) -> frozenset[int]:
    """The axes read twice, or tied to others by the vocabulary; pieces on others stand alone."""
    counts = Counter(leaf.axis for leaf in _leaves(condition))
    tied = {leaf.axis for c in constraints for leaf in _leaves(c)}
    return frozenset(a for a, n in counts.items() if n > 1 or a in tied)


def _leaves(node: Formula) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


def leaf_axes(node: Formula) -> frozenset[int]:
    """The axes a formula reads."""
    return frozenset(leaf.axis for leaf in _leaves(node))


def inside(path: tuple[int, ...], reported: list[tuple[int, ...]]) -> bool:
    """Whether a piece lies in one that was already spoken of."""
    return any(path[: len(p)] == p for p in reported)

