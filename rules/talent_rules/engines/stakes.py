"""What each benefit of a block puts up for payment: by part, by part and history, or row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import RLock

import numpy as np

from talent_rules.combine import claim_of
from talent_rules.engines.folding import Indices
from talent_rules.engines.judged import ByPart, ByRow, Judged, Small
from talent_rules.engines.known import NO_HI, Coded, Flags, Ints, Known
from talent_rules.engines.partitions import NO_END, OPEN, OUTCOMES, Verdicts
from talent_rules.model import Facts, Grade, Money, Outcome, Range, Value, Verdict
from talent_rules.rulebase import Benefit, Relation

ELIGIBLE = OUTCOMES.index(Outcome.ELIGIBLE)
#: Stands for no upper bound in sums: more than any sum of ends as large as ROOMY, and still small enough to add up.
FREE = 1 << 56
ROOMY = 1 << 48


@dataclass(frozen=True, slots=True)
class Stake:
    """A claim as both ends see it; None figures vary from row to row."""

    sure: bool
    lo: int | None = None
    hi: int | None = None
    verified_lo: int | None = None


class StakeCodes:
    """Claims of one benefit by code: 0 is no claim, 1 and 2 one whose figures vary (unsure, sure)."""

    def __init__(self) -> None:
        self.stakes: list[Stake | None] = [None, Stake(False), Stake(True)]
        self._codes: dict[Stake, int] = {}
        self._lock = RLock()
        self.capacity = 8

    def code(self, sure: bool, lo: int, hi: int, verified_lo: int) -> int:
        """The code of a claim; `hi` NO_HI for no upper bound."""
        stake = Stake(sure, lo, hi, verified_lo)
        with self._lock:
            found = self._codes.get(stake)
            if found is None:
                found = self._codes[stake] = len(self.stakes)
                self.stakes.append(stake)
                while found >= self.capacity:
                    self.capacity *= 2
            return found

    def of(self, verdict: Verdict, relations: Sequence[Relation], facts: Facts) -> int:
        """The code of a verdict for a person with this history."""
        if verdict.amount is None or not verdict.outcome.open:
            return 0
        high = claim_of(verdict, facts, relations, verified=False)
        low = claim_of(verdict, facts, relations, verified=True)
        hi = NO_HI if high.amount.hi is None else high.amount.hi
        return self.code(high.sure, high.amount.lo, hi, low.amount.lo)


@dataclass(frozen=True, slots=True)
class Table:
    """Claims by some number: the code of each; whether it is one, and sure; what it adds to the low
    end (verified, if sure) and to the high end (FREE for no upper bound)."""

    codes: Indices
    claimed: Flags
    sure: Flags
    ends: Ints

    @property
    def roomy(self) -> bool:
        """Whether sums of such ends stay far below FREE."""
        return int(np.where(self.ends == FREE, 0, self.ends).max(initial=0)) < ROOMY


def table_of(codes: Sequence[int], stakes: Sequence[Stake | None]) -> Table:
    """The claims of these codes."""
    found = [stakes[code] for code in codes]
    ends = [(0, 0) if s is None else ((s.verified_lo or 0) if s.sure else 0, _free(s.hi or 0)) for s in found]
    return Table(
        np.array(codes, dtype=np.intp),
        np.array([s is not None for s in found], dtype=np.bool_),
        np.array([s is not None and s.sure for s in found], dtype=np.bool_),
        np.array(ends, dtype=np.int64).reshape(-1, 2),
    )


def _free(hi: int) -> int:
    return FREE if hi >= NO_HI else hi


@dataclass(frozen=True, slots=True)
class Tabled:
    """One benefit of a block whose claim is looked up by a number per row."""

    places: Small
    table: Table


@dataclass(frozen=True, slots=True)
class Figured:
    """One benefit of a block whose claims have figures of their own: the rows with one, whether each is
    sure, and lo, hi (NO_HI) and verified lo."""

    rows: Indices
    sure: Flags
    figures: Ints


Staked = Tabled | Figured


def figured(judged: Judged, rows: Indices | None = None) -> Figured:
    """The claims of a benefit row by row; only those of `rows`, if these are given."""
    if rows is not None:
        figures, sure = judged.money_of(rows), np.take(judged.outcome, rows) == ELIGIBLE
    elif isinstance(judged, ByRow):
        rows, figures = judged.rows, judged.figures
        priced = np.flatnonzero(figures[:, 0] > NO_END)
        if len(priced) < len(rows):
            rows, figures = np.take(rows, priced), np.take(figures, priced, axis=0)
        sure = np.take(judged.verdicts.outcome, np.take(judged.parts, rows)) == ELIGIBLE
    else:
        rows = np.flatnonzero(judged.priced & OPEN[judged.outcome])
        figures, sure = judged.money_of(rows), np.take(judged.outcome, rows) == ELIGIBLE
    lo, hi, verified = figures[:, 0], figures[:, 1], figures[:, 2]
    ends = np.stack([lo, np.where(hi == NO_END, NO_HI, hi), np.minimum(verified, lo)], axis=1)
    return Figured(rows, sure, ends)


def without(staked: Staked, rows: Flags) -> Staked:
    """Without the claims of some rows."""
    if isinstance(staked, Figured):
        kept = np.flatnonzero(~rows[staked.rows])
        return Figured(np.take(staked.rows, kept), staked.sure[kept], np.take(staked.figures, kept, axis=0))
    table, last = staked.table, len(staked.table.codes)
    nothing = table_of([0], [None])
    longer = Table(
        np.concatenate([table.codes, nothing.codes]),
        np.concatenate([table.claimed, nothing.claimed]),
        np.concatenate([table.sure, nothing.sure]),
        np.concatenate([table.ends, nothing.ends]),
    )
    return Tabled(np.where(rows, last, staked.places), longer)


def bounded(staked: Staked) -> Staked:
    """Without the claims that have no upper bound."""
    if isinstance(staked, Figured):
        kept = np.flatnonzero(staked.figures[:, 1] < NO_HI)
        if len(kept) == len(staked.rows):
            return staked
        return Figured(np.take(staked.rows, kept), staked.sure[kept], np.take(staked.figures, kept, axis=0))
    table, free = staked.table, staked.table.ends[:, 1] == FREE
    if not bool(free.any()):
        return staked
    kept_table = Table(
        np.where(free, 0, table.codes),
        table.claimed & ~free,
        table.sure & ~free,
        np.where(free[:, None], 0, table.ends),
    )
    return Tabled(staked.places, kept_table)


class PartStakes:
    """The claim of each part of a benefit nobody's history touches; grows with the partition."""

    def __init__(self, verdicts: Verdicts, codes: StakeCodes) -> None:
        self.verdicts, self._codes = verdicts, codes
        self._lock = RLock()
        self._kept: list[int] = []
        self._table = table_of((), codes.stakes)

    def upto(self, parts: int) -> Table:
        """The claims of at least so many parts."""
        with self._lock:
            if len(self._kept) < parts:
                verdicts = self.verdicts
                for part in range(len(self._kept), parts):
                    lo, hi, verified, _ = verdicts.money[part].tolist()
                    outcome, code = int(verdicts.outcome[part]), 0
                    if lo > NO_END and OPEN[outcome]:
                        end = NO_HI if hi == NO_END else hi
                        code = self._codes.code(outcome == ELIGIBLE, lo, end, min(verified, lo))
                    self._kept.append(code)
                self._table = table_of(self._kept, self._codes.stakes)
            return self._table


# ── what was received before ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class History:
    """What each row received before: a code per row, and what each code stands for."""

    codes: Indices
    facts: tuple[Facts, ...]

    def tabled(self, judged: ByPart, relations: Sequence[Relation], codes: StakeCodes) -> Tabled:
        """The claims of a benefit judged by its part, after history."""
        keys = judged.parts.astype(np.intp) * len(self.facts) + self.codes
        distinct, back = np.unique(keys, return_inverse=True)
        partition = judged.verdicts.partition
        benefit = partition.base.benefits[partition.number]
        found = []
        for key in distinct.tolist():
            part, code = divmod(key, len(self.facts))
            found.append(codes.of(_verdict(benefit, *partition.stake(part)), relations, self.facts[code]))
        return Tabled(back.reshape(-1), table_of(found, codes.stakes))

    def applied(self, benefit: Benefit, claims: Figured, relations: Sequence[Relation]) -> Figured:
        """The claims after history: what it takes away, refuses, or makes doubtful."""
        figures, sure = claims.figures.copy(), claims.sure.copy()
        for place, row in enumerate(claims.rows.tolist()):
            lo, hi, verified = figures[place].tolist()
            money = Money(Range(lo, None if hi >= NO_HI else hi), Range(verified, None), Grade.D)
            outcome = Outcome.ELIGIBLE if sure[place] else Outcome.NEEDS_INFO
            verdict = _verdict(benefit, outcome, money)
            high = claim_of(verdict, self.facts[int(self.codes[row])], relations, verified=False)
            low = claim_of(verdict, self.facts[int(self.codes[row])], relations, verified=True)
            hi = NO_HI if high.amount.hi is None else high.amount.hi
            figures[place], sure[place] = [high.amount.lo, hi, low.amount.lo], high.sure
        return Figured(claims.rows, sure, figures)


def _verdict(benefit: Benefit, outcome: Outcome, money: Money | None) -> Verdict:
    return Verdict(benefit.id, benefit.name, outcome, money, (), (), (), ())


def history_of(received: Known | None, family: Known | None, paid: Sequence[Mapping[str, int]], rows: int) -> History:
    """The history of a block from its two columns; `paid` has the amounts per code of the first."""
    left = received if isinstance(received, Coded) else Coded(np.zeros(rows, dtype=np.uint16), (None,))
    right = family if isinstance(family, Coded) else Coded(np.zeros(rows, dtype=np.uint16), (None,))
    facts = []
    for index, had in enumerate(left.values):
        for other in right.values:
            values: dict[str, Value] = {}
            if had is not None:
                values["received"] = had
            if other is not None:
                values["family_received"] = other
            facts.append(Facts(values, paid[index] if paid else {}))
    codes = left.codes.astype(np.intp) * len(right.values) + right.codes
    return History(codes, tuple(facts))
