"""Amounts computed from numbers (area × price, a share, months, persons) for many rows of one part.

The same arithmetic as `money.bounds` on int64 vectors: every figure is whole parts of 1/scale 分, and
whatever might not fit is refused, so that those rows are computed one by one instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from talent_rules import money as m
from talent_rules.cells import Line
from talent_rules.conditions import Condition
from talent_rules.engines.known import NO_HI, NO_LO, Ints, Numbers, scale_of, scaled
from talent_rules.logic import Masks, satisfiable
from talent_rules.logic import replace as with_mask
from talent_rules.model import Number
from talent_rules.rulebase import Benefit, Circuit, RuleBase

_SAFE = 1 << 61


class TooFine(Exception):
    """An amount that int64 vectors cannot hold exactly."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Two ends per row in parts of 1/scale; `hi` is NO_HI for no upper bound."""

    lo: Ints
    hi: Ints
    scale: int = 1


Possible = Callable[[tuple[Condition, ...], tuple[Condition, ...]], bool]


def amounts(base: RuleBase, number: int, masks: Masks, spans: Mapping[str, Numbers]) -> Ends | None:
    """What benefit `number` pays in 分 per row, for local masks shared by all rows.

    None for what is not money. Raises TooFine where the rows have to be computed one by one.
    """
    benefit, circuit = base.benefits[number], base.circuits[number]

    def possible(yes: tuple[Condition, ...], no: tuple[Condition, ...]) -> bool:
        parts = (circuit.condition, *circuit.constraints)
        parts += tuple(circuit.guards[c][0] for c in yes) + tuple(circuit.guards[c][1] for c in no)
        return satisfiable(parts, masks)

    def numbers(name: str) -> Ends:
        return _granted(base, circuit, masks, name, spans[name])

    found = _Bounds(possible, numbers).of(benefit.amount)
    return None if found is None else _rounded(benefit, found)


def _rounded(benefit: Benefit, ends: Ends) -> Ends:
    step = benefit.rounding
    return Ends(
        _half_up(ends.lo, ends.scale * step) * step, _upper(ends.hi, lambda h: _half_up(h, ends.scale * step) * step)
    )


def _half_up(parts: Ints, scale: int) -> Ints:
    _check(2 * _top(parts) + scale)
    found: Ints = (2 * parts + scale) // (2 * scale)
    return found


def _upper(hi: Ints, change: Callable[[Ints], Ints]) -> Ints:
    """A change to upper ends that leaves no bound as it is."""
    free = hi >= NO_HI
    found: Ints = np.where(free, NO_HI, change(np.where(free, 0, hi)))
    return found


def _top(parts: Ints) -> int:
    return int(np.abs(parts[parts < NO_HI]).max(initial=0))


def _check(top: int) -> None:
    if top >= _SAFE:
        raise TooFine


def _granted(base: RuleBase, circuit: Circuit, masks: Masks, name: str, span: Numbers) -> Ends:
    """The numbers of a field where the benefit is granted, as `decide` narrows them."""
    entry = base.vocabulary.fields[name]
    scale = scale_of(entry)
    lo = _at_least(span.lo, entry.lo, scale)
    hi = span.hi if entry.hi is None else np.where(span.hi >= NO_HI, _exact(entry.hi, scale), span.hi)
    for index, axis in enumerate(circuit.axes):
        cells = circuit.cells[index]
        if axis.field == name and not axis.facet and isinstance(cells, Line):
            lows, highs = _granted_cells(circuit, cells, index, masks, entry.kind.integral)
            if lows:
                if None not in lows:
                    lo = np.maximum(lo, _exact(min(v for v in lows if v is not None), scale))
                if None not in highs:
                    hi = np.minimum(hi, _exact(max(v for v in highs if v is not None), scale))
    return Ends(lo, hi, scale)


def _at_least(lo: Ints, floor: Number | None, scale: int) -> Ints:
    found: Ints = np.where(lo <= NO_LO, 0 if floor is None else _exact(floor, scale), lo)
    return found


def _granted_cells(
    circuit: Circuit, cells: Line, index: int, masks: Masks, integral: bool
) -> tuple[list[Number | None], list[Number | None]]:
    lows: list[Number | None] = []
    highs: list[Number | None] = []
    for cell in range(cells.size):
        bit = 1 << cell
        if masks[index] & bit and satisfiable((circuit.condition, *circuit.constraints), with_mask(masks, index, bit)):
            low, high = cells.bounds(cell)
            lows.append(None if low is None else low[0])
            highs.append(None if high is None else high[0] - (1 if integral and not high[1] else 0))
    return lows, highs


def _exact(value: Number, scale: int) -> int:
    found = scaled(value, scale)
    if found is None:
        raise TooFine
    return found


class _Bounds:
    """`money.bounds` over vectors."""

    def __init__(self, possible: Possible, numbers: Callable[[str], Ends]) -> None:
        self.possible, self.numbers = possible, numbers

    def of(self, node: m.Amount) -> Ends | None:
        if isinstance(node, m.Constant):
            return _constant(node.lo, node.hi)
        if isinstance(node, m.Service):
            return None
        if isinstance(node, m.Table):
            return self._table(node)
        if isinstance(node, m.Percent):
            return self._percent(node)
        if isinstance(node, m.AreaPrice):
            return self._area(node)
        per = self.of(node.per)
        if per is None:
            return None
        if isinstance(node, m.Monthly):
            return _times(per, self._months(node))
        years = node.years or 1
        persons = self.numbers(node.persons) if node.persons else _constant(1, 1)
        return _times(_times(per, persons), _constant(years, years))

    def _months(self, node: m.Monthly) -> Ends:
        if not node.field:
            return _constant(node.months or 0, node.months)
        span = self.numbers(node.field)
        return span if node.months is None else _least(span, _constant(node.months, node.months))

    def _percent(self, node: m.Percent) -> Ends:
        base = self.numbers(node.base)
        share = _times(base, _constant(node.ratio, node.ratio))
        return _whole(share if node.cap is None else _least(share, _constant(node.cap, node.cap)))

    def _area(self, node: m.AreaPrice) -> Ends | None:
        area = self.of(node.area)
        if area is None:
            return None
        if node.actual:
            actual = self.numbers(node.actual)
            smaller = _least(area, actual)
            area, same = _aligned(area, smaller)
            area = Ends(same.lo, area.hi if node.open_shortfall else same.hi, area.scale)
        return _whole(_times(area, self.numbers(node.price)))

    def _table(self, node: m.Table) -> Ends:
        if node.hit == "sum":
            return self._sum(node)
        rows = list(node.rows)
        if node.hit == "highest":
            rows.sort(key=lambda row: _fixed_key(row[1]), reverse=True)
        earlier: tuple[Condition, ...] = ()
        found: Ends | None = None
        for guard, amount in rows:
            if self.possible((guard,), earlier):
                found = _hull(found, self.of(amount) or _constant(0, 0))
            earlier = (*earlier, guard)
        if self.possible((), earlier):
            found = _hull(found, _constant(0, 0))
        return found or _constant(0, 0)

    def _sum(self, node: m.Table) -> Ends:
        found: Ends | None = None
        pending: list[tuple[int, tuple[Condition, ...], tuple[Condition, ...], Ends]] = [(0, (), (), _constant(0, 0))]
        while pending:
            index, yes, no, total = pending.pop()
            if index == len(node.rows):
                found = _hull(found, total)
                continue
            guard, amount = node.rows[index]
            if self.possible((*yes, guard), no):
                more = _plus(total, self.of(amount) or _constant(0, 0))
                pending.append((index + 1, (*yes, guard), no, more))
            if self.possible(yes, (*no, guard)):
                pending.append((index + 1, yes, (*no, guard), total))
        total = found or _constant(0, 0)
        return total if node.cap is None else _least(total, _constant(node.cap, node.cap))


def _fixed_key(amount: m.Amount) -> tuple[Fraction, Fraction]:
    """取高 orders its rows by what they pay; where that differs from person to person, give up."""
    if isinstance(amount, m.Service):
        return Fraction(0), Fraction(0)
    if not isinstance(amount, m.Constant):
        raise TooFine
    return Fraction(10**18 if amount.hi is None else amount.hi), Fraction(amount.lo)


def _constant(lo: Number, hi: Number | None) -> Ends:
    scale = lcm(Fraction(lo).denominator, 1 if hi is None else Fraction(hi).denominator)
    upper = NO_HI if hi is None else _exact(hi, scale)
    return Ends(np.array([_exact(lo, scale)], dtype=np.int64), np.array([upper], dtype=np.int64), scale)


def _aligned(a: Ends, b: Ends) -> tuple[Ends, Ends]:
    scale = lcm(a.scale, b.scale)
    return _at_scale(a, scale), _at_scale(b, scale)


def _at_scale(ends: Ends, scale: int) -> Ends:
    factor = scale // ends.scale
    if factor == 1:
        return ends
    _check(max(_top(ends.lo), _top(ends.hi)) * factor)
    return Ends(ends.lo * factor, _upper(ends.hi, lambda h: h * factor), scale)


def _least(a: Ends, b: Ends) -> Ends:
    a, b = _aligned(a, b)
    return Ends(np.minimum(a.lo, b.lo), np.minimum(a.hi, b.hi), a.scale)


def _hull(a: Ends | None, b: Ends) -> Ends:
    if a is None:
        return b
    a, b = _aligned(a, b)
    return Ends(np.minimum(a.lo, b.lo), np.maximum(a.hi, b.hi), a.scale)


def _plus(a: Ends, b: Ends) -> Ends:
    a, b = _aligned(a, b)
    _check(_top(a.lo) + _top(b.lo))
    _check(_top(a.hi) + _top(b.hi))
    free = (a.hi >= NO_HI) | (b.hi >= NO_HI)
    hi = np.where(a.hi >= NO_HI, 0, a.hi) + np.where(b.hi >= NO_HI, 0, b.hi)
    return Ends(a.lo + b.lo, np.where(free, NO_HI, hi), a.scale)


def _times(a: Ends, b: Ends) -> Ends:
    _check(_top(a.lo) * _top(b.lo))
    _check(_top(a.hi) * _top(b.hi))
    free = ((a.hi >= NO_HI) & (b.hi != 0)) | ((b.hi >= NO_HI) & (a.hi != 0))
    hi = np.where(a.hi >= NO_HI, 0, a.hi) * np.where(b.hi >= NO_HI, 0, b.hi)
    return Ends(a.lo * b.lo, np.where(free, NO_HI, hi), a.scale * b.scale)


def _whole(ends: Ends) -> Ends:
    return Ends(_half_up(ends.lo, ends.scale), _upper(ends.hi, lambda h: _half_up(h, ends.scale)))
