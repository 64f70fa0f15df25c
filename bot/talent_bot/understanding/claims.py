"""From a mention to a claim: who says what of whom, and how firmly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from talent_bot.understanding import polarity
from talent_bot.understanding.clauses import Clause, Clauses
from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.people import People
from talent_bot.understanding.result import Value


class Stance(Enum):
    """What may be done with a claim."""

    FACT = "fact"
    DENIED = "denied"
    SUPPOSED = "supposed"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of one field of one person, with its stance and its place."""

    person: str
    field: str
    value: Value
    stance: Stance
    start: int
    end: int
    others: tuple[Value, ...] = ()
    words: str = ""
    readings: tuple[Mapping[str, Value], ...] = ()


_COMPARES = re.compile(
    r"什么是|啥是|是什么|是啥|指什么|对应|相当|等同|视同|折算|什么叫|啥叫|算不算|区别|一回事|哪个|(?:和|跟|与|比).{1,8}(?:多|高|差|不同|哪)|认不认|算.{0,8}吗|属于.{0,6}吗|差多少|是不是|意思|^那[^，。]{1,12}呢|呢$"
)
_PERSONAL = re.compile(r"(?:今年|现在|目前|已经|刚|我们?(?:都)?是|本人)")
_ABLE = re.compile(r"能|可以|算|会|评|有没有|想|要不要|是不是|是否|需要|要")
_WORK_FIELDS = frozenset(
    {
        "employer_type",
        "district",
        "engagement",
        "contract",
        "contract_years",
        "on_post",
        "key_enterprise",
        "listed_company",
        "industry",
        "job_role",
        "social_insurance",
        "founder",
        "functional_zone",
        "civil_servant",
    }
)
_AWAY = re.compile(
    r"(?:在|到|去|于)(?:北京|上海|深圳|广州|杭州|成都|西安|呼和浩特|呼市|包头|外地|老家|[\u4e00-\u9fff]{2}(?:市|省))"
)
_ABANDONED = re.compile(
    r"^[^，。]{0,4}(?:读了?一半|退学|退了|肄业|没(?:有)?(?:读|念)(?:完|下|成|上)|读不下|放弃|辍学|没考上|落榜|延毕了?没)"
)
_UNREACHED = re.compile(r"(?:没|没有|未)(?:能)?(?:考|读|评|申请|保|录|选|竞聘)(?:取|研)?(?:上|成|到)$")
_NOT_WORK = re.compile(
    r"户口|落户|迁|老家|旅游|路过|出差|住(?:在|东|康|伊|达|准|鄂|乌|杭)|家住|吃|玩|逛|开会|培训|考试|参观|转机|转车|看病|住院|办事|家在|长大|出生|上学|上的学|结婚|亲戚|同学|房价|买|看房|租房|对象|认识"
)
_RANKS = frozenset({"degree", "school_claim", "title", "talent_category", "school"})
_EMPLOYER = frozenset({"employer_type", "key_enterprise", "listed_company", "qualifications"})
_STANDING = frozenset({"degree", "school_claim", "school", "talent_category", "academician_leader"})
_ABOUT = re.compile(
    r"(?:针对|面向|关于|有关|对于)[^，。我]{0,8}$|(?:所有|全部|任何|每个|凡是?|哪些|某些|有的|一些|其他|别的)(?:的)?$"
    r"|(?:至少|起码|最低|必须|要求|只招|限招|仅限|只要|得有|得是|非得|门槛|限)(?:要|得|是|有|为)?[^，。我]{0,3}$|离[^，。]{0,2}$"
)
_GETS = re.compile(
    r"(?:们|生)?(?:都|就|最多|最高|一般|只|才)?(?:能|可以|给|拿|领|发|补|有){1,2}(?:到|了)?(?:\d|[一二三四五六七八九十几]{1,3}万)"
)
# 来了个博士, 招了两名硕士; 编个博士的资料: nobody here.
_SOMEBODY = re.compile(
    r"(?:新来|来|引进|招聘|招|聘用|聘|录用|挖|编|造|假装是?|冒充)(?:来|进)?(?:了|过)?(?:一|几|两|三|多|\d{1,2})?(?:个|名|位)(?!孩|娃|小孩|儿|女儿|公司|店|厂|企业|家|月|\d?岁的?[孩娃小宝])"
    r"|(?:公司|单位|企业|我司|我校|学校|医院|厂)[^，。]{0,8}(?:引进|招聘|聘请|录用|引才)(?!的)(?:了)?(?:高管|博士|硕士|人才|专家|教授|本科|应届|员工|毕业|研究生)"
)
_SOMEBODY_IS = re.compile(
    r"有(?:一|几|两|三|多|好几)?(?:个|名|位)[^，。我]{0,6}$|(?<![是我为当作俺就才只])(?:另?一|两|几|三)(?:个|名|位)$"
)
_A_PAPER = re.compile(r"(?:的)?(?:文凭|学历|学位|证|毕业证)")
_SELF_AGAIN = re.compile(r"我(?!们)|俺|本人|自己|咱")
_NOT_YET = re.compile(r"学位(?:证)?(?:还|都|也)?(?:没|未)(?:有)?(?:拿|取得|到手|下来|授予|发|获)")
_NEVER_SAID = re.compile(r"[没未](?:有)?(?:说|讲|填|写|提)过?[^，。]{0,4}$")
_MISPUT = re.compile(r"(?:打|写|填|说|输|选|点|看|念)成了?$")  # 博士打成了硕士
_OR_ELSE = re.compile(r"[^我他她你，。也都仍目前在]{2,6}还是(?:算|是|说)?$")
_EITHER = re.compile(r"不管|无论|不论|不分|甭管")
_PROVES = re.compile(r"证明|确认|判断|知道|查|看看|认定|说明|怎么算|承认")
_UNPLANNED = frozenset(
    {"age", "birth_date", "school", "school_claim", "graduation_date", "parents_70", "children_under_3"}
)


class Judge:
    """Weighs each mention by its clause."""

    def __init__(self, text: str, clauses: Clauses, people: People, mentions: list[Mention]) -> None:
        self._text, self._clauses, self._people = text, clauses, people
        self._kinds: dict[int, set[str]] = {}
        # From where in a sentence somebody unnamed is told of, until the speaker comes back.
        self._somebody = {clauses.at(m.start()).sentence: m.end() for m in _SOMEBODY.finditer(text)}
        for one in mentions:
            if one.field not in ("degree_status", "benefit"):
                self._kinds.setdefault(clauses.at(one.start).start, set()).add(one.field)

    def claims(self, mention: Mention, like: bool | None = None) -> tuple[list[Claim], bool | None]:
        """The claims of a mention, one a person, and its polarity for a list that follows."""
        clause = self._clauses.at(mention.start)
        if clause.reported(mention.start):
            return [], None
        start, end = mention.start - clause.start, mention.end - clause.start
        negative = like if like is not None else polarity.negated(clause.text, start, end)
        negative = False if mention.turn == "settled" else negative
        if negative is None:
            return [], None
        persons = (
            (mention.person,) if mention.person else self._people.of(mention.start, mention.end, clause, self._text)
        )
        if persons == ("self",) and self._of_somebody(mention, clause):
            return [], negative
        judged = self._judge(mention, clause, negative)
        if judged is None:
            return [], negative
        value, stance = judged
        words = self._text[mention.start : mention.end]
        base = Claim(
            "", mention.field, value, stance, mention.start, mention.end, mention.others, words, mention.readings
        )
        return [replace(base, person=p) for p in persons if p != "other"], negative

    def _of_somebody(self, mention: Mention, clause: Clause) -> bool:
        """Whether a hit is told of a person without a name: 来了个博士，35岁."""
        left = clause.text[: mention.start - clause.start]
        right = clause.text[mention.end - clause.start :]
        if mention.field in _STANDING and _SOMEBODY_IS.search(left) and not _A_PAPER.match(right):
            return True
        since = self._somebody.get(clause.sentence)
        return (
            since is not None and since <= mention.start and not _SELF_AGAIN.search(self._text[since : mention.start])
        )

    def _judge(self, mention: Mention, clause: Clause, negative: bool) -> tuple[Value, Stance] | None:
        start, end = mention.start - clause.start, mention.end - clause.start
        value: Value = mention.value
        stance = Stance.FACT
        right = clause.text[end:]
        if mention.field in _RANKS and (self._general(clause, start, right) or _EITHER.search(clause.text[:start])):
            return None
        if negative and mention.field == "degree" and re.match(r"(?:的)?(?:毕业证|学位证|学历证|证)", right):
            return None  # the paper is missing, not the degree
        if mention.field == "degree" and _NOT_YET.search(clause.text[start : end + 12]):
            negative = False  # still to be had, as `degree_status` says
        if _MISPUT.search(clause.text[:start]):
            return None
        if _OR_ELSE.search(clause.text[:start]) and clause.text[:start].count("还是") == 1:
            return None
        if negative:
            if mention.turn == "drop" or (mention.turn == "flip" and _NEVER_SAID.search(clause.text[:start])):
                return None
            if mention.turn == "flip" and isinstance(value, bool):
                value = not value
            else:
                stance = Stance.DENIED
        if mention.field == "degree" and (
            _ABANDONED.match(clause.text[end:]) or _UNREACHED.search(clause.text[:start])
        ):
            return None
        if (
            mention.field == "district"
            and _NOT_WORK.search(clause.text)
            and not re.search(r"工作|上班|入职|单位|公司", clause.text)
        ):
            return None
        if clause.supposed(mention.start):
            return (value, Stance.SUPPOSED) if stance is Stance.FACT else None
        # 预计明年博士毕业 plans the day, not the degree
        finishing = mention.field == "degree" and "毕业" in (clause.text[end - 2 : end], right[:2])
        if not (mention.ripe or finishing or mention.field in _UNPLANNED) and polarity.planned(clause.text, start):
            return None
        if mention.field in _WORK_FIELDS and (polarity.past(clause.text, start) or self._away(mention, clause)):
            return None
        if mention.doubt and clause.asked and _COMPARES.search(clause.text):
            return None
        if polarity.urged(clause.text, start) or (mention.field in _EMPLOYER and polarity.wished(clause.text, start)):
            return None
        if mention.doubt or (mention.field != "first_time" and polarity.hedged(self._sure(clause.text), start, end)):
            return (value, Stance.UNSURE) if stance is Stance.FACT else None
        if clause.asked and not self._asserted(mention, clause):
            return (value, Stance.UNSURE) if stance is Stance.FACT and not _COMPARES.search(clause.text) else None
        return value, stance

    def _sure(self, clause: str) -> str:
        """In a correction 应该 is no doubt: 选错了，应该选柔性."""
        return (
            clause.replace("应该", "□□")
            if re.search(r"错|不对|反了|应该(?:是)?(?:填|写|选|改)", self._text)
            else clause
        )

    def _general(self, clause: Clause, start: int, right: str) -> bool:
        """Whether a rank is spoken of in general: 针对博士的待遇, 博士能拿40."""
        if _ABOUT.search(clause.text[:start]):
            return True
        own = any(n.who == ("self",) and clause.start <= n.start < clause.start + start for n in self._people.named)
        return not own and not clause.asked and _GETS.match(right) is not None

    def _away(self, mention: Mention, clause: Clause) -> bool:
        return mention.field != "social_insurance" and bool(_AWAY.search(clause.text[: mention.start - clause.start]))

    def _asserted(self, mention: Mention, clause: Clause) -> bool:
        """Whether a fact inside a question is nevertheless told of the person."""
        left, right = clause.text[: mention.start - clause.start], clause.text[mention.end - clause.start :]
        named = [n for n in self._people.named if clause.start <= n.start < mention.start]
        between = self._text[named[-1].end : mention.start] if named else ""
        if _PROVES.search(left):
            return False
        if _COMPARES.search(clause.text):
            return (
                bool(named)
                and re.fullmatch(r"(?:就)?(?:是|只有|有)(?:个|一个)?.{0,4}", between) is not None
                and "不是" not in between[:2]
            )
        if named and not _ABLE.search(between):
            return True
        if _PERSONAL.search(left) or right.startswith("了") or re.match(r"[^，]{0,4}[，]?我", right):
            return True
        kinds = self._kinds.get(clause.start, set())
        return len(kinds) >= 2 or mention.field in ("birth_date", "graduation_date", "arrival_date", "school")
