"""Diploma and degree certificate: which of the two is there, however the sentence is built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from talent_bot.understanding.mentions import Mention

_PAPER = re.compile(
    r"(?:本科|学士|硕士|博士|大学)?(?P<kind>毕业证|学历证|学位证|学位(?=没(?!有?(?:毕业|学历)证)|还|因|都|也|呢|暂|一直))(?:明|书)?"
)
_JOIN = re.compile(r"(?:和|、|与|跟|及|还有|以及|/|，)?(?:本科|学士|硕士|博士|大学)?(?:的)?")
_WITHOUT = re.compile(r"(?:没有?|没拿到?|没发|没给|没领|无|缺少?|未(?:取得|获得?|拿到?|发)|少了?)(?:了|那个|个|过)?$")
_WITH = re.compile(
    r"(?P<only>(?<!不)(?:只有?|仅有?|仅持|就有?|光有|单有)(?:一个|个|一本|了|拿到?了?|发了)?)$"
    r"|(?:(?<!没)有|(?<!没)(?<!没有)(?<!未)拿到了?|拿了|取得了?|获得了?|持有?|领到了?|发了|(?:不是|并非)没有?)(?:一个|个|一本)?$"
)
_MISSING = re.compile(
    r"(?:书)?(?:，?因为[^，。]{1,8}，?)?(?:呢|却|还|都|也|倒|暂时|目前|一直|至今|到现在|我|就|一个|哪个|全|我是){0,3}(?:没(?!丢)有?|未|无(?!疑)|缺|不给|不发)"
)
_THERE = re.compile(
    r"(?:书)?(?:我|都|也|全|均|才|已经?|早就?|刚|是|今年|去年|前年|\d{4}年|\d{1,2}月份?|倒|呢|就|上个?月|的){0,5}"
    r"(?:有|齐|全(?!日)|拿(?!不)|取得|获得|发(?!不)|领|下来|到手|在(?:手|我|家)|俱全|不缺|办下)"
)
_LIKE_BEFORE = re.compile(r"(?:书)?(?:也|亦|同样)(?:是|一样|同)")
# Asked about, or lost, or only late: nothing about what the person has earned.
_ABOUT = re.compile(r"吗|要不要|需要|要带|复印|原件|上传|提交|材料|扫描|丢|遗失|补办|等|(?<!已)才发|[?？]")


def find_papers(text: str) -> Iterator[Mention]:
    """What is said of both papers, one of them, or neither."""
    papers = list(_PAPER.finditer(text))[:6]
    if not any("证" in paper.group("kind") for paper in papers) or _ABOUT.search(text):
        return
    has: dict[str, bool] = {}
    only, before, trailing = False, None, False  # type: bool, bool | None, bool
    for group in _groups(papers, text):
        left = text[max(0, group[0].start() - 8) : group[0].start()]
        right = text[group[-1].end() : group[-1].end() + 14]
        behind = _behind(right, before)
        said = behind if trailing and behind is not None else _ahead(left)
        said, trailing = (behind, behind is not None) if said is None else (said, trailing)
        found = _WITH.search(left)
        only = only or bool(found and found.group("only"))
        if said is not None:
            before = said
            has |= {paper.group("kind")[:2]: said for paper in group}
    value = _value(has, only)
    if value:
        yield Mention(papers[0].start(), papers[-1].end(), "certs", value, "settled")


def _groups(papers: list[re.Match[str]], text: str) -> list[list[re.Match[str]]]:
    """Papers named side by side share what is said of them."""
    groups = [[papers[0]]]
    for before, paper in pairwise(papers):
        if _JOIN.fullmatch(text[before.end() : paper.start()]):
            groups[-1].append(paper)
        else:
            groups.append([paper])
    return groups


def _ahead(left: str) -> bool | None:
    """What stands before the papers says of them: 有, 只有, 没拿到."""
    if _WITH.search(left):
        return True
    return False if _WITHOUT.search(left) else None


def _behind(right: str, before: bool | None) -> bool | None:
    """What stands after the papers says of them: 都有, 还没有, 也是."""
    if _MISSING.match(right):
        return False
    if _LIKE_BEFORE.match(right):
        return before
    return True if _THERE.match(right) else None


def _value(has: dict[str, bool], only: bool) -> str | None:
    diploma, degree = has.get("毕业", has.get("学历")), has.get("学位")
    if diploma and degree:
        return "both"
    if diploma is False and degree is False:
        return "none"
    if degree and (diploma is False or only):
        return "degree_only"
    if diploma and (degree is False or only):
        return "diploma_only"
    return "diploma_only" if degree is False else None
