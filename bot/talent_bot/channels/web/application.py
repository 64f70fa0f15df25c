"""The ASGI application: routes, errors and the guard around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from talent_bot.advisor import Advising
from talent_bot.channels.web.api import Api
from talent_bot.channels.web.conversation import CHANNEL, Conversations
from talent_bot.channels.web.pages import Pages
from talent_bot.channels.web.problems import problem_answer
from talent_bot.channels.web.security import Guard
from talent_bot.channels.web.templating import STATIC
from talent_bot.store import Keys, Store
from talent_bot.words import marked

CHINA = timezone(timedelta(hours=8))
_REFUSED = {404: marked("没有这个页面"), 405: marked("这个地址不能这样访问")}
_OTHER, _BACK = marked("这个请求没法处理"), marked("请从首页开始。")


class HasKeys(Protocol):
    """What the page needs of the settings: keys that hide who it was."""

    def keys(self) -> Keys:
        """The keys of dialogues."""


def today_in_china() -> date:
    """The day it is where the policies hold."""
    return datetime.now(CHINA).date()


def create_app(
    advisor: Advising,
    store: Store,
    settings: HasKeys,
    *,
    today: Callable[[], date] = today_in_china,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """The web channel; `routes` of other channels (a webhook, a callback) go in front of it."""
    keys = settings.keys()
    talks = Conversations(advisor, store, lambda visitor: keys.of(CHANNEL, visitor), today)
    pages, api = Pages(talks), Api(talks)
    own = [
        Route("/", pages.chat),
        Route("/say", pages.say, methods=["POST"]),
        Route("/print", pages.print_size, methods=["POST"]),
        Route("/language", pages.language, methods=["POST"]),
        Route("/card", pages.card),
        Route("/card.pdf", pages.card_pdf),
        Route("/card.png", pages.card_png),
        Route("/benefits", pages.benefits),
        Route("/benefit/{policy}/{benefit}", pages.benefit),
        Route("/forgotten", pages.forgotten),
        Route("/privacy", pages.privacy),
        Route("/version", pages.version),
        Route("/healthz", pages.health),
        Route("/api/decide", api.decide, methods=["POST"]),
        Route("/api/turn", api.turn, methods=["POST"]),
        Route("/openapi.json", api.openapi),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    app = Starlette(
        routes=[*routes, *own],
        middleware=[Middleware(Guard)],
        exception_handlers={HTTPException: _refused},
    )
    app.state.talks, app.state.pages, app.state.api = talks, pages, api
    return app


def _refused(request: Request, error: Exception) -> Response:
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    words = _REFUSED.get(status, _OTHER)
    return problem_answer(request, status, f"P6{status % 100:02}", words, _BACK, headers=headers)
