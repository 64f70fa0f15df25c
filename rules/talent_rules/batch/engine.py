"""The exact decision for many people, with the totals that a batch shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import NamedTuple

from talent_rules.combine import combine
from talent_rules.decide import judge
from talent_rules.derive import known_state
from talent_rules.model import Decision, Facts, Outcome, Total, Verdict
from talent_rules.money import unit_of
from talent_rules.rulebase import RuleBase

ENGINES = ("exact", "columns", "sql", "spark")
_TOTALS_LIMIT = 100_000
_HOPED = (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW)


class Decided(NamedTuple):
    """A person decided: with what is granted and may be recognised in all, as far as its sum can be told, and the
    most in 分 that nothing rules out, without what has no upper end or no sum yet."""

    decision: Decision
    hoped: Total
    bounded: int


class EngineTrouble(Exception):
    """An engine is not there, cannot start, or disagrees with another; the sentence says which."""


class ExactRows:
    """The exact decision for each row; totals are remembered by the verdicts they rest on."""

    def __init__(self) -> None:
        self._totals: dict[object, tuple[Total, Total, int]] = {}

    def decide_rows(self, base: RuleBase, facts_list: Sequence[Facts], as_of: date) -> list[Decided]:
        """One decision a person, in order."""
        return [self._decide(base, facts, as_of) for facts in facts_list]

    def _decide(self, base: RuleBase, facts: Facts, as_of: date) -> Decided:
        state = known_state(base, facts, as_of)
        verdicts = tuple(judge(base, number, state) for number in range(len(base.benefits)))
        total, hoped, bounded = self._total(base, verdicts, facts)
        gone = {d.benefit: d.favoured[0] for d in total.dropped if d.favoured}
        if gone:
            verdicts = tuple(replace(v, dropped_by=gone[v.benefit]) if v.benefit in gone else v for v in verdicts)
        decision = Decision(as_of, base.place, base.version, verdicts, total, state.problems)
        return Decided(decision, hoped, bounded)

    def _total(self, base: RuleBase, verdicts: tuple[Verdict, ...], facts: Facts) -> tuple[Total, Total, int]:
        stakes = tuple(
            (n, v.outcome, v.amount, unmeasured(base, n, v))
            for n, (v, b) in enumerate(zip(verdicts, base.benefits, strict=True))
            if v.amount is not None and b.to_person
        )
        history = (facts.get("received"), facts.get("family_received"), tuple(sorted(facts.paid.items())))
        key = (stakes, history)
        found = self._totals.get(key)
        if found is None:
            told = [v for n, v in enumerate(verdicts) if not unmeasured(base, n, v)]
            hoped = combine(base, [v for v in told if v.outcome in _HOPED], facts)
            found = combine(base, verdicts, facts), hoped, combine(base, told, facts).bounded
            while len(self._totals) >= _TOTALS_LIMIT:
                for old in list(islice(self._totals, 1000)):
                    del self._totals[old]
            self._totals[key] = found
        return found


def unmeasured(base: RuleBase, number: int, verdict: Verdict) -> bool:
    """Whether the sum hangs on a number nobody gave (area, price, tax): its bounds then say nothing."""
    return bool(verdict.missing) and not set(verdict.missing).isdisjoint(base.circuits[number].numbers)


def untold(base: RuleBase, verdicts: Sequence[Verdict]) -> tuple[bool, bool]:
    """Whether of what a person is granted or may be recognised for some sum cannot be told yet: of what is paid
    once, and of what is paid every year."""
    found = {
        unit_of(base.benefits[n].amount)
        for n, v in enumerate(verdicts)
        if v.outcome in _HOPED and v.amount is not None and base.benefits[n].to_person and unmeasured(base, n, v)
    }
    return "CNY" in found, "CNY/year" in found
