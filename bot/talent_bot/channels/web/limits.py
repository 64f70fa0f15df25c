"""Token buckets, so that no visitor and no address can crowd out the others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many a second after that."""

    burst: float
    per_second: float


#: A person answers a question every few seconds; a household or an office shares one address.
VISITOR = Rate(30, 0.5)
ADDRESS = Rate(240, 8)
API = Rate(60, 4)


class Buckets:
    """One bucket a key, the least used forgotten first."""

    def __init__(self, rate: Rate, *, most: int = 10_000, clock: Callable[[], float] = monotonic) -> None:
        self._rate, self._most, self._clock = rate, most, clock
        self._level: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str, cost: float = 1) -> float:
        """Take from a bucket: 0 when there was enough, else the seconds until there will be."""
        now = self._clock()
        level, before = self._level.pop(key, (self._rate.burst, now))
        level = min(self._rate.burst, level + (now - before) * self._rate.per_second)
        enough = level >= cost
        self._level[key] = (level - cost if enough else level, now)
        if len(self._level) > self._most:
            self._level.popitem(last=False)
        return 0 if enough else (cost - level) / self._rate.per_second
