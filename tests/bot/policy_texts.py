"""Every text of the rule data that people get to read, with where it stands: what its catalogue translates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from talent_rules.compiler.load import load
from talent_rules.conditions import Condition, Reach, Stated, children, opens
from talent_rules.money import Service, Table, Tallied, guards_of, parts_of
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Kind, Vocabulary

Text = tuple[str | tuple[str, str], str, str]  # the text (twice where it counts things), its file, what it is


def policy_texts(folder: Path) -> Iterator[Text]:
    """The texts of all places of a data folder, each once."""
    seen: set[str | tuple[str, str]] = set()
    places = sorted(p.name for p in folder.iterdir() if p.is_dir() and any(p.glob("*.yaml")) and p.name != "reference")
    for place in sorted(places, key=lambda name: name != "ordos"):
        base = load(place, folder)
        for text, file, comment in (*_vocabulary(base.vocabulary), *_policies(base), *_benefits(base)):
            if text not in seen and not str(text).isascii():
                seen.add(text)
                yield text, file, comment


def _vocabulary(known: Vocabulary) -> Iterator[Text]:
    for entry in known.fields.values():
        file = entry.place.file or "vocabulary.yaml"
        yield entry.name, file, f"{entry.id}: name"
        for text, what in ((entry.question, "question"), (entry.why, "why it is asked")):
            yield text, file, f"{entry.id}: {what}"
        yield entry.example, file, f"{entry.id}: example"
        if entry.kind is Kind.COUNT and entry.unit:
            yield ("{n}" + entry.unit,) * 2, file, f"{entry.id}: so many"
        for option in entry.options:
            yield option.name, file, f"{entry.id} = {option.id}"
        how = entry.derivation
        if how is not None and how.kind == "member":
            yield f"{entry.name}：来源没有载明适用哪一版名单", file, f"{entry.id}: which edition of the list"
    for group in known.groups:
        yield group.question, "vocabulary.yaml", f"group {group.id}: question"
        yield group.why, "vocabulary.yaml", f"group {group.id}: why it is asked"
        for choice in group.choices:
            yield choice.label, "vocabulary.yaml", f"group {group.id}: choice"
    for listed in known.reference.lists.values():
        yield listed.name, "reference/lists.yaml", f"list {listed.id}"


def _policies(base: RuleBase) -> Iterator[Text]:
    for policy in base.policies.values():
        yield policy.title, policy.file, f"{policy.id}: what its citations are headed with"
        yield policy.name, policy.file, f"{policy.id}: full name"
    for relation in base.relations:
        file = relation.place.file
        yield relation.note, file, f"{relation.kind}: note"


def _benefits(base: RuleBase) -> Iterator[Text]:
    for benefit in base.benefits:
        file, name = base.policies[benefit.policy].file, benefit.local_id
        yield benefit.name, file, f"{name}: name"
        yield benefit.basis.summary, file, f"{name}: summary"
        yield benefit.beneficiary, file, f"{name}: who is paid"
        yield benefit.channel, file, f"{name}: where to apply"
        yield benefit.deadline, file, f"{name}: when to apply"
        yield benefit.note, file, f"{name}: note"
        for document in benefit.documents:
            yield document, file, f"{name}: document to bring"
        if benefit.payment:
            yield benefit.payment.first, file, f"{name}: when the first payment comes"
            yield benefit.payment.undecided, file, f"{name}: what is open about the payments"
        for condition in (benefit.scope, benefit.condition, *guards_of(benefit.amount)):
            for text in _stated(condition):
                yield text, file, f"{name}: condition"
        for part in parts_of(benefit.amount):
            if isinstance(part, Tallied):
                yield from ((item.name, file, f"{name}: part of the points") for item in part.items)
            if isinstance(part, Service):
                yield part.text, file, f"{name}: what is given"
            if isinstance(part, Table):
                for column in part.columns[:-1]:
                    if base.vocabulary.find(column) is None:
                        yield column, file, f"{name}: column of the table"


def _stated(node: Condition) -> Iterator[str]:
    """What no program can take apart: open texts, and the names of tiers."""
    yield from (leaf.text for leaf in opens(node))
    for part in _all(node):
        if isinstance(part, Stated) and part.kind == "points":
            yield part.text.partition(" ")[0]
        elif isinstance(part, Reach):
            yield from (item.name for item in part.items)
        elif isinstance(part, Stated) and part.text.startswith(("符合 ", "不符合 ")):
            yield part.text.partition(" ")[2]


def _all(node: Condition) -> Iterator[Condition]:
    yield node
    for part in children(node):
        yield from _all(part)
