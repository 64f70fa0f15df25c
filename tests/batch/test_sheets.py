"""A workbook with several sheets: all that tell the same of somebody are one list, the others are named."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from batch.books import AS_OF, Run, identity, sheets, texts
from talent_rules.batch.command import batch
from talent_rules.diff.workbook import read_workbook
from talent_rules.library import RuleBase

HEADER = ["姓名", "身份证号", "学历", "毕业院校", "引进时间", "是否在岗", "部门"]
ONE, TWO, THREE = (identity(f"19{n}0307", n) for n in (90, 91, 92))
ZHANG = ["张三", ONE, "硕士", "清华大学", "2024.7", "是", "研发"]
LI = ["李四", TWO, "博士", "北京大学", "2024年3月", "√", "销售"]
WANG = ["王五", THREE, "看情况", "清华大学", "2024.5", "是", "研发"]


def _year(path: Path, **more: list[list[Any]]) -> Path:
    return sheets(path, {"一季度": [["一季度人才名单"], HEADER, ZHANG], "二季度": [HEADER, LI, WANG], **more})


def _column(rows: list[list[str]], name: str, head: int = 0) -> list[str]:
    at = rows[head].index(name)
    return [row[at] for row in rows[head + 1 :]]


def test_all_sheets_that_tell_the_same_are_one_list_and_each_row_says_its_sheet(tmp_path: Path, run: Run) -> None:
    code, summary = run(_year(tmp_path / "x.xlsx", 三季度=[HEADER]), tmp_path / "o.xlsx")
    assert (code, summary["rows"], summary["left_out"]) == (2, 3, [])
    assert summary["sheets"] == [
        {"sheet": "一季度", "rows": 1},
        {"sheet": "二季度", "rows": 2},
        {"sheet": "三季度", "rows": 0},
    ]
    results = texts(tmp_path / "o.xlsx", "结果")
    assert [_column(results, name, 1) for name in ("姓名", "工作表", "原行号")] == [
        ["张三", "李四", "王五"],
        ["一季度", "二季度", "二季度"],
        ["3", "2", "3"],
    ]
    assert [(p["sheet"], p["row"], p["code"]) for p in summary["problems"]] == [("二季度", 3, "B701")]
    wrong = texts(tmp_path / "o.xlsx", "待修正")
    assert (_column(wrong, "工作表"), _column(wrong, "原行号")) == (["二季度"], ["3"])
    told = [cell for row in texts(tmp_path / "o.xlsx", "汇总") for cell in row]
    assert "3 张工作表：一季度 1 人、二季度 2 人、三季度 0 人" in told


def test_what_is_printed_names_the_sheet_of_each_row(
    tmp_path: Path, base: RuleBase, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(_year(tmp_path / "x.xlsx"), output=tmp_path / "o.xlsx", as_of=AS_OF, base=base) == 2
    said = capsys.readouterr().out
    assert "工作表“二季度”第3行 C列“学历”" in said and "工作表：一季度 1 人、二季度 2 人" in said


def test_headings_may_differ_in_words_order_and_unit_and_further_columns(tmp_path: Path, run: Run) -> None:
    one: list[list[object]] = [
        ["姓名", "学历", "年薪（万元）", "部门"],
        ["张三", "硕士", 30, "研发"],
        ["李四", "看情况", 30, "研发"],
    ]
    two: list[list[object]] = [
        ["年薪（元）", "姓名", "备注", "学历层次"],
        [300000, "王五", "第二批", "硕士"],
        [300000, "赵六", "第三批", "看情况"],
    ]
    path = sheets(tmp_path / "x.xlsx", {"一": one, "二": two})
    code, summary = run(path, tmp_path / "o.xlsx")
    assert (code, summary["rows"], summary["left_out"]) == (2, 4, [])
    assert [(p["sheet"], p["row"], p["column"], p["header"]) for p in summary["problems"]] == [
        ("一", 3, "B", "学历"),
        ("二", 3, "D", "学历层次"),
    ]
    results = texts(tmp_path / "o.xlsx", "结果")
    assert _column(results, "部门", 1) == ["研发", "研发", "", ""]
    run(path, tmp_path / "o.parquet")
    found = pq.read_table(tmp_path / "o.parquet").drop(["姓名", "工作表", "部门", "原行号"]).to_pylist()
    assert found[0] == found[2]  # 30万元 and 300000元
    head, *wrong = texts(tmp_path / "o.xlsx", "待修正")
    given = [{name: cell for name, cell in zip(head, row, strict=True) if cell} for row in wrong]
    assert [(g["工作表"], g.get("学历"), g.get("学历层次")) for g in given] == [
        ("一", "看情况", None),
        ("二", None, "看情况"),
    ]
    assert [(g.get("年薪（万元）"), g.get("年薪（元）"), g.get("备注")) for g in given] == [
        ("30", None, None),
        (None, "300000", "第三批"),
    ]


def test_sheets_that_are_no_lists_of_people_are_named_and_nothing_is_missing(tmp_path: Path, run: Run) -> None:
    path = _year(
        tmp_path / "x.xlsx",
        封面=[["2024年人才引进情况"], ["填报单位：某某集团"]],
        统计=[["学历", "人数"], ["硕士", 3], ["博士", 1]],
        下拉选项=[["学历", "引进方式", "单位性质"], ["硕士", "全职", "民营"]],
        空=[],
    )
    _, summary = run(path)
    assert (summary["rows"], summary["left_out"]) == (3, [])
    assert summary["remarks"] == ["工作表“封面”“空”“统计”“下拉选项”不是同样的人员表，没有读"]


def test_a_sheet_of_people_that_tells_something_else_is_left_out_and_said_why(tmp_path: Path, run: Run) -> None:
    other = [
        ["姓名", "身份证号", "学力", "毕业院校", "引进时间", "是否在岗", "子女"],
        ["赵六", "", "硕士", "", "", "是", "无"],
    ]
    path = sheets(tmp_path / "x.xlsx", {"一季度": [HEADER, ZHANG], "四季度": other})
    code, summary = run(path, tmp_path / "o.xlsx")
    (said,) = summary["left_out"]
    assert (code, summary["rows"]) == (2, 1)
    why = "没有学位，多出子女，认不出“学力”"
    assert said.startswith(f"工作表“四季度”里的人没有核对，它的列与“一季度”的不同（{why}）")
    for sheet in ("汇总", "说明"):
        assert any(said in cell for row in texts(tmp_path / "o.xlsx", sheet) for cell in row)
    assert "工作表" not in texts(tmp_path / "o.xlsx", "结果")[1]  # only one was read
    code, summary = run(path, sheets=["四季度"])
    assert (summary["sheet"], summary["rows"], summary["left_out"]) == ("四季度", 1, [])


def test_a_smaller_sheet_is_missed_where_it_tells_of_other_people(tmp_path: Path, run: Run) -> None:
    def left_out(*names: str) -> list[str]:
        pay = [["姓名", "年薪", "社保月数"], *([name, "30万", "24"] for name in names)]
        found: list[str] = run(_year(tmp_path / "x.xlsx", 工资=pay))[1]["left_out"]
        return found

    assert left_out("张三", "李四") == []
    (said,) = left_out("张三", "赵六", "孙七")
    assert said.startswith("工作表“工资”里的人没有核对，它的列与“一季度”的不同")


def test_who_has_left_and_who_is_an_example_are_not_counted_in(tmp_path: Path, run: Run) -> None:
    code, summary = run(_year(tmp_path / "x.xlsx", 离职人员=[HEADER, LI]))
    assert (code, [s["sheet"] for s in summary["sheets"]]) == (2, ["一季度", "二季度"])
    assert summary["left_out"] == [
        "工作表“离职人员”里的人没有核对，看名字不算在内：要核对用 --sheet 离职人员 另做一次，或改个名字"
    ]
    assert run(tmp_path / "x.xlsx", sheets=["离职人员"])[1]["rows"] == 1


def test_the_wanted_sheets_are_read_and_no_others(tmp_path: Path, run: Run) -> None:
    path = _year(
        tmp_path / "x.xlsx",
        三季度=[HEADER, ["赵六", "", "硕士", "", "", "", ""]],
        其他=[["姓名", "学历"], ["甲", "硕士"]],
    )
    assert [s["sheet"] for s in run(path)[1]["sheets"]] == ["一季度", "二季度", "三季度"]
    code, summary = run(path, sheets=["一季度"])
    assert (code, [s["sheet"] for s in summary["sheets"]], summary["left_out"]) == (0, ["一季度"], [])
    code, summary = run(path, sheets=["其他", "三季度"])
    assert (code, [(s["sheet"], s["rows"]) for s in summary["sheets"]]) == (0, [("三季度", 1), ("其他", 1)])
    assert run(path, sheets=["一季度", "五季度"])[0] == 1
    code, summary = run(
        sheets(tmp_path / "y.xlsx", {"封面": [["封面"]], "人员": [HEADER, ZHANG]}), sheets=["封面", "人员"]
    )
    assert code == 2 and "没有找到表头" in summary["problems"][0]["message"]


def test_a_hidden_sheet_is_told_and_read_only_when_wanted(tmp_path: Path, run: Run) -> None:
    path = sheets(tmp_path / "x.xlsx", {"今年": [HEADER, ZHANG], "去年": [HEADER, LI]}, hidden=["去年"])
    code, summary = run(path)
    assert (code, summary["rows"]) == (0, 1)
    assert summary["remarks"] == ["工作表“去年”是隐藏的，没有读；要读用 --sheet 去年"]
    assert run(path, sheets=["今年", "去年"])[1]["rows"] == 2


@pytest.mark.parametrize("engine", ["columns", "exact"])
def test_a_number_that_stands_on_two_sheets_is_seen(tmp_path: Path, run: Run, engine: str) -> None:
    path = _year(tmp_path / "x.xlsx", 三季度=[HEADER, LI, ZHANG, ZHANG])
    _, summary = run(path, tmp_path / "o.xlsx", engine=engine)
    said = [(p["sheet"], p["row"], p["message"]) for p in summary["problems"] if p["code"] == "B710"]
    assert said == [
        ("三季度", 2, "身份证号与工作表“二季度”第 2 行相同"),
        ("三季度", 3, "身份证号与工作表“一季度”第 3 行相同"),
        ("三季度", 4, "身份证号与工作表“一季度”第 3 行相同"),
    ]


def test_a_sheet_of_the_whole_year_beside_its_quarters_counts_people_twice(tmp_path: Path, run: Run) -> None:
    path = _year(tmp_path / "x.xlsx", 全年=[HEADER, ZHANG, LI, WANG])
    _, summary = run(path, tmp_path / "o.xlsx")
    said = "工作表“全年”和“二季度”里多半是同样的人，各算了一次：只核对“全年”加 --sheet 全年"
    assert said in summary["remarks"] and summary["left_out"] == []
    assert any(said in cell for row in texts(tmp_path / "o.xlsx", "汇总") for cell in row)


def test_both_engines_print_the_same_of_several_sheets(tmp_path: Path, run: Run) -> None:
    path = _year(tmp_path / "x.xlsx")
    for engine in ("columns", "exact"):
        run(path, tmp_path / f"{engine}.xlsx", engine=engine)
    one, two = (texts(tmp_path / f"{engine}.xlsx", "结果") for engine in ("columns", "exact"))
    assert one == two


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_plain_tables_say_the_sheet_too(tmp_path: Path, run: Run, kind: str) -> None:
    output = tmp_path / f"o.{kind}"
    run(_year(tmp_path / "x.xlsx"), output)
    if kind == "parquet":
        found = pq.read_table(output).to_pylist()
    elif kind == "csv":
        found = list(csv.DictReader(output.read_text(encoding="utf-8-sig").splitlines()))
    else:
        found = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [(r["姓名"], r["工作表"], int(r["原行号"])) for r in found] == [
        ("张三", "一季度", 3),
        ("李四", "二季度", 2),
        ("王五", "二季度", 3),
    ]


def test_a_limit_counts_over_all_sheets(tmp_path: Path, run: Run) -> None:
    path = _year(tmp_path / "x.xlsx", 三季度=[HEADER, ZHANG])
    for output in (None, tmp_path / "o.xlsx"):
        _, summary = run(path, output, limit=2)
        assert [s["rows"] for s in summary["sheets"]] == [1, 1, 0]


def test_the_correction_sheet_alone_is_read_again_and_keeps_the_sheets(tmp_path: Path, run: Run) -> None:
    run(_year(tmp_path / "x.xlsx"), tmp_path / "o.xlsx")
    _, summary = run(tmp_path / "o.xlsx", tmp_path / "again.xlsx")
    assert (summary["sheet"], summary["rows"], summary["left_out"]) == ("待修正", 1, [])
    assert _column(texts(tmp_path / "again.xlsx", "结果"), "工作表", 1) == ["二季度"]
    assert _column(texts(tmp_path / "again.xlsx", "待修正"), "工作表") == ["二季度"]


def test_an_interrupted_run_over_several_sheets_goes_on_to_the_same_bytes(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, output = _year(tmp_path / "x.xlsx", 三季度=[HEADER, LI]), tmp_path / "o.xlsx"
    run(path, output)
    whole = output.read_bytes()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("talent_rules.batch.run._print", _killed)
        run(path, output)
    job = tmp_path / "o.xlsx.job"
    chunks = sorted(p.name for p in job.glob("chunk-*.arrow"))
    assert len(chunks) == 3
    (job / chunks[1]).unlink()
    other, summary = run(path, output, resume=True, sheets=["一季度"])
    assert other == 1 and "工作表" in summary["problems"][0]["message"]
    _, summary = run(path, output, resume=True)
    assert summary["resumed_chunks"] == 2 and output.read_bytes() == whole


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_change_of_rules_is_counted_over_the_people_of_all_sheets(tmp_path: Path, base: RuleBase) -> None:
    people = read_workbook(_year(tmp_path / "x.xlsx"), base, AS_OF)
    assert len(people) == 3
    degrees = [people.facts(number).get("degree") for number in range(3)]
    assert degrees == ["master", "phd", None]
    pieces = [people.read(piece).rows for piece in people.pieces(1)]
    assert pieces == [1, 1, 1]


@pytest.mark.parametrize(("first", "second"), [(["F类", "无"], ["无", "无"]), (["高校A层", "高校B层"], ["无", "无"])])
def test_the_same_headings_are_the_same_facts_on_every_sheet(
    tmp_path: Path, run: Run, first: list[str], second: list[str]
) -> None:
    head = ["姓名", "学位", "引进日期", "人才层次"]
    one = [[f"甲{n}", "博士", "2024-01-05", cell] for n, cell in enumerate(first)]
    two = [[f"乙{n}", "博士", "2024-01-05", cell] for n, cell in enumerate(second)]
    path = sheets(tmp_path / "x.xlsx", {"一季度": [head, *one], "二季度": [head, *two]})
    _, summary = run(path)
    assert (summary["rows"], summary["left_out"]) == (4, [])
