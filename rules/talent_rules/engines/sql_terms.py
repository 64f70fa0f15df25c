"""Conditions as ANSI SQL expressions, with NULL for what is not known.

SQL's AND, OR and NOT are strong Kleene logic already. What sources leave open is given twice: at its
best (every open leaf comes out so that the condition holds) and at its worst.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from talent_rules.conditions import (
    AllOf,
    Among,
    AnyOf,
    Atom,
    Axis,
    Between,
    Condition,
    Cut,
    NoneOf,
    Open,
    Reach,
    Stated,
)
from talent_rules.engines import sql_points
from talent_rules.model import Number
from talent_rules.points import Added
from talent_rules.vocabulary import Field, Kind, Vocabulary

DECIMAL = "DECIMAL(18, 6)"
UNBOUNDED = "CAST(NULL AS BIGINT)"

#: what is counted: the parts of a score, and how they add up
Scored = tuple[tuple[Condition, ...], Added]


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


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions over the columns of one step of the statement.

    `instead` is what to read instead of an axis' column; `scores` has the number of each score whose
    ends are columns already.
    """

    vocabulary: Vocabulary
    instead: Mapping[Axis, str] = field(default_factory=dict)
    scores: Mapping[Scored, int] = field(default_factory=dict)

    def condition(self, node: Condition, best: bool) -> str:
        """A condition, open leaves at their best or at their worst."""
        if isinstance(node, Atom):
            return self._atom(node)
        if isinstance(node, Open):
            return "TRUE" if best else "FALSE"
        if isinstance(node, Stated):
            return self.condition(node.part, best)
        if isinstance(node, NoneOf):
            return f"(NOT {some(self.condition(p, not best) for p in node.parts)})"
        if isinstance(node, Reach):
            lo, hi = self.points((node.parts, node.score), best)
            return f"(CASE WHEN {lo} >= {node.least} THEN TRUE WHEN {hi} < {node.least} THEN FALSE END)"
        parts = (self.condition(p, best) for p in node.parts)
        return every(parts) if isinstance(node, AllOf) else some(parts)

    def implication(self, when: Condition, then: Condition) -> str:
        """Whether an implication holds."""
        return self.condition(AnyOf((NoneOf((when,)), then)), True)

    def points(self, scored: Scored, best: bool) -> tuple[str, str]:
        """The two ends of a score, open leaves so that there are most or fewest points."""
        if scored in self.scores:
            return score_columns(self.scores[scored], best)
        parts, score = scored
        return sql_points.ends(score, lambda part, high: self.condition(parts[part], high), best)

    def _atom(self, node: Atom) -> str:
        entry, axis, test = self.vocabulary.fields[node.axis.field], node.axis, node.test
        if isinstance(test, Between):
            return _between(entry, self.instead.get(axis, column(axis)), test)
        if entry.kind is Kind.FLAG or axis.facet[:1] in ("∋", "∈", "="):
            held = self.instead.get(axis) or self._held(axis)
            return {"no yes": "TRUE", "yes": held, "no": f"(NOT {held})"}.get(" ".join(sorted(test.values)), "FALSE")
        return _among(entry, column(axis), test)

    def _held(self, axis: Axis) -> str:
        sign, rest, where = axis.facet[:1], axis.facet[1:], column(axis)
        if sign == "∋":
            return f"(POSITION({text('|' + rest + '|')} IN {where}) > 0)"
        if sign == "=":
            return f"({where} = {text(rest)})"
        return listed(where, rest, self.vocabulary)[0] if sign == "∈" else where


def part_column(score: int, part: int, best: bool) -> str:
    """The column that holds the truth of a part of a score."""
    return f"part{score}_{part}_{'best' if best else 'worst'}"


def score_columns(number: int, best: bool) -> tuple[str, str]:
    """The columns that hold the ends of a score."""
    word = "best" if best else "worst"
    return f"points{number}_{word}_lo", f"points{number}_{word}_hi"


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


def _among(entry: Field, where: str, test: Among) -> str:
    values = [o.id for o in entry.options if o.id in test.values]
    if len(values) == len(entry.options):
        return "TRUE"
    return f"({where} IN ({_texts(values)}))" if values else "FALSE"


def _between(entry: Field, where: str, test: Between) -> str:
    parts = []
    if test.above is not None:
        parts.append(_compare(entry, where, ">" if test.above[1] else ">=", test.above))
    if test.below is not None:
        parts.append(_compare(entry, where, "<=" if test.below[1] else "<", test.below))
    return f"(NOT {every(parts)})" if test.outside else every(parts)


def _compare(entry: Field, where: str, sign: str, cut: Cut) -> str:
    value = cut[0]
    if entry.kind is Kind.DATE:
        return f"({where} {sign} {day(int(value))})"
    exact = Fraction(value)
    if (exact * 1_000_000).denominator != 1:
        return f"({where} * {exact.denominator} {sign} {exact.numerator})"
    return f"({where} {sign} {number(value)})"


def day(ordinal: int) -> str:
    """A date literal."""
    return f"DATE '{date.fromordinal(ordinal).isoformat()}'"
