"""Edits with known effects, put into a copy of the Ordos files: every change reported, none invented."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from snippets import TODAY, VOCABULARY, benefit, document, loaded, write
from talent_rules.compiler.load import data_folder, load_folder
from talent_rules.decide import decide
from talent_rules.diff import Difference, compare, impact
from talent_rules.diff.command import diff
from talent_rules.diff.population import invented
from talent_rules.diff.render import as_json, page, text
from talent_rules.model import Rejected
from talent_rules.rulebase import RuleBase

HOUSING = "housing-2024.yaml"
SETTLING = "ordos-housing-2024/settling_in"


@dataclass(frozen=True)
class Edit:
    """A replacement in one file and what the comparison has to say about it."""

    file: str
    before: str
    after: str
    benefits: frozenset[str]
    kinds: frozenset[str]
    direction: str
    says: str


EDITS = {
    "金额提高": Edit(
        HOUSING, "[博士, 是, 任意, 任意, 40万元]", "[博士, 是, 任意, 任意, 45万元]", frozenset({SETTLING}), frozenset({"amount"}),
        "better", "学位 博士，双一流 是，40万元→45万元",
    ),
    "年限放宽": Edit(
        HOUSING, "- 劳动合同年限 至少 3年", "- 劳动合同年限 至少 2年", frozenset({SETTLING}), frozenset({"outcome"}),
        "better", "劳动合同年限 2年以上、不满3年",
    ),
    "年限收紧": Edit(
        HOUSING, "- 劳动合同年限 至少 3年", "- 劳动合同年限 超过 3年", frozenset({SETTLING}), frozenset({"outcome"}),
        "worse", "去掉 劳动合同年限 3年（",
    ),
    "去掉一项条件": Edit(
        HOUSING, "      - 学位状态 是 已取得\n", "", frozenset({SETTLING}), frozenset({"outcome"}), "better",
        "新增 学位状态 在读",
    ),
    "分期改了": Edit(
        HOUSING, "比例: [4, 3, 3]", "比例: [5, 3, 2]", frozenset({SETTLING}), frozenset({"terms"}), "other",
        "发放 4:3:3",
    ),
    "关系改了": Edit(
        HOUSING, "类型: 就高", "类型: 可叠加", frozenset({SETTLING}), frozenset({"relation"}), "better", "关系“就高”改为“可叠加”",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def original() -> RuleBase:
    return ordos(data_folder())


def ordos(folder: Path) -> RuleBase:
    base, problems = load_folder(folder, sorted((folder / "ordos").glob("*.yaml")), "ordos")
    assert base is not None and not [p for p in problems if p.severity == "error"], problems
    return base


def edited(folder: Path, *edits: Edit) -> RuleBase:
    target = folder / "policy_data"
    shutil.copytree(data_folder(), target)
    for edit in edits:
        path = target / "ordos" / edit.file
        before = path.read_text("utf-8")
        assert edit.before in before, edit.before
        path.write_text(before.replace(edit.before, edit.after, 1), encoding="utf-8")
    return ordos(target)


def test_nothing_changed_nothing_said(original: RuleBase) -> None:
    found = compare(original, original, TODAY)
    assert found.changes == () and found.notes == () and len(found.unchanged) == len(original.benefits)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_reported_and_nothing_else(name: str, original: RuleBase, tmp_path: Path) -> None:
    edit = EDITS[name]
    found = compare(original, edited(tmp_path, edit), TODAY)
    assert {c.benefit for c in found.changes} == edit.benefits
    assert {c.kind for c in found.changes} == edit.kinds
    assert {c.direction for c in found.changes} == {edit.direction}
    assert any(edit.says in c.sentence for c in found.changes), [c.sentence for c in found.changes]
    _witnesses_hold(found)


# ── edits whose truth is easily missed ──────────────────────────────────────────────────────

KEY = "key-enterprise-2024.yaml"
EXECUTIVE, BACHELOR = ("ordos-key-enterprise-2024/" + name for name in ("executive_lump_sum", "bachelor_lump_sum"))


def said_of(original: RuleBase, folder: Path, *swaps: tuple[str, str, str]) -> Difference:
    """What is said of replacements in files."""
    nothing: frozenset[str] = frozenset()
    edits = (Edit(file, before, after, nothing, nothing, "", "") for file, before, after in swaps)
    found = compare(original, edited(folder, *edits), TODAY)
    _witnesses_hold(found)
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- 学位 是 本科\n      - 待定: 正式", "- 学位 至少 本科\n      - 学位 不超过 本科\n      - 待定: 正式"),
        ("[本科, 每月 1500元 共 24个月]", "[本科, 每月 1500元 共 24个月]\n          - [专科, 每月 1000元 共 24个月]"),
        ("摘要: 企业在重点企业目录内；有资质不等于在册", "摘要: 企业须在目录内"),
    ],
    ids=["同一个意思的两种写法", "永远轮不到的一行", "条件的摘要"],
)
def test_another_wording_without_effect_is_said_to_have_none(
    before: str, after: str, original: RuleBase, tmp_path: Path
) -> None:
    found = said_of(original, tmp_path, (KEY, before, after))
    assert found.changes == () and len(found.unchanged) == len(original.benefits)
    assert len(found.notes) == 1 and found.notes[0].endswith("改了写法，谁得多少没有变化")


def test_another_id_is_not_one_benefit_abolished_and_one_new(original: RuleBase, tmp_path: Path) -> None:
    target = tmp_path / "policy_data"
    shutil.copytree(data_folder(), target)
    for path in (target / "ordos").glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace("bachelor_lump_sum", "ba_lump_sum"), encoding="utf-8")
    found = compare(original, ordos(target), TODAY)
    assert found.changes == ()
    assert found.notes[0] == f"编号 {BACHELOR} 改成了 ordos-key-enterprise-2024/ba_lump_sum，谁得多少没有变化"


def test_what_an_abolished_benefit_was_tied_to_is_not_told_again(original: RuleBase, tmp_path: Path) -> None:
    target = tmp_path / "policy_data"
    shutil.copytree(data_folder(), target)
    (target / "ordos" / "warm-talent-2024.yaml").unlink()
    found = compare(original, ordos(target), TODAY)
    assert {(c.kind, c.name) for c in found.changes} == {("removed", "暖才养老补贴"), ("removed", "暖才托幼补贴")}
    assert found.notes == ("删去文件 暖才补贴细则",)


def test_a_settled_question_names_those_it_was_about(original: RuleBase, tmp_path: Path) -> None:
    open_part = "          - 待定: “首次引进或招聘”是首次入市还是首次入企，没有载明（Q21）\n"
    outcome, terms = said_of(original, tmp_path, (KEY, open_part, "")).changes
    assert outcome.people == ("首次引进 否",) and (outcome.before, outcome.after) == ("待认定", "不符合")
    assert terms.sentence.endswith("没有载明（Q21）→（无）")


def test_a_benefit_nobody_can_have_any_more_is_said_to_be_one(original: RuleBase, tmp_path: Path) -> None:
    swap = "      - 学位 是 本科\n      - 待定: 正式", "      - 学位 是 本科\n      - 学位 是 硕士\n      - 待定: 正式"
    (change,) = said_of(original, tmp_path, (KEY, *swap)).changes
    assert change.benefit == BACHELOR and change.sentence.endswith("新版里没有人能符合")


def test_the_same_sum_in_other_months_is_shown_by_its_payments(original: RuleBase, tmp_path: Path) -> None:
    swap = "[博士, 每月 3000元 共 24个月]", "[博士, 每月 6000元 共 12个月]"
    (change,) = said_of(original, tmp_path, (KEY, *swap)).changes
    assert change.direction == "other" and change.witness is not None
    assert "每月 3,000元，共 24 个月" in change.witness.before and "每月 6,000元，共 12 个月" in change.witness.after


def test_somebody_shows_what_other_instalments_mean(original: RuleBase, tmp_path: Path) -> None:
    (change,) = said_of(original, tmp_path, (HOUSING, "比例: [4, 3, 3]", "比例: [5, 3, 2]")).changes
    assert change.witness is not None and change.witness.before != change.witness.after


def test_a_relation_that_changes_nobodys_total_says_so(original: RuleBase, tmp_path: Path) -> None:
    (change,) = said_of(original, tmp_path, (HOUSING, "类型: 就高", "类型: 择一")).changes
    assert change.sentence.startswith("关系“就高”改为“择一”") and change.sentence.endswith("没有找到合计因此不同的人")


def test_a_member_more_in_a_relation_is_named(original: RuleBase, tmp_path: Path) -> None:
    (change,) = said_of(original, tmp_path, (HOUSING, "成员: [settling_in, rent,", "成员: [settling_in,")).changes
    assert "，去掉 租房补贴；例如合计" in change.sentence and change.direction == "better"


def test_edits_together_are_all_reported(original: RuleBase, tmp_path: Path) -> None:
    chosen = [EDITS[n] for n in ("金额提高", "年限收紧", "分期改了", "关系改了")]
    found = compare(original, edited(tmp_path, *chosen), TODAY)
    assert {c.kind for c in found.changes} == {"amount", "outcome", "terms", "relation"}
    for edit in chosen:
        assert any(edit.says in c.sentence for c in found.changes), edit.says


def test_there_and_back_is_the_mirror_image(original: RuleBase, tmp_path: Path) -> None:
    changed = edited(tmp_path, EDITS["年限放宽"], EDITS["金额提高"])
    there, back = compare(original, changed, TODAY), compare(changed, original, TODAY)
    assert sorted(c.kind for c in there.changes) == sorted(c.kind for c in back.changes)
    assert {c.direction for c in there.changes} == {"better"} and {c.direction for c in back.changes} == {"worse"}


def test_a_new_wording_with_the_same_meaning_changes_nobody(original: RuleBase, tmp_path: Path) -> None:
    same = Edit(HOUSING, "- 学位 至少 硕士", "- 学位 属于 硕士、博士", frozenset(), frozenset(), "", "")
    assert compare(original, edited(tmp_path, same), TODAY).substantive == ()


def _witnesses_hold(found: Difference) -> None:
    for change in found.substantive:
        if change.kind in ("outcome", "amount"):
            assert change.witness is not None and change.witness.proved, change.sentence


# ── small rule bases: exact words ───────────────────────────────────────────────────────────


def small(folder: Path, name: str, *benefits: str, tail: str = "") -> RuleBase:
    (folder / name).mkdir()
    return loaded(folder / name, document(*benefits, tail=tail))


def pair(folder: Path, old: str, new: str, amounts: tuple[str, str] = ("10万元", "10万元")) -> Difference:
    first = small(folder, "old", benefit("a", old, amounts[0]))
    return compare(first, small(folder, "new", benefit("a", new, amounts[1])), TODAY)


def test_the_set_is_said_exactly(tmp_path: Path) -> None:
    (change,) = pair(tmp_path, "[学位 是 博士, 年龄 不超过 40周岁]", "[学位 是 博士, 年龄 不超过 45周岁]").changes
    assert change.sentence == "a项：新增 年龄 41周岁至45周岁，不符合→符合（10万元）"
    assert change.complete and change.direction == "better"
    assert change.witness is not None and change.witness.text == "年龄=41周岁 学位=博士"
    assert (change.witness.before, change.witness.after) == ("不符合", "符合，10万元")


def test_and_becomes_or(tmp_path: Path) -> None:
    found = pair(tmp_path, "[学位 是 博士, 双一流 是 是]", "[{任一: [学位 是 博士, 双一流 是 是]}]")
    (change,) = found.changes
    assert change.direction == "better" and "不符合→符合" in change.sentence
    assert set(change.people) == {"双一流 是，学位 本科或硕士", "双一流 否，学位 博士"} or len(change.people) == 2


def test_a_gap_closed_by_the_source_turns_review_into_yes(tmp_path: Path) -> None:
    found = pair(tmp_path, "[学位 是 博士, 待定: 其余条件未取得]", "[学位 是 博士]")
    outcome = next(c for c in found.changes if c.kind == "outcome")
    assert (outcome.before, outcome.after, outcome.direction) == ("待认定", "符合", "better")
    assert outcome.people == ("所有可能符合的人",)


def test_a_benefit_comes_and_goes(tmp_path: Path) -> None:
    first = small(tmp_path, "one", benefit("a", "[学位 是 博士]"))
    second = small(tmp_path, "two", benefit("b", "[学位 是 硕士]", "5万元"))
    kinds = {(c.kind, c.name, c.direction) for c in compare(first, second, TODAY).changes}
    assert kinds == {("added", "b项", "better"), ("removed", "a项", "worse")}


def test_amounts_for_everybody_and_their_kinds(tmp_path: Path) -> None:
    cases = [("10万元", "12万元", "better"), ("最高 5万元", "最高 4万元", "worse"), ("10万元", "一事一议", "other")]
    for number, (old, new, direction) in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        (change,) = pair(folder, "[学位 是 博士]", "[学位 是 博士]", (old, new)).changes
        assert change.kind == "amount" and change.direction == direction, change.sentence
        assert "所有人" in change.sentence


# ── people ──────────────────────────────────────────────────────────────────────────────────


def test_impact_counts_money_by_year_with_instalments(tmp_path: Path) -> None:
    plan = "发放: {比例: [4, 3, 3], 间隔: 1年}"
    old = small(tmp_path, "old", benefit("a", "[学位 是 博士, 年龄 不超过 40周岁]", "10万元", more=plan))
    new = small(tmp_path, "new", benefit("a", "[学位 是 博士, 年龄 不超过 45周岁]", "20万元", more=plan))
    listed = [{"学位": "博士", "年龄": n} for n in (40, 41, 45, 46)] + [{"学位": "硕士", "年龄": 30}]
    people = [old.vocabulary.read(p)[0] for p in listed]
    found = impact(old, new, people, date(2026, 6, 1))
    assert (found.winners, found.losers, found.unchanged) == (3, 0, 2)
    assert (found.before, found.after) == (10_000_000, 60_000_000)
    assert found.years == (
        (2026, 4_000_000, 24_000_000), (2027, 3_000_000, 18_000_000), (2028, 3_000_000, 18_000_000),
    )  # fmt: skip
    by_degree = {g.value: (g.winners, g.people) for g in found.groups["学位"]}
    assert by_degree == {"博士": (3, 4), "硕士": (0, 1)}
    assert [e.number for e in found.examples] == [1, 2, 3]
    assert "a项：不符合→符合 20万元" in found.examples[1].lines
    (cliff,) = found.cliffs
    assert (cliff.text, cliff.people, cliff.amount, cliff.everything) == ("年龄 45周岁→46周岁", 1, 20_000_000, 1)
    assert not found.synthetic


def test_losers_are_counted_and_shown(tmp_path: Path) -> None:
    old = small(tmp_path, "old", benefit("a", "[学位 至少 硕士]"))
    new = small(tmp_path, "new", benefit("a", "[学位 是 博士]"))
    people = [old.vocabulary.read({"学位": d})[0] for d in ("硕士", "博士", "本科")]
    found = impact(old, new, people, TODAY)
    assert (found.winners, found.losers, found.unchanged) == (0, 1, 2)
    assert "不满足 学位 是 博士" in found.examples[0].lines[0]


def test_invented_people_fit_the_vocabulary_and_are_the_same_again(original: RuleBase) -> None:
    people = invented(original, 30, seed=7)
    assert people == invented(original, 30, seed=7) != invented(original, 30, seed=8)
    for facts in people:
        assert not [p for p in decide(original, facts, date(2024, 9, 1)).problems if p.severity == "error"]


def test_invented_people_are_said_to_be_invented(original: RuleBase, tmp_path: Path) -> None:
    changed = edited(tmp_path, EDITS["金额提高"])
    difference = compare(original, changed, TODAY)
    like = [c.witness.facts for c in difference.changes if c.witness is not None]
    found = impact(original, changed, invented(changed, 40, 3, like), date(2024, 9, 1), seed=3)
    assert found.winners > 0 and found.losers == 0
    assert found.synthetic and "合成" in found.caveats[0]
    assert "合成人群，不是真实名单" in page(difference, found)
    assert found.people == 40 == found.winners + found.losers + found.unchanged


# ── output, and where the versions come from ────────────────────────────────────────────────


@pytest.fixture
def compared(tmp_path: Path) -> Callable[[str], str]:
    folders = []
    for name, age in (("old", 40), ("new", 45)):
        small(tmp_path, name, benefit("a", f"[学位 是 博士, 年龄 不超过 {age}周岁]"))
        folders.append(str(tmp_path / name))

    def run(form: str) -> str:
        return diff(*folders, data=tmp_path / "old", as_of=TODAY, place="x", synthetic=25, form=form).output

    return run


def test_the_three_forms_say_the_same(compared: Callable[[str], str]) -> None:
    sentence = "新增 年龄 41周岁至45周岁"
    assert sentence in compared("text") and sentence in compared("html")
    found = json.loads(compared("json"))
    assert sentence in found["changes"][0]["sentence"] and found["impact"]["synthetic"] is True
    assert found["changes"][0]["witness"]["facts"]["age"] == 41
    with pytest.raises(ValueError, match="xml"):
        compared("xml")


def test_the_page_stands_alone(compared: Callable[[str], str]) -> None:
    html = compared("html")
    assert not re.findall(r"(?:src|href)\s*=|https?://|@import|<script", html)
    assert "<svg" in html and "签发" in html and "@media print" in html


def test_the_page_escapes_what_rules_say(tmp_path: Path) -> None:
    old = small(tmp_path, "old", benefit("a", "[学位 是 博士]"))
    new = small(tmp_path, "new", benefit("a", "[学位 是 博士]").replace("a项", "<b>粗</b>"))
    assert "<b>粗" not in page(compare(old, new, TODAY))


def test_a_git_revision_is_read_without_touching_the_work_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    small(repository, "data", benefit("a", "[学位 是 博士]"))
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "1"]):
        subprocess.run(["git", *command], cwd=repository, check=True)
    path = repository / "data" / "x" / "p.yaml"
    path.write_text(path.read_text("utf-8").replace("10万元", "11万元"), encoding="utf-8")
    monkeypatch.chdir(repository)
    found = diff("HEAD:data", "data", data=repository / "data", as_of=TODAY, place="x")
    assert [c.sentence for c in found.difference.changes] == ["a项：所有人，10万元→11万元"]
    one = diff("HEAD:data/x/p.yaml", "data/x/p.yaml", data=repository / "data", as_of=TODAY, place="x")
    assert [c.kind for c in one.difference.changes] == ["amount"]


def test_the_folder_of_a_place_is_read_with_its_own_words(tmp_path: Path) -> None:
    own = "字段:\n  - {id: stars, 名称: 星级, 类型: 整数, 问法: 几星？}\n"
    for name, least in (("data", 3), ("draft", 2)):
        write(tmp_path / name, document(benefit("a", f"[星级 至少 {least}]")))
        (tmp_path / name / "x" / "vocabulary.yaml").write_text(own, encoding="utf-8")
    moved = tmp_path / "x2026"
    (tmp_path / "draft" / "x").rename(moved)
    found = diff(str(tmp_path / "data" / "x"), str(moved), data=tmp_path / "data", as_of=TODAY, place="x")
    assert [c.people for c in found.difference.changes] == [("星级 2",)]


@pytest.mark.parametrize("name", ["nowhere", "HEAD:nowhere", "--output=x:data"])
def test_what_cannot_be_opened_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Rejected) as error:
        diff(name, name, data=data_folder(), as_of=TODAY)
    assert error.value.problems[0].code == "D801"


# ── of which place ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two_places(tmp_path: Path) -> tuple[Path, Path]:
    """Two data folders alike, each with the places x and y."""
    folders = tmp_path / "old", tmp_path / "new"
    for folder in folders:
        (folder / "reference").mkdir(parents=True)
        for place in ("x", "y"):
            (folder / place).mkdir(parents=True)
            write(folder, document(benefit("a", "学位 是 博士")), name=f"../{place}/p.yaml")
    return folders


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def said(folders: tuple[Path, Path]) -> str:
    return diff(str(folders[0]), str(folders[1]), data=folders[0], as_of=TODAY).output


def test_the_place_that_differs_is_compared_without_being_named(two_places: tuple[Path, Path]) -> None:
    edit(two_places[1] / "y" / "p.yaml", "10万元", "12万元")
    assert "10万元→12万元" in said(two_places)


def test_a_new_place_is_all_new_and_one_taken_away_all_abolished(two_places: tuple[Path, Path]) -> None:
    (two_places[0] / "y").rename(two_places[0].parent / "z")
    assert said(two_places).startswith("＋ 新设“a项”") and "新增文件" in said(two_places)
    back = (two_places[1], two_places[0])
    assert said(back).startswith("－ 取消“a项”") and "删去文件" in said(back)


def test_of_several_places_that_differ_one_is_to_be_named(two_places: tuple[Path, Path]) -> None:
    for place in ("x", "y"):
        edit(two_places[1] / place / "p.yaml", "10万元", "12万元")
    with pytest.raises(Rejected) as error:
        said(two_places)
    (problem,) = error.value.problems
    assert (problem.code, problem.message) == ("D802", "两版里改了 2 个地区：x、y") and "--place x" in problem.hint


def test_text_and_json_of_no_difference(original: RuleBase) -> None:
    found = compare(original, original, TODAY)
    assert text(found).startswith("两版对每个人都一样") and as_json(found)["changes"] == []
    assert "两版对每个人都一样" in page(found)


# ── how an amount is said ───────────────────────────────────────────────────────────────────

FIGURES = VOCABULARY.replace(
    "蕴含:",
    """  - {id: price, 名称: 单价, 类型: 金额, 范围: [0, 10万], 问法: 单价多少？}
  - {id: months, 名称: 租房月数, 类型: 月数, 单位: 月, 范围: [0, 120], 问法: 几个月？}
  - {id: old, 名称: 老人数, 类型: 整数, 单位: 人, 范围: [0, 2], 问法: 几位老人？}
蕴含:""",
)
ROWS = "{{表: {{方式: {hit}, 列: [学位, 双一流, 金额], 行: [[博士, 任意, 10万元], [任意, 是, {last}]]}}}}"
AREA = "{{面积: {{表: {{方式: 首行, 列: [学位, 金额], 行: [[博士, {area}]]}}}}, 单价: 单价}}"


@pytest.mark.parametrize(
    ("before", "after", "direction", "says"),
    [
        ("10万元", "12万元", "better", "所有人，10万元→12万元"),
        ("10万元", "至少 10万元", "better", "所有人，10万元→至少10万元"),
        ("最高 10万元", "最高 8万元", "worse", "所有人，最高10万元→最高8万元"),
        ("10万元 至 20万元", "10万元 至 30万元", "better", "所有人，10万元至20万元→10万元至30万元"),
        ("10万元", "待定", "other", "所有人，10万元→金额待定"),
        ("一事一议", "10万元", "other", "所有人，一事一议→10万元"),
        ("{一事一议: [0, 1亿元]}", "{一事一议: [0, 2亿元]}", "better", "一事一议，0元至1亿元→一事一议，0元至2亿元"),
        ("每月 1500元 共 36个月", "每月 1500元 共 24个月", "worse", "每月1,500元共36个月→每月1,500元共24个月"),
        ("{每月: 1500元, 月数: 租房月数, 共: 36个月}", "{每月: 1500元, 月数: 租房月数, 共: 24个月}", "worse", "每月1,500元按租房月数，最长36个月→每月1,500元按租房月数，最长24个月"),
        ("{每月: 1500元, 月数: 租房月数}", "{每月: 2000元, 月数: 租房月数}", "better", "每月1,500元按租房月数→每月2,000元按租房月数"),
        ("{每年: 2000元, 人数: 老人数}", "{每年: 3000元, 人数: 老人数}", "better", "每年2,000元，按老人数→每年3,000元，按老人数"),
        ("{每年: 2000元, 共: 3年}", "{每年: 2000元, 共: 5年}", "better", "每年2,000元，共3年→每年2,000元，共5年"),
        ("{面积: 180㎡, 单价: 单价}", "{面积: 150㎡, 单价: 单价}", "worse", "所有人，180㎡×单价→150㎡×单价"),
        ("{比例: 10%, 基数: 年薪, 封顶: 10万元}", "{比例: 15%, 基数: 年薪, 封顶: 10万元}", "better", "年薪的10%，封顶10万元→年薪的15%，封顶10万元"),
        ("服务", "10万元", "better", "所有人，服务→10万元"),
        ("{服务: 公寓}", "{服务: 宿舍}", "other", "所有人，公寓→宿舍"),
        (ROWS.format(hit="合计", last="20万元"), ROWS.format(hit="合计", last="25万元"), "better", "学位 博士，双一流 是，10万元 + 20万元→10万元 + 25万元"),
        (ROWS.format(hit="取高", last="20万元"), ROWS.format(hit="取高", last="5万元"), "worse", "学位 博士，双一流 是，20万元→10万元"),
        (AREA.format(area="180㎡"), AREA.format(area="150㎡"), "worse", "学位 博士，180㎡×单价→150㎡×单价"),
    ],
)  # fmt: skip
def test_a_changed_amount_is_said_in_its_own_form(
    before: str, after: str, direction: str, says: str, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("old", "new")]
    for folder in folders:
        folder.mkdir()
    old, new = (
        loaded(folder, document(benefit("a", "[]", amount)), FIGURES)
        for folder, amount in zip(folders, (before, after), strict=True)
    )
    first = compare(old, new, TODAY).changes[0]
    assert first.direction == direction and says in first.sentence
