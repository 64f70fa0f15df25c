"""L508: one-off amounts and limits below a hundred yuan."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules import quantities as q
from talent_rules.checks.book import Book, texts, value_of
from talent_rules.model import Place, Problem
from talent_rules.money import Amount, Constant, Table, unit_of
from talent_rules.rulebase import Benefit
from talent_rules.vocabulary import show_yuan

CODE = "L508"
LEAST = 100_00  # 分


def check(book: Book) -> Iterator[Problem]:
    """One-off amounts and limits below a hundred yuan."""
    for benefit in book.base.benefits:
        small = [] if unit_of(benefit.amount) != "CNY" else sorted(set(_small(benefit.amount)))
        if small:
            place = written(book, benefit, small[0])
            message = f"{book.name(benefit)} 的金额只有 {'、'.join(show_yuan(fen) for fen in small)}"
            yield book.problem(place, CODE, message, "核对单位；是万元就写出来，例如 `3万元`")
    for relation in book.base.relations:
        if relation.limit is not None and relation.limit < LEAST:
            message = f"关系“{relation.kind}”的上限只有 {show_yuan(relation.limit)}"
            yield book.problem(relation.place, CODE, message, "核对单位；是万元就写出来，例如 `60万元`")


def written(book: Book, benefit: Benefit, fen: int) -> Place:
    """Where a figure stands."""
    for scalar in texts(value_of(book.node(benefit), "amount")):
        try:
            if q.money(scalar.text) == fen:
                return scalar.place
        except q.Unreadable:
            continue
    return benefit.place


def _small(amount: Amount) -> Iterator[int]:
    if isinstance(amount, Table):
        for _, cell in amount.rows:
            yield from _small(cell)
    elif isinstance(amount, Constant):
        yield from (int(end) for end in (amount.lo, amount.hi) if end is not None and 0 < end < LEAST)
