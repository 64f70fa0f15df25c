"""Facts that several columns tell together: when a contract begins and ends, each parent, the school of each degree."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from batch.books import AS_OF, Run, book, sheets, texts
from batch.cells import read
from talent_rules.batch.source import open_table
from talent_rules.library import RuleBase

TERM = ["合同开始日期", "合同结束日期"]
PARENTS = ["父亲出生日期", "母亲出生日期"]
SCHOOLS = ["本科毕业院校", "硕士院校", "博士院校"]


def _said(path: Path, base: RuleBase, field: str) -> list[str | None]:
    """What each row says of a field, in words."""
    with open_table(path, base.vocabulary) as table:
        (reader,) = table.readers(base.vocabulary, AS_OF)
        people = [reader.read(row) for _, rows in table.people({}, 100) for row in rows]
    entry = base.vocabulary.fields[field]
    return [None if p.facts.get(field) is None else entry.show(p.facts.get(field)) for p in people]


def _table(path: Path, headings: list[str], *rows: list[Any]) -> Path:
    return book(path, [["姓名", "引进日期", *headings], *([f"职工{n}", "2024-07", *row] for n, row in enumerate(rows))])


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2023.3.1", "2026.2.28"),
        ("2023年3月", "2026年2月"),
        (date(2023, 3, 1), date(2026, 2, 28)),
        ("45000", "46081"),
        ("2023.3", "2027-03-15"),
        ("2023-03-01", "2025-08-31"),
    ],
)
def test_a_contract_in_two_columns_is_as_long_as_it_is_in_one(
    tmp_path: Path, base: RuleBase, begin: Any, end: Any
) -> None:
    shown = {"45000": "2023-03-15", "46081": "2026-02-28"}
    one = f"{shown.get(begin, begin)}至{shown.get(end, end)}"
    two = _said(_table(tmp_path / "two.xlsx", TERM, [begin, end]), base, "contract_years")
    assert two == _said(_table(tmp_path / "one.xlsx", ["合同起止时间"], [one]), base, "contract_years")
    assert two != [None]


@pytest.mark.parametrize(
    ("headings", "field"),
    [
        (["劳动合同起始日", "劳动合同到期日"], "contract_years"),
        (["聘用开始时间", "聘用结束时间"], "contract_years"),
        (["合同起（年月日）", "合同止（年月日）"], "contract_years"),
        (["父亲生日", "母亲生日"], "parents"),
        (["父出生年月", "母出生年月"], "parents"),
    ],
)
def test_headings_of_two_parts_as_offices_write_them(
    tmp_path: Path, base: RuleBase, headings: list[str], field: str
) -> None:
    assert _said(_table(tmp_path / "x.xlsx", headings, ["1950.1.1", "1952.12.31"]), base, field) != [None]


def test_half_a_contract_is_no_contract(tmp_path: Path, run: Run) -> None:
    rows = [["2023.3.1", ""], ["", "2026.2.28"], ["2026.3.1", "2023.2.28"], ["2023.3.1", "无固定期限"]]
    _, summary = run(_table(tmp_path / "x.xlsx", TERM, *rows), tmp_path / "o.xlsx")
    assert [(p["row"], p["column"], p["field"]) for p in summary["problems"]] == [
        (4, "D", "contract_years"),
        (5, "D", "contract_years"),
    ]
    assert "颠倒" in summary["problems"][0]["message"] and "没有写是多久" in summary["problems"][1]["message"]
    _, summary = run(_table(tmp_path / "y.xlsx", TERM[:1], ["2023.3.1"]))
    assert summary["remarks"] == ["“合同开始日期”没有用上：要起、止两列都有才算得出多久，缺的是劳动合同年限"]


def test_a_column_of_its_own_is_read_and_the_parts_are_not(tmp_path: Path, base: RuleBase, run: Run) -> None:
    path = _table(tmp_path / "x.xlsx", [*TERM, "合同年限"], ["2023.3.1", "2026.2.28", "5年"])
    assert _said(path, base, "contract_years") == ["5年"]
    _, summary = run(path)
    assert [c["role"] for c in summary["mapping"]][2:] == ["ignored", "ignored", "field"]
    assert summary["problems"] == [] and summary["remarks"] == []


def test_a_number_that_may_be_a_tenth_is_asked_in_a_part_too(tmp_path: Path, run: Run) -> None:
    _, summary = run(_table(tmp_path / "x.xlsx", TERM, [2024.1, "2027.2.28"]))
    (problem,) = summary["problems"]
    assert (problem["field"], problem["severity"]) == ("contract_years", "error")


def test_both_parents_are_told_by_two_columns(tmp_path: Path, base: RuleBase) -> None:
    rows = [["1952-03-01", "1955.8"], ["1952-03-01", "已故"], ["无", "去世"], ["1952-03-01", ""], ["不详", "1955.8"]]
    said = _said(_table(tmp_path / "x.xlsx", PARENTS, *rows), base, "parents")
    assert said[:2] == ["1952-03-01、1955-08", "1952-03-01"]
    assert said[2] == base.vocabulary.fields["parents"].show(())
    assert said[3:] == [None, None]  # who is not told of may have a birthday, too


def test_of_several_schools_that_of_the_highest_degree_counts(tmp_path: Path, base: RuleBase) -> None:
    three = ["内蒙古大学", "清华大学", "北京大学"]
    rows = [["本科", *three], ["硕士", *three], ["博士", *three], ["", *three], ["硕士", "清华大学", "", ""]]
    said = _said(_table(tmp_path / "x.xlsx", ["学位", *SCHOOLS], *rows), base, "school")
    assert said == ["内蒙古大学", "清华大学", "北京大学", None, None]


def test_without_a_degree_no_school_is_the_highest(tmp_path: Path, run: Run) -> None:
    _, summary = run(_table(tmp_path / "x.xlsx", SCHOOLS[:2], ["内蒙古大学", "清华大学"]))
    why = "没有用上：要有学位一列，才知道哪一所是最高学位的，缺的是毕业院校"
    assert summary["remarks"] == [f"“{name}”{why}" for name in SCHOOLS[:2]]


def test_both_engines_and_all_kinds_of_files_read_the_parts_alike(tmp_path: Path, run: Run) -> None:
    headings = ["学位", *TERM, *PARENTS, *SCHOOLS]
    row = ["硕士", "2023-03-01", "2026-02-28", "1952-03-01", "1955-08-20", "内蒙古大学", "清华大学", ""]
    path = _table(tmp_path / "x.xlsx", headings, row, ["博士", "2023-03-01", *row[2:]], [*row[:2], "看情况", *row[3:]])
    names, *rows = texts(path, "人员")
    pq.write_table(pa.Table.from_pylist([dict(zip(names, r, strict=True)) for r in rows]), tmp_path / "x.parquet")
    (tmp_path / "x.csv").write_text("\n".join(",".join(r) for r in [names, *rows]), encoding="utf-8")
    found = []
    for source, engine in (("x.xlsx", "columns"), ("x.xlsx", "exact"), ("x.csv", "columns"), ("x.parquet", "columns")):
        output = tmp_path / f"{source}.{engine}.out.parquet"
        run(tmp_path / source, output, engine=engine)
        found.append(pq.read_table(output).drop(["原行号"]).to_pylist())
    assert all(each == found[0] for each in found[1:])
    assert "school" not in (found[0][0]["ordos-housing-2024/settling_in.missing"] or "")


def test_a_wrong_part_comes_back_in_its_own_columns_and_can_be_corrected(tmp_path: Path, run: Run) -> None:
    path = _table(tmp_path / "x.xlsx", TERM, ["2023.3.1", "看情况"], ["2023.3.1", "2026.2.28"])
    code, _ = run(path, tmp_path / "o.xlsx")
    head, row = texts(tmp_path / "o.xlsx", "待修正")
    assert code == 2 and [row[head.index(name)] for name in TERM] == ["2023.3.1", "看情况"]
    assert not any("、" in name for name in head)
    row[head.index(TERM[1])] = "2026.2.28"
    assert run(book(tmp_path / "again.xlsx", [head, row], "待修正"))[1]["rows_ok"] == 1


def test_rows_of_sheets_with_other_headings_can_be_corrected_on_one_sheet(tmp_path: Path, run: Run) -> None:
    one = [["姓名", "学历", *TERM, *SCHOOLS], ["甲", "硕士", "2023.3.1", "看情况", "内蒙古大学", "清华大学", ""]]
    other = ["姓名", "最高学历", "聘用开始日期", "聘用结束日期", "本科院校", "硕士毕业院校", "博士毕业院校"]
    two = [other, ["乙", "硕士", "2023.3.1", "看情况", "内蒙古大学", "清华大学", ""]]
    run(sheets(tmp_path / "x.xlsx", {"一": one, "二": two}), tmp_path / "o.xlsx")
    given = [[cell.replace("看情况", "2026.2.28") for cell in row] for row in texts(tmp_path / "o.xlsx", "待修正")]
    _, summary = run(book(tmp_path / "again.xlsx", given, "待修正"), tmp_path / "again.parquet")
    assert summary["rows_ok"] == 2
    found = pq.read_table(tmp_path / "again.parquet").drop(["姓名", "工作表", "原行号"]).to_pylist()
    missing = found[0]["ordos-housing-2024/settling_in.missing"]
    assert found[0] == found[1] and "school" not in missing and "contract_years" not in missing


def test_parts_on_several_sheets(tmp_path: Path, run: Run) -> None:
    one = [["姓名", "学历", *TERM], ["甲", "硕士", "2023.3.1", "2026.2.28"]]
    two = [["备注", *TERM, "学历", "姓名"], ["x", "2023.3.1", "看情况", "硕士", "乙"]]
    three = [["姓名", "学历", "合同年限"], ["丙", "硕士", "3年"]]
    path = sheets(tmp_path / "x.xlsx", {"一": one, "二": two, "三": three})
    _, summary = run(path, tmp_path / "o.xlsx")
    assert [(s["sheet"], s["rows"]) for s in summary["sheets"]] == [("一", 1), ("二", 1), ("三", 1)]
    assert [(p["sheet"], p["column"], p["field"]) for p in summary["problems"]] == [("二", "C", "contract_years")]
    assert [row[1] for row in texts(tmp_path / "o.xlsx", "结果")[2:]] == ["一", "二", "三"]


@pytest.mark.parametrize("heading", ["毕业院校全称", "最高学历毕业学校", "学位授予院校", "毕业学校名称"])
def test_a_school_has_many_headings(tmp_path: Path, base: RuleBase, heading: str) -> None:
    assert _said(_table(tmp_path / "x.xlsx", [heading], ["清华大学"]), base, "school") == ["清华大学"]


@pytest.mark.parametrize("heading", ["第一学历院校", "研究生院校", "毕业院校及专业"])
def test_a_school_that_need_not_be_the_last_is_not_taken_for_it(tmp_path: Path, base: RuleBase, heading: str) -> None:
    assert _said(_table(tmp_path / "x.xlsx", ["学位", heading], ["硕士", "清华大学"]), base, "school") == [None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3年（2021.8.1-2024.7.31）", "2024-07-31 就到期了"),
        ("2021-08-01至2024-07-31", "2024-07-31 就到期了"),
        ("2025-01-01至2028-12-31", "2025-01-01 才开始"),
        ("2024.3.1-2027.2.28", ""),
        ("2021.9-2024.9", ""),
        ("2024.9.1-2027.8.31", ""),
    ],
)
def test_a_contract_over_or_still_to_come_on_the_day_is_reminded_of(base: RuleBase, text: str, said: str) -> None:
    found = read(base, "contract_years", text, today=date(2024, 9, 1))
    assert "contract_years" in found.values
    assert (found.complaint is not None) == bool(said)
    if found.complaint is not None:
        assert said in found.complaint.message and found.complaint.severity == "warning"
