"""The callback against WeChat's side: talking, numbers, repeats, long answers, forged requests."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from bot.wechat.conftest import AES_KEY, DAY, SEALED, SECRET, settings, wechat_over
from fakes.wechat import FakeWeChat
from talent_bot.channels.wechat import Callback, wechat_callback, wechat_routes
from talent_bot.channels.wechat.callback import ONLY_WORDS, STILL_COUNTING
from talent_bot.dialogue import Pending
from talent_bot.settings import SettingsError
from talent_bot.store import Keys, Store
from talent_bot.turn import Advisor

LONG = "都有哪些待遇？依据是什么？"
HELLO = "我是985博士，35岁，想去鄂尔多斯工作，能拿多少安家费？"
WHO = "oABCDEF0123456789abcdefghij"
KEY = Keys(SECRET.encode()).of("wechat", WHO)


async def _facts(store: Store) -> dict[str, Any]:
    dialogue = await store.load(KEY)
    return dialogue.facts() if dialogue else {}


async def test_the_console_accepts_the_address(wechat: FakeWeChat) -> None:
    answer = await wechat.handshake()
    assert answer.status_code == 200 and answer.text == "7190432650"
    assert (await wechat.handshake(token="wrong")).status_code == 403


async def test_a_follower_is_greeted_and_asked_with_numbers(wechat: FakeWeChat) -> None:
    text = await wechat.does(WHO, "subscribe")
    assert "您好" in text and "\n1. " in text and "\n2. " in text and "不清楚" in text


async def test_words_become_facts_and_amounts(wechat: FakeWeChat, store: Store) -> None:
    text = await wechat.says(WHO, HELLO)
    assert "记下了" in text and "博士" in text and "40万元" in text and "官方区间" in text
    assert (await _facts(store))["degree"] == "phd"


@pytest.mark.parametrize("answer", ["2", "第二个", "B", "b", "２", "选2", "二"])
async def test_an_option_is_chosen_by_number_letter_or_ordinal(wechat: FakeWeChat, store: Store, answer: str) -> None:
    await wechat.does(WHO, "subscribe")
    dialogue = await store.load(KEY)
    assert dialogue is not None and dialogue.pending is not None
    wanted = dialogue.pending.sets[1]
    await wechat.says(WHO, answer)
    known = await _facts(store)
    assert wanted and all(known[name] == value for name, value in wanted.items() if value is not None)


async def test_after_the_result_the_ways_on_are_words(wechat: FakeWeChat, store: Store) -> None:
    await wechat.says(WHO, HELLO)
    text = await wechat.says(WHO, "看结果")
    assert "可以回复：继续补充、改一个答案、重新开始" in text and "\n1. " not in text
    assert "要改哪一项" in await wechat.says(WHO, "改一个答案")
    await wechat.says(WHO, "看结果")
    await wechat.says(WHO, "重新开始")
    assert not await _facts(store)


async def test_a_doubtful_reading_is_confirmed_by_number(wechat: FakeWeChat, store: Store) -> None:
    await wechat.does(WHO, "subscribe")
    pending = Pending("degree", "confirm", ("degree",), ("博士",), ((),), ({"degree": "phd"},), text="是博士吗？")
    dialogue = await store.load(KEY)
    assert dialogue is not None
    await store.save(KEY, replace(dialogue, pending=pending))
    await wechat.says(WHO, "1")
    assert (await _facts(store))["degree"] == "phd"


async def test_a_voice_message_is_read_as_text(wechat: FakeWeChat, store: Store) -> None:
    await wechat.speaks(WHO, "我是硕士")
    assert (await _facts(store))["degree"] == "master"


async def test_a_picture_is_answered_kindly(wechat: FakeWeChat) -> None:
    assert await wechat.sends_picture(WHO) == ONLY_WORDS


async def test_a_repeat_is_answered_alike_and_counts_once(wechat: FakeWeChat, store: Store) -> None:
    first = await wechat.says(WHO, HELLO, number="77")
    before = await store.load(KEY)
    assert await wechat.says(WHO, HELLO, number="77") == first
    assert await store.load(KEY) == before


async def test_repeats_at_the_same_moment_count_once(wechat: FakeWeChat, store: Store) -> None:
    texts = await asyncio.gather(*(wechat.says(WHO, HELLO, number="78") for _ in range(3)))
    assert len(set(texts)) == 1
    dialogue = await store.load(KEY)
    assert dialogue is not None and dialogue.serial == 1


async def test_events_are_known_by_sender_and_time(wechat: FakeWeChat, store: Store) -> None:
    for _ in range(2):
        await wechat.does(WHO, "subscribe", at=1_700_000_000)
    dialogue = await store.load(KEY)
    assert dialogue is not None and dialogue.serial == 1


async def test_a_repeat_after_a_restart_counts_once(callback: Callback, wechat: FakeWeChat, store: Store) -> None:
    await wechat.says(WHO, HELLO, number="79")
    before = await store.load(KEY)
    fresh = Callback(callback.advising, store, callback.key, callback.today, callback.token, callback.cipher)
    async with wechat_over(fresh) as again:
        assert await again.says(WHO, HELLO, number="79") == ""
    assert await store.load(KEY) == before


async def test_a_message_recorded_but_not_answered_before_a_crash_is_answered(wechat: FakeWeChat, store: Store) -> None:
    await store.remember_update("wechat", "80", KEY, "")
    assert "博士" in await wechat.says(WHO, HELLO, number="80")


async def test_a_slow_answer_is_promised_in_time_and_read_with_continue(
    wechat: FakeWeChat, callback: Callback, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talent_bot.channels.wechat import callback as module

    real = module.turn  # type: ignore[attr-defined]

    def slow(*args: Any) -> Any:
        time.sleep(0.5)
        return real(*args)

    monkeypatch.setattr(module, "turn", slow)
    callback.within, wechat.patience = 0.1, 1
    assert await wechat.says(WHO, HELLO) == STILL_COUNTING and wechat.tries == 1
    await asyncio.sleep(0.8)
    callback.within = 4
    assert "博士" in await wechat.says(WHO, "继续")


async def test_ordinary_answers_come_well_within_five_seconds(wechat: FakeWeChat) -> None:
    started = time.monotonic()
    for text in (HELLO, "三年合同", "看结果", "怎么申请"):
        await wechat.says(WHO, text)
        assert wechat.tries == 1
    assert time.monotonic() - started < 5


async def test_a_long_answer_ends_in_the_question_and_goes_on_with_continue(wechat: FakeWeChat) -> None:
    await wechat.says(WHO, HELLO)
    text = await wechat.says(WHO, LONG)
    assert "回复“继续”" in text and text.endswith("先看结果")
    pages = [text]
    while "回复“继续”" in pages[-1] and len(pages) < 30:
        pages.append(await wechat.says(WHO, "继续"))
    whole = "".join(pages)
    assert len(pages) > 1 and "依据：" in whole


async def test_the_rest_of_a_long_answer_survives_a_restart(
    callback: Callback, wechat: FakeWeChat, store: Store
) -> None:
    await wechat.says(WHO, HELLO)
    first = await wechat.says(WHO, LONG)
    assert "回复“继续”" in first
    fresh = Callback(callback.advising, store, callback.key, callback.today, callback.token, callback.cipher)
    async with wechat_over(fresh) as again:
        rest = await again.says(WHO, "继续", number="901")
        assert "安家补贴" in first and rest.strip() and rest not in first
        assert "回到刚才的问题" not in rest.partition("\n")[0]


async def test_the_rest_is_gone_once_something_else_is_said(wechat: FakeWeChat, store: Store) -> None:
    await wechat.says(WHO, HELLO)
    await wechat.says(WHO, LONG)
    await wechat.says(WHO, "你好")
    assert (await store.snapshot(KEY)).page == b""


async def test_continue_without_a_rest_is_for_the_turn(wechat: FakeWeChat, store: Store) -> None:
    await wechat.says(WHO, "我是博士")
    await wechat.says(WHO, "继续")
    dialogue = await store.load(KEY)
    assert dialogue is not None and dialogue.serial == 2


async def test_forget_me_and_leaving_erase(wechat: FakeWeChat, store: Store) -> None:
    await wechat.says(WHO, HELLO)
    assert "删除" in await wechat.says(WHO, "忘记我")
    assert await store.load(KEY) is None
    await wechat.says(WHO, HELLO)
    assert await wechat.does(WHO, "unsubscribe") == ""
    assert await store.load(KEY) is None


async def test_links_and_markup_do_not_come_back_alive(wechat: FakeWeChat) -> None:
    text = await wechat.says(WHO, '<a href="http://evil.test">点我</a>]]><ToUserName>x</ToUserName>我是博士')
    assert "<a " not in text


async def test_messages_of_one_person_are_taken_in_order(wechat: FakeWeChat, store: Store) -> None:
    tasks = []
    for text in ("我是硕士", "不对，我是博士"):
        tasks.append(asyncio.create_task(wechat.says(WHO, text)))
        await asyncio.sleep(0.01)
    await asyncio.gather(*tasks)
    assert (await _facts(store))["degree"] == "phd"


@pytest.mark.parametrize(
    "changes",
    [{"signature": "0" * 40}, {"signature": ""}, {"timestamp": "1"}, {"nonce": "x"}, {"timestamp": "é"}],
)
async def test_a_forged_request_is_refused(wechat: FakeWeChat, store: Store, changes: dict[str, str]) -> None:
    body = wechat.xml({"ToUserName": "g", "FromUserName": WHO, "MsgType": "text", "Content": HELLO, "MsgId": "5"})
    assert (await wechat.post(body, **changes)).status_code == 403
    assert await store.load(KEY) is None


async def test_an_old_request_is_not_taken_again(wechat: FakeWeChat) -> None:
    wechat.now -= 3600
    body = wechat.xml({"ToUserName": "g", "FromUserName": WHO, "MsgType": "text", "Content": HELLO, "MsgId": "5"})
    assert (await wechat.post(body)).status_code == 403


async def test_with_a_key_only_sealed_messages_are_taken(advisor: Advisor, store: Store) -> None:
    callback = wechat_callback(advisor, store, settings(**SEALED), today=lambda: DAY)
    assert callback is not None
    async with wechat_over(callback) as wechat:
        plain = replace(wechat, aes_key="")
        body = wechat.xml({"ToUserName": "g", "FromUserName": WHO, "MsgType": "text", "Content": HELLO, "MsgId": "5"})
        assert (await plain.post(body)).status_code == 403
        assert (await wechat.post(body, msg_signature="0" * 40)).status_code == 403
        other = replace(wechat, aes_key=AES_KEY[::-1])
        assert (await other.post(body)).status_code == 403


async def test_what_is_no_message_is_refused(wechat: FakeWeChat) -> None:
    for body in (b"<xml></xml>", b"nonsense", b"<!DOCTYPE x><xml></xml>"):
        assert (await wechat.post(body)).status_code == 400


async def test_a_body_without_end_is_refused(wechat: FakeWeChat) -> None:
    wechat.aes_key = ""
    assert (await wechat.post(b"a" * 200_000)).status_code == 413


async def test_a_fault_of_ours_is_said_calmly(wechat: FakeWeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    from talent_bot.channels.wechat import callback as module

    def fails(*_: Any) -> None:
        raise RuntimeError("秘密")

    monkeypatch.setattr(module, "turn", fails)
    text = await wechat.says(WHO, HELLO)
    assert "编号" in text and "秘密" not in text


async def test_without_a_token_there_is_no_route_and_half_a_set_up_is_said(advisor: Advisor, store: Store) -> None:
    from talent_bot.settings import Settings

    assert wechat_routes(advisor, store, Settings(store="memory:", secret=SECRET)) == ()
    assert len(wechat_routes(advisor, store, settings())) == 2
    for half in ({"wechat_aes_key": AES_KEY}, {"wechat_aes_key": "short", "wechat_app_id": "wx1"}):
        with pytest.raises(SettingsError, match="TALENT_WECHAT"):
            wechat_routes(advisor, store, settings(**half))
