"""A slow and obvious reading of a rule base: try every way the unknown can turn out.

Written from docs and the condition trees alone, with its own arithmetic for ages, lists and money; it
uses neither cells nor the logic nor the amounts of the library. Each unknown field takes one value per
stretch between the constants the rules mention, within what the implications allow.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product

from talent_rules import money as m
from talent_rules.conditions import (
    AllOf,
    Among,
    AnyOf,
    Atom,
    Axis,
    Between,
    Condition,
    NoneOf,
    Open,
    Reach,
    Stated,
    atoms,
    opens,
)
from talent_rules.model import Declined, Facts, Number, OneOf, Outcome, Range, Span, Value
from talent_rules.points import Added, Gain, Pick, Score
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.vocabulary import Derivation, Field, Kind

WORLDS = 2_000


class TooMany(Exception):
    """More ways than anybody would try."""


@dataclass(frozen=True)
class Answer:
    """What the reference says of one benefit: the outcome, and the money where it may be granted."""

    outcome: Outcome
    amount: Range | None
    exact: bool  # whether each end of the amount was really reached


World = Mapping[Axis, object]


def answers(base: RuleBase, facts: Facts, as_of: date) -> dict[str, Answer | None]:
    """The answer for every benefit; None where facts contradict or there are too many ways to try."""
    known = _Known(base, facts, as_of)
    found: dict[str, Answer | None] = {}
    for benefit in base.benefits:
        try:
            found[benefit.id] = _answer(base, benefit, known)
        except TooMany:
            found[benefit.id] = None
    return found


def _answer(base: RuleBase, benefit: Benefit, known: _Known) -> Answer | None:
    reads = _reads(benefit)
    rules = _touching(base, set(reads))
    reads = list(dict.fromkeys([*reads, *(a for one in rules for p in (one.when, one.then) for a in _axes(p))]))
    numbers = [Axis(n) for n in _numbers(benefit.amount)]
    every = list(dict.fromkeys([*reads, *numbers]))
    options = {axis: known.options(axis, _constants(base, axis)) for axis in every}
    asked = [a for a in every if a not in known.left_open]
    oracles = [a for a in every if a in known.left_open]
    leaves = [o for node in (benefit.scope, benefit.condition, *_guards(benefit.amount)) for o in opens(node)]
    leaves = list({o.id: o for o in leaves}.values())
    ways = 1
    for axis in every:
        ways *= len(options[axis])
    if ways << len(leaves) > WORLDS:
        raise TooMany
    statuses: set[str] = set()
    in_scope = False
    figures: list[tuple[Number, Number | None] | None] = []
    for asked_values in product(*(options[a] for a in asked)):
        seen: set[bool] = set()
        for oracle_values in product(*(options[a] for a in oracles)):
            world = dict(zip((*asked, *oracles), (*asked_values, *oracle_values), strict=True))
            if not all(_holds(AnyOf((NoneOf((r.when,)), r.then)), world, {}) for r in rules):
                continue
            for settled in product((True, False), repeat=len(leaves)):
                ruling = dict(zip((o.id for o in leaves), settled, strict=True))
                here = _holds(benefit.scope, world, ruling)
                in_scope = in_scope or here
                granted = here and _holds(benefit.condition, world, ruling)
                seen.add(granted)
                if granted:
                    figures.append(_figure(benefit.amount, world, ruling))
        if seen:
            statuses.add("open" if len(seen) == 2 else "yes" if True in seen else "no")
    if not statuses:
        return None
    if not in_scope:
        return Answer(Outcome.OUT_OF_SCOPE, None, True)
    outcome = {"yes": Outcome.ELIGIBLE, "no": Outcome.INELIGIBLE, "open": Outcome.NEEDS_REVIEW}
    result = outcome[next(iter(statuses))] if len(statuses) == 1 else Outcome.NEEDS_INFO
    if not result.open or None in figures or not figures:
        return Answer(result, None, True)
    ends = [f for f in figures if f is not None]
    lo = _rounded(min(e[0] for e in ends), benefit.rounding)
    his = [e[1] for e in ends]
    hi = None if None in his else _rounded(max(h for h in his if h is not None), benefit.rounding)
    return Answer(result, Range(lo, hi), not numbers and not isinstance(benefit.amount, m.Tallied))


# ── what is known ───────────────────────────────────────────────────────────────────────────


class _Known:
    """What each axis can be for one person."""

    def __init__(self, base: RuleBase, facts: Facts, as_of: date) -> None:
        self.base = base
        self.values: dict[str, Value] = {k: v for k, v in facts.values.items() if not isinstance(v, Declined)}
        self.values.setdefault("application_date", as_of.toordinal())
        first, last = _span(self.values.get("arrival_date", -1)).lo, _span(self.values["application_date"]).hi
        if not facts.planned and first is not None and last is not None and first > last:
            for name in ("arrival_date", "first_time", "on_post"):  # has not come yet
                self.values.pop(name, None)
        self.left_open: set[Axis] = set()
        for field in base.vocabulary.fields.values():
            how = field.derivation
            if how is None:
                continue
            derived = self._derived(how)
            if derived == "open" and field.id not in self.values:
                self.left_open.add(Axis(field.id))
            elif derived is not None and derived != "open":
                self._merge(field.id, derived)

    def _merge(self, name: str, derived: Value) -> None:
        given = self.values.get(name)
        if given is None or given == derived:
            self.values[name] = derived
            return
        if isinstance(given, bool) or isinstance(derived, bool):
            del self.values[name]
            return
        a, b = _span(given), _span(derived)
        los = [v for v in (a.lo, b.lo) if v is not None]
        his = [v for v in (a.hi, b.hi) if v is not None]
        lo, hi = max(los, default=None), min(his, default=None)
        if lo is not None and hi is not None and lo > hi:
            del self.values[name]
        else:
            self.values[name] = lo if lo is not None and lo == hi else Span(lo, hi)

    def _derived(self, how: Derivation) -> Value | str | None:
        of, on = self.values.get(how.of), self.values.get(how.on)
        if how.kind == "member":
            return self._listed(of, on, how)
        if of is None or on is None:
            return None
        when = _span(on)
        if when.lo is None or when.hi is None:
            return None
        if how.kind == "people":
            return _counted(of, when, how)
        since = _span(of)
        if since.lo is None or since.hi is None:
            return None
        measure = _years if how.kind == "age" else _months
        least, most = measure(int(since.hi), int(when.lo)), measure(int(since.lo), int(when.hi))
        lo, hi = max(0, least), max(0, most)
        return lo if lo == hi else Span(lo, hi)

    def _listed(self, of: Value | None, on: Value | None, how: Derivation) -> Value | str | None:
        if not isinstance(of, str):
            return None
        listed = self.base.vocabulary.reference.lists[how.list_id]
        if of not in listed.since:
            return False
        joined = listed.since[of]
        if joined.lo == min((s.lo or 0) for s in listed.since.values()):
            return True
        if on is None:
            return None
        day = _span(on).lo
        return True if day is not None and joined.hi is not None and day >= joined.hi else "open"

    def options(self, axis: Axis, constants: list[Number]) -> list[object]:
        """One value for each thing the axis can still be."""
        field = self.base.vocabulary.fields[axis.field]
        if axis.facet.startswith("@"):
            how = field.derivation
            assert how is not None
            moved = Derivation(how.kind, how.of, axis.facet[1:], how.list_id, how.at_least, how.below)
            derived = self._derived(moved)
            return self._of_value(field, None if derived == "open" else derived, constants)
        if axis.facet:
            return self._of_facet(axis)
        return self._of_value(field, self.values.get(axis.field), constants)

    def _of_facet(self, axis: Axis) -> list[object]:
        value, sign, rest = self.values.get(axis.field), axis.facet[0], axis.facet[1:]
        if sign == "∋":
            return [rest in value] if isinstance(value, frozenset) else [True, False]
        if sign == "∈" and isinstance(value, str):
            listed = self._listed(value, None, Derivation("member", axis.field, "", rest))
            return [listed] if listed is not None else [True, False]
        return [value == rest] if isinstance(value, str) else [True, False]

    def _of_value(self, field: Field, value: object, constants: list[Number]) -> list[object]:
        if field.kind is Kind.FLAG:
            return [value] if isinstance(value, bool) else [True, False]
        if field.options and not field.kind.numeric:
            if isinstance(value, OneOf):
                return [o.id for o in field.options if o.id in value.choices]
            return [value] if isinstance(value, str) else [o.id for o in field.options]
        span = _span(value)  # type: ignore[arg-type]
        if span.lo is not None and span.lo == span.hi:
            return [span.lo]
        lo = field.lo if span.lo is None else span.lo
        hi = field.hi if span.hi is None else span.hi
        return list(_representatives(field, lo, hi, constants))


def _representatives(field: Field, lo: Number | None, hi: Number | None, constants: list[Number]) -> Iterator[Number]:
    """The ends, each constant, and something on either side of it."""
    step: Number = 1 if field.kind.integral else Fraction(1, 1000)
    wanted = {v + d for v in constants for d in (-step, 0, step)} | {v for v in (lo, hi) if v is not None}
    if not constants and lo is None and hi is None:
        wanted.add(0)
    if hi is None:
        wanted.add(max([*wanted, *constants]) + 10**6)
    yield from sorted(v for v in wanted if (lo is None or v >= lo) and (hi is None or v <= hi))


def _span(value: Value | None) -> Span:
    if isinstance(value, Span):
        return value
    return Span(value, value) if isinstance(value, (int, Fraction)) else Span(None, None)


def _years(born: int, on: int) -> int:
    """How many birthdays have been passed; somebody born on 29 February has it on 1 March."""
    a, b = date.fromordinal(born), date.fromordinal(on)
    years = b.year - a.year
    return years if (b.month, b.day) >= (a.month, a.day) else years - 1


def _months(start: int, end: int) -> Number:
    """Months gone by: whole ones, by the day of the month or its last day, then each day a 32nd."""
    a, b = date.fromordinal(start), date.fromordinal(end)
    months = (b.year - a.year) * 12 + b.month - a.month
    reached = _same_day(a, months)
    if reached > b:
        months -= 1
        reached = _same_day(a, months)
    days = (b - reached).days
    return months if days == 0 else months + Fraction(days, 32)


def _same_day(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _counted(people: Value, when: Span, how: Derivation) -> Value | None:
    if not isinstance(people, tuple):
        return None
    sure = maybe = 0
    for born in people:
        assert isinstance(born, Span) and born.lo is not None and born.hi is not None
        ages = {_years(b, int(d)) for b in (int(born.lo), int(born.hi)) for d in (when.lo or 0, when.hi or 0)}
        fits = {(how.at_least is None or a >= how.at_least) and (how.below is None or 0 <= a < how.below) for a in ages}
        sure += fits == {True}
        maybe += True in fits
    return sure if sure == maybe else Span(sure, maybe)


# ── the tree in one world ───────────────────────────────────────────────────────────────────


def _axes(node: Condition) -> list[Axis]:
    return [a.axis for a in atoms(node)]


def _reads(benefit: Benefit) -> list[Axis]:
    found = [*_axes(benefit.scope), *_axes(benefit.condition)]
    for guard in _guards(benefit.amount):
        found += _axes(guard)
    return list(dict.fromkeys(found))


def _touching(base: RuleBase, reads: set[Axis]) -> list:  # type: ignore[type-arg]
    """Every implication that can matter to these axes, directly or through others."""
    found: list = []  # type: ignore[type-arg]
    grown = True
    while grown:
        grown = False
        for one in base.implications:
            axes = {*_axes(one.when), *_axes(one.then)}
            if one not in found and axes & reads:
                found.append(one)
                reads |= axes
                grown = True
    return found


def _constants(base: RuleBase, axis: Axis) -> list[Number]:
    """Every constant some rule compares the axis with."""
    nodes: list[Condition] = [n for i in base.implications for n in (i.when, i.then)]
    for benefit in base.benefits:
        nodes += [benefit.scope, benefit.condition, *_guards(benefit.amount)]
    found: set[Number] = set()
    for node in nodes:
        for atom in atoms(node):
            if atom.axis == axis and isinstance(atom.test, Between):
                found |= {cut[0] for cut in (atom.test.above, atom.test.below) if cut is not None}
    return sorted(found)


def _holds(node: Condition, world: World, ruling: Mapping[str, bool]) -> bool:
    if isinstance(node, Atom):
        return _passes(world[node.axis], node.test)
    if isinstance(node, Open):
        return ruling[node.id]
    if isinstance(node, Stated):
        return _holds(node.part, world, ruling)
    parts = [_holds(p, world, ruling) for p in node.parts]
    if isinstance(node, Reach):
        return _points(node.score, parts) >= node.least
    if isinstance(node, AllOf):
        return all(parts)
    return any(parts) if isinstance(node, AnyOf) else not any(parts)


def _points(node: Score, true: list[bool]) -> int:
    """The score in hundredths where just these parts are true."""
    if isinstance(node, Gain):
        return node.points if true[node.part] else 0
    if isinstance(node, Pick):
        return next((points for part, points in node.rows if true[part]), 0)
    each = [_points(inner, true) for inner in node.scores]
    total = sum(each) if isinstance(node, Added) else max([0, *each])
    return total if node.cap is None else min(total, node.cap)


def _passes(value: object, test: Between | Among) -> bool:
    if isinstance(test, Among):
        word = ("yes" if value else "no") if isinstance(value, bool) else value
        return word in test.values
    assert isinstance(value, (int, Fraction))
    inside = True
    if test.above is not None:
        bound, after = test.above
        inside = value > bound if after else value >= bound
    if test.below is not None:
        bound, after = test.below
        inside = inside and (value <= bound if after else value < bound)
    return inside is not test.outside


# ── the amount in one world ─────────────────────────────────────────────────────────────────


def _guards(node: m.Amount) -> list[Condition]:
    if isinstance(node, m.Table):
        return [g for guard, amount in node.rows for g in (guard, *_guards(amount))]
    if isinstance(node, (m.Monthly, m.Yearly)):
        return _guards(node.per)
    if isinstance(node, m.Tallied):
        return list(node.parts)
    return _guards(node.area) if isinstance(node, m.AreaPrice) else []


def _numbers(node: m.Amount) -> list[str]:
    if isinstance(node, m.Table):
        return [n for _, amount in node.rows for n in _numbers(amount)]
    if isinstance(node, m.Monthly):
        return [*_numbers(node.per), *([node.field] if node.field else [])]
    if isinstance(node, m.Yearly):
        return [*_numbers(node.per), *([node.persons] if node.persons else [])]
    if isinstance(node, m.Percent):
        return [node.base]
    if isinstance(node, m.AreaPrice):
        return [*_numbers(node.area), node.price, *([node.actual] if node.actual else [])]
    return []


Figure = tuple[Number, Number | None]


def _figure(node: m.Amount, world: World, ruling: Mapping[str, bool]) -> Figure | None:
    """What is paid in this world; a range only where the rule itself gives one."""
    if isinstance(node, m.Constant):
        return node.lo, node.hi
    if isinstance(node, m.Service):
        return None
    if isinstance(node, m.Tallied):
        points = _points(node.score, [_holds(part, world, ruling) for part in node.parts])
        return points, points
    if isinstance(node, m.Table):
        return _row(node, world, ruling)
    if isinstance(node, m.Percent):
        share = Fraction(_told(node.base, world)) * node.ratio
        share = min(share, Fraction(node.cap)) if node.cap is not None else share
        return _half_up(share), _half_up(share)
    if isinstance(node, m.AreaPrice):
        area = _figure(node.area, world, ruling)
        assert area is not None and area[1] is not None
        price = Fraction(_told(node.price, world))
        low = high = Fraction(area[1])
        if node.actual:
            actual = Fraction(_told(node.actual, world))
            low = min(low, actual)
            high = high if node.open_shortfall else low
        return _half_up(low * price), _half_up(high * price)
    per = _figure(node.per, world, ruling)
    if per is None:
        return None
    times: Number = 1
    if isinstance(node, m.Monthly):
        told = _told(node.field, world) if node.field else node.months
        assert told is not None
        times = min(told, node.months) if node.months is not None else told
    else:
        times = (_told(node.persons, world) if node.persons else 1) * (node.years or 1)
    return per[0] * times, None if per[1] is None and times else (per[1] or 0) * times


def _told(name: str, world: World) -> Number:
    value = world[Axis(name)]
    assert isinstance(value, (int, Fraction))
    return value


def _row(node: m.Table, world: World, ruling: Mapping[str, bool]) -> Figure:
    applying = [amount for guard, amount in node.rows if _holds(guard, world, ruling)]
    hits = [_figure(amount, world, ruling) or (0, 0) for amount in applying]
    if not hits:
        return 0, 0
    if node.hit == "sum":
        lo: Number = sum(h[0] for h in hits)
        hi = None if any(h[1] is None for h in hits) else sum(h[1] for h in hits if h[1] is not None)
        if node.cap is not None:
            lo, hi = min(lo, node.cap), node.cap if hi is None else min(hi, node.cap)
        return lo, hi
    if node.hit == "highest":
        return max(hits, key=lambda h: (h[1] is None, h[1] or 0, h[0]))
    return hits[0]


def _half_up(value: Fraction) -> int:
    whole, rest = divmod(value, 1)
    return int(whole) + (rest >= Fraction(1, 2))


def _rounded(value: Number, step: int) -> int:
    return _half_up(Fraction(value) / step) * step
