"""Which benefits go together and which do not, as the rules declare it, in a line each."""

from __future__ import annotations

from collections.abc import Collection

from talent_bot.words import Words
from talent_rules import RELATION_WORDS, RuleBase

UNSETTLED = "待定"
FREE = "可叠加"


def relations_among(
    base: RuleBase, ids: Collection[str], say: Words, *, about: Collection[str] = (), known: Collection[str] = ()
) -> list[str]:
    """How two or more of these benefits go together, what certainly binds first; only those `about` some, if given.

    A relation names no benefit that is not among `ids`. Those of kinds in `known` are left out.
    """
    lines: dict[str, None] = {}
    for relation in sorted(base.relations, key=lambda r: r.kind == UNSETTLED):
        members = [m for m in relation.members if m in ids]
        names = list(dict.fromkeys(say(base.benefit(m).name) for m in members))
        if len(names) < 2 or relation.kind in known or (about and not set(members) & set(about)):
            continue
        how = say(RELATION_WORDS[relation.kind])
        if relation.kind != UNSETTLED:
            how += say("（{grade}级来源）", grade=relation.grade.value)
        lines[say("{names}：{how}", names=say.listed(names), how=how)] = None
    return list(lines)


def received_before(base: RuleBase, benefit: str, received: Collection[str], say: Words) -> str:
    """What somebody who was paid before has to know of a benefit: no figure here takes off what was paid."""
    if benefit in received:
        return say("您说领过这一项；还能不能领、怎么扣，请向主管部门核实，这里没有扣。")
    for relation in base.relations:
        had = [m for m in relation.members if m in received]
        if had and benefit in relation.members and relation.kind != FREE:
            names = say.listed(dict.fromkeys(say(base.benefit(m).name) for m in had))
            how = say(RELATION_WORDS[relation.kind])
            return say("您领过 {names}：{how}；领过的怎么扣，请向主管部门核实，这里没有扣。", names=names, how=how)
    return ""
