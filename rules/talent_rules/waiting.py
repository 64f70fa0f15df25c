"""What time alone brings about: the days on which an age or a count of people changes, and a person on such a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from talent_rules.derive import State, derived
from talent_rules.model import Facts, Number, Span, Value
from talent_rules.quantities import add_months, birthday
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind, Vocabulary

_TODAY = "application_date"


def today(state: State) -> date:
    """The day from which one waits: that of the application where it is known."""
    applied = state.values.get(_TODAY)
    return date.fromordinal(applied) if isinstance(applied, int) else state.as_of


def first_day(entry: Field, state: State, target: Number, vocabulary: Vocabulary) -> date | None:
    """The day on which time alone brings a number to `target`; None where nobody can say."""
    current = state.values.get(entry.id)
    how = entry.derivation
    if how and how.kind == "age":
        born = state.values.get(how.of)
        return birthday(born, int(target)) if isinstance(born, int) else None  # the age alone tells no birthday
    if how and how.kind == "people":
        days = turning_days(entry, state)
        return next((d for d in days if _reaches(_count_on(entry, state, d, vocabulary), target)), None)
    if entry.kind is Kind.MONTHS and isinstance(current, Number) and not isinstance(current, bool):
        return add_months(today(state), int(-(-(target - current) // 1)))
    return None


def turning_days(entry: Field, state: State) -> tuple[date, ...]:
    """The coming days on which somebody counted reaches, or passes, the age that counts; the earliest first."""
    how = entry.derivation
    people = state.values.get(how.of) if how else None
    if how is None or how.kind != "people" or how.on != _TODAY or not isinstance(people, tuple):
        return ()
    ages = [age for age in (how.at_least, how.below) if age is not None]
    days = {birthday(int(born.hi), age) for born in people if born.hi is not None for age in ages}
    return tuple(sorted(d for d in days if d > today(state)))


def _count_on(entry: Field, state: State, day: date, vocabulary: Vocabulary) -> object:
    assert entry.derivation is not None
    return derived(entry, entry.derivation, {**state.values, _TODAY: day.toordinal()}, vocabulary)


def _reaches(count: object, target: Number) -> bool:
    least = count.lo if isinstance(count, Span) else count
    return isinstance(least, int) and least >= target


def on_day(base: RuleBase, facts: Facts, day: date, waits: Iterable[tuple[str, Value]]) -> Facts:
    """The same person on a later day. Months have grown to what was waited for; ages and counts of people
    grow by themselves from the dates of birth, and who applies then has another day of application."""
    changes: dict[str, Value | None] = {}
    for name, value in waits:
        how = base.vocabulary.fields[name].derivation
        changes[name] = None if how and how.of in facts.values else value
    if _TODAY in facts.values:
        changes[_TODAY] = day.toordinal()
    return facts.having(changes)


def by_itself(base: RuleBase, facts: Facts, name: str) -> bool:
    """Whether a number follows from dates that are known, so that the day alone decides it."""
    how = base.vocabulary.fields[name].derivation
    return how is not None and how.of in facts.values
