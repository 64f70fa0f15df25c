"""Deciding a crowd by columns: outcomes, money and totals as vectors, words once for each different answer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from talent_rules.batch.chunks import Answers, Codes, Ints, packed, wording_of
from talent_rules.batch.crowd import Crowd
from talent_rules.batch.engine import ExactRows, unmeasured
from talent_rules.batch.people import contradictions
from talent_rules.batch.reasons import Reasons
from talent_rules.batch.summary import OUTCOMES, Tally
from talent_rules.batch.tallying import Counted, tally_of
from talent_rules.batch.vectors import distinct
from talent_rules.combine import combine, components, edges_of
from talent_rules.derive import known_state
from talent_rules.engines.columns import Batch, plan_of
from talent_rules.engines.deriving import Derived, derive
from talent_rules.engines.known import Flags, Known, Numbers
from talent_rules.engines.partitions import NO_END, row_of
from talent_rules.engines.plan import History, Judged, Plan, history_of
from talent_rules.engines.totals import Totals
from talent_rules.model import Facts, Money, Outcome, Range, Verdict
from talent_rules.money import unit_of
from talent_rules.rulebase import RuleBase

_ELIGIBLE, _REVIEW = OUTCOMES.index(Outcome.ELIGIBLE), OUTCOMES.index(Outcome.NEEDS_REVIEW)
_MEMO_LIMIT = 200_000
Wide = Sequence[npt.NDArray[np.intp]]
#: A second opinion on what was decided, but for the rows flagged; raises EngineTrouble where it differs
Check = Callable[[RuleBase, Batch, date, Sequence[Judged], Flags], None]


@dataclass(slots=True)
class _Decided:
    """A crowd decided: benefits in order, the code of each axis, what was received before."""

    benefits: list[Judged]
    totals: Totals
    hoped: Totals
    wide: Wide
    history: History
    odd: Flags


class Bulk:
    """The columns engine for one rule base and day; remembers what it has said."""

    def __init__(self, base: RuleBase, as_of: date, check: Check | None = None) -> None:
        self.base, self.as_of, self._check = base, as_of, check
        self.plan: Plan = plan_of(base)
        self._exact = ExactRows()
        self._reasons = Reasons(base, as_of, self.plan.encoder.axes)
        self._said: list[dict[tuple[int, ...], str]] = [{} for _ in base.benefits]
        self._given_up: dict[tuple[object, ...], dict[str, str]] = {}
        persons = {b.id: n for n, b in enumerate(base.benefits) if b.to_person and unit_of(b.amount) == "CNY"}
        certain = [e for e in edges_of(base.relations, set(persons)) if e.kind != "待定"]
        self._rivals = [[persons[i] for i in ids] for ids, own in components(persons, certain) if own]
        self._places = {b.id: n for n, b in enumerate(base.benefits)}

    def decide(self, crowd: Crowd, sheet: str) -> tuple[Answers, Tally]:
        """Everybody in it."""
        batch = crowd.batch(self.base)
        derived = self._derived(batch)
        found = self._decided(batch, derived)
        contradicted = _any(derived, len(crowd))
        if self._check is not None:
            self._check(self.base, batch, self.as_of, found.benefits, batch.awkward | contradicted)
        self._contradicting(crowd, contradicted, sheet)
        unclear = [self._unclear(n, j) for n, j in enumerate(found.benefits)]
        dropped = self._dropped(found)
        codes, judged = [], []
        for number, each in enumerate(found.benefits):
            code, texts = self._answers(number, each, found, dropped.get(number))
            codes.append(code)
            judged.append(texts)
        for place in np.flatnonzero(found.odd).tolist():
            self._overwrite(place, crowd, found, unclear, codes, judged)
        answers = Answers(
            np.array(crowd.rows, dtype=np.int64),
            crowd.status(),
            found.totals.guaranteed,
            found.hoped.possible,
            found.totals.possible,
            found.hoped.yearly_lo,
            found.hoped.yearly_hi,
            crowd.problems,
            crowd.born,
            codes,
            judged,
        )
        return answers, tally_of(self.base, crowd, Counted(found.benefits, found.totals, found.hoped, unclear))

    # deciding ------------------------------------------------------------------------------

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

    def _decided(self, batch: Batch, derived: Derived) -> _Decided:
        plan, rows = self.plan, batch.rows
        history = history_of(derived.known.get("received"), derived.known.get("family_received"), batch.paid, rows)
        found = plan.decide(derived, history, rows)
        if found.impossible is not None:
            derived.contradicted["?"] = found.impossible
        hoped = self._hoped(found.benefits, history, rows)
        odd = batch.awkward | found.totals.awkward | hoped.awkward
        return _Decided(list(found.benefits), found.totals, hoped, found.codes, history, odd)

    def _hoped(self, benefits: Sequence[Judged], history: History, rows: int) -> Totals:
        """The totals of what is granted or only waits for recognition, as far as its sum can be told."""
        paid = {}
        for number in self.plan.purse.codes:
            judged = benefits[number]
            counts = judged.priced & ((judged.outcome == _ELIGIBLE) | (judged.outcome == _REVIEW))
            counts &= ~self._unclear(number, judged)
            only = Judged(judged.outcome, counts, judged.money, judged.missing, judged.verdicts)
            relations = self.plan.purse.relations(number)
            paid[number] = self.plan._varying(number, only, history if relations else None)
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
            more = contradictions(problems, sheet, crowd.rows[place])
            if more:
                crowd.problems[place] = (*crowd.problems.get(place, ()), *more)

    # what is given up ----------------------------------------------------------------------

    def _dropped(self, found: _Decided) -> dict[int, Ints]:
        """For benefits given up for another: 1 + the number of the other, 0 where not given up."""
        given_up: dict[int, Ints] = {}
        for members in self._rivals:
            columns = [_settled(found.benefits[n]) for n in members]
            many = np.flatnonzero(np.sum([c > 0 for c in columns], axis=0) > 1)
            if not many.size:
                continue
            picked = [c[many] for c in columns]
            first, back = distinct([*picked, found.history.codes[many]])
            rows = many[first]
            for place, row in enumerate(rows.tolist()):
                for benefit, other in self._settle(members, found, row).items():
                    number = self._places[benefit]
                    column = given_up.setdefault(number, np.zeros(len(found.odd), dtype=np.int64))
                    column[many[back == place]] = 1 + self._places[other]
        return given_up

    def _settle(self, members: Sequence[int], found: _Decided, row: int) -> dict[str, str]:
        facts = found.history.facts[int(found.history.codes[row])]
        verdicts = [
            self._verdict(n, found.benefits[n], row)
            for n in members
            if found.benefits[n].priced[row] and found.benefits[n].outcome[row] in (_ELIGIBLE, _REVIEW)
        ]
        key = (tuple((v.benefit, v.outcome, v.amount) for v in verdicts), _history_key(facts))
        known = self._given_up.get(key)
        if known is None:
            total = combine(self.base, verdicts, facts)
            known = {d.benefit: d.favoured[0] for d in total.dropped if d.favoured}
            self._given_up[key] = known
        return known

    def _verdict(self, number: int, judged: Judged, row: int) -> Verdict:
        benefit = self.base.benefits[number]
        money = _money(self.base, number, *judged.money[row].tolist()) if judged.priced[row] else None
        missing = judged.verdicts.texts[int(judged.missing[row])]
        return Verdict(benefit.id, benefit.name, OUTCOMES[int(judged.outcome[row])], money, (), missing, (), ())

    # words ---------------------------------------------------------------------------------

    def _answers(self, number: int, judged: Judged, found: _Decided, dropped: Ints | None) -> tuple[Codes, list[str]]:
        """Which answer each row has on a benefit, and the answers in words."""
        columns: list[Any] = [judged.outcome.astype(np.int64), _amounts(judged), judged.missing.astype(np.int64)]
        if dropped is not None:
            columns.append(dropped)
        classes = self._reasons.classes(number, judged.outcome, found.wide)
        first, back = distinct([*columns, *classes])
        known = self._said[number]
        if len(known) >= _MEMO_LIMIT:
            known.clear()
        texts = []
        for row in first.tolist():
            lo, hi = judged.money[row, :2].tolist()
            other = 0 if dropped is None else int(dropped[row])
            key = (
                int(judged.outcome[row]),
                lo,
                hi,
                int(judged.missing[row]),
                other,
                *(int(c[row]) for c in classes),
            )
            text = known.get(key)
            if text is None:
                text = known[key] = self._words(number, judged, found, row, other)
            texts.append(text)
        return back.astype(np.int32), texts

    def _words(self, number: int, judged: Judged, found: _Decided, row: int, other: int) -> str:
        verdict = self._reasons.explain(number, self._verdict(number, judged, row), [int(c[row]) for c in found.wide])
        if other:
            verdict = replace(verdict, dropped_by=self.base.benefits[other - 1].id)
        return packed(verdict, wording_of(self.base))

    # one by one ----------------------------------------------------------------------------

    def _overwrite(
        self,
        place: int,
        crowd: Crowd,
        found: _Decided,
        unclear: Sequence[Flags],
        codes: list[Codes],
        judged: list[list[str]],
    ) -> None:
        """The exact decision in the place of a row that arrays cannot hold."""
        decision, hoped = self._exact.decide_rows(self.base, [crowd.facts(place)], self.as_of)[0]
        for number, verdict in enumerate(decision.verdicts):
            each = found.benefits[number]
            each.outcome[place] = OUTCOMES.index(verdict.outcome)
            each.priced[place], each.money[place] = verdict.amount is not None, row_of(verdict.amount)
            each.missing[place] = each.verdicts.text(verdict.missing)
            unclear[number][place] = unmeasured(self.base, number, verdict)
            judged[number].append(packed(verdict, wording_of(self.base)))
            codes[number][place] = len(judged[number]) - 1
        for totals, total in ((found.totals, decision.total), (found.hoped, hoped)):
            totals.guaranteed[place] = total.guaranteed
            totals.possible[place] = -1 if total.possible is None else total.possible
            totals.yearly_lo[place] = total.yearly.lo
            totals.yearly_hi[place] = -1 if total.yearly.hi is None else total.yearly.hi


def _any(derived: Derived, rows: int) -> Flags:
    """The rows in which some fact contradicts another."""
    found = np.zeros(rows, dtype=np.bool_)
    for flags in derived.contradicted.values():
        found |= flags
    return found


def _money(base: RuleBase, number: int, lo: int, hi: int, verified_lo: int, verified_hi: int) -> Money:
    benefit = base.benefits[number]
    reported = Range(lo, None if hi == NO_END else hi)
    verified = Range(verified_lo, None if verified_hi == NO_END else verified_hi)
    return Money(reported, verified, benefit.grade, unit_of(benefit.amount))


def _amounts(judged: Judged) -> Ints:
    """A number for each different amount, 0 for none."""
    found = np.zeros(len(judged.outcome), dtype=np.int64)
    if bool(judged.priced.any()):
        money = judged.money[judged.priced]
        lo, hi = money[:, 0] - money[:, 0].min(), money[:, 1]
        _, back = distinct([lo, np.where(hi == NO_END, 0, hi - hi[hi > NO_END].min(initial=0) + 1)])
        found[judged.priced] = back + 1
    return found


def _settled(judged: Judged) -> Ints:
    """The same where the benefit is granted or to be recognised, and 0 elsewhere; told apart by outcome."""
    sure = judged.outcome == _ELIGIBLE
    return np.where(sure | (judged.outcome == _REVIEW), 2 * _amounts(judged) + sure * (judged.priced), 0)


def _history_key(facts: Facts) -> Hashable:
    return (facts.get("received"), facts.get("family_received"), tuple(sorted(facts.paid.items())))
