"""Degrees in the words offices have for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.books import Run, book, codes
from batch.cells import in_words, read
from talent_rules.library import RuleBase
from talent_rules.model import OneOf


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("博士研究生", "phd"),
        ("硕士研究生/硕士", "master"),
        ("大学本科", "bachelor"),
        ("本科\xa0", "bachelor"),
        ("碩士", "master"),
        ("本科学历", "bachelor"),
        ("硕士研究生毕业", "master"),
        ("大专", "associate"),
        ("PhD", "phd"),
        ("大学本科（学士）", "bachelor"),
    ],
)
def test_degrees(base: RuleBase, text: str, expected: str) -> None:
    assert read(base, "degree", text).values["degree"] == expected


def test_degrees_with_more_in_them(base: RuleBase) -> None:
    assert read(base, "degree", "全日制硕士").values == {"degree": "master", "study_mode": "full_time"}
    assert read(base, "degree", "博士在读").values == {"degree": "phd", "degree_status": "studying"}
    assert read(base, "degree", "研究生").values == {"degree": OneOf(frozenset({"master", "phd"}))}
    assert read(base, "degree", "研究生/硕士").values == {"degree": "master"}


@pytest.mark.parametrize("text", ["本科/硕士", "硕士（同等学力申请）", "博士后", "硕士肄业"])
def test_degrees_that_are_not_plain(base: RuleBase, text: str) -> None:
    reading = read(base, "degree", text)
    assert "degree" not in reading.values
    assert reading.complaint is not None and reading.complaint.severity == "error"


@pytest.mark.parametrize(
    ("text", "degree"), [("专升本", "bachelor"), ("全日制专升本", "bachelor"), ("在职硕士", "master")]
)
def test_a_degree_is_the_same_by_whatever_way_it_was_reached(base: RuleBase, text: str, degree: str) -> None:
    assert read(base, "degree", text).values["degree"] == degree


@pytest.mark.parametrize(("text", "degree"), [("双学位", "本科"), ("双学士学位", "本科"), ("双硕士", "硕士")])
def test_two_degrees_are_of_one_level(base: RuleBase, text: str, degree: str) -> None:
    assert in_words(base, "degree", text) == degree


def test_a_degree_still_studied_for_may_say_so_in_brackets(base: RuleBase) -> None:
    assert read(base, "degree", "硕士研究生（在读）").values == {"degree": "master", "degree_status": "studying"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("工学博士", {"degree": "phd"}),
        ("工学学士", {"degree": "bachelor"}),
        ("工商管理硕士", {"degree": "master"}),
        ("博士（工学）", {"degree": "phd"}),
        ("理学硕士学位", {"degree": "master"}),
        ("工学博士在读", {"degree": "phd", "degree_status": "studying"}),
        ("硕士（非全日制）", {"degree": "master", "study_mode": "part_time"}),
        ("荣誉工学博士", {}),
        ("管理学博士后", {}),
    ],
)
def test_a_degree_may_name_its_subject(base: RuleBase, text: str, said: dict[str, str]) -> None:
    assert read(base, "degree", text).values == said


@pytest.mark.parametrize(
    ("learnt", "degree"), [("大学", "无"), ("本科", "无"), ("大学本科", "无学位"), ("研究生", "无")]
)
def test_who_studied_and_has_no_degree_is_asked_and_never_a_certain_college_graduate(
    tmp_path: Path, run: Run, learnt: str, degree: str
) -> None:
    _, summary = run(
        book(tmp_path / "x.xlsx", [["姓名", "学历", "学位", "毕业院校"], ["甲", learnt, degree, "某大学"]])
    )
    assert (2, "degree", "B704") in codes(summary)


def test_a_college_graduate_without_a_degree_is_no_contradiction(tmp_path: Path, run: Run) -> None:
    _, summary = run(
        book(tmp_path / "x.xlsx", [["姓名", "学历", "学位", "引进日期"], ["甲", "大专", "无", "2024-07-01"]])
    )
    assert not codes(summary)


def test_one_cell_of_a_university_and_no_degree_is_not_read_as_either(base: RuleBase) -> None:
    assert not read(base, "degree", "大学/无学位").values
