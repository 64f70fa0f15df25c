"""Phrases that state a fact in their own words, from `words/phrases.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.numbers import AMOUNT
from talent_bot.understanding.result import Value
from talent_bot.understanding.vocabulary import Vocabulary

_RIPE = frozenset(
    {"arrival_ahead", "engagement", "key_enterprise", "listed_company", "first_time", "from_outside", "qualifications"}
)
_GAP = re.compile(r"~(\d{1,2})")
_TRADE = "(?:做|搞|从事|行业是?|干|主营)(?:的|了|过)?[^，。！？；：□不没未]{0,5}?"
SHOP = "(?:公司|店|厂|企业|工作室|合作社|农场|牧场|饭馆|餐馆|饭店|超市|铺子?|诊所|培训班|民宿|农家乐|养殖场)"
_CRAFT = (
    "(?:[电焊钳车铣管]工|司机|厨师|汽修|维修工|化工|操作工|架子工|护理员?|育婴师?|保育员?|面点师?|烹调师?"
    "|美容师?|美发师?|茶艺师?|叉车工?|化验员?|数控|机修|养殖|育苗)"
)
_FIRM = "(?:行业|企业|公司|厂|产业|集团|板块|民企|私企|国企|央企)"


def macros(words: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, str]:
    """The lists that patterns may name in angle brackets."""
    districts = [w for c in vocabulary.fields["district"].choices for w in c.words if w not in ("前旗", "康区")]
    lists = {
        "city": words["cities"],
        "place": [*words["cities"], *words["provinces"]],
        "country": words["countries"],
        "local": words["local"],
        "district": districts,
        "abroad": words["overseas_schools"],
    }
    sorted_ = {k: "|".join(sorted(map(_whole, v), key=len, reverse=True)) for k, v in lists.items()}
    return sorted_ | {"n": AMOUNT, "trade": _TRADE, "firm": _FIRM, "shop": SHOP, "craft": _CRAFT}


def _whole(word: str) -> str:
    """A word as a pattern; a Latin one only between its own bounds, as there is a nus in bonus."""
    return rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)


def expand(pattern: str, known: Mapping[str, str], *, across: str = "") -> re.Pattern[str]:
    """A pattern of the data files as a regular expression; its gaps do not cross the characters `across`."""
    body = _GAP.sub(lambda m: rf"[^，。！？；：□{across}]{{0,{m.group(1)}}}?", pattern)
    body = body.replace("，|。|$", "[，。；、！？]|$").replace("(?:^|，)", "(?:^|[，。；、！？])")
    for name, value in known.items():
        body = body.replace(f"<{name}>", f"(?:{value})")
    return re.compile(body)


class Phrases:
    """All phrase patterns, compiled once."""

    def __init__(self, raw: Mapping[str, Any], known: Mapping[str, str]) -> None:
        self._rules = tuple(_rule(key, rule, known) for key, rule in raw.items())

    def find(self, text: str) -> Iterator[Mention]:
        """Every phrase said, before negation and the like are judged."""
        for field, value, turn, never, yes, no in self._rules:
            hits = [(m, value) for p in yes for m in p.finditer(text)]
            hits += [(m, False) for p in no for m in p.finditer(text)]
            for found, said in hits:
                if never and never.search(_around(text, found.start(), found.end())):
                    continue
                start = found.start() + (text[found.start()] in "，。；、！？")  # a pause belongs to the clause before
                yield Mention(start, found.end(), field, said, turn, field in _RIPE)


def _around(text: str, start: int, end: int) -> str:
    left = re.split(r"[，。！？；]", text[max(0, start - 8) : start])[-1]
    right = "" if text[end - 1] in "，。；、！？" else re.split(r"[，。！？；]", text[end : end + 6])[0]
    return left + text[start:end] + right


def _rule(
    key: str, rule: Mapping[str, Any], known: Mapping[str, str]
) -> tuple[str, Value, str, re.Pattern[str] | None, tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    field, _, value = key.partition("=")
    never = expand(rule["never"], known) if rule.get("never") else None
    turn = rule.get("flip") or ("deny" if value and value != "none" else "flip" if not value else "drop")
    yes = tuple(expand(p, known, across="不没未我他她") for p in rule.get("yes") or ())
    no = tuple(expand(p, known) for p in rule.get("no") or ())
    return field, value or True, turn, never, yes, no
