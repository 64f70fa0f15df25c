"""What every store promises, asked of SQLite and of PostgreSQL alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from talent_bot.dialogue import SELF, Dialogue, Note
from talent_bot.store import Answer, Answered, Changed, Keys, Store, StoreError, Update, open_store, sqlite_path
from talent_bot.store.sqlite import SqliteStore

KEY = Keys(b"0123456789abcdef").of("telegram", 42)
ANNA = Dialogue(people={SELF: {"degree": Note("phd", "said", "我是博士")}}, serial=3, last_seen="2026-11-21")
DAY = 86_400.0


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    store: Store
    if request.param == "postgres":
        from talent_bot.store.postgres import PostgresStore

        opened = await PostgresStore.open(request.getfixturevalue("postgres_url"), clock)
        async with opened._pool.connection() as c:
            await c.execute("TRUNCATE talent_dialogue, talent_inbox, talent_outgoing, talent_heartbeat")
        store = opened
    else:
        store = await SqliteStore.open(":memory:" if request.param == "memory" else str(tmp_path / "s.db"), clock)
    yield store
    await store.close()


async def test_a_dialogue_comes_back_as_it_was_saved(store: Store) -> None:
    assert await store.load(KEY) is None
    await store.save(KEY, ANNA)
    assert await store.load(KEY) == ANNA
    await store.save(KEY, Dialogue())
    assert await store.load(KEY) == Dialogue()


async def test_a_page_stands_beside_its_dialogue_and_goes_with_it(store: Store) -> None:
    await store.answer(Answer("web", KEY, ANNA, expected=0, page=b"\x00sealed\xff"))
    assert (await store.snapshot(KEY)).page == b"\x00sealed\xff"
    await store.answer(Answer("web", KEY, ANNA, expected=1))
    assert (await store.snapshot(KEY)).page == b"\x00sealed\xff"
    await store.answer(Answer("web", KEY, ANNA, expected=2, page=b"newer"))
    assert (await store.snapshot(KEY)).page == b"newer"
    await store.erase(KEY)
    assert (await store.snapshot(KEY)).page == b""


async def test_any_text_can_be_kept(store: Store) -> None:
    odd = Dialogue(people={SELF: {"school": Note("\x00\ud83d😀'\";--", "said", "\u2028")}})
    await store.save(KEY, odd)
    assert await store.load(KEY) == odd


async def test_an_update_is_remembered_once(store: Store) -> None:
    assert await store.remember_update("telegram", 7, KEY, "raw")
    assert not await store.remember_update("telegram", 7, KEY, "raw again")
    assert await store.remember_update("wechat", 7, KEY, "raw")
    assert await store.waiting("telegram") == (Update("telegram", "7", KEY, "raw"),)


async def test_a_batch_is_one_commit_and_knows_its_repeats(store: Store) -> None:
    batch = [Update("telegram", number, KEY, number) for number in ("1", "2", "1", "3")]
    assert await store.remember_updates(batch) == (True, True, False, True)
    assert [u.update_id for u in await store.waiting("telegram")] == ["1", "2", "3"]


async def test_an_answer_is_all_or_nothing(store: Store) -> None:
    await store.remember_update("telegram", 7, KEY, "raw")
    before = await store.snapshot(KEY, "telegram", "7")
    assert (before.dialogue, before.version, before.waiting) == (None, 0, True)
    sent = await store.answer(Answer("telegram", KEY, ANNA, "7", ("一", "二"), before.version))
    assert [(o.payload, o.key, o.attempts) for o in sent] == [("一", KEY, 1), ("二", KEY, 1)]
    assert await store.waiting("telegram") == ()
    assert not (await store.snapshot(KEY, "telegram", "7")).waiting
    with pytest.raises(Answered):
        await store.answer(Answer("telegram", KEY, Dialogue(), "7", ("三",)))
    assert await store.load(KEY) == ANNA
    assert [o.payload for o in await store.claim("telegram")] == ["一", "二"]


async def test_who_thought_of_an_older_dialogue_must_think_again(store: Store) -> None:
    await store.save(KEY, ANNA)
    await store.remember_update("telegram", 8, KEY, "raw")
    seen = await store.snapshot(KEY)
    await store.save(KEY, Dialogue(serial=4))
    with pytest.raises(Changed):
        await store.answer(Answer("telegram", KEY, ANNA, "8", ("一",), seen.version))
    assert await store.load(KEY) == Dialogue(serial=4)
    assert len(await store.waiting("telegram")) == 1
    assert await store.claim("telegram") == ()


async def test_two_cannot_both_be_the_first(store: Store) -> None:
    done = await asyncio.gather(
        *(store.answer(Answer("web", KEY, Dialogue(serial=n), expected=0)) for n in range(5)), return_exceptions=True
    )
    assert sorted(type(d).__name__ for d in done) == ["Changed"] * 4 + ["tuple"]


async def test_one_of_many_answers_the_same_update(store: Store) -> None:
    await store.remember_update("telegram", 9, KEY, "raw")
    done = await asyncio.gather(
        *(store.answer(Answer("telegram", KEY, None, "9", (str(n),))) for n in range(6)), return_exceptions=True
    )
    assert sorted(type(d).__name__ for d in done) == ["Answered"] * 5 + ["tuple"]
    assert len(await store.claim("telegram")) == 1


async def test_a_message_in_doubt_is_handed_out_once_more(store: Store) -> None:
    await store.answer(Answer("telegram", KEY, None, outgoing=("一",)))
    for _ in range(3):  # to be claimed is no attempt: who dies before sending has lost nothing
        (again,) = await store.claim("telegram")
        assert again.attempts == 1
    second = await store.retry(again)
    assert second is not None
    assert second.attempts == 2
    assert await store.claim("telegram") == ()


async def test_a_message_that_never_left_keeps_its_attempts(store: Store) -> None:
    (first,) = await store.answer(Answer("telegram", KEY, None, outgoing=("一",)))
    for _ in range(5):
        await store.release(first, 0)
        (claimed,) = await store.claim("telegram", 600)
        again = await store.retry(claimed)
        assert again is not None
        assert (claimed.attempts, again.attempts) == (0, 1)
        first = again
    second = await store.retry(first)
    assert second is not None
    assert await store.retry(second) is None
    assert await store.claim("telegram") == ()


async def test_what_others_are_sending_is_left_alone(store: Store, clock: Clock) -> None:
    one, _two = await store.answer(Answer("telegram", KEY, None, outgoing=("一", "二")))
    assert await store.claim("telegram", 600) == ()
    clock.now += 601
    assert [o.payload for o in await store.claim("telegram", 600, {one.id})] == ["二"]
    assert await store.claim("wechat", 600) == ()


async def test_what_was_sent_is_gone(store: Store) -> None:
    (first,) = await store.answer(Answer("telegram", KEY, None, outgoing=("一",)))
    await store.sent(first)
    assert await store.claim("telegram") == ()


async def test_erase_takes_all_of_one_person_and_nothing_of_others(store: Store) -> None:
    other = KEY[::-1]
    for key in (KEY, other):
        await store.save(key, ANNA)
        await store.remember_update("telegram", f"1{key[:4]}", key, "raw")
        await store.answer(Answer("telegram", key, None, outgoing=("一",)))
    await store.erase(KEY)
    assert await store.load(KEY) is None
    assert await store.load(other) == ANNA
    assert [u.key for u in await store.waiting("telegram")] == [other]
    assert [o.key for o in await store.claim("telegram")] == [other]
    assert not await store.remember_update("telegram", f"1{KEY[:4]}", KEY, "raw"), "a repeat is still known"


async def test_an_answer_that_erases_says_farewell_and_keeps_what_comes_after(store: Store) -> None:
    await store.save(KEY, ANNA)
    await store.remember_update("telegram", 1, KEY, "/forget")
    await store.remember_update("telegram", 2, KEY, "我是硕士")
    await store.answer(Answer("telegram", KEY, Dialogue(), "1", ("再见",), 1, erase=True))
    assert await store.load(KEY) is None
    assert [u.update_id for u in await store.waiting("telegram")] == ["2"]
    assert [o.payload for o in await store.claim("telegram")] == ["再见"]


async def test_sweep_takes_who_was_away_for_thirty_days(store: Store, clock: Clock) -> None:
    await store.save(KEY, ANNA)
    await store.remember_update("telegram", 1, KEY, "raw")
    clock.now += 29 * DAY
    await store.save("other", ANNA)
    assert await store.sweep() == 0
    clock.now += 2 * DAY
    assert await store.sweep() == 1
    assert await store.load(KEY) is None
    assert await store.load("other") == ANNA
    assert await store.waiting("telegram") == ()


async def test_answered_updates_are_known_for_a_week(store: Store, clock: Clock) -> None:
    await store.remember_update("telegram", 1, KEY, "raw")
    await store.answer(Answer("telegram", KEY, None, "1"))
    clock.now += 6 * DAY
    await store.sweep()
    assert not await store.remember_update("telegram", 1, KEY, "raw")
    clock.now += 2 * DAY
    await store.sweep()
    assert await store.remember_update("telegram", 1, KEY, "raw")


async def test_a_heartbeat_has_an_age(store: Store, clock: Clock) -> None:
    assert await store.last_heartbeat("telegram") is None
    await store.heartbeat("telegram")
    clock.now += 5
    assert await store.last_heartbeat("telegram") == 5


async def test_many_at_once(store: Store) -> None:
    keys = [f"key{n}" for n in range(200)]
    await asyncio.gather(*(store.save(key, Dialogue(serial=n)) for n, key in enumerate(keys)))
    assert [d.serial for d in await asyncio.gather(*map(store.load, keys)) if d] == list(range(200))


async def test_a_dialogue_nobody_can_read_is_a_new_one(tmp_path: Path) -> None:
    store = await SqliteStore.open(str(tmp_path / "s.db"))
    await store.save(KEY, ANNA)
    await store._run(lambda c: c.execute("UPDATE dialogue SET body = ?", ('{"v": 0}',)))
    assert await store.load(KEY) is None
    await store.close()


@pytest.mark.parametrize("url", ["mysql://x", "chat.db", "sqlite:///", "postgresql://nobody@127.0.0.1:1/x"])
async def test_a_wrong_address_is_said_in_words(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if url.startswith("postgresql"):
        pytest.importorskip("psycopg_pool")
        monkeypatch.setattr("talent_bot.store.postgres.CONNECT_SECONDS", 0.5)
    with pytest.raises(StoreError, match="TALENT_STORE"):
        await open_store(url)


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///a/b.db", "a/b.db"), ("sqlite:////var/b.db", "/var/b.db"), ("memory:", ":memory:")],
)
def test_where_sqlite_keeps_its_file(url: str, path: str) -> None:
    assert sqlite_path(url) == path
