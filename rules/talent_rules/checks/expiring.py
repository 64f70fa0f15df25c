"""L504 政策快到期了

为什么：离到期不到 90 天，该去问续不续、换不换。到期后系统不会回退到旧版。
错（只是提醒）：

    有效期: {自: 2024-01-01, 至: 2026-12-31}      # 今天是 2026-11-21

对：

    有效期: {自: 2024-01-01, 至: 2028-12-31}      # 延期文件下来以后改
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from talent_rules.checks.book import Book
from talent_rules.checks.periods import endings, succeeded
from talent_rules.model import Problem

CODE = "L504"
TITLE = "政策快到期了"
SOON = 90


def check(book: Book) -> Iterator[Problem]:
    """Texts that end within 90 days."""
    today = book.as_of.toordinal()
    for place, name, day, policy in endings(book):
        if today <= day <= today + SOON and not succeeded(book, policy):
            message = f"{name} 还有 {day - today} 天到期（{date.fromordinal(day)}）"
            yield book.problem(place, CODE, message, "问清是否延期或另发新文件")
