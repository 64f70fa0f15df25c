"""A table by 层次: first class so much, second class so much, as documents have it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from snippets import TODAY, VOCABULARY, benefit, document, write
from talent_rules.checks import run_checks
from talent_rules.compiler.load import load_folder, read_folder
from talent_rules.decide import decide
from talent_rules.decision_tables.command import diff_tables, export_tables, import_tables
from talent_rules.figures import sheet_of
from talent_rules.model import Rejected
from talent_rules.rulebase import RuleBase

DAY = date(2026, 6, 1)
TIERS = """层次:
  - {id: one, 名称: 一类, 条件: 学位 是 博士, 依据: {来源: S}}
  - {id: two, 名称: 二类, 条件: [学位 是 硕士, 年龄 不超过 40周岁], 依据: {来源: S}}
"""


def paying(*rows: str, when: str = "[]", tiers: str = TIERS) -> str:
    table = "\n      表:\n        列: [层次, 金额]\n        行:\n" + "".join(f"          - [{r}]\n" for r in rows)
    return document(benefit("a", when, table.rstrip())).replace("待遇:\n", tiers + "待遇:\n")


def base_of(folder: Path, text: str) -> RuleBase:
    base, problems = load_folder(folder, [write(folder, text)], "x")
    assert base is not None and not problems, problems
    return base


@pytest.mark.parametrize(
    ("person", "yuan"), [({"学位": "博士"}, 30), ({"学位": "硕士", "年龄": 40}, 12), ({"学位": "硕士", "年龄": 41}, 0)]
)
def test_each_class_is_paid_its_sum(tmp_path: Path, person: dict[str, object], yuan: int) -> None:
    base = base_of(tmp_path, paying("一类, 30万元", "二类, 12万元"))
    (verdict,) = decide(base, base.vocabulary.read(person)[0], DAY).verdicts
    amount = verdict.amount
    assert (0 if amount is None else amount.reported.hi) == yuan * 10_000_00


def test_a_cell_may_name_several_classes_or_any(tmp_path: Path) -> None:
    several = base_of(tmp_path, paying("一类、二类, 30万元"))
    listed = base_of(tmp_path, paying("一类, 30万元", "任意, 1万元").replace("列: [层", "方式: 首行\n        列: [层"))
    for base, yuan in ((several, 30), (listed, 1)):
        (verdict,) = decide(base, base.vocabulary.read({"学位": "硕士", "年龄": 30})[0], DAY).verdicts
        assert verdict.amount is not None and verdict.amount.reported.hi == yuan * 10_000_00


def test_a_class_there_is_not_is_named_with_those_there_are(tmp_path: Path) -> None:
    (problem,) = load_folder(tmp_path, [write(tmp_path, paying("一等, 30万元"))], "x")[1]
    assert (problem.code, problem.message) == ("R502", "没有名为 `一等` 的层次") and "一类" in problem.hint


def test_without_classes_the_column_means_nothing(tmp_path: Path) -> None:
    (problem,) = load_folder(tmp_path, [write(tmp_path, paying("一类, 30万元", tiers=""))], "x")[1]
    assert (problem.code, problem.message) == ("R502", "本文件没有写 `层次`")


def test_a_class_left_out_of_the_table_is_a_gap(tmp_path: Path) -> None:
    found = read_folder(tmp_path, [write(tmp_path, paying("一类, 30万元", when="[任一: [符合 一类, 符合 二类]]"))], "x")
    assert found.base is not None
    assert "L304" in {p.code for p in run_checks(found.base, TODAY, tmp_path, found.pages)}


def test_the_handbook_shows_the_classes_by_name(tmp_path: Path) -> None:
    base = base_of(tmp_path, paying("一类, 30万元", "二类, 12万元"))
    sheet = sheet_of(base.benefits[0].amount, base.vocabulary)
    assert sheet is not None and sheet.columns == ("层次", "金额")
    assert sheet.rows == (("一类", "30万元"), ("二类", "12万元"))


def test_a_table_by_class_goes_to_excel_and_back(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    path, book = write(tmp_path, paying("一类, 30万元", "二类, 12万元"), VOCABULARY), tmp_path / "t.xlsx"
    export_tables(tmp_path, path, book)
    assert not diff_tables(tmp_path, book)
    workbook = openpyxl.load_workbook(book)
    sheet = next(s for s in workbook.worksheets if any(c.value == "二类" for row in s.iter_rows() for c in row))
    cells = {c.value: c for row in sheet.iter_rows() for c in row}
    cells["二类"].value = "三类"
    workbook.save(book)
    with pytest.raises(Rejected) as refused:
        import_tables(tmp_path, book)
    assert "没有名为 `三类` 的层次" in refused.value.problems[0].message
    cells["二类"].value, cells["12万元"].value = "二类", "15万元"
    workbook.save(book)
    import_tables(tmp_path, book, apply_changes=True)
    assert "[二类, 15万元]" in path.read_text(encoding="utf-8")


def test_a_table_may_read_words_of_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    table = "\n      表:\n        列: [星级, 金额]\n        行:\n          - [3, 30万元]\n          - [2, 12万元]"
    path, book = write(tmp_path, document(benefit("a", "[]", table))), tmp_path / "t.xlsx"
    own = "字段:\n  - {id: stars, 名称: 星级, 类型: 整数, 单位: 星, 问法: 几星？}\n"
    (tmp_path / "x" / "vocabulary.yaml").write_text(own, encoding="utf-8")
    export_tables(tmp_path, path, book)
    workbook = openpyxl.load_workbook(book)
    cell = next(c for s in workbook.worksheets for row in s.iter_rows() for c in row if c.value in (2, "2"))
    cell.value = "1"
    workbook.save(book)
    assert "+          - [1, 12万元]" in diff_tables(tmp_path, book)
