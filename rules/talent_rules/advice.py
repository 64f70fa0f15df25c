"""The nearest change: what a person could do, or wait for, that makes a benefit granted, or pay more.

Only 可变 and 等时间 fields may change; every set of changes is re-evaluated before it is said, and
sets are tried from the cheapest on, so that nothing cheaper would do. Where the day alone decides, the
day before is re-evaluated as well: nothing earlier would do either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from talent_rules.cells import Choices, Line, leaves
from talent_rules.choices import cell_span
from talent_rules.decide import judge
from talent_rules.derive import State, known_state, state_of
from talent_rules.logic import Masks, kleene, satisfiable
from talent_rules.model import Advice, Facts, Outcome, Value, Verdict
from talent_rules.rulebase import Circuit, RuleBase
from talent_rules.vocabulary import Field, Kind, Mutability
from talent_rules.waiting import by_itself, first_day, on_day, today, turning_days

MAX_CHANGES = 3
_DAYS_TRIED = 12
_GOOD = (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW)


@dataclass(frozen=True, slots=True)
class _Change:
    """One field set to a value; `days` it takes where only time does it."""

    field: str
    value: Value
    text: str
    cost: int
    cell: int
    on: date | None = None


def advise(base: RuleBase, facts: Facts, verdict: Verdict, as_of: date, *, limit: int = 2) -> tuple[Advice, ...]:
    """Up to `limit` cheapest changes that turn a refusal into a grant, each one re-evaluated.

    Of what is not refused: the next day on which it pays more, if time alone brings one. `facts` and `as_of`
    must be those of the decision. Empty where nothing that can be changed, or waited for, would do. Raises
    KeyError for a verdict of another rule base.
    """
    if verdict.outcome is not Outcome.INELIGIBLE and (verdict.amount is None or not verdict.outcome.open):
        return ()
    number = base.number_of(verdict.benefit)
    state = state_of(base, facts, as_of)
    if verdict.outcome is not Outcome.INELIGIBLE:
        return tuple(_more(base, facts, number, state))[:limit]
    circuit = base.circuits[number]
    masks = circuit.pick(state.masks)
    options = _options(base, circuit, masks, state)
    found: list[Advice] = []
    for size in range(1, MAX_CHANGES + 1):
        groups = sorted(combinations(sorted(options), size), key=lambda g: sum(options[i][0].cost for i in g))
        for group in groups:
            if _reachable(circuit, masks, {i: options[i] for i in group}, base):
                found += _proved(base, facts, number, {i: options[i] for i in group}, masks, as_of)
            if len(found) >= limit:
                return tuple(found[:limit])
        if found:
            break
    return tuple(found)


def _options(base: RuleBase, circuit: Circuit, masks: Masks, state: State) -> dict[int, list[_Change]]:
    """For each known axis that may change: the changes, nearest first."""
    found: dict[int, list[_Change]] = {}
    for index, axis in enumerate(circuit.axes):
        if axis.field == "?" or axis.facet.startswith("@") or axis.field not in state.values:
            continue
        entry = base.vocabulary.fields[axis.field]
        if entry.mutability is Mutability.FIXED or entry.id == "application_date":
            continue
        changes = list(_changes(base, entry, axis.facet, circuit, index, masks[index], state))
        if changes:
            found[index] = changes
    return found


def _changes(
    base: RuleBase, entry: Field, facet: str, circuit: Circuit, index: int, mask: int, state: State
) -> Iterator[_Change]:
    cells = circuit.cells[index]
    now = mask.bit_length() - 1
    if facet.startswith("∋"):
        current = state.values.get(entry.id)
        if isinstance(current, frozenset) and facet[1:] not in current:
            value: Value = current | {facet[1:]}
            yield _Change(entry.id, value, f"{entry.name}里有 {entry.show(facet[1:])}", 3 * entry.cost + 3, 1)
    elif facet:
        return
    elif isinstance(cells, Choices):
        yield from _choice_changes(entry, cells, now)
    else:
        others = sorted((c for c in range(cells.size) if not mask >> c & 1), key=lambda c: (abs(c - now), c))
        for cell in others:
            if (change := _number_change(base, entry, cells, cell, now, state)) is not None:
                yield change


def _choice_changes(entry: Field, cells: Choices, now: int) -> Iterator[_Change]:
    upward = entry.kind is Kind.ORDERED
    order = [i for i in range(cells.size) if i != now and (not upward or i > now)]
    for i in sorted(order, key=lambda i: abs(i - now)):
        word = cells.values[i]
        value: Value = word == "yes" if entry.kind is Kind.FLAG else word
        steps = abs(i - now) if upward else 1
        yield _Change(entry.id, value, f"{entry.name}为“{entry.show(value)}”", 2 * steps + entry.cost, i)


def _number_change(base: RuleBase, entry: Field, cells: Line, cell: int, now: int, state: State) -> _Change | None:
    span = cell_span(entry, cells, cell)
    target = span.lo if cell > now else span.hi
    if target is None:
        return None
    shown = entry.show(target)
    if entry.mutability is not Mutability.BY_TIME:
        text = f"{entry.name}{'达到' if cell > now else '降到'} {shown}"
        return _Change(entry.id, target, text, 2 + entry.cost, cell)
    on = first_day(entry, state, target, base.vocabulary) if cell > now else None
    if on is None:
        return None
    return _Change(entry.id, target, f"等到{entry.name}满 {shown}", 1 + (on - today(state)).days // 60, cell, on)


def _reachable(circuit: Circuit, masks: Masks, group: dict[int, list[_Change]], base: RuleBase) -> bool:
    """Whether freeing these axes could help at all: a quick bound before anything is tried."""
    freed = tuple(circuit.full[i] if i in group else m for i, m in enumerate(masks))
    return satisfiable((circuit.condition, *circuit.constraints), freed)


def _proved(
    base: RuleBase, facts: Facts, number: int, options: dict[int, list[_Change]], masks: Masks, as_of: date
) -> Iterator[Advice]:
    """The nearest combination of these changes that re-evaluation confirms."""
    circuit = base.circuits[number]
    for picks in _combinations(list(options.values())):
        if not _hopeful(circuit, masks, dict(zip(options, picks, strict=True))):
            continue
        on = max((p.on for p in picks if p.on), default=None)
        verdict = _tried(base, facts, number, picks, on or as_of)
        if verdict is None or not _leads_on(verdict):
            continue
        if on and all(by_itself(base, facts, p.field) for p in picks if p.on):
            eve = _tried(base, facts, number, picks, on - timedelta(days=1))
            if eve is not None and _leads_on(eve):
                continue  # that day is not the first one
        open_question = verdict.outcome is Outcome.NEEDS_INFO
        yield Advice(
            tuple((p.field, base.vocabulary.fields[p.field].show(p.value)) for p in picks),
            "，并且".join(p.text for p in picks) + (f"（最早 {on.isoformat()}）" if on else ""),
            verdict.outcome,
            verdict.amount.reported if verdict.amount else None,
            on,
            tuple(base.vocabulary.fields[m].name for m in verdict.missing) if open_question else (),
            verdict.amount.unit if verdict.amount else "CNY",
        )
        return


def _leads_on(verdict: Verdict) -> bool:
    return verdict.outcome in _GOOD or (verdict.outcome is Outcome.NEEDS_INFO and bool(verdict.missing))


def _tried(base: RuleBase, facts: Facts, number: int, picks: Iterable[_Change], on: date) -> Verdict | None:
    """The verdict once these changes are made, on a day; None where they contradict one another."""
    done = [p for p in picks if p.on is None]
    changed = facts.having(_implied(base, {p.field: p.value for p in done}, facts))
    waits = [(p.field, p.value) for p in picks if p.on is not None]
    state = known_state(base, on_day(base, changed, on, waits) if waits else changed, on)
    return None if any(p.severity == "error" for p in state.problems) else judge(base, number, state)


def _more(base: RuleBase, facts: Facts, number: int, state: State) -> Iterator[Advice]:
    """The next day on which ages or people counted raise what a benefit surely pays."""
    names = [n for n in _paid_by(base, number) if by_itself(base, facts, n)]
    fields = {n: base.vocabulary.fields[n] for n in names if n not in facts.values}
    days = {day for entry in fields.values() for day in _coming(base, number, entry, state)}
    for day in sorted(days)[:_DAYS_TRIED]:
        states = [known_state(base, on_day(base, facts, d, ()), d) for d in (day - timedelta(days=1), day)]
        eve, then = (judge(base, number, s) for s in states)
        if not then.outcome.open or then.amount is None or eve.amount is None:
            continue
        if then.amount.reported.lo > eve.amount.reported.lo:
            told = [(n, e.show(states[1].values.get(n))) for n, e in fields.items()]
            text = f"{day.isoformat()} 起" + "、".join(f"{fields[n].name} {shown}" for n, shown in told)
            amount, unit = then.amount.reported, then.amount.unit
            yield Advice(tuple(told), text, then.outcome, amount, day, (), unit, True)
            return


def _paid_by(base: RuleBase, number: int) -> Iterator[str]:
    """The fields an amount is worked out from."""
    circuit = base.circuits[number]
    yield from circuit.numbers
    rows = (leaf.axis for guard, _ in circuit.guards.values() for leaf in leaves(guard))
    yield from dict.fromkeys(circuit.axes[axis].field for axis in rows if circuit.axes[axis].field != "?")


def _coming(base: RuleBase, number: int, entry: Field, state: State) -> Iterator[date]:
    """The days on which an age passes into another row, or somebody more is counted."""
    yield from turning_days(entry, state)
    if entry.derivation and entry.derivation.kind == "age":
        circuit = base.circuits[number]
        for axis, cells in zip(circuit.axes, circuit.cells, strict=True):
            for value in (cut[0] for cut in cells.cuts) if axis.field == entry.id and isinstance(cells, Line) else ():
                day = first_day(entry, state, value, base.vocabulary)
                if day and day > today(state):
                    yield day


def _hopeful(circuit: Circuit, masks: Masks, picks: dict[int, _Change]) -> bool:
    """Whether the changes help on the axes they name, before the whole person is worked out again."""
    changed = tuple(1 << picks[i].cell if i in picks else m for i, m in enumerate(masks))
    return kleene(circuit.condition, changed) is not False


def _implied(base: RuleBase, changes: dict[str, Value], facts: Facts) -> dict[str, Value | None]:
    """The changes, without the statements a change makes stale (a school, if 双一流 is to change)."""
    found: dict[str, Value | None] = dict(changes)
    for name in changes:
        how = base.vocabulary.fields[name].derivation
        if how is not None and how.of in facts.values:
            found[how.of] = None
    return found


def _combinations(options: list[list[_Change]]) -> Iterator[tuple[_Change, ...]]:
    if not options:
        yield ()
        return
    ranked = sorted(options[0], key=lambda c: c.cost)[:6]
    for first in ranked:
        for rest in _combinations(options[1:]):
            yield (first, *rest)
