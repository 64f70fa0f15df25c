"""What goes together, what is more, and what if: held side by side, never added, never stored."""

from __future__ import annotations

import re

import pytest

from talent_bot.advisor import Advisor
from talent_bot.reply import Card, Table, Text

from .talking import Talk, the_advisor


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return the_advisor()


def told(talk: Talk) -> str:
    return "\n".join(b.text for b in talk.replies[0].blocks if isinstance(b, Text))


def card(talk: Talk) -> Card:
    return next(b for b in talk.replies[0].blocks if isinstance(b, Card))


# ── what goes together ──────────────────────────────────────────────────────────────────────


def test_two_benefits_asked_about_are_the_only_ones_spoken_of(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士").say("安家补贴和租房补贴能一起拿吗")
    assert "高校毕业生安家补贴、租房补贴：不重复，按最高的一项发（D级来源）" in told(talk)
    assert "A类人才年薪" not in told(talk) and "达拉特旗" not in told(talk)


def test_where_nothing_is_written_of_two_that_is_said_of_these_two(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是在站博士后，生活补贴多少").say("能和安家费一起拿吗")
    assert "在站博士后生活补贴、高校毕业生安家补贴：能不能一起拿，找到的文件没有写" in told(talk)


def test_asking_what_goes_together_does_not_change_what_somebody_came_for(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，租房补贴多少")
    wanted = talk.dialogue.wanted
    assert talk.say("能和安家费一起拿吗").dialogue.wanted == wanted


def test_the_card_says_which_of_its_sums_are_not_both_paid(advisor: Advisor) -> None:
    lines = card(Talk(advisor).say("我是硕士").say("看结果")).given_up
    assert "高校毕业生安家补贴、租房补贴：不重复，按最高的一项发（D级来源）" in lines


# ── what is more ────────────────────────────────────────────────────────────────────────────


def test_two_degrees_are_worked_out_side_by_side_and_neither_is_noted(advisor: Advisor) -> None:
    talk = Talk(advisor).say("清华毕业的").say("硕士和博士差多少")
    assert re.search("高校毕业生安家补贴：硕士 30万元.*、博士 40万元", told(talk))
    assert "硕士合计" in told(talk) and "博士合计" in told(talk)
    assert "degree" not in talk.facts()


def test_two_benefits_are_laid_side_by_side_with_how_they_go_together(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士").say("安家补贴和租房补贴哪个划算")
    (table,) = [b for b in talk.replies[0].blocks if isinstance(b, Table)]
    assert {row.name for row in table.rows} == {"高校毕业生安家补贴", "租房补贴"}
    assert "不重复" in told(talk)


# ── what if ─────────────────────────────────────────────────────────────────────────────────


def test_the_sum_of_a_supposition_and_the_benefits_it_changes_agree(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，清华的").say("要是我只签两年合同呢")
    assert re.search("高校毕业生安家补贴：30万元.* → 拿不到", told(talk))
    assert "最多 12万元" in told(talk)


def test_what_nobody_spoke_of_is_not_said_to_change(advisor: Advisor) -> None:
    assert "未来之星" not in told(Talk(advisor).say("我是硕士").say("要是我读了博士呢"))


# ── what was received before ────────────────────────────────────────────────────────────────


def test_who_was_paid_before_hears_that_the_sums_do_not_take_it_off(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，已经领过租房补贴了，还能拿多少")
    rows = {r.name: r for b in talk.replies[0].blocks if isinstance(b, Table) for r in b.rows}
    assert "您领过 租房补贴：不重复，按最高的一项发" in rows["高校毕业生安家补贴"].note
    assert "没有扣" in rows["高校毕业生安家补贴"].note
    assert "您说领过这一项" in rows["租房补贴"].note


@pytest.mark.parametrize(
    ("asked", "names"),
    [("领过租房补贴了，还能领安家费吗", {"高校毕业生安家补贴"}), ("领过租房补贴了，租房补贴还能再领吗", {"租房补贴"})],
)
def test_what_was_received_is_asked_about_only_where_it_is_asked_for_again(
    advisor: Advisor, asked: str, names: set[str]
) -> None:
    talk = Talk(advisor).say(f"我是硕士，{asked}")
    assert {r.name for b in talk.replies[0].blocks if isinstance(b, Table) for r in b.rows} == names


def test_a_couple_that_names_a_benefit_hears_of_that_one(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，我爱人是博士").say("我们两个人安家费一共多少")
    rows = [r.name for b in talk.replies[0].blocks if isinstance(b, Table) for r in b.rows]
    assert rows == ["高校毕业生安家补贴"] * 2
