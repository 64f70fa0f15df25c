"""Headings of a table: which are the field they look like, and which only may be."""

from __future__ import annotations

import pytest

from talent_rules.library import RuleBase
from talent_rules.tables.header import IGNORED, MappedColumn, TableMapping, override, role_of, suggestions


def _hint(base: RuleBase, header: str) -> str:
    found = TableMapping(1, (MappedColumn(0, header, IGNORED),), 0)
    return suggestions(found, base.vocabulary).get(header, "")


@pytest.mark.parametrize(
    "header",
    [
        "年收入（含任期激励，万元）",
        "上年税前薪酬（含任期激励）",
        "年薪（税后）",
        "年薪（预计，万元）",
        "上年年薪（税后，万元）",
    ],
)
def test_a_salary_that_counts_something_else_is_not_the_salary_the_rules_mean(base: RuleBase, header: str) -> None:
    assert role_of(header, base.vocabulary) == ("", "")
    assert "与“上年税前薪酬”不是一个数。只算基本年薪加绩效，不算任期激励" in _hint(base, header)


def test_whoever_knows_better_can_still_map_it(base: RuleBase) -> None:
    found = TableMapping(1, (MappedColumn(0, "年收入（含任期激励，万元）", IGNORED),), 0)
    (column,) = override(found, ["年收入（含任期激励，万元）=上年税前薪酬"], base.vocabulary).columns
    assert (column.role, column.unit) == ("annual_salary", "万元")


@pytest.mark.parametrize(
    ("header", "field", "unit"),
    [
        ("上年税前薪酬（不含任期激励）", "annual_salary", ""),
        ("年薪（税前，万元）", "annual_salary", "万元"),
        ("年薪（含绩效）", "annual_salary", ""),
        ("上年度税前年薪(万元)", "annual_salary", "万元"),
        ("购房均价", "home_price_per_m2", ""),
        ("月租金（元/月）", "monthly_rent", "元/月"),
        ("购房单价（万元/㎡）", "home_price_per_m2", "万元/m2"),
        ("购房单价（千元每平方米）", "home_price_per_m2", "千元/平方米"),
        ("上年税前薪酬（万/年）", "annual_salary", "万/年"),
        ("年薪（万元/人）", "annual_salary", "万元/人"),
        ("年收入(千元)", "annual_salary", "千元"),
        ("年薪 万元", "annual_salary", "万元"),
        ("年薪/万元（税前）", "annual_salary", "万元"),
        ("上年年薪（万元）", "annual_salary", "万元"),
        ("是否目录内重点企业", "key_enterprise", ""),
    ],
)
def test_a_heading_that_means_the_field_is_it(base: RuleBase, header: str, field: str, unit: str) -> None:
    assert role_of(header, base.vocabulary) == (field, unit)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("人才层次", "人才类别"),
        ("人才等级", "人才类别"),
        ("在职状态", "在职在岗"),
        ("参加工作/引进时间", "引进日期"),
    ],
)
def test_a_heading_that_may_be_a_field_is_asked_not_taken(base: RuleBase, header: str, name: str) -> None:
    assert role_of(header, base.vocabulary) == ("", "")
    assert _hint(base, header) == f"你是不是想写 `{name}`？"
