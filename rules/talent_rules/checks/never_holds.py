"""L201: benefits whose condition no person the vocabulary allows can meet."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.model import Problem

CODE = "L201"


def check(book: Book) -> Iterator[Problem]:
    """Benefits whose condition no person the vocabulary allows can meet."""
    for benefit in book.base.benefits:
        if benefit.id in book.hopeless:
            message = f"{book.name(benefit)} 的条件不可能同时满足，永远没有人符合"
            yield book.problem(benefit.place, CODE, message, "看同一项待遇的 L204，改掉互相矛盾的一项", "error")
