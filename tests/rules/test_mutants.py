"""The mutants themselves: what is changed, what is caught, what is no change at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutants import Bench, Mutator, moved
from snippets import benefit, document, write
from talent_rules.source import Report, read_text

RULE = benefit("a", "[学位 至少 硕士, 年龄 不超过 40周岁]", "10万元")
CASES = """用例:
  - {名称: 界上, 时点: 2024-09-01, 给定: {学位: 硕士, 年龄: 40}, 期望: {a: 符合, a.金额: [10万元, 10万元]}}
  - {名称: 过界, 时点: 2024-09-01, 给定: {学位: 硕士, 年龄: 41}, 期望: {a: 不符合}}
  - {名称: 差一级, 时点: 2024-09-01, 给定: {学位: 本科, 年龄: 40}, 期望: {a: 不符合}}
  - {名称: 头一天, 时点: 2020-01-01, 给定: {学位: 硕士, 年龄: 40}, 期望: {a: 符合}}
  - {名称: 前一天, 时点: 2019-12-31, 给定: {学位: 硕士, 年龄: 40}, 期望: {a: 不适用}}
"""


def fates(folder: Path, text: str) -> dict[str, str]:
    """Each mutant of the one file, as words, and how it ended."""
    write(folder, text)
    bench = Bench(folder, "x")
    root = read_text(text, "x/p.yaml", Report())
    assert root is not None
    return {f"{m.old} → {m.new}": bench.caught(m) for m in Mutator(root, bench.base).mutants()}


def test_good_cases_catch_every_mutant(tmp_path: Path) -> None:
    found = fates(tmp_path, document(RULE, tail=CASES))
    assert found and set(found.values()) == {"用例"}, {m for m, how in found.items() if how != "用例"}
    assert {"10万元 → 11万元", "学位 至少 硕士 → 学位 超过 硕士"} <= found.keys()


def test_without_cases_they_live(tmp_path: Path) -> None:
    assert set(fates(tmp_path, document(RULE)).values()) == {""}


def test_what_changes_nobody_is_no_mutant(tmp_path: Path) -> None:
    found = fates(tmp_path, document(benefit("a", "[学位 是 博士, 学位 至少 硕士]")))
    assert found["学位 至少 硕士 → 学位 超过 硕士"] == "等价"


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("至少 35周岁", ["至少 36周岁", "至少 34周岁"]),
        ("2024-03-01", ["2024-03-02", "2024-02-29"]),
        ("晚于 2021-12", ["晚于 2022-01", "晚于 2021-11"]),
        ("1.5亿元", ["2.5亿元"]),
        ("每月 1500元 共 36个月", ["每月 1501元 共 36个月", "每月 1499元 共 36个月", "每月 1500元 共 37个月", "每月 1500元 共 35个月"]),
    ],
)  # fmt: skip
def test_figures_move_by_one(text: str, steps: list[str]) -> None:
    assert list(moved(text)) == steps
