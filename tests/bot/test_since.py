"""How long ago somebody came or graduated is a span of months: people round."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from talent_bot.understanding import Context, Understander

DATA = Path(__file__).parents[2] / "policy_data"
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def reader() -> Understander:
    return Understander.from_data(DATA)


def told(reader: Understander, text: str, asked: str = "") -> dict[str, Any]:
    return dict(reader.read(text, today=TODAY, context=Context(asked, (), {})).facts.get("self", {}))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("来了三年了", "2022-11-01", "2024-05-31"),
        ("我来了三年多了", "2022-11-01", "2023-11-30"),
        ("来了快两年了", "2024-11-01", "2025-05-31"),
        ("刚来三个月", "2026-07-01", "2026-09-30"),
        ("来鄂尔多斯半年了", "2026-04-01", "2026-07-31"),
        ("三个月前入职的", "2026-07-01", "2026-09-30"),
        ("刚来", "2026-08-01", "2026-11-21"),
    ],
)
def test_how_long_somebody_has_been_here_says_when_they_came(
    reader: Understander, text: str, first: str, last: str
) -> None:
    assert told(reader, text) == {"arrival_date": {"min": first, "max": last}}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("毕业三年了", "2022-11-01", "2024-05-31"), ("五年前毕业的", "2020-11-01", "2022-05-31")],
)
def test_how_long_ago_somebody_graduated(reader: Understander, text: str, first: str, last: str) -> None:
    assert told(reader, text) == {"graduation_date": {"min": first, "max": last}}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("三个月前", "2026-07-01", "2026-09-30"),
        ("快两年了", "2024-11-01", "2025-05-31"),
        ("半年后", "2027-03-01", "2027-08-31"),
        ("再过两个月", "2026-12-01", "2027-02-28"),
    ],
)
def test_a_length_of_time_answers_when(reader: Understander, text: str, first: str, last: str) -> None:
    assert told(reader, text, "arrival_date") == {"arrival_date": {"min": first, "max": last}}


def test_a_month_that_is_not_sure_is_asked_back(reader: Understander) -> None:
    got = reader.read("大概8月份", today=TODAY, context=Context("arrival_date", (), {}))
    assert list(got.confirm["self"]["arrival_date"]) == ["2026-08"]
    assert "arrival_date" not in got.facts.get("self", {})


@pytest.mark.parametrize(
    "text",
    [
        "每年来半年",
        "一个月来十天左右",
        "到现在三年了",
        "工作三年了",
        "来北京三年了",
        "签了三年合同",
        "参加工作以来三年",
        "来了几年了",
        "如果我来了三年呢",
    ],
)
def test_other_lengths_date_no_coming(reader: Understander, text: str) -> None:
    assert "arrival_date" not in told(reader, text)
