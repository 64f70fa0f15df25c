"""Dialect, regional words and English in a message become the plain words that the grammar knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_CAPITAL_NUMBER = re.compile(r"[壹贰叁肆伍陆柒捌玖][壹贰叁肆伍陆柒捌玖拾佰仟万亿零]{1,15}")
_PARTICLES = re.compile(r"(?<=[^\W啊呀哦哈噢喔哟呗哇啦咯喽嗯])[啊呀哦哈噢喔哟呗哇啦咯喽]{1,4}(?=[，。！？]|$)")
_GREETING = re.compile(r"^(hi|hello|hey|hallo|你好|您好|哈喽)(?=[\u4e00-\u9fff])(?!呀|啊|吗)")
_HAN = "[\u4e00-\u9fff\\d]"
_LOOSE_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])")


class Folding:
    """The substitutions of `words/folding.yaml`, compiled once."""

    def __init__(self, raw: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._chinese = tuple((re.compile(p), to) for p, to in raw["chinese"])
        latin = [(rf"(?<![a-z])(?:{p})(?![a-z])", to) for p, to in raw["latin"]]
        mixed = [
            pair
            for p, to in raw["mixed"]
            for pair in ((rf"(?<={_HAN})(?:{p})(?![a-z])", to), (rf"(?<![a-z])(?:{p})(?={_HAN})", to))
        ]
        self._latin = tuple((re.compile(p), to) for p, to in (*latin, *mixed))

    def fold(self, text: str) -> str:
        """The same message in plain words; a normalised text in, a normalised text out."""
        text = _CAPITAL_NUMBER.sub(lambda m: m.group().translate(_CAPITALS), text)
        text = _GREETING.sub(r"\1，", _PARTICLES.sub("", text))
        for pattern, plain in self._chinese:
            text = pattern.sub(plain, text)
        if re.search("[a-z]{2}", text):
            for pattern, plain in self._latin:
                text = pattern.sub(plain, text)
            text = _LOOSE_SPACE.sub("", text)
        return text
