"""The fake bites where Telegram does; a test that passes against a meek one proves nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from fakes.bot_api import FakeBotApi, Fault

Call = Any


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi().running() as api:
        await api.say(1, "你好")
        yield api


@pytest.fixture
async def call(api: FakeBotApi) -> AsyncIterator[Call]:
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:

        async def call(method: str, token: str = api.token, **params: Any) -> tuple[int, Any]:
            answer = await client.post(f"{api.url}/bot{token}/{method}", data=params)
            return answer.status_code, answer.json().get("result", answer.json().get("description"))

        yield call


def _keyboard(payload: str) -> str:
    return json.dumps({"inline_keyboard": [[{"text": "是", "callback_data": payload}]]})


@pytest.mark.parametrize(
    ("params", "status", "complaint"),
    [
        ({"text": "好"}, 200, ""),
        ({"text": "好" * 4096}, 200, ""),
        ({"text": "好" * 4097}, 400, "too long"),
        ({"text": " "}, 400, "empty"),
        ({"text": "<b>" + "好" * 4096 + "</b>", "parse_mode": "HTML"}, 200, ""),
        ({"text": "<b>好", "parse_mode": "HTML"}, 400, "end tag"),
        ({"text": "好</b>", "parse_mode": "HTML"}, 400, "end tag"),
        ({"text": "<p>好</p>", "parse_mode": "HTML"}, 400, "Unsupported"),
        ({"text": "3 < 4", "parse_mode": "HTML"}, 400, "Unsupported"),
        ({"text": "40.0万元", "parse_mode": "MarkdownV2"}, 400, "reserved"),
        ({"text": "40\\.0万元", "parse_mode": "MarkdownV2"}, 200, ""),
        ({"text": "好", "reply_markup": _keyboard("学" * 21)}, 200, ""),
        ({"text": "好", "reply_markup": _keyboard("学" * 22)}, 400, "BUTTON_DATA_INVALID"),
        ({"text": "好", "chat_id": "99"}, 400, "chat not found"),
    ],
)
async def test_what_may_be_sent(call: Call, params: dict[str, str], status: int, complaint: str) -> None:
    found, result = await call("sendMessage", **{"chat_id": "1", **params})
    assert found == status, result
    assert complaint in str(result)


async def test_an_unknown_method_and_a_wrong_token(call: Call) -> None:
    assert (await call("sendFlowers"))[0] == 404
    assert (await call("getMe", token="1:wrong"))[0] == 401


async def test_an_offset_forgets_what_is_below(api: FakeBotApi, call: Call) -> None:
    second = await api.say(1, "二")
    _, updates = await call("getUpdates")
    assert len(updates) == 2
    _, updates = await call("getUpdates", offset=second["update_id"])
    assert [u["message"]["text"] for u in updates] == ["二"]
    _, updates = await call("getUpdates")
    assert len(updates) == 1


async def test_a_newer_poll_ends_the_older(api: FakeBotApi, call: Call) -> None:
    api.updates.clear()
    older = asyncio.create_task(call("getUpdates", timeout=5))
    await api.until(lambda: api.called("getUpdates"))
    newer = asyncio.create_task(call("getUpdates", timeout=5))
    assert (await older)[0] == 409
    await api.say(1, "好")
    assert len((await newer)[1]) == 1


async def test_no_polling_beside_a_webhook(call: Call) -> None:
    assert (await call("setWebhook", url="http://example.org"))[0] == 400
    assert (await call("setWebhook", url="https://example.org", secret_token="密"))[0] == 400
    assert (await call("setWebhook", url="https://example.org", secret_token="ok-1"))[0] == 200
    assert (await call("getUpdates"))[0] == 409
    await call("deleteWebhook")
    assert (await call("getUpdates"))[0] == 200


async def test_a_query_is_answered_once(api: FakeBotApi, call: Call) -> None:
    _, message = await call("sendMessage", chat_id=1, text="?", reply_markup=_keyboard("a:1:0"))
    update = await api.tap(message, "是")
    query = update["callback_query"]["id"]
    assert [(await call("answerCallbackQuery", callback_query_id=query))[0] for _ in range(2)] == [200, 400]
    assert (await call("answerCallbackQuery", callback_query_id="1"))[0] == 400


async def test_an_edit_must_change_something(call: Call) -> None:
    _, message = await call("sendMessage", chat_id=1, text="一")
    edit = {"chat_id": 1, "message_id": message["message_id"]}
    assert (await call("editMessageText", text="二", **edit))[0] == 200
    assert "not modified" in (await call("editMessageText", text="二", **edit))[1]
    assert "not found" in (await call("editMessageText", text="二", chat_id=1, message_id=10**6))[1]


async def test_faults_come_when_asked_for(api: FakeBotApi, call: Call) -> None:
    api.faults += [Fault("sendMessage", 429, "Too Many Requests: retry after 3", 3), Fault("sendMessage", 500)]
    assert [(await call("sendMessage", chat_id=1, text="好"))[0] for _ in range(3)] == [429, 500, 200]
    assert api.calls[0].answer["parameters"] == {"retry_after": 3}
    api.blocked.add(1)
    assert (await call("sendMessage", chat_id=1, text="好"))[0] == 403
