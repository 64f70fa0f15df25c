"""A person as told → facts, with what was received before matched to the benefits of the rule base."""

from __future__ import annotations

from collections.abc import Mapping

from talent_rules.model import Facts, Place, Problem, Value
from talent_rules.quantities import clean
from talent_rules.rulebase import RuleBase
from talent_rules.source import did_you_mean, one_line

FIELDS = ("received", "family_received")


def read(base: RuleBase, profile: Mapping[str, object], where: str = "") -> tuple[Facts, tuple[Problem, ...]]:
    """A profile by field ids or 名称 → facts, and a problem for each thing not understood.

    Benefits received before are named by id, by the last part of it, or by 名称, where that is unique. A field
    in which one of them cannot be told is left unknown as a whole.
    """
    facts, problems = base.vocabulary.read(profile, where)
    for name in FIELDS:
        words = facts.get(name)
        if isinstance(words, frozenset) and words:
            facts, more = _matched(base, facts, name, words, where)
            problems += more
    return facts, problems


def _matched(
    base: RuleBase, facts: Facts, name: str, words: frozenset[str], where: str
) -> tuple[Facts, tuple[Problem, ...]]:
    title = base.vocabulary.fields[name].name
    paid = facts.paid if name == "received" else {}
    ids: dict[str, str] = {}
    problems = []
    for word in sorted(words):
        named = _called(base, word)
        if paid.get(word, 0) < 0:
            message, hint = f"{title}：`{word}` 的金额是负数", "写已经领到的钱，例如 30000"
        elif len(named) == 1:
            ids[word] = named[0]
            continue
        elif named:
            message, hint = f"{title}：`{word}` 可以指{len(named)}项待遇", "请写全名：" + "、".join(named)
        else:
            near = did_you_mean(word, [b.name for b in base.benefits] + [b.id for b in base.benefits])
            message, hint = f"{title}：没有 `{word}` 这项待遇", near or "写待遇的名称或 id，没领过就写 没有"
        problems.append(Problem(Place(where), "P602", one_line(message), hint))
    found: Value | None = None if problems else frozenset(ids.values())
    kept = facts.having({name: found})
    if name == "received":
        kept = Facts(kept.values, {} if problems else {ids[w]: paid[w] for w in paid if w in ids})
    return kept, tuple(problems)


def _called(base: RuleBase, word: str) -> tuple[str, ...]:
    """The benefits a word can stand for."""
    try:
        return (base.benefit(word).id,)
    except KeyError:
        wanted = clean(word).casefold()
        return tuple(b.id for b in base.benefits if clean(b.name).casefold() == wanted)
