"""Dates as people say them, to the precision they were said in, relative to a given today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from talent_bot.understanding.numbers import read_number

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:(?<!\d)(?:19|20)\d{2}(?!\d)|[一二][九零〇○][零〇○一二三四五六七八九]{2})"
_PAIRS = "五六|六七|七八|八九"  # 七八年 may be seven or eight years
_ENGLISH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_PART = "年初|年底|年末|年中|年尾|春节|国庆|五一|十一|[春夏秋冬]天|[上下]半年|[暑寒]假"  # of a year that is named
_POINT = re.compile(
    rf"(?P<y>{_YEAR})(?:年|[./-](?=\d))?(?:(?P<m>(?<=[年./-]){_N})(?:月份?|[./-](?=\d{{1,2}}(?!\d))|(?!\d))?(?:(?<=[月./-])(?P<d>{_N})(?!\d)(?:日|号)?)?)?"
    rf"|(?P<short>(?<![\d民国])\d{{2}}|(?<![一二三四五六七八九十零〇])(?:(?!{_PAIRS})[五六七八九零〇][零〇一二三四五六七八九](?=年(?:生|出生|的|毕|人|入|来|参))|[零〇][零〇一二三四五六七八九](?=年)|(?:{_PAIRS})(?=年(?:生|出生|人|{_N}月))))年(?:(?P<sm>{_N})月(?:(?P<sd>{_N})[日号])?)?"
    rf"|民国(?P<roc>\d{{2,3}}|[一二三四五六七八九十百]{{1,5}})年(?:(?P<cm>{_N})月)?"
    rf"|(?:(?P<ed>\d{{1,2}})(?:st|nd|rd|th)? )?(?P<em>{_ENGLISH})[a-z]{{0,6}}\.?,? ?(?P<ey>20\d{{2}})"
    rf"|(?P<rel>大前年|前年|去年|今年|明年|后年|年初|年底|(?<![\d一二两三四五六七八九十几多])年后|过完年|过了年|过年后|开年)(?:的)?(?:{_PART}|(?P<rm>{_N})月份?(?:(?P<rd>{_N})[日号])?)?"
    rf"|(?P<mon>上上个?月|上个?月|这个?月|本月|下个?月|上周|上个?星期|上礼拜|这周|昨天|前天|今天|刚刚|下周|明天)(?:(?P<nd>{_N})[日号])?"
    rf"|(?P<only>(?<![\d年/.-]){_N})月(?:份|(?P<od>{_N})[日号]|(?=刚|才|就|来|入|到|毕|去|从|开始|正式|报|调|进|拿|买|网签|交|回|出?生|，|。|；|、|$|初|底))"
)
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2, "年初": 0, "年底": 0}
_AFTER_NEW_YEAR = ("年后", "过完年", "过了年", "过年后", "开年")
_BORN = re.compile(r"[，；、。]|(?:出?生|的|人)|$")
_AGE_NEXT = re.compile(
    r"(?:刚好?|正好|都|已经?|才|也|就|虚)*满?(?:[1-7]\d|[二三四五六七]?十[一二三四五六七八九]?)(?![\d月号日届年万个元块平名人wk多几])"
)
_SPRING = 3  # by March the new year is behind us


@dataclass(frozen=True, slots=True)
class Said:
    """A date where it was said, as `2024`, `2024-07` or `2024-07-01`."""

    start: int
    end: int
    text: str

    def later_than(self, today: date) -> bool:
        """Whether the whole of it lies after today."""
        return self.text > today.isoformat()[: len(self.text)]


def find_dates(text: str, today: date) -> Iterator[Said]:
    """Every date in a text; what has no clear year gives nothing."""
    before = ""
    for found in _POINT.finditer(text):
        alone = found.group("only") is not None
        said = _month(found, before, today) if alone else _said(found, today)
        if said is None or text.startswith(("腊月", "冬月"), found.end()):
            continue  # a lunar month may fall in the next year
        if found.group("rel") == "今年" and _AGE_NEXT.match(text, found.end()):
            continue  # 今年35岁 dates nothing
        if (before or not alone) and found.group("mon") is None and not _born(said, text, found.end(), today):
            before = said
        yield Said(found.start(), found.end(), said)


def _born(said: str, text: str, end: int, today: date) -> bool:
    return int(said[:4]) < today.year - 17 and _BORN.match(text, end) is not None


def _month(found: re.Match[str], before: str, today: date) -> str | None:
    """A month without a year: of the year told just before (2024年6月毕业，8月来), else the last such month."""
    month = _int(found.group("only"))
    if not 1 <= month <= 12:
        return None
    year = int(before[:4]) if before else today.year - (month > today.month)
    if before and month < int(before[5:7] or 1):
        return None  # of the year after, or of this one
    return _join(year, found.group("only"), found.group("od"))


def _said(found: re.Match[str], today: date) -> str | None:
    part = found.groupdict()
    if part["y"]:
        return _join(_int(part["y"]), part["m"], part["d"])
    if part["roc"]:
        return _join(1911 + _int(part["roc"]), part["cm"], None)
    if part["ey"]:
        month = _ENGLISH.split("|").index(part["em"]) + 1
        return _join(int(part["ey"]), str(month), part["ed"])
    if part["short"]:
        short = _int(part["short"])
        return _join(1900 + short if short > 50 else 2000 + short, part["sm"], part["sd"])
    if part["rel"]:
        shift = _YEARS.get(part["rel"])
        if part["rel"] in _AFTER_NEW_YEAR:
            shift = int(today.month >= _SPRING)
        return None if shift is None else _join(today.year + shift, part["rm"], part["rd"])
    if part["mon"]:
        return _near(part["mon"], part["nd"], today)
    return None


def _near(word: str, day: str | None, today: date) -> str | None:
    months = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}
    if "月" in word:
        shift = next(v for k, v in months.items() if word.startswith(k))
        index = today.year * 12 + today.month - 1 + shift
        return _join(index // 12, str(index % 12 + 1), day)
    days = {"昨天": -1, "前天": -2, "今天": 0, "明天": 1}
    if word in days:
        return (today + timedelta(days=days[word])).isoformat()
    if word.startswith("上"):  # some day of last week: only the month is sure, and only if the week is within it
        monday = today - timedelta(days=today.weekday() + 7)
        sunday = monday + timedelta(days=6)
        return f"{monday:%Y-%m}" if monday.month == sunday.month else None
    return f"{today:%Y-%m}" if word == "刚刚" and today.day > 7 else None


def _join(year: int, month: str | None, day: str | None) -> str | None:
    if not 1900 <= year <= 2100:
        return None
    if not month or not 1 <= _int(month) <= 12:
        return f"{year:04d}"
    if not day:
        return f"{year:04d}-{_int(month):02d}"
    try:
        return date(year, _int(month), _int(day)).isoformat()
    except ValueError:
        return f"{year:04d}-{_int(month):02d}"


def _int(text: str) -> int:
    if re.fullmatch(r"[零〇○一二三四五六七八九]{2}|[零〇○一二三四五六七八九]{4}", text):
        return int("".join(str("零一二三四五六七八九".find(c.replace("〇", "零").replace("○", "零"))) for c in text))
    value = read_number(text)
    return int(value) if value is not None else 0
