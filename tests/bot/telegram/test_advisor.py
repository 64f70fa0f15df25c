"""The real conversation over Telegram: what people write, what they tap, and the commands of the menu."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cache

import pytest

from fakes.bot_api import FakeBotApi
from talent_bot.advisor import Advisor
from talent_bot.channels.telegram import wording
from talent_bot.controls import WORDS
from talent_bot.pictures import Unavailable, raster
from talent_bot.pictures.painter import Painter
from talent_bot.store.sqlite import SqliteStore
from talent_bot.turn import turn

from .conftest import KEYS, StartBot, quiet

ANNA = 1001


@cache
def _advisor() -> Advisor:
    return Advisor.load()


def _can_draw() -> bool:
    try:
        return bool(raster.chinese_font())
    except Unavailable:
        return False


@pytest.fixture
async def advised(start: StartBot) -> AsyncIterator[None]:
    async with Painter() as painter:
        await start(lambda dialogue, event, on: turn(dialogue, event, _advisor(), on), draw=painter.draw)
        yield


@pytest.mark.usefixtures("advised")
async def test_from_the_first_sentence_to_a_tap_and_to_being_forgotten(api: FakeBotApi, store: SqliteStore) -> None:
    key = KEYS.of("telegram", ANNA)
    await api.say(ANNA, "我是985博士，35岁，想去鄂尔多斯工作，能拿多少安家费？")
    await api.until(lambda: api.texts(ANNA), 20)
    assert "博士" in api.texts(ANNA)[0]
    known = await store.load(key)
    assert known is not None
    for _ in range(4):
        keyboard = api.last(ANNA).get("reply_markup")
        if keyboard is None:
            break
        count = len(api.texts(ANNA))
        await api.tap(api.last(ANNA), keyboard["inline_keyboard"][0][0]["text"])
        await api.until(lambda count=count: len(api.texts(ANNA)) > count)  # type: ignore[misc]
        await quiet(api, 0.1)
    later = await store.load(key)
    assert later is not None
    assert len(later.facts()) > len(known.facts())
    await api.say(ANNA, "/card")
    await api.until(lambda: "仅供参考" in " ".join(api.texts(ANNA)), 20)
    if _can_draw():
        await api.until(lambda: {"photo", "document"} & set(api.last(ANNA)), 20)
    await api.say(ANNA, "/forget")
    await api.until(lambda: "删除" in api.texts(ANNA)[-1])
    await quiet(api)
    assert await store.load(key) is None
    assert {c.status for c in api.called("sendMessage")} == {200}


@pytest.mark.usefixtures("advised")
async def test_each_command_of_the_menu_is_answered(api: FakeBotApi) -> None:
    for number, (name, _, _) in enumerate(wording.COMMANDS):
        await api.say(2000 + number, f"/{name}")
    chats = [2000 + n for n in range(len(wording.COMMANDS))]
    await api.until(lambda: all(api.texts(chat) for chat in chats), 20)
    assert {c.status for c in api.called("sendMessage")} == {200}


def test_the_conversation_knows_each_command_of_the_menu() -> None:
    assert {f"/{name}" for name, _, _ in wording.COMMANDS} <= set(WORDS)
