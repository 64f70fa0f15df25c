"""Remarks beside a value: whether it still holds with them."""

from __future__ import annotations

from datetime import date

import pytest

from batch.cells import read
from talent_rules.library import RuleBase


def test_a_yes_with_a_remark_is_a_yes_and_the_remark_is_named(base: RuleBase) -> None:
    found = read(base, "from_outside", "是（北京）")
    assert found.values == {"from_outside": True}
    assert found.complaint is not None and (found.complaint.code, found.complaint.severity) == ("B755", "warning")
    assert not read(base, "from_outside", "是（待定）").values


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
    found = read(base, field, text, today=date(2024, 9, 1))
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
    found = read(base, field, text)
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
    found = read(base, field, text, today=date(2024, 9, 1))
    assert field in found.values and found.complaint is not None
    assert found.complaint.severity == "warning" and f"`{remark}`" in found.complaint.message


@pytest.mark.parametrize("state", ["学位证认证中", "办理中", "审核中", "待发", "补办", "制证中", "学位证补发"])
def test_certificates_still_under_way_are_not_there_yet(base: RuleBase, state: str) -> None:
    assert not read(base, "certs", f"双证（{state}）").values


@pytest.mark.parametrize("text", ["讲师(2019年评)", "讲师（2019年12月评定）", "讲师（2019.12评）", "讲师（已评）"])
def test_a_title_awarded_in_a_year_gone_by_is_held(base: RuleBase, text: str) -> None:
    found = read(base, "title", text, today=date(2024, 9, 1))
    assert found.values == read(base, "title", "讲师").values
    assert found.complaint is not None and found.complaint.severity == "warning"


@pytest.mark.parametrize(
    "text", ["讲师（2025年评）", "讲师（正在评）", "讲师（2024年申评）", "讲师（评审中）", "讲师（拟2024年评）"]
)
def test_a_title_still_to_be_awarded_is_not_held(base: RuleBase, text: str) -> None:
    assert not read(base, "title", text, today=date(2024, 9, 1)).values
