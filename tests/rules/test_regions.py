"""Sets of people in words: what a lint finding and a comparison of versions say."""

from __future__ import annotations

from pathlib import Path

import pytest

from snippets import benefit, document, loaded
from talent_rules.conditions import AllOf
from talent_rules.regions import beside, certain, circuit_space, deciding, joint_space, thinkable

WORDS = [
    ("年龄 不超过 40周岁", "年龄 40周岁以下"),
    ("年龄 在 41 至 45周岁 之间", "年龄 41周岁至45周岁"),
    ("年龄 是 35周岁", "年龄 35周岁"),
    ("年龄 不是 35周岁", "年龄 34周岁以下或36周岁以上"),
    ("劳动合同年限 不满 3年", "劳动合同年限 不满3年"),
    ("劳动合同年限 超过 3年", "劳动合同年限 超过3年"),
    ("年薪 至少 60万元", "年薪 60万元以上"),
    ("年薪 不满 60万元", "年薪 不满60万元"),
    ("年薪 不超过 60万元", "年薪 60万元以下"),
    ("购房面积 不满 90㎡", "购房面积 不满90㎡"),
    ("引进日期 不早于 2021-08-24", "引进日期 2021-08-24起"),
    ("引进日期 早于 2021-08-24", "引进日期 2021-08-23及以前"),
    ("学位 至少 硕士", "学位 硕士或博士"),
    ("境外院校 是 是", "境外院校 是"),
    ("荣誉 包含 工匠", "荣誉包含工匠"),
    ("荣誉 不包含 工匠", "荣誉不含工匠"),
]


@pytest.mark.parametrize(("line", "words"), WORDS)
def test_a_line_comes_back_in_words(line: str, words: str, tmp_path: Path) -> None:
    base = loaded(tmp_path, document(benefit("a", f"[{line}]")))
    space = joint_space(base, [base.benefits[0].condition])
    (box,) = space.cover(space.formula(base.benefits[0].condition))
    assert space.words(box, only=[a for a in space.axes if a.field != "top"]) == words


def test_a_witness_reads_back_as_facts(tmp_path: Path) -> None:
    base = loaded(tmp_path, document(benefit("a", "[年龄 超过 40周岁, 学位 是 博士, 荣誉 包含 工匠]")))
    space = circuit_space(base, base.circuits[0])
    box = space.witness(base.circuits[0].condition)
    assert box is not None
    facts = space.facts(box)
    assert facts.get("age") == 41 and facts.get("degree") == "phd" and facts.get("honours") == frozenset({"craft"})


def test_what_is_left_open_may_and_need_not(tmp_path: Path) -> None:
    base = loaded(tmp_path, document(benefit("a", "[学位 是 博士, 待定: 没有载明]")))
    space, whole = circuit_space(base, base.circuits[0]), base.circuits[0].condition
    assert space.possible(thinkable(space, whole)) and not space.possible(certain(space, whole))


def test_a_part_decides_where_its_siblings_leave_it_to_it(tmp_path: Path) -> None:
    """In (甲 and (乙 or 丙)), 乙 decides where 甲 holds and 丙 does not."""
    base = loaded(tmp_path, document(benefit("a", "[学位 是 博士, 任一: [双一流 是 是, 境外院校 是 是]]")))
    condition = base.benefits[0].condition
    true, false = beside(condition, (1, 0))
    assert [c.text for c in true] == ["学位 是 博士"]  # type: ignore[union-attr]
    assert [c.text for c in false] == ["境外院校 是 是"]  # type: ignore[union-attr]
    space = circuit_space(base, base.circuits[0])
    root = AllOf((base.benefits[0].scope, condition))
    box = space.witness(deciding(space, root, (1, 1, 0)))
    assert box is not None and "学位=博士" in space.person(box) and "境外院校=否" in space.person(box)
