"""Turns beside the event loop, so that nobody's message waits while another one is thought about."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
SWITCH = 0.001  # seconds after which a turn lets the loop and the store go on; Python's 0.005 is paid at each step


class Thinker:
    """One thread for every turn of a channel.

    A turn is pure Python: more threads would only take the interpreter from one another and from the
    loop. The turns of all chats queue here one by one, so whoever writes much waits behind the others.
    """

    def __init__(self) -> None:
        sys.setswitchinterval(SWITCH)
        self._thread = ThreadPoolExecutor(1, "turns")

    async def think(self, work: Callable[[], T]) -> T:
        """The result of some work; what it raises is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Let go; what is not begun is dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)
