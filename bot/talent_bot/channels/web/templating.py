"""The templates: escaped always, no undefined names, every sentence from a catalogue."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup, escape

from talent_bot.channels.web.blocks import kind_of
from talent_bot.channels.web.tongues import own_name
from talent_bot.pictures import chart_svg
from talent_bot.reply import Year
from talent_bot.words import LANGUAGES

STATIC = Path(__file__).parent / "static"
_HAN = r"[\u2e80-\u9fff\uf900-\ufaff]"
#: Chinese with whatever stands between Chinese: punctuation, figures, the odd letter.
_CHINESE = re.compile(rf"[〔《“]?{_HAN}(?:[^\n(]*{_HAN})?[^\x00-\x7f]*")


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
    found.filters["said"] = said
    found.filters["parts"] = parts
    found.filters["figure"] = figure
    found.globals |= {"chart": chart, "stamp": stamp(), "languages": LANGUAGES, "own_name": own_name}
    found.globals |= {"large": False, "token": "", "here": "", "count": 0, "back": "/", "original": lambda _: ""}
    return found


@pass_context
def said(context: Context, text: str) -> Markup:
    """A text with its line breaks; Chinese inside another language is marked as such, for screen readers."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not str(context["lang"]).startswith("zh"):
        return Markup("<br>").join(Markup(_CHINESE.sub(_marked, str(escape(line)))) for line in lines)
    return Markup("<br>").join(escape(line) for line in lines)


def _marked(found: re.Match[str]) -> str:
    return f'<span lang="zh-Hans">{found.group()}</span>'


def parts(text: str) -> list[str]:
    """The parts of a total, one a line."""
    return [part for part in re.split("；|，|; ", text) if part]


def figure(text: str) -> tuple[str, str]:
    """An amount and what is said of it: `40万元` and `（第三方整理，未核实）`."""
    end = min((at for mark in ("（", " (", "；", "; ") if (at := text.find(mark)) > 0), default=len(text))
    return text[:end], text[end:]


@pass_context
def chart(context: Context, years: tuple[Year, ...], narrow: bool = False) -> Markup:
    """The payments as inline SVG, its letters as large as the text around it; texts are escaped when built."""
    if not years:
        return Markup()
    size = 26 if context["large"] else 15
    width = 280 if narrow or context["large"] else 360
    return Markup(chart_svg(years, context["say"], width=width, size=size))


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
