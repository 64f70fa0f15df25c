"""A sentence in which no condition could be read still says what it is about: that is asked next."""

from __future__ import annotations

import pytest

from talent_bot.advisor import Advisor
from talent_bot.topics import topics

from .talking import Talk, the_advisor


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return the_advisor()


def asked(talk: Talk) -> tuple[str, ...]:
    assert talk.dialogue.pending is not None
    return talk.dialogue.pending.fields


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("年薪20万左右", "annual_salary"),
        ("每平米大概9000", "home_price_per_m2"),
        ("我学的是计算机", "research_field"),
        ("在伊泰上班", "employer_type"),
        ("打算在康巴什买房", "bought_home"),
    ],
)
def test_what_a_sentence_is_about_is_asked_next(advisor: Advisor, sentence: str, field: str) -> None:
    talk = Talk(advisor).say("我是博士，35岁").say(sentence)
    assert asked(talk) == (field,)
    assert "没听准" in talk.text
    assert field not in talk.dialogue.facts()


def test_the_question_that_stood_comes_back(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士，35岁")
    before = asked(talk)
    talk.say("年薪20万左右")
    assert asked(talk.say("15万元到不满30万元")) == before


def test_it_is_not_asked_twice(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士，35岁").say("年薪20万左右").say("年薪就是二十来万吧左右")
    assert "没听准" not in talk.text
    assert asked(talk) == ("annual_salary",)


def test_nobody_is_asked_about_what_is_known(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士，35岁，税前年薪20万").say("年薪不固定的")
    assert asked(talk) != ("annual_salary",)


@pytest.mark.parametrize("sentence", ["我老婆工资一万", "他单位挺好的", "还没结婚"])
def test_what_is_said_of_others_or_of_nothing_asked_is_about_nothing(sentence: str) -> None:
    assert list(topics(sentence)) == []


def test_where_a_sentence_is_about_nothing_there_is_a_way_on(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士，35岁").say("还没结婚")
    assert "没找到能记下的条件" in talk.text
    assert "不清楚" in talk.text
