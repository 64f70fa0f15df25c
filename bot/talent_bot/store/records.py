"""What goes into a store and comes out of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from talent_bot.dialogue import Dialogue, from_json, to_json

DAY = 86_400.0
IDLE_DAYS = 30
ANSWERED_DAYS = 7  # how long an answered update is remembered, against repeats; channels repeat for a day
MAX_ATTEMPTS = 2  # tries for a message that may have arrived


@dataclass(frozen=True, slots=True)
class Update:
    """A message as it came in; `raw` is what the channel needs to process it again."""

    channel: str
    update_id: str
    key: str
    raw: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that was promised: written before it is sent, deleted once it is known to be sent.

    `attempts` counts the tries that may have reached the person; see `Store.claim`.
    """

    id: int
    channel: str
    key: str
    payload: str
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A stored dialogue, its version, and whether the update it is read for still waits for an answer.

    `page` is what the channel put beside it (see `Answer.page`), empty where there is none.
    """

    dialogue: Dialogue | None
    version: int
    waiting: bool = True
    page: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one turn leaves behind, written in one commit.

    `dialogue` None keeps what is stored; `update_id` "" answers nothing in the inbox; `expected` is the
    version the turn was computed from (None: do not look); `erase` deletes all that is known of this key.
    `page` is what a channel shows of the conversation, sealed so that no store can read it; None keeps it.
    """

    channel: str
    key: str
    dialogue: Dialogue | None = None
    update_id: str = ""
    outgoing: tuple[str, ...] = ()
    expected: int | None = None
    erase: bool = False
    page: bytes | None = None


class StoreError(Exception):
    """The store cannot be used; the message is for people."""


class Changed(Exception):
    """Somebody else saved this dialogue in the meantime: read it again and redo the turn."""


class Answered(Exception):
    """This update has been answered already: send nothing."""


def dump(dialogue: Dialogue) -> str:
    """A dialogue as text; plain ASCII, so that every database takes it."""
    return json.dumps(to_json(dialogue), separators=(",", ":"))


def parse(text: str | None) -> Dialogue | None:
    """A dialogue from its text; None for none, and for one that an older program wrote and we cannot read."""
    if text is None:
        return None
    try:
        return from_json(json.loads(text))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None
