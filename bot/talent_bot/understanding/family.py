"""What a household has and has had: parents past seventy, small children, subsidies received."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from talent_bot.understanding.bounds import GAP
from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.numbers import AMOUNT, NUMBER, read_number

_CHILD = "(?:孩子|娃娃?|小孩|宝宝|子女)"
_THREE = "(?:三|3)(?:周)?岁"
_PARENTS = r"(?:爸妈|父母|爹妈|双亲|(?<!我们)两个?老人|(?<!我们)(?<!咱们)(?<!咱)老两口|爸爸妈妈|我爸我妈|二老)"
_TODDLERS = re.compile(
    rf"(?P<n>{NUMBER}|俩)(?:个|名|位)?(?:都)?(?:还)?(?:不满|不到|未满|没满|小于)?{_THREE}(?:以下|以内|之内|不到)?的?{_CHILD}"
)
_TODDLERS_AFTER = re.compile(
    rf"(?P<n>{NUMBER}|俩)(?:个|名)?{_CHILD}(?:们)?(?:都|还|全)*(?:不满|不到|未满|没满|没到){_THREE}|双胞胎{GAP}{{0,4}}(?:一|1|两|2|不到三|不满3|半)岁"
)
_NO_TODDLER = re.compile(
    rf"(?:没有?|无){GAP}{{0,4}}{_THREE}(?:以下|以内)的?{_CHILD}?|{_THREE}以下(?:的)?{_CHILD}?(?:一个)?(?:都|也)?没有?"
)
_CHILDLESS = re.compile(
    r"(?:我|们|还|目前|暂时|，|。|^)(?:没有?|无|没生|没要)(?:要|生)?(?:孩子|小孩|娃|子女)(?=，|。|；|、|$|的|呢|也)|未婚未育|已婚未育|丁克"
)
_OLD_BOTH = re.compile(
    rf"{_PARENTS}(?:亲)?(?:今年|现在|岁数|年龄)?(?:都|均|全|也|已经?|，)+(?:过|满|超过|上|够|是|到)?(?:了)?(?:70|七十)(?!后)"
)
_OLD_ONE = re.compile(r"(?:只?有)?一(?:位|个)(?:父母|老人|家长)?(?:已经?)?(?:满|过|超过)(?:了)?(?:70|七十)")
_OLD_NONE = re.compile(
    rf"{_PARENTS}(?:健在|身体好|还年轻)?，?(?:今年|现在)?(?:都|均|全|也|还)*(?:不到|没到|未到|不满|没满|未满|没有)(?:70|七十)"
)
_GIVEN = "(?:补贴|补助|津贴|待遇|钱|政策|资金|奖励)"
_TAKEN = "(?:领|拿|享受|申请|申领|得|领取|享)"
_RECEIVED_NONE = re.compile(
    rf"{_GIVEN}(?:都|也|一分|一个|从来|还|一次|一样)*没(?:有)?{_TAKEN}(?:到|取|受)?过"
    rf"|(?:没有?|未曾?|从没|从未|从来没有?)(?:再)?{_TAKEN}(?:取|到|受)?过(?:(?!安家|租房|购房|买房|生活){GAP}){{0,10}}?(?:{_GIVEN}|$|，|。)"
)
_OF_ONE_KIND = re.compile(r"(?:安家|租房|购房|买房|生活|创业)(?:补贴|费|补助)?(?:也|都|还|我|从来|一直)*$")
_RECEIVED = re.compile(
    rf"(?P<b2>安家|租房|购房|生活)(?:补贴|费|补助)(?:我)?(?:已经?|之前|去年|前年)?(?:领|拿|享受)(?:到)?(?:过|了)(?!吗|没)|(?<![没未])(?<!没有)(?:(?:已经|已)(?:领|拿|享受)(?:取|到)?(?:了|过)?|(?:领|拿|享受)(?:取|到)?(?:过|了))(?:一笔|一次)?(?:{AMOUNT}(?:元|块)?(?:的)?)?(?:市里的?|鄂尔多斯的?)?(?P<b>安家|租房|购房|生活)(?:补贴|费|补助)"
)


def find_family(text: str) -> Iterator[Mention]:
    """Counts of parents and children, and what was received before."""
    for field, value, pattern in (
        ("children_under_3", None, _TODDLERS),
        ("children_under_3", None, _TODDLERS_AFTER),
        ("children_under_3", 0, _NO_TODDLER),
        ("parents_70", 2, _OLD_BOTH),
        ("parents_70", 1, _OLD_ONE),
        ("parents_70", 0, _OLD_NONE),
    ):
        for found in pattern.finditer(text):
            count = int(read_number(found.group("n") or "") or Fraction(2)) if value is None else value
            yield Mention(found.start(), found.end(), field, count, "drop", person="self")
    for found in _CHILDLESS.finditer(text):
        yield Mention(found.start(), found.end(), "children", [], "drop", person="self")
    for found in _RECEIVED_NONE.finditer(text):
        if _OF_ONE_KIND.search(text[max(0, found.start() - 10) : found.start()]):
            continue  # 租房补贴没领过 says nothing of the others
        yield Mention(found.start(), found.end(), "received", [], "drop")
    for found in _RECEIVED.finditer(text):
        yield Mention(
            found.start(), found.end(), "received", [(found.group("b") or found.group("b2")) + "补贴"], "drop"
        )
