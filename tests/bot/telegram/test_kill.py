"""The process is killed at any moment: no message is lost, no fact counts twice, no reply comes three times."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from fakes.bot_api import FakeBotApi, Fault
from talent_bot.channels.telegram.crowd import MOST_WAITING

from .conftest import quiet

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CHATS, KILLS = 5, 4


class Process:
    """The bot as a process."""

    def __init__(self, api: FakeBotApi, database: Path) -> None:
        self._arguments = (str(HERE / "bot_process.py"), api.url, str(database))
        self._process: asyncio.subprocess.Process | None = None
        self.errors = b""

    async def start(self) -> None:
        path = os.pathsep.join(str(ROOT / part) for part in ("rules", "bot", "tests"))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *self._arguments, env={**os.environ, "PYTHONPATH": path}, stderr=asyncio.subprocess.PIPE
        )

    async def end(self, number: signal.Signals = signal.SIGKILL) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        _, self.errors = await self._process.communicate()
        return self._process.returncode or 0


@pytest.fixture
async def process(api: FakeBotApi, tmp_path: Path) -> AsyncIterator[Process]:
    process = Process(api, tmp_path / "chat.db")
    await process.start()
    yield process
    await process.end()


def _answers(api: FakeBotApi, chat: int) -> list[str]:
    return [text.split("\n\n")[-1] for text in api.texts(chat)]


async def test_killed_again_and_again_while_many_talk(api: FakeBotApi, process: Process, tmp_path: Path) -> None:
    chance = random.Random(3)
    said = dict.fromkeys(range(1, CHATS + 1), 0)
    over = asyncio.Event()

    async def talk(chat: int) -> None:
        while not over.is_set():
            if said[chat] - len(set(api.texts(chat))) < MOST_WAITING:  # else it would be a flood
                said[chat] += 1
                await api.say(chat, f"话{said[chat]}")
            await asyncio.sleep(chance.uniform(0.2, 0.6))

    async def kill() -> None:
        for _ in range(KILLS):
            replies = len(api.called("sendMessage"))
            await api.until(lambda replies=replies: len(api.called("sendMessage")) > replies, 30)  # type: ignore[misc]
            await asyncio.sleep(chance.uniform(0.0, 0.3))
            await process.end()
            polls = len(api.called("getUpdates"))
            await process.start()
        await api.until(lambda: len(api.called("getUpdates")) > polls, 30)
        over.set()

    await asyncio.gather(*(talk(chat) for chat in said), kill())
    with suppress(AssertionError):  # the next lines say what is missing
        await api.until(lambda: all(len(set(api.texts(chat))) >= number for chat, number in said.items()), 30)
    await quiet(api, 0.5)
    doubled = 0
    for chat, number in said.items():
        answers = _answers(api, chat)
        assert list(dict.fromkeys(answers)) == [f"第{n}句：话{n}" for n in range(1, number + 1)]
        assert max(Counter(answers).values()) <= 2
        doubled += len(answers) - number
    assert doubled <= KILLS * CHATS
    await process.end()
    with sqlite3.connect(tmp_path / "chat.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM inbox WHERE answered IS NULL").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM outgoing").fetchone() == (0,)
    print(f"\n{KILLS} kills, {sum(said.values())} messages: 0 lost, {doubled} replies came twice")


async def test_killed_after_telegram_took_the_reply_it_comes_twice_and_no_more(
    api: FakeBotApi, process: Process
) -> None:
    api.faults.append(Fault("sendMessage", stall=30, accept=True))
    await api.say(1, "你好")
    await api.until(lambda: api.texts(1), 30)
    await process.end()
    for _ in range(2):
        began = len(api.called("getMe"))
        await process.start()
        await api.until(lambda began=began: len(api.called("getMe")) > began, 30)  # type: ignore[misc]
        await quiet(api, 0.6)
        await process.end()
    assert _answers(api, 1) == ["第1句：你好"] * 2


async def test_killed_before_telegram_took_the_reply_it_comes_once(api: FakeBotApi, process: Process) -> None:
    api.faults.append(Fault("sendMessage", stall=30))
    await api.say(1, "你好")
    await api.until(lambda: api.called("sendMessage"), 30)
    await api.say(1, "还在吗")
    await asyncio.sleep(0.3)
    await process.end()
    await process.start()
    await api.until(lambda: len(api.texts(1)) == 2, 30)
    await quiet(api)
    assert _answers(api, 1) == ["第1句：你好", "第2句：还在吗"]


async def test_terminated_it_says_goodbye_in_time(api: FakeBotApi, process: Process) -> None:
    await api.say(1, "你好")
    await api.until(lambda: api.texts(1), 30)
    began = time.monotonic()
    assert await process.end(signal.SIGTERM) == 0
    assert time.monotonic() - began < 5
    assert b"Traceback" not in process.errors
