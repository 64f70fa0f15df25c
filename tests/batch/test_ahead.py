"""Who comes only after the day of application has not come: the row says so, and nothing counts on it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from batch.books import Run, book

_FACTS = {
    "引进方式": "全职",
    "劳动合同年限": "3年",
    "在职在岗": "是",
    "市外引进": "是",
    "首次引进": "是",
    "市籍": "否",
    "自主创业": "否",
    "人才类别": "F类",
    "学位": "硕士",
    "单位性质": "民营及其他企业",
    "市级英才称号": "无",
}
_DAYS = {"甲": "2024-03-01", "乙": "2025-03-01", "丙": "2024-09-02"}


def _people(**more: Any) -> list[dict[str, Any]]:
    return [{"姓名": name, "引进日期": day, **_FACTS, **more} for name, day in _DAYS.items()]


def _file(path: Path, people: list[dict[str, Any]]) -> Path:
    if path.suffix == ".xlsx":
        return book(path, [list(people[0]), *(list(p.values()) for p in people)])
    table = pa.Table.from_pylist([{**p, "引进日期": date.fromisoformat(p["引进日期"])} for p in people])
    (pq.write_table if path.suffix == ".parquet" else pc.write_csv)(table, path)
    return path


def _judged(path: Path) -> dict[str, tuple[str, str, str]]:
    """Name → how the row was read, what is said of it, and the settling-in money of classes A to F."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    title = next(k for k in rows[0] if k.startswith("A至F类人才安家") and k.endswith("结论"))
    return {r["姓名"]: (r["校验结果"], r.get("错误明细") or "", r[title]) for r in rows}


@pytest.mark.parametrize(
    ("name", "engine"), [("x.xlsx", "columns"), ("x.csv", "columns"), ("x.parquet", "columns"), ("x.csv", "exact")]
)
def test_who_comes_after_the_day_is_warned_of_and_gets_nothing_for_sure(
    tmp_path: Path, run: Run, name: str, engine: str
) -> None:
    run(_file(tmp_path / name, _people()), tmp_path / "o.jsonl", as_of=date(2024, 9, 1), engine=engine)
    found = _judged(tmp_path / "o.jsonl")
    assert found["甲"] == ("通过", "", "符合")
    for person, day in (("乙", "2025-03-01"), ("丙", "2024-09-02")):
        status, said, outcome = found[person]
        assert (status, outcome) == ("有提醒", "待补充")
        assert f"引进日期 {day} 晚于申请日期 2024-09-01" in said


def test_the_result_in_figures_says_so_too(tmp_path: Path, run: Run) -> None:
    run(_file(tmp_path / "x.parquet", _people()), tmp_path / "o.parquet", as_of=date(2024, 9, 1))
    rows = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert [r["校验结果"] for r in rows] == ["通过", "有提醒", "有提醒"]
    assert "晚于申请日期 2024-09-01" in rows[1]["错误明细"]


@pytest.mark.parametrize("engine", ["columns", "exact"])
def test_a_day_of_application_in_the_row_holds_for_it(tmp_path: Path, run: Run, engine: str) -> None:
    people = _people(申请日期="2025-06")
    run(_file(tmp_path / "x.csv", people), tmp_path / "o.jsonl", as_of=date(2024, 9, 1), engine=engine)
    assert {status for status, *_ in _judged(tmp_path / "o.jsonl").values()} == {"通过"}


@pytest.mark.parametrize("order", [("学位", "学历"), ("学历", "学位")])
@pytest.mark.parametrize(("told", "sure"), [("博士研究生", False), ("大专", True)])
def test_a_schooling_does_not_stand_for_a_degree_said_not_to_be_there(
    tmp_path: Path, run: Run, order: tuple[str, str], told: str, sure: bool
) -> None:
    cells = {"学位": "无", "学历": told}
    rows = [["姓名", *order], ["甲", *(cells[name] for name in order)]]
    _, summary = run(book(tmp_path / "x.xlsx", rows), tmp_path / "o.xlsx")
    assert (summary["rows_ok"] == 1) is sure
