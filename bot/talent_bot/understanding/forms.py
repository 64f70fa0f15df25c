"""Messages written like a form: “出生年月：1988.09；学历：硕士；是否首次引进：是”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from talent_bot.understanding.answers import Answers
from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.repairs import EXTRA
from talent_bot.understanding.vocabulary import Vocabulary, folded

_LINE = re.compile(r"(?:^|(?<=[，。；、]))(?P<label>[^，。；：、？]{2,14})：(?P<value>[^，。；：？]{1,24})")
_ASIDE = re.compile(r"（[^（）]{0,12}）")
_BEFORE = re.compile(r"^(?:本人|我的?|现|您的|目前|现在)+")


def find_forms(text: str, vocabulary: Vocabulary, answers: Answers, today: date) -> Iterator[Mention]:
    """Every line of a form whose label is the name of a field, its value read as an answer to it."""
    if "：" not in text:
        return
    for line in _LINE.finditer(text):
        label = _BEFORE.sub("", _ASIDE.sub("", line.group("label")))
        name = vocabulary.named(folded(label)) or EXTRA.get(label)
        value = _ASIDE.sub("", line.group("value")).strip()
        if name is None or not value:
            continue
        for field, said in answers.value(value, vocabulary.fields[name], today).items():
            yield Mention(line.start("value"), line.end(), field, said, "settled", ripe=True)
