"""A page over the real rules and an in-memory store, with a fixed day; a browser where there is one."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.web.person import DAY, SECRET, Page, page_over
from talent_bot.channels.web import create_app
from talent_bot.settings import Settings
from talent_bot.store import Store, open_store
from talent_bot.turn import Advisor

CHROMIUM = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), "")
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE = "4.14.1"
AXE_HOME = Path.home() / ".cache" / "talent-policy" / "axe"


@pytest.fixture(scope="session")
def advisor() -> Advisor:
    return Advisor.load()


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(store="memory:", secret=SECRET)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    found = await open_store("memory:")
    yield found
    await found.close()


@pytest.fixture
def app(advisor: Advisor, store: Store, settings: Settings) -> Starlette:
    return create_app(advisor, store, settings, today=lambda: DAY)


@pytest.fixture
async def page(app: Starlette) -> AsyncIterator[Page]:
    found = page_over(app)
    yield found
    await found.http.aclose()


# ── a real server and a real browser ────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def server(advisor: Advisor, settings: Settings) -> Iterator[str]:
    """A server on the loopback, in a thread with its own store."""
    box: dict[str, Any] = {}

    async def run() -> None:
        store = await open_store("memory:")
        config = uvicorn.Config(create_app(advisor, store, settings, today=lambda: DAY), port=0, log_level="error")
        box["server"] = uvicorn.Server(config)
        await box["server"].serve()
        await store.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    for _ in range(200):
        if "server" in box and box["server"].started:
            break
        time.sleep(0.05)
    port = box["server"].servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    box["server"].should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")  # while it runs, no asynchronous test can
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="没有装 playwright：pip install playwright")
    if not CHROMIUM:
        pytest.skip("没有 chromium：apt-get install chromium fonts-noto-cjk")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, fetched once with npm."""
    source = AXE_HOME / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        if shutil.which("npm") is None:
            pytest.skip("没有 npm，取不到 axe-core：apt-get install npm")
        AXE_HOME.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(AXE_HOME), f"axe-core@{AXE}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            pytest.skip(f"axe-core 没装上：{done.stderr[-200:]}")
    return source.read_text(encoding="utf-8")
