"""Where dialogues are kept: one interface, SQLite for one host, PostgreSQL for several.

What a store promises. An update is recorded before it is processed (`remember_update`). Its answer, the
new dialogue and the replies are one commit (`answer`), made before any reply is sent. So whatever dies,
and whenever: a recorded update is answered, its facts count once, and a reply is sent at least once
unless the process dies twice while sending it — and never more than twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from talent_bot.dialogue import Dialogue
from talent_bot.store.keys import Keys, secret_from_file
from talent_bot.store.records import IDLE_DAYS, Answer, Answered, Changed, Outgoing, Snapshot, StoreError, Update


class Store(Protocol):
    """All that channels know of a database."""

    shared: bool  # may another host be using it right now?

    async def load(self, key: str) -> Dialogue | None:
        """The dialogue of a key, if there is one."""

    async def save(self, key: str, dialogue: Dialogue) -> None:
        """Keep a dialogue; for channels that answer in the same request and need no inbox."""

    async def remember_update(self, channel: str, update_id: int | str, key: str, raw: str) -> bool:
        """Record an update; False when it has been recorded before."""

    async def remember_updates(self, updates: Sequence[Update]) -> tuple[bool, ...]:
        """Record several updates in one commit; False for each that has been recorded before."""

    async def snapshot(self, key: str, channel: str = "", update_id: str = "") -> Snapshot:
        """The dialogue with its version, for a turn that ends in `answer`."""

    async def answer(self, answer: Answer) -> tuple[Outgoing, ...]:
        """Write what a turn leaves behind, in one commit. Raises Answered or Changed, then nothing is written."""

    async def waiting(self, channel: str) -> tuple[Update, ...]:
        """Updates recorded and not answered, in order of arrival."""

    async def claim(self, channel: str, idle_seconds: float = 0.0, busy: Collection[int] = ()) -> tuple[Outgoing, ...]:
        """Outgoing messages untouched for so long, but for `busy` ones; nobody else gets them for as long.

        Call `retry` before sending one. What had its attempts is deleted here.
        """

    async def retry(self, outgoing: Outgoing) -> Outgoing | None:
        """Count one more attempt, written before it is made; None, and the message deleted, when it had its two."""

    async def release(self, outgoing: Outgoing, attempts: int) -> None:
        """Not sent now: to be claimed at once, with only so many attempts that may have arrived."""

    async def sent(self, outgoing: Outgoing) -> None:
        """The message arrived, or never will: delete it."""

    async def erase(self, key: str) -> None:
        """Delete everything of a key, and leave no bytes behind."""

    async def scrub(self) -> bool:
        """Leave no bytes of what has been deleted so far in the files of the store; False: not yet."""

    async def sweep(self, idle_days: int = IDLE_DAYS) -> int:
        """Erase who has not been here for so long; how many dialogues that were."""

    async def heartbeat(self, name: str) -> None:
        """Note that a process is alive."""

    async def last_heartbeat(self, name: str) -> float | None:
        """Seconds since a process was alive; None if it never was."""

    async def close(self) -> None:
        """Finish writing and let go."""


async def open_store(url: str) -> Store:
    """The store of a URL: `sqlite:///file`, `postgresql://…` or `memory:`. Raises StoreError."""
    if url.startswith(("postgresql://", "postgres://")):
        from talent_bot.store.postgres import PostgresStore

        return await PostgresStore.open(url)
    from talent_bot.store.sqlite import SqliteStore

    return await SqliteStore.open(sqlite_path(url))


def sqlite_path(url: str) -> str:
    """The file of `sqlite:///relative` or `sqlite:////absolute`; ":memory:" for `memory:`."""
    if url in ("memory:", "memory://", "sqlite://", "sqlite:///:memory:"):
        return ":memory:"
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return url.removeprefix("sqlite:///")
    raise StoreError("TALENT_STORE 应写成 sqlite:///文件路径 或 postgresql://用户@主机/库名")


__all__ = [
    "Answer",
    "Answered",
    "Changed",
    "Keys",
    "Outgoing",
    "Snapshot",
    "Store",
    "StoreError",
    "Update",
    "open_store",
    "secret_from_file",
    "sqlite_path",
]
