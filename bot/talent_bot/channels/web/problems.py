"""What went wrong, as the house's `Problem` in JSON for the API and as a calm page for people."""

from __future__ import annotations

from starlette.responses import HTMLResponse, JSONResponse, Response

from talent_bot.channels.web.templating import render

Problem = dict[str, str | int]


def problem(code: str, message: str, hint: str = "", *, line: int = 0) -> Problem:
    """A problem of a request; `line` is the place in a list of profiles, from 1."""
    place: Problem = {"file": "", "line": line, "column": 0}
    return place | {"code": code, "severity": "error", "message": message, "hint": hint}


def problems_json(status: int, found: tuple[Problem, ...], wait: float = 0) -> JSONResponse:
    """Problems as the API answers them."""
    headers = {"Retry-After": str(int(wait) + 1)} if wait else None
    return JSONResponse({"problems": list(found)}, status, headers=headers)


def problem_page(status: int, message: str, hint: str = "", wait: float = 0) -> HTMLResponse:
    """A page with one sentence and the way back."""
    headers = {"Retry-After": str(int(wait) + 1)} if wait else None
    return HTMLResponse(render("problem.html", message=message, hint=hint), status, headers=headers)


def problem_answer(status: int, code: str, message: str, hint: str = "", *, page: str, wait: float = 0) -> Response:
    """The one for the API or the one for people, by the address asked for."""
    if page.startswith("/api/") or page == "/openapi.json":
        return problems_json(status, (problem(code, message, hint),), wait)
    return problem_page(status, message, hint, wait)
