"""Amounts computed from numbers (area × price, a share, months, persons) for many rows at once.

What can be told from the cells of a part — which rows of a table may apply, between which cuts a
number lies where the benefit is granted — is settled once and leaves a small expression; equal
expressions serve many parts. Its arithmetic is that of `money.bounds` on int64 vectors of whole parts
of 1/scale 分, and whatever might not fit is refused, so that those rows are computed one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from talent_rules import money as m
from talent_rules.cells import Formula, Line
from talent_rules.conditions import Condition
from talent_rules.engines.known import NO_HI, NO_LO, Ints, Numbers, scaled
from talent_rules.logic import Masks, satisfiable
from talent_rules.logic import replace as with_mask
from talent_rules.model import Number, Span
from talent_rules.rulebase import Circuit, RuleBase

_SAFE = 1 << 61


class TooFine(Exception):
    """An amount that int64 vectors cannot hold exactly."""


# ── the expression of a part ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Figure:
    """A constant; `hi` None is no upper bound."""

    lo: Number
    hi: Number | None


@dataclass(frozen=True, slots=True)
class Told:
    """A number of the person, no less than `floor` and no more than `ceiling` where it counts."""

    field: str
    least: Number
    most: Number | None
    floor: Number | None = None
    ceiling: Number | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """A product."""

    a: Expression
    b: Expression


@dataclass(frozen=True, slots=True)
class Least:
    """The smaller; `only_low` leaves the upper end of the first as it is."""

    a: Expression
    b: Expression
    only_low: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """One or the other, nobody can tell which."""

    a: Expression
    b: Expression


@dataclass(frozen=True, slots=True)
class Plus:
    """A sum."""

    a: Expression
    b: Expression


@dataclass(frozen=True, slots=True)
class Whole:
    """Rounded half up to a multiple of `step` 分."""

    a: Expression
    step: int = 1


Expression = Figure | Told | Times | Least | Either | Plus | Whole
_NONE = Figure(0, 0)


def expression(base: RuleBase, number: int, masks: Masks) -> Expression | None:
    """What benefit `number` pays for local masks; None for what is not money.

    Raises TooFine where people of one part differ in more than their figures.
    """
    circuit, benefit = base.circuits[number], base.benefits[number]
    found = _Settler(base, circuit, masks).of(benefit.amount)
    return None if found is None else Whole(found, benefit.rounding)


def _no_number(name: str) -> Span:
    """Points follow from the cells alone."""
    raise AssertionError(name)


class _Settler:
    """`money.bounds` with the person's numbers left open."""

    def __init__(self, base: RuleBase, circuit: Circuit, masks: Masks) -> None:
        self.base, self.circuit, self.masks = base, circuit, masks
        linked = circuit.constraints
        constraints = linked if satisfiable(linked, masks) else ()
        self.granted: tuple[Formula, ...] = (circuit.condition, *constraints)

    def possible(self, yes: tuple[Condition, ...], no: tuple[Condition, ...]) -> bool:
        guards = self.circuit.guards
        parts = self.granted
        parts += tuple(guards[c][0] for c in yes) + tuple(guards[c][1] for c in no)
        return satisfiable(parts, self.masks)

    def of(self, node: m.Amount) -> Expression | None:
        if isinstance(node, m.Constant):
            return Figure(node.lo, node.hi)
        if isinstance(node, m.Service):
            return None
        if isinstance(node, m.Table):
            return self._sum(node) if node.hit == "sum" else self._table(node)
        if isinstance(node, m.Tallied):
            lo, hi = m.bounds(node, self.possible, _no_number) or (0, 0)
            return Figure(lo, hi)
        if isinstance(node, m.Percent):
            share = Times(self.number(node.base), Figure(node.ratio, node.ratio))
            return Whole(share if node.cap is None else Least(share, Figure(node.cap, node.cap)))
        if isinstance(node, m.AreaPrice):
            return self._area(node)
        per = self.of(node.per)
        if per is None:
            return None
        if isinstance(node, m.Monthly):
            return Times(per, self._months(node))
        years = node.years or 1
        persons = self.number(node.persons) if node.persons else Figure(1, 1)
        return Times(Times(per, persons), Figure(years, years))

    def _months(self, node: m.Monthly) -> Expression:
        if not node.field:
            return Figure(node.months or 0, node.months)
        told = self.number(node.field)
        return told if node.months is None else Least(told, Figure(node.months, node.months))

    def _area(self, node: m.AreaPrice) -> Expression | None:
        area = self.of(node.area)
        if area is None:
            return None
        if node.actual:
            area = Least(area, self.number(node.actual), node.open_shortfall)
        return Whole(Times(area, self.number(node.price)))

    def _table(self, node: m.Table) -> Expression:
        rows = list(node.rows)
        if node.hit == "highest":
            rows.sort(key=lambda row: _fixed_key(row[1]), reverse=True)
        earlier: tuple[Condition, ...] = ()
        found: Expression | None = None
        for guard, amount in rows:
            if self.possible((guard,), earlier):
                found = _either(found, self.of(amount) or _NONE)
            earlier = (*earlier, guard)
        if self.possible((), earlier):
            found = _either(found, _NONE)
        return found or _NONE

    def _sum(self, node: m.Table) -> Expression:
        found: Expression | None = None
        Rows = tuple[Condition, ...]
        pending: list[tuple[int, Rows, Rows, Expression]] = [(0, (), (), _NONE)]
        while pending:
            index, yes, no, total = pending.pop()
            if index == len(node.rows):
                found = _either(found, total)
                continue
            guard, amount = node.rows[index]
            if self.possible((*yes, guard), no):
                pending.append((index + 1, (*yes, guard), no, Plus(total, self.of(amount) or _NONE)))
            if self.possible(yes, (*no, guard)):
                pending.append((index + 1, yes, (*no, guard), total))
        total = found or _NONE
        return total if node.cap is None else Least(total, Figure(node.cap, node.cap))

    def number(self, name: str) -> Told:
        """A number as `decide` narrows it where the benefit is granted."""
        entry = self.base.vocabulary.fields[name]
        floor: Number | None = None
        ceiling: Number | None = None
        for index, axis in enumerate(self.circuit.axes):
            cells = self.circuit.cells[index]
            if axis.field == name and not axis.facet and isinstance(cells, Line):
                lows, highs = _granted_cells(self.granted, cells, index, self.masks, entry.kind.integral)
                floor = None if None in lows else min((v for v in lows if v is not None), default=None)
                ceiling = None if None in highs else max((v for v in highs if v is not None), default=None)
                break
        return Told(name, entry.lo or 0, entry.hi, floor, ceiling)


def _either(a: Expression | None, b: Expression) -> Expression:
    return b if a is None or a == b else Either(a, b)


def _granted_cells(
    granted: tuple[Formula, ...], cells: Line, index: int, masks: Masks, integral: bool
) -> tuple[list[Number | None], list[Number | None]]:
    lows: list[Number | None] = []
    highs: list[Number | None] = []
    for cell in range(cells.size):
        bit = 1 << cell
        if masks[index] & bit and satisfiable(granted, with_mask(masks, index, bit)):
            low, high = cells.bounds(cell)
            lows.append(None if low is None else low[0])
            highs.append(None if high is None else high[0] - (1 if integral and not high[1] else 0))
    return lows, highs


def _fixed_key(amount: m.Amount) -> tuple[Fraction, Fraction]:
    """取高 orders its rows by what they pay; where that differs from person to person, give up."""
    if isinstance(amount, m.Service):
        return Fraction(0), Fraction(0)
    if not isinstance(amount, m.Constant):
        raise TooFine
    return Fraction(10**18 if amount.hi is None else amount.hi), Fraction(amount.lo)


# ── its value for many rows ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Ends:
    """Two ends per row in parts of 1/scale; `hi` is NO_HI for no upper bound."""

    lo: Ints
    hi: Ints
    scale: int = 1


def value(node: Expression, numbers: Mapping[str, tuple[Numbers, int]]) -> Ends:
    """An expression per row; `numbers` has what each person told and its scale.

    Raises TooFine where the rows have to be computed one by one.
    """
    if isinstance(node, Figure):
        return _constant(node.lo, node.hi)
    if isinstance(node, Told):
        return _told(node, *numbers[node.field])
    if isinstance(node, Whole):
        return _whole(value(node.a, numbers), node.step)
    a, b = value(node.a, numbers), value(node.b, numbers)
    if isinstance(node, Times):
        return _times(a, b)
    a, b = _aligned(a, b)
    if isinstance(node, Plus):
        return _plus(a, b)
    if isinstance(node, Either):
        return Ends(np.minimum(a.lo, b.lo), np.maximum(a.hi, b.hi), a.scale)
    return Ends(np.minimum(a.lo, b.lo), a.hi if node.only_low else np.minimum(a.hi, b.hi), a.scale)


def _told(node: Told, span: Numbers, scale: int) -> Ends:
    lo = np.where(span.lo <= NO_LO, _exact(node.least, scale), span.lo)
    hi = span.hi if node.most is None else np.where(span.hi >= NO_HI, _exact(node.most, scale), span.hi)
    if node.floor is not None:
        lo = np.maximum(lo, _exact(node.floor, scale))
    if node.ceiling is not None:
        hi = np.minimum(hi, _exact(node.ceiling, scale))
    return Ends(lo, hi, scale)


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
    """The greatest amount, no upper bound left out."""
    most = int(parts.max(initial=0))
    if most >= NO_HI:
        most = int(np.where(parts >= NO_HI, 0, parts).max(initial=0))
    return max(most, -int(parts.min(initial=0)))


def _check(top: int) -> None:
    if top >= _SAFE:
        raise TooFine


def _exact(value: Number, scale: int) -> int:
    found = scaled(value, scale)
    if found is None:
        raise TooFine
    return found


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


def _plus(a: Ends, b: Ends) -> Ends:
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


def _whole(ends: Ends, step: int) -> Ends:
    scale = ends.scale * step
    return Ends(_half_up(ends.lo, scale) * step, _upper(ends.hi, lambda h: _half_up(h, scale) * step))
