"""L401: one finding a benefit: the later ones it can come with and has no relation to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, product

from talent_rules.checks.book import Book
from talent_rules.checks.overlaps import overlapping, together
from talent_rules.model import Problem
from talent_rules.money import Service, unit_of
from talent_rules.rulebase import Benefit, Relation

CODE = "L401"
NAMED = 4
MANY = 40


def check(book: Book) -> Iterator[Problem]:
    """One finding a benefit: the later ones it can come with and has no relation to."""
    base = book.base
    chosen = [n for n, b in enumerate(base.benefits) if _counts(book, b)]
    declared: dict[str, set[str]] = defaultdict(set)
    for one, other in (pair for relation in base.relations for pair in _declared(relation)):
        declared[one].add(other)
        declared[other].add(one)
    for first, found in overlapping(book, chosen):
        benefit = base.benefits[first]
        known = declared[benefit.id]
        others = [n for n in found if base.benefits[n].id not in known]
        sure = list(_sure(book, benefit, others))
        if sure:
            names = "、".join(book.name(b) for b, _ in sure)
            more = f"等 {len(others)} 项" if len(others) > len(sure) else ""
            message = f"{book.name(benefit)} 与 {names}{more} 可能是同一个人，没有写关系"
            hint = f"例：{sure[0][1]}；不知道能否同享就写 `类型: 待定`"
            near = any(b.policy == benefit.policy for b, _ in sure)
            yield book.problem(benefit.place, CODE, message, hint, "warning" if near else "info")


def _counts(book: Book, benefit: Benefit) -> bool:
    if isinstance(benefit.amount, Service) or not benefit.to_person or benefit.id in book.hopeless:
        return False
    return unit_of(benefit.amount) == "CNY"


def _declared(relation: Relation) -> Iterator[tuple[str, str]]:
    yield from combinations(relation.members, 2)
    yield from product(relation.members, relation.received)


def _sure(book: Book, benefit: Benefit, others: list[int]) -> Iterator[tuple[Benefit, str]]:
    """The partners to name, each proved by a person; all of them where they are few."""
    named = NAMED if len(others) <= MANY else 1
    for number in others:
        other = book.base.benefits[number]
        found = together(book.base, (benefit, other))
        if found is not None:
            yield other, found[0].person(found[1])
            named -= 1
        if not named and len(others) > NAMED:
            return
