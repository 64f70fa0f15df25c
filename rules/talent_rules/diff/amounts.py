"""Amounts taken apart for comparing: who falls under which plain figure, and figures in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

from talent_rules import money as m
from talent_rules.cells import TRUE, Both, Formula
from talent_rules.model import Number, Span
from talent_rules.money import Amount, AreaPrice, Constant, Monthly, Percent, Service, Table, Yearly
from talent_rules.regions import Space
from talent_rules.vocabulary import show_yuan

NOTHING = Constant(0, 0)
#: what stands in for a person's own figures when two amounts are ranked
_TYPICAL = Span(10_000_00, 10_000_00)

Tier = tuple[Formula, tuple[Amount, ...]]


def tiers(amount: Amount, space: Space) -> Iterator[Tier]:
    """Who gets which plain amounts; the groups are disjoint and leave nobody out."""
    if isinstance(amount, Table):
        yield from _summed(amount, space) if amount.hit == "sum" else _rows(amount, space)
    elif isinstance(amount, (Monthly, Yearly)):
        for who, (inner,) in _single(tiers(amount.per, space)):
            yield who, (replace(amount, per=inner),)
    elif isinstance(amount, AreaPrice):
        for who, (inner,) in _single(tiers(amount.area, space)):
            yield who, (replace(amount, area=inner),)
    else:
        yield TRUE, (amount,)


def _single(found: Iterator[Tier]) -> Iterator[tuple[Formula, tuple[Amount]]]:
    for who, amounts in found:
        yield who, (amounts[0] if amounts else NOTHING,)


def _rows(table: Table, space: Space) -> Iterator[Tier]:
    rows = list(table.rows)
    if table.hit == "highest":
        rows.sort(key=lambda row: ranked(row[1]), reverse=True)
    earlier: list[Formula] = []
    for guard, amount in rows:
        own = space.formula(guard)
        for who, amounts in tiers(amount, space):
            yield Both((own, *earlier, who)), amounts
        earlier.append(space.negated(own))
    yield Both(tuple(earlier)), (NOTHING,)


def _summed(table: Table, space: Space) -> Iterator[Tier]:
    guards = [space.formula(guard) for guard, _ in table.rows]
    for chosen in product((True, False), repeat=len(guards)):
        who = Both(tuple(g if c else space.negated(g) for g, c in zip(guards, chosen, strict=True)))
        if space.possible(who):
            yield who, tuple(a for (_, a), c in zip(table.rows, chosen, strict=True) if c) or (NOTHING,)


def ranked(amount: Amount) -> tuple[Fraction, Fraction]:
    """A key by which plain amounts of one benefit can be compared."""
    ends = m.bounds(amount, lambda yes, no: True, lambda name: _TYPICAL)
    if ends is None:
        return Fraction(0), Fraction(0)
    return Fraction(10**18 if ends[1] is None else ends[1]), Fraction(ends[0])


def direction(before: tuple[Amount, ...], after: tuple[Amount, ...]) -> str:
    """Whether the second is better for the person, where that can be said."""
    a = [sum(x) for x in zip(*(ranked(i) for i in before), strict=True)] if before else [0, 0]
    b = [sum(x) for x in zip(*(ranked(i) for i in after), strict=True)] if after else [0, 0]
    if b[0] >= a[0] and b[1] >= a[1] and a != b:
        return "better"
    if b[0] <= a[0] and b[1] <= a[1] and a != b:
        return "worse"
    return "other"


# ── words ───────────────────────────────────────────────────────────────────────────────────


def said(amounts: tuple[Amount, ...], space: Space) -> str:
    """Plain amounts in words."""
    return " + ".join(_said(a, space) for a in amounts)


def _said(amount: Amount, space: Space, area: bool = False) -> str:
    if isinstance(amount, Constant):
        return _constant(amount, _area if area else _money)
    if isinstance(amount, Service):
        return amount.text or "服务"
    if isinstance(amount, Monthly):
        months = f"按{space.fields[amount.field].name}" if amount.field else ""
        cap = "" if amount.months is None else f"{'，最长' if months else '共'}{amount.months}个月"
        return f"每月{_said(amount.per, space)}{months}{cap}"
    if isinstance(amount, Yearly):
        persons = f"，按{space.fields[amount.persons].name}" if amount.persons else ""
        return f"每年{_said(amount.per, space)}{persons}{f'，共{amount.years}年' if amount.years else ''}"
    if isinstance(amount, AreaPrice):
        return f"{_said(amount.area, space, True)}×{space.fields[amount.price].name}"
    if isinstance(amount, Percent):
        cap = "" if amount.cap is None else f"，封顶{show_yuan(amount.cap)}"
        return f"{space.fields[amount.base].name}的{float(amount.ratio * 100):g}%{cap}"
    return "按表"


def _constant(amount: Constant, show: object) -> str:
    assert callable(show)
    if amount.form == "undecided":
        return "金额待定"
    if amount.form == "by_case":
        return "一事一议" if amount.hi is None else f"一事一议，{show(amount.lo)}至{show(amount.hi)}"
    if amount.hi is None:
        return f"至少{show(amount.lo)}"
    if amount.lo == amount.hi:
        return str(show(amount.lo))
    if amount.form == "at_most":
        return f"最高{show(amount.hi)}"
    return f"{show(amount.lo)}至{show(amount.hi)}"


def _money(value: Number) -> str:
    return show_yuan(int(value))


def _area(value: Number) -> str:
    return f"{float(value):g}㎡"


def either(figures: Iterable[str]) -> str:
    """Sums of which one is paid: `5万元或3万元`; with ranges among them `40万元、30万元至40万元`."""
    found = list(dict.fromkeys(figures))
    return ("、" if any("至" in f for f in found) else "或").join(found)
