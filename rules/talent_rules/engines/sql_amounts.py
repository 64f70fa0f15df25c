"""Amounts as ANSI SQL expressions: their two ends, with NULL for no upper bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from talent_rules import money as m
from talent_rules.conditions import Condition
from talent_rules.engines.sql_terms import DECIMAL, UNBOUNDED, Terms, decimal, every, name, number, some
from talent_rules.model import Number


@dataclass(frozen=True, slots=True)
class Ends:
    """Two ends as expressions; `hi` is NULL where there is no upper bound, which `free` allows for."""

    lo: str
    hi: str
    free: bool = False
    whole: bool = True


class Amounts:
    """`money.bounds` as expressions, the rows of tables at best and at worst by their own conditions."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def of(self, node: m.Amount) -> Ends | None:
        """The two ends in 分 before rounding; None for what is not money."""
        if isinstance(node, m.Constant):
            return _constant(node.lo, node.hi)
        if isinstance(node, m.Service):
            return None
        if isinstance(node, m.Tallied):
            scored = node.parts, node.score
            return Ends(self.terms.points(scored, False)[0], self.terms.points(scored, True)[1])
        if isinstance(node, m.Table):
            return self._sum(node) if node.hit == "sum" else self._table(node)
        if isinstance(node, m.Percent):
            share = _times(self.told(node.base), _constant(node.ratio, node.ratio))
            return rounded(share if node.cap is None else _least(share, _constant(node.cap, node.cap)))
        if isinstance(node, m.AreaPrice):
            return self._area(node)
        per = self.of(node.per)
        if per is None:
            return None
        if isinstance(node, m.Monthly):
            return _times(per, self._months(node))
        years = node.years or 1
        persons = self.told(node.persons) if node.persons else _constant(1, 1)
        return _times(_times(per, persons), _constant(years, years))

    def told(self, field_id: str) -> Ends:
        """A number of the person, or the ends of its range."""
        entry = self.terms.vocabulary.fields[field_id]
        where = name(field_id)
        lo = f"COALESCE({where}, {number(entry.lo or 0)})"
        hi = where if entry.hi is None else f"COALESCE({where}, {number(entry.hi)})"
        return Ends(lo, hi, entry.hi is None, entry.kind.integral)

    def _months(self, node: m.Monthly) -> Ends:
        if not node.field:
            return _constant(node.months or 0, node.months)
        span = self.told(node.field)
        return span if node.months is None else _least(span, _constant(node.months, node.months))

    def _area(self, node: m.AreaPrice) -> Ends | None:
        area = self.of(node.area)
        if area is None:
            return None
        if node.actual:
            smaller = _least(area, self.told(node.actual))
            keep = area if node.open_shortfall else smaller
            area = Ends(smaller.lo, keep.hi, keep.free, smaller.whole and keep.whole)
        return rounded(_times(area, self.told(node.price)))

    def _guard(self, node: Condition) -> str:
        return self.terms.condition(node, True)

    def _table(self, node: m.Table) -> Ends:
        rows = list(node.rows)
        fixed = all(isinstance(a, (m.Constant, m.Service)) for _, a in rows)
        if node.hit == "highest" and fixed:
            rows.sort(key=lambda row: _rank(row[1]), reverse=True)
        earlier: list[str] = []
        candidates: list[tuple[str, Ends]] = []
        for guard, amount in rows:
            test = self._guard(guard)
            before = [] if node.hit == "highest" and not fixed else earlier
            candidates.append((every([*_not_sure(before), f"COALESCE({test}, TRUE)"]), self.of(amount) or _NONE))
            earlier = [*earlier, test]
        candidates.append((every(_not_sure(earlier)), _NONE))
        return hull(candidates)

    def _sum(self, node: m.Table) -> Ends:
        lows, highs, free, whole = ["CAST(0 AS BIGINT)"], ["CAST(0 AS BIGINT)"], False, True
        for guard, amount in node.rows:
            ends, test = self.of(amount) or _NONE, self._guard(guard)
            lows.append(f"CASE WHEN {test} THEN {ends.lo} ELSE 0 END")
            highs.append(f"CASE WHEN COALESCE({test}, TRUE) THEN {ends.hi} ELSE 0 END")
            free, whole = free or ends.free, whole and ends.whole
        total = Ends(f"({' + '.join(lows)})", f"({' + '.join(highs)})", free, whole)
        return total if node.cap is None else _least(total, _constant(node.cap, node.cap))


def _not_sure(tests: Iterable[str]) -> list[str]:
    return [f"NOT COALESCE({t}, FALSE)" for t in tests]


def _rank(amount: m.Amount) -> tuple[Fraction, Fraction]:
    if not isinstance(amount, m.Constant):
        return Fraction(0), Fraction(0)
    return Fraction(10**18 if amount.hi is None else amount.hi), Fraction(amount.lo)


def _constant(lo: Number, hi: Number | None) -> Ends:
    whole = Fraction(lo).denominator == 1 and (hi is None or Fraction(hi).denominator == 1)
    return Ends(number(lo), UNBOUNDED if hi is None else number(hi), hi is None, whole)


_NONE = _constant(0, 0)


def hull(candidates: Sequence[tuple[str, Ends]]) -> Ends:
    """The smallest interval around those that apply; (0, 0) where none does."""
    lo = _extreme("LEAST", [f"CASE WHEN {w} THEN {e.lo} END" for w, e in candidates])
    hi = _extreme("GREATEST", [f"CASE WHEN {w} THEN {e.hi} END" for w, e in candidates])
    free = [f"({w} AND {e.hi} IS NULL)" for w, e in candidates if e.free]
    if free:
        hi = f"CASE WHEN {some(free)} THEN {UNBOUNDED} ELSE {hi} END"
    return Ends(lo, hi, bool(free), all(e.whole for _, e in candidates))


def _extreme(function: str, terms: Sequence[str]) -> str:
    """The least or greatest of those that are not NULL, without asking how LEAST treats NULL."""
    if len(terms) == 1:
        return f"COALESCE({terms[0]}, 0)"
    other = 4_000_000_000_000_000_000 if function == "LEAST" else 0
    return f"{function}({', '.join(f'COALESCE({t}, {other})' for t in terms)})"


def _least(a: Ends, b: Ends) -> Ends:
    hi = f"CASE WHEN {a.hi} <= {b.hi} THEN {a.hi} ELSE {b.hi} END"
    if a.free:
        hi = f"CASE WHEN {a.hi} IS NULL THEN {b.hi} ELSE {hi} END"
    if b.free:
        hi = f"CASE WHEN {b.hi} IS NULL THEN {a.hi} ELSE {hi} END"
    lo = f"CASE WHEN {a.lo} <= {b.lo} THEN {a.lo} ELSE {b.lo} END"
    return Ends(f"({lo})", f"({hi})", a.free and b.free, a.whole and b.whole)


def _times(a: Ends, b: Ends) -> Ends:
    hi = f"({a.hi} * {b.hi})"
    if a.free or b.free:
        hi = f"(CASE WHEN {a.hi} = 0 OR {b.hi} = 0 THEN 0 ELSE {hi} END)"
    return Ends(f"({a.lo} * {b.lo})", hi, a.free or b.free, a.whole and b.whole)


def rounded(ends: Ends, step: int = 1) -> Ends:
    """Both ends half up to a multiple of `step` 分, as BIGINT."""
    if ends.whole and step == 1:
        return ends
    return Ends(_half_up(ends.lo, step), _half_up(ends.hi, step), ends.free, True)


def _half_up(term: str, step: int) -> str:
    if step == 1:
        return f"CAST(FLOOR({term} + 0.5) AS BIGINT)"
    share = decimal(Fraction(1, step))
    return f"(CAST(FLOOR({term} * CAST('{share}' AS {DECIMAL}) + 0.5) AS BIGINT) * {step})"
