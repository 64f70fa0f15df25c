"""One automaton for the words of the vocabulary: every hit, longest first, with guards on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ahocorasick

from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.vocabulary import Vocabulary, folded

_SURE_LEFT = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[是为有的上了评到任和与及跟也都、我他她岁男女在当做干搞名位即将且个着]|什么|啥|公司|企业|集团|[煤化电]?[矿厂]|[电焊钳车铣管]工)$"
)
_OF_WHAT = re.compile(  # 高中数学高级教师, 儿科主任医师
    r"(?:(?:语文|数学|英语|物理|化学|生物|历史|地理|政治|体育|音乐|美术|小学|初中|高中|中学)高级教师|科主任医师)$"
)
_CLAUSE = re.compile(
    r"(?:^|(?<=[，。！？；、]))(?:我|本人|他|她)?(?:的)?(?:最高)?(?:学历|学位|职称|文化程度)?(?:现在|目前|其实)?(?:就是|是|就|在|为)?(?:个|一个|一名|名)?(?P<word>[^，。！？；、]{2,8}?)(?:的|了)?(?=$|[，。！；、])"
)
_RIPE = {"district", "employer_type", "functional_zone"}


@dataclass(frozen=True, slots=True)
class Guards:
    """What must not stand around a hit of a field."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    weak: frozenset[str]

    def allow(self, text: str, start: int, end: int) -> bool:
        """Whether the surroundings leave the hit its meaning."""
        if self.after and self.after.match(text, end):
            return False
        left = text[max(0, start - 8) : start]
        if self.before and self.before.search(left):
            return False
        word = text[start:end]
        return word not in self.weak or bool(_SURE_LEFT.search(left) or _OF_WHAT.search(left + word))


class Lexicon:
    """Words → (field, value), found in one pass."""

    def __init__(self, vocabulary: Vocabulary, words: Mapping[str, Any]) -> None:
        self._guards: dict[str, Guards] = {}
        self._automaton = ahocorasick.Automaton()
        entries: dict[str, list[tuple[str, str]]] = {}
        for field, rule in words["free"].items():
            self._guards[field] = _guards(rule)
            for word, value in _words_of(field, rule, vocabulary):
                entries.setdefault(word, []).append((field, value))
        for value, several in words["school_claim_words"].items():
            for word in several:
                entries.setdefault(word, []).append(("school_claim", value))
        self._guards["school_claim"] = Guards(
            re.compile(r"(?<![不是])非$|\d$"),
            re.compile(r"(?<=\d)\d|块|元|万|人(?!才)|个|分|路|补|和双一流是|名单|学科(?!建设)"),
            frozenset(),
        )
        for word, targets in entries.items():
            self._automaton.add_word(word, (word, tuple(targets)))
        self._automaton.make_automaton()
        self._alone = _unique(vocabulary, words)

    def find(self, text: str) -> Iterator[Mention]:
        """All guarded hits of a text, and the clauses that are nothing but a word."""
        for clause in _CLAUSE.finditer(text):
            target = self._alone.get(clause.group("word"))
            if target:
                yield Mention(clause.start("word"), clause.end("word"), *target, ripe=target[0] in _RIPE)
        for end, (word, targets) in self._automaton.iter_long(text):
            start = end - len(word) + 1
            for field, value in targets:
                if self._guards[field].allow(text, start, end + 1):
                    said = [value] if field in ("qualifications", "awards") else value
                    yield Mention(start, end + 1, field, said, ripe=field in _RIPE)


def _guards(rule: Mapping[str, Any]) -> Guards:
    before, after = rule.get("unless_before"), rule.get("unless_after")
    return Guards(
        re.compile(f"(?:{before})$") if before else None,
        re.compile(f"(?:{after})") if after else None,
        frozenset(rule.get("boundary") or ()),
    )


def _words_of(field: str, rule: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    blocked = {folded(w) for w in rule.get("block") or ()}
    for choice in vocabulary.fields[field].choices:
        for word in choice.words:
            if word not in blocked and len(word) > 1:
                yield word, choice.id
    for value, several in (rule.get("add") or {}).items():
        for word in several:
            yield folded(word), value


def _unique(vocabulary: Vocabulary, words: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Words of one value of one field, clear when they stand alone though too common inside a sentence."""
    meant: dict[str, set[tuple[str, str]]] = {}
    for field in vocabulary.fields.values():
        if field.kind in ("枚举", "有序枚举") and field.id not in ("certs", "degree_status"):
            for choice in field.choices:
                for word in choice.words if choice.id != "none" else ():
                    meant.setdefault(word, set()).add((field.id, choice.id))
    flags = {w for f in vocabulary.fields.values() if f.kind == "是非" for w in f.words}
    never = {folded(w) for w in words["never_alone"]} | flags
    return {w: next(iter(t)) for w, t in meant.items() if len(t) == 1 and len(w) > 1 and w not in never}
