"""Yes, no, none of them, and never: the shortest answers there are."""

from __future__ import annotations

import re
from collections.abc import Sequence

_YES = re.compile(
    r"(?:是|对|嗯+[哪呐啊]?|有|好|恩+|昂|yes|yep|ok|y|当然|没错|可以|正确|确实|必须|肯定|要|会|能|属于|已经?|都|是是|对对|嗯嗯|在|行){1,3}(?:的|有|是|签|交|买|办|做|拿|领|了|过|着|到|缴|租|住)*(?:呢|呀|啊)?|(?:签|交|买|办|做|拿|领|缴|租|来|到|住|去|读)(?:着|了|过|的|到|好)+"
)
_NO = re.compile(
    r"(?:一个(?:都|也))?(?:(?:我|还|都|也|暂时|目前|现在|从|从来|并|这个|真|好像)*(?:没有?|不|无|否|未|not\syet|no|nope|n|木有|么有|没得|冇|不是|没有的)(?:有|是|签|交|买|办|做|拿|领|在|到|缴|租|过|会|能|来|呢|的|对|评|上|啊|领过|要|住|去|还|我|属于)*)"
)
_NONE_OF = re.compile(
    r"^(?:以上|上面|这些|这几个|我)?(?:哪个|哪种|全|一个|什么|啥|统统)?(?:都|也)?(?:不是|没有|没|无|不沾|不属于|都没|不在(?:这|里))(?:任何|什么|几类|里面?|里头)*(?:的|啊|呢|有|一个)?$"
)
_NEVER_GOT = re.compile(
    r"(?:我|还|都|也|从来|从|暂时|目前)*没(?:有)?(?:评|得|入选|认定|拿|参加|申报|申请|获|考|定)(?:过|上|到)?(?:这些|这个|那些|任何|什么|啥)*"
)
_BY_NAME = re.compile(
    r"(?:我|也|应该|就|都)*(?:(?P<not>不是|没有?|不在|不算|未)|是|有|在|算)?(?P<what>.{2,8})"
)  # 不是首次
_PERHAPS = re.compile(r"应该|可能|大概|好像|也许|估计|算是")


def says_no(body: str) -> bool:
    """没有, 不是, 还没."""
    return bool(_NO.fullmatch(body))


def says_none(body: str) -> bool:
    """都不是, 哪个都没有."""
    return bool(_NONE_OF.match(body))


def never_got(body: str) -> bool:
    """没评过, 没入选过这些."""
    return bool(_NEVER_GOT.fullmatch(body))


def yes_or_no(body: str, names: Sequence[str]) -> tuple[bool | None, bool]:
    """What an answer to a yes-or-no question says, if anything, and whether it is sure.

    `names` are what the field is called: 不是首次 is a no to 首次引进.
    """
    if _PERHAPS.search(body):
        word = re.sub(r"应该|可能|大概|好像|也许|估计|算是(?!$)|算(?=是)", "", body)
        return (True, False) if _YES.fullmatch(word) else (None, False)
    own = _BY_NAME.fullmatch(body)
    named = own is not None and any(w.startswith(own.group("what")) for w in names)
    if says_no(body) or (named and own and own.group("not")):
        return False, True
    return (True, True) if named or _YES.fullmatch(body) else (None, True)
