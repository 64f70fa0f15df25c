"""Chinese numbers, money, durations, areas and dates, read exactly or refused with a hint.

Vague words (左右, 将近, 多) are refused here: a rule file or a cell has to say what it means.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction

from talent_rules.model import Number, Span


class Unreadable(ValueError):
    """A text that is not the quantity asked for; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2}
_DIGITS |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_HAN = "".join(sorted({*_DIGITS, *_UNITS}))
_ARABIC = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,6})?$", re.ASCII)
_VAGUE = re.compile(r"左右|上下|大约|大概|将近|接近|约|[十百千万亿]?[多余]|[几数][十百千万亿]")
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


def clean(text: str) -> str:
    """Half-width, without spaces or invisible characters; at most 200 characters are looked at."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text[:200]))


def simplest(value: Fraction) -> Number:
    """An int where the fraction is whole."""
    return value.numerator if value.denominator == 1 else value


def number(text: str) -> Number:
    """Read `3`, `３`, `1,000`, `三`, `一百零五`, `40万`, `1.5亿`, `10%`.

    Raises Unreadable, with the usual mistakes (`40W`, `010`, `1e5`) named.
    """
    body = clean(text)
    if not body:
        raise Unreadable("这里应当是数字，却是空的", "例如 3 或 40万")
    if re.search(r"^[+-]?(?:\d,?){16}|[万亿]{3}", body):
        raise Unreadable("这个数字太大", "核对位数；大数用 万、亿，例如 `40万`")
    if body.startswith("百分之") and not _VAGUE.search(body):
        raise Unreadable(f"`{text}` 用了百分之", f"写成 `{_percent(body[3:])}%`")
    if _VAGUE.search(body):
        raise Unreadable(f"`{text}` 是约数", "写确切的数；是一段范围就写两端")
    if body.endswith("%"):
        return simplest(Fraction(number(body[:-1])) / 100)
    if re.fullmatch(r"[\d.,]+[wWkK]", body):
        word = "万" if body[-1] in "wW" else "千"
        raise Unreadable(f"`{text}` 里的 `{body[-1]}` 不能当单位", f"写成 `{body[:-1]}{word}`")
    if re.fullmatch(r"0\d+", body):
        raise Unreadable(f"`{text}` 以 0 开头，可能被读成八进制", f"写成 `{body.lstrip('0') or '0'}`")
    if re.fullmatch(r"0[xX][0-9a-fA-F]+|[\d_]*_[\d_]*|\d+[eE][+-]?\d+", body):
        raise Unreadable(f"`{text}` 不是通常的数字写法", "直接写数字，大数用 万、亿，例如 `40万`")
    if re.fullmatch(r"\d+(:\d+)+", body):
        raise Unreadable(f"`{text}` 像是比例", f"比例写成 `[{', '.join(body.split(':'))}]`")
    scale = 1
    while body and body[-1] in _BIG and len(body) > 1:
        scale *= _BIG[body[-1]]
        body = body[:-1]
    if body[-1] == "千" and _ARABIC.match(body[:-1]):
        scale, body = scale * 1000, body[:-1]
    if _ARABIC.match(body):
        return simplest(Fraction(Decimal(body.replace(",", ""))) * scale)
    return simplest(_han_number(body, text) * scale)


def _percent(body: str) -> Number | str:
    try:
        return number(body)
    except Unreadable:
        return "10"


def _han_number(body: str, text: str) -> Fraction:
    mixed = re.fullmatch(r"(.+?[万亿])([^+-].*)", body)
    if mixed and mixed.group(2)[-1] not in _BIG:
        head, tail = mixed.groups()
        try:
            if re.fullmatch("[1-9一二三四五六七八九两]", tail):  # 三万五, 3万5 = 35,000
                return Fraction(number(head)) + Fraction(number(tail)) * _BIG[head[-1]] / 10
            return Fraction(number(head)) + Fraction(number(tail.lstrip("零〇")))
        except Unreadable:
            raise Unreadable(f"`{text}` 不是数字", "例如 3、三、40万、1.5亿") from None
    if body == "半":
        return Fraction(1, 2)
    if "点" in body:
        whole, _, part = body.partition("点")
        if part and all(c in _DIGITS for c in part):
            digits = "".join(str(_DIGITS[c]) for c in part)
            return _han_number(whole or "零", text) + Fraction(int(digits), 10 ** len(digits))
    if not body or any(c not in _HAN for c in body):
        raise Unreadable(f"`{text}` 不是数字", "例如 3、三、40万、1.5亿")
    if all(c in _DIGITS for c in body):
        if 1 < len(body) < 4 and all(_DIGITS[c] for c in body):
            raise Unreadable(f"`{text}` 是约数", "写确切的数；是一段范围就写两端")  # 三四十、三四万
        return Fraction(int("".join(str(_DIGITS[c]) for c in body)))
    return Fraction(_spoken(body, text))


def _spoken(body: str, text: str) -> int:
    """一千零二十, 一百五 (150), 十二: each unit once, from large to small."""
    total, digit, below, gap = 0, None, 10_000, False
    for char in body:
        if char in _UNITS:
            unit = _UNITS[char]
            if unit >= below or digit == 0 or (digit is None and (unit != 10 or (total and not gap))):
                raise Unreadable(f"`{text}` 不是数字", "例如 3、三、40万、1.5亿")
            total, below, digit, gap = total + (1 if digit is None else digit) * unit, unit, None, False
        elif digit is not None:
            raise Unreadable(f"`{text}` 是约数", "写确切的数；是一段范围就写两端")
        elif _DIGITS[char]:
            digit = _DIGITS[char]
        elif gap or below == 10:
            raise Unreadable(f"`{text}` 不是数字", "例如 3、三、40万、1.5亿")
        else:
            gap = True
    if digit and below > 10 and not gap and below < 10_000:
        return total + digit * below // 10  # 一千二 = 1,200
    return total + (digit or 0)


_RANGE = re.compile(r"([^~～—–至到-].*?)(?:~|～|—|–|至|到|-)(.+)")
_BARE = re.compile(rf"(?:[\d.,]+|[{_HAN}]+)(?P<rest>.*)")


def ends(text: str) -> tuple[str, str] | None:
    """The two ends of `30万至40万`, `3-5年`, `100~120`: what is written once behind both is of both. No dates."""
    found = _RANGE.fullmatch(clean(text))
    if found is None:
        return None
    lo, hi = found.groups()
    first, second = _BARE.fullmatch(lo), _BARE.fullmatch(hi)
    if first and second and not first["rest"]:
        lo += second["rest"]
    return lo, hi


_MONEY = re.compile(r"(?:人民币|¥|￥|RMB|CNY)?(.+?)(元整|元|圆|块钱|块|CNY)?$")


def money(text: str, *, scale: int = 1) -> int:
    """Read money into 分: `40万元`, `400,000`, `四十万`, `2000元`; `scale` 10000 for a 万元 column.

    Raises Unreadable for a unit that is not money and for amounts below 分.
    """
    body = clean(text)
    if re.search(r"(个月|月|年|周岁|岁|m2|平方米|平米|人|%)$", body):
        raise Unreadable(f"`{text}` 的单位不是金额", "金额的单位写 元 或 万元，例如 `40万元`")
    if foreign := re.search(r"(美元|美金|港元|港币|欧元|日元|英镑|澳元|加元|卢布)$", body):
        raise Unreadable(f"`{text}` 不是人民币", f"把{foreign.group()}折合成人民币，写 元 或 万元")
    found = _MONEY.fullmatch(body)
    if not found:
        raise Unreadable("这里应当是金额，却是空的", "例如 `40万元`")
    try:
        yuan = Fraction(number(found.group(1))) * scale
    except Unreadable as error:
        raise Unreadable(error.message, error.hint or "例如 `40万元`") from None
    fen = yuan * 100
    if fen.denominator != 1:
        raise Unreadable(f"`{text}` 比分还小", "最多写两位小数")
    return fen.numerator


_DURATION = re.compile(r"(?:(?P<y>.+?)(?:周年|年))?(?P<half>半)?(?:零|又)?(?:(?P<m>.+?)(?:个月|月))?$")


_EVERY = {"每年": "1年", "每半年": "半年", "每季度": "3个月", "每月": "1个月", "按年": "1年", "按月": "1个月"}


def months(text: str, *, unit: str = "") -> Number:
    """Read a duration into months: `3年`, `三年半`, `2年11个月`, `36个月`, `半年`.

    `unit` (年 or 月) is the unit of a bare number; without it a bare number is refused.
    """
    body = clean(text)
    if re.search(r"(元|万|亿|m2|平方米|平米|周岁|岁|%|人)$", body):
        raise Unreadable(f"`{text}` 的单位不是时长", "时长的单位写 年 或 个月，例如 `36个月`")
    if body in _EVERY:
        raise Unreadable(f"`{text}` 不是时长", f"写成 `{_EVERY[body]}`")
    if re.search(r"(天|日|周|星期|小时)$", body):
        raise Unreadable(f"`{text}` 的单位不是年或月", "时长写 年 或 个月，例如 `6个月`")
    if body in ("半年", "半个年"):
        return 6
    if body == "半个月":
        return Fraction(1, 2)
    found = _DURATION.fullmatch(body)
    if found and (found.group("y") or found.group("m")):
        years = number(found.group("y")) if found.group("y") else 0
        half = 6 if found.group("half") else 0
        part = number(found.group("m")) if found.group("m") else 0
        return simplest(Fraction(years) * 12 + half + Fraction(part))
    value = number(body)
    if unit == "年":
        return simplest(Fraction(value) * 12)
    if unit == "月":
        return value
    raise Unreadable(f"`{text}` 没有写单位", f"写成 `{text}年` 或 `{text}个月`")


def counted(text: str, units: tuple[str, ...]) -> Number:
    """Read a whole count, with or without one of its units: `40周岁`, `2人`."""
    body = clean(text)
    for unit in sorted((clean(u) for u in units), key=len, reverse=True):
        if unit and body.endswith(unit):
            body = body[: -len(unit)]
            break
    else:
        foreign = re.search(r"(元|个月|月|年|m2|平方米|平米|周岁|岁|人|%)$", body)
        if foreign:
            wanted = units[0] if units else "（不写单位）"
            unit = foreign.group().replace("m2", "㎡")
            raise Unreadable(f"`{text}` 的单位 `{unit}` 与这一项不符", f"单位应为 {wanted}")
    return number(body)


def area(text: str) -> Number:
    """Read ㎡."""
    return counted(text, ("㎡", "m2", "m²", "平方米", "平米", "平方", "平"))


# ── dates ───────────────────────────────────────────────────────────────────────────────────

_HAN_DATE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_DATE = re.compile(
    r"(?P<y>\d{4})(?:[-/.年]|(?=\d{2}(?:\d{2})?$))?(?:(?P<m>\d{1,2})(?:[-/.月]|(?=\d{2}$))?(?:(?P<d>\d{1,2})(?:日|号)?)?)?(?:T00:00(?::00)?)?$",
    re.ASCII,
)


def _han_days(body: str) -> str:
    def small(match: re.Match[str]) -> str:
        return str(number(match.group()))

    body = re.sub(r"[〇○零一二三四五六七八九]{4}(?=年)", lambda m: m.group().translate(_HAN_DATE), body)
    return re.sub(r"[一二三四五六七八九十]{1,3}(?=[月日号])", small, body)


def day_span(text: str) -> Span:
    """Read a date into the span of days it can mean, as ordinals.

    `2024-07-01` is one day, `2024-07` a month, `2024` a year; nothing is filled in.
    Raises Unreadable for a day that does not exist.
    """
    body = _han_days(clean(text))
    found = _DATE.fullmatch(body)
    if not found:
        raise Unreadable(f"`{text}` 不是日期", "写成 `2024-07-01`，只知到月写 `2024-07`")
    year = int(found.group("y"))
    month = int(found.group("m")) if found.group("m") else None
    day = int(found.group("d")) if found.group("d") else None
    if not 1900 <= year <= 2200:
        raise Unreadable(f"`{text}` 的年份不合常理", "年份写四位数")
    if month is not None and not 1 <= month <= 12:
        raise Unreadable(f"没有 {month} 月", "月份是 1 到 12")
    if day is not None:
        last = calendar.monthrange(year, month or 1)[1]
        if not 1 <= day <= last:
            raise Unreadable(f"{year}年{month}月没有 {day} 日", f"这个月最后一天是 {last} 日")
        ordinal = date(year, month or 1, day).toordinal()
        return Span(ordinal, ordinal)
    first = date(year, month or 1, 1)
    last_month = month or 12
    return Span(first.toordinal(), date(year, last_month, calendar.monthrange(year, last_month)[1]).toordinal())


def add_months(day: date, count: int) -> date:
    """The same day `count` months on; the last day of the month where that day does not exist."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def full_years(born: int, on: int) -> int:
    """周岁: completed years between two ordinals. Born on 29 February, a year completes on 1 March."""
    a, b = date.fromordinal(born), date.fromordinal(on)
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


def birthday(born: int, years: int) -> date:
    """The day on which so many years are completed, as `full_years` counts them."""
    start = date.fromordinal(born)
    if (start.month, start.day) == (2, 29) and not calendar.isleap(start.year + years):
        return date(start.year + years, 3, 1)
    return start.replace(year=start.year + years)


def elapsed_months(start: int, end: int) -> Number:
    """Completed months between two ordinals, and any days over as a part of a month (of 32, so less than one)."""
    a, b = date.fromordinal(start), date.fromordinal(end)
    whole = (b.year - a.year) * 12 + b.month - a.month
    if add_months(a, whole) > b:
        whole -= 1
    return simplest(Fraction(whole) + Fraction((b - add_months(a, whole)).days, 32))
