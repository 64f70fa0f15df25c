"""One update from the inbox to its answer: read, think, commit, and only then send."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from telegram import Bot, Update
from telegram.error import TelegramError

from talent_bot.channels.telegram import wording
from talent_bot.channels.telegram.delivery import Delivery, keyboard
from talent_bot.channels.telegram.inbox import CHANNEL
from talent_bot.channels.telegram.incoming import Incoming, incoming
from talent_bot.channels.telegram.lowering import Message, lower
from talent_bot.channels.thinking import Thinker
from talent_bot.dialogue import Dialogue, Event, begin
from talent_bot.reply import Reply
from talent_bot.store import Answer, Answered, Changed, Keys, Outgoing, Snapshot, Store

Think = Callable[[Dialogue, Event, date], tuple[Dialogue, tuple[Reply, ...]]]
GROUP_AGAIN = 3600.0
MOST_REDONE = 5
CROWDED = 50  # with so many being answered, words go without ornaments
_log = logging.getLogger(__name__)


def today() -> date:
    """The day in Ordos, which has had no summer time since 1991."""
    return (datetime.now(UTC) + timedelta(hours=8)).date()


class Desk:
    """Answers updates one by one; the crowd sees to it that a chat's come in order."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        bot: Bot,
        delivery: Delivery,
        think: Think,
        pictures: bool = False,
        on: Callable[[], date] = today,
    ) -> None:
        self._store = store
        self._keys = keys
        self._bot = bot
        self._delivery = delivery
        self._think = think
        self._thinker = Thinker()
        self._pictures = pictures
        self._on = on
        self._groups: dict[str, float] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._closed = False
        self.failed: dict[int, Incoming] = {}  # in the inbox, but not answered because the store failed

    def key_of(self, update: object) -> str:
        """Whose turn an update is; `` for what is none of ours."""
        item = _as_incoming(update)
        return self._keys.of(CHANNEL, item.chat) if item else ""

    # ── answers ─────────────────────────────────────────────────────────────────────────────

    async def handle(self, update: object, _context: object = None) -> None:
        """Answer an update, unless it has been answered."""
        item = _as_incoming(update)
        if item is None or self._closed:
            return
        work = asyncio.create_task(self._handle(item))
        self._working.add(work)
        try:
            await work
        finally:
            self._working.discard(work)

    async def abandon(self) -> None:
        """Let go of what is not finished: it is in the store, and the next start takes it up."""
        self._closed = True
        for work in self._working:
            work.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    def close(self) -> None:
        """Nothing more will be asked."""
        self._thinker.close()

    async def _handle(self, item: Incoming) -> None:
        key = self._keys.of(CHANNEL, item.chat)
        snapshot = await self._store.snapshot(key, CHANNEL, str(item.update_id))
        if not snapshot.waiting:
            self.failed.pop(item.update_id, None)
            return
        acknowledged = asyncio.create_task(self._acknowledge(item))
        try:
            await self._answer(item, key, snapshot)
            await acknowledged
        finally:
            acknowledged.cancel()

    async def _answer(self, item: Incoming, key: str, snapshot: Snapshot) -> None:
        for _ in range(MOST_REDONE):
            answer = await self._work_out(item, key, snapshot)
            try:
                outgoing = await self._store.answer(answer)
            except Answered:
                return
            except Changed:  # another host answered this person meanwhile: take that into account
                snapshot = await self._store.snapshot(key, CHANNEL, str(item.update_id))
                continue
            self.failed.pop(item.update_id, None)
            await self._send(outgoing, answer)
            return
        raise RuntimeError("a dialogue changes faster than it can be answered")

    async def _send(self, outgoing: Sequence[Outgoing], answer: Answer) -> None:
        try:
            await self._delivery.deliver(outgoing)
            if answer.erase:
                await self._store.scrub()  # the farewell held the chat id
        except Exception as error:  # it is answered; what is unsent is in the store
            _report(error)

    async def _work_out(self, item: Incoming, key: str, snapshot: Snapshot) -> Answer:
        before = snapshot.dialogue or begin()
        number = str(item.update_id)
        if item.kind == "group":
            return Answer(CHANNEL, key, None, number, self._to_group(item, key))
        if item.kind == "media":
            words = Message(item.chat, wording.for_media(item.text, before.lang))
            return Answer(CHANNEL, key, None, number, (words.dump(),))
        try:
            after, erase, messages = await self._thinker.think(lambda: self._said(before, item))
        except Exception as error:
            sorry = wording.say("error", before.lang, reference=_report(error))
            return Answer(CHANNEL, key, None, number, (Message(item.chat, sorry).dump(),))
        return Answer(CHANNEL, key, after, number, messages, snapshot.version, erase)

    def _said(self, before: Dialogue, item: Incoming) -> tuple[Dialogue, bool, tuple[str, ...]]:
        """The turn: the dialogue after it, whether to erase everything, and the messages."""
        after, replies = self._think(before, item.event, self._on())
        messages = lower(replies, item.chat, after.lang, pictures=self._pictures)
        return after, any(reply.erase for reply in replies), tuple(message.dump() for message in messages)

    def _to_group(self, item: Incoming, key: str) -> tuple[str, ...]:
        """A refusal once an hour; a tap in a group needs none."""
        now = time.monotonic()
        if item.callback or now - self._groups.get(key, -GROUP_AGAIN) < GROUP_AGAIN:
            return ()
        self._groups = {k: t for k, t in self._groups.items() if now - t < GROUP_AGAIN}
        self._groups[key] = now
        return (Message(item.chat, wording.say("group")).dump(),)

    # ── taps ────────────────────────────────────────────────────────────────────────────────

    async def _acknowledge(self, item: Incoming) -> None:
        """Stop the spinning of a button, and leave on the old message which one was taken."""
        if not item.callback:
            return
        await self._stop_spinning(item)
        if item.label and not item.label.startswith("✓") and len(self._working) < CROWDED:
            mark = keyboard((((wording.say("chosen", label=item.label), item.payload),),))
            with suppress(TelegramError):  # too old, deleted or not modified: only an ornament
                await self._bot.edit_message_reply_markup(item.chat, item.message, reply_markup=mark)

    async def _stop_spinning(self, item: Incoming, text: str | None = None) -> None:
        with suppress(TelegramError):  # answered before, or too old after a restart
            await self._bot.answer_callback_query(item.callback, text)

    # ── refusals and failures ───────────────────────────────────────────────────────────────

    async def refuse(self, update: object, reason: str) -> None:
        """An update the crowd did not let in: done with, and said once."""
        item = _as_incoming(update)
        if item is None or self._closed:
            return
        try:
            await self._store.answer(Answer(CHANNEL, self._keys.of(CHANNEL, item.chat), None, str(item.update_id)))
        except Answered:
            return
        except Exception as error:  # the next start will answer it after all
            _report(error)
        if item.callback:
            await self._stop_spinning(item)
        if reason in ("flood", "cap") and item.kind != "group":
            await self._tell(item, wording.say(reason))

    async def on_error(self, update: object, error: BaseException | None) -> None:
        """What nobody foresaw: a reference in the log, a calm sentence, and the update stays in the inbox."""
        reference = _report(error) if error is not None else ""
        item = _as_incoming(update)
        if item is None:
            return
        first = item.update_id not in self.failed
        self.failed[item.update_id] = item
        if first and item.kind != "group":
            await self._tell(item, wording.say("store", reference=reference))

    async def _tell(self, item: Incoming, text: str) -> None:
        with suppress(TelegramError):
            await self._bot.send_message(item.chat, text)


def _as_incoming(update: object) -> Incoming | None:
    if isinstance(update, Update):
        return incoming(update)
    return update if isinstance(update, Incoming) else None


def _report(error: BaseException) -> str:
    """Log where it happened, but not the message of the error: it may quote what a person said."""
    reference = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = " < ".join(f"{f.name} {f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))
    _log.error("reference %s: %s in %s", reference, type(error).__name__, where)
    return reference
