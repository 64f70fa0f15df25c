"""Points: components added up, the best of several, caps and negative points, with thresholds on them.

A score is a function of the truth of numbered parts, so it is bounded by adding up what is certain and
what is possible. Points are whole hundredths inside, as money is whole 分, and have two decimals outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from talent_rules import quantities as q
from talent_rules.quantities import Unreadable, clean

#: the unit of an amount that is points, not money
UNIT = "points"
#: how a part comes out: True, False, or None while it is not known
Truth = Callable[[int], bool | None]


@dataclass(frozen=True, slots=True)
class Gain:
    """So many points where a part is true."""

    part: int
    points: int


@dataclass(frozen=True, slots=True)
class Pick:
    """The points of the first row whose part is true; `some` is the part “any of them is”."""

    rows: tuple[tuple[int, int], ...]
    some: int


@dataclass(frozen=True, slots=True)
class Added:
    """All of them, added up, at most `cap`."""

    scores: tuple[Score, ...]
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Best:
    """The highest of them, or nothing; at most `cap`."""

    scores: tuple[Score, ...]
    cap: int | None = None


Score = Gain | Pick | Added | Best
Ends = tuple[int, int]


def bounds(score: Score, truth: Truth) -> Ends:
    """The least and the greatest the points can come to."""
    if isinstance(score, Gain):
        known = truth(score.part)
        sure, thinkable = score.points if known else 0, 0 if known is False else score.points
        return (sure, thinkable) if sure <= thinkable else (thinkable, sure)
    if isinstance(score, Pick):
        return _picked(score, truth)
    found = [bounds(s, truth) for s in score.scores]
    if isinstance(score, Added):
        lo, hi = sum(e[0] for e in found), sum(e[1] for e in found)
    else:
        lo, hi = max([0, *(e[0] for e in found)]), max([0, *(e[1] for e in found)])
    return (lo, hi) if score.cap is None else (min(lo, score.cap), min(hi, score.cap))


def _picked(score: Pick, truth: Truth) -> Ends:
    found: list[int] = []
    for part, points in score.rows:
        known = truth(part)
        if known is not False:
            found.append(points)
        if known:
            return min(found), max(found)
    if truth(score.some) is not True:
        found.append(0)
    return min(found, default=0), max(found, default=0)


def parts_read(score: Score) -> Iterator[int]:
    """Every part a score looks at."""
    if isinstance(score, Gain):
        yield score.part
    elif isinstance(score, Pick):
        yield from (part for part, _ in score.rows)
        yield score.some
    else:
        for inner in score.scores:
            yield from parts_read(inner)


def signs(score: Score) -> Iterator[tuple[int, int]]:
    """Each part and which way it moves the points: 1 up, -1 down, 0 either."""
    found: dict[int, int] = {}
    for gain in _gains(score):
        part, way = (gain.part, (gain.points > 0) - (gain.points < 0)) if isinstance(gain, Gain) else gain
        found[part] = way if found.get(part, way) == way else 0
    yield from found.items()


def _gains(score: Score) -> Iterator[Gain | tuple[int, int]]:
    if isinstance(score, Gain):
        yield score
    elif isinstance(score, Pick):
        yield from ((part, 0) for part in parts_read(score))
    else:
        for inner in score.scores:
            yield from _gains(inner)


def open_parts(score: Score, truth: Truth) -> Iterator[int]:
    """The parts that can still move the points; of many steps the middle one first, to halve them."""
    if isinstance(score, Gain):
        if truth(score.part) is None:
            yield score.part
    elif isinstance(score, Pick):
        yield from (part for part, _ in score.rows if truth(part) is None)
        yield score.some
    else:
        lo, hi = bounds(score, truth)
        if lo == hi:
            return
        inner = [s for s in score.scores if not (isinstance(score, Best) and bounds(s, truth)[1] <= lo)]
        steps = [s for s in inner if isinstance(s, Gain) and truth(s.part) is None]
        if steps:
            yield steps[len(steps) // 2].part
        for found in inner:
            yield from open_parts(found, truth)


@dataclass(frozen=True, slots=True)
class Item:
    """A component of a total: what it is called, its score, and what it rests on."""

    name: str
    score: Score


def points_of(text: str) -> int:
    """Read `3分`, `10.5分`, `-30分`, `100.88` into hundredths. Raises Unreadable."""
    body = clean(text)
    body = body.removesuffix("分")
    value = Fraction(q.number(body)) * 100
    if value.denominator != 1:
        raise Unreadable(f"`{text}` 的小数太长", "分值最多写两位小数，例如 `10.5分`")
    return int(value)


def show_points(value: int) -> str:
    """Hundredths as people write them: 3分, 10.5分, -30分."""
    whole, rest = divmod(abs(value), 100)
    digits = f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"{'-' if value < 0 else ''}{digits}分"


def show_ends(lo: int, hi: int | None) -> str:
    """Two ends in words."""
    if hi is None:
        return f"{show_points(lo)}以上"
    return show_points(lo) if lo == hi else f"{show_points(lo)}–{show_points(hi)}"


def names(items: Sequence[Item]) -> tuple[str, ...]:
    """What the components are called."""
    return tuple(item.name for item in items)
