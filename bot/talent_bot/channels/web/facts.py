"""What is known of a person, line by line, each with the button that opens it again."""

from __future__ import annotations

from dataclasses import dataclass

from talent_bot.dialogue import Dialogue
from talent_bot.turn import Advisor

_HOW = {"chosen": "您选的", "said": "您说的", "inferred": "推断的", "corrected": "改过的", "skipped": "跳过"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the panel."""

    name: str
    value: str
    how: str
    payload: str


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
        found.append(Fact(entry.name, shown, _HOW.get(note.how, note.how), f"e:{name}"))
    return tuple(found)
