"""L205: benefits with conditions that everybody meets."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.conditions import atoms
from talent_rules.model import Problem

CODE = "L205"


def check(book: Book) -> Iterator[Problem]:
    """Benefits with conditions that everybody meets."""
    for benefit, _, space in book.with_circuits():
        if not any(True for _ in atoms(benefit.condition)):
            continue
        if not space.possible(space.negated(space.formula(benefit.condition))):
            message = f"{book.name(benefit)} 的条件对任何人都成立"
            yield book.problem(benefit.place, CODE, message, "补上漏掉的条件；真的没有条件就写 `条件: []`")
