"""Ranks said with a number or a letter: world rankings, A–F classes, the region's six classes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.numbers import read_number

_RANKING = re.compile(
    r"(?:世界|全球|qs|the|泰晤士|软科|usnews|us\snews)(?:大学)?(?:世界)?(?:综合)?(?:排名|排行榜?|排)?(?:大概|在|是)?(?P<top>前|第|top|进前|排)?(?P<n>\d{1,4}|[一二两三四五六七八九十百]{1,4})(?P<post>多|左右|以外|名?开外)?"
)
_OUTSIDE = re.compile(r"(?:没|不)(?:有)?(?:在|到|进)[^，。]{0,4}前(?:300|三百)")
_CATEGORY = re.compile(
    r"(?<![a-z\d])(?P<n>[a-f])类(?:的)?(?:高层次|领军|杰出|拔尖|顶尖|高级|优秀)?(?:人才)?(?!本|证|照|车|片|票|型|座|区|考|股|院|学|别|地|驾|客|房|待遇|名额|标准)"
)
_GENERAL = re.compile(r"和|、|或|与|跟|能|可|给|有|多|拿|补|安|的补|到")  # F类能拿多少 is said of nobody
_CATEGORY_SAID = re.compile(
    r"(?:是|为|(?:认定|引进|评)的|认定(?:为|成|了|过|的是)?|认定(?:了|过|成)?个|评(?:为|上|了|定为|成|了个)|拿到|入选|属于|定(?:为|成)|获评|成(?:为)?了|被.{0,4}为|批了|人才)(?:了)?(?:个|一个|一名)?(?:鄂尔多斯|市里|市级|本市)?(?:的)?$"
)
_REGIONAL = re.compile(
    r"英才兴蒙[^，。]{0,8}?(?:第)?(?P<n>[一二三四五六1-6])类|自治区(?:级)?(?:英才|人才)?(?:第)?(?P<n2>[一二三四五六1-6])类"
)


def find_ranks(text: str) -> Iterator[Mention]:
    """Every rank that is said of a person or a school."""
    yield from _rankings(text)
    yield from _categories(text)
    for found in _OUTSIDE.finditer(text):
        yield Mention(found.start(), found.end(), "world_top300", False, "settled")
    for found in _REGIONAL.finditer(text):
        number = read_number(found.group("n") or found.group("n2") or "")
        if number is not None:
            yield Mention(found.start(), found.end(), "regional_title", f"class{int(number)}")


def _rankings(text: str) -> Iterator[Mention]:
    for found in _RANKING.finditer(text):
        number = read_number(found.group("n"))
        if number is None or number < 1 or (found.group("post") and 280 <= number <= 320):
            continue
        inside = number <= 300 and not (found.group("post") or "").startswith(("以外", "名开外", "开外"))
        if inside or found.group("top") in ("第", None, "排") or found.group("post"):
            yield Mention(found.start(), found.end(), "world_top300", inside, "flip")


def _categories(text: str) -> Iterator[Mention]:
    for found in _CATEGORY.finditer(text):
        left = re.split(r"[，。！？；：]", text[max(0, found.start() - 14) : found.start()])[-1]
        foreign = re.search(
            r"高校|学校|校内|本校|学院|孔雀|外地|2017|首轮|[\u4e00-\u9fff]{2}(?:市|(?<!认定)(?<!引进)(?<!评上)(?<!评定)的)$",
            left,
        ) and not re.search(r"鄂尔多斯|市里|市级|本市", left)
        alone = not left or re.fullmatch(r"(?:我|本人)?(?:现在|目前|已经)?(?:就)?(?:是)?", left)
        bare = alone and not _GENERAL.match(text, found.end())
        if not foreign and (bare or _CATEGORY_SAID.search(left)):
            yield Mention(found.start(), found.end(), "talent_category", found.group("n").upper())
