"""What a change means for a list of people: winners, losers, years, groups, cliffs, ten traced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from talent_rules.decide import decide
from talent_rules.diff.affected import names_of, read_by
from talent_rules.diff.block import BlockWorth, Valuer, added
from talent_rules.diff.cliffs import cliffs
from talent_rules.diff.model import Cliff, Example, Group, Impact
from talent_rules.diff.people import People, Piece, Told, labels
from talent_rules.diff.worth import HORIZON, Worth, worth_of
from talent_rules.engines.columns import Batch, deciding, history, plan_of
from talent_rules.engines.judged import Judged
from talent_rules.engines.known import Ints
from talent_rules.model import Decision, Facts, Verdict
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.vocabulary import show_range

Key = TypeVar("Key", bound=Hashable)
EXAMPLES = 10
CLIFF_PEOPLE = 2000
GROUPED_BY = {"district": "旗区", "degree": "学位"}
UNSAID = "未知"


def impact(
    old: RuleBase,
    new: RuleBase,
    people: People | Sequence[Facts],
    as_of: date,
    *,
    source: str = "",
    seed: int | None = None,
    falls_of: Collection[str] | None = None,
    threads: int = 2,
) -> Impact:
    """Both versions over everybody. `seed` says that the people are invented, and from which seed; `falls_of` are the
    benefits of which it is told who loses them by one unit, all without it."""
    crowd = people if isinstance(people, People) else Told(new, people)
    counting = _Counting(old, new, as_of, crowd)
    count = counting.everybody(threads)
    gains = count.after - count.before
    names = names_of(old, new)
    years = ((y, count.years[0][y], count.years[1][y]) for y in sorted({*count.years[0], *count.years[1]}))
    return Impact(
        as_of=as_of,
        source=source or ("合成人群" if seed is not None else "名单"),
        synthetic=seed is not None,
        people=len(crowd),
        winners=int((gains > 0).sum()),
        losers=int((gains < 0).sum()),
        unchanged=int((gains == 0).sum()),
        before=added(count.before),
        after=added(count.after),
        surely=count.surely,
        years=tuple(y for y in years if any(y[1:])),
        benefits=tuple(
            replace(group, value=names[name]) for name, group in count.benefits.items() if group.winners or group.losers
        ),
        groups={
            word: tuple(count.groups[key] for key in sorted(count.groups, key=_unsaid_last) if key[0] == word)
            for word in GROUPED_BY.values()
        },
        examples=tuple(counting.examples(count.before, count.after)),
        cliffs=counting.cliffs(falls_of),
        caveats=tuple(_caveats(old, new, seed)),
    )


def _caveats(old: RuleBase, new: RuleBase, seed: int | None) -> Iterator[str]:
    if seed is not None:
        yield f"这些人是合成的（种子 {seed}），不是真实名单：人数比例没有意义，只看谁得谁失"
    yield "金额是最多要准备多少，不是一定发多少：名单没写的、待认定的都按有利的算，各取上端"
    yield "已经确定的，是条件都满足、数额有 A、B 级来源的那一部分"
    yield "数额未载明或不封顶的待遇不计入金额"
    yield f"逐年发放、没写年数的，按 {HORIZON} 年计"
    kinds = {r.kind for base in (old, new) for r in base.relations}
    if kinds & {"就高", "择一"}:
        yield "合计按不能同享的只取一项算；分待遇、分年度各算各的上端，还没定下取哪一项的都算着，加起来会多于合计"
    overall = [kind for kind in ("合计封顶", "扣减", "补差") if kind in kinds]
    if overall:
        yield f"{'、'.join(overall)}只作用于总额，分待遇、分年度的数字没有扣减"


def _unsaid_last(key: tuple[str, str]) -> tuple[bool, str]:
    return key[1] == UNSAID, key[1]


# ── adding up ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Tally:
    """What was added up over some people; `before` and `after` are per person."""

    before: Ints
    after: Ints
    surely: tuple[int, int]
    years: tuple[Counter[int], Counter[int]]
    benefits: Mapping[str, Group]
    groups: Mapping[tuple[str, str], Group]


def _group(value: str, before: Ints, after: Ints, people: int) -> Group:
    winners, losers = int((after > before).sum()), int((after < before).sum())
    return Group(value, people, winners, losers, added(before), added(after))


def _together(tallies: Sequence[_Tally]) -> _Tally:
    years: tuple[Counter[int], Counter[int]] = Counter(), Counter()
    for tally in tallies:
        for counter, more in zip(years, tally.years, strict=True):
            counter.update(more)
    nobody = np.zeros(0, dtype=np.int64)
    return _Tally(
        np.concatenate([nobody, *(t.before for t in tallies)]),
        np.concatenate([nobody, *(t.after for t in tallies)]),
        (sum(t.surely[0] for t in tallies), sum(t.surely[1] for t in tallies)),
        years,
        _joined(t.benefits for t in tallies),
        _joined(t.groups for t in tallies),
    )


def _joined(parts: Iterable[Mapping[Key, Group]]) -> dict[Key, Group]:
    found: dict[Key, Group] = {}
    for part in parts:
        for key, b in part.items():
            a = found.get(key, Group(b.value, 0, 0, 0, 0, 0))
            found[key] = Group(
                b.value, a.people + b.people, a.winners + b.winners, a.losers + b.losers, a.before + b.before,
                a.after + b.after,
            )  # fmt: skip
    return found


class _Counting:
    """Two versions and a crowd."""

    def __init__(self, old: RuleBase, new: RuleBase, as_of: date, people: People) -> None:
        self.old, self.new, self.as_of, self.people = old, new, as_of, people
        self.plans = plan_of(old, asking=False), plan_of(new, asking=False)
        self._valuers = Valuer(self.plans[0], as_of), Valuer(self.plans[1], as_of)
        self._same = dict(_same_benefits(old, new))
        self._paying = tuple({p.base.benefits[n].id: n for n in p.purse.mine} for p in self.plans)

    def everybody(self, threads: int) -> _Tally:
        """Everything that is added up."""
        with ThreadPoolExecutor(threads) as pool:
            return _together(list(pool.map(self._block, self.people.pieces())))

    def _block(self, piece: Piece) -> _Tally:
        batch = self.people.read(piece)
        new = deciding(self.plans[1], batch, self.as_of).benefits
        known = batch if self._same else self._as_old(batch)
        old = deciding(self.plans[0], known, self.as_of, {n: new[other] for n, other in self._same.items()}).benefits
        before, after = self._worth(0, known, old, piece.start), self._worth(1, batch, new, piece.start)
        return _Tally(
            before.total,
            after.total,
            (added(before.sure), added(after.sure)),
            (before.years(), after.years()),
            dict(self._by_benefit(before, after)),
            {
                (word, value): _group(value, before.total[rows], after.total[rows], len(rows))
                for name, word in GROUPED_BY.items()
                for value, rows in self._grouped(batch, name)
            },
        )

    def _as_old(self, batch: Batch) -> Batch:
        """What the old vocabulary has a word for, of the same kind."""
        old, new = self.old.vocabulary.fields, self.new.vocabulary.fields
        kept = {n: k for n, k in batch.known.items() if n in old and old[n].kind is new[n].kind}
        return Batch(batch.rows, kept, batch.unread, batch.awkward, batch.paid, batch.table, batch.names)

    def _worth(self, version: int, batch: Batch, judged: Sequence[Judged], start: int) -> BlockWorth:
        base = (self.old, self.new)[version]

        def one(row: int) -> Worth:
            facts = self.people.facts(start + row)
            return worth_of(base, decide(base, facts, self.as_of), facts)

        return self._valuers[version].of(judged, history(batch), batch.rows, batch.awkward, one)

    def _by_benefit(self, before: BlockWorth, after: BlockWorth) -> Iterator[tuple[str, Group]]:
        """What each benefit pays those who have something of it."""
        nothing = np.zeros(len(before.total), dtype=np.int64)
        for name in dict.fromkeys([*self._paying[0], *self._paying[1]]):
            first, second = (
                worth.amounts(numbers[name]) if name in numbers else nothing
                for worth, numbers in zip((before, after), self._paying, strict=True)
            )
            yield name, _group(name, first, second, int(((first != 0) | (second != 0)).sum()))

    def _grouped(self, batch: Batch, name: str) -> Iterator[tuple[str, npt.NDArray[np.intp]]]:
        """The rows by the value of a field, in words."""
        entry = self.new.vocabulary.fields.get(name)
        values, codes = labels(batch.known.get(name), batch.rows)
        places: dict[str, list[int]] = {}
        for code in np.flatnonzero(np.bincount(codes, minlength=1)).tolist():
            value = values[code]
            places.setdefault(UNSAID if entry is None or value is None else entry.show(value), []).append(code)
        for word, codes_of in places.items():
            yield word, np.flatnonzero(np.isin(codes, codes_of))

    # ten people, and falls -----------------------------------------------------------------

    def examples(self, before: Ints, after: Ints) -> Iterator[Example]:
        """Those who gain and lose most, traced."""
        gains = after - before
        changed = np.flatnonzero(gains)
        order = changed[np.lexsort((changed, -np.abs(gains[changed])))]
        winners, losers = (order[gains[order] > 0].tolist(), order[gains[order] < 0].tolist())
        half = EXAMPLES // 2
        chosen = winners[: max(half, EXAMPLES - len(losers))] + losers[: max(half, EXAMPLES - len(winners))]
        for number in sorted(chosen[:EXAMPLES]):
            facts = self.people.facts(number)
            first, second = (decide(base, facts, self.as_of) for base in (self.old, self.new))
            names = _differing(first, second)
            told = read_by(self.old, names) | read_by(self.new, names)
            worth = int(before[number]), int(after[number])
            yield Example(number + 1, _short(self.new, facts, told), *worth, tuple(_traced(first, second)))

    def cliffs(self, only: Collection[str] | None) -> tuple[Cliff, ...]:
        """The greatest falls among the first people, after the change."""
        piece = next(iter(self.people.pieces(CLIFF_PEOPLE)), None)
        if piece is None:
            return ()
        batch = self.people.read(piece)
        plan = self.plans[1]
        worth = self._worth(1, batch, deciding(plan, batch, self.as_of).benefits, 0)
        return cliffs(plan, batch, worth, self.as_of, only)


def _same_benefits(old: RuleBase, new: RuleBase) -> Iterator[tuple[int, int]]:
    """Benefits that both versions judge alike, whoever it is: by their numbers."""
    alike = (
        old.vocabulary.fields == new.vocabulary.fields
        and old.vocabulary.reference == new.vocabulary.reference
        and old.implications == new.implications
        and old.by_field.keys() == new.by_field.keys()
    )
    places = {b.id: n for n, b in enumerate(new.benefits)}
    for number, benefit in enumerate(old.benefits) if alike else ():
        other = places.get(benefit.id)
        if other is not None and _terms(benefit) == _terms(new.benefits[other]):
            yield number, other


def _terms(benefit: Benefit) -> tuple[object, ...]:
    return (benefit.scope, benefit.condition, benefit.amount, benefit.grade, benefit.official, benefit.rounding)


# ── a person traced ─────────────────────────────────────────────────────────────────────────


def _short(base: RuleBase, facts: Facts, names: Collection[str]) -> str:
    """The facts of these fields that are not simply no."""
    said = []
    for name, value in facts.values.items():
        entry = base.vocabulary.fields.get(name) if name in names else None
        if entry is not None and value is not False and value != frozenset() and value not in ("none", 0):
            said.append(f"{entry.name}={entry.show(value)}")
    return " ".join(said[:16])


def _differing(first: Decision, second: Decision) -> set[str]:
    before, after = ({v.benefit: _terms_of(v) for v in d.verdicts} for d in (first, second))
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _terms_of(verdict: Verdict) -> tuple[object, ...]:
    return verdict.outcome, verdict.amount, verdict.dropped_by


def _traced(first: Decision, second: Decision) -> Iterator[str]:
    known = {v.benefit: v for v in first.verdicts}
    for verdict in second.verdicts:
        before = known.pop(verdict.benefit, None)
        if before is None:
            if verdict.outcome.open:
                yield f"{verdict.name}：没有这项→{_shown(verdict)}"
        elif _terms_of(before) != _terms_of(verdict):
            why = "；".join(f.text for f in verdict.because if f.holds is False)[:80]
            yield f"{verdict.name}：{_shown(before)}→{_shown(verdict)}" + (f"（不满足 {why}）" if why else "")
    for before in known.values():
        if before.outcome.open:
            yield f"{before.name}：{_shown(before)}→没有这项"


def _shown(verdict: Verdict) -> str:
    money = f" {show_range(verdict.amount.reported)}" if verdict.amount and verdict.outcome.open else ""
    return verdict.outcome.label + money + ("，让位于同享的其他项" if verdict.dropped_by else "")
