"""What is said of nobody here: of strangers without a name, of people in general, as a condition for everybody."""

from __future__ import annotations

import re

from talent_bot.understanding.clauses import Clauses
from talent_bot.understanding.people import People
from talent_bot.understanding.spots import Spot
from talent_bot.understanding.staff import STAFF

_RANKS = frozenset({"degree", "school_claim", "title", "talent_category", "school"})
_STANDING = frozenset({"degree", "school_claim", "school", "talent_category", "academician_leader"})
_OF_ONE = _RANKS | {"skill_level", "graduation_date", "age"}
# 来了个博士, 招了两名硕士, 编个博士的资料.
_COMES = re.compile(
    r"(?:新来|来|引进|招聘|招|聘用|聘|录用|挖|介绍|推荐|物色|看[上中]|谈|面试|碰[到见]|遇[到见]|编|造|假装是?|冒充)(?:来|进)?(?:了|过)?(?:一|几|两|三|多|\d{1,2})?(?:个|名|位)(?!人|孩|娃|小孩|儿|女儿|公司|店|厂|企业|家|月|\d?岁的?[孩娃小宝])"
    r"|(?:新闻|视频|电视|文章|帖子|评论|网上|群|名单|公示|朋友圈|公众号|抖音|小红书)[里上中](?:面)?的?(?:那|有)?(?:个|位|人)"
    r"|(?:单位|公司|企业|我们|学校|医院|厂)[^，。]{0,4}新(?:来|招|进|引进)的[^，。我]{0,12}(?:那位|那个|一位|一个|人)"
    r"|[跟和与]我(?:同|一样|一起|一块|差不多)[^，。是]{0,6}的(?!$|，|。)"
    r"|(?:公司|单位|企业|我司|我校|学校|医院|厂)[^，。]{0,8}(?:引进|招聘|聘请|录用|引才)(?!的)(?:了)?(?:高管|博士|硕士|人才|专家|教授|本科|应届|员工|毕业|研究生)"
)
_THERE_IS = re.compile(
    r"有(?:一|几|两|三|多|好几)?(?:个|名|位)(?:还|也|都)?[^，。我他她]{0,6}$|(?<![是我为当作就才只])另?一(?:个|名|位)$|(?:[两几三四五六七八九十]|\d{1,3})(?:多|来|几)?(?:个|名|位)$|[俩仨]$"
)
# 公示名单里有个38岁的正高, 我们单位有个高工: one of a place or a list, not what one has.
_AMONG = re.compile(
    r"(?:里|上|中|们|单位|公司|部门|科室|车间|边|儿)(?:面)?(?:就|也|还|曾|倒)?有(?:一|几|两|三|好几)?(?:个|名|位)(?:\d{2}岁的?)?$"
)
# 我俩一个985硕一个双非本: which of the two is who is not said.
_ONE_EACH = re.compile(
    r"(?:俩|两|夫妻|我们|双方)[^，。]{0,4}，?(?:分别)?是?一个[^。，一]{1,10}，?(?:另)?一个[^，。]{0,10}"
)
_ONE_OF_US = re.compile(r"有(?:一|几|两|三)?(?:个|位|名)")
# 硕士有30多个想去, 有十个是高级工: counted heads, none of them the speaker's
_HEADS = r"(?:\d{1,4}|[几两三四五六七八九十百]{1,4})(?:多|来|几)?(?:个|名|位)"
_COUNTED = re.compile(
    rf"[^，。我]{{0,5}}?有{_HEADS}(?:人|想|要|来|去|都|在|是|毕业|$)|(?:有)?\d{{1,4}}(?:余|多)?(?:人|名|位)(?!才)"
)
_SOME_ARE = re.compile(rf"有{_HEADS}(?:人)?(?:都|也|还|已经?)*(?:是|有|拿|考|评)(?:了|上|到|的)*$")
_A_PAPER = re.compile(r"(?:的)?(?:文凭|学历|学位|证|毕业证|职称|资格|孩|娃|儿|女)")
_SELF_AGAIN = re.compile(r"我(?!们)|本人|自己|咱")
# 才能领, 的人能领吗, 非……不可, 凡是……: a condition put to everybody.
_REQUIRED = re.compile(
    r"才(?:能|可|行|给|有|算|够)|^(?:[^，。]{0,6}的)?(?:人|同学|人员|毕业生|员工|职工|人才)(?:能|可以|有|给|都|怎么|算|会|行)"
)
_ONLY_WITH = re.compile(r"^[^我]{0,3}(?:不是|非得?|没有?)[^，。]*(?:不行|不可|不给|没戏)$")
_EVERYBODY = re.compile(r"^[^我]{0,4}(?:凡是?|但凡|针对|面向|关于|对于)[^我]*$")
_DEMANDED = re.compile(
    r"(?:^|[^我])(?:必须|一定要|非得|非要|要求|是不是要|要不要|需不需要)(?:要|得|是|有)?[^，。我]{0,4}$"
)
_WHICH_OF_ALL = re.compile(r"(?:哪些|哪种|哪类|什么样?的?|啥)(?:人|情况|单位|学校)[^，。我]{0,4}$")
_ALL_WHO = re.compile(r"的(?:都|也)(?:给|能|可以|行|算|有)")
_EITHER = re.compile(r"不管|无论|不论|不分|甭管")
_ABOUT = re.compile(
    r"(?:针对|面向|关于|有关|对于)[^，。我]{0,8}$|(?:所有|全部|任何|每个|凡是?|哪些|某些|有的|一些|其他|别的)(?:的)?$"
    r"|(?:至少|起码|最低|必须|要求|只招|限招|仅限|只要|得有|得是|非得|门槛|限)(?:要|得|是|有|为)?[^，。我]{0,3}$|离[^，。]{0,2}$"
)
_GETS = re.compile(
    r"(?:们|生)?(?:都|也|还|就|最多|最高|一般|只|才)?(?:每个?月|一个?月|每年|一年)?(?:能|可以|给|拿|领|发|补|有){1,2}(?:到|了)?(?:\d|[一二三四五六七八九十几]{1,3}万)"
)


class Strangers:
    """Where a message tells of somebody unnamed, or of people in general."""

    def __init__(self, text: str, clauses: Clauses, people: People) -> None:
        self._text, self._people = text, people
        # From where in a sentence somebody unnamed is told of, until the speaker comes back.
        self._each = [m.span() for m in _ONE_EACH.finditer(text)]
        self._since = {clauses.at(m.start()).sentence: m.end() for m in _COMES.finditer(text)}

    def told_of(self, spot: Spot) -> bool:
        """Whether a hit is told of a person without a name: 来了个博士，35岁; not of the one an employer asks for."""
        if STAFF & set(self._people.of(spot.mention.start, spot.mention.end, spot.clause, self._text)):
            return False
        if spot.mention.field in _STANDING and _THERE_IS.search(spot.left) and not _A_PAPER.match(spot.right):
            return True
        if spot.mention.field in _RANKS and any(s < spot.mention.start < e for s, e in self._each):
            return True
        counted = spot.mention.field in _OF_ONE and (_COUNTED.match(spot.right) or _SOME_ARE.search(spot.left))
        if counted and not _A_PAPER.match(spot.right):
            return True
        if _AMONG.search(spot.left) and not _A_PAPER.match(spot.right):
            return True
        if spot.clause.text.endswith("的") and _ONE_OF_US.search(spot.left):
            return True
        since, at = self._since.get(spot.clause.sentence), spot.mention.start
        return since is not None and since <= at and not _SELF_AGAIN.search(self._text[since:at])

    def general(self, spot: Spot) -> bool:
        """Whether a hit is part of a rule or a question about everybody: 硕士才能领, 针对博士的待遇, 博士能拿40万."""
        if _REQUIRED.search(spot.right) and not spot.clause.supposed(spot.mention.start):
            return True
        if _EVERYBODY.search(spot.left) or _ONLY_WITH.search(spot.text):
            return True
        if spot.clause.asked and (_DEMANDED.search(spot.left) or _WHICH_OF_ALL.search(spot.left)):
            return True
        if spot.clause.asked and "我" not in spot.left and _ALL_WHO.match(spot.right):
            return True
        if spot.mention.field not in _RANKS:
            return False
        if _EITHER.search(spot.left) or _ABOUT.search(spot.left):
            return True
        own = any(n.who == ("self",) and spot.clause.start <= n.start < spot.mention.start for n in self._people.named)
        return not own and not spot.clause.asked and _GETS.match(spot.right) is not None
