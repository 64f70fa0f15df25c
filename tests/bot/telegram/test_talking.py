"""One person and the bot, end to end over HTTP."""

from __future__ import annotations

import pytest
from fakes.bot_api import FakeBotApi
from talent_bot.channels.telegram import Telegram, wording
from talent_bot.store.sqlite import SqliteStore

from .conftest import KEYS, StartBot, quiet

ANNA = 1001


async def test_a_text_is_answered(api: FakeBotApi, bot: Telegram, store: SqliteStore) -> None:
    await api.say(ANNA, "我是博士")
    await api.until(lambda: api.texts(ANNA))
    assert api.texts(ANNA) == ["我记下了：记下 我是博士\n\n第1句：我是博士"]
    await quiet(api)
    dialogue = await store.load(KEYS.of("telegram", ANNA))
    assert dialogue is not None
    assert dialogue.facts() == {"last": "我是博士"}
    assert await store.waiting("telegram") == ()
    assert await store.claim("telegram") == ()
