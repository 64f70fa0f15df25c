"""One person and the bot, end to end over HTTP."""

from __future__ import annotations

import asyncio

import pytest

from fakes.bot_api import FakeBotApi
from talent_bot.channels.telegram import Draw, Telegram, wording
from talent_bot.pictures import Unavailable
from talent_bot.store.sqlite import SqliteStore

from .conftest import KEYS, StartBot, quiet

ANNA, BEN = 1001, 1002


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


async def test_the_menu_is_set_in_two_languages(api: FakeBotApi, bot: Telegram) -> None:
    assert [c["command"] for c in api.commands[""]] == [name for name, _, _ in wording.COMMANDS]
    assert api.commands["en"][5]["description"] == "Start over"
    assert {"start", "help", "card", "change", "undo", "restart", "forget", "privacy", "version", "lang"} == {
        c["command"] for c in api.commands[""]
    }


@pytest.mark.parametrize(
    ("said", "heard"),
    [("/help", "/help"), ("/Card@talent_policy_bot", "/card"), ("/start from-a-poster", "/start"), ("/", "/")],
)
async def test_a_command_reaches_the_turn_as_it_knows_it(api: FakeBotApi, bot: Telegram, said: str, heard: str) -> None:
    await api.say(ANNA, said)
    await api.until(lambda: api.texts(ANNA))
    assert api.texts(ANNA)[0].endswith(f"第1句：{heard}")


async def test_a_button_is_marked_answered_and_stops_spinning(api: FakeBotApi, bot: Telegram) -> None:
    await api.say(ANNA, "按钮")
    await api.until(lambda: api.texts(ANNA))
    asked = api.last(ANNA)
    assert [[b["text"] for b in row] for row in asked["reply_markup"]["inline_keyboard"]] == [
        ["三年以上", "不到三年"],
        ["不清楚"],
    ]
    await api.tap(asked, "不到三年")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    await quiet(api)
    assert api.texts(ANNA)[1].endswith("第2句：a:1:1")
    assert [b["text"] for row in asked["reply_markup"]["inline_keyboard"] for b in row] == ["✓ 不到三年"]
    assert all(api.queries.values())


async def test_a_forged_or_old_button_is_answered_too(api: FakeBotApi, bot: Telegram) -> None:
    await api.say(ANNA, "按钮")
    await api.until(lambda: api.texts(ANNA))
    asked = api.last(ANNA)
    await api.press(asked, "a:99:7")
    await api.press(asked, "a:99:7")
    await api.until(lambda: len(api.texts(ANNA)) == 3)
    await quiet(api)
    assert len(api.called("answerCallbackQuery")) == 2
    assert "三年以上" in str(asked["reply_markup"])


async def test_two_quick_taps_are_two_turns_in_order(api: FakeBotApi, bot: Telegram) -> None:
    await api.say(ANNA, "按钮")
    await api.until(lambda: api.texts(ANNA))
    asked = dict(api.last(ANNA))
    await api.tap(asked, "三年以上")
    await api.tap(asked, "不到三年")
    await api.until(lambda: len(api.texts(ANNA)) == 3)
    assert [t[-5:] for t in api.texts(ANNA)[1:]] == ["a:1:0", "a:1:1"]


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, "voice"),
        ({"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]}, "file"),
        ({"contact": {"phone_number": "13800000000", "first_name": "王"}}, "contact"),
        ({"location": {"longitude": 109.8, "latitude": 39.6}}, "media"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "media"),
    ],
)
async def test_what_is_not_text_gets_a_kind_word(
    api: FakeBotApi, bot: Telegram, content: dict[str, object], answer: str
) -> None:
    await api.send(ANNA, **content)
    await api.until(lambda: api.texts(ANNA))
    assert api.texts(ANNA) == [wording.say(answer)]


async def test_service_messages_are_left_alone(api: FakeBotApi, bot: Telegram) -> None:
    await api.send(ANNA, new_chat_title="新名字")
    await api.say(ANNA, "在吗")
    await api.until(lambda: api.texts(ANNA))
    assert len(api.texts(ANNA)) == 1


async def test_an_edited_text_counts_as_said(api: FakeBotApi, bot: Telegram) -> None:
    first = await api.say(ANNA, "我35岁")
    await api.push({"edited_message": {**first["message"], "text": "我36岁", "edit_date": 1}})
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    assert api.texts(ANNA)[1].endswith("第2句：我36岁")


async def test_a_group_is_refused_once_and_nothing_of_it_is_kept(
    api: FakeBotApi, bot: Telegram, store: SqliteStore
) -> None:
    group = -100500
    for text in ("/start", "/card@talent_policy_bot", "大家好，我是博士"):
        await api.say(group, text, kind="supergroup")
    await api.say(ANNA, "好了")
    await api.until(lambda: api.texts(ANNA))
    await quiet(api)
    assert api.texts(group) == [wording.say("group")]
    assert await store.load(KEYS.of("telegram", group)) is None


async def test_long_answers_come_in_several_messages_with_the_buttons_last(api: FakeBotApi, bot: Telegram) -> None:
    await api.say(ANNA, "长")
    await api.until(lambda: len(api.texts(ANNA)) >= 3)
    await quiet(api)
    assert "".join(api.texts(ANNA)).count("条款") == 4500
    assert [c.status for c in api.called("sendMessage")] == [200] * len(api.texts(ANNA))


async def test_a_broken_turn_is_confessed_with_a_reference_and_not_repeated(
    api: FakeBotApi, bot: Telegram, store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    await api.say(ANNA, "坏")
    await api.say(ANNA, "好")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    apology, answer = api.texts(ANNA)
    reference = apology.split("编号 ")[1][:8]
    assert answer.endswith("第1句：好")
    assert await store.waiting("telegram") == ()
    assert f"reference {reference}: ValueError in counting" in caplog.text
    assert "CANARYTEXT" not in caplog.text


def _png(width: int, height: int) -> bytes:
    """The beginning of a picture: nobody here looks further."""
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"rest"


PNG = _png(750, 1200)


def _drawing(png: bytes) -> Draw:
    async def draw(svg: str) -> bytes:
        assert svg.startswith("<svg")
        return png

    return draw


async def test_a_card_is_written_and_drawn(api: FakeBotApi, start: StartBot) -> None:
    await start(draw=_drawing(PNG))
    await api.say(ANNA, "卡片")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    text, picture = [m for m in api.messages[ANNA] if m["from"]["is_bot"]]
    assert "共 5万–40万元" in text["text"]
    assert picture["photo"][0]["height"] == 1200
    assert picture["caption"] == "结果"


@pytest.mark.parametrize(("width", "height"), [(750, 2600), (100, 2100)])
async def test_a_picture_too_tall_for_a_photo_goes_as_a_file(
    api: FakeBotApi, start: StartBot, width: int, height: int
) -> None:
    await start(draw=_drawing(_png(width, height)))
    await api.say(ANNA, "卡片")
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    assert "document" in api.last(ANNA)


async def test_while_a_card_is_being_drawn_its_words_are_there_and_others_are_answered(
    api: FakeBotApi, start: StartBot
) -> None:
    drawn = asyncio.Event()

    async def slowly(svg: str) -> bytes:
        await drawn.wait()
        raise Unavailable("too late")

    await start(draw=slowly)
    await api.say(ANNA, "卡片")
    await api.until(lambda: api.texts(ANNA))
    await api.say(BEN, "你好")
    await api.until(lambda: api.texts(BEN))
    await api.say(ANNA, "然后呢")
    await quiet(api)
    assert len(api.texts(ANNA)) == 1
    drawn.set()
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    assert api.texts(ANNA)[1].endswith("第2句：然后呢")


async def test_stopped_while_a_card_is_being_drawn_the_picture_comes_after_the_start(
    api: FakeBotApi, start: StartBot
) -> None:
    drawing = asyncio.Event()

    async def never(svg: str) -> bytes:
        drawing.set()
        await asyncio.Event().wait()
        raise AssertionError

    bot = await start(draw=never)
    await api.say(ANNA, "卡片")
    await asyncio.wait_for(drawing.wait(), 8)
    await bot.stop(0.1)
    await start(draw=_drawing(PNG))
    await api.until(lambda: len(api.texts(ANNA)) == 2)
    await quiet(api)
    text, picture = [m for m in api.messages[ANNA] if m["from"]["is_bot"]]
    assert "共 5万–40万元" in text["text"] and picture["photo"][0]["width"] == 750


async def test_a_picture_that_cannot_be_drawn_is_left_out(
    api: FakeBotApi, start: StartBot, store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    async def impossible(svg: str) -> bytes:
        raise Unavailable("这台机器上没有中文字体")

    await start(draw=impossible)
    await api.say(ANNA, "卡片")
    await api.until(lambda: "没有中文字体" in caplog.text)
    await quiet(api)
    assert len(api.texts(ANNA)) == 1 and "共 5万–40万元" in api.texts(ANNA)[0]
    assert await store.claim("telegram") == ()
