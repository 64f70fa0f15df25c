"""What each person gets over all benefits under the relations, for whole blocks.

A benefit nobody excludes simply adds up. For those that exclude each other a fold over their claims
finds the rows with the same claims, and `combine` settles each such set once; where the figures
themselves differ from row to row, `rivals` does it for all of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock

import numpy as np

from talent_rules.combine import Claim, Edge, claim_of, components, edges_of, greatest, least
from talent_rules.engines.folding import Fold, Indices
from talent_rules.engines.known import NO_HI, Flags, Ints
from talent_rules.engines.rivals import Claims, greatest_rows, least_rows
from talent_rules.model import Facts, Verdict
from talent_rules.money import unit_of
from talent_rules.rulebase import Benefit, Relation, RuleBase

_FREQUENT = 8
_HISTORY = ("不重复享受", "家庭一次", "扣减", "补差")
_SUM_LIMIT = 1 << 62


@dataclass(frozen=True, slots=True)
class Totals:
    """分 per row; −1 in `possible` and `yearly_hi` for no upper bound. `awkward` rows need `combine`."""

    guaranteed: Ints
    possible: Ints
    yearly_lo: Ints
    yearly_hi: Ints
    awkward: Flags


@dataclass(frozen=True, slots=True)
class Paid:
    """One benefit of a block: the claim code of each row, and the figures where codes say “varies”.

    `varies` rows have lo, hi (NO_HI) and verified lo in the columns of `figures`.
    """

    codes: Indices
    varies: Flags | None = None
    figures: Ints | None = None


@dataclass(frozen=True, slots=True)
class _Stake:
    """A claim as both ends see it; None figures vary from row to row."""

    sure: bool
    lo: int | None = None
    hi: int | None = None
    verified_lo: int | None = None


class ClaimCodes:
    """Claims of one benefit by code: 0 is no claim, 1 and 2 one whose figures vary (unsure, sure)."""

    def __init__(self) -> None:
        self.stakes: list[_Stake | None] = [None, _Stake(False), _Stake(True)]
        self._codes: dict[_Stake, int] = {}
        self._lock = RLock()
        self.capacity = 8

    def code(self, sure: bool, lo: int, hi: int, verified_lo: int) -> int:
        """The code of a claim; `hi` NO_HI for no upper bound."""
        stake = _Stake(sure, lo, hi, verified_lo)
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


class Purse:
    """The totals of a rule base."""

    def __init__(self, base: RuleBase) -> None:
        self.base = base
        self.mine = [n for n, b in enumerate(base.benefits) if b.to_person]
        self.codes = {n: ClaimCodes() for n in self.mine}
        units = {n: unit_of(base.benefits[n].amount) for n in self.mine}
        self._groups = [
            _Group(base, self.codes, members, unit == "CNY")
            for unit in sorted(set(units.values()))
            for members in _connected(base, [n for n in self.mine if units[n] == unit])
        ]
        self._caps = [r for r in base.relations if r.kind == "合计封顶" and r.limit is not None]

    def relations(self, number: int) -> tuple[Relation, ...]:
        """The relations by which what was received before counts against a benefit."""
        name = self.base.benefits[number].id
        return tuple(r for r in self.base.relations if r.kind in _HISTORY and name in r.members)

    def totals(self, paid: Mapping[int, Paid], rows: int) -> Totals:
        """Add up a block. `paid` has an entry for each benefit in `mine`."""
        lows = {True: np.zeros(rows, dtype=np.int64), False: np.zeros(rows, dtype=np.int64)}
        highs = {True: np.zeros(rows, dtype=np.int64), False: np.zeros(rows, dtype=np.int64)}
        free = {True: np.zeros(rows, dtype=np.bool_), False: np.zeros(rows, dtype=np.bool_)}
        most = 0
        for group in self._groups:
            low, high = group.ends(paid, rows)
            unbounded = high >= NO_HI
            high = np.where(unbounded, 0, high)
            most += max(int(low.max(initial=0)), int(high.max(initial=0)))
            lows[group.once] += low
            highs[group.once] += high
            free[group.once] |= unbounded
        awkward = np.full(rows, most >= _SUM_LIMIT)
        if self._caps:
            awkward |= self._capped(paid, rows)
        return Totals(
            lows[True],
            np.where(free[True], -1, highs[True]),
            lows[False],
            np.where(free[False], -1, highs[False]),
            awkward,
        )

    def _capped(self, paid: Mapping[int, Paid], rows: int) -> Flags:
        """The rows in which a 合计封顶 may bind: two of its members are claimed, or one above it."""
        found: Flags = np.zeros(rows, dtype=np.bool_)
        for relation in self._caps:
            inside, free = np.zeros(rows, dtype=np.float64), np.zeros(rows, dtype=np.bool_)
            for number in self.mine:
                if self.base.benefits[number].id not in relation.members:
                    continue
                hi = self._highs(number, paid[number])
                free |= hi >= NO_HI
                inside += np.where(hi >= NO_HI, 0, hi)
            found |= free | (inside > float(relation.limit or 0) * (1 - 1e-9))
        return found

    def _highs(self, number: int, paid: Paid) -> Ints:
        stakes = self.codes[number].stakes
        table = np.array([0 if s is None or s.hi is None else s.hi for s in stakes], dtype=np.int64)
        found: Ints = np.take(table, paid.codes)
        if paid.varies is not None and paid.figures is not None:
            found[paid.varies] = paid.figures[:, 1]
        return found


def _connected(base: RuleBase, numbers: Sequence[int]) -> list[list[int]]:
    places = {base.benefits[n].id: n for n in numbers}
    edges = edges_of(base.relations, set(places))
    return [[places[i] for i in ids] for ids, _ in components(places, edges)]


class _Group:
    """Benefits that some relation ties together, directly or through others."""

    def __init__(self, base: RuleBase, codes: Mapping[int, ClaimCodes], members: Sequence[int], once: bool) -> None:
        self.members, self.once = tuple(members), once
        self.benefits: list[Benefit] = [base.benefits[n] for n in members]
        self.codes = [codes[n] for n in members]
        self.relations = base.relations
        self._lock = RLock()
        self._rebuild()

    def _rebuild(self) -> None:
        self.fold: Fold[tuple[_Stake | None, ...]] = Fold([c.capacity for c in self.codes], (), self._step)
        self.ended: list[tuple[int, int]] = []

    def _step(
        self, level: int, stakes: tuple[_Stake | None, ...], code: int
    ) -> tuple[Hashable, tuple[_Stake | None, ...]]:
        following = (*stakes, self.codes[level].stakes[code])
        return following, following

    def ends(self, paid: Mapping[int, Paid], rows: int) -> tuple[Ints, Ints]:
        """The least and the most of the group per row; NO_HI for no upper bound."""
        with self._lock:
            if any(w != c.capacity for w, c in zip(self.fold.widths, self.codes, strict=True)):
                self._rebuild()
            fold, ended = self.fold, self.ended
        last = fold.run([paid[n].codes for n in self.members], rows)
        with self._lock:
            for stakes in fold.ends[len(ended) : int(last.max(initial=-1)) + 1]:
                ended.append((-1, -1) if _varies(stakes) else self._settled(stakes))
            table = np.array(ended, dtype=np.int64).reshape(-1, 2)
        low, high = np.take(table[:, 0], last), np.take(table[:, 1], last)
        open_rows = np.flatnonzero(low < 0)
        if open_rows.size:
            self._vary(paid, fold, last, open_rows, low, high)
        return low, high

    def _settled(self, stakes: Sequence[_Stake | None]) -> tuple[int, int]:
        floor, ceiling = [], []
        for benefit, stake in zip(self.benefits, stakes, strict=True):
            if stake is not None:
                floor.append(_claim(benefit.id, stake, verified=True))
                ceiling.append(_claim(benefit.id, stake, verified=False))
        edges = edges_of(self.relations, {c.id for c in floor})
        low = sum(
            least([c for c in floor if c.id in ids], own) for ids, own in components([c.id for c in floor], edges)
        )
        high = 0
        for ids, own in components([c.id for c in ceiling], _certain(edges)):
            most = greatest([c for c in ceiling if c.id in ids], own)
            if most is None:
                return low, NO_HI
            high += most
        return low, high

    def _vary(
        self,
        paid: Mapping[int, Paid],
        fold: Fold[tuple[_Stake | None, ...]],
        last: Indices,
        open_rows: Indices,
        low: Ints,
        high: Ints,
    ) -> None:
        order = open_rows[np.argsort(last[open_rows], kind="stable")]
        starts = np.flatnonzero(np.diff(last[order], prepend=-1))
        places = {n: _places(paid[n]) for n in self.members}
        for start, stop in zip(starts, [*starts[1:], len(order)], strict=True):
            rows = order[start:stop]
            floor, ceiling = [], []
            for number, benefit, stake in zip(self.members, self.benefits, fold.ends[int(last[rows[0]])], strict=True):
                if stake is None:
                    continue
                lo, hi, verified = _figures(stake, paid[number], places[number], rows)
                floor.append(Claims(benefit.id, verified, hi, stake.sure))
                ceiling.append(Claims(benefit.id, lo, hi, stake.sure))
            edges = edges_of(self.relations, {c.id for c in floor})
            low[rows] = least_rows(floor, edges, len(rows))
            high[rows] = greatest_rows(ceiling, _certain(edges), len(rows))


def _varies(stakes: Sequence[_Stake | None]) -> bool:
    return any(s is not None and s.lo is None for s in stakes)


def _certain(edges: Sequence[Edge]) -> list[Edge]:
    return [e for e in edges if e.kind != "待定"]


def _claim(name: str, stake: _Stake, *, verified: bool) -> Claim:
    from talent_rules.model import Range

    lo = stake.verified_lo if verified else stake.lo
    assert lo is not None and stake.hi is not None
    return Claim(name, Range(lo, None if stake.hi >= NO_HI else stake.hi), stake.sure)


def _places(paid: Paid) -> Indices:
    """Row → place in `figures`."""
    return np.cumsum(paid.varies) - 1 if paid.varies is not None else np.zeros(0, dtype=np.intp)


def _figures(stake: _Stake, paid: Paid, places: Indices, rows: Indices) -> tuple[Ints, Ints, Ints]:
    if stake.lo is None or stake.hi is None or stake.verified_lo is None:
        assert paid.figures is not None
        found = paid.figures[places[rows]]
        return found[:, 0], found[:, 1], found[:, 2]
    size = len(rows)
    return (
        np.full(size, stake.lo, dtype=np.int64),
        np.full(size, stake.hi, dtype=np.int64),
        np.full(size, stake.verified_lo, dtype=np.int64),
    )
