"""“我是谁”: which benefits stay open to somebody of whom one thing is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from talent_rules.conditions import fields_of
from talent_rules.decide import decide
from talent_rules.model import Facts, Outcome, Value
from talent_rules.money import guards_of
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.vocabulary import Field, Kind

_KINDS = (Kind.CHOICE, Kind.ORDERED, Kind.SET, Kind.FLAG)
_NOTHING = ("none", "other", "ordinary")


@dataclass(frozen=True, slots=True)
class Person:
    """One thing somebody can be, and the benefits that ask for it and stay open."""

    anchor: str
    name: str
    also: tuple[str, ...]
    benefits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trait:
    """A field with the people its values make."""

    field: Field
    people: tuple[Person, ...]


def reads(benefit: Benefit) -> tuple[str, ...]:
    """Every field a benefit's conditions and tables look at."""
    found = list(fields_of(benefit.condition))
    for guard in guards_of(benefit.amount):
        found += fields_of(guard)
    return tuple(dict.fromkeys(found))


def traits(base: RuleBase, as_of: date) -> tuple[Trait, ...]:
    """Every field of choices that some benefit reads, in the order of the vocabulary."""
    readers: dict[str, list[Benefit]] = {}
    for benefit in base.benefits:
        for name in reads(benefit):
            readers.setdefault(name, []).append(benefit)
    found = []
    for name, entry in base.vocabulary.fields.items():
        if entry.kind in _KINDS and name in readers and entry.derivation is None:
            people = tuple(p for p in _people(base, entry, readers[name], as_of) if p.benefits)
            found += [Trait(entry, people)] if people else []
    return tuple(found)


def _people(base: RuleBase, entry: Field, readers: list[Benefit], as_of: date) -> Iterator[Person]:
    wanted = {b.id for b in readers}
    for ident, name, also, value in _values(entry):
        decision = decide(base, Facts({entry.id: value}), as_of)
        shut = (Outcome.INELIGIBLE, Outcome.OUT_OF_SCOPE)
        open_ids = tuple(v.benefit for v in decision.verdicts if v.benefit in wanted and v.outcome not in shut)
        yield Person(f"{entry.id}-{ident}", name, also, open_ids)


def _values(entry: Field) -> Iterator[tuple[str, str, tuple[str, ...], Value]]:
    if entry.kind is Kind.FLAG:
        yield "yes", entry.name, entry.synonyms[:4], True
        return
    ladder = entry.kind is Kind.ORDERED  # the highest first: most benefits ask for it
    for option in reversed(entry.options) if ladder else entry.options:
        if option.id not in _NOTHING:
            value: Value = frozenset({option.id}) if entry.kind is Kind.SET else option.id
            yield option.id, option.name, option.synonyms[:4], value
