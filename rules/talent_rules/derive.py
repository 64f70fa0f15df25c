"""From what a person said to what the rules read: derived fields, cells, and what stays undecided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from talent_rules import quantities as q
from talent_rules.ahead import APPLIED, ARRIVAL, NOT_YET, ahead_words, not_come
from talent_rules.cells import Formula, leaves, mask_of
from talent_rules.conditions import Axis
from talent_rules.logic import narrow
from talent_rules.model import Declined, Facts, Number, OneOf, Place, Problem, Span, Value
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Derivation, Field, Vocabulary


@dataclass(frozen=True, slots=True)
class State:
    """All that is known of one person on one day, as the circuits read it.

    `masks` has the possible cells of every axis; `oracles` are the axes whose value the sources,
    not the person, leave open; `known` are the fields that need no asking.
    """

    masks: tuple[int, ...]
    oracles: frozenset[int]
    values: dict[str, Value]
    known: frozenset[str]
    as_of: date
    problems: tuple[Problem, ...] = ()


class _Undecided:
    """The sources do not say: different from not knowing."""


UNDECIDED = _Undecided()


def state_of(base: RuleBase, facts: Facts, as_of: date) -> State:
    """`known_state`, remembered for the person last asked about: one answer puts many questions to the same facts."""
    last = base.memo.get("state")
    if isinstance(last, tuple) and last[0] is facts and last[1] == as_of:
        return last[2]  # type: ignore[no-any-return]
    state = known_state(base, facts, as_of)
    base.memo["state"] = (facts, as_of, state)
    return state


def known_state(base: RuleBase, facts: Facts, as_of: date) -> State:
    """Complete the facts with what follows from them on a day, and turn them into cells."""
    vocabulary = base.vocabulary
    known = frozenset(k for k, v in facts.values.items() if not isinstance(v, (Span, OneOf)))
    known |= {APPLIED}
    values: dict[str, Value] = {k: v for k, v in facts.values.items() if not isinstance(v, Declined)}
    values.setdefault(APPLIED, as_of.toordinal())
    problems: list[Problem] = []
    if not facts.planned and not_come(values.get(ARRIVAL), values[APPLIED]):
        what = ahead_words(vocabulary, values[ARRIVAL], values[APPLIED])
        problems.append(Problem(Place(), "P604", *what, severity="warning"))
        values = {name: value for name, value in values.items() if name not in NOT_YET}
        known |= {*NOT_YET}  # asking again would bring no other answer
    undecided: set[str] = set()
    for entry in vocabulary.derived:
        assert entry.derivation is not None
        found = derived(entry, entry.derivation, values, vocabulary)
        if isinstance(found, _Undecided):
            if entry.id not in values:
                undecided.add(entry.id)
        elif found is not None:
            _merge(entry, found, values, problems)
    masks, oracles = _cells(base, values, undecided)
    narrowed = narrow(base.constraints_on(values), masks)
    while narrowed is None:
        clash = _clash(base, values, masks)
        names = "、".join(vocabulary.fields[n].name for n in clash)
        problems.append(Problem(Place(), "P605", f"{names} 互相矛盾，不可能同时成立", "请核对这几项，暂时都按未知处理"))
        for name in clash:
            del values[name]
        masks, oracles = _cells(base, values, undecided)
        narrowed = narrow(base.constraints_on(values), masks)
    return State(narrowed, oracles, values, known, as_of, tuple(problems))


def _clash(base: RuleBase, values: dict[str, Value], masks: tuple[int, ...]) -> tuple[str, ...]:
    """The known fields behind a contradiction: those of the constraint at which it shows."""
    seen: list[Formula] = []
    for constraint in base.constraints_on(values):
        seen.append(constraint)
        if narrow(seen, masks) is None:
            break
    axes = list(base.cells)
    found = tuple(dict.fromkeys(axes[leaf.axis].field for leaf in leaves(seen[-1]) if axes[leaf.axis].field in values))
    # The last constraint may only have drawn its conclusion from others: then all of them are in doubt.
    return found or tuple(n for n in values if n != "application_date" and base.by_field.get(n))


def _cells(base: RuleBase, values: dict[str, Value], undecided: set[str]) -> tuple[tuple[int, ...], frozenset[int]]:
    masks = list(base.full)
    for name, value in values.items():
        for number, axis, cells in base.by_field.get(name, ()):
            if not axis.facet:
                masks[number] = mask_of(cells, value) & masks[number] or mask_of(cells, value)
            else:
                known = _facet(axis, value, values, base.vocabulary)
                if known is not None:
                    masks[number] = mask_of(cells, known)
    for number, axis in base.anchored:
        if axis.field not in values:
            known = _facet(axis, None, values, base.vocabulary)
            if known is not None:
                masks[number] = mask_of(base.cells[axis], known)
    oracles = frozenset(n for name in undecided for n, axis, _ in base.by_field.get(name, ()) if not axis.facet)
    return tuple(masks), oracles


def _facet(axis: Axis, value: Value | None, values: dict[str, Value], vocabulary: Vocabulary) -> Value | None:
    sign, rest = axis.facet[0], axis.facet[1:]
    if sign == "∋":
        return rest in value if isinstance(value, frozenset) else None
    if sign == "=":
        return value == rest if isinstance(value, str) else None
    if sign == "∈":
        return vocabulary.reference.lists[rest].holds(value, None) if isinstance(value, str) else None
    entry = vocabulary.fields[axis.field]
    assert entry.derivation is not None
    how = entry.derivation
    anchored = Derivation(how.kind, how.of, rest, how.list_id, how.at_least, how.below)
    found = derived(entry, anchored, values, vocabulary)
    return None if isinstance(found, _Undecided) else found


def derived(
    entry: Field, how: Derivation, values: dict[str, Value], vocabulary: Vocabulary
) -> Value | _Undecided | None:
    """What a derived field comes to; None while it cannot be told, UNDECIDED where sources are silent."""
    of, on = values.get(how.of), values.get(how.on)
    if how.kind == "member":
        return _membership(of, _as_span(on), how, vocabulary)
    if of is None or (how.on and on is None):
        return None
    anchor = _as_span(on)
    if how.kind == "people":
        return _count(of, anchor, how)
    start = _as_span(of)
    if start is None or anchor is None or None in (start.lo, start.hi, anchor.lo, anchor.hi):
        return None
    measure = q.full_years if how.kind == "age" else q.elapsed_months
    lo = measure(int(start.hi or 0), int(anchor.lo or 0)) if (start.hi or 0) <= (anchor.lo or 0) else 0
    hi = measure(int(start.lo or 0), int(anchor.hi or 0)) if (start.lo or 0) <= (anchor.hi or 0) else 0
    return lo if lo == hi else Span(lo, hi)


def _membership(
    of: Value | None, when: Span | None, how: Derivation, vocabulary: Vocabulary
) -> Value | _Undecided | None:
    if not isinstance(of, str) or how.list_id not in vocabulary.reference.lists:
        return None
    held = vocabulary.reference.lists[how.list_id].holds(of, when)
    if held is not None:
        return held
    return None if when is None else UNDECIDED


def _count(people: Value, on: Span | None, how: Derivation) -> Value | None:
    if not isinstance(people, tuple) or on is None:
        return None
    sure = maybe = 0
    for born in people:
        ages = [q.full_years(int(b), int(d)) for b, d in ((born.hi, on.lo), (born.lo, on.hi)) if b and d]
        fits = [_fits(age, how) for age in ages]
        sure += len(fits) == 2 and all(fits)
        maybe += len(fits) < 2 or any(fits)
    return sure if sure == maybe else Span(sure, maybe)


def _fits(age: int, how: Derivation) -> bool:
    return (how.at_least is None or age >= how.at_least) and (how.below is None or 0 <= age < how.below)


def _as_span(value: Value | None) -> Span | None:
    if isinstance(value, Span):
        return value
    if isinstance(value, (bool, str)) or value is None or not isinstance(value, int):
        return None
    return Span(value, value)


def _merge(entry: Field, found: Value, values: dict[str, Value], problems: list[Problem]) -> None:
    given = values.get(entry.id)
    if given is None or given == found:
        values[entry.id] = found
        return
    both = _common(given, found)
    if both is not None:
        values[entry.id] = both
        return
    message = f"{entry.name} 填的是 {entry.show(given)}，按其他内容推出的是 {entry.show(found)}"
    problems.append(Problem(Place(), "P604", message, "请核对，这一项暂按未知处理"))
    del values[entry.id]


def _common(a: Value, b: Value) -> Value | None:
    """What two statements on one number leave possible; None when they contradict."""
    left, right = _ends(a), _ends(b)
    if left is None or right is None:
        return None
    lo = max((v for v in (left.lo, right.lo) if v is not None), default=None)
    hi = min((v for v in (left.hi, right.hi) if v is not None), default=None)
    if lo is not None and hi is not None and lo > hi:
        return None
    return lo if lo is not None and lo == hi else Span(lo, hi)


def _ends(value: Value) -> Span | None:
    if isinstance(value, Span):
        return value
    if isinstance(value, (bool, str, frozenset, tuple)) or not isinstance(value, Number):
        return None
    return Span(value, value)


def number_span(base: RuleBase, state: State, name: str) -> Span:
    """The numbers a field can have: what is known, or what the vocabulary allows."""
    entry = base.vocabulary.fields[name]
    value = state.values.get(name)
    span = _ends(value) if value is not None else None
    if span is None:
        return Span(entry.lo, entry.hi)
    return Span(entry.lo if span.lo is None else span.lo, entry.hi if span.hi is None else span.hi)
