"""Which language a browser is spoken to in: the one chosen, else the one it asks for, else Chinese."""

from __future__ import annotations

from babel import Locale
from starlette.requests import Request
from starlette.responses import Response

from talent_bot.words import LANGUAGES, SOURCE, Words, own_words

COOKIE = "lang"
_LONG = 30 * 24 * 3600


def language_of(request: Request) -> str:
    """The language of a request that belongs to no stored conversation."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = (asked.split("-")[0].lower() for asked in _accepted(request.headers.get("accept-language", "")))
    return next((lang for lang in wanted if lang in LANGUAGES), SOURCE)


def _accepted(header: str) -> list[str]:
    """The codes of an Accept-Language header, the most wanted first."""
    found: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        code, _, weight = part.strip().partition(";q=")
        try:
            found.append((-float(weight or 1), code))
        except ValueError:
            continue
    return [code for _, code in sorted(found, key=lambda p: p[0])]


def remember_language(response: Response, lang: str, *, secure: bool) -> None:
    """Keep the language."""
    response.set_cookie(COOKIE, lang, max_age=_LONG, httponly=True, samesite="lax", secure=secure, path="/")


def own_name(lang: str) -> str:
    """What a language calls itself: 中文, English."""
    return (Locale.parse(lang).get_display_name(lang) or lang).title()


def html_code(lang: str) -> str:
    """The code of a language as HTML wants it."""
    return "zh-CN" if lang == SOURCE else lang


def say_of(request: Request) -> Words:
    """The words of a request, for pages that speak of no rule."""
    return own_words(language_of(request))
