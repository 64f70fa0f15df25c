"""How much memory and time a reading process may take, by the size of what it reads."""

from __future__ import annotations

import sys

GIB = 1 << 30
START_SECONDS = 9
START_MEMORY = int(1.6 * GIB)


def at_start(size: int) -> None:
    """Limits for the look before reading: address space and processor seconds; no core file."""
    _limit(START_MEMORY + 2 * size, START_SECONDS + size // (4 << 20))


def for_reading(cells: int, size: int) -> None:
    """Limits for reading so many cells or bytes."""
    _limit(START_MEMORY + 220 * cells + 6 * size, START_SECONDS * 2 + cells // 250_000 + size // (2 << 20))


def _limit(memory: int, seconds: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    memory = min(memory, 16 * GIB)
    for kind, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def wall_seconds(size: int) -> float:
    """How long the first rows may take to come, on the clock: the processor's seconds are what is limited,
    and others may be using it; this is for a child that waits for something that never comes."""
    return 60 + size / (1 << 19)
