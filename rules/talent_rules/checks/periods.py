"""When policies end, day by day; shared by the two checks on expiry."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.conditions import Between, atoms
from talent_rules.model import Place
from talent_rules.rulebase import Benefit, Policy


def endings(book: Book) -> Iterator[tuple[Place, str, int, Policy]]:
    """Each policy that ends, once, and each benefit that ends on another day: place, name, last day."""
    for policy in book.base.policies.values():
        own = book.benefits_of[policy.id]
        days = {b.id: last_day(b) for b in own}
        common = set(days.values())
        if len(common) == 1 and None not in common:
            yield policy.place, policy.title, next(d for d in common if d is not None), policy
            continue
        for benefit in own:
            day = days[benefit.id]
            if day is not None:
                yield benefit.place, book.name(benefit), day, policy


def last_day(benefit: Benefit) -> int | None:
    """The last day a benefit's text is in force, where it has one."""
    ends = [a.test.below[0] for a in atoms(benefit.scope) if isinstance(a.test, Between) and a.test.below]
    return int(max(ends)) - 1 if ends else None


def succeeded(book: Book, policy: Policy) -> bool:
    """Whether a later document amends or replaces this one."""
    return any(policy.id in (p.amends, *p.replaces) for p in book.base.policies.values())
