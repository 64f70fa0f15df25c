"""Words of weight that were mistyped or misheard (博土, 本课, 双一留): heard, and asked back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from pypinyin.constants import PINYIN_DICT

from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.vocabulary import Vocabulary

# Characters that look alike on a small screen.
_ALIKE = {"士": "土仕", "科": "料", "本": "木夲", "硕": "顾颀項项", "博": "傅愽", "专": "传"}
_SHORT = {"博士": "phd", "硕士": "master", "本科": "bachelor", "大专": "associate"}
_LONG_FIELDS = ("school_claim", "title", "skill_level")
# Everyday words that sound like one of them.
_EVERYDAY = re.compile(
    "实验[室是]|[听据都也就再又来话要是还]说[是事实时]|说[是事实时]|本可|波士|大[赚转砖]|打[转赚专传]|达转|伯[是时]|不是|拨[是时]|[基根资成日样课剧版文脚原]本|研究院|[程务]是|技术[园原源]"
)


class Typos:
    """Patterns of the words that carry money, each character replaced by all that sound or look the same."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = [("degree", value, word) for word, value in _SHORT.items()]
        words += [
            (field, choice.id, word)
            for field in _LONG_FIELDS
            for choice in vocabulary.fields[field].choices
            for word in choice.words
            if re.fullmatch("[\u4e00-\u9fff]{3,6}", word)
        ]
        self._known = {word for _, _, word in words}
        self._by_field = tuple(_pattern(field, words) for field in dict.fromkeys(f for f, _, _ in words))

    def find(self, text: str) -> Iterator[Mention]:
        """Every near miss, as a question."""
        for field, pattern, values in self._by_field:
            for found in pattern.finditer(text):
                near = text[max(0, found.start() - 1) : found.end()]
                if found.group() not in self._known and not _EVERYDAY.search(near):
                    value = values[int((found.lastgroup or "w0")[1:])]
                    yield Mention(found.start(), found.end(), field, value, doubt=True)


def _pattern(field: str, words: Iterable[tuple[str, str, str]]) -> tuple[str, re.Pattern[str], Mapping[int, str]]:
    mine = sorted((w for w in words if w[0] == field), key=lambda w: -len(w[2]))
    body = "|".join(f"(?P<w{at}>{''.join(map(_same, word))})" for at, (_, _, word) in enumerate(mine))
    return field, re.compile(body), {at: value for at, (_, value, _) in enumerate(mine)}


def _same(char: str) -> str:
    homophones = _by_sound().get(_sound(char), "")
    return "[" + "".join(dict.fromkeys(char + homophones + _ALIKE.get(char, ""))) + "]"


@cache
def _by_sound() -> Mapping[str, str]:
    """The 3,755 common characters of GB 2312 by their sound without tone."""
    found: dict[str, str] = {}
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF if high < 0xD7 else 0xFA):
            char = bytes((high, low)).decode("gb2312")
            sound = _sound(char)
            found[sound] = found.get(sound, "") + char
    return found


def _sound(char: str) -> str:
    """How a character is read, without its tone."""
    marked = unicodedata.normalize("NFD", PINYIN_DICT[ord(char)].split(",")[0])
    return "".join(c for c in marked if not unicodedata.combining(c))
