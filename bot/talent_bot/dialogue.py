"""What a conversation is made of: facts with their provenance per person, and the pending question.

No position in a script is kept, so that a person may answer, correct and digress in any order. All
of it is frozen and turns into JSON and back, for the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

SELF = "self"
UNDO_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Event:
    """What came in: a text, or the payload of a button that was pressed."""

    text: str = ""
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One fact as JSON (the form `Vocabulary.read` takes), and how we came to it.

    `how`: chosen (a button), said (free text), inferred (follows from what was said), corrected.
    """

    value: Any
    how: str = "said"
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """The question that has first claim on a short answer.

    `kind`: question (a field or group of the planner), confirm (yes or no to `sets[0]`), pick (one of
    `options`). `sets[i]` is what option i sets, field → JSON value.
    """

    id: str
    kind: str = "question"
    fields: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    sets: tuple[Mapping[str, Any], ...] = ()
    person: str = SELF
    text: str = ""
    why: str = ""
    asked: int = 0  # how often it was put


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The state of one conversation."""

    people: Mapping[str, Mapping[str, Note]] = field(default_factory=dict)
    subject: str = SELF
    pending: Pending | None = None
    lang: str = "zh"
    rule_base: str = ""
    greeted: bool = False
    finished: bool = False
    thorough: bool = False  # go on asking where only outcomes without money are open
    past: tuple[Mapping[str, Mapping[str, Note]], ...] = ()
    recent: tuple[str, ...] = ()  # the last few sentences said, so that none comes three times
    serial: int = 0  # counts turns; a button of an older turn is told apart by it
    last_seen: str = ""

    def facts(self, person: str | None = None) -> dict[str, Any]:
        """A person's facts as a profile."""
        notes = self.people.get(person or self.subject, {})
        return {name: note.value for name, note in notes.items()}

    def learn(self, person: str, notes: Mapping[str, Note]) -> Dialogue:
        """The dialogue with facts added to, or replaced for, one person; undo leads back."""
        if not notes:
            return self
        mine = {**self.people.get(person, {}), **notes}
        past = (*self.past, self.people)[-UNDO_DEPTH:]
        return replace(self, people={**self.people, person: mine}, past=past, finished=False)

    def forget(self, person: str, names: tuple[str, ...]) -> Dialogue:
        """The dialogue without some facts of one person."""
        mine = {k: v for k, v in self.people.get(person, {}).items() if k not in names}
        past = (*self.past, self.people)[-UNDO_DEPTH:]
        return replace(self, people={**self.people, person: mine}, past=past, finished=False)

    def undo(self) -> Dialogue:
        """The dialogue before the last facts came in."""
        if not self.past:
            return self
        return replace(self, people=self.past[-1], past=self.past[:-1], pending=None, finished=False)


# ── to and from JSON ────────────────────────────────────────────────────────────────────────


def to_json(dialogue: Dialogue) -> dict[str, Any]:
    """A dialogue for the store."""
    pending = dialogue.pending
    return {
        "v": 1,
        "people": _people_json(dialogue.people),
        "subject": dialogue.subject,
        "pending": None
        if pending is None
        else {
            "id": pending.id,
            "kind": pending.kind,
            "fields": list(pending.fields),
            "options": list(pending.options),
            "synonyms": [list(s) for s in pending.synonyms],
            "sets": [dict(s) for s in pending.sets],
            "person": pending.person,
            "text": pending.text,
            "why": pending.why,
            "asked": pending.asked,
        },
        "lang": dialogue.lang,
        "rule_base": dialogue.rule_base,
        "greeted": dialogue.greeted,
        "finished": dialogue.finished,
        "thorough": dialogue.thorough,
        "past": [_people_json(p) for p in dialogue.past],
        "recent": list(dialogue.recent),
        "serial": dialogue.serial,
        "last_seen": dialogue.last_seen,
    }


def from_json(data: Mapping[str, Any]) -> Dialogue:
    """A dialogue from the store. Raises KeyError or TypeError for what is not one."""
    raw = data.get("pending")
    pending = None
    if raw is not None:
        pending = Pending(
            raw["id"],
            raw["kind"],
            tuple(raw["fields"]),
            tuple(raw["options"]),
            tuple(tuple(s) for s in raw["synonyms"]),
            tuple(dict(s) for s in raw["sets"]),
            raw["person"],
            raw["text"],
            raw["why"],
            raw["asked"],
        )
    return Dialogue(
        _people(data["people"]),
        data["subject"],
        pending,
        data["lang"],
        data["rule_base"],
        data["greeted"],
        data["finished"],
        data["thorough"],
        tuple(_people(p) for p in data["past"]),
        tuple(data["recent"]),
        data["serial"],
        data["last_seen"],
    )


def _people_json(people: Mapping[str, Mapping[str, Note]]) -> dict[str, Any]:
    return {
        person: {name: [note.value, note.how, note.quote] for name, note in notes.items()}
        for person, notes in people.items()
    }


def _people(data: Mapping[str, Any]) -> dict[str, dict[str, Note]]:
    return {person: {name: Note(*parts) for name, parts in notes.items()} for person, notes in data.items()}


def days_since(dialogue: Dialogue, on: date) -> int:
    """Days since the last message; 0 for a new dialogue."""
    return (on - date.fromisoformat(dialogue.last_seen)).days if dialogue.last_seen else 0
