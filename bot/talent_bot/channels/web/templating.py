"""The templates: escaped always, no undefined names."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from talent_bot.channels.web.blocks import kind_of
from talent_bot.pictures import chart_svg
from talent_bot.reply import Year

STATIC = Path(__file__).parent / "static"


@cache
def environment() -> Environment:
    """One environment for the process."""
    found = Environment(
        loader=PackageLoader("talent_bot.channels.web"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["kind"] = kind_of
    found.globals["chart"] = chart
    found.globals["stamp"] = stamp()
    found.globals["_"] = str
    found.globals["large"] = False
    found.globals["token"] = ""
    found.globals["here"] = ""
    found.globals["count"] = 0
    found.globals["lang"] = "zh-CN"
    return found


def chart(years: tuple[Year, ...], large: bool) -> Markup:
    """The payments as inline SVG; every text in it is escaped where it is built."""
    if not years:
        return Markup()
    return Markup(chart_svg(years, width=280, size=26) if large else chart_svg(years))


@cache
def stamp() -> str:
    """A short hash of the static files, so that a browser asks for new ones."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def render(name: str, **values: object) -> str:
    """A page."""
    return environment().get_template(name).render(**values)
