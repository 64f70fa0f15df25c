"""A callback over the real rules, a fresh store, and WeChat's side of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from fakes.wechat import FakeWeChat
from talent_bot.channels.wechat import PATH, Callback, wechat_callback
from talent_bot.settings import Settings
from talent_bot.store import Store, open_store
from talent_bot.turn import Advisor

DAY = date(2026, 11, 21)
TOKEN = "token-for-tests"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx0000000000000001"
SECRET = "a secret for tests, 32 characters"


@pytest.fixture(scope="session")
def advisor() -> Advisor:
    return Advisor.load()


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    found = await open_store("memory:")
    yield found
    await found.close()


def settings(**more: Any) -> Settings:
    return Settings(store="memory:", secret=SECRET, wechat_token=TOKEN, **more)


SEALED = {"wechat_aes_key": AES_KEY, "wechat_app_id": APP_ID}


@pytest.fixture(params=[{}, SEALED], ids=["明文", "安全模式"])
def callback(request: pytest.FixtureRequest, advisor: Advisor, store: Store) -> Callback:
    found = wechat_callback(advisor, store, settings(**request.param), today=lambda: DAY)
    assert found is not None
    return found


@asynccontextmanager
async def wechat_over(callback: Callback) -> AsyncIterator[FakeWeChat]:
    routes = [Route(PATH, callback.verify, methods=["GET"]), Route(PATH, callback.receive, methods=["POST"])]
    transport = httpx.ASGITransport(app=Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
        yield FakeWeChat(http, TOKEN, aes_key=AES_KEY if callback.cipher else "", app_id=APP_ID)


@pytest.fixture
async def wechat(callback: Callback) -> AsyncIterator[FakeWeChat]:
    async with wechat_over(callback) as found:
        yield found
