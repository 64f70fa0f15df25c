"""The place in a list of options that `2`, `第二个`, `b`, `最后一个` name."""

from __future__ import annotations

import re

from talent_bot.understanding.numbers import read_number

_INDEX = re.compile(
    r"^(?:我)?(?:选|就|要|选择|答案是?|点)?(?:第)?(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,2})(?:个|项|号|条|种|那个|选项|\.|、|）)?(?:选项)?(?:吧|的|啊|呢|。)?$"
)
_LETTER = re.compile(r"^(?:我)?(?:选|就|选择)?(?:第)?(?P<l>[a-j])(?:吧|项|选项|的|个|。|\.)?$")
_LAST = re.compile(r"^(?:选|就)?(?:最后(?:一|那)?个?|末(?:尾)?(?:一|那)个)(?:吧)?$")
_FIRST = re.compile(r"^(?:选|就)?(?:头一个|最前面(?:那个|的)?|上面那个|前面?(?:那个|一个|的))(?:吧)?$")


def is_number(body: str) -> bool:
    """Whether a place is named by its number, which may be a value as well."""
    return bool(_INDEX.match(body))


def position(body: str, count: int) -> int | None:
    """The place named, from 0, in a list of `count`; it may lie beyond the end."""
    if _LAST.match(body):
        return count - 1 if count else None
    if _FIRST.match(body):
        return 0
    letter = _LETTER.match(body)
    if letter:
        return ord(letter.group("l")) - ord("a")
    found = _INDEX.match(body)
    number = read_number(found.group("n")) if found else None
    return int(number) - 1 if number and number >= 1 else None
