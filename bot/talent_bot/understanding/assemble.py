"""From claims to facts: who has which value, what is denied, withdrawn, supposed, or to be confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from talent_bot.understanding.answers import Answer
from talent_bot.understanding.claims import Claim, Stance
from talent_bot.understanding.repairs import Repair
from talent_bot.understanding.result import Context, Value
from talent_bot.understanding.vocabulary import Vocabulary

_LISTS = frozenset({"qualifications", "awards", "received"})
Facts = dict[str, dict[str, Value]]
T = TypeVar("T")
Lists = dict[str, dict[str, list[Value]]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that one message says, sorted by what may be done with it."""

    facts: Facts = field(default_factory=dict)
    deny: Lists = field(default_factory=dict)
    clear: dict[str, list[str]] = field(default_factory=dict)
    hypothetical: Facts = field(default_factory=dict)
    derive: Facts = field(default_factory=dict)
    confirm: Lists = field(default_factory=dict)

    def without_facts_of_places(self) -> Gathered:
        """A question about another city tells nothing of work here."""
        work = ("employer_type", "contract", "contract_years", "social_insurance", "talent_category", "district")
        return replace(self, facts={p: {k: v for k, v in f.items() if k not in work} for p, f in self.facts.items()})


def gather(claims: list[Claim], answer: Answer, repair: Repair, context: Context, vocabulary: Vocabulary) -> Gathered:
    """Sort the claims, let the pending answer speak first, derive what follows."""
    facts, hypothetical, deny, confirm = {}, {}, {}, {}  # type: Facts, Facts, Lists, Lists
    for claim in claims:
        if claim.stance is Stance.FACT:
            _put(facts, claim)
        elif claim.stance is Stance.SUPPOSED:
            _put(hypothetical, claim)
        elif claim.stance is Stance.DENIED:
            _note(deny, claim.person, claim.field, (claim.value,))
        else:
            _note(confirm, claim.person, claim.field, (claim.value, *claim.others))
    if answer.facts:
        facts["self"] = {**facts.get("self", {}), **answer.facts}
    for name, values in answer.confirm.items():
        _note(confirm, "self", name, tuple(values))
    if _too_young(facts.get("self", {}).get("age")):
        del facts["self"]["age"]  # a child does not apply: 大一岁, 两岁 said of somebody unnamed
    _settle_conflicts(claims, facts, confirm, repair)
    _drop_denied(facts, deny)
    for person, asked in confirm.items():
        for name in [n for n in asked if n in facts.get(person, {})]:
            del asked[name]
    clear = {"self": [f for f in repair.cleared if f not in facts.get("self", {})]} if repair.cleared else {}
    return Gathered(
        _kept(facts), _kept(deny), _kept(clear), _kept(hypothetical), _kept(_derive(facts, claims)), _kept(confirm)
    )


def _too_young(age: Value | None) -> bool:
    return isinstance(age, int) and not isinstance(age, bool) and age < 14


def _put(into: Facts, claim: Claim) -> None:
    own = into.setdefault(claim.person, {})
    old = own.get(claim.field)
    if claim.field in _LISTS and isinstance(old, list) and isinstance(claim.value, list):
        own[claim.field] = list(dict.fromkeys([*map(str, old), *map(str, claim.value)]))
    else:
        own[claim.field] = claim.value


def _note(into: Lists, person: str, name: str, values: tuple[Value, ...]) -> None:
    noted = into.setdefault(person, {}).setdefault(name, [])
    for value in values:
        several = [str(v) for v in value] if isinstance(value, list) else [value]
        noted += [v for v in several if v not in noted]


def _settle_conflicts(claims: list[Claim], facts: Facts, confirm: Lists, repair: Repair) -> None:
    """Two different values of one field: the later in a correction, else a question."""
    if "correct" in repair.intents or "edit" in repair.intents:
        return
    for person, own in facts.items():
        for name in list(own):
            values = [c.value for c in claims if (c.person, c.field, c.stance) == (person, name, Stance.FACT)]
            distinct = [v for i, v in enumerate(values) if v not in values[:i]]
            if len(distinct) < 2 or name in _LISTS or own[name] not in distinct:
                continue
            sharper = _sharpest(distinct)
            if sharper is not None:
                own[name] = sharper
            elif person in ("self", "spouse") and not isinstance(own[name], bool):
                _note(confirm, person, name, tuple(distinct))
                del own[name]
            elif person not in ("self", "spouse"):
                own[name] = distinct[0]


def _sharpest(values: list[Value]) -> Value | None:
    """Of dates one of which refines the others (2024, 2024-07), the finest."""
    texts = [v for v in values if isinstance(v, str)]
    finest = max(texts, key=len, default="")
    if len(texts) == len(values) and all(finest.startswith(t) for t in texts) and finest[:1].isdigit():
        return finest
    exact = [v for v in values if not isinstance(v, dict)]
    return exact[0] if len(exact) == 1 and len(values) > 1 else None


def _drop_denied(facts: Facts, deny: Lists) -> None:
    for person, own in facts.items():
        for name, values in deny.get(person, {}).items():
            if own.get(name) in values:
                del own[name]


def _derive(facts: Mapping[str, Mapping[str, Value]], claims: list[Claim]) -> Facts:
    """What follows from the words themselves; everything else is the rule base's to derive."""
    out: Facts = {}
    for person, own in facts.items():
        more: dict[str, Value] = {}
        if own.get("school_claim") in ("985", "211", "double_first"):
            more["double_first_class"] = True
        if own.get("school_claim") == "ordinary":
            more["double_first_class"] = False
        if "contract_years" in own and "contract" not in own and not isinstance(own["contract_years"], dict):
            more["contract"] = True
        out[person] = more
    old = [
        c for c in claims if c.person == "parent" and c.field == "age" and isinstance(c.value, int) and c.value >= 70
    ]
    young = [c for c in claims if c.person == "child" and c.field == "age" and isinstance(c.value, int) and c.value < 3]
    for name, known in (("parents_70", old), ("children_under_3", young)):
        if known and name not in facts.get("self", {}):
            out.setdefault("self", {})[name] = {"min": min(len(known), 2 if name == "parents_70" else 10)}
    return out


def _kept(tree: Mapping[str, T]) -> dict[str, T]:
    return {k: v for k, v in tree.items() if v}
