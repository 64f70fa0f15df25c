"""What a profile may say, in whose words, and how it reads back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from houses import ordos, town
from snippets import VOCABULARY, benefit, document, write
from talent_rules.compiler.load import load_folder
from talent_rules.model import Declined, Facts, OneOf, Problem, Span, Value
from talent_rules.quantities import Unreadable
from talent_rules.vocabulary import show_yuan
from talent_rules.wire import facts_json

WORDS = town().vocabulary


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("age", 35, 35), ("age", 35.0, 35), ("age", "35周岁", 35), ("age", "３５", 35), ("age", "三十五", 35),
        ("age", "35岁以上", Span(35, 120)), ("age", "不满35岁", Span(0, 34)), ("age", "超过35岁", Span(36, 120)),
        ("age", "35岁以下", Span(0, 35)), ("age", "30~40", Span(30, 40)), ("age", {"min": 30}, Span(30, 120)),
        ("age", {"min": 30, "max": 40}, Span(30, 40)), ("age", "不清楚", Declined.DONT_KNOW), ("age", "保密", Declined.REFUSED),
        ("degree", "phd", "phd"), ("degree", "博士研究生", "phd"), ("degree", "ＰＨＤ", "phd"),
        ("degree", "硕士及以上", OneOf(frozenset({"master", "phd"}))),
        ("degree", {"any_of": ["硕士", "phd"]}, OneOf(frozenset({"master", "phd"}))),
        ("from_outside", True, True), ("from_outside", "是", True), ("from_outside", "√", True), ("from_outside", "否", False),
        ("from_outside", "没有", False), ("from_outside", "No", False),
        ("contract_years", 3, 36), ("contract_years", "3年", 36), ("contract_years", "30个月", 30), ("contract_years", 2.5, 30),
        ("insured_months", 12, 12), ("insured_months", "1年", 12),
        ("annual_salary", 300000, 30_000_000), ("annual_salary", "30万", 30_000_000), ("annual_salary", 123456.78, 12_345_678),
        ("annual_salary", "30万以上", Span(30_000_000, 10_000_000_000)),
        ("home_area", "120㎡", 120), ("home_area", "120平米", 120),
        ("arrival_date", "2024-07-01", day("2024-07-01")), ("arrival_date", 20240701, day("2024-07-01")),
        ("arrival_date", "2024-07", Span(day("2024-07-01"), day("2024-07-31"))),
        ("arrival_date", "2024年7月", Span(day("2024-07-01"), day("2024-07-31"))),
        ("school", "清华", "清华大学"), ("school", " 清华大学 ", "清华大学"),
        ("awards", ["工匠"], frozenset({"craftsman"})), ("awards", "工匠、未来之星", frozenset({"craftsman", "future_star"})),
        ("awards", "无", frozenset()), ("awards", [], frozenset()),
        ("parents", "1952-03-01、1955", (Span(day("1952-03-01"), day("1952-03-01")), Span(day("1955-01-01"), day("1955-12-31")))),
        ("parents", [{"birth_date": "1952-03-01"}], (Span(day("1952-03-01"), day("1952-03-01")),)),
        ("parents", ["不清楚"], (Span(None, None),)), ("parents", "无", ()),
    ],
)  # fmt: skip
def test_a_value_is_read_in_every_way_people_write_it(field: str, raw: object, value: Value) -> None:
    assert WORDS.fields[field].read(raw, WORDS.reference) == value


@pytest.mark.parametrize("raw", [None, "", "   "])
def test_nothing_given_is_nothing_known(raw: object) -> None:
    assert all(f.read(raw, WORDS.reference) is None for f in WORDS.fields.values())
    assert WORDS.read({"age": raw}) == (Facts(), ())


def test_a_short_name_that_may_mean_another_school_is_asked_back() -> None:
    with pytest.raises(Unreadable, match="可以指内蒙古大学"):
        WORDS.fields["school"].read("内大", WORDS.reference)


def test_received_money_is_kept_with_its_benefit() -> None:
    facts, problems = WORDS.read({"已领待遇": {"rent": "1万", "town-housing/team": 5000.5}})
    assert problems == ()
    assert facts.paid == {"town-housing/rent": 1_000_000, "town-housing/team": 500_050}


def profiles() -> st.SearchStrategy[dict[str, object]]:
    known: dict[str, st.SearchStrategy[object]] = {
        "age": st.integers(0, 120) | st.just({"min": 30, "max": 40}) | st.just("不清楚"),
        "degree": st.sampled_from(["associate", "bachelor", "master", "phd", {"any_of": ["master", "phd"]}]),
        "contract_years": st.integers(0, 60) | st.just("2年11个月") | st.just({"min": 3}),
        "annual_salary": st.integers(0, 10**10).map(lambda fen: fen / 100) | st.just("30万以上"),
        "home_area": st.integers(0, 100_000).map(lambda n: n / 100),
        "arrival_date": st.dates(date(1950, 1, 1), date(2100, 1, 1)).map(str) | st.just("2024-07") | st.just("2024"),
        "awards": st.lists(st.sampled_from(["craftsman", "future_star"]), unique=True),
        "parents": st.lists(st.sampled_from(["1952-03-01", "1955-08", "1960"]), max_size=2),
        "from_outside": st.booleans(),
        "school": st.sampled_from(["清华大学", "内蒙古大学"]),
    }
    return st.fixed_dictionaries({}, optional=known)


@settings(deadline=None)
@given(profiles())
def test_a_profile_written_as_json_reads_back_to_the_same_facts(profile: dict[str, object]) -> None:
    facts, problems = WORDS.read(profile)
    assert problems == ()
    again, more = WORDS.read(facts_json(WORDS, facts))
    assert more == () and again.values == facts.values


@settings(deadline=None)
@given(profiles())
def test_what_is_shown_reads_back_to_the_same_value(profile: dict[str, object]) -> None:
    facts, _ = WORDS.read(profile)
    for name, value in facts.values.items():
        entry = WORDS.fields[name]
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            assert entry.read(entry.show(value), WORDS.reference) == value


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(WORDS.fields)) | st.text(max_size=5), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["min", "max", "any_of", "birth_date", "x"]), inner, max_size=3),
    max_leaves=6,
)))  # fmt: skip
def test_whatever_a_profile_holds_only_problems_come_of_it(profile: dict[str, object]) -> None:
    _, problems = WORDS.read(profile)
    for problem in problems:
        assert problem.code in ("P601", "P602", "P603") and problem.hint
        assert problem.message.isprintable() and len(problem.message) < 200


def test_money_in_words_is_never_rounded() -> None:
    words = {
        40_000_000: "40万元",
        1_234_500: "1.2345万元",
        500_000: "5,000元",
        1: "0.01元",
        10_000_000_001: "100,000,000.01元",
    }
    assert {fen: show_yuan(fen) for fen in words} == words
    assert show_yuan(None) == "不封顶"
    assert show_yuan(15_000_000_000) == "1.5亿元"


@pytest.mark.parametrize("base", [town, ordos])
def test_every_field_can_be_asked_about_and_its_own_example_can_be_read(base: object) -> None:
    vocabulary = base().vocabulary  # type: ignore[operator]
    for entry in vocabulary.fields.values():
        assert vocabulary.find(entry.name) is entry and vocabulary.find(entry.id) is entry
        if entry.example:
            assert entry.read(entry.example, vocabulary.reference) is not None, entry.id
        for option in entry.options:
            for word in (option.name, *option.synonyms):
                assert entry.option(word) is option, (entry.id, word)


# ── mistakes in the vocabulary itself ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("{id: x, 名称: 甲, 类型: 是不是}", "K208", "没有 `是不是` 这种类型"),
        ("{id: x, 名称: 甲, 类型: 是非, 可变性: 会变}", "K208", "没有 `会变` 这种可变性"),
        ("{id: x, 名称: 年薪, 类型: 金额}", "R506", "`年薪` 同时是 pay 和 x 的叫法"),
        ("{id: x, 名称: 甲, 类型: 整数, 单位: 人, 范围: [0]}", "Q413", "范围要写两端"),
        ("{id: x, 名称: 甲, 类型: 整数, 单位: 人, 范围: [0, 很多]}", "Q401", "`很多`"),
        ("{id: x, 名称: 甲, 类型: 整数, 单位: 人, 推导: {猜: age}}", "K207", "看不懂这个推导"),
        ("{id: x, 名称: 甲, 类型: 整数, 单位: 人, 推导: {人数: age, 年龄至少: 七旬}}", "Q401", "七旬"),
        ("{id: x, 名称: 甲, 类型: 是非, 说法: [租房住]}", "Q401", "`x` 的说法看不懂"),
        ("{id: x, 名称: 甲, 类型: 金额, 说法: 挣得不少}", "Q401", "`x` 的说法看不懂"),
        ("{id: x, 名称: 甲, 类型: 是非, 通常: 大概}", "Q401", "不能是 `大概`"),
        ("{id: x, 名称: 甲, 类型: 是非, 何时问: [学为 是 博士]}", "V301", "`学为`"),
    ],
)
def test_a_mistake_in_a_field_is_said_with_its_place(line: str, code: str, says: str, tmp_path: Path) -> None:
    text = VOCABULARY.replace("蕴含:", f"  - {line}\n蕴含:")
    found = problems_of(tmp_path, text)
    row = text[: text.index(line)].count("\n") + 1
    assert (code, row) in [(p.code, p.place.line) for p in found], [str(p) for p in found]
    assert any(says in p.message for p in found if p.code == code)


@pytest.mark.parametrize(
    ("choice", "code", "says"),
    [
        ("{名称: 甲, 设: {学为: 博士}}", "V301", "没有名为 `学为` 的信息项"),
        ("{名称: 甲, 设: {学位: 博土}}", "Q401", "没有 `博土` 这个取值"),
    ],
)
def test_a_mistake_in_a_group_of_questions_is_said(choice: str, code: str, says: str, tmp_path: Path) -> None:
    text = VOCABULARY + f"问题组:\n  - {{id: g, 问法: 怎样？, 选项: [{choice}]}}\n"
    assert [p.message for p in problems_of(tmp_path, text) if p.code == code and says in p.message]


def problems_of(folder: Path, vocabulary: str) -> tuple[Problem, ...]:
    """What loading a small rule base with this vocabulary says."""
    path = write(folder, document(benefit("a", "[]")), vocabulary)
    return tuple(load_folder(folder, [path], "x")[1])
