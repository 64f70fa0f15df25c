"""Two versions compared over all people: a set of people, or the proof that it is empty.

Both versions are laid over one split into cells, so `old and not new` either has somebody in it,
who is then named, or nobody. What reads the same is skipped; what was reworded without any effect
is found to have none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import combinations, islice, product

from talent_rules.cells import Both, Either, Formula, Leaf
from talent_rules.combine import combine
from talent_rules.conditions import AllOf, AnyOf, Condition, NoneOf, Open, Stated, atoms
from talent_rules.decide import decide
from talent_rules.diff import amounts
from talent_rules.diff.model import Change, Difference, Witness
from talent_rules.logic import Masks
from talent_rules.model import Decision, Facts, Outcome, Total, Verdict
from talent_rules.money import Amount, Table, guards_of
from talent_rules.regions import Space, certain, joint_space, shared_space, thinkable
from talent_rules.rulebase import Benefit, PaymentPlan, Relation, RuleBase
from talent_rules.vocabulary import Field, show_range, show_yuan

GROUPS = 8
COUPLES = 12

_WORDS = {"yes": "符合", "review": "待认定", "no": "不符合", "out": "不适用", "absent": "没有这项"}
_OUTCOMES = {
    "yes": Outcome.ELIGIBLE, "review": Outcome.NEEDS_REVIEW, "no": Outcome.INELIGIBLE, "out": Outcome.OUT_OF_SCOPE,
}  # fmt: skip
_RANK = {"absent": 0, "out": 0, "no": 0, "review": 1, "yes": 2}


@dataclass(frozen=True, slots=True)
class Side:
    """One version of a benefit over the shared cells."""

    base: RuleBase
    benefit: Benefit
    can: Formula
    sure: Formula
    scope: Formula

    def states(self, space: Space) -> dict[str, Formula]:
        """Who comes to which outcome, once everything askable is known."""
        return {
            "yes": self.sure,
            "review": Both((self.can, space.negated(self.sure))),
            "no": Both((self.scope, space.negated(self.can))),
            "out": space.negated(self.scope),
        }


def compare(old: RuleBase, new: RuleBase, as_of: date) -> Difference:
    """Every difference of who gets what, with a person for each; `as_of` is the witnesses' default day."""
    before, after = {b.id: b for b in old.benefits}, {b.id: b for b in new.benefits}
    fields = _fields(old, new)
    changes: list[Change] = []
    same: list[str] = []
    for name in dict.fromkeys([*after, *before]):
        if name not in before:
            changes += _only(new, after[name], "added", as_of, old)
        elif name not in after:
            changes += _only(old, before[name], "removed", as_of, new)
        elif before[name] == after[name]:
            same.append(name)
        else:
            changes += _Pair(old, new, before[name], after[name], fields, as_of).changes()
    changes += _relations(old, new, as_of)
    return Difference(old.version, new.version, as_of, tuple(changes), tuple(same), tuple(_notes(old, new)))


def _fields(old: RuleBase, new: RuleBase) -> Mapping[str, Field]:
    """The fields of both vocabularies; a choice has the values of both."""
    found = dict(old.vocabulary.fields)
    for name, entry in new.vocabulary.fields.items():
        known = found.get(name)
        if known is not None and known.kind is entry.kind and known.options != entry.options:
            ids = {o.id for o in entry.options}
            entry = replace(entry, options=(*entry.options, *(o for o in known.options if o.id not in ids)))
        found[name] = entry
    return found


# ── one benefit in both versions ────────────────────────────────────────────────────────────


class _Pair:
    """A benefit that stands in both versions and reads differently."""

    def __init__(
        self, old: RuleBase, new: RuleBase, before: Benefit, after: Benefit, fields: Mapping[str, Field], as_of: date
    ) -> None:
        self.old, self.new, self.before, self.after, self.as_of = old, new, before, after, as_of
        self.comparable = all(
            old.vocabulary.fields.get(a.axis.field, fields[a.axis.field]).kind is fields[a.axis.field].kind
            for a in atoms(_whole(before))
        )
        conditions = [c for b in (before, after) for c in (_whole(b), b.scope, *guards_of(b.amount))]
        self.space = shared_space(fields, conditions if self.comparable else [], new.implications)

    @cached_property
    def only_opened(self) -> bool:
        """Whether the same people may have it in both versions: only what is left open changed."""
        space = self.space
        first, second = (thinkable(space, space.formula(_whole(b))) for b in (self.before, self.after))
        return not space.possible(first, space.negated(second)) and not space.possible(second, space.negated(first))

    def changes(self) -> Iterator[Change]:
        if not self.comparable:
            sentence = f"{self.after.name}：用到的信息项换了类型，不能逐人比较"
            yield self._change("terms", "other", sentence)
            return
        first, second = self._side(self.old, self.before), self._side(self.new, self.after)
        yield from self._outcomes(first, second)
        yield from self._amounts(first, second)
        yield from _terms(self.before, self.after)

    def _side(self, base: RuleBase, benefit: Benefit) -> Side:
        space = self.space
        whole, scope = space.formula(_whole(benefit)), space.formula(benefit.scope)
        return Side(base, benefit, thinkable(space, whole), certain(space, whole), thinkable(space, scope))

    # who -----------------------------------------------------------------------------------

    def _outcomes(self, first: Side, second: Side) -> Iterator[Change]:
        key = self._changed_axes(first.can, second.can) | self._changed_axes(first.scope, second.scope)
        for was, old_set in first.states(self.space).items():
            for now, new_set in second.states(self.space).items():
                if was != now and {was, now} != {"no", "out"} and self.space.possible(old_set, new_set):
                    yield self._outcome(was, now, (old_set, new_set), key)

    def _outcome(self, was: str, now: str, sets: tuple[Formula, ...], key: frozenset[int]) -> Change:
        direction = "better" if _RANK[now] > _RANK[was] else "worse"
        among = f"原来{_WORDS[was]}、现在{_WORDS[now]}"
        people, complete = self._people(sets, key, sets[1:] if direction == "better" else sets[:1], among)
        kept = self.after if direction == "better" else self.before
        paid = self._paid(kept, sets)
        verb = {
            "better": "新增" if was in ("no", "out") else "改为符合",
            "worse": "去掉" if now in ("no", "out") else "改为待认定",
        }
        who = "；".join(people) + ("" if complete else "；等")
        sentence = f"{self.after.name}：{verb[direction]} {who}，{_WORDS[was]}→{_WORDS[now]}" + (
            f"（{paid}）" if paid else ""
        )
        witness = self._witness(sets, _OUTCOMES[was], _OUTCOMES[now])
        return self._change("outcome", direction, sentence, _WORDS[was], _WORDS[now], people, complete, witness)

    def _paid(self, benefit: Benefit, sets: tuple[Formula, ...]) -> str:
        found: dict[str, None] = {}
        for who, figures in amounts.tiers(benefit.amount, self.space):
            text = amounts.said(figures, self.space)
            if text not in found and self.space.possible(thinkable(self.space, who), *sets):
                found[text] = None
        return "或".join(list(found)[:4]) + ("等" if len(found) > 4 else "")

    def _changed_axes(self, first: Formula, second: Formula) -> frozenset[int]:
        a, b = Counter(_leaves(first)), Counter(_leaves(second))
        return frozenset(leaf.axis for leaf in (a - b) + (b - a))

    def _people(
        self, sets: tuple[Formula, ...], key: frozenset[int], kept: tuple[Formula, ...], among: str
    ) -> tuple[tuple[str, ...], bool]:
        """The sentences that describe a set, and whether they are all of it.

        Only the axes the change is about; where those and what is `kept` are not yet exactly these
        people, `among` says who of them is meant.
        """
        boxes = list(self.space.cover(*sets, limit=GROUPS + 1, keep=key))
        complete = len(boxes) <= GROUPS
        axes = [self.space.axes[n] for n in sorted(key)]
        short = tuple(dict.fromkeys(self.space.words(b, only=axes) for b in boxes))
        if not axes and self.only_opened:
            return (f"凡{among}的人",), True
        if "" in short:
            short = tuple(dict.fromkeys(self.space.words(b) or "任何人" for b in boxes))
            return short[:GROUPS], complete
        brief = Either(tuple(self._projected(box, key) for box in boxes))
        outside = Either(tuple(self.space.negated(s) for s in sets))
        if self.space.possible(brief, *kept, outside):
            return tuple(f"{words}（其中{among}的）" for words in short[:GROUPS]), complete
        return short[:GROUPS], complete

    def _projected(self, box: Masks, key: frozenset[int]) -> Formula:
        return Both(tuple(Leaf(n, box[n]) for n in sorted(key) if box[n] != self.space.masks[n]))

    # how much ------------------------------------------------------------------------------

    def _amounts(self, first: Side, second: Side) -> Iterator[Change]:
        if self.before.amount == self.after.amount:
            return
        both = (first.can, second.can)
        groups: dict[tuple[tuple[Amount, ...], tuple[Amount, ...]], list[Formula]] = {}
        later = [(thinkable(self.space, w), f) for w, f in amounts.tiers(self.after.amount, self.space)]
        for who, was in amounts.tiers(self.before.amount, self.space):
            old_set = thinkable(self.space, who)
            for new_set, now in later:
                if was != now and self.space.possible(old_set, new_set, *both):
                    groups.setdefault((was, now), []).append(Both((old_set, new_set)))
        for (was, now), sets in groups.items():
            yield self._amount(was, now, (Either(tuple(sets)), *both))

    def _amount(self, was: tuple[Amount, ...], now: tuple[Amount, ...], sets: tuple[Formula, ...]) -> Change:
        key = frozenset(leaf.axis for leaf in _leaves(sets[0]))
        people, complete = self._people(sets, key, sets[1:], "两版都可能符合") if key else (("所有人",), True)
        texts = amounts.said(was, self.space), amounts.said(now, self.space)
        sentence = f"{self.after.name}：{'；'.join(people)}，{texts[0]}→{texts[1]}"
        witness = self._witness(sets, None, None)
        return self._change("amount", amounts.direction(was, now), sentence, *texts, people, complete, witness)

    # somebody ------------------------------------------------------------------------------

    def _witness(self, sets: tuple[Formula, ...], was: Outcome | None, now: Outcome | None) -> Witness | None:
        box = self.space.witness(*sets)
        if box is None:
            return None
        return _somebody(self.space, box, (self.old, self.new), self.after.id, self.as_of, was, now)

    def _change(
        self, kind: str, direction: str, sentence: str, before: str = "", after: str = "",
        people: tuple[str, ...] = (), complete: bool = True, witness: Witness | None = None,
    ) -> Change:  # fmt: skip
        return Change(
            self.after.id, self.after.name, kind, direction, sentence, before, after, people, complete, witness,
            self.after.place,
        )  # fmt: skip


def _whole(benefit: Benefit) -> Condition:
    return AllOf((benefit.scope, benefit.condition))


def _leaves(node: Formula) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


def _somebody(
    space: Space, box: Masks, bases: tuple[RuleBase, RuleBase], benefit: str, as_of: date,
    was: Outcome | None, now: Outcome | None,
) -> Witness:  # fmt: skip
    facts = space.facts(box)
    day = facts.get("application_date")
    chosen = date.fromordinal(int(day)) if isinstance(day, int) else as_of
    facts = facts.having({"application_date": None})
    first, second = (_verdict(decide(b, facts, chosen), benefit) for b in bases)
    if was is None:
        proved = first is not None and second is not None and first.amount != second.amount
    else:
        proved = (first and first.outcome) is was and (second and second.outcome) is now
    return Witness(facts, space.person(box), chosen, _shown(first), _shown(second), proved)


def _verdict(decision: Decision, benefit: str) -> Verdict | None:
    return next((v for v in decision.verdicts if v.benefit == benefit), None)


def _shown(verdict: Verdict | None) -> str:
    if verdict is None:
        return "没有这项"
    money = f"，{show_range(verdict.amount.reported)}" if verdict.amount else ""
    return verdict.outcome.label + money


# ── a benefit in one version only ───────────────────────────────────────────────────────────


def _only(base: RuleBase, benefit: Benefit, kind: str, as_of: date, other: RuleBase) -> Iterator[Change]:
    space = joint_space(base, [_whole(benefit), *guards_of(benefit.amount)])
    who = thinkable(space, space.formula(_whole(benefit)))
    box = space.witness(who)
    figures = "或".join(
        dict.fromkeys(
            amounts.said(f, space)
            for w, f in amounts.tiers(benefit.amount, space)
            if space.possible(who, thinkable(space, w))
        )
    )
    word = "新设" if kind == "added" else "取消"
    people = tuple(space.words(b) or "任何人" for b in space.cover(who, limit=3)) if box is not None else ()
    complete = len(people) < 3
    bases = (other, base) if kind == "added" else (base, other)
    witness = None
    if box is not None:
        witness = _somebody(space, box, bases, benefit.id, as_of, None, None)
        present = witness.after if kind == "added" else witness.before
        witness = replace(witness, proved=present != "没有这项" and not present.startswith(("不符合", "不适用")))
    sentence = f"{word}“{benefit.name}”：{figures}" + ("" if box is not None else "（没有人符合）")
    texts = ("没有这项", figures) if kind == "added" else (figures, "没有这项")
    direction = "better" if kind == "added" else "worse"
    yield Change(benefit.id, benefit.name, kind, direction, sentence, *texts, people, complete, witness, benefit.place)


# ── terms, relations, documents ─────────────────────────────────────────────────────────────


def _terms(before: Benefit, after: Benefit) -> Iterator[Change]:
    for what, first, second in _term_texts(before, after):
        if first != second:
            sentence = f"{after.name}：{what} {first or '（无）'}→{second or '（无）'}"
            yield Change(after.id, after.name, "terms", "other", sentence, first, second, place=after.place)


def _term_texts(before: Benefit, after: Benefit) -> Iterator[tuple[str, str, str]]:
    for what, show in _TERMS.items():
        yield what, show(before), show(after)


_TERMS: Mapping[str, Callable[[Benefit], str]] = {
    "名称": lambda b: b.name,
    "类别": lambda b: b.kind,
    "受益人": lambda b: b.beneficiary,
    "金额的可信级别": lambda b: b.grade.value,
    "官方区间": lambda b: show_range(b.official) if b.official else "",
    "取整": lambda b: show_yuan(b.rounding),
    "表的封顶": lambda b: _caps(b),
    "发放": lambda b: _plan(b.payment),
    "材料": lambda b: "、".join(b.documents),
    "渠道": lambda b: b.channel,
    "期限": lambda b: b.deadline,
    "说明": lambda b: b.note,
    "编号": lambda b: "、".join(b.refs),
    "依据": lambda b: f"{'、'.join(b.basis.sources)} {b.basis.clause} {b.basis.summary}".strip(),
    "来源未定的事项": lambda b: "；".join(_open_texts(_whole(b))),
}


def _caps(benefit: Benefit) -> str:
    return show_yuan(benefit.amount.cap) if isinstance(benefit.amount, Table) and benefit.amount.cap else ""


def _open_texts(node: Condition) -> Iterator[str]:
    if isinstance(node, Open):
        yield node.text
    elif isinstance(node, Stated):
        yield from _open_texts(node.part)
    elif isinstance(node, (AllOf, AnyOf, NoneOf)):
        for part in node.parts:
            yield from _open_texts(part)


def _plan(plan: PaymentPlan | None) -> str:
    if plan is None:
        return ""
    if plan.undecided:
        return f"待定：{plan.undecided}"
    if len(plan.shares) == 1:
        return f"一次性 {plan.first}".strip()
    return f"{':'.join(map(str, plan.shares))}，每 {plan.interval} 个月一期 {plan.first}".strip()


def _relations(old: RuleBase, new: RuleBase, as_of: date) -> Iterator[Change]:
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
    conditions = [_whole(b) for b in pair]
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


def _notes(old: RuleBase, new: RuleBase) -> Iterator[str]:
    for name in dict.fromkeys([*old.policies, *new.policies]):
        if name not in old.policies:
            yield f"新增文件 {new.policies[name].title}"
        elif name not in new.policies:
            yield f"删去文件 {old.policies[name].title}"
        else:
            yield from _document(old, new, name)
    yield from _vocabulary(old, new)


def _document(old: RuleBase, new: RuleBase, name: str) -> Iterator[str]:
    first, second = old.policies[name], new.policies[name]
    for what in ("name", "number", "issuer", "note", "amends", "replaces", "sources", "coverage"):
        if getattr(first, what) != getattr(second, what):
            word = {"name": "名称", "number": "文号", "issuer": "机关", "note": "说明", "amends": "修订",
                    "replaces": "替代", "sources": "来源", "coverage": "条文覆盖"}[what]  # fmt: skip
            yield f"{second.title}：{word}改了，不影响谁得多少"


def _vocabulary(old: RuleBase, new: RuleBase) -> Iterator[str]:
    before, after = old.vocabulary.fields, new.vocabulary.fields
    for name in dict.fromkeys([*before, *after]):
        if name not in before:
            yield f"词汇表新增信息项“{after[name].name}”"
        elif name not in after:
            yield f"词汇表删去信息项“{before[name].name}”"
        elif _meaning(before[name]) != _meaning(after[name]):
            yield f"信息项“{after[name].name}”的类型、取值、范围或推导改了"
    if _ties(old) != _ties(new):
        yield "词汇表的蕴含改了：比较时以新版为准"


def _meaning(entry: Field) -> tuple[object, ...]:
    return entry.kind, tuple(o.id for o in entry.options), entry.unit, entry.lo, entry.hi, entry.derivation


def _ties(base: RuleBase) -> Iterable[object]:
    return tuple((i.when, i.then) for i in base.implications)
