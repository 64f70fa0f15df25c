"""Two versions compared over all people: a set of people, or the proof that it is empty.

Both versions are laid over one split into cells, so `old and not new` either has somebody in it,
who is then named, or nobody. What reads the same is skipped; what was reworded without any effect
is found to have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from talent_rules.diff import amounts
from talent_rules.diff.model import Change, Difference
from talent_rules.diff.notes import notes
from talent_rules.diff.pairs import Pair, somebody, whole
from talent_rules.diff.renumbering import renumbered_in, with_ids
from talent_rules.diff.ties import relations
from talent_rules.money import guards_of
from talent_rules.regions import joint_space, thinkable
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.vocabulary import Field

#: groups of people named one by one where a benefit is new or gone
LISTED = 3


def compare(old: RuleBase, new: RuleBase, as_of: date) -> Difference:
    """Every difference of who gets what, with a person for each; `as_of` is the witnesses' default day."""
    renumbered = dict(renumbered_in(old, new))
    version, old = old.version, with_ids(old, renumbered)
    before, after = {b.id: b for b in old.benefits}, {b.id: b for b in new.benefits}
    fields = _fields(old, new)
    changes: list[Change] = []
    same: list[str] = []
    reworded: list[str] = []
    for name in dict.fromkeys([*after, *before]):
        if name not in before:
            changes += _only(new, after[name], "added", as_of, old)
        elif name not in after:
            changes += _only(old, before[name], "removed", as_of, new)
        elif before[name] == after[name]:
            same.append(name)
        else:
            found = list(Pair(old, new, before[name], after[name], fields, as_of).changes())
            changes += found
            if not found:
                same.append(name)
                reworded.append(after[name].name)
    changes += relations(old, new, as_of)
    said = [f"“{name}”改了写法，谁得多少没有变化" for name in reworded]
    said += [f"编号 {first} 改成了 {second}，谁得多少没有变化" for first, second in renumbered.items()]
    return Difference(version, new.version, as_of, tuple(changes), tuple(same), (*said, *notes(old, new)))


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


def _only(base: RuleBase, benefit: Benefit, kind: str, as_of: date, other: RuleBase) -> Iterator[Change]:
    space = joint_space(base, [whole(benefit), *guards_of(benefit.amount)])
    who = thinkable(space, space.formula(whole(benefit)))
    box = space.witness(who)
    figures = amounts.either(
        amounts.said(f, space)
        for w, f in amounts.tiers(benefit.amount, space)
        if space.possible(who, thinkable(space, w))
    )
    word = "新设" if kind == "added" else "取消"
    people = tuple(space.words(b) or "任何人" for b in space.cover(who, limit=LISTED)) if box is not None else ()
    complete = len(people) < LISTED
    bases = (other, base) if kind == "added" else (base, other)
    witness = None
    if box is not None:
        witness = somebody(space, box, bases, benefit.id, as_of, None, None)
        present = witness.after if kind == "added" else witness.before
        witness = replace(witness, proved=present != "没有这项" and not present.startswith(("不符合", "不适用")))
    whom = f"{'；'.join(people)}，" if people and complete else ""
    sentence = f"{word}“{benefit.name}”：{whom}{figures}" + ("" if box is not None else "（没有人符合）")
    texts = ("没有这项", figures) if kind == "added" else (figures, "没有这项")
    direction = "better" if kind == "added" else "worse"
    yield Change(benefit.id, benefit.name, kind, direction, sentence, *texts, people, complete, witness, benefit.place)
