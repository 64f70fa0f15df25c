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

from talent_bot.channels.telegram.inbox import Inbox

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
            update = Update.de_json(json.loads(await _body(request)), bot)
        except TooLarge:
            return Response(status_code=413)
        except Exception as error:
            _log.warning("not an update (%s)", type(error).__name__)
            return Response(status_code=400)
        try:
            (new,) = await inbox.record([update])
        except Exception as error:
            _log.error("the inbox cannot be written (%s)", type(error).__name__)
            return Response(status_code=503)
        if new:
            await queue.put(update)
        return Response(status_code=200)

    return Route(path, receive, methods=["POST"])


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge
    return body
