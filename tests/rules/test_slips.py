"""Slips of somebody who has a document on the desk: each is told where it is, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from snippets import HEAD, TODAY, benefit, document, write
from talent_rules.cases import run_cases
from talent_rules.checks import run_checks
from talent_rules.compiler.load import load_folder, read_folder
from talent_rules.model import Problem

CASE = """用例:
  - {名称: 博士, 时点: 2026-06-01, 给定: {学位: 博士}, 期望: {a: 符合}}
  - {名称: 也是博士, 时点: 2026-06-01, 给定: {学位: 博士}, 期望: {a: 不符合}}
"""
POINTS = """积分:
  - {id: total, 名称: 公寓积分, 项目: [{名称: 学位, 条件: 学位 是 博士, 计: 40分}, {名称: 合同, 条件: 劳动合同年限 至少 5年, 计: 15分}]}
"""


def told(folder: Path, text: str) -> list[Problem]:
    """What the loader says of a file, and where it finds no error, the checks."""
    found = read_folder(folder, [write(folder, text)], "x")
    if found.base is None or any(p.severity == "error" for p in found.problems):
        return list(found.problems)
    return [*found.problems, *run_checks(found.base, TODAY, folder, found.pages)]


def only(folder: Path, text: str, code: str) -> Problem:
    """The one problem of a code."""
    (problem,) = [p for p in told(folder, text) if p.code == code]
    return problem


# ── all at once ─────────────────────────────────────────────────────────────────────────────


def test_a_sign_of_the_wrong_width_does_not_hide_the_other_slips(tmp_path: Path) -> None:
    text = document(benefit("a", "[学畏 是 博士]", "40W", "{来源: S, 摘要: 博士给钱，只给一次}"))
    found = told(tmp_path, text.replace("  名称: 办法", "  名称：办法"))
    assert [p.code for p in found] == ["S105", "V301", "Q403", "S106"]
    assert [text.splitlines()[p.place.line - 1].split(":")[0].strip() for p in found[1:3]] == ["条件", "金额"]


def test_on_a_line_told_of_already_nothing_more_is_said(tmp_path: Path) -> None:
    found = told(tmp_path, document(benefit("a", "[学位 是 博士]")) + "关系:\n  - {类型: 就高, 成员: [a，b]}\n")
    assert [p.code for p in found] == ["S106"]


@pytest.mark.parametrize("line", ["  名称：办法", "  名称:办法", "  名称:\u3000办法"])
def test_a_colon_of_any_kind_leaves_the_rest_readable(tmp_path: Path, line: str) -> None:
    found = told(tmp_path, document(benefit("a", "[学畏 是 博士]")).replace("  名称: 办法", line))
    assert [p.code for p in found][1:] == ["V301"]


# ── what to write instead ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("一次性给予30万元", "金额只写 `30万元`；怎么发写在 `发放`，例如 `{一次性: 认定通过后}`"),
        ("给予奖励30万元", "金额只写 `30万元`；怎么发写在 `发放`，例如 `{一次性: 认定通过后}`"),
        ("30万元，分三年", "金额只写 `30万元`；怎么分写在 `发放`：`{比例: [1, 1, 1], 间隔: 1年}`"),
        ("每年10万元，连续3年", "写成 `每年 10万元 共 3年`"),
    ],
)
def test_a_sum_in_the_words_of_the_document(tmp_path: Path, written: str, hint: str) -> None:
    assert only(tmp_path, document(benefit("a", "[学位 是 博士]", written)), "Q403").hint == hint


@pytest.mark.parametrize(
    "written", ["30万元", "每年 2000元", "每月 1500元 共 36个月", "最高 5万元", "20万元 至 30万元"]
)
def test_a_sum_by_itself_is_no_slip(tmp_path: Path, written: str) -> None:
    assert not [p for p in told(tmp_path, document(benefit("a", "[学位 是 博士]", written))) if p.code == "Q403"]


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("年龄 40周岁（含）以下", "年龄 不超过 40周岁"),
        ("年龄 40周岁以下（含40周岁）", "年龄 不超过 40周岁"),
        ("年龄 40周岁（不含）以下", "年龄 不满 40周岁"),
        ("劳动合同年限 3年(含3年)以上", "劳动合同年限 至少 3年"),
    ],
)
def test_including_and_not_including_are_read(tmp_path: Path, written: str, same: str) -> None:
    conditions = []
    for line in (written, same):
        base, problems = load_folder(tmp_path, [write(tmp_path, document(benefit("a", f"[{line}]")))], "x")
        assert base is not None and not problems
        conditions.append(base.circuits[0].condition)
    assert conditions[0] == conditions[1]


def test_in_principle_says_that_there_are_exceptions(tmp_path: Path) -> None:
    found = only(tmp_path, document(benefit("a", "[年龄 原则上不超过 40周岁]")), "V302")
    assert found.message == "“原则上”说明有例外"
    assert found.hint == "写 `年龄 不超过 40周岁`，例外怎样算没有写明的，另加一项 `待定: …`"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("待定 怎么优先没有写", "`待定` 后面要有冒号：`待定: 怎么优先没有写`"),
        ("公寓分数 至少 50分", "你是不是想写 `公寓积分`？"),
        ("高层次人才", "写成 `符合 高层次人才`"),
    ],
)
def test_a_line_that_begins_with_no_field(tmp_path: Path, line: str, hint: str) -> None:
    tiers = "层次:\n  - {id: high, 名称: 高层次人才, 条件: 学位 是 博士, 依据: {来源: S}}\n"
    text = document(benefit("a", f"[{line}, 学位 是 博士]")).replace("待遇:\n", tiers + POINTS + "待遇:\n")
    assert only(tmp_path, text, "V301").hint == hint


@pytest.mark.parametrize(
    ("line", "says", "hint"),
    [
        ("劳动合同年限 至少 36", "`36` 没有写单位，现在按 36年 算", "写成 `36年` 或 `36个月`"),
        ("年薪 至少 30", "`30` 没有写单位，现在按 30元 算", "写成 `30元` 或 `30万元`"),
        ("年薪 30以上", "`30` 没有写单位，现在按 30元 算", "写成 `30元` 或 `30万元`"),
    ],
)
def test_a_figure_without_its_unit_that_may_be_another(tmp_path: Path, line: str, says: str, hint: str) -> None:
    found = only(tmp_path, document(benefit("a", f"[{line}]")), "Q401")
    assert (found.severity, found.message, found.hint) == ("warning", says, hint)


@pytest.mark.parametrize(
    "line", ["劳动合同年限 至少 3", "劳动合同年限 至少 36个月", "年薪 至少 300000", "年龄 至少 18"]
)
def test_a_figure_that_can_only_mean_one_thing_needs_no_unit(tmp_path: Path, line: str) -> None:
    assert not [p for p in told(tmp_path, document(benefit("a", f"[{line}]"))) if p.code == "Q401"]


def test_chinese_quotes_do_not_quote(tmp_path: Path) -> None:
    text = document(benefit("a", "[学位 是 博士]", basis="{来源: S, 摘要: “博士给钱，一次给清”}"))
    assert only(tmp_path, text, "S106").hint.startswith("中文引号不算引号")


@pytest.mark.parametrize("written", ["身份证、劳动合同", "【身份证，劳动合同】", "身份证，劳动合同"])
def test_several_documents_written_as_one_are_told_and_taken_apart(tmp_path: Path, written: str) -> None:
    text = document(benefit("a", "[学位 是 博士]", more=f"材料: {written}"))
    base, problems = load_folder(tmp_path, [write(tmp_path, text)], "x")
    (found,) = problems
    assert (found.code, found.severity, found.hint) == ("K205", "warning", "写成 `[身份证, 劳动合同]`")
    assert base is not None and base.benefits[0].documents == ("身份证", "劳动合同")


# ── shares ──────────────────────────────────────────────────────────────────────────────────


def paid(shares: str) -> str:
    return document(benefit("a", "[学位 是 博士]", more=f"发放: {{比例: {shares}, 间隔: 1年}}"))


def test_percents_of_the_instalments_make_a_hundred(tmp_path: Path) -> None:
    found = only(tmp_path, paid("[40%, 30%, 20%]"), "Q406")
    assert (found.severity, found.message) == ("error", "各期加起来是 90%，不是 100%")


@pytest.mark.parametrize(("shares", "says"), [("[4, 3, 2]", "是 9，不是 10"), ("[40, 30, 20]", "是 90，不是 100")])
def test_shares_that_nearly_make_ten_or_a_hundred_are_asked_about(tmp_path: Path, shares: str, says: str) -> None:
    found = only(tmp_path, paid(shares), "Q406")
    assert found.severity == "warning" and says in found.message


@pytest.mark.parametrize("shares", ["[4, 3, 3]", "[40%, 30%, 30%]", "[1, 1, 1]", "[3, 3, 3]", "[2, 1]", "[50, 30, 20]"])
def test_shares_that_say_what_they_mean_are_left_alone(tmp_path: Path, shares: str) -> None:
    assert not [p for p in told(tmp_path, paid(shares)) if p.code == "Q406"]


# ── what does not fit together ──────────────────────────────────────────────────────────────


def test_an_id_used_twice_names_the_line_of_the_first(tmp_path: Path) -> None:
    text = document(benefit("a", "[学位 是 博士]"), benefit("a", "[学位 是 硕士]"))
    first = text.splitlines().index("  - id: a") + 1
    assert f"（第 {first} 行已有）" in only(tmp_path, text, "R507").message


@pytest.mark.parametrize(
    ("named", "hint"),
    [
        ("city-2022/settling", "没有 id 是 `city-2022` 的文件；先建它，或核对政策 id"),
        ("p", "写到待遇：`p/a`"),
        ("p/aa", "你是不是想写 `a`？"),
    ],
)
def test_an_exclusion_of_what_there_is_not(tmp_path: Path, named: str, hint: str) -> None:
    tail = f"关系:\n  - {{类型: 不重复享受, 成员: [a], 已享受: [{named}], 依据: {{来源: S}}}}\n"
    assert only(tmp_path, document(benefit("a", "[学位 是 博士]"), tail=tail), "R508").hint == hint


def test_a_table_without_its_last_column(tmp_path: Path) -> None:
    table = "{表: {列: [年龄, 学位], 行: [[30周岁以下, 硕士], [超过 30周岁, 博士]]}}"
    found = only(tmp_path, document(benefit("a", "[学位 至少 硕士]", table)), "Q417")
    assert found.message == "表的最后一列应当是金额，这里是信息项“学位”"


def test_a_threshold_no_points_can_reach_is_told_by_itself(tmp_path: Path) -> None:
    text = document(benefit("a", "[学位 至少 硕士, 公寓积分 至少 80分]")).replace("待遇:\n", POINTS + "待遇:\n")
    found = only(tmp_path, text, "L204")
    assert "“公寓积分 至少 80分”本身就不可能成立" in found.message
    assert found.hint == "各项加起来最多 55分，核对分数和门槛"


def test_a_clause_passed_over_is_asked_for(tmp_path: Path) -> None:
    clauses = "".join(f"  第{n}条: 非规则\n" for n in "一二三四六")
    found = [
        p
        for p in told(tmp_path, document(benefit("a", "[学位 是 博士]")) + "条文覆盖:\n" + clauses)
        if p.code == "L501"
    ]
    assert [p.message for p in found] == ["办法 的条文覆盖里没有 第五条，前后的都有"]


def test_clauses_nobody_obtained_are_not_asked_for(tmp_path: Path) -> None:
    clauses = "".join(f"  第{n}条: 非规则\n" for n in ("一", "二", "三", "三十"))
    text = document(benefit("a", "[学位 是 博士]")) + "条文覆盖:\n" + clauses
    assert not [p for p in told(tmp_path, text) if p.code == "L501"]


def test_two_cases_of_the_same_facts_that_expect_different_things_name_each_other(tmp_path: Path) -> None:
    text = document(benefit("a", "[学位 是 博士]")) + CASE
    base, problems = load_folder(tmp_path, [write(tmp_path, text)], "x")
    assert base is not None and not problems
    (failure,) = [f for _, failures in run_cases(base, base.cases) for f in failures]
    first = next(n for n, line in enumerate(text.splitlines(), 1) if "名称: 博士" in line)
    assert f"第 {first} 行的用例“博士”事实相同、期望不同，总有一个写错" in failure.text


def test_the_head_of_the_snippets_is_read_without_a_word(tmp_path: Path) -> None:
    assert HEAD in document(benefit("a", "[学位 是 博士]"))
    assert {p.code for p in told(tmp_path, document(benefit("a", "[学位 是 博士]")))} <= {"L601", "L701", "L502"}


# ── nonsense that was taken in silence, or answered beside the point ────────────────────────


def test_a_document_without_an_end_leaves_the_end_out(tmp_path: Path) -> None:
    text = document(benefit("a", "[学位 是 博士]")).replace("自: 2020-01-01", "自: 2020-01-01, 至: 长期")
    assert only(tmp_path, text, "Q402").hint == "没有止期就不写 `至`"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("分三年按4:3:3发", "写成 `发放: {比例: [4, 3, 3], 间隔: 1年}`"),
        ("分三年发", "写成 `发放: {比例: [1, 1, 1], 间隔: 1年}`"),
        ("一次发给", "写成 `发放: {一次性: 认定通过后}`"),
    ],
)
def test_a_payment_in_a_sentence(tmp_path: Path, written: str, hint: str) -> None:
    assert only(tmp_path, document(benefit("a", "[学位 是 博士]", more=f"发放: {written}")), "K202").hint == hint


def test_a_column_written_twice(tmp_path: Path) -> None:
    table = "{表: {列: [学位, 学位, 金额], 行: [[硕士, 硕士, 1万元], [博士, 博士, 2万元]]}}"
    found = only(tmp_path, document(benefit("a", "[学位 至少 硕士]", table)), "Q417")
    assert found.message == "“学位”这一列写了两次"


def test_ten_is_not_ten_percent(tmp_path: Path) -> None:
    found = only(tmp_path, document(benefit("a", "[学位 是 博士]", "{比例: 10, 基数: 年薪}")), "Q401")
    assert (found.message, found.hint) == ("比例 `10` 是 1000%", "是百分之几就写 `10%`")


def test_a_document_cannot_replace_itself(tmp_path: Path) -> None:
    text = document(benefit("a", "[学位 是 博士]")).replace("  来源:", "  替代: p\n  来源:")
    assert [p.code for p in told(tmp_path, text) if p.severity == "error"] == ["R509"]


@pytest.mark.parametrize("key", ["id", "名称"])
def test_a_benefit_needs_a_name_that_says_something(tmp_path: Path, key: str) -> None:
    text = document(benefit("a", "[学位 是 博士]")).replace("- id: a", "- id:" if key == "id" else "- id: a")
    text = text.replace("    名称: a项", "    名称:") if key == "名称" else text
    assert f"待遇的 `{key}` 是空的" in [p.message for p in told(tmp_path, text)]


def test_two_classes_of_one_name(tmp_path: Path) -> None:
    tier = "  - {{id: {}, 名称: 一类, 条件: 学位 是 {}, 依据: {{来源: S}}}}\n"
    tiers = "层次:\n" + tier.format("one", "博士") + tier.format("two", "硕士")
    text = document(benefit("a", "[符合 一类]")).replace("待遇:\n", tiers + "待遇:\n")
    first = next(n for n, line in enumerate(text.splitlines(), 1) if "id: one" in line)
    assert only(tmp_path, text, "R507").message == f"层次“一类”写了两次（第 {first} 行已有）"


def test_two_values_with_or_between_them(tmp_path: Path) -> None:
    text = document(benefit("a", "[学位 是 硕士或博士]"))
    assert only(tmp_path, text, "Q401").hint == "写成 `学位 属于 硕士、博士`"
