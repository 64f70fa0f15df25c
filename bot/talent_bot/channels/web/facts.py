"""What is known of a person, line by line, each with the button that opens it again."""

from __future__ import annotations

from dataclasses import dataclass

from talent_bot.advisor import Advisor
from talent_bot.dialogue import Dialogue
from talent_bot.words import Words, marked
from talent_rules import show_value

_HOW = {
    "chosen": marked("您选的"),
    "said": marked("您说的"),
    "inferred": marked("推断的"),
    "corrected": marked("改过的"),
    "skipped": marked("跳过"),
}
FOLD_FROM = 4


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


def facts_of(advisor: Advisor, dialogue: Dialogue, say: Words) -> tuple[Fact, ...]:
    """Every fact of the person the conversation is about, in the order they came."""
    fields = advisor.base.vocabulary.fields
    found = []
    for name, note in dialogue.people.get(dialogue.subject, {}).items():
        entry = fields.get(name)
        if entry is None:
            continue
        value = advisor.base.read({name: note.value})[0].get(name)
        shown = str(note.value) if value is None else show_value(entry, value, say)
        quote = say(note.quote) if note.how == "chosen" else ""
        found.append(Fact(say(entry.name), shown, say(_HOW.get(note.how, note.how)), f"e:{name}", quote))
    return tuple(found)
