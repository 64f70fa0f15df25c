"""Dates as people write them in tables, with their precision kept: a year, a month or a day."""

from __future__ import annotations

import re
from datetime import date

from talent_rules.model import Span
from talent_rules.quantities import Unreadable, clean, day_span
from talent_rules.vocabulary import show_days

#: Excel's day 0; the 1904 system starts 1,462 days later
_EXCEL_ZERO = date(1899, 12, 30).toordinal()
_SHIFT_1904 = 1462
#: Serial numbers outside (1954-10 … 2064-04) are more likely something else
SERIALS = (20_000, 60_000)

_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$")
_SHORT_YEAR = re.compile(r"'?(\d{2})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})?)?日?")
_ACCEPTED = "写成 2024-07-01；只知到月写 2024-07，只知到年写 2024"


class Ambiguous(Unreadable):
    """A date that can be read two ways and has to be asked."""


def read_day(text: str, note: str = "", *, date1904: bool = False, tenths_safe: bool = False) -> Span:
    """A date cell into the days it can mean, as ordinals.

    `note` is what the workbook knows of the cell: `M` or `Y` for a date shown to the month or the
    year only, `T` for a number like 2024.1; `tenths_safe` says the column keeps final zeros.
    Raises Unreadable, or Ambiguous where two readings are as good.
    """
    body = _TIME.sub("", text.strip()).replace("。", ".")
    if re.fullmatch(r"\d{5}(?:\.\d+)?", clean(body)):
        body = _from_serial(clean(body), text, date1904)
    if note == "T" and not tenths_safe and re.fullmatch(r"(?:19|20)\d\d\.1", clean(body)):
        year = clean(body)[:4]
        raise Ambiguous(f"`{text}` 是数字，可能是 {year} 年 1 月，也可能是 10 月", f"写成 {year}-01 或 {year}-10")
    if re.fullmatch(r"(?:19|20)\d\d年?[届度]|[一二][〇○零九一二三四五六七八]{3}", clean(body)):
        body = clean(body).rstrip("届度").removesuffix("年") + "年"
    if _SHORT_YEAR.fullmatch(clean(body)):
        raise Ambiguous(f"`{text}` 的年份只有两位", "年份写四位，例如 1990-03")
    if re.search(r"\d{4}.*[-~—至到].*\d{4}", clean(body)):
        raise Unreadable(f"`{text}` 是一段时间，这里要一个日期", _ACCEPTED)
    try:
        span = day_span(body)
    except Unreadable as error:
        raise Unreadable(error.message, error.hint if "没有" in error.message else _ACCEPTED) from None
    return _as_shown(span, note)


def _from_serial(body: str, text: str, date1904: bool) -> str:
    number = int(float(body))
    if not SERIALS[0] <= number <= SERIALS[1]:
        raise Unreadable(f"`{text}` 不是日期", _ACCEPTED)
    return date.fromordinal(_EXCEL_ZERO + number + (_SHIFT_1904 if date1904 else 0)).isoformat()


def _as_shown(span: Span, note: str) -> Span:
    """A cell formatted 2024年7月 holds a first of the month that nobody wrote."""
    if span.lo != span.hi or span.lo is None or note not in ("M", "Y"):
        return span
    day = date.fromordinal(int(span.lo))
    return day_span(f"{day:%Y-%m}" if note == "M" else f"{day:%Y}")


def short_year(text: str, born: int) -> Span | None:
    """A date with a two-digit year, where a birth date known otherwise agrees; else None."""
    found = _SHORT_YEAR.fullmatch(clean(text))
    if not found:
        return None
    day = date.fromordinal(born)
    year, month, on = (int(g) if g else None for g in found.groups())
    agrees = day.year % 100 == year and day.month == month and on in (None, day.day)
    return Span(born, born) if agrees else None


__all__ = ["SERIALS", "Ambiguous", "read_day", "short_year", "show_days"]
