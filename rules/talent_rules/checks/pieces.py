"""The pieces of a benefit's condition and when each decides it; shared by two checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from talent_rules.cells import Both, Formula, Leaf
from talent_rules.checks.book import Book, Part
from talent_rules.conditions import AllOf, NoneOf, Open
from talent_rules.regions import Space, beside
from talent_rules.rulebase import Benefit


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a condition: `decides` holds where the whole turns on it alone."""

    part: Part
    benefit: Benefit
    whole: Formula
    space: Space
    decides: Formula
    alone: Formula

    @property
    def can_fail(self) -> bool:
        """Whether the whole ever fails because of it."""
        return self.space.possible(self.decides, self.space.negated(self.alone))

    @property
    def can_help(self) -> bool:
        """Whether the whole ever holds because of it."""
        return self.space.possible(self.decides, self.alone)


def pieces(book: Book) -> tuple[Piece, ...]:
    """Every piece that could be idle or dead: one whose axes stand elsewhere as well, or are tied."""
    return book.once("pieces", lambda: tuple(_pieces(book)))


def _pieces(book: Book) -> Iterator[Piece]:
    for benefit, circuit, space in book.with_circuits():
        axes = _suspicious(circuit.condition, circuit.constraints)
        if benefit.id in book.hopeless or not axes:
            continue
        root = AllOf((benefit.scope, benefit.condition))
        for part in book.parts(benefit):
            alone = space.formula(part.node)
            if not isinstance(part.node, Open) and leaf_axes(alone) & axes:
                true, false = beside(root, (1, *part.path))
                others = (space.formula(AllOf(true)), space.formula(NoneOf(false)))
                yield Piece(part, benefit, circuit.condition, space, Both(others), alone)


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
