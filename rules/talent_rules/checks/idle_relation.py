"""L402: relations no person can bring to bear."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from talent_rules.checks.book import Book
from talent_rules.checks.figures import greatest
from talent_rules.checks.overlaps import together
from talent_rules.model import Problem, add_ends
from talent_rules.rulebase import Benefit, Relation

CODE = "L402"


def check(book: Book) -> Iterator[Problem]:
    """Relations no person can bring to bear."""
    known = {b.id: b for b in book.base.benefits}
    for relation in book.base.relations:
        members = [known[m] for m in dict.fromkeys(relation.members) if m in known]
        why = _idle(book, relation, members)
        if why and len(members) == len(set(relation.members)):
            message = f"关系“{relation.kind}”（{'、'.join(b.local_id for b in members)}）永远用不上：{why}"
            yield book.problem(relation.place, CODE, message, "核对成员和上限")


def _idle(book: Book, relation: Relation, members: list[Benefit]) -> str:
    if relation.received or relation.kind == "家庭一次":
        return ""
    if len(members) < 2:
        return "只有一个成员" if relation.kind != "合计封顶" else ""
    if relation.kind == "合计封顶":
        total: int | None = 0
        for benefit in members:
            total = add_ends(total, greatest(book, benefit))
        return "各项最高加起来也不超过上限" if total is not None and total <= (relation.limit or 0) else ""
    if any(together(book.base, pair) for pair in combinations(members, 2)):
        return ""
    return "没有人能同时符合其中两项"
