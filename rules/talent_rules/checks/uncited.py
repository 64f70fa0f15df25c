"""L507 待遇没有写来源

为什么：没有来源的待遇谁也没法核对，答案里也说不出依据。
错：

    依据: {摘要: 博士 40万元}

对：

    依据: {来源: P7, 条款: 第三条, 摘要: 博士 40万元}
"""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.model import Problem

CODE = "L507"
TITLE = "待遇没有写来源"


def check(book: Book) -> Iterator[Problem]:
    """Benefits without a source."""
    for benefit in book.base.benefits:
        if not benefit.basis.sources:
            place = book.place_of(benefit, "basis")
            yield book.problem(place, CODE, f"{book.name(benefit)} 没有写来源", "在 依据 里写 来源 的代号")
