"""What is paid year by year, as bars: one row a year, one numbered part a benefit."""

from __future__ import annotations

from collections.abc import Sequence

from talent_bot.pictures.layout import width as text_width
from talent_bot.pictures.layout import wrap
from talent_bot.pictures.palette import INK, LINE, MIST, PARTS, QUIET
from talent_bot.pictures.svg import Piece, box, line, picture, text
from talent_bot.reply import Year
from talent_rules import CHINESE, Words

_MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def chart_svg(years: Sequence[Year], say: Words = CHINESE, *, width: float = 360, size: float = 14) -> str:
    """The picture for the page: its text has `size` px when it is shown `width` px wide, and grows with it."""
    piece = chart_piece(years, width, size)
    desc = say("；").join(_in_words(year, say) for year in years)
    return picture(piece.body, width, piece.height, say("逐年发放金额"), desc=desc, fluid=True)


def _in_words(year: Year, say: Words) -> str:
    parts = say.listed(f"{name} {amount}" for name, amount, _ in year.items)
    return say("{year}共{total}：{parts}", year=year.label, total=year.total, parts=parts)


def chart_piece(years: Sequence[Year], width: float, size: float = 14) -> Piece:
    """Bars and the list of what the numbers stand for."""
    if not years:
        return Piece(0, "")
    names = tuple(dict.fromkeys(name for year in years for name, _, _ in year.items))
    label = max(text_width(y.label, size) for y in years) + 10
    amount = max(text_width(y.total, size) for y in years) * 1.1 + 10  # bold is wider
    room = max(width - label - amount, 40)
    most = max(y.total_fen for y in years) or 1
    row = size * 2.7
    body = [_bar(y, names, i * row, label, room, most, size) for i, y in enumerate(years)]
    foot = len(years) * row
    body.append(line(label, 0, label, foot - size * 0.5, LINE, 1.5))
    legend = _legend(names, width, size)
    return Piece(foot + size * 0.6 + legend.height, "".join(body) + _shift(legend.body, foot + size * 0.6))


def _shift(body: str, y: float) -> str:
    return f'<g transform="translate(0 {y:.1f})">{body}</g>'


def _bar(year: Year, names: tuple[str, ...], top: float, label: float, room: float, most: int, size: float) -> str:
    height = size * 1.9
    middle = top + height / 2 + size * 0.36
    parts = [text(year.label, 0, middle, size, QUIET), box(label, top, room, height, MIST, radius=2)]
    x = label
    for name, amount, fen in year.items:
        fill, ink = _colour(names.index(name))
        wide = room * fen / most
        parts.append(box(x, top, max(wide - 1, 0.5), height, fill, label=f"{year.label} {name} {amount}"))
        mark = _mark(names.index(name))
        if wide > size * 1.3:
            parts.append(text(mark, x + wide / 2, middle, size, ink, anchor="middle"))
        x += wide
    parts.append(text(year.total, label + room + 10, middle, size, INK, bold=True))
    return "".join(parts)


def _legend(names: tuple[str, ...], width: float, size: float) -> Piece:
    """One line a benefit, its colour and its number."""
    y, parts = 0.0, []
    for index, name in enumerate(names):
        fill, _ = _colour(index)
        parts.append(box(0, y + size * 0.2, size, size, fill, radius=2))
        for words in wrap(f"{_mark(index)} {name}", size, width - size * 1.6):
            parts.append(text(words, size * 1.6, y + size * 1.08, size, INK))
            y += size * 1.55
    return Piece(y, "".join(parts))


def _colour(index: int) -> tuple[str, str]:
    return PARTS[index % len(PARTS)]


def _mark(index: int) -> str:
    return _MARKS[index] if index < len(_MARKS) else f"({index + 1})"
