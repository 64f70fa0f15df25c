"""What a result says of each person: every benefit by name, and no sum surer than it is."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from batch.books import Run, book, texts
from talent_rules.batch.cells import at_most, each_year, told
from talent_rules.batch.plan import NAMED_ONLY, NOBODY, OVERALL
from talent_rules.library import RuleBase

_DAY = date(2026, 11, 1)
#: Somebody of whom everything is told, and who gets little
_TOLD = {
    "学位": "本科",
    "学位状态": "已取得",
    "毕业院校": "内蒙古工业大学",
    "境外院校": "否",
    "人才类别": "未认定",
    "市级英才称号": "无",
    "顶尖人才身份": "否",
    "引进日期": "2022-03",
    "市外引进": "是",
    "首次引进": "是",
    "市籍": "否",
    "引进方式": "全职",
    "自主创业": "否",
    "劳动合同年限（年）": "3年",
    "在职在岗": "是",
    "单位性质": "民营及其他企业",
    "市直国有企事业": "否",
    "重点企业目录内": "否",
    "旗区": "东胜区",
    "岗位类别": "其他岗位",
    "学习形式": "全日制",
    "证书情况": "学历学位双证",
    "职称": "无职称",
    "自治区英才类别": "无",
    "高校引才层次": "未定",
    "在站博士后": "否",
    "劳动合同": "是",
    "单位在市登记纳税": "是",
    "新兴产业企业": "否",
    "上年依法纳税": "是",
    "研究领域": "不做科研",
    "已购房": "否",
    "购房面积（㎡）": "",
    "市内租房": "否",
    "年满70周岁父母人数": "0",
    "不满3周岁子女人数": "0",
    "在校生": "否",
    "在市实习": "否",
    "大学生创业项目": "否",
    "取得职业技能资格": "否",
    "荣誉与入选": "",
}
_PEOPLE = {
    "社工": {"岗位类别": "专职社区工作者"},
    "博士后": {"学位": "博士", "在站博士后": "是"},
    "未来之星": {
        "学位": "硕士",
        "学位状态": "在读",
        "在校生": "是",
        "荣誉与入选": "鄂尔多斯未来之星",
        "市籍": "是",
        "证书情况": "",
    },
    "英才": {"市级英才称号": "鄂尔多斯英才", "已购房": "是", "购房面积（㎡）": "120"},
    "顶尖": {
        "学位": "博士",
        "人才类别": "A类",
        "顶尖人才身份": "是",
        "引进日期": "2024-03-01",
        "单位性质": "市直国有企业",
        "市直国有企事业": "是",
    },
    "没有的": {},
}


def _table(folder: Path) -> Path:
    people = [{"姓名": name, **_TOLD, **more} for name, more in _PEOPLE.items()]
    return book(folder / "x.xlsx", [list(people[0]), *(list(p.values()) for p in people)])


def _by_name(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return {row["姓名"]: row for row in csv.DictReader(handle)}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _table(tmp_path_factory.mktemp("people"))


@pytest.mark.parametrize("engine", ["columns", "exact"])
def test_every_benefit_somebody_has_stands_beside_his_name(
    tmp_path: Path, run: Run, table: Path, engine: str, base: RuleBase
) -> None:
    run(table, tmp_path / "o.csv", as_of=_DAY, engine=engine)
    found = _by_name(tmp_path / "o.csv")
    assert "“鄂尔多斯未来之星”奖学金" in found["未来之星"]["符合的待遇"]
    assert "在站博士后生活补贴" in found["博士后"]["待认定的待遇"].split("、")
    assert "A类人才年薪" in found["顶尖"]["符合的待遇"].split("、")
    assert "专职社区工作者薪酬" in found["社工"]["待认定的待遇"].split("、")
    assert {"人才服务卡和天骄行卡", "专家体检和疗养休假"} <= set(found["没有的"]["待认定的待遇"].split("、"))
    for row in found.values():
        for heading, label in (("符合的待遇", "符合"), ("待认定的待遇", "待认定")):
            names = row[heading].split("、") if row[heading] else []
            own = [name.removesuffix("·结论") for name, said in row.items() if name.endswith("·结论") and said == label]
            assert set(own) <= set(names)


def test_both_engines_write_the_same_result(tmp_path: Path, run: Run, table: Path) -> None:
    said = []
    for engine in ("columns", "exact"):
        _, summary = run(table, tmp_path / f"{engine}.csv", as_of=_DAY, engine=engine)
        said.append(((tmp_path / f"{engine}.csv").read_bytes(), summary["total"], summary["benefits"]))
    assert said[0] == said[1]


def test_what_brings_money_has_columns_and_services_do_not_take_their_place(
    tmp_path: Path, run: Run, table: Path
) -> None:
    run(table, tmp_path / "o.xlsx", as_of=_DAY)
    band = [name for name in texts(tmp_path / "o.xlsx", "结果")[0] if name][2:]
    paid = {"“鄂尔多斯未来之星”奖学金", "在站博士后生活补贴", "A类人才年薪", "专职社区工作者薪酬"}
    assert paid <= set(band)
    if "人才服务卡和天骄行卡" in band:
        assert max(map(band.index, paid)) < band.index("人才服务卡和天骄行卡")


def test_why_a_benefit_has_no_columns_is_true(tmp_path: Path, run: Run, table: Path, base: RuleBase) -> None:
    from talent_rules.batch.plan import benefit_names

    _, summary = run(table, tmp_path / "o.xlsx", as_of=_DAY)
    about = {row[0]: row[1] for row in texts(tmp_path / "o.xlsx", "说明") if row[0]}
    names, outcomes = benefit_names(base), {b["id"]: b["outcomes"] for b in summary["benefits"]}
    closed = {names[i] for i, o in outcomes.items() if not o["eligible"] + o["needs_review"] + o["needs_info"]}
    settled = {names[i] for i, o in outcomes.items() if o["eligible"] + o["needs_review"]}
    assert set(about[NOBODY].split("、")) == closed
    assert set(about[NAMED_ONLY].split("、")) <= settled
    listed = {row[0].partition("（给")[0] for row in texts(tmp_path / "o.xlsx", "汇总")}
    assert {name.partition("（给")[0] for name in settled} <= listed


def test_a_sum_that_cannot_be_told_yet_is_no_exact_maximum(tmp_path: Path, run: Run, table: Path) -> None:
    _, summary = run(table, tmp_path / "o.csv", as_of=_DAY)
    found = _by_name(tmp_path / "o.csv")
    assert found["英才"]["认定后最多（元）"].endswith("万元起，其余补填后才能算")
    assert float(found["博士后"]["认定后最多（元）"]) > 0
    assert summary["total"]["likely"]["unbounded"] >= 1


def test_a_range_a_year_is_shown_as_a_range(tmp_path: Path, run: Run, table: Path) -> None:
    run(table, tmp_path / "o.jsonl", as_of=_DAY)
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    yearly = {row["姓名"]: row.get("每年另发（元/年）") for row in rows}
    assert yearly["社工"] == "最多 8.4084万元" and yearly["顶尖"] == "200万元–300万元" and yearly["没有的"] is None


def test_the_summary_calls_no_floor_a_maximum(tmp_path: Path, run: Run) -> None:
    rows = [["姓名", "学位", "学位状态", "毕业院校"], ["甲", "博士", "已取得", "清华大学"]]
    said = {}
    for engine in ("columns", "exact"):
        _, summary = run(book(tmp_path / "x.xlsx", rows), tmp_path / f"{engine}.xlsx", engine=engine)
        said[engine] = summary["total"]["possible"]
    most = {row[0]: row[1] for row in texts(tmp_path / "columns.xlsx", "汇总")}["信息补齐后最多（元）"]
    assert said["columns"] == said["exact"] and said["exact"]["unbounded"] == 1
    assert said["exact"]["hi"] >= 400_000 and most == f"至少 {said['exact']['hi']:,}"


def test_who_has_an_error_is_also_told_what_he_may_apply_for(tmp_path: Path, run: Run) -> None:
    people = [
        {"姓名": "甲", **_TOLD, **_PEOPLE["未来之星"], "旗区": "看不懂"},
        {"姓名": "乙", **_TOLD, "旗区": "看不懂"},
    ]
    path = book(tmp_path / "x.xlsx", [list(people[0]), *(list(p.values()) for p in people)])
    run(path, tmp_path / "o.csv", as_of=_DAY)
    steps = {name: row["下一步"] for name, row in _by_name(tmp_path / "o.csv").items()}
    assert steps["甲"] == "先改正表里的错误；可以申请已符合的待遇" and steps["乙"].startswith("先改正表里的错误")


@pytest.mark.parametrize("engine", ["columns", "exact"])
def test_a_refusal_says_what_is_asked_and_what_there_is(tmp_path: Path, run: Run, engine: str) -> None:
    graduate = {**_TOLD, "引进日期": "2024-05-01", "学位": "本科", "毕业院校": "内蒙古工业大学"}
    people = {
        "本科": {},
        "专科": {"学位": "专科"},
        "柔性": {"学位": "硕士", "引进方式": "柔性"},
        "名校专科": {"学位": "专科", "毕业院校": "清华大学"},
        "都有": {"学位": "硕士", "重点企业目录内": "是"},
    }
    rows = [{"姓名": name, **graduate, **more} for name, more in people.items()]
    path = book(tmp_path / "x.xlsx", [list(rows[0]), *(list(row.values()) for row in rows)])
    run(path, tmp_path / "o.csv", as_of=_DAY, engine=engine)
    found = _by_name(tmp_path / "o.csv")
    said = {name: row["高校毕业生安家补贴［安居办法（2024）］·原因"] for name, row in found.items()}
    asked = "不满足要求：学位至少硕士，或 "
    assert said["本科"] == asked + "双一流，或 境外院校（现为 学位 本科、双一流 否、境外院校 否）"
    assert said["专科"].startswith(asked + "本科 且 双一流，或 本科 且 境外院校（现为 学位 专科")
    assert said["名校专科"] == asked + "本科（现为 学位 专科）"
    assert said["柔性"] == "不满足要求：引进方式：全职（现为 柔性）"
    assert found["本科"]["重点企业引进人才每月生活补贴·原因"] == "不满足要求：重点企业目录内（现为 否）"


def test_sums_in_words() -> None:
    assert at_most(2_100_000_00) == 2_100_000 and at_most(None) == "不封顶"
    assert at_most(210_000_00, True) == "21万元起，其余补填后才能算" and at_most(0, True) == "补填后才能算"
    assert each_year(0, 0) == "" and each_year(5_000_00, 5_000_00) == 5_000
    assert each_year(50_304_00, 84_084_00) == "5.0304万元–8.4084万元" and each_year(0, 84_084_00) == "最多 8.4084万元"
    assert each_year(2_000_000_00, None) == "200万元以上" and each_year(0, 0, True) == "补填后才能算"
    assert told(100_00, 0) == 100 and told(152_000_00, 30) == "至少 152,000" and told(0, 1) == "不封顶"


def test_words_and_figures_of_the_whole_person_have_their_columns() -> None:
    assert [name for name, _ in OVERALL if "（元" in name] == [
        "有把握合计（元）",
        "认定后最多（元）",
        "每年另发（元/年）",
    ]
