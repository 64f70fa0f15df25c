"""Conditions and amounts as ANSI SQL expressions, with NULL for what is not known.

SQL's AND, OR and NOT are strong Kleene logic already. What sources leave open is given twice: at its
best (every open leaf comes out so that the condition holds) and at its worst.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from talent_rules import money as m
from talent_rules.conditions import AllOf, Among, AnyOf, Atom, Axis, Between, Condition, Cut, NoneOf, Open, Stated
from talent_rules.model import Number
from talent_rules.vocabulary import Field, Kind, Vocabulary

DECIMAL = "DECIMAL(18, 6)"
UNBOUNDED = "CAST(NULL AS BIGINT)"

#: axis → what to read instead of its column
Instead = Mapping[Axis, str]


def name(word: str) -> str:
    """A quoted identifier."""
    return '"' + word.replace('"', '""') + '"'


def text(word: str) -> str:
    """A quoted text."""
    return "'" + word.replace("'", "''") + "'"


def number(value: Number) -> str:
    """An exact literal: BIGINT where whole, a decimal of six places otherwise.

    Raises ValueError for what has no six-place decimal.
    """
    if isinstance(value, int) or value.denominator == 1:
        return f"CAST({int(value)} AS BIGINT)"
    return f"CAST('{decimal(value)}' AS {DECIMAL})"


def decimal(value: Fraction) -> str:
    """A fraction with at most six decimal places, written out."""
    parts = value * 1_000_000
    if parts.denominator != 1:
        raise ValueError(f"{value} has no decimal of six places")
    sign, whole = "-" if parts < 0 else "", abs(parts.numerator)
    return f"{sign}{whole // 1_000_000}.{whole % 1_000_000:06d}"


def every(parts: Iterable[str]) -> str:
    """AND, TRUE when there is nothing."""
    return _joined(list(parts), " AND ", "TRUE")


def some(parts: Iterable[str]) -> str:
    """OR, FALSE when there is nothing."""
    return _joined(list(parts), " OR ", "FALSE")


def _joined(parts: Sequence[str], word: str, empty: str) -> str:
    return parts[0] if len(parts) == 1 else "(" + word.join(parts) + ")" if parts else empty


def column(axis: Axis) -> str:
    """The column of an axis: its field, or the field anchored at another date."""
    return name(f"{axis.field}{axis.facet}" if axis.facet.startswith("@") else axis.field)


def condition(node: Condition, vocabulary: Vocabulary, best: bool, instead: Instead) -> str:
    """A condition, open leaves at their best or at their worst."""
    if isinstance(node, Atom):
        return _atom(node, vocabulary, instead)
    if isinstance(node, Open):
        return "TRUE" if best else "FALSE"
    if isinstance(node, Stated):
        return condition(node.part, vocabulary, best, instead)
    if isinstance(node, NoneOf):
        return f"(NOT {some(condition(p, vocabulary, not best, instead) for p in node.parts)})"
    parts = (condition(p, vocabulary, best, instead) for p in node.parts)
    return every(parts) if isinstance(node, AllOf) else some(parts)


def implication(when: Condition, then: Condition, vocabulary: Vocabulary, instead: Instead) -> str:
    """Whether an implication holds."""
    return condition(AnyOf((NoneOf((when,)), then)), vocabulary, True, instead)


def _atom(node: Atom, vocabulary: Vocabulary, instead: Instead) -> str:
    field, axis, test = vocabulary.fields[node.axis.field], node.axis, node.test
    if isinstance(test, Between):
        return _between(field, instead.get(axis, column(axis)), test)
    if field.kind is Kind.FLAG or axis.facet[:1] in ("∋", "∈", "="):
        held = instead.get(axis) or _held(axis, vocabulary)
        return {"no yes": "TRUE", "yes": held, "no": f"(NOT {held})"}.get(" ".join(sorted(test.values)), "FALSE")
    return _among(field, column(axis), test)


def _held(axis: Axis, vocabulary: Vocabulary) -> str:
    sign, rest, where = axis.facet[:1], axis.facet[1:], column(axis)
    if sign == "∋":
        return f"(POSITION({text('|' + rest + '|')} IN {where}) > 0)"
    if sign == "=":
        return f"({where} = {text(rest)})"
    return listed(where, rest, vocabulary)[0] if sign == "∈" else where


def listed(where: str, list_id: str, vocabulary: Vocabulary) -> tuple[str, dict[date, list[str]]]:
    """Standing on a list whatever the day, NULL where it depends on it; and who joined from which day."""
    reference = vocabulary.reference.lists[list_id]
    always, later = [], dict[date, list[str]]()
    undated = []
    for member, since in reference.since.items():
        if reference.holds(member, None):
            always.append(member)
        elif since.hi is None:
            undated.append(member)
        else:
            later.setdefault(date.fromordinal(int(since.hi)), []).append(member)
    unsure = undated + [n for names in later.values() for n in names]
    cases = [f"WHEN {where} IN ({_texts(always)}) THEN TRUE"] if always else []
    cases += [f"WHEN {where} IN ({_texts(unsure)}) THEN CAST(NULL AS BOOLEAN)"] if unsure else []
    return f"(CASE WHEN {where} IS NULL THEN CAST(NULL AS BOOLEAN) {' '.join(cases)} ELSE FALSE END)", later


def _texts(words: Iterable[str]) -> str:
    return ", ".join(text(w) for w in words)


def _among(field: Field, where: str, test: Among) -> str:
    values = [o.id for o in field.options if o.id in test.values]
    if len(values) == len(field.options):
        return "TRUE"
    return f"({where} IN ({_texts(values)}))" if values else "FALSE"


def _between(field: Field, where: str, test: Between) -> str:
    parts = []
    if test.above is not None:
        parts.append(_compare(field, where, ">" if test.above[1] else ">=", test.above))
    if test.below is not None:
        parts.append(_compare(field, where, "<=" if test.below[1] else "<", test.below))
    return f"(NOT {every(parts)})" if test.outside else every(parts)


def _compare(field: Field, where: str, sign: str, cut: Cut) -> str:
    value = cut[0]
    if field.kind is Kind.DATE:
        return f"({where} {sign} {day(int(value))})"
    exact = Fraction(value)
    if (exact * 1_000_000).denominator != 1:
        return f"({where} * {exact.denominator} {sign} {exact.numerator})"
    return f"({where} {sign} {number(value)})"


def day(ordinal: int) -> str:
    """A date literal."""
    return f"DATE '{date.fromordinal(ordinal).isoformat()}'"


# ── amounts ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Ends:
    """Two ends as expressions; `hi` is NULL where there is no upper bound, which `free` allows for."""

    lo: str
    hi: str
    free: bool = False
    whole: bool = True


class Amounts:
    """`money.bounds` as expressions, the rows of tables at best and at worst by their own conditions."""

    def __init__(self, vocabulary: Vocabulary, instead: Instead) -> None:
        self.vocabulary, self.instead = vocabulary, instead

    def of(self, node: m.Amount) -> Ends | None:
        """The two ends in 分 before rounding; None for what is not money."""
        if isinstance(node, m.Constant):
            return _constant(node.lo, node.hi)
        if isinstance(node, (m.Service, m.Tallied)):  # points: no base with them comes here
            return None
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
        entry = self.vocabulary.fields[field_id]
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
        return condition(node, self.vocabulary, True, self.instead)

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
