"""L405: a cap that cuts across an exclusive relation, where the two orders pay differently."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.figures import spread
from talent_rules.checks.overlaps import together
from talent_rules.model import Problem
from talent_rules.rulebase import Benefit, Relation
from talent_rules.vocabulary import show_yuan

CODE = "L405"


def check(book: Book) -> Iterator[Problem]:
    """A cap that cuts across an exclusive relation, where the two orders pay differently."""
    known = {b.id: b for b in book.base.benefits}
    caps = [r for r in book.base.relations if r.kind == "合计封顶" and r.limit is not None]
    picks = [r for r in book.base.relations if r.kind in ("就高", "择一", "补差")]
    for cap in caps:
        for pick in picks:
            shared = set(cap.members) & set(pick.members)
            if shared and set(pick.members) - set(cap.members):
                yield from _worked(
                    book, cap, pick, [known[m] for m in dict.fromkeys((*cap.members, *pick.members)) if m in known]
                )


def _worked(book: Book, cap: Relation, pick: Relation, benefits: list[Benefit]) -> Iterator[Problem]:
    amounts = {b.id: spread(book, b).hi or spread(book, b).lo for b in benefits}
    found = together(book.base, benefits)
    if found is None or cap.limit is None:
        return
    first = _picked_then_capped(amounts, cap, pick)
    second = _capped_then_picked(amounts, cap, pick)
    if first != second:
        orders = f"先{pick.kind}再封顶 {show_yuan(first)}，先封顶再{pick.kind} {show_yuan(second)}"
        message = f"“合计封顶”与“{pick.kind}”的先后没有写明：{orders}"
        hint = f"例：{found[0].person(found[1])}；把 {pick.kind} 的成员都放进封顶，或在 说明 里写明先后"
        yield book.problem(cap.place, CODE, message, hint)


def _picked_then_capped(amounts: dict[str, int], cap: Relation, pick: Relation) -> int:
    best = max((m for m in pick.members if m in amounts), key=lambda m: amounts[m])
    paid = {m: a for m, a in amounts.items() if m == best or m not in pick.members}
    inside = sum(a for m, a in paid.items() if m in cap.members)
    return min(inside, cap.limit or 0) + sum(a for m, a in paid.items() if m not in cap.members)


def _capped_then_picked(amounts: dict[str, int], cap: Relation, pick: Relation) -> int:
    left, capped = cap.limit or 0, dict(amounts)
    for member in cap.members:
        if member in capped:
            capped[member] = min(capped[member], left)
            left -= capped[member]
    best = max((m for m in pick.members if m in capped), key=lambda m: capped[m])
    return sum(a for m, a in capped.items() if m == best or m not in pick.members)
