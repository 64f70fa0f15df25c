"""The summary card and the payments by year as pictures: SVG always, PNG and PDF where cairo and a font are."""

from talent_bot.pictures import raster
from talent_bot.pictures.card import card_pages, card_svg
from talent_bot.pictures.chart import chart_svg
from talent_bot.pictures.raster import Unavailable
from talent_bot.reply import Card


def card_png(card: Card) -> bytes:
    """The card as one tall PNG, 750 px wide. Raises Unavailable with what to install."""
    return raster.png(card_svg(card))


def card_pdf(card: Card) -> bytes:
    """The card as A4 pages. Raises Unavailable with what to install."""
    return raster.pdf(card_pages(card))


__all__ = ["Unavailable", "card_pages", "card_pdf", "card_png", "card_svg", "chart_svg"]
