"""Telegram: each message is written down before it is answered, and each answer before it is sent.

Guarantees, with SQLite on one host:

* An update Telegram handed over is never lost: it is in the inbox, on disk, before the next `getUpdates`
  or the 200 of the webhook lets Telegram forget it. What is beyond the flood limit is dropped, and said.
* It is answered once: facts count once, however often Telegram repeats it and whatever is killed when.
* A reply is sent at least once, and twice only if the process died, or the connection broke, between
  sending and hearing that it arrived. An attempt is on disk before it is made, and there are two at most:
  so a reply is lost only if the second one, too, ends without an answer and did not arrive — or if the
  person has blocked the bot, or Telegram cannot be reached for a week.
* Replies of one chat come in order; a chat waits for nobody else.
* Words come first. The picture of a card follows them, and is left out when it cannot be drawn or too many wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from talent_bot.channels.telegram.delivery import Draw
from talent_bot.channels.telegram.desk import Think
from talent_bot.channels.telegram.logs import protect
from talent_bot.channels.telegram.service import Telegram
from talent_bot.settings import Settings, SettingsError
from talent_bot.store import StoreError, open_store

if TYPE_CHECKING:
    from talent_bot.advisor import Advising


def run(settings: Settings, advisor: Advising) -> None:
    """Answer until a signal comes. Raises SettingsError with what to do when it cannot start."""
    from talent_bot.pictures.painter import Painter
    from talent_bot.turn import turn

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    async def answer() -> None:
        async with Painter() as painter:
            await serve(settings, lambda said, event, on: turn(said, event, advisor.now(), on), painter.draw)

    asyncio.run(answer())


async def serve(settings: Settings, think: Think, draw: Draw | None = None, stop: asyncio.Event | None = None) -> None:
    """Run the channel until `stop` or SIGTERM: by webhook if one is set, else by polling."""
    token = settings.need_telegram_token()
    secret = settings.need_webhook_secret() if settings.telegram_webhook_url else ""
    unprotect = protect((token, secret))
    keys = settings.keys()
    try:
        store = await open_store(settings.store_url())
    except StoreError as error:
        raise SettingsError(str(error)) from error
    service = Telegram(settings, store, keys, think, draw=draw)
    try:
        await service.start()
        if secret:
            await _by_webhook(service, settings, secret, stop or _until_signal())
        else:
            await service.poll()
            await (stop or _until_signal()).wait()
    finally:
        await service.stop()
        await store.close()
        unprotect()


async def _by_webhook(service: Telegram, settings: Settings, secret: str, stop: asyncio.Event) -> None:
    import uvicorn
    from starlette.applications import Starlette

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:  # signals are ours
            yield

    listener = _listen(settings.host, settings.port)
    app = Starlette(routes=[service.route(webhook_path(settings), secret)])
    server = Server(uvicorn.Config(app, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve([listener]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await service.announce(settings.telegram_webhook_url, secret)
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        stopping.cancel()
        await serving


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; with its protocol named, so that asyncio sends small answers without delay."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise SettingsError(f"TALENT_HOST/TALENT_PORT：{host}:{port} 不能监听（{error.strerror}）") from None
    return listener


def webhook_path(settings: Settings) -> str:
    """The path of the webhook on our side, the same as outside."""
    return urlsplit(settings.telegram_webhook_url).path or "/"


def _until_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)
    return stop


__all__ = ["Draw", "Telegram", "Think", "run", "serve", "webhook_path"]
