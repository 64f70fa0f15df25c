"""The bot that writes updates down before Telegram may forget them.

`getUpdates` with a higher offset deletes the lower ones at Telegram. So a batch is in the store before
this method returns it; if it cannot be stored, the poll fails and Telegram keeps the batch.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ExtBot

from talent_bot.channels.telegram.incoming import incoming
from talent_bot.store import Keys, Store
from talent_bot.store import Update as Stored

CHANNEL = "telegram"
_log = logging.getLogger(__name__)


class Inbox:
    """Updates into the store."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self.store = store
        self.keys = keys

    async def record(self, updates: Sequence[Update]) -> tuple[bool, ...]:
        """Write down what we will answer, in one commit; for each, whether it is new."""
        found = [incoming(update) for update in updates]
        new = iter(
            await self.store.remember_updates(
                [Stored(CHANNEL, str(i.update_id), self.keys.of(CHANNEL, i.chat), i.dump()) for i in found if i]
            )
        )
        return tuple(i is not None and next(new) for i in found)


class RecordingBot(ExtBot[Any]):
    """PTB's bot, with an inbox between the network and the application.

    Only new updates go on: a repeat must not take a place in the queue of its chat, where it could push
    out what it repeats. So the offset is counted here, too.
    """

    __slots__ = ("_inbox", "_next", "_polled")

    def __init__(self, inbox: Inbox, **settings: Any) -> None:
        super().__init__(**settings)
        self._inbox = inbox
        self._next = 0
        self._polled = time.monotonic()

    @property
    def polled(self) -> float:
        """When updates were last fetched and written down."""
        return self._polled

    async def get_updates(self, offset: int | None = None, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        """New updates, which cannot be lost any more."""
        updates = await super().get_updates(max(offset or 0, self._next) or None, *args, **kwargs)
        new = await self._record(updates) if updates else ()
        if updates:
            self._next = updates[-1].update_id + 1
        self._polled = time.monotonic()
        return tuple(update for update, is_new in zip(updates, new, strict=True) if is_new)

    async def _record(self, updates: Sequence[Update]) -> tuple[bool, ...]:
        try:
            return await self._inbox.record(updates)
        except Exception as error:
            _log.error(
                "the inbox cannot be written (%s): %d updates stay at Telegram", type(error).__name__, len(updates)
            )
            raise TelegramError("the inbox cannot be written") from error
