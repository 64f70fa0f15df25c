"""The exact decision: five outcomes, the money at stake, and the reasons, for one person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from talent_rules import money as m
from talent_rules.cells import Leaf, Line, open_axis
from talent_rules.combine import combine
from talent_rules.conditions import Axis, Condition, Open, opens
from talent_rules.derive import State, number_span, state_of
from talent_rules.findings import clauses
from talent_rules.logic import Masks, Status, axes_left, kleene, narrow, satisfiable, statuses, undecided_leaves
from talent_rules.model import (
    Decision,
    Facts,
    Money,
    Number,
    Outcome,
    Range,
    Span,
    Verdict,
)
from talent_rules.rulebase import Benefit, Circuit, RuleBase
from talent_rules.schedule import payments

_OUTCOMES = {
    frozenset({Status.TRUE}): Outcome.ELIGIBLE,
    frozenset({Status.FALSE}): Outcome.INELIGIBLE,
    frozenset({Status.OPEN}): Outcome.NEEDS_REVIEW,
}
_MEMO_LIMIT = 30_000  # some 50 MB: a chat that runs for weeks meets everybody


def decide(base: RuleBase, facts: Facts, as_of: date) -> Decision:
    """Every benefit of the place for one person on one day, and the total under the relations.

    Facts that contradict one another come back in `problems` and are left out of account.
    """
    state = state_of(base, facts, as_of)
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
    dates = base.once("list dates", lambda: _list_dates(base))
    if not any(name in dates and name in state.values for name in verdict.missing):
        return verdict
    asked = (dates[m] if m in dates and m in state.values else m for m in verdict.missing)
    return replace(verdict, missing=tuple(dict.fromkeys(asked)))


def _list_dates(base: RuleBase) -> Mapping[str, str]:
    """School field → the date that says which edition of its list counts."""
    ways = [entry.derivation for entry in base.vocabulary.derived]
    return {how.of: how.on for how in ways if how and how.kind == "member" and how.on}


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
    return circuit.oracles | {i for i, axis in enumerate(circuit.axes) if base.axes.get(axis) in state.oracles}


class _Judge:
    """One benefit against one state of knowledge."""

    def __init__(
        self, base: RuleBase, number: int, masks: Masks, oracles: frozenset[int], numbers: tuple[Span, ...]
    ) -> None:
        self.base, self.number, self.masks, self.oracles = base, number, masks, oracles
        self.benefit: Benefit = base.benefits[number]
        self.circuit: Circuit = base.circuits[number]
        # Facts that contradict one another are reported; each is then taken at its word.
        linked = tuple([c for c in self.circuit.constraints if kleene(c, masks) is not True])
        self.constraints = linked if satisfiable(linked, masks) else ()
        self.numbers = dict(zip(self.circuit.numbers, numbers, strict=True)) if numbers else {}

    def stake(self) -> tuple[Outcome, Money | None]:
        outcome = self.outcome()
        return outcome, self.money() if outcome.open else None

    def verdict(self) -> Verdict:
        outcome, money = self.stake()
        left = tuple(undecided_leaves(self.circuit.condition, self.masks)) if outcome.open else ()
        missing = self.missing(left) if outcome is Outcome.NEEDS_INFO or (money and not money.exact) else ()
        because = tuple([clause.found(self.masks) for clause in clauses(self.base, self.number)])
        review, undecided = self.reviews(left)
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
        if kleene(circuit.scope, self.masks) is not True and not satisfiable(
            (circuit.scope, *self.constraints), self.masks
        ):
            return Outcome.OUT_OF_SCOPE
        found = statuses(circuit.condition, circuit.opposite, self.constraints, self.masks, self.oracles)
        return _OUTCOMES.get(found, Outcome.NEEDS_INFO)

    # money ---------------------------------------------------------------------------------

    def money(self) -> Money | None:
        benefit = self.benefit
        ends = m.bounds(benefit.amount, self.possible, self.span_of)
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
        return Range(m.nearest(ends[0], step), None if ends[1] is None else m.nearest(ends[1], step))

    def possible(self, yes: tuple[Condition, ...], no: tuple[Condition, ...]) -> bool:
        """Whether the benefit can be granted with these rows applying and those not."""
        masks, tied = self.granted
        rows, parts = self.circuit.rows, []
        for row in (*[rows[id(c)][0] for c in yes], *[rows[id(c)][1] for c in no]):
            applies = kleene(row, masks)
            if applies is False:
                return False
            if applies is None:
                parts.append(row)
        if not axes_left(parts, masks) & tied:  # what has nothing to do with the grant is for the rows alone
            return satisfiable(parts, masks)
        return satisfiable((*parts, self.circuit.condition, *self.constraints), masks)

    @cached_property
    def granted(self) -> tuple[Masks, int]:
        """What follows from the benefit being granted, and the axes on which that still depends.

        Money is asked for only where it can be granted, so something does follow.
        """
        conditions = (self.circuit.condition, *self.constraints)
        masks = narrow(conditions, self.masks) or self.masks
        return masks, axes_left(conditions, masks)

    def span_of(self, name: str) -> Span:
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

    def missing(self, left: Iterable[Leaf]) -> tuple[str, ...]:
        """The fields still to be asked that can matter, in the order the rule reads them; `left` of its condition."""
        rows = (leaf for guard, _ in self.circuit.guards.values() for leaf in undecided_leaves(guard, self.masks))
        found: dict[str, None] = {}
        for axis in dict.fromkeys(leaf.axis for leaf in (*left, *rows)):
            if axis not in self.oracles:
                found.update(dict.fromkeys(asked_for(self.base, self.circuit.axes[axis].field)))
        for name, span in self.numbers.items():
            if span.lo != span.hi:
                found[name] = None
        return tuple(found)

    def reviews(self, left: Iterable[Leaf]) -> tuple[tuple[str, ...], bool]:
        """What a person or a missing source has to settle of what is `left`, and whether a source is among them."""
        texts: dict[str, None] = {}
        undecided = False
        open_by_axis = self.base.once(("opens", self.number), lambda: _opens(self.benefit))
        for number in (leaf.axis for leaf in left if leaf.axis in self.oracles):
            axis = self.circuit.axes[number]
            found = open_by_axis.get(axis)
            if found is not None:
                texts[found.text] = None
                undecided = undecided or found.kind == "undecided"
            else:
                entry = self.base.vocabulary.fields[axis.field]
                texts[f"{entry.name}：来源没有载明适用哪一版名单"] = None
                undecided = True
        return tuple(texts), undecided


def _opens(benefit: Benefit) -> Mapping[Axis, Open]:
    """What no fact settles in a benefit, by its axis."""
    return {open_axis(o): o for c in (benefit.scope, benefit.condition) for o in opens(c)}


def _inner(a: Number | None, b: Number | None, choose: Callable[[list[Number]], Number]) -> Number | None:
    values = [v for v in (a, b) if v is not None]
    return choose(values) if values else None


def asked_for(base: RuleBase, name: str) -> tuple[str, ...]:
    """The askable fields through which a field becomes known."""
    entry = base.vocabulary.fields[name]
    if entry.askable or entry.derivation is None:
        return (name,)
    return (entry.derivation.of,)
