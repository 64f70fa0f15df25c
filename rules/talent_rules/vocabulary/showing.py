"""Values in the words people use, with their units; the opposite of `reading`."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from talent_rules import quantities as q
from talent_rules.model import Declined, Number, OneOf, Range, Span
from talent_rules.vocabulary.kinds import Kind

if TYPE_CHECKING:
    from talent_rules.vocabulary.fields import Field


def show_value(entry: Field, value: object) -> str:
    """A value in words people use, with its unit."""
    if value is None:
        return "不限"
    if isinstance(value, Declined):
        return value.value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, OneOf):
        return "或".join(show_value(entry, o.id) for o in entry.options if o.id in value.choices)
    if isinstance(value, Span):
        return _span(entry, value)
    if isinstance(value, frozenset):
        return "、".join(sorted(_option_name(entry, v) for v in value)) or "无"
    if isinstance(value, tuple):
        return "、".join(show_days(s) for s in value) or "无"
    if isinstance(value, str):
        return _option_name(entry, value)
    return show_number(entry.kind, value, entry.unit)  # type: ignore[arg-type]


def _option_name(entry: Field, value: str) -> str:
    return next((o.name for o in entry.options if o.id == value), entry.called.get(value, value))


def _span(entry: Field, span: Span) -> str:
    if entry.kind is Kind.DATE:
        return show_days(span)
    if span.hi is None or span.hi == entry.hi:
        return f"{show_value(entry, span.lo)}以上"
    if span.lo is None or span.lo == entry.lo:
        whole = span.hi if span.hi == int(span.hi) else None
        return f"{show_value(entry, whole)}以下" if whole is not None else f"不满{show_value(entry, -(-span.hi // 1))}"
    return f"{show_value(entry, span.lo)}至{show_value(entry, span.hi)}"


def show_days(span: Span) -> str:
    """Ordinal days in words: a day `2024-07-01`, a month, a year, a stretch, or one with an open end."""
    if span.lo is None or span.hi is None:
        ends = ((span.lo, "起"), (span.hi, "及以前"))
        open_ended = (f"{date.fromordinal(int(end)).isoformat()}{word}" for end, word in ends if end is not None)
        return next(open_ended, "日期不详")
    lo, hi = date.fromordinal(int(span.lo)), date.fromordinal(int(span.hi))
    if lo == hi:
        return lo.isoformat()
    if lo.day == 1 and q.add_months(lo, 1).toordinal() - 1 == hi.toordinal():
        return f"{lo:%Y-%m}"
    if (lo.month, lo.day, hi.month, hi.day) == (1, 1, 12, 31) and lo.year == hi.year:
        return f"{lo.year}"
    if lo.day == 1 and (hi + timedelta(days=1)).day == 1:
        return f"{lo:%Y-%m}至{hi:%Y-%m}"
    return f"{lo.isoformat()}至{hi.isoformat()}"


def show_yuan(fen: int | None) -> str:
    """分 as words people use, never rounded: 40万元, 1.2345万元, 5,000元, 不封顶."""
    if fen is None:
        return "不封顶"
    yuan = Fraction(fen, 100)
    if abs(yuan) >= 100_000_000 and yuan % 1_000 == 0:
        return f"{_decimal(yuan / 100_000_000)}亿元"
    if abs(yuan) >= 10_000 and yuan % 1 == 0:
        return f"{_decimal(yuan / 10_000)}万元"
    if yuan.denominator == 1:
        return f"{yuan.numerator:,}元"
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}元"


def show_range(amount: Range | None) -> str:
    """A range of 分 in words; `数额未载明` where nothing is known, `没有金额` where no money is at stake."""
    if amount is None:
        return "没有金额"
    if amount.settled:
        return show_yuan(amount.lo)
    if amount.hi is None:
        return f"{show_yuan(amount.lo)}以上" if amount.lo else "数额未载明"
    if not amount.lo:
        return f"最高 {show_yuan(amount.hi)}"
    return f"{show_yuan(amount.lo)}–{show_yuan(amount.hi)}"


def _decimal(value: Fraction) -> str:
    text = format(float(value), ".6f") if value.denominator != 1 else str(value.numerator)
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_number(kind: Kind, value: Number, unit: str = "") -> str:
    """A number of a kind, in its internal unit (分, months, ordinal days, ㎡), in words with the unit people use."""
    if kind is Kind.MONEY:
        return show_yuan(int(value))
    if kind is Kind.DATE:
        return date.fromordinal(int(value)).isoformat()
    if kind is Kind.AREA:
        return f"{_decimal(Fraction(value))}㎡"
    if kind is Kind.MONTHS:
        if value % 12 == 0 and (value >= 12 or unit == "年"):
            return f"{value // 12}年"
        if unit == "年" and value > 12 and value == int(value):
            return f"{int(value) // 12}年{int(value) % 12}个月"
        return f"{_decimal(Fraction(value))}个月"
    return f"{value}{unit}"
