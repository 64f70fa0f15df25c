"""Five hundred people at once, a flooder among fifty, and what a turn costs: latency and memory, on loopback.

The bot is the real command in a process of its own (Telegram, polling, SQLite in a file); the fake Bot
API and the people are in this one. A closed loop: everybody reads and thinks for a while (on average
`--think` seconds, exponentially), taps an answer, and waits for the reply before thinking again. What is
counted is the time from the tap at the server to the words of the reply at the server (a picture follows
them); only what begins after the first third counts. Nothing is asserted: the aims are printed beside.
The people and the server take the same two cores as the bot: what they use is printed, too.

    python benchmarks/chat.py [--chats 500] [--seconds 60] [--think 10]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("rules", "bot", "tests")]

from bot.people import DAY, PEOPLE, answer
from fakes.bot_api import TOKEN, FakeBotApi
from talent_bot.advisor import Advisor
from talent_bot.dialogue import Event, begin
from talent_bot.turn import turn

WORDS = ("2024-07", "清华大学", "三年", "不清楚", "140平", "6000元", "60万", "35岁")
PATIENCE = 60.0
WARM = 0.3  # the share of the time that does not count


# ── a turn by itself ────────────────────────────────────────────────────────────────────────


def turns(rounds: int) -> list[float]:
    """Milliseconds of processor time for each turn of everybody's conversation, the first round not counted."""
    advisor = Advisor.load()
    found: list[float] = []
    for number in range(rounds + 1):
        for person in PEOPLE:
            dialogue, _ = turn(begin(), Event(), advisor, DAY)
            said = [person.opening]
            while said:
                start = time.process_time()
                dialogue, _ = turn(dialogue, Event(said.pop()), advisor, DAY)
                if number:
                    found.append((time.process_time() - start) * 1000)
                if dialogue.pending is not None:
                    said = [answer(advisor, person, dialogue.pending)]
    return found


# ── people ──────────────────────────────────────────────────────────────────────────────────


class Server(FakeBotApi):
    """The fake server, telling each chat when its reply is there."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[int, asyncio.Future[None]] = {}

    def expect(self, chat: int) -> asyncio.Future[None]:
        """The next text to a chat."""
        self.waiting[chat] = asyncio.get_running_loop().create_future()
        return self.waiting[chat]

    async def _do_sendMessage(self, params: dict[str, Any]) -> dict[str, Any]:
        message = await super()._do_sendMessage(params)
        found = self.waiting.pop(message["chat"]["id"], None)
        if found is not None and not found.done():
            found.set_result(None)
        return message


@dataclass
class Crowd:
    """Everybody, and how long each waited: (when it began, seconds)."""

    api: Server
    think: float
    end: float
    waits: list[tuple[float, float]] = field(default_factory=list)
    lost: int = 0

    async def live(self, chat: int) -> None:
        """One person's conversation, over and over."""
        rnd = random.Random(chat)
        await asyncio.sleep(rnd.uniform(0, self.think))
        while time.monotonic() < self.end:
            await self.speak(chat, rnd)
            await asyncio.sleep(rnd.expovariate(1 / self.think))

    async def speak(self, chat: int, rnd: random.Random) -> None:
        """Say or tap something, and wait for the reply."""
        begun, reply = time.monotonic(), self.api.expect(chat)
        buttons = self.buttons(chat)
        if not self.api.texts(chat):
            await self.api.say(chat, rnd.choice(PEOPLE).opening or "你好")
        elif buttons:
            await self.api.press(self.api.last(chat), rnd.choice(buttons))
        else:
            await self.api.say(chat, rnd.choice(WORDS))
        try:
            await asyncio.wait_for(reply, PATIENCE)
        except TimeoutError:
            self.lost += 1
            return
        self.waits.append((begun, time.monotonic() - begun))

    def buttons(self, chat: int) -> list[str]:
        """The payloads of the answers, or of the ways on, under the last message."""
        found = self.api.texts(chat) and self.api.last(chat).get("reply_markup", {})
        payloads = [b["callback_data"] for row in (found or {}).get("inline_keyboard", []) for b in row]
        return [p for p in payloads if p.startswith("a:")] or [p for p in payloads if p in ("x:go", "x:restart")]


@asynccontextmanager
async def bot(api: Server, folder: Path) -> AsyncIterator[int]:
    """The command `talent-bot telegram`; its process id."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path[:3]),
        "TALENT_TELEGRAM_TOKEN": TOKEN,
        "TALENT_TELEGRAM_BASE_URL": api.url,
        "TALENT_TELEGRAM_DAILY_LIMIT": "1000000",
        "TALENT_TELEGRAM_PACE": "0",
        "TALENT_STORE": f"sqlite:///{folder / 'chat.db'}",
    }
    log = (folder / "log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "talent_bot", "telegram", env=environment, cwd=ROOT, stderr=log
    )
    try:
        await api.until(lambda: api.called("getUpdates"), 60)
        yield process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()
        log.close()


def memory(pid: int) -> float:
    """The most memory a process has held, in MB; 0 for one that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def helpers(pid: int) -> list[int]:
    """The processes a process has started: the one that draws pictures."""
    lists = (task / "children" for task in Path(f"/proc/{pid}/task").iterdir())
    return [int(child) for found in lists for child in found.read_text().split()]


def busy(pid: int) -> float:
    """Seconds of processor time a process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


async def crowd(chats: int, seconds: float, think: float, flood: int = 0) -> str:
    """A line about a crowd, with or without a flooder in it."""
    with tempfile.TemporaryDirectory() as name:
        async with Server().running() as api, bot(api, Path(name)) as pid:
            begun = time.monotonic()
            people = Crowd(api, think, begun + seconds)
            everybody = [asyncio.create_task(people.live(chat)) for chat in range(1, chats + 1)]
            await asyncio.sleep(seconds * WARM)
            since, used, ours, drawing = time.monotonic(), busy(pid), time.process_time(), sum(map(busy, helpers(pid)))
            for number in range(flood):
                await api.say(10**6, f"我{number % 60 + 18}岁，安家补贴多少")
            await asyncio.sleep(max(0.0, begun + seconds - time.monotonic()))
            passed, used, ours = time.monotonic() - since, busy(pid) - used, time.process_time() - ours
            drawing = sum(map(busy, helpers(pid))) - drawing
            await asyncio.gather(*everybody)
            waits = sorted(w * 1000 for at, w in people.waits if at >= since)
            within = sum(at + w <= since + passed for at, w in people.waits) - sum(
                at + w <= since for at, w in people.waits
            )
            each = 1000 / max(1, within)
            return (
                f"{len(waits)} 次应答，每秒 {within / passed:.0f} 次；"
                f"p50 {quantile(waits, 0.5):.0f} ms，p95 {quantile(waits, 0.95):.0f} ms，p99 {quantile(waits, 0.99):.0f} ms；"
                f"没等到 {people.lost}；每次应答用处理器 {each * used:.1f} ms，画图进程另用 {each * drawing:.1f} ms"
                f"（人群和假服务器 {each * ours:.1f} ms）；"
                f"内存最高 {memory(pid):.0f} MB，画图进程 {sum(map(memory, helpers(pid))):.0f} MB；"
                f"机器负载 {os.getloadavg()[0]:.1f}"
            )


def quantile(values: list[float], share: float) -> float:
    """The value below which a share of the sorted values lies."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def main() -> None:
    """Print one line for each question."""
    parser = argparse.ArgumentParser(description="the chat under load")
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=10, help="seconds between a reply and the next message")
    options = parser.parse_args()
    times = sorted(turns(5))
    print(
        f"一轮对话（处理器时间）：平均 {statistics.mean(times):.1f} ms，p50 {quantile(times, 0.5):.1f}，"
        f"p99 {quantile(times, 0.99):.1f}；每核每秒 {1000 / statistics.mean(times):.0f} 轮 ｜ 目标：一轮 ≤ 10 ms"
    )
    found = asyncio.run(crowd(options.chats, options.seconds, options.think))
    print(f"{options.chats} 人同时聊，平均想 {options.think:g} 秒：{found} ｜ 目标：p99 ≤ 300 ms，≤ 300 MB")
    calm = asyncio.run(crowd(50, options.seconds / 2, options.think / 5))
    print(f"50 人，平均想 {options.think / 5:g} 秒，没人刷屏：{calm}")
    flooded = asyncio.run(crowd(50, options.seconds / 2, options.think / 5, 400))
    print(f"同样 50 人，另有一人连发 400 条：{flooded} ｜ 目标：别人 p95 < 500 ms")


if __name__ == "__main__":
    main()
