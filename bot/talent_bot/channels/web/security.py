"""What every answer carries and what no request may exceed, as plain ASGI."""

from __future__ import annotations

import logging
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from talent_bot.channels.web.tongues import say_of
from talent_bot.words import marked

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
FORM_BYTES = 16 * 1024
API_BYTES = 512 * 1024
TOO_LONG = marked("发来的内容太长")
AT_MOST = marked("一条消息最多 1000 字；接口一次最多 512 KB")
OUR_FAULT = marked("程序出错了")
STILL_THERE = marked("您说过的内容没有丢，请稍后再试。如果再出现，请告诉我们这个编号：{number}")
_log = logging.getLogger(__name__)


class TooLarge(Exception):
    """The body is longer than a page or the API takes."""


class Guard:
    """Security headers on every response; a cap on every body, whatever its headers claim."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body counted and its response headed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = API_BYTES if scope["path"].startswith("/api/") else FORM_BYTES
        started = False

        async def headed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", _keeping(scope))
            await send(message)

        try:
            await self.app(scope, _counted(scope, receive, most), headed)
        except Exception as error:  # nothing above this answers: our mistake must not look like a broken line
            if started:
                raise
            await _answer(scope, headed, error)


def _keeping(scope: Scope) -> str:
    """Files whose address carries their hash may be kept; a page belongs to one person and may not."""
    stamped = scope["path"].startswith("/static/") and bool(scope["query_string"])
    return "public, max-age=31536000, immutable" if stamped else "no-store"


def _counted(scope: Scope, receive: Receive, most: int) -> Receive:
    declared = Headers(scope=scope).get("content-length", "")
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        if declared.isdigit() and int(declared) > most:
            raise TooLarge
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge
        return message

    return counted


async def _answer(scope: Scope, send: Send, error: Exception) -> None:
    """Too long is the caller's trouble; all else is ours: a traceback for the log, a number for the person."""
    from talent_bot.channels.web.problems import problem_answer

    request = Request(scope)
    if isinstance(error, TooLarge):
        answer = problem_answer(request, 413, "P613", TOO_LONG, AT_MOST)
    else:
        number = secrets.token_hex(4)
        _log.error("request failed, reference %s", number, exc_info=error)
        say = say_of(request)
        hint = say(STILL_THERE, number=number)
        answer = problem_answer(request, 500, "P650", OUR_FAULT, hint)
    await answer(scope, _nothing, send)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
