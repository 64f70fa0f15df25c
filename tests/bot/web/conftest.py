"""A page over the real rules and an in-memory store, with a fixed day; a browser where there is one."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.web.person import DAY, SECRET, Page, page_over
from talent_bot.channels.web import create_app
from talent_bot.channels.web.limits import Buckets, Rate
from talent_bot.dialogue import Dialogue, Note
from talent_bot.settings import Settings
from talent_bot.store import Keys, Store, open_store
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


@dataclass
class Server:
    """A server on the loopback, in a thread with its own loop and store."""

    url: str = ""
    uvicorn: Any = None
    loop: Any = None
    store: Any = None

    def seed(self, visitor: str, dialogue: Dialogue) -> None:
        """Put a dialogue in the store as if this visitor had told all that."""
        key = Keys(SECRET.encode()).of("web", visitor)
        asyncio.run_coroutine_threadsafe(self.store.save(key, dialogue), self.loop).result(10)


@pytest.fixture(scope="session")
def server(advisor: Advisor, settings: Settings) -> Iterator[Server]:
    found = Server()

    async def run() -> None:
        found.loop = asyncio.get_running_loop()
        found.store = await open_store("memory:")
        app = create_app(advisor, found.store, settings, today=lambda: DAY)
        app.state.pages.addresses = Buckets(Rate(10_000, 10_000))
        found.uvicorn = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
        await found.uvicorn.serve()
        await found.store.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    for _ in range(200):
        if found.uvicorn is not None and found.uvicorn.started:
            break
        time.sleep(0.05)
    found.url = f"http://127.0.0.1:{found.uvicorn.servers[0].sockets[0].getsockname()[1]}"
    yield found
    found.uvicorn.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def told(advisor: Advisor) -> Dialogue:
    """Somebody whose payments are known year by year: a worked example of the rules."""
    case = next(c for c in advisor.base.cases if c.policy == "ordos-housing-2024" and "清华博士" in c.name)
    known = {advisor.base.vocabulary.find(name): value for name, value in case.given.items()}
    notes = {entry.id: Note(value) for entry, value in known.items() if entry is not None}
    return Dialogue(greeted=True).learn("self", notes)


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
