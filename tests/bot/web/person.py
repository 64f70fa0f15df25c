"""A person at the page with a browser that knows forms and cookies, and no script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from starlette.applications import Starlette

DAY = date(2026, 11, 21)
SECRET = "a secret for tests, 32 characters"


@dataclass
class Page:
    """A person with a browser that knows forms and cookies, and no script."""

    http: httpx.AsyncClient
    last: httpx.Response | None = None

    async def open(self, path: str = "/") -> str:
        self.last = await self.http.get(path)
        return self.last.text

    @property
    def token(self) -> str:
        assert self.last is not None
        found = re.search(r'name="token" value="([0-9a-f]{64})"', self.last.text)
        assert found
        return found.group(1)

    async def send(self, **fields: str) -> httpx.Response:
        """Fill in the form and press; where it leads is not yet opened."""
        if self.last is None:
            await self.open()
        return await self.http.post("/say", data={"token": self.token, **fields})

    async def say(self, text: str = "", payload: str = "") -> str:
        """Say something, or press a button, and read the page."""
        answer = await self.send(**({"payload": payload} if payload else {"text": text}))
        assert answer.status_code == 303, answer.text
        return await self.open(answer.headers["location"].partition("#")[0])

    def payload(self, label: str) -> str:
        """What the button with this label sends."""
        assert self.last is not None
        buttons = re.findall(r'<button name="payload" value="([^"]+)">(.*?)</button>', self.last.text, re.S)
        plain = [(value, re.sub(r"<[^>]+>", " ", words)) for value, words in buttons]
        return str(next(value for value, words in plain if label in words))


def page_over(app: Starlette, **client: Any) -> Page:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return Page(httpx.AsyncClient(transport=transport, base_url="http://page.test", **client))
