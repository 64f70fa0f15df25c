"""A list of names a clerk adds: what is wrong with its table is said, and nobody is refused for it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from houses import ROOT
from talent_rules.checks.command import lint
from talent_rules.compiler.load import load_folder
from talent_rules.library import load

HOUSE = ROOT / "tests" / "house"
LISTED = "  - {id: leaders, 名称: 领军企业, 文件: leaders.csv, 名称列: 企业名称, 成员列: {入选: 2020-01-01}}\n"
TABLE = "企业名称,入选\n甲能源公司,是\n乙化工公司,否\n"
FIELD = "字段:\n  - {id: employer, 名称: 工作单位, 类型: 名单成员, 名单: leaders, 问法: 在哪家企业？}\n"
RULE = """政策:
  id: firms
  名称: 引才补贴
  来源: [{代号: T1, 名称: 通知, 级别: A}]
待遇:
  - {id: award, 名称: 引才补贴, 条件: [工作单位 属于 名单.leaders], 金额: 3万元, 依据: {来源: T1}}
"""


def written(folder: Path, listed: str = LISTED, table: bytes = TABLE.encode(), field: str = FIELD) -> Path:
    """The test house with a list of enterprises of its own."""
    shutil.copytree(HOUSE, folder, dirs_exist_ok=True)
    index = folder / "reference" / "lists.yaml"
    index.write_text(index.read_text(encoding="utf-8").rstrip("\n") + "\n" + listed, encoding="utf-8")
    (folder / "reference" / "leaders.csv").write_bytes(table)
    (folder / "town" / "vocabulary.yaml").write_text(field, encoding="utf-8")
    (folder / "town" / "firms.yaml").write_text(RULE, encoding="utf-8")
    return folder


def said(folder: Path) -> list[str]:
    """The errors of the folder: place, message and hint."""
    problems = load_folder(folder, [folder / "town" / "firms.yaml"], "town")[1]
    return [f"{p.place} {p.code} {p.message} → {p.hint}" for p in problems if p.severity == "error"]


def test_who_works_for_a_listed_enterprise_gets_the_award(tmp_path: Path) -> None:
    assert said(written(tmp_path)) == []
    rules = load("town", tmp_path)
    (award,) = [
        v for v in rules.decide({"工作单位": "甲能源公司"}, as_of=date(2024, 6, 1)).verdicts if v.name == "引才补贴"
    ]
    assert award.outcome.label == "符合"


@pytest.mark.parametrize(
    ("listed", "table", "field", "expected"),
    [
        pytest.param(
            LISTED.replace("名称列: 企业名称", "名称列: 企业名"), TABLE.encode(), FIELD,
            "R511 leaders.csv 里没有 `企业名` 这一列 → 你是不是想写 `企业名称`？", id="a column called otherwise",
        ),
        pytest.param(
            LISTED.replace("{入选:", "{是否上榜:"), TABLE.encode(), FIELD,
            "R511 leaders.csv 里没有 `是否上榜` 这一列 → 有的列：企业名称、入选", id="a mark called otherwise",
        ),
        pytest.param(
            LISTED.replace("{入选: 2020-01-01}", "入选"), TABLE.encode(), FIELD,
            "K202 成员列要写列名和起始日期 → 例如 `{入选: 2027-01-01}`；每一行都是成员的不写成员列", id="a mark without its day",
        ),
        pytest.param(
            LISTED, TABLE.replace("甲能源公司,是", "甲能源公司,√").encode(), FIELD,
            "R511 名单第 2 行“甲能源公司”的 入选 写了 `√` → 写 是 或 否", id="a tick for yes",
        ),
        pytest.param(
            LISTED, TABLE.encode("gbk"), FIELD,
            "S103 名单文件 `leaders.csv` 不是 UTF-8 编码 → 在 Excel 里另存为“CSV UTF-8（逗号分隔）”", id="saved by Excel as GBK",
        ),
        pytest.param(
            LISTED.replace("id: leaders", "代号: leaders"), TABLE.encode(), FIELD,
            "K203 名单缺少 `id` → 补上这一项", id="without an id",
        ),
        pytest.param(
            LISTED, TABLE.encode(), FIELD.replace("名单: leaders", "名单: leader"),
            "R511 没有名单 `leader` → 你是不是想写 `leaders`？", id="a field that names another list",
        ),
        pytest.param(
            LISTED, TABLE.encode(), FIELD.replace("名单: leaders, ", ""),
            "K203 `employer` 是名单成员，缺少 `名单` → 补上，如 `名单: universities`", id="a field that names no list",
        ),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_said_and_nobody_is_refused_for_it(
    listed: str, table: bytes, field: str, expected: str, tmp_path: Path
) -> None:
    found = said(written(tmp_path, listed, table, field))
    assert any(line.endswith(expected) for line in found), found


def test_an_enterprise_that_is_not_listed_is_not_told_of_foreign_schools(tmp_path: Path) -> None:
    rules = load("town", written(tmp_path))
    (problem,) = rules.decide({"工作单位": "丙商贸公司"}, as_of=date(2024, 6, 1)).problems
    assert problem.message == "工作单位名单里没有 `丙商贸公司`" and "境外" not in problem.hint


def test_checking_one_file_says_what_is_wrong_with_the_list_it_needs(tmp_path: Path) -> None:
    """Nothing was checked: without the finding in the other file it would look like a clean bill."""
    folder = written(tmp_path, LISTED.replace("名称列: 企业名称", "名称列: 企业名"))
    rules = folder / "town" / "firms.yaml"
    found = lint(folder, [rules], as_of=date(2026, 11, 21), place="town", shown=[rules])
    assert found.failed and [p.place.file for p in found.problems if p.code == "R511"] == ["reference/lists.yaml"]
