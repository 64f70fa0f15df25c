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
from talent_rules.model import Facts, Range, Verdict
from talent_rules.money import unit_of
from talent_rules.points import UNIT
from talent_rules.rulebase import Benefit, Relation, RuleBase

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
        self.mine = [n for n, b in enumerate(base.benefits) if b.to_person and unit_of(b.amount) != UNIT]
        self.codes = {n: ClaimCodes() for n in self.mine}
        units = {n: unit_of(base.benefits[n].amount) for n in self.mine}
        self._groups = [
            _Group(base, self.codes, members, once=unit == "CNY", low=low)
            for unit in sorted(set(units.values()))
            for low in (True, False)
            for members in _connected(base, [n for n in self.mine if units[n] == unit], low)
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
            end = group.ends(paid, rows)
            unbounded = end >= NO_HI
            if not group.low:
                free[group.once] |= unbounded
            end[unbounded] = 0
            most += int(end.max(initial=0))
            (lows if group.low else highs)[group.once] += end
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


def _connected(base: RuleBase, numbers: Sequence[int], low: bool) -> list[list[int]]:
    places = {base.benefits[n].id: n for n in numbers}
    edges = _counting(edges_of(base.relations, set(places)), low)
    return [[places[i] for i in ids] for ids, _ in components(places, edges)]


def _counting(edges: Sequence[Edge], low: bool) -> list[Edge]:
    """The edges that count: where nobody wrote whether both are paid, only the low end assumes not."""
    return [e for e in edges if low or e.kind != "待定"]


_Stakes = tuple[_Stake | None, ...]


class _Group:
    """One end of what benefits come to that some relation ties together, directly or through others."""

    def __init__(
        self, base: RuleBase, codes: Mapping[int, ClaimCodes], members: Sequence[int], *, once: bool, low: bool
    ) -> None:
        self.members, self.once, self.low = tuple(members), once, low
        self.benefits: list[Benefit] = [base.benefits[n] for n in members]
        self.codes = [codes[n] for n in members]
        self.relations = base.relations
        self._lock = RLock()
        self._rebuild()

    def _rebuild(self) -> None:
        self.fold: Fold[_Stakes] = Fold([c.capacity for c in self.codes], (), self._step)
        self.ended: list[int] = []

    def _step(self, level: int, stakes: _Stakes, code: int) -> tuple[Hashable, _Stakes]:
        following = (*stakes, self.codes[level].stakes[code])
        return following, following

    def ends(self, paid: Mapping[int, Paid], rows: int) -> Ints:
        """The end per row; NO_HI for no upper bound."""
        found: Ints = np.zeros(rows, dtype=np.int64)
        matter = np.flatnonzero(self._matter(paid, rows))
        if not matter.size:
            return found
        with self._lock:
            if any(w != c.capacity for w, c in zip(self.fold.widths, self.codes, strict=True)):
                self._rebuild()
            fold, ended = self.fold, self.ended
        last = fold.run([paid[n].codes[matter] for n in self.members], len(matter))
        with self._lock:
            for stakes in fold.ends[len(ended) : int(last.max(initial=-1)) + 1]:
                ended.append(-1 if _varies(stakes) else self._settled(stakes))
            table = np.array(ended, dtype=np.int64)
        some = np.take(table, last)
        open_rows = np.flatnonzero(some < 0)
        if open_rows.size:
            some[open_rows] = self._vary(paid, fold, last[open_rows], matter[open_rows])
        found[matter] = some
        return found

    def _matter(self, paid: Mapping[int, Paid], rows: int) -> Flags:
        """The rows with a claim; for the low end with a sure one, as nothing else is guaranteed."""
        found: Flags = np.zeros(rows, dtype=np.bool_)
        for number, codes in zip(self.members, self.codes, strict=True):
            counts = [s is not None and (s.sure or not self.low) for s in codes.stakes]
            found |= np.take(np.array(counts, dtype=np.bool_), paid[number].codes)
        return found

    def _settled(self, stakes: _Stakes) -> int:
        claims = [
            _claim(b.id, s, verified=self.low) for b, s in zip(self.benefits, stakes, strict=True) if s is not None
        ]
        edges = _counting(edges_of(self.relations, {c.id for c in claims}), self.low)
        total = 0
        for ids, own in components([c.id for c in claims], edges):
            part = [c for c in claims if c.id in ids]
            if self.low and not any(c.sure for c in part):
                continue
            end = least(part, own) if self.low else greatest(part, own)
            if end is None:
                return NO_HI
            total += end
        return total

    def _vary(self, paid: Mapping[int, Paid], fold: Fold[_Stakes], last: Indices, rows: Indices) -> Ints:
        """Rows whose figures differ, all those at once that claim the same benefits equally surely."""
        shapes: dict[tuple[bool | None, ...], int] = {}
        ends = np.unique(last)
        shape_of = np.zeros(int(ends.max()) + 1, dtype=np.intp)
        for end in ends.tolist():
            shape = tuple(None if s is None else s.sure for s in fold.ends[end])
            shape_of[end] = shapes.setdefault(shape, len(shapes))
        shape_rows = shape_of[last]
        figures = [self._figures(place, paid[n], rows) for place, n in enumerate(self.members)]
        found: Ints = np.zeros(len(rows), dtype=np.int64)
        for shape, number in shapes.items():
            places = np.flatnonzero(shape_rows == number)
            claims = [
                Claims(b.id, (verified if self.low else lo)[places], hi[places], sure)
                for b, sure, (lo, hi, verified) in zip(self.benefits, shape, figures, strict=True)
                if sure is not None
            ]
            edges = _counting(edges_of(self.relations, {c.id for c in claims}), self.low)
            found[places] = (least_rows if self.low else greatest_rows)(claims, edges, len(places))
        return found

    def _figures(self, place: int, paid: Paid, rows: Indices) -> tuple[Ints, Ints, Ints]:
        """lo, hi (NO_HI) and verified lo of one member for some rows; 0 where nothing is claimed."""
        stakes = self.codes[place].stakes
        table = np.array(
            [(0, 0, 0) if s is None else (s.lo or 0, s.hi or 0, s.verified_lo or 0) for s in stakes], dtype=np.int64
        )
        found = np.take(table, paid.codes[rows], axis=0)
        if paid.varies is not None and paid.figures is not None:
            places = np.cumsum(paid.varies) - 1
            own = paid.varies[rows]
            found[own] = paid.figures[places[rows[own]]]
        return found[:, 0], found[:, 1], found[:, 2]


def _varies(stakes: Sequence[_Stake | None]) -> bool:
    return any(s is not None and s.lo is None for s in stakes)


def _claim(name: str, stake: _Stake, *, verified: bool) -> Claim:
    lo = stake.verified_lo if verified else stake.lo
    assert lo is not None and stake.hi is not None
    return Claim(name, Range(lo, None if stake.hi >= NO_HI else stake.hi), stake.sure)
