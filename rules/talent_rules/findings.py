"""How each condition of a benefit comes out for one person, down to the deepest clause, in words made once.

A finding is a function of the cells still possible, so the words and the formulas are put together
once a benefit (`clauses`) and only judged for each person (`Clause.found`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from talent_rules import money as m
from talent_rules.cells import TRUE, Formula, Tally, formula, merged
from talent_rules.conditions import AllOf, AnyOf, Condition, NoneOf, Open, Reach, Stated, fields_of
from talent_rules.logic import Masks, kleene
from talent_rules.model import Basis, Finding
from talent_rules.points import Item, bounds, show_ends
from talent_rules.rulebase import Benefit, Circuit, RuleBase

_GROUPS: dict[type[AllOf] | type[AnyOf] | type[NoneOf], tuple[str, str]] = {
    AllOf: ("all", "全部"),
    AnyOf: ("any", "任一"),
    NoneOf: ("none", "都不"),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a benefit, ready to be judged: its words are made once, not for each person."""

    formula: Formula
    outcomes: tuple[Finding, Finding, Finding]  # how it reads when false, true, unknown
    parts: tuple[Clause, ...] = ()

    def found(self, masks: Masks) -> Finding:
        """The finding for a state of knowledge, in the cells of the benefit's circuit."""
        holds = kleene(self.formula, masks)
        finding = self.outcomes[2 if holds is None else holds]
        if not self.parts:
            return finding
        parts = tuple([part.found(masks) for part in self.parts])
        return Finding(finding.text, holds, finding.fields, finding.basis, finding.kind, parts)


@dataclass(frozen=True, slots=True)
class Scored(Clause):
    """A total of points, or a threshold on one: its components are worked out for each person."""

    tested: tuple[Formula, ...] = ()
    items: tuple[Item, ...] = ()

    def found(self, masks: Masks) -> Finding:
        """The finding for a state of knowledge, a part for each component."""
        known = [kleene(part, masks) for part in self.tested]
        ends = [bounds(item.score, known.__getitem__) for item in self.items]
        lo, hi = sum(e[0] for e in ends), sum(e[1] for e in ends)
        holds = kleene(self.formula, masks) if isinstance(self.formula, Tally) else (lo == hi or None)
        finding = self.outcomes[2 if holds is None else holds]
        parts = tuple(
            Finding(f"{item.name} {show_ends(*e)}", e[0] == e[1] or None, (), finding.basis, "points")
            for item, e in zip(self.items, ends, strict=True)
        )
        text = f"{finding.text}（{show_ends(lo, hi)}）"
        return Finding(text, holds, finding.fields, finding.basis, finding.kind, parts)


def clauses(base: RuleBase, number: int) -> tuple[Clause, ...]:
    """The conditions of benefit `number`, in the order written, the validity of its text first."""
    return base.once(("clauses", number), lambda: tuple(_clauses(base.benefits[number], base.circuits[number])))


def _clauses(benefit: Benefit, circuit: Circuit) -> Iterator[Clause]:
    axes = {axis: i for i, axis in enumerate(circuit.axes)}
    cells = dict(zip(circuit.axes, circuit.cells, strict=True))

    def clause(node: Condition, basis: Basis, kind: str = "") -> Clause:
        if isinstance(node, Stated) and node.kind == "cited":
            return clause(node.part, node.basis or basis)
        if isinstance(node, Stated) and node.kind == "points":
            reach = node.part if isinstance(node.part, Reach) else node.part.parts[0]  # type: ignore[union-attr]
            return scored(node.text, formula(node, axes, cells), reach, basis)  # type: ignore[arg-type]
        parts: tuple[Clause, ...] = ()
        if isinstance(node, (AllOf, AnyOf, NoneOf)):
            own, word = _GROUPS[type(node)]
            parts = tuple(clause(part, basis) for part in node.parts)
            text = f"{word}：" + "；".join(p.outcomes[0].text for p in parts)
        elif isinstance(node, (Open, Stated)):
            own, text = node.kind, node.text
            basis = (node.basis if isinstance(node, Stated) else None) or basis
            if isinstance(node, Stated) and node.kind == "tier":
                parts = tier(node.part, basis)
        else:
            own, text = "atom", "积分" if isinstance(node, Reach) else str(node.axis)
        return Clause(formula(node, axes, cells), _outcomes(text, node, basis, kind or own), parts)

    def tier(node: Condition, basis: Basis) -> tuple[Clause, ...]:
        """What a 层次 is made of: the conditions that must all hold, or the one thing it says."""
        if isinstance(node, Stated) and node.kind == "cited":
            return tier(node.part, node.basis or basis)
        return tuple(clause(part, basis) for part in (node.parts if isinstance(node, AllOf) else (node,)))

    def scored(text: str, test: Formula, of: Reach | m.Tallied, basis: Basis) -> Scored:
        tested = tuple(merged(formula(p, axes, cells)) for p in of.parts)
        return Scored(test, _outcomes(text, AllOf(of.parts), basis, "points"), (), tested, of.items)

    if not (isinstance(benefit.scope, AllOf) and not benefit.scope.parts):
        yield clause(benefit.scope, benefit.basis, "scope")
    condition = benefit.condition
    for part in condition.parts if isinstance(condition, AllOf) else (condition,):
        yield clause(part, benefit.basis)
    if isinstance(benefit.amount, m.Tallied):
        yield scored("积分", TRUE, benefit.amount, benefit.basis)


def _outcomes(text: str, node: Condition, basis: Basis, kind: str) -> tuple[Finding, Finding, Finding]:
    names = fields_of(node)
    no, yes, unknown = (Finding(text, holds, names, basis, kind) for holds in (False, True, None))
    return no, yes, unknown
