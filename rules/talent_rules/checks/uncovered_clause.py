"""L501: every clause of 条文覆盖 that no rule states, and refs said to be encoded that no benefit bears."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book, value_of
from talent_rules.model import Problem
from talent_rules.source import Record

CODE = "L501"


def check(book: Book) -> Iterator[Problem]:
    """Every clause of 条文覆盖 that no rule states, and refs said to be encoded that no benefit bears."""
    refs = {r for b in book.base.benefits for r in b.refs}
    for policy in book.base.policies.values():
        node = value_of(book.page(policy), "coverage")
        places = {k.text: k.place for k, _ in node.pairs} if isinstance(node, Record) else {}
        for clause, status in policy.coverage:
            place = places.get(clause, policy.place)
            if status.startswith(("未编码", "未取得")):
                yield book.problem(place, CODE, f"{policy.title} {clause}：{status}", "取得原文后编成规则", "info")
            elif status == "已编码" and "-" in clause and clause not in refs:
                message = f"{policy.title} {clause} 写着已编码，却没有待遇的编号里有它"
                yield book.problem(place, CODE, message, f"在对应待遇的 编号 里加上 {clause}，或说明编在哪里")
