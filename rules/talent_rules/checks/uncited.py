"""L507: benefits without a source."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.model import Problem

CODE = "L507"


def check(book: Book) -> Iterator[Problem]:
    """Benefits without a source."""
    for benefit in book.base.benefits:
        if not benefit.basis.sources:
            place = book.place_of(benefit, "basis")
            yield book.problem(place, CODE, f"{book.name(benefit)} 没有写来源", "在 依据 里写 来源 的代号")
