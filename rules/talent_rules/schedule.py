"""Instalments: a sum becomes payments whose total is the sum to the 分."""

from __future__ import annotations

from talent_rules.model import Money, Payment, Range
from talent_rules.money import Amount, Constant, Monthly, Yearly, parts_of
from talent_rules.rulebase import Benefit


def payments(benefit: Benefit, money: Money) -> tuple[Payment, ...]:
    """The payments of a benefit, relative to the day it is granted (`first` says which day that is)."""
    plan = benefit.payment
    parts = list(parts_of(benefit.amount))
    monthly = _monthly_of(parts, money) if plan is None or len(plan.shares) == 1 else None
    if monthly is not None:
        return (monthly,)
    if money.unit == "CNY/year":
        return (Payment("P0Y", money.reported, every="P1Y", times=None),)
    yearly = next((p for p in parts if isinstance(p, Yearly)), None)
    if yearly and yearly.years and (plan is None or len(plan.shares) == 1):
        shares: tuple[int, ...] = (1,) * yearly.years
        return _instalments(money.reported, shares, 12, "")
    if plan is None or plan.undecided:
        return ()
    return _instalments(money.reported, plan.shares, plan.interval, plan.first)


def _monthly_of(parts: list[Amount], money: Money) -> Payment | None:
    """The monthly payments that make up just the amount found, whichever row of a table they come from."""
    for part in parts:
        if isinstance(part, Monthly) and part.months and not part.field and isinstance(part.per, Constant):
            times, per = int(part.months), part.per
            hi = None if per.hi is None else int(per.hi)
            if money.reported == Range(int(per.lo) * times, None if hi is None else hi * times):
                return Payment("P0M", Range(int(per.lo), hi), every="P1M", times=times)
    return None


def _instalments(total: Range, shares: tuple[int, ...], interval: int, first: str) -> tuple[Payment, ...]:
    lows = split_exactly(total.lo, shares)
    highs = split_exactly(total.hi, shares) if total.hi is not None else (None,) * len(shares)
    return tuple(
        Payment(_period(i * interval), Range(lo, hi), condition=first)
        for i, (lo, hi) in enumerate(zip(lows, highs, strict=True))
    )


def split_exactly(total: int, shares: tuple[int, ...]) -> tuple[int, ...]:
    """A sum in 分 by shares, each rounded down to 元, the rest on the last; adds up exactly."""
    whole = sum(shares)
    parts = [total * share // whole // 100 * 100 for share in shares[:-1]]
    return (*parts, total - sum(parts))


def _period(months: int) -> str:
    return f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"
