"""A Bot API server on loopback that behaves like Telegram's where a bot can get hurt.

Long polls with offsets and 409, webhooks with a secret and repeats, limits on texts and buttons, strict
HTML, callback queries that can be answered once, and faults on request: 429, 403, 400, 401, 500, stalls
before or after a message was taken. Every call is kept in `calls`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from fakes.markup import CannotParse, check_markdown, visible

TOKEN = "7000000001:AAFakeTokenThatMustNeverBeLogged_12345"
Json = dict[str, Any]
CANARY_NAME = "王小明CANARYNAME"
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(@\w+)?")


@dataclass
class Call:
    """One call of the bot: the method, its parameters, when, and what was answered."""

    method: str
    params: Json
    at: float
    status: int = 0
    answer: Json = field(default_factory=dict)


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of a method (of one chat, if given)."""

    method: str
    status: int = 0
    description: str = "Internal Server Error"
    retry_after: int = 0
    stall: float = 0.0
    accept: bool = False  # the server does what was asked, and only then fails
    times: int = 1
    chat: int | None = None
    parameters: Json = field(default_factory=dict)  # beside the description: migrate_to_chat_id and the like
    page: str = ""  # a proxy's page in place of the answer, with `status` or 200
    cut: bool = False  # the connection breaks in the middle of the answer

    def fits(self, method: str, params: Json) -> bool:
        return self.times > 0 and method == self.method and self.chat in (None, _int(params.get("chat_id")))


class Refused(Exception):
    """An answer that is not ok."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters or {}


class Garbled(Exception):
    """An answer that is no answer of the Bot API: a proxy's page, or half of one."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.page)
        self.fault = fault


class FakeBotApi:
    """The server and, beside it, the people who write to the bot."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.updates: list[Json] = []
        self.history: list[Json] = []  # every update ever made
        self.messages: dict[int, list[Json]] = defaultdict(list)
        self.queries: dict[str, bool] = {}
        self.commands: dict[str, list[Json]] = {}
        self.blocked: set[int] = set()
        self.webhook: Json = {}
        self.webhook_statuses: list[int] = []
        self.allowed: list[str] | None = None
        self.url = ""
        self._chats: dict[int, str] = {}
        self._numbers = iter(range(1, 10**9))
        self._poll = 0
        self._news = asyncio.Condition()
        self._closing = False
        self._posting: set[asyncio.Task[None]] = set()
        self._order: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    # ── people ──────────────────────────────────────────────────────────────────────────────

    async def say(self, chat: int, text: str, kind: str = "private", **more: Any) -> Json:
        """Somebody writes a text."""
        found = _COMMAND.match(text)
        if found:
            more["entities"] = [{"type": "bot_command", "offset": 0, "length": len(found.group())}]
        return await self.push({"message": self._message(chat, kind, text=text, **more)})

    async def send(self, chat: int, **content: Any) -> Json:
        """Somebody sends something that is not text."""
        return await self.push({"message": self._message(chat, "private", **content)})

    async def tap(self, message: Json, label: str) -> Json:
        """Somebody taps a button of a message."""
        rows = message["reply_markup"]["inline_keyboard"]
        payload = next(b["callback_data"] for row in rows for b in row if b["text"] == label)
        return await self.press(message, payload)

    async def press(self, message: Json, payload: str) -> Json:
        """The same by payload, also one that no button has."""
        query = str(next(self._numbers) + 10**15)
        self.queries[query] = False
        chat = message["chat"]["id"]
        data = {"id": query, "from": _user(chat), "message": message, "chat_instance": "1", "data": payload}
        return await self.push({"callback_query": data})

    async def push(self, content: Json) -> Json:
        """Any update."""
        update = {"update_id": 500_000_000 + len(self.history), **content}
        self.history.append(update)
        await self._queue(update)
        return update

    async def repeat(self, update: Json) -> None:
        """The same update once more, as happens when Telegram does not hear our answer."""
        await self._queue(update)

    def texts(self, chat: int) -> list[str]:
        """What the bot said to a chat, as people see it."""
        return [str(m.get("text", m.get("caption", ""))) for m in self.messages[chat] if m["from"]["is_bot"]]

    def last(self, chat: int) -> Json:
        """The last message of the bot in a chat."""
        return [m for m in self.messages[chat] if m["from"]["is_bot"]][-1]

    def called(self, method: str) -> list[Call]:
        """All calls of a method."""
        return [call for call in self.calls if call.method == method]

    async def until(self, true: Callable[[], object], timeout: float = 8.0) -> None:
        """Wait until something is so."""
        async with self._news:
            try:
                await asyncio.wait_for(self._news.wait_for(lambda: bool(true())), timeout)
            except TimeoutError:
                raise AssertionError(f"not within {timeout} s; last calls: {self.calls[-5:]}") from None

    # ── the server ──────────────────────────────────────────────────────────────────────────

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[FakeBotApi]:
        """Serve on a free port of loopback."""

        class Server(uvicorn.Server):
            @contextlib.contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield

        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio: no delay
        listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = Starlette(routes=[Route("/bot{token}/{method}", self._endpoint, methods=["GET", "POST"])])
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1, ws="none"
        )
        server = Server(config)
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield self
        finally:
            self._closing = True
            await self._notify()
            tasks = [serving, *self._posting, *server.server_state.tasks]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for connection in list(server.server_state.connections):
                connection.shutdown()
            listener.close()

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _endpoint(self, request: Request) -> Response:
        method = request.path_params["method"]
        params = await _params(request)
        call = Call(method, params, time.monotonic())
        self.calls.append(call)
        try:
            if request.path_params["token"] != self.token:
                raise Refused(401, "Unauthorized")
            result = await self._with_faults(method, params)
            call.status, call.answer = 200, {"ok": True, "result": result}
        except Refused as error:
            call.status = error.status
            call.answer = {"ok": False, "error_code": error.status, "description": error.description}
            if error.parameters:
                call.answer["parameters"] = error.parameters
        except Garbled as error:
            call.status = error.fault.status or 200
            await self._notify()
            if error.fault.cut:
                return StreamingResponse(_half(), call.status, {"content-length": "1000"})
            return HTMLResponse(error.fault.page, call.status)
        await self._notify()
        return JSONResponse(call.answer, call.status)

    async def _with_faults(self, method: str, params: Json) -> Any:
        fault = next((f for f in self.faults if f.fits(method, params)), None)
        if fault is None:
            return await self._do(method, params)
        fault.times -= 1
        harmless = not (fault.status or fault.stall or fault.page or fault.cut)
        result = await self._do(method, params) if fault.accept or harmless else None
        await self._notify()
        if fault.stall:
            await self._sleep(fault.stall)
            if not fault.status and not fault.accept:
                raise Refused(500, "stalled")
        if fault.page or fault.cut:
            raise Garbled(fault)
        if fault.status:
            after = {"retry_after": fault.retry_after} if fault.retry_after else {}
            raise Refused(fault.status, fault.description, {**fault.parameters, **after})
        return result

    async def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._closing and time.monotonic() < end:
            await asyncio.sleep(0.02)

    async def _do(self, method: str, params: Json) -> Any:
        do = getattr(self, f"_do_{method}", None)
        if do is None:
            raise Refused(404, "Not Found")
        return await do(params)

    # ── methods ─────────────────────────────────────────────────────────────────────────────

    async def _do_getMe(self, _: Json) -> Json:
        return {**_bot(), "can_join_groups": True, "can_read_all_group_messages": False}

    async def _do_getUpdates(self, params: Json) -> list[Json]:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
        self._poll += 1
        mine = self._poll
        await self._notify()  # ends an older poll
        if "allowed_updates" in params:
            self.allowed = json.loads(params["allowed_updates"]) or None
        offset, limit = int(params.get("offset") or 0), int(params.get("limit") or 100)
        self.updates = [u for u in self.updates if u["update_id"] >= offset]
        end = time.monotonic() + float(params.get("timeout") or 0)
        async with self._news:
            while not self._deliverable() and not self._closing and time.monotonic() < end and mine == self._poll:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), max(0.001, end - time.monotonic()))
        if mine != self._poll:
            raise Refused(409, "Conflict: terminated by other getUpdates request; make sure that only one bot runs")
        return self._deliverable()[:limit]

    def _deliverable(self) -> list[Json]:
        return [u for u in self.updates if self.allowed is None or set(u) & set(self.allowed)]

    async def _do_setWebhook(self, params: Json) -> bool:
        secret = params.get("secret_token", "")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        if not re.match(r"https://|http://127\.0\.0\.1[:/]", params.get("url") or "https://"):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = {"url": params.get("url", ""), "secret_token": secret}
        self.allowed = json.loads(params.get("allowed_updates") or "null")
        waiting, self.updates = self.updates, []
        for update in waiting:
            await self._queue(update)
        return True

    async def _do_deleteWebhook(self, _: Json) -> bool:
        self.webhook = {}
        return True

    async def _do_getWebhookInfo(self, _: Json) -> Json:
        return {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}

    async def _do_setMyCommands(self, params: Json) -> bool:
        commands = json.loads(params["commands"])
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands[params.get("language_code", "")] = commands
        return True

    async def _do_sendMessage(self, params: Json) -> Json:
        text = _parsed(params, "text", 4096, "message is too long")
        if not text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        return self._sent(params, text=text.strip())

    async def _do_sendPhoto(self, params: Json) -> Json:
        width, height = _png_size(params["photo"])
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        photo = [{"file_id": "p", "file_unique_id": "p", "width": width, "height": height}]
        return self._sent(params, photo=photo, caption=_parsed(params, "caption", 1024, "message caption is too long"))

    async def _do_sendDocument(self, params: Json) -> Json:
        document = {"file_id": "d", "file_unique_id": "d", "file_size": len(params["document"])}
        caption = _parsed(params, "caption", 1024, "message caption is too long")
        return self._sent(params, document=document, caption=caption)

    async def _do_editMessageText(self, params: Json) -> Json:
        message = self._find(params)
        new = {"text": _parsed(params, "text", 4096, "message is too long"), "reply_markup": _markup(params)}
        return self._edited(message, new)

    async def _do_editMessageReplyMarkup(self, params: Json) -> Json:
        return self._edited(self._find(params), {"reply_markup": _markup(params)})

    async def _do_answerCallbackQuery(self, params: Json) -> bool:
        query = params["callback_query_id"]
        if self.queries.get(query, True):
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.queries[query] = True
        return True

    async def _do_sendChatAction(self, params: Json) -> bool:
        self._check_chat(params)
        return True

    # ── inside ──────────────────────────────────────────────────────────────────────────────

    def _check_chat(self, params: Json) -> int:
        chat = _int(params.get("chat_id"))
        if chat is None or chat not in self._chats:
            raise Refused(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def _sent(self, params: Json, **content: Any) -> Json:
        chat = self._check_chat(params)
        markup = _markup(params)
        message = {
            "message_id": next(self._numbers),
            "date": int(time.time()),
            "chat": {"id": chat, "type": self._chats[chat]},
            "from": _bot(),
            **content,
            **({"reply_markup": markup} if markup else {}),
        }
        self.messages[chat].append(message)
        return message

    def _edited(self, message: Json, new: Json) -> Json:
        if all(message.get(name) == value for name, value in new.items()):
            raise Refused(400, "Bad Request: message is not modified")
        message.update({name: value for name, value in new.items() if value is not None})
        return message

    def _find(self, params: Json) -> Json:
        chat, number = self._check_chat(params), _int(params.get("message_id"))
        for message in self.messages[chat]:
            if message["message_id"] == number and message["from"]["is_bot"]:
                return message
        raise Refused(400, "Bad Request: message to edit not found")

    def _message(self, chat: int, kind: str, **content: Any) -> Json:
        self._chats[chat] = kind
        place = {"id": chat, "type": kind}
        place |= {"first_name": CANARY_NAME} if kind == "private" else {"title": "群"}
        message = {
            "message_id": next(self._numbers),
            "date": int(time.time()),
            "chat": place,
            "from": _user(abs(chat)),
            **content,
        }
        self.messages[chat].append(message)
        return message

    async def _queue(self, update: Json) -> None:
        if not self.webhook.get("url"):
            self.updates.append(update)
            self.updates.sort(key=lambda u: int(u["update_id"]))
            await self._notify()
        elif self.allowed is None or set(update) & set(self.allowed):
            task = asyncio.create_task(self._post(update))
            self._posting.add(task)
            task.add_done_callback(self._posting.discard)

    async def _post(self, update: Json) -> None:
        """To the webhook until it says 200; those of one chat one after another."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]}
        inner = update.get("message") or update.get("edited_message") or update["callback_query"]["message"]
        async with self._order[inner["chat"]["id"]], httpx.AsyncClient(trust_env=False) as client:
            while not self._closing:
                with contextlib.suppress(httpx.HTTPError):
                    answer = await client.post(self.webhook["url"], json=update, headers=headers)
                    self.webhook_statuses.append(answer.status_code)
                    if answer.is_success:
                        return
                await asyncio.sleep(0.1)


async def _half() -> AsyncIterator[bytes]:
    """The beginning of an answer; the connection is closed before the rest of it."""
    yield b'{"ok": true, "res'


async def _params(request: Request) -> Json:
    """Query, JSON, urlencoded or multipart, as the real server takes them."""
    if "json" in request.headers.get("content-type", ""):
        return {**request.query_params, **await request.json()}
    params: Json = dict(request.query_params)
    async with request.form() as form:
        for name, value in form.multi_items():
            params[name] = await value.read() if isinstance(value, UploadFile) else value
    for name in ("photo", "document"):
        found = re.fullmatch(r"attach://(.+)", params[name]) if isinstance(params.get(name), str) else None
        if found:
            params[name] = params.pop(found.group(1))
    return params


def _parsed(params: Json, name: str, limit: int, complaint: str) -> str:
    text = params.get(name, "")
    try:
        match params.get("parse_mode"):
            case "HTML":
                text = visible(text)
            case "MarkdownV2":
                text = check_markdown(text)
    except CannotParse as error:
        raise Refused(400, f"Bad Request: can't parse entities: {error}") from None
    if len(text) > limit:
        raise Refused(400, f"Bad Request: {complaint}")
    return str(text)


def _markup(params: Json) -> Json | None:
    if not params.get("reply_markup"):
        return None
    markup: Json = json.loads(params["reply_markup"])
    buttons = [b for row in markup.get("inline_keyboard", []) for b in row]
    if len(buttons) > 100:
        raise Refused(400, "Bad Request: too many buttons")
    for button in buttons:
        if not button["text"].strip():
            raise Refused(400, "Bad Request: inline keyboard button text must be non-empty")
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup


def _png_size(data: Any) -> tuple[int, int]:
    if not isinstance(data, bytes) or not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _user(number: int) -> Json:
    return {"id": number, "is_bot": False, "first_name": CANARY_NAME, "username": "canary_user", "language_code": "zh"}


def _bot() -> Json:
    return {"id": 7000000001, "is_bot": True, "first_name": "人才政策", "username": "talent_policy_bot"}


def _int(value: Any) -> int | None:
    return int(value) if value is not None and re.fullmatch(r"-?\d+", str(value)) else None
