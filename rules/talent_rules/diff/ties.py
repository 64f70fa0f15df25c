"""Relations that came or went, and somebody whose total they change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import combinations, islice, product

from talent_rules.combine import combine
from talent_rules.decide import decide
from talent_rules.diff import amounts
from talent_rules.diff.model import Change, Witness
from talent_rules.diff.pairs import whole
from talent_rules.logic import Masks
from talent_rules.model import Facts, Total
from talent_rules.money import guards_of
from talent_rules.regions import Space, certain, joint_space, thinkable
from talent_rules.rulebase import Benefit, Relation, RuleBase
from talent_rules.vocabulary import show_yuan

COUPLES = 12


def relations(old: RuleBase, new: RuleBase, as_of: date) -> Iterator[Change]:
    """Every relation that only one of two versions has."""
    before = {_relation_key(r): r for r in old.relations}
    after = {_relation_key(r): r for r in new.relations}
    for key in dict.fromkeys([*before, *after]):
        if (key in before) != (key in after):
            base, relation = (new, after[key]) if key in after else (old, before[key])
            yield _relation_change(old, new, base, relation, "新增" if key in after else "取消", as_of)


def _relation_key(relation: Relation) -> tuple[object, ...]:
    return relation.kind, frozenset(relation.members), frozenset(relation.received), relation.limit


def _relation_change(
    old: RuleBase, new: RuleBase, base: RuleBase, relation: Relation, word: str, as_of: date
) -> Change:
    known = {b.id: b for b in base.benefits}
    names = "、".join(known[m].name for m in relation.members if m in known)
    limit = f"，上限 {show_yuan(relation.limit)}" if relation.limit is not None else ""
    sentence = f"{word}关系“{relation.kind}”：{names}{limit}"
    members = [known[m] for m in relation.members if m in known]
    witness = _affected(old, new, base, members, as_of)
    direction = "other"
    if witness is not None:
        sentence += f"；例如合计 {witness.before}→{witness.after}"
    return Change(
        relation.members[0] if relation.members else "", names, "relation", direction, sentence, place=relation.place,
        witness=witness,
    )  # fmt: skip


def _affected(old: RuleBase, new: RuleBase, base: RuleBase, members: Sequence[Benefit], as_of: date) -> Witness | None:
    """Somebody with two of the members whose total over the members the two versions give differently."""
    names = {m.id for m in members}
    for pair in combinations(members, 2):
        for space, box in _couples(base, pair):
            facts = space.facts(box)
            day = facts.get("application_date")
            chosen = date.fromordinal(int(day)) if isinstance(day, int) else as_of
            facts = facts.having({"application_date": None})
            totals = [_total(b, facts, chosen, names) for b in (old, new)]
            if _figures(totals[0]) != _figures(totals[1]):
                words = ["、".join(_figures(t)) for t in totals]
                return Witness(facts, space.person(box), chosen, words[0], words[1], True)
    return None


def _couples(base: RuleBase, pair: Sequence[Benefit]) -> Iterator[tuple[Space, Masks]]:
    """People who have both: first such as surely do, then such as may; a few with other amounts."""
    conditions = [whole(b) for b in pair]
    space = joint_space(base, [*conditions, *(g for b in pair for g in guards_of(b.amount))])
    tiers = [[w for w, _ in amounts.tiers(b.amount, space)] for b in pair]
    for settle in (certain, thinkable):
        both = [settle(space, space.formula(c)) for c in conditions]
        for rows in islice(product(*tiers), COUPLES):
            box = space.witness(*both, *(thinkable(space, r) for r in rows))
            if box is not None:
                yield space, box


def _figures(total: Total) -> tuple[str, ...]:
    once = f"{show_yuan(total.guaranteed)}–{show_yuan(total.possible)}"
    if total.yearly.hi == 0:
        return (once,)
    return once, f"每年 {show_yuan(total.yearly.lo)}–{show_yuan(total.yearly.hi)}"


def _total(base: RuleBase, facts: Facts, day: date, benefits: Collection[str]) -> Total:
    """The total over these benefits alone."""
    return combine(base, [v for v in decide(base, facts, day).verdicts if v.benefit in benefits], facts)
