"""How many parents are past seventy and how many children are under three, from what was said of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from talent_bot.understanding.claims import Claim, Stance
from talent_bot.understanding.result import Value

_MOST = {"parents_70": 2, "children_under_3": 10}


_GROWN_UP = re.compile(
    r"(?:俩|两个?|三个?|几个)?(?:孩子|娃)(?:们)?都(?:已经?)?(?:(?:上|读|念)(?:小学|初中|高中|中学|大学|学)(?:了)?|大了|成年|工作了)"
)
_ONLY = re.compile(r"[就只](?:有)?[一1]个(?:孩子|娃|小孩|宝宝|儿子|女儿|闺女)")
_GONE = re.compile(
    r"(?:爸|妈|父亲|母亲|爹|娘)(?:爸|妈)?[^，。]{0,4}(?:没了|去世|不在(?:了|世)|过世|走了|已故|离世|走得早)|(?:已故|去世)的?(?:父|母)亲"
)
# 爸妈都71了, 父母才六十出头: one age told of both
_BOTH_PARENTS = re.compile(
    r"(?:爸妈|父母|爹妈|双亲|二老|老两口|爸爸妈妈)(?:亲)?(?:今年|现在|也|还|已经?)*(?:都|均|全|才)(?:才|刚|已经?|是|快|满|过|今年)*(?:\d|[五六七八九]十)"
)
_SCHOOLED = re.compile(
    r"(?:孩子|老大|老二|大的|小的|儿子|女儿|闺女|大宝|二宝|娃)(?:都|已经?|在|现在|也|刚)*(?:上|读|念)(?:小学|初中|高中|中学|大学|学了|[一二三四五六]年级)"
)


def count_kin(claims: Sequence[Claim], today: date, text: str = "") -> dict[str, Value]:
    """`parents_70` and `children_under_3` as far as they are sure: a number, or `{"min": 1}`."""
    out: dict[str, Value] = {}
    old = [_spans(c, today) for c in claims if _told(c, "parent")]
    if len(old) == 1 and _BOTH_PARENTS.search(text):
        old *= 2
    gone = len(_GONE.findall(text))
    if old or gone:
        sure, never = sum(low >= 70 for low, _ in old), sum(high < 70 for _, high in old) + gone
        out |= _count("parents_70", sure, 2 - never if len(old) + gone <= 2 else 2)
    ages = [_spans(c, today) for c in claims if _told(c, "child")]
    if len(ages) == 1 and "双胞胎" in text:
        ages *= 2
    young, schooled = sum(high < 3 for _, high in ages), len(_SCHOOLED.findall(text))
    if not ages and _GROWN_UP.search(text):
        out["children_under_3"] = 0
    if young:
        # Whoever tells of each child by itself has told of all of them.
        every = (len(ages) + schooled > 1 or bool(_ONLY.search(text))) and all(
            high < 3 or low >= 3 for low, high in ages
        )
        out |= _count("children_under_3", young, young if every else _MOST["children_under_3"])
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
