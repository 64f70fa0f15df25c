"""L702: every fact and expectation of a case that means nothing."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.cases import misread
from talent_rules.checks.book import Book, items, value_of
from talent_rules.model import Place, Problem
from talent_rules.rulebase import Case
from talent_rules.source import Record

CODE = "L702"


def check(book: Book) -> Iterator[Problem]:
    """Every fact and expectation of a case that means nothing."""
    for case in book.base.cases:
        for found in misread(book.base, case):
            place = found.place if found.place != case.place else _given(book, case, found.key)
            yield book.problem(place, CODE, f"用例“{case.name}”：{found.message}", found.hint, "error")


def _given(book: Book, case: Case, key: str) -> Place:
    """Where a fact stands; the case itself where the file is not at hand."""
    root = book.page(book.base.policies[case.policy])
    for item in items(value_of(root, "cases")):
        given = value_of(item, "given") if item.place == case.place else None
        for name, value in given.pairs if isinstance(given, Record) else ():
            if name.text == key:
                return value.place
    return case.place
