"""Of whom each part of a message speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from talent_bot.understanding.clauses import Clause, Clauses
from talent_bot.understanding.namesakes import OWN, names_nobody
from talent_bot.understanding.staff import CANDIDATE, EMPLOYEE, ONE_OF, STAFF

SELF: tuple[str, ...] = ("self",)
NOBODY: tuple[str, ...] = ("nobody",)
HE: tuple[str, ...] = ("other",)  # 他, where nobody was named
_OBJECT = re.compile(
    r"(?:[跟和与带](?:[几俩两三]|一|好几)个?|跟着|陪着|跟|陪|带着|带|随|给|帮|替|让|叫|告诉|教|找|(?<![请想来就])问|对|不如|比不上|赶不上|比|接替?|顶替?|代替|嫁给|娶了?|照顾|养|属于|来自|离)$"
)
_EXISTS = re.compile(r"(?:有|没有?|带|拖着?|拉扯|生了|养|上有|下有|家里|育有|无)[^，]{0,8}$")
_JOIN = re.compile(r"^(?:和|跟|与|、|还有|以及|及|同)(?:我的?)?$")
_ASKS_FOR = r"(?:帮|替|给|代|为|帮着|想帮|想替)(?:我)?(?:家)?(?:的)?"
_ASKING = r"(?:来)?(?:问|咨询|打听|查|看看|看|了解|申请|算|测)"
# 老王, 小李, 张总: somebody, whoever it is.
_SURNAMED = (
    "张三|李四|王五|小[明红丽刚强华](?![\u4e00-\u9fff]{0,2}[大学校])|"
    "(?:其他|其余|剩下|另外)(?:的|人|几个|三个|两个|俩|老人)*(?=(?:也|还)?[都全])|"
    "(?:我们|咱们?)(?:部门|单位|公司|科室|班|宿舍|组|团队|车间|学校|学院|医院|厂)(?:里)?"
    "(?=(?:基本|大部分|大多|全|全部)?(?:上)?(?:都是|全是|平均)|有[一几两三四五六七八九十\\d]{1,3}(?:个|名|位)?(?:博|硕|本科|研究生|高工|教授))|"
    "(?:隔壁|对面|楼上|楼下|邻座|同组|同批|旁边)(?:的)?(?:工位|桌|办公室|部门|科室|组|科|宿舍|单位|公司|床|村|座位|家)?(?:的)?(?:那个|那位|那|有个)?(?![爷奶大老小楼城市旗区])|"
    "(?:隔壁|同村|楼上|楼下)?(?<![大爷奶姥])[老小][张王李赵刘陈杨黄周吴徐孙](?!家庄|子|师|板|姐|妹|孩)"
    "|(?<!爸妈)(?<!父母)(?<!老人)(?<!孩子)其中(?:有)?[一两几二三](?:个|位|名)(?:人)?(?!孩|娃|月|儿|女|是我)"
    "|第[一二三四五](?:个|位)人|(?<=[，。；])学生(?=985|211|双|硕|博|是|今)|(?<![我是])[男女对]方(?!面|式|便|向|案|法)|(?:^|(?<=[，。；]))另(?:外)?(?:还有)?一(?:个|位|名)(?=海归|博|硕|是(?:海归|博|硕|本|985|211))"
    "|[张王李赵刘陈杨黄周吴徐孙](?:某某?|总(?![经监工人额])|工(?![程作人业资厂])|主任|老师|博士(?=说|是|拿|领|给|他|来)|教授(?=说|是|拿))"
)
_TALKS = re.compile(r"[^，。都一俩两]{0,6}?(?:说|谈|聊|讲|商量|约|签|问|打听|确认|沟通|反映|提)")  # 我跟老板说好了
_TOGETHER = re.compile("[^，。]{0,3}(?:都|俩|两|一起|一块|均|全|各|夫妻|同)")
_SHARED = re.compile(r"合租|同住|搭伙")  # 和同事合租 tells of the speaker's home
# 我替他填：27岁: what follows is his.
_FOR = re.compile(r"[替帮代给]$")
_ASKED_FOR = re.compile(r"(?:填|回答|答|报|咨询|打听|问|查|申请)")
# 在我们厂干了三年 tells where, not who.
_WHERE = re.compile(r"(?:在|来|到|进|去|是)$")
_PLACE = re.compile(r"(?:这|那)?(?:厂|公司|单位|部门|车间|矿|院|学校|医院|村|镇|旗|市|所|科室|店|边|里)")
_OF = ("", "的", "家", "家的")
_BOTH = re.compile(r"(?:我们?俩?|俩人?|两人|两个人)?(?:都|均|全)(?:是|在|有|没|已)")
_GROWN = re.compile(r"(?:1[89]|[2-5]\d|十[八九]|[二三四五]十[一二三四五六七八九]?)(?:周?岁|了|，|$)")
_GONE = re.compile(r"去世|过世|不在了|没了$|离异|离婚了")
_MANY = re.compile(r"爸妈|父母|爹|老人|二老|双亲|孩子们|[俩两]")  # 都 after these is of them alone
_NOT_HE = "其|吉|及"
_NEAR = 14  # as far back as these patterns look


@dataclass(frozen=True, slots=True)
class Named:
    """A person named at a place; `joined` with the person named just before."""

    start: int
    end: int
    who: tuple[str, ...]
    topic: bool


@dataclass(frozen=True, slots=True)
class People:
    """The persons of one message: who is named where, and whom each clause is about."""

    named: tuple[Named, ...]
    topics: Mapping[int, tuple[str, ...]]
    client: str
    before: bool = False

    @property
    def only_he(self) -> bool:
        """Whether the message tells of 他 alone, or the talk `before` named him and the message but the speaker."""
        others = (HE, SELF) if self.before else (HE,)
        return any(n.who == HE for n in self.named) and all(n.who in others for n in self.named)

    def of(self, start: int, end: int, clause: Clause, text: str) -> tuple[str, ...]:
        """Of whom the hit at `start:end` is said."""
        after = next((n for n in self.named if end <= n.start <= end + 3 and n.start < clause.end), None)
        modifies = after and text[after.start] not in "我咱他她" and after.who != SELF
        left = max((n.end for n in self.named if clause.start <= n.start and n.end <= start), default=None)
        # Right before another person only where nobody is spoken of yet, or one has or found her: 我本科，老公硕士.
        alone = left is None or re.search("[有找嫁娶个]", text[left:start]) is not None
        if after and modifies and re.fullmatch(r"的|岁的|的老|老|大的|了的" + "|" * alone, text[end : after.start]):
            return after.who
        if (
            after
            and after.who != SELF
            and text[after.end : after.end + 1] in "，。我"
            and text[end : after.start] in ("是", "的是")
        ):
            return after.who  # 博士是我妹
        # 去年我老婆买了房 begins before the person it is said of.
        reach = max((n.end for n in self.named if start <= n.start and n.end <= end and n.topic), default=start)
        before = [n for n in self.named if clause.start <= n.start and n.end <= reach and n.topic]
        several = len(before) > 1 and not _MANY.search(text[before[-1].start : before[-1].end])
        if several and before[-1].who != NOBODY and re.search(r"[都均]", text[before[-1].end : start]):
            return tuple(dict.fromkeys(w for n in before for w in n.who))
        return before[-1].who if before else self.topics[clause.start]

    def household(self, start: int, clause: Clause) -> tuple[str, ...]:
        """Whose parents or children are counted at `start`: the person spoken of who is not one of them."""
        around = [n.who for n in self.named if n.start < start < n.end]
        if around:
            return SELF if around[-1] in _MEMBERS else around[-1]  # 我爸妈 holds its owner
        before = [n.who for n in self.named if clause.start <= n.start and n.end <= start and n.topic]
        if before:
            return NOBODY if before[-1] in _MEMBERS else before[-1]  # 我儿子有个孩子 is a grandchild
        topic = self.topics[clause.start]
        return SELF if topic in _MEMBERS else topic


_MEMBERS = (("parent",), ("child",))
_IN_PASSING = (*_MEMBERS, ("parent_in_law",))
_BIRTH = re.compile(r"年(?:的|生)|出生|[没不未]到|[不没]满")  # an age that follows is of the same person
_AGE_NOW = re.compile(
    r"(?:今年|现在|已经|刚好?|都|也|周岁|正好)*(?:满|过|整)?(?:\d{2}|[五六七八九]十[一二三四五六七八九]?)(?:周?岁)?了?"
)


_UNNAMED = frozenset({"self", "nobody", "other"})
_US_TWO = re.compile(r"(?:我|咱)(?:们)?(?:俩|两个?人?)")
_YOUNGER = re.compile(r"外甥|侄|孙|[表堂][弟妹]")
_ARRANGED = re.compile(
    r"(?:导师|老师|领导|老板|主任|院长|师傅|朋友)(?:都|也|已经?|那边|这边)*(?:联系|找|谈|定|选|约|沟通|商量)(?:好|妥|过|上)?了"
)
_SENT = re.compile(
    r"(?:让|叫|催|托|派|喊)(?:我|咱)(?:们)?(?:来|去|先|帮忙)*(?:问|打听|咨询|了解|查|看)[问打听询解查看一下]{0,3}$"
)
_MYSELF = frozenset(("哥们", "哥们儿", "老子", "老娘"))  # how some speak of themselves, in their first word


class PeopleReader:
    """Finds persons by the words for kin, colleagues and pronouns."""

    def __init__(self, words: Mapping[str, list[str]]) -> None:
        self._who = {w: who for who, several in words.items() for w in several}
        kin = "|".join(sorted((re.escape(w) for w in self._who), key=len, reverse=True))
        self._kin = kin
        self._person = re.compile(
            rf"(?P<employee>{EMPLOYEE})|(?P<candidate>{CANDIDATE})"
            rf"|(?P<couple>(?:我们|咱们?)?(?:夫妻|两口子|夫妇)(?:俩|二人|两个|两人)?|(?:我们|咱们?)老两口)"
            rf"|(?P<kin>(?:(?:我|咱)(?:们)?(?:家)?(?:的|那)?)?(?:{kin})(?:们)?)"
            rf"|(?P<named>{_SURNAMED})"
            rf"|(?P<me>我(?:们|自己)?+(?:们)?+|本人|咱(?:们)?+|自己|鄙人|在下)(?<!们(?=鄂尔多斯|这[边儿里]|那[边儿里]|市|旗|东胜|康巴什))|(?P<two>(?:他|她)(?:们)?(?:[俩两]个?人?))|(?P<he>(?<![{_NOT_HE}])(?:他|她|ta)(?!们|人))"
            r"|(?P<kid>[大小]的(?=(?:今年|才|刚|已经)?[\d一两二三四五六七八九十半]{1,3}(?:周?岁|个月)))"
        )
        self._client = re.compile(
            rf"{_ASKS_FOR}(?P<kin>{kin}){_ASKING}?[^，。]{{0,2}}?{_ASKING}"
            rf"|(?:问问?|咨询|打听|了解)(?:一?下)?我(?:家)?(?P<for>{kin})的(?:事|情况|问题)"
        )

    def read(self, text: str, clauses: Clauses, asked: tuple[str, ...] = SELF) -> People:
        """Name the persons and carry the topic from clause to clause; `asked` is whom our question was about."""
        found = self._client.search(text)
        client = found.group("kin") or found.group("for") if found else ""
        client = ONE_OF.get(client) or self._who.get(client, "")
        young = found is not None and client == "relative" and bool(_YOUNGER.search(found.group()))
        named: list[Named] = []
        topics: dict[int, tuple[str, ...]] = {}
        topic = (client,) if client else asked
        third = (client,) if client else HE
        spots = list(self._person.finditer(text))
        at, born = 0, ()  # type: int, tuple[str, ...]
        for clause in clauses.all:
            if _BOTH.match(clause.text) and any("spouse" in n.who for n in named) and topic in (SELF, ("spouse",)):
                topic = ("self", "spouse")
            if born and _AGE_NOW.fullmatch(clause.text):
                topic = born  # 我爸1956年的，今年满70
            topics[clause.start] = topic
            while at < len(spots) and spots[at].start() < clause.end:
                spot, at = spots[at], at + 1
                one = self._name(spot, text, clause, third, named)
                if one and young and one.who == ("child",) and text[one.start] not in "我咱他她":
                    one = replace(one, who=(client,))  # 替我外甥问，孩子今年24
                if one is None:
                    continue
                named.append(one)
                others = tuple(w for w in one.who if w not in ("self", "nobody", "other"))
                if len(others) == 1 or (others and others == one.who):
                    third = others
                if one.topic:
                    topic = one.who
            born = topic if topic in _IN_PASSING and _BIRTH.search(clause.text) else ()
            topic = self._carry(topic, clause, text, asked)
        return People(tuple(named), topics, client)

    def _name(
        self, spot: re.Match[str], text: str, clause: Clause, third: tuple[str, ...], named: list[Named]
    ) -> Named | None:
        who, start, end = self._of(spot, third), spot.start(), spot.end()
        staff = next((n.who for n in reversed(named) if n.topic), NOBODY)
        if staff[0] in STAFF and spot.group("kin"):
            if spot.group() in ONE_OF:
                who = staff  # 一位从北京来的员工
            elif spot.group()[0] not in "我咱":
                who = NOBODY  # the wife of whom an employer tells is not the speaker's
        if not start and spot.group() in _MYSELF:
            who = SELF
        if spot.group("two") or (spot.group("me") and _US_TWO.match(text, start)):
            others = tuple(dict.fromkeys(w for n in named for w in n.who if w not in _UNNAMED))
            if spot.group("two"):
                who = others[-2:] if len(others) > 1 else HE  # 我弟……弟媳……他俩
            elif len(others) == 1:
                who = ("self", *others)  # 我和老公……我俩同岁
        if who is None or names_nobody(spot, text):
            mine = spot.group()[0] in "我咱"  # 我主任医师
            return Named(start, start + 1, SELF, True) if mine else None
        last = named[-1] if named and named[-1].start >= clause.start else None
        between = text[last.end : start] if last else "x"
        first = last.start if last and between in _OF else start
        if (spot.group("kin") or spot.group("he")) and re.search(
            r"(?<![这那要若但可于只还])(?<!说的)(?<!指的)(?<!问的)是$", text[max(clause.start, first - 4) : first]
        ):
            return Named(start, end, who, False)
        if last and last.who not in (SELF, who) and between in _OF and spot.group("kin"):
            whole = last.who if re.search("[和跟与、]", text[last.start : last.end]) else ()
            return Named(last.start, end, (*whole, *NOBODY), True)
        if last and who == last.who and not between:
            return Named(start, end, who, True)  # 在家带孩子，孩子一岁, said without a pause
        if last and _JOIN.match(between) and last.who == SELF and _TALKS.match(text[end : end + 10]):
            return Named(start, end, who, False)
        if last and spot.group("me") and between in ("跟", "和", "与") and not _TOGETHER.match(text[end : end + 6]):
            return Named(start, end, who, False)  # 岳母跟我们住
        if last and _JOIN.match(between):
            both = tuple(dict.fromkeys((*last.who, *who)))
            return Named(last.start, end, both, True)
        left = text[max(clause.start, start - _NEAR) : start]
        object_ = bool(_OBJECT.search(left)) or left in ("和", "与", "同")  # 和对象合租
        object_ = object_ or bool(spot.group("me") and _WHERE.search(left) and _PLACE.match(text, end))
        object_ = bool(_SHARED.match(text, end)) or (
            object_ and not (_FOR.search(left) and _ASKED_FOR.match(text, end))
        )
        exists = who != NOBODY and bool(spot.group("kin")) and spot.group()[0] not in "我咱"
        exists = exists and bool(_EXISTS.search(left))
        exists = exists and not re.match(
            r"今年|[\d一二三四五六七八九十]|是?(?:[硕博]士|本科|大专|985|211)", text[end:]
        )  # 有个闺女19了 tells of her
        return Named(start, end, who, not object_ and not exists)

    def _of(self, spot: re.Match[str], third: tuple[str, ...]) -> tuple[str, ...] | None:
        if spot.lastgroup in STAFF:
            return (spot.lastgroup,)
        if spot.group("me"):
            return SELF
        if spot.group("named"):
            return NOBODY
        if spot.group("two"):
            return HE
        if spot.group("he"):
            return third
        if spot.group("couple"):
            return ("self", "spouse")
        if spot.group("kid"):
            return ("child",)
        word = spot.group("kin")
        word = word if word in self._who else word.removesuffix("们")
        bare = OWN.sub("", word)  # 我家那口子 is 那口子, 我家那小子 is 小子
        who = self._who.get(word) or self._who.get(bare) or self._who.get(bare.removeprefix("那"))
        return (who,) if who else None

    def _carry(self, topic: tuple[str, ...], clause: Clause, text: str, asked: tuple[str, ...]) -> tuple[str, ...]:
        if _ARRANGED.search(clause.text) or _SENT.search(clause.text):
            return asked  # 导师都联系了; 领导让我问问
        if _GONE.search(clause.text):
            return asked  # 丈夫去世了，独自带俩孩子
        # Parents and small children are told in passing; the next clause is the speaker's again.
        passing = topic in _IN_PASSING and not re.search(
            r"毕业|硕士|博士|本科|大专|大学|问|工作|上班|读", text[clause.start : clause.end]
        )
        if topic == ("child",) and _GROWN.search(clause.text):
            return topic  # a grown child is whom they ask about
        return asked if passing and re.search(r"岁|\d|多大|年|[六七八九]十", clause.text) else topic
