"""What stands between us and Telegram: proxies that answer with pages, connections that break, odd updates."""

from __future__ import annotations

import pytest

from fakes.bot_api import FakeBotApi, Fault
from talent_bot.channels.telegram import Telegram, wording
from talent_bot.channels.telegram.logs import protect
from talent_bot.store.sqlite import SqliteStore

from .conftest import StartBot, quiet

ANNA, BEN = 101, 102
PAGE = "<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("getUpdates", 502, page=PAGE, times=3),
        Fault("getUpdates", 200, page=PAGE, times=3),
        Fault("getUpdates", 504, page=PAGE, times=2),
        Fault("getUpdates", cut=True, times=2),
        Fault("getUpdates", 429, "Too Many Requests: retry after 1", retry_after=1),
        Fault("getUpdates", 429, "Too Many Requests"),
        Fault("getUpdates", 500, times=2),
        Fault("getUpdates", 403, page=PAGE),
        Fault("getUpdates", 404, page=PAGE, times=2),
        Fault("getUpdates", 401, "Unauthorized"),
    ],
    ids=lambda f: f"{f.status} {'page' if f.page else 'cut' if f.cut else f.description}",
)
async def test_fetching_goes_on_after_any_answer(api: FakeBotApi, start: StartBot, fault: Fault) -> None:
    api.faults.append(fault)
    await start()
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA), 12.0)
    await quiet(api)
    assert len(api.texts(ANNA)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("sendMessage", 502, page=PAGE, times=3),
        Fault("sendMessage", 503, page=PAGE, times=3),
        Fault("sendMessage", 403, page=PAGE, times=2),
        Fault("sendMessage", 429, "Too Many Requests", times=3),
        Fault("sendMessage", 401, "Unauthorized", times=2),
        Fault("sendMessage", 409, "Conflict: terminated by other getUpdates request", times=2),
    ],
    ids=lambda f: f"{f.status} {'page' if f.page else f.description}",
)
async def test_an_answer_that_surely_was_not_taken_comes_once(api: FakeBotApi, bot: Telegram, fault: Fault) -> None:
    api.faults.append(fault)
    await api.say(ANNA, "一")
    await api.say(ANNA, "二")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    await quiet(api)
    assert [t.rpartition("：")[2] for t in api.texts(ANNA)] == ["一", "二"]


@pytest.mark.parametrize(
    "fault",
    [Fault("sendMessage", page=PAGE, accept=True, times=9), Fault("sendMessage", cut=True, accept=True, times=9)],
    ids=["a page", "a broken connection"],
)
async def test_an_answer_that_may_have_been_taken_comes_twice_at_most(
    api: FakeBotApi, bot: Telegram, store: SqliteStore, fault: Fault
) -> None:
    api.faults.append(fault)
    await api.say(ANNA, "一")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    await quiet(api, 0.6)
    assert api.texts(ANNA) == [api.texts(ANNA)[0]] * 2
    assert await store.claim("telegram") == ()


async def test_a_connection_that_breaks_once_loses_nothing(api: FakeBotApi, bot: Telegram) -> None:
    api.faults.append(Fault("sendMessage", cut=True))
    await api.say(ANNA, "一")
    await api.until(lambda: api.texts(ANNA))
    await quiet(api)
    assert len(api.texts(ANNA)) == 1


async def test_a_group_that_became_a_supergroup_stops_nobody(
    api: FakeBotApi, bot: Telegram, store: SqliteStore
) -> None:
    moved = Fault("sendMessage", 400, "Bad Request: group chat was upgraded", parameters={"migrate_to_chat_id": -1007})
    api.faults.append(moved)
    await api.say(-500, "/start", kind="group")
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA))
    await quiet(api)
    assert await store.claim("telegram") == ()


@pytest.mark.parametrize(
    "complaint",
    [
        "Bad Request: message is not modified",
        "Bad Request: message can't be edited",
        "Bad Request: message to edit not found",
        "Bad Request: MESSAGE_ID_INVALID",
    ],
)
async def test_a_tap_counts_though_the_old_message_cannot_be_marked(
    api: FakeBotApi, bot: Telegram, complaint: str
) -> None:
    await api.say(ANNA, "按钮")
    await api.until(lambda: api.texts(ANNA))
    api.faults.append(Fault("editMessageReplyMarkup", 400, complaint))
    await api.tap(api.last(ANNA), "不到三年")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    await quiet(api)
    assert api.texts(ANNA)[1].endswith("a:1:1") and len(api.texts(ANNA)) == 2


async def test_a_tap_counts_though_its_spinning_cannot_be_stopped(api: FakeBotApi, bot: Telegram) -> None:
    await api.say(ANNA, "按钮")
    await api.until(lambda: api.texts(ANNA))
    api.faults.append(Fault("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired"))
    await api.tap(api.last(ANNA), "不到三年")
    await api.until(lambda: len(api.texts(ANNA)) == 2)


async def test_a_tap_on_a_message_telegram_no_longer_shows_counts(api: FakeBotApi, bot: Telegram) -> None:
    await api.say(ANNA, "按钮")
    await api.until(lambda: api.texts(ANNA))
    gone = {"chat": {"id": ANNA, "type": "private"}, "message_id": 1, "date": 0}
    api.queries["77"] = False
    tap = {"id": "77", "from": {"id": ANNA, "is_bot": False, "first_name": "A"}, "chat_instance": "1", "data": "a:1:1"}
    await api.push({"callback_query": {**tap, "message": gone}})
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    assert api.texts(ANNA)[1].endswith("a:1:1") and api.queries["77"]


@pytest.mark.parametrize(
    "content",
    [
        {"channel_post": {"message_id": 5, "date": 1, "chat": {"id": -1009, "type": "channel"}, "text": "通知"}},
        {"edited_channel_post": {"message_id": 5, "date": 1, "chat": {"id": -1009, "type": "channel"}, "text": "改"}},
        {"poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": []}},
        {"message": {"message_id": 6, "date": 1, "chat": {"id": ANNA, "type": "private"}}},
        {},
    ],
    ids=["channel post", "edited channel post", "poll answer", "empty message", "nothing"],
)
async def test_an_update_that_concerns_us_not_is_passed_over(
    api: FakeBotApi, bot: Telegram, content: dict[str, object]
) -> None:
    api.allowed = None
    await api.push(content)
    await api.say(BEN, "在吗")
    await api.until(lambda: api.texts(BEN))
    await quiet(api)
    assert not api.texts(ANNA) and not api.messages[-1009]


async def test_a_sticker_edited_is_not_answered_again(api: FakeBotApi, bot: Telegram) -> None:
    sent = await api.send(
        ANNA, photo=[{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}], caption="证书"
    )
    await api.until(lambda: api.texts(ANNA))
    await api.push({"edited_message": {**sent["message"], "caption": "毕业证", "edit_date": 1}})
    await api.say(ANNA, "在吗")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    assert api.texts(ANNA)[0] == wording.for_media("photo", "zh")


async def test_an_update_nobody_can_read_holds_up_no_other(
    api: FakeBotApi, start: StartBot, caplog: pytest.LogCaptureFixture
) -> None:
    stop = protect([api.token])
    try:
        broken = {"message_id": "?", "chat": {"id": ANNA}, "text": "我叫王小明", "from": 7, "date": "gestern"}
        await api.push({"message": broken})
        await api.say(BEN, "在吗")
        await start()
        await api.until(lambda: api.texts(BEN))
        await api.say(BEN, "还在吗")
        await api.until(lambda: len(api.texts(BEN)) == 2)
    finally:
        stop()
    assert "王小明" not in caplog.text and "cannot be read" in caplog.text
