"""L509: every status that is neither one of these words nor the id of something in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from talent_rules.checks.book import Book, value_of
from talent_rules.model import Problem
from talent_rules.source import Record, Scalar, did_you_mean

CODE = "L509"
STATUSES = (
    "已编码", "部分编码", "未编码", "未取得", "部分取得", "未见", "另见", "非规则", "非个人待遇", "不适用", "待定",
)  # fmt: skip


def check(book: Book) -> Iterator[Problem]:
    """Every status that is neither one of these words nor the id of something in the file."""
    for policy in book.base.policies.values():
        root = book.page(policy)
        coverage = value_of(root, "coverage")
        known = {"points", *(b.local_id for b in book.benefits_of[policy.id])}
        for _, value in coverage.pairs if isinstance(coverage, Record) else ():
            status = value_of(value, "status") if isinstance(value, Record) else value
            if isinstance(status, Scalar) and not _understood(status.text, known):
                hint = did_you_mean(status.text, STATUSES) or "可写：" + "、".join(STATUSES)
                yield book.problem(status.place, CODE, f"`{status.text}` 不是条文覆盖的状态", hint)


def _understood(text: str, known: set[str]) -> bool:
    word = re.split(r"[：:（(；;]", text)[0].strip()
    return word in STATUSES or all(part in known for part in re.split(r"[、,，\s]+", word))
