"""Decisions in another language: every line is said in it, quotes its clause in Chinese, and changes no figure."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from talent_rules import (
    CHINESE,
    LOCALE,
    Facts,
    Words,
    amounts_of,
    data_folder,
    explained,
    languages,
    load,
    read_words,
    show_condition,
    total_words,
)
from talent_rules.conditions import opens

DAY = date(2026, 11, 21)
HAN = re.compile("[\u4e00-\u9fff]")
QUOTED = re.compile(r"〔[^〔〕]*〕|“[^”]*”|\([^()]*\)")


@pytest.fixture(scope="module")
def english() -> Words:
    return read_words("en", (LOCALE, data_folder() / "locale"))


def _bare(line: str) -> str:
    while (shorter := QUOTED.sub("", line)) != line:
        line = shorter
    return line


@pytest.mark.parametrize("place", ["ordos", "huhehaote", "beijing-points"])
def test_every_line_of_a_decision_is_english(place: str, english: Words) -> None:
    base = load(place)
    for case in base.cases[::9]:
        facts, _ = base.read(case.given)
        decision = base.decide(facts, as_of=DAY)
        lines = [total_words(decision, english)]
        for verdict in decision.verdicts:
            lines += explained(base, verdict, facts, DAY, english)
        left = [line for line in lines if HAN.search(_bare(line))]
        assert not left, left[:3]


@pytest.mark.parametrize("place", ["ordos", "huhehaote", "beijing-points"])
def test_every_amount_and_its_table_is_english(place: str, english: Words) -> None:
    base = load(place)
    for benefit in base.benefits:
        found = amounts_of(benefit, base.vocabulary, english)
        cells = [cell for row in found.sheet.rows for cell in row] if found.sheet else []
        texts = [found.lead, found.official, found.payment, *(found.sheet.columns if found.sheet else ()), *cells]
        assert not [t for t in texts if HAN.search(_bare(t))], benefit.id


def test_a_clause_is_quoted_as_it_stands_behind_its_english_name(english: Words) -> None:
    base = load("ordos")
    verdict = base.decide(Facts(), as_of=DAY)["ordos-talent-2023/category_settling"]
    assert explained(base, verdict, Facts(), DAY, english)[-1] == (
        "By: Talent policy 2.0 〔人才新政2.0版 第一条、第二条〕 · sources: P2 (grade A), P13 (grade B)"
    )


@pytest.mark.parametrize(
    ("line", "chinese", "translated"),
    [
        ("学位 至少 硕士", "学位至少硕士", "Degree: at least Master's"),
        ("市籍 是 是", "市籍", "Native of Ordos"),
        ("境外院校 是 否", "境外院校：否", "School outside mainland China: No"),
        ("境外院校 不是 否", "境外院校", "School outside mainland China"),
        ("劳动合同年限 至少 3年", "劳动合同年限至少 3年", "Contract length: at least 3 years"),
        ("引进日期 晚于 2021-08", "引进日期晚于 2021-08", "Date of arrival: after 2021-08"),
        ("上年税前薪酬 至少 60万元", "上年税前薪酬至少 60万元", "Last year's pre-tax pay: at least CN¥600,000"),
        ("旗区 属于 东胜区、乌审旗", "旗区：东胜区或乌审旗", "Banner or district: Dongsheng District or Uxin Banner"),
        ("年龄 不超过 35周岁 按 引进日期", "年龄不超过 35周岁（按引进日期算）", "Age: at most 35 years old (as of: Date of arrival)"),
        ("荣誉与入选 不包含 未来之星", "荣誉与入选不包含未来之星", "Awards and selections: without Future Star (未来之星)"),
        ("没有人写得出的一句", "没有人写得出的一句", "没有人写得出的一句"),
    ],
)  # fmt: skip
def test_a_condition_is_said_as_people_say_it(line: str, chinese: str, translated: str, english: Words) -> None:
    known = load("ordos").vocabulary
    assert show_condition(line, known, CHINESE) == chinese
    assert show_condition(line, known, english) == translated


@pytest.mark.parametrize("place", ["ordos", "huhehaote", "beijing-points"])
def test_what_sources_leave_open_is_said_as_the_rules_write_it(place: str) -> None:
    base = load(place)
    for benefit in base.benefits:
        for leaf in (*opens(benefit.scope), *opens(benefit.condition)):
            assert show_condition(leaf.text, base.vocabulary) == leaf.text


def test_the_languages_are_the_folders_of_catalogues() -> None:
    assert languages(LOCALE) == ("zh", "en")
    with pytest.raises(KeyError):
        read_words("xx", (LOCALE,))
    assert read_words("zh", (LOCALE,)) is CHINESE


def test_what_a_catalogue_marks_as_doubtful_is_not_said(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    text = 'msgid "博士"\nmsgstr "Doctorate"\n\n#, fuzzy\nmsgid "硕士"\nmsgstr "Bachelor"\n\nmsgid "本科"\nmsgstr ""\n'
    (folder / "policy.po").write_text(text, encoding="utf-8")
    say = read_words("en", (tmp_path,))
    assert [say(word) for word in ("博士", "硕士", "本科")] == ["Doctorate", "硕士", "本科"]
