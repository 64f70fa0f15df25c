"""What is doubtful is asked about before it is used."""

from __future__ import annotations

import json
import re

import pytest

from talent_bot.advisor import Advisor
from talent_bot.dialogue import from_json, to_json
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


# ── several doubts in one message ───────────────────────────────────────────────────────────


def test_every_doubt_of_a_message_is_asked_one_after_the_other(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是研究生，草原英才")
    assert "有不同的几种" in talk.text
    assert "硕士" in talk.say("1").text and talk.dialogue.pending is not None
    assert talk.dialogue.pending.kind == "confirm"
    assert talk.say("是").facts() == {"municipal_title": "caoyuan", "degree": "master"}


def test_a_doubt_comes_back_after_a_look_at_somebody_else(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，我爱人是本科").say("我是工大的")
    assert "毕业院校是哪一个" in talk.text
    assert "毕业院校是哪一个" not in talk.say("算我爱人的").text
    assert "毕业院校是哪一个" in talk.say("说我自己").text


def test_a_doubt_that_was_settled_meanwhile_is_not_asked(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是研究生，草原英才").say("我是博士")
    assert "您是说“硕士”吗" not in talk.say("1").text
    assert talk.facts()["degree"] == "phd"


def test_doubts_survive_a_restart_of_the_program(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是研究生，草原英才")
    assert talk.dialogue.doubts
    assert from_json(json.loads(json.dumps(to_json(talk.dialogue)))) == talk.dialogue


@pytest.mark.parametrize(("number", "facts"), [("1", {"arrival_date": "2024-06"}), ("2", {})])
def test_yes_and_no_can_be_answered_by_number(advisor: Advisor, number: str, facts: dict[str, str]) -> None:
    assert Talk(advisor).say("2024-06").say(number).facts() == facts


# ── what somebody is not ────────────────────────────────────────────────────────────────────


def test_who_takes_a_degree_back_is_asked_which_it_is(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士").say("我不是博士")
    assert talk.dialogue.pending is not None and talk.dialogue.pending.fields == ("degree",)
    assert "博士" not in talk.dialogue.pending.options and "硕士" in talk.dialogue.pending.options
    assert talk.say("硕士").facts() == {"degree": "master"}


def test_one_denial_after_the_other_leaves_what_is_left(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士").say("我不是博士").say("也不是硕士")
    assert talk.dialogue.pending is not None
    assert not {"博士", "硕士"} & set(talk.dialogue.pending.options)


def test_of_two_ways_the_other_is_not_concluded_but_asked(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我不是全职")
    assert "engagement" not in talk.facts()
    assert "柔性" in talk.text
    assert talk.say("是").facts()["engagement"] == "flexible"


def test_a_denial_of_what_was_never_said_changes_nothing(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是本科").say("我不是博士")
    assert talk.facts() == {"degree": "bachelor"} and "记着呢" in talk.text


def test_doubts_are_put_in_the_language_the_talk_turns_to(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是研究生，草原英才，工大毕业").say("English")
    assert "Which is yours" in talk.text
    for answer in ("1", "Yes"):
        assert not re.search("[\u4e00-\u9fff]", re.sub("“[^”]*”|（[^）]*）|\\([^)]*\\)", "", talk.text)), talk.text
        talk.say(answer)
    assert talk.facts() == {"municipal_title": "caoyuan", "degree": "master"}
    assert "大学" in " ".join(talk.dialogue.pending.options if talk.dialogue.pending else ())


@pytest.mark.parametrize("words", ["算了", "算了不说了", "算了，先这样吧"])
def test_who_breaks_off_is_let_go(advisor: Advisor, words: str) -> None:
    assert "再见" in Talk(advisor).say("我是研究生").say(words).text
