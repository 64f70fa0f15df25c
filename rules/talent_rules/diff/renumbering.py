"""Benefits that only got another id: the same benefit, not one abolished and one new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from talent_rules.conditions import AllOf, AnyOf, Condition, NoneOf, Open, Stated
from talent_rules.rulebase import Benefit, RuleBase


def renumbered_in(old: RuleBase, new: RuleBase) -> Iterator[tuple[str, str]]:
    """The ids of benefits that stand in the new version under another id, with nothing else changed."""
    known = {b.id for b in old.benefits}
    come = {_called(b, ""): b.id for b in new.benefits if b.id not in known}
    kept = {b.id for b in new.benefits}
    for benefit in old.benefits:
        if benefit.id not in kept and (other := come.get(_called(benefit, ""))):
            yield benefit.id, other


def _called(benefit: Benefit, name: str) -> Benefit:
    """The benefit under another id, what it leaves open included."""

    def of(node: Condition) -> Condition:
        if isinstance(node, Open):
            return replace(node, id=node.id.replace(benefit.id, name))
        if isinstance(node, Stated):
            return replace(node, part=of(node.part))
        if isinstance(node, (AllOf, AnyOf, NoneOf)):
            return replace(node, parts=tuple(of(part) for part in node.parts))
        return node

    return replace(benefit, id=name, scope=of(benefit.scope), condition=of(benefit.condition))


def with_ids(base: RuleBase, ids: Mapping[str, str]) -> RuleBase:
    """The rule base with some benefits called by other ids."""
    if not ids:
        return base
    benefits = tuple(_called(b, ids.get(b.id, b.id)) for b in base.benefits)
    relations = tuple(
        replace(r, members=tuple(ids.get(m, m) for m in r.members), received=tuple(ids.get(m, m) for m in r.received))
        for r in base.relations
    )
    return replace(base, benefits=benefits, relations=relations)
