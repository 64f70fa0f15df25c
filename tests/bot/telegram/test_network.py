"""How requests leave this machine: through the proxy that is set, and only through one that can be used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from fakes.bot_api import FakeBotApi
from talent_bot.channels.telegram.network import proxy_for
from talent_bot.settings import SettingsError

from .conftest import StartBot

ANNA = 101
TELEGRAM = "https://api.telegram.org"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def proxy() -> AsyncIterator[tuple[str, list[bytes]]]:
    """The address of a proxy for plain HTTP, and the lines of the requests that came through it."""
    lines: list[bytes] = []

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        lines.append(line)
        method, url, version = line.split()
        address, _, path = url.removeprefix(b"http://").partition(b"/")
        host, _, port = address.decode().partition(":")
        onward, back = await asyncio.open_connection(host, int(port))
        back.write(b"%s /%s %s\r\nConnection: close\r\n" % (method, path, version))
        await asyncio.gather(_copy(reader, back), _copy(onward, writer))

    server = await asyncio.start_server(through, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", lines
    server.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
    target.close()


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
async def test_all_goes_through_the_proxy_that_is_set(
    api: FakeBotApi, start: StartBot, proxy: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    address, lines = proxy
    monkeypatch.setenv(name, address)
    await start()
    await api.say(ANNA, "你好")
    await api.until(lambda: api.texts(ANNA))
    assert lines and all(line.startswith(f"POST {api.url}/bot".encode()) for line in lines)


def test_a_server_that_is_excepted_is_reached_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:7890")
    assert proxy_for(TELEGRAM) == "http://127.0.0.1:7890"
    monkeypatch.setenv("NO_PROXY", "api.telegram.org")
    assert proxy_for(TELEGRAM) is None


def test_a_proxy_that_cannot_be_used_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:7890")
    with pytest.raises(SettingsError, match="http:// 开头的代理"):
        proxy_for(TELEGRAM)
