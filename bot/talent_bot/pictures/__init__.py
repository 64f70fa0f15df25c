"""The summary card and the payments by year as pictures: SVG always, PNG and PDF where cairo and a font are."""

from __future__ import annotations

import logging

from talent_bot.pictures import raster
from talent_bot.pictures.card import card_pages, card_svg
from talent_bot.pictures.chart import chart_svg
from talent_bot.pictures.raster import Unavailable
from talent_bot.reply import Card

_log = logging.getLogger(__name__)


def card_png(card: Card) -> bytes:
    """The card as one tall PNG, 750 px wide. Raises Unavailable with what to install."""
    return raster.png(card_svg(card, font=raster.chinese_font()))


def card_pdf(card: Card) -> bytes:
    """The card as A4 pages. Raises Unavailable with what to install."""
    return raster.pdf(card_pages(card, font=raster.chinese_font()))


def render_card(card: Card) -> bytes | None:
    """The card as PNG for a chat channel; None where this machine cannot draw, said once in the log."""
    try:
        return card_png(card)
    except Unavailable as error:
        _log.warning("%s", error)
        return None


__all__ = ["Unavailable", "card_pages", "card_pdf", "card_png", "card_svg", "chart_svg", "render_card"]
