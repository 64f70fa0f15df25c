"""缺什么: which fact to ask for first, and no figure made of what hardly anybody gets."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from batch.books import Run, book, texts
from batch.test_results import _TOLD

_DAY = date(2026, 11, 1)
_MONTHLY, _ONCE = "重点企业引进人才每月生活补贴", "重点企业本科生一次性生活补贴"
_WORTH = "都批下来至少\n（元）"
_UNSURE = "另有金额\n说不准的人数"


def _people(folder: Path, *people: dict[str, str]) -> Path:
    rows = [{"姓名": f"职工{number}", **_TOLD, **person} for number, person in enumerate(people)]
    return book(folder / "x.xlsx", [list(rows[0]), *(list(row.values()) for row in rows)])


def _missing(path: Path) -> dict[str, dict[str, Any]]:
    head, *rows = texts(path, "缺什么")
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


def test_a_fact_is_worth_the_largest_sum_each_person_surely_gets_by_it(tmp_path: Path, run: Run) -> None:
    _, told = run(_people(tmp_path, {"重点企业目录内": "是"}), tmp_path / "t.csv", as_of=_DAY)
    sums = {b["name"]: b["review_amount"] for b in told["benefits"]}
    assert sums[_ONCE]["lo"] == 10_000 and sums[_MONTHLY]["lo"] == sums[_MONTHLY]["hi"] > 10_000
    run(_people(tmp_path, *[{"重点企业目录内": ""}] * 2, {}), tmp_path / "o.xlsx", as_of=_DAY)
    found = _missing(tmp_path / "o.xlsx")["重点企业目录内"]
    assert (found["缺的人数"], found["牵涉金额的\n人数"], found[_UNSURE]) == ("2", "2", "0")
    assert float(found[_WORTH]) == 2 * sums[_MONTHLY]["lo"]
    assert found["只差它的\n（人次）"] == found["等它的结论\n（人次）"]
    assert _MONTHLY in found["牵涉的待遇"]


def test_what_only_few_have_is_named_but_not_counted_in_money(tmp_path: Path, run: Run) -> None:
    people = [{"人才类别": "", "市级英才称号": "", "引进日期": "2024-05-01"}] * 5
    _, summary = run(_people(tmp_path, *people), tmp_path / "o.xlsx", as_of=_DAY)
    found = _missing(tmp_path / "o.xlsx")
    assert "少数人才有的：" in found["人才类别"]["牵涉的待遇"]
    assert "A至F类人才安家补贴" in found["人才类别"]["牵涉的待遇"].partition("少数人才有的：")[2]
    assert found["人才类别"]["怎么填"].endswith("多数人是“未认定”，先问可能有的人")
    worth = {lack["field"]: lack["at_least"] for lack in summary["missing"]}
    assert worth["talent_category"] == worth["municipal_title"] == 0


def test_a_sum_that_hangs_on_a_price_is_told_by_heads_alone(tmp_path: Path, run: Run) -> None:
    person = {"市级英才称号": "鄂尔多斯英才", "引进日期": "2024-05-01", "已购房": "是", "购房面积（㎡）": "120"}
    run(_people(tmp_path, person), tmp_path / "o.xlsx", as_of=_DAY)
    found = _missing(tmp_path / "o.xlsx")["购房单价"]
    assert (found["缺的人数"], found[_WORTH], found[_UNSURE]) == ("1", "0", "1")


def test_what_brings_money_to_many_is_asked_before_what_only_few_have(tmp_path: Path, run: Run) -> None:
    people = [{"重点企业目录内": "", "荣誉与入选": "", "在站博士后": "", "学位": "博士"}] * 3
    _, summary = run(_people(tmp_path, *people), tmp_path / "o.csv", as_of=_DAY)
    order = [lack["field"] for lack in summary["missing"]]
    assert order[0] == "key_enterprise"
    assert order.index("key_enterprise") < min(order.index("awards"), order.index("postdoc"))


@pytest.mark.parametrize(
    "blank", [("人才类别", "市级英才称号"), ("引进方式", "学位", "旗区"), ("重点企业目录内", "学位")]
)
def test_both_engines_count_what_is_missing_alike(tmp_path: Path, run: Run, blank: tuple[str, ...]) -> None:
    people = [dict.fromkeys(blank, ""), dict.fromkeys(blank[:1], ""), {"学位": "博士", blank[-1]: ""}, {}]
    path = _people(tmp_path, *people)
    said = [run(path, tmp_path / f"{e}.csv", as_of=_DAY, engine=e)[1]["missing"] for e in ("columns", "exact")]
    assert said[0] == said[1] and any(lack["paid_people"] for lack in said[0])


def test_whoever_may_get_more_is_counted_where_nothing_is_sure_yet(tmp_path: Path, run: Run) -> None:
    people = ({"重点企业目录内": ""}, {"重点企业目录内": "", "劳动合同年限": ""}, {"重点企业目录内": "否"})
    _, told = run(_people(tmp_path, *people), tmp_path / "o.xlsx", as_of=_DAY)
    rows = {row[0]: row[1] for row in texts(tmp_path / "o.xlsx", "汇总") if row and row[0]}
    assert rows["补齐信息还可能有金额的人数"] == str(told["rows_that_may_get_more"])
    assert 2 <= told["rows_that_may_get_more"] <= 3
