"""Which cases show what, and suggestions that can be pasted and then show it."""

from __future__ import annotations

from pathlib import Path

from snippets import benefit, document, loaded
from talent_rules.coverage import coverage, suggest, summary

RULE = benefit(
    "a",
    "[学位 至少 硕士, 年龄 不超过 40周岁, 任一: [双一流 是 是, 待定: 没有载明]]",
    "{表: {方式: 首行, 列: [学位, 金额], 行: [[博士, 40万元], [硕士, 30万元]]}}",
)


def case(name: str, given: str, outcome: str) -> str:
    return f"  - {{名称: {name}, 时点: 2024-09-01, 给定: {{{given}}}, 期望: {{a: {outcome}}}}}\n"


def unshown(folder: Path, text: str) -> set[str]:
    return {g.words for g in coverage(loaded(folder, text), folder) if not g.shown_by}


def test_without_cases_nothing_is_shown(tmp_path: Path) -> None:
    found = coverage(loaded(tmp_path, document(RULE)), tmp_path)
    assert not any(g.shown_by for g in found)
    kinds = summary(found)
    # 学位、年龄、双一流 and the day the text came into force, each both ways; two limits (年龄, 有效期 not asked)
    assert kinds["holds"] == (0, 3) and kinds["fails"] == (0, 3) and kinds["row"] == (0, 2)
    assert kinds["at"] == (0, 1) and kinds["beyond"] == (0, 1)


def test_a_case_shows_only_what_it_turns_on(tmp_path: Path) -> None:
    text = document(RULE, tail="用例:\n" + case("四十岁硕士", "学位: 硕士, 年龄: 40, 双一流: 是", "符合"))
    left = unshown(tmp_path, text)
    assert "年龄 不超过 40周岁，正好到界" not in left and "年龄 不超过 40周岁，成立" not in left
    assert "学位 至少 硕士，成立" not in left and "表第 2 行" not in left
    assert {"学位 至少 硕士，不成立", "年龄 不超过 40周岁，刚过界", "双一流 是 是，不成立", "表第 1 行"} <= left


def test_a_fact_that_decides_nothing_shows_nothing(tmp_path: Path) -> None:
    """A bachelor of 50: two conditions fail, so neither is shown to decide."""
    text = document(RULE, tail="用例:\n" + case("五十岁本科", "学位: 本科, 年龄: 50, 双一流: 是", "不符合"))
    assert {"学位 至少 硕士，不成立", "年龄 不超过 40周岁，不成立"} <= unshown(tmp_path, text)


def test_the_suggestions_show_everything_once_confirmed(tmp_path: Path) -> None:
    base = loaded(tmp_path, document(RULE))
    written = suggest(base, tmp_path)
    assert "期望: {a: ?}    # 按现行规则算得：" in written
    confirmed = "\n".join(_confirmed(line) for line in written.splitlines())
    text = document(RULE, tail="用例:\n" + confirmed + "\n")
    assert unshown(tmp_path, text) == set()
    assert suggest(loaded(tmp_path, text), tmp_path) == ""


def test_a_condition_another_one_contains_is_said_to_show_nothing(tmp_path: Path) -> None:
    text = document(benefit("a", "[学位 是 博士, 学位 至少 硕士]", "1万元"))
    idle = {g.words: g.why for g in coverage(loaded(tmp_path, text), tmp_path) if g.why}
    assert idle == {"学位 至少 硕士，不成立": "起作用时必然成立，别的条件已经包含它"}


def test_a_salary_one_yuan_short_is_just_beyond_the_limit(tmp_path: Path) -> None:
    rule = benefit("a", "[年薪 至少 60万元]", "1万元")
    cases = case("刚好", "年薪: 60万元", "符合") + case("差一元", "年薪: 599999元", "不符合")
    assert unshown(tmp_path, document(rule, tail="用例:\n" + cases)) == set()


def test_the_limits_are_one_step_apart(tmp_path: Path) -> None:
    written = suggest(loaded(tmp_path, document(RULE)), tmp_path)
    assert "年龄: 40周岁" in written and "年龄: 41周岁" in written


def _confirmed(line: str) -> str:
    """What a clerk does: reads the outcome in the comment and puts it in place of the mark."""
    if "?" not in line:
        return line
    head, _, computed = line.partition("    # 按现行规则算得：")
    return head.replace("?", computed.split("，")[0])
