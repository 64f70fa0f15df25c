"""The page in English: nothing Chinese is left on it but citations, titles in brackets, and names for the desk."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.web.person import Page, page_over
from talent_bot.channels.web.limits import Buckets, Rate
from talent_bot.turn import Advisor

HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u3003]")
QUOTED = re.compile(r"〔[^〔〕]*〕|“[^”]*”|\([^()]*\)")
VOID = {"meta", "link", "input", "br", "img", "path", "rect", "line"}
ENGLISH = {"accept-language": "en-GB,en;q=0.9,zh-CN;q=0.5"}


class Visible(HTMLParser):
    """The text of a page a line each, without what stands there in Chinese on purpose."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        self.found += [about[name] or "" for name in ("aria-label", "placeholder", "alt", "title") if name in about]
        classes = (about.get("class") or "").split()
        meant = bool({"original", "cited-as"} & set(classes)) or (tag == "button" and "lang" in about)
        if tag not in VOID:
            self.open.append(meant)
            if tag not in ("span", "b", "a", "i", "small", "br"):
                self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.open):
            self.found[-1:] = [(self.found[-1] if self.found else "") + data]


def leaks(html: str) -> list[str]:
    """The lines of a page with Chinese outside quotation marks and brackets."""
    found = []
    for line in Visible(html).found:
        rest = line
        while (shorter := QUOTED.sub("", rest)) != rest:
            rest = shorter
        if HAN.search(rest):
            found.append(" ".join(line.split()))
    return found


@pytest.fixture
async def reader(app: Starlette) -> AsyncIterator[Page]:
    app.state.pages.visitors = app.state.pages.addresses = Buckets(Rate(10_000, 10_000))
    found = page_over(app, headers=ENGLISH)
    yield found
    await found.http.aclose()


def _buttons(html: str) -> list[str]:
    asked = html[html.index('<div id="ask">') : html.index('<form id="compose"')]
    return re.findall(r'<button name="payload" value="([^"]+)">', asked)


def _taps(html: str, number: int) -> Iterator[str]:
    """An answer, a different one each time round; where it is typed, that it is not known."""
    answers = [p for p in _buttons(html) if p.startswith(("a:", "y:"))]
    yield answers[number % len(answers)] if answers else next(p for p in _buttons(html) if p.startswith("x:dk"))


@pytest.mark.parametrize("start", range(5))
async def test_a_conversation_in_english_leaves_nothing_in_chinese(reader: Page, start: int) -> None:
    html = await reader.open()
    assert '<html lang="en">' in html and "What is your highest degree" in html
    for step in range(14):
        assert not leaks(html), step
        if 'class="mini-card"' in html:
            break
        if step in (2, 5):
            why = next(p for p in _buttons(html) if p.startswith("x:why"))
            assert not leaks(await reader.say(payload=why))
            html = reader.last.text if reader.last else html
        html = await reader.say(payload=next(_taps(html, start + step * (start + 1))))
    for text in ("result", "change", "help", "skip", "undo", "/version", "/privacy", "hello?", "continue"):
        assert not leaks(await reader.say(text)), text
    for path in ("/", "/card"):
        assert not leaks(await reader.open(path)), path


async def test_every_other_page_is_english_too(reader: Page, advisor: Advisor) -> None:
    await reader.open()
    await reader.say(payload=reader.payload("doctorate"))
    for path in ("/benefits", "/privacy", "/version", "/forgotten", "/nothing", "/say", "/benefit/no/such"):
        assert not leaks(await reader.open(path)), path
    for benefit in advisor.base.benefits:
        assert not leaks(await reader.open(f"/benefit/{benefit.id}")), benefit.id


async def test_a_forged_form_is_refused_in_english(reader: Page) -> None:
    await reader.open()
    answer = await reader.http.post("/say", data={"token": "0" * 64, "text": "x"})
    assert answer.status_code == 403 and "too old" in answer.text and not leaks(answer.text)


async def test_the_chinese_page_has_no_english_sentence(page: Any) -> None:
    for path in ("/", "/benefits", "/privacy", "/version", "/card", "/benefit/ordos-housing-2024/settling_in"):
        text = " ".join(Visible(await page.open(path)).found)
        assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", text), path


async def test_the_language_is_chosen_kept_and_changed_in_the_middle(reader: Page) -> None:
    await reader.open()
    await reader.say(payload=reader.payload("doctorate"))
    assert "Doctorate" in reader.last.text if reader.last else False
    answer = await reader.http.post("/language", data={"token": reader.token, "lang": "zh", "back": "/"})
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    html = await reader.open()
    assert '<html lang="zh-CN">' in html and "接下来用中文" in html
    panel = html[html.index('id="panel"') :]
    assert "博士" in panel and "Doctorate" not in panel
    asked = _question(html)
    assert HAN.search(asked)
    html = await reader.say("english")
    assert '<html lang="en">' in html and "English from here on" in html and not HAN.search(_question(html))
    assert not leaks(await reader.open("/privacy"))


async def test_a_visitor_with_nothing_stored_can_choose_too(reader: Page) -> None:
    await reader.open("/benefits")
    await reader.http.post("/language", data={"token": reader.token, "lang": "zh", "back": "/benefits"})
    assert '<html lang="zh-CN">' in await reader.open("/benefits")
    assert "您的最高学位" in await reader.open("/")


@pytest.mark.parametrize("lang", ["", "xx", "zh-CN", "../zh"])
async def test_an_unknown_language_is_refused(reader: Page, lang: str) -> None:
    await reader.open()
    answer = await reader.http.post("/language", data={"token": reader.token, "lang": lang, "back": "/"})
    assert answer.status_code == 403


async def test_answers_typed_in_english_or_chinese_count(reader: Page) -> None:
    await reader.open()
    html = await reader.say("doctorate, both certificates")
    assert "Doctorate" in html[html.index('id="panel"') :]
    await reader.say("start over")
    html = await reader.say("硕士，两证齐全")
    assert "Master's".replace("'", "&#39;") in html[html.index('id="panel"') :]
    html = await reader.say("I don't know")
    assert "did not understand" not in html[html.rindex("<article") :]


def _question(html: str) -> str:
    found = re.search(r'<legend class="sr">(.*?)</legend>', html, re.S)
    assert found
    return found.group(1)
