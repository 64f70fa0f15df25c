"""Deciding a crowd by columns: outcomes, money and totals as vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from talent_rules.batch.crowd import Crowd
from talent_rules.batch.engine import Decided, ExactRows, unmeasured, untold
from talent_rules.batch.people import contradictions
from talent_rules.batch.summary import OUTCOMES, Tally
from talent_rules.batch.tallying import Counted, tally_of
from talent_rules.derive import known_state
from talent_rules.engines.columns import Batch, plan_of
from talent_rules.engines.deriving import Derived, derive
from talent_rules.engines.folding import Indices
from talent_rules.engines.known import Flags, Known, Numbers
from talent_rules.engines.partitions import NO_END, row_of
from talent_rules.engines.plan import History, Judged, Plan, history_of
from talent_rules.engines.totals import Totals
from talent_rules.model import Outcome
from talent_rules.money import unit_of
from talent_rules.rulebase import RuleBase

_OPEN = np.array([o.open for o in OUTCOMES], dtype=np.bool_)
_HOPED = np.array([o in (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW) for o in OUTCOMES], dtype=np.bool_)
#: A second opinion on what was decided, but for the rows flagged; raises EngineTrouble where it differs
Check = Callable[[RuleBase, Batch, date, Sequence[Judged], Flags], None]
#: What a plan learns of new people takes memory, about 1 kB a state, and little time to learn again
MOST_STATES = 500_000


@dataclass(slots=True)
class Judgement:
    """A crowd decided: benefits in order, the totals of what is certain and of what may be recognised, the code of
    each axis, what was received before, whose sums nobody can tell, and the rows decided one by one. `untold` as
    `engine.untold` says it of each row."""

    benefits: Sequence[Judged]
    totals: Totals
    hoped: Totals
    wide: Sequence[Indices]
    history: History
    unclear: Sequence[Flags]
    untold: tuple[Flags, Flags]
    single: dict[int, Decided] = field(default_factory=dict)


class Bulk:
    """The columns engine for one rule base and day."""

    def __init__(self, base: RuleBase, as_of: date, check: Check | None = None) -> None:
        self.base, self.as_of, self._check = base, as_of, check
        self.plan: Plan = plan_of(base)
        self._exact = ExactRows()

    @property
    def full(self) -> bool:
        """Whether it has learned so much that it is better begun anew."""
        return self.plan.states > MOST_STATES

    def judge(self, crowd: Crowd, sheet: str) -> tuple[Judgement, Tally]:
        """Everybody in it; rows whose facts contradict each other get a problem more."""
        batch = crowd.batch()
        derived = self._derived(batch)
        plan, rows = self.plan, batch.rows
        history = history_of(derived.known.get("received"), derived.known.get("family_received"), batch.paid, rows)
        result = plan.decide(derived, history, rows)
        if result.impossible is not None:
            derived.contradicted["?"] = result.impossible
        unclear = [self._unclear(n, j) for n, j in enumerate(result.benefits)]
        hoped = self._totals(result.benefits, unclear, history, rows, hoped=True)
        bounded = self._totals(result.benefits, unclear, history, rows, hoped=False)
        contradicted = _any(derived, rows)
        if self._check is not None:
            self._check(self.base, batch, self.as_of, result.benefits, batch.awkward | contradicted)
        self._contradicting(crowd, contradicted, sheet)
        untold = self._untold(result.benefits, unclear, rows)
        found = Judgement(result.benefits, result.totals, hoped, result.codes, history, unclear, untold)
        awkward = batch.awkward | result.totals.awkward | hoped.awkward | bounded.awkward
        for place in np.flatnonzero(awkward).tolist():
            one = self._overwrite(place, crowd, found)
            bounded.possible[place] = one.bounded
        counted = Counted(found.benefits, found.totals, hoped, bounded.possible, unclear, untold, self.as_of)
        return found, tally_of(self.base, crowd, counted)

    def _derived(self, batch: Batch) -> Derived:
        known: dict[str, Known] = dict(batch.known)
        day = np.full(batch.rows, self.as_of.toordinal(), dtype=np.int64)
        given = known.get("application_date")
        whole = np.ones(batch.rows, dtype=np.bool_)
        if isinstance(given, Numbers):
            lo, hi = np.where(given.given, given.lo, day), np.where(given.given, given.hi, day)
            known["application_date"] = Numbers(lo, hi, whole)
        else:
            known["application_date"] = Numbers(day, day, whole)
        return derive(self.base.vocabulary, self.plan.lists, known, self.plan.encoder.anchors, batch.rows)

    def _totals(
        self, benefits: Sequence[Judged], unclear: Sequence[Flags], history: History, rows: int, *, hoped: bool
    ) -> Totals:
        """The totals of what is granted or only waits for recognition, as far as its sum can be told (`hoped`); or
        of all that nothing rules out and that has an upper end."""
        paid = {}
        for number in self.plan.purse.codes:
            judged = benefits[number]
            counts = judged.priced & (_HOPED if hoped else _OPEN)[judged.outcome] & ~unclear[number]
            if not hoped:
                counts[counts] = judged.money_of(np.flatnonzero(counts))[:, 1] != NO_END
            paid[number] = self.plan.staked_rows(number, judged, history, np.flatnonzero(counts))
        return self.plan.purse.totals(paid, rows)

    def _unclear(self, number: int, judged: Judged) -> Flags:
        """Whether the sum hangs on a number nobody gave, as `engine.unmeasured`."""
        numbers = set(self.base.circuits[number].numbers)
        if not numbers:
            return np.zeros(len(judged.outcome), dtype=np.bool_)
        table = np.array([bool(numbers & set(text)) for text in judged.verdicts.texts], dtype=np.bool_)
        found: Flags = table[judged.missing]
        return found

    def _contradicting(self, crowd: Crowd, contradicted: Flags, sheet: str) -> None:
        """Rows whose facts contradict each other get the sentence that says so."""
        for place in np.flatnonzero(contradicted).tolist():
            problems = known_state(self.base, crowd.facts(place), self.as_of).problems
            more = contradictions(problems, sheet, int(crowd.rows[place]))
            if more:
                crowd.problems[place] = (*crowd.problems.get(place, ()), *more)

    def _untold(self, benefits: Sequence[Judged], unclear: Sequence[Flags], rows: int) -> tuple[Flags, Flags]:
        """As `engine.untold`."""
        found = {unit: np.zeros(rows, dtype=np.bool_) for unit in ("CNY", "CNY/year")}
        for number in self.plan.purse.codes:
            judged = benefits[number]
            flags = found.get(unit_of(self.base.benefits[number].amount))
            if flags is not None and bool(unclear[number].any()):
                flags |= unclear[number] & judged.priced & _HOPED[judged.outcome]
        return found["CNY"], found["CNY/year"]

    def _overwrite(self, place: int, crowd: Crowd, found: Judgement) -> Decided:
        """The exact decision in the place of a row that arrays cannot hold."""
        one = found.single[place] = self._exact.decide_rows(self.base, [crowd.facts(place)], self.as_of)[0]
        decision, hoped, _ = one
        for flags, told in zip(found.untold, untold(self.base, decision.verdicts), strict=True):
            flags[place] = told
        for number, verdict in enumerate(decision.verdicts):
            each = found.benefits[number]
            each.outcome[place] = OUTCOMES.index(verdict.outcome)
            each.priced[place], each.money[place] = verdict.amount is not None, row_of(verdict.amount)
            each.missing[place] = each.verdicts.text(verdict.missing)
            found.unclear[number][place] = unmeasured(self.base, number, verdict)
        for totals, total in ((found.totals, decision.total), (found.hoped, hoped)):
            totals.guaranteed[place] = total.guaranteed
            totals.possible[place] = -1 if total.possible is None else total.possible
            totals.yearly_lo[place] = total.yearly.lo
            totals.yearly_hi[place] = -1 if total.yearly.hi is None else total.yearly.hi
        return one


def _any(derived: Derived, rows: int) -> Flags:
    """The rows in which some fact contradicts another."""
    found = np.zeros(rows, dtype=np.bool_)
    for flags in derived.contradicted.values():
        found |= flags
    return found
