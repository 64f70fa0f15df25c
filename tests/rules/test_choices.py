"""The answers put on buttons read as people would say them."""

from __future__ import annotations

from datetime import date

import pytest

from talent_rules import load
from talent_rules.library import RuleBase

DAY = date(2024, 9, 1)


@pytest.fixture(scope="module")
def ordos() -> RuleBase:
    return load("ordos")


@pytest.mark.parametrize(
    ("field", "labels"),
    [
        ("age", ["不到16周岁", "16周岁到不满18周岁", "18周岁以上"]),
        ("contract_years", ["没有", "不到3年", "3年以上"]),
        ("children_under_3", ["没有", "1人以上"]),
        ("on_post", ["是", "否"]),
    ],
)
def test_stretches_of_a_number_are_named_by_their_ends(ordos: RuleBase, field: str, labels: list[str]) -> None:
    question = ordos.question_about(field, {}, as_of=DAY)
    assert [c.label for c in question.choices] == labels
