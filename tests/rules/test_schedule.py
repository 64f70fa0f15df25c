"""Instalments: whatever the sum and the shares, they add up to the 分."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houses import DAY, town
from talent_rules.model import Basis, Grade, Money, Payment, Range
from talent_rules.money import Constant, Monthly, Yearly
from talent_rules.rulebase import Benefit, PaymentPlan
from talent_rules.schedule import payments, split_exactly

BENEFIT = town().benefits[0]


def plan(amount: object, shares: tuple[int, ...] | None = None, interval: int = 12, undecided: str = "") -> Benefit:
    payment = None if shares is None else PaymentPlan(shares, interval, "认定通过后", undecided, Basis())
    return replace(BENEFIT, amount=amount, payment=payment)  # type: ignore[arg-type]


def sum_of(lo: int, hi: int | None = -1, unit: str = "CNY") -> Money:
    range_ = Range(lo, lo if hi == -1 else hi)
    return Money(range_, range_, Grade.A, unit)


@given(st.integers(0, 10**14), st.lists(st.integers(1, 10), min_size=1, max_size=12))
def test_the_parts_add_up_to_the_fen_and_all_but_the_last_are_whole_yuan(total: int, shares: list[int]) -> None:
    parts = split_exactly(total, tuple(shares))
    assert sum(parts) == total and len(parts) == len(shares)
    assert all(part >= 0 for part in parts)
    assert all(part % 100 == 0 for part in parts[:-1])
    for part, share in zip(parts[:-1], shares[:-1], strict=True):
        assert 0 <= total * share / sum(shares) - part < 100 + 1e-3 * total / 10**9


def test_forty_wan_in_four_three_three_is_sixteen_twelve_twelve() -> None:
    found = payments(plan(Constant(40_000_000, 40_000_000), (4, 3, 3)), sum_of(40_000_000))
    assert [(p.after, p.amount.lo, p.condition) for p in found] == [
        ("P0Y", 16_000_000, "认定通过后"), ("P1Y", 12_000_000, "认定通过后"), ("P2Y", 12_000_000, "认定通过后"),
    ]  # fmt: skip


def test_what_does_not_divide_falls_on_the_last_payment() -> None:
    assert split_exactly(10_000_100, (4, 3, 3)) == (4_000_000, 3_000_000, 3_000_100)
    assert split_exactly(1, (1, 1)) == (0, 1)


def test_half_years_are_said_in_months_and_whole_years_in_years() -> None:
    found = payments(plan(Constant(200, 200), (1, 1, 1), 6), sum_of(200))
    assert [p.after for p in found] == ["P0Y", "P6M", "P1Y"]


def test_a_range_is_paid_in_ranges_and_no_upper_bound_stays_none() -> None:
    found = payments(plan(Constant(0, None), (1, 1)), sum_of(20_000, None))
    assert [p.amount for p in found] == [Range(10_000, None), Range(10_000, None)]


def test_a_monthly_amount_is_so_many_equal_payments() -> None:
    found = payments(plan(Monthly(Constant(150_000, 150_000), 36)), sum_of(5_400_000))
    assert found == (Payment("P0M", Range(150_000, 150_000), every="P1M", times=36),)


def test_a_yearly_amount_without_an_end_recurs_and_with_one_is_counted_out() -> None:
    endless = payments(plan(Yearly(Constant(200_000, 200_000))), sum_of(200_000, unit="CNY/year"))
    assert endless == (Payment("P0Y", Range(200_000, 200_000), every="P1Y", times=None),)
    three = payments(plan(Yearly(Constant(200_000, 200_000), "", 3)), sum_of(600_000))
    assert [(p.after, p.amount.lo) for p in three] == [("P0Y", 200_000), ("P1Y", 200_000), ("P2Y", 200_000)]


@pytest.mark.parametrize("benefit", [plan(Constant(1, 1)), plan(Constant(1, 1), (1,), 0, "分期未载")])
def test_where_nobody_says_how_it_is_paid_no_plan_is_made_up(benefit: Benefit) -> None:
    assert payments(benefit, sum_of(1)) == ()


def test_every_plan_of_a_decision_adds_up_to_its_amount() -> None:
    profile = {"学位": "博士", "年龄": 35, "市外引进": True, "引进方式": "全职", "劳动合同年限": 3, "社保月数": 12,
               "购房面积": 99.99, "购房单价": 6001.01, "年薪": 456789.01, "双一流": False}  # fmt: skip
    decision = town().decide(profile, as_of=DAY)
    paid = [v for v in decision.verdicts if v.schedule and v.amount and v.amount.reported.settled]
    assert len(paid) >= 4
    for verdict in paid:
        assert verdict.amount is not None
        if verdict.amount.unit == "CNY":
            assert sum(p.amount.lo * (p.times or 1) for p in verdict.schedule) == verdict.amount.reported.lo
