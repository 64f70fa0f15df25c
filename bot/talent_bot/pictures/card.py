"""The summary card as a picture: one tall page for a phone, or A4 pages to print and sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from talent_bot.pictures.chart import chart_piece
from talent_bot.pictures.layout import width as text_width
from talent_bot.pictures.layout import wrap
from talent_bot.pictures.palette import INK, LINE, OUTCOMES, PAPER, PINE, PINE_DEEP, QUIET, RED, SAND, WHITE
from talent_bot.pictures.svg import SCREEN_FONTS, Piece, box, line, moved, path, picture, text
from talent_bot.reply import Card, Row

MARGIN = 44


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn on: `height` 0 grows with its content, `most` 0 draws every benefit."""

    width: float
    height: float
    paper: str
    most: int

    @property
    def inner(self) -> float:
        """Between the margins."""
        return self.width - 2 * MARGIN


PHONE = Sheet(750, 0, PAPER, 8)
A4 = Sheet(1000, 1414, WHITE, 0)


def card_svg(card: Card, *, font: str = SCREEN_FONTS) -> str:
    """One tall picture; what does not fit a phone is counted and named as left off."""
    pieces = _pieces(card, PHONE)
    height = sum(p.height for p in pieces)
    ground = box(0, 0, PHONE.width, height, PHONE.paper)
    return picture(ground + _stack(pieces), PHONE.width, height, card.title, desc=_in_words(card), font=font)


def card_pages(card: Card, *, font: str = SCREEN_FONTS) -> tuple[str, ...]:
    """A4 pages with everything, numbered."""
    groups = list(_paged(_pieces(card, A4), A4.height - 48))
    return tuple(
        picture(_stack(group) + _page_number(n, len(groups)), A4.width, A4.height, card.title, font=font)
        for n, group in enumerate(groups, 1)
    )


def _pieces(card: Card, sheet: Sheet) -> list[Piece]:
    return [_header(card, sheet), *_body(card, sheet), _footer(card, sheet)]


def _in_words(card: Card) -> str:
    rows = "；".join(f"{r.name} {r.outcome} {r.amount}" for r in card.open_rows[: PHONE.most])
    return f"{card.total}。{rows}。{card.disclaimer}"


def _stack(pieces: Sequence[Piece]) -> str:
    y, parts = 0.0, []
    for piece in pieces:
        parts.append(moved(piece.body, 0, y))
        y += piece.height
    return "".join(parts)


def _paged(pieces: Sequence[Piece], limit: float) -> Iterator[list[Piece]]:
    page: list[Piece] = []
    used = 0.0
    for piece in pieces:
        if page and used + piece.height > limit:
            yield page
            page, used = [Piece(32, "")], 32
        page.append(piece)
        used += piece.height
    yield page


def _page_number(number: int, count: int) -> str:
    return text(f"第 {number} 页，共 {count} 页", A4.width / 2, A4.height - 22, 17, QUIET, anchor="middle")


# ── the parts ───────────────────────────────────────────────────────────────────────────────


def _header(card: Card, sheet: Sheet) -> Piece:
    height, w = 176, sheet.width
    far = f"M0 {height - 42} C {w * 0.24} {height - 92}, {w * 0.44} {height + 6}, {w} {height - 62} V {height - 8} H 0"
    near = f"M0 {height - 14} C {w * 0.3} {height - 58}, {w * 0.63} {height + 16}, {w} {height - 26} V {height} H 0 Z"
    dunes = path(far, "#15605b") + path(near, sheet.paper)
    words = text(card.title, MARGIN, 74, 38, WHITE, bold=True) + text(
        f"按 {card.as_of} 的规则计算 · 规则版本 {card.version}", MARGIN, 110, 19, "#d5e4e0"
    )
    return Piece(height, box(0, 0, w, height - 8, PINE_DEEP) + dunes + words)


def _body(card: Card, sheet: Sheet) -> Iterator[Piece]:
    yield _total(card, sheet)
    if card.facts:
        yield _heading("您的情况")
        yield from _facts(card.facts, sheet)
    rows = card.open_rows[: sheet.most] if sheet.most else card.open_rows
    if rows:
        yield _heading(f"还有可能的待遇（{len(card.open_rows)} 项）")
        yield from (_row(row, sheet) for row in rows)
        if len(rows) < len(card.open_rows):
            yield _paragraph(f"另有 {len(card.open_rows) - len(rows)} 项没有画出，网页和 PDF 里有全部。", sheet, QUIET)
    if card.years:
        chart = chart_piece(card.years, sheet.inner, 20)
        yield _heading("逐年发放（按已核算出单一数额的待遇）")
        yield Piece(chart.height + 8, moved(chart.body, MARGIN, 4))
    if card.given_up:
        yield _heading("不能同时享受")
        yield from (_paragraph("· " + words, sheet) for words in card.given_up)
    if card.pending:
        yield _heading("还缺的信息")
        yield _paragraph("、".join(card.pending), sheet)
    yield from (_paragraph(words, sheet, QUIET) for words in card.others)
    if card.closed_rows:
        yield _heading(f"目前不能享受（{len(card.closed_rows)} 项）")
        yield from _closed(card.closed_rows, sheet)


def _closed(rows: Sequence[Row], sheet: Sheet) -> Iterator[Piece]:
    if sheet.most:
        yield _paragraph("、".join(r.name for r in rows), sheet, QUIET, most=6)
    else:
        yield from (_paragraph(f"· {r.name}（{r.outcome}）{r.reason}", sheet, QUIET) for r in rows)


def _heading(words: str) -> Piece:
    return Piece(64, box(MARGIN, 27, 5, 24, SAND) + text(words, MARGIN + 16, 48, 25, PINE, bold=True))


def _paragraph(words: str, sheet: Sheet, fill: str = INK, size: float = 20, most: int = 0) -> Piece:
    lines = wrap(words, size, sheet.inner, most)
    return Piece(len(lines) * size * 1.6 + 6, _lines(lines, MARGIN, size * 1.15, size, fill))


def _lines(lines: Sequence[str], x: float, y: float, size: float, fill: str, *, bold: bool = False) -> str:
    return "".join(text(words, x, y + n * size * 1.6, size, fill, bold=bold) for n, words in enumerate(lines))


def _total(card: Card, sheet: Sheet) -> Piece:
    parts = [w for w in card.total.replace("；", "，").split("，") if w]
    lines = [words for part in parts for words in wrap(part, 27, sheet.inner)]
    return Piece(len(lines) * 27 * 1.6 + 14, _lines(lines, MARGIN, 36, 27, INK, bold=True))


def _facts(facts: Sequence[tuple[str, str]], sheet: Sheet) -> Iterator[Piece]:
    """Two columns where both values are short, else one line each."""
    half = sheet.inner / 2
    short = [f for f in facts if text_width(f"{f[0]}  {f[1]}", 21) < half - 16]
    for left, right in zip(short[::2], [*short[1::2], ("", "")], strict=False):
        yield Piece(36, _fact(left, MARGIN, half).body + _fact(right, MARGIN + half, half).body)
    yield from (_fact(fact, MARGIN, sheet.inner) for fact in facts if fact not in short)


def _fact(fact: tuple[str, str], x: float, room: float) -> Piece:
    name, value = fact
    indent = text_width(name, 20) + 12
    lines = wrap(value, 20, max(room - indent, 200))
    return Piece(len(lines) * 32 + 4, text(name, x, 24, 20, QUIET) + _lines(lines, x + indent, 24, 20, INK, bold=True))


def _row(row: Row, sheet: Sheet) -> Piece:
    """Name and outcome on one line, then the amount, then what is behind it."""
    tag_ink, tag_fill = OUTCOMES.get(row.outcome_id, OUTCOMES["ineligible"])
    tag = text_width(row.outcome, 19) + 24
    names = wrap(row.name, 23, sheet.inner - tag - 56)
    body, y = _lines(names, MARGIN + 20, 44, 23, INK, bold=True), 44 + (len(names) - 1) * 23 * 1.6
    body += box(sheet.width - MARGIN - 20 - tag, 20, tag, 34, tag_fill, radius=4)
    body += text(row.outcome, sheet.width - MARGIN - 20 - tag / 2, 44, 19, tag_ink, anchor="middle", bold=True)
    for words, size, fill in (
        (row.amount, 23, PINE),
        (row.schedule, 19, INK),
        (row.reason, 19, QUIET),
        (row.note, 19, SAND),
        (row.clause, 17, QUIET),
    ):
        lines = wrap(words, size, sheet.inner - 40, 3) if words else ()
        if lines:
            body += _lines(lines, MARGIN + 20, y + size * 1.65, size, fill, bold=fill == PINE)
            y += len(lines) * size * 1.6
    height = y + 22
    frame = box(MARGIN, 6, sheet.inner, height - 6, WHITE, radius=6, stroke=LINE)
    return Piece(height + 8, frame + body)


def _footer(card: Card, sheet: Sheet) -> Piece:
    lines = wrap(card.disclaimer, 20, sheet.inner)
    body = line(MARGIN, 26, sheet.width - MARGIN, 26, LINE, 1.5) + _lines(lines, MARGIN, 58, 20, RED, bold=True)
    y = 58 + len(lines) * 32
    body += text(f"talent-policy · 规则版本 {card.version} · {card.as_of}", MARGIN, y, 17, QUIET)
    return Piece(y + 32, body)
