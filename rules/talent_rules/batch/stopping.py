"""Ending when asked to, and not looking for garbage too often."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Set by SIGINT and SIGTERM; asked between rows."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """A signal has come."""
        self.asked = True


@contextmanager
def many_objects() -> Iterator[None]:
    """Look for cyclic garbage less often: rows make none, and there are very many of them."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Catch the signals that ask for an end, so that the end is clean. Only in the main thread."""
    stop = Stop()
    before = {}
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            before[name] = signal.signal(name, stop)
        except ValueError:  # not the main thread: somebody else's signals
            break
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
