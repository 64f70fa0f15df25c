"""PTB's requests over aiohttp: an answer is three requests, and over httpx they cost more than the turn itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from talent_bot.settings import SettingsError

#: The request never left: no connection was made, or none became free in time.
NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError)

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class AiohttpRequest(BaseRequest):
    """A pool of connections to one server. Seconds: `timeout` for an answer, `connect` and `wait` for a connection.

    Raises SettingsError for a proxy it cannot use.
    """

    def __init__(self, server: str, connections: int, timeout: float, connect: float = 5.0, wait: float = 30.0) -> None:
        self._proxy = proxy_for(server)
        self._connections = connections
        self._timeout = timeout
        self._connect = connect
        self._wait = wait
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds an answer may take; PTB adds to it how long a poll is held."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the pool."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=httpx.create_ssl_context()),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=self._proxy,
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_timeouts: Any,
        **_more_timeouts: Any,
    ) -> tuple[int, bytes]:
        """Status and body. Raises TimedOut and NetworkError, from what aiohttp raised."""
        if self._session is None:
            raise RuntimeError("not initialized")
        read = read_timeout if isinstance(read_timeout, (int, float)) else self._timeout
        limits = aiohttp.ClientTimeout(
            total=self._wait + self._timeout + read, connect=self._wait, sock_connect=self._connect, sock_read=read
        )
        body, headers = _body(request_data)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"aiohttp.{type(error).__name__}: {error}") from error


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return data.url_encoded_parameters().encode(), _FORM
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, {}


def proxy_for(server: str) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY) or the system sets for a server."""
    parts, proxies = urlsplit(server), getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    if urlsplit(proxy).scheme not in ("http", "https"):
        raise SettingsError("HTTPS_PROXY、ALL_PROXY：只能用 http:// 开头的代理（多数代理软件同一个端口也接 http）")
    return proxy
