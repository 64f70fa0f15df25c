"""What is kept of people: nothing but what they said, nothing after “忘记我”, and no secret in any log."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import httpx
import pytest
from telegram.error import InvalidToken

from fakes.bot_api import CANARY_NAME, TOKEN, FakeBotApi
from talent_bot.channels.telegram import Telegram
from talent_bot.channels.telegram.logs import hide, protect
from talent_bot.store.sqlite import SqliteStore

from .conftest import KEYS, StartBot, quiet

ANNA = 918273645
SAID = "我是博士CANARYSAID985高校"


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def _found(folder: Path, text: str) -> bool:
    """In the files, as it is or as JSON writes it."""
    data = _bytes(folder)
    forms = {text.encode(), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le")}
    return any(form in data for form in forms)


async def test_no_name_is_kept_and_no_chat_id_once_answered(
    api: FakeBotApi, bot: Telegram, store: SqliteStore, tmp_path: Path
) -> None:
    await api.say(ANNA, SAID)
    await api.until(lambda: api.texts(ANNA))
    await quiet(api)
    assert _found(tmp_path, SAID)
    await store.scrub()
    assert _found(tmp_path, SAID)  # the dialogue
    for text in (CANARY_NAME, "CANARYNAME", "canary_user", str(ANNA)):
        assert not _found(tmp_path, text)


async def test_forget_leaves_no_bytes(api: FakeBotApi, bot: Telegram, store: SqliteStore, tmp_path: Path) -> None:
    for number in range(30):
        await api.say(ANNA, f"{SAID}{number}")
        await api.until(lambda number=number: len(api.texts(ANNA)) == number + 1)  # type: ignore[misc]
    await api.say(1, "别人的话")
    await api.say(ANNA, "/forget")
    await api.until(lambda: api.texts(ANNA)[-1] == "都删除了。")
    await quiet(api)
    for text in (SAID, "CANARYSAID", str(ANNA), KEYS.of("telegram", ANNA), "/forget"):
        assert not _found(tmp_path, text), text
    assert await store.load(KEYS.of("telegram", ANNA)) is None
    other = await store.load(KEYS.of("telegram", 1))
    assert other is not None
    assert other.facts() == {"last": "别人的话"}


async def test_what_is_said_after_forget_is_new(api: FakeBotApi, bot: Telegram, store: SqliteStore) -> None:
    for text in (SAID, "/forget", "我是硕士"):
        await api.say(ANNA, text)
    await api.until(lambda: len(api.texts(ANNA)) == 3)
    await quiet(api)
    assert api.texts(ANNA)[2].endswith("第1句：我是硕士")
    assert await store.load(KEYS.of("telegram", ANNA)) is not None


async def test_the_token_is_in_no_log_at_debug(
    api: FakeBotApi, start: StartBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stop = protect((TOKEN,))
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.DEBUG)  # what an operator might do
    try:
        bot = await start()
        await api.say(ANNA, "你好")
        await api.until(lambda: api.texts(ANNA))
        logging.getLogger("x").warning("%s and %s", bot.bot, httpx.URL(f"{api.url}/bot{TOKEN}/getMe"))
        try:
            raise InvalidToken(f"The token `{TOKEN}` was rejected by the server.")
        except InvalidToken:
            logging.getLogger("x").exception("it failed")
        logging.getLogger("x").warning("two holes %s %s", "one")
    finally:
        stop()
    assert "/bot•••/getMe" in caplog.text
    assert "it failed" in caplog.text
    assert TOKEN not in caplog.text
    assert TOKEN.split(":")[1] not in caplog.text


async def test_at_the_usual_levels_no_word_of_people_is_logged(
    api: FakeBotApi, start: StartBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stop = protect((TOKEN,))
    try:
        await start()
        await api.say(ANNA, SAID)
        await api.say(ANNA, "坏")
        await api.until(lambda: len(api.texts(ANNA)) == 2)
        await asyncio.sleep(0.1)
    finally:
        stop()
    for text in ("CANARYSAID", "CANARYTEXT", CANARY_NAME, str(ANNA)):
        assert text not in caplog.text


def test_any_bot_token_is_hidden_even_an_unknown_one() -> None:
    assert hide("GET /bot123456:AAabcdefghijklmnopqrstuv/getMe") == "GET /bot•••/getMe"
    assert hide("GET /bot123456%3AAAabcdefghijklmnopqrstuv/getMe") == "GET /bot•••/getMe"
    assert hide("in 12:30 at 123456:7") == "in 12:30 at 123456:7"
    assert hide("token 123456:AAabcdefghijklmnopqrstuv!") == "token •••!"
