"""How long something has lasted, or how long ago it was: 来了三年多, 三个月前入职, 毕业快两年了, 刚来.

People round such lengths, so what is known is a span of months.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.numbers import HAN_NUMERAL, read_number

_N = rf"(?:\d{{1,2}}|{HAN_NUMERAL}{{1,3}})"
_LENGTH = (
    r"(?P<lead>(?:不到|快要?|将近|大概|大约|差不多|刚好|刚刚|刚|满|整整?|有|已经|都|才|也)*)"
    rf"(?:(?P<y>{_N})年(?P<yh>半)?|(?P<hy>大?半)年|(?P<m>{_N})个(?P<mh>半)?月|(?P<w>{_N})(?:周|个?星期|个?礼拜)|(?P<d>{_N})天)"
    r"(?P<more>多|出头)?(?:左右)?"
)
_HERE = r"(?:鄂尔多斯|这边|这里|这儿|本市|市里|东胜|康巴什|[准达伊乌杭]旗|鄂[托前]?旗|单位|公司|厂里?)"
_COMING = (
    r"(?:(?<![以从本原起下出后将近看说])来|(?:过|回|调)来|(?<![直遇拿收])到(?!现在|今|期|目前)|入职|报到|到岗|引进)"
)
_SINCE = (
    ("arrival_date", re.compile(rf"{_COMING}(?:到|了|{_HERE}|以后|后|我|这)*{_LENGTH}(?:了|(?=[，。！]|$))")),
    ("arrival_date", re.compile(rf"{_LENGTH}(?:以前|之前|前)(?:我|就|才|从[^，。]{{1,6}})*{_COMING}")),
    ("graduation_date", re.compile(rf"毕业(?:了|后|以后|我)*{_LENGTH}(?:了|(?=[，。！]|$))")),
    ("graduation_date", re.compile(rf"{_LENGTH}(?:以前|之前|前)(?:我|就|才)*毕业")),
)
_JUST = (
    ("arrival_date", re.compile(r"刚刚?(?:来|到|过来|入职|报到|到岗|引进过?来)(?:的|不久|没多久)?(?=[，。！]|$)"), 3),
    ("graduation_date", re.compile(r"刚刚?毕业(?:的|不久|没多久)?(?=[，。！]|$)"), 9),
)
_EACH = re.compile(
    r"(?:[每一]|[两三四五六]个?)(?:年|个?月|周|个?星期|个?礼拜|次|季度)(?:大概|大约|能|可以|也就|只|都|要|会|我)*$"
)
_ALONE = re.compile(
    rf"(?:我|大概|大约|差不多|应该|是)*(?:来|到|毕业)?(?:了|我)*{_LENGTH}(?:以前|之前|前|了)?(?:的|吧)?[。！]?"
)
_SOON = tuple(
    re.compile(rf"(?:大概|大约|差不多)*{said}(?:吧|[来去]|过[来去])*[。！]?")
    for said in (rf"再过{_LENGTH}(?:以后|之后|后)?", rf"{_LENGTH}(?:以后|之后|后)")
)
_MONTH = Fraction(365, 12)
#: How many months each unit has
_UNITS = (("y", Fraction(12)), ("m", Fraction(1)), ("w", 7 / _MONTH), ("d", 1 / _MONTH))


@dataclass(frozen=True, slots=True)
class _Months:
    """The shortest and the longest that a length may be, in months."""

    least: Fraction
    most: Fraction


def find_since(text: str, today: date) -> Iterator[Mention]:
    """Every coming and graduation that is dated by how long ago it was."""
    for field, pattern in _SINCE:
        for found in pattern.finditer(text):
            length = None if _EACH.search(text[: found.start()]) else _months(found)
            if length is not None:
                yield Mention(found.start(), found.end(), field, _ago(length, today), "drop")
    for field, pattern, most in _JUST:
        for found in pattern.finditer(text):
            length = _Months(Fraction(0), Fraction(most))
            yield Mention(found.start(), found.end(), field, _ago(length, today), "drop")


def day_span(text: str, today: date) -> dict[str, object] | None:
    """A length of time as an answer to when: 三个月前, 快两年了, 半年后; None for anything else."""
    if found := _ALONE.fullmatch(text):
        length = _months(found)
        return None if length is None else _ago(length, today)
    soon = next((f for pattern in _SOON if (f := pattern.fullmatch(text))), None)
    length = _months(soon) if soon else None
    return None if length is None else _ahead(length, today)


def _months(found: re.Match[str]) -> _Months | None:
    """What a length may be, rounded as people round; None where its number is none, as in 几年."""
    said = found.groupdict()
    if said["hy"]:
        return _Months(Fraction(4), Fraction(9))
    name, unit = next((name, unit) for name, unit in _UNITS if said[name])
    number = read_number(said[name])
    if not number:
        return None
    half = bool(said["yh"] or said["mh"])
    whole = (number + Fraction(int(half), 2)) * unit
    less = more = unit / 2 if name == "y" else max(unit, whole / 4)
    if name == "y" and not half:
        more = unit  # 三年 may be nearly four
    if re.search("不到|快|将近|差不多", said["lead"]):
        return _Months(max(Fraction(0), whole - less), whole)
    if said["more"]:
        return _Months(whole, whole + unit)
    return _Months(max(Fraction(0), whole - less), whole + more)


def _ago(length: _Months, today: date) -> dict[str, object]:
    first, last = _day(today, -length.most).replace(day=1), _end_of_month(_day(today, -length.least))
    return {"min": first.isoformat(), "max": min(last, today).isoformat()}


def _ahead(length: _Months, today: date) -> dict[str, object]:
    first, last = _day(today, length.least).replace(day=1), _end_of_month(_day(today, length.most))
    return {"min": max(first, today).isoformat(), "max": last.isoformat()}


def _day(today: date, months: Fraction) -> date:
    return today + timedelta(days=int(months * _MONTH))


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
