"""What a comparison of two versions says: the changes, and what they mean for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from talent_rules.model import Facts, Place

#: better · worse for the people named; other where it is neither, or depends
DIRECTIONS = {"better": "有利", "worse": "不利", "other": "其他"}


@dataclass(frozen=True, slots=True)
class Witness:
    """One person who is treated differently; `proved` when both versions were run on them."""

    facts: Facts
    text: str
    day: date
    before: str
    after: str
    proved: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One group of people a benefit treats differently, or one term that reads differently.

    `people` are the sentences that together describe the group exactly; `complete` is False when
    there were too many to list.
    """

    benefit: str
    name: str
    kind: str  # added · removed · outcome · amount · terms · relation · document
    direction: str
    sentence: str
    before: str = ""
    after: str = ""
    people: tuple[str, ...] = ()
    complete: bool = True
    witness: Witness | None = None
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Difference:
    """Every difference between two versions of a rule base, and the proof that there is no other."""

    old: str
    new: str
    as_of: date
    changes: tuple[Change, ...]
    unchanged: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def substantive(self) -> tuple[Change, ...]:
        """The changes of who gets what."""
        return tuple(c for c in self.changes if c.kind in ("added", "removed", "outcome", "amount", "relation"))


@dataclass(frozen=True, slots=True)
class Example:
    """One person before and after, traced."""

    number: int
    facts: str
    before: int
    after: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cliff:
    """People who would lose a benefit by one unit of a number."""

    benefit: str
    name: str
    text: str
    people: int
    amount: int
    everything: int


@dataclass(frozen=True, slots=True)
class Group:
    """Winners and losers within one value of a field; money in 分."""

    value: str
    people: int
    winners: int
    losers: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change means for a list of people. Money in 分, at the upper ends of what is possible.

    `surely` is what is certain already, before and after: eligible, with an amount of an official source.
    """

    as_of: date
    source: str
    synthetic: bool
    people: int
    winners: int
    losers: int
    unchanged: int
    before: int
    after: int
    surely: tuple[int, int]
    years: tuple[tuple[int, int, int], ...]
    benefits: tuple[Group, ...]
    groups: Mapping[str, tuple[Group, ...]]
    examples: tuple[Example, ...]
    cliffs: tuple[Cliff, ...]
    caveats: tuple[str, ...]
