"""What people say without thinking of conditions: where they work, and what they do not want to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from talent_bot.understanding import Context, Understander
from talent_bot.understanding.refusals import refusal

DATA = Path(__file__).parents[2] / "policy_data"
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def reader() -> Understander:
    return Understander.from_data(DATA)


def _told(reader: Understander, text: str) -> tuple[bool | None, bool]:
    """What the message says of coming from outside, and whether the coming lies ahead."""
    got = reader.read(text, today=TODAY, context=Context.from_json(None))
    told = got.facts.get("self", {}).get("from_outside")
    return None if told is None else told is True, "arrival_date" in got.derive.get("self", {})


@pytest.mark.parametrize("text", ["我现在在北京工作", "目前在呼市一家国企上班", "人还在深圳", "现在在国外任教"])
def test_whoever_works_elsewhere_comes_from_outside_and_has_not_come(reader: Understander, text: str) -> None:
    assert _told(reader, text) == (True, True)


@pytest.mark.parametrize("text", ["之前在上海打工，去年回来了", "在北京上班五年了", "以前在北京一家公司上班"])
def test_whoever_worked_elsewhere_comes_from_outside(reader: Understander, text: str) -> None:
    assert _told(reader, text) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "我爱人在北京工作",
        "他在北京工作",
        "想去北京工作",
        "现在不在北京工作了",
        "没在北京工作过",
        "在北京出差",
        "公司总部在北京，我在东胜上班",
        "我现在在鄂尔多斯工作",
        "一直在老家教书",
    ],
)
def test_what_is_not_said_of_ones_own_work_elsewhere_says_nothing(reader: Understander, text: str) -> None:
    assert _told(reader, text) == (None, False)


def test_who_comes_every_week_is_not_still_to_come(reader: Understander) -> None:
    assert _told(reader, "人在呼市上班，每周去鄂尔多斯两天，顾问性质") == (True, False)


@pytest.mark.parametrize("text", ["不想在北京干了，想回老家", "不想去外地", "不愿意去旗里", "这房子不便宜"])
def test_what_somebody_does_not_want_to_do_is_no_refusal_to_answer(text: str) -> None:
    assert refusal(text, asked=True) == ""


@pytest.mark.parametrize("text", ["不想说", "不太想说", "不愿意", "不方便", "不便透露", "不想再聊了", "不想告诉你"])
def test_who_does_not_want_to_say_need_not(text: str) -> None:
    assert refusal(text, asked=True) == "refuse"
