"""Whose reasons are the same: rows between which no condition of a benefit can tell.

Only a refusal and an open recognition are told in words that depend on single conditions; these come
from one of the rows that are alike. A refusal tells what fails, so for it a condition that holds and one
that is not known are the same; only scores are told with their ends, and choices that fail with what they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from talent_rules.cells import Cells, Choices, Formula, Leaf, mask_of
from talent_rules.conditions import Axis
from talent_rules.decide import judge
from talent_rules.derive import State
from talent_rules.engines.codes import AxisCodes
from talent_rules.findings import Clause, Scored, clauses
from talent_rules.logic import Masks
from talent_rules.model import Outcome, Verdict
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Kind

_OUTCOMES = tuple(Outcome)
_REFUSED, _REVIEW = _OUTCOMES.index(Outcome.INELIGIBLE), _OUTCOMES.index(Outcome.NEEDS_REVIEW)
_FAILS, _UNKNOWN, _HOLDS = range(3)
Classes = npt.NDArray[np.int64]


class Reasons:
    """The reasons of one rule base."""

    def __init__(self, base: RuleBase, as_of: date, codes: Sequence[AxisCodes]) -> None:
        self._base, self._as_of, self._codes = base, as_of, codes
        self._axes = [_read(base, number) for number in range(len(base.benefits))]
        self._kinds: dict[tuple[int, int], dict[tuple[object, ...], int]] = {}
        self._tables: dict[tuple[int, int, bool], Classes] = {}

    def classes(
        self, number: int, outcome: npt.NDArray[np.integer], wide: Sequence[npt.NDArray[np.intp]]
    ) -> list[Classes]:
        """For each axis that the reasons read, how its conditions come out; 0 where no reason is told."""
        refused, review = outcome == _REFUSED, outcome == _REVIEW
        scored = any(isinstance(c, Scored) for top in clauses(self._base, number) for c in _all(top))
        found = []
        for axis, masks in self._axes[number].items():
            column = np.where(refused, self._table(number, axis, masks, scored)[wide[axis]], 0)
            if bool(review.any()):
                column = np.where(review, self._table(number, axis, masks, True)[wide[axis]], column)
            found.append(column)
        return found

    def _table(self, number: int, axis: int, masks: Sequence[int], full: bool) -> Classes:
        """Of each code of an axis, how its conditions come out: `full`, or only whether they fail."""
        meanings, axes = self._codes[axis].meanings, list(self._base.axes)
        known = self._tables.get((number, axis, full))
        if known is None or len(known) < len(meanings):
            kinds = self._kinds.setdefault((number, axis), {})
            each = []
            for allowed, oracle in list(meanings):
                inside = [_inside(allowed, m) for m in masks]
                fails = [i == _FAILS for i in inside]
                told = any(fails) and _single(axes[axis], self._codes[axis].cells, allowed)
                key = (oracle, *inside) if full else (*fails, allowed if told else 0)
                each.append(kinds.setdefault(key, 1 + len(kinds)))
            known = self._tables[number, axis, full] = np.array(each, dtype=np.int64)
        return known

    def held(self, number: int, verdict: Verdict, codes: Sequence[int]) -> dict[str, str]:
        """The same of a row with these codes of all axes."""
        masks = [axis.meanings[code][0] for axis, code in zip(self._codes, codes, strict=True)]
        return held(self._base, verdict, number, tuple(masks))

    def explain(self, number: int, verdict: Verdict, codes: Sequence[int]) -> Verdict:
        """A verdict with its reasons, for a row with these codes of all axes."""
        if verdict.outcome not in (Outcome.INELIGIBLE, Outcome.NEEDS_REVIEW):
            return verdict
        meanings = [axis.meanings[code] for axis, code in zip(self._codes, codes, strict=True)]
        masks = tuple([mask for mask, _ in meanings])
        if verdict.outcome is Outcome.INELIGIBLE:
            local = self._base.circuits[number].pick(masks)
            return replace(verdict, because=tuple([c.found(local) for c in clauses(self._base, number)]))
        oracles = frozenset(n for n, (_, oracle) in enumerate(meanings) if oracle)
        found = judge(self._base, number, State(masks, oracles, {}, frozenset(), self._as_of))
        return replace(verdict, because=found.because, review=found.review, undecided=found.undecided)


def held(base: RuleBase, verdict: Verdict, number: int, masks: Masks) -> dict[str, str]:
    """What a person whom a benefit is refused has of the choices it reads, by field and in words; `masks` are of
    all axes."""
    circuit = base.circuits[number]
    if verdict.outcome is not Outcome.INELIGIBLE:
        return {}
    own = zip(circuit.axes, circuit.cells, circuit.pick(masks), strict=True)
    return {axis.field: _choice(base, axis.field, cells, m) for axis, cells, m in own if _single(axis, cells, m)}


def _choice(base: RuleBase, field: str, cells: Cells, mask: int) -> str:
    entry = base.vocabulary.fields[field]

    def shown() -> str:
        assert isinstance(cells, Choices)
        flag = entry.kind is Kind.FLAG
        return entry.show(mask == mask_of(cells, True) if flag else cells.values[mask.bit_length() - 1])

    return base.once(("choice", field, cells, mask), shown)


def _single(axis: Axis, cells: Cells, mask: int) -> bool:
    """Whether one choice is left of an axis."""
    return isinstance(cells, Choices) and not axis.facet and mask.bit_count() == 1


def _inside(allowed: int, mask: int) -> int:
    inside = allowed & mask
    return _FAILS if not inside else _HOLDS if inside == allowed else _UNKNOWN


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
