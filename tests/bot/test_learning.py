"""What is taken from a message, for whom, and how it is taken back."""

from __future__ import annotations

import pytest

from talent_bot.advisor import Advisor
from talent_bot.reply import Understood

from .talking import Talk, the_advisor


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return the_advisor()


def test_changing_a_value_without_naming_it_corrects_it(advisor: Advisor) -> None:
    talk = Talk(advisor).say("合同两年").say("改成三年")
    assert talk.facts()["contract_years"] == 3
    assert "原来是 2年" in talk.text
    assert "要改哪一项" not in talk.text


def test_naming_what_to_change_asks_just_that_again(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士，合同两年").say("我要改一下合同年限")
    assert talk.dialogue.pending is not None
    assert talk.dialogue.pending.fields == ("contract_years",)
    assert "现在记的是：劳动合同年限 2年" in talk.text


def test_a_denial_leaves_the_other_values_possible(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士").say("我不是博士")
    assert "phd" not in str(talk.facts()["degree"])
    assert "不是博士" in talk.text


def test_what_is_said_again_is_acknowledged(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士").say("我是博士")
    assert "记着呢" in talk.text
    assert "没看懂" not in talk.text


def test_one_undo_takes_a_whole_message_back(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士").say("我35岁，我老婆是硕士").say("撤销")
    assert talk.facts() == {"degree": "phd"}
    assert talk.facts("spouse") == {}


def test_two_colleagues_are_kept_apart(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是本科，我同事是博士").say("我同事是硕士")
    assert talk.facts("colleague")["degree"] == "phd"
    assert talk.facts("colleague_2")["degree"] == "master"


def test_whoever_we_speak_of_is_another_or_corrected_only_when_asked(advisor: Advisor) -> None:
    talk = Talk(advisor).say("帮我儿子问问，他是硕士").say("我儿子是博士")
    assert talk.facts("child")["degree"] == "master"
    assert talk.press(talk.button("是另一位")).facts("child_2")["degree"] == "phd"
    again = Talk(advisor).say("帮我儿子问问，他是硕士").say("我儿子是博士").say("1")
    assert again.facts("child")["degree"] == "phd"


def test_of_a_wife_there_is_one(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我老婆是硕士").say("我老婆是博士")
    assert talk.facts("spouse")["degree"] == "phd"


def test_parents_who_were_told_are_counted(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是F类人才，我爸72岁，我妈75岁")
    assert talk.facts()["parents_70"] == 2
    assert "推断的" in talk.text


def test_a_mother_asks_for_her_son_and_the_facts_are_his(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我想给我儿子问问，他是硕士").say("我们是东胜人").say("租房住，名下没房")
    assert talk.facts("child") == {"degree": "master", "district": "dongsheng"} or "degree" in talk.facts("child")
    assert talk.facts("self") == {}
    assert "您孩子" in talk.text


def test_mentioning_somebody_does_not_change_the_subject(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士").say("我爱人也是博士，能一起享受吗")
    assert talk.dialogue.subject == "self"
    assert talk.facts("spouse")["degree"] == "phd"
    talk.say("算爱人的")
    assert talk.dialogue.subject == "spouse"
    assert talk.say("说我自己").dialogue.subject == "self"


def test_what_was_taken_is_echoed_with_its_person(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我同事是博士，我是本科")
    told = {b.person: b.facts for b in talk.replies[0].blocks if isinstance(b, Understood)}
    assert told[""][0][0] == "本科"
    assert told["您同事"][0][0] == "博士"


def test_of_two_things_that_cannot_both_be_the_later_counts(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我没签劳动合同").say("签了三年合同")
    assert talk.facts()["contract_years"] == 3
    assert talk.facts().get("contract") is not False
    assert advisor.decide(talk.dialogue, talk.on).problems == ()


def test_what_had_to_go_is_named(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我有双证，硕士").say("我还在读")
    assert "对不上" in talk.text
    assert advisor.decide(talk.dialogue, talk.on).problems == ()


def test_an_employer_is_asked_about_the_one_he_writes_of_and_can_go_on_to_the_next(advisor: Advisor) -> None:
    talk = Talk(advisor).say("公司在东胜，有个员工，硕士，31岁").say("合同三年")
    assert talk.dialogue.subject == "employee"
    told = talk.facts("employee")
    assert (told["district"], told["degree"], told["age"], told["contract_years"]) == ("dongsheng", "master", 31, 3)
    assert talk.facts() == {}
    assert "要给谁算" in talk.say("换个人").text
    assert talk.facts("employee") == told
    assert talk.say("说我自己").dialogue.subject == "self"
    assert talk.say("算这位员工的").dialogue.subject == "employee"


def test_one_more_of_an_employers_people_is_somebody_new(advisor: Advisor) -> None:
    talk = Talk(advisor).say("有个员工，硕士，31岁").say("还有一个员工，博士，43岁")
    assert talk.dialogue.subject == "employee_2"
    talk.say("这个员工合同三年")
    assert talk.facts("employee_2")["contract_years"] == 3
    assert talk.facts("employee") == {"degree": "master", "age": 31}
    talk.say("换个人").say("员工李某，本科，24岁")
    assert talk.dialogue.subject == "employee_3"
    assert "这位员工（第3位）" in talk.text
    assert talk.say("算第一个的").dialogue.subject == "employee"


def test_whom_an_employer_goes_on_with_when_he_was_asked_of_whom_he_spoke(advisor: Advisor) -> None:
    talk = Talk(advisor).say("有个员工，硕士，31岁").say("员工是博士，43岁")
    assert "说的是谁" in talk.text
    assert talk.say("是另一位").dialogue.subject == "employee_2"


def test_parents_in_law_are_called_what_they_are(advisor: Advisor) -> None:
    told = [b.person for b in Talk(advisor).say("我岳父75了").replies[0].blocks if isinstance(b, Understood)]
    assert told == ["您爱人的父母"]


def test_of_parents_it_is_their_number_that_is_told_and_a_correction_counts_anew(advisor: Advisor) -> None:
    talk = Talk(advisor).say("爸妈都71了")
    assert talk.facts()["parents_70"] == 2
    assert "71周岁" not in talk.text
    assert talk.say("不对，我爸73我妈69").facts()["parents_70"] == 1


def test_what_is_left_open_is_what_was_named(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是副主任医师，医学博士，39岁")
    asked = talk.dialogue.pending
    talk.say("合同年限还没谈")
    assert asked is not None and "contract_years" not in asked.fields
    assert "先空着" in talk.text
    assert not set(asked.fields) & talk.facts().keys()
    assert "contract_years" in talk.facts()


def test_a_number_alone_may_be_the_age_and_is_asked_back(advisor: Advisor) -> None:
    talk = Talk(advisor).say("本科，东胜").say("23")
    assert "23周岁" in talk.text
    assert talk.say("是").facts()["age"] == 23


def test_what_about_him_turns_to_him(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是高级技师，41岁").say("那我徒弟呢，他26，高级工")
    assert talk.dialogue.subject == "colleague"
    assert talk.facts("colleague") == {"age": 26, "skill_level": "level3"}


def test_what_was_received_is_asked_back_where_its_kind_has_several(advisor: Advisor) -> None:
    talk = Talk(advisor).say("硕士，2022年来的，安家费领过第一年的")
    assert "`" not in talk.text
    assert "有不同的几种" in talk.text
    assert "领过高校毕业生安家补贴" in talk.say("高校毕业生安家补贴").text


def test_what_was_received_comes_to_what_was_received_before(advisor: Advisor) -> None:
    talk = Talk(advisor).say("硕士，领过租房补贴").say("公司是高企").say("公司也是专精特新中小企业")
    assert talk.facts()["qualifications"] == ["high_tech", "sped_new_sme"]
    talk.say("安家费领过第一年的").say("高校毕业生安家补贴")
    assert talk.facts()["received"] == ["租房补贴", "ordos-housing-2024/settling_in"]
    assert "记着呢" in talk.say("租房补贴领过了").text
    assert talk.say("什么都没领过").facts()["received"] == []


def test_what_is_known_is_not_asked_for_again(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我自己创业，开了家公司，硕士").say("我是法人")
    assert talk.dialogue.pending is not None
    assert talk.dialogue.pending.kind != "confirm"


def test_he_is_who_was_named_before_also_beside_me(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我和老公都是硕士").say("他合同五年，我三年")
    assert talk.facts("spouse")["contract_years"] == 5
    assert talk.facts()["contract_years"] == 3
