"""From a mention to a claim: who says what of whom, and how firmly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from talent_bot.understanding import polarity
from talent_bot.understanding.clauses import Clause, Clauses
from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.people import HE, NOBODY, People
from talent_bot.understanding.result import Value
from talent_bot.understanding.spots import Spot
from talent_bot.understanding.strangers import Strangers


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
    r"什么是|啥是|是什么|是啥|指什么|对应|相当|等同|视同|折算|什么叫|啥叫|算不算|区别|一回事|哪个|(?:和|跟|与|比).{1,12}(?:多|高|差|不同|哪|一样|相同)|认不认|算.{0,8}[吗不]|属于.{0,6}吗|差多少|是不是|意思|怎么(?:认定|界定|定义|理解)|^那[^，。]{1,12}呢|呢$"
)
_PERSONAL = re.compile(r"(?:今年|现在|目前|已经|刚|我们?(?:都)?是|本人)")
_SUCH_AS_I = re.compile(
    r"(?:我|像我)(?:们)?(?:这种|这样|这类|这个|这)(?:情况)?|(?<![给跟])我一个(?!月)|我(?:一|堂堂)(?=\d|[本硕博清北])"
)  # 我这种在民企的本科生
_ABOUT = re.compile(r"(?:问问?|咨询|了解|打听)(?:一?下)?$")  # 想问问博士毕业后能拿多少
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
_GOT_AWAY = re.compile(
    r"在(?!鄂|东胜|康巴什|伊|达|准|乌审|杭锦|这|本|咱|我|市|旗|区|单位|公司|学校|职|校|读|此|内蒙)[\u4e00-\u9fff]{2,5}?(?:享受|领|拿|申请|给)"
)  # 之前在克拉玛依享受过安家费
_ABANDONED = re.compile(
    r"^[^，。]{0,4}(?:读(?:了|到)?一半|(?:[读念]了?)?[^，。]{0,4}(?:不[读念]了|没[读念]下[来去])|中途退|退学|退了|肄业|没(?:有)?(?:读|念)(?:完|下|成|上)|读不下|放弃|辍学|没考上|落榜|延毕了?没)"
)
_ALSO_THERE = re.compile(r"(?:也|都)(?:是|在)(?:那|那里|那儿|这|这里)?(?:读的)?$")  # 我浙大的，本科也是
# 考上了内大的博士，不过没去读; 保研到哈工大，读了一年退学了
_NOT_TAKEN_UP = re.compile(
    r"[^，。]{0,6}，(?:但是?|不过|后来|可是?|可惜|最后|结果|我|就|又|因为[^，。]{1,6}，)*(?:[读念上]了?[^，。]{1,4})?(?:就|后|又)?"
    r"(?:没(?:有)?(?:去|能)?(?:[读念上](?:完|成|下去)?|报到|毕业)|放弃|弃学|不去|退学|退了|肄业|不[读念]了)(?:了|工作|上班)*(?=$|，|。)"
    r"|(?:的)?(?:offer|录取通知书?)[^。]{0,4}(?:最后|后来|但|没去|拒|放弃)"  # 拿了浙大的offer最后去了云大
)
_SCHOOLING = frozenset({"degree", "degree_status", "school", "school_claim"})
_LEFT_OFF = re.compile(r"[读念上]过[^，。]{1,6}?，?(?:但|可|后来|不过|最后)+[^，。]{0,3}没(?:有)?(?:毕业|读完|念完|拿)")
_UNREACHED = re.compile(r"(?:没|没有|未)(?:能)?(?:考|读|评|申请|保|录|选|竞聘)(?:取|研)?(?:上|成|到)$")
_NOT_WORK = re.compile(
    r"房(?:子)?(?:就|都|是)*在|户口|落户|迁|老家|旅游|路过|出差|住(?:在|东|康|伊|达|准|鄂|乌|杭|$)|家住|吃|玩|逛|开会|培训|考试|参观|转机|转车|看病|住院|办事|家在|长大|出生|上学|上的学|结婚|亲戚|同学|房价|买|看房|租房|对象|认识"
)
_OF_THE_HOME = re.compile(r"(?:就|是|也|都|位置|地址)*(?:买)?在[^，。工班职]{2,9}")  # 房子2023年买的，在伊旗
_AT_WORK = re.compile(r"工作|上班|入职|单位|公司")
_EMPLOYER = frozenset({"employer_type", "key_enterprise", "listed_company", "qualifications"})
_BESIDE = re.compile(
    r"(?:企业|公司|单位)?(?:的)?(?:大?楼|院(?:里|内)|旁|对面|隔壁|门口|附近|食堂|下属|子公司|供应商|分包|外包|驻场|保安|合作|甲方|客户)"
)  # 人在央企楼里上班
_NOT_YET = re.compile(r"学位(?:证)?(?:还|都|也)?(?:没|未)(?:有)?(?:拿|取得|到手|下来|授予|发|获)")
_THAT_ONE = re.compile(r"(?:的)?那(?:一)?(?:个|位)(?:$|人|博士|硕士|怎么|能|呢|算|的情况|先|再)")  # 请把清华那个算一下
# 2018年8月至2022年3月在某所做博士后: over and done
_FROM_TO = re.compile(
    r"(?:19|20)\d{2}[\d年月日号.\-/]*(?:起)?(?:到|至|-|～|—{1,2})(?:19|20)\d{2}[\d年月日号.\-/]*(?!\d)"
)
_LASTING = frozenset({"contract", "contract_years", "social_insurance"})
_NEVER_SAID = re.compile(r"[没未](?:有)?(?:说|讲|填|写|提)过?")
_APPOINTED = re.compile(r"(?:厂|公司|单位|车间|矿|老板)[^，。]{0,3}聘(?:任|用)?(?:了|我|的是|为|成|当|做)*$")
_TRYING = re.compile(
    r"[^，。]{0,3}(?:还在|正在|在)(?:考|评|申报|公示)(?!核)|(?:的)?答辩|评审(?:中|还|正)"
)  # 高级技师还在考
_TAKEN_BACK = re.compile(r"(?:的|给我|先|那个|这个)*(?:删|去掉|撤[回销]|划掉|作废|不要了|别算)")  # 硕士删掉
_NOT_ISSUED = re.compile(
    r"(?:只|才)?考?过了?(?:理论|笔试|一门|两门|一科)|[^。]{0,8}(?:实操|理论|答辩|笔试|面试|论文)[^，。]{0,2}没(?:有)?(?:过|通过|考)|[^。我]{0,4}(?:成绩|证书?|文件|批文)(?:还|都|也)?(?:没|未)(?:有)?(?:出|下|发|拿|到|办)|[^，。我]{0,3}还没(?:有)?(?:拿|发|下)到?(?:证|文|来)"
)
# Put up for it, and not yet given.
_PUT_UP = re.compile(r"公示(?!完|结束|过|名单)|等着?批|待批|没批|没下来|已(?:经)?报|报上去|申报中|评审中")
_AWARDED = frozenset({"talent_category", "municipal_title", "regional_title", "college_tier"})
_MISPUT = re.compile(r"(?:打|写|填|说|输|选|点|看|念|记|听|认|当|搞|弄|叫|喊)(?:成了?|作)$")  # 博士打成了硕士
_MISTAKEN = re.compile(
    r"以为|误认|[把拿]我当|[叫喊称]我$|管我叫$|(?:不如|比不上|比不过|赶不上|不及|还不比)[^，。]{0,4}$"
)  # 人家老以为我是高工, 还不如双非博士
_OR_ELSE = re.compile(r"[^我他她你，。也都仍目前在]{2,6}还是(?:算|是|说)?$")
_PROVES = re.compile(
    r"证明|确认|判断|知道|查|看看|认定|说明|怎么算|承认|(?:符合|属于|满足|够得?上|达到|算)[^，。]{0,2}$"
)
_LEAVING = re.compile(
    r"(?<!不)(?:想|打算|准备|考虑|要)[^，。]{0,4}(?:跳|换|调|转|去|进|到|来)[^，。]{0,8}(?:[国民央私]企|企业|公司|机关|事业|高校|医院)"
)
_USED_TO_BE = re.compile(r"(?:之前|以前|原来|原先|此前)(?:一直)?(?:只?是|都是|才是?|就是|是个)?$|当时(?:还|只|才)?是$")
_ONCE_AT = re.compile(r"(?:之前|以前|原来|原先|此前)(?:一直)?在$")  # 讲师，原来在榆林学院
_LEARNT = re.compile(r"[^，。]{0,6}(?:[读念学上]|毕业|本科|[硕博]士|研究生)")
_CORRECTING = re.compile(r"错|不对|反了|应该(?:是)?(?:填|写|选|改)")
_UNPLANNED = frozenset(
    {"age", "birth_date", "school", "school_claim", "graduation_date", "parents_70", "children_under_3"}
)


def _home_before(text: str) -> bool:
    """Whether the clause before tells of a home and not of work."""
    before = re.split("[，。！？；]", text.rstrip("，"))[-1]
    return re.search("房|户口|老家", before) is not None and not _AT_WORK.search(before)


class Judge:
    """Weighs each mention by its clause."""

    def __init__(self, text: str, clauses: Clauses, people: People, mentions: list[Mention]) -> None:
        self._text, self._clauses, self._people = text, clauses, people
        self._strangers = Strangers(text, clauses, people)
        self._correcting = bool(_CORRECTING.search(text))
        self._kinds: dict[int, set[str]] = {}
        for one in mentions:
            if one.field not in ("degree_status", "benefit"):
                self._kinds.setdefault(clauses.at(one.start).start, set()).add(one.field)

    def claims(self, mention: Mention, like: bool | None = None) -> tuple[list[Claim], bool | None]:
        """The claims of a mention, one a person, and its polarity for a list that follows."""
        clause = self._clauses.at(mention.start)
        if clause.reported(mention.start):
            return [], None
        spot = Spot.of(mention, clause)
        negative = like if like is not None else polarity.negated(spot.text, spot.start, spot.end)
        negative = False if mention.turn == "settled" else negative
        if negative is None:
            return [], None
        judged = None if self._nobodys(spot) else self._judge(spot, negative)
        if judged is None:
            return [], negative
        value, stance = judged
        words = self._text[mention.start : mention.end]
        base = Claim(
            "", mention.field, value, stance, mention.start, mention.end, mention.others, words, mention.readings
        )
        unknown = (*NOBODY, *(() if self._people.only_he else HE))
        return [replace(base, person=p) for p in self._persons(mention, clause) if p not in unknown], negative

    def _persons(self, mention: Mention, clause: Clause) -> tuple[str, ...]:
        if mention.person == "self":
            own = self._people.household(mention.start, clause)
            return ("self",) if own == ("spouse",) and mention.field.startswith("children") else own
        return (mention.person,) if mention.person else self._people.of(mention.start, mention.end, clause, self._text)

    def _nobodys(self, spot: Spot) -> bool:
        """Whether a hit is nobody's fact whatever its polarity."""
        return (
            self._strangers.told_of(spot)
            or self._strangers.general(spot)
            or bool(
                _TAKEN_BACK.match(spot.right)
                or (_THAT_ONE.match(spot.right) and not spot.left.endswith("就"))  # 一级证，就高级技师那个
                or _MISPUT.search(spot.left)
                or _MISTAKEN.search(spot.left)
            )
            or (spot.left.count("还是") == 1 and bool(_OR_ELSE.search(spot.left)))
            or polarity.urged(spot.text, spot.start)
        )

    def _judge(self, spot: Spot, negative: bool) -> tuple[Value, Stance] | None:
        turned = self._turned(spot, negative)
        if turned is None:
            return None
        value, stance = turned
        mention = spot.mention
        if spot.clause.supposed(mention.start):
            return (value, Stance.SUPPOSED) if stance is Stance.FACT else None
        if self._elsewhere(spot) or self._only_planned(spot):
            return None
        asked = spot.clause.asked
        if mention.doubt and asked and _COMPARES.search(spot.text):
            return None
        if mention.doubt or (mention.field != "first_time" and self._hedged(spot)):
            return (value, Stance.UNSURE) if stance is Stance.FACT else None
        if asked and not self._asserted(spot):
            return (value, Stance.UNSURE) if stance is Stance.FACT and not _COMPARES.search(spot.text) else None
        return value, stance

    def _turned(self, spot: Spot, negative: bool) -> tuple[Value, Stance] | None:
        """What negation makes of a mention."""
        mention, value = spot.mention, spot.mention.value
        if _NEVER_SAID.search(spot.left):
            if mention.turn != "deny" or not isinstance(value, str):
                return None
            negative = True
        if mention.field == "degree":
            if _ABANDONED.match(spot.right) or _UNREACHED.search(spot.left) or _LEFT_OFF.search(spot.text):
                return None
            if negative and re.match(r"(?:的)?(?:毕业证|学位证|学历证|证)", spot.right):
                return None  # the paper is missing, not the degree
            if _NOT_YET.search(spot.said + spot.right[:12]):
                negative = False  # still to be had, as `degree_status` says
        if mention.field in _SCHOOLING and _NOT_TAKEN_UP.match(self._text, mention.end):
            return None
        if mention.field == "degree" and _ALSO_THERE.match(spot.right):
            return None
        if mention.field == "skill_level" and _APPOINTED.search(spot.left):
            return None  # the post a firm gives is no certificate
        if mention.field in ("title", "skill_level") and (
            _TRYING.match(spot.right) or _NOT_ISSUED.match(self._text, mention.end)
        ):
            return None
        if not negative:
            return value, Stance.FACT
        if mention.turn == "drop":
            return None
        if mention.turn == "flip" and isinstance(value, bool):
            return not value, Stance.FACT
        return value, Stance.DENIED

    def _elsewhere(self, spot: Spot) -> bool:
        """Whether work is told of another time or place."""
        field = spot.mention.field
        if _USED_TO_BE.search(spot.left):
            return True
        if field == "school" and _ONCE_AT.search(spot.left) and not _LEARNT.match(spot.right):
            return True
        if field == "district" and spot.left.endswith("从"):
            return True  # 从乌审旗跳槽到西安
        if field == "district" and _NOT_WORK.search(spot.text) and not _AT_WORK.search(spot.text):
            return True
        if field == "district" and _OF_THE_HOME.fullmatch(spot.text) and _home_before(self._text[: spot.clause.start]):
            return True
        if field in _WORK_FIELDS | {"postdoc"} and field not in _LASTING and _FROM_TO.search(spot.text):
            return True
        if field == "received" and (_AWAY.search(spot.left) or _GOT_AWAY.search(spot.text)):
            return True
        if field not in _WORK_FIELDS:
            return False
        if field in _EMPLOYER and _BESIDE.match(spot.right):
            return True
        if field in _EMPLOYER and _LEAVING.search(self._text, spot.mention.end):
            return True  # the employer one is about to leave
        away = field != "social_insurance" and bool(_AWAY.search(spot.left))
        return away or polarity.past(spot.text, spot.start)

    def _only_planned(self, spot: Spot) -> bool:
        mention = spot.mention
        if mention.field == "contract_years" and polarity.considered(spot.text, spot.start):
            return True
        if mention.field in _EMPLOYER and polarity.wished(spot.text, spot.start):
            return True
        # 预计明年博士毕业 plans the day, not the degree
        finishing = mention.field == "degree" and "毕业" in (spot.said[-2:], spot.right[:2])
        if mention.ripe or finishing or mention.field in _UNPLANNED:
            return False
        return polarity.planned(spot.text, spot.start)

    def _hedged(self, spot: Spot) -> bool:
        if _SUCH_AS_I.search(spot.left):
            return False  # 难道我一个清华硕士
        if spot.mention.field in _AWARDED and _PUT_UP.search(self._text):
            return True
        # In a correction 应该 is no doubt: 选错了，应该选柔性.
        text = spot.text.replace("应该", "□□") if self._correcting else spot.text
        return polarity.hedged(text, spot.start, spot.end)

    def _asserted(self, spot: Spot) -> bool:
        """Whether a fact inside a question is nevertheless told of the person."""
        mention, clause = spot.mention, spot.clause
        named = [n for n in self._people.named if clause.start <= n.start < mention.start]
        between = self._text[named[-1].end : mention.start] if named else ""
        if _PROVES.search(spot.left) or _ABOUT.search(spot.left):
            return False
        if _SUCH_AS_I.search(spot.left):
            return True
        if _COMPARES.search(spot.text):
            return (
                bool(named)
                and re.fullmatch(r"(?:就)?(?:是|只有|有)(?:个|一个)?.{0,4}", between) is not None
                and "不是" not in between[:2]
            )
        if named and not _ABLE.search(between):
            return True
        if _PERSONAL.search(spot.left) or spot.right.startswith("了") or re.match(r"[^，]{0,4}[，]?我", spot.right):
            return True
        kinds = self._kinds.get(clause.start, set())
        return len(kinds) >= 2 or mention.field in ("birth_date", "graduation_date", "arrival_date", "school")
