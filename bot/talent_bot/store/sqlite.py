"""The store in one SQLite file, for one host.

WAL with `synchronous=FULL`: an update we acknowledged to a channel is gone there, so it must survive a
power failure here; the flushes are shared (see `writer`). `secure_delete=ON` overwrites what is deleted,
and truncating the WAL removes the last copies: after `erase` no byte is left in the files.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from talent_bot.dialogue import Dialogue
from talent_bot.store.records import (
    ANSWERED_DAYS,
    DAY,
    IDLE_DAYS,
    MAX_ATTEMPTS,
    Answer,
    Answered,
    Changed,
    Outgoing,
    Snapshot,
    StoreError,
    Update,
    dump,
    parse,
)
from talent_bot.store.writer import Job, Writer

_log = logging.getLogger(__name__)
T = TypeVar("T")
VERSION = 2  # 2: dialogue.page
_SCHEMA = """
CREATE TABLE IF NOT EXISTS dialogue (
    key TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL, seen REAL NOT NULL, page BLOB);
CREATE TABLE IF NOT EXISTS inbox (
    seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, update_id TEXT NOT NULL, key TEXT NOT NULL,
    raw TEXT NOT NULL, received REAL NOT NULL, answered REAL, UNIQUE (channel, update_id));
CREATE INDEX IF NOT EXISTS inbox_waiting ON inbox (channel, seq) WHERE answered IS NULL;
CREATE INDEX IF NOT EXISTS inbox_key ON inbox (key);
CREATE TABLE IF NOT EXISTS outgoing (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, key TEXT NOT NULL, payload TEXT NOT NULL,
    attempts INTEGER NOT NULL, made REAL NOT NULL, touched REAL NOT NULL);
CREATE INDEX IF NOT EXISTS outgoing_key ON outgoing (key);
CREATE TABLE IF NOT EXISTS heartbeat (name TEXT PRIMARY KEY, at REAL NOT NULL);
"""


class SqliteStore:
    """One file, one writer thread."""

    shared = False

    def __init__(self, path: str, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._writer = Writer(lambda: connect(path))

    @classmethod
    async def open(cls, path: str, clock: Callable[[], float] = time.time) -> SqliteStore:
        """Open the file, make it if need be. Raises StoreError when it cannot be used."""
        store = cls(path, clock)
        try:
            await store._run(_prepare)
            if (found := await store.integrity(quick=True)) != "ok":
                raise StoreError(f"存储文件 {path} 损坏（{found[:80]}）：请换用备份，或移走它重新开始")
        except (sqlite3.Error, OSError) as error:
            await store.close()
            raise StoreError(f"存储文件 {path} 打不开：{error}") from error
        except StoreError:
            await store.close()
            raise
        return store

    async def _run(self, job: Job[T]) -> T:
        return await self._writer.run(job)

    async def integrity(self, *, quick: bool = False) -> str:
        """`ok`, or what is wrong with the file."""
        check = "PRAGMA quick_check(1)" if quick else "PRAGMA integrity_check(1)"
        return str(await self._writer.run(lambda c: c.execute(check).fetchone()[0], alone=True))

    async def load(self, key: str) -> Dialogue | None:
        """See Store."""
        return (await self.snapshot(key)).dialogue

    async def save(self, key: str, dialogue: Dialogue) -> None:
        """See Store."""
        await self.answer(Answer("", key, dialogue))

    async def remember_update(self, channel: str, update_id: int | str, key: str, raw: str) -> bool:
        """See Store."""
        return (await self.remember_updates([Update(channel, str(update_id), key, raw)]))[0]

    async def remember_updates(self, updates: Sequence[Update]) -> tuple[bool, ...]:
        """See Store."""
        now = self._clock()
        return await self._run(lambda c: tuple(_remember(c, update, now) for update in updates))

    async def snapshot(self, key: str, channel: str = "", update_id: str = "") -> Snapshot:
        """See Store."""
        return await self._run(lambda c: _snapshot(c, key, channel, update_id))

    async def answer(self, answer: Answer) -> tuple[Outgoing, ...]:
        """See Store."""
        now = self._clock()
        written = await self._run(lambda c: _answer(c, answer, now))
        if answer.erase:
            await self.scrub()
        return written

    async def waiting(self, channel: str) -> tuple[Update, ...]:
        """See Store."""
        sql = "SELECT channel, update_id, key, raw FROM inbox WHERE channel = ? AND answered IS NULL ORDER BY seq"
        return await self._run(lambda c: tuple(Update(*row) for row in c.execute(sql, (channel,)).fetchall()))

    async def claim(self, channel: str, idle_seconds: float = 0.0, busy: Collection[int] = ()) -> tuple[Outgoing, ...]:
        """See Store."""
        now, left_alone = self._clock(), frozenset(busy)
        return await self._run(lambda c: _claim(c, channel, now, now - idle_seconds, left_alone))

    async def retry(self, outgoing: Outgoing) -> Outgoing | None:
        """See Store."""
        now = self._clock()
        return await self._run(lambda c: _retry(c, outgoing.id, now))

    async def release(self, outgoing: Outgoing, attempts: int) -> None:
        """See Store."""
        sql = "UPDATE outgoing SET attempts = ?, touched = 0 WHERE id = ?"
        await self._run(lambda c: c.execute(sql, (attempts, outgoing.id)) and None)

    async def sent(self, outgoing: Outgoing) -> None:
        """See Store."""
        await self._run(lambda c: c.execute("DELETE FROM outgoing WHERE id = ?", (outgoing.id,)) and None)

    async def erase(self, key: str) -> None:
        """See Store."""
        await self._run(lambda c: _erase(c, key, waiting=True))
        await self.scrub()

    async def scrub(self) -> bool:
        """Truncate the WAL; False while another process keeps reading the old pages."""
        clean = await self._writer.run(_truncate, alone=True)
        if not clean:
            _log.warning("the store is being read by another process: deleted bytes stay in its WAL until the next try")
        return clean

    async def sweep(self, idle_days: int = IDLE_DAYS) -> int:
        """See Store."""
        now = self._clock()
        gone = await self._run(lambda c: _sweep(c, now - idle_days * DAY, now - ANSWERED_DAYS * DAY))
        await self.scrub()
        return gone

    async def heartbeat(self, name: str) -> None:
        """See Store."""
        sql = "INSERT INTO heartbeat VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at"
        now = self._clock()
        await self._run(lambda c: c.execute(sql, (name, now)) and None)

    async def last_heartbeat(self, name: str) -> float | None:
        """See Store."""
        sql = "SELECT at FROM heartbeat WHERE name = ?"
        row = await self._run(lambda c: c.execute(sql, (name,)).fetchone())
        return None if row is None else self._clock() - float(row[0])

    async def close(self) -> None:
        """See Store."""
        await self._writer.close()


def connect(path: str) -> sqlite3.Connection:
    """A connection with the settings every connection must have; the file is readable by its owner only."""
    if path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in (
        "busy_timeout = 5000",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _prepare(c: sqlite3.Connection) -> None:
    found = c.execute("PRAGMA user_version").fetchone()[0]
    if found > VERSION:
        raise StoreError(f"存储文件是更新的程序写的（第 {found} 版），请升级本程序")
    for statement in _SCHEMA.split(";\n"):
        c.execute(statement)
    if found == 1:
        c.execute("ALTER TABLE dialogue ADD COLUMN page BLOB")
    c.execute(f"PRAGMA user_version = {VERSION}")


def _remember(c: sqlite3.Connection, update: Update, now: float) -> bool:
    sql = "INSERT INTO inbox (channel, update_id, key, raw, received) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    return c.execute(sql, (update.channel, update.update_id, update.key, update.raw, now)).rowcount == 1


def _snapshot(c: sqlite3.Connection, key: str, channel: str, update_id: str) -> Snapshot:
    row = c.execute("SELECT body, version, page FROM dialogue WHERE key = ?", (key,)).fetchone()
    sql = "SELECT 1 FROM inbox WHERE channel = ? AND update_id = ? AND answered IS NULL"
    waiting = not update_id or c.execute(sql, (channel, update_id)).fetchone() is not None
    return Snapshot(None, 0, waiting) if row is None else Snapshot(parse(row[0]), row[1], waiting, row[2] or b"")


def _answer(c: sqlite3.Connection, answer: Answer, now: float) -> tuple[Outgoing, ...]:
    if answer.update_id:
        sql = "UPDATE inbox SET answered = ?, raw = '' WHERE channel = ? AND update_id = ? AND answered IS NULL"
        if c.execute(sql, (now, answer.channel, answer.update_id)).rowcount == 0:
            raise Answered(answer.update_id)
    if answer.erase:
        _erase(c, answer.key, waiting=False)
    elif answer.dialogue is not None:
        _save(c, answer, answer.dialogue, now)
    return tuple(_enqueue(c, answer.channel, answer.key, payload, now) for payload in answer.outgoing)


def _save(c: sqlite3.Connection, answer: Answer, dialogue: Dialogue, now: float) -> None:
    insert = "INSERT INTO dialogue (key, body, version, seen, page) VALUES (?, ?, 1, ?, ?) ON CONFLICT (key) "
    body, key, page = dump(dialogue), answer.key, answer.page
    if answer.expected is None:
        update = "DO UPDATE SET body = excluded.body, version = dialogue.version + 1, seen = excluded.seen"
        c.execute(f"{insert}{update}, page = COALESCE(excluded.page, dialogue.page)", (key, body, now, page))
        return
    if answer.expected == 0:
        changed = c.execute(insert + "DO NOTHING", (key, body, now, page)).rowcount
    else:
        changes = "body = ?, version = version + 1, seen = ?, page = COALESCE(?, page)"
        sql = f"UPDATE dialogue SET {changes} WHERE key = ? AND version = ?"
        changed = c.execute(sql, (body, now, page, key, answer.expected)).rowcount
    if not changed:
        raise Changed(key)


def _enqueue(c: sqlite3.Connection, channel: str, key: str, payload: str, now: float) -> Outgoing:
    sql = "INSERT INTO outgoing (channel, key, payload, attempts, made, touched) VALUES (?, ?, ?, 1, ?, ?)"
    row = c.execute(sql, (channel, key, payload, now, now)).lastrowid
    return Outgoing(row or 0, channel, key, payload)


def _claim(
    c: sqlite3.Connection, channel: str, now: float, before: float, busy: frozenset[int]
) -> tuple[Outgoing, ...]:
    sql = "SELECT id, channel, key, payload, attempts FROM outgoing WHERE channel = ? AND touched <= ? ORDER BY id"
    found = [Outgoing(*row) for row in c.execute(sql, (channel, before)).fetchall() if row[0] not in busy]
    spent = [(o.id,) for o in found if o.attempts >= MAX_ATTEMPTS]
    c.executemany("DELETE FROM outgoing WHERE id = ?", spent)
    c.executemany("UPDATE outgoing SET touched = ? WHERE id = ?", [(now, o.id) for o in found])
    return tuple(o for o in found if o.attempts < MAX_ATTEMPTS)


def _retry(c: sqlite3.Connection, number: int, now: float) -> Outgoing | None:
    sql = "UPDATE outgoing SET attempts = attempts + 1, touched = ? WHERE id = ? AND attempts < ?"
    if c.execute(sql, (now, number, MAX_ATTEMPTS)).rowcount == 0:
        c.execute("DELETE FROM outgoing WHERE id = ?", (number,))
        return None
    sql = "SELECT id, channel, key, payload, attempts FROM outgoing WHERE id = ?"
    return Outgoing(*c.execute(sql, (number,)).fetchone())


def _erase(c: sqlite3.Connection, key: str, *, waiting: bool) -> None:
    """All of a key but the numbers of answered updates; a waiting update is kept unless `waiting`."""
    c.execute("DELETE FROM dialogue WHERE key = ?", (key,))
    c.execute("DELETE FROM outgoing WHERE key = ?", (key,))
    if waiting:
        sql = "UPDATE inbox SET key = '', raw = '', answered = COALESCE(answered, received) WHERE key = ?"
    else:
        sql = "UPDATE inbox SET key = '' WHERE key = ? AND answered IS NOT NULL"
    c.execute(sql, (key,))


def _sweep(c: sqlite3.Connection, idle: float, answered: float) -> int:
    c.execute("DELETE FROM inbox WHERE answered < ? OR received < ?", (answered, idle))
    c.execute("DELETE FROM outgoing WHERE made < ?", (answered,))
    return c.execute("DELETE FROM dialogue WHERE seen < ?", (idle,)).rowcount


def _truncate(c: sqlite3.Connection) -> bool:
    """Whether the WAL is empty now."""
    return int(c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]) == 0
