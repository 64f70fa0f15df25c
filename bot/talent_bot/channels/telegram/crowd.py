"""Order within a chat, concurrency across chats, and a limit for whoever floods.

PTB hands over every update at once; each waits here for its turn in its chat. At most five wait, the rest
is dropped, and the flooder is told once. Nobody else waits for them.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from talent_bot.channels.telegram.locks import KeyLocks

MOST_WAITING = 5
MOST_AT_ONCE = 256
TELL_AGAIN = 300.0  # seconds before a flooder hears it again

Refuse = Callable[[object, str], Awaitable[None]]  # (update, "flood" | "cap" | "quiet")


class Crowd(BaseUpdateProcessor):
    """One lock per chat with a short queue, and a daily cap."""

    def __init__(
        self,
        key_of: Callable[[object], str],
        refuse: Refuse,
        daily_limit: int = 500,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__(MOST_AT_ONCE)
        self._key_of = key_of
        self._refuse = refuse
        self._daily_limit = daily_limit
        self._today = today
        self._day = today()
        self._locks = KeyLocks()
        self._told: dict[str, float] = {}
        self._count: dict[str, int] = {}

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Process an update when its chat is free, or refuse it."""
        key = self._key_of(update)
        fresh = isinstance(update, Update)  # what comes from the inbox was let in before
        reason = self._admit(key) if key and fresh else ""
        try:
            if reason:
                await self._refuse(update, reason)
            else:
                async with self._locks.hold(key):
                    await coroutine
        finally:
            _discard(coroutine)  # refused, or cancelled while waiting

    def _admit(self, key: str) -> str:
        """`` to let it in, else why not."""
        if self._today() != self._day:
            self._day = self._today()
            self._count.clear()
        self._count[key] = self._count.get(key, 0) + 1
        if self._count[key] > self._daily_limit:
            return "cap" if self._count[key] == self._daily_limit + 1 else "quiet"
        if self._locks.present(key) <= MOST_WAITING:
            return ""
        now = time.monotonic()
        if now - self._told.get(key, -TELL_AGAIN) < TELL_AGAIN:
            return "quiet"
        self._told = {k: t for k, t in self._told.items() if now - t < TELL_AGAIN}
        self._told[key] = now
        return "flood"


def _discard(coroutine: Awaitable[Any]) -> None:
    """Close what will not be awaited, so that Python does not complain."""
    close = getattr(coroutine, "close", None)
    if close is not None:
        close()
