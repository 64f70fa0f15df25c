"""The bot that writes updates down before Telegram may forget them.

`getUpdates` with a higher offset deletes the lower ones at Telegram. So a batch is in the store before
this method returns it; if it cannot be stored, the poll fails and Telegram keeps the batch.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any
from warnings import catch_warnings

from telegram import Bot, Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot

from talent_bot.channels.telegram.incoming import ALLOWED, incoming
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


def readable(data: Mapping[str, Any], bot: Bot) -> Update | None:
    """An update as far as it concerns us; None, and a line in the log, for one that cannot be read."""
    try:
        return Update.de_json({name: data[name] for name in ("update_id", *ALLOWED) if name in data}, bot)
    except Exception as error:
        _log.error("update %d cannot be read (%s)", data["update_id"], type(error).__name__)
        return None


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
        """New updates, which cannot be lost any more; all it raises is TelegramError, at which PTB goes on polling."""
        after = max(offset or 0, self._next) or None
        try:
            updates = await super().get_updates(after, *args, **kwargs)
            following = updates[-1].update_id + 1 if updates else self._next
        except InvalidToken as error:  # or the server has no such page just now: PTB would stop polling for good
            _log.error("Telegram 不认这个 TALENT_TELEGRAM_TOKEN，或服务器暂时不对；继续重试")
            raise NetworkError("the token is refused") from error
        except TelegramError:
            raise
        except Exception:  # one of them cannot be read: that must not hold up the others for ever
            updates, following = await self._readable(after)
        new = await self._record(updates) if updates else ()
        self._next = following
        self._polled = time.monotonic()
        return tuple(update for update, is_new in zip(updates, new, strict=True) if is_new)

    async def _readable(self, after: int | None) -> tuple[tuple[Update, ...], int]:
        """Those of the waiting updates that can be read, and the offset behind all of them."""
        with catch_warnings(action="ignore"):  # PTB would have us use get_updates
            waiting = await self.do_api_request("getUpdates", {"offset": after, "allowed_updates": ALLOWED})
        if not isinstance(waiting, list):
            raise TelegramError("no list of updates came")
        found = [item for item in waiting if isinstance(item, dict) and isinstance(item.get("update_id"), int)]
        read = [readable(item, self) for item in found]
        return tuple(u for u in read if u), max((i["update_id"] + 1 for i in found), default=self._next)

    async def _record(self, updates: Sequence[Update]) -> tuple[bool, ...]:
        try:
            return await self._inbox.record(updates)
        except Exception as error:
            _log.error(
                "the inbox cannot be written (%s): %d updates stay at Telegram", type(error).__name__, len(updates)
            )
            raise TelegramError("the inbox cannot be written") from error
