"""The implications of the vocabulary drawn for whole blocks: the same conclusions as `logic.narrow`.

Each implication is a small table from the codes of its axes to the codes it leaves, filled by
`narrow` itself; they are applied in turn until nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from threading import RLock

import numpy as np

from talent_rules.cells import Formula, Leaf
from talent_rules.engines.codes import AxisCodes, AxisRows
from talent_rules.engines.folding import Indices
from talent_rules.engines.known import Flags
from talent_rules.logic import narrow
from talent_rules.rulebase import RuleBase

_DENSE = 1 << 20
_UNSEEN, _IMPOSSIBLE, _NOTHING = -2, -1, 0


class Implications:
    """All implications of a rule base over the codes of its axes."""

    def __init__(self, base: RuleBase, axes: Sequence[AxisCodes]) -> None:
        self._clauses = [_Clause(c, axes, len(base.full)) for c in base.constraints]

    def draw(self, codes: list[AxisRows], rows: int) -> tuple[list[AxisRows], Flags | None]:
        """The codes with every conclusion drawn, and the rows that contradict the implications.

        Those keep what they said, as in `derive.known_state`.
        """
        drawn, impossible = list(codes), np.zeros(rows, dtype=np.bool_)
        self._fix(self._clauses, codes, drawn, None, impossible)
        if not bool(impossible.any()):
            return drawn, None
        return [np.where(impossible, o, d) if d is not o else o for o, d in zip(codes, drawn, strict=True)], impossible

    def _fix(
        self,
        clauses: Sequence[_Clause],
        before: Sequence[AxisRows],
        drawn: list[AxisRows],
        live: Indices | None,
        impossible: Flags,
    ) -> None:
        """Apply clauses in turn until nothing changes."""
        while clauses and (live is None or live.size):
            touched = np.zeros(len(impossible), dtype=np.bool_)
            for clause in clauses:
                clause.apply(before, drawn, live, touched, impossible)
            live = np.flatnonzero(touched & ~impossible)

    def first_clash(self, codes: list[AxisRows], rows: int) -> Indices:
        """For rows that contradict the implications: the first with which those before it clash."""
        found: Indices = np.full(rows, -1, dtype=np.intp)
        drawn, impossible = list(codes), np.zeros(rows, dtype=np.bool_)
        for number in range(len(self._clauses)):
            live = np.flatnonzero(~impossible)
            if not live.size:
                break
            self._fix(self._clauses[: number + 1], codes, drawn, live, impossible)
            found[impossible & (found < 0)] = number
        return found

    def axes_of(self, number: int) -> tuple[int, ...]:
        """The axes an implication reads."""
        return self._clauses[number].numbers


class _Clause:
    def __init__(self, clause: Formula, axes: Sequence[AxisCodes], count: int) -> None:
        self.clause, self.count = clause, count
        self.numbers = tuple(sorted(_axes_of(clause)))
        self.codes = [axes[n] for n in self.numbers]
        self._lock = RLock()
        self._rebuild()

    def _rebuild(self) -> None:
        self.widths = [c.capacity for c in self.codes]
        self.effects: list[tuple[int, ...]] = [()]
        self.table = np.full(min(prod(self.widths), _DENSE), _UNSEEN, dtype=np.int32)
        self.sparse: dict[int, int] = {}

    def apply(
        self,
        before: Sequence[AxisRows],
        drawn: list[AxisRows],
        live: Indices | None,
        touched: Flags,
        impossible: Flags,
    ) -> None:
        """Narrow the live rows in place, copying an axis the first time it changes."""
        parts = [drawn[n] if live is None else drawn[n][live] for n in self.numbers]
        with self._lock:
            if self.widths != [c.capacity for c in self.codes]:
                self._rebuild()
            effects = self._look_up(_mixed(parts, self.widths))
            results = self.effects
        changed = np.flatnonzero(effects)
        if not changed.size:
            return
        hit = effects[changed]
        rows = changed if live is None else live[changed]
        impossible[rows[hit == _IMPOSSIBLE]] = True
        rows, hit = rows[hit > 0], hit[hit > 0]
        if not rows.size:
            return
        outcome = np.array([e or (0,) * len(self.numbers) for e in results], dtype=np.uint16)
        for place, number in enumerate(self.numbers):
            if drawn[number] is before[number]:
                drawn[number] = before[number].copy()
            drawn[number][rows] = outcome[hit, place]
        touched[rows] = True

    def _look_up(self, keys: Indices) -> Indices:
        if prod(self.widths) <= _DENSE:
            found: Indices = np.take(self.table, keys).astype(np.intp)
            if int(found.min(initial=0)) == _UNSEEN:
                for key in np.unique(keys[found == _UNSEEN]).tolist():
                    self.table[key] = self._effect(key)
                found = np.take(self.table, keys).astype(np.intp)
            return found
        distinct, back = np.unique(keys, return_inverse=True)
        for key in distinct.tolist():
            if key not in self.sparse:
                self.sparse[key] = self._effect(key)
        return np.array([self.sparse[k] for k in distinct.tolist()], dtype=np.intp)[back.reshape(-1)]

    def _effect(self, key: int) -> int:
        codes: list[int] = []
        for width in reversed(self.widths):
            key, code = divmod(key, width)
            codes.append(code)
        codes.reverse()
        masks = [1] * self.count
        meanings = [c.meanings[code] for c, code in zip(self.codes, codes, strict=True)]
        for number, (mask, _) in zip(self.numbers, meanings, strict=True):
            masks[number] = mask
        narrowed = narrow((self.clause,), tuple(masks))
        if narrowed is None:
            return _IMPOSSIBLE
        after = tuple(
            axis.code(narrowed[n], oracle)
            for axis, n, (_, oracle) in zip(self.codes, self.numbers, meanings, strict=True)
        )
        if after == tuple(codes):
            return _NOTHING
        self.effects.append(after)
        return len(self.effects) - 1


def _mixed(parts: Sequence[AxisRows], widths: Sequence[int]) -> Indices:
    keys: Indices = parts[0].astype(np.intp)
    for part, width in zip(parts[1:], widths[1:], strict=True):
        keys = keys * width + part
    return keys


def _axes_of(node: Formula) -> set[int]:
    if isinstance(node, Leaf):
        return {node.axis}
    return set().union(*(_axes_of(p) for p in node.parts))
