"""What is refused: forged forms, long bodies, floods; and what every answer carries."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.web.person import page_over
from talent_bot.channels.web.limits import Buckets, Rate

PATHS = (
    "/",
    "/card",
    "/benefits",
    "/privacy",
    "/version",
    "/nothing",
    "/static/style.css",
    "/openapi.json",
    "/healthz",
)


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_is_headed(page: Any, path: str) -> None:
    await page.open(path)
    headers = page.last.headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and headers["x-content-type-options"] == "nosniff"


async def test_no_page_has_inline_script_style_or_foreign_address(page: Any) -> None:
    await page.say("我是985博士，35岁，签三年全职合同，从北京来")
    for path in ("/", "/card", "/benefits", "/privacy", "/version"):
        html = await page.open(path)
        assert " style=" not in html and "<style" not in html and "javascript:" not in html and " onclick" not in html
        assert html.count("<script") == 1 and 'src="/static/' in html
        assert "http://" not in html.replace("http://www.w3.org/2000/svg", "") and "https://" not in html


async def test_the_cookie_is_random_httponly_and_same_site(app: Starlette) -> None:
    seen = set()
    for _ in range(3):
        page = page_over(app)
        await page.open()
        assert page.last is not None
        cookie = page.last.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
        seen.add(page.http.cookies["talent"])
    assert len(seen) == 3 and all(len(s) == 43 for s in seen)


async def test_over_https_the_cookie_is_secure(app: Starlette) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://page.test") as http:
        assert "Secure" in (await http.get("/")).headers["set-cookie"]


async def test_a_cookie_of_somebody_elses_making_is_not_taken(app: Starlette) -> None:
    for forged in ("short", "x" * 500, "../../etc/passwd" + "a" * 27, "é"):
        page = page_over(app)
        await page.open()
        answer = await page.http.get("/", headers={b"cookie": f"talent={forged}".encode()})
        assert "set-cookie" in answer.headers


@pytest.mark.parametrize("token", ["", "0" * 64, "é", "x" * 5000])
async def test_a_form_without_our_token_is_refused(page: Any, token: str) -> None:
    await page.open()
    answer = await page.http.post("/say", data={"token": token, "text": "我是博士"})
    assert answer.status_code == 403 and "回到首页" in answer.text
    assert 'class="me"' not in await page.open()


async def test_a_token_of_another_visitor_is_refused(page: Any, app: Starlette) -> None:
    other = page_over(app)
    await other.open()
    await page.open()
    assert (await page.http.post("/say", data={"token": other.token, "text": "我是博士"})).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
async def test_a_form_sent_from_elsewhere_is_refused(page: Any, headers: dict[str, str]) -> None:
    await page.open()
    data = {"token": page.token, "text": "我是博士"}
    assert (await page.http.post("/say", data=data, headers=headers)).status_code == 403


async def test_a_form_of_another_kind_is_refused(page: Any) -> None:
    await page.open()
    files = {"token": (None, page.token), "text": ("a.txt", b"x")}
    assert (await page.http.post("/say", files=files)).status_code == 403
    assert (await page.http.post("/say", json={"token": page.token})).status_code == 403
    assert (await page.http.get("/say")).status_code == 405


async def test_a_long_body_is_refused_with_and_without_its_length(page: Any) -> None:
    await page.open()
    form = {"content-type": "application/x-www-form-urlencoded"}
    long = b"token=" + page.token.encode() + b"&text=" + b"a" * 20_000

    async def pieces() -> Any:
        for start in range(0, len(long), 1000):
            yield long[start : start + 1000]

    for content in (long, pieces()):
        answer = await page.http.post("/say", content=content, headers=form)
        assert answer.status_code == 413 and "content-security-policy" in answer.headers


async def test_a_flood_of_one_visitor_is_stopped_and_others_are_not(page: Any, app: Starlette) -> None:
    app.state.pages.visitors = Buckets(Rate(3, 0.01))
    await page.open()
    codes = [(await page.send(text="你好")).status_code for _ in range(5)]
    assert codes == [303, 303, 303, 429, 429]
    slow = await page.send(text="你好")
    assert int(slow.headers["retry-after"]) > 0 and "太快" in slow.text
    assert (await page_over(app).send(text="你好")).status_code == 303


async def test_a_flood_of_one_address_is_stopped(app: Starlette) -> None:
    app.state.pages.addresses = Buckets(Rate(2, 0.01))
    codes = [(await page_over(app).send(text="你好")).status_code for _ in range(3)]
    assert codes == [303, 303, 429]


def test_a_bucket_fills_again_and_forgets_the_least_used() -> None:
    now = [0.0]
    buckets = Buckets(Rate(2, 1), most=2, clock=lambda: now[0])
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 1]
    now[0] = 1
    assert buckets.wait("a") == 0 and buckets.wait("a") == 1
    buckets.wait("b")
    buckets.wait("c")
    assert buckets.wait("a") == 0


async def test_a_fault_of_ours_is_said_calmly(page: Any, app: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("秘密")

    monkeypatch.setattr("talent_bot.channels.web.conversation.turn", fails)
    html = await page.open()
    assert page.last.status_code == 500 and "编号" in html and "秘密" not in html and "Traceback" not in html
    assert "content-security-policy" in page.last.headers


async def test_pages_are_not_kept_and_stamped_files_are(page: Any) -> None:
    html = await page.open()
    assert page.last.headers["cache-control"] == "no-store"
    style = html.split('rel="stylesheet" href="')[1].split('"')[0]
    await page.open(style)
    assert "immutable" in page.last.headers["cache-control"]
