"""Every form an amount can have comes to the same for a table of people as for each of them alone."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pyarrow as pa
import pytest

from snippets import VOCABULARY, benefit, document, loaded
from talent_rules.engines.columns import decide_table
from talent_rules.engines.sql_run import run_sql
from talent_rules.library import with_verbs

DAY = date(2024, 9, 1)
WORDS = VOCABULARY.replace(
    "蕴含:",
    """  - {id: price, 名称: 单价, 类型: 金额, 范围: [0, 10万], 问法: 单价多少？}
  - {id: months, 名称: 租房月数, 类型: 月数, 单位: 月, 范围: [0, 120], 问法: 几个月？}
  - {id: old, 名称: 老人数, 类型: 整数, 单位: 人, 范围: [0, 2], 问法: 几位老人？}
蕴含:""",
)
FORMS = [
    "{比例: 10%, 基数: 年薪}",
    "{比例: 33.3%, 基数: 年薪, 封顶: 10万元}",
    "{每月: 1500元, 月数: 租房月数}",
    "{每月: 1500元, 月数: 租房月数, 共: 36个月}",
    "{每月: {表: {方式: 首行, 列: [学位, 金额], 行: [[博士, 2000元], [硕士, 1500元]]}}, 月数: 租房月数, 共: 36个月}",
    "{每月: {比例: 50%, 基数: 单价}, 共: 12个月}",
    "{每年: 2000元, 人数: 老人数}",
    "{每年: {区间: [2000元, 3000元]}, 人数: 老人数, 共: 3年}",
    "{每年: {比例: 10%, 基数: 年薪, 封顶: 3.3万元}, 共: 3年}",
    "{面积: 100㎡, 单价: 单价, 实际面积: 购房面积}",
    "{面积: 100㎡, 单价: 单价, 实际面积: 购房面积, 不足: 待定}",
    "{面积: {表: {方式: 首行, 列: [学位, 金额], 行: [[博士, 120.5㎡], [任意, 80㎡]]}}, 单价: 单价, 实际面积: 购房面积}",
    "{表: {方式: 首行, 列: [年薪, 金额], 行: [[不超过 33万元, {比例: 10%, 基数: 年薪}], [任意, 至少 3万元]]}}",
    "{表: {方式: 合计, 列: [学位, 双一流, 金额], 行: [[博士, 任意, {比例: 10%, 基数: 年薪}], [任意, 是, 20万元]]}}",
    "{表: {方式: 合计, 列: [学位, 双一流, 金额], 行: [[博士, 任意, 10万元], [任意, 是, 20万元]], 封顶: 25万元}}",
    "{表: {方式: 取高, 列: [学位, 双一流, 金额], 行: [[博士, 任意, 10万元], [任意, 是, 20万元]]}}",
    "{表: {方式: 取高, 列: [学位, 双一流, 金额], 行: [[博士, 任意, {比例: 10%, 基数: 年薪}], [任意, 是, 2万元]]}}",
    "{比例: 10%, 基数: 年薪, 取整: 百元}",
]
PEOPLE = [
    {name: value for name, value in zip(("学位", "双一流", "年薪", "单价", "购房面积", "租房月数", "老人数"), row, strict=True) if value}
    for row in product(("博士", "硕士", ""), ("是", ""), ("123456.78", "40万元以上", ""), ("6001.5",), ("99.99", ""), ("12", "40", ""), ("1", ""))
]  # fmt: skip


@pytest.mark.parametrize("amount", FORMS)
def test_a_table_pays_what_one_person_is_paid(amount: str, tmp_path: Path) -> None:
    base = with_verbs(loaded(tmp_path, document(benefit("a", "{任一: [学位 至少 硕士, 双一流 是 是]}", amount)), WORDS))
    names = sorted({name for person in PEOPLE for name in person})
    table = pa.table({name: pa.array([person.get(name) for person in PEOPLE]) for name in names})
    by_columns, by_sql = decide_table(base, table, DAY).to_pylist(), run_sql(base, table, DAY).to_pylist()
    for person, row, other in zip(PEOPLE, by_columns, by_sql, strict=True):
        verdict = base.decide(person, as_of=DAY)["a"]
        assert row["p/a.outcome"] == verdict.outcome.value, person
        wanted = (None, None) if verdict.amount is None else (verdict.amount.reported.lo, verdict.amount.reported.hi)
        assert (row["p/a.lo"], row["p/a.hi"]) == wanted, person
        if verdict.amount is not None and other["p/a.lo"] is not None:  # SQL may be less sure, never surer
            assert other["p/a.lo"] <= wanted[0]
            assert other["p/a.hi"] is None or (wanted[1] is not None and other["p/a.hi"] >= wanted[1])
