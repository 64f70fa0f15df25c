"""SVG to PNG and PDF with cairosvg, in the first Chinese font this machine has."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Droid Sans Fallback",
    "SimHei",
    "sans-serif",
)
NO_FONT = "这台机器上没有中文字体，图片和 PDF 画不出来；在 Debian、Ubuntu 上执行 apt-get install fonts-noto-cjk"
NO_CAIRO = (
    "没有装画图的库，图片和 PDF 画不出来；执行 pip install cairosvg，并在 Debian、Ubuntu 上 apt-get install libcairo2"
)
_SAMPLE = "鄂尔多斯补贴"
_log = logging.getLogger(__name__)


class Unavailable(RuntimeError):
    """Pictures cannot be drawn on this machine; the message says what to install."""


@cache
def chinese_font() -> str:
    """The family to draw with. Raises Unavailable when no family has our characters."""
    cairo = _cairo()
    context = cairo.Context(cairo.ImageSurface(cairo.FORMAT_A8, 1, 1))
    for family in FAMILIES:
        context.select_font_face(family, cairo.FONT_SLANT_NORMAL, cairo.FONT_WEIGHT_NORMAL)
        glyphs = context.get_scaled_font().text_to_glyphs(0, 0, _SAMPLE, with_clusters=False)
        if all(glyph[0] for glyph in glyphs):
            return family
    raise Unavailable(NO_FONT)


def png(svg: str, scale: float = 1.0) -> bytes:
    """One picture as PNG."""
    chinese_font()
    from cairosvg import svg2png

    found = svg2png(bytestring=svg.encode(), scale=scale)
    assert isinstance(found, bytes)
    return found


def pdf(pages: Sequence[str]) -> bytes:
    """Pictures as the pages of one A4 PDF."""
    chinese_font()
    cairo = _cairo()
    from cairosvg.parser import Tree
    from cairosvg.surface import PDFSurface

    out = io.BytesIO()
    sheet = cairo.PDFSurface(out, *_A4_POINTS)

    class Page(PDFSurface):  # type: ignore[misc]
        """A page of a sheet that is already open."""

        def _create_surface(self, width: float, height: float) -> tuple[Any, float, float]:
            return sheet, width, height

    for svg in pages:
        Page(Tree(bytestring=svg.encode()), out, 96, output_width=_A4_PIXELS[0], output_height=_A4_PIXELS[1])
        sheet.show_page()
    sheet.finish()
    return out.getvalue()


_A4_POINTS = (595.28, 841.89)
_A4_PIXELS = (793.7, 1122.52)


def _cairo() -> Any:
    try:
        import cairocffi
        import cairosvg  # noqa: F401
    except (ImportError, OSError) as error:  # OSError: the shared library is missing
        _log.debug("no cairo: %s", error)
        raise Unavailable(NO_CAIRO) from error
    return cairocffi
