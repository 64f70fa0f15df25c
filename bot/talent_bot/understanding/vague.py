"""Words with two readings: heard, and handed back as a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.result import Value


@dataclass(frozen=True, slots=True)
class _Vague:
    """A word, the values it may mean, and, where these are of several fields, what each reading sets."""

    field: str
    values: tuple[Value, ...]
    word: re.Pattern[str]
    readings: tuple[Mapping[str, Value], ...] = ()


_ANY_CLASS: Value = {"any_of": [f"class{n}" for n in range(1, 7)]}
_VAGUE = (
    _Vague(
        "degree",
        ("master",),
        re.compile(
            r"(?<!硕士)(?<!博士)(?<![考招给带教])(?<!教过)(?<!带过)(?<!指导)研究生(?!院|导师|补|物|考(?![到上进入的了过])|部|会|的?补|的?安家|阶段的?导师|以上|及)|读研(?!究|[一二三](?:了|，|。|$|的|上|下|在))|(?<!专)硕研"
        ),
    ),
    # The city and the region have had a title of this name each (facts.md Q18).
    _Vague(
        "municipal_title",
        ("caoyuan",),
        re.compile(
            r"(?<!市级)(?<!自治区)(?<!区级)(?<!鄂尔多斯)(?<!鄂尔多斯市)(?<!自治区级)草原英才(?!工程|补|奖|多少|怎么|咋|有(?:没有)?补|给|能)"
        ),
        ({"municipal_title": "caoyuan"}, {"regional_title": _ANY_CLASS}),
    ),
    # The fourth of the city's titles, and the fourth tier of the colleges (facts.md Q19).
    _Vague(
        "municipal_title",
        ("youth",),
        re.compile(
            r"(?<!市级)(?<!高校)(?<!鄂尔多斯)(?<!鄂尔多斯市)青年优秀人才(?!补|奖|多少|怎么|咋|有(?:没有)?补|给|能|、)"
        ),
        ({"municipal_title": "youth"}, {"college_tier": "D"}),
    ),
    _Vague(
        "employer_type",
        ("soe_municipal", "central_enterprise", "regional_direct"),
        re.compile(
            r"(?:在|进|去|到|是|于)[^，。]{0,6}?(?<![市直属区央])(?:国企|国有企业)(?!补|和)|(?:^|(?<=，))(?:国企|国有企业)(?=，|。|$|的|里|上班|工作|员工|职工)"
        ),
    ),
    _Vague(
        "employer_type",
        ("private", "soe_municipal", "central_enterprise", "regional_direct"),
        re.compile(
            r"(?:^|(?<=[，。]))(?:我|就)?(?:在|去|到|进|是)?(?:一?家|个|的)?(?:企业|公司)(?:里|单位|上班|工作|员工)?(?=，|。|$)"
        ),
    ),
    _Vague(
        "employer_type",
        ("central_enterprise",),
        re.compile(
            r"(?:在|是|^|(?<=，))(?:我|一直)?(?:神华|国家能源集团|国能|中煤|中石[油化]|国家电网|华能|大唐|华电|国电投|中国(?:移动|电信|联通)|中铁|中建|中核)"
            r"(?:集团|鄂尔多斯)?[^，。]{0,4}(?:的|上班|工作|，|。|$)"
        ),
    ),
    _Vague(
        "founder",
        (True,),
        re.compile(
            r"(?:想|打算|准备|计划)(?:去|来|到|回)?[^，。]{0,6}(?:创业|开(?:个|家|一家)(?:公司|店|厂|工作室))(?!补|有|园)"
        ),
    ),
    _Vague("founder", (True,), re.compile(r"(?:我|本人)是(?:公司|企业)?的?(?:法人|法定代表人)(?=，|。|$|代表)")),
    _Vague("degree", ("phd", "bachelor"), re.compile(r"(?<![a-z])bs(?=毕业|在读|学历|学位|，|。|$)")),
    _Vague("degree", ("master",), re.compile(r"(?<![a-z])ss(?=毕业|在读|学历|学位|，|。|$)")),
    _Vague("title", ("vice_senior", "senior"), re.compile(r"高级职称|高职(?=称)")),
    _Vague(
        "title",
        ("intermediate",),
        re.compile(
            r"(?:是|有|评了|评上)(?:个)?(?:工程师|会计师|经济师|医师)(?=，|。|；|、|$|职称|去年|今年|前年|刚|\d{4}年|才)"
        ),
    ),
    _Vague("school_claim", ("985", "211"), re.compile(r"985(?:/|、|或者?|和)211|211(?:/|、|或者?|和)985")),
)


def find_vague(text: str) -> Iterator[Mention]:
    """Every word that has to be asked back, with its readings."""
    for one in _VAGUE:
        for found in one.word.finditer(text):
            yield Mention(
                found.start(),
                found.end(),
                one.field,
                one.values[0],
                doubt=True,
                others=one.values[1:],
                readings=one.readings,
            )
