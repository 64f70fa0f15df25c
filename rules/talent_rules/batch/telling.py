"""What a judged crowd is told, in words made once for each different answer."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from talent_rules.batch.answers import Codes, Ints, Whole, answers_table, packed, untold_marks, wording_of
from talent_rules.batch.bulk import Judgement
from talent_rules.batch.crowd import Crowd
from talent_rules.batch.reasons import Reasons, held
from talent_rules.batch.summary import OUTCOMES
from talent_rules.batch.vectors import distinct
from talent_rules.combine import combine, components, edges_of
from talent_rules.derive import known_state
from talent_rules.engines.columns import plan_of
from talent_rules.engines.partitions import NO_END
from talent_rules.engines.plan import Judged
from talent_rules.model import Facts, Money, Outcome, Range, Verdict
from talent_rules.money import unit_of
from talent_rules.rulebase import RuleBase

_ELIGIBLE, _REVIEW = OUTCOMES.index(Outcome.ELIGIBLE), OUTCOMES.index(Outcome.NEEDS_REVIEW)
_MEMO_LIMIT = 200_000


class Telling:
    """Words for the crowds of one rule base and day; remembers what it has said."""

    def __init__(self, base: RuleBase, as_of: date) -> None:
        self.base, self._as_of = base, as_of
        self._reasons = Reasons(base, as_of, plan_of(base).encoder.axes)
        self._said: list[dict[tuple[int, ...], str]] = [{} for _ in base.benefits]
        self._given_up: dict[tuple[object, ...], dict[str, str]] = {}
        persons = {b.id: n for n, b in enumerate(base.benefits) if b.to_person and unit_of(b.amount) == "CNY"}
        certain = [e for e in edges_of(base.relations, set(persons)) if e.kind != "待定"]
        self._rivals = [[persons[i] for i in ids] for ids, own in components(persons, certain) if own]
        self._places = {b.id: n for n, b in enumerate(base.benefits)}

    def table(self, crowd: Crowd, found: Judgement, labels: Sequence[Any]) -> Any:
        """The table of a chunk."""
        dropped = self._dropped(found)
        codes, answers = [], []
        for number, each in enumerate(found.benefits):
            code, texts = self._answers(number, each, found, dropped.get(number))
            codes.append(code)
            answers.append(texts)
        for place, one in found.single.items():
            masks = known_state(self.base, crowd.facts(place), self._as_of).masks
            for number, verdict in enumerate(one.decision.verdicts):
                answers[number].append(packed(verdict, wording_of(self.base), held(self.base, verdict, number, masks)))
                codes[number][place] = len(answers[number]) - 1
        hoped = found.hoped
        whole = Whole(
            crowd.rows,
            crowd.status(),
            found.totals.guaranteed,
            hoped.possible,
            hoped.yearly_lo,
            hoped.yearly_hi,
            untold_marks(*found.untold),
        )
        return answers_table(whole, crowd.problems, labels, codes, answers)

    # what is given up ----------------------------------------------------------------------

    def _dropped(self, found: Judgement) -> dict[int, Ints]:
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
                    column = given_up.setdefault(number, np.zeros(len(found.history.codes), dtype=np.int64))
                    column[many[back == place]] = 1 + self._places[other]
        return given_up

    def _settle(self, members: Sequence[int], found: Judgement, row: int) -> dict[str, str]:
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

    def _answers(self, number: int, judged: Judged, found: Judgement, dropped: Ints | None) -> tuple[Codes, list[str]]:
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

    def _words(self, number: int, judged: Judged, found: Judgement, row: int, other: int) -> str:
        codes = [int(c[row]) for c in found.wide]
        verdict = self._reasons.explain(number, self._verdict(number, judged, row), codes)
        if other:
            verdict = replace(verdict, dropped_by=self.base.benefits[other - 1].id)
        return packed(verdict, wording_of(self.base), self._reasons.held(number, verdict, codes))


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
