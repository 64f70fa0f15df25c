"""Certain corrections are made, doubtful ones are left to the author."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from snippets import TODAY, VOCABULARY, benefit, document, write
from talent_rules.checks.command import as_sarif, lint
from talent_rules.checks.fixes import Fix, apply_fixes, only_near

FIXED = [
    ("    金额: 10万元", "    金额： 10万元", "S105"),
    ("    金额: 10万元", "    金额: 10W元", "Q403"),
    ("    发放: {", "    发放放: {", "K201"),
    ("    条件: [学位 是 博士, 双一流 是 是]", "    条件: [学位 是 博士，双一流 是 是]", "S106"),
    ("    条件: [学位 是 博士, 双一流 是 是]", "    条件: [学位 是 博士, 双一硫 是 是]", "V301"),
    ("    发放: {比例: [4, 3, 3], 间隔: 1年}", "    发放: {比例: 4:3:3, 间隔: 1年}", "Q406"),
    ("成员: [a, b]", "成员: [a, b, a]", "L404"),
]
GOOD = document(
    benefit("a", "[学位 是 博士, 双一流 是 是]", more="发放: {比例: [4, 3, 3], 间隔: 1年}"),
    benefit("b", "[学位 是 硕士]", "5万元"),
    tail="关系:\n  - {类型: 就高, 成员: [a, b], 依据: {来源: S}}\n",
)


@pytest.mark.parametrize(("right", "wrong", "code"), FIXED)
def test_a_slip_is_put_right(right: str, wrong: str, code: str, tmp_path: Path) -> None:
    assert right in GOOD
    path = write(tmp_path, GOOD.replace(right, wrong, 1))
    before = lint(tmp_path, [path], as_of=TODAY, place="x")
    assert code in {p.code for p in before.problems}
    assert code in {f.code for f in before.fixes} and path.read_text("utf-8") == GOOD.replace(right, wrong, 1)
    after = lint(tmp_path, [path], as_of=TODAY, place="x", fix=True)
    assert after.fixed >= 1 and code not in {p.code for p in after.problems}
    assert path.read_text("utf-8") == GOOD


def test_several_slips_in_one_run(tmp_path: Path) -> None:
    text = GOOD
    for right, wrong, _ in FIXED[1:]:
        text = text.replace(right, wrong, 1)
    path = write(tmp_path, text)
    assert not lint(tmp_path, [path], as_of=TODAY, place="x", fix=True).failed
    assert path.read_text("utf-8") == GOOD


def test_a_comma_inside_a_text_has_the_text_quoted_and_is_not_made_an_item(tmp_path: Path) -> None:
    """45周岁以下的，博士10万元: what follows the comma is no key, so the text goes on."""
    right = '依据: {来源: S, 摘要: "45周岁以下的，博士10万元，双一流", 条款: 一}'
    good = GOOD.replace("依据: {来源: S}", right, 1)
    assert right in good
    path = write(tmp_path, good.replace('"', ""))
    assert "S106" not in {p.code for p in lint(tmp_path, [path], as_of=TODAY, place="x", fix=True).problems}
    assert path.read_text("utf-8") == good


def test_a_wide_comma_in_a_list_that_has_the_other_one_is_a_doubt(tmp_path: Path) -> None:
    """每月 2500元，共 36个月 is one cell."""
    wrong = GOOD.replace("比例: [4, 3, 3]", "比例: [4, 3，3]")
    path = write(tmp_path, wrong)
    found = lint(tmp_path, [path], as_of=TODAY, place="x", fix=True)
    assert [p.code for p in found.problems] == ["S106"] and path.read_text("utf-8") == wrong


def test_two_near_words_are_a_doubt() -> None:
    assert only_near("学位状太", ["学位状态", "年龄"]) == "学位状态"
    assert only_near("金颌", ["金额", "条件"]) == "", "half a word is a guess"
    assert only_near("甲乙丙", ["甲乙丁", "甲乙戊"]) == ""
    assert only_near("完全不同", ["学位", "年龄"]) == ""
    assert only_near("最高学厉", ["最高学历", "最高学位"], {"最高学历": "degree", "最高学位": "degree"}) == "最高学历"


def test_a_key_that_may_not_stand_there_is_no_correction(tmp_path: Path) -> None:
    """`人数上线` in the vocabulary means 人数上限; 人数, which rule files know, must not get in its way."""
    path = write(tmp_path, GOOD, VOCABULARY.replace("{id: pay, 名称: 年薪", "{id: pay, 人数上线: 2, 名称: 年薪"))
    found = lint(tmp_path, [path], as_of=TODAY, place="x", fix=True)
    assert found.fixed == 0 and "K201" in {p.code for p in found.problems}


def test_overlapping_fixes_do_not_spoil_each_other() -> None:
    fixes = [Fix("f", 1, 1, 3, "XX"), Fix("f", 1, 2, 4, "YY"), Fix("f", 2, 1, 2, "Z")]
    assert apply_fixes("abcd\nefg", fixes) == "aYYd\nZfg"


def test_sarif_has_the_shape_code_hosts_read(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("成员: [a, b]", "成员: [a, b, a]"))
    log = json.loads(json.dumps(as_sarif(lint(tmp_path, [path], as_of=TODAY, place="x"))))
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    assert all(r["fullDescription"]["text"] and r["help"]["text"] for r in run["tool"]["driver"]["rules"])
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"] and result["level"] in ("error", "warning", "note")
        assert result["message"]["text"] and result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    (twice,) = [r for r in run["results"] if r["ruleId"] == "L404"]
    (change,) = twice["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"]["text"] == ""


def test_only_the_codes_and_files_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert {p.code for p in lint(tmp_path, [path], as_of=TODAY, place="x", codes=["L402"]).problems} == {"L402"}
    assert lint(tmp_path, [path], as_of=TODAY, place="x", shown=[tmp_path / "y.yaml"]).problems == tuple(
        p for p in lint(tmp_path, [path], as_of=TODAY, place="x").problems if p.place.file == "vocabulary.yaml"
    )
