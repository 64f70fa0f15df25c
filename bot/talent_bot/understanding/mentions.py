"""A mention: a stretch of a message that says a value of a field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from talent_bot.understanding.result import Value

MOST = 120  # nobody tells more of himself in a thousand characters


@dataclass(frozen=True, slots=True)
class Mention:
    """Where something is said and what it says.

    `ripe` values count even of a plan (签三年); `turn` is what negation makes of it: a `flip`ped
    flag, a `deny`al, nothing (`drop`), or no matter, being read already (`settled`). `doubt` asks
    the speaker, `others` are further candidates, `readings` what the
    words set in each of their meanings where the meanings are of different fields.
    """

    start: int
    end: int
    field: str
    value: Value
    turn: str = "deny"
    ripe: bool = False
    doubt: bool = False
    others: tuple[Value, ...] = ()
    person: str = ""
    readings: tuple[Mapping[str, Value], ...] = ()


def longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Of overlapping mentions of one field keep the longest, the earlier first."""
    kept: list[Mention] = []
    taken: set[tuple[str, int]] = set()
    for one in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        places = [(one.field, at) for at in range(one.start, one.end)]
        if taken.isdisjoint(places):
            kept.append(one)
            taken.update(places)
    return sorted(kept, key=lambda m: (m.start, m.end))[:MOST]
