"""The address Telegram posts updates to: a Starlette route, alone or mounted in the web app."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update

from talent_bot.channels.telegram.inbox import Inbox, readable

HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 1_000_000
_log = logging.getLogger(__name__)


class TooLarge(Exception):
    """A body that no update has."""


def webhook_route(path: str, secret: str, inbox: Inbox, queue: asyncio.Queue[object], bot: Bot) -> Route:
    """Answers 200 only when the update is in the inbox; until then Telegram sends it again."""

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), secret.encode()):
            return Response(status_code=403)
        try:
            update = read(await _body(request), bot)
        except TooLarge:
            return Response(status_code=413)
        except ValueError:
            return Response(status_code=400)
        if update is None:
            return Response(status_code=200)
        try:
            (new,) = await inbox.record([update])
        except Exception as error:
            _log.error("the inbox cannot be written (%s)", type(error).__name__)
            return Response(status_code=503)
        if new:
            await queue.put(update)
        return Response(status_code=200)

    return Route(path, receive, methods=["POST"])


def read(body: bytes, bot: Bot) -> Update | None:
    """The update of a body; None for one we cannot read, which would not get better by repeating it.

    Raises ValueError for what is no update at all.
    """
    try:
        data = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(data, dict) or not isinstance(data.get("update_id"), int):
        raise ValueError("not an update")
    return readable(data, bot)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge
    return body
