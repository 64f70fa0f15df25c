"""The partition of all people a benefit can tell apart, each part judged once by `decide.judge`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import RLock

import numpy as np
import numpy.typing as npt

from talent_rules.cells import Formula, Leaf, Line
from talent_rules.decide import judge
from talent_rules.derive import State
from talent_rules.engines.codes import AxisCodes, AxisRows
from talent_rules.engines.folding import Fold, Indices
from talent_rules.engines.residual import Residual, known, whole
from talent_rules.model import Outcome, Span, Value, Verdict
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

    def __init__(self, base: RuleBase, number: int, codes: Sequence[AxisCodes]) -> None:
        self.base, self.number = base, number
        self.circuit = base.circuits[number]
        self.order = _order(self.circuit)
        self.axes = [base.axes[self.circuit.axes[i]] for i in self.order]
        self.codes = [codes[a] for a in self.axes]
        self.widths = tuple(c.capacity for c in self.codes)
        self._pins = [_is_number(base, self.circuit, i) for i in self.order]
        self.fold = Fold(self.widths, Part(whole(self.circuit), ()), self._step)
        self.verdicts = Verdicts(self)

    def run(self, rows: Sequence[AxisRows], count: int) -> Indices:
        """The part each row lies in."""
        return self.fold.run([rows[a] for a in self.axes], count)

    def _step(self, level: int, part: Part, code: int) -> tuple[Residual, Part]:
        mask, oracle = self.codes[level].meanings[code]
        rest = known(part.rest, self.order[level], mask, oracle, self._pins[level])
        return rest, Part(rest, (*part.codes, code))

    def state(self, part: int, values: dict[str, Value]) -> State:
        """A person of a part, for `judge`; `values` are the numbers the amount is computed from."""
        masks, oracles = list(self.base.full), set()
        for axis, codes, code in zip(self.axes, self.codes, self.fold.ends[part].codes, strict=True):
            masks[axis], oracle = codes.meanings[code]
            if oracle:
                oracles.add(axis)
        return State(tuple(masks), frozenset(oracles), values, frozenset(), None)  # type: ignore[arg-type]

    def local_masks(self, part: int) -> tuple[int, ...]:
        """The masks of a part as the circuit numbers its axes."""
        return self.circuit.pick(self.state(part, {}).masks)

    def judge(self, part: int, numbers: Sequence[Span] = ()) -> Verdict:
        """The exact verdict on a person of a part with these numbers."""
        return judge(self.base, self.number, self.state(part, dict(zip(self.circuit.numbers, numbers, strict=False))))


class Verdicts:
    """The verdicts of a partition as arrays by part; grows with it.

    `low` is −1 where no money is at stake, `high` and `verified_high` are −1 for no upper bound.
    """

    def __init__(self, partition: Partition) -> None:
        self._partition, self._lock = partition, RLock()
        self.outcome: npt.NDArray[np.int8] = np.empty(0, dtype=np.int8)
        self.money: npt.NDArray[np.int64] = np.empty((0, 4), dtype=np.int64)
        self.missing: npt.NDArray[np.int32] = np.empty(0, dtype=np.int32)
        self.texts: list[tuple[str, ...]] = [()]
        self._numbers: dict[tuple[str, ...], int] = {(): 0}

    def upto(self, parts: int) -> None:
        """Judge every part seen so far."""
        with self._lock:
            start = len(self.outcome)
            if start >= parts:
                return
            found = [self._partition.judge(p) for p in range(start, parts)]
            outcomes = [OUTCOMES.index(v.outcome) for v in found]
            missing = [self.text(v.missing) for v in found]
            self.money = np.concatenate([self.money, np.array([row_of(v) for v in found], dtype=np.int64)])
            self.missing = np.concatenate([self.missing, np.array(missing, dtype=np.int32)])
            self.outcome = np.concatenate([self.outcome, np.array(outcomes, dtype=np.int8)])

    def text(self, missing: tuple[str, ...]) -> int:
        """The number of a list of missing fields."""
        with self._lock:
            found = self._numbers.setdefault(missing, len(self.texts))
            if found == len(self.texts):
                self.texts.append(missing)
            return found


NO_MONEY = (-1, -1, -1, -1)


def row_of(verdict: Verdict) -> tuple[int, int, int, int]:
    """lo, hi, verified lo, verified hi in 分; −1 as in `Verdicts`."""
    money = verdict.amount
    if money is None:
        return NO_MONEY
    return money.reported.lo, _end(money.reported.hi), money.verified.lo, _end(money.verified.hi)


def _end(hi: int | None) -> int:
    return -1 if hi is None else hi


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


def _leaves(node: Formula) -> Iterator[int]:
    if isinstance(node, Leaf):
        yield node.axis
    else:
        for part in node.parts:
            yield from _leaves(part)
