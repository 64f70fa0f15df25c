"""What a change has to do with: the benefits that differ, and those that cannot be had together with them.

Everything else is worth the same in both versions. Counting it would hide the change: one unknown title that may bring
millions outweighs any sum that differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from talent_rules.diff.notes import meaning
from talent_rules.rulebase import Benefit, Relation, RuleBase


@dataclass(frozen=True, slots=True)
class Affected:
    """Both versions with only what a change has to do with: the benefits in `differing`, and those tied to them.

    `same` is how many benefits were left out.
    """

    old: RuleBase
    new: RuleBase
    differing: frozenset[str]
    same: int


def affected(old: RuleBase, new: RuleBase) -> Affected:
    """The part of two versions that their difference has to do with; the whole where even the words differ."""
    everything = frozenset(b.id for base in (old, new) for b in base.benefits)
    differing = frozenset(_differing(old, new))
    if not differing or not _same_words(old, new):
        return Affected(old, new, everything, 0)
    kept = _with_tied((*old.relations, *new.relations), differing)
    return Affected(_only(old, kept), _only(new, kept), differing, len(everything - kept))


def names_of(old: RuleBase, new: RuleBase) -> dict[str, str]:
    """What each benefit of either version is called; with its document where two have the same name."""
    every = {b.id: (b.name, base.policies[b.policy].title) for base in (old, new) for b in base.benefits}
    count = Counter(name for name, _ in every.values())
    return {i: f"{name}（{title}）" if count[name] > 1 else name for i, (name, title) in every.items()}


def _same_words(old: RuleBase, new: RuleBase) -> bool:
    before, after = ({n: meaning(f) for n, f in base.vocabulary.fields.items()} for base in (old, new))
    same_lists = old.vocabulary.reference == new.vocabulary.reference
    return before == after and same_lists and old.implications == new.implications


def _differing(old: RuleBase, new: RuleBase) -> Iterator[str]:
    """The benefits one version lacks or puts in other terms, and the members of relations only one of them has."""
    before, after = ({b.id: _terms(b) for b in base.benefits} for base in (old, new))
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield name
    ties = [{_tie(r): r for r in base.relations} for base in (old, new)]
    for key in ties[0].keys() ^ ties[1].keys():
        relation = ties[0].get(key) or ties[1][key]
        yield from (m for m in (*relation.members, *relation.received) if m in before or m in after)


def _terms(benefit: Benefit) -> tuple[object, ...]:
    return (
        benefit.scope, benefit.condition, benefit.amount, benefit.grade, benefit.official, benefit.rounding,
        benefit.payment, benefit.beneficiary,
    )  # fmt: skip


def _tie(relation: Relation) -> tuple[object, ...]:
    return relation.kind, frozenset(relation.members), frozenset(relation.received), relation.limit, relation.grade


def _with_tied(relations: Collection[Relation], names: Collection[str]) -> frozenset[str]:
    """These benefits and all that relations tie to them, however many steps away."""
    kept, grown = set(names), True
    while grown:
        size = len(kept)
        for relation in relations:
            members = {*relation.members, *relation.received}
            if relation.kind != "可叠加" and members & kept:
                kept |= members
        grown = len(kept) > size
    return frozenset(kept)


def _only(base: RuleBase, kept: Collection[str]) -> RuleBase:
    relations = (replace(r, members=tuple(m for m in r.members if m in kept), places=()) for r in base.relations)
    return replace(
        base,
        benefits=tuple(b for b in base.benefits if b.id in kept),
        relations=tuple(r for r in relations if r.members),
    )


def read_by(base: RuleBase, benefits: Collection[str]) -> frozenset[str]:
    """The fields these benefits read, and what those are derived from."""
    found: set[str] = set()
    for benefit, circuit in zip(base.benefits, base.circuits, strict=True):
        if benefit.id in benefits:
            found |= {a.field for a in circuit.axes} | set(circuit.numbers)
    derived = [base.vocabulary.fields[name].derivation for name in found if name in base.vocabulary.fields]
    return frozenset(found | {name for how in derived if how is not None for name in (how.of, how.on) if name})
