"""What is known of a person, line by line, each with the button that opens it again."""

from __future__ import annotations

from dataclasses import dataclass

from talent_bot.dialogue import Dialogue
from talent_bot.turn import Advisor

_HOW = {"chosen": "您选的", "said": "您说的", "inferred": "推断的", "corrected": "改过的", "skipped": "跳过"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the panel; `quote` is the answer it came from."""

    name: str
    value: str
    how: str
    payload: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Bunch:
    """Lines that one tap gave: folded under what was tapped when there are many."""

    title: str
    facts: tuple[Fact, ...]


FOLD_FROM = 4


def bunches(facts: tuple[Fact, ...]) -> tuple[Bunch, ...]:
    """The panel's lines; those a single tap gave stand together."""
    by_quote: dict[str, list[Fact]] = {}
    for fact in facts:
        by_quote.setdefault(fact.quote or fact.payload, []).append(fact)
    found = []
    for title, group in by_quote.items():
        if len(group) >= FOLD_FROM and group[0].quote:
            found.append(Bunch(title, tuple(group)))
        else:
            found += [Bunch("", (fact,)) for fact in group]
    return tuple(found)


def facts_of(advisor: Advisor, dialogue: Dialogue) -> tuple[Fact, ...]:
    """Every fact of the person the conversation is about, in the order they came."""
    fields = advisor.base.vocabulary.fields
    found = []
    for name, note in dialogue.people.get(dialogue.subject, {}).items():
        entry = fields.get(name)
        if entry is None:
            continue
        value = advisor.base.read({name: note.value})[0].get(name)
        shown = str(note.value) if value is None else entry.show(value)
        quote = note.quote if note.how == "chosen" else ""
        found.append(Fact(entry.name, shown, _HOW.get(note.how, note.how), f"e:{name}", quote))
    return tuple(found)
