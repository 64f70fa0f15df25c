"""The decision graph as SVG, drawn like a circuit: a line that reaches the bottom is a way to the benefit."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from html import escape

from talent_rules.handbook.wording import Sentence

WIDTH = 384
_SIZE, _LEADING, _PAD = 14.5, 20, 9
_GAP, _INDENT, _MERGE, _RAIL = 14, 26, 16, 20


@dataclass(slots=True)
class _Canvas:
    """What has been drawn: lines below, boxes above."""

    lines: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)

    def line(self, path: str) -> None:
        self.lines.append(f'<path d="{path}"/>')

    def box(self, x: float, y: float, right: float, text: str, style: str) -> float:
        """Draw a box with wrapped text; returns its height."""
        rows = wrapped(text, right - x - 2 * _PAD - 4)
        height = len(rows) * _LEADING + 2 * _PAD - 4
        corner = {"start": height / 2, "end": 10, "head": height / 2}.get(style, 6)
        shape = f'<rect x="{x:g}" y="{y:g}" width="{right - x:g}" height="{height:g}" rx="{corner:g}"/>'
        spans = "".join(
            f'<tspan x="{x + _PAD + 2:g}" y="{y + _PAD + 13 + n * _LEADING:g}">{escape(row)}</tspan>'
            for n, row in enumerate(rows)
        )
        self.boxes.append(f'<g class="n-{style}">{shape}<text>{spans}</text></g>')
        return height


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a drawn part begins, ends, and where its first and last box can be joined."""

    bottom: float
    first: float
    last: float
    meet: float = 0.0  # where the tracks of a fork have met; 0 for a box


def wrapped(text: str, width: float) -> list[str]:
    """Text cut into lines that fit, a Chinese character counting one em; closing marks never begin a line."""
    rows, row, used = [], "", 0.0
    for char in text:
        size = _SIZE if unicodedata.east_asian_width(char) in "WFA" else _SIZE * 0.56
        if used + size > width and row and char not in "，。；、）”":
            rows.append(row)
            row, used = "", 0.0
        row, used = row + char, used + size
    return [*rows, row] if row else rows or [""]


def svg(title: str, parts: tuple[Sentence, ...], pays: str) -> str:
    """The whole graph of one benefit."""
    canvas = _Canvas()
    x, right, y = 1.0, WIDTH - 1.0, 1.0
    y += canvas.box(x, y, 96, "申请人", "start")
    span = _Span(y, y, y)
    for part in parts:
        y = _connect(canvas, x, span)
        span = _part(canvas, part, x, right, y)
    y = _connect(canvas, x, span)
    waiting = any(_has_open(part) for part in parts)
    y += canvas.box(x, y, right, f"{'待认定' if waiting else '符合'}：{pays}", "end")
    described = escape(f"{title}的判断图：从上往下，每一处都走得通就{'进入认定' if waiting else '符合'}")
    return (
        f'<svg class="graph" viewBox="0 0 {WIDTH} {y + 2:g}" role="img" aria-label="{described}">'
        f"<title>{described}</title>"
        f'<g class="tracks">{"".join(canvas.lines)}</g>{"".join(canvas.boxes)}</svg>'
    )


def _has_open(part: Sentence) -> bool:
    """Whether an open leaf lies on every way through."""
    if part.kind in ("review", "undecided"):
        return True
    if part.kind in ("any", "none"):
        return bool(part.parts) and all(_has_open(p) for p in part.parts)
    return any(_has_open(p) for p in part.parts)


def _connect(canvas: _Canvas, x: float, above: _Span) -> float:
    """The line from a part down to the next one; returns where that begins."""
    start = f"M{above.meet:g} {above.bottom:g}H{x + _RAIL:g}" if above.meet else f"M{x + _RAIL:g} {above.bottom:g}"
    canvas.line(f"{start}v{_GAP}")
    return above.bottom + _GAP


def _part(canvas: _Canvas, part: Sentence, x: float, right: float, y: float) -> _Span:
    if part.kind == "any":
        return _fork(canvas, part, x, right, y)
    if part.kind == "all":
        return _series(canvas, part.parts, x, right, y)
    if part.kind == "none":
        return _barred(canvas, part, x, right, y)
    if part.kind == "tier" and part.parts and not part.text.startswith("不"):
        return _series(canvas, (Sentence(part.text + "，就是：", "tier"), *part.parts), x, right, y)
    height = canvas.box(x, y, right, part.text, part.kind)
    return _Span(y + height, y + height / 2, y + height / 2)


def _series(canvas: _Canvas, parts: tuple[Sentence, ...], x: float, right: float, y: float) -> _Span:
    """One after the other: all of them must hold."""
    span, first = _Span(y, y, y), 0.0
    for number, part in enumerate(parts):
        if number:
            y = _connect(canvas, x, span)
        span = _part(canvas, part, x, right, y)
        first = first or span.first
    return replace(span, first=first)


def _fork(canvas: _Canvas, part: Sentence, x: float, right: float, y: float) -> _Span:
    """Side tracks that part on the left and meet again on the right: one of them is enough."""
    height = canvas.box(x, y, x + 84, "任走一条", "head")
    middle, rail, meet, top = y + height / 2, x + 9, right - 4, y + height
    y = top + _GAP - 2
    ends: list[_Span] = []
    for branch in part.parts:
        span = _part(canvas, branch, x + _INDENT, right - _MERGE, y)
        canvas.line(f"M{rail:g} {top:g}V{span.first - 8:g}q0 8 8 8H{x + _INDENT:g}")
        ends.append(span)
        y = span.bottom + _GAP + 3
    bottom = y - 2
    for end in ends:
        start = end.meet or right - _MERGE
        canvas.line(f"M{start:g} {end.last:g}H{meet - 8:g}q8 0 8 8V{bottom - 8:g}q0 8 -8 8")
    return _Span(bottom, middle, bottom, meet - 8)


def _barred(canvas: _Canvas, part: Sentence, x: float, right: float, y: float) -> _Span:
    """What must not be: a heading and the things listed below it in one red box each."""
    height = canvas.box(x, y, x + 132, "以下都不能有", "bar")
    middle = y + height / 2
    y += height + 5
    for item in part.parts:
        text = item.text + ("：" + "；".join(p.text for p in item.parts) if item.parts else "")
        y += canvas.box(x + _INDENT, y, right, text, "no") + 5
    return _Span(y - 5, middle, middle)
