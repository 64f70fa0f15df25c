"""What a conversation is made of: facts with their provenance per person, and the pending question.

No position in a script is kept, so that a person may answer, correct and digress in any order. All
of it is frozen and turns into JSON and back, for the store.
"""

from __future__ import annotations

import secrets
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

    `how`: chosen (a button), said (free text), inferred (follows from what was said), corrected, skipped.
    `question`: the id of the question it answered, if it did: that one is not put again.
    """

    value: Any
    how: str = "said"
    quote: str = ""
    question: str = ""


Notes = Mapping[str, Note]
UNKNOWN = Note(None)


@dataclass(frozen=True, slots=True)
class Pending:
    """The question that has first claim on a short answer.

    `kind`: question (a field or group of the planner), confirm (yes or no to `sets[0]`), pick (one of
    `options`), whose (of this person, or of another one), change (which answer). `sets[i]` is what option i
    sets, field → JSON value.
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

    people: Mapping[str, Notes] = field(default_factory=dict)
    subject: str = SELF
    pending: Pending | None = None
    doubts: tuple[Pending, ...] = ()  # what is still to be asked back, the next first
    lang: str = "zh"
    rule_base: str = ""
    greeted: bool = False
    finished: bool = False
    wanted: tuple[str, ...] = ()  # the ids of the benefits asked for: they come first
    depth: int = 0  # how far to ask: 0 what was asked for, 1 what is usual, 2 everything
    unsure: int = 0  # how many answers in a row were “不清楚”
    past: tuple[Mapping[str, Notes], ...] = ()  # what each change replaced, for undo
    recent: tuple[str, ...] = ()  # the last few sentences said, so that none comes three times
    serial: int = 0  # counts turns; a button of an older turn is told apart by it
    thread: str = ""  # tells this conversation apart from those before it, which may have been erased
    last_seen: str = ""

    @property
    def stamp(self) -> str:
        """What the buttons of this turn carry: no button of another turn has it."""
        return f"{self.thread}{self.serial}"

    def facts(self, person: str | None = None) -> dict[str, Any]:
        """A person's facts as a profile."""
        notes = self.people.get(person or self.subject, {})
        return {name: note.value for name, note in notes.items()}

    def learn(self, person: str, notes: Mapping[str, Note]) -> Dialogue:
        """The dialogue with facts of one person added or replaced, the newest last; undo leads back."""
        known = self.people.get(person, {})
        if not notes:
            return self
        before = {name: known.get(name, UNKNOWN) for name in notes}
        return self._with(person, notes, (*self.past, {person: before}))

    def forget(self, person: str, names: tuple[str, ...]) -> Dialogue:
        """The dialogue without some facts of one person."""
        return self.learn(person, {name: UNKNOWN for name in names if name in self.people.get(person, {})})

    def undo(self) -> Dialogue:
        """The dialogue before the last facts came in."""
        if not self.past:
            return self
        found = replace(self, pending=None, doubts=(), past=self.past[:-1])
        for person, notes in self.past[-1].items():
            found = found._with(person, notes, found.past)
        return found

    def as_one_change(self, since: int) -> Dialogue:
        """All that was learned after so many changes as one, so that one undo takes a whole message back."""
        first, new = self.past[:since], self.past[since:]
        if new:
            merged: dict[str, Notes] = {}
            for change in reversed(new):  # the earliest says what was there before the message
                merged = {p: {**merged.get(p, {}), **change.get(p, {})} for p in (*merged, *change)}
            first = (*first, merged)
        return replace(self, past=first[-UNDO_DEPTH:])

    def _with(self, person: str, notes: Notes, past: tuple[Mapping[str, Notes], ...]) -> Dialogue:
        kept = {name: note for name, note in self.people.get(person, {}).items() if name not in notes}
        kept |= {name: note for name, note in notes.items() if note.value is not None}
        return replace(self, people={**self.people, person: kept}, past=past, finished=False)


def begin(lang: str = "zh") -> Dialogue:
    """A new conversation. Its thread is random, so that no button of an erased one fits it."""
    return Dialogue(lang=lang, thread=secrets.token_hex(3) + ".")


# ── to and from JSON ────────────────────────────────────────────────────────────────────────


def to_json(dialogue: Dialogue) -> dict[str, Any]:
    """A dialogue for the store."""
    return {
        "v": 2,
        "people": _people_json(dialogue.people),
        "subject": dialogue.subject,
        "pending": None if dialogue.pending is None else _pending_json(dialogue.pending),
        "doubts": [_pending_json(d) for d in dialogue.doubts],
        "lang": dialogue.lang,
        "rule_base": dialogue.rule_base,
        "greeted": dialogue.greeted,
        "finished": dialogue.finished,
        "wanted": list(dialogue.wanted),
        "depth": dialogue.depth,
        "unsure": dialogue.unsure,
        "past": [_people_json(p) for p in dialogue.past],
        "recent": list(dialogue.recent),
        "serial": dialogue.serial,
        "thread": dialogue.thread,
        "last_seen": dialogue.last_seen,
    }


def from_json(data: Mapping[str, Any]) -> Dialogue:
    """A dialogue from the store. Raises KeyError or TypeError for what is not one."""
    raw = data.get("pending")
    return Dialogue(
        _people(data["people"]),
        data["subject"],
        None if raw is None else _pending(raw),
        tuple(_pending(d) for d in data.get("doubts", ())),  # conversations stored before there were any have none
        data["lang"],
        data["rule_base"],
        data["greeted"],
        data["finished"],
        tuple(data["wanted"]),
        data["depth"],
        data["unsure"],
        tuple(_people(p) for p in data["past"]),
        tuple(data["recent"]),
        data["serial"],
        data["thread"],
        data["last_seen"],
    )


def _pending_json(pending: Pending) -> dict[str, Any]:
    return {
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
    }


def _pending(raw: Mapping[str, Any]) -> Pending:
    return Pending(
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


def _people_json(people: Mapping[str, Mapping[str, Note]]) -> dict[str, Any]:
    return {
        person: {name: [note.value, note.how, note.quote, note.question] for name, note in notes.items()}
        for person, notes in people.items()
    }


def _people(data: Mapping[str, Any]) -> dict[str, dict[str, Note]]:
    return {person: {name: Note(*parts) for name, parts in notes.items()} for person, notes in data.items()}


def days_since(dialogue: Dialogue, on: date) -> int:
    """Days since the last message; 0 for a new dialogue."""
    return (on - date.fromisoformat(dialogue.last_seen)).days if dialogue.last_seen else 0
