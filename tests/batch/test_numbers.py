"""Money, stretches of time and areas as offices write them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from batch.cells import in_words, read
from talent_rules.batch.figures import plain_figures
from talent_rules.library import RuleBase
from talent_rules.model import Span


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("４０万", "", 400_000),
        ("四十万元", "", 400_000),
        ("400,000", "", 400_000),
        ("400,000元", "", 400_000),
        ("40 0000", "", 400_000),
        ("40", "万元", 400_000),
        ("40万", "万元", 400_000),
        ("400000元", "万元", 400_000),
        ("40.5", "万元", 405_000),
        ("¥400,000.00", "", 400_000),
        ("40万（税前）", "", 400_000),
        ("40-40", "万元", 400_000),
    ],
)
def test_money(base: RuleBase, text: str, unit: str, yuan: int) -> None:
    reading = read(base, "annual_salary", text, unit=unit)
    assert reading.complaint is None
    assert reading.values == {"annual_salary": yuan * 100}


@pytest.mark.parametrize(
    ("text", "unit", "ends"),
    [
        ("30-40", "万元", (300_000, 400_000)),
        ("30万-40万", "", (300_000, 400_000)),
        ("30至40万", "", (300_000, 400_000)),
        ("30-40万", "万元", (300_000, 400_000)),
    ],
)
def test_a_range_of_money_is_in_one_unit(base: RuleBase, text: str, unit: str, ends: tuple[int, int]) -> None:
    reading = read(base, "annual_salary", text, unit=unit)
    assert reading.complaint is None
    assert reading.values == {"annual_salary": Span(ends[0] * 100, ends[1] * 100)}


def test_a_price_may_say_of_what_and_an_area_be_a_range(base: RuleBase) -> None:
    for text in ("8,500元/㎡", "8500元每平米", "8.5千", "0.85万元/平"):
        assert read(base, "home_price_per_m2", text).values == {"home_price_per_m2": 850_000}
    assert read(base, "home_area", "100-120").values == {"home_area": Span(100, 120)}
    assert read(base, "home_area", "100平方").values == {"home_area": 100}
    assert read(base, "annual_salary", "8500元/㎡").complaint is not None


@pytest.mark.parametrize(
    ("field", "text", "unit", "yuan"),
    [
        ("home_price_per_m2", "0.65", "万元/m2", 6500),
        ("home_price_per_m2", "0.65", "万元", 6500),
        ("home_price_per_m2", "6.5", "千元/平方米", 6500),
        ("home_price_per_m2", "6500", "元/m2", 6500),
        ("annual_salary", "65", "万元/年", 650_000),
        ("annual_salary", "72.5", "万/年", 725_000),
        ("annual_salary", "65", "万元/人", 650_000),
        ("annual_salary", "650", "千元", 650_000),
        ("annual_salary", "65元", "元", 65),
        ("annual_salary", "0", "元", 0),
        ("monthly_rent", "500", "元/月", 500),
    ],
)
def test_a_bare_figure_is_in_the_unit_of_its_heading(
    base: RuleBase, field: str, text: str, unit: str, yuan: int
) -> None:
    reading = read(base, field, text, unit=unit)
    assert reading.complaint is None
    assert reading.values == {field: yuan * 100}


@pytest.mark.parametrize(
    ("field", "text", "unit", "advice"),
    [
        ("home_price_per_m2", "7000", "万元/m2", "写明单位，例如 `7000元`"),
        ("home_price_per_m2", "6500", "千元/m2", "写明单位，例如 `6500元`"),
        ("annual_salary", "650000", "万元/年", "写明单位，例如 `650000元`"),
        ("home_price_per_m2", "0.65", "元", "写成 `0.65万元` 或 `0.65元`"),
        ("home_price_per_m2", "0.65", "", "写成 `0.65万元` 或 `0.65元`"),
        ("annual_salary", "65", "元", "写成 `65万元` 或 `65元`"),
        ("annual_salary", "8000", "元/月", "按“上年税前薪酬”填，例如 65万"),
        ("home_price_per_m2", "80", "万元/套", "按“购房单价”填，例如 6000元"),
    ],
)
def test_a_figure_that_its_unit_makes_unlikely_is_asked(
    base: RuleBase, field: str, text: str, unit: str, advice: str
) -> None:
    reading = read(base, field, text, unit=unit)
    assert not reading.values
    assert reading.complaint is not None and (reading.complaint.code, reading.complaint.hint) == ("B702", advice)


@pytest.mark.parametrize("field", ["home_price_per_m2", "annual_salary", "monthly_rent"])
@pytest.mark.parametrize("unit", ["", "元", "千元", "万元", "万元/m2", "元/月", "万元/年"])
def test_typed_figures_are_believed_where_written_ones_are(base: RuleBase, field: str, unit: str) -> None:
    figures = [0, 0.65, 2, 6.5, 65, 650, 999, 1000, 6500, 10_000, 65_000, 650_000, 10**8]
    told = plain_figures(base.vocabulary.fields[field], unit, pa.array(figures, pa.float64()))
    assert told is not None
    cells = [read(base, field, f"{figure:f}".rstrip("0").rstrip(".") or "0", unit=unit) for figure in figures]
    assert told[1].tolist() == [cell.complaint is not None for cell in cells]
    assert [n for n, asked in zip(told[0].lo.tolist(), told[1], strict=True) if not asked] == [
        cell.values[field] for cell in cells if cell.complaint is None
    ]


@pytest.mark.parametrize(
    ("text", "unit"),
    [("30-40", ""), ("400000", "万元"), ("40", ""), ("3年", ""), ("四十W", ""), ("1e5", ""), ("-5万", "")],
)
def test_money_that_is_not_plain_is_asked(base: RuleBase, text: str, unit: str) -> None:
    reading = read(base, "annual_salary", text, unit=unit)
    assert not reading.values
    assert reading.complaint is not None and reading.complaint.hint


@pytest.mark.parametrize(
    ("text", "unit", "months"),
    [
        ("3年", "", 36),
        ("三年半", "", 42),
        ("36", "月", 36),
        ("36个月", "", 36),
        ("3", "", 36),
        ("3", "年", 36),
        ("三年期", "", 36),
    ],
)
def test_durations(base: RuleBase, text: str, unit: str, months: int) -> None:
    assert read(base, "contract_years", text, unit=unit).values == {"contract_years": months}


@pytest.mark.parametrize("text", ["36", "无固定期限", "长期"])
def test_durations_that_are_asked(base: RuleBase, text: str) -> None:
    assert read(base, "contract_years", text).complaint is not None


def test_at_least_is_a_range(base: RuleBase) -> None:
    assert isinstance(read(base, "contract_years", "3年以上").values["contract_years"], Span)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2024.7.8-2027.7.7", 36),
        ("2024年7月8日至2027年7月7日", 36),
        ("2024-07-08—2027-07-06", 35),
        ("20240708-20270708", 36),
        ("2024.7-2027.6", Span(34, 36)),
    ],
)
def test_a_contract_written_from_day_to_day_is_as_long_as_its_whole_months(
    base: RuleBase, text: str, months: int | Span
) -> None:
    assert read(base, "contract_years", text).values == {"contract_years": months}


@pytest.mark.parametrize("text", ["2027.7.7-2024.7.8", "2024.13.1-2027.7.7"])
def test_a_contract_that_ends_before_it_begins_or_on_no_day_is_asked(base: RuleBase, text: str) -> None:
    assert read(base, "contract_years", text).complaint is not None


@pytest.mark.parametrize("text", ["无固定期限", "长期", "不定期"])
def test_a_contract_without_a_term_is_asked_for_how_long_in_the_words_of_the_cell(base: RuleBase, text: str) -> None:
    complaint = read(base, "contract_years", text).complaint
    assert complaint is not None and f"`{text}` 没有写是多久" in complaint.message and "3年以上" in complaint.hint


@pytest.mark.parametrize("text", ["试用期6个月", "合同期见附件", "3年（自2024.8）"])
def test_a_complaint_of_a_number_quotes_the_whole_cell(base: RuleBase, text: str) -> None:
    complaint = read(base, "contract_years", text).complaint
    assert complaint is not None and f"`{text}`" in complaint.message and "3年" in complaint.hint


def test_a_contract_told_twice_is_read_where_both_agree(base: RuleBase) -> None:
    assert in_words(base, "contract_years", "3年（2024.8-2027.7）") == "3年"
    assert in_words(base, "contract_years", "5年（2024.8-2027.7）") == "核对后只写一样"
