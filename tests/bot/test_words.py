"""The wording: every catalogue is complete and current, keeps its places, and says numbers exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from bot.catalogue import catalogues, lacking
from talent_bot.words import LANGUAGES, Words, load_words, negotiate, own_words
from talent_rules import Range, data_folder, load, show_range, show_value, show_yuan
from talent_rules.model import OneOf, Span


def test_the_catalogues_are_current_and_complete() -> None:
    assert not list(lacking())


def _messages() -> Iterator[tuple[str, str]]:
    for _, path in catalogues():
        with path.open("rb") as handle:
            for message in read_po(handle, locale=path.parts[-3]):
                forms = (message.string,) if isinstance(message.string, str) else message.string or ()
                sentence = message.id if isinstance(message.id, str) else message.id[0]
                yield from ((sentence, form) for form in forms if sentence)


def test_every_translation_keeps_its_places() -> None:
    for sentence, said in _messages():
        assert set(re.findall(r"{(\w+)}", sentence)) == set(re.findall(r"{(\w+)}", said)), sentence


def test_money_in_a_text_of_the_rules_is_the_same_money_in_every_language() -> None:
    for sentence, said in _messages():
        told = re.findall(r"([\d.,]+) ?(万|亿)?元", sentence)
        wanted = {float(n.replace(",", "")) * {"万": 10_000, "亿": 100_000_000}.get(unit, 1) for n, unit in told}
        found = {float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", said)}
        assert wanted <= found, (sentence, said)


def test_channels_language_codes_are_understood() -> None:
    codes = ("zh-hans", "zh", "en-GB", "en_US", "mn", "")
    assert [negotiate(c) for c in codes] == ["zh", "zh", "en", "en", "zh", "zh"]
    assert set(LANGUAGES) == {"zh", "en"} and own_words("mn").lang == "zh"


@pytest.fixture(scope="module")
def english() -> Words:
    return load_words(data_folder())["en"]


def test_a_sentence_is_said_in_the_language_asked_for(english: Words) -> None:
    chinese = load_words()["zh"]
    assert chinese("合计：{total}", total="40万元") == "合计：40万元"
    assert english("合计：{total}", total="CN¥400,000") == "Total: CN¥400,000"
    assert english("没有这一句") == "没有这一句"


def test_things_are_counted_in_the_form_their_number_takes(english: Words) -> None:
    assert [english.counted("{n}年", n) for n in (1, 3)] == ["1 year", "3 years"]
    assert english.counted("{n}个月", "1.5") == "1.5 months"


def test_money_is_exact_in_every_language(english: Words) -> None:
    said = {1_234_500: "CN¥12,345", 9_995_000: "CN¥99,950", 1: "CN¥0.01", 10_000_000_050: "CN¥100,000,000.50"}
    assert {fen: show_yuan(fen, english) for fen in said} == said
    assert show_range(Range(5_000_000, 40_000_000), english) == "CN¥50,000–CN¥400,000"
    assert show_range(Range(30_000_000, None), english) == "CN¥300,000 or more"
    assert show_range(Range(0, 8_000_000), english) == "up to CN¥80,000"
    assert show_yuan(None, english) == "no upper limit"


def test_values_are_said_with_their_units(english: Words) -> None:
    fields = load("ordos").vocabulary.fields
    said = {
        ("degree", "phd"): "Doctorate",
        ("age", 35): "35 years old",
        ("contract_years", 36): "3 years",
        ("on_post", True): "Yes",
        ("annual_salary", 60_000_000): "CN¥600,000",
        ("degree", OneOf(frozenset({"master", "phd"}))): "Master's or Doctorate",
        ("contract_years", Span(36, fields["contract_years"].hi)): "3 years or more",
        ("school", "内蒙古大学"): "内蒙古大学 (Inner Mongolia University)",
    }
    assert {key: show_value(fields[key[0]], key[1], english) for key in said} == said
