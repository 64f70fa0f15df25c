"""The other pages: card, downloads, benefits, version, large print."""

from __future__ import annotations

import re
from typing import Any

import pytest

from talent_bot.turn import Advisor

ABOUT = "我是985博士，35岁，签了三年全职合同，从北京来，第一次到鄂尔多斯，在民营企业"


async def test_every_page_opens(page: Any) -> None:
    for path in ("/", "/card", "/benefits", "/privacy", "/version", "/forgotten"):
        html = await page.open(path)
        assert page.last.status_code == 200 and "</html>" in html, path
        assert "以主管部门审核为准" in html


async def test_every_benefit_has_a_page_with_conditions_and_sources(page: Any, advisor: Advisor) -> None:
    for benefit in advisor.base.benefits:
        html = await page.open(f"/benefit/{benefit.id}")
        assert page.last.status_code == 200, benefit.id
        assert f"<h1>{_escaped(benefit.name)}</h1>" in html
        assert 'class="condition' in html and 'class="cited"' in html
        for code in benefit.basis.sources:
            assert f"{code} " in html


async def test_a_benefit_page_says_what_is_open_and_marks_what_is_known(page: Any) -> None:
    path = "/benefit/ordos-housing-2024/settling_in"
    html = await page.open(path)
    assert "来源未载明" in html and "已满足" not in html and "40万元" in html and "条号未知" in html
    assert re.search(r"<td>博士</td>\s*<td>是</td>", html)
    await page.open("/")
    await page.say(ABOUT)
    html = await page.open(path)
    assert "已满足" in html and "按您说的情况" in html


async def test_an_unknown_benefit_and_an_unknown_page_are_404_in_words(page: Any) -> None:
    for path in ("/benefit/no/such", "/nothing", "/benefit/%2e%2e/passwd", "/static/../conversation.py"):
        html = await page.open(path)
        assert page.last.status_code == 404 and "回到首页" in html


async def test_the_card_carries_everything_once_there_are_facts(page: Any) -> None:
    assert "还没有结果" in await page.open("/card")
    await page.open("/")
    await page.say(ABOUT)
    html = await page.open("/card")
    for words in ("您的情况", "985高校", "还有可能的待遇", "安家补贴", "规则版本", "以主管部门审核为准", "/card.pdf"):
        assert words in html


@pytest.mark.parametrize(("path", "magic"), [("/card.pdf", b"%PDF-"), ("/card.png", b"\x89PNG")])
async def test_the_card_downloads(page: Any, path: str, magic: bytes) -> None:
    assert "还没有结果" in await page.open(path) and page.last.status_code == 404
    await page.open("/")
    await page.say(ABOUT)
    answer = await page.http.get(path)
    if answer.status_code == 503:
        pytest.skip(re.sub(r"<[^>]+>", "", answer.text)[-300:])
    assert answer.content.startswith(magic) and "attachment" in answer.headers["content-disposition"]


async def test_large_print_is_kept_in_a_cookie(page: Any) -> None:
    await page.open("/privacy")
    answer = await page.http.post("/print", data={"token": page.token, "size": "large", "back": "/privacy"})
    assert answer.status_code == 303 and answer.headers["location"] == "/privacy"
    assert '<html lang="zh-CN" class="large">' in await page.open("/")
    await page.http.post("/print", data={"token": page.token, "size": "normal", "back": "/"})
    assert 'class="large"' not in await page.open("/")


@pytest.mark.parametrize(
    "back", ["//evil.test", "https://evil.test", "/\\evil.test", "\\\\evil", "", "/%0d%0aX: 1\r\n"]
)
async def test_the_way_back_stays_on_this_site(page: Any, back: str) -> None:
    await page.open()
    answer = await page.http.post("/print", data={"token": page.token, "size": "large", "back": back})
    assert answer.headers["location"] == "/"


async def test_version_and_health(page: Any, advisor: Advisor) -> None:
    assert advisor.base.version in await page.open("/version")
    assert (await page.open("/healthz")) == "ok"


async def test_english_is_spoken_when_asked_for(page: Any) -> None:
    html = await page.say("english")
    assert '<html lang="en"' in html


def _escaped(text: str) -> str:
    from markupsafe import escape

    return str(escape(text))
