"""The page in a real browser: with and without script, on a phone and on a desk, for a screen reader.

Set TALENT_SCREENSHOTS to a folder to keep the pictures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

PHONE, DESK = (390, 844), (1280, 900)
HELLO = "我是985博士，35岁，想去鄂尔多斯工作，能拿多少安家费？"
MORE = "签了三年全职合同，从北京来，第一次到鄂尔多斯，在民营企业"
PATHS = ("/", "/card", "/benefits", "/benefit/ordos-housing-2024/settling_in", "/privacy", "/version", "/forgotten")
VIEWS = [(PHONE, True), (PHONE, False), (DESK, True), (DESK, False)]


class Visit:
    """A page of the browser that notes every request and every complaint."""

    def __init__(
        self, browser: Any, server: Any, size: tuple[int, int], script: bool, lang: str = "zh-CN", scheme: str = "light"
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            reduced_motion="reduce",
            locale=lang,
            color_scheme=scheme,
        )
        self.page, self.server, self.script = self.context.new_page(), server, script
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.page.on("request", lambda r: self.hosts.add(urlsplit(r.url).netloc))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.name = f"{'phone' if size == PHONE else 'desk'}-{'script' if script else 'plain'}"

    def open(self, path: str = "/") -> None:
        self.page.goto(self.server.url + path)

    def say(self, text: str) -> None:
        self.page.fill("#text", text)
        self._then(lambda: self.page.click("#compose button"))

    def press(self, name: str) -> None:
        self._then(lambda: self.page.get_by_role("button", name=name, exact=True).first.click())

    def answer(self) -> None:
        """The first answer offered, or that it is not known."""
        options = self.page.locator("#ask .options button")
        self._then(options.first.click) if options.count() else self.press("不清楚")

    def _then(self, act: Any) -> None:
        count = self.page.locator("#log article").count()
        act()
        self.page.locator("#log article").nth(count + 1).wait_for()

    def shoot(self, what: str) -> None:
        folder = os.environ.get("TALENT_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=str(Path(folder) / f"{self.name}-{what}.png"))


@pytest.fixture
def visit(chromium: Any, server: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    found = Visit(chromium, server, *getattr(request, "param", (PHONE, True)))
    yield found
    found.context.close()
    assert found.hosts == {urlsplit(server.url).netloc}, "a foreign host was called"
    assert not found.complaints, found.complaints


@pytest.mark.parametrize("visit", VIEWS, indirect=True)
def test_a_conversation_from_hello_to_card(visit: Visit) -> None:
    page = visit.page
    visit.open()
    visit.shoot("1-hello")
    visit.say(HELLO)
    visit.shoot("2-amount")
    assert "40万元" in page.locator("#log article").last.inner_text()
    visit.press("为什么问")
    visit.say(MORE)
    visit.answer()
    assert "博士" in page.locator("#panel").inner_text()
    visit.press("修改 学位")
    assert "修改：学位" in page.locator("#log .me").last.inner_text()
    visit.press("不清楚")
    visit.shoot("3-later")
    visit.open("/card")
    visit.shoot("4-card")
    assert "还有可能的待遇" in page.locator("main").inner_text()


@pytest.mark.parametrize("visit", VIEWS, indirect=True)
def test_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    visit.open()
    visit.say(HELLO)
    for path in PATHS:
        visit.open(path)
        wide, room = (
            visit.page.evaluate("[document.documentElement.scrollWidth, innerWidth]") if visit.script else (0, 0)
        )
        assert wide <= room, path


@pytest.mark.parametrize("visit", VIEWS, indirect=True)
def test_typed_markup_stays_text(visit: Visit) -> None:
    visit.open()
    visit.say('<img src=x onerror="document.title=1"><script>document.title=2</script><b>粗</b>')
    said = visit.page.locator("#log .me").last
    assert "<script>document.title=2</script>" in said.inner_text()
    assert said.locator("img, script, b").count() == 0 and "问答" in visit.page.title()


@pytest.mark.parametrize("visit", VIEWS, indirect=True)
def test_forget_me_leaves_nothing(visit: Visit) -> None:
    visit.open()
    visit.say(HELLO)
    before = {c["value"] for c in visit.context.cookies() if c["name"] == "talent"}
    visit.page.get_by_role("button", name="忘记我").first.click()
    visit.page.get_by_role("heading", name="已全部删除").wait_for()
    visit.shoot("5-forgotten")
    visit.open()
    after = {c["value"] for c in visit.context.cookies() if c["name"] == "talent"}
    assert before and not before & after
    assert visit.page.locator("#log article").count() == 1
    assert "还什么都没记" in visit.page.locator("#panel").inner_text()


@pytest.mark.parametrize("visit", [(PHONE, True), (DESK, False)], indirect=True)
def test_large_print_is_at_least_18_points_everywhere(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_role("button", name="大字").click()
    visit.page.get_by_role("button", name="标准字").wait_for()
    visit.say(HELLO)
    visit.shoot("6-large")
    for path in PATHS if visit.script else ():
        visit.open(path)
        small = visit.page.evaluate(
            """[...document.querySelectorAll('body *:not(svg *)')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .filter(e => parseFloat(getComputedStyle(e).fontSize) < 24).map(e => e.outerHTML.slice(0, 80))"""
        )
        assert not small, (path, small[:3])


@pytest.mark.parametrize("visit", [(PHONE, True)], indirect=True)
def test_large_print_reaches_into_the_chart(visit: Visit, told: Any) -> None:
    visit.open()
    visit.page.get_by_role("button", name="大字").click()
    visit.page.get_by_role("button", name="标准字").wait_for()
    visit.server.seed(next(c["value"] for c in visit.context.cookies() if c["name"] == "talent"), told)
    visit.open()
    visit.say("看结果")
    sizes = visit.page.evaluate(
        """[...document.querySelectorAll('svg text')].map(t => t.getAttribute('font-size')
        * t.ownerSVGElement.clientWidth / t.ownerSVGElement.viewBox.baseVal.width)"""
    )
    assert sizes and min(sizes) >= 24
    visit.page.locator("figure svg").scroll_into_view_if_needed()
    visit.shoot("10-large-chart")


def test_after_an_answer_the_focus_is_where_a_person_goes_on(visit: Visit) -> None:
    visit.open()
    page = visit.page
    visit.say(HELLO)
    assert page.evaluate("document.activeElement.id") == "text" and page.input_value("#text") == ""
    page.locator("#ask .extra button").first.press("Enter")
    page.locator("#log article.bot:last-child:focus").wait_for()
    log = page.locator("#log")
    assert log.get_attribute("aria-live") == "polite" and log.get_attribute("role") == "log"


def test_on_a_touch_screen_the_keyboard_goes_away_from_the_answer(chromium: Any, server: Any) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    page = context.new_page()
    page.goto(server.url)
    page.fill("#text", HELLO)
    page.tap("#compose button")
    page.locator("#log article.bot:last-child:focus").wait_for()
    context.close()


def test_a_question_to_write_an_answer_to_says_how_in_the_box(visit: Visit) -> None:
    visit.open()
    assert "985博士" in (visit.page.get_attribute("#text", "placeholder") or "")
    visit.say("我是985博士，2020年6月毕业")
    visit.press("修改 毕业日期")
    visit.page.locator("label[for=text]", has_text="在这里写答案").wait_for()
    assert visit.page.get_attribute("#text", "placeholder") == "例：2021-06"


def test_a_double_click_sends_once(visit: Visit) -> None:
    visit.open()
    sent: list[str] = []
    visit.page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    visit.page.fill("#text", HELLO)
    visit.page.dblclick("#compose button")
    visit.page.locator("#log .me").first.wait_for()
    assert len(sent) == 1


def test_the_whole_conversation_works_from_the_keyboard(visit: Visit) -> None:
    visit.open()
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    visit.page.focus("#text")
    visit.page.keyboard.type("我是博士")
    visit.page.keyboard.press("Enter")
    visit.page.locator("#log .understood").wait_for()


@pytest.mark.parametrize("visit", [(PHONE, True), (DESK, False)], indirect=True)
def test_everything_is_reached_and_seen_by_the_tab_key_alone(visit: Visit) -> None:
    visit.open()
    visit.say(HELLO)
    visit.open("/?")
    count = visit.page.locator("a:visible, button:visible, summary:visible, #text").count() if visit.script else 30
    reached, unseen = set(), []
    for _ in range(count + 3):
        visit.page.keyboard.press("Tab")
        focused = visit.page.locator(":focus")
        if not focused.count():
            break
        reached.add(focused.first.inner_text().strip() or focused.first.get_attribute("id"))
        if visit.script and focused.first.evaluate("e => getComputedStyle(e).outlineStyle") == "none":
            unseen.append(focused.first.inner_text())
    assert {"跳到正文", "English", "大字", "问答", "我的结果", "不清楚", "text", "发送", "看我的结果"} <= reached
    assert not unseen


@pytest.mark.parametrize("visit", [(DESK, True)], indirect=True)
def test_a_benefit_prints_with_what_is_folded_on_the_screen(visit: Visit) -> None:
    visit.open("/benefit/ordos-housing-2024/settling_in")
    inner = visit.page.locator(".condition .condition .condition").first
    assert inner.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})") is False
    visit.page.emulate_media(media="print")
    assert inner.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})") is True
    assert visit.page.pdf(format="A4").startswith(b"%PDF-")


@pytest.mark.parametrize(
    "visit", [(PHONE, True), (DESK, True, "zh-CN", "dark"), (PHONE, True, "en-GB"), (DESK, True, "en-GB", "dark")],
    indirect=True,
)  # fmt: skip
@pytest.mark.parametrize("large", [False, True])
def test_axe_finds_no_serious_fault(visit: Visit, axe: str, large: bool, told: Any) -> None:
    visit.open()
    visit.server.seed(next(c["value"] for c in visit.context.cookies() if c["name"] == "talent"), told)
    if large:
        visit.page.locator(".print-size button").click()
        visit.page.locator("html.large").wait_for()
    visit.say(HELLO)
    visit.say("看结果")
    faults = []
    for path in PATHS:
        visit.open(path)
        visit.page.evaluate(axe)  # through the debugger: the page's policy allows no foreign script
        found = visit.page.evaluate("axe.run({resultTypes: ['violations']}).then(r => r.violations)")
        faults += [
            (path, v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")
        ]
    assert not faults, faults


def test_the_card_prints_without_the_furniture(visit: Visit) -> None:
    visit.open()
    visit.say(HELLO)
    visit.open("/card")
    visit.page.emulate_media(media="print")
    visit.shoot("7-print")
    hidden = visit.page.locator(".top nav, .no-print, .print-size")
    assert not any(hidden.nth(i).is_visible() for i in range(hidden.count()))
    assert visit.page.pdf(format="A4").startswith(b"%PDF-")


@pytest.mark.parametrize("visit", [(PHONE, True), (DESK, False)], indirect=True)
def test_the_payments_are_drawn_by_year_and_told_in_words(visit: Visit, told: Any) -> None:
    visit.open()
    visit.server.seed(next(c["value"] for c in visit.context.cookies() if c["name"] == "talent"), told)
    visit.open("/card")
    chart = visit.page.locator("figure svg")
    assert chart.get_attribute("role") == "img"
    words = chart.locator("desc").text_content()
    assert "第1年共16万元" in words and "第2年共12万元" in words and "第3年共12万元" in words
    chart.scroll_into_view_if_needed()
    visit.shoot("8-years")
    visit.page.get_by_text("看数字").click()
    assert visit.page.locator("figure table").is_visible()
    visit.open()
    assert "欢迎回来" in visit.page.locator("#log").inner_text()
    visit.say("看结果")
    assert visit.page.locator("#log .mini-card figure svg").count() == 1
    visit.shoot("9-card-in-chat")


@pytest.mark.parametrize("visit", [(DESK, True)], indirect=True)
def test_downloads_are_files(visit: Visit, told: Any) -> None:
    visit.open()
    visit.server.seed(next(c["value"] for c in visit.context.cookies() if c["name"] == "talent"), told)
    visit.open("/card")
    for name, magic in (("下载 PDF", b"%PDF-"), ("下载图片", b"\x89PNG")):
        with visit.page.expect_download() as waiting:
            visit.page.get_by_role("link", name=name).click()
        assert Path(waiting.value.path()).read_bytes().startswith(magic)
