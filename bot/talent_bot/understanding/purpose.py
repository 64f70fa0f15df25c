"""The leading intent of a message, and whose entitlement it is about."""

from __future__ import annotations

import re

from talent_bot.understanding.answers import Answer
from talent_bot.understanding.assemble import Gathered
from talent_bot.understanding.clauses import SUPPOSE_TAIL
from talent_bot.understanding.intents import COMMANDS, QUESTIONS
from talent_bot.understanding.people import HE, NOBODY, SELF, People
from talent_bot.understanding.staff import STAFF

_WHICH = re.compile(r"(?:什么|哪些|啥)[^，。]{0,4}(?:补贴|政策|待遇|优惠|福利|补助|好处|扶持)")
_MEANING = re.compile(
    r"(?:这个|所谓的?|里的?|说的)[^，。我]{1,10}(?:怎么|咋|如何)(?:认定|界定|定义|理解|算)$"
    r"|^(?:请问)?(?:啥|什么)(?:是|叫)|(?:什么|啥)意思"
)
_GREETING = re.compile(
    r"^(?:[^，。]{0,4}(?:你好|您好|哈喽|hello|hi)[呀啊，。！～]*)?[^，。]{0,6}(?:在吗|在不|在么|有人(?:在)?(?:线|值班)?吗)[，。！？～]*"
    r"|^[^，。我]{0,4}(?:你好|您好|hello|hi)[呀啊吗，。！？～]*"
)
_SUPPOSED = re.compile(
    rf"要是|如果|假如|假设|(?<![\d一二三四五六七八九十百千])万一|倘若|假使|若是|就算|哪怕|即便|(?<!分.年)(?<!分.年[发给]){SUPPOSE_TAIL.pattern}"
)
_ASKS = re.compile(r"多少|能|可以|申请|领|拿|享受|资格|符合|补贴|够")
# Questions that a word out of our field outranks, and the words of our field that keep 多少 ours.
_LIGHT = {"ask_definition", "ask_eligibility", "ask_deadline", "ask_schedule", "ask_source"}
_OURS = re.compile(r"补|奖|待遇|经费|安家|津贴|公寓|领|拿")
_TELLS = re.compile(
    r"我|本人|岁|\d|学历|毕业|工作|工资|薪|合同|协议|社保|单位|公司|企业|职称|证|房|补贴|孩子|父母|专业|鄂尔多斯|过去|入职|人才|工程师|派遣|没来|胎|娃|宝|到手|挣|小孩|老人|出生|领过|补贴|国企|上班|来的|月|总价|平|享受|获|津贴|工做|干了|年了|负责|研究|项目|职业|现在是|目前|住|读|教授|院士|学者|团队|婚|单身|怀孕|留学|院校|大学|学院|医院|银行|学校|[电焊钳]工|当兵|退伍|编|科长|处级|[正副]科|会计|护士|医生|老师|司机|集团|成果|身体|主任|[厂班队]长|助理|(?<![你们])[在做干卖养](?!吗|不|什么|啥)|种地|村|支教|志愿"
)
_ASKING = re.compile(
    r"总该|(?<!不)((?![不没])[\u4e00-\u9fff]{1,2})[不没]\1|吗|么|(?<!没)(?<!没有)呢|多少|(?<!不是)(?<!不算)(?:什么|啥)|怎么|咋|哪|谁|几|？|能不能|有没有|是不是|划算|请问|帮我算|算一下"
)


_WHAT_OF = re.compile(r"那么?(?:我|我家)?[^，。我]{1,5}呢[，。？]")
# 税前大概多少我得查查 asks nobody but oneself
_FIND_OUT = re.compile(
    r"(?:多少|几|哪|什么|啥)[^，。]{0,6}(?:我|还)?(?:得|要|去|回头)[^，。]{0,3}(?:查|问|看|翻|算)(?:查|问|看|翻|算|一?下)$"
)
_WAITING = re.compile(r"到现在|一直|没(?:有)?(?:信|消息|动静|人理|回复|下文)")
_OR_NOT = re.compile(r"(?<!不)((?![不没])[\u4e00-\u9fff]{1,2})[不没]\1")
# The last words ask: 是不是啥也没有, 还不如他多吗.
_LEFT_OPEN = re.compile(
    r"(?:(?:(?<!不)((?![不没])[\u4e00-\u9fff]{1,2})[不没]\1|吗|怎么|咋|多少)[^，。]{0,8}"
    r"|，算[^，。是我]{1,8}[吧呗]|？)[？。]?$"
)


def rank_intents(
    text: str,
    said: list[str],
    found: Gathered,
    answer: Answer,
    repairs: tuple[str, ...],
    foreign: bool,
    asked: frozenset[str],
    heard: bool,
) -> tuple[str, ...]:
    """Commands, then questions, then repairs and answers, then information, then courtesies.

    `asked` are the fields our question was about.
    """
    told = bool(found.facts or found.deny or found.confirm)
    commands = [i for i in said if i in COMMANDS]
    questions = _questions(text, said, found, foreign)
    if answer.kind in ("refuse", "skip", "dont_know") and not _strong(questions) and not commands:
        return (answer.kind, *commands)
    if found.hypothetical:
        repairs = tuple(r for r in repairs if r != "edit")
    if "restart" in commands and found.facts:
        commands.remove("restart")  # 年薪我重新说，64万
        repairs = repairs or ("correct",)
    if questions == ["ask_progress"] and told and not (_ASKING.search(text) or _WAITING.search(text)):
        questions = []  # 高企还没批下来
    if "undo" in commands and found.clear:
        commands.remove("undo")
    given = ["answer"] if answer.kind == "answer" or _of_self(found) & asked else []
    if answer.kind == "answer" and len(text) <= 8:
        questions = []
    news = ["provide_info"] if told and not given else []
    fix = list(repairs) if repairs and not (questions and "edit" not in repairs and not told) else []
    rest = [i for i in said if i in ("complaint", "out_of_scope", "thanks", "greet", "chitchat")]
    if "forget_me" in commands and found.clear:
        commands.remove("forget_me")
    ordered = [
        *commands,
        *_outranking(text, rest, questions, bool(found.facts or found.deny)),
        *(fix if fix and told else []),
        *questions,
        *fix,
        *given,
        *news,
        *rest,
    ]
    if not ordered or (set(ordered) <= {"greet", "chitchat"} and (heard or "greet" in ordered)):
        ordered = [*_default(text, heard), *ordered]
    elif news and ordered[:1] == news and _LEFT_OPEN.search(text):
        ordered = [*_default(text, False), *ordered]
    if not ordered and asked and not _ASKING.search(text) and re.search("[\u4e00-\u9fff]{2}", text):
        ordered = ["provide_info"]  # said to the question, though not understood
    return tuple(dict.fromkeys(ordered)) or ("chitchat",)


def _of_self(found: Gathered) -> set[str]:
    return {name for part in (found.facts, found.deny, found.confirm) for name in part.get("self", {})}


def _default(text: str, heard: bool) -> list[str]:
    """A message without a pattern: a bare benefit asks about it, a statement about oneself informs."""
    text = _GREETING.sub("", text)
    if _FIND_OUT.search(text):
        return ["provide_info"]
    if re.fullmatch(
        r"(?:人才)?[^，。]{0,4}(?:(?:补贴|补助|安家费|经费|津贴|公寓|政策|奖励|待遇)[，。！]?){1,5}(?:呢|的|$)", text
    ):
        return ["ask_overview"]
    if _OR_NOT.search(text) and not re.search("没想好|没定|纠结|犹豫|不知道", text):
        return ["ask_eligibility"]
    if re.search(r"[是算][^，。]{1,8}还是", text):
        return ["ask_definition"]
    if re.search(r"算[^，。是]{0,8}[吧呗]？?$", text):
        return ["ask_definition"]
    if re.search(r"听说|据说|听人|网上说|有人说", text) and text.endswith("？"):
        return ["ask_source"]
    if re.search(
        r"吗|(?<![什怎])么|多少|(?<!没)(?<!没有)(?<!不是)(?<!不算)(?:什么|啥)(?!都)|怎么|咋|哪|(?<![好十])几(?!个孩|十)|？|能不能|有没有|是不是|[不没]$",
        text,
    ):
        return ["ask_eligibility"] if re.search(r"吗|么|不$|能|行", text) else ["ask_definition"]
    return ["provide_info"] if heard or _TELLS.search(text) else []


def _strong(questions: list[str]) -> bool:
    return any(q in ("ask_why", "ask_human", "ask_amount", "ask_process") for q in questions)


def _outranking(text: str, rest: list[str], questions: list[str], told: bool) -> list[str]:
    if (
        "out_of_scope" in rest
        and not told
        and (not set(questions) - _LIGHT or (set(questions) <= {*_LIGHT, "ask_amount"} and not _OURS.search(text)))
    ):
        return ["out_of_scope"]
    if "complaint" in rest and not told and not set(questions) - {"ask_definition", "ask_overview"}:
        return ["complaint"]
    return []


def _questions(text: str, said: list[str], found: Gathered, foreign: bool) -> list[str]:
    asked = [i for i in said if i in QUESTIONS]
    if (
        (found.hypothetical and (asked or _ASKING.search(text) or not found.facts))
        or (_SUPPOSED.search(text) and (asked or _ASKING.search(text)))
        or (re.match(r"[^，。]{0,2}(?:要是|如果|假如|假设|万一|倘若|若)", text) and len(text) <= 14 and not found.facts)
    ):
        asked.insert(0, "what_if")
    if "ask_overview" in asked and asked[0] == "ask_eligibility" and _WHICH.search(text):
        asked.remove("ask_overview")
        asked.insert(0, "ask_overview")
    if "ask_definition" in asked and _MEANING.search(text):
        asked.remove("ask_definition")
        asked.insert(0, "ask_definition")
    if foreign:
        asked.insert(0, "other_city")
    return asked


def subject_of(text: str, intents: tuple[str, ...], people: People) -> str:
    """The person whose entitlement is asked about: the one nearest before the asking words."""
    if people.client:
        return people.client
    told = [n.who[0] for n in people.named if n.topic and n.who not in (HE, NOBODY)]
    if told and told[-1] in STAFF:
        return told[-1]
    if told and _WHAT_OF.match(text):
        return told[0]  # 那我徒弟呢，他26
    if not any(i in QUESTIONS for i in intents):
        return "self"
    asks = [m.start() for m in _ASKS.finditer(text)] or [len(text)]
    before = [n for n in people.named if n.topic and n.end <= asks[-1]]
    who = before[-1].who if before else SELF
    return who[0] if who not in (HE, NOBODY) else "self"
