"""What came in, as an event of the turn: numbers against the options that stand, words as words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from talent_bot import answers
from talent_bot.dialogue import Dialogue, Event, Pending

MOST_TEXT = 1000
_CONFIRM = (("是", "x:yes"), ("不是", "x:no"))
_WORDS = {"改一个答案": "x:change", "继续补充": "x:go", "重新开始": "x:restart"}


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message: who, which, and what; `kind` is text, greet, leave or other."""

    sender: str
    receiver: str
    id: str
    kind: str
    text: str = ""
    payload: str = ""


def incoming_of(fields: Mapping[str, str]) -> Incoming:
    """An envelope's fields as a message; events have no MsgId, so sender and time stand for it."""
    sender, receiver = fields.get("FromUserName", ""), fields.get("ToUserName", "")
    kind = fields.get("MsgType", "")
    if kind == "event":
        event = fields.get("Event", "").lower()
        number = f"{sender}:{fields.get('CreateTime', '')}:{event}"
        what = {"subscribe": "greet", "scan": "greet", "unsubscribe": "leave", "click": "text"}.get(event, "ignore")
        return Incoming(
            sender, receiver, number, what, payload=fields.get("EventKey", "")[:64] if what == "text" else ""
        )
    number = fields.get("MsgId", "") or f"{sender}:{fields.get('CreateTime', '')}"
    words = {"text": fields.get("Content", ""), "voice": fields.get("Recognition", "")}.get(kind, "")
    return Incoming(sender, receiver, number, "text" if words.strip() else "other", words[:MOST_TEXT])


def event_of(incoming: Incoming, dialogue: Dialogue) -> Event:
    """The event: what stands for a button where only the channel knows it, else the words for the turn to read."""
    if incoming.kind == "greet":
        return Event("/start" if dialogue.greeted else "")
    if incoming.payload:
        return Event(payload=incoming.payload)
    word = answers.plain(incoming.text)
    if word in _WORDS:
        return Event(payload=_WORDS[word])
    if dialogue.pending is not None and dialogue.pending.kind == "confirm":
        index = answers.choose(incoming.text, Pending("", "pick", (), tuple(label for label, _ in _CONFIRM)))
        if index is not None:
            return Event(payload=_CONFIRM[index][1])
    return Event(incoming.text)
