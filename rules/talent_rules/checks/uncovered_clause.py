"""L501: every clause of 条文覆盖 that no rule states, or that was passed over, and refs said to be encoded that no
benefit bears."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from talent_rules import quantities as q
from talent_rules.checks.book import Book, value_of
from talent_rules.model import Problem
from talent_rules.source import Record

CODE = "L501"
#: so many clauses are a text gone through, and so few missing ones were forgotten, not left aside
THROUGHOUT, FORGOTTEN = 4, 2


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
        if passed_over := _passed_over([clause for clause, _ in policy.coverage]):
            message = f"{policy.title} 的条文覆盖里没有 {'、'.join(passed_over)}，前后的都有"
            yield book.problem(node.place if node else policy.place, CODE, message, "每条原文都要有去处：补上这一条")


def _passed_over(clauses: Sequence[str]) -> list[str]:
    """The one or two clauses left out of a list that goes through a text clause by clause."""
    numbers: dict[int, str] = {}
    for clause in clauses:
        found = re.fullmatch(r"第([一二三四五六七八九十百\d]+)条", clause)
        if found:
            numbers[int(q.number(found.group(1)))] = clause
    if len(numbers) < THROUGHOUT:
        return []
    gaps = [n for n in range(1, max(numbers)) if n not in numbers]
    han = any(not c[1].isdigit() for c in numbers.values())
    return [f"第{_han(n) if han else n}条" for n in gaps] if len(gaps) <= FORGOTTEN else []


def _han(number: int) -> str:
    """1 to 99 as clauses are counted."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return f"{digits[tens] if tens > 1 else ''}十{digits[ones] if ones else ''}"
