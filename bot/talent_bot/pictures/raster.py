"""SVG to PNG and PDF with cairosvg, in the first Chinese font this machine has."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import quoteattr

from talent_bot.pictures.svg import FONTS

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


def png(svg: str) -> bytes:
    """One opaque picture as PNG of 256 colours: a third of the size and of the work of all colours, and as sharp."""
    drawn = _in_our_font(svg)
    from cairosvg.parser import Tree
    from cairosvg.surface import PNGSurface
    from PIL import Image

    surface = _by_lines(PNGSurface)(Tree(bytestring=drawn), None, 96).cairo
    size, order = (surface.get_width(), surface.get_height()), "BGRX" if sys.byteorder == "little" else "XRGB"
    image = Image.frombuffer("RGB", size, surface.get_data(), "raw", order, surface.get_stride(), 1)
    surface.finish()  # twelve megabytes that Python would keep until it looks for cycles
    out = io.BytesIO()
    image.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", compress_level=4)
    return out.getvalue()


def pdf(pages: Sequence[str]) -> bytes:
    """Pictures as the pages of one A4 PDF."""
    drawn = [_in_our_font(svg) for svg in pages]
    cairo = _cairo()
    from cairosvg.parser import Tree
    from cairosvg.surface import PDFSurface

    out = io.BytesIO()
    sheet = cairo.PDFSurface(out, *_A4_POINTS)

    class Page(_by_lines(PDFSurface)):  # type: ignore[misc]
        """A page of a sheet that is already open."""

        def _create_surface(self, width: float, height: float) -> tuple[Any, float, float]:
            return sheet, width, height

    for page in drawn:
        Page(Tree(bytestring=page), out, 96, output_width=_A4_PIXELS[0], output_height=_A4_PIXELS[1])
        sheet.show_page()
    sheet.finish()
    return out.getvalue()


@cache
def _by_lines(surface: Any) -> Any:
    """A surface that draws a line of text at once: cairosvg does so letter by letter, and each twice."""
    cairo = _cairo()
    from cairosvg.colors import color

    class Lines(surface):  # type: ignore[misc]
        def draw(self, node: Any) -> None:
            if node.tag == "text":
                self._line(node)
            else:
                super().draw(node)

        def _line(self, node: Any) -> None:
            x, bold = float(node["x"]), cairo.FONT_WEIGHT_BOLD if "font-weight" in node else cairo.FONT_WEIGHT_NORMAL
            self.context.select_font_face(node["font-family"], cairo.FONT_SLANT_NORMAL, bold)
            self.context.set_font_size(float(node["font-size"]))
            if node.get("text-anchor") == "middle":
                bearing, _, width, *_ = self.context.text_extents(node.text)
                x -= bearing + width / 2
            self.context.set_source_rgba(*color(node["fill"]))
            self.context.move_to(x, float(node["y"]))
            self.context.show_text(node.text)

    return Lines


def _in_our_font(svg: str) -> bytes:
    """cairosvg takes the first family it is told, whether it is there or not."""
    return svg.replace(FONTS, f"font-family={quoteattr(chinese_font())}", 1).encode()


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
