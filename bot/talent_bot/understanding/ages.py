"""Ages: 35岁, 三十五六, 刚满四十, 85后; never 虚岁, never an age limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from talent_bot.understanding.bounds import LEAST, LESS, MOST, OVER, VAGUE_BEFORE, between, bounded
from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.numbers import NUMBER, TO, read_amounts, read_number, read_span
from talent_bot.understanding.result import Value

_AGE = re.compile(
    rf"(?P<pre>{LESS}|{MOST}|{LEAST}|{OVER}|刚满|刚过|刚|满|虚|虚岁|毛岁)?(?P<n>{NUMBER})(?P<vague>多|来|几|出头|好几)?"
    rf"(?:{TO}(?P<m>{NUMBER}))?(?:个)?(?P<unit>周岁|岁)(?P<half>半)?(?P<post>以上|以下|以内|及以上|及以下|左右|上下|多|出头|之前|以前|前|时|那年|的时候|之后|以后|才|退休(?!的?(?:工程师|教师|老师|医生|干部|职工|工人|人员|教授|专家|老)))?"
)
_KIN = (
    "公公|婆婆|岳父|岳母|爸爸?|妈妈?|父亲|母亲|爹|娘|老爸|老妈|老婆|老公|媳妇|爱人|妻子|丈夫|太太|孩子|儿子|女儿|闺女|[，。]他|[，。]她|"
    r"^他|^她|(?<=\d)[他她]|"
    "姐夫|嫂子|妹夫|弟媳|姑爷|外甥女?|侄[子女]|[表堂][哥弟姐妹]|弟弟?|妹妹?|哥哥?|姐姐?|老伴|老头子?|先生|对象|男友|女友|女婿|儿媳妇?|丈母娘|老丈人|老大|老二|大宝|二宝|娃"
)
_AGE_BARE = re.compile(
    rf"(?:(?P<lead>实际(?:上)?|(?:^|(?<=，))(?=(?:才|刚)\d{{2}}[，。])(?:才|刚)|实岁|(?:^|(?<=，))(?=(?:\d{{2}}|[二三四五]十[一二三四五六七八九]?)了)|年龄[^，。]{{0,4}}(?:改成|改为|写成)|我|本人|今年|年龄|年纪|岁数|刚满|正好|刚好|(?<![不没未])满|周岁|已经|都|本科|硕士|博士|大专|{_KIN})"
    rf"(?:是|都|也|已经?|今年|才|：|刚|刚满|满|现在|有){{0,3}}(?P<pre>{LESS}|{OVER})?)(?P<n>{NUMBER})"
    rf"(?P<post>了|(?=，|。|；|、|$|！|？|多(?!个|名|人|位|家|户|种|项|年|天|万|元|块|平|篇|次)|出头|整|的|吧|啦|呢|啊|呀|哦|我|老|都|虚|她|他|和|、|能|可以|行|还|[本硕博]|大专|专科|中级|高级|副高|正高|{_KIN}))(?P<vague>多|出头)?"
)
_AGE_LIST = re.compile(
    r"(?:^|(?<!工龄)(?<!面积)(?<!社保)(?<!排名)(?<!年限)(?<![租薪价套招])[，、])(?P<n>\d{2}|[二三四五六]十[一二三四五六七八九]?)整?(?=，|。|；|、|$)"
)
_ELDER = re.compile(r"爸|妈|爹|娘|父|母|公公|婆婆|岳|丈人|老人|奶奶|爷爷|姥")
_AGE_SEX = re.compile(
    r"(?:^|[，、。；])[男女](?:性)?，?(?P<n>[1-6]\d)(?=，|。|；|、|$|周?岁|本|硕|博|大专|已婚|未婚|已育|未育)"
)
_DECADE = re.compile(
    r"(?P<n>[二三四五六七八九]十|\d0)(?P<vague>多|来|好几|几)岁?(?:了|$|，|。)|(?P<m>[二三四五六七八九]十|\d0)(?P<out>出头)"
)
_TWO = re.compile(r"(?P<n>[二三四五六七]十(?:一二|二三|三四|四五|五六|六七|七八|八九))岁?")
_COHORT = re.compile(r"(?<![\d年月日天岁第以])(?P<n>[6-9]\d|0[05]|[六七八九零〇][零〇五])后(?!来|面|天|期|续|缀|勤|边)")
# 爸妈都在农村，一个七十一，一个六十九
_PLURAL = re.compile(
    r"(?P<parent>爸妈|父母|爹妈|老人|二老|双亲)|(?P<child>(?:俩|两个?|三个?|几个)(?:孩子|娃|小孩|宝宝|儿子|女儿|闺女)|双胞胎)"
)
_EACH = re.compile(
    rf"(?<!另外)(?:另|还有)?一个(?:今年|是|已经|才|刚好|刚满|正好|刚)?(?:(?P<n>{NUMBER})(?P<unit>周?岁|个月)?(?:半|多)?|(?P<infant>满月|百天|出生|半岁))(?=，|。|；|、|$|了|一个|另|还有|的)"
)
_COMING = re.compile(
    r"(?:下下?个?月|明年|后年|年底|下周|再过|(?<!上个)(?<!上)月(?:份|底|初)?(?:才|就|要|会)?满|差[^，。]{1,5}|过完年|下半年|月底|过几个?月)[^，。]{0,5}$"
)
# 刚满百天, 八个月大, 刚出生: an infant, said of a child named just before.
_INFANT = re.compile(
    r"(?<![子女儿哥姐弟妹]的)(?:孩子|宝宝|娃|大宝|二宝|小宝|三宝|老大|老二|老三|儿子|女儿|闺女|小的)，?(?:才|刚|还|已经|现在|快|今年|都|是)*"
    r"(?P<said>(?:满|过)?百天|满月|出生(?!后|以|之|时|的话|证|前|日|年|地)|生下来|半岁|(?:\d|1[01]|[一二两三四五六七八九十]|十一)个(?:多|半)?月(?:大|了)?|没满周岁|不到一岁)"
)
_THEN = re.compile(r"(?:当时|那时|那会|当年|当初|的时候|[来毕业]时)(?![^。]*(?:现在|今年|如今))")  # 来的时候是应届，28
_SCORE = re.compile(r"(?P<n>[二三四五六七八九]十)有(?P<m>[一二三四五六七八九])")


def find_ages(text: str, asked: str = "") -> Iterator[Mention]:
    """Every age and every cohort; `asked` is the person our question was about."""
    for found in _TWO.finditer(text):
        span = read_span(found.group("n"))
        if span:
            yield Mention(found.start(), found.end(), "age", between(*span), "drop")
    for found in _SCORE.finditer(text):
        years = read_number(found.group("n") + found.group("m"))
        if years is not None:
            yield Mention(found.start(), found.end(), "age", int(years), "drop")
    for found in _AGE.finditer(text):
        value = _age(found, text)
        if value is not None:
            yield Mention(found.start("n"), found.end(), "age", value, "drop")
    yield from _bare(text)
    yield from _each(text, asked)
    for found in _INFANT.finditer(text):
        yield Mention(found.start("said"), found.end(), "age", 0, "settled", person="child")
    for found in _DECADE.finditer(text):
        number = read_number(found.group("n") or found.group("m"))
        if (
            number is not None
            and 20 <= number <= 90
            and re.search(r"(?:^|[，。我年经都是了俺他她爸妈婆公快])$", text[: found.start()][-1:])
        ):
            yield Mention(found.start(), found.end(), "age", _decade(int(number), "多"), "drop")
    yield from _cohorts(text)


def _each(text: str, asked: str) -> Iterator[Mention]:
    """The ages of both parents, or of each child, told one by one."""
    kin = _PLURAL.search(text)
    told = list(_EACH.finditer(text, kin.end() if kin else 0))
    who = ("parent" if kin.group("parent") else "child") if kin else asked
    if len(told) < 2 or who not in ("parent", "child"):
        return
    for found in told:
        number = read_number(found.group("n") or "零")
        if number is None:
            continue
        years = int(number / 12) if found.group("unit") == "个月" else int(number)
        if found.group("n") is None and who == "parent":
            continue
        if (who == "parent") == (40 <= years <= 110) and (who == "parent" or years <= 60):
            yield Mention(found.start(), found.end(), "age", years, "drop", person=who)


def _bare(text: str) -> Iterator[Mention]:
    """Ages without 岁, where the words around leave no doubt: 今年35, 我妈72."""
    for found in _AGE_BARE.finditer(text):
        number = read_number(found.group("n"))
        if (
            number is not None
            and 14 <= number <= 99
            and number.denominator == 1
            and not VAGUE_BEFORE.search(text[: found.start("n")][-4:])
            and not _COMING.search(text[: found.start("n")][-12:])
        ):
            value = (
                _decade(int(number), found.group("vague"))
                if found.group("vague")
                else bounded(number, found.group("pre") or "", "", integral=True)
            )
            if text[: found.start("n")].endswith(("都满", "均满", "都过", "都超过", "过了")):
                value = {"min": int(number)}
            yield Mention(found.start("n"), found.end("n"), "age", value if value is not None else int(number), "drop")
    for found in (*_AGE_LIST.finditer(text), *_AGE_SEX.finditer(text)):
        number = read_number(found.group("n"))
        most = 99 if _ELDER.search(text[: found.start()]) else 65
        then = _THEN.search(re.split("[。！？]", text[: found.start("n")])[-1])
        if number is not None and 18 <= number <= most and len(text) > 4 and not then:
            yield Mention(found.start("n"), found.end("n"), "age", int(number), "drop")


def _age(found: re.Match[str], text: str) -> Value | None:
    number, before, after = read_number(found.group("n")), found.group("pre") or "", found.group("post") or ""
    lead = text[max(0, found.start() - 6) : found.start()]
    if (
        number is None
        or number > 110
        or before.startswith(("虚", "毛"))
        or re.search(r"虚岁?$|差.{0,4}$|周$|内$|-$|(?<!老)[大小长](?:了|[我他她]们?)?$", lead)
    ):
        return None
    if after in ("之前", "以前", "前", "时", "那年", "的时候", "之后", "以后", "退休", "才") or VAGUE_BEFORE.search(
        lead
    ):
        return None
    if _THEN.search(re.split("[。！？]", text[: found.start()])[-1]):
        return None
    tail = text[found.end() : found.end() + 6]
    if re.match(r"(?:是|就是)?(?:上限|门槛|封顶|为限|的?线)", tail):
        return None
    if re.match(r"(?:本科|硕士|博士|大学|专科)?(?:毕业|结婚|入职|参加|工作的|考上|当兵|来的)(?!了)", tail):
        return None  # how old one was then
    if re.match(r"(?:那年|时|的时候|就|开始)", tail) or (
        after and re.match(r"的?(?:孩子|娃|小孩|宝宝|人|博士|硕士|青年|员工|都)", tail)
    ):
        return None
    spoken_of_self = re.search(r"我|本人", re.split(r"[，。！？；]", text[: found.start()])[-1])
    if after in ("以上", "以下", "以内", "及以上", "及以下") and not spoken_of_self:
        return None  # a class of people, not a person
    if _COMING.search(text[: found.start("n")][-12:]):
        return None
    if found.group("m"):
        span = read_amounts(found.group("n"), found.group("m"))
        return between(*span) if span and spoken_of_self else None
    if found.group("vague") or after in ("多", "出头"):
        return _decade(int(number), "多") if number % 10 == 0 else None
    return bounded(Fraction(int(number)), before, after, integral=True)


def _decade(number: int, vague: str | None) -> Value:
    return {"min": number, "max": number + 9} if number % 10 == 0 else number


def _cohorts(text: str) -> Iterator[Mention]:
    for found in _COHORT.finditer(text):
        digits = found.group("n").translate(str.maketrans("零〇一二三四五六七八九", "00123456789"))
        year = int(digits) + (1900 if int(digits) >= 50 else 2000)
        last = year + (9 if year % 10 == 0 else 4)
        yield Mention(found.start(), found.end(), "birth_date", {"min": str(year), "max": str(last)}, "drop")
