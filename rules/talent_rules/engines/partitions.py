"""The partition of all people a benefit can tell apart, each part judged once by `decide.judge`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import RLock

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from talent_rules.cells import Formula, Leaf, Line
from talent_rules.decide import asked_for, stake
from talent_rules.engines.folding import Entries, Fold, Ladder
from talent_rules.engines.keys import Readings, RowKeys
from talent_rules.engines.known import NO_HI
from talent_rules.engines.residual import FALSE, Leftovers, Residual
from talent_rules.logic import Masks
from talent_rules.model import Money, Outcome, Span
from talent_rules.rulebase import Circuit, RuleBase

OUTCOMES = tuple(Outcome)
OPEN = np.array([o.open for o in OUTCOMES], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Part:
    """A representative of one part: its code on every axis of the benefit."""

    rest: Residual
    codes: tuple[int, ...]


class Partition:
    """One benefit over the codes of its axes."""

    def __init__(self, base: RuleBase, number: int, readings: Readings) -> None:
        self.base, self.number = base, number
        self.circuit = base.circuits[number]
        self.order = _order(self.circuit)
        self._pins = [_is_number(base, self.circuit, i) for i in self.order]
        leaves = _leaf_masks(self.circuit)
        self.readings = [
            readings.of(base.axes[self.circuit.axes[i]], sorted(leaves.get(i, ())), pin)
            for i, pin in zip(self.order, self._pins, strict=True)
        ]
        self._leftovers = Leftovers(self.circuit)
        self.fold = Fold([r.width for r in self.readings], Part(self._leftovers.whole, ()), self._step)
        self._ladder = Ladder(self.fold, self._settled)
        self.verdicts = Verdicts(self)
        self._stakes: dict[Residual, tuple[Outcome, Money | None]] = {}

    @property
    def stale(self) -> bool:
        """Whether codes were handed out that the partition has no room for."""
        return any(r.stale for r in self.readings)

    def run(self, keys: RowKeys, rows: int) -> Entries:
        """The part each row lies in."""
        return self._ladder.run(lambda first, last: keys.joined(self.readings[first:last]), rows)

    def _step(self, level: int, part: Part, code: int) -> tuple[Residual, Part]:
        mask, oracle = self.readings[level].meaning(code)
        rest = self._leftovers.known(part.rest, self.order[level], mask, oracle, self._pins[level])
        return rest, Part(rest, (*part.codes, code))

    def _settled(self, level: int, number: int) -> int | None:
        """The end of everybody in a state that no axis still to be read can change."""
        left = self.fold.state(level, number).rest
        counted = any(self._pins[level:]) and left.condition != FALSE
        if counted or self._leftovers.waits_for(left, self.order[level:]):
            return None
        rest = [np.array([r.unknown], dtype=np.uint16) for r in self.readings[level:]]
        return int(self.fold.climb(np.array([number], dtype=np.intp), level, rest)[0])

    def masks(self, part: int) -> tuple[Masks, frozenset[int]]:
        """A representative of a part as the circuit numbers its axes, and the axes nobody can settle."""
        masks, oracles = list(self.circuit.full), set(self.circuit.oracles)
        for index, reading, code in zip(self.order, self.readings, self.fold.ends[part].codes, strict=True):
            masks[index], oracle = reading.meaning(code)
            if oracle:
                oracles.add(index)
        return tuple(masks), frozenset(oracles)

    def stake(self, part: int, numbers: tuple[Span, ...] | None = None) -> tuple[Outcome, Money | None]:
        """The exact outcome and money of a person of a part, with these numbers or none known."""
        if numbers is not None:
            return stake(self.base, self.number, *self.masks(part), numbers)
        key = self.essence(part)
        found = self._stakes.get(key)
        if found is None:
            found = self._stakes[key] = stake(self.base, self.number, *self.masks(part), self.unknown)
        return found

    def essence(self, part: int) -> Residual:
        """What of a part matters to its outcome and amount: equal for equal stakes."""
        return self._leftovers.essence(self.fold.ends[part].rest)

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
        found: dict[str, None] = {}
        for axis in self._leftovers.undecided(self.fold.ends[part].rest):
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


def _is_number(base: RuleBase, circuit: Circuit, index: int) -> bool:
    axis = circuit.axes[index]
    return axis.field in circuit.numbers and not axis.facet and isinstance(circuit.cells[index], Line)


def _order(circuit: Circuit) -> tuple[int, ...]:
    """The axes as the rule reads them, each followed by those only implications tie to it."""
    asked = [*_leaves(circuit.scope), *_leaves(circuit.condition)]
    for guard, _ in circuit.guards.values():
        asked += _leaves(guard)
    ties: dict[int, list[int]] = {}
    for clause in circuit.constraints:
        axes = list(dict.fromkeys(_leaves(clause)))
        for axis in axes:
            ties.setdefault(axis, []).extend(a for a in axes if a != axis)
    own, found = set(asked), dict[int, None]()
    for axis in asked:
        found[axis] = None
        found.update(dict.fromkeys(a for a in ties.get(axis, ()) if a not in own))
    found.update(dict.fromkeys(range(len(circuit.axes))))
    return tuple(a for a in found if a not in circuit.oracles)


def _leaf_masks(circuit: Circuit) -> dict[int, set[int]]:
    """What the leaves of a circuit ask of each axis."""
    found: dict[int, set[int]] = {}
    pending: list[Formula] = [circuit.scope, circuit.condition, *circuit.constraints]
    pending += [guard for guard, _ in circuit.guards.values()]
    while pending:
        node = pending.pop()
        if isinstance(node, Leaf):
            found.setdefault(node.axis, set()).add(node.mask)
        else:
            pending += node.parts
    return found


def _leaves(node: Formula) -> Iterator[int]:
    if isinstance(node, Leaf):
        yield node.axis
    else:
        for part in node.parts:
            yield from _leaves(part)
