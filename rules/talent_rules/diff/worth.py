"""What one version brings people: in all, by benefit and by year, at the upper ends of what is possible.

Amounts without an upper bound are left out; what recurs without an end counts for HORIZON years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from talent_rules.combine import combine
from talent_rules.model import Decision, Facts, Money, Payment, Verdict
from talent_rules.points import UNIT
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.schedule import payments

HORIZON = 5


@dataclass(slots=True)
class Worth:
    """What one version brings one person, in 分: at most, and surely."""

    total: int
    sure: int
    benefits: dict[str, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)


def worth_of(base: RuleBase, decision: Decision, facts: Facts) -> Worth:
    """What a decision comes to."""
    counted = [v for v in decision.verdicts if v.amount is None or v.amount.reported.hi is not None]
    total = combine(base, counted, facts)
    sure = total.guaranteed + total.yearly.lo * HORIZON
    found = Worth((total.possible or 0) + (total.yearly.hi or 0) * HORIZON, sure)
    for verdict in counted:
        if _pays(base, verdict, total.paid):
            assert verdict.amount is not None
            for year, amount in years_of(base.benefit(verdict.benefit), verdict.amount, decision.as_of):
                found.years[year] = found.years.get(year, 0) + amount
                found.benefits[verdict.benefit] = found.benefits.get(verdict.benefit, 0) + amount
    return found


def _pays(base: RuleBase, verdict: Verdict, paid: tuple[str, ...]) -> bool:
    if verdict.amount is None or not verdict.outcome.open or verdict.amount.unit == UNIT:
        return False
    once = verdict.amount.unit == "CNY"
    return verdict.benefit in base.paid_to_persons and (verdict.benefit in paid or not once)


def years_of(benefit: Benefit, money: Money, as_of: date) -> Iterator[tuple[int, int]]:
    """An amount's payments by calendar year, granted on the day of the application."""
    schedule = payments(benefit, money)
    if not schedule:
        yield as_of.year, money.reported.hi or 0
    for payment in schedule:
        yield from _payment_years(payment, as_of)


def _payment_years(payment: Payment, as_of: date) -> Iterator[tuple[int, int]]:
    start, step = _months(payment.after), _months(payment.every or "P0M")
    times = payment.times if payment.times is not None else HORIZON * 12 // max(step, 1)
    for number in range(times):
        month = as_of.month - 1 + start + number * step
        yield as_of.year + month // 12, payment.amount.hi or 0


def _months(period: str) -> int:
    found = re.fullmatch(r"P(\d+)([YM])", period)
    return 0 if found is None else int(found[1]) * (12 if found[2] == "Y" else 1)
