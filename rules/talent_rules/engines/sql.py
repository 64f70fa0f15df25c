"""The rule base as one ANSI SQL text: one SELECT over a table `people` whose columns are field ids.

Column types (`people_columns`): flags BOOLEAN, choices and names VARCHAR (value ids, full names), counts
BIGINT, money BIGINT in 分, ㎡ and months DECIMAL(18, 6), dates DATE; sets VARCHAR as `|a|b|` (nothing: `|`),
people VARCHAR as `|1950-01-31|1952-03-04|`, one birth date a person. NULL is unknown, everywhere
but in the application date, where it is `as_of` unless the column `application_date vague` is true.

The result has the columns of `columns.decide_table` but `missing` and `problems`, money in 分. It never
contradicts `exact` and is never surer: where three-valued logic leaf by leaf cannot tell, it says needs_info
and gives the wider interval; somebody fully described gets the same answer. `guaranteed` is at most and
`possible` at least what `exact` says; they are the same where no relation binds. Facts that contradict the
vocabulary's implications are flagged in `contradiction`, as far as leaf by leaf logic sees it; nothing is said
of such a person but needs_info. Who comes only after the day of application has not come yet. Where a day is known only in part, the table cannot say so, and an
out_of_scope may read ineligible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from talent_rules.ahead import APPLIED, ARRIVAL, NOT_YET
from talent_rules.conditions import AllOf, Axis, Condition, Reach, atoms, children, opens
from talent_rules.engines import sql_amounts as amounts
from talent_rules.engines import sql_dates, sql_points
from talent_rules.engines import sql_terms as t
from talent_rules.engines.sql_people import TYPES, VAGUE_DATE, fields_read, understood
from talent_rules.engines.sql_totals import HISTORY, measured, totals
from talent_rules.money import Tallied, guards_of
from talent_rules.points import bounds
from talent_rules.rulebase import Benefit, Implication, RuleBase
from talent_rules.vocabulary import Derivation, Field

PEOPLE_LIMIT = 20


def to_sql(base: RuleBase, as_of: date, *, key: str = "", table: str = "people") -> str:
    """The whole rule base as one SELECT. `as_of` stands in where no application date is given;
    `key` names a column of the table to carry along."""
    statement = _Statement(base, as_of, key, table)
    return statement.text()


@dataclass(frozen=True, slots=True)
class _Benefit:
    """One benefit as expressions over the completed facts."""

    scope: str
    best: str
    worst: str
    ends: amounts.Ends | None


class _Statement:
    def __init__(self, base: RuleBase, as_of: date, key: str, table: str) -> None:
        self.base, self.as_of, self.key, self.table = base, as_of, key, table
        self.vocabulary = base.vocabulary
        self.read = fields_read(base)
        self.terms = t.Terms(base.vocabulary, scores={s: n for n, s in enumerate(_scored(base))})
        self.open_flags = [f.id for f in self.read if (how := f.derivation) and how.kind == "member" and how.on]

    def text(self) -> str:
        steps, facts = self._facts()
        judged = [f"{t.name(self.key)}"] if self.key else []
        for index, benefit in enumerate(self.base.benefits):
            found = self._benefit(benefit)
            judged += [f"{found.scope} AS s{index}", f"{found.best} AS p{index}", f"{found.worst} AS n{index}"]
            if found.ends is not None:
                judged += [f"{found.ends.lo} AS l{index}", f"{found.ends.hi} AS h{index}"]
        judged += [f"{t.name(f)}" for f in sorted({HISTORY[r.kind] for r in self.base.relations if r.kind in HISTORY})]
        judged.append("contradiction")
        steps.append(("judged", _select(judged, facts)))
        steps.append(("decided", _select(self._decided(), "judged")))
        body = ",\n".join(f"{word} AS (\n{query}\n)" for word, query in steps)
        return f"WITH {body}\n{_select(self._results(), 'decided')}\n"

    # facts ---------------------------------------------------------------------------------

    def _facts(self) -> tuple[list[tuple[str, str]], str]:
        kept = [self.key] if self.key else []
        told = [f for f in self.read if f.id != APPLIED]
        columns = [*kept, *(f.id for f in told), APPLIED]
        given, vague = t.name("application_date"), t.name(VAGUE_DATE)
        day = f"COALESCE({given}, CASE WHEN {vague} THEN NULL ELSE {t.day(self.as_of.toordinal())} END) AS {given}"
        read = [*map(t.name, kept), *(understood(self.vocabulary, f) for f in told), day]
        steps = [("facts0", _select(read, t.name(self.table)))]
        if ARRIVAL in columns:
            steps.append(("facts1", _select([_as_come(c) for c in columns], "facts0")))
        for entry in self.read:
            if entry.derivation is not None:
                value, left_open = self._derived(entry, entry.derivation)
                new = [f"{_merged(entry, value)} AS {t.name(entry.id)}"]
                added = []
                if entry.id in self.open_flags:
                    new.append(f"({t.name(entry.id)} IS NULL AND COALESCE({left_open}, FALSE)) AS {_open(entry.id)}")
                    added.append(f"{entry.id} open")
                kept = [c for c in columns if c != entry.id]
                steps.append((f"facts{len(steps)}", _select([*map(t.name, kept), *new], f"facts{len(steps) - 1}")))
                columns = [*kept, entry.id, *added]
        anchored = [a for a in self.base.cells if a.facet.startswith("@")]
        if anchored:
            new = [f"{self._anchored(a)} AS {t.column(a)}" for a in anchored]
            steps.append((f"facts{len(steps)}", _select([*map(t.name, columns), *new], f"facts{len(steps) - 1}")))
        against = (
            f"(NOT {t.every(self._implications(self.base.implications, t.Terms(self.vocabulary)))}) AS contradiction"
        )
        steps.append((f"facts{len(steps)}", _select(["*", against], steps[-1][0])))
        for columns in self._scores():
            steps.append((f"facts{len(steps)}", _select(["*", *columns], steps[-1][0])))
        return steps, steps[-1][0]

    def _scores(self) -> Iterator[list[str]]:
        """The parts of what is counted as columns, then the ends of each score."""
        plain = t.Terms(self.vocabulary)
        if not self.terms.scores:
            return
        yield [
            f"{plain.condition(part, best)} AS {t.part_column(score, number, best)}"
            for (parts, _), score in self.terms.scores.items()
            for number, part in enumerate(parts)
            for best in ((False, True) if _is_open(part) else (False,))
        ]
        columns = []
        for (parts, counted), score in self.terms.scores.items():
            for best in (False, True):
                ends = sql_points.ends(counted, _parts(score, parts), best)
                names = t.score_columns(score, best)
                columns += [f"{end} AS {name}" for end, name in zip(ends, names, strict=True)]
        yield columns

    def _anchored(self, axis: Axis) -> str:
        entry = self.vocabulary.fields[axis.field]
        how = entry.derivation
        assert how is not None
        moved = Derivation(how.kind, how.of, axis.facet[1:], how.list_id, how.at_least, how.below)
        return self._derived(entry, moved)[0]

    def _derived(self, entry: Field, how: Derivation) -> tuple[str, str]:
        """The derived value, NULL where it cannot be told; and whether the sources leave it open."""
        of, on = t.name(how.of), t.name(how.on)
        if how.kind == "age":
            return f"(CASE WHEN {of} <= {on} THEN {sql_dates.years(of, on)} WHEN {of} > {on} THEN 0 END)", "FALSE"
        if how.kind == "elapsed":
            return f"(CASE WHEN {of} <= {on} THEN {sql_dates.months(of, on)} WHEN {of} > {on} THEN 0 END)", "FALSE"
        if how.kind == "people":
            return self._count(of, on, how), "FALSE"
        if how.kind == "member" and how.list_id in self.vocabulary.reference.lists:
            always, later = t.listed(of, how.list_id, self.vocabulary)
            if not how.on:
                return always, "FALSE"
            joined = t.some(
                f"({of} IN ({', '.join(t.text(n) for n in names)}) AND {on} >= {t.day(since.toordinal())})"
                for since, names in sorted(later.items())
            )
            value = f"(CASE WHEN {joined} THEN TRUE ELSE {always} END)"
            return value, f"({value} IS NULL AND {of} IS NOT NULL AND {on} IS NOT NULL)"
        return f"CAST(NULL AS {TYPES.get(entry.kind, 'VARCHAR')})", "FALSE"

    def _count(self, of: str, on: str, how: Derivation) -> str:
        people = self.vocabulary.fields[how.of].people_max or PEOPLE_LIMIT
        terms = []
        for place in range(people):
            born = f"CAST(SUBSTRING({of} FROM {2 + 11 * place} FOR 10) AS DATE)"
            age = sql_dates.years(born, on)
            fits = [f"{age} >= {how.at_least}"] if how.at_least is not None else []
            fits += [f"{age} >= 0 AND {age} < {how.below}"] if how.below is not None else []
            there = f"CHAR_LENGTH({of}) >= {12 + 11 * place}"
            terms.append(f"CASE WHEN {there} THEN CASE WHEN {t.every(fits)} THEN 1 ELSE 0 END ELSE 0 END")
        too_many = f"CHAR_LENGTH({of}) > {1 + 11 * people}"
        count = f"CAST({' + '.join(terms)} AS BIGINT)"
        return f"(CASE WHEN {of} IS NULL OR {on} IS NULL OR {too_many} THEN CAST(NULL AS BIGINT) ELSE {count} END)"

    # benefits ------------------------------------------------------------------------------

    def _implications(self, entries: Iterable[Implication], terms: t.Terms) -> list[str]:
        return [terms.implication(i.when, i.then) for i in entries]

    def _benefit(self, benefit: Benefit) -> _Benefit:
        """Where the sources leave flags open, both ways of settling them count; points are added part by part,
        each at its least and its most, as `exact` does."""
        flags = [Axis(f) for f in self.open_flags if Axis(f) in set(_axes(benefit))]
        plain = self._settled(benefit, self.terms)
        if not flags or len(flags) > 2:
            return plain
        touching = [
            i for i in self.base.implications if {a.axis for p in (i.when, i.then) for a in atoms(p)} & {*flags}
        ]
        worlds = []
        for answers in product(("TRUE", "FALSE"), repeat=len(flags)):
            instead = {
                axis: f"(CASE WHEN {_open(axis.field)} THEN {answer} ELSE {t.column(axis)} END)"
                for axis, answer in zip(flags, answers, strict=True)
            }
            terms = t.Terms(self.vocabulary, instead)
            worlds.append((t.every(self._implications(touching, terms)), self._settled(benefit, terms)))
        left_open = t.some(_open(a.field) for a in flags)
        return _Benefit(
            _case(left_open, t.some(f"({ok} AND {w.scope})" for ok, w in worlds), plain.scope),
            _case(left_open, t.some(f"({ok} AND {w.best})" for ok, w in worlds), plain.best),
            _case(left_open, t.every(f"((NOT {ok}) OR {w.worst})" for ok, w in worlds), plain.worst),
            plain.ends if isinstance(benefit.amount, Tallied) else _spread(left_open, worlds, plain.ends),
        )

    def _settled(self, benefit: Benefit, terms: t.Terms) -> _Benefit:
        whole = AllOf((benefit.scope, benefit.condition))
        ends = amounts.Amounts(terms).of(benefit.amount)
        return _Benefit(
            terms.condition(benefit.scope, True),
            terms.condition(whole, True),
            terms.condition(whole, False),
            None if ends is None else amounts.rounded(ends, benefit.rounding),
        )

    def _decided(self) -> list[str]:
        found = [t.name(self.key)] if self.key else []
        for index, benefit in enumerate(self.base.benefits):
            outcome = (
                f"CASE WHEN contradiction THEN 'needs_info' WHEN NOT s{index} THEN 'out_of_scope' "
                f"WHEN n{index} THEN 'eligible' WHEN NOT p{index} THEN 'ineligible' WHEN p{index} AND NOT n{index} THEN 'needs_review' "
                f"ELSE 'needs_info' END"
            )
            found.append(f"{outcome} AS o{index}")
            if measured(benefit):
                closed = f"(NOT s{index} OR (NOT p{index}))"
                live = f"WHEN NOT COALESCE({closed}, FALSE) THEN CAST"
                found.append(
                    f"CASE WHEN contradiction THEN {_floor(benefit)} {live}(l{index} AS BIGINT) END AS l{index}"
                )
                found.append(f"CASE WHEN contradiction THEN NULL {live}(h{index} AS BIGINT) END AS h{index}")
        found += [t.name(f) for f in sorted({HISTORY[r.kind] for r in self.base.relations if r.kind in HISTORY})]
        return [*found, "contradiction"]

    def _results(self) -> list[str]:
        found = [t.name(self.key)] if self.key else []
        for index, benefit in enumerate(self.base.benefits):
            ends = [f"l{index}", f"h{index}"] if measured(benefit) else [t.UNBOUNDED] * 2
            verified = ends
            if measured(benefit) and not benefit.grade.verified:
                given = benefit.official
                lo = t.number(given.lo if given else 0)
                if isinstance(benefit.amount, Tallied):
                    lo = f"LEAST(0, l{index})"
                hi = t.UNBOUNDED if given is None or given.hi is None else t.number(given.hi)
                verified = [f"CASE WHEN l{index} IS NOT NULL THEN {e} END" for e in (lo, hi)]
            words = ("lo", "hi", "verified_lo", "verified_hi")
            found.append(f"o{index} AS {t.name(benefit.id + '.outcome')}")
            found += [f"{e} AS {t.name(f'{benefit.id}.{w}')}" for w, e in zip(words, (*ends, *verified), strict=True)]
        found += [f"{term} AS {word}" for word, term in totals(self.base).items()]
        return [*found, "contradiction"]


def _as_come(column: str) -> str:
    """A column without what is not so yet of those who come only after the day of application."""
    word = t.name(column)
    return (
        f"CASE WHEN {t.name(ARRIVAL)} > {t.name(APPLIED)} THEN NULL ELSE {word} END AS {word}"
        if column in NOT_YET
        else word
    )


def _parts(score: int, parts: Sequence[Condition]) -> sql_points.Truth:
    """The parts of a score by the columns they stand in."""
    return lambda part, best: t.part_column(score, part, best and _is_open(parts[part]))


def _is_open(node: Condition) -> bool:
    return any(True for _ in opens(node))


def _scored(base: RuleBase) -> Iterable[t.Scored]:
    """Everything that is counted in points, each once."""
    found: dict[t.Scored, None] = {}
    for benefit in base.benefits:
        if isinstance(benefit.amount, Tallied):
            found[benefit.amount.parts, benefit.amount.score] = None
        pending = [benefit.condition]
        while pending:
            node = pending.pop()
            if isinstance(node, Reach):
                found[node.parts, node.score] = None
            pending += children(node)
    return found


def _floor(benefit: Benefit) -> int:
    """The least an amount can ever come to."""
    amount = benefit.amount
    return bounds(amount.score, lambda part: None)[0] if isinstance(amount, Tallied) else 0


def _axes(benefit: Benefit) -> Iterable[Axis]:
    nodes: tuple[Condition, ...] = (benefit.scope, benefit.condition, *guards_of(benefit.amount))
    return (a.axis for node in nodes for a in atoms(node))


def _case(when: str, then: str, otherwise: str) -> str:
    return f"(CASE WHEN {when} THEN {then} ELSE {otherwise} END)"


def _spread(left_open: str, worlds: Sequence[tuple[str, _Benefit]], plain: amounts.Ends | None) -> amounts.Ends | None:
    """The amount over every way of settling what is open in which the benefit can be granted."""
    if plain is None:
        return None
    found = amounts.hull([(f"COALESCE(({ok} AND {w.best}), TRUE)", w.ends) for ok, w in worlds if w.ends is not None])
    return amounts.Ends(
        _case(left_open, found.lo, plain.lo),
        _case(left_open, found.hi, plain.hi),
        plain.free or found.free,
        plain.whole,
    )


def _select(columns: Sequence[str], source: str) -> str:
    return "SELECT\n  " + ",\n  ".join(columns) + f"\nFROM {source}"


def _open(field_id: str) -> str:
    return t.name(f"{field_id} open")


def _merged(entry: Field, value: str) -> str:
    given = t.name(entry.id)
    return f"(CASE WHEN {value} IS NULL THEN {given} WHEN {given} IS NULL OR {given} = {value} THEN {value} END)"
