"""Cells as offices write them: every trap of knowledge/batch.md §5."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from batch.books import identity
from talent_rules.library import RuleBase
from talent_rules.model import OneOf, Span
from talent_rules.quantities import Unreadable
from talent_rules.tables.dates import Ambiguous, read_day, short_year
from talent_rules.tables.identity import IdentityReader, mask
from talent_rules.tables.rows import coded
from talent_rules.tables.told import Column, Reading
from talent_rules.tables.values import read_cell
from talent_rules.vocabulary import show_days


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024.7", "2024-07"),
        ("2024.10", "2024-10"),
        ("2024年7月", "2024-07"),
        ("二〇二四年七月", "2024-07"),
        ("二○二四年七月一日", "2024-07-01"),
        ("202407", "2024-07"),
        ("20240701", "2024-07-01"),
        ("2024-07-01 00:00:00", "2024-07-01"),
        ("2024/7/1", "2024-07-01"),
        ("2024.07.01", "2024-07-01"),
        ("２０２４年７月１日", "2024-07-01"),
        ("2024", "2024"),
        ("2024届", "2024"),
        ("2024。7。1", "2024-07-01"),
        ("45474", "2024-07-01"),
    ],
)
def test_a_date_keeps_its_precision(text: str, shown: str) -> None:
    assert show_days(read_day(text)) == shown


def test_serial_numbers_follow_the_epoch_of_the_workbook() -> None:
    assert show_days(read_day("44012", date1904=True)) == "2024-07-01"


def test_a_first_of_month_shown_as_a_month_is_a_month() -> None:
    assert show_days(read_day("2024-07-01 00:00:00", "M")) == "2024-07"
    assert show_days(read_day("2024-01-01 00:00:00", "Y")) == "2024"


@pytest.mark.parametrize("text", ["1988-02-30", "2024-13-01", "民国79年", "61000", "19999", "2021.9-2024.6", "七月"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_day(text)


@pytest.mark.parametrize("text", ["90.3", "24.7.1"])
def test_two_digit_years_are_asked(text: str) -> None:
    with pytest.raises(Ambiguous):
        read_day(text)
    assert short_year("90.3", date(1990, 3, 12).toordinal()) is not None
    assert short_year("90.3", date(1991, 3, 12).toordinal()) is None


def test_a_number_2024_point_1_is_asked() -> None:
    with pytest.raises(Ambiguous):
        read_day("2024.1", "T")
    assert show_days(read_day("2024.1", "T", tenths_safe=True)) == "2024-01"


def _read(base: RuleBase, field: str, text: str, **column: Any) -> Reading:
    return read_cell(
        base.vocabulary.fields[field],
        text,
        "",
        Column(places=base.vocabulary.places, **column),
        base.vocabulary.reference,
    )


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("４０万", "", 400_000),
        ("四十万元", "", 400_000),
        ("400,000", "", 400_000),
        ("400,000元", "", 400_000),
        ("40 0000", "", 400_000),
        ("40", "万元", 400_000),
        ("40万", "万元", 400_000),
        ("400000元", "万元", 400_000),
        ("40.5", "万元", 405_000),
        ("¥400,000.00", "", 400_000),
        ("40万（税前）", "", 400_000),
        ("40-40", "万元", 400_000),
    ],
)
def test_money(base: RuleBase, text: str, unit: str, yuan: int) -> None:
    reading = _read(base, "annual_salary", text, unit=unit)
    assert reading.complaint is None
    assert reading.values == {"annual_salary": yuan * 100}


@pytest.mark.parametrize(
    ("text", "unit", "ends"),
    [
        ("30-40", "万元", (300_000, 400_000)),
        ("30万-40万", "", (300_000, 400_000)),
        ("30至40万", "", (300_000, 400_000)),
        ("30-40万", "万元", (300_000, 400_000)),
    ],
)
def test_a_range_of_money_is_in_one_unit(base: RuleBase, text: str, unit: str, ends: tuple[int, int]) -> None:
    reading = _read(base, "annual_salary", text, unit=unit)
    assert reading.complaint is None
    assert reading.values == {"annual_salary": Span(ends[0] * 100, ends[1] * 100)}


def test_a_price_may_say_of_what_and_an_area_be_a_range(base: RuleBase) -> None:
    for text in ("8,500元/㎡", "8500元每平米", "8.5千", "0.85万元/平"):
        assert _read(base, "home_price_per_m2", text).values == {"home_price_per_m2": 850_000}
    assert _read(base, "home_area", "100-120").values == {"home_area": Span(100, 120)}
    assert _read(base, "home_area", "100平方").values == {"home_area": 100}
    assert _read(base, "annual_salary", "8500元/㎡").complaint is not None


@pytest.mark.parametrize(
    ("text", "unit"),
    [("30-40", ""), ("400000", "万元"), ("40", ""), ("3年", ""), ("四十W", ""), ("1e5", ""), ("-5万", "")],
)
def test_money_that_is_not_plain_is_asked(base: RuleBase, text: str, unit: str) -> None:
    reading = _read(base, "annual_salary", text, unit=unit)
    assert not reading.values
    assert reading.complaint is not None and reading.complaint.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("博士研究生", "phd"),
        ("硕士研究生/硕士", "master"),
        ("大学本科", "bachelor"),
        ("本科\xa0", "bachelor"),
        ("碩士", "master"),
        ("本科学历", "bachelor"),
        ("硕士研究生毕业", "master"),
        ("大专", "associate"),
        ("PhD", "phd"),
        ("大学本科（学士）", "bachelor"),
    ],
)
def test_degrees(base: RuleBase, text: str, expected: str) -> None:
    assert _read(base, "degree", text).values["degree"] == expected


def test_degrees_with_more_in_them(base: RuleBase) -> None:
    assert _read(base, "degree", "全日制硕士").values == {"degree": "master", "study_mode": "full_time"}
    assert _read(base, "degree", "博士在读").values == {"degree": "phd", "degree_status": "studying"}
    assert _read(base, "degree", "研究生").values == {"degree": OneOf(frozenset({"master", "phd"}))}
    assert _read(base, "degree", "研究生/硕士").values == {"degree": "master"}


@pytest.mark.parametrize("text", ["本科/硕士", "硕士（同等学力申请）", "博士后", "硕士肄业"])
def test_degrees_that_are_not_plain(base: RuleBase, text: str) -> None:
    reading = _read(base, "degree", text)
    assert "degree" not in reading.values
    assert reading.complaint is not None and reading.complaint.severity == "error"


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
    assert _read(base, "title", text).values == {"title": expected}


def test_titles_that_are_planned_are_not_held(base: RuleBase) -> None:
    assert not _read(base, "title", "副教授（拟聘）").values
    remark = _read(base, "title", "高级工程师（化工）")
    assert remark.values == {"title": "vice_senior"}
    assert remark.complaint is not None and remark.complaint.severity == "warning"


@pytest.mark.parametrize(
    ("text", "value"), [("√", True), ("×", False), ("有", True), ("无", False), ("TRUE", True), ("否", False)]
)
def test_flags(base: RuleBase, text: str, value: bool) -> None:
    assert _read(base, "on_post", text).values == {"on_post": value}


@pytest.mark.parametrize("text", ["", "/", "—", "N/A", "不详", " "])
def test_blanks_are_unknown_and_no_complaint(base: RuleBase, text: str) -> None:
    for field in ("on_post", "degree", "annual_salary", "arrival_date", "school"):
        assert _read(base, field, text) == Reading()


def test_a_flag_is_answered_by_the_words_of_its_heading(base: RuleBase) -> None:
    for text, value in (("在岗", True), ("不在岗", False), ("在职在岗", True), ("未在岗", False)):
        assert _read(base, "on_post", text, header="是否在岗").values == {"on_post": value}
    for text in ("岗", "在", "退休", "不"):
        assert _read(base, "on_post", text, header="是否在岗").complaint is not None


def test_a_header_with_whether_names_the_choice(base: RuleBase) -> None:
    assert _read(base, "study_mode", "是", header="是否全日制").values == {"study_mode": "full_time"}
    assert _read(base, "study_mode", "否", header="是否全日制").values == {"study_mode": "part_time"}
    assert _read(base, "degree_status", "√", header="是否取得学位").values == {"degree_status": "obtained"}


@pytest.mark.parametrize(
    ("text", "unit", "months"),
    [
        ("3年", "", 36),
        ("三年半", "", 42),
        ("36", "月", 36),
        ("36个月", "", 36),
        ("3", "", 36),
        ("3", "年", 36),
        ("三年期", "", 36),
    ],
)
def test_durations(base: RuleBase, text: str, unit: str, months: int) -> None:
    assert _read(base, "contract_years", text, unit=unit).values == {"contract_years": months}


@pytest.mark.parametrize("text", ["36", "无固定期限", "长期"])
def test_durations_that_are_asked(base: RuleBase, text: str) -> None:
    assert _read(base, "contract_years", text).complaint is not None


def test_at_least_is_a_range(base: RuleBase) -> None:
    assert isinstance(_read(base, "contract_years", "3年以上").values["contract_years"], Span)


@pytest.mark.parametrize(
    ("text", "name"),
    [("北大", "北京大学"), ("清华大学", "清华大学"), ("清華大學", "清华大学"), ("内蒙古大学", "内蒙古大学")],
)
def test_schools(base: RuleBase, text: str, name: str) -> None:
    assert _read(base, "school", text).values == {"school": name}


def test_ambiguous_schools_are_asked(base: RuleBase) -> None:
    reading = _read(base, "school", "东大")
    assert not reading.values and reading.complaint is not None and "东北大学" in reading.complaint.message


@pytest.mark.parametrize("text", ["东胜", "东胜区", "鄂尔多斯市东胜区", "内蒙古鄂尔多斯市东胜区"])
def test_districts(base: RuleBase, text: str) -> None:
    assert base.vocabulary.fields["district"].show(_read(base, "district", text).values["district"]) == "东胜区"


# ── 身份证 ──────────────────────────────────────────────────────────────────────────────────

READER = IdentityReader(date(2024, 9, 1))


def test_an_identity_number_gives_a_birth_date_only() -> None:
    found = READER.read(identity("19900307"), as_number=False)
    assert found.born == date(1990, 3, 7).toordinal() and not found.code
    assert READER.read(identity("19900307").lower(), as_number=False).born


@pytest.mark.parametrize("text", ["150602199003071200", "1.50602199003071E+17"])
def test_a_number_kept_as_a_number_has_lost_its_end(text: str) -> None:
    assert READER.read(text, as_number=True).code == "B705"


def test_wrong_check_digits_and_old_numbers() -> None:
    good = identity("19900307")
    bad = good[:-1] + ("1" if good[-1] != "1" else "2")
    assert READER.read(bad, as_number=False).code == "B708"
    old = READER.read("150602900307123", as_number=False)
    assert old.severity == "warning" and old.born == date(1990, 3, 7).toordinal()
    assert READER.read("1506021990030712", as_number=False).code == "B708"


@pytest.mark.parametrize(
    "text",
    [
        "H12345678",
        "E12345678",
        "M1234567(8)",
        "FRA123456789012",
        "911124198108030024",
        identity("19900307", area="810000"),
    ],
)
def test_other_papers_are_not_called_invalid(text: str) -> None:
    assert not READER.read(text, as_number=False).code


def test_the_number_is_masked_everywhere() -> None:
    number = identity("19900307")
    assert number not in mask(f"见{number}号")
    assert mask("订单 123") == "订单 123"


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


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2024.7.8-2027.7.7", 36),
        ("2024年7月8日至2027年7月7日", 36),
        ("2024-07-08—2027-07-06", 35),
        ("20240708-20270708", 36),
        ("2024.7-2027.6", Span(34, 36)),
    ],
)
def test_a_contract_written_from_day_to_day_is_as_long_as_its_whole_months(
    base: RuleBase, text: str, months: int | Span
) -> None:
    assert _read(base, "contract_years", text).values == {"contract_years": months}


@pytest.mark.parametrize("text", ["2027.7.7-2024.7.8", "2024.13.1-2027.7.7"])
def test_a_contract_that_ends_before_it_begins_or_on_no_day_is_asked(base: RuleBase, text: str) -> None:
    assert _read(base, "contract_years", text).complaint is not None


@pytest.mark.parametrize("text", ["无固定期限", "长期", "不定期"])
def test_a_contract_without_a_term_is_asked_for_how_long_in_the_words_of_the_cell(base: RuleBase, text: str) -> None:
    complaint = _read(base, "contract_years", text).complaint
    assert complaint is not None and f"`{text}` 没有写是多久" in complaint.message and "3年以上" in complaint.hint


@pytest.mark.parametrize(
    ("text", "degree"), [("专升本", "bachelor"), ("全日制专升本", "bachelor"), ("在职硕士", "master")]
)
def test_a_degree_is_the_same_by_whatever_way_it_was_reached(base: RuleBase, text: str, degree: str) -> None:
    assert _read(base, "degree", text).values["degree"] == degree


@pytest.mark.parametrize("post", ["会计", "钳工（技师）", "生产/调度"])
def test_a_post_that_is_none_of_the_kinds_stays_unknown_and_is_no_mistake(base: RuleBase, post: str) -> None:
    reading = _read(base, "job_role", post)
    assert not reading.values and reading.complaint is not None and reading.complaint.severity == "warning"
    assert "其他岗位" in reading.complaint.hint and "技术研发带头人" in reading.complaint.hint
    assert _read(base, "job_role", "财务总监").values == {"job_role": "senior_exec"}


@pytest.mark.parametrize("text", ["离职", "已调离", "不在岗"])
def test_who_has_left_is_not_on_the_post(base: RuleBase, text: str) -> None:
    assert _read(base, "on_post", text).values == {"on_post": False}


def test_a_school_abroad_is_told_where_it_belongs_whatever_it_looks_like(base: RuleBase) -> None:
    complaint = _read(base, "school", "曼彻斯特大学").complaint
    assert complaint is not None and "境外院校" in complaint.hint


def test_a_state_enterprise_may_be_the_citys_or_anothers_and_is_asked(base: RuleBase) -> None:
    reading = _read(base, "employer_type", "国企")
    assert isinstance(reading.values["employer_type"], OneOf)
    assert reading.complaint is not None and reading.complaint.severity == "warning"


def test_nothing_where_no_choice_means_nothing_is_a_blank(base: RuleBase) -> None:
    assert _read(base, "degree", "无") == _read(base, "degree", "") == Reading()
    assert _read(base, "title", "无").values == {"title": "none"}


@pytest.mark.parametrize("text", ["试用期6个月", "合同期见附件", "3年（自2024.8）"])
def test_a_complaint_of_a_number_quotes_the_whole_cell(base: RuleBase, text: str) -> None:
    complaint = _read(base, "contract_years", text).complaint
    assert complaint is not None and f"`{text}`" in complaint.message and "3年" in complaint.hint


def _said(base: RuleBase, field: str, text: str) -> str:
    """The fact a cell gives, in words; else what is advised."""
    found = _read(base, field, text, today=date(2024, 9, 1))
    entry = base.vocabulary.fields[field]
    if found.complaint is not None:
        return base.vocabulary.advice(entry, text, found.complaint.hint)
    return entry.show(found.values[field])


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
    assert _said(base, field, text) == said


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
    assert _said(base, field, text) == said


@pytest.mark.parametrize(("text", "degree"), [("双学位", "本科"), ("双学士学位", "本科"), ("双硕士", "硕士")])
def test_two_degrees_are_of_one_level(base: RuleBase, text: str, degree: str) -> None:
    assert _said(base, "degree", text) == degree


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
    assert _said(base, field, text) == hint


def test_a_zone_is_no_district_and_is_told_where_to_write_it(base: RuleBase) -> None:
    assert _said(base, "district", "高新区").startswith("写在“功能区”里；旗区可写：东胜区、")


def test_a_contract_told_twice_is_read_where_both_agree(base: RuleBase) -> None:
    assert _said(base, "contract_years", "3年（2024.8-2027.7）") == "3年"
    assert _said(base, "contract_years", "5年（2024.8-2027.7）") == "核对后只写一样"


def test_an_enterprise_is_one_of_the_enterprises_and_is_asked(base: RuleBase) -> None:
    found = _read(base, "employer_type", "企业")
    assert found.complaint is not None and found.complaint.code == "B754"
    assert found.values["employer_type"] == OneOf(
        frozenset({"private", "soe_municipal", "central_enterprise", "regional_direct"})
    )


def test_a_degree_still_studied_for_may_say_so_in_brackets(base: RuleBase) -> None:
    assert _read(base, "degree", "硕士研究生（在读）").values == {"degree": "master", "degree_status": "studying"}


def test_a_yes_with_a_remark_is_a_yes_and_the_remark_is_named(base: RuleBase) -> None:
    found = _read(base, "from_outside", "是（北京）")
    assert found.values == {"from_outside": True}
    assert found.complaint is not None and (found.complaint.code, found.complaint.severity) == ("B755", "warning")
    assert not _read(base, "from_outside", "是（待定）").values


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("on_post", "是，已离职"),
        ("on_post", "是（2024年8月离职）"),
        ("on_post", "是（停薪留职）"),
        ("on_post", "是（2024-12入职）"),
        ("talent_category", "F类 已到期"),
        ("talent_category", "F类（公示中）"),
        ("from_outside", "是（本市户籍）"),
        ("from_outside", "是（从东胜来）"),
        ("from_outside", "是（存疑）"),
        ("from_outside", "否（已改为是）"),
        ("first_time", "是（第二次来）"),
        ("first_time", "是（张三经办）"),
        ("contract_years", "3年（已解除）"),
        ("contract_years", "3年(劳务派遣)"),
        ("key_enterprise", "是（2022年在册，2024年已出册）"),
        ("tax_paid", "是，欠缴"),
        ("annual_salary", "65万（含任期激励）"),
        ("annual_salary", "65万（税后）"),
        ("title", "副高（已解聘）"),
        ("engagement", "全职（已离职）"),
        ("home_area", "90平（未交房）"),
    ],
)
def test_a_remark_that_takes_a_value_back_or_doubts_it_leaves_it_unknown(base: RuleBase, field: str, text: str) -> None:
    found = _read(base, field, text, today=date(2024, 9, 1))
    assert not found.values
    assert found.complaint is not None and (found.complaint.code, found.complaint.severity) == ("B757", "error")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("annual_salary", "65万（税前）", "65万元"),
        ("annual_salary", "65万（基本+绩效，不含任期激励）", "65万元"),
        ("annual_salary", "65万（不含任期激励）", "65万元"),
        ("contract_years", "3年（劳动合同）", "3年"),
        ("home_area", "90平（建筑面积）", "90㎡"),
    ],
)
def test_a_remark_that_says_nothing_new_is_no_matter(base: RuleBase, field: str, text: str, said: str) -> None:
    found = _read(base, field, text)
    assert found.complaint is None and base.vocabulary.fields[field].show(found.values[field]) == said


@pytest.mark.parametrize(
    ("field", "text", "remark"),
    [
        ("on_post", "是（2024-03-01入职）", "2024-03-01入职"),
        ("on_post", "是（试用期）", "试用期"),
        ("from_outside", "是（无锡）", "无锡"),
        ("from_outside", "否（已取消）", "已取消"),
        ("talent_category", "F类（2023年认定）", "2023年认定"),
        ("home_price_per_m2", "8000（预售）", "预售"),
        ("contract_years", "3年（甲方）", "甲方"),
    ],
)
def test_a_remark_that_takes_nothing_back_is_named(base: RuleBase, field: str, text: str, remark: str) -> None:
    found = _read(base, field, text, today=date(2024, 9, 1))
    assert field in found.values and found.complaint is not None
    assert found.complaint.severity == "warning" and f"`{remark}`" in found.complaint.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("工学博士", {"degree": "phd"}),
        ("工学学士", {"degree": "bachelor"}),
        ("工商管理硕士", {"degree": "master"}),
        ("博士（工学）", {"degree": "phd"}),
        ("理学硕士学位", {"degree": "master"}),
        ("工学博士在读", {"degree": "phd", "degree_status": "studying"}),
        ("硕士（非全日制）", {"degree": "master", "study_mode": "part_time"}),
        ("荣誉工学博士", {}),
        ("管理学博士后", {}),
    ],
)
def test_a_degree_may_name_its_subject(base: RuleBase, text: str, said: dict[str, str]) -> None:
    assert _read(base, "degree", text).values == said


def test_a_whether_is_answered_whatever_number_the_question_has(base: RuleBase) -> None:
    assert _read(base, "engagement", "是", header="4、是否全职").values == {"engagement": "full_time"}
