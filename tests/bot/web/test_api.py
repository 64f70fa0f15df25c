"""The JSON API against its own description, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from talent_bot.channels.web.openapi import describe
from talent_rules import decision_json, load

PROFILE = {"学位": "博士", "毕业院校": "清华大学", "劳动合同年限": "3年", "市外引进": "是"}


async def _post(page: Any, path: str, body: Any) -> httpx.Response:
    answer: httpx.Response = await page.http.post(path, json=body)
    return answer


async def _schema(page: Any, path: str) -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="没有装 jsonschema")
    described = json.loads(await page.open("/openapi.json"))
    answer = described["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    return jsonschema.Draft202012Validator({**answer, "components": described["components"]})


async def test_the_description_is_openapi_3_1(page: Any) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="没有装 openapi-spec-validator")
    described = json.loads(await page.open("/openapi.json"))
    validator.validate(described)
    assert described["openapi"] == "3.1.0"
    assert "degree" in described["components"]["schemas"]["Profile"]["properties"]


async def test_one_profile_is_decided(page: Any) -> None:
    answer = await _post(page, "/api/decide?as_of=2024-09-01", PROFILE)
    found = answer.json()
    assert answer.status_code == 200 and found["as_of"] == "2024-09-01" and found["problems"] == []
    settling = next(b for b in found["benefits"] if b["id"] == "ordos-housing-2024/settling_in")
    assert settling["amount"]["lo"] == settling["amount"]["hi"] == 400000
    assert settling["amount"]["verified"] == {"lo": 50000, "hi": 400000}
    (await _schema(page, "/api/decide")).validate(found)


@pytest.mark.parametrize("place", ["ordos", "huhehaote", "beijing-points"])
def test_the_description_holds_for_every_place(place: str) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="没有装 jsonschema")
    base = load(place)
    components = describe(base)["components"]
    decision = jsonschema.Draft202012Validator({"$ref": "#/components/schemas/Decision", "components": components})
    profile = jsonschema.Draft202012Validator({"$ref": "#/components/schemas/Profile", "components": components})
    for case in base.cases[:12]:
        profile.validate(dict(case.given))
        facts, _ = base.read(case.given)
        on = date.fromordinal(case.as_of)
        decision.validate(decision_json(base, base.decide(facts, as_of=on), facts, None))


async def test_a_wrong_method_is_told_which_one_is_right(page: Any) -> None:
    answer = await page.http.request("TRACE", "/api/decide")
    assert answer.status_code == 405 and answer.headers["allow"] == "POST" and answer.json()["problems"]
    assert (await page.http.get("/say")).headers["allow"] == "POST"


async def test_a_list_is_decided_in_order(page: Any) -> None:
    answer = await _post(page, "/api/decide", [PROFILE, {"degree": "bachelor"}, {}])
    found = answer.json()
    assert len(found) == 3 and all(len(d["benefits"]) == len(found[0]["benefits"]) for d in found)
    (await _schema(page, "/api/decide")).validate(found)


async def test_what_is_not_understood_is_a_problem_with_a_suggestion(page: Any) -> None:
    answer = await _post(page, "/api/decide", [PROFILE, {"学位": "博士后", "学伟": "硕士"}])
    problems = answer.json()["problems"]
    assert answer.status_code == 422
    assert {p["line"] for p in problems} == {2} and all(p["message"] and p["hint"] for p in problems)
    assert set(problems[0]) == {"file", "line", "column", "code", "severity", "message", "hint"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"a": NaN}', 400),
        (b"[" * 100_000, 400),
        (b"[" * 30 + b"]" * 30, 400),
        (b"3", 422),
        (b'["x", 1, null]', 422),
        (b'{"\\u5b66\\u4f4d": {"a": 1}}', 422),
        (b'{"\\u5b66\\u4f4d": [[[]]]}', 422),
        (b"[" + b"{}," * 100 + b"{}]", 422),
        (b'"' + b"a" * 600_000 + b'"', 413),
    ],
)
async def test_bad_bodies_are_problems_with_4xx(page: Any, body: bytes, status: int) -> None:
    headers = {"content-type": "application/json"}
    answer = await page.http.post("/api/decide", content=body, headers=headers)
    assert answer.status_code == status and answer.json()["problems"]


async def test_other_trouble_is_json_too(page: Any) -> None:
    assert (await page.http.post("/api/decide", content=b"{}")).status_code == 415
    assert (await page.http.get("/api/decide")).json()["problems"]
    assert (await page.http.post("/api/nothing", json={})).json()["problems"]
    for day in ("2024-13-01", "", "明天"):
        late = await _post(page, f"/api/decide?as_of={day}", {})
        problem = late.json()["problems"][0]
        assert late.status_code == 422 and "as_of" in problem["message"] and problem["hint"] == "写成 2024-09-01"


async def test_a_turn_gives_back_a_dialogue_to_go_on_with(page: Any) -> None:
    found = (await _post(page, "/api/turn", {"text": "我是985博士，35岁"})).json()
    (await _schema(page, "/api/turn")).validate(found)
    assert found["dialogue"]["people"]["self"]["degree"][0] == "phd"
    kinds = [b["kind"] for b in found["replies"][0]["blocks"]]
    assert "understood" in kinds and kinds[-1] == "buttons"
    payload = found["replies"][0]["blocks"][-1]["options"][0]["payload"]
    again = (await _post(page, "/api/turn", {"dialogue": found["dialogue"], "payload": payload})).json()
    assert again["dialogue"]["serial"] == 2 and again["dialogue"]["people"]["self"]["age"]


async def test_what_is_put_in_cannot_break_the_turn(page: Any) -> None:
    """A dialogue comes from outside: whatever is in it, the answer is 200 or a refusal."""
    good = (await _post(page, "/api/turn", {"text": "我是985博士，35岁"})).json()["dialogue"]
    breaks: list[Any] = [3, [], {}, {"people": 1}]
    for name in good:
        anything: tuple[Any, ...] = (None, 3, "x", [1], {"a": 1}, {"self": {"degree": 5}}, [[]])
        breaks += [{**good, name: wrong} for wrong in anything]
    for name in good["pending"]:
        wrongs: tuple[Any, ...] = (None, 3, "x", [1], ["x"], {"a": 1}, [{"degree": 7}], [["y"]])
        breaks += [{**good, "pending": {**good["pending"], name: wrong}} for wrong in wrongs]
    breaks.append({**good, "people": {"self": {"nothing": [1, "said", ""]}}})
    breaks.append({**good, "people": {"<b>": {"degree": ["phd", "said", ""]}}, "subject": "<b>"})
    codes = set()
    for dialogue in breaks:
        for event in ({"text": "1"}, {"text": "改答案"}, {"payload": "a:1:0"}, {"payload": "e:degree"}):
            answer = await _post(page, "/api/turn", {"dialogue": dialogue, **event})
            codes.add(answer.status_code)
            assert answer.status_code in (200, 409, 422), (dialogue, event)
    assert codes == {200, 409, 422}


@pytest.fixture(autouse=True)
def _no_limit(app: Starlette) -> None:
    from talent_bot.channels.web.limits import Buckets, Rate

    app.state.api.addresses = Buckets(Rate(10_000, 10_000))


async def test_turns_are_limited(page: Any, app: Starlette) -> None:
    from talent_bot.channels.web.limits import Buckets, Rate

    app.state.api.addresses = Buckets(Rate(2, 0.01))
    codes = [(await _post(page, "/api/turn", {"text": "你好"})).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


@pytest.mark.parametrize(
    "body", [[], {"text": 3}, {"text": "a" * 1001}, {"payload": "p" * 65}, {"nothing": 1}, {"dialogue": 5}]
)
async def test_a_turn_refuses_what_it_does_not_know(page: Any, body: Any) -> None:
    answer = await _post(page, "/api/turn", body)
    assert answer.status_code == 422 and answer.json()["problems"][0]["hint"]


async def test_nothing_is_stored_and_no_cookie_set(page: Any, store: Any) -> None:
    answer = await _post(page, "/api/turn", {"text": "我是博士"})
    assert "set-cookie" not in answer.headers
    assert await store._run(lambda c: c.execute("SELECT count(*) FROM dialogue").fetchone()) == (0,)
