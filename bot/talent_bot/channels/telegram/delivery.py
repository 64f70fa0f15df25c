"""Sending what was promised: in order, again when it was refused for now, and twice at most when in doubt."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from html import unescape

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from talent_bot.channels.telegram.locks import KeyLocks
from talent_bot.channels.telegram.lowering import Message, Rows, is_photo, parse
from talent_bot.channels.telegram.network import NEVER_LEFT
from talent_bot.pictures import Unavailable
from talent_bot.store import Outgoing, Store

Draw = Callable[[str], Awaitable[bytes]]  # SVG to PNG; raises Unavailable
_log = logging.getLogger(__name__)
_NOBODY_HOME = ("Bad Gateway", "Service Unavailable", "Too Many Requests")


class Fate(Enum):
    """What became of one attempt."""

    SENT = "sent"
    REFUSED = "refused"  # it never will be
    BLOCKED = "blocked"  # nor will anything else to this chat
    LATER = "later"  # certainly not sent
    UNKNOWN = "unknown"  # may have been sent


class Delivery:
    """Sends the outgoing messages of the store."""

    def __init__(self, store: Store, bot: Bot, draw: Draw | None = None, pause: float = 1.0) -> None:
        self._store = store
        self._bot = bot
        self._draw = draw
        self._pause = pause
        self._locks = KeyLocks()
        self._behind: set[str] = set()  # chats with something unsent: what is newer must wait
        self._busy: set[int] = set()

    async def deliver(self, messages: Sequence[Outgoing], *, overdue: bool = False) -> None:
        """Send the messages of one chat; what cannot be sent now stays in the store, to be claimed later.

        New messages come with their first attempt counted, overdue ones with the attempts they had.
        """
        if not messages:
            return
        key = messages[0].key
        self._busy |= {m.id for m in messages}
        try:
            async with self._locks.hold(key):
                if overdue:
                    self._behind.discard(key)
                await self._in_order(key, messages, counted=not overdue)
        finally:
            self._busy -= {m.id for m in messages}

    async def claim(self, channel: str, idle_seconds: float) -> Mapping[str, Sequence[Outgoing]]:
        """What was left behind, by chat; newer messages of these chats wait from now on."""
        chats: defaultdict[str, list[Outgoing]] = defaultdict(list)
        for message in await self._store.claim(channel, idle_seconds, self._busy):
            chats[message.key].append(message)
        self._behind |= set(chats)
        return chats

    async def catch_up(self, chats: Mapping[str, Sequence[Outgoing]]) -> None:
        """Send what was claimed."""
        await asyncio.gather(*(self.deliver(messages, overdue=True) for messages in chats.values()))

    async def _in_order(self, key: str, messages: Sequence[Outgoing], *, counted: bool) -> None:
        waiting = list(messages)
        while waiting and key not in self._behind:
            fate = await self._settled(waiting[0], counted=counted)
            if fate is Fate.LATER:
                self._behind.add(key)
                waiting = waiting[1:]
                break
            done = waiting if fate is Fate.BLOCKED else waiting[:1]
            for message in done:
                await self._store.sent(message)
            waiting = waiting[len(done) :]
        for message in waiting:
            await self._store.release(message, message.attempts - counted)

    async def _settled(self, message: Outgoing, *, counted: bool) -> Fate:
        """The fate of a message, after a second attempt where the first left it open."""
        current = message if counted else await self._store.retry(message)
        while current is not None:
            fate = await self._attempt(current)
            if fate is Fate.LATER:
                await self._store.release(current, current.attempts - 1)
            if fate is not Fate.UNKNOWN:
                return fate
            await asyncio.sleep(self._pause)
            current = await self._store.retry(current)
        _log.warning("message %d may not have arrived: two attempts were not confirmed", message.id)
        return Fate.REFUSED

    async def _attempt(self, message: Outgoing) -> Fate:
        try:
            await self._send(parse(message.payload))
        except (Forbidden, ChatMigrated) as error:
            if isinstance(error.__cause__, TelegramError):  # a page of some proxy, not Telegram's word
                return Fate.LATER
            _log.info("message %d: the bot is blocked or the chat is gone", message.id)
            return Fate.BLOCKED
        except RetryAfter:
            return Fate.LATER
        except BadRequest as error:
            _log.error("message %d was refused: %s", message.id, error.message[:120])
            return Fate.REFUSED
        except NetworkError as error:
            _log.warning("message %d: %s", message.id, type(error).__name__)
            return Fate.LATER if _never_arrived(error) else Fate.UNKNOWN
        except (InvalidToken, Conflict) as error:
            _log.error("message %d: %s", message.id, type(error).__name__)
            return Fate.LATER
        except TelegramError as error:
            _log.error("message %d: the answer of the server cannot be read (%s)", message.id, type(error).__name__)
            return Fate.UNKNOWN
        return Fate.SENT

    async def _send(self, message: Message) -> None:
        """One message. A picture that cannot be drawn is left out: the words before it say the same."""
        if not message.picture:
            await _send_words(self._bot, message)
        elif self._draw is not None:
            try:
                png = await self._draw(message.picture)
            except Unavailable as error:
                _log.warning("a picture was left out: %s", error)
            else:
                await _send_picture(self._bot, message, png)


def _never_arrived(error: NetworkError) -> bool:
    """The connection was not made, or Telegram's gate had nobody behind it."""
    return isinstance(error.__cause__, NEVER_LEFT) or error.message.startswith(_NOBODY_HOME)


async def _send_words(bot: Bot, message: Message) -> None:
    """Markup that Telegram does not take goes as plain text."""
    markup = keyboard(message.buttons)
    try:
        await bot.send_message(message.chat, message.html, parse_mode=ParseMode.HTML, reply_markup=markup)
    except BadRequest as error:
        if "parse" not in error.message.lower():
            raise
        await bot.send_message(message.chat, unescape(re.sub(r"<[^<>]*>", "", message.html)), reply_markup=markup)


async def _send_picture(bot: Bot, message: Message, png: bytes) -> None:
    """A picture that Telegram does not take as a photo goes as a file."""
    if is_photo(png):
        try:
            await bot.send_photo(message.chat, png, message.html, parse_mode=ParseMode.HTML, filename="card.png")
            return
        except BadRequest:
            _log.info("a picture was not taken as a photo, so it goes as a file")
    await bot.send_document(message.chat, png, message.html, parse_mode=ParseMode.HTML, filename="card.png")


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons as Telegram takes them."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=payload) for label, payload in row] for row in rows]
    )
