"""How the conversation feels on a phone: short, in people's words, and always about the right person."""

from __future__ import annotations

import re

import pytest

from talent_bot.advisor import Advisor
from talent_bot.reply import Card, Table, Text

from .talking import Talk, the_advisor


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return the_advisor()


def tables(talk: Talk) -> list[Table]:
    return [b for b in talk.replies[0].blocks if isinstance(b, Table)]


# ── what is said back ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("我是985博士", "985高校"),
        ("我是高级技师", "高级技师（技能一级）"),
        ("主治医师", "中级职称"),
        ("合同三年", "合同3年"),
        ("我2020年来的", "2020年来鄂尔多斯"),
        ("租房住，名下没房", "租房住"),
        ("年薪65万", "年薪65万元（上年税前）"),
        ("我已经领过租房补贴了", "领过租房补贴"),
    ],
)
def test_what_was_taken_is_said_back_as_people_say_it(advisor: Advisor, said: str, back: str) -> None:
    assert back in Talk(advisor).say(said).text


def test_an_answer_left_open_is_not_recorded_as_a_fact(advisor: Advisor) -> None:
    assert "这项先空着" in Talk(advisor).say("不清楚").text


def test_how_much_is_still_to_be_told_is_said_in_questions(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士，安家费多少")
    reasons = [row.reason for table in tables(talk) for row in table.rows]
    assert any("还要再答约" in reason for reason in reasons)
    assert not any("还缺" in reason for reason in reasons)


def test_where_there_is_no_money_none_is_announced(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是护士，大专，27岁，想来东胜的医院")
    assert "都不是现金" in talk.text and "0元" not in talk.text


# ── who is spoken of ────────────────────────────────────────────────────────────────────────


def test_a_side_question_about_the_wife_is_answered_and_the_talk_stays_with_the_speaker(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是985博士，34岁")
    question = talk.dialogue.pending
    talk.say("我老婆是硕士也能拿吗")
    assert next(row.amount for table in tables(talk) for row in table.rows).endswith("10万元–30万元")
    assert talk.dialogue.subject == "self"
    assert talk.dialogue.pending == question
    assert talk.facts("spouse") == {"degree": "master"}


def test_a_supposition_about_himself_is_his_own_and_leads_back_to_him(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是985博士，34岁").say("我老婆是硕士").say("算我老婆的")
    assert talk.dialogue.subject == "spouse"
    talk.say("那如果我38岁呢")
    assert "38周岁" in talk.text and "没有记下" in talk.text
    assert talk.dialogue.subject == "self"
    assert talk.facts()["age"] == 34 and "age" not in talk.facts("spouse")


def test_who_came_for_the_son_stays_with_the_son(advisor: Advisor) -> None:
    talk = Talk(advisor).say("帮我儿子问问，他是硕士").say("我在东胜上班")
    assert talk.dialogue.subject == "child"


def test_somebody_is_turned_to_by_any_name(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士").say("我媳妇是本科")
    assert talk.say("那我媳妇呢").dialogue.subject == "spouse"


def test_for_whom_one_asks_on_behalf_is_asked_about_from_then_on(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士").say("再帮我儿子问一下，他是硕士")
    assert talk.dialogue.subject == "child"


# ── what is asked and answered ──────────────────────────────────────────────────────────────


def test_part_of_an_answer_counts_and_the_rest_is_asked(advisor: Advisor) -> None:
    talk = Talk(advisor).say("硕士")
    assert talk.dialogue.pending is not None and "contract_years" in talk.dialogue.pending.fields
    talk.say("三年")
    assert talk.facts()["contract_years"] in (3, "三年", "3年")
    assert talk.dialogue.pending is not None


def test_of_half_an_answer_to_another_question_the_other_half_is_not_made_up(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士")
    assert talk.dialogue.pending is not None and talk.dialogue.pending.id == "titles"
    assert not {"engagement", "on_post"} & set(talk.say("三年以上").facts())


def test_when_it_is_paid_is_answered_without_the_list_of_all(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是985博士，合同三年").say("什么时候发钱")
    assert "每年一期" in talk.text and "可能享受的待遇" not in talk.text


def test_why_a_question_is_asked_is_said_once_and_not_three_times(advisor: Advisor) -> None:
    talk = Talk(advisor).say("硕士")
    why = talk.dialogue.pending.why if talk.dialogue.pending else ""
    said = [talk.say(words).text for words in ("为什么要问这个", "为什么问", "为什么问")]
    assert [why in text for text in said] == [True, False, False]


def test_after_a_refusal_the_talk_goes_on_to_what_may_fit(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我2020年来鄂尔多斯工作的，本科，内蒙古大学").say("我能领安家费吗")
    assert "不符合" in talk.text
    assert not any(isinstance(b, Card) for b in talk.replies[0].blocks)
    assert talk.dialogue.pending is not None


def test_a_post_doc_who_asks_for_living_money_hears_of_his_own(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是在站博士后").say("生活补贴多少")
    assert any(row.name == "在站博士后生活补贴" for table in tables(talk) for row in table.rows)


@pytest.mark.parametrize("words", ["别问了", "说结果吧", "算了，看看结果吧", "直接告诉我"])
def test_who_is_impatient_sees_the_result(advisor: Advisor, words: str) -> None:
    talk = Talk(advisor).say("我是硕士").say(words)
    assert any(isinstance(b, Card) for b in talk.replies[0].blocks)


def test_what_is_recorded_can_be_asked_for(advisor: Advisor) -> None:
    assert "要改哪一项" in Talk(advisor).say("我是硕士").say("你记了什么").text


def test_who_gives_up_is_let_go_kindly(advisor: Advisor) -> None:
    assert "再见" in Talk(advisor).say("我是硕士").say("算了").text


def test_the_documents_silence_is_not_called_a_repetition(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士")
    first = talk.say("什么叫候鸟专家").text
    second = talk.say("什么叫银发专家").text
    assert "刚才答过" not in second and first.split("\n")[0] != second.split("\n")[0]


def test_a_couple_is_told_what_goes_together_of_what_they_may_have(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我和我爱人都是硕士，打算一起去康巴什").say("哪些能一起拿")
    told = " ".join(b.text for b in talk.replies[0].blocks if isinstance(b, Text))
    assert "不重复" in told and "A类人才年薪" not in told


def test_a_couple_that_asks_for_both_hears_of_each_and_no_sum_of_both(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士，我爱人是硕士").say("我们两个人一共能拿多少")
    his, hers = tables(talk)
    assert his.title.startswith("您自己") and hers.title.startswith("您爱人")
    assert "40万元" in his.rows[0].amount and "30万元" in hers.rows[0].amount
    assert "不相加" in talk.text


# ── what people type ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("told", ["身份证152701199001011234", "电话13800138000"])
def test_a_number_nobody_needs_is_not_kept_and_that_is_said(advisor: Advisor, told: str) -> None:
    talk = Talk(advisor).say(f"我叫张三，{told}，博士")
    assert "请不要发" in talk.text
    assert talk.facts() == {"degree": "phd"} and told[-8:] not in str(talk.dialogue)


def test_who_writes_english_is_answered_in_english(advisor: Advisor) -> None:
    talk = Talk(advisor).say("hello, I have a PhD")
    assert talk.dialogue.lang == "en" and talk.facts()["degree"] == "phd"
    assert Talk(advisor).say("MIT").dialogue.lang == "zh"


@pytest.mark.parametrize("text", ["？？？", "......", "👍"])
def test_signs_alone_are_no_question(advisor: Advisor, text: str) -> None:
    assert "请说一句话" in Talk(advisor).say(text).text


def test_what_to_do_next_is_told(advisor: Advisor) -> None:
    assert "办理渠道" in Talk(advisor).say("我是985博士，安家费多少").say("那我接下来该干嘛").text


def test_who_speaks_of_old_parents_hears_of_what_is_paid_for_them(advisor: Advisor) -> None:
    talk = Talk(advisor).say("请问我父亲72岁，我妈70，能领钱吗")
    assert any("养老" in row.name for table in tables(talk) for row in table.rows)


def test_of_what_goes_together_only_what_is_open_is_named(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是F类人才，在康巴什买了房").say("购房补贴能和安家一起拿吗")
    assert "不重复" in talk.text and "A类人才年薪" not in talk.text


def test_who_asks_how_much_in_all_is_told_of_every_likely_kind(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是985毕业的医学博士，34岁，能拿多少")
    assert {"高校毕业生安家补贴", "博士科研经费", "租房补贴"} <= {row.name for t in tables(talk) for row in t.rows}


def test_the_words_of_another_answer_count_in_full(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是本科").say("全职，合同三年或更长，已到岗")
    assert "'min': 3" in str(talk.facts()["contract_years"]) and talk.facts()["on_post"] is True


def test_she_is_whoever_was_named(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是博士").say("我老婆是本科").say("她要是硕士呢")
    assert "您爱人" in talk.text and "没有记下" in talk.text
    assert talk.facts("spouse")["degree"] == "bachelor" and talk.facts()["degree"] == "phd"


def test_a_question_that_supposes_a_degree_is_answered_for_that_degree(advisor: Advisor) -> None:
    talk = Talk(advisor).say("大专能领吗")
    assert "按专科算" in talk.text and "没有对得上的现金待遇" in talk.text
    assert "degree" not in talk.facts()


def test_why_after_a_refusal_explains_what_was_refused(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我2020年来鄂尔多斯工作的，本科，内蒙古大学").say("我能领安家费吗").say("为什么")
    assert "安家补贴：不符合" in talk.text


def test_who_has_not_come_yet_is_not_given_a_date(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是985博士，想去鄂尔多斯工作，能拿多少安家费")
    assert "还没来鄂尔多斯" in talk.text
    assert "日期不详" not in talk.text and "日期不详" not in talk.say("看结果").text
    assert talk.dialogue.pending is None or talk.dialogue.pending.fields != ("talent_category",)


def test_a_doubt_stays_open_until_it_is_answered(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕土，想去鄂尔多斯工作")
    asked = talk.dialogue.pending
    assert "您是说“硕士”吗" in talk.text
    assert talk.say("民企").dialogue.pending == asked


# ── why, and how it could be had ────────────────────────────────────────────────────────────


def test_why_not_names_what_is_asked_and_what_was_told_in_a_few_lines(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，2020年来的，能领安家费吗").say("为什么不行")
    first = next(b.text for b in talk.replies[0].blocks if isinstance(b, Text))
    assert "不满足要求：引进日期晚于 2021-08" in first and "2020年来鄂尔多斯" in first
    assert first.count("\n") < 5


def test_of_many_ways_to_qualify_the_nearest_is_named(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我在墨尔本大学读的硕士，没做留服认证").say("能拿多少")
    assert "不满足要求：留服认证" in talk.text and "怎样才行：留服认证" in talk.text


def test_nobody_is_told_to_climb_more_than_one_degree(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是大专，2024年来的").say("看结果")
    advice = [r.advice for b in talk.replies[0].blocks if isinstance(b, Card) for r in b.closed_rows]
    assert not any("“博士”" in a or "“硕士”" in a for a in advice)


def test_the_same_advice_is_given_once_on_a_card(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是大专，2024年来的").say("看结果")
    advice = [r.advice for b in talk.replies[0].blocks if isinstance(b, Card) for r in b.closed_rows if r.advice]
    assert len({a.partition("就")[0] for a in advice}) == len(advice) >= 1


def test_what_is_only_for_other_districts_is_named_in_one_line(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，在东胜上班").say("看结果")
    found = next(b for b in talk.replies[0].blocks if isinstance(b, Card))
    assert any(line.startswith("只给别的旗区的：") for line in found.others)
    assert not any("达拉特旗" in row.name for row in found.closed_rows)


# ── the card's facts ────────────────────────────────────────────────────────────────────────


def test_the_card_tells_the_facts_as_people_say_them(advisor: Advisor) -> None:
    talk = Talk(advisor).say("985博士，浙江大学，想去鄂尔多斯，从外地来，合同三年").say("看结果")
    found = next(b for b in talk.replies[0].blocks if isinstance(b, Card))
    assert {"浙江大学", "合同3年", "从外地来", "还没来鄂尔多斯"} <= set(found.facts)
    assert "985高校" not in found.facts, "the school says more"


# ── steps back and changes ──────────────────────────────────────────────────────────────────


def test_a_step_back_says_what_is_recorded_again(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士").say("不对，是博士").say("撤销")
    assert "改回：硕士" in talk.text
    assert "去掉了：硕士" in talk.say("撤销").text


def test_the_menu_of_changes_goes_away_once_the_change_is_said(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，合同两年").say("改答案").say("合同三年")
    assert "要改哪一项" not in talk.text and talk.facts()["contract_years"] in (3, "3年", "三年")


def test_of_a_contract_of_which_only_the_end_is_told_the_length_is_asked(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，合同到2029年")
    assert talk.dialogue.pending is not None and talk.dialogue.pending.fields == ("contract_years",)
    assert "一共签多久" in talk.text
    assert talk.say("五年").facts()["contract_years"] in (5, "五年", "5年")


def test_what_hangs_on_a_price_nobody_told_has_no_figure(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是市级草原英才，2022年全职引进的，买了房").say("看结果")
    found = next(b for b in talk.replies[0].blocks if isinstance(b, Card))
    rows = [row for row in found.open_rows if "购房" in row.name]
    assert rows and all("才能算" in row.amount and not row.schedule for row in rows)
    assert "没有上限、没有载明或还算不出" in found.total
    assert float(re.search(r"最多 ([\d.]+)万元", found.total).group(1)) < 200  # type: ignore[union-attr]


def test_can_i_have_it_then_is_about_what_was_told_last(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是企业高管，公司在重点企业目录里，年薪60万").say("不对，是58万").say("那能拿吗")
    assert "重点企业高管和研发带头人一次性生活补贴：不符合。不满足要求：上年税前薪酬至少 60万元" in talk.text


def test_what_stands_on_a_list_is_explained_by_that_list(advisor: Advisor) -> None:
    assert "在不在“双一流建设高校”名单里（共 147 个" in Talk(advisor).say("什么叫双一流").text


def test_who_asks_for_the_basis_twice_is_not_told_that_there_is_none(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我是硕士，安家补贴多少").say("依据是什么")
    assert "P7" in talk.text
    assert "没查到说明" not in talk.say("依据是什么").text


def test_nobody_is_told_to_take_up_another_trade(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我在东胜当社区工作者").say("看结果")
    advice = [r.advice for b in talk.replies[0].blocks if isinstance(b, Card) for r in b.closed_rows]
    assert not any("岗位类别" in a for a in advice)


def test_a_result_that_would_only_repeat_the_table_above_it_is_left_out(advisor: Advisor) -> None:
    talk = Talk(advisor).say("我在东胜当社区工作者，月薪多少")
    assert tables(talk) and not any(isinstance(b, Card) for b in talk.replies[0].blocks)
    assert any(isinstance(b, Card) for b in talk.say("看结果").replies[0].blocks)


def test_who_tells_a_dozen_facts_hears_first_what_is_likely(advisor: Advisor) -> None:
    talk = Talk(advisor).say("32岁，清华博士，去民企，签5年合同，年薪40万，父亲71岁，能享受多少补贴")
    rows = [r.name for table in tables(talk) for r in table.rows]
    assert rows[0] == "高校毕业生安家补贴" and "暖才养老补贴" in rows
    assert "达拉特旗适用" not in talk.text
