"""Numbers as people type them, arabic, Chinese or mixed, read exactly."""

from __future__ import annotations

import re
from fractions import Fraction

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2, "仨": 3}
_UNIT = {"十": 10, "百": 100, "千": 1000}
_SCALE = {"万": 10_000, "w": 10_000, "亿": 100_000_000, "k": 1000, "千": 1000}

HAN_NUMERAL = "[零〇一二两三四五六七八九十百千]"
# A whole number or a decimal, never the tail of a longer one.
NUMBER = (
    rf"(?:(?<![\d.])\d{{1,9}}(?:\.\d{{1,3}})?(?![\d.]*\d)"
    rf"|(?<![零〇一二两三四五六七八九十百千点]){HAN_NUMERAL}{{1,8}}(?:点[零一二三四五六七八九]{{1,3}})?)"
)
# 65万35岁 is a sum and an age.
_NO_TAIL = r"(?![\d.]|周?岁|年|个月|平|号|级|人|名|届)"
AMOUNT = (
    rf"(?:{NUMBER}(?:(?:万|w(?![a-z])|亿|千|k(?![a-z]))"
    rf"(?:{HAN_NUMERAL}{{1,7}}(?!年|个月|套|次)|(?<=[万千])\d{{1,4}}{_NO_TAIL})?)?)"
)
TO = r"(?:到|至|或者?|-|～|—{1,2})"

_PAIRS = ("一二", "一两", "二三", "两三", "三四", "三五", "四五", "五六", "六七", "七八", "八九")
_PAIR = re.compile(rf"(?P<tens>[一二三四五六七八九]?十)?(?P<pair>{'|'.join(_PAIRS)})(?P<unit>[十百千])?")


def read_number(text: str) -> Fraction | None:
    """`35` `三十五` `二〇二四` `一千二` `两点五`; None where it is no number, or two in one (`三五`)."""
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,4})?", text):
        return Fraction(text)
    whole, _, part = text.partition("点")
    value = _han(whole)
    if value is None or (part and any(c not in _DIGIT for c in part)):
        return None
    if part:
        value += Fraction(int("".join(str(_DIGIT[c]) for c in part)), 10 ** len(part))
    return value


def _han(text: str) -> Fraction | None:
    if not text or text in _PAIRS or any(c not in _DIGIT and c not in _UNIT for c in text):
        return None
    if all(c in _DIGIT for c in text):
        return Fraction(int("".join(str(_DIGIT[c]) for c in text)))
    if re.search("[一二两三四五六七八九]{2}", text):
        return None  # 十七八 is seventeen or eighteen
    total, digit, unit, last = 0, 0, 1, 10_000
    for char in text:
        if char in _DIGIT:
            digit = _DIGIT[char]
            continue
        unit = _UNIT[char]
        if unit >= last:
            return None
        total += (digit or 1) * unit
        digit, last = 0, unit
    spoken = digit and unit > 10 and text[-2] in _UNIT  # 一千二 is 1200
    return Fraction(total + (digit * unit // 10 if spoken else digit))


def read_span(text: str) -> tuple[Fraction, Fraction] | None:
    """The two numbers that `三五` `十七八` `二三十` `五六十万` stand between; None where it is one number."""
    found = re.fullmatch(rf"({_PAIR.pattern})(万|w|亿|k)?", text)
    if not found:
        return None
    tens = read_number(found.group("tens")) if found.group("tens") else Fraction(0)
    times = _UNIT.get(found.group("unit") or "", 1) * _SCALE.get(found.group(5) or "", 1)
    if tens is None or (found.group("tens") and found.group("unit")):
        return None
    low, high = (_DIGIT[c] for c in found.group("pair"))
    return (tens + low) * times, (tens + high) * times


def read_amount(text: str) -> Fraction | None:
    """`40万` `50w` `1万5` `三万五` `1.2万` `9千` `3500`; None where it is no number."""
    found = re.fullmatch(rf"({NUMBER})(万|w|亿|千|k)?(.*)", text)
    if not found:
        return None
    head, scale, tail = read_number(found.group(1)), _SCALE.get(found.group(2) or "", 1), found.group(3)
    if head is None:
        return None
    if not tail:
        return head * scale
    rest = read_number(tail)
    if rest is None or scale == 1:
        return None
    return head * scale + (rest * scale / 10 if len(tail) == 1 else rest)


def read_amounts(low: str, high: str = "") -> tuple[Fraction, Fraction] | None:
    """A sum, or the two between which one lies: `60万`, `五六十万`, `50` with `60万`."""
    if not high:
        one = read_amount(low)
        return read_span(low) if one is None else (one, one)
    first, last = read_amount(low), read_amount(high)
    if first is None or last is None:
        return None
    if first < 1000 <= last and not re.search("[万wk千亿]", low):  # 五十到六十万
        scale = next((s for c, s in _SCALE.items() if c in high), 1)
        first *= scale
    return (first, last) if first < last else None


def plain(value: Fraction) -> int | float:
    """An int where it is whole, else a short float."""
    return value.numerator if value.denominator == 1 else round(float(value), 4)
