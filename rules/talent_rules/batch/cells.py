"""Small words and figures that the cells of a result hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from talent_rules.batch.problems import RowProblem

Cell = int | float | str
STATUS = ("通过", "有提醒", "有错误")
ROW_NUMBER = "原行号"


def yuan(fen: int) -> int | float:
    """分 → 元."""
    return fen // 100 if fen % 100 == 0 else fen / 100


def ceiling(fen: int | None) -> int | float | str:
    """An upper end in 元."""
    return "不封顶" if fen is None else yuan(fen)


def problem_text(problems: Sequence[RowProblem]) -> str:
    """All problems of a row in one cell, errors first."""
    return "；".join(
        f"{p.header}：{p.bare_sentence}" if p.header else p.sentence for p in sorted(problems, key=lambda p: p.severity)
    )


def height_for(text: str, width: int, least: int = 18, most: int = 8) -> int:
    """The row height in points that shows a text of a column so many characters wide, up to so many lines.

    A multiple of 3 points is a whole number of pixels, which every writer rounds alike.
    """
    lines = -(-len(text.encode("gbk", "replace")) // max(1, width - 2))  # what is wide there is two bytes
    return max(least, 15 * min(most, lines) + 3)


def stamp(as_of: date) -> str:
    """2024年9月1日."""
    return f"{as_of.year}年{as_of.month}月{as_of.day}日"


def tidy(text: str) -> str:
    """A cell of the input as it should be given back: a midnight nobody wrote is dropped."""
    return re.sub(r"^(\d{4}-\d{2}-\d{2}) 00:00:00$", r"\1", text) if text.endswith(" 00:00:00") else text
