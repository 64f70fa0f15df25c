"""What a workbook knows of its cells beside their text: merged, hidden, lost, shown as a month, told twice."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from batch.books import AS_OF, Run, book, codes, identity
from talent_rules.library import RuleBase


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
    assert codes(summary) == [(3, "degree", "B751"), (4, "", "B752")]


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
    assert {(f, c) for _, f, c in codes(summary)} == {
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
    assert [(r, c) for r, _, c in codes(summary)] == [(3, "B709"), (4, "B710")]
    assert one not in json.dumps(summary)
