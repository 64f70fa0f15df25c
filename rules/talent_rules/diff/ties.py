"""Relations that came, went or read differently, and somebody whose total they change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice, product

from talent_rules.combine import combine
from talent_rules.decide import decide
from talent_rules.diff import amounts
from talent_rules.diff.model import Change, Witness
from talent_rules.diff.pairs import apart_from_day, person_words, whole
from talent_rules.logic import Masks
from talent_rules.model import Facts, Range, Total
from talent_rules.money import guards_of
from talent_rules.regions import Space, certain, joint_space, thinkable
from talent_rules.rulebase import Benefit, Relation, RuleBase
from talent_rules.vocabulary import show_yuan

COUPLES = 12
NOBODY = "没有找到合计因此不同的人"


def relations(old: RuleBase, new: RuleBase, as_of: date) -> Iterator[Change]:
    """Every relation that the two versions do not both have, and what became of it.

    What a benefit took with it when it was abolished is not told again.
    """
    before, after = {_key(r): r for r in old.relations}, {_key(r): r for r in new.relations}
    gone = [r for key, r in before.items() if key not in after]
    come = [r for key, r in after.items() if key not in before]
    left = {b.id for b in new.benefits}
    for relation in gone:
        heir = max(come, key=lambda r: _likeness(relation, r), default=None)
        if heir is not None and _likeness(relation, heir) > 0:
            come.remove(heir)
            if _key(relation, left) != _key(heir):
                yield _change(old, new, relation, heir, as_of)
        elif len(left & {*relation.members, *relation.received}) == len({*relation.members, *relation.received}):
            yield _change(old, new, relation, None, as_of)
    for relation in come:
        yield _change(old, new, None, relation, as_of)


def _key(relation: Relation, among: Collection[str] | None = None) -> tuple[object, ...]:
    members, received = (
        frozenset(names) if among is None else frozenset(names) & frozenset(among)
        for names in (relation.members, relation.received)
    )
    return relation.kind, members, received, relation.limit


def _likeness(before: Relation, after: Relation) -> float:
    """How far one relation can be taken for another that was edited: 0 is not at all."""
    a, b = set(before.members), set(after.members)
    common = len(a & b) / len(a | b)
    if before.kind != after.kind:
        return common if common == 1 else 0
    return 1 + common if common >= 0.5 else 0


def _change(old: RuleBase, new: RuleBase, before: Relation | None, after: Relation | None, as_of: date) -> Change:
    relation = after or before
    assert relation is not None
    names = {b.id: b.name for base in (old, new) for b in base.benefits}
    members = dict.fromkeys(m for r in (before, after) if r for m in r.members if m in names)
    if before is None or after is None:
        listed = "、".join(names[m] for m in members)
        sentence = f"{'取消' if after is None else '新增'}关系“{relation.kind}”：{listed}{_limit(relation)}"
    else:
        sentence = "，".join(_edits(before, after, names))
    found = None
    if all(m in {b.id for b in base.benefits} for base in (old, new) for m in members):
        found = _affected((old, new), relation, list(members), as_of)
        sentence += f"；例如{found.witness.before}→{found.witness.after}" if found else f"；{NOBODY}"
    direction = found.direction if found else "other"
    return Change(
        relation.members[0] if relation.members else "", "、".join(names[m] for m in members), "relation", direction,
        sentence, place=relation.place, witness=found.witness if found else None,
    )  # fmt: skip


def _limit(relation: Relation) -> str:
    return "" if relation.limit is None else f"，上限 {show_yuan(relation.limit)}"


def _edits(before: Relation, after: Relation, names: dict[str, str]) -> Iterator[str]:
    """What an edit did to a relation: its kind, its members, its limit, what counts as received."""
    both = [names[m] for m in after.members if m in before.members and m in names]
    changed = "" if before.kind == after.kind else f"改为“{after.kind}”"
    yield f"关系“{before.kind}”{changed}：{'、'.join(both)}"
    for what, first, second in (("", before.members, after.members), ("已享受", before.received, after.received)):
        for word, own, other in (("加上", second, first), ("去掉", first, second)):
            found = [names.get(m, m) for m in own if m not in other]
            if found:
                yield f"{what}{word} {'、'.join(found)}"
    if before.limit != after.limit:
        yield f"上限 {show_yuan(before.limit)}→{show_yuan(after.limit)}"


# ── somebody it matters to ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Affected:
    """Somebody whose total changes, and whether that is better for all who were tried."""

    witness: Witness
    direction: str


def _affected(
    bases: tuple[RuleBase, RuleBase], relation: Relation, members: Sequence[str], as_of: date
) -> _Affected | None:
    """Somebody with two of the members whose total over the members the two versions give differently."""
    base = next(b for b in reversed(bases) if relation in b.relations)
    known = {b.id: b for b in base.benefits}
    found: list[tuple[Witness, str]] = []
    own = [known[m] for m in members if m in known]
    for pair in combinations(own, 2) if len(own) > 1 else [tuple(own)]:
        for space, box in _couples(base, pair):
            day, facts = apart_from_day(space.facts(box), as_of)
            totals = [_total(b, facts, day, members) for b in bases]
            if _figures(totals[0]) != _figures(totals[1]):
                words = [_words(t) for t in totals]
                who = Witness(facts, person_words(space, box), day, words[0], words[1], proved=True)
                found.append((who, _better(*totals)))
    if not found:
        return None
    directions = {direction for _, direction in found}
    return _Affected(found[0][0], directions.pop() if len(directions) == 1 else "other")


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


def _figures(total: Total) -> tuple[object, ...]:
    return total.guaranteed, total.possible, total.yearly


def _better(before: Total, after: Total) -> str:
    ends = [
        (a, b)
        for a, b in (
            (before.guaranteed, after.guaranteed),
            (_end(before.possible), _end(after.possible)),
            (before.yearly.lo, after.yearly.lo),
            (_end(before.yearly.hi), _end(after.yearly.hi)),
        )
        if a != b
    ]
    if all(b > a for a, b in ends):
        return "better"
    return "worse" if all(b < a for a, b in ends) else "other"


def _end(hi: int | None) -> float:
    return float("inf") if hi is None else hi


def _words(total: Total) -> str:
    once, nothing = Range(total.guaranteed, total.possible), Range(0, 0)
    yearly = [f"每年 {_ends(total.yearly)}"] if total.yearly != nothing else []
    return "、".join([*([f"合计 {_ends(once)}"] if once != nothing or not yearly else []), *yearly])


def _ends(amount: Range) -> str:
    return show_yuan(amount.lo) if amount.settled else f"{show_yuan(amount.lo)}–{show_yuan(amount.hi)}"


def _total(base: RuleBase, facts: Facts, day: date, benefits: Collection[str]) -> Total:
    """The total over these benefits alone."""
    return combine(base, [v for v in decide(base, facts, day).verdicts if v.benefit in benefits], facts)
