"""L205 待遇谁都符合

为什么：条件对任何人都成立，多半是漏写了条件，或把 不属于 的取值写漏了。
错：

    条件: [学位 属于 专科及以下…全部取值]

对：

    条件: [学位 至少 硕士]        # 真的没有条件就写 条件: []
"""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.conditions import atoms
from talent_rules.model import Problem

CODE = "L205"
TITLE = "待遇谁都符合"


def check(book: Book) -> Iterator[Problem]:
    """Benefits with conditions that everybody meets."""
    for benefit, _, space in book.with_circuits():
        if not any(True for _ in atoms(benefit.condition)):
            continue
        if not space.possible(space.negated(space.formula(benefit.condition))):
            message = f"{book.name(benefit)} 的条件对任何人都成立"
            yield book.problem(benefit.place, CODE, message, "补上漏掉的条件；真的没有条件就写 `条件: []`")
