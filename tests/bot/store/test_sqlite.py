"""The SQLite file: no bytes left behind, nothing lost to kill -9, one flush for many, trouble said in words."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from talent_bot.dialogue import SELF, Dialogue, Note
from talent_bot.store import Answer, Keys, StoreError, secret_from_file
from talent_bot.store.records import dump
from talent_bot.store.sqlite import SqliteStore, connect

ROOT = Path(__file__).parents[3]


def _dialogue(text: str) -> Dialogue:
    return Dialogue(people={SELF: {"school": Note(text, "said", text)}})


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_every_connection_deletes_securely(tmp_path: Path) -> None:
    connection = connect(str(tmp_path / "s.db"))
    found = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("secure_delete", "journal_mode", "synchronous", "busy_timeout", "temp_store")
    }
    assert found == {"secure_delete": 1, "journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "temp_store": 2}
    connection.close()


async def test_erase_leaves_no_byte(tmp_path: Path) -> None:
    store = await SqliteStore.open(str(tmp_path / "s.db"))
    for size in (10, 900, 20_000):  # in a page, in several, in overflow pages
        for round_ in range(5):
            await store.save("gone", _dialogue("CANARY" * size + str(round_)))
            await store.save("stays", _dialogue("OTHER" * size))
        await store.remember_update("telegram", f"{size}", "gone", "CANARY in the inbox")
        await store.answer(Answer("telegram", "gone", None, outgoing=("CANARY on its way",)))
    assert b"CANARY" in _bytes(tmp_path)
    await store.erase("gone")
    assert b"CANARY" not in _bytes(tmp_path)
    assert b"gone" not in _bytes(tmp_path)
    assert b"OTHER" in _bytes(tmp_path)
    assert await store.integrity() == "ok"
    await store.close()
    assert b"CANARY" not in _bytes(tmp_path)


async def test_an_answered_text_is_wiped_and_a_sent_reply_too(tmp_path: Path) -> None:
    store = await SqliteStore.open(str(tmp_path / "s.db"))
    await store.remember_update("telegram", 1, "key", "CANARYRAW")
    (sent,) = await store.answer(Answer("telegram", "key", None, "1", ("CANARYOUT",)))
    await store.sent(sent)
    assert await store.scrub()
    assert b"CANARY" not in _bytes(tmp_path)
    await store.close()


async def test_a_reader_in_the_way_of_the_wal_is_reported_and_waited_out(tmp_path: Path) -> None:
    store = await SqliteStore.open(str(tmp_path / "s.db"))
    await store._run(lambda c: None)
    await store._writer.run(lambda c: c.execute("PRAGMA busy_timeout = 50") and None, alone=True)
    await store.save("key", _dialogue("CANARY"))
    reader = connect(str(tmp_path / "s.db"))
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM dialogue").fetchall()
    await store.erase("key")
    assert not await store.scrub()
    reader.close()
    assert await store.scrub()
    assert b"CANARY" not in _bytes(tmp_path)
    await store.close()


async def test_one_bad_job_does_not_take_others_with_it(tmp_path: Path) -> None:
    store = await SqliteStore.open(str(tmp_path / "s.db"))

    def bad(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO heartbeat VALUES ('bad', 1)")
        raise ValueError("bad")

    done = await asyncio.gather(
        store.save("a", _dialogue("1")), store._run(bad), store.save("b", _dialogue("2")), return_exceptions=True
    )
    assert [type(d).__name__ for d in done] == ["NoneType", "ValueError", "NoneType"]
    assert await store.load("a")
    assert await store.load("b")
    assert await store.last_heartbeat("bad") is None
    await store.close()


async def test_a_crowd_shares_its_flushes(tmp_path: Path) -> None:
    store = await SqliteStore.open(str(tmp_path / "s.db"))
    commits: list[str] = []
    await store._run(lambda c: c.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None))
    await asyncio.gather(*(store.save(str(n), _dialogue("x")) for n in range(300)))
    assert len(commits) < 30
    await store.close()


async def test_a_full_disk_is_an_error_and_not_a_corruption(tmp_path: Path) -> None:
    store = await SqliteStore.open(str(tmp_path / "s.db"))
    await store.save("before", _dialogue("1"))
    pages = await store._writer.run(lambda c: c.execute("PRAGMA page_count").fetchone()[0], alone=True)
    await store._writer.run(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone(), alone=True)
    done = await asyncio.gather(
        store.save("small", _dialogue("1")), store.save("big", _dialogue("x" * 100_000)), return_exceptions=True
    )
    assert [str(d) for d in done] == ["None", "database or disk is full"]
    assert await store.load("before")
    assert await store.load("small")
    assert await store.load("big") is None
    await store._writer.run(lambda c: c.execute("PRAGMA max_page_count = 100000").fetchone(), alone=True)
    await store.save("big", _dialogue("x" * 100_000))
    assert await store.integrity() == "ok"
    await store.close()


@pytest.mark.parametrize("content", [b"this is no database at all, but a text" * 50, None])
async def test_a_file_that_is_no_store_is_said_in_words(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "s.db"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(StoreError, match="存储文件"):
        await SqliteStore.open(str(path))


async def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="升级"):
        await SqliteStore.open(str(path))


async def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    store = await SqliteStore.open(str(tmp_path / "deep" / "s.db"))
    await store.save("key", _dialogue("x"))
    for file in (tmp_path / "deep").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await store.close()


_WRITER = """
import asyncio, sys
from talent_bot.dialogue import Dialogue
from talent_bot.store.sqlite import SqliteStore
async def main():
    store = await SqliteStore.open(sys.argv[1])
    async def chat(key):
        for n in range(1, 100000):
            await store.save(key, Dialogue(serial=n))
            print(key, n, flush=True)
    await asyncio.gather(*(chat(str(k)) for k in range(4)))
asyncio.run(main())
"""


async def test_kill_minus_nine_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'rules'}{os.pathsep}{ROOT / 'bot'}"}
    for delay in (0.05, 0.2, 0.35):
        path = tmp_path / f"{delay}.db"
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        await asyncio.sleep(delay)
        process.send_signal(signal.SIGKILL)
        lines = [first, *process.stdout.read().splitlines()]
        process.wait()
        said = {key: int(n) for key, n in (line.split() for line in lines if line.count(" ") == 1)}
        store = await SqliteStore.open(str(path))
        for key, number in said.items():
            found = await store.load(key)
            assert found is not None
            assert found.serial >= number
        assert await store.integrity() == "ok"
        await store.close()


def test_keys_tell_nothing_and_differ_by_channel() -> None:
    keys = Keys(b"s" * 32)
    assert keys.of("telegram", 42) == keys.of("telegram", "42") != keys.of("wechat", 42)
    assert keys.of("telegram", 42) != Keys(b"t" * 32).of("telegram", 42)
    assert "42" not in repr(keys)
    with pytest.raises(StoreError):
        Keys(b"short")


def test_the_secret_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    secret = secret_from_file(path)
    assert len(secret) == 64
    assert secret_from_file(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [f.name for f in path.parent.iterdir()] == ["secret"]
    path.chmod(0o644)
    with pytest.raises(StoreError, match="chmod 600"):
        secret_from_file(path)


async def test_a_file_of_the_first_version_is_taken_over_with_what_is_in_it(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    with connect(str(file)) as old:
        old.execute("CREATE TABLE dialogue (key TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER, seen REAL)")
        old.execute("INSERT INTO dialogue VALUES ('anna', ?, 3, 0)", (dump(_dialogue("清华大学")),))
        old.execute("PRAGMA user_version = 1")
    old.close()
    store = await SqliteStore.open(str(file))
    assert await store.load("anna") == _dialogue("清华大学")
    await store.answer(Answer("web", "anna", _dialogue("北京大学"), expected=3, page=b"sealed"))
    assert (await store.snapshot("anna")).page == b"sealed"
    await store.close()
