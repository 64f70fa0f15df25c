"""Updates that Telegram posts to us: only with the secret, only once, and 200 only when they are written down."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from fakes.bot_api import FakeBotApi
from fakes.turns import counting
from talent_bot.channels.telegram import Telegram, serve, webhook_path
from talent_bot.settings import SettingsError
from talent_bot.store.sqlite import SqliteStore

from .conftest import StartBot, quiet, settings

SECRET = "a-secret_of-the-webhook-0123456789"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
TEXT = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "你好"}


@pytest.fixture
async def hook(start: StartBot, api: FakeBotApi) -> AsyncIterator[httpx.AsyncClient]:
    """The route mounted in an app, without a network."""
    await api.say(7, "先前")  # the fake must know the chat
    api.updates.clear()
    bot = await start(poll=False)
    app = Starlette(routes=[bot.route("/hook", SECRET)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        yield client


async def _post(hook: httpx.AsyncClient, update: Any, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {HEADER: secret}
    body = update if isinstance(update, bytes) else json.dumps(update).encode()
    return (await hook.post("/hook", content=body, headers=headers)).status_code


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "密"])
async def test_without_the_secret_nothing_comes_in(
    hook: httpx.AsyncClient, store: SqliteStore, secret: str | None
) -> None:
    headers = {} if secret is None else {HEADER.encode(): secret.encode()}
    answer = await hook.post("/hook", json={"update_id": 1, "message": TEXT}, headers=headers)
    assert answer.status_code == 403
    assert await store.waiting("telegram") == ()


async def test_with_the_secret_it_is_answered_once(hook: httpx.AsyncClient, api: FakeBotApi) -> None:
    for _ in range(3):
        assert await _post(hook, {"update_id": 1, "message": TEXT}) == 200
    await api.until(lambda: api.texts(7))
    await quiet(api)
    assert len(api.texts(7)) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"message": {}}', b"\xff" * 20, b"[" * 50_000])
async def test_what_is_no_update_is_refused(hook: httpx.AsyncClient, body: bytes) -> None:
    assert await _post(hook, body) == 400


async def test_what_is_too_large_is_refused(hook: httpx.AsyncClient) -> None:
    assert await _post(hook, b" " * 1_100_000) == 413


@pytest.mark.parametrize("content", [{}, {"poll_answer": {"poll_id": "1"}}, {"message": {"of": "another form"}}])
async def test_updates_we_cannot_answer_are_taken(hook: httpx.AsyncClient, content: Any) -> None:
    assert await _post(hook, {"update_id": 2, **content}) == 200


async def test_when_it_cannot_be_written_telegram_keeps_it(
    hook: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("talent_bot.store.sqlite._remember", full)
    assert await _post(hook, {"update_id": 3, "message": TEXT}) == 503


async def test_serving_by_webhook_from_end_to_end(api: FakeBotApi, tmp_path: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = settings(
        api,
        port=port,
        store=f"sqlite:///{tmp_path}/hook.db",
        telegram_webhook_url=f"http://127.0.0.1:{port}/telegram/in",
        telegram_webhook_secret=SECRET,
    )
    assert webhook_path(ours) == "/telegram/in"
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(ours, counting, stop=stop))
    await api.until(lambda: api.webhook.get("url"))
    for number in range(1, 6):
        for chat in (1, 2):
            await api.say(chat, f"话{number}")
    await api.until(lambda: all(len(api.texts(chat)) == 5 for chat in (1, 2)))
    assert [t.split("\n\n")[1] for t in api.texts(2)] == [f"第{n}句：话{n}" for n in range(1, 6)]
    assert set(api.webhook_statuses) == {200}
    stop.set()
    await asyncio.wait_for(serving, 5)


async def test_a_port_that_is_taken_is_said_in_words(api: FakeBotApi, tmp_path: Any) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        ours = settings(
            api,
            port=taken.getsockname()[1],
            store=f"sqlite:///{tmp_path}/hook.db",
            telegram_webhook_url="https://example.org/in",
            telegram_webhook_secret=SECRET,
        )
        with pytest.raises(SettingsError, match="TALENT_PORT"):
            await serve(ours, counting, stop=asyncio.Event())


async def test_a_webhook_telegram_does_not_like_is_said_in_words(api: FakeBotApi, tmp_path: Any) -> None:
    address = "http://example.org/in"
    ours = settings(api, port=0, store="memory:", telegram_webhook_url=address, telegram_webhook_secret=SECRET)
    with pytest.raises(SettingsError, match=r"TALENT_TELEGRAM_WEBHOOK_URL.*https"):
        await serve(ours, counting, stop=asyncio.Event())


async def test_polling_takes_over_from_a_webhook(api: FakeBotApi, start: StartBot) -> None:
    api.webhook = {"url": "https://example.org/in", "secret_token": SECRET}
    bot: Telegram = await start()
    assert bot.application.updater is not None
    api.webhook = {}
    await api.say(7, "你好")
    await api.until(lambda: api.texts(7))
