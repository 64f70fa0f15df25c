"""What is kept of a Telegram update: only what an answer needs, and nothing of who wrote it.

No name, user name or picture of a person is recorded, and of group chats no text.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType

from talent_bot.dialogue import Event

ALLOWED = ("message", "edited_message", "callback_query")
_MEDIA = (
    "voice",
    "audio",
    "photo",
    "video",
    "video_note",
    "document",
    "animation",
    "sticker",
    "location",
    "contact",
    "poll",
    "dice",
    "venue",
    "story",
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update. `kind`: text, tap, media (something that is not text), group."""

    update_id: int
    chat: int
    kind: str
    text: str = ""
    payload: str = ""
    callback: str = ""
    message: int = 0
    label: str = ""

    @property
    def event(self) -> Event:
        """As the turn takes it."""
        return Event(self.text, self.payload)

    def dump(self) -> str:
        """For the inbox."""
        return json.dumps(asdict(self), separators=(",", ":"))


def parse(raw: str) -> Incoming:
    """From the inbox."""
    return Incoming(**json.loads(raw))


def incoming(update: Update) -> Incoming | None:
    """What an update says to us; None for what needs no answer."""
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    message = update.message or update.edited_message
    if message is None:
        return None
    if message.chat.type != ChatType.PRIVATE:
        return Incoming(update.update_id, message.chat.id, "group") if update.message and _to_us(message) else None
    if message.text is not None:
        return Incoming(update.update_id, message.chat.id, "text", _command(_clean(message.text)))
    media = next((kind for kind in _MEDIA if getattr(message, kind)), "")
    return Incoming(update.update_id, message.chat.id, "media", media) if media and update.message else None


def _tap(update_id: int, query: CallbackQuery) -> Incoming | None:
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        chat = message.chat.id if message else query.from_user.id
        return Incoming(update_id, chat, "group", callback=query.id)
    payload = _clean(query.data or "")
    label = _label(message, payload) if isinstance(message, Message) else ""
    return Incoming(update_id, message.chat.id, "tap", "", payload, query.id, message.message_id, label)


def _label(message: Message, payload: str) -> str:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return next((button.text for row in rows for button in row if button.callback_data == payload), "")


def _to_us(message: Message) -> bool:
    """A command, a mention or a reply: what a bot in a group is meant to hear, whatever its privacy mode."""
    kinds = {entity.type for entity in message.entities}
    replied = message.reply_to_message
    return bool(kinds & {"bot_command", "mention"}) or bool(replied and replied.from_user and replied.from_user.is_bot)


def _clean(text: str) -> str:
    """Text that every encoding can hold: JSON lets half a character through."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def _command(text: str) -> str:
    """`/Help@our_bot now` is `/help`; any other text is itself."""
    if not text.startswith("/") or len(text) < 2 or not text[1].isascii():
        return text
    return text.split(maxsplit=1)[0].split("@", 1)[0].lower()
