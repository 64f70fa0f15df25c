"""Every check: a bad file gives its code at the line, a good one stays silent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from snippets import HEAD, TODAY, VOCABULARY, benefit, document, findings, line_of, loaded
from talent_rules.checks import CHECKS, run_checks


@dataclass(frozen=True)
class Pair:
    """A bad and a good file; `at` are words of the line the finding points at, `says` of what it says."""

    bad: str
    at: str
    good: str
    says: str = ""
    vocabulary: str = VOCABULARY


CASE = "用例:\n  - {名称: 甲, 时点: 2024-09-01, 给定: {学位: 博士}, 期望: {a: 符合}}\n"
UNIQUE = "{{表: {{方式: 唯一命中, 列: [学位, 年龄, 金额], 行: [{}]}}}}"
FIRST = "{{表: {{方式: 首行, 列: [学位, 双一流, 金额], 行: [{}]}}}}"


def in_rows(form: str, *rows: str) -> str:
    """A table with one row a line, so that a line is a row."""
    listed = ",\n        ".join(rows)
    return form.format("\n        " + listed)


def two(relation: str, first: str = "[学位 是 博士]", second: str = "[学位 是 博士]", third: str = "") -> str:
    more = [benefit("c", third, "20万元")] if third else []
    return document(benefit("a", first, "40万元"), benefit("b", second, "45万元"), *more, tail=f"关系:\n{relation}")


def ending(until: str) -> str:
    return document(benefit("a", "[学位 是 博士]"), head=HEAD.replace("自: 2020-01-01", f"自: 2020-01-01, 至: {until}"))


GOOD = document(benefit("a", "[学位 是 博士]"))
PAIRS: dict[str, Pair] = {
    "L201": Pair(document(benefit("a", "[学位 是 硕士, 学位 是 博士]")), "id: a", GOOD, "永远没有人符合"),
    "L202": Pair(
        document(benefit("a", "\n      - 学位 至少 硕士\n      - 任一: \n          - 学位 是 本科\n          - 双一流 是 是")),
        "学位 是 本科",
        document(benefit("a", "[任一: [学位 至少 硕士, 双一流 是 是]]")),
        "永远不会成立",
    ),
    "L203": Pair(
        document(benefit("a", "\n      - 学位 至少 硕士\n      - 学位 至少 本科")), "学位 至少 本科", GOOD, "总是成立"
    ),
    "L204": Pair(
        document(benefit("a", "\n      - 年龄 不超过 35周岁\n      - 年龄 超过 40周岁")),
        "超过 40周岁",
        document(benefit("a", "[年龄 超过 35周岁, 年龄 不超过 40周岁]")),
        "不可能同时成立",
    ),
    "L205": Pair(document(benefit("a", "[学位 至少 本科]")), "id: a", GOOD, "任何人都成立"),
    "L301": Pair(
        document(benefit("a", "[双一流 是 是]", in_rows(FIRST, "[至少 硕士, -, 30万元]", "[博士, -, 40万元]", "[-, -, 1万元]"))),
        "[博士, -, 40万元]",
        document(benefit("a", "[双一流 是 是]", in_rows(FIRST, "[博士, -, 40万元]", "[硕士, -, 30万元]", "[-, -, 1万元]"))),
        "第 1 行已经把这些人接走",
    ),
    "L302": Pair(
        document(benefit("a", "[学位 至少 硕士]", in_rows(FIRST, "[博士, 是, 30万元]", "[博士, -, 30万元]", "[硕士, -, 1万元]"))),
        "[博士, 是, 30万元]",
        document(benefit("a", "[学位 至少 硕士]", in_rows(FIRST, "[博士, 是, 40万元]", "[博士, -, 30万元]", "[硕士, -, 1万元]"))),
        "可以去掉",
    ),
    "L303": Pair(
        document(benefit("a", "[学位 是 硕士]", in_rows(UNIQUE, "[-, 不超过 40周岁, 40万元]", "[-, 不超过 45周岁, 30万元]", "[-, 超过 45周岁, 0元]"))),
        "不超过 45周岁",
        document(benefit("a", "[学位 是 硕士]", in_rows(UNIQUE, "[-, 不超过 40周岁, 40万元]", "[-, 41~45周岁, 30万元]", "[-, 超过 45周岁, 0元]"))),
        "重叠且金额不同",
    ),
    "L304": Pair(
        document(benefit("a", "[学位 至少 硕士]", in_rows(UNIQUE, "[博士, -, 40万元]", "[硕士, 不超过 40周岁, 30万元]"))),
        "金额: {表",
        document(benefit("a", "[学位 至少 硕士]", in_rows(UNIQUE, "[博士, -, 40万元]", "[硕士, 不超过 40周岁, 30万元]", "[硕士, 超过 40周岁, 9万元]"))),
        "学位=硕士",
    ),
    "L305": Pair(
        document(benefit("a", "[学位 是 硕士]", in_rows(UNIQUE, "[-, 不满 35周岁, 40万元]", "[-, 超过 35周岁, 30万元]"))),
        "超过 35周岁",
        document(benefit("a", "[学位 是 硕士]", in_rows(UNIQUE, "[-, 不满 35周岁, 40万元]", "[-, 至少 35周岁, 30万元]"))),
        "年龄正好 35周岁 时，没有任何一行适用",
    ),
    "L401": Pair(
        document(benefit("a", "[学位 是 博士]"), benefit("b", "[双一流 是 是]")),
        "id: a",
        two("  - {类型: 可叠加, 成员: [a, b], 依据: {来源: S}}\n", second="[双一流 是 是]"),
        "没有写关系",
    ),
    "L402": Pair(
        two("  - {类型: 就高, 成员: [a, b], 依据: {来源: S}}\n", second="[学位 是 硕士]"),
        "类型: 就高",
        two("  - {类型: 就高, 成员: [a, b], 依据: {来源: S}}\n"),
        "没有人能同时符合其中两项",
    ),
    "L403": Pair(
        two(
            "  - {类型: 就高, 成员: [a, b], 依据: {来源: S}}\n  - {类型: 就高, 成员: [b, c], 依据: {来源: S}}\n",
            third="[学位 是 博士]",
        ),
        "成员: [b, c]",
        two("  - {类型: 就高, 成员: [a, b, c], 依据: {来源: S}}\n", third="[学位 是 博士]"),
        "就高发 45万元，本人择一可拿 60万元",
    ),
    "L404": Pair(
        two("  - {类型: 就高, 成员: [a, b, a], 依据: {来源: S}}\n"),
        "成员: [a, b, a]",
        two("  - {类型: 就高, 成员: [a, b], 依据: {来源: S}}\n"),
        "列了两次",
    ),
    "L405": Pair(
        two(
            "  - {类型: 就高, 成员: [a, b], 依据: {来源: S}}\n  - {类型: 合计封顶, 成员: [b, c], 上限: 30万元, 依据: {来源: S}}\n",
            third="[学位 是 博士]",
        ),
        "类型: 合计封顶",
        two(
            "  - {类型: 就高, 成员: [a, b], 依据: {来源: S}}\n  - {类型: 合计封顶, 成员: [a, b, c], 上限: 30万元, 依据: {来源: S}}\n",
            third="[学位 是 博士]",
        ),
        "先就高再封顶",
    ),
    "L501": Pair(GOOD + "条文覆盖:\n  第二条: 未取得\n", "第二条", GOOD + "条文覆盖:\n  第二条: 已编码\n", "未取得"),
    "L502": Pair(
        document(benefit("a", "[劳动合同年限 至少 5年]", basis="{来源: S, 摘要: 全职合同三年以上给10万元}")),
        "摘要: 全职",
        document(benefit("a", "[劳动合同年限 至少 3年]", basis="{来源: S, 摘要: 全职合同三年以上给10万元}")),
        "摘要写“三年”",
    ),
    "L503": Pair(ending("2025-12-31"), "id: p", GOOD, "2025-12-31 到期"),
    "L504": Pair(ending("2026-12-31"), "id: p", ending("2027-12-31"), "还有 40 天到期"),
    "L505": Pair(
        document(benefit("a", "[学位 是 博士]", "{固定: 10万元, 级别: D}")), "id: a", GOOD, "1 项金额只有 D 级来源"
    ),
    "L506": Pair(
        document(benefit("a", "[学位 是 博士]"), head=HEAD.replace("[{代号: S, 级别: A}]", "\n    - {代号: S, 级别: A}\n    - {代号: T, 级别: B}")),
        "代号: T",
        GOOD,
        "`T` 没有任何依据引用",
    ),
    "L507": Pair(document(benefit("a", "[学位 是 博士]", basis="{摘要: 照办法}")), "依据:", GOOD, "没有写来源"),
    "L508": Pair(document(benefit("a", "[学位 是 博士]", "3")), "金额: 3", GOOD, "只有 3元"),
    "L509": Pair(GOOD + "条文覆盖:\n  第二条: 没有\n", "第二条", GOOD + "条文覆盖:\n  第二条: 未取得\n  第三条: a\n", "`没有`"),
    "L510": Pair(
        document(benefit("a", "[学位 是 博士]", "{固定: 50万元, 官方区间: [5万元, 40万元]}")),
        "金额: {固定: 50万元",
        document(benefit("a", "[学位 是 博士]", "{固定: 40万元, 官方区间: [5万元, 40万元]}")),
        "50万元 在官方区间 5万元–40万元 之外",
    ),
    "L601": Pair(GOOD, "id: pay", document(benefit("a", "[年薪 至少 60万元]")), "“年薪”"),
    "L602": Pair(
        document(benefit("a", "[年薪 至少 60万元]")),
        "id: pay",
        document(benefit("a", "[年薪 至少 60万元]")),
        "没有问法",
        VOCABULARY.replace("类型: 金额, 问法: 年薪多少？", "类型: 金额, 可问: 否"),
    ),
    "L701": Pair(GOOD, "id: a", GOOD + CASE, "没有一个用例"),
    "L702": Pair(GOOD + CASE.replace("期望: {a:", "期望: {b:"), "名称: 甲", GOOD + CASE, "没有待遇 `b`"),
}  # fmt: skip


@pytest.mark.parametrize("code", PAIRS)
def test_the_bad_file_is_found_at_its_line(code: str, tmp_path: Path) -> None:
    pair = PAIRS[code]
    found = findings(tmp_path, pair.bad, code, pair.vocabulary)
    hit = [p for p in found if pair.says in p.message + p.hint]
    assert hit, [f"{p.place} {p.message}" for p in found]
    text = pair.vocabulary if hit[0].place.file == "vocabulary.yaml" else pair.bad
    assert hit[0].place.line == line_of(text, pair.at)


@pytest.mark.parametrize("code", PAIRS)
def test_the_good_file_stays_silent(code: str, tmp_path: Path) -> None:
    found = findings(tmp_path, PAIRS[code].good, code)
    said = [p for p in found if code != "L601" or "年薪" in p.message]
    assert not said, [p.message for p in said]


def test_every_check_has_a_pair() -> None:
    """A code is used once."""
    assert len({c.CODE for c in CHECKS}) == len(CHECKS)
    assert {c.CODE for c in CHECKS} == PAIRS.keys()


def test_findings_are_the_same_without_the_files_but_less_precise(tmp_path: Path) -> None:
    """What follows from the compiled rules is found either way; the place is then the benefit's."""
    text = PAIRS["L202"].bad
    base = loaded(tmp_path, text)
    precise = {(p.code, p.message) for p in run_checks(base, TODAY, tmp_path) if p.code.startswith(("L2", "L3", "L4"))}
    rough = [p for p in run_checks(base, TODAY) if p.code.startswith(("L2", "L3", "L4"))]
    assert {(p.code, p.message) for p in rough} == precise
    assert {p.place.line for p in rough} == {line_of(text, "id: a")}


def test_a_gap_names_a_concrete_person(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, PAIRS["L304"].bad, "L304")
    assert "年龄=41周岁 学位=硕士 没有任何一行适用" in found.message


def test_the_order_of_findings_is_stable(tmp_path: Path) -> None:
    base = loaded(tmp_path, PAIRS["L403"].bad)
    assert run_checks(base, TODAY, tmp_path) == run_checks(base, TODAY, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "says", "hint"),
    [
        ("{a: 符合}", "{aa: 符合}", "没有待遇 `aa`", "`a`"),
        ("{a: 符合}", "{q/zzz: 符合}", "没有待遇 `q/zzz`", "政策id/待遇id"),
        ("{a: 符合}", "{a: 符和}", "`符和` 不是结论", "`符合`"),
        ("{a: 符合}", "{a.金颜: 10万元}", "没有 `金颜` 这一项", "`金额`"),
        ("{a: 符合}", "{a.金额: 10万圆整}", "`10万圆整`", ""),
        ("{a: 符合}", "{a.金额: [20万元, 10万元]}", "写反了：`20万元` 比 `10万元` 大", "[10万元, 20万元]"),
        ("{a: 符合}", "{a.金额: [1万元, 2万元, 3万元]}", "写了 3 个", "[5万元, 40万元]"),
        ("{a: 符合}", "{a.分期: [[3万元, 2万元]]}", "写反了", "[2万元, 3万元]"),
        ("{a: 符合}", "{a.缺: [年令]}", "没有名为 `年令` 的信息项", "`年龄`"),
        ("{a: 符合}", "{合计.每月: 1万元}", "合计没有 `每月` 这一项", "合计.每年"),
        ("学位: 博士", "学位: 博土", "博土", "`博士`"),
        ("学位: 博士", "学伤: 博士", "学伤", "`学位`"),
        ("学位: 博士", "劳动合同年限: 3周岁", "周岁", "年"),
    ],
)
def test_a_case_that_means_nothing_is_found_where_it_stands(
    old: str, new: str, says: str, hint: str, tmp_path: Path
) -> None:
    text = GOOD + CASE.replace(old, new)
    (found,) = findings(tmp_path, text, "L702")
    assert says in found.message and hint in found.hint, (found.message, found.hint)
    assert found.severity == "error"
    line = text.split("\n")[found.place.line - 1]
    key, _, value = new.strip("{}").partition(": ")
    assert line[found.place.column - 1 :].startswith((key, value)), line[found.place.column - 1 :]


@pytest.mark.parametrize(
    ("when", "amount", "summary"),
    [
        ("[劳动合同年限 至少 3年]", "{每月: 2000元, 共: 36个月}", "每月2000元，36个月合计7.2万元"),
        ("[劳动合同年限 至少 3年]", "10万元", "三年以上合同，10万元"),
        (
            "[学位 是 博士]",
            "{表: {方式: 首行, 列: [双一流, 金额], 行: [[是, 20万元], [-, 10万元]]}}",
            "20万元或10万元，两项合计30万元",
        ),
    ],
)
def test_a_summary_may_say_what_the_numbers_come_to(when: str, amount: str, summary: str, tmp_path: Path) -> None:
    text = document(benefit("a", when, amount, basis="{来源: S, 摘要: " + f'"{summary}"' + "}"))
    assert not findings(tmp_path, text, "L502")


def test_the_parts_of_a_ratio_are_no_years(tmp_path: Path) -> None:
    """`比例: [4, 3, 3]` must not excuse a summary of three years where the rule says five."""
    text = document(
        benefit(
            "a",
            "[劳动合同年限 至少 5年]",
            basis="{来源: S, 摘要: 合同4年以上}",
            more="发放: {比例: [4, 3, 3], 间隔: 1年}",
        )
    )
    (found,) = findings(tmp_path, text, "L502")
    assert (
        found.severity == "error" and "摘要写“4年”" in found.message and found.hint == "规则里同类的数：5年、1年、3期"
    )


def test_a_number_of_a_kind_the_rule_has_none_of_is_only_asked_about(tmp_path: Path) -> None:
    text = document(benefit("a", "[学位 是 博士]", basis="{来源: S, 摘要: 博士10万元且须满40周岁}"))
    (found,) = findings(tmp_path, text, "L502")
    assert found.severity == "warning"


def test_a_shared_word_that_another_place_uses_is_not_unused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "y").mkdir(parents=True)
    base = loaded(folder, GOOD)
    assert any("“年薪”" in p.message for p in run_checks(base, TODAY, folder) if p.code == "L601")
    (folder / "y" / "q.yaml").write_text(document(benefit("a", "[年薪 至少 60万元]")), encoding="utf-8")
    assert not any("“年薪”" in p.message for p in run_checks(base, TODAY, folder) if p.code == "L601")
