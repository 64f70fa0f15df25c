"""Numbers, money, durations, areas and dates as people write them: read exactly, or refused with the fix."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talent_rules.compiler.sums import amount_from_text
from talent_rules.model import Number, Span
from talent_rules.money import Constant, Monthly, Service, Yearly
from talent_rules.quantities import (
    Unreadable,
    add_months,
    area,
    counted,
    day_span,
    elapsed_months,
    ends,
    full_years,
    money,
    months,
    number,
)
from talent_rules.vocabulary import show_yuan


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3), ("３", 3), ("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("三十五", 35), ("一百零五", 105),
        ("一百五", 150), ("两百", 200), ("一千二", 1200), ("一千零二十", 1020), ("三万五", 35_000), ("三万零五百", 30_500),
        ("40万", 400_000), ("４０万", 400_000), ("四十万", 400_000), ("1.5亿", 150_000_000), ("一亿", 100_000_000),
        ("1,000", 1000), ("1,234,567", 1_234_567), ("１，０００", 1000), ("10%", Fraction(1, 10)), ("10％", Fraction(1, 10)),
        ("0.5", Fraction(1, 2)), ("半", Fraction(1, 2)), ("三点五", Fraction(7, 2)), ("零", 0), ("0", 0), ("二〇二四", 2024),
        ("1万亿", 10**12), ("壹佰贰拾", 120), ("3.5万", 35_000), (" 3 5 ", 35), ("+3", 3), ("-3", -3),
        ("3万5", 35_000), ("3万500", 30_500), ("8千", 8_000), ("1.5千", 1_500), ("8千万", 80_000_000), ("1万2千", 12_000),
    ],
)  # fmt: skip
def test_numbers_are_read_in_figures_and_in_chinese(text: str, value: Number) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("30万至40万", ("30万", "40万")), ("30-40万", ("30万", "40万")), ("三十到四十万元", ("三十万元", "四十万元")),
        ("30万-40万", ("30万", "40万")), ("3~5年", ("3年", "5年")), ("100－120㎡", ("100m2", "120m2")), ("100-120", ("100", "120")),
        ("-5", None), ("40万", None), ("至40万", None),
    ],
)  # fmt: skip
def test_a_unit_written_once_behind_a_range_is_of_both_its_ends(text: str, both: tuple[str, str] | None) -> None:
    assert ends(text) == both


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("40W", "`40万`"), ("40w", "`40万`"), ("3k", "`3千`"), ("010", "`10`"), ("0x1F", "万"), ("1_000", "万"),
        ("1e5", "万"), ("4:3:3", "`[4, 3, 3]`"), ("12：30", "`[12, 30]`"), ("", "例如"), ("很多", "确切"), ("三四十", "确切"), ("三四万", "确切"), ("百", "例如"), ("二千三千", "例如"),
        ("四十多", "确切"),
        ("约40", "确切"), ("40左右", "确切"), ("将近三十", "确切"), ("几十", "确切"), ("百分之十", "`10%`"),
        ("百分之二十五", "`25%`"), ("1,00", "例如"), ("3.1.4", "例如"), ("9" * 40, "位数"), ("½", "例如"), ("Ⅷ", "例如"),
        ("٣", "例如"), ("true", "例如"), ("30万-40万", "例如"), ("3万-2", "例如"), ("nan", "例如"), ("十十", "例如"), ("万", "例如"), ("1万万万x", "例如"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_the_fix(text: str, fix: str) -> None:
    with pytest.raises(Unreadable) as refused:
        number(text)
    assert fix in refused.value.hint, refused.value.hint


_HAN = "零一二三四五六七八九"


def spoken(value: int) -> str:
    """A number below 亿 the way it is read out: 105 → 一百零五, 30500 → 三万零五百."""
    if value >= 10_000:
        head, tail = divmod(value, 10_000)
        return spoken(head) + "万" + ("" if not tail else ("零" if tail < 1000 else "") + spoken(tail))
    parts, gap = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            parts += ("零" if gap and parts else "") + _HAN[digit] + word
        gap = not digit
    return parts or "零"


@given(st.integers(0, 9999_9999))
def test_any_number_read_out_in_chinese_reads_back(value: int) -> None:
    assert number(spoken(value)) == value


@given(st.integers(0, 10**13))
def test_figures_with_and_without_thousands_commas_read_alike(value: int) -> None:
    assert number(f"{value:,}") == number(str(value)) == value


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("40万元", 40_000_000), ("40万", 40_000_000), ("四十万元", 40_000_000), ("400,000元", 40_000_000), ("2000", 200_000),
        ("￥2000.50", 200_050), ("人民币3元整", 300), ("3块钱", 300), ("0.01元", 1), ("1.5亿元", 15_000_000_000), ("0", 0),
        ("1.2345万元", 1_234_500), ("２０００元", 200_000), ("五千元", 500_000), ("3圆", 300),
    ],
)  # fmt: skip
def test_money_is_read_to_the_fen(text: str, fen: int) -> None:
    assert money(text) == fen


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("0.001元", "两位小数"),
        ("3年", "元"),
        ("40㎡", "元"),
        ("35周岁", "元"),
        ("10%", "元"),
        ("40W", "`40万`"),
        ("元", "例如"),
    ],
)
def test_what_is_no_money_is_refused(text: str, fix: str) -> None:
    with pytest.raises(Unreadable) as refused:
        money(text)
    assert fix in refused.value.hint


@given(st.integers(0, 10**15))
def test_money_shown_reads_back_to_the_fen(fen: int) -> None:
    assert money(show_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3年", 36), ("三年", 36), ("三年半", 42), ("半年", 6), ("36个月", 36), ("2年11个月", 35), ("1年零6个月", 18),
        ("一年又三个月", 15), ("3周年", 36), ("12月", 12), ("1.5年", 18), ("半个月", Fraction(1, 2)), ("十二个月", 12),
    ],
)  # fmt: skip
def test_durations_are_read_into_months(text: str, value: Number) -> None:
    assert months(text) == value


def test_a_bare_number_takes_the_unit_of_its_field_and_is_refused_without_one() -> None:
    assert months("3", unit="年") == 36
    assert months("3", unit="月") == 3
    with pytest.raises(Unreadable) as refused:
        months("3")
    assert refused.value.hint == "写成 `3年` 或 `3个月`"
    for foreign in ("40万", "3元", "35周岁", "10%", "90㎡"):
        with pytest.raises(Unreadable, match="单位不是时长"):
            months(foreign, unit="月")


def test_counts_and_areas_take_their_own_unit_only() -> None:
    assert counted("40周岁", ("周岁", "岁")) == counted("40岁", ("周岁", "岁")) == counted("40", ("周岁",)) == 40
    assert area("90㎡") == area("90m²") == area("90平方米") == area("90平米") == area("90") == 90
    for text in ("40元", "40个月", "40㎡", "40人"):
        with pytest.raises(Unreadable, match="单位"):
            counted(text, ("周岁",))


# ── dates ───────────────────────────────────────────────────────────────────────────────────


def days(first: date, last: date | None = None) -> Span:
    return Span(first.toordinal(), (last or first).toordinal())


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2024-07-01", days(date(2024, 7, 1))), ("2024/7/1", days(date(2024, 7, 1))), ("2024.07.01", days(date(2024, 7, 1))),
        ("2024年7月1日", days(date(2024, 7, 1))), ("20240701", days(date(2024, 7, 1))), ("２０２４－０７－０１", days(date(2024, 7, 1))),
        ("二〇二四年七月一日", days(date(2024, 7, 1))), ("二〇二四年十二月三十一日", days(date(2024, 12, 31))),
        ("2024-07-01T00:00:00", days(date(2024, 7, 1))), ("2024-02-29", days(date(2024, 2, 29))),
        ("2024-07", days(date(2024, 7, 1), date(2024, 7, 31))), ("2024年2月", days(date(2024, 2, 1), date(2024, 2, 29))),
        ("202407", days(date(2024, 7, 1), date(2024, 7, 31))), ("2024", days(date(2024, 1, 1), date(2024, 12, 31))),
        ("2024年", days(date(2024, 1, 1), date(2024, 12, 31))),
    ],
)  # fmt: skip
def test_a_date_keeps_its_precision(text: str, span: Span) -> None:
    assert day_span(text) == span


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-02-29", "没有 29 日"), ("2024-04-31", "没有 31 日"), ("2024-13-01", "没有 13 月"), ("2024-00-01", "没有 0 月"),
        ("2024-01-00", "没有 0 日"), ("24-07-01", "不是日期"), ("明天", "不是日期"), ("0001-01-01", "不合常理"),
        ("9999-12-31", "不合常理"), ("2024-07-01 12:30", "不是日期"), ("45474", "不合常理"), ("", "不是日期"), ("7月1日", "不是日期"),
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_refused(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        day_span(text)


DATES = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(DATES)
def test_every_day_reads_back_in_every_way_of_writing_it(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
    ):
        assert day_span(text) == days(day)


def test_a_birthday_counts_from_the_day_itself_and_that_of_29_february_from_1_march() -> None:
    born = date(1984, 9, 1).toordinal()
    assert [full_years(born, date(2024, 8, 31).toordinal() + i) for i in (0, 1, 2)] == [39, 40, 40]
    leap = date(2000, 2, 29).toordinal()
    assert full_years(leap, date(2023, 2, 28).toordinal()) == 22
    assert full_years(leap, date(2023, 3, 1).toordinal()) == 23


def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 31), 13) == date(2025, 2, 28)
    assert elapsed_months(date(2024, 1, 31).toordinal(), date(2024, 2, 29).toordinal()) == 1


@given(DATES.filter(lambda d: d.year < 2190), st.integers(0, 100))
def test_elapsed_months_never_overtake_the_calendar(start: date, count: int) -> None:
    end = add_months(start, count)
    assert elapsed_months(start.toordinal(), end.toordinal()) == count
    assert count <= elapsed_months(start.toordinal(), end.toordinal() + 1) < count + 1 + 1


# ── amounts as one line ─────────────────────────────────────────────────────────────────────

FIXED = Constant(40_000_000, 40_000_000)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("40万元", FIXED), ("40 万 元", FIXED), ("至少 300万元", Constant(300_000_000, None, "at_least")),
        ("300万元以上", Constant(300_000_000, None, "at_least")), ("最高 5万元", Constant(0, 5_000_000, "at_most")),
        ("5万元以内", Constant(0, 5_000_000, "at_most")), ("不超过5万元", Constant(0, 5_000_000, "at_most")),
        ("200万元 至 300万元", Constant(200_000_000, 300_000_000, "range")),
        ("20~30万元", Constant(20_000_000, 30_000_000, "range")), ("20—30万元", Constant(20_000_000, 30_000_000, "range")),
        ("每月 1500元 共 36个月", Monthly(Constant(150_000, 150_000), 36)),
        ("每月1500元，最长3年", Monthly(Constant(150_000, 150_000), 36)),
        ("每年 2000元", Yearly(Constant(200_000, 200_000))), ("每年 2000元 共 3年", Yearly(Constant(200_000, 200_000), "", 3)),
        ("服务", Service()), ("一事一议", Constant(0, None, "by_case")), ("待定", Constant(0, None, "undecided")),
    ],
)  # fmt: skip
def test_amounts_in_one_line(text: str, amount: object) -> None:
    assert amount_from_text(text) == amount


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("40W", "`40万`"), ("-40万元", "正数"), ("至少 -1元", "正数"), ("300万元 至 200万元", "小的写在前面"),
        ("40万/年", "`每年 40万`"), ("1500元/月", "`每月 1500元 共 36个月`"), ("40万元左右", "确切"), ("三十几万", "确切"),
        ("每月 1500元 共 36元", "时长"), ("最高", "例如"), ("百分之十", "`10%`"),
    ],
)  # fmt: skip
def test_amounts_that_are_none_are_refused_with_the_fix(text: str, fix: str) -> None:
    with pytest.raises(Unreadable) as refused:
        amount_from_text(text)
    assert fix in refused.value.message + refused.value.hint
