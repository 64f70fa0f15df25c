"""L510: amounts of a lesser source outside the range that a better one gives."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.tiny_amount import written
from talent_rules.model import Problem, Range
from talent_rules.money import Amount, Constant, Table
from talent_rules.vocabulary import show_range, show_yuan

CODE = "L510"


def check(book: Book) -> Iterator[Problem]:
    """Figures that cannot be right where the range is."""
    for benefit in book.base.benefits:
        if benefit.official is None:
            continue
        outside = sorted(set(_outside(benefit.amount, benefit.official)))
        if outside:
            figures, official = "、".join(show_yuan(fen) for fen in outside), show_range(benefit.official)
            message = f"{book.name(benefit)} 的 {figures} 在官方区间 {official} 之外"
            place = written(book, benefit, outside[0])
            yield book.problem(place, CODE, message, "核对数额和单位；官方区间改了就一起改")


def _outside(amount: Amount, official: Range) -> Iterator[int]:
    """The ends of the figures that lie outside, in 分."""
    if isinstance(amount, Table):
        for _, cell in amount.rows:
            yield from _outside(cell, official)
    elif isinstance(amount, Constant):
        for end in (amount.lo, amount.hi):
            if end and (end < official.lo or (official.hi is not None and end > official.hi)):
                yield int(end)
