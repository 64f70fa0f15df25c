"""Amount forms against people: integers of 分, exact percentages and areas, halves up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houses import DAY, town
from talent_rules.conditions import ALWAYS, Among, Atom, Axis, Condition
from talent_rules.model import Number, Span
from talent_rules.money import (
    Amount,
    AreaPrice,
    Constant,
    Ends,
    Monthly,
    Percent,
    Service,
    Table,
    Yearly,
    bounds,
    half_up,
    numbers_of,
    unit_of,
)

ROW = {name: Atom(Axis(name), Among(frozenset({"yes"}))) for name in "abc"}


def worth(amount: Amount, known: dict[str, bool] | None = None, **numbers: Number | Span) -> Ends | None:
    """The least and greatest figure, for rows known to apply or not, and numbers known or not."""
    known = known or {}

    def possible(yes: tuple[Condition, ...], no: tuple[Condition, ...]) -> bool:
        held = {name: known.get(name) for name in ROW}
        for conditions, wanted in ((yes, True), (no, False)):
            for condition in conditions:
                if condition == ALWAYS:
                    if not wanted:
                        return False
                    continue
                assert isinstance(condition, Atom)
                name = condition.axis.field
                if held[name] is (not wanted):
                    return False
                held[name] = wanted
        return True

    def number(name: str) -> Span:
        value = numbers.get(name, Span(0, None))
        return value if isinstance(value, Span) else Span(value, value)

    return bounds(amount, possible, number)


def yuan(value: Number) -> Constant:
    return Constant(value * 100, value * 100)


def test_the_plain_forms_are_their_own_ends() -> None:
    assert worth(Constant(100, 100)) == (100, 100)
    assert worth(Constant(100, None, "at_least")) == (100, None)
    assert worth(Constant(0, 100, "at_most")) == (0, 100)
    assert worth(Service("公寓")) is None


def test_so_much_a_month_for_as_many_months_as_known_up_to_the_cap() -> None:
    assert worth(Monthly(yuan(1500), 36)) == (5_400_000, 5_400_000)
    capped = Monthly(yuan(1500), 36, "m")
    assert worth(capped, m=12) == (1_800_000, 1_800_000)
    assert worth(capped, m=40) == (5_400_000, 5_400_000)
    assert worth(capped, m=Span(12, 24)) == (1_800_000, 3_600_000)
    assert worth(capped) == (0, 5_400_000)
    assert worth(Monthly(yuan(1500), None, "m")) == (0, None)


def test_so_much_a_year_for_each_person() -> None:
    each = Yearly(yuan(2000), "n")
    assert [worth(each, n=n) for n in (0, 1, 2)] == [(0, 0), (200_000, 200_000), (400_000, 400_000)]
    assert worth(each, n=Span(0, 2)) == (0, 400_000)
    assert worth(Yearly(yuan(2000), "n", 3), n=2) == (1_200_000, 1_200_000)
    assert unit_of(each) == "CNY/year" and unit_of(Yearly(yuan(2000), "", 3)) == "CNY"


def test_the_area_paid_is_the_smaller_of_standard_and_actual() -> None:
    flat = AreaPrice(Constant(100, 100), "price", "area")
    for area, paid in ((99, 99), (100, 100), (101, 100)):
        assert worth(flat, price=600_000, area=area) == (paid * 600_000, paid * 600_000)
    assert worth(flat, price=600_000) == (0, 60_000_000)
    silent = AreaPrice(Constant(100, 100), "price", "area", open_shortfall=True)
    assert worth(silent, price=600_000, area=99) == (59_400_000, 60_000_000)
    assert worth(AreaPrice(Constant(100, 100), "price"), price=600_000) == (60_000_000, 60_000_000)


def test_a_share_is_exact_rounded_half_up_to_the_fen_and_capped() -> None:
    tenth = Percent(Fraction(1, 10), "salary", 1_000_000)
    assert worth(tenth, salary=45_678_901) == (1_000_000, 1_000_000)
    assert worth(tenth, salary=5) == (1, 1)
    assert worth(tenth, salary=4) == (0, 0)
    assert worth(tenth) == (0, 1_000_000)
    assert worth(Percent(Fraction(1, 3), "salary"), salary=100) == (33, 33)
    assert worth(Percent(Fraction(1, 3), "salary")) == (0, None)


@given(st.fractions(0, 10**12))
def test_halves_go_up(value: Fraction) -> None:
    assert -Fraction(1, 2) < half_up(value) - value <= Fraction(1, 2)


ROWS = ((ROW["a"], yuan(40)), (ROW["b"], yuan(30)), (ROW["c"], yuan(50)))


@pytest.mark.parametrize(
    ("hit", "known", "expected"),
    [
        ("first", {"a": True}, (4000, 4000)),
        ("first", {"a": False, "b": True}, (3000, 3000)),
        ("first", {"a": False, "b": False, "c": False}, (0, 0)),
        ("first", {"b": True}, (3000, 4000)),
        ("first", {}, (0, 5000)),
        ("highest", {"a": True, "b": True, "c": False}, (4000, 4000)),
        ("highest", {"a": True}, (4000, 5000)),
        ("highest", {"c": True}, (5000, 5000)),
        ("sum", {"a": True, "b": True, "c": False}, (7000, 7000)),
        ("sum", {"a": True}, (4000, 12000)),
        ("sum", {}, (0, 12000)),
        ("unique", {"a": False, "b": False, "c": True}, (5000, 5000)),
    ],
)
def test_the_rows_of_a_table_by_hit_policy(hit: str, known: dict[str, bool], expected: Ends) -> None:
    assert worth(Table(hit, ROWS), known) == expected


def test_a_cap_holds_over_a_sum_of_rows() -> None:
    assert worth(Table("sum", ROWS, cap=10_000), {}) == (0, 10_000)
    assert worth(Table("sum", ROWS, cap=10_000), {"a": True, "b": True, "c": True}) == (10_000, 10_000)


@given(st.dictionaries(st.sampled_from("abc"), st.booleans()), st.sampled_from(["first", "highest", "sum"]))
def test_knowing_more_never_widens_an_amount(known: dict[str, bool], hit: str) -> None:
    vague, sure = worth(Table(hit, ROWS), {}), worth(Table(hit, ROWS), known)
    assert vague is not None and sure is not None and vague[1] is not None and sure[1] is not None
    assert vague[0] <= sure[0] <= sure[1] <= vague[1]


def test_the_fields_an_amount_needs_are_known_beforehand() -> None:
    inside = Table("first", ((ROW["a"], AreaPrice(Constant(1, 1), "p", "s")), (ROW["b"], Monthly(yuan(1), 3, "m"))))
    assert numbers_of(inside) == ("p", "s", "m")


@pytest.mark.parametrize(
    ("profile", "benefit", "fen"),
    [
        ({"年薪": 300000.01}, "salary_share", 3_000_000), ({"年薪": 456789.05}, "salary_share", 4_567_891),
        ({"年薪": 99999999}, "salary_share", 10_000_000),
        ({"社保月数": 12, "购房面积": 99.99, "购房单价": 6001.01}, "purchase", 60_004_099),
        ({"学位": "博士", "父母": ["1950-01-01", "1954-09-02"]}, "parents_care", 200_000),
        ({"学位": "博士", "父母": ["1950-01-01", "1954-09-01"]}, "parents_care", 400_000),
    ],
)  # fmt: skip
def test_amounts_worked_out_by_hand(profile: dict[str, object], benefit: str, fen: int) -> None:
    amount = town().decide(profile, as_of=DAY)[benefit].amount
    assert amount is not None and (amount.reported.lo, amount.reported.hi) == (fen, fen)
