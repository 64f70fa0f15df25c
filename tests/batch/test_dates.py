"""Dates as offices write them: kept as exact as they were told, and asked where two readings are as good."""

from __future__ import annotations

from datetime import date

import pytest

from talent_rules.quantities import Unreadable
from talent_rules.tables.dates import Ambiguous, read_day, short_year
from talent_rules.vocabulary import show_days


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024.7", "2024-07"),
        ("2024.10", "2024-10"),
        ("2024年7月", "2024-07"),
        ("二〇二四年七月", "2024-07"),
        ("二○二四年七月一日", "2024-07-01"),
        ("202407", "2024-07"),
        ("20240701", "2024-07-01"),
        ("2024-07-01 00:00:00", "2024-07-01"),
        ("2024/7/1", "2024-07-01"),
        ("2024.07.01", "2024-07-01"),
        ("２０２４年７月１日", "2024-07-01"),
        ("2024", "2024"),
        ("2024届", "2024"),
        ("2024。7。1", "2024-07-01"),
        ("45474", "2024-07-01"),
    ],
)
def test_a_date_keeps_its_precision(text: str, shown: str) -> None:
    assert show_days(read_day(text)) == shown


def test_serial_numbers_follow_the_epoch_of_the_workbook() -> None:
    assert show_days(read_day("44012", date1904=True)) == "2024-07-01"


def test_a_first_of_month_shown_as_a_month_is_a_month() -> None:
    assert show_days(read_day("2024-07-01 00:00:00", "M")) == "2024-07"
    assert show_days(read_day("2024-01-01 00:00:00", "Y")) == "2024"


@pytest.mark.parametrize("text", ["1988-02-30", "2024-13-01", "民国79年", "61000", "19999", "2021.9-2024.6", "七月"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_day(text)


@pytest.mark.parametrize("text", ["90.3", "24.7.1"])
def test_two_digit_years_are_asked(text: str) -> None:
    with pytest.raises(Ambiguous):
        read_day(text)
    assert short_year("90.3", date(1990, 3, 12).toordinal()) is not None
    assert short_year("90.3", date(1991, 3, 12).toordinal()) is None


def test_a_number_2024_point_1_is_asked() -> None:
    with pytest.raises(Ambiguous):
        read_day("2024.1", "T")
    assert show_days(read_day("2024.1", "T", tenths_safe=True)) == "2024-01"
