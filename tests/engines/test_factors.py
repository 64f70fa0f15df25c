"""Requirements that share no fact are judged apart; together they come to what `decide` says, clashing facts too."""

from __future__ import annotations

import itertools
import shutil
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from houses import HOUSE
from talent_rules import RuleBase, load
from talent_rules.engines.columns import decide_table, plan_of

DAY = date(2024, 9, 1)

FLAGS = ("甲", "乙", "丙", "丁")
VOCABULARY = """
字段:
{fields}
蕴含:
  - {{若: [丙 是 是, 甲 是 是], 则: 乙 是 是, 依据: 测试用}}
  - {{若: [丙 是 是, 甲 是 是], 则: 乙 是 否, 依据: 测试用}}
  - {{若: [丙 是 是, 甲 是 否], 则: 乙 是 是, 依据: 测试用}}
  - {{若: [丙 是 是, 甲 是 否], 则: 乙 是 否, 依据: 测试用}}
"""
POLICY = """
政策:
  id: town-clash
  名称: 测试市两难办法
  简称: 两难办法
  有效期: {自: 2024-01-01, 至: 2026-12-31}
  适用时点: 申请日期
  来源:
    - {代号: A1, 名称: 政府公报, 日期: 2024-01-01, 级别: A}
待遇:
  - id: grant
    名称: 两难补贴
    类别: settlement
    条件:
      - 丁 是 是
      - 学位 至少 硕士
      - 任一: [甲 是 是, 乙 是 是]
      - 人工核验: 单位是否有岗位
    金额:
      表:
        方式: 首行
        列: [学位, 金额]
        行:
          - [博士, 4万元]
          - [硕士, 2万元]
    依据: {来源: A1, 条款: 第一条, 摘要: 测试用}
"""
FIELD = "  - {{id: flag_{n}, 名称: {name}, 类型: 是非, 问法: {name}吗？, 为什么问: 测试用。, 例: 是, 可变性: 可变}}"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> RuleBase:
    """The small town with a fact, 丙, that nobody can state: each way of filling in the others contradicts it."""
    folder = tmp_path_factory.mktemp("clash") / "rules"
    shutil.copytree(HOUSE, folder)
    fields = "\n".join(FIELD.format(n=n, name=name) for n, name in enumerate(FLAGS))
    (folder / "town" / "vocabulary.yaml").write_text(VOCABULARY.format(fields=fields), encoding="utf-8")
    (folder / "town" / "clash.yaml").write_text(POLICY, encoding="utf-8")
    return load("town", folder)


def _everybody() -> list[dict[str, Any]]:
    known = [(True, False, None)] * len(FLAGS)
    return [
        {**dict(zip(FLAGS, flags, strict=True)), "学位": degree, "年龄": 30}
        for flags in itertools.product(*known)
        for degree in ("博士", "本科", None)
    ]


def test_whatever_is_known_a_table_says_what_one_person_is_told(base: RuleBase) -> None:
    people = _everybody()
    rows = decide_table(base, pa.Table.from_pylist(people), DAY).to_pylist()
    for person, row in zip(people, rows, strict=True):
        alone = base.decide({k: v for k, v in person.items() if v is not None}, as_of=DAY)
        for verdict in alone.verdicts:
            said = row[f"{verdict.benefit}.outcome"], row[f"{verdict.benefit}.lo"], row[f"{verdict.benefit}.missing"]
            money = None if verdict.amount is None else verdict.amount.reported.lo
            assert said == (verdict.outcome.value, money, "、".join(verdict.missing)), (person, verdict.benefit)
        assert (row["guaranteed"], row["possible"]) == (alone.total.guaranteed, alone.total.possible)


def test_facts_that_no_answer_can_reconcile_are_taken_at_their_word(base: RuleBase) -> None:
    """丙 alone contradicts nothing that is written, only everything that could be answered."""
    decide_table(base, pa.Table.from_pylist(_everybody()), DAY)
    partition = plan_of(base).partition(base.number_of("town-clash/grant"))
    assert any(partition.judged_elsewhere(part) for part in range(partition.parts))


def test_requirements_that_share_no_fact_are_factors_of_their_own(base: RuleBase) -> None:
    partition = plan_of(base).partition(base.number_of("town-clash/grant"))
    axes = [{base.circuits[partition.number].axes[a].field for a in f.group.axes} for f in partition.factors]
    assert {"flag_3"} in axes and {"flag_0", "flag_1", "flag_2"} in axes and {"degree"} in axes
    assert sum(f.group.amount for f in partition.factors) == 1
