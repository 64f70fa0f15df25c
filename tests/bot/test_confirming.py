"""What is doubtful is asked about before it is used."""

from __future__ import annotations

import pytest

from talent_bot.advisor import Advisor
from talent_bot.reply import Buttons

from .talking import Talk, the_advisor


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return the_advisor()


def test_two_honours_of_one_name_are_told_apart_by_buttons(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是草原英才，能享受什么")
    assert talk.facts() == {}
    assert talk.dialogue.pending is not None
    assert talk.dialogue.pending.options == ("市级英才称号：草原英才", "自治区英才类别", "都不是", "不清楚")
    assert Talk(advisor).say("我是草原英才").say("1").facts() == {"municipal_title": "caoyuan"}
    regional = Talk(advisor).say("我是草原英才").say("2").facts()
    assert set(regional) == {"regional_title"}


def test_the_youth_award_of_the_city_is_not_the_tier_of_a_college(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是青年优秀人才")
    talk.press(talk.button("高校引才层次"))
    assert talk.facts() == {"college_tier": "D"}


def test_neither_of_the_readings_is_not_a_no(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是草原英才").say("都不是")
    assert "municipal_title" not in talk.facts()
    assert talk.facts().get("regional_title") is None


def test_the_question_stands_after_the_answer(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是草原英才，安家补贴有多少")
    assert isinstance(talk.replies[0].blocks[-1], Buttons)
    assert "有不同的几种" in talk.text


def test_a_bare_date_is_asked_about(advisor: Advisor) -> None:
    talk = Talk(advisor).say("2024-06")
    assert "您是说“2024年6月来鄂尔多斯”吗" in talk.text
    assert talk.facts() == {}
    assert talk.say("是").facts() == {"arrival_date": "2024-06"}


def test_a_rejected_reading_is_not_recorded(advisor: Advisor) -> None:
    talk = Talk(advisor).say("2024-06").say("不是")
    assert talk.facts() == {}
    assert "不记" in talk.text or "没有记下" in talk.text


def test_yes_on_an_old_message_confirms_nothing_new(advisor: Advisor) -> None:
    talk = Talk(advisor).say("2024-06")
    old = talk.button("是")
    talk.say("不是").say("研究生")
    assert talk.dialogue.pending is not None and talk.dialogue.pending.kind == "confirm"
    talk.press(old)
    assert talk.facts() == {}
    assert "之前的问题" in talk.text
