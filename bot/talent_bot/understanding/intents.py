"""What a message wants, from the patterns of `words/intents.yaml`, the most fitting first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from talent_bot.understanding.phrases import expand

QUESTIONS = frozenset(
    [
        "ask_amount",
        "ask_eligibility",
        "ask_overview",
        "ask_compare",
        "ask_stack",
        "ask_definition",
        "ask_materials",
        "ask_process",
        "ask_deadline",
        "ask_schedule",
        "ask_progress",
        "ask_source",
        "ask_why",
        "ask_human",
        "what_if",
    ]
)
COMMANDS = frozenset(["forget_me", "restart", "undo", "switch_language", "export"])


class Intents:
    """The patterns, in order."""

    def __init__(self, raw: Mapping[str, Any], known: Mapping[str, str]) -> None:
        self._rules = tuple((name, tuple(expand(p, known) for p in several)) for name, several in raw.items())

    def find(self, text: str) -> list[str]:
        """Every intent whose pattern fits, in the order of the file."""
        return [name for name, patterns in self._rules if any(p.search(text) for p in patterns)]


class Places:
    """Whether a message asks about another city's policies."""

    def __init__(self, known: Mapping[str, str]) -> None:
        city = known["city"]
        self._city = re.compile(city)
        self.reached = re.compile(rf"(?:到|来|去|在|于|的|了)(?:了)?(?:{city})")
        self._local = re.compile(rf"{known['local']}|{known['district']}|你们")
        self._mine = re.compile(
            rf"(?:我|人|现|目前|一直|之前|还|社保|户口|老家|单位|公司|家|毕业|读|定居|人在)?[^，。]{{0,6}}(?:在|从|来自|到|由|是|去过|离开|辞了)[^，。]{{0,2}}(?:{city})(?!的?(?:人才|政策|补贴|标准|那边(?:给|有|多)))"
        )
        self._had = re.compile(rf"(?:拿|领|享受|申请|报)(?:了|过)[^，。]{{0,3}}(?:{city})")
        self._of = re.compile(
            rf"(?:{city})(?:市|那边|那里|的|这种)?[^，。]{{0,8}}(?:补贴|政策|给|补|发|安家|租房|购房|待遇|标准|多少|条件|引才|落户|优惠|申请|怎么|呢|公寓|有什么|有啥|也[^，。]{{0,4}}[吗么不])"
        )

    def abroad(self, text: str, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Where another city's policy is spoken of."""
        spots = [m.span() for m in self._of.finditer(text)]
        return [(s, e) for s, e in spots if not any(a <= s < b for a, b in taken)]

    def other(self, text: str, taken: Sequence[tuple[int, int]]) -> bool:
        """Another city is asked about, not merely where the speaker lives or studied."""
        bare = list(text)
        for start, end in taken:
            bare[start:end] = "□" * (end - start)
        body = "".join(bare)
        if not self._city.search(body):
            return False
        compared = re.search(r"哪个|哪边|比|还是|区别|谁", body)
        if compared and self._local.search(body) and not self._mine.search(body):
            return True
        mine = [m.span() for p in (self._mine, self._had) for m in p.finditer(body)]
        for found in self._of.finditer(body):
            if any(s <= found.start() < e for s, e in mine):
                continue
            clause = (
                re.split(r"[，。！？；]", body[: found.start()])[-1]
                + re.split(r"[，。！？；]", body[found.start() :])[0]
            )
            if not self._local.search(clause) or compared:
                return True
        return False


class Benefits:
    """The kinds of benefit a message names; each is said in words, a few of them regular expressions."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._of = {w: benefit for benefit, several in words.items() for w in several}
        self._any = re.compile("|".join(sorted(self._of, key=len, reverse=True)))

    def named(self, text: str) -> tuple[str, ...]:
        """The kinds in the order the message names them."""
        return tuple(dict.fromkeys(self._kind(m.group()) for m in self._any.finditer(text)))

    def _kind(self, said: str) -> str:
        return self._of.get(said) or next(kind for word, kind in self._of.items() if re.fullmatch(word, said))
