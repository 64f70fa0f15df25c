"""Cells that hold a day, a number, a stretch of time, or money."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import lru_cache

from talent_rules import quantities as q
from talent_rules.model import Number, Span, Value
from talent_rules.quantities import Unreadable, clean
from talent_rules.reference import Reference
from talent_rules.tables.dates import Ambiguous, read_day
from talent_rules.tables.remarks import with_remark
from talent_rules.tables.told import NO_VALUE, NOTHING, Column, Complaint, Reading, common
from talent_rules.vocabulary import Field, Kind

_TIME_UNITS = {"年": 12, "月": 1, "个月": 1}
_SCALES = {"万元": 10_000, "万": 10_000, "千元": 1000, "千": 1000}
#: What a sum may be for: 万元/㎡ of a price, 元/月 of a rent, 万元/年 of the rest
_PER_SQUARE_METRE = frozenset({"m2", "平方米", "平米", "平方", "平"})
_PER_MONTH = frozenset({"月", "人/月", "月/人"})
_PER_YEAR = frozenset({"年", "人", "年/人", "人/年", "人年", "年人"})
#: From where on a figure in 千元 or 万元 looks like one in 元: 1000 of them, if that makes 10 million 元
_FIGURE, _FEN = 1000, 10_000_000_00
_FROM_TO = re.compile(r"((?:19|20)\d\d.*?)[-~—–至到]+((?:19|20)\d\d.*)")
_TERM_TOLD = re.compile(rf"([^()]+)\(({_FROM_TO.pattern})\)")
_NO_TERM = re.compile(r"(?:无|不)?(?:固定|定)?长?期限?")
#: 40万（税前）: what stands in brackets without a figure is no part of the number
_REMARK = re.compile(r"\(([^()\d]*)\)$")
_A_SQUARE_METRE = re.compile(r"(?:/|每)(?:m2|平方米|平米|平方|平)$")


def read_date(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    """A cell of a date. Raises Unreadable, or Ambiguous where two readings are as good."""
    if clean(word) in NO_VALUE:
        return NOTHING
    try:
        day = _without_event(entry, word)
        span = read_day(day, note, date1904=column.date1904, tenths_safe=column.tenths_safe)
    except Ambiguous:
        raise
    except Unreadable:
        value = _by_words(entry, word, reference)
        if value is None:
            raise
        return Reading({entry.id: value})
    return Reading({entry.id: span.lo if span.lo == span.hi and span.lo is not None else span})


def _without_event(entry: Field, word: str) -> str:
    """2021年6月毕业 under 毕业时间, 1990.05.12.: a date without what its column says anyway, and without a stop."""
    found = re.fullmatch(r"(.*[\d年月日])([^\d\W年月日号时]{2,4}|生)", word)
    if found and any(found[2] in name for name in (entry.name, *entry.synonyms)):
        return found[1]
    return re.sub(r"(?<=\d)[.。]$|[(（]?(?:星期|周)[一二三四五六日天][)）]?$", "", word)


def _by_words(entry: Field, word: str, reference: Reference) -> Value | None:
    """不清楚, 不想说, 2024年以后: the vocabulary's own words, never its reading of bare figures."""
    body = clean(word)
    if not re.search(r"[\u4e00-\u9fff<>≤≥]", body) or re.search(r"\d{4}.*[-~—至到].*\d{4}", body):
        return None
    try:
        return entry.read(word, reference)
    except Unreadable:
        return None


def read_number(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    """A cell of money, a number or a stretch of time. Raises Unreadable, or Ambiguous where its unit is in doubt."""
    body = clean(word)
    remark = _REMARK.search(body)
    if remark is None:
        return _read_figure(entry, word, body, column)
    return with_remark(entry, _read_figure(entry, word, body[: remark.start()], column), remark[1], column)


def _read_figure(entry: Field, word: str, body: str, column: Column) -> Reading:
    """The figure of a cell without what is said beside it."""
    if body in NO_VALUE:
        return NOTHING
    bare = re.fullmatch(r"[+-]?[\d,.]+", body) is not None and not re.fullmatch(r"0\d+", body)
    if bare and entry.kind is Kind.MONEY:
        return Reading({entry.id: _within(entry, _bare_money(entry, body, column.unit), word)})
    if bare and entry.kind is Kind.MONTHS:
        return Reading({entry.id: _within(entry, _bare_months(entry, body, column.unit), word)})
    if entry.kind is Kind.MONTHS:
        if (term := _FROM_TO.fullmatch(body)) is not None:
            return _lasting(entry, _term(entry, term, word), term, column)
        if (both := _TERM_TOLD.fullmatch(body)) is not None:
            return _lasting(entry, _told_twice(entry, both, word), _FROM_TO.fullmatch(both[2]), column)
        if _NO_TERM.fullmatch(body):
            raise Unreadable(f"`{word}` 没有写是多久", f"例如 {entry.example}；只知道至少多久的写 {entry.example}以上")
        body = re.sub(r"^签订?", "", body.removesuffix("期"))
    if entry.kind is Kind.MONEY and "税前" in entry.name:
        body = body.removeprefix("税前")
    if entry.kind is Kind.MONEY and entry.name.endswith("单价"):
        body = _A_SQUARE_METRE.sub("", body)
    if (ends := q.ends(body)) and all(re.fullmatch(r"[\d,.]+", end) for end in ends):
        return _read_range(entry, ends, column.unit, word)
    if entry.kind is Kind.COUNT and entry.unit == "人":
        body = re.sub(r"[位个名口]$", "", body)
    try:
        value = entry.read(body, Reference())
    except Unreadable as error:
        if not error.message.endswith("不是数字"):
            raise
        raise Unreadable(f"`{word}` 看不出是多少", f"例如 {entry.example}") from None  # all of the cell is quoted
    return NOTHING if value is None else Reading({entry.id: value})


def _read_range(entry: Field, ends: tuple[str, str], unit: str, word: str) -> Reading:
    """Two bare figures, each in the unit of the heading."""
    bare = {Kind.MONEY: _bare_money, Kind.MONTHS: _bare_months}.get(entry.kind)
    if bare is None:
        value = entry.read("~".join(ends), Reference())
        return NOTHING if value is None else Reading({entry.id: value})
    lo, hi = (_within(entry, bare(entry, end, unit), word) for end in ends)
    if lo > hi:
        raise Unreadable(f"{entry.name} `{word}` 的前一个比后一个大", "小的写在前面")
    return Reading({entry.id: lo if lo == hi else Span(lo, hi)})


def _term(entry: Field, found: re.Match[str], word: str) -> Value:
    """2024.7.8-2027.7.7: the whole months from the first day to the last, both counted."""
    begin, end = _days(found.group(1)), _days(found.group(2))
    if begin[0] >= end[1]:
        raise Unreadable(f"{entry.name} `{word}` 的起止日期颠倒了", f"起在前、止在后，或只写多久，例如 {entry.example}")
    lo, hi = (_within(entry, n, word) for n in (_months(begin[1], end[0]), _months(begin[0], end[1])))
    return lo if lo == hi else Span(lo, hi)


def _lasting(entry: Field, value: Value, term: re.Match[str] | None, column: Column) -> Reading:
    """How long a stretch is, with a reminder where a contract is over by the day the table is for, or only to come."""
    if term is None or column.today is None or "合同" not in entry.name:
        return Reading({entry.id: value})
    begin, end = _days(term[1])[0], _days(term[2])[1]
    if begin <= column.today <= end:
        return Reading({entry.id: value})
    said = f"{end} 就到期了" if end < column.today else f"{begin} 才开始"
    hint = "续签了的写现在的合同；没有合同的清空" if end < column.today else "请核对起止日期；现在没有合同的清空"
    message = f"{entry.name}：这份合同 {said}（核对日 {column.today}），仍按写的年限算"
    return Reading({entry.id: value}, Complaint("B759", message, hint, "warning"))


def _told_twice(entry: Field, found: re.Match[str], word: str) -> Value:
    """三年（2024.8-2027.7）: how long, and from when to when; both have to be the same."""
    term = _FROM_TO.fullmatch(found[2])
    assert term is not None
    both = common(_within(entry, entry.quantity(found[1]), word), _term(entry, term, word))
    if both is None:
        raise Unreadable(f"{entry.name} `{word}` 里写的多久和起止日期对不上", "核对后只写一样")
    return both


def _days(text: str) -> tuple[date, date]:
    """The first and the last day a date can mean."""
    span = q.day_span(text)
    if span.lo is None or span.hi is None:
        raise Unreadable(f"`{text}` 不是确定的日期", "例如 2024-07-08")
    return date.fromordinal(int(span.lo)), date.fromordinal(int(span.hi))


def _months(first: date, last: date) -> int:
    """Whole months from one day to another, both counted."""
    after = date.fromordinal(last.toordinal() + 1)
    return max(0, (after.year - first.year) * 12 + after.month - first.month - (after.day < first.day))


def _bare_money(entry: Field, body: str, unit: str) -> int:
    scale, per = _scale(unit)
    fen = q.money(body, scale=scale)
    if fen and not _is_for(entry, per):
        raise Ambiguous(
            f"表头的单位是{_shown(unit)}，与“{entry.name}”不是一个数", f"按“{entry.name}”填，例如 {entry.example}"
        )
    if entry.hi is None or not fen:
        return fen
    said = unit.partition("/")[0]
    if scale > 1 and abs(fen) >= _FIGURE * scale * 100 and (fen > entry.hi or abs(fen) >= _FEN):
        raise Ambiguous(
            f"表头的单位是{_shown(unit)}，`{body}` 就是 {body} {said}，像是按元填的", f"写明单位，例如 `{body}元`"
        )
    if scale == 1 and 0 < fen < _too_little(entry):
        hint = f"写成 `{body}万元` 或 `{body}元`"
        if said == "元":
            raise Ambiguous(f"表头的单位是{_shown(unit)}，`{body}` 就是 {body} 元，像是按万元填的", hint)
        raise Ambiguous(f"`{body}` 没有写单位，是元还是万元？", hint)
    return fen


def _shown(unit: str) -> str:
    return unit.replace("m2", "㎡")


def _scale(unit: str) -> tuple[int, str]:
    """How many 元 one of a heading's unit is, and what it is for: 万元/m2 → 10000, m2."""
    said, _, per = unit.partition("/")
    return _SCALES.get(said, 1), per


def _is_for(entry: Field, per: str) -> bool:
    """Whether sums for each of this are what a field asks for."""
    if entry.name.endswith("单价"):
        return not per or per in _PER_SQUARE_METRE
    return not per or per in (_PER_MONTH if "月" in entry.name else _PER_YEAR)


def _too_little(entry: Field) -> Fraction:
    """Below how many 分 a figure in 元, or of no unit, looks like one in 万元: far below what is usual of the field."""
    return max(Fraction(entry.hi or 0) / 10_000_000, Fraction(_usual(entry.example)) / 1000)


@lru_cache(maxsize=256)
def _usual(example: str) -> int:
    """A field's own example, in 分; 0 where it is no plain sum."""
    try:
        return q.money(example)
    except Unreadable:
        return 0


def _bare_months(entry: Field, body: str, unit: str) -> Number:
    value = q.number(body)
    if unit in _TIME_UNITS:
        return q.simplest(Fraction(value) * _TIME_UNITS[unit])
    if entry.unit == "年":
        if value >= 12:
            raise Ambiguous(f"`{body}` 没有写单位，是年还是月？", f"写成 `{body}年` 或 `{body}个月`")
        return q.simplest(Fraction(value) * 12)
    return value


def plain_range(entry: Field, unit: str) -> tuple[Fraction | None, Fraction | None, int]:
    """Between which ends, in the unit of its heading, a bare figure is read without a question (0 is, too,
    where the field allows it), and what one of that unit is inside."""
    if entry.kind is Kind.MONEY:
        scale, per = _scale(unit)
        factor = 100 * scale
        low, high = entry.lo, entry.hi
        if not _is_for(entry, per):
            low, high = Fraction(1), Fraction(0)
        elif entry.hi is not None and scale == 1:
            low = max(Fraction(entry.lo or 0), _too_little(entry))
        elif entry.hi is not None:
            high = min(Fraction(entry.hi), Fraction(_FEN - 1))
    elif entry.kind is Kind.MONTHS and (unit in _TIME_UNITS or entry.unit == "年"):
        factor = _TIME_UNITS.get(unit, 12)
        low, high = entry.lo, entry.hi if unit in _TIME_UNITS else min(Fraction(144 - 1), Fraction(entry.hi or 143))
    else:
        low, high, factor = entry.lo, entry.hi, 1
    return None if low is None else Fraction(low) / factor, None if high is None else Fraction(high) / factor, factor


def _within(entry: Field, value: Number, word: str) -> Number:
    low, high = entry.lo is not None and value < entry.lo, entry.hi is not None and value > entry.hi
    if low or high:
        raise Unreadable(
            f"{entry.name} `{word}` 超出范围", f"应在 {entry.show(entry.lo)} 与 {entry.show(entry.hi)} 之间"
        )
    return value
