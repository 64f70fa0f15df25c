"""Whole files: encodings, layouts, round trips, formulas, resuming."""

from __future__ import annotations

import datetime
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.books import AS_OF, DATA, Run, book, identity, texts
from talent_rules.library import RuleBase
from talent_rules.tables.safe import for_csv, from_csv
from talent_rules.tables.text_files import records

HEADER = ["姓名", "学历", "毕业院校", "引进时间", "是否在岗"]
PEOPLE = [["张三", "硕士", "清华大学", "2024.7", "是"], ["李四", "博士", "北京大学", "2024年3月", "√"]]
CSV = "\n".join(",".join(row) for row in [HEADER, *PEOPLE]) + "\n"


def _codes(summary: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(p["row"], p["field"] or p["header"], p["code"]) for p in summary["problems"]]


# ── encodings and dialects ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, run: Run, encoding: str) -> None:
    path = tmp_path / "人员.csv"
    path.write_bytes(CSV.encode(encoding))
    code, summary = run(path)
    assert (code, summary["rows"], summary["rows_ok"]) == (0, 2, 2)


def test_big5(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "人員.csv"
    path.write_bytes("姓名,學歷,畢業院校,是否在崗\n張三,碩士,清華大學,是\n李四,博士,北京大學,否\n".encode("big5"))
    code, summary = run(path)
    assert (code, summary["rows_ok"]) == (0, 2)
    assert [c["field"] for c in summary["mapping"]] == [None, "degree", "school", "on_post"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_dialects(tmp_path: Path, run: Run, delimiter: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(CSV.replace(",", delimiter), encoding="utf-8")
    assert run(path)[1]["rows_ok"] == 2


def test_row_numbers_count_blank_lines_and_quoted_breaks(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        '人员表\n\n姓名,学历,"毕业\n院校"\n张三,硕士,清华大学\n\n李四,看情况,"北京\n大学"\n', encoding="utf-8"
    )
    assert _codes(run(path)[1]) == [(6, "degree", "B701")]


def test_a_quote_that_never_closes_swallows_nobody(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "x.csv"
    rows = [
        '"张三,硕士,清华大学',
        '李"四,硕士,清华大学',
        '"王五"x,硕士,清华大学',
        '赵六,"看\n情况",清华大学',
        "孙七,硕士,",
    ]
    path.write_text("姓名,学历,毕业院校\n" + "\n".join(rows) + "\n", encoding="utf-8")
    _, summary = run(path)
    assert summary["rows"] == 5
    assert _codes(summary) == [(5, "degree", "B701")]


def test_records_end_where_their_quotes_do() -> None:
    assert list(records(['a,"b', 'c",d', '"e,f', "g,h"], ",")) == ['a,"b\nc",d', '"""e",f', "g,h"]
    assert list(records(['"周,"x,y",z', 'a,"b",c"d,', ""], ",")) == ['"""周","x,y",z', 'a,"b",c"d,', ""]


def test_json_lines_and_parquet(tmp_path: Path, run: Run) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines = tmp_path / "x.jsonl"
    lines.write_text("\n".join(json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in PEOPLE))
    assert run(lines)[1]["rows_ok"] == 2
    table = pa.table(
        {"degree": ["phd", "硕士"], "arrival_date": [datetime.date(2024, 7, 1), None], "on_post": [True, False]}
    )
    pq.write_table(table, tmp_path / "x.parquet")
    assert run(tmp_path / "x.parquet")[1]["rows_ok"] == 2


def test_a_floating_month_is_asked_in_csv_unless_the_column_keeps_zeros(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text("姓名,引进时间\n甲,2024.1\n乙,2024.7\n", encoding="utf-8")
    assert _codes(run(path)[1]) == [(2, "arrival_date", "B702")]
    path.write_text("姓名,引进时间\n甲,2024.1\n乙,2023.10\n", encoding="utf-8")
    assert _codes(run(path)[1]) == []


# ── layouts ─────────────────────────────────────────────────────────────────────────────────


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
    assert _codes(summary) == [(5, "engagement", "B701")]
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


def test_merged_cells_are_filled_down_with_a_warning_and_hidden_rows_flagged(tmp_path: Path, run: Run) -> None:
    path = book(tmp_path / "x.xlsx", [["姓名", "学历"], ["甲", "硕士"], ["乙", None], ["丙", "博士"]])
    made = openpyxl.load_workbook(path)
    sheet = made.active
    assert sheet is not None
    sheet.merge_cells("B2:B3")
    sheet.row_dimensions[4].hidden = True
    made.save(path)
    code, summary = run(path)
    assert code == 0
    assert _codes(summary) == [(3, "degree", "B751"), (4, "", "B752")]


@pytest.mark.parametrize("engine", ["columns", "exact"])
def test_rows_that_share_a_merged_name_may_be_one_person(tmp_path: Path, run: Run, engine: str) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["姓名", "学历", "子女"], ["甲", "硕士", "2022-05"], [None, "硕士", "2020-01"], ["乙", "博士", "无"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    made.save(tmp_path / "x.xlsx")
    _, summary = run(tmp_path / "x.xlsx", tmp_path / "o.xlsx", engine=engine)
    assert [(p["row"], p["code"]) for p in summary["problems"]] == [(3, "B751")]
    assert "同一个人" in summary["problems"][0]["message"]


def test_headings_may_stand_far_below_what_is_said_about_the_form(tmp_path: Path, run: Run) -> None:
    rows = [[f"说明第{n}条：请如实填写"] for n in range(14)] + [["姓名", "学历"], ["甲", "硕士"]]
    assert run(book(tmp_path / "x.xlsx", rows))[1]["rows_ok"] == 1


def test_what_readers_lose_becomes_a_problem(tmp_path: Path, run: Run) -> None:
    rows: list[list[Any]] = [["姓名", "身份证号", "学历", "引进时间", "毕业时间"]]
    rows += [["甲", 150602199003071234, "=1+1", 2024.1, "#N/A"]]
    path = book(tmp_path / "x.xlsx", rows)
    made = openpyxl.load_workbook(path)
    sheet = made.active
    assert sheet is not None
    sheet["E2"].data_type = "e"
    made.save(path)
    code, summary = run(path)
    assert code == 2
    assert {(f, c) for _, f, c in _codes(summary)} == {
        ("身份证号", "B705"),
        ("degree", "B706"),
        ("arrival_date", "B702"),
        ("graduation_date", "B707"),
    }


def test_a_date_cell_shown_as_a_month_stays_a_month_and_1904_is_seen(tmp_path: Path, run: Run, base: RuleBase) -> None:
    from talent_rules.batch.source import open_table

    path = book(tmp_path / "x.xlsx", [["姓名", "毕业时间", "引进时间"], ["甲", datetime.date(2024, 7, 1), 44012]])
    made = openpyxl.load_workbook(path)
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = made.active
    assert sheet is not None
    sheet["B2"].number_format = 'yyyy"年"m"月"'
    made.save(path)
    with open_table(path, base.vocabulary) as table:
        ((_, rows),) = table.people({}, 100)
        person = table.readers(base.vocabulary, AS_OF)[0].read(rows.row(0))
    shown = {n: base.vocabulary.fields[n].show(v) for n, v in person.facts.values.items()}
    assert shown == {"graduation_date": "2024-07", "arrival_date": "2024-07-01"}


def test_identity_numbers_birth_conflicts_and_duplicates(tmp_path: Path, run: Run) -> None:
    one, two = identity("19900307"), identity("19910101", 2)
    rows = [["姓名", "身份证号", "出生日期"], ["甲", one, "1990-03"], ["乙", two, "1992-01"], ["丙", one, "90.3"]]
    _, summary = run(book(tmp_path / "x.xlsx", rows))
    assert [(r, c) for r, _, c in _codes(summary)] == [(3, "B709"), (4, "B710")]
    assert one not in json.dumps(summary)


def test_two_columns_for_one_fact(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "学位"], ["甲", "研究生", "硕士"], ["乙", "本科", "硕士"]]
    rows += [["丙", "研究生", ""], ["丁", "专科", "无"]]
    _, summary = run(book(tmp_path / "x.xlsx", rows))
    assert [(r, c) for r, _, c in _codes(summary)] == [(3, "B704"), (4, "B754")]  # 甲 and 丁 are told by the other


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


def test_what_is_missing_begins_with_what_is_easy_and_settles_most(tmp_path: Path, run: Run) -> None:
    header = ["姓名", "学位", "毕业院校", "引进日期", "市外引进", "首次引进", "合同年限", "在岗", "引进方式"]
    people = [[f"职工{n}", "博士", "清华大学", "2024-03", "是", "是", "5年", "是", ""] for n in range(5)]
    _, summary = run(book(tmp_path / "x.xlsx", [header, *people]), tmp_path / "o.xlsx")
    order = [m["field"] for m in summary["missing"]]
    assert order.index("engagement") < min(order.index("talent_category"), order.index("research_field"))
    assert texts(tmp_path / "o.xlsx", "缺什么")[1][0] == "旗区", (
        "asked at once, and three answers wait for nothing else"
    )


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


def test_columns_that_were_swapped_are_told(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "毕业院校"], ["甲", "清华大学", "硕士"], ["乙", "内蒙古大学", "本科"]]
    _, summary = run(book(tmp_path / "x.xlsx", rows))
    assert summary["remarks"][:2] == [
        "“学历”一列写的像是毕业院校，列名可能放错了：用 --map 学历=毕业院校",
        "“毕业院校”一列写的像是学位，列名可能放错了：用 --map 毕业院校=学位",
    ]
    _, summary = run(tmp_path / "x.xlsx", maps=("学历=毕业院校", "毕业院校=学位"))
    assert summary["rows_ok"] == 2


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


def test_a_column_that_is_mostly_unread_may_be_another(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "工作方式"], *([f"人{i}", "硕士", "劳务派遣" if i else "全职"] for i in range(8))]
    output = tmp_path / "out.xlsx"
    _, summary = run(book(tmp_path / "x.xlsx", rows), output)
    assert [r for r in summary["remarks"] if "工作方式" in r and "7 人" in r and "--map 工作方式=忽略" in r]
    assert any("可能认错了列" in cell for row in texts(output, "说明") for cell in row)
    _, summary = run(book(tmp_path / "x.xlsx", rows), maps=["工作方式=忽略"])
    assert summary["remarks"] == [] and summary["rows_ok"] == 8


def test_no_header_is_said(tmp_path: Path, run: Run) -> None:
    code, summary = run(book(tmp_path / "x.xlsx", [["a", "b"], ["1", "2"]]))
    assert code == 2 and "没有找到表头" in summary["problems"][0]["message"]


@pytest.mark.parametrize("rows", [[HEADER], [HEADER, ["合计", "", "", "", ""]]])
def test_headings_without_anybody_below_are_said(tmp_path: Path, run: Run, rows: list[list[str]]) -> None:
    code, summary = run(book(tmp_path / "x.xlsx", rows), tmp_path / "o.xlsx")
    assert (code, summary["rows"], summary["left_out"]) == (2, 0, ["表头下面没有一个人"])


# ── results ─────────────────────────────────────────────────────────────────────────────────

HOSTILE = ["=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "＝1+1", "\t=1", "http://example.com", "=HYPERLINK(\"http://x\")", "'=1", "<b>"]  # fmt: skip


def test_no_cell_of_a_result_can_run_or_link(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学历", "部门"], *([text, text, text] for text in HOSTILE)]
    output = tmp_path / "out.xlsx"
    path = tmp_path / "x.csv"
    import csv

    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    run(path, output)
    with zipfile.ZipFile(output) as archive:
        names = archive.namelist()
        sheets = [archive.read(n).decode() for n in names if n.startswith("xl/worksheets/sheet")]
    assert not any("<f>" in s or "<hyperlink" in s for s in sheets)
    assert not any("externalLink" in n for n in names)
    csv_out = tmp_path / "out.csv"
    run(path, csv_out)
    cells = [c for row in csv.reader(io.StringIO(csv_out.read_text(encoding="utf-8-sig"))) for c in row]
    assert not any(c.startswith(("=", "+", "@", "＝", "\t")) for c in cells)


@given(st.text(max_size=40))
def test_csv_escaping_reads_back_the_same(text: str) -> None:
    assert from_csv(for_csv(text)) == text


def test_the_correction_sheet_can_be_given_back(tmp_path: Path, run: Run) -> None:
    number = identity("19900307")
    rows: list[list[Any]] = [["姓名", "身份证号", "学历", "引进时间", "备注"]]
    rows += [
        ["甲", number, "看情况", 2024.1, "=1"],
        ["乙", number[:-1] + "0", "硕士", "2024-07", ""],
        ["丙", "", "博士", "2024-07", ""],
    ]
    first = tmp_path / "first.xlsx"
    code, before = run(book(tmp_path / "x.xlsx", rows), first)
    assert code == 2 and before["rows_with_errors"] == 2
    again, after = run(first, tmp_path / "second.xlsx")
    assert (again, after["sheet"], after["rows"]) == (2, "待修正", 2)
    assert {p["code"] for p in after["problems"]} == {"B701", "B702"}
    made = openpyxl.load_workbook(first)
    sheet = made["待修正"]
    head = [c.value for c in sheet[1]]
    assert head[:3] == ["原行号", "姓名", "错误明细"] and "出生日期" in head
    assert sheet.cell(2, head.index("出生日期") + 1).value == "1990-03-07"
    sheet.cell(2, head.index("学历") + 1).value = "硕士"
    sheet.cell(2, head.index("引进时间") + 1).value = "2024-10"
    made.save(first)
    final, summary = run(first, tmp_path / "third.xlsx")
    assert (final, summary["rows_with_errors"]) == (0, 0)
    assert number not in first.read_bytes().decode("latin-1")


def test_identity_numbers_are_nowhere_in_the_output(tmp_path: Path, run: Run) -> None:
    number = identity("19900307")
    path = book(
        tmp_path / "x.xlsx",
        [["姓名", "身份证号", "学历", "部门"], [f"甲{number}", number, f"学{number}", f"部 {number}"]],
    )
    output = tmp_path / "out.xlsx"
    _, summary = run(path, output)
    with zipfile.ZipFile(output) as archive:
        everything = b"".join(archive.read(n) for n in archive.namelist()).decode("utf-8", "ignore")
    assert number not in everything and number not in json.dumps(summary, ensure_ascii=False)
    assert not (tmp_path / "out.xlsx.job").exists()


def test_the_workbook_has_its_sheets_and_adds_up(tmp_path: Path, run: Run) -> None:
    rows = [
        ["姓名", "学历", "毕业院校", "引进时间", "旗区", "引进方式"],
        ["甲", "硕士", "清华大学", "2024-07", "东胜区", "全职"],
        ["乙", "博士", "内蒙古大学", "2024-07", "", "全职"],
    ]
    output = tmp_path / "out.xlsx"
    _, summary = run(book(tmp_path / "x.xlsx", rows), output)
    made = openpyxl.load_workbook(output)
    assert made.sheetnames == ["汇总", "结果", "待修正", "缺什么", "说明"]
    results = texts(output, "结果")
    assert [r[0] for r in results[2:]] == ["甲", "乙"] and len(results) == 4
    assert made["结果"].freeze_panes == "C3" or made["结果"].freeze_panes == "B3"
    head = results[1]
    sure = head.index("有把握合计（元）")
    assert sum(float(r[sure]) for r in results[2:]) == summary["total"]["guaranteed"]
    about = "\n".join("".join(r) for r in texts(output, "说明"))
    assert summary["rule_base"] in about and "2024年9月1日" in about and "仅供参考" in about
    for entry in summary["benefits"]:
        assert sum(entry["outcomes"].values()) == 2


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, run: Run) -> None:
    path = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE])
    for name in ("a.xlsx", "b.xlsx"):
        run(path, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_batch_says_what_one_decision_says(tmp_path: Path, run: Run, base: RuleBase) -> None:
    path = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE])
    summary = run(path, tmp_path / "o.xlsx")[1]
    counted: dict[tuple[str, str], int] = {}
    for row in PEOPLE:
        for verdict in base.decide(dict(zip(HEADER, row, strict=True)), as_of=AS_OF).verdicts:
            key = verdict.benefit, verdict.outcome.value
            counted[key] = counted.get(key, 0) + 1
    assert {(b["id"], o): n for b in summary["benefits"] for o, n in b["outcomes"].items() if n} == counted


def test_many_rows_become_a_table_and_a_small_workbook(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talent_rules.batch import output as out

    monkeypatch.setattr(out.write_outputs, "__defaults__", (1,))
    path = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE])
    _, summary = run(path, tmp_path / "o.xlsx")
    assert [Path(p).name for p in summary["outputs"]] == ["o.xlsx", "o.csv"]
    assert "结果" not in openpyxl.load_workbook(tmp_path / "o.xlsx").sheetnames
    _, summary = run(path, tmp_path / "p.parquet")
    import pyarrow.parquet as pq

    assert pq.read_table(tmp_path / "p.parquet").num_rows == 2


def test_usage_errors(tmp_path: Path, run: Run) -> None:
    path = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE])
    assert run(tmp_path / "none.xlsx")[0] == 1
    assert run(path, path)[0] == 1
    own = book(tmp_path / "own.xlsx", [["重要"]])
    assert run(path, own)[0] == 1 and texts(own, "人员") == [["重要"]]
    assert run(path, tmp_path / "o.doc")[0] == 1
    assert run(path, tmp_path / "o.xlsx", engine="none")[0] == 1
    assert run(path, tmp_path / "o.xlsx", limit=1)[1]["rows"] == 1
    assert run(path, tmp_path / "o.xlsx")[0] == 0


def _edited(path: Path, sheet: str, cell: str, value: str) -> bytes:
    made = openpyxl.load_workbook(path)
    made[sheet][cell].value = value
    made.save(path)
    return path.read_bytes()


def test_a_result_is_replaced_only_as_it_was_written(tmp_path: Path, run: Run) -> None:
    path, out = book(tmp_path / "x.xlsx", [HEADER, ["张三", "不详细", "清华大学", "2024.7", "是"]]), tmp_path / "o.xlsx"
    assert run(path, out)[0] == 2
    assert run(path, out)[0] == 2  # nobody has touched it
    corrected = _edited(out, "待修正", "D2", "硕士")
    code, summary = run(path, out)
    assert code == 1 and "写出以后改过" in summary["stderr"] and out.read_bytes() == corrected
    assert run(path, out, overwrite=True)[0] == 2 and out.read_bytes() != corrected


def test_a_corrected_workbook_is_kept_though_its_properties_were(tmp_path: Path, run: Run) -> None:
    path, out = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE]), tmp_path / "o.xlsx"
    run(path, out)
    with zipfile.ZipFile(out) as source:
        parts = {i.filename: source.read(i) for i in source.infolist()}
    assert b"<cp:contentStatus>" in parts["docProps/core.xml"]
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace("张三".encode(), "章三".encode())
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace("张三".encode(), "章三".encode())
    with zipfile.ZipFile(out, "w") as target:
        for name, body in parts.items():
            target.writestr(name, body)
    assert run(path, out)[0] == 1


def test_a_filled_template_is_never_replaced(tmp_path: Path, run: Run, base: RuleBase) -> None:
    from talent_rules.batch.command import template

    path, filled = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE]), tmp_path / "模板.xlsx"
    assert template(filled, base=base) == 0
    before = _edited(filled, "人员表", "A3", "真人")
    code, summary = run(path, filled)
    assert code == 1 and "填报模板" in summary["stderr"]
    assert template(filled, base=base) == 1 and filled.read_bytes() == before
    assert template(filled, base=base, overwrite=True) == 0


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_plain_table_is_replaced_only_as_it_was_written(tmp_path: Path, run: Run, kind: str) -> None:
    path, out = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE]), tmp_path / f"o.{kind}"
    assert [run(path, out)[0], run(path, out)[0]] == [0, 0]
    out.write_bytes(out.read_bytes().replace("张三".encode(), "章三".encode()) + b"\n")
    changed = out.read_bytes()
    assert run(path, out)[0] == 1 and out.read_bytes() == changed
    assert run(path, out, overwrite=True)[0] == 0
    _edited(tmp_path / "o_汇总.xlsx", "待修正", "A2", "记一笔")
    assert run(path, out)[0] == 1


def test_the_rows_of_a_large_result_replace_nobodys_table(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talent_rules.batch.output.write_outputs.__defaults__", (1,))
    source = tmp_path / "名单.csv"
    source.write_text(CSV, encoding="utf-8")
    _, summary = run(source, tmp_path / "名单.xlsx")
    assert source.read_text(encoding="utf-8") == CSV
    assert [Path(p).name for p in summary["outputs"]] == ["名单.xlsx", "名单_结果1.csv"]


# ── template ────────────────────────────────────────────────────────────────────────────────


def test_the_template_reads_back(tmp_path: Path, run: Run, base: RuleBase) -> None:
    from talent_rules.batch.command import template

    path = tmp_path / "模板.xlsx"
    assert template(path, base=base) == 0
    assert run(path)[1]["rows"] == 0
    made = openpyxl.load_workbook(path)
    assert made.sheetnames == ["人员表", "填写说明", "选项"] and made["选项"].sheet_state == "hidden"
    sheet = made["人员表"]
    assert len(sheet.data_validations.dataValidation) > 10
    sheet["A2"].value = "真人"
    made.save(path)
    _, summary = run(path)
    assert summary["rows"] == 1 and not [p for p in summary["problems"] if p["code"].startswith("B7")]
    assert all(c["field"] or c["role"] in ("label", "identity") for c in summary["mapping"])


# ── resuming ────────────────────────────────────────────────────────────────────────────────

CHILD = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from datetime import date
import talent_rules.batch.options as r
from batch.books import rule_base
from talent_rules.batch.command import batch
base = rule_base(Path({data!r}))
from functools import partial
r.Options = partial(r.Options, chunk=20)
sys.exit(batch(Path(sys.argv[1]), output=Path(sys.argv[2]), as_of=date(2024, 9, 1), base=base, resume="--resume" in sys.argv))
"""


def _spawn(source: Path, output: Path, *more: str) -> subprocess.Popen[str]:
    here = Path(__file__).resolve()
    data = source.parent / "data"
    if not data.exists():  # a copy: the rules may be edited while the test runs
        shutil.copytree(DATA, data)
    code = CHILD.format(paths=[str(here.parents[1]), str(here.parents[2] / "rules")], data=str(data))
    command = [sys.executable, "-c", code, str(source), str(output), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _until_chunks(job: Path, count: int, child: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 120
    while len(list(job.glob("chunk-*.arrow"))) < count and child.poll() is None and time.monotonic() < end:
        time.sleep(0.02)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table, the rules as they are now, and the result of a run nobody interrupted."""
    folder = tmp_path_factory.mktemp("resume")
    months = [f"2024.{i % 8 + 2}" for i in range(240)]
    rows = [[f"人{i}", ("硕士", "博士")[i % 2], "清华大学", month, "是否"[i % 2]] for i, month in enumerate(months)]
    source = book(folder / "x.xlsx", [HEADER, *rows])
    assert _spawn(source, folder / "whole.xlsx").wait() == 0
    return folder


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_goes_on_to_the_same_bytes(finished: Path, how: signal.Signals) -> None:
    source, output = finished / "x.xlsx", finished / f"{how.name}.xlsx"
    job = output.with_name(output.name + ".job")
    child = _spawn(source, output)
    _until_chunks(job, 3, child)
    os.kill(child.pid, how)
    assert child.wait() == (-9 if how is signal.SIGKILL else 4)
    assert not output.exists() and 3 <= len(list(job.glob("chunk-*.arrow"))) < 12
    assert _spawn(source, output, "--resume").wait() == 0
    assert output.read_bytes() == (finished / "whole.xlsx").read_bytes()
    assert not job.exists()


def test_a_job_whose_removal_was_interrupted_is_over_and_leaves_nothing(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, output = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE]), tmp_path / "o.xlsx"

    remove = shutil.rmtree

    def killed(folder: Any, *rest: Any, **options: Any) -> None:
        if str(folder).endswith(".job.gone") and not options:
            raise KeyboardInterrupt
        remove(folder, *rest, **options)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("talent_rules.batch.job.shutil.rmtree", killed)
        run(path, output)
    assert not (tmp_path / "o.xlsx.job").exists() and output.exists()
    first = output.read_bytes()
    assert run(path, output, resume=True)[0] == 0 and output.read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["o.xlsx", "x.xlsx"]


def test_resume_refuses_another_file(tmp_path: Path, run: Run, base: RuleBase) -> None:
    from talent_rules.batch.job import JobFolder, Manifest

    path = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE])
    output = tmp_path / "o.xlsx"
    JobFolder(output).start(Manifest("other", base.version, "2024-09-01", "ordos", ("人员",), (), "exact", None, 2000))
    code, summary = run(path, output, resume=True)
    assert code == 1 and "输入文件" in summary["problems"][0]["message"]
    assert run(path, output)[0] == 0


def test_how_somebody_is_employed_is_not_how_he_was_brought_here(tmp_path: Path, run: Run) -> None:
    rows = [
        ["姓名", "学历", "用工方式", "单位性质"],
        ["甲", "硕士", "劳务派遣", "民营"],
        ["乙", "专升本", "合同制", "民营"],
    ]
    _, summary = run(book(tmp_path / "x.xlsx", rows))
    assert summary["rows_ok"] == 2 and not summary["problems"]


def test_what_may_come_with_all_told_is_never_less_than_what_recognition_brings(tmp_path: Path, run: Run) -> None:
    rows = [
        ["姓名", "学位", "学位状态", "引进方式", "单位性质", "重点企业目录内"],
        ["甲", "博士", "已取得", "全职", "民企", "是"],
    ]
    _, summary = run(book(tmp_path / "x.xlsx", rows), tmp_path / "out.xlsx")
    total = summary["total"]
    assert total["possible"]["hi"] >= total["likely"]["hi"] > 0 and total["possible"]["unbounded"] == 1
