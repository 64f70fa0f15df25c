"""L503: texts whose last day is before the day of the check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from talent_rules.checks.book import Book
from talent_rules.checks.periods import endings, succeeded
from talent_rules.model import Problem

CODE = "L503"


def check(book: Book) -> Iterator[Problem]:
    """Texts whose last day is before the day of the check."""
    for place, name, day, policy in endings(book):
        if day < book.as_of.toordinal():
            known = succeeded(book, policy)
            hint = "已有接替的文件，留作旧申请的依据" if known else "查一查有没有新文件；确认失效后在 说明 里写明"
            message = f"{name} 已在 {date.fromordinal(day)} 到期"
            yield book.problem(place, CODE, message, hint, "info" if known else "warning")
