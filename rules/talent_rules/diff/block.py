"""`worth` for whole blocks: the same sums as vectors, what differs row by row included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import comb
from threading import RLock

import numpy as np
import numpy.typing as npt

from talent_rules.diff.worth import HORIZON, Worth, years_of
from talent_rules.engines.judged import ByPart, ByRow, Judged
from talent_rules.engines.known import NO_HI, Flags, Ints
from talent_rules.engines.partitions import NO_END, OPEN, OUTCOMES
from talent_rules.engines.plan import Plan
from talent_rules.engines.stakes import Figured, History, Staked, bounded, without
from talent_rules.exclusion import Claim, Edge, best_paid, components, edges_of
from talent_rules.model import Money, Outcome, Range
from talent_rules.money import Constant, Monthly, Yearly, parts_of, unit_of
from talent_rules.rulebase import Benefit

Indices = npt.NDArray[np.intp]
_UNSETTLED = OUTCOMES.index(Outcome.NEEDS_INFO)


@dataclass(slots=True)
class BlockWorth:
    """What one version brings a block: in all per row, and by benefit and year where asked for."""

    total: Ints
    _valuer: Valuer
    _judged: Sequence[Judged]
    _left_out: Mapping[int, Flags]
    _odd: Mapping[int, Worth]

    def amounts(self, number: int) -> Ints:
        """What a benefit pays each row over the years."""
        benefit, judged = self._valuer.plan.base.benefits[number], self._judged[number]
        if isinstance(judged, ByPart):
            found = np.take(self._valuer.sums(number, judged), judged.parts)
        else:
            rows, by_year = self._valuer.by_row(number, judged)
            found = np.zeros(len(self.total), dtype=np.int64)
            found[rows] = sum(by_year.values(), np.zeros(len(rows), dtype=np.int64))
        if number in self._left_out:
            found[self._left_out[number]] = 0
        for row, worth in self._odd.items():
            found[row] = worth.benefits.get(benefit.id, 0)
        return found

    def years(self) -> Counter[int]:
        """What is paid in each year in all."""
        found: Counter[int] = Counter()
        odd = np.array(list(self._odd), dtype=np.intp)
        for number in self._valuer.plan.purse.mine:
            judged, left_out = self._judged[number], self._left_out.get(number)
            gone = np.zeros(len(self.total), dtype=np.bool_) if left_out is None else left_out.copy()
            gone[odd] = True
            if isinstance(judged, ByPart):
                parts = judged.parts if not bool(gone.any()) else judged.parts[~gone]
                found.update(self._valuer.counted(number, judged, np.bincount(parts)))
            else:
                _, by_year = self._valuer.by_row(number, judged, gone)
                found.update({year: int(amounts.sum()) for year, amounts in by_year.items()})
        for worth in self._odd.values():
            found.update(worth.years)
        return found


class Valuer:
    """What one version brings blocks of people."""

    def __init__(self, plan: Plan, as_of: date) -> None:
        self.plan, self.as_of = plan, as_of
        self._years: dict[int, list[dict[int, int]]] = {}
        self._kept: dict[int, object] = {}
        self._lock = RLock()
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
        total = totals.possible + HORIZON * totals.yearly_hi
        strange = {row: one(row) for row in np.flatnonzero(odd | totals.awkward).tolist()}
        for row, worth in strange.items():
            total[row] = worth.total
        left_out: dict[int, Flags] = {}
        for members, edges in self._rivals:
            left_out.update(self._given_up(members, edges, staked, judged, rows))
        return BlockWorth(total, self, judged, left_out, strange)

    def _bounded(self, number: int, judged: Judged, history: History) -> Staked:
        """What is put up for payment of a verdict that has an upper bound."""
        staked = self.plan.staked(number, judged, history)
        if self.plan.purse.relations(number):  # what was received before may have left nothing of an endless amount
            staked = without(staked, judged.priced & (judged.money[:, 1] == NO_END))
        return bounded(staked)

    # amounts by part and by row ---------------------------------------------------------------

    def sums(self, number: int, judged: ByPart) -> Ints:
        """What each part is paid over the years."""
        return np.array([sum(years.values()) for years in self._by_part(number, judged)], dtype=np.int64)

    def counted(self, number: int, judged: ByPart, people: Indices) -> Counter[int]:
        """What so many people of each part are paid in each year."""
        found: Counter[int] = Counter()
        years = self._by_part(number, judged)
        for part in np.flatnonzero(people).tolist():
            for year, amount in years[part].items():
                found[year] += amount * int(people[part])
        return found

    def _by_part(self, number: int, judged: ByPart) -> list[dict[int, int]]:
        verdicts = judged.verdicts
        with self._lock:
            if self._kept.get(number) is not verdicts:
                self._kept[number], self._years[number] = verdicts, []
            years, benefit = self._years[number], self.plan.base.benefits[number]
            for part in range(len(years), len(verdicts.outcome)):
                lo, hi, _, _ = verdicts.money[part].tolist()
                paid = lo > NO_END and hi > NO_END and bool(OPEN[verdicts.outcome[part]])
                years.append(_years(benefit, lo, hi, self.as_of) if paid else {})
            return years

    def by_row(self, number: int, judged: Judged, gone: Flags | None = None) -> tuple[Indices, dict[int, Ints]]:
        """The rows a benefit pays something with an upper bound, and how much in each year; but those `gone`."""
        if isinstance(judged, ByRow):
            rows, money = judged.rows, judged.figures
        else:
            rows = np.flatnonzero(judged.priced & OPEN[judged.outcome])
            money = judged.money[rows]
        bounded_ones = (money[:, 0] > NO_END) & (money[:, 1] > NO_END)
        kept = np.flatnonzero(bounded_ones if gone is None else bounded_ones & ~gone[rows])
        lo, hi = money[kept, 0], money[kept, 1]
        return np.take(rows, kept), rows_by_year(self.plan.base.benefits[number], lo, hi, self.as_of)

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


def _years(benefit: Benefit, lo: int, hi: int, as_of: date) -> dict[int, int]:
    money = Money(Range(lo, hi), Range(lo, hi), benefit.grade, unit_of(benefit.amount))
    found: dict[int, int] = {}
    for year, amount in years_of(benefit, money, as_of):
        found[year] = found.get(year, 0) + amount
    return found


def rows_by_year(benefit: Benefit, lo: Ints, hi: Ints, as_of: date) -> dict[int, Ints]:
    """`years_of` for many amounts of one benefit."""
    found: dict[int, Ints] = {}

    def add(year: int, where: Flags, amounts: Ints | int) -> None:
        found.setdefault(year, np.zeros(len(lo), dtype=np.int64))[where] += amounts

    plan, left = benefit.payment, np.ones(len(lo), dtype=np.bool_)
    parts = list(parts_of(benefit.amount))
    single = plan is None or len(plan.shares) == 1
    for part in parts if single else ():
        if isinstance(part, Monthly) and part.months and not part.field and isinstance(part.per, Constant):
            times, per = int(part.months), part.per
            low, high = int(per.lo) * times, NO_HI if per.hi is None else int(per.hi) * times
            same = left & (lo == low) & (hi == high)
            if bool(same.any()):
                for year, amount in _years(benefit, low, high, as_of).items():
                    add(year, same, amount)
                left &= ~same
    if not bool(left.any()):
        return found
    for months, share in _shares(benefit, hi[left]):
        add(as_of.year + (as_of.month - 1 + months) // 12, left, share)
    return found


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
