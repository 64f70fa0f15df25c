"""Where the people stand on a sheet, and which of its rows are nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.books import HEADER, Run, book, codes


def test_titles_totals_blanks_examples_and_repeated_headers(tmp_path: Path, run: Run) -> None:
    rows = [["2024年引进人才统计表"], ["填报单位：某某集团"], ["姓 名", "出生\n年月", "学 历（必填）", "年薪（万元）"]]
    rows += [
        ["_示例", "1990-01", "硕士", "20"],
        ["张三", "1990-01", "硕士", "40"],
        [],
        ["姓 名", "出生\n年月", "学 历（必填）", "年薪（万元）"],
    ]
    rows += [["李四", "1991-02", "博士", "30"], ["合  计", "", "", "70"], ["填表人：王五"], [""]]
    code, summary = run(book(tmp_path / "x.xlsx", rows))
    assert (code, summary["rows"]) == (0, 2)
    assert summary["skipped"]["示例行"] == 1 and summary["skipped"]["合计、填表人等表尾行"] == 2
    assert [(c["field"], c["unit"]) for c in summary["mapping"]][1:] == [
        ("birth_date", ""),
        ("degree", ""),
        ("annual_salary", "万元"),
    ]


def test_two_header_rows(tmp_path: Path, run: Run) -> None:
    rows = [
        ["姓名", "学历情况", "", "引进情况"],
        ["", "学位", "毕业院校", "引进日期"],
        ["张三", "硕士", "清华大学", "2024-07"],
    ]
    _, summary = run(book(tmp_path / "x.xlsx", rows))
    assert summary["rows"] == 1
    assert {c["field"] for c in summary["mapping"]} >= {"degree", "school", "arrival_date"}


def test_a_heading_that_only_its_group_explains_is_read_with_it_and_given_back_whole(tmp_path: Path, run: Run) -> None:
    rows = [
        ["人才情况统计表"],
        ["姓名", "引进情况", "", "购房情况", ""],
        ["", "时间", "方式", "是否购房", "面积（㎡）"],
    ]
    rows += [["甲", "2024-07", "全职", "是", "120"], ["乙", "2024-07", "劳务", "是", "100平方"]]
    _, summary = run(book(tmp_path / "x.xlsx", rows), tmp_path / "out.xlsx")
    fields = [c["field"] for c in summary["mapping"]]
    assert fields == [None, "arrival_date", "engagement", "bought_home", "home_area"]
    assert codes(summary) == [(5, "engagement", "B701")]
    _, again = run(tmp_path / "out.xlsx")
    assert [c["field"] for c in again["mapping"]][-4:] == fields[1:]


def test_rows_that_are_nobody_are_left_out_and_counted(tmp_path: Path, run: Run) -> None:
    rows: list[list[object]] = [
        ["序号", "姓名", "学历", "备注"],
        ["一、市直单位"],
        [1, "一凡", "硕士", ""],
        ["", "（二）旗区", "", ""],
    ]
    rows += [[2, "合欢", "博士", ""], [3, "", "", ""], ["", "", "", "注：以上人员已公示"], [4, "", "本科", ""]]
    code, summary = run(book(tmp_path / "x.xlsx", rows))
    assert (code, summary["rows"]) == (0, 3)
    assert summary["skipped"] == {"分组标题行": 2, "没有姓名和信息的行": 1, "合计、填表人等表尾行": 1}


def test_headings_may_stand_far_below_what_is_said_about_the_form(tmp_path: Path, run: Run) -> None:
    rows = [[f"说明第{n}条：请如实填写"] for n in range(14)] + [["姓名", "学历"], ["甲", "硕士"]]
    assert run(book(tmp_path / "x.xlsx", rows))[1]["rows_ok"] == 1


def test_lines_of_the_form_around_a_table_are_nobody(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "备注"], ["甲", "硕士", ""], ["经办人签字：", "", "日期："], ["第1页 共1页", "", ""]]
    _, summary = run(book(tmp_path / "x.xlsx", [*rows, ["打印时间：2024-09-01 10:00", "", ""]]))
    assert summary["rows"] == 1 and summary["skipped"] == {"合计、填表人等表尾行": 3}


def test_another_table_below_is_told_and_not_misread(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "引进日期"], ["甲", "硕士", "2024-03-01"], ["姓 名", "学历", ""], ["乙", "博士", ""]]
    rows += [["姓名", "单位", "学历"], ["丙", "某大学", "博士"]]
    _, summary = run(book(tmp_path / "x.xlsx", rows), tmp_path / "o.xlsx")
    assert summary["rows"] == 2 and summary["skipped"] == {"重复的表头": 1, "下面另一张表的行": 2}
    assert summary["remarks"] == ["下面还有一张列名不同的表，有 2 行没有读：请分成两张工作表或两个文件"]


def test_a_table_that_lies_across_is_told_to_be_turned(tmp_path: Path, run: Run) -> None:
    rows = [
        ["姓名", "甲", "乙"],
        ["学历", "硕士", "博士"],
        ["毕业院校", "清华大学", "北京大学"],
        ["旗区", "东胜", "达旗"],
    ]
    code, summary = run(book(tmp_path / "x.xlsx", rows))
    message = summary["problems"][0]["message"]
    assert code == 2 and "横着排" in message and "转置" in message


def test_no_header_is_said(tmp_path: Path, run: Run) -> None:
    code, summary = run(book(tmp_path / "x.xlsx", [["a", "b"], ["1", "2"]]))
    assert code == 2 and "没有找到表头" in summary["problems"][0]["message"]


@pytest.mark.parametrize("rows", [[HEADER], [HEADER, ["合计", "", "", "", ""]]])
def test_headings_without_anybody_below_are_said(tmp_path: Path, run: Run, rows: list[list[str]]) -> None:
    code, summary = run(book(tmp_path / "x.xlsx", rows), tmp_path / "o.xlsx")
    assert (code, summary["rows"], summary["left_out"]) == (2, 0, ["表头下面没有一个人"])
