"""L505: one finding a policy: its benefits that rest on grade D alone."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.model import Grade, Problem
from talent_rules.money import Service

CODE = "L505"


def check(book: Book) -> Iterator[Problem]:
    """One finding a policy: its benefits that rest on grade D alone."""
    for policy in book.base.policies.values():
        own = book.benefits_of[policy.id]
        doubtful = [b for b in own if b.grade is Grade.D and not isinstance(b.amount, Service)]
        if doubtful:
            names = "、".join(book.name(b) for b in doubtful)
            message = f"{policy.title} 有 {len(doubtful)} 项金额只有 D 级来源：{names}"
            yield book.problem(doubtful[0].place, CODE, message, "取得原文后改 来源 和 级别", "info")
