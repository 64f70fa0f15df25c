"""What is asked next, and when the result comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from talent_bot.advisor import Advisor
from talent_bot.dialogue import Event, Note, begin
from talent_bot.reply import Card, Table
from talent_bot.turn import turn

from .talking import DAY, Talk, the_advisor


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return the_advisor()


def card(talk: Talk) -> Card | None:
    return next((b for b in talk.replies[0].blocks if isinstance(b, Card)), None)


def test_three_unknowns_in_a_row_bring_the_result(advisor: Advisor) -> None:
    talk = Talk(advisor).say("不清楚").say("不知道")
    assert card(talk) is None
    assert card(talk.say("不想说")) is not None
    assert card(talk.say("继续补充")) is None
    assert talk.dialogue.pending is not None


def test_an_answer_between_starts_the_count_again(advisor: Advisor) -> None:
    talk = Talk(advisor).say("不清楚").say("不清楚").say("我是博士").say("不清楚")
    assert card(talk) is None


def test_every_question_offers_the_result(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士")
    assert card(talk.press(talk.button("先看结果"))) is not None


def test_what_was_asked_for_is_asked_about_first(advisor: Advisor) -> None:
    talk = Talk(advisor).say("租房补贴多少钱一个月？")
    question = advisor.question(talk.dialogue, DAY)
    assert question is not None
    assert set(question.affects) <= {b.id for b in advisor.base.benefits if b.kind == "rent"}


def test_a_benefit_that_newer_rules_have_dropped_stops_no_conversation(advisor: Advisor) -> None:
    talk = Talk(advisor).say("租房补贴多少钱一个月？")
    talk.dialogue = replace(talk.dialogue, wanted=("ordos-1999/gone",))
    assert talk.say("我是博士").dialogue.pending is not None


def test_after_that_one_can_go_on_to_everything(advisor: Advisor) -> None:
    talk = Talk(advisor).say("租房补贴多少钱一个月？")
    seen = set()
    for _ in range(80):
        if talk.dialogue.pending is None:
            talk.say("继续补充")
            if talk.dialogue.pending is None:
                break
        seen |= set(talk.dialogue.pending.fields)
        talk.say("不清楚")
    assert {"renting", "contract_years", "talent_category"} <= seen
    assert "问完了" in talk.text or "没有别的问题" in talk.text


def test_the_same_table_is_not_given_twice(advisor: Advisor) -> None:
    talk = Talk(advisor).say("28岁本科，有多少补贴")
    assert any(isinstance(b, Table) for b in talk.replies[0].blocks)
    talk.say("到底有多少补贴")
    assert not any(isinstance(b, Table) for b in talk.replies[0].blocks)


def test_the_card_does_not_promise_what_hangs_on_rare_things(advisor: Advisor) -> None:
    found = card(Talk(advisor).say("我是本科").say("看结果"))
    assert found is not None
    assert "没问到的不算" in found.total
    assert not any("A至F类" in row.name for row in found.open_rows)
    assert any("A至F类人才安家补贴" in line for line in found.others)


def test_a_button_of_an_erased_conversation_fits_no_later_one(advisor: Advisor) -> None:
    talk = Talk(advisor)
    stale = talk.button("博士，两证齐全")
    talk.say("忘记我")
    later, _ = turn(begin(), Event(), advisor, DAY)
    after, replies = turn(later, Event(payload=stale), advisor, DAY)
    assert after.facts() == {}
    assert "之前的问题" in replies[0].blocks[0].text  # type: ignore[union-attr]


def test_dont_know_on_an_old_message_leaves_the_present_question_open(advisor: Advisor) -> None:
    talk = Talk(advisor)
    stale = talk.button("不清楚")
    talk.say("我是博士")
    pending = talk.dialogue.pending
    talk.press(stale)
    assert talk.dialogue.pending == pending


def test_what_is_known_to_the_month_is_asked_once_more(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是清华的在校生，来鄂尔多斯实习两个月，有补贴吗")
    talk.dialogue = talk.dialogue.learn("self", {"internship_start": Note("2024-07")})
    talk.say("是")  # 重点高校
    assert talk.dialogue.pending is not None
    assert talk.dialogue.pending.text.startswith("您说的是 2024-07，再具体一点结果会更准。")
    talk.say("不清楚")
    assert talk.facts()["internship_start"] == "2024-07"
    assert talk.dialogue.pending is None or talk.dialogue.pending.id != "internship_start"


@pytest.mark.parametrize("text", ["算了，看看结果吧", "别废话直接说", "快点告诉我"])
def test_impatience_brings_the_result(advisor: Advisor, text: str) -> None:
    assert card(Talk(advisor).say("我是硕士").say(text)) is not None


def test_how_far_it_is_can_be_asked(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士").say("还有几个问题？")
    assert "目前最多" in talk.text
    assert "没看懂" not in talk.text


def test_who_left_much_open_is_not_told_that_nothing_more_counts(advisor: Advisor) -> None:
    talk = Talk(advisor)
    for _ in range(60):
        talk.say("不清楚" if talk.dialogue.pending else "继续补充")
        if "问完了" in talk.text:
            break
    assert "先空着的几项" in talk.text and "再说什么都不会改变结果" not in talk.text
