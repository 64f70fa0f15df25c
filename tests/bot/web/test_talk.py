"""The chat without a script: forms, redirects, facts, questions, erasing."""

from __future__ import annotations

import re
from typing import Any

from starlette.applications import Starlette

from bot.web.person import DAY, SECRET, page_over
from talent_bot.channels.web import create_app
from talent_bot.channels.web.limits import Buckets, Rate
from talent_bot.channels.web.transcripts import MOST_MESSAGES, unseal
from talent_bot.settings import Settings
from talent_bot.store import Answer, Keys, Store
from talent_bot.turn import Advisor

HELLO = "我是985博士，35岁，想去鄂尔多斯工作，能拿多少安家费？"


async def test_a_first_visit_greets_and_asks_with_buttons(page: Any) -> None:
    html = await page.open()
    assert "您好" in html and "为什么问" in html and "不清楚" in html and "不想说" in html
    assert re.search(r'<button name="payload" value="a:1:0">', html)


async def test_looking_stores_nothing(page: Any, store: Store) -> None:
    await page.open()
    assert await store.load(_key(page)) is None


async def test_free_text_becomes_facts_amounts_and_the_next_question(page: Any) -> None:
    html = await page.say(HELLO)
    assert "我记下了" in html and "博士" in html and "35周岁" in html
    assert "安家补贴" in html and "40万元" in html and "官方区间" in html
    assert "依据" in html and "以主管部门审核为准" in html
    assert '<article id="m' in html and HELLO in html


async def test_a_redirect_leads_to_the_new_message(page: Any) -> None:
    answer = await page.send(text=HELLO)
    assert answer.status_code == 303
    number = answer.headers["location"].removeprefix("/#m")
    html = await page.open()
    assert f'id="m{number}" class="me"' in html


async def test_a_button_on_the_first_page_counts_though_nothing_was_stored_yet(page: Any) -> None:
    await page.open()
    (button,) = re.findall(r'value="a:1:0">(.*?</button>)', page.last.text)
    label = re.sub(r"<[^>]+>", "", button)
    html = await page.say(payload="a:1:0")
    assert "之前的问题" not in html and label.lstrip("1") in html


async def test_why_is_asked_and_not_answering_are_answers(page: Any) -> None:
    await page.open()
    before = _question(page.last.text)
    html = await page.say(payload=page.payload("为什么问"))
    assert _question(html).endswith(before)
    html = await page.say(payload=page.payload("不想说"))
    assert _question(html) != before


async def test_a_change_button_reopens_one_fact_and_keeps_the_others(page: Any) -> None:
    await page.say("我是硕士，30岁")
    html = await page.say(payload="e:degree")
    assert "修改：学位" in html and "现在记的是：学位 硕士" in html
    html = await page.say(payload=page.payload("博士"))
    panel = html[html.index('id="panel"') :]
    assert "博士" in panel and "硕士" not in panel and "30周岁" in panel


async def test_an_old_button_is_answered_kindly(page: Any) -> None:
    await page.say(HELLO)
    await page.say("我签了三年合同")
    html = await page.say(payload="a:1:0")
    assert "之前的问题" in html


async def test_markup_is_shown_as_text(page: Any) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>{{7*7}}"
    html = await page.say(attack)
    assert "<script>alert" not in html and "<img src=x" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "{{7*7}}" in html


async def test_strange_payloads_do_no_harm(page: Any) -> None:
    for payload in ("a:9:9", "a:x:y", "e:nothing", "x:", ":::", "é", "a:1:99999999999999999999", "x:card"):
        html = await page.say(payload=payload)
        assert "程序出错" not in html


async def test_forget_me_clears_store_page_and_cookie(page: Any, store: Store) -> None:
    await page.say(HELLO)
    key = _key(page)
    assert await store.load(key) is not None
    answer = await page.send(payload="x:forget")
    assert answer.headers["location"] == "/forgotten"
    assert re.search(r'talent="?"?;.*(Max-Age=0|expires)', answer.headers["set-cookie"], re.I)
    assert await store.load(key) is None
    assert (await store.snapshot(key)).page == b""
    assert "已全部删除" in await page.open("/forgotten")
    assert HELLO not in await page.open("/")


async def test_saying_it_forgets_too(page: Any, store: Store) -> None:
    await page.say(HELLO)
    key = _key(page)
    await page.send(text="忘记我")
    assert await store.load(key) is None


async def test_another_worker_shows_the_same_page_and_takes_the_next_answer(
    page: Any, advisor: Advisor, store: Store, settings: Settings
) -> None:
    await page.say(HELLO)
    html = await page.say(payload=page.payload("为什么问"))
    other = page_over(create_app(advisor, store, settings, today=lambda: DAY), cookies=page.http.cookies)
    assert _log(await other.open()) == _log(html)
    after = await other.say(payload=other.payload("不清楚"))
    assert "之前的问题" not in after and HELLO in after
    assert _log(await page.open()) == _log(after)


async def test_what_was_said_is_in_the_store_only_under_the_visitors_own_lock(page: Any, store: Store) -> None:
    await page.say("我是硕士，今年三十三，叫张三丰")
    sealed = (await store.snapshot(_key(page))).page
    assert sealed and "张三丰".encode() not in sealed
    assert "张三丰" in str(unseal(page.http.cookies["talent"], sealed))
    assert unseal("somebody else's cookie", sealed) == ()


async def test_a_page_that_cannot_be_read_becomes_where_we_were(page: Any, store: Store) -> None:
    await page.say(HELLO)
    question = _question(page.last.text)
    dialogue = await store.load(_key(page))
    await store.answer(Answer("web", _key(page), dialogue, page=b"another program wrote this"))
    html = await page.open()
    assert "欢迎回来" in html and "博士" in html and HELLO not in html
    assert _question(html).endswith(question.splitlines()[-1])
    assert "之前的问题" not in await page.say(payload=page.payload("不清楚"))


async def test_a_page_keeps_its_last_messages(page: Any, app: Starlette) -> None:
    app.state.pages.visitors = Buckets(Rate(1000, 1000))
    for number in range(MOST_MESSAGES):
        await page.say(f"你好{number}")
    html = await page.open()
    assert html.count("<article") == MOST_MESSAGES
    assert f"你好{MOST_MESSAGES - 1}<" in html and "你好0<" not in html


async def test_two_people_do_not_see_each_other(page: Any, app: Starlette) -> None:
    await page.say(HELLO)
    other = await page_over(app).open()
    assert "博士" not in other[other.index('id="panel"') :] and HELLO not in other


def _log(html: str) -> str:
    return html[html.index('<div id="log"') : html.index('<div id="ask"')]


def _key(page: Any) -> str:
    return Keys(SECRET.encode()).of("web", page.http.cookies["talent"])


def _question(html: str) -> str:
    return str(re.findall(r'<legend class="sr">(.*?)</legend>', html, re.S)[0])
