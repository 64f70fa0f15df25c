"""When Telegram refuses, stalls, repeats itself or is away: what was promised is sent, and how often."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from telegram import Update

from fakes.bot_api import FakeBotApi, Fault
from talent_bot.channels.telegram import Telegram, wording
from talent_bot.channels.telegram.incoming import incoming
from talent_bot.settings import SettingsError
from talent_bot.store.sqlite import SqliteStore

from .conftest import KEYS, StartBot, quiet

ANNA, BEN = 1001, 1002


async def test_a_429_is_obeyed_and_then_sent_once(api: FakeBotApi, bot: Telegram) -> None:
    api.faults.append(Fault("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1))
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA))
    first, second = api.called("sendMessage")
    assert second.at - first.at >= 1.0
    assert len(api.texts(ANNA)) == 1


async def test_after_too_many_429_the_answer_comes_later_and_in_order(
    api: FakeBotApi, start: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talent_bot.channels.telegram.service.MOST_RETRIES", 0)
    await start(care_seconds=0.6)
    api.faults.append(Fault("sendMessage", 429, "Too Many Requests", retry_after=1, times=1))
    await api.say(ANNA, "一")
    await api.until(lambda: api.called("sendMessage"))
    await api.say(ANNA, "二")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    await quiet(api)
    assert [t[-4:] for t in api.texts(ANNA)] == ["1句：一", "2句：二"]


async def test_who_blocks_the_bot_is_left_in_peace(api: FakeBotApi, bot: Telegram, store: SqliteStore) -> None:
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA))
    api.blocked.add(ANNA)
    await api.say(ANNA, "两条")
    await api.say(BEN, "你好")
    await api.until(lambda: api.texts(BEN))
    await quiet(api, 0.5)
    assert [c.status for c in api.called("sendMessage") if c.params["chat_id"] == str(ANNA)] == [200, 403]
    assert await store.claim("telegram") == ()


async def test_a_refused_message_is_not_tried_for_ever(api: FakeBotApi, bot: Telegram, store: SqliteStore) -> None:
    api.faults.append(Fault("sendMessage", 400, "Bad Request: something we did not foresee", chat=ANNA))
    await api.say(ANNA, "一")
    await api.say(ANNA, "二")
    await api.until(lambda: api.texts(ANNA))
    assert api.texts(ANNA)[0].endswith("第2句：二")
    await quiet(api)
    assert await store.claim("telegram") == ()


async def test_markup_that_is_not_taken_goes_as_plain_text(api: FakeBotApi, bot: Telegram) -> None:
    api.faults.append(Fault("sendMessage", 400, "Bad Request: can't parse entities: …"))
    await api.say(ANNA, "<b> & co")
    await api.until(lambda: api.texts(ANNA))
    assert api.texts(ANNA)[0].endswith("第1句：<b> & co")
    assert "<b>" in api.texts(ANNA)[0].split("\n\n")[0]


async def test_an_inner_error_of_telegram_is_tried_once_more(api: FakeBotApi, bot: Telegram) -> None:
    api.faults.append(Fault("sendMessage", 500))
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA))
    assert [c.status for c in api.called("sendMessage")] == [500, 200]


async def test_while_telegram_is_away_nothing_is_lost_or_doubled(api: FakeBotApi, bot: Telegram) -> None:
    api.faults.append(Fault("sendMessage", 502, "Bad Gateway", times=5))
    for text in "一二三":
        await api.say(ANNA, text)
    await api.until(lambda: len(api.texts(ANNA)) == 3)
    await quiet(api)
    assert [t.split("\n\n")[1] for t in api.texts(ANNA)] == ["第1句：一", "第2句：二", "第3句：三"]


async def test_a_stall_after_the_message_was_taken_doubles_it_once_at_most(api: FakeBotApi, start: StartBot) -> None:
    await start(timeout=0.3)
    api.faults.append(Fault("sendMessage", stall=0.8, accept=True, times=9))
    await api.say(ANNA, "你好")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    await quiet(api, 1.0)
    assert api.texts(ANNA) == [api.texts(ANNA)[0]] * 2


async def test_one_who_stalls_delays_nobody_else(api: FakeBotApi, start: StartBot) -> None:
    await start()
    api.faults.append(Fault("sendMessage", stall=5.0, chat=ANNA))
    await api.say(ANNA, "你好")
    await api.say(BEN, "你好")
    await api.until(lambda: api.texts(BEN), 4.0)
    assert not api.texts(ANNA)


async def test_repeated_updates_are_answered_once(api: FakeBotApi, bot: Telegram, store: SqliteStore) -> None:
    update = await api.say(ANNA, "我是博士")
    await api.repeat(update)
    await api.until(lambda: api.texts(ANNA))
    await api.repeat(update)
    await quiet(api, 0.4)
    assert len(api.texts(ANNA)) == 1
    dialogue = await store.load(KEYS.of("telegram", ANNA))
    assert dialogue is not None
    assert dialogue.serial == 1


async def test_repeats_of_what_waits_in_the_inbox_push_nothing_out(
    api: FakeBotApi, start: StartBot, store: SqliteStore
) -> None:
    """As after kill -9: five are taken up from the inbox while Telegram sends the same five again."""
    for number in range(1, 6):
        update = await api.say(ANNA, f"慢{number}")
        item = incoming(Update.de_json(update, None))
        assert item is not None
        await store.remember_update("telegram", item.update_id, KEYS.of("telegram", ANNA), item.dump())
    await start()
    await api.until(lambda: len(api.texts(ANNA)) == 5)
    await quiet(api)
    assert [t.split("\n\n")[1] for t in api.texts(ANNA)] == [f"第{n}句：慢{n}" for n in range(1, 6)]
    await api.say(ANNA, "六")
    await api.until(lambda: len(api.texts(ANNA)) == 6)


async def test_a_second_bot_on_the_same_token_is_named_in_the_log(
    api: FakeBotApi, bot: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    await api.until(lambda: api.called("getUpdates"))
    other = asyncio.create_task(api._do_getUpdates({"timeout": "1"}))
    await api.until(lambda: any(c.status == 409 for c in api.called("getUpdates")))
    await other
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA))
    assert "409" in caplog.text


async def test_polling_goes_on_after_errors(api: FakeBotApi, start: StartBot) -> None:
    api.faults.append(Fault("getUpdates", 500, times=1))
    await start()
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA))


async def test_telegram_away_at_the_start_is_waited_for(api: FakeBotApi, start: StartBot) -> None:
    api.faults.append(Fault("getMe", 502, "Bad Gateway"))
    await start()
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA))


async def test_a_wrong_token_is_said_in_words_without_showing_it(api: FakeBotApi, start: StartBot) -> None:
    with pytest.raises(SettingsError, match="BotFather") as caught:
        await start(more={"telegram_token": "7000000001:AAwrongwrongwrongwrongwrongwrong"})
    assert "AAwrong" not in repr(caught.value)
    assert caught.value.__cause__ is None


async def test_a_menu_that_cannot_be_set_does_not_stop_the_bot(api: FakeBotApi, start: StartBot) -> None:
    api.faults.append(Fault("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID"))
    await start()
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA))


async def test_what_cannot_be_written_down_stays_at_telegram(
    api: FakeBotApi, bot: Telegram, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("talent_bot.store.sqlite._remember", full)
    await api.say(ANNA, "你好")
    await api.until(lambda: len(api.called("getUpdates")) >= 3)
    assert api.updates
    assert not api.texts(ANNA)
    monkeypatch.undo()
    await api.until(lambda: api.texts(ANNA))
    await quiet(api)
    assert len(api.texts(ANNA)) == 1


async def test_an_answer_that_cannot_be_saved_is_confessed_and_given_later(
    api: FakeBotApi, bot: Telegram, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("talent_bot.store.sqlite._answer", full)
        await api.say(ANNA, "你好")
        await api.until(lambda: api.texts(ANNA))
        await asyncio.sleep(0.5)
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    apology, answer = api.texts(ANNA)
    assert apology.startswith(wording.say("store", reference="")[:12])
    assert answer.endswith("第1句：你好")


async def test_stopping_is_quick_and_leaves_the_rest_to_the_next_start(
    api: FakeBotApi, start: StartBot, store: SqliteStore
) -> None:
    first = await start(timeout=5.0)
    api.faults.append(Fault("sendMessage", stall=3.0, accept=False, chat=ANNA))
    await api.say(ANNA, "你好")
    await api.until(lambda: api.called("sendMessage"))
    began = asyncio.get_running_loop().time()
    await first.stop(patience=0.5)
    assert asyncio.get_running_loop().time() - began < 1.5
    await start()
    await api.until(lambda: api.texts(ANNA))
    await quiet(api)
    assert len(api.texts(ANNA)) == 1


async def test_a_heartbeat_tells_that_it_is_alive(bot: Telegram, store: SqliteStore, tmp_path: Path) -> None:
    await asyncio.sleep(0.3)
    age = await store.last_heartbeat("telegram")
    assert age is not None
    assert age < 5
