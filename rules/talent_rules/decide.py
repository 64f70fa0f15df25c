"""The exact decision: five outcomes, the money at stake, and the reasons, for one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from talent_rules import money as m
from talent_rules.cells import TRUE, Formula, Line, Tally, formula, merged, open_axis
from talent_rules.combine import combine
from talent_rules.conditions import AllOf, AnyOf, Condition, NoneOf, Open, Reach, Stated, fields_of, opens
from talent_rules.derive import State, known_state, number_span
from talent_rules.logic import Masks, Status, kleene, satisfiable, statuses, undecided_leaves
from talent_rules.model import (
    Basis,
    Decision,
    Facts,
    Finding,
    Grade,
    Money,
    Number,
    Outcome,
    Range,
    Span,
    Verdict,
)
from talent_rules.points import Item, bounds, show_ends
from talent_rules.rulebase import Benefit, Circuit, RuleBase
from talent_rules.schedule import payments

_OUTCOMES = {
    frozenset({Status.TRUE}): Outcome.ELIGIBLE,
    frozenset({Status.FALSE}): Outcome.INELIGIBLE,
    frozenset({Status.OPEN}): Outcome.NEEDS_REVIEW,
}
_MEMO_LIMIT = 200_000


def decide(base: RuleBase, facts: Facts, as_of: date) -> Decision:
    """Every benefit of the place for one person on one day, and the total under the relations."""
    state = known_state(base, facts, as_of)
    verdicts = tuple(judge(base, number, state) for number in range(len(base.benefits)))
    total = combine(base, verdicts, facts)
    given_up = {d.benefit: d.favoured[0] for d in total.dropped if d.favoured}
    if given_up:
        verdicts = tuple(replace(v, dropped_by=given_up[v.benefit]) if v.benefit in given_up else v for v in verdicts)
    return Decision(as_of, base.place, base.version, verdicts, total, state.problems)


def judge(base: RuleBase, number: int, state: State) -> Verdict:
    """The verdict on benefit `number`; a function of the cells, so it is remembered."""
    circuit = base.circuits[number]
    masks = circuit.pick(state.masks)
    oracles = local_oracles(base, circuit, state)
    numbers = tuple(number_span(base, state, name) for name in circuit.numbers) if circuit.numbers else ()
    key = ("verdict", number, masks, oracles, numbers) if numbers else ("verdict", number, masks, oracles)
    found = base.memo.get(key)
    if found is None:
        found = _remember(base, key, _Judge(base, number, masks, oracles, numbers).verdict())
    assert isinstance(found, Verdict)
    return _asking_dates(base, found, state) if found.missing else found


def _asking_dates(base: RuleBase, verdict: Verdict, state: State) -> Verdict:
    """Where a school is known and only the edition of its list is not, the date is what is missing."""
    dates = {
        how.of: how.on
        for entry in base.vocabulary.derived
        if (how := entry.derivation) and how.kind == "member" and how.on and how.of in state.values
    }
    if not dates.keys() & set(verdict.missing):
        return verdict
    return replace(verdict, missing=tuple(dict.fromkeys(dates.get(m, m) for m in verdict.missing)))


def stake(
    base: RuleBase, number: int, masks: Masks, oracles: frozenset[int], numbers: tuple[Span, ...]
) -> tuple[Outcome, Money | None]:
    """Only the outcome and the money of a benefit, for local masks; remembered."""
    key = ("stake", number, masks, oracles, numbers)
    found = base.memo.get(key)
    if found is None:
        found = _remember(base, key, _Judge(base, number, masks, oracles, numbers).stake())
    return found  # type: ignore[return-value]


def _remember(base: RuleBase, key: object, found: object) -> object:
    if len(base.memo) >= _MEMO_LIMIT:
        base.memo.clear()
    base.memo[key] = found
    return found


def local_oracles(base: RuleBase, circuit: Circuit, state: State) -> frozenset[int]:
    """The axes of a circuit that no answer of this person can settle."""
    if not state.oracles:
        return circuit.oracles
    names = list(base.cells)
    axes = {names[n] for n in state.oracles}
    return circuit.oracles | {i for i, axis in enumerate(circuit.axes) if axis in axes}


class _Judge:
    """One benefit against one state of knowledge."""

    def __init__(
        self, base: RuleBase, number: int, masks: Masks, oracles: frozenset[int], numbers: tuple[Span, ...]
    ) -> None:
        self.base, self.number_key, self.masks, self.oracles = base, number, masks, oracles
        self.spans = numbers
        self.benefit: Benefit = base.benefits[number]
        self.circuit: Circuit = base.circuits[number]
        # Facts that contradict one another are reported; each is then taken at its word.
        linked = self.circuit.constraints
        self.constraints = linked if satisfiable(linked, masks) else ()
        self.numbers = dict(zip(self.circuit.numbers, numbers, strict=True))

    def stake(self) -> tuple[Outcome, Money | None]:
        outcome = self.outcome()
        return outcome, self.money() if outcome.open else None

    def verdict(self) -> Verdict:
        outcome, money = stake(self.base, self.number_key, self.masks, self.oracles, self.spans)
        missing = self.missing() if outcome is Outcome.NEEDS_INFO or (money and not money.exact) else ()
        because = tuple(self.findings())
        review, undecided = self.reviews() if outcome.open else ((), False)
        plan = payments(self.benefit, money) if money else ()
        return Verdict(
            self.benefit.id,
            self.benefit.name,
            outcome,
            money,
            plan,
            missing,
            review,
            because,
            undecided,
        )

    def outcome(self) -> Outcome:
        circuit = self.circuit
        if not satisfiable((circuit.scope, *self.constraints), self.masks):
            return Outcome.OUT_OF_SCOPE
        found = statuses(circuit.condition, circuit.opposite, self.constraints, self.masks, self.oracles)
        return _OUTCOMES.get(found, Outcome.NEEDS_INFO)

    # money ---------------------------------------------------------------------------------

    def money(self) -> Money | None:
        benefit = self.benefit
        ends = m.bounds(benefit.amount, self.possible, self.number)
        if ends is None:
            return None
        reported = self._rounded(ends)
        if benefit.grade.verified:
            verified = reported
        elif isinstance(benefit.amount, m.Tallied):
            verified = Range(min(0, reported.lo), None)
        else:
            verified = benefit.official or Range(0, None)
        return Money(reported, verified, benefit.grade, m.unit_of(benefit.amount))

    def _rounded(self, ends: m.Ends) -> Range:
        step = self.benefit.rounding
        lo = m.half_up(Fraction(ends[0]) / step) * step
        hi = None if ends[1] is None else m.half_up(Fraction(ends[1]) / step) * step
        return Range(lo, hi)

    def possible(self, yes: tuple[Condition, ...], no: tuple[Condition, ...]) -> bool:
        """Whether the benefit can be granted with these rows applying and those not."""
        guards = self.circuit.guards
        parts: tuple[Formula, ...] = (self.circuit.condition, *self.constraints)
        parts += tuple(guards[c][0] for c in yes) + tuple(guards[c][1] for c in no)
        return satisfiable(parts, self.masks)

    def number(self, name: str) -> Span:
        """The numbers a field can have where the benefit is granted."""
        span = self.numbers[name]
        for index, axis in enumerate(self.circuit.axes):
            cells = self.circuit.cells[index]
            if axis.field == name and not axis.facet and isinstance(cells, Line):
                return self._within(index, cells, span)
        return span

    def _within(self, index: int, cells: Line, span: Span) -> Span:
        integral = self.base.vocabulary.fields[self.circuit.axes[index].field].kind.integral
        los: list[Number | None] = []
        his: list[Number | None] = []
        for cell in range(cells.size):
            bit = 1 << cell
            if not self.masks[index] & bit:
                continue
            masks = (*self.masks[:index], bit, *self.masks[index + 1 :])
            if satisfiable((self.circuit.condition, *self.constraints), masks):
                low, high = cells.bounds(cell)
                los.append(None if low is None else low[0])
                his.append(None if high is None else high[0] - (1 if integral and not high[1] else 0))
        if not los:
            return span
        lo = _inner(span.lo, None if None in los else min(v for v in los if v is not None), max)
        hi = _inner(span.hi, None if None in his else max(v for v in his if v is not None), min)
        return Span(lo, hi)

    # reasons -------------------------------------------------------------------------------

    def missing(self) -> tuple[str, ...]:
        """The fields still to be asked that can matter, in the order the rule reads them."""
        formulas = [self.circuit.condition]
        formulas += [guard for guard, _ in self.circuit.guards.values()]
        found: dict[str, None] = {}
        for part in formulas:
            for leaf in undecided_leaves(part, self.masks):
                if leaf.axis not in self.oracles:
                    found.update(dict.fromkeys(self._to_ask(self.circuit.axes[leaf.axis].field)))
        for name, span in self.numbers.items():
            if span.lo != span.hi:
                found[name] = None
        return tuple(found)

    def _to_ask(self, name: str) -> tuple[str, ...]:
        return asked_for(self.base, name)

    def reviews(self) -> tuple[tuple[str, ...], bool]:
        """What a person or a missing source has to settle, and whether a source is among them."""
        texts: dict[str, None] = {}
        undecided = False
        open_by_axis = {open_axis(o): o for c in (self.benefit.scope, self.benefit.condition) for o in opens(c)}
        for leaf in undecided_leaves(self.circuit.condition, self.masks):
            axis = self.circuit.axes[leaf.axis]
            found = open_by_axis.get(axis)
            if found is not None:
                texts[found.text] = None
                undecided = undecided or found.kind == "undecided"
            elif leaf.axis in self.oracles:
                entry = self.base.vocabulary.fields[axis.field]
                texts[f"{entry.name}：来源没有载明适用哪一版名单"] = None
                undecided = True
        return tuple(texts), undecided

    def findings(self) -> Iterator[Finding]:
        for clause in clauses(self.base, self.number_key):
            yield clause.found(self.masks)


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a benefit, ready to be judged: its words are made once, not for each person."""

    formula: Formula
    outcomes: tuple[Finding, Finding, Finding]  # how it reads when false, true, unknown
    parts: tuple[Clause, ...] = ()

    def found(self, masks: Masks) -> Finding:
        """The finding for a state of knowledge."""
        holds = kleene(self.formula, masks)
        finding = self.outcomes[2 if holds is None else int(holds)]
        if not self.parts:
            return finding
        return replace(finding, parts=tuple(part.found(masks) for part in self.parts))


@dataclass(frozen=True, slots=True)
class Scored(Clause):
    """A total of points, or a threshold on one: its components are worked out for each person."""

    tested: tuple[Formula, ...] = ()
    items: tuple[Item, ...] = ()

    def found(self, masks: Masks) -> Finding:
        """The finding for a state of knowledge, a part for each component."""
        known = [kleene(part, masks) for part in self.tested]
        ends = [bounds(item.score, known.__getitem__) for item in self.items]
        lo, hi = sum(e[0] for e in ends), sum(e[1] for e in ends)
        holds = kleene(self.formula, masks) if isinstance(self.formula, Tally) else (lo == hi or None)
        finding = self.outcomes[2 if holds is None else int(holds)]
        parts = tuple(
            Finding(f"{item.name} {show_ends(*e)}", e[0] == e[1] or None, (), finding.basis, "points")
            for item, e in zip(self.items, ends, strict=True)
        )
        return replace(finding, text=f"{finding.text}（{show_ends(lo, hi)}）", parts=parts)


def clauses(base: RuleBase, number: int) -> tuple[Clause, ...]:
    """The conditions of benefit `number`, in the order written, the validity of its text first."""
    key = ("clauses", number)
    found = base.memo.get(key)
    if found is None:
        found = _remember(base, key, tuple(_clauses(base, number)))
    return found  # type: ignore[return-value]


def _clauses(base: RuleBase, number: int) -> Iterator[Clause]:
    benefit, circuit = base.benefits[number], base.circuits[number]
    axes = {axis: i for i, axis in enumerate(circuit.axes)}
    cells = dict(zip(circuit.axes, circuit.cells, strict=True))

    def clause(node: Condition, basis: Basis, kind: str = "") -> Clause:
        if isinstance(node, Stated) and node.kind == "cited":
            return clause(node.part, node.basis or basis)
        if isinstance(node, Stated) and node.kind == "points":
            reach = node.part if isinstance(node.part, Reach) else node.part.parts[0]  # type: ignore[union-attr]
            return scored(node.text, formula(node, axes, cells), reach, basis)  # type: ignore[arg-type]
        parts: tuple[Clause, ...] = ()
        if isinstance(node, (AllOf, AnyOf, NoneOf)):
            own, word = _GROUPS[type(node)]
            parts = tuple(clause(part, basis) for part in node.parts)
            text = f"{word}：" + "；".join(p.outcomes[0].text for p in parts)
        elif isinstance(node, (Open, Stated)):
            own, text = (node.kind if isinstance(node, Open) else "atom"), node.text
            basis = (node.basis if isinstance(node, Stated) else None) or basis
        else:
            own, text = "atom", "积分" if isinstance(node, Reach) else str(node.axis)
        names = fields_of(node)
        made = [Finding(text, holds, names, basis, kind or own) for holds in (False, True, None)]
        return Clause(formula(node, axes, cells), (made[0], made[1], made[2]), parts)

    def scored(text: str, test: Formula, of: Reach | m.Tallied, basis: Basis) -> Scored:
        names = tuple(dict.fromkeys(f for part in of.parts for f in fields_of(part)))
        made = [Finding(text, holds, names, basis, "points") for holds in (False, True, None)]
        tested = tuple(merged(formula(p, axes, cells)) for p in of.parts)
        return Scored(test, (made[0], made[1], made[2]), (), tested, of.items)

    if not (isinstance(benefit.scope, AllOf) and not benefit.scope.parts):
        yield clause(benefit.scope, benefit.basis, "scope")
    condition = benefit.condition
    for part in condition.parts if isinstance(condition, AllOf) else (condition,):
        yield clause(part, benefit.basis)
    if isinstance(benefit.amount, m.Tallied):
        yield scored("积分", TRUE, benefit.amount, benefit.basis)


_GROUPS: dict[type[AllOf] | type[AnyOf] | type[NoneOf], tuple[str, str]] = {
    AllOf: ("all", "全部"),
    AnyOf: ("any", "任一"),
    NoneOf: ("none", "都不"),
}


def _inner(a: Number | None, b: Number | None, choose: Callable[[list[Number]], Number]) -> Number | None:
    values = [v for v in (a, b) if v is not None]
    return choose(values) if values else None


def asked_for(base: RuleBase, name: str) -> tuple[str, ...]:
    """The askable fields through which a field becomes known."""
    entry = base.vocabulary.fields[name]
    if entry.askable or entry.derivation is None:
        return (name,)
    return (entry.derivation.of,)


def total_of(verdict: Verdict) -> Range:
    """What one verdict can bring, not granted included: a part of any sound total."""
    if verdict.amount is None or not verdict.outcome.open:
        return Range(0, 0)
    lo = verdict.amount.reported.lo if verdict.outcome is Outcome.ELIGIBLE else 0
    return Range(lo, verdict.amount.reported.hi)


def grade_of(base: RuleBase, benefit: Benefit, basis: Basis) -> Grade:
    """The grade of a clause: stated, or the best of its sources."""
    if basis.grade is not None:
        return basis.grade
    grades = [s.grade for code in basis.sources if (s := base.source(benefit, code))]
    return min(grades, key=lambda g: g.rank, default=Grade.D)
