"""A thread that owns the SQLite connection: jobs that come together share one commit, one fsync.

So `synchronous=FULL` costs one flush for a crowd instead of one for each, and never on the event loop.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
MOST = 128  # jobs in one commit


@dataclass(frozen=True, slots=True)
class _Task:
    job: Job[Any]
    alone: bool
    future: asyncio.Future[Any]

    def settle(self, value: Any, error: BaseException | None = None) -> None:
        with suppress(RuntimeError):  # the loop is gone: nobody waits
            self.future.get_loop().call_soon_threadsafe(self._settle, value, error)

    def _settle(self, value: Any, error: BaseException | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(value)
        else:
            self.future.set_exception(error)


class Writer:
    """Runs jobs on the connection one after another; each is atomic, and durable when its result is there."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    async def run(self, job: Job[T], *, alone: bool = False) -> T:
        """The result of a job. `alone`: outside any transaction, as checkpoints must be."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._tasks.put(_Task(job, alone, future))
        return await future

    async def close(self) -> None:
        """Finish what is queued and close the connection."""
        self._tasks.put(None)
        await asyncio.to_thread(self._thread.join, 10)

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        while (task := self._tasks.get()) is not None:
            try:
                connection = connection or self._connect()
            except Exception as error:
                task.settle(None, error)
                continue
            if not self._round(connection, task):
                break
        if connection is not None:
            connection.close()

    def _round(self, connection: sqlite3.Connection, first: _Task) -> bool:
        """Do the first task and those that wait behind it; False when the end was among them."""
        tasks: list[_Task] = [first]
        last: _Task | None = None
        more = True
        while not tasks[-1].alone and len(tasks) < MOST:
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                break
            if task is None:
                more = False
                break
            tasks.append(task)
        if tasks[-1].alone:
            last = tasks.pop()
        if tasks:
            _together(connection, tasks)
        if last is not None:
            _alone(connection, last)
        return more


def _alone(connection: sqlite3.Connection, task: _Task) -> None:
    try:
        task.settle(task.job(connection))
    except Exception as error:
        task.settle(None, error)


def _together(connection: sqlite3.Connection, tasks: list[_Task]) -> None:
    """All jobs in one transaction: one that fails takes only itself back.

    A disk that is full takes all of them back: then each is tried alone, so that only those fail that must.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        results = [_guarded(connection, task) for task in tasks]
        connection.execute("COMMIT")
    except Exception as error:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        if len(tasks) == 1:
            tasks[0].settle(None, error)
        else:
            for task in tasks:
                _together(connection, [task])
        return
    for task, (value, failed) in zip(tasks, results, strict=True):
        task.settle(value, failed)


def _guarded(connection: sqlite3.Connection, task: _Task) -> tuple[Any, Exception | None]:
    connection.execute("SAVEPOINT job")
    try:
        value = task.job(connection)
    except Exception as error:
        if not connection.in_transaction:  # the disk failed, and SQLite has undone the whole round
            raise
        connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return None, error
    connection.execute("RELEASE job")
    return value, None
