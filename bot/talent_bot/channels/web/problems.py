"""What went wrong, as the house's `Problem` in JSON for the API and as a calm page for people."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from talent_bot.channels.web.sessions import PRINT_COOKIE
from talent_bot.channels.web.templating import render
from talent_bot.channels.web.tongues import html_code, say_of

Problem = dict[str, str | int]


def problem(code: str, message: str, hint: str = "", *, line: int = 0) -> Problem:
    """A problem of a request; `line` is the place in a list of profiles, from 1."""
    place: Problem = {"file": "", "line": line, "column": 0}
    return place | {"code": code, "severity": "error", "message": message, "hint": hint}


def problems_json(status: int, found: tuple[Problem, ...], wait: float = 0) -> JSONResponse:
    """Problems as the API answers them."""
    return JSONResponse({"problems": list(found)}, status, headers=_patience(wait))


def problem_page(request: Request, status: int, message: str, hint: str = "", wait: float = 0) -> HTMLResponse:
    """A page with one sentence and the way back, in the language of the browser."""
    say = say_of(request)
    large = request.cookies.get(PRINT_COOKIE) == "large"
    body = render("problem.html", say=say, lang=html_code(say.lang), large=large, message=message, hint=hint)
    return HTMLResponse(body, status, headers=_patience(wait))


def problem_answer(
    request: Request, status: int, code: str, message: str, hint: str = "", *, headers: Mapping[str, str] | None = None
) -> Response:
    """The one for the API, in Chinese, or the one for people, by the address asked for."""
    page, say = request.url.path, say_of(request)
    if page.startswith("/api/") or page == "/openapi.json":
        answer: Response = problems_json(status, (problem(code, message, hint),))
    else:
        answer = problem_page(request, status, say(message), say(hint))
    answer.headers.update(headers or {})
    return answer


def _patience(wait: float) -> dict[str, str] | None:
    return {"Retry-After": str(int(wait) + 1)} if wait else None
