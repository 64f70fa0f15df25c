"""L701: benefits no case says anything about."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.model import Problem
from talent_rules.rulebase import Case

CODE = "L701"


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
