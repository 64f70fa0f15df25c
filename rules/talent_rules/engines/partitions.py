"""The partition of all people a benefit can tell apart, each part judged once as `decide` judges."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from threading import RLock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from talent_rules.decide import asked_for, stake
from talent_rules.engines.factors import NOTHING, Finding, factors
from talent_rules.engines.folding import Entries, Fold, Indices, Keys, Ladder
from talent_rules.engines.keys import Readings, RowKeys
from talent_rules.engines.known import NO_HI
from talent_rules.logic import Masks, Status, both, prospects_of, settled_by
from talent_rules.model import Money, Outcome, Span
from talent_rules.rulebase import RuleBase

OUTCOMES = tuple(Outcome)
OPEN = np.array([o.open for o in OUTCOMES], dtype=np.bool_)


_GRANTED, _REFUSED = prospects_of(Status.TRUE), prospects_of(Status.FALSE)
_VERDICTS = {Status.TRUE: Outcome.ELIGIBLE, Status.FALSE: Outcome.INELIGIBLE, Status.OPEN: Outcome.NEEDS_REVIEW}
#: Room for the findings of a factor before there are more
_FINDINGS = 16


class Part(NamedTuple):
    """What the people of one part come to under all factors read so far.

    `out`, `refused`, `shaky` and `prospects` as in `Finding`; `core` tells apart what the amount can come to,
    `asks` has the number of what each factor still asks.
    """

    prospects: int
    out: bool = False
    refused: bool = False
    shaky: bool = False
    core: int = NOTHING
    asks: tuple[int, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether no other factor can change it."""
        return not self.prospects or ((self.out or self.refused) and not self.shaky)

    @property
    def outcome(self) -> Outcome:
        """What is decided."""
        if self.out:
            return Outcome.OUT_OF_SCOPE
        status = settled_by(self.prospects)
        return Outcome.NEEDS_INFO if status is None else _VERDICTS[status]

    def after(self, found: Finding) -> Part:
        """The same with one more factor."""
        if not found.prospects:
            return CLASH
        now = both(self.prospects, found.prospects)
        out, refused, shaky = self.out or found.out, self.refused or found.refused, self.shaky or found.shaky
        if out or now == _REFUSED:
            return Part(_REFUSED, out, refused, shaky)
        core = self.core if found.core == NOTHING else found.core
        return Part(now, out, refused, shaky, core, (*self.asks, found.asks))


#: Facts that contradict the implications: for these people no implication counts, so they lie in other parts
CLASH = Part(0, out=True)
#: A part and the codes of one of its people by factor, as far as they matter
_Seen = tuple[Part, tuple[int, ...]]


class Partition:
    """One benefit over the codes of its axes, factor by factor; without implications unless `tied`, and without
    what is still to be asked unless `asking`, which parts people into far more parts."""

    def __init__(
        self, base: RuleBase, number: int, readings: Readings, *, tied: bool = True, asking: bool = True
    ) -> None:
        self.base, self.number, self.circuit = base, number, base.circuits[number]
        self._readings, self._asking = readings, asking
        found, start = factors(base, number, readings, tied=tied, asking=asking), Part(_GRANTED)
        self._fixed, self.factors = [f for f in found if not f.readings], [f for f in found if f.readings]
        for factor in self._fixed:
            start = start.after(factor.constant)
        widths = [f.readings[0].width if f.alone else _FINDINGS for f in self.factors]
        self._fold: Fold[_Seen] = Fold(widths, (start, ()), self._step)
        apart = frozenset(n for n, f in enumerate(self.factors) if not f.alone)
        self._ladder = Ladder(self._fold, self._settled, apart)
        self._money: dict[int, Money | None] = {}
        self._lock = RLock()
        self._untied: Partition | None = None
        self._elsewhere: dict[int, tuple[Partition, int]] = {}  # parts that another partition judges
        self.verdicts = Verdicts(self)

    @property
    def stale(self) -> bool:
        """Whether codes were handed out that the partition has no room for."""
        return any(r.stale for f in self.factors for r in f.readings)

    @property
    def states(self) -> int:
        """How many states there are over all levels."""
        untied = 0 if self._untied is None else self._untied.states
        return untied + self._fold.states + sum(f.states for f in self.factors)

    def run(self, keys: RowKeys, rows: int, live: Indices | None = None) -> Entries:
        """The part each row lies in, or each of those `live`."""

        def read(first: int, last: int, some: Indices | None) -> Keys:
            if not self.factors[first].alone:
                return self.factors[first].run(keys, rows, some)
            joined = keys.joined([f.readings[0] for f in self.factors[first:last]])
            return joined if some is None else np.take(joined, some)

        found = self._ladder.run(read, rows, live)
        clash = self._fold.ended(CLASH)
        if clash is not None:
            places = np.flatnonzero(found == clash)
            if places.size:
                found[places] = self._without_ties(keys, rows, places if live is None else np.take(live, places))
        return found

    def _without_ties(self, keys: RowKeys, rows: int, live: Indices) -> Entries:
        with self._lock:
            if self._untied is None or self._untied.stale:
                self._untied = Partition(self.base, self.number, self._readings, tied=False, asking=self._asking)
            judge = self._untied
        parts, back = np.unique(judge.run(keys, rows, live), return_inverse=True)
        numbers = []
        for part in parts.tolist():
            number = self._fold.end((judge, part), judge._fold.ends[part])
            self._elsewhere[number] = judge, part
            numbers.append(number)
        return np.array(numbers, dtype=np.int32)[back.reshape(-1)]

    def _step(self, level: int, seen: _Seen, code: int) -> tuple[Part, _Seen]:
        part, codes = seen
        if part.settled:
            return part, seen
        after = part.after(self.factors[level].finding(code))
        return after, (after, (*codes, code))

    def _settled(self, level: int, number: int) -> int | None:
        seen = self._fold.state(level, number)
        return self._fold.end(seen[0], seen) if seen[0].settled else None

    # what a part comes to ------------------------------------------------------------------

    def _judge(self, part: int) -> tuple[Partition, int]:
        return self._elsewhere.get(part, (self, part))

    def judged_elsewhere(self, part: int) -> bool:
        """Whether the facts of these people contradict the implications, so that none of them counts."""
        return part in self._elsewhere

    @property
    def parts(self) -> int:
        """How many parts there are so far."""
        return len(self._fold.ends)

    def masks(self, part: int) -> tuple[Masks, frozenset[int]]:
        """A representative of a part as the circuit numbers its axes, and the axes nobody can settle."""
        judge, part = self._judge(part)
        masks, oracles = list(self.circuit.full), set(self.circuit.oracles)
        for factor, code in zip(judge.factors, judge._fold.ends[part][1], strict=False):
            for axis, mask, oracle in factor.cells(code):
                masks[axis] = mask
                if oracle:
                    oracles.add(axis)
        return tuple(masks), frozenset(oracles)

    def stake(self, part: int, numbers: tuple[Span, ...] | None = None) -> tuple[Outcome, Money | None]:
        """The exact outcome and money of a person of a part, with these numbers or none known."""
        judge, part = self._judge(part)
        if numbers is not None:
            return stake(self.base, self.number, *judge.masks(part), numbers)
        seen = judge._fold.ends[part][0]
        if not seen.outcome.open:
            return seen.outcome, None
        if seen.core not in judge._money:
            outcome, judge._money[seen.core] = stake(self.base, self.number, *judge.masks(part), self.unknown)
            if outcome is not seen.outcome:
                name = self.base.benefits[self.number].id
                raise AssertionError(f"{name}: {seen.outcome} factor by factor, {outcome} by `stake`")
        return seen.outcome, judge._money[seen.core]

    def core(self, part: int) -> Hashable:
        """What of a part matters to its amount: equal for equal amounts."""
        judge, part = self._judge(part)
        return judge, judge._fold.ends[part][0].core

    @property
    def unknown(self) -> tuple[Span, ...]:
        """The numbers of an amount where none is known."""
        fields = self.base.vocabulary.fields
        return tuple(Span(fields[n].lo, fields[n].hi) for n in self.circuit.numbers)

    def missing(self, part: int, outcome: Outcome, exact: bool, open_numbers: Sequence[str]) -> tuple[str, ...]:
        """The fields still to be asked, as `decide` lists them, where the money is not one figure
        (`exact`) or the outcome needs them; `open_numbers` are not settled."""
        if outcome is not Outcome.NEEDS_INFO and exact:
            return ()
        judge, part = self._judge(part)
        asks = zip([*judge._fixed, *judge.factors], judge._fold.ends[part][0].asks, strict=True)
        found: dict[str, None] = {}
        for _, axes in sorted(a for factor, number in asks for a in factor.asked(number)):
            for axis in axes:
                found.update(dict.fromkeys(asked_for(self.base, self.circuit.axes[axis].field)))
        found.update(dict.fromkeys(open_numbers))
        return tuple(found)


class Verdicts:
    """What `decide` says of each part, as arrays by part; grows with the partition.

    `money` has lo, hi, verified lo and hi in 分, or in hundredths of a point: all NO_END where nothing is
    at stake, an upper end NO_END where there is no bound. `missing` numbers into `texts`.
    """

    def __init__(self, partition: Partition) -> None:
        self.partition, self._lock = partition, RLock()
        self.outcome: npt.NDArray[np.int8] = np.empty(0, dtype=np.int8)
        self.money: npt.NDArray[np.int64] = np.empty((0, 4), dtype=np.int64)
        self.priced: npt.NDArray[np.bool_] = np.empty(0, dtype=np.bool_)
        self.missing: npt.NDArray[np.int32] = np.empty(0, dtype=np.int32)
        self.texts: list[tuple[str, ...]] = [()]
        self._numbers: dict[tuple[str, ...], int] = {(): 0}
        self._words = pa.array([""])

    @property
    def words(self) -> pa.Array:
        """The texts, each joined by `、`."""
        with self._lock:
            more = self.texts[len(self._words) :]
            if more:
                self._words = pa.concat_arrays([self._words, pa.array(["、".join(t) for t in more])])
            return self._words

    def upto(self, parts: int) -> None:
        """Judge every part seen so far."""
        with self._lock:
            start = len(self.outcome)
            if start >= parts:
                return
            partition = self.partition
            found = [partition.stake(p) for p in range(start, parts)]
            names = [
                self.text(partition.missing(start + i, outcome, not money or money.exact, partition.circuit.numbers))
                for i, (outcome, money) in enumerate(found)
            ]
            self.money = np.concatenate([self.money, np.array([row_of(m) for _, m in found], dtype=np.int64)])
            self.priced = self.money[:, 0] > NO_END
            self.missing = np.concatenate([self.missing, np.array(names, dtype=np.int32)])
            outcomes = [OUTCOMES.index(o) for o, _ in found]
            self.outcome = np.concatenate([self.outcome, np.array(outcomes, dtype=np.int8)])

    def text(self, missing: tuple[str, ...]) -> int:
        """The number of a list of missing fields."""
        with self._lock:
            found = self._numbers.setdefault(missing, len(self.texts))
            if found == len(self.texts):
                self.texts.append(missing)
            return found


#: where an amount has no end; points may be below nothing, money never is
NO_END = -(1 << 62)
NO_MONEY = (NO_END, NO_END, NO_END, NO_END)


def row_of(money: Money | None) -> tuple[int, int, int, int]:
    """lo, hi, verified lo, verified hi in 分; NO_END as in `Verdicts`."""
    if money is None:
        return NO_MONEY
    row = money.reported.lo, _end(money.reported.hi), money.verified.lo, _end(money.verified.hi)
    if max(row) >= NO_HI:
        raise OverflowError(f"{max(row)} 分 is more than 62 bits hold")
    return row


def _end(hi: int | None) -> int:
    return NO_END if hi is None else hi
