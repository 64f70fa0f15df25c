"""Cells that hold one of a few choices, a 是 or 否, a school, a family: the words offices have for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from batch.cells import in_words, read
from talent_rules.library import RuleBase
from talent_rules.model import OneOf
from talent_rules.tables.rows import coded
from talent_rules.tables.told import Reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高级工程师（副高）", "vice_senior"),
        ("教授级高工", "senior"),
        ("副教授", "vice_senior"),
        ("工程师", "intermediate"),
        ("无", "none"),
    ],
)
def test_titles(base: RuleBase, text: str, expected: str) -> None:
    assert read(base, "title", text).values == {"title": expected}


def test_titles_that_are_planned_are_not_held(base: RuleBase) -> None:
    assert not read(base, "title", "副教授（拟聘）").values
    remark = read(base, "title", "高级工程师（化工）")
    assert remark.values == {"title": "vice_senior"}
    assert remark.complaint is not None and remark.complaint.severity == "warning"


@pytest.mark.parametrize(
    ("text", "value"), [("√", True), ("×", False), ("有", True), ("无", False), ("TRUE", True), ("否", False)]
)
def test_flags(base: RuleBase, text: str, value: bool) -> None:
    assert read(base, "on_post", text).values == {"on_post": value}


@pytest.mark.parametrize("text", ["", "/", "—", "N/A", "不详", " "])
def test_blanks_are_unknown_and_no_complaint(base: RuleBase, text: str) -> None:
    for field in ("on_post", "degree", "annual_salary", "arrival_date", "school"):
        assert read(base, field, text) == Reading()


def test_a_flag_is_answered_by_the_words_of_its_heading(base: RuleBase) -> None:
    for text, value in (("在岗", True), ("不在岗", False), ("在职在岗", True), ("未在岗", False)):
        assert read(base, "on_post", text, header="是否在岗").values == {"on_post": value}
    for text in ("岗", "在", "退休", "不"):
        assert read(base, "on_post", text, header="是否在岗").complaint is not None


def test_a_header_with_whether_names_the_choice(base: RuleBase) -> None:
    assert read(base, "study_mode", "是", header="是否全日制").values == {"study_mode": "full_time"}
    assert read(base, "study_mode", "否", header="是否全日制").values == {"study_mode": "part_time"}
    assert read(base, "degree_status", "√", header="是否取得学位").values == {"degree_status": "obtained"}


@pytest.mark.parametrize(
    ("text", "name"),
    [("北大", "北京大学"), ("清华大学", "清华大学"), ("清華大學", "清华大学"), ("内蒙古大学", "内蒙古大学")],
)
def test_schools(base: RuleBase, text: str, name: str) -> None:
    assert read(base, "school", text).values == {"school": name}


def test_ambiguous_schools_are_asked(base: RuleBase) -> None:
    reading = read(base, "school", "东大")
    assert not reading.values and reading.complaint is not None and "东北大学" in reading.complaint.message


@pytest.mark.parametrize("text", ["东胜", "东胜区", "鄂尔多斯市东胜区", "内蒙古鄂尔多斯市东胜区"])
def test_districts(base: RuleBase, text: str) -> None:
    assert base.vocabulary.fields["district"].show(read(base, "district", text).values["district"]) == "东胜区"


@pytest.mark.parametrize(
    "lists",
    [
        [["a", "b"], None, [], ["b", "a"], ["a", "b"], [None], ["a"], None, []],
        [[date(1950, 1, 31)], [date(1950, 1, 31), date(1952, 3, 4)], [], [date(1952, 3, 4)]],
        [list("abcdefghijk"), list("abcdefghijj"), list("abcdefghijk"), []],
        [[["a"]], [["b"]], [["a"]]],
    ],
)
def test_a_column_of_lists_is_told_apart_list_by_list(lists: list[Any]) -> None:
    for column in (pa.array(lists), pa.array([None, *lists]).slice(1)):
        codes, values = coded(column)
        assert [values[code] for code in codes.tolist()] == lists
        assert len(values) == len({repr(each) for each in lists})


@pytest.mark.parametrize("post", ["会计", "钳工（技师）", "生产/调度"])
def test_a_post_that_is_none_of_the_kinds_stays_unknown_and_is_no_mistake(base: RuleBase, post: str) -> None:
    reading = read(base, "job_role", post)
    assert not reading.values and reading.complaint is not None and reading.complaint.severity == "warning"
    assert "其他岗位" in reading.complaint.hint and "技术研发带头人" in reading.complaint.hint
    assert read(base, "job_role", "财务总监").values == {"job_role": "senior_exec"}


@pytest.mark.parametrize("text", ["离职", "已调离", "不在岗"])
def test_who_has_left_is_not_on_the_post(base: RuleBase, text: str) -> None:
    assert read(base, "on_post", text).values == {"on_post": False}


def test_a_school_abroad_is_told_where_it_belongs_whatever_it_looks_like(base: RuleBase) -> None:
    complaint = read(base, "school", "曼彻斯特大学").complaint
    assert complaint is not None and "境外院校" in complaint.hint


def test_a_state_enterprise_may_be_the_citys_or_anothers_and_is_asked(base: RuleBase) -> None:
    reading = read(base, "employer_type", "国企")
    assert isinstance(reading.values["employer_type"], OneOf)
    assert reading.complaint is not None and reading.complaint.severity == "warning"


def test_nothing_where_no_choice_means_nothing_is_a_blank(base: RuleBase) -> None:
    assert read(base, "degree", "无") == read(base, "degree", "") == Reading()
    assert read(base, "title", "无").values == {"title": "none"}


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("contract_years", "聘期五年", "5年"),
        ("contract_years", "合同期限：3年", "3年"),
        ("title", "职称为高级工程师", "副高"),
        ("degree", "最高学历：硕士研究生", "硕士"),
        ("contract_years", "签3年", "3年"),
        ("graduation_date", "2021年6月毕业", "2021-06"),
        ("arrival_date", "2024.3.1入职", "2024-03-01"),
        ("birth_date", "1990.05.12.", "1990-05-12"),
        ("birth_date", "1990年5月生", "1990-05"),
        ("bought_home", "未购", "否"),
        ("bought_home", "已购", "是"),
        ("contract", "已签", "是"),
        ("contract", "未签", "否"),
        ("on_post", "离岗", "否"),
        ("arrival_date", "2024年3月1日星期五", "2024-03-01"),
        ("graduation_date", "二〇二二", "2022"),
        ("graduation_date", "2022年度", "2022"),
        ("arrival_date", '="2024-03-01"', "2024-03-01"),
        ("annual_salary", "税前30万元", "30万元"),
        ("school_claim", "985/双一流", "985高校"),
        ("school_claim", "211、双一流", "211高校"),
        ("district", "准旗薛家湾", "准格尔旗"),
        ("district", "鄂尔多斯市鄂托克前旗上海庙", "鄂托克前旗"),
    ],
)
def test_a_cell_may_say_more_than_it_has_to(base: RuleBase, field: str, text: str, said: str) -> None:
    assert in_words(base, field, text) == said


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("children", "一子2岁", "2021-09-02至2022-09-01"),
        ("children", "2岁、女儿8个月", "2021-09-02至2022-09-01、2023-12-02至2024-01-01"),
        ("children", "两子2岁、4岁", "2021-09-02至2022-09-01、2019-09-02至2020-09-01"),
        ("parents", "父亲70岁，母亲1955.3", "1953-09-02至1954-09-01、1955-03"),
        ("children", "两子2岁", "每人写一个出生日期或周岁，用顿号隔开，例如 2020-05、3岁"),
        ("children", "2", "每人写一个出生日期或周岁，用顿号隔开，例如 2020-05、3岁"),
    ],
)
def test_who_belongs_to_the_family_may_be_told_by_age(base: RuleBase, field: str, text: str, said: str) -> None:
    assert in_words(base, field, text) == said


_DEGREES = "学位可写：中专及以下、专科、本科、硕士、博士"


_TITLES = "职称可写：无职称、初级、中级、副高、正高"


@pytest.mark.parametrize(
    ("field", "text", "hint"),
    [
        ("title", "高级工", f"写在“技能等级”里；{_TITLES}"),
        ("title", "高级技师", f"写在“技能等级”里；{_TITLES}"),
        ("title", "副教受", "你是不是想写 `副教授`？"),
        ("degree", "院士", f"写在“顶尖人才身份”里，填 是；{_DEGREES}"),
        ("degree", "硕土", "你是不是想写 `硕士`？"),
        ("title", "待评", _TITLES.removeprefix("职称")),
        ("degree", "研究生班", _DEGREES.removeprefix("学位")),
        ("talent_category", "草原英才", "写在“市级英才称号”里；人才类别可写：未认定、F类、E类、D类、C类、B类、A类"),
        ("district", "东盛区", "你是不是想写 `东胜区`？"),
        ("school", "清化大学", "你是不是想写 `清华大学`？境外院校请改填 境外院校、世界前300"),
        ("school", "哈佛大学", "请写全名；境外院校请改填 境外院校、世界前300"),
    ],
)
def test_a_hint_says_where_the_word_belongs_or_which_slip_it_is_or_what_can_be_written(
    base: RuleBase, field: str, text: str, hint: str
) -> None:
    assert in_words(base, field, text) == hint


def test_a_zone_is_no_district_and_is_told_where_to_write_it(base: RuleBase) -> None:
    assert in_words(base, "district", "高新区").startswith("写在“功能区”里；旗区可写：东胜区、")


def test_an_enterprise_is_one_of_the_enterprises_and_is_asked(base: RuleBase) -> None:
    found = read(base, "employer_type", "企业")
    assert found.complaint is not None and found.complaint.code == "B754"
    assert found.values["employer_type"] == OneOf(
        frozenset({"private", "soe_municipal", "central_enterprise", "regional_direct"})
    )


def test_a_whether_is_answered_whatever_number_the_question_has(base: RuleBase) -> None:
    assert read(base, "engagement", "是", header="4、是否全职").values == {"engagement": "full_time"}
