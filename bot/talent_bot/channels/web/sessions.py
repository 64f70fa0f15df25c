"""Who is talking: a random cookie, and a form token that only the holder of the cookie can know."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from talent_bot.channels.web.tongues import language_of

COOKIE, PRINT_COOKIE = "talent", "print"
_LONG = 30 * 24 * 3600
_SHAPE = 43  # characters of token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser: its secret id, whether it came with one, whether it reads large print, and in which language."""

    id: str
    known: bool
    large: bool
    lang: str

    @property
    def token(self) -> str:
        """The form token; useless without the cookie it is made from."""
        return hmac.new(self.id.encode(), b"form", hashlib.sha256).hexdigest()

    def signed(self, token: str) -> bool:
        """Whether a form came from a page we gave this browser."""
        return self.known and hmac.compare_digest(token.encode(), self.token.encode())


def visitor_of(request: Request) -> Visitor:
    """The visitor of a request; a new id when the cookie is missing or not of our making."""
    found = request.cookies.get(COOKIE, "")
    sound = len(found) == _SHAPE and all(c.isascii() and (c.isalnum() or c in "-_") for c in found)
    large = request.cookies.get(PRINT_COOKIE) == "large"
    return Visitor(found if sound else secrets.token_urlsafe(32), sound, large, language_of(request))


def remember(response: Response, visitor: Visitor, *, secure: bool) -> None:
    """Give the browser its id."""
    response.set_cookie(COOKIE, visitor.id, max_age=_LONG, httponly=True, samesite="lax", secure=secure, path="/")


def remember_print(response: Response, large: bool, *, secure: bool) -> None:
    """Keep the size of print."""
    size = "large" if large else "normal"
    response.set_cookie(PRINT_COOKIE, size, max_age=_LONG, httponly=True, samesite="lax", secure=secure, path="/")


def forget(response: Response) -> None:
    """Take the id back."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


def same_origin(request: Request) -> bool:
    """Whether a form was sent from this site, as far as the browser says."""
    origin = request.headers.get("origin", "")
    site = request.headers.get("sec-fetch-site", "")
    if site and site not in ("same-origin", "none"):
        return False
    return not origin or origin.split("://", 1)[-1] == request.headers.get("host", "")
