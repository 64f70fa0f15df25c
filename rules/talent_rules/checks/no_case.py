"""L701 待遇没有用例

为什么：没有用例的待遇，改错了没有人知道。每项至少一个符合的人和一个差一点的人。
错：

    用例: []

对：

    用例:
      - {名称: 双一流博士, 时点: 2024-09-01, 给定: {学位: 博士, …}, 期望: {settling_in: 符合}}
"""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.model import Problem
from talent_rules.rulebase import Case

CODE = "L701"
TITLE = "待遇没有用例"


def check(book: Book) -> Iterator[Problem]:
    """Benefits no case says anything about."""
    spoken = {name for case in book.base.cases for name in mentioned(book, case)}
    for benefit in book.base.benefits:
        if benefit.id not in spoken:
            hint = "用 talent test --suggest 生成现成的用例，核对后贴上"
            yield book.problem(benefit.place, CODE, f"{book.name(benefit)} 没有一个用例", hint)


def mentioned(book: Book, case: Case) -> Iterator[str]:
    """The full ids of the benefits a case expects something of."""
    known = {b.id for b in book.base.benefits}
    for key, _, _ in case.expect:
        name = key.partition(".")[0]
        if f"{case.policy}/{name}" in known:
            yield f"{case.policy}/{name}"
        else:
            try:
                yield book.base.benefit(name).id
            except KeyError:
                continue
