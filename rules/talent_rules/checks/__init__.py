"""Analyses of a rule base: one rule, one file, one page; each finding names a place and a person.

A check is a module with `CODE` and `check(book)`, which yields problems. To add one: write the module,
add it to `CHECKS`, and its page to `codes.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

from talent_rules.checks import (
    always_holds,
    boundaries,
    cap_order,
    contradiction,
    coverage_status,
    dead_part,
    expired,
    expiring,
    gap,
    idle_part,
    idle_relation,
    listed_twice,
    masked_row,
    misread_case,
    never_holds,
    no_case,
    order_of_choice,
    outside_official,
    overlapping_rows,
    subsumed_row,
    summary_numbers,
    tiny_amount,
    unanswerable_field,
    uncited,
    uncovered_clause,
    undeclared,
    unused_field,
    unused_source,
    unverified,
)
from talent_rules.checks.book import Book
from talent_rules.compiler.files import Page
from talent_rules.model import Problem
from talent_rules.rulebase import RuleBase


class Check(Protocol):
    """What a check module offers."""

    CODE: str

    def check(self, book: Book, /) -> Iterator[Problem]:
        """Every finding."""
        ...


#: every check, by code
CHECKS: tuple[Check, ...] = (
    never_holds,
    dead_part,
    idle_part,
    contradiction,
    always_holds,
    masked_row,
    subsumed_row,
    overlapping_rows,
    gap,
    boundaries,
    undeclared,
    idle_relation,
    order_of_choice,
    listed_twice,
    cap_order,
    uncovered_clause,
    summary_numbers,
    expired,
    expiring,
    unverified,
    unused_source,
    uncited,
    tiny_amount,
    outside_official,
    coverage_status,
    unused_field,
    unanswerable_field,
    no_case,
    misread_case,
)


def run_checks(
    base: RuleBase, as_of: date, folder: Path | None = None, pages: Mapping[str, Page] | None = None
) -> tuple[Problem, ...]:
    """Every finding of every check, by place.

    With the data folder, or the pages as they were read, the findings point at the very line; without,
    at the benefit, and what only the text can tell (numbers in 摘要, sources not cited) is not looked at.
    """
    book = Book(base, as_of, folder, pages or {})
    found = dict.fromkeys(problem for check in CHECKS for problem in check.check(book))
    return tuple(sorted(found, key=lambda p: (p.place, p.code, p.message)))
