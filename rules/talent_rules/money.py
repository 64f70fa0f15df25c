"""Amount forms kept apart, and the interval each can take for what is known of a person.

Forms: fixed, at least, at most, range; per month × months; per year × persons; area × price;
percent of; by table; by case; not money. Money is integer 分; percentages and areas are exact
rationals, rounded half up to 元 only where a rule says so, otherwise half up to 分.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from talent_rules import points
from talent_rules.conditions import Condition
from talent_rules.model import Number, Span
from talent_rules.points import Added, Item

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Constant:
    """A figure, or a range of figures, in 分 (or ㎡ inside an area)."""

    lo: Number
    hi: Number | None
    form: str = "fixed"  # fixed · at_least · at_most · range · by_case · undecided


@dataclass(frozen=True, slots=True)
class Monthly:
    """An amount a month, for `months` months, or as many as a field says up to that."""

    per: Amount
    months: Number | None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Yearly:
    """An amount a year, times persons, for `years` years, or every year."""

    per: Amount
    persons: str = ""
    years: int | None = None


@dataclass(frozen=True, slots=True)
class AreaPrice:
    """㎡ × price a ㎡; the actual area if smaller. `open_shortfall`: sources do not say which then."""

    area: Amount
    price: str
    actual: str = ""
    open_shortfall: bool = False


@dataclass(frozen=True, slots=True)
class Percent:
    """A share of a field, with a cap in 分."""

    ratio: Fraction
    base: str
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table: the rows that apply by its hit policy; no row, no money."""

    hit: str  # unique · first · highest · sum
    rows: tuple[tuple[Condition, Amount], ...]
    columns: tuple[str, ...] = ()
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """Not money."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Tallied:
    """Not money but points, in hundredths: the score over the truth of `parts`."""

    parts: tuple[Condition, ...]
    items: tuple[Item, ...]
    score: Added


Amount = Constant | Monthly | Yearly | AreaPrice | Percent | Table | Service | Tallied
Ends = tuple[Number, Number | None]

#: (conditions that must hold, conditions that must not) → whether that can be, for this person
Possible = Callable[[tuple[Condition, ...], tuple[Condition, ...]], bool]
#: field id → the numbers it can have
Numbers = Callable[[str], Span]


def bounds(node: Amount, possible: Possible, numbers: Numbers) -> Ends | None:
    """The least and the greatest figure the amount can come to; None for what is not money."""
    if isinstance(node, Constant):
        return node.lo, node.hi
    if isinstance(node, Service):
        return None
    if isinstance(node, Table):
        return _table(node, possible, numbers)
    if isinstance(node, Tallied):
        return points.bounds(node.score, lambda part: truth_of(node.parts[part], possible))
    if isinstance(node, Percent):
        return _percent(node, numbers(node.base))
    if isinstance(node, AreaPrice):
        return _area(node, possible, numbers)
    per = bounds(node.per, possible, numbers)
    if per is None:
        return None
    if isinstance(node, Monthly):
        return _times(per, _months(node, numbers))
    times: Ends = (1, 1)
    if node.persons:
        span = numbers(node.persons)
        times = (span.lo or 0, span.hi)
    return _times(_times(per, times), (node.years or 1, node.years or 1))


def truth_of(part: Condition, possible: Possible) -> bool | None:
    """Whether a condition holds for this person; None while both can be."""
    can, cannot = possible((part,), ()), possible((), (part,))
    return None if can and cannot else can


def _months(node: Monthly, numbers: Numbers) -> Ends:
    if not node.field:
        return (node.months or 0, node.months)
    span = numbers(node.field)
    lo, hi = span.lo or 0, span.hi
    if node.months is not None:
        lo, hi = min(lo, node.months), node.months if hi is None else min(hi, node.months)
    return lo, hi


def _times(a: Ends, b: Ends) -> Ends:
    hi = None
    if (a[1] is not None and b[1] is not None) or 0 in (a[1], b[1]):
        hi = (a[1] or 0) * (b[1] or 0)
    return a[0] * b[0], hi


def _percent(node: Percent, base: Span) -> Ends:
    lo = Fraction(base.lo or 0) * node.ratio
    hi = None if base.hi is None else Fraction(base.hi) * node.ratio
    if node.cap is not None:
        lo, hi = min(lo, Fraction(node.cap)), Fraction(node.cap) if hi is None else min(hi, Fraction(node.cap))
    return half_up(lo), None if hi is None else half_up(hi)


def _area(node: AreaPrice, possible: Possible, numbers: Numbers) -> Ends | None:
    standard = bounds(node.area, possible, numbers)
    if standard is None:
        return None
    lo, hi = standard
    if node.actual:
        actual = numbers(node.actual)
        lo = min(lo, actual.lo or 0)
        if not node.open_shortfall and actual.hi is not None:
            hi = actual.hi if hi is None else min(hi, actual.hi)
    price = numbers(node.price)
    ends = _times((lo, hi), (price.lo or 0, price.hi))
    return half_up(ends[0]), None if ends[1] is None else half_up(ends[1])


def half_up(value: Number) -> int:
    """Round to a whole 分, halves up."""
    return value if isinstance(value, int) else int((value + Fraction(1, 2)) // 1)


def nearest(value: Number, step: int) -> int:
    """Round to a multiple of `step` 分, halves up."""
    return half_up(value) if step == 1 else half_up(Fraction(value) / step) * step


def _table(node: Table, possible: Possible, numbers: Numbers) -> Ends | None:
    if node.hit == "sum":
        return _sum(node, possible, numbers)
    rows = list(node.rows)
    if node.hit == "highest":
        rows.sort(key=lambda row: _sort_key(bounds(row[1], possible, numbers)), reverse=True)
    earlier: tuple[Condition, ...] = ()
    found: Ends | None = None
    for guard, amount in rows:
        if possible((guard,), earlier):
            found = _hull(found, bounds(amount, possible, numbers) or (0, 0))
        earlier = (*earlier, guard)
    if possible((), earlier):
        found = _hull(found, (0, 0))
    return found or (0, 0)


def _sort_key(ends: Ends | None) -> tuple[Fraction, Fraction]:
    if ends is None:
        return Fraction(0), Fraction(0)
    return Fraction(10**18 if ends[1] is None else ends[1]), Fraction(ends[0])


def _hull(a: Ends | None, b: Ends) -> Ends:
    if a is None:
        return b
    return min(a[0], b[0]), None if a[1] is None or b[1] is None else max(a[1], b[1])


def _sum(node: Table, possible: Possible, numbers: Numbers) -> Ends:
    """Every attainable set of rows, added up."""

    def walk(index: int, yes: tuple[Condition, ...], no: tuple[Condition, ...], total: Ends) -> Iterator[Ends]:
        if index == len(node.rows):
            yield total
            return
        guard, amount = node.rows[index]
        if possible((*yes, guard), no):
            part = bounds(amount, possible, numbers) or (0, 0)
            hi = None if total[1] is None or part[1] is None else total[1] + part[1]
            yield from walk(index + 1, (*yes, guard), no, (total[0] + part[0], hi))
        if possible(yes, (*no, guard)):
            yield from walk(index + 1, yes, (*no, guard), total)

    found: Ends | None = None
    for ends in walk(0, (), (), (0, 0)):
        found = _hull(found, ends)
    lo, hi = found or (0, 0)
    if node.cap is not None:
        lo, hi = min(lo, node.cap), node.cap if hi is None else min(hi, node.cap)
    return lo, hi


def parts_of(node: Amount) -> Iterator[Amount]:
    """A node and every amount inside it."""
    yield node
    if isinstance(node, Table):
        for _, amount in node.rows:
            yield from parts_of(amount)
    elif isinstance(node, (Monthly, Yearly)):
        yield from parts_of(node.per)
    elif isinstance(node, AreaPrice):
        yield from parts_of(node.area)


def guards_of(node: Amount) -> Iterator[Condition]:
    """Every row condition inside an amount."""
    for part in parts_of(node):
        if isinstance(part, Table):
            yield from (guard for guard, _ in part.rows)
        elif isinstance(part, Tallied):
            yield from part.parts


def numbers_of(node: Amount) -> tuple[str, ...]:
    """The numeric fields an amount is computed from."""
    found: list[str] = []
    for part in parts_of(node):
        if isinstance(part, Monthly) and part.field:
            found.append(part.field)
        elif isinstance(part, Yearly) and part.persons:
            found.append(part.persons)
        elif isinstance(part, Percent):
            found.append(part.base)
        elif isinstance(part, AreaPrice):
            found += [part.price, *([part.actual] if part.actual else [])]
    return tuple(dict.fromkeys(found))


def unit_of(node: Amount) -> str:
    """CNY, CNY/year where the amount recurs without a known end, or points."""
    if isinstance(node, Tallied):
        return points.UNIT
    recurring = any(isinstance(p, Yearly) and p.years is None for p in parts_of(node))
    return "CNY/year" if recurring else "CNY"
