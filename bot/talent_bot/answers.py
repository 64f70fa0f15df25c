"""A short answer against the question it was given to: “2”, “第二个”, “B”, “硕士”, “三年”, “不清楚”."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from talent_bot.dialogue import Pending
from talent_rules import Kind, RuleBase, value_json

DONT_KNOW = "不清楚"
REFUSED = "不想说"
OPEN = (DONT_KNOW, REFUSED)
_DONT_KNOW = {"不清楚", "不知道", "不懂", "不确定", "说不准", "不太清楚", "没想好", "不晓得", "不好说", "不了解",
              "idon'tknow", "don'tknow", "idontknow", "dontknow", "notsure", "unknown"}  # fmt: skip
_REFUSED = {"不想说", "不方便说", "保密", "不告诉你", "不想回答", "不方便",
            "i'drathernotsay", "rathernotsay", "refuse"}  # fmt: skip
YES = {"是", "是的", "对", "对的", "嗯", "有", "有的", "好", "好的", "可以", "没错", "yes", "y", "ok", "行", "确认"}
NO = {"否", "不是", "不", "没有", "没", "不对", "无", "错", "错了", "no", "n", "不行"}
_SOFTENING = "吧呢啊呀哦嘛哈"  # “租房吧” is “租房”
_QUANTITY = re.compile(r"[年月日岁元万㎡周人]|\d{4}")
_ORDINALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer sets (field → JSON value), or why it could not be used."""

    sets: Mapping[str, Any]
    quote: str = ""
    trouble: str = ""
    hint: str = ""
    candidates: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Half-width, lower case, without spaces, invisible characters or closing punctuation."""
    folded = unicodedata.normalize("NFKC", text[:1000]).casefold().replace("’", "'")
    folded = "".join(c for c in folded if unicodedata.category(c) != "Cf" and not c.isspace())
    return folded.strip("。.!！?？,，、~～“”\"'")


def choose(text: str, pending: Pending) -> int | None:
    """Which of the options a short text picks, by number, letter, label or synonym."""
    word = plain(text)
    found = _picked(word, pending)
    return found if found is not None else _picked(word.rstrip(_SOFTENING), pending)


def _picked(word: str, pending: Pending) -> int | None:
    if not word or not pending.options:
        return None
    labels = [plain(o) for o in pending.options]
    if word in labels:
        return labels.index(word)
    for index, synonyms in enumerate(pending.synonyms):
        if word in {plain(s) for s in synonyms}:
            return index
    number = _ordinal(word)
    if number is not None and 1 <= number <= len(labels):
        return number - 1
    if word in YES and "是" in labels:
        return labels.index("是")
    if word in NO and "否" in labels:
        return labels.index("否")
    near = [i for i, label in enumerate(labels) if word == label.split("(")[0]]
    return near[0] if len(near) == 1 else None


def yes_or_no(text: str) -> bool | None:
    """Whether a short text says yes or no to a question with these two buttons; by word, or by number."""
    word = plain(text)
    number = _ordinal(word)
    if word in YES or number == 1:
        return True
    return False if word in NO or number == 2 else None


def _ordinal(word: str) -> int | None:
    found = re.fullmatch(r"(?:第|选|选择|我选)?([0-9]{1,2}|[一二三四五六七八九十])(?:个|项|号|种)?[.)、]?", word)
    if found:
        return int(found.group(1)) if found.group(1).isdigit() else _ORDINALS[found.group(1)]
    letter = re.fullmatch(r"(?:选|我选)?([a-z])[.)]?", word)
    return ord(letter.group(1)) - 96 if letter else None


def answer(text: str, pending: Pending, base: RuleBase) -> Answer | None:
    """A text read as the answer to the pending question; None when it is not one."""
    word = plain(text)
    if word in _DONT_KNOW:
        return Answer(declined(pending, DONT_KNOW), text)
    if word in _REFUSED:
        return Answer(declined(pending, REFUSED), text)
    picked = None if _is_quantity(word, pending, base) else choose(text, pending)
    if picked is not None:
        return Answer(pending.sets[picked], pending.options[picked])
    return _value(text, pending, base)


def elsewhere(text: str, base: RuleBase) -> Answer | None:
    """A short text that is an answer to just one question group, whether or not it was asked."""
    word = plain(text).rstrip(_SOFTENING)
    found = [
        choice
        for group in base.vocabulary.groups
        for choice in group.choices
        if word in {plain(w) for w in (choice.label, *choice.synonyms)}
    ]
    if len(word) < 2 or len(found) != 1:
        return None
    fields = base.vocabulary.fields
    return Answer({name: value_json(fields[name], value) for name, value in found[0].sets}, found[0].label)


def in_part(text: str, pending: Pending, base: RuleBase) -> Mapping[str, Any]:
    """The one amount or duration that a text tells of a question about several things; empty for none."""
    word = plain(text)
    fields = [base.vocabulary.fields[n] for n in pending.fields if n in base.vocabulary.fields]
    numbers = [f for f in fields if f.kind in (Kind.MONTHS, Kind.MONEY, Kind.AREA)]
    if len(pending.fields) < 2 or not _QUANTITY.search(word):
        return {}
    found = [f.id for f in numbers if not base.read({f.id: word})[1]]
    return {found[0]: word} if len(found) == 1 else {}


def declined(pending: Pending, word: str) -> Mapping[str, Any]:
    """Leave a question open on purpose: nothing it would have set is asked again."""
    return dict.fromkeys(pending.fields, word)


def _is_quantity(word: str, pending: Pending, base: RuleBase) -> bool:
    """“3年” to a question about years is a duration, not option 3."""
    if len(pending.fields) != 1:
        return False
    kind = base.vocabulary.fields[pending.fields[0]].kind
    return kind.numeric and _QUANTITY.search(word) is not None


def _value(text: str, pending: Pending, base: RuleBase) -> Answer | None:
    """A value of the one field asked for, typed as people write it."""
    if pending.kind != "question" or len(pending.fields) != 1:
        return None
    entry = base.vocabulary.fields[pending.fields[0]]
    body = text.strip()
    if entry.kind is Kind.FLAG and plain(text) in YES | NO:
        return Answer({entry.id: plain(text) in YES}, text)
    if entry.kind is Kind.DATE and not re.search(r"\d{4}|[〇零一二三四五六七八九]{4}", body):
        return None
    if len(body) > 60:
        return None
    facts, problems = base.read({entry.id: body})
    if problems:
        return None
    value = facts.get(entry.id)
    return None if value is None else Answer({entry.id: body}, text)


def trouble(text: str, pending: Pending, base: RuleBase) -> str:
    """What to write instead, for a text that is no answer to the question."""
    if pending.options:
        return ""
    _, problems = base.read({pending.fields[0]: text.strip()[:60]}) if len(pending.fields) == 1 else ({}, ())
    return problems[0].hint if problems else ""
