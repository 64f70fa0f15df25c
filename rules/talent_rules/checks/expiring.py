"""L504: texts that end within 90 days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from talent_rules.checks.book import Book
from talent_rules.checks.periods import endings, succeeded
from talent_rules.model import Problem

CODE = "L504"
SOON = 90


def check(book: Book) -> Iterator[Problem]:
    """Texts that end within 90 days."""
    today = book.as_of.toordinal()
    for place, name, day, policy in endings(book):
        if today <= day <= today + SOON and not succeeded(book, policy):
            message = f"{name} 还有 {day - today} 天到期（{date.fromordinal(day)}）"
            yield book.problem(place, CODE, message, "问清是否延期或另发新文件")
