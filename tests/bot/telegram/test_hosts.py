"""Several hosts on one PostgreSQL: an update that reaches two of them is answered by one."""

from __future__ import annotations

import asyncio
import json

from telegram import Update

from fakes.bot_api import FakeBotApi

from .conftest import KEYS, StartBot, quiet


async def test_two_hosts_share_a_chat(api: FakeBotApi, start: StartBot, postgres_url: str) -> None:
    from talent_bot.store.postgres import PostgresStore

    one, two = [await PostgresStore.open(postgres_url) for _ in range(2)]
    async with one._pool.connection() as c:
        await c.execute("TRUNCATE talent_dialogue, talent_inbox, talent_outgoing")
    hosts = [await start(poll=False, store=store) for store in (one, two)]
    for number in range(1, 9):
        update = await api.say(number % 2, f"话{number}")
        for host in hosts if number % 4 == 0 else [hosts[number // 2 % 2]]:
            parsed = Update.de_json(json.loads(json.dumps(update)), host.bot)
            await host.inbox.record([parsed])
            await host.application.update_queue.put(parsed)
    await api.until(lambda: all(len(api.texts(chat)) == 4 for chat in (0, 1)))
    await quiet(api)
    for chat in (0, 1):
        assert len(api.texts(chat)) == 4
        dialogue = await one.load(KEYS.of("telegram", chat))
        assert dialogue is not None
        assert dialogue.serial == 4
        assert {t.split("\n\n")[1].split("：")[0] for t in api.texts(chat)} == {f"第{n}句" for n in range(1, 5)}
    await asyncio.gather(*(host.stop(1.0) for host in hosts))
    await asyncio.gather(one.close(), two.close())
