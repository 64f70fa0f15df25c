"""L201 待遇永远没有人符合

为什么：几项条件放在一起，任何人都不能同时满足，这项待遇等于没有写。
错：

    条件: [学位 是 硕士, 学位 是 博士]

对：

    条件: [学位 属于 硕士、博士]
"""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.model import Problem

CODE = "L201"
TITLE = "待遇永远没有人符合"


def check(book: Book) -> Iterator[Problem]:
    """Benefits whose condition no person the vocabulary allows can meet."""
    for benefit in book.base.benefits:
        if benefit.id in book.hopeless:
            message = f"{book.name(benefit)} 的条件不可能同时满足，永远没有人符合"
            yield book.problem(benefit.place, CODE, message, "看同一项待遇的 L204，改掉互相矛盾的一项", "error")
