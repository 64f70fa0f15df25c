"""The JSON API: decide profiles, take one turn, and the description of both; nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from typing import Any

from anyio import to_thread
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from talent_bot.channels.web.blocks import block_json
from talent_bot.channels.web.conversation import Conversations
from talent_bot.channels.web.limits import API, Buckets
from talent_bot.channels.web.openapi import describe
from talent_bot.channels.web.problems import Problem, problem, problems_json
from talent_bot.dialogue import Dialogue, Event, from_json, to_json
from talent_bot.reply import Reply
from talent_bot.turn import MAX_TEXT, turn
from talent_rules import decision_json

MOST_PROFILES = 100
MOST_DEPTH = 24


class Refused(Exception):
    """A request that cannot be answered, with its status and its problems."""

    def __init__(self, status: int, *problems: Problem) -> None:
        super().__init__(status)
        self.status, self.problems = status, problems


@dataclass
class Api:
    """The handlers; `talks` lends the advisor and the clock."""

    talks: Conversations
    addresses: Buckets = field(default_factory=lambda: Buckets(API))

    async def decide(self, request: Request) -> Response:
        """One profile or a list of them, as of `?as_of=` or today."""
        try:
            self._admit(request)
            on = _day(request.query_params.get("as_of"), self.talks.today())
            body = await _body(request)
            profiles = _profiles(body)
            self._admit(request, len(profiles) // 10)
            found = await to_thread.run_sync(self._decide, profiles, on)
        except Refused as error:
            return problems_json(error.status, error.problems, 1 if error.status == 429 else 0)
        return JSONResponse(found if isinstance(body, list) else found[0])

    def _decide(self, profiles: list[Mapping[str, Any]], on: date) -> list[dict[str, Any]]:
        base = self.talks.advisor.base
        read = [base.read(profile) for profile in profiles]
        wrong = [
            problem(p.code, p.message, p.hint, line=number)
            for number, (_, problems) in enumerate(read, 1)
            for p in problems
        ]
        if wrong:
            raise Refused(422, *wrong)
        return [decision_json(base, base.decide(f, as_of=on), f, base.next_question(f, as_of=on)) for f, _ in read]

    async def turn(self, request: Request) -> Response:
        """One message for a dialogue the caller keeps."""
        try:
            self._admit(request)
            body = _object(await _body(request))
            unknown = sorted(set(body) - {"dialogue", "text", "payload"})
            if unknown:
                raise Refused(422, problem("P615", f"没有 `{unknown[0][:40]}` 这一项", "可写：dialogue、text、payload"))
            event = Event(_text(body, "text", MAX_TEXT), _text(body, "payload", 64))
            dialogue = self._dialogue(body.get("dialogue"))
            found, replies = await to_thread.run_sync(turn, dialogue, event, self.talks.advisor, self.talks.today())
        except Refused as error:
            return problems_json(error.status, error.problems, 1 if error.status == 429 else 0)
        return JSONResponse({"dialogue": to_json(found), "replies": [reply_json(r) for r in replies]})

    def _dialogue(self, raw: Any) -> Dialogue:
        """A dialogue handed in: of the right shape, and every fact one the rules can read."""
        if raw is None:
            return Dialogue()
        if not isinstance(raw, dict):
            raise Refused(
                422, problem("P618", "dialogue 应当是一个 JSON 对象", "原样带回上一次回答的 dialogue，或不带")
            )
        wrong = problem("P616", "dialogue 不是上一次回答里给的那个", "原样带回上一次回答的 dialogue，或不带")
        try:
            found = from_json(raw)
            _SHAPE.validate_python(asdict(found), strict=False)
            if found.last_seen:
                date.fromisoformat(found.last_seen)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, ValidationError):
            raise Refused(409, wrong) from None
        if not self._sound(found):
            raise Refused(409, wrong)
        return found

    def _sound(self, dialogue: Dialogue) -> bool:
        """Whether a turn may rely on it: known fields, readable values, options that belong together."""
        base, pending = self.talks.advisor.base, dialogue.pending
        people = [*dialogue.people, dialogue.subject, *(person for past in dialogue.past for person in past)]
        if not all(isinstance(p, str) and p.isascii() and p.isidentifier() and len(p) <= 40 for p in people):
            return False
        for facts in (*dialogue.people.values(), *(notes for past in dialogue.past for notes in past.values())):
            if base.read({name: note.value for name, note in facts.items()})[1]:
                return False
        if pending is None or pending.kind == "change":
            return pending is None or all(s.get("") in base.vocabulary.fields for s in pending.sets)
        return (
            len(pending.options) == len(pending.sets) == len(pending.synonyms)
            and bool(pending.fields)
            and all(name in base.vocabulary.fields for name in pending.fields)
            and not any(base.read(sets)[1] for sets in pending.sets)
        )

    async def openapi(self, request: Request) -> Response:
        """The description of this API."""
        return JSONResponse(await to_thread.run_sync(describe, self.talks.advisor.base))

    def _admit(self, request: Request, cost: float = 1) -> None:
        address = request.client.host if request.client else ""
        if self.addresses.wait(address, cost) > 0:
            raise Refused(429, problem("P629", "请求太多", "稍等几秒再试；成批核对请用 talent batch"))


_SHAPE = TypeAdapter(Dialogue)


def reply_json(reply: Reply) -> dict[str, Any]:
    """A reply with the kind of each block."""
    return {"blocks": [block_json(b) for b in reply.blocks], "erase": reply.erase}


@cache
def _not_json() -> Problem:
    return problem("P614", "发来的不是 JSON", "写成 UTF-8 的 JSON，并带上 Content-Type: application/json")


async def _body(request: Request) -> Any:
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise Refused(415, _not_json())
    raw = await request.body()
    try:
        found = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(400, _not_json()) from None
    if _depth(found) > MOST_DEPTH:
        raise Refused(400, problem("P614", "JSON 套得太深", f"最多 {MOST_DEPTH} 层"))
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _depth(found: Any) -> int:
    """How deep lists and objects are nested; more than allowed is not counted further."""
    level, depth = [found], 0
    while level and depth <= MOST_DEPTH:
        depth += 1
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return depth


def _profiles(body: Any) -> list[Mapping[str, Any]]:
    profiles = body if isinstance(body, list) else [body]
    if len(profiles) > MOST_PROFILES:
        hint = f"一次最多 {MOST_PROFILES} 个；更多请用 talent batch"
        raise Refused(422, problem("P617", f"一次发来 {len(profiles)} 个人", hint))
    wrong = [n for n, profile in enumerate(profiles, 1) if not isinstance(profile, dict)]
    if wrong:
        raise Refused(
            422, *(problem("P618", "一个人的情况应当是一个 JSON 对象", '例如 {"学位": "博士"}', line=n) for n in wrong)
        )
    return profiles


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refused(422, problem("P618", "应当是一个 JSON 对象", '例如 {"text": "我是博士"}'))
    return body


def _text(body: dict[str, Any], name: str, most: int) -> str:
    found = body.get(name, "")
    if not isinstance(found, str):
        raise Refused(422, problem("P619", f"{name} 应当是文字", '例如 {"text": "我是博士"}'))
    if len(found) > most:
        raise Refused(422, problem("P619", f"{name} 太长", f"最多 {most} 个字"))
    return found.encode("utf-8", "replace").decode()


def _day(text: str | None, today: date) -> date:
    if text is None:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(422, problem("P620", f"as_of：`{text[:40]}` 不是日期", "写成 2024-09-01")) from None
