"""Small rule bases for the tests of the checks: a vocabulary of ten fields, and rule files as text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from talent_rules.checks import run_checks
from talent_rules.compiler.load import load_folder
from talent_rules.model import Problem
from talent_rules.rulebase import RuleBase

TODAY = date(2026, 11, 21)
VOCABULARY = """字段:
  - {id: application_date, 名称: 申请日期, 类型: 日期}
  - {id: arrival_date, 名称: 引进日期, 类型: 日期, 问法: 哪天来的？}
  - {id: birth_date, 名称: 出生日期, 类型: 日期, 问法: 哪天出生？}
  - {id: age, 名称: 年龄, 类型: 整数, 单位: 周岁, 范围: [0, 120], 推导: {年龄: birth_date, 按: application_date}}
  - {id: degree, 名称: 学位, 类型: 有序枚举, 问法: 什么学位？, 取值: [{id: bachelor, 名称: 本科}, {id: master, 名称: 硕士}, {id: phd, 名称: 博士}]}
  - {id: top, 名称: 双一流, 类型: 是非, 问法: 是双一流吗？}
  - {id: overseas, 名称: 境外院校, 类型: 是非, 问法: 是境外吗？}
  - {id: years, 名称: 劳动合同年限, 类型: 月数, 单位: 年, 范围: [0, 50], 问法: 签几年？}
  - {id: pay, 名称: 年薪, 类型: 金额, 问法: 年薪多少？}
  - {id: home, 名称: 购房面积, 类型: 面积, 问法: 多大？}
  - {id: honours, 名称: 荣誉, 类型: 集合, 问法: 得过什么奖？, 取值: [{id: star, 名称: 明日之星}, {id: craft, 名称: 工匠}]}
蕴含:
  - {若: 双一流 是 是, 则: 境外院校 是 否, 依据: 都在内地}
"""
HEAD = """政策:
  id: p
  名称: 办法
  有效期: {自: 2020-01-01}
  来源: [{代号: S, 级别: A}]
"""


def benefit(
    name: str, when: str, amount: str = "10万元", basis: str = "{来源: S, 摘要: 照办法}", more: str = ""
) -> str:
    """One benefit in five lines: `id`, name, condition, amount, basis."""
    extra = f"    {more}\n" if more else ""
    return f"  - id: {name}\n    名称: {name}项\n    条件: {when}\n    金额: {amount}\n{extra}    依据: {basis}\n"


def document(*benefits: str, tail: str = "", head: str = HEAD) -> str:
    """A whole rule file."""
    return head + "待遇:\n" + "".join(benefits) + tail


def write(folder: Path, text: str, vocabulary: str = VOCABULARY, name: str = "p.yaml") -> Path:
    (folder / "x").mkdir(exist_ok=True, parents=True)
    (folder / "vocabulary.yaml").write_text(vocabulary, encoding="utf-8")
    path = folder / "x" / name
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str, vocabulary: str = VOCABULARY) -> RuleBase:
    """The rule base of one file; no errors are tolerated."""
    path = write(folder, text, vocabulary)
    base, problems = load_folder(folder, [path], "x")
    assert base is not None and not [p for p in problems if p.severity == "error"], problems
    return base


def findings(folder: Path, text: str, code: str, vocabulary: str = VOCABULARY) -> list[Problem]:
    """What one check says of one file."""
    base = loaded(folder, text, vocabulary)
    return [p for p in run_checks(base, TODAY, folder) if p.code == code]


def line_of(text: str, words: str) -> int:
    """The line some words stand on, the only one."""
    lines = [n for n, line in enumerate(text.split("\n"), 1) if words in line]
    assert len(lines) == 1, (words, lines)
    return lines[0]
