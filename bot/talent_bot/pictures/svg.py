"""The few SVG elements the pictures are made of, as text; presentation attributes only, so that any CSP allows them."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from talent_bot.pictures.palette import INK

_FONTS = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei','Source Han Sans SC',sans-serif"
#: How a picture names its fonts; what draws it puts the one it has found in place of this.
FONTS = f"font-family={quoteattr(_FONTS)}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a picture that is not cut: its height, and its elements drawn from y = 0; `heads` what follows it."""

    height: float
    body: str
    heads: bool = False


def text(
    words: str, x: float, y: float, size: float, fill: str = INK, *, bold: bool = False, anchor: str = "start"
) -> str:
    """One line of text with its baseline at y."""
    weight = ' font-weight="700"' if bold else ""
    align = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{fill}"{weight}{align}>{_clean(words)}</text>'


def box(
    x: float, y: float, w: float, h: float, fill: str, *, radius: float = 0, stroke: str = "", label: str = ""
) -> str:
    """A rectangle, with a title for those who point at it."""
    edge = f' stroke="{stroke}"' if stroke else ""
    head = f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" rx="{_n(radius)}" fill="{fill}"{edge}'
    return f"{head}><title>{_clean(label)}</title></rect>" if label else f"{head}/>"


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1) -> str:
    """A straight line."""
    ends = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{_n(width)}"/>'


def path(data: str, fill: str = "none", stroke: str = "none", width: float = 1) -> str:
    """A free shape."""
    return f'<path d="{data}" fill="{fill}" stroke="{stroke}" stroke-width="{_n(width)}"/>'


def moved(body: str, x: float, y: float) -> str:
    """Elements shifted."""
    return f'<g transform="translate({_n(x)} {_n(y)})">{body}</g>'


def picture(body: str, width: float, height: float, title: str, *, desc: str = "", fluid: bool = False) -> str:
    """A whole SVG document; `fluid` lets the page give it its size."""
    size = "" if fluid else f' width="{_n(width)}" height="{_n(height)}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg"{size} viewBox="0 0 {_n(width)} {_n(height)}" role="img"'
        f" aria-label={quoteattr(_printable(title))} {FONTS}>"
    )
    about = f"<desc>{_clean(desc)}</desc>" if desc else ""
    return f"{head}<title>{_clean(title)}</title>{about}{body}</svg>"


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _printable(words: str) -> str:
    """Without the control characters that XML forbids."""
    return "".join(c for c in words if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")


def _clean(words: str) -> str:
    return escape(_printable(words))
