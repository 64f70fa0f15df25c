"""`worth` for whole blocks: the same sums as vectors, what differs row by row included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import comb
from operator import mul

import numpy as np
import numpy.typing as npt

from talent_rules.diff.worth import HORIZON, Worth, years_of
from talent_rules.engines.judged import ByPart, ByRow, Judged, Small
from talent_rules.engines.known import NO_HI, Flags, Ints
from talent_rules.engines.partitions import NO_END, OPEN, OUTCOMES, Verdicts
from talent_rules.engines.plan import Plan
from talent_rules.engines.stakes import Figured, History, Staked, bounded, without
from talent_rules.exclusion import Claim, Edge, best_paid, components, edges_of
from talent_rules.model import Money, Outcome, Range
from talent_rules.money import Constant, Monthly, Yearly, parts_of, unit_of
from talent_rules.rulebase import Benefit

Indices = npt.NDArray[np.intp]
_UNSETTLED = OUTCOMES.index(Outcome.NEEDS_INFO)


@dataclass(frozen=True, slots=True)
class Paid:
    """What a benefit pays: tables of amounts by year and in all, and the place of each row in them."""

    places: Small
    years: Mapping[int, Ints]
    total: Ints

    def added(self, kept: Flags | None) -> Counter[int]:
        """What the rows (those kept) are paid in each year."""
        places = self.places if kept is None else self.places[kept]
        people = np.bincount(places, minlength=len(self.total))
        return Counter({year: added(table, people) for year, table in self.years.items()})


def added(amounts: Ints, times: Ints | None = None) -> int:
    """A sum, of each amount so many `times`, that may be larger than any of the array's own integers."""
    largest = max(int(amounts.max(initial=0)), -int(amounts.min(initial=0)))
    if largest * (len(amounts) if times is None else int(times.sum())) < NO_HI:
        return int(amounts.sum() if times is None else amounts @ times)
    return sum(amounts.tolist() if times is None else map(mul, amounts.tolist(), times.tolist()))


@dataclass(slots=True)
class BlockWorth:
    """What one version brings a block: in all per row, and by benefit and year where asked for."""

    total: Ints
    sure: Ints
    _valuer: Valuer
    _judged: Sequence[Judged]
    _left_out: Mapping[int, Flags]
    _odd: Mapping[int, Worth]

    def amounts(self, number: int) -> Ints:
        """What a benefit pays each row over the years."""
        paid = self._valuer.paid(number, self._judged[number])
        found: Ints = np.take(paid.total, paid.places)
        if number in self._left_out:
            found[self._left_out[number]] = 0
        for row, worth in self._odd.items():
            found[row] = worth.benefits.get(self._valuer.plan.base.benefits[number].id, 0)
        return found

    def years(self) -> Counter[int]:
        """What is paid in each year in all."""
        found: Counter[int] = Counter()
        for number in self._valuer.plan.purse.mine:
            found.update(self._valuer.paid(number, self._judged[number]).added(self._kept(number)))
        for worth in self._odd.values():
            found.update(worth.years)
        return found

    def _kept(self, number: int) -> Flags | None:
        if not self._odd and number not in self._left_out:
            return None
        kept = ~self._left_out[number] if number in self._left_out else np.ones(len(self.total), dtype=np.bool_)
        kept[list(self._odd)] = False
        return kept


class Valuer:
    """What one version brings blocks of people."""

    def __init__(self, plan: Plan, as_of: date) -> None:
        self.plan, self.as_of = plan, as_of
        self._years: dict[int, tuple[Verdicts, int, tuple[Mapping[int, Ints], Ints]]] = {}
        mine = [(n, plan.base.benefits[n]) for n in plan.purse.mine]
        once = {benefit.id: n for n, benefit in mine if unit_of(benefit.amount) == "CNY"}
        certain = [e for e in edges_of(plan.base.relations, set(once)) if e.kind != "待定"]
        self._rivals = [([once[i] for i in ids], own) for ids, own in components(once, certain) if own]

    def of(
        self, judged: Sequence[Judged], history: History, rows: int, odd: Flags, one: Callable[[int], Worth]
    ) -> BlockWorth:
        """A block decided; `odd` rows, and those whose sums arrays cannot tell, are worked out by `one`."""
        staked = {n: self._bounded(n, judged[n], history) for n in self.plan.purse.codes}
        totals = self.plan.purse.totals(staked, rows)
        total, sure = totals.possible + HORIZON * totals.yearly_hi, totals.guaranteed + HORIZON * totals.yearly_lo
        strange = {row: one(row) for row in np.flatnonzero(odd | totals.awkward).tolist()}
        for row, worth in strange.items():
            total[row], sure[row] = worth.total, worth.sure
        left_out: dict[int, Flags] = {}
        for members, edges in self._rivals:
            left_out.update(self._given_up(members, edges, staked, judged, rows))
        return BlockWorth(total, sure, self, judged, left_out, strange)

    def _bounded(self, number: int, judged: Judged, history: History) -> Staked:
        """What is put up for payment of a verdict that has an upper bound."""
        staked = self.plan.staked(number, judged, history)
        if self.plan.purse.relations(number):  # what was received before may have left nothing of an endless amount
            staked = without(staked, judged.priced & (judged.money[:, 1] == NO_END))
        return bounded(staked)

    def paid(self, number: int, judged: Judged) -> Paid:
        """What a benefit pays the rows of a block, where that has an upper bound."""
        if isinstance(judged, ByPart):
            return Paid(judged.parts, *self._by_part(number, judged.verdicts))
        assert isinstance(judged, ByRow)
        places = np.zeros(len(judged.parts), dtype=np.intp)  # 0 is nothing
        places[judged.rows] = np.arange(1, len(judged.rows) + 1)
        table = np.concatenate([np.full((1, 4), NO_END), judged.figures])
        return Paid(places, *by_year(self.plan.base.benefits[number], table[:, 0], table[:, 1], self.as_of))

    def _by_part(self, number: int, verdicts: Verdicts) -> tuple[Mapping[int, Ints], Ints]:
        """What each part is paid in each year, worked out anew when there are more parts."""
        size = len(verdicts.outcome)
        known = self._years.get(number)
        if known is None or known[0] is not verdicts or known[1] < size:
            lo, hi = (np.where(OPEN[verdicts.outcome[:size]], verdicts.money[:size, end], NO_END) for end in (0, 1))
            paid = by_year(self.plan.base.benefits[number], lo, hi, self.as_of)
            known = self._years[number] = verdicts, size, paid
        return known[2]

    # what is given up -----------------------------------------------------------------------

    def _given_up(
        self, members: Sequence[int], edges: Sequence[Edge], staked: Mapping[int, Staked], judged: Sequence[Judged],
        rows: int,
    ) -> Iterator[tuple[int, Flags]]:  # fmt: skip
        """Where a benefit is given up for another, of those past the stage of missing facts."""
        tops = np.stack([_tops(staked[n], judged[n], rows) for n in members])
        many = np.flatnonzero((tops >= 0).sum(axis=0) > 1)
        if not many.size:
            return
        some = tops[:, many]
        pairs = {frozenset((e.a, e.b)) for e in edges}
        if len(pairs) == comb(len(members), 2):  # all rivals of all: the highest is paid, of equals the first
            paid = np.arange(len(members))[:, None] == np.argmax(some, axis=0)
        else:
            paid = self._paid(members, edges, some)
        for place, number in enumerate(members):
            gone = np.zeros(rows, dtype=np.bool_)
            gone[many] = (some[place] >= 0) & ~paid[place]
            if bool(gone.any()):
                yield number, gone

    def _paid(self, members: Sequence[int], edges: Sequence[Edge], tops: Ints) -> Flags:
        """Which members are paid, or at least not given up for another, by their upper ends."""
        distinct, back = np.unique(tops, axis=1, return_inverse=True)
        names = [self.plan.base.benefits[n].id for n in members]
        found = np.ones(distinct.shape, dtype=np.bool_)
        for column in range(distinct.shape[1]):
            claims = {
                name: Claim(name, Range(0, int(top)), True)
                for name, top in zip(names, distinct[:, column].tolist(), strict=True)
                if top >= 0
            }
            inside = [e for e in edges if e.a in claims and e.b in claims]
            for ids, own in components(claims, inside):
                if own:
                    chosen = best_paid([claims[i] for i in ids], own)
                    beaten = {e.b if e.a in chosen else e.a for e in own if (e.a in chosen) != (e.b in chosen)}
                    for name in beaten - chosen:
                        found[names.index(name), column] = False
        return found[:, back.reshape(-1)]


def _tops(staked: Staked, judged: Judged, rows: int) -> Ints:
    """The upper end of each claim that is settled but for recognition; −1 where there is none."""
    if isinstance(staked, Figured):
        found: Ints = np.full(rows, -1, dtype=np.int64)
        found[staked.rows] = staked.figures[:, 1]
    else:
        found = np.take(np.where(staked.table.claimed, staked.table.ends[:, 1], -1), staked.places)
    found[judged.outcome == _UNSETTLED] = -1
    return found


def by_year(benefit: Benefit, lo: Ints, hi: Ints, as_of: date) -> tuple[dict[int, Ints], Ints]:
    """`years_of` for many amounts of one benefit, and their sums; nothing for those without an upper end."""
    found: dict[int, Ints] = {}

    def add(year: int, where: Flags, amounts: Ints | int) -> None:
        found.setdefault(year, np.zeros(len(lo), dtype=np.int64))[where] += amounts

    left = (lo > NO_END) & (hi > NO_END)
    for low, high in _monthly(benefit):
        same = left & (lo == low) & (hi == high)
        if bool(same.any()):
            money = Money(Range(low, high), Range(low, high), benefit.grade)
            for year, amount in years_of(benefit, money, as_of):
                add(year, same, amount)
            left &= ~same
    for months, share in _shares(benefit, hi[left]) if bool(left.any()) else ():
        add(as_of.year + (as_of.month - 1 + months) // 12, left, share)
    return found, sum(found.values(), np.zeros(len(lo), dtype=np.int64))


def _monthly(benefit: Benefit) -> Iterator[tuple[int, int]]:
    """The amounts with an upper end that are paid month by month, as `schedule.payments` finds them."""
    if benefit.payment is None or len(benefit.payment.shares) == 1:
        for part in parts_of(benefit.amount):
            if not isinstance(part, Monthly) or not part.months or part.field:
                continue
            if isinstance(part.per, Constant) and part.per.hi is not None:
                yield int(part.per.lo) * int(part.months), int(part.per.hi) * int(part.months)


def _shares(benefit: Benefit, hi: Ints) -> Iterator[tuple[int, Ints]]:
    """Instalments as `schedule.payments` has them: after how many months, and the upper ends."""
    plan = benefit.payment
    yearly = next((p for p in parts_of(benefit.amount) if isinstance(p, Yearly)), None)
    shares: tuple[int, ...] = (1,)
    interval = 0
    if unit_of(benefit.amount) == "CNY/year":
        yield from ((12 * year, hi) for year in range(HORIZON))
        return
    if yearly and yearly.years and (plan is None or len(plan.shares) == 1):
        shares, interval = (1,) * yearly.years, 12
    elif plan is not None and not plan.undecided:
        shares, interval = plan.shares, plan.interval
    rest = hi
    for place, share in enumerate(shares[:-1]):
        part = hi * share // sum(shares) // 100 * 100
        rest = rest - part
        yield place * interval, part
    yield (len(shares) - 1) * interval, rest
