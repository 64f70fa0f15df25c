"""The files a batch writes: what stands in them, and what never does."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.books import AS_OF, HEADER, PEOPLE, Run, book, identity, texts
from talent_rules.library import RuleBase
from talent_rules.tables.safe import for_csv, from_csv


def test_what_is_missing_begins_with_what_is_easy_and_settles_most(tmp_path: Path, run: Run) -> None:
    header = ["姓名", "学位", "毕业院校", "引进日期", "市外引进", "首次引进", "合同年限", "在岗", "引进方式"]
    people = [[f"职工{n}", "博士", "清华大学", "2024-03", "是", "是", "5年", "是", ""] for n in range(5)]
    _, summary = run(book(tmp_path / "x.xlsx", [header, *people]), tmp_path / "o.xlsx")
    order = [m["field"] for m in summary["missing"]]
    assert order.index("engagement") < min(order.index("talent_category"), order.index("research_field"))
    assert texts(tmp_path / "o.xlsx", "缺什么")[1][0] == "旗区", (
        "asked at once, and three answers wait for nothing else"
    )


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


def test_what_may_come_with_all_told_is_never_less_than_what_recognition_brings(tmp_path: Path, run: Run) -> None:
    rows = [
        ["姓名", "学位", "学位状态", "引进方式", "单位性质", "重点企业目录内"],
        ["甲", "博士", "已取得", "全职", "民企", "是"],
    ]
    _, summary = run(book(tmp_path / "x.xlsx", rows), tmp_path / "out.xlsx")
    total = summary["total"]
    assert total["possible"]["hi"] >= total["likely"]["hi"] > 0 and total["possible"]["unbounded"] == 1
