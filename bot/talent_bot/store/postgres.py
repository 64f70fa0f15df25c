"""The store in PostgreSQL, for several hosts that serve the same chats.

Rows lock what two hosts might do at once; what a host is sending is left alone until it has been quiet
for a while (`claim`). Deleted rows are gone for every query at once; their bytes go with VACUUM and the
recycling of the server's WAL, which are the operator's (`docs`): use an encrypted disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

from psycopg import AsyncConnection, Error
from psycopg_pool import AsyncConnectionPool, PoolTimeout

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

CONNECT_SECONDS = 10.0
_LOCK = 0x74616C65  # one host at a time makes the tables
_SCHEMA = """
CREATE TABLE IF NOT EXISTS talent_dialogue (
    key TEXT PRIMARY KEY, body TEXT NOT NULL, version BIGINT NOT NULL, seen DOUBLE PRECISION NOT NULL);
ALTER TABLE talent_dialogue ADD COLUMN IF NOT EXISTS page BYTEA;
CREATE TABLE IF NOT EXISTS talent_inbox (
    seq BIGSERIAL PRIMARY KEY, channel TEXT NOT NULL, update_id TEXT NOT NULL, key TEXT NOT NULL,
    raw TEXT NOT NULL, received DOUBLE PRECISION NOT NULL, answered DOUBLE PRECISION, UNIQUE (channel, update_id));
CREATE INDEX IF NOT EXISTS talent_inbox_waiting ON talent_inbox (channel, seq) WHERE answered IS NULL;
CREATE INDEX IF NOT EXISTS talent_inbox_key ON talent_inbox (key);
CREATE TABLE IF NOT EXISTS talent_outgoing (
    id BIGSERIAL PRIMARY KEY, channel TEXT NOT NULL, key TEXT NOT NULL, payload TEXT NOT NULL,
    attempts INTEGER NOT NULL, made DOUBLE PRECISION NOT NULL, touched DOUBLE PRECISION NOT NULL);
CREATE INDEX IF NOT EXISTS talent_outgoing_key ON talent_outgoing (key);
CREATE TABLE IF NOT EXISTS talent_heartbeat (name TEXT PRIMARY KEY, at DOUBLE PRECISION NOT NULL);
"""


class PostgresStore:
    """A small pool of connections; every method is one transaction."""

    shared = True

    def __init__(self, pool: AsyncConnectionPool, clock: Callable[[], float] = time.time) -> None:
        self._pool = pool
        self._clock = clock

    @classmethod
    async def open(cls, url: str, clock: Callable[[], float] = time.time) -> PostgresStore:
        """Connect and make the tables. Raises StoreError when the server cannot be reached."""
        pool = AsyncConnectionPool(url, min_size=1, max_size=4, open=False, timeout=CONNECT_SECONDS)
        try:
            await pool.open(wait=True, timeout=CONNECT_SECONDS)
            async with pool.connection() as c:
                await c.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                await c.execute(_SCHEMA)
        except (Error, PoolTimeout) as error:
            await pool.close()
            raise StoreError(
                f"连不上 TALENT_STORE 里的 PostgreSQL（{type(error).__name__}）：请检查地址、账号和权限"
            ) from None
        return cls(pool, clock)

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
        sql = (
            "INSERT INTO talent_inbox (channel, update_id, key, raw, received) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING"
        )
        async with self._pool.connection() as c:
            return tuple(
                [(await c.execute(sql, (u.channel, u.update_id, u.key, u.raw, now))).rowcount == 1 for u in updates]
            )

    async def snapshot(self, key: str, channel: str = "", update_id: str = "") -> Snapshot:
        """See Store."""
        async with self._pool.connection() as c:
            found = await c.execute("SELECT body, version, page FROM talent_dialogue WHERE key = %s", (key,))
            row = await found.fetchone()
            waiting = not update_id or await _waits(c, channel, update_id)
        return Snapshot(None, 0, waiting) if row is None else Snapshot(parse(row[0]), row[1], waiting, row[2] or b"")

    async def answer(self, answer: Answer) -> tuple[Outgoing, ...]:
        """See Store."""
        now = self._clock()
        async with self._pool.connection() as c:
            if answer.update_id:
                await _mark_answered(c, answer, now)
            if answer.erase:
                await _erase(c, answer.key, waiting=False)
            elif answer.dialogue is not None:
                await _save(c, answer, answer.dialogue, now)
            return tuple([await _enqueue(c, answer, payload, now) for payload in answer.outgoing])

    async def waiting(self, channel: str) -> tuple[Update, ...]:
        """See Store."""
        sql = (
            "SELECT channel, update_id, key, raw FROM talent_inbox WHERE channel = %s AND answered IS NULL ORDER BY seq"
        )
        async with self._pool.connection() as c:
            return tuple(Update(*row) for row in await (await c.execute(sql, (channel,))).fetchall())

    async def claim(self, channel: str, idle_seconds: float = 0.0, busy: Collection[int] = ()) -> tuple[Outgoing, ...]:
        """See Store."""
        now = self._clock()
        where = "channel = %s AND touched <= %s AND id <> ALL(%s)"
        args = (channel, now - idle_seconds, list(busy))
        async with self._pool.connection() as c:
            await c.execute(f"DELETE FROM talent_outgoing WHERE {where} AND attempts >= %s", (*args, MAX_ATTEMPTS))
            sql = (
                "UPDATE talent_outgoing SET touched = %s WHERE id IN"
                f" (SELECT id FROM talent_outgoing WHERE {where} ORDER BY id FOR UPDATE SKIP LOCKED)"
                " RETURNING id, channel, key, payload, attempts"
            )
            rows = await (await c.execute(sql, (now, *args))).fetchall()
        return tuple(Outgoing(*row) for row in sorted(rows))

    async def retry(self, outgoing: Outgoing) -> Outgoing | None:
        """See Store."""
        sql = (
            "UPDATE talent_outgoing SET attempts = attempts + 1, touched = %s WHERE id = %s AND attempts < %s"
            " RETURNING id, channel, key, payload, attempts"
        )
        async with self._pool.connection() as c:
            row = await (await c.execute(sql, (self._clock(), outgoing.id, MAX_ATTEMPTS))).fetchone()
            if row is None:
                await c.execute("DELETE FROM talent_outgoing WHERE id = %s", (outgoing.id,))
        return None if row is None else Outgoing(*row)

    async def release(self, outgoing: Outgoing, attempts: int) -> None:
        """See Store."""
        async with self._pool.connection() as c:
            await c.execute(
                "UPDATE talent_outgoing SET attempts = %s, touched = 0 WHERE id = %s", (attempts, outgoing.id)
            )

    async def sent(self, outgoing: Outgoing) -> None:
        """See Store."""
        async with self._pool.connection() as c:
            await c.execute("DELETE FROM talent_outgoing WHERE id = %s", (outgoing.id,))

    async def erase(self, key: str) -> None:
        """See Store."""
        async with self._pool.connection() as c:
            await _erase(c, key, waiting=True)

    async def scrub(self) -> bool:
        """Nothing a client can do: bytes on the server's disk go with VACUUM and its WAL."""
        return True

    async def sweep(self, idle_days: int = IDLE_DAYS) -> int:
        """See Store."""
        now = self._clock()
        idle, answered = now - idle_days * DAY, now - ANSWERED_DAYS * DAY
        async with self._pool.connection() as c:
            await c.execute("DELETE FROM talent_inbox WHERE answered < %s OR received < %s", (answered, idle))
            await c.execute("DELETE FROM talent_outgoing WHERE made < %s", (answered,))
            return (await c.execute("DELETE FROM talent_dialogue WHERE seen < %s", (idle,))).rowcount

    async def heartbeat(self, name: str) -> None:
        """See Store."""
        sql = "INSERT INTO talent_heartbeat VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET at = excluded.at"
        async with self._pool.connection() as c:
            await c.execute(sql, (name, self._clock()))

    async def last_heartbeat(self, name: str) -> float | None:
        """See Store."""
        async with self._pool.connection() as c:
            row = await (await c.execute("SELECT at FROM talent_heartbeat WHERE name = %s", (name,))).fetchone()
        return None if row is None else self._clock() - float(row[0])

    async def close(self) -> None:
        """See Store."""
        await self._pool.close()


async def _waits(c: AsyncConnection, channel: str, update_id: str) -> bool:
    sql = "SELECT 1 FROM talent_inbox WHERE channel = %s AND update_id = %s AND answered IS NULL"
    return await (await c.execute(sql, (channel, update_id))).fetchone() is not None


async def _mark_answered(c: AsyncConnection, answer: Answer, now: float) -> None:
    sql = "UPDATE talent_inbox SET answered = %s, raw = '' WHERE channel = %s AND update_id = %s AND answered IS NULL"
    if (await c.execute(sql, (now, answer.channel, answer.update_id))).rowcount == 0:
        raise Answered(answer.update_id)


async def _save(c: AsyncConnection, answer: Answer, dialogue: Dialogue, now: float) -> None:
    insert = (
        "INSERT INTO talent_dialogue AS d (key, body, version, seen, page) VALUES (%s, %s, 1, %s, %s)"
        " ON CONFLICT (key) "
    )
    body, key, page = dump(dialogue), answer.key, answer.page
    if answer.expected is None:
        update = "DO UPDATE SET body = excluded.body, version = d.version + 1, seen = excluded.seen"
        await c.execute(f"{insert}{update}, page = COALESCE(excluded.page, d.page)", (key, body, now, page))
        return
    if answer.expected == 0:
        changed = (await c.execute(insert + "DO NOTHING", (key, body, now, page))).rowcount
    else:
        changes = "body = %s, version = version + 1, seen = %s, page = COALESCE(%s, page)"
        sql = f"UPDATE talent_dialogue SET {changes} WHERE key = %s AND version = %s"
        changed = (await c.execute(sql, (body, now, page, key, answer.expected))).rowcount
    if not changed:
        raise Changed(key)


async def _enqueue(c: AsyncConnection, answer: Answer, payload: str, now: float) -> Outgoing:
    sql = (
        "INSERT INTO talent_outgoing (channel, key, payload, attempts, made, touched)"
        " VALUES (%s, %s, %s, 1, %s, %s) RETURNING id"
    )
    row = await (await c.execute(sql, (answer.channel, answer.key, payload, now, now))).fetchone()
    assert row is not None
    return Outgoing(row[0], answer.channel, answer.key, payload)


async def _erase(c: AsyncConnection, key: str, *, waiting: bool) -> None:
    await c.execute("DELETE FROM talent_dialogue WHERE key = %s", (key,))
    await c.execute("DELETE FROM talent_outgoing WHERE key = %s", (key,))
    if waiting:
        sql = "UPDATE talent_inbox SET key = '', raw = '', answered = COALESCE(answered, received) WHERE key = %s"
    else:
        sql = "UPDATE talent_inbox SET key = '' WHERE key = %s AND answered IS NOT NULL"
    await c.execute(sql, (key,))
