"""Headings of columns that only together tell a fact: 合同开始日期 and 合同结束日期, 父亲生日 and 母亲生日, or
本科院校 and 硕士院校."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from talent_rules.vocabulary import Field, Kind, Vocabulary

BEGIN, END = "begin", "end"
_BOUNDS: Mapping[str, re.Pattern[str]] = {
    BEGIN: re.compile(r"(.+?)(?:起始|开始|生效|起|始)(?:日期|时间|年月|日)?"),
    END: re.compile(r"(.+?)(?:结束|终止|截止|到期|届满|止|终)(?:日期|时间|年月|日)?"),
}
#: What a stretch of time is called where its two ends are not told apart
_STRETCH = ("", "期限", "期", "起止时间", "起止日期")
_PARENT = re.compile(r"([父母])亲?的?(.+)")
_DEGREE = "degree"


@dataclass(frozen=True, slots=True)
class FactPart:
    """A part of a fact: of which field, and which part: an end of a stretch of time, 父 or 母, or the id of the
    degree whose school it is."""

    field: str
    which: str


def part_of(word: str, vocabulary: Vocabulary) -> FactPart | None:
    """The part of a fact that a heading names, without spaces and units; None for any other heading."""
    for which, pattern in _BOUNDS.items():
        found = pattern.fullmatch(word)
        stretch = _first(vocabulary, (found[1] + tail for tail in _STRETCH), Kind.MONTHS) if found else None
        if stretch is not None:
            return FactPart(stretch.id, which)
    if (parent := _PARENT.fullmatch(word)) is not None:
        both = _first(vocabulary, (f"父母{parent[2]}",), Kind.PEOPLE)
        return None if both is None else FactPart(both.id, parent[1])
    return _school(word, vocabulary)


def _school(word: str, vocabulary: Vocabulary) -> FactPart | None:
    """硕士毕业院校: the school of one degree of several."""
    degree = vocabulary.fields.get(_DEGREE)
    for end in range(2, len(word) - 1) if degree is not None else ():
        option = degree.option(word[:end]) if degree is not None else None
        school = _first(vocabulary, (word[end:],), Kind.MEMBER) if option is not None else None
        if option is not None and school is not None:
            return FactPart(school.id, option.id)
    return None


def _first(vocabulary: Vocabulary, words: Iterable[str], kind: Kind) -> Field | None:
    """The first field of a kind that is called one of some words."""
    found = (vocabulary.find(word) for word in words)
    return next((f for f in found if f is not None and f.kind is kind), None)
