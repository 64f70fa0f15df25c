"""One benefit in two versions: who comes to another outcome, or to another amount, and somebody to show for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from talent_rules.cells import Both, Either, Formula, Leaf
from talent_rules.conditions import AllOf, Condition, atoms
from talent_rules.decide import decide
from talent_rules.diff import amounts
from talent_rules.diff.model import Change, Witness
from talent_rules.diff.terms import terms
from talent_rules.explain import payments_words
from talent_rules.logic import Masks
from talent_rules.logic import replace as narrowed
from talent_rules.model import Decision, Facts, Outcome, Verdict
from talent_rules.money import Amount, Service, guards_of
from talent_rules.regions import Space, certain, shared_space, thinkable
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.vocabulary import Field, show_range

GROUPS = 8

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


class Pair:
    """A benefit that stands in both versions and reads differently."""

    def __init__(
        self, old: RuleBase, new: RuleBase, before: Benefit, after: Benefit, fields: Mapping[str, Field], as_of: date
    ) -> None:
        self.old, self.new, self.before, self.after, self.as_of = old, new, before, after, as_of
        self.comparable = all(
            old.vocabulary.fields.get(a.axis.field, fields[a.axis.field]).kind is fields[a.axis.field].kind
            for a in atoms(whole(before))
        )
        conditions = [c for b in (before, after) for c in (whole(b), b.scope, *guards_of(b.amount))]
        self.space = shared_space(fields, conditions if self.comparable else [], new.implications)

    def changes(self) -> Iterator[Change]:
        """Every difference that matters to somebody, then the terms."""
        if not self.comparable:
            sentence = f"{self.after.name}：用到的信息项换了类型，不能逐人比较"
            yield self._change("terms", "other", sentence)
            return
        first, second = self._side(self.old, self.before), self._side(self.new, self.after)
        yield from self._outcomes(first, second)
        yield from self._amounts(first, second)
        yield from terms(self.before, self.after, self._paid_otherwise(first, second))

    def _side(self, base: RuleBase, benefit: Benefit) -> Side:
        space = self.space
        granted, scope = space.formula(whole(benefit)), space.formula(benefit.scope)
        return Side(base, benefit, thinkable(space, granted), certain(space, granted), thinkable(space, scope))

    # who -----------------------------------------------------------------------------------

    def _outcomes(self, first: Side, second: Side) -> Iterator[Change]:
        key = self._changed_axes(first.can, second.can) | self._changed_axes(first.scope, second.scope)
        for was, old_set in first.states(self.space).items():
            for now, new_set in second.states(self.space).items():
                if was != now and {was, now} != {"no", "out"} and self.space.possible(old_set, new_set):
                    better = _RANK[now] > _RANK[was]
                    own = key or self._telling((old_set, new_set), second.can if better else first.can)
                    yield self._outcome(was, now, (old_set, new_set), own, better)

    def _outcome(self, was: str, now: str, sets: tuple[Formula, ...], key: frozenset[int], better: bool) -> Change:
        direction = "better" if better else "worse"
        among = f"原来{_WORDS[was]}、现在{_WORDS[now]}"
        people, complete = (
            self._people(sets, key, sets[1:] if better else sets[:1], among) if key else (("所有可能符合的人",), True)
        )
        paid = self._paid(self.after if better else self.before, sets)
        verb = {
            "better": "新增" if was in ("no", "out") else "改为符合",
            "worse": "去掉" if now in ("no", "out") else "改为待认定",
        }
        who = "；".join(people) + ("" if complete else "；等")
        sentence = f"{self.after.name}：{verb[direction]} {who}，{_WORDS[was]}→{_WORDS[now]}"
        sentence += f"（{paid}）" if paid else ""
        if now == "no" and not self.space.possible(self._side(self.new, self.after).can):
            sentence += "；新版里没有人能符合"
        witness = self._witness(sets, _OUTCOMES[was], _OUTCOMES[now])
        return self._change("outcome", direction, sentence, _WORDS[was], _WORDS[now], people, complete, witness)

    def _paid(self, benefit: Benefit, sets: tuple[Formula, ...]) -> str:
        found: dict[str, None] = {}
        for who, figures in amounts.tiers(benefit.amount, self.space):
            text = amounts.said(figures, self.space)
            if text not in found and self.space.possible(thinkable(self.space, who), *sets):
                found[text] = None
        return amounts.either(list(found)[:4]) + ("等" if len(found) > 4 else "")

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
        if "" in short:
            short = tuple(dict.fromkeys(self.space.words(b) or "任何人" for b in boxes))
            return short[:GROUPS], complete
        brief = Either(tuple(self._projected(box, key) for box in boxes))
        outside = Either(tuple(self.space.negated(s) for s in sets))
        if self.space.possible(brief, *kept, outside):
            return tuple(f"{words}（其中{among}的）" for words in short[:GROUPS]), complete
        return short[:GROUPS], complete

    def _telling(self, sets: tuple[Formula, ...], kept: Formula) -> frozenset[int]:
        """The axes it takes to tell a set from the rest of those who may have the benefit."""
        space = self.space
        boxes = list(space.cover(*sets, limit=GROUPS + 1))
        outside = Either(tuple(space.negated(s) for s in sets))
        needed = frozenset(n for box in boxes for n, mask in enumerate(box) if mask != space.masks[n])
        for axis in sorted(needed):
            fewer = needed - {axis}
            if not space.possible(Either(tuple(self._projected(box, fewer) for box in boxes)), kept, outside):
                needed = fewer
        return needed

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
            yield self._amount(was, now, (Either(tuple(sets)), *both), (first.sure, second.sure))

    def _amount(
        self, was: tuple[Amount, ...], now: tuple[Amount, ...], sets: tuple[Formula, ...], surely: tuple[Formula, ...]
    ) -> Change:
        key = frozenset(leaf.axis for leaf in _leaves(sets[0]))
        people, complete = self._people(sets, key, sets[1:], "两版都可能符合") if key else (("所有人",), True)
        texts = amounts.said(was, self.space), amounts.said(now, self.space)
        sentence = f"{self.after.name}：{'；'.join(people)}，{texts[0]}→{texts[1]}"
        witness = self._witness((*sets, *surely), None, None) or self._witness(sets, None, None)
        if witness is not None and all(isinstance(a, Service) for a in (*was, *now)):
            witness = replace(
                witness, before=f"{witness.before}，{texts[0]}", after=f"{witness.after}，{texts[1]}", proved=True
            )
        return self._change("amount", amounts.direction(was, now), sentence, *texts, people, complete, witness)

    def _paid_otherwise(self, first: Side, second: Side) -> Witness | None:
        """Somebody who is paid the same in other instalments."""
        if self.before.payment == self.after.payment:
            return None
        for sets in ((first.sure, second.sure), (first.can, second.can)):
            found = self._witness(sets, None, None)
            if found is not None and found.proved:
                return found
        return None

    # somebody ------------------------------------------------------------------------------

    def _witness(self, sets: tuple[Formula, ...], was: Outcome | None, now: Outcome | None) -> Witness | None:
        box = self.space.witness(*sets)
        if box is None:
            return None
        return somebody(self.space, box, (self.old, self.new), self.after.id, self.as_of, was, now)

    def _change(
        self, kind: str, direction: str, sentence: str, before: str = "", after: str = "",
        people: tuple[str, ...] = (), complete: bool = True, witness: Witness | None = None,
    ) -> Change:  # fmt: skip
        return Change(
            self.after.id, self.after.name, kind, direction, sentence, before, after, people, complete, witness,
            self.after.place,
        )  # fmt: skip


def whole(benefit: Benefit) -> Condition:
    """Who gets a benefit while its text is in force."""
    return AllOf((benefit.scope, benefit.condition))


def _leaves(node: Formula) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


def somebody(
    space: Space, box: Masks, bases: tuple[RuleBase, RuleBase], benefit: str, as_of: date,
    was: Outcome | None, now: Outcome | None,
) -> Witness:  # fmt: skip
    """Somebody in a box, decided in both versions; `proved` where they come out as expected."""
    day, facts = apart_from_day(space.facts(box), as_of)
    first, second = (_verdict(decide(b, facts, day), benefit) for b in bases)
    if was is None:
        proved = first is not None and second is not None and _paid(first) != _paid(second)
    else:
        proved = (first and first.outcome) is was and (second and second.outcome) is now
    rate = was is None and first is not None and second is not None and first.amount == second.amount and proved
    return Witness(facts, person_words(space, box), day, _shown(first, rate), _shown(second, rate), proved)


def apart_from_day(facts: Facts, as_of: date) -> tuple[date, Facts]:
    """The day somebody applies, and what else is known of them."""
    day = facts.get("application_date")
    chosen = date.fromordinal(int(day)) if isinstance(day, int) else as_of
    return chosen, facts.having({"application_date": None})


def person_words(space: Space, box: Masks) -> str:
    """Somebody in a box in words, but for the day they apply."""
    for number, axis in enumerate(space.axes):
        if axis.field == "application_date" and not axis.facet:
            box = narrowed(box, number, space.masks[number])
    return space.person(box)


def _paid(verdict: Verdict) -> object:
    return verdict.amount, verdict.schedule


def _verdict(decision: Decision, benefit: str) -> Verdict | None:
    return next((v for v in decision.verdicts if v.benefit == benefit), None)


def _shown(verdict: Verdict | None, rate: bool = False) -> str:
    """A verdict in words, with how it is paid where that is what differs."""
    if verdict is None:
        return "没有这项"
    money = f"，{show_range(verdict.amount.reported)}" if verdict.amount else ""
    return f"{verdict.outcome.label}{money}{f'，{payments_words(verdict.schedule)}' if rate else ''}"
