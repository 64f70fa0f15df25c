"""One cell of text into what the rules read, by our own parsers; what is not plain becomes a complaint."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from talent_rules import quantities as q
from talent_rules.model import Span
from talent_rules.quantities import Unreadable, clean
from talent_rules.reference import Reference
from talent_rules.tables.choosing import read_choice
from talent_rules.tables.dates import Ambiguous, read_day
from talent_rules.tables.header import heading
from talent_rules.tables.numbers import read_date, read_number
from talent_rules.tables.remarks import with_remark
from talent_rules.tables.told import BLANKS, NO_VALUE, NOTHING, Column, Complaint, Reading
from talent_rules.tables.traditional import simplified
from talent_rules.vocabulary import Field, Kind

#: ="2024-03-01", by which programs keep Excel from reading a CSV its own way
_AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
_KIN = re.compile(r"^[长次大小]?([一二两三1-3]?)个?(?:[男女]?孩子?|儿子?|女儿?|父亲?|母亲?|子)[:是]?(?=.)")
_AGE = re.compile(r"(?:今年|已|满)?(\d{1,3}|[一二三四五六七八九十]{1,3})(?:(周?岁)|个月大?)")
_COUNTS = {"一": 1, "1": 1, "二": 2, "两": 2, "2": 2, "三": 3, "3": 3}
#: Words that answer a question of yes or no without either: field → what says that it no longer holds
_NO_LONGER: Mapping[str, frozenset[str]] = {
    "on_post": frozenset({"离岗", "离职", "已离职", "辞职", "已辞职", "调离", "已调离", "解聘", "已解聘"}),
}
#: 是（北京）, 否，本地
_TOLD = re.compile(r"(是|否|有|无|√|×)[(,:;、]([^()]+)\)?")
_ASKS = re.compile(r"^(?:是否|有无|是不是)")


def read_cell(entry: Field, text: str, note: str, column: Column, reference: Reference) -> Reading:
    """A cell of a column mapped to `entry`. Never raises: what cannot be read is a complaint."""
    word = _AS_TEXT.sub(r"\1", simplified(text).strip())
    if entry.kind is not Kind.PEOPLE:  # where each stands in a line of its own
        word = " ".join(word.split())
    if clean(word).casefold() in BLANKS and word not in {o.id for o in entry.options}:
        return NOTHING
    read = _READERS.get(entry.kind, _read_plain)
    try:
        try:
            return read(entry, word, note, column, reference)
        except Unreadable:
            if (found := _named_value(entry, word, note, column, reference)) is None:
                raise
            return found
    except Ambiguous as error:
        return Reading(complaint=Complaint("B702", f"{entry.name}：{error.message}", error.hint))
    except Unreadable as error:
        return Reading(complaint=Complaint("B701", _named(entry, error.message), error.hint))
    except (ValueError, OverflowError, ZeroDivisionError):
        return Reading(complaint=Complaint("B701", f"{entry.name}读不懂 `{text[:40]}`", f"例如 {entry.example}"))


def _named_value(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading | None:
    """聘期五年 under 合同年限: a cell that says the name of its field before what it holds; None where none does."""
    body = clean(word)
    heads = sorted((clean(w) for w in (entry.name, *entry.synonyms)), key=len, reverse=True)
    rest = next((re.sub("^[:为是]", "", body[len(h) :]) for h in heads if body.startswith(h)), "")
    try:
        return _READERS.get(entry.kind, _read_plain)(entry, rest, note, column, reference) if rest else None
    except Unreadable:
        return None  # what is told is what is wrong with the whole cell


def _named(entry: Field, message: str) -> str:
    return message if message.startswith(entry.name) else f"{entry.name}：{message}"


def _read_flag(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    """是 or 否; or the fact itself, as where 是否在岗 is answered by 在岗 and 不在岗."""
    named = {clean(w) for w in (entry.name, *entry.synonyms, _ASKS.sub("", heading(column.header)))}
    body = clean(word)
    if body in named:
        return Reading({entry.id: True})
    if body[:1] in "非不未无没" and (body[1:] in named or _about(body[1:], named)):
        return Reading({entry.id: False})
    if body[:1] == "已" and _about(body[1:], named):
        return Reading({entry.id: True})
    if body in _NO_LONGER.get(entry.id, ()):
        return Reading({entry.id: False})
    if (told := _TOLD.fullmatch(body)) is not None:
        return with_remark(entry, _read_flag(entry, told[1], note, column, reference), told[2], column)
    return _read_plain(entry, word, note, column, reference)


def _about(rest: str, named: set[str]) -> bool:
    """已购 and 未购 under 是否购房: whether what is done, or is not, is a piece of the name."""
    return bool(rest) and any(rest in name for name in named)


def _read_member(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    if clean(word) in NO_VALUE:
        return NOTHING
    value = entry.read(word, reference)
    return NOTHING if value is None else Reading({entry.id: value})


def _read_people(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    if clean(word) in NO_VALUE:
        return Reading({entry.id: ()})
    parts = [p for p in re.split(r"[、,，;；|/\n]+", word) if p.strip()] if not re.search(r"\d/\d", word) else None
    parts = parts if parts is not None else [p for p in re.split(r"[、,，;；|\n]+", word) if p.strip()]
    if entry.people_max and len(parts) > entry.people_max:
        raise Unreadable(f"{entry.name}最多 {entry.people_max} 人，写了 {len(parts)} 人", "每人写一个出生日期")
    return Reading({entry.id: tuple(_born(p, len(parts), note, column) for p in parts)})


def _born(text: str, people: int, note: str, column: Column) -> Span:
    """A birth date, or an age on the day the table is for: 2019-05, 一子2岁, 母亲1955.3, 8个月."""
    body = clean(text)
    kin = _KIN.match(body)
    if kin and _COUNTS.get(kin[1], 1) <= people:
        text = body = body[kin.end() :]
    found = _AGE.fullmatch(body)
    if found is None or column.today is None:
        try:
            return read_day(text, note, date1904=column.date1904)
        except Unreadable as error:
            raise Unreadable(error.message, "每人写一个出生日期或周岁，用顿号隔开，例如 2020-05、3岁") from None
    unit = 12 if found[2] else 1
    age = int(q.number(found[1])) * unit
    first, last = q.add_months(column.today, -age - unit), q.add_months(column.today, -age)
    return Span(first.toordinal() + 1, last.toordinal())


def _read_plain(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    value = entry.read(word, reference)
    return NOTHING if value is None else Reading({entry.id: value})


_Reader = Callable[[Field, str, str, Column, Reference], Reading]
_READERS: Mapping[Kind, _Reader] = {
    Kind.DATE: read_date,
    Kind.FLAG: _read_flag,
    Kind.MONEY: read_number,
    Kind.MONTHS: read_number,
    Kind.COUNT: read_number,
    Kind.AREA: read_number,
    Kind.CHOICE: read_choice,
    Kind.ORDERED: read_choice,
    Kind.MEMBER: _read_member,
    Kind.PEOPLE: _read_people,
}
