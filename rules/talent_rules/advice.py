"""The nearest change: what a person could do, or wait for, that makes a benefit granted.

Only 可变 and 等时间 fields may change; every set of changes is re-evaluated before it is said, and
sets are tried from the cheapest on, so that nothing cheaper would do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations

from talent_rules.cells import Choices, Line
from talent_rules.choices import cell_span
from talent_rules.decide import judge
from talent_rules.derive import State, known_state
from talent_rules.logic import Masks, kleene, satisfiable
from talent_rules.model import Advice, Facts, Outcome, Span, Value, Verdict
from talent_rules.quantities import add_months
from talent_rules.rulebase import Circuit, RuleBase
from talent_rules.vocabulary import Field, Kind, Mutability

MAX_CHANGES = 3
_GOOD = (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW)


@dataclass(frozen=True, slots=True)
class _Change:
    """One field set to a value; `days` it takes where only time does it."""

    field: str
    value: Value
    text: str
    cost: int
    cell: int
    days: int | None = None


def advise(base: RuleBase, facts: Facts, verdict: Verdict, as_of: date, *, limit: int = 2) -> tuple[Advice, ...]:
    """Up to `limit` cheapest changes that turn a refusal into a grant, each one re-evaluated."""
    if verdict.outcome is not Outcome.INELIGIBLE:
        return ()
    number = next(i for i, b in enumerate(base.benefits) if b.id == verdict.benefit)
    state = known_state(base, facts, as_of)
    circuit = base.circuits[number]
    masks = circuit.pick(state.masks)
    options = _options(base, circuit, masks, state, as_of)
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


def _options(base: RuleBase, circuit: Circuit, masks: Masks, state: State, as_of: date) -> dict[int, list[_Change]]:
    """For each known axis that may change: the changes, nearest first."""
    found: dict[int, list[_Change]] = {}
    for index, axis in enumerate(circuit.axes):
        if axis.field == "?" or axis.facet.startswith("@") or axis.field not in state.values:
            continue
        entry = base.vocabulary.fields[axis.field]
        if entry.mutability is Mutability.FIXED or entry.id == "application_date":
            continue
        changes = list(_changes(base, entry, axis.facet, circuit, index, masks[index], state, as_of))
        if changes:
            found[index] = changes
    return found


def _changes(
    base: RuleBase, entry: Field, facet: str, circuit: Circuit, index: int, mask: int, state: State, as_of: date
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
            if (change := _number_change(entry, cells, cell, now, state, as_of)) is not None:
                yield change


def _choice_changes(entry: Field, cells: Choices, now: int) -> Iterator[_Change]:
    upward = entry.kind is Kind.ORDERED
    order = [i for i in range(cells.size) if i != now and (not upward or i > now)]
    for i in sorted(order, key=lambda i: abs(i - now)):
        word = cells.values[i]
        value: Value = word == "yes" if entry.kind is Kind.FLAG else word
        steps = abs(i - now) if upward else 1
        yield _Change(entry.id, value, f"{entry.name}为“{entry.show(value)}”", 2 * steps + entry.cost, i)


def _number_change(entry: Field, cells: Line, cell: int, now: int, state: State, as_of: date) -> _Change | None:
    span = cell_span(entry, cells, cell)
    target = span.lo if cell > now else span.hi
    if target is None:
        return None
    current = state.values.get(entry.id)
    if entry.mutability is Mutability.BY_TIME:
        if cell <= now or not isinstance(current, (int, Fraction)) or isinstance(current, bool):
            return None
        day = _when(entry, state, target, current, as_of)
        if day is None:
            return None
        days = (day - as_of).days
        return _Change(entry.id, target, f"等到{entry.name}满 {entry.show(target)}", 1 + days // 60, cell, days)
    return _Change(
        entry.id, target, f"{entry.name}{'达到' if cell > now else '降到'} {entry.show(target)}", 2 + entry.cost, cell
    )


def _when(entry: Field, state: State, target: int | Fraction, current: int | Fraction, as_of: date) -> date | None:
    """The day on which time alone brings a number to its target."""
    how = entry.derivation
    if how and how.kind == "age":
        born = state.values.get(how.of)
        if isinstance(born, int):
            return add_months(date.fromordinal(born), int(target) * 12)
        return None  # only the age is known: the birthday is not
    if entry.kind is Kind.MONTHS:
        return add_months(as_of, int(-(-(target - current) // 1)))
    return None


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
        days = max((p.days for p in picks if p.days), default=0)
        on = as_of + timedelta(days=days)
        changed = facts.having(_implied(base, {p.field: p.value for p in picks if p.days is None}, facts))
        changed = _aged(base, changed, [p for p in picks if p.days is not None], facts)
        state = known_state(base, changed, on)
        if state.problems:
            continue
        verdict = judge(base, number, state)
        if verdict.outcome in _GOOD or (verdict.outcome is Outcome.NEEDS_INFO and verdict.missing):
            texts = [p.text for p in picks]
            assumed = tuple(base.vocabulary.fields[m].name for m in verdict.missing)
            text = "，并且".join(texts) + (f"（最早 {on.isoformat()}）" if days else "")
            yield Advice(
                tuple((p.field, base.vocabulary.fields[p.field].show(p.value)) for p in picks),
                text,
                verdict.outcome,
                verdict.amount.reported if verdict.amount else None,
                on if days else None,
                assumed if verdict.outcome is Outcome.NEEDS_INFO else (),
            )
            return


def _hopeful(circuit: Circuit, masks: Masks, picks: dict[int, _Change]) -> bool:
    """Whether the changes help on the axes they name, before the whole person is worked out again."""
    changed = tuple(1 << picks[i].cell if i in picks else m for i, m in enumerate(masks))
    return kleene(circuit.condition, changed) is not False


def _aged(base: RuleBase, facts: Facts, waits: Iterable[_Change], before: Facts) -> Facts:
    """Facts after waiting: months grow; ages grow by themselves from the birth date."""
    changes: dict[str, Value | None] = {}
    for wait in waits:
        how = base.vocabulary.fields[wait.field].derivation
        if how and how.of in before.values:
            changes[wait.field] = None
        else:
            changes[wait.field] = wait.value
    return facts.having(changes)


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


__all__ = ["Span", "advise"]
