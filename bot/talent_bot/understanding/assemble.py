"""From claims to facts: who has which value, what is denied, withdrawn, supposed, or to be confirmed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from talent_bot.understanding.answers import Answer
from talent_bot.understanding.claims import Claim, Stance
from talent_bot.understanding.kin import count_kin
from talent_bot.understanding.repairs import Repair
from talent_bot.understanding.result import Value

_LISTS = frozenset({"qualifications", "awards", "received"})
# Of two values the one that says more: a university is a public institution.
_AHEAD = "arrival_ahead"  # 想去鄂尔多斯: no field, but it says that the arrival lies ahead
_ARRIVED = {"arrival_date", "on_post", "social_insurance_months", "bought_home"}
_FINER = {("employer_type", "university"): "public_institution"}
_RISING = ("title", "skill_level")
_ROSE = re.compile(r"又|后来|再|升|晋|[评考]|去年|今年|现在|目前|刚")
Facts = dict[str, dict[str, Value]]
T = TypeVar("T")
Lists = dict[str, dict[str, list[Value]]]
Readings = dict[str, dict[str, list[Mapping[str, Value]]]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that one message says, sorted by what may be done with it."""

    facts: Facts = field(default_factory=dict)
    deny: Lists = field(default_factory=dict)
    clear: dict[str, list[str]] = field(default_factory=dict)
    hypothetical: Facts = field(default_factory=dict)
    derive: Facts = field(default_factory=dict)
    confirm: Lists = field(default_factory=dict)
    ambiguous: Readings = field(default_factory=dict)

    def without_facts_of_places(self) -> Gathered:
        """A question about another city tells nothing of work here."""
        work = ("employer_type", "contract", "contract_years", "social_insurance", "talent_category", "district")
        return replace(self, facts={p: {k: v for k, v in f.items() if k not in work} for p, f in self.facts.items()})


def gather(text: str, claims: list[Claim], answer: Answer, repair: Repair, today: date) -> Gathered:
    """Sort the claims, let the pending answer speak first, derive what follows."""
    claims = _corrected(claims, repair)
    ahead = {c.person for c in claims if c.field == _AHEAD and c.stance is Stance.FACT}
    claims = [c for c in claims if c.field != _AHEAD]
    facts, hypothetical, deny, confirm = {}, {}, {}, {}  # type: Facts, Facts, Lists, Lists
    ambiguous: Readings = {}
    for claim in claims:
        if claim.stance is Stance.FACT:
            _put(facts, claim)
        elif claim.stance is Stance.SUPPOSED:
            _put(hypothetical, claim)
        elif claim.stance is Stance.DENIED:
            _note(deny, claim.person, claim.field, (claim.value,))
        else:
            _note(confirm, claim.person, claim.field, (claim.value, *claim.others))
            if claim.readings:
                ambiguous.setdefault(claim.person, {})[claim.words] = list(claim.readings)
    if answer.facts:
        facts["self"] = {**facts.get("self", {}), **answer.facts}
    for name, values in answer.confirm.items():
        _note(confirm, "self", name, tuple(values))
    own = facts.get("self", {})
    for name in ("age", "birth_date"):
        if _too_young(own.get(name), today):
            del own[name]  # a child does not apply: 大一岁, 两岁, 2024年生 said of somebody unnamed
    _settle_conflicts(text, claims, facts, confirm, repair)
    for own in facts.values():
        if own.get("certs") in ("diploma_only", "none") and own.get("degree_status") == "obtained":
            del own["degree_status"]  # 毕业证拿了，学位没给
    _drop_denied(facts, deny)
    for person, asked in confirm.items():
        for name in [n for n in asked if n in facts.get(person, {})]:
            del asked[name]
    clear = {"self": [f for f in repair.cleared if f not in facts.get("self", {})]} if repair.cleared else {}
    return Gathered(
        _kept(facts),
        _kept(deny),
        _kept(clear),
        _kept(hypothetical),
        _kept(_derive(text, facts, claims, {p for p in ahead if "arrival_date" not in confirm.get(p, {})}, today)),
        _kept(confirm),
        ambiguous,
    )


def _corrected(claims: list[Claim], repair: Repair) -> list[Claim]:
    """Without what the same message takes back: 我是高级工程师，哦不对，我是工程师."""
    later = {(c.person, c.field) for c in claims if c.start >= repair.at}
    return [c for c in claims if not (repair.at and c.end <= repair.at and (c.person, c.field) in later)]


def _too_young(value: Value | None, today: date) -> bool:
    if isinstance(value, dict) and isinstance(value.get("max"), int | float):
        return float(str(value["max"])) < 14
    if isinstance(value, str):
        return int(value[:4]) > today.year - 14
    return isinstance(value, int) and not isinstance(value, bool) and value < 14


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


def _settle_conflicts(text: str, claims: list[Claim], facts: Facts, confirm: Lists, repair: Repair) -> None:
    """Two different values of one field: the later in a correction, else a question."""
    if "correct" in repair.intents or "edit" in repair.intents:
        return
    for person, own in facts.items():
        for name in list(own):
            said = [c for c in claims if (c.person, c.field, c.stance) == (person, name, Stance.FACT)]
            values = [c.value for c in said]
            distinct = [v for i, v in enumerate(values) if v not in values[:i]]
            if len(distinct) < 2 or name in _LISTS or own[name] not in distinct:
                continue
            sharper = _sharpest(distinct) or _finer(name, distinct)
            if sharper is not None:
                own[name] = sharper
            elif name in _RISING and _ROSE.search(text[said[0].end : said[-1].start]):
                continue  # 先评的一级教师，去年又评上了高级教师: the last said stands
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


def _finer(name: str, values: list[Value]) -> Value | None:
    fine = [v for v in values if isinstance(v, str) and _FINER.get((name, v)) in values]
    return fine[0] if fine and len(values) == 2 else None


def _drop_denied(facts: Facts, deny: Lists) -> None:
    for person, own in facts.items():
        for name, values in deny.get(person, {}).items():
            if own.get(name) in values:
                del own[name]


def _derive(
    text: str, facts: Mapping[str, Mapping[str, Value]], claims: list[Claim], ahead: set[str], today: date
) -> Facts:
    """What follows from the words themselves; everything else is the rule base's to derive."""
    out: Facts = {}
    for person, own in facts.items():
        more: dict[str, Value] = {}
        if own.get("school_claim") in ("985", "211", "double_first"):
            more["double_first_class"] = True
        if own.get("school_claim") == "ordinary":
            more["double_first_class"] = False
        out[person] = more
    for person in ahead:
        own = facts.get(person, {})
        if not own.keys() & _ARRIVED:
            out.setdefault(person, {})["arrival_date"] = {"min": today.isoformat()}
    for name, value in count_kin(claims, today, text).items():
        if name not in facts.get("self", {}):
            out.setdefault("self", {})[name] = value
    return out


def _kept(tree: Mapping[str, T]) -> dict[str, T]:
    return {k: v for k, v in tree.items() if v}
