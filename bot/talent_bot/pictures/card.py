"""The summary card as a picture: one tall page for a phone, or A4 pages to print and sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from talent_bot.pictures.chart import chart_piece
from talent_bot.pictures.layout import width as text_width
from talent_bot.pictures.layout import wrap
from talent_bot.pictures.palette import INK, LINE, OUTCOMES, PAPER, PINE, PINE_DEEP, QUIET, RED, SAND, WHITE
from talent_bot.pictures.svg import Piece, box, line, moved, path, picture, text
from talent_bot.reply import Card, Row
from talent_bot.words import Words, own_words

MARGIN = 44
BOLD = 1.06  # how much wider bold letters are
MOST_LINES = 4  # of a reason or an amount on a phone; the pages carry all


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn on, and how large: `height` 0 grows with its content, `most` 0 draws every benefit in full."""

    width: float
    height: float
    paper: str
    most: int
    body: float  # the size of plain text

    @property
    def inner(self) -> float:
        """Between the margins."""
        return self.width - 2 * MARGIN


PHONE = Sheet(750, 0, PAPER, 8, 24)
A4 = Sheet(1000, 1414, WHITE, 0, 20)


def card_svg(card: Card) -> str:
    """One tall picture; what does not fit a phone is counted and named as left off."""
    say = own_words(card.lang)
    pieces = _pieces(card, PHONE, say)
    height = sum(p.height for p in pieces)
    ground = box(0, 0, PHONE.width, height, PHONE.paper)
    return picture(ground + _stack(pieces), PHONE.width, height, card.title, desc=_in_words(card, say))


def card_pages(card: Card) -> tuple[str, ...]:
    """A4 pages with everything, numbered."""
    say = own_words(card.lang)
    groups = list(_paged(_pieces(card, A4, say), A4.height - 48))
    return tuple(
        picture(_stack(group) + _page_number(n, len(groups), say), A4.width, A4.height, card.title)
        for n, group in enumerate(groups, 1)
    )


def _pieces(card: Card, sheet: Sheet, say: Words) -> list[Piece]:
    return [_header(card, sheet, say), *_body(card, sheet, say), _footer(card, sheet, say)]


def _in_words(card: Card, say: Words) -> str:
    rows = (f"{r.name} {r.outcome} {r.amount}" for r in card.open_rows[: PHONE.most])
    return say("；").join((card.total, *rows, card.disclaimer))


def _stack(pieces: Sequence[Piece]) -> str:
    y, parts = 0.0, []
    for piece in pieces:
        parts.append(moved(piece.body, 0, y))
        y += piece.height
    return "".join(parts)


def _paged(pieces: Sequence[Piece], limit: float) -> Iterator[list[Piece]]:
    """Pages; a heading goes over to the next one with what it heads."""
    page: list[Piece] = []
    used = 0.0
    for number, piece in enumerate(pieces):
        follows = pieces[number + 1].height if piece.heads and number + 1 < len(pieces) else 0
        if page and used + piece.height + follows > limit:
            yield page
            page, used = [Piece(32, "")], 32
        page.append(piece)
        used += piece.height
    yield page


def _page_number(number: int, count: int, say: Words) -> str:
    words = say("第 {n} 页，共 {count} 页", n=number, count=count)
    return text(words, A4.width / 2, A4.height - 22, 17, QUIET, anchor="middle")


# ── the parts ───────────────────────────────────────────────────────────────────────────────


def _header(card: Card, sheet: Sheet, say: Words) -> Piece:
    w = sheet.width
    titles = wrap(card.title, 38 * BOLD, sheet.inner)
    dated = say("按 {day} 的规则计算 · 规则版本 {version}", day=card.as_of, version=card.version)
    under = wrap(dated, sheet.body - 3, sheet.inner)
    words = _lines(titles, MARGIN, 74, 38, WHITE, bold=True, leading=1.25)
    y = 74 + (len(titles) - 1) * 38 * 1.25 + 40
    words += _lines(under, MARGIN, y, sheet.body - 3, "#d5e4e0")
    height = y + len(under) * (sheet.body - 3) * 1.6 + 42
    far = f"M0 {height - 42} C {w * 0.24} {height - 92}, {w * 0.44} {height + 6}, {w} {height - 62} V {height - 8} H 0"
    near = f"M0 {height - 14} C {w * 0.3} {height - 58}, {w * 0.63} {height + 16}, {w} {height - 26} V {height} H 0 Z"
    dunes = path(far, "#15605b") + path(near, sheet.paper)
    return Piece(height, box(0, 0, w, height - 8, PINE_DEEP) + dunes + words)


def _body(card: Card, sheet: Sheet, say: Words) -> Iterator[Piece]:
    yield _total(card, sheet)
    if card.facts:
        yield _heading(say("您的情况"))
        yield _paragraph(" · ".join(card.facts), sheet)
    rows = card.open_rows[: sheet.most] if sheet.most else card.open_rows
    if rows:
        yield _heading(say("还有可能的待遇（{n} 项）", n=len(card.open_rows)))
        yield from (_row(row, sheet) for row in rows)
        if len(rows) < len(card.open_rows):
            left = say("另有 {n} 项没有画出，网页和 PDF 里有全部。", n=len(card.open_rows) - len(rows))
            yield _paragraph(left, sheet, QUIET)
    if card.years:
        chart = chart_piece(card.years, sheet.inner, sheet.body)
        yield _heading(say("逐年发放（数额已能确定的）"))
        yield Piece(chart.height + 8, moved(chart.body, MARGIN, 4))
    if card.given_up:
        yield _heading(say("能不能一起拿"))
        yield from (_paragraph("· " + words, sheet) for words in card.given_up)
    if card.pending:
        yield _heading(say("补充这些会更准"))
        yield _paragraph(say.listed(card.pending), sheet)
    if card.others:
        yield _heading(say("另外"))
        yield from (_paragraph(words, sheet) for words in card.others)
    if card.closed_rows:
        yield _heading(say("目前不能享受（{n} 项）", n=len(card.closed_rows)))
        yield from _closed(card.closed_rows, sheet, say)


def _closed(rows: Sequence[Row], sheet: Sheet, say: Words) -> Iterator[Piece]:
    if sheet.most:
        yield _paragraph(say.listed(dict.fromkeys(r.name for r in rows)), sheet, QUIET, most=6)
    else:
        lines = (say("· {name}（{outcome}）{reason}", name=r.name, outcome=r.outcome, reason=r.reason) for r in rows)
        yield from (_paragraph(words, sheet, QUIET) for words in lines)


def _heading(words: str) -> Piece:
    body = box(MARGIN, 33, 5, 26, SAND) + text(words, MARGIN + 18, 55, 27, PINE, bold=True)
    return Piece(74, body, heads=True)


def _paragraph(words: str, sheet: Sheet, fill: str = INK, most: int = 0) -> Piece:
    size = sheet.body
    lines = wrap(words, size, sheet.inner, most)
    return Piece(len(lines) * size * 1.6 + 6, _lines(lines, MARGIN, size * 1.15, size, fill))


def _lines(
    lines: Sequence[str], x: float, y: float, size: float, fill: str, *, bold: bool = False, leading: float = 1.6
) -> str:
    return "".join(text(words, x, y + n * size * leading, size, fill, bold=bold) for n, words in enumerate(lines))


def _total(card: Card, sheet: Sheet) -> Piece:
    parts = [w for w in card.total.replace("；", "，").replace("; ", "，").split("，") if w]
    lines = [words for part in parts for words in wrap(part, 29 * BOLD, sheet.inner)]
    return Piece(len(lines) * 29 * 1.55 + 14, _lines(lines, MARGIN, 36, 29, INK, bold=True, leading=1.55))


def _row(row: Row, sheet: Sheet) -> Piece:
    """Name and outcome on one line, then the amount, then what is behind it."""
    size = sheet.body
    tag_ink, tag_fill = OUTCOMES.get(row.outcome_id, OUTCOMES["ineligible"])
    tag = text_width(row.outcome, (size - 3) * BOLD) + 26
    names = wrap(row.name, (size + 2) * BOLD, sheet.inner - tag - 60)
    body = _lines(names, MARGIN + 20, size * 2.05, size + 2, INK, bold=True, leading=1.45)
    y = size * 2.05 + (len(names) - 1) * (size + 2) * 1.45
    right = sheet.width - MARGIN - 20
    body += box(right - tag, size * 0.95, tag, size * 1.6, tag_fill, radius=4)
    body += text(row.outcome, right - tag / 2, size * 2.02, size - 3, tag_ink, anchor="middle", bold=True)
    most = MOST_LINES if sheet.most else 0
    for words, how_large, fill in (
        (row.amount, size + 1, PINE),
        (row.schedule, size - 1, INK),
        (row.reason, size - 2, QUIET),
        (row.note, size - 2, SAND),
        (row.clause, size - 4, QUIET),
    ):
        bold = fill == PINE
        lines = wrap(words, how_large * (BOLD if bold else 1), sheet.inner - 40, most) if words else ()
        if lines:
            body += _lines(lines, MARGIN + 20, y + how_large * 1.65, how_large, fill, bold=bold)
            y += len(lines) * how_large * 1.6
    height = y + size * 1.1
    frame = box(MARGIN, 6, sheet.inner, height - 6, WHITE, radius=6, stroke=LINE)
    return Piece(height + 8, frame + body)


def _footer(card: Card, sheet: Sheet, say: Words) -> Piece:
    size = sheet.body
    lines = wrap(card.disclaimer, size * BOLD, sheet.inner)
    body = line(MARGIN, 26, sheet.width - MARGIN, 26, LINE, 1.5)
    body += _lines(lines, MARGIN, 30 + size * 1.4, size, RED, bold=True)
    y = 30 + size * 1.4 + len(lines) * size * 1.6
    stamped = f"talent-policy · {say('规则版本')} {card.version} · {card.as_of}"
    body += text(stamped, MARGIN, y, size - 4, QUIET)
    return Piece(y + 32, body)
