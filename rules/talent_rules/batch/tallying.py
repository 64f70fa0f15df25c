"""Counting a crowd by columns: the same numbers as `Tally.add` person by person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from talent_rules.batch.crowd import Crowd
from talent_rules.batch.summary import (
    GROUPED,
    OUTCOMES,
    UNKNOWN,
    WHOLE,
    BenefitTally,
    GroupTally,
    MissingTally,
    Money,
    Tally,
    paid_in_yuan,
)
from talent_rules.engines.known import Flags, Ints
from talent_rules.engines.partitions import NO_END
from talent_rules.engines.plan import Judged
from talent_rules.engines.totals import Totals
from talent_rules.model import OneOf, Outcome
from talent_rules.plausible import far_fetched
from talent_rules.rulebase import RuleBase

_ELIGIBLE, _REVIEW = OUTCOMES.index(Outcome.ELIGIBLE), OUTCOMES.index(Outcome.NEEDS_REVIEW)
_OPEN = np.array([o.open for o in OUTCOMES], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of a decided crowd; `bounded` is the most that nothing rules out and that has an upper end,
    `unclear` sums hang on a number nobody gave, `untold` as `engine.untold` says it, of people who apply on the
    day `as_of`."""

    benefits: Sequence[Judged]
    totals: Totals
    hoped: Totals
    bounded: Ints
    unclear: Sequence[Flags]
    untold: tuple[Flags, Flags]
    as_of: date

    @property
    def likely(self) -> Ints:
        """The most that recognition brings; −1 where nobody can tell."""
        return np.where(self.untold[0], -1, self.hoped.possible)

    @property
    def least(self) -> Ints:
        """What of it is told at least."""
        return np.where(self.hoped.possible < 0, self.hoped.guaranteed, self.hoped.possible)


def tally_of(base: RuleBase, crowd: Crowd, found: Counted) -> Tally:
    """The tally of a crowd."""
    tally = Tally()
    tally.add_quality(len(crowd), crowd.problems.values())
    sure, hoped = found.totals.guaranteed, found.hoped
    tally.guaranteed = int(sure.sum())
    vague = np.zeros(len(crowd), dtype=np.bool_)
    for judged, unclear in zip(found.benefits, found.unclear, strict=True):
        vague |= unclear & _OPEN[judged.outcome]
    least = np.maximum(found.least, found.bounded)
    tally.possible = _money(sure, np.where(vague, -1, found.totals.possible), least)
    tally.likely = _money(hoped.guaranteed, found.likely, found.least)
    least = np.where(hoped.yearly_hi < 0, hoped.yearly_lo, hoped.yearly_hi)
    tally.yearly = _money(hoped.yearly_lo, np.where(found.untold[1], -1, hoped.yearly_hi), least)
    for benefit, judged, unclear in zip(base.benefits, found.benefits, found.unclear, strict=True):
        tally.benefits[benefit.id] = _benefit(judged, unclear)
    for name in GROUPED:
        if name in base.vocabulary.fields:
            tally.groups[name] = _groups(base, name, crowd, found)
    tally.missing, tally.hopeful = _missing(base, found, len(crowd))
    return tally


def _money(lo: Ints, hi: Ints, least: Ints | None = None) -> Money:
    """The sum over some rows; −1 is no upper bound, which counts as `least`, or the lower one."""
    free = hi < 0
    return Money(int(lo.sum()), int(np.where(free, lo if least is None else least, hi).sum()), int(free.sum()))


def _benefit(judged: Judged, unclear: Flags) -> BenefitTally:
    counts = np.bincount(judged.outcome, minlength=len(OUTCOMES)).tolist()
    each = []
    for outcome in (_ELIGIBLE, _REVIEW):
        rows = np.flatnonzero(judged.priced & (judged.outcome == outcome))
        lo, hi = judged.money_of(rows)[:, :2].T
        each.append(_money(lo, np.where(np.take(unclear, rows) | (hi == NO_END), -1, hi)))
    return BenefitTally(counts, each[0], each[1])


def _groups(base: RuleBase, name: str, crowd: Crowd, found: Counted) -> dict[str, GroupTally]:
    entry = base.vocabulary.fields[name]
    values, codes = crowd.labels(name)
    granted, likely = np.zeros(len(crowd), dtype=np.bool_), np.zeros(len(crowd), dtype=np.bool_)
    for judged in found.benefits:
        granted |= judged.priced & (judged.outcome == _ELIGIBLE)
        likely |= judged.priced & (judged.outcome == _REVIEW)
    likely |= granted
    places: dict[str, list[int]] = {}
    for code, value in enumerate(values):
        label = entry.show(value) if isinstance(value, (str, OneOf)) else UNKNOWN
        places.setdefault(label, []).append(code)
    groups = {}
    for label, members in places.items():
        rows = np.isin(codes, members)
        if not bool(rows.any()):
            continue
        groups[label] = GroupTally(
            int(rows.sum()),
            int(granted[rows].sum()),
            int(likely[rows].sum()),
            int(found.totals.guaranteed[rows].sum()),
            _money(found.hoped.guaranteed[rows], found.likely[rows], found.least[rows]),
        )
    return groups


@dataclass(slots=True)
class _Lack:
    """Of one fact, row by row what `MissingTally` counts."""

    lacking: Flags
    paid: Flags
    untold: Flags
    least: Ints
    tally: MissingTally


def _missing(base: RuleBase, found: Counted, rows: int) -> tuple[dict[str, MissingTally], int]:
    """What is counted of each missing fact, and how many people money hangs on any of them for."""
    lacks: dict[str, _Lack] = {}
    hopeful = np.zeros(rows, dtype=np.bool_)
    decided = zip(base.benefits, found.benefits, found.unclear, strict=True)
    for number, (benefit, judged, unclear) in enumerate(decided):
        if not benefit.to_person:
            continue
        waiting = np.flatnonzero((judged.missing > 0) & _OPEN[judged.outcome])
        if not waiting.size:
            continue
        which = judged.missing[waiting]
        texts = judged.verdicts.texts
        present = np.unique(which).tolist()
        parts = np.zeros(len(texts), dtype=np.int64)
        parts[present] = [WHOLE // len(texts[code]) for code in present]
        likely = np.zeros(len(texts), dtype=np.bool_)
        likely[present] = [not far_fetched(base, found.as_of, number, texts[code]) for code in present]
        paid = likely[which] & judged.priced[waiting] & paid_in_yuan(base, number)
        hopeful[waiting[paid]] = True
        lo, hi = judged.money_of(waiting)[:, :2].T
        free = unclear[waiting]
        untold, least = free | (hi != lo), np.where(free, 0, lo)
        for name in dict.fromkeys(n for code in present for n in texts[code]):
            named = np.zeros(len(texts), dtype=np.bool_)
            named[[code for code in present if name in texts[code]]] = True
            chosen = named[which]
            lack = lacks.get(name)
            if lack is None:
                none = np.zeros(rows, dtype=np.bool_)
                lack = lacks[name] = _Lack(
                    none, none.copy(), none.copy(), np.zeros(rows, dtype=np.int64), MissingTally()
                )
            lack.lacking[waiting[chosen]] = True
            counts = parts[which[chosen]]
            lack.tally.benefits[benefit.id] = len(counts)
            lack.tally.settles[benefit.id] = int(counts.sum())
            lack.tally.alone += int((counts == WHOLE).sum())
            some = int(parts[which[chosen & likely[which]]].sum())
            if some:
                lack.tally.likely[benefit.id] = some
            chosen &= paid
            people = waiting[chosen]
            lack.paid[people] = True
            lack.untold[people] |= untold[chosen]
            lack.least[people] = np.maximum(lack.least[people], least[chosen])
    for lack in lacks.values():
        tally = lack.tally
        tally.people, tally.paid = int(lack.lacking.sum()), int(lack.paid.sum())
        tally.least, tally.untold = int(lack.least.sum()), int(lack.untold.sum())
    return {name: lack.tally for name, lack in lacks.items()}, int(hopeful.sum())
