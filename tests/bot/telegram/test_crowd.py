"""Many people at once: order within a chat, nobody waits for a flooder."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from datetime import date
from typing import Any

import pytest
from telegram import Update

from fakes.bot_api import FakeBotApi
from fakes.turns import counting
from talent_bot.channels.telegram import Telegram, wording
from talent_bot.channels.telegram.crowd import Crowd
from talent_bot.dialogue import Dialogue, Event
from talent_bot.reply import Reply
from talent_bot.store.sqlite import SqliteStore

from .conftest import KEYS, StartBot, quiet


async def test_a_correction_never_overtakes_what_it_corrects(
    api: FakeBotApi, bot: Telegram, store: SqliteStore
) -> None:
    chance = random.Random(7)
    queues = {chat: ["我35岁", "不对，36岁"] for chat in range(1, 81)}
    while queues:
        chat = chance.choice(list(queues))
        await api.say(chat, queues[chat].pop(0))
        if not queues[chat]:
            del queues[chat]
    await api.until(lambda: all(len(api.texts(chat)) == 2 for chat in range(1, 81)), 20)
    for chat in range(1, 81):
        assert [t.split("\n\n")[1] for t in api.texts(chat)] == ["第1句：我35岁", "第2句：不对，36岁"]
    await quiet(api)
    last = [await store.load(KEYS.of("telegram", chat)) for chat in range(1, 81)]
    assert {d.facts()["last"] for d in last if d} == {"不对，36岁"}


def _crowd(seen: list[Any], **options: Any) -> Crowd:
    async def refuse(update: object, reason: str) -> None:
        seen.append((update.update_id, reason))  # type: ignore[attr-defined]

    return Crowd(lambda update: str(update.update_id % 10), refuse, **options)  # type: ignore[attr-defined]


async def test_a_thousand_interleavings_keep_the_order_of_each_chat() -> None:
    chance = random.Random(11)
    for _ in range(1000):
        done: list[int] = []
        crowd = _crowd(done)

        async def work(number: int, done: list[int] = done) -> None:
            for _ in range(chance.randrange(4)):
                await asyncio.sleep(0)
            done.append(number)

        numbers = sorted(chance.sample(range(60), 12), key=lambda n: n // 10)
        await asyncio.gather(*(crowd.process_update(Update(n), work(n)) for n in numbers))
        for chat in range(10):
            assert [n for n in done if n % 10 == chat] == [n for n in numbers if n % 10 == chat]


async def test_at_most_six_of_one_chat_are_inside_and_it_is_said_once() -> None:
    seen: list[Any] = []
    crowd = _crowd(seen)
    inside = asyncio.Event()

    async def work() -> None:
        await inside.wait()

    tasks = [asyncio.create_task(crowd.process_update(Update(n * 10), work())) for n in range(40)]
    await asyncio.sleep(0.05)
    assert [reason for _, reason in seen] == ["flood"] + ["quiet"] * 33
    inside.set()
    await asyncio.gather(*tasks)
    assert crowd._locks._locks == {}


async def test_the_daily_limit_is_said_once_and_ends_with_the_day() -> None:
    seen: list[Any] = []
    day = [date(2026, 1, 1)]
    crowd = _crowd(seen, daily_limit=2, today=lambda: day[0])
    done: list[int] = []

    async def work(number: int) -> None:
        done.append(number)

    for number in (10, 20, 30, 40):
        await crowd.process_update(Update(number), work(number))
    day[0] = date(2026, 1, 2)
    await crowd.process_update(Update(50), work(50))
    assert done == [10, 20, 50]
    assert seen == [(30, "cap"), (40, "quiet")]


async def test_cancelled_while_waiting_leaves_the_chat_free() -> None:
    crowd = _crowd([])
    gate = asyncio.Event()

    async def work() -> None:
        await gate.wait()

    first = asyncio.create_task(crowd.process_update(Update(10), work()))
    second = asyncio.create_task(crowd.process_update(Update(20), work()))
    await asyncio.sleep(0.01)
    second.cancel()
    gate.set()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    await crowd.process_update(Update(30), work())
    assert crowd._locks._locks == {}


async def test_four_hundred_messages_of_one_do_not_delay_ten_others(
    api: FakeBotApi, bot: Telegram, store: SqliteStore
) -> None:
    for number in range(400):
        await api.say(1, f"慢{number}")
    began = time.monotonic()
    for chat in range(2, 12):
        await api.say(chat, "你好")
    await api.until(lambda: all(api.texts(chat) for chat in range(2, 12)), 20)
    others = time.monotonic() - began
    await quiet(api, 0.5)
    answered = [t for t in api.texts(1) if "第" in t and "句" in t]
    assert api.texts(1).count(wording.say("flood")) == 1
    assert 6 <= len(answered) < 100
    assert [int(t.split("第")[-1].split("句")[0]) for t in answered] == list(range(1, len(answered) + 1))
    assert await store.waiting("telegram") == ()
    print(f"\nten others answered within {others:.2f} s of a flood of 400")


async def test_a_flood_of_taps_spins_nowhere(api: FakeBotApi, start: StartBot) -> None:
    await start(timeout=5.0)
    await api.say(1, "按钮")
    await api.until(lambda: api.texts(1))
    asked = dict(api.last(1))
    for _ in range(30):
        await api.press(asked, "a:1:0")
    await api.until(lambda: all(api.queries.values()), 10)


async def test_a_long_thought_for_one_chat_does_not_hold_up_the_loop(api: FakeBotApi, start: StartBot) -> None:
    thinking, go_on = threading.Event(), threading.Event()

    def slow(dialogue: Dialogue, event: Event, on: date) -> tuple[Dialogue, tuple[Reply, ...]]:
        if event.text == "想":
            thinking.set()
            go_on.wait(10)
        return counting(dialogue, event, on)

    await start(slow)
    await api.say(2, "按钮")
    await api.until(lambda: api.texts(2))
    await api.say(1, "想")
    await api.until(thinking.is_set)
    await api.tap(api.last(2), "三年以上")
    await api.until(lambda: api.called("answerCallbackQuery"))
    assert api.texts(1) == []
    go_on.set()
    await api.until(lambda: api.texts(1) and len(api.texts(2)) == 2)
