"""What a benefit can pay at most and at least, over everybody who may have it."""

from __future__ import annotations

from talent_rules.checks.book import Book
from talent_rules.decide import stake
from talent_rules.derive import State, number_span
from talent_rules.model import Range
from talent_rules.regions import everybody
from talent_rules.rulebase import Benefit


def spread(book: Book, benefit: Benefit) -> Range:
    """The least and the greatest amount somebody can be granted; (0, 0) for what is not money."""
    base = book.base
    number = base.benefits.index(benefit)
    circuit = base.circuits[number]
    state = State(everybody(base), frozenset(), {}, frozenset(), book.as_of)
    spans = tuple(number_span(base, state, name) for name in circuit.numbers)
    money = stake(base, number, circuit.pick(state.masks), circuit.oracles, spans)[1]
    return Range(0, 0) if money is None else money.reported


def greatest(book: Book, benefit: Benefit) -> int | None:
    """The most a benefit can pay; None for no upper bound."""
    return spread(book, benefit).hi
