"""One lock per key, kept only while somebody holds it or waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class KeyLocks:
    """Locks by key, first come first served."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    def present(self, key: str) -> int:
        """How many hold or wait for a key."""
        return self._locks[key][1] if key in self._locks else 0

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Wait for a key and hold it."""
        lock, present = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, present + 1)
        try:
            async with lock:
                yield
        finally:
            present = self._locks[key][1] - 1
            if present:
                self._locks[key] = (lock, present)
            else:
                del self._locks[key]
