"""What a change means for a list of people: winners, losers, years, groups, cliffs, ten traced."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from talent_rules.decide import decide
from talent_rules.diff.block import BlockWorth, Valuer
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
    threads: int = 2,
) -> Impact:
    """Both versions over everybody. `seed` says that the people are invented, and from which seed."""
    crowd = people if isinstance(people, People) else Told(new, people)
    counting = _Counting(old, new, as_of, crowd)
    count = counting.everybody(threads)
    gains = count.after - count.before
    names = {b.id: b.name for base in (old, new) for b in base.benefits}
    return Impact(
        as_of,
        source or ("合成人群" if seed is not None else "名单"),
        seed is not None,
        len(crowd),
        int((gains > 0).sum()),
        int((gains < 0).sum()),
        int((gains == 0).sum()),
        sum(count.before.tolist()),
        sum(count.after.tolist()),
        tuple((y, count.years[0][y], count.years[1][y]) for y in sorted({*count.years[0], *count.years[1]})),
        tuple(sums.group(names[b]) for b, sums in count.benefits.items() if sums.changed),
        {
            word: tuple(sums.group(v) for v, sums in sorted(found.items(), key=lambda g: (g[0] == UNSAID, g[0])))
            for word, found in count.groups.items()
        },
        tuple(counting.examples(count.before, count.after)),
        counting.cliffs(),
        tuple(_caveats(old, new, seed)),
    )


def _caveats(old: RuleBase, new: RuleBase, seed: int | None) -> Iterator[str]:
    if seed is not None:
        yield f"这些人是合成的（种子 {seed}），不是真实名单：人数比例没有意义，只看谁得谁失"
    yield "金额按各项待认定都通过、各取上端计算；数额未载明或不封顶的待遇不计入金额"
    yield f"逐年发放、没写年数的，按 {HORIZON} 年计"
    if any(r.kind == "合计封顶" for base in (old, new) for r in base.relations):
        yield "合计封顶只作用于总额，分待遇、分年度的数字没有扣减"


# ── adding up ───────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Sums:
    """Before and after for some people, those counted who have something at stake."""

    people: int = 0
    winners: int = 0
    losers: int = 0
    before: int = 0
    after: int = 0

    def add(self, before: Ints, after: Ints, people: int) -> None:
        """So many people more."""
        self.people += people
        self.winners += int((after > before).sum())
        self.losers += int((after < before).sum())
        self.before += int(before.sum())
        self.after += int(after.sum())

    @property
    def changed(self) -> bool:
        """Whether anybody is treated differently."""
        return bool(self.winners or self.losers)

    def group(self, value: str) -> Group:
        """The sums, named."""
        return Group(value, self.people, self.winners, self.losers, self.before, self.after)


@dataclass(slots=True)
class _Count:
    """What was added up over all blocks so far; `before` and `after` are per person."""

    before: Ints
    after: Ints
    years: tuple[Counter[int], Counter[int]] = field(default_factory=lambda: (Counter(), Counter()))
    benefits: dict[str, _Sums] = field(default_factory=dict)
    groups: dict[str, dict[str, _Sums]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Block:
    """A block valued by both versions."""

    start: int
    batch: Batch
    before: BlockWorth
    after: BlockWorth


class _Counting:
    """Two versions and a crowd."""

    def __init__(self, old: RuleBase, new: RuleBase, as_of: date, people: People) -> None:
        self.old, self.new, self.as_of, self.people = old, new, as_of, people
        self.plans = plan_of(old), plan_of(new)
        self._valuers = Valuer(self.plans[0], as_of), Valuer(self.plans[1], as_of)
        self._same = dict(_same_benefits(old, new))

    def everybody(self, threads: int) -> _Count:
        """Everything that is added up."""
        size = len(self.people)
        count = _Count(np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64))
        for base in (self.old, self.new):
            count.benefits.update({b.id: _Sums() for b in base.benefits if b.id not in count.benefits})
        count.groups.update({word: {} for word in GROUPED_BY.values()})
        with ThreadPoolExecutor(threads) as pool:
            waiting: deque[Future[_Block]] = deque()
            for piece in self.people.pieces():
                waiting.append(pool.submit(self._block, piece))
                if len(waiting) > threads:
                    self._add(waiting.popleft().result(), count)
            while waiting:
                self._add(waiting.popleft().result(), count)
        return count

    def _block(self, piece: Piece) -> _Block:
        batch = self.people.read(piece)
        after = deciding(self.plans[1], batch, self.as_of).benefits
        known = batch if self._same else self._as_old(batch)
        given = {number: after[other] for number, other in self._same.items()}
        before = deciding(self.plans[0], known, self.as_of, given).benefits
        return _Block(
            piece.start, batch, self._worth(0, known, before, piece.start), self._worth(1, batch, after, piece.start)
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

    def _add(self, block: _Block, count: _Count) -> None:
        before, after = block.before.total, block.after.total
        here = slice(block.start, block.start + len(before))
        count.before[here], count.after[here] = before, after
        count.years[0].update(block.before.years())
        count.years[1].update(block.after.years())
        for name, sums in count.benefits.items():
            first, second = self._amounts(block.before, 0, name), self._amounts(block.after, 1, name)
            sums.add(first, second, int(((first != 0) | (second != 0)).sum()))
        for name, word in GROUPED_BY.items():
            for value, rows in self._grouped(block.batch, name):
                sums = count.groups[word].setdefault(value, _Sums())
                sums.add(before[rows], after[rows], len(rows))

    def _amounts(self, worth: BlockWorth, version: int, name: str) -> Ints:
        plan = self.plans[version]
        number = next((n for n in plan.purse.mine if plan.base.benefits[n].id == name), None)
        return np.zeros(len(worth.total), dtype=np.int64) if number is None else worth.amounts(number)

    def _grouped(self, batch: Batch, name: str) -> Iterator[tuple[str, npt.NDArray[np.intp]]]:
        """The rows by the value of a field, in words."""
        entry = self.new.vocabulary.fields.get(name)
        values, codes = labels(batch.known.get(name), batch.rows)
        for code in np.flatnonzero(np.bincount(codes, minlength=1)).tolist():
            value = values[code]
            rows = np.flatnonzero(codes == code)
            yield UNSAID if entry is None or value is None else entry.show(value), rows

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
            worth = int(before[number]), int(after[number])
            yield Example(number + 1, _short(self.new, facts), *worth, tuple(_traced(first, second)))

    def cliffs(self) -> tuple[Cliff, ...]:
        """The greatest falls among the first people, after the change."""
        piece = next(iter(self.people.pieces(CLIFF_PEOPLE)), None)
        if piece is None:
            return ()
        batch = self.people.read(piece)
        plan = self.plans[1]
        worth = self._worth(1, batch, deciding(plan, batch, self.as_of).benefits, 0)
        return cliffs(plan, batch, worth, self.as_of)


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


def _short(base: RuleBase, facts: Facts) -> str:
    """The facts that are not simply no."""
    said = []
    for name, value in facts.values.items():
        entry = base.vocabulary.fields.get(name)
        if entry is not None and value is not False and value != frozenset() and value not in ("none", 0):
            said.append(f"{entry.name}={entry.show(value)}")
    return " ".join(said[:16])


def _traced(first: Decision, second: Decision) -> Iterator[str]:
    known = {v.benefit: v for v in first.verdicts}
    for verdict in second.verdicts:
        before = known.pop(verdict.benefit, None)
        if before is None:
            if verdict.outcome.open:
                yield f"{verdict.name}：没有这项→{_shown(verdict)}"
        elif (before.outcome, before.amount, before.dropped_by) != (
            verdict.outcome, verdict.amount, verdict.dropped_by,
        ):  # fmt: skip
            why = "；".join(f.text for f in verdict.because if f.holds is False)[:80]
            yield f"{verdict.name}：{_shown(before)}→{_shown(verdict)}" + (f"（不满足 {why}）" if why else "")
    for before in known.values():
        if before.outcome.open:
            yield f"{before.name}：{_shown(before)}→没有这项"


def _shown(verdict: Verdict) -> str:
    money = f" {show_range(verdict.amount.reported)}" if verdict.amount and verdict.outcome.open else ""
    return verdict.outcome.label + money + ("，让位于同享的其他项" if verdict.dropped_by else "")
