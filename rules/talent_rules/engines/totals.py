"""What each person gets over all benefits under the relations, for whole blocks.

Amounts simply add up. Where benefits that exclude each other are claimed together, a fold over their claims
finds the rows with the same claims, and `exclusion` settles each such set once; where the figures
themselves differ from row to row, `rivals` does it for all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from threading import RLock

import numpy as np

from talent_rules.engines.folding import Fold, Indices
from talent_rules.engines.known import NO_HI, Flags, Ints
from talent_rules.engines.rivals import Claims, greatest_rows, least_rows
from talent_rules.engines.stakes import FREE, ROOMY, Figured, Stake, StakeCodes, Staked, Tabled
from talent_rules.exclusion import EXACT_LIMIT, Claim, Edge, components, doubtful, edges_of, greatest, least
from talent_rules.model import Range
from talent_rules.money import unit_of
from talent_rules.points import UNIT
from talent_rules.rulebase import Benefit, Relation, RuleBase

_HISTORY = ("不重复享受", "家庭一次", "扣减", "补差")


@dataclass(frozen=True, slots=True)
class Totals:
    """分 per row; −1 in `possible` and `yearly_hi` for no upper bound. `awkward` rows need `combine`."""

    guaranteed: Ints
    possible: Ints
    yearly_lo: Ints
    yearly_hi: Ints
    awkward: Flags


class Purse:
    """The totals of a rule base."""

    def __init__(self, base: RuleBase) -> None:
        self.base = base
        self.mine = [n for n, b in enumerate(base.benefits) if b.to_person and unit_of(b.amount) != UNIT]
        self.codes = {n: StakeCodes() for n in self.mine}
        self._once = frozenset(n for n in self.mine if unit_of(base.benefits[n].amount) == "CNY")
        self._groups = [
            _Group(base, self.codes, members, once=once, low=low)
            for once in (True, False)
            for low in (True, False)
            for members in _connected(base, [n for n in self.mine if (n in self._once) is once], low)
        ]
        self._caps = [r for r in base.relations if r.kind == "合计封顶" and r.limit is not None]

    def relations(self, number: int) -> tuple[Relation, ...]:
        """The relations by which what was received before counts against a benefit."""
        name = self.base.benefits[number].id
        return tuple(r for r in self.base.relations if r.kind in _HISTORY and name in r.members)

    def totals(self, staked: Mapping[int, Staked], rows: int) -> Totals:
        """Add up a block. `staked` has an entry for each benefit in `mine`.

        Everything is added up as if nothing excluded anything; where several of a group are claimed, what
        they add is put right.
        """
        sums = {once: np.zeros((rows, 2), dtype=np.int64) for once in (True, False)}
        if not all(_roomy(s) for s in staked.values()):
            return _too_large(rows)
        for number, one in staked.items():
            _add(sums[number in self._once], one)
        for group in self._groups:
            many = group.several(staked, rows)
            if many.size:
                column = sums[group.once][:, 0 if group.low else 1]
                column[many] += group.ends(staked, many) - group.sums(staked, many)
        awkward = np.zeros(rows, dtype=np.bool_)
        for relation in self._caps:
            awkward |= self._may_bind(relation, staked, rows)
        return Totals(*_both(sums[True]), *_both(sums[False]), awkward)

    def _may_bind(self, cap: Relation, staked: Mapping[int, Staked], rows: int) -> Flags:
        """The rows in which the high ends of the members of a 合计封顶 pass it."""
        inside = np.zeros((rows, 2), dtype=np.int64)
        for number in self.mine:
            if self.base.benefits[number].id in cap.members:
                _add(inside, staked[number])
        found: Flags = inside[:, 1] > min(cap.limit or 0, FREE - 1)
        return found


def _both(sums: Ints) -> tuple[Ints, Ints]:
    """The two ends, −1 for no upper bound."""
    high = sums[:, 1]
    return np.ascontiguousarray(sums[:, 0]), np.where(high >= FREE, -1, high)


def _roomy(staked: Staked) -> bool:
    if isinstance(staked, Tabled):
        return staked.table.roomy
    figures = staked.figures
    return int(np.where(figures >= NO_HI, 0, figures).max(initial=0)) < ROOMY


def _too_large(rows: int) -> Totals:
    """Sums that might not fit are left to `combine`."""
    ends = np.zeros((4, rows), dtype=np.int64)
    return Totals(ends[0], ends[1], ends[2], ends[3], np.ones(rows, dtype=np.bool_))


def _add(sums: Ints, staked: Staked) -> None:
    """What a benefit adds to the low and the high end."""
    if isinstance(staked, Tabled):
        np.add(sums, np.take(staked.table.ends, staked.places, axis=0), out=sums)
    elif staked.rows.size:
        lo, hi = _ends_of(staked)
        sums[staked.rows, 0] += lo
        sums[staked.rows, 1] += hi


def _ends_of(staked: Figured) -> tuple[Ints, Ints]:
    return np.where(staked.sure, staked.figures[:, 2], 0), np.minimum(staked.figures[:, 1], FREE)


def _connected(base: RuleBase, numbers: Sequence[int], low: bool) -> list[list[int]]:
    """The benefits that some relation ties together, directly or through others."""
    places = {base.benefits[n].id: n for n in numbers}
    edges = _counting(edges_of(base.relations, set(places)), low)
    return [[places[i] for i in ids] for ids, own in components(places, edges) if own]


def _counting(edges: Sequence[Edge], low: bool) -> list[Edge]:
    """The edges that count: where nobody wrote whether both are paid, only the low end assumes not."""
    return [e for e in edges if low or e.kind != "待定"]


_Stakes = tuple[Stake | None, ...]


class _Group:
    """One end of what benefits come to that relations tie together."""

    def __init__(
        self, base: RuleBase, codes: Mapping[int, StakeCodes], members: Sequence[int], *, once: bool, low: bool
    ) -> None:
        self.members, self.once, self.low = tuple(members), once, low
        self.benefits: list[Benefit] = [base.benefits[n] for n in members]
        self.codes = [codes[n] for n in members]
        self._edges = _counting(edges_of(base.relations, {b.id for b in self.benefits}), low)
        self._doubtful = frozenset() if low else doubtful(base.relations)
        pairs = {frozenset((e.a, e.b)) for e in self._edges}
        self._all_rivals = len(pairs) == comb(len(members), 2) and len(members) <= EXACT_LIMIT
        self._lock = RLock()
        self._rebuild()

    def _rebuild(self) -> None:
        self.fold: Fold[_Stakes] = Fold([c.capacity for c in self.codes], (), self._step)
        self.ended: list[int] = []

    def _step(self, level: int, stakes: _Stakes, code: int) -> tuple[Hashable, _Stakes]:
        following = (*stakes, self.codes[level].stakes[code])
        return following, following

    def several(self, staked: Mapping[int, Staked], rows: int) -> Indices:
        """The rows in which more than one is claimed; for the low end, surely: a rival that may as well
        not be granted never lowers it."""
        count = np.zeros(rows, dtype=np.uint8)
        for number in self.members:
            one = staked[number]
            if isinstance(one, Tabled):
                counts = one.table.sure if self.low else one.table.claimed
                if bool(counts.any()):
                    count += np.take(counts.view(np.uint8), one.places)
            else:
                count[one.rows[one.sure] if self.low else one.rows] += 1
        return np.flatnonzero(count > 1)

    def sums(self, staked: Mapping[int, Staked], rows: Indices) -> Ints:
        """What the members add to this end of some rows, each by itself."""
        found: Ints = np.zeros(len(rows), dtype=np.int64)
        for number in self.members:
            found += self._end(staked[number], rows)
        return found

    def _end(self, one: Staked, rows: Indices) -> Ints:
        end = 0 if self.low else 1
        if isinstance(one, Tabled):
            return np.take(np.ascontiguousarray(one.table.ends[:, end]), np.take(one.places, rows))
        return _spread(_ends_of(one)[end], one.rows, rows)

    def ends(self, staked: Mapping[int, Staked], rows: Indices) -> Ints:
        """The end of some rows; FREE or more for no upper bound."""
        if self._all_rivals:  # one of them is paid, the highest
            found: Ints = np.zeros(len(rows), dtype=np.int64)
            for number in self.members:
                np.maximum(found, self._end(staked[number], rows), out=found)
            return found
        with self._lock:
            codes = [_codes_at(staked[n], rows) for n in self.members]
            if any(w != c.capacity for w, c in zip(self.fold.widths, self.codes, strict=True)):
                self._rebuild()
            fold, ended = self.fold, self.ended
            last = fold.run(codes, len(rows))
            for stakes in fold.ends[len(ended) :]:
                ended.append(self._ended(stakes))
            found = np.take(np.array(ended, dtype=np.int64), last)
        varying = np.flatnonzero(found < 0)
        if varying.size:
            found[varying] = self._vary(staked, fold, last[varying], rows[varying])
        return found

    def _ended(self, stakes: _Stakes) -> int:
        """What claims come to; −1 where figures that vary from row to row make a difference."""
        varying = [s for s in stakes if s is not None and s.lo is None]
        if not varying:
            return self._settled(stakes)
        if not self.low or any(s.sure for s in varying):
            return -1
        # The wider the range of a rival that may as well not be granted, the lower the low end: where even
        # the widest leaves it as it is without the rival, no figure matters.
        without = self._settled(tuple(None if s in varying else s for s in stakes))
        widest = Stake(False, 0, NO_HI, 0)
        return without if without == self._settled(tuple(widest if s in varying else s for s in stakes)) else -1

    def _settled(self, stakes: _Stakes) -> int:
        claims = [
            _claim(b.id, s, sure=s.sure and b.id not in self._doubtful, verified=self.low)
            for b, s in zip(self.benefits, stakes, strict=True)
            if s is not None
        ]
        total = 0
        for ids, own in components([c.id for c in claims], self._between({c.id for c in claims})):
            part = [c for c in claims if c.id in ids]
            if self.low and not any(c.sure for c in part):
                continue
            end = least(part, own) if self.low else greatest(part, own)
            total += FREE if end is None else end
        return total

    def _between(self, ids: Collection[str]) -> list[Edge]:
        return [e for e in self._edges if e.a in ids and e.b in ids]

    def _vary(self, staked: Mapping[int, Staked], fold: Fold[_Stakes], last: Indices, rows: Indices) -> Ints:
        """Rows whose figures differ, all those at once that claim the same benefits equally surely."""
        shapes: dict[tuple[bool | None, ...], int] = {}
        ends = np.unique(last)
        shape_of = np.zeros(int(ends.max()) + 1, dtype=np.intp)
        for end in ends.tolist():
            shape = tuple(None if s is None else s.sure for s in fold.ends[end])
            shape_of[end] = shapes.setdefault(shape, len(shapes))
        shape_rows = shape_of[last]
        figures = [self._figures(place, staked[n], rows) for place, n in enumerate(self.members)]
        found: Ints = np.zeros(len(rows), dtype=np.int64)
        for shape, number in shapes.items():
            places = np.flatnonzero(shape_rows == number)
            claims = [
                Claims(b.id, (verified if self.low else lo)[places], hi[places], sure and b.id not in self._doubtful)
                for b, sure, (lo, hi, verified) in zip(self.benefits, shape, figures, strict=True)
                if sure is not None
            ]
            edges = self._between({c.id for c in claims})
            found[places] = (least_rows if self.low else greatest_rows)(claims, edges, len(places))
        return np.where(found >= NO_HI, FREE, found)

    def _figures(self, place: int, one: Staked, rows: Indices) -> tuple[Ints, Ints, Ints]:
        """lo, hi (NO_HI) and verified lo of one member for some rows; 0 where nothing is claimed."""
        if isinstance(one, Figured):
            lo, hi, verified = (_spread(one.figures[:, k], one.rows, rows) for k in range(3))
            return lo, hi, verified
        stakes = self.codes[place].stakes
        figures = [(0, 0, 0) if s is None else (s.lo or 0, s.hi or 0, s.verified_lo or 0) for s in stakes]
        found = np.take(np.array(figures, dtype=np.int64), _codes_at(one, rows), axis=0)
        return found[:, 0], found[:, 1], found[:, 2]


def _codes_at(one: Staked, rows: Indices) -> Indices:
    """The claim codes of some rows."""
    if isinstance(one, Tabled):
        return np.take(one.table.codes, np.take(one.places, rows))
    return _spread(np.where(one.sure, 2, 1), one.rows, rows)


def _spread(values: Ints, where: Indices, rows: Indices) -> Ints:
    """The values that stand at `where`, for some rows; 0 elsewhere. Both are in order."""
    if not where.size:
        return np.zeros(len(rows), dtype=np.int64)
    places = np.minimum(np.searchsorted(where, rows), len(where) - 1)
    return np.where(np.take(where, places) == rows, np.take(values, places), 0)


def _claim(name: str, stake: Stake, *, sure: bool, verified: bool) -> Claim:
    lo = stake.verified_lo if verified else stake.lo
    assert lo is not None and stake.hi is not None
    return Claim(name, Range(lo, None if stake.hi >= NO_HI else stake.hi), sure)
