"""The implications of the vocabulary drawn for whole blocks: the same conclusions as `logic.narrow`.

Each implication is a small table from the codes of its axes to the codes it leaves, filled by `narrow`
itself; they are applied in turn until nothing changes. What several that share axes come to together is
kept in a larger table, filled by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from threading import RLock
from typing import Protocol

import numpy as np
import numpy.typing as npt

from talent_rules.cells import Formula, leaves
from talent_rules.engines.codes import AxisCodes, AxisRows
from talent_rules.engines.folding import Indices
from talent_rules.engines.judged import Small
from talent_rules.engines.known import Flags
from talent_rules.logic import narrow
from talent_rules.rulebase import RuleBase

_DENSE, _TOGETHER = 1 << 22, 1 << 15
_NOTHING, _DRAWN, _IMPOSSIBLE, _UNSEEN = range(4)


class Implications:
    """All implications of a rule base over the codes of its axes."""

    def __init__(self, base: RuleBase, axes: Sequence[AxisCodes]) -> None:
        self._clauses = [_Clause(c, axes, len(base.full)) for c in base.constraints]
        self._clusters = [_Cluster(group, axes) for group in _grouped(self._clauses, axes)]

    def draw(self, codes: list[AxisRows], rows: int) -> tuple[list[AxisRows], Flags | None]:
        """The codes with every conclusion drawn, and the rows that contradict the implications.

        Those keep what they said, as in `derive.known_state`.
        """
        drawing = _Drawing(dict(enumerate(codes)), rows)
        drawing.run(self._clusters, None)
        drawn = list(drawing.drawn.values())
        if not bool(drawing.impossible.any()):
            return drawn, None
        kept = [d if d is o else np.where(drawing.impossible, o, d) for o, d in zip(codes, drawn, strict=True)]
        return kept, drawing.impossible

    def first_clash(self, codes: list[AxisRows], rows: int) -> Indices:
        """For rows that contradict the implications: the first with which those before it clash."""
        found: Indices = np.full(rows, -1, dtype=np.intp)
        drawing = _Drawing(dict(enumerate(codes)), rows)
        for number in range(len(self._clauses)):
            live = np.flatnonzero(~drawing.impossible)
            if not live.size:
                break
            drawing.run(self._clauses[: number + 1], live)
            found[drawing.impossible & (found < 0)] = number
        return found

    def axes_of(self, number: int) -> tuple[int, ...]:
        """The axes an implication reads."""
        return self._clauses[number].numbers


class _Table(Protocol):
    """Something that draws conclusions from the codes of a few axes."""

    numbers: tuple[int, ...]

    def draw(self, parts: Sequence[AxisRows]) -> tuple[Small, dict[int, AxisRows]] | None:
        """What each row comes to, and for each axis that changes its codes afterwards; None where nothing does."""


class _Drawing:
    """A block while conclusions are drawn from it; arrays are copied before they are first changed."""

    def __init__(self, codes: Mapping[int, AxisRows], rows: int) -> None:
        self.before, self.drawn = codes, dict(codes)
        self.impossible = np.zeros(rows, dtype=np.bool_)
        self.touched = np.zeros(rows, dtype=np.bool_)
        self.changed: set[int] = set()

    def run(self, tables: Sequence[_Table], live: Indices | None) -> None:
        """Apply tables to the live rows (None: to all) until nothing changes."""
        waiting = list(tables)
        while waiting:
            self.changed.clear()
            self.touched[:] = False
            for table in waiting:
                self._apply(table, live)
            # what changes after a table was applied is news to it
            waiting = [t for t in tables if not self.changed.isdisjoint(t.numbers)]
            live = np.flatnonzero(self.touched & ~self.impossible)
            if not live.size:
                return

    def _apply(self, table: _Table, live: Indices | None) -> None:
        parts = [self.drawn[n] if live is None else np.take(self.drawn[n], live) for n in table.numbers]
        concluded = table.draw(parts)
        if concluded is None:
            return
        effects, left = concluded
        if live is None:
            self.touched |= effects != _NOTHING
            self.impossible |= effects == _IMPOSSIBLE
        else:
            self.touched[live] |= effects != _NOTHING
            self.impossible[live] |= effects == _IMPOSSIBLE
        for number, codes in left.items():
            self.changed.add(number)
            if live is None:
                self.drawn[number] = codes
                continue
            if self.drawn[number] is self.before[number]:
                self.drawn[number] = self.before[number].copy()
            self.drawn[number][live] = codes


class _Keyed:
    """A table by the codes of a few axes, joined to one key; large ones keep only the keys that occur."""

    def __init__(self, numbers: tuple[int, ...], codes: Sequence[AxisCodes]) -> None:
        self.numbers, self.codes = numbers, codes
        self._lock = RLock()
        self._rebuild()

    def _rebuild(self) -> None:
        self.widths = [c.capacity for c in self.codes]
        self._size = prod(self.widths)
        places = self._size if self._size <= _DENSE else 0
        self._places: dict[int, int] = {}
        self._effects = np.full(places, _UNSEEN, dtype=np.uint8)
        self._left = np.zeros((len(self.numbers), places), dtype=np.uint16)
        self._moving = np.zeros(len(self.numbers), dtype=np.bool_)

    def draw(self, parts: Sequence[AxisRows]) -> tuple[Small, dict[int, AxisRows]] | None:
        """What each row comes to, and for each axis that changes its codes afterwards; None where nothing does."""
        with self._lock:
            if self.widths != [c.capacity for c in self.codes]:
                self._rebuild()
            keys = self._joined(parts)
            places = keys if self._size <= _DENSE else self._placed(keys)
            effects = np.take(self._effects, places)
            if effects.size and int(effects.max()) == _UNSEEN:
                unseen = np.flatnonzero(effects == _UNSEEN)
                _, first = np.unique(places[unseen], return_index=True)
                self._see(places[unseen[first]], [np.take(p, unseen[first]) for p in parts])
                effects = np.take(self._effects, places)
            if not bool(effects.any()):
                return None
            found = {}
            for place in np.flatnonzero(self._moving).tolist():
                codes = np.take(self._left[place], places)
                if not np.array_equal(codes, parts[place]):
                    found[self.numbers[place]] = codes
            return effects, found

    def _joined(self, parts: Sequence[AxisRows]) -> Small:
        keys: Small = parts[0].astype(np.uint16 if self._size <= 1 << 16 else np.intp)
        for part, width in zip(parts[1:], self.widths[1:], strict=True):
            np.multiply(keys, width, out=keys)
            np.add(keys, part, out=keys)
        return keys

    def _placed(self, keys: Small) -> Small:
        distinct, back = np.unique(keys, return_inverse=True)
        found = [self._places.setdefault(key, len(self._places)) for key in distinct.tolist()]
        more = len(self._places) - len(self._effects)
        if more > 0:
            self._effects = np.concatenate([self._effects, np.full(more, _UNSEEN, dtype=np.uint8)])
            self._left = np.concatenate([self._left, np.zeros((len(self.numbers), more), dtype=np.uint16)], axis=1)
        return np.array(found, dtype=np.intp)[back.reshape(-1)]

    def _see(self, places: Small, parts: Sequence[AxisRows]) -> None:
        effects, left = self._concluded(parts)
        self._left[:, places] = left
        self._moving |= (left != np.stack(parts)).any(axis=1)
        self._effects[places] = effects

    def _concluded(self, parts: Sequence[AxisRows]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
        """The effects and the codes left of rows not seen before."""
        raise NotImplementedError


class _Clause(_Keyed):
    """One implication."""

    def __init__(self, clause: Formula, axes: Sequence[AxisCodes], count: int) -> None:
        self.clause, self._count = clause, count
        numbers = tuple(sorted({leaf.axis for leaf in leaves(clause)}))
        super().__init__(numbers, [axes[n] for n in numbers])

    def _concluded(self, parts: Sequence[AxisRows]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
        rows = [self._one(codes) for codes in zip(*(p.tolist() for p in parts), strict=True)]
        return np.array([r[0] for r in rows], dtype=np.uint8), np.array([r[1] for r in rows], dtype=np.uint16).T

    def _one(self, codes: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        masks = [1] * self._count
        meanings = [c.meanings[code] for c, code in zip(self.codes, codes, strict=True)]
        for number, (mask, _) in zip(self.numbers, meanings, strict=True):
            masks[number] = mask
        narrowed = narrow((self.clause,), tuple(masks))
        if narrowed is None:
            return _IMPOSSIBLE, codes
        pairs = zip(self.codes, self.numbers, meanings, strict=True)
        after = tuple(axis.code(narrowed[n], oracle) for axis, n, (_, oracle) in pairs)
        return _NOTHING if after == codes else _DRAWN, after


class _Cluster(_Keyed):
    """What several implications come to together."""

    def __init__(self, clauses: Sequence[_Clause], axes: Sequence[AxisCodes]) -> None:
        self._clauses = clauses
        numbers = tuple(sorted({n for c in clauses for n in c.numbers}))
        super().__init__(numbers, [axes[n] for n in numbers])

    def _concluded(self, parts: Sequence[AxisRows]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
        drawing = _Drawing(dict(zip(self.numbers, parts, strict=True)), len(parts[0]))
        drawing.run(self._clauses, None)
        before, left = np.stack(parts), np.stack([drawing.drawn[n] for n in self.numbers])
        left[:, drawing.impossible] = before[:, drawing.impossible]
        effects = np.where((left != before).any(axis=0), np.uint8(_DRAWN), np.uint8(_NOTHING))
        effects[drawing.impossible] = _IMPOSSIBLE
        return effects, left


def _grouped(clauses: Sequence[_Clause], axes: Sequence[AxisCodes]) -> list[list[_Clause]]:
    """Implications that share axes, as long as they have few codes together."""
    groups: list[tuple[set[int], list[_Clause]]] = []
    for clause in clauses:
        own = set(clause.numbers)
        fitting = [g for g in groups if g[0] & own and prod(axes[n].capacity for n in g[0] | own) <= _TOGETHER]
        if fitting:
            best = max(fitting, key=lambda g: len(g[0] & own))
            best[0].update(own)
            best[1].append(clause)
        else:
            groups.append((own, [clause]))
    return [group for _, group in groups]
