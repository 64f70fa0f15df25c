"""The summary card as a picture: one tall page for a phone, or A4 pages to print and sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from talent_bot.pictures.chart import chart_piece
from talent_bot.pictures.layout import width as text_width
from talent_bot.pictures.layout import wrap
from talent_bot.pictures.palette import INK, LINE, OUTCOMES, PAPER, PINE, PINE_DEEP, QUIET, RED, SAND, WHITE
from talent_bot.pictures.svg import SCREEN_FONTS, Piece, box, line, moved, path, picture, text
from talent_bot.reply import Card, Row

WIDTH, MARGIN = 750, 44
INNER = WIDTH - 2 * MARGIN
A4_HEIGHT = 1061  # 750 × √2
MOST_ROWS = 12  # on one tall picture; the pages carry them all


def card_svg(card: Card, *, font: str = SCREEN_FONTS) -> str:
    """One tall picture; what does not fit a phone is counted and named as left off."""
    pieces = [_header(card), *_body(card, MOST_ROWS), _footer(card)]
    height = sum(p.height for p in pieces)
    return picture(_stack(pieces), WIDTH, height, card.title, desc=_in_words(card), font=font)


def card_pages(card: Card, *, font: str = SCREEN_FONTS) -> tuple[str, ...]:
    """A4 pages with everything, numbered."""
    groups = list(_paged([_header(card), *_body(card, 0), _footer(card)], A4_HEIGHT - 40))
    return tuple(
        picture(_stack(group) + _page_number(n, len(groups)), WIDTH, A4_HEIGHT, card.title, font=font)
        for n, group in enumerate(groups, 1)
    )


def _in_words(card: Card) -> str:
    rows = "；".join(f"{r.name} {r.outcome} {r.amount}" for r in card.open_rows[:MOST_ROWS])
    return f"{card.total}。{rows}。{card.disclaimer}"


def _stack(pieces: Sequence[Piece]) -> str:
    y, parts = 0.0, [box(0, 0, WIDTH, max(sum(p.height for p in pieces), A4_HEIGHT), PAPER)]
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
    return text(f"第 {number} 页，共 {count} 页", WIDTH / 2, A4_HEIGHT - 18, 15, QUIET, anchor="middle")


# ── the parts ───────────────────────────────────────────────────────────────────────────────


def _header(card: Card) -> Piece:
    height = 176
    dunes = (
        path(f"M0 {height - 42} C 180 {height - 92}, 330 {height + 6}, 750 {height - 62} V {height} H 0 Z", "#15605b")
        + path(f"M0 {height - 14} C 220 {height - 58}, 470 {height + 16}, 750 {height - 26} V {height} H 0 Z", PAPER)
    )
    words = text(card.title, MARGIN, 74, 38, WHITE, bold=True) + text(
        f"按 {card.as_of} 的规则计算 · 规则版本 {card.version}", MARGIN, 110, 19, "#d5e4e0"
    )
    return Piece(height, box(0, 0, WIDTH, height, PINE_DEEP) + dunes + words)


def _body(card: Card, most: int) -> Iterator[Piece]:
    yield _total(card)
    if card.facts:
        yield _heading("您的情况")
        yield from _facts(card.facts)
    rows = card.open_rows[:most] if most else card.open_rows
    if rows:
        yield _heading(f"还有可能的待遇（{len(card.open_rows)} 项）")
        yield from (_row(row) for row in rows)
        if len(rows) < len(card.open_rows):
            yield _paragraph(f"另有 {len(card.open_rows) - len(rows)} 项没有画出，网页和 PDF 里有全部。", QUIET)
    if card.years:
        chart = chart_piece(card.years, INNER, 20)
        yield _heading("逐年发放（按已核算出单一数额的待遇）")
        yield Piece(chart.height + 8, moved(chart.body, MARGIN, 4))
    if card.given_up:
        yield _heading("不能同时享受")
        yield from (_paragraph("· " + words) for words in card.given_up)
    if card.pending:
        yield _heading("还缺的信息")
        yield _paragraph("、".join(card.pending))
    if card.closed_rows:
        yield _heading(f"目前不能享受（{len(card.closed_rows)} 项）")
        yield from _closed(card.closed_rows, most)


def _closed(rows: Sequence[Row], most: int) -> Iterator[Piece]:
    if most:
        yield _paragraph("、".join(r.name for r in rows), QUIET, most=6)
    else:
        yield from (_paragraph(f"· {r.name}（{r.outcome}）{r.reason}", QUIET) for r in rows)


def _heading(words: str) -> Piece:
    return Piece(64, box(MARGIN, 27, 5, 24, SAND) + text(words, MARGIN + 16, 48, 25, PINE, bold=True))


def _paragraph(words: str, fill: str = INK, size: float = 20, most: int = 0) -> Piece:
    lines = wrap(words, size, INNER, most)
    return Piece(len(lines) * size * 1.6 + 6, _lines(lines, MARGIN, size * 1.15, size, fill))


def _lines(lines: Sequence[str], x: float, y: float, size: float, fill: str, *, bold: bool = False) -> str:
    return "".join(text(words, x, y + n * size * 1.6, size, fill, bold=bold) for n, words in enumerate(lines))


def _total(card: Card) -> Piece:
    parts = [w for w in card.total.replace("；", "，").split("，") if w]
    lines = [words for part in parts for words in wrap(part, 27, INNER)]
    return Piece(len(lines) * 27 * 1.6 + 14, _lines(lines, MARGIN, 36, 27, INK, bold=True))


def _facts(facts: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    """Two columns where both values are short, else one line each."""
    half, size = INNER / 2, 20
    short = [f for f in facts if text_width(f"{f[0]}  {f[1]}", size) < half - 16]
    for left, right in zip(short[::2], [*short[1::2], ("", "")], strict=False):
        yield Piece(36, _fact(left, MARGIN) + _fact(right, MARGIN + half))
    for fact in facts:
        if fact not in short:
            yield _paragraph("　".join(fact))


def _fact(fact: tuple[str, str], x: float) -> str:
    name, value = fact
    return text(name, x, 24, 20, QUIET) + text(value, x + text_width(name, 20) + 12, 24, 20, INK, bold=True)


def _row(row: Row) -> Piece:
    """Name and outcome on one line, then the amount, then what is behind it."""
    tag_ink, tag_fill = OUTCOMES.get(row.outcome_id, OUTCOMES["ineligible"])
    tag = text_width(row.outcome, 19) + 24
    names = wrap(row.name, 23, INNER - tag - 56)
    body, y = _lines(names, MARGIN + 20, 44, 23, INK, bold=True), 44 + (len(names) - 1) * 23 * 1.6
    body += box(WIDTH - MARGIN - 20 - tag, 20, tag, 34, tag_fill, radius=4)
    body += text(row.outcome, WIDTH - MARGIN - 20 - tag / 2, 44, 19, tag_ink, anchor="middle", bold=True)
    for words, size, fill in (
        (row.amount, 23, PINE),
        (row.schedule, 19, INK),
        (row.reason, 19, QUIET),
        (row.note, 19, SAND),
        (row.clause, 17, QUIET),
    ):
        lines = wrap(words, size, INNER - 40, 3) if words else ()
        if lines:
            body += _lines(lines, MARGIN + 20, y + size * 1.65, size, fill, bold=fill == PINE)
            y += len(lines) * size * 1.6
    height = y + 22
    frame = box(MARGIN, 6, INNER, height - 6, WHITE, radius=6, stroke=LINE)
    return Piece(height + 8, frame + body)


def _footer(card: Card) -> Piece:
    lines = wrap(card.disclaimer, 20, INNER)
    body = line(MARGIN, 26, WIDTH - MARGIN, 26, LINE, 1.5) + _lines(lines, MARGIN, 58, 20, RED, bold=True)
    y = 58 + len(lines) * 32
    body += text(f"talent-policy · 规则版本 {card.version} · {card.as_of}", MARGIN, y, 17, QUIET)
    return Piece(y + 32, body)
