"""Whose reasons are the same: rows between which no condition of a benefit can tell.

Only a refusal and an open recognition are told in words that depend on single conditions; these come
from `judge` on one of the rows that are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from talent_rules.cells import Formula, Leaf
from talent_rules.decide import judge
from talent_rules.derive import State
from talent_rules.engines.codes import AxisCodes
from talent_rules.findings import Clause, clauses
from talent_rules.model import Outcome, Verdict
from talent_rules.rulebase import RuleBase

OUTCOMES = tuple(Outcome)
_TOLD = np.array([o in (Outcome.INELIGIBLE, Outcome.NEEDS_REVIEW) for o in OUTCOMES], dtype=np.bool_)
Classes = npt.NDArray[np.int64]


class Reasons:
    """The reasons of one rule base."""

    def __init__(self, base: RuleBase, as_of: date, codes: Sequence[AxisCodes]) -> None:
        self._base, self._as_of, self._codes = base, as_of, codes
        self._axes = [_read(base, number) for number in range(len(base.benefits))]
        self._kinds: list[dict[int, dict[tuple[object, ...], int]]] = [{} for _ in base.benefits]
        self._tables: list[dict[int, Classes]] = [{} for _ in base.benefits]

    def classes(
        self, number: int, outcome: npt.NDArray[np.integer], wide: Sequence[npt.NDArray[np.intp]]
    ) -> list[Classes]:
        """For each axis that the reasons read, how its conditions come out; 0 where no reason is told."""
        told = _TOLD[outcome]
        found = []
        for axis, masks in self._axes[number].items():
            column = self._table(number, axis, masks)[wide[axis]]
            column[~told] = 0
            found.append(column)
        return found

    def _table(self, number: int, axis: int, masks: Sequence[int]) -> Classes:
        """Of each code of an axis, how its conditions come out."""
        meanings = self._codes[axis].meanings
        known = self._tables[number].get(axis)
        if known is None or len(known) < len(meanings):
            kinds = self._kinds[number].setdefault(axis, {})
            each = [
                kinds.setdefault((oracle, *(_inside(allowed, m) for m in masks)), 1 + len(kinds))
                for allowed, oracle in list(meanings)
            ]
            known = self._tables[number][axis] = np.array(each, dtype=np.int64)
        return known

    def explain(self, number: int, verdict: Verdict, codes: Sequence[int]) -> Verdict:
        """A verdict with its reasons, for a row with these codes of all axes."""
        if not _TOLD[OUTCOMES.index(verdict.outcome)]:
            return verdict
        meanings = [axis.meanings[code] for axis, code in zip(self._codes, codes, strict=True)]
        oracles = frozenset(n for n, (_, oracle) in enumerate(meanings) if oracle)
        state = State(tuple(mask for mask, _ in meanings), oracles, {}, frozenset(), self._as_of)
        found = judge(self._base, number, state)
        return replace(verdict, because=found.because, review=found.review, undecided=found.undecided)


def _inside(allowed: int, mask: int) -> int:
    """2 when certainly inside, 0 when certainly not, 1 when it is not known."""
    inside = allowed & mask
    return 0 if not inside else 2 if inside == allowed else 1


def _read(base: RuleBase, number: int) -> dict[int, tuple[int, ...]]:
    """The axes that a benefit's conditions read, and the different sets of cells they ask for."""
    circuit = base.circuits[number]
    found: dict[int, dict[int, None]] = {}
    formulas = [circuit.condition, *(c.formula for top in clauses(base, number) for c in _all(top))]
    for formula in formulas:
        for leaf in _leaves(formula):
            found.setdefault(leaf.axis, {})[leaf.mask] = None
    return {
        base.axes[circuit.axes[axis]]: tuple(masks) for axis, masks in found.items() if circuit.axes[axis] in base.axes
    }


def _all(clause: Clause) -> Iterator[Clause]:
    yield clause
    for part in clause.parts:
        yield from _all(part)


def _leaves(node: Formula) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)
