"""How many parents are past seventy and how many children are under three, from what was said of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from talent_bot.understanding.claims import Claim, Stance
from talent_bot.understanding.result import Value

_MOST = {"parents_70": 2, "children_under_3": 10}


def count_kin(claims: Sequence[Claim], today: date) -> dict[str, Value]:
    """`parents_70` and `children_under_3` as far as they are sure: a number, or `{"min": 1}`."""
    out: dict[str, Value] = {}
    old = [_spans(c, today) for c in claims if _told(c, "parent")]
    if old:
        sure, never = sum(low >= 70 for low, _ in old), sum(high < 70 for _, high in old)
        out |= _count("parents_70", sure, 2 - never if len(old) <= 2 else 2)
    young = sum(high < 3 for low, high in (_spans(c, today) for c in claims if _told(c, "child")))
    if young:
        out |= _count("children_under_3", young, _MOST["children_under_3"])
    return out


def _told(claim: Claim, who: str) -> bool:
    return claim.person == who and claim.field in ("age", "birth_date") and claim.stance is Stance.FACT


def _count(name: str, least: int, most: int) -> dict[str, Value]:
    least = min(least, _MOST[name])
    if least == most:
        return {name: least}
    bounds: dict[str, object] = {k: n for k, n in (("min", least), ("max", most)) if n not in (0, _MOST[name])}
    return {name: bounds} if bounds else {}


def _spans(claim: Claim, today: date) -> tuple[float, float]:
    """The ages that an age or a date of birth leaves open."""
    value = claim.value
    if isinstance(value, dict):
        low, high = value.get("min"), value.get("max")
        if claim.field == "age":
            return float(str(low or 0)), float(str(high or 120))
        return _age_in(str(high or today.year), today)[0], _age_in(str(low or 1900), today)[1]
    return _age_in(value, today) if isinstance(value, str) else (float(str(value)), float(str(value)))


def _age_in(born: str, today: date) -> tuple[float, float]:
    """The youngest and the oldest that someone born in `1952`, `1952-10` or on a day is today."""
    parts = [int(p) for p in born.split("-")]
    first = (parts[0], *(parts[1:] or [1]))
    last = (parts[0], *(parts[1:] or [12]), 31)
    now = (today.month, today.day)
    youngest = today.year - parts[0] - (now < (last[1], last[2] if len(parts) < 3 else parts[2]))
    oldest = today.year - parts[0] - (now < (first[1], parts[2] if len(parts) > 2 else 1))
    return youngest, oldest
