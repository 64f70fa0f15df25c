"""Words with two readings: heard, and handed back as a question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.result import Value

_TWO_READINGS: tuple[tuple[str, tuple[Value, ...], re.Pattern[str]], ...] = (
    (
        "degree",
        ("master",),
        re.compile(
            r"(?<!硕士)(?<!博士)(?<!考)(?<!招)研究生(?!院|导师|补|物|考|部|会|的?补|的?安家|阶段的?导师|以上|及)|读研(?!究)|(?<!专)硕研"
        ),
    ),
    (
        "municipal_title",
        ("caoyuan",),
        re.compile(
            r"(?<!市级)(?<!自治区)(?<!区级)(?<!鄂尔多斯)(?<!鄂尔多斯市)(?<!自治区级)草原英才(?!工程|补|奖|多少)"
        ),
    ),
    (
        "municipal_title",
        ("youth",),
        re.compile(r"(?<!市级)(?<!高校)(?<!鄂尔多斯)(?<!鄂尔多斯市)青年优秀人才(?!补|奖|多少|、)"),
    ),
    (
        "employer_type",
        ("soe_municipal", "central_enterprise", "regional_direct"),
        re.compile(r"(?:在|进|去|到|是|于)[^，。]{0,6}?(?<![市直属区央])(?:国企|国有企业)(?!补|和)"),
    ),
    ("title", ("vice_senior", "senior"), re.compile(r"高级职称|高职(?=称)")),
    (
        "title",
        ("intermediate",),
        re.compile(r"(?:是|有|评了|评上)(?:个)?(?:工程师|会计师|经济师|医师)(?=，|。|$|职称)"),
    ),
    ("school_claim", ("985", "211"), re.compile(r"985(?:/|、|或者?|和)211|211(?:/|、|或者?|和)985")),
)


def find_vague(text: str) -> Iterator[Mention]:
    """Every word that has to be asked back, with its readings."""
    for field, values, pattern in _TWO_READINGS:
        for found in pattern.finditer(text):
            yield Mention(found.start(), found.end(), field, values[0], doubt=True, others=values[1:])
