"""Small words and figures that the cells of a result hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from talent_rules.batch.problems import RowProblem
from talent_rules.model import Range
from talent_rules.vocabulary import show_range, show_yuan

Cell = int | float | str
STATUS = ("通过", "有提醒", "有错误")
ROW_NUMBER = "原行号"


def yuan(fen: int) -> int | float:
    """分 → 元."""
    return fen // 100 if fen % 100 == 0 else fen / 100


_LATER = "补填后才能算"


def at_most(fen: int | None, untold: bool = False) -> Cell:
    """An upper end: 元, or in words where there is none or part of it (`untold`) cannot be told yet."""
    if fen is None:
        return "不封顶"
    if untold:
        return f"{show_yuan(fen)}起，其余{_LATER}" if fen else _LATER
    return yuan(fen)


def each_year(lo: int, hi: int | None, untold: bool = False) -> Cell:
    """What comes every year: 元 where it is one sum, a range in words, "" for nothing."""
    words = show_range(Range(lo, hi)) if lo or hi is None else f"最多 {show_yuan(hi)}"
    if untold:
        return f"{words}，另有{_LATER}的" if hi != 0 else _LATER
    if hi == 0:
        return ""
    return yuan(lo) if lo == hi else words


def told(fen: int, unbounded: int) -> Cell:
    """A sum over people: 元, or in words where it is only a floor because `unbounded` people have no upper end."""
    if not unbounded:
        return yuan(fen)
    return f"至少 {yuan(fen):,}" if fen else "不封顶"


def sheets_told(people: Mapping[str, int]) -> str:
    """一季度 12 人、二季度 8 人."""
    return "、".join(f"{name} {count:,} 人" for name, count in people.items())


def problem_text(problems: Sequence[RowProblem]) -> str:
    """All problems of a row in one cell, errors first."""
    return "；".join(
        f"{p.header}：{p.bare_sentence}" if p.header else p.sentence for p in sorted(problems, key=lambda p: p.severity)
    )


#: No row of a workbook is higher; a line takes so much in the fonts that may stand in for ours, all in points
_HIGHEST, _LINE = 408, 16


def line_of(width: int) -> int:
    """How many narrow letters, or half as many wide ones, a line of a column so many digits wide holds at least."""
    return max(1, width - 1 - width // 20)


def height_for(text: str, width: int, least: int = 18) -> int:
    """The row height in points that shows a text of a column so many characters wide, as far as a row can be high.

    A multiple of 3 points is a whole number of pixels, which every writer rounds alike.
    """
    lines = -(-len(text.encode("gbk", "replace")) // line_of(width))  # what is wide there is two bytes
    return max(least, min(_HIGHEST, -(-(_LINE * lines + 1) // 3) * 3))


def stamp(as_of: date) -> str:
    """2024年9月1日."""
    return f"{as_of.year}年{as_of.month}月{as_of.day}日"


def tidy(text: str) -> str:
    """A cell of the input as it should be given back: a midnight nobody wrote is dropped."""
    return re.sub(r"^(\d{4}-\d{2}-\d{2}) 00:00:00$", r"\1", text) if text.endswith(" 00:00:00") else text
