"""What no rule says is not answered with a list of benefits."""

from __future__ import annotations

import pytest

from talent_bot.advisor import Advisor
from talent_bot.reply import Table

from .talking import Talk, the_advisor


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return the_advisor()


@pytest.mark.parametrize(
    "question", ["补贴要交税吗", "拿了补贴辞职了要退吗", "户口要迁过去吗", "会扣个税吗", "走了要不要退钱"]
)
def test_taxes_paying_back_and_registration_are_for_the_office(advisor: Advisor, question: str) -> None:
    talk = Talk(advisor).say("我是博士，35岁").say(question)
    assert "没查到说明，请向主管部门核实" in talk.text
    assert not any(isinstance(block, Table) for block in talk.replies[0].blocks)


@pytest.mark.parametrize("question", ["我符合哪个", "那我符合哪些政策", "我能领哪些"])
def test_which_ones_asks_for_all(advisor: Advisor, question: str) -> None:
    talk = Talk(advisor).say("我是博士，35岁").say(question)
    assert any(isinstance(block, Table) for block in talk.replies[0].blocks)


def test_is_anybody_there_asks_for_a_person(advisor: Advisor) -> None:
    assert "人工请找" in Talk(advisor).say("我是博士，35岁").say("有没有人").text


@pytest.mark.parametrize("question", ["你是机器人吗", "你是真人吗", "你是谁呀", "是AI吗"])
def test_the_program_says_that_it_is_one(advisor: Advisor, question: str) -> None:
    talk = Talk(advisor).say(question)
    assert "程序" in talk.text and "找人工" in talk.text


@pytest.mark.parametrize(
    ("sentence", "who"), [("帮我朋友问", "您朋友"), ("替同学咨询一下", "您同学"), ("帮同事打听打听", "您同事")]
)
def test_whoever_asks_for_somebody_is_asked_about_that_person(advisor: Advisor, sentence: str, who: str) -> None:
    assert f"好的，说说{who}的学位" in Talk(advisor).say(sentence).text
