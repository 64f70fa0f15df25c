"""Words that bound a number or leave it vague: 不到, 至少, 以上, 左右."""

from __future__ import annotations

import re
from fractions import Fraction

from talent_bot.understanding.numbers import plain
from talent_bot.understanding.result import Value

GAP = "[^，。！？；：□]"
LESS = (
    r"(?:不到|不满|没到|未到|未满|低于|小于|少于|不足|还没满|没满|没过|未过|还不到|"
    r"快|将近|接近|差不多快|即将|马上|奔|快到)"
)
MOST = r"(?:不超过|最多|至多|顶多|撑死)"
LEAST = r"(?:至少|起码|不低于|不少于|最少|最低|不下)"
OVER = r"(?:超过|大于|高于|过了|多于|超)"
VAGUE_BEFORE = re.compile(r"(?:大概|大约|约|差不多|近|估计|估摸着?|可能|左右|平均|好像|几乎|也就|应该)(?:是|在|有)?$")
VAGUE_AFTER = re.compile(
    r"^(?:元|块|万|周?岁|年|平米?|平方)?(?:左右|上下|来|出头|多|好几|几(?!个|年)|的样子|\+|以上|以下|以内|不等|起(?!薪)|～|-|到(?!手)|至)"
)


def bounded(value: Fraction, before: str, after: str, *, integral: bool) -> Value | None:
    """A value with the bound said around it; None where the words leave it vague."""
    low, high = plain(value), plain(value - (1 if integral else Fraction(1, 100)))
    if re.fullmatch(LESS, before):
        return {"max": high}
    if re.fullmatch(MOST, before) or after in ("以下", "以内", "及以下"):
        return {"max": low}
    if re.fullmatch(LEAST, before) or after in (
        "以上",
        "及以上",
        "或更长",
        "或以上",
        "或者以上",
        "起",
        "+",
        "起步",
        "打底",
    ):
        return {"min": low}
    if re.fullmatch(OVER, before):
        return {"min": low}
    return None if after in ("左右", "上下", "多", "来", "出头", "几") else low


def between(low: Fraction, high: Fraction) -> Value:
    """A range of two numbers, both included."""
    return {"min": plain(low), "max": plain(high)}
