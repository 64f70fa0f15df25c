"""What is worth asking of this person: fields with 何时问 wait for a sign, and are planned without.

Few people are academicians, lead teams or hold a title. As long as nothing said so far makes such a
thing likely, the questions are chosen as if it were absent; the decision still takes it for unknown.
A number with 何时问 is only asked later: a price, once a home is bought.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from talent_rules.cells import Cells, Choices, Formula, formula, mask_of, split
from talent_rules.conditions import AnyOf, Axis, Condition
from talent_rules.derive import State
from talent_rules.language import read_line
from talent_rules.logic import Masks, kleene, narrow
from talent_rules.model import Declined, Facts, Value
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind

_ABSENT = ("none", "other")  # the ids of the options that say “nothing of the kind”


@dataclass(frozen=True, slots=True)
class Ordinary:
    """A state as questions are planned in: `absent` is taken to be so, `later` is not asked yet."""

    state: State
    absent: Mapping[str, Value]
    later: frozenset[str]


def ordinary(base: RuleBase, facts: Facts, state: State, wanted: Collection[str] = ()) -> Ordinary:
    """The state in which nothing rare is supposed, but for the fields in `wanted`."""
    absent: dict[str, Value] = {}
    later = set()
    for name, sign in _signs(base).items():
        declined = isinstance(facts.get(name), Declined)
        if name in state.values or ((name in wanted or sign.holds(state)) and not declined):
            continue
        value = absence(base.vocabulary.fields[name])
        if value is None:
            later.add(name)
        else:
            absent[name] = value
    masks = hypothetical(base, state.masks, absent)
    if masks is None:  # something said implies one of them after all
        absent, masks = _one_by_one(base, state.masks, absent)
    return Ordinary(replace(state, masks=masks), absent, frozenset(later))


def supposed(base: RuleBase, facts: Facts, state: State) -> dict[str, Value]:
    """Everything rare of which nothing has been said, as absent: what an ordinary case is."""
    absent = {}
    for name in _signs(base):
        value = absence(base.vocabulary.fields[name])
        if value is not None and name not in state.values:
            absent[name] = value
    return absent if hypothetical(base, state.masks, absent) else _one_by_one(base, state.masks, absent)[0]


def _one_by_one(base: RuleBase, masks: Masks, absent: Mapping[str, Value]) -> tuple[dict[str, Value], Masks]:
    kept: dict[str, Value] = {}
    for name, value in absent.items():
        supposed = hypothetical(base, masks, {name: value})
        if supposed is not None:
            masks, kept[name] = supposed, value
    return kept, masks


def absence(entry: Field) -> Value | None:
    """The value that says there is nothing of the kind; None for a number, which has none."""
    if entry.kind is Kind.FLAG:
        return False
    if entry.kind is Kind.SET:
        return frozenset()
    return next((o.id for o in entry.options if o.id in _ABSENT), None)


def hypothetical(base: RuleBase, masks: Masks, sets: Mapping[str, Value]) -> Masks | None:
    """The masks if these fields had these values; None where that contradicts what is known.

    `masks` have had their conclusions drawn: only what reads these fields can add any.
    """
    found = list(masks)
    for name, value in sets.items():
        for number, axis, cells in base.by_field.get(name, ()):
            if not axis.facet:
                found[number] &= mask_of(cells, value)
            elif axis.facet[0] == "∋" and isinstance(value, frozenset) and isinstance(cells, Choices):
                found[number] &= 2 if axis.facet[1:] in value else 1
            if not found[number]:
                return None
    return narrow(base.constraints_on(sets), tuple(found))


# ── signs ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Sign:
    """何时问 as a formula over the few axes it reads."""

    test: Formula
    axes: tuple[tuple[Axis, Cells], ...]

    def holds(self, state: State) -> bool:
        """Whether what is known makes the field worth asking about."""
        return kleene(self.test, tuple(_mask(axis, cells, state) for axis, cells in self.axes)) is True


def _mask(axis: Axis, cells: Cells, state: State) -> int:
    value = state.values.get(axis.field)
    if value is None:
        return cells.full
    if axis.facet[:1] == "∋":
        return 2 if isinstance(value, frozenset) and axis.facet[1:] in value else 1
    return cells.full if axis.facet else mask_of(cells, value)


def _signs(base: RuleBase) -> Mapping[str, _Sign]:
    """Every field with 何时问, compiled once."""
    found = base.memo.get("signs")
    if found is None:
        found = base.memo["signs"] = dict(_compiled(base))
    return found  # type: ignore[return-value]


def _compiled(base: RuleBase) -> Iterator[tuple[str, _Sign]]:
    for entry in base.vocabulary.fields.values():
        if entry.ask_when:
            lines: tuple[Condition, ...] = tuple(read_line(line, base.vocabulary) for line in entry.ask_when)
            axes = split(base.vocabulary.fields, lines)
            numbering = {axis: n for n, axis in enumerate(axes)}
            yield entry.id, _Sign(formula(AnyOf(lines), numbering, axes), tuple(axes.items()))
