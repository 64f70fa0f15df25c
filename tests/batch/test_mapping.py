"""Which column is which field."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.books import Run, book, codes, texts


def test_two_columns_for_one_fact(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "学位"], ["甲", "研究生", "硕士"], ["乙", "本科", "硕士"]]
    rows += [["丙", "研究生", ""], ["丁", "专科", "无"]]
    _, summary = run(book(tmp_path / "x.xlsx", rows))
    assert [(r, c) for r, _, c in codes(summary)] == [(3, "B704"), (4, "B754")]  # 甲 and 丁 are told by the other


def test_columns_can_be_mapped_by_hand(tmp_path: Path, run: Run) -> None:
    path = book(tmp_path / "x.xlsx", [["姓名", "层次", "院校代码"], ["甲", "硕士", "10001"]])
    _, summary = run(path, maps=["层次=学位", "院校代码=忽略"])
    assert summary["mapping"][1]["field"] == "degree" and summary["mapping"][1]["by_hand"]
    assert run(path, maps=["没有=学位"])[0] == 1
    assert run(path, maps=["层次=没这项"])[0] == 1


@pytest.mark.parametrize(
    ("heading", "cells", "field"),
    [
        ("合同", ["3年", "五年", "36个月"], "contract_years"),
        ("社保", ["36个月", "12个月"], "social_insurance_months"),
        ("社保", ["是", "否"], "social_insurance"),
        ("毕业院校", ["985", "211", "双一流"], "school_claim"),
        ("毕业院校", ["清华大学", "某某大学", "985"], "school"),
        ("类别", ["F类", "E类"], "talent_category"),
        ("合同", ["有", "无"], None),
        ("工资", ["8000", "12000"], None),
        ("日期", ["2024-07-01"], None),
    ],
)
def test_a_heading_of_two_meanings_is_settled_by_what_stands_below(
    tmp_path: Path, run: Run, heading: str, cells: list[str], field: str | None
) -> None:
    people = [[f"职工{n}", "硕士", cell] for n, cell in enumerate(cells)]
    _, summary = run(book(tmp_path / "x.xlsx", [["姓名", "学历", heading], *people]))
    assert summary["mapping"][2]["field"] == field


def test_a_heading_settled_by_its_cells_is_told_and_can_be_mapped_otherwise(tmp_path: Path, run: Run) -> None:
    path = book(tmp_path / "x.xlsx", [["姓名", "学历", "合同"], ["甲", "硕士", "3年"]])
    _, summary = run(path)
    assert summary["remarks"] == ["“合同”一列按格里写的内容认成劳动合同年限；不是的话用 --map 合同=别的信息项"]
    _, summary = run(path, maps=("合同=忽略",))
    assert summary["mapping"][2]["role"] == "ignored" and not summary["remarks"]


@pytest.mark.parametrize(
    ("heading", "field", "unit"),
    [
        ("年收入(税前,万元)", "annual_salary", "万元"),
        ("劳动（聘用）\n合同年限（年）", "contract_years", "年"),
        ("*毕业院校(全称)", "school", ""),
        ("Graduation Date", "graduation_date", ""),
        ("学历 Education", "degree", ""),
        ("购房", "bought_home", ""),
        ("是否全职", "engagement", ""),
        ("出生年份", "birth_date", ""),
        ("2、您的最高学历", "degree", ""),
        ("专业", None, ""),
    ],
)
def test_headings_as_offices_write_them(tmp_path: Path, run: Run, heading: str, field: str | None, unit: str) -> None:
    _, summary = run(book(tmp_path / "x.xlsx", [["姓名", "引进日期", heading], ["甲", "2024-07-01", ""]]))
    assert (summary["mapping"][2]["field"], summary["mapping"][2]["unit"]) == (field, unit)
    assert "是不是想写" not in summary["stderr"]


def test_units_in_a_row_of_their_own_are_those_of_the_columns(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "年薪", "社保月数"], ["（单位）", "", "万元", "月"], ["甲", "硕士", "30", "24"]]
    _, summary = run(book(tmp_path / "x.xlsx", rows))
    assert summary["rows"] == 1 and summary["rows_ok"] == 1
    assert [c["unit"] for c in summary["mapping"]] == ["", "", "万元", "月"]


def test_columns_that_were_swapped_are_told(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "毕业院校"], ["甲", "清华大学", "硕士"], ["乙", "内蒙古大学", "本科"]]
    _, summary = run(book(tmp_path / "x.xlsx", rows))
    assert summary["remarks"][:2] == [
        "“学历”一列写的像是毕业院校，列名可能放错了：用 --map 学历=毕业院校",
        "“毕业院校”一列写的像是学位，列名可能放错了：用 --map 毕业院校=学位",
    ]
    _, summary = run(tmp_path / "x.xlsx", maps=("学历=毕业院校", "毕业院校=学位"))
    assert summary["rows_ok"] == 2


def test_a_column_that_is_mostly_unread_may_be_another(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "工作方式"], *([f"人{i}", "硕士", "劳务派遣" if i else "全职"] for i in range(8))]
    output = tmp_path / "out.xlsx"
    _, summary = run(book(tmp_path / "x.xlsx", rows), output)
    assert [r for r in summary["remarks"] if "工作方式" in r and "7 人" in r and "--map 工作方式=忽略" in r]
    assert any("可能认错了列" in cell for row in texts(output, "说明") for cell in row)
    _, summary = run(book(tmp_path / "x.xlsx", rows), maps=["工作方式=忽略"])
    assert summary["remarks"] == [] and summary["rows_ok"] == 8


def test_how_somebody_is_employed_is_not_how_he_was_brought_here(tmp_path: Path, run: Run) -> None:
    rows = [
        ["姓名", "学历", "用工方式", "单位性质"],
        ["甲", "硕士", "劳务派遣", "民营"],
        ["乙", "专升本", "合同制", "民营"],
    ]
    _, summary = run(book(tmp_path / "x.xlsx", rows))
    assert summary["rows_ok"] == 2 and not summary["problems"]


@pytest.mark.parametrize("nothing", ["无", "没有", "不是", "否"])
def test_cells_that_only_say_nothing_prove_no_field(tmp_path: Path, run: Run, nothing: str) -> None:
    people = [[f"职工{n}", "博士", "高校", nothing] for n in range(3)]
    _, summary = run(book(tmp_path / "x.xlsx", [["姓名", "学位", "单位性质", "人才层次"], *people]))
    assert summary["mapping"][3]["field"] is None
    people[0][3] = "高校A层"
    _, summary = run(book(tmp_path / "y.xlsx", [["姓名", "学位", "单位性质", "人才层次"], *people]))
    assert summary["mapping"][3]["field"] == "college_tier"
