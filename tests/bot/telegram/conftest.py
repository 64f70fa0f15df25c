"""A fake Bot API, a store in a file, and a bot that runs against them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest

from fakes.bot_api import TOKEN, FakeBotApi
from fakes.postgres import postgres_url
from fakes.turns import counting
from talent_bot.channels.telegram import Telegram
from talent_bot.channels.telegram.delivery import Delivery
from talent_bot.settings import Settings
from talent_bot.store import Keys
from talent_bot.store.sqlite import SqliteStore

__all__ = ["postgres_url"]
KEYS = Keys(b"a secret of the tests, 32 bytes!")
StartBot = Callable[..., Awaitable[Telegram]]


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi().running() as api:
        yield api


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(str(tmp_path / "chat.db"))
    yield store
    await store.close()


def settings(api: FakeBotApi, **more: Any) -> Settings:
    given = {"telegram_token": TOKEN, "telegram_base_url": api.url, "telegram_daily_limit": 5000, **more}
    return Settings(_env_file=None, **given)


@pytest.fixture
async def start(api: FakeBotApi, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StartBot]:
    """Start a bot; it is stopped at the end."""
    quick = Delivery.__init__
    monkeypatch.setattr(Delivery, "__init__", partialmethod(quick, pause=0.05))
    async with AsyncExitStack() as stack:

        async def begin(think: Any = counting, *, poll: bool = True, more: Any = None, **options: Any) -> Telegram:
            options = {"pace": 0, "timeout": 15.0, "care_seconds": 0.2, **options}
            bot = Telegram(settings(api, **(more or {})), options.pop("store", store), KEYS, think, **options)
            stack.push_async_callback(bot.stop, 0.5)
            await bot.start()
            if poll:
                await bot.poll(2)
            return bot

        yield begin


@pytest.fixture
async def bot(start: StartBot) -> Telegram:
    return await start()


async def quiet(api: FakeBotApi, seconds: float = 0.25) -> None:
    """Until the bot has not called anything but getUpdates for a moment."""
    while True:
        before = len([c for c in api.calls if c.method != "getUpdates"])
        await asyncio.sleep(seconds)
        if before == len([c for c in api.calls if c.method != "getUpdates"]):
            return
