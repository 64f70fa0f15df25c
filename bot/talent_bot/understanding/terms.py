"""Spans of time and heads counted: years of contract, months of internship, business or insurance, people employed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from talent_bot.understanding.bounds import GAP, LEAST, LESS, MOST, between, bounded
from talent_bot.understanding.mentions import Mention
from talent_bot.understanding.numbers import NUMBER, TO, plain, read_amounts, read_number, read_span
from talent_bot.understanding.phrases import SHOP
from talent_bot.understanding.result import Value

YEARS = (
    rf"(?:(?P<lo>{NUMBER}){TO})?(?P<n>{NUMBER})(?P<half1>个?半)?(?P<unit>年|个?月|周年)(?P<half>半)?"
    rf"(?:(?:零|又)?(?P<more>{NUMBER})个月)?"
)
_SPAN = rf"(?P<pre>{LEAST}|{LESS}|{MOST})?"
_POST = r"(?P<post>以上|及以上|或更长|或者?以上|以下|以内|左右|起步?|打底)?"
_CONTRACT = (
    re.compile(
        rf"(?P<gap>(?P<pre0>{LEAST}|{LESS}|{MOST})?(?:得|要|能)?签(?:订|署)?(?:了|的是?|上|满|约|的|下)?个?(?:劳动|聘用|正式)?(?:合同)?(?:是|为|了|期限)?{_SPAN}){YEARS}{_POST}"
    ),
    re.compile(
        rf"(?P<gap>(?:劳动|聘用|工作)?合同(?:期限|年限|期|时长)?(?P<mid>{GAP}{{0,9}}?){_SPAN}){YEARS}(?P<post>以上|及以上|以下|以内|左右|期|的|起步?)?"
    ),
    re.compile(
        rf"(?P<gap>{_SPAN}(?:签(?:了|的)?)?){YEARS}(?P<post>以上|及以上)?(?:期)?(?:的)?(?:固定期限)?(?:全职)?(?:劳动|聘用|正式)?合同"
    ),
    re.compile(
        rf"(?P<gap>(?:签|合同)[^。！？]{{0,14}}?(?:改成|改为|变成|换成|改签)(?:了)?(?P<pre>{LEAST}|{LESS})?){YEARS}(?P<post>以上)?"
    ),
    re.compile(
        rf"(?P<gap>(?:签|合同)[^。]{{0,16}}?[，？！。]我(?:的)?(?:是|才|只有?|就)?){YEARS}(?P<post>)(?=，|。|；|、|$|的)"
    ),
    re.compile(
        rf"(?P<gap>(?:签了?|合同)[^，。！？]{{0,4}}[，。？！](?:[呃额嗯哎诶啊噢哦]，?)?(?:是|都是|就|期限(?:是|为)?)?){YEARS}(?P<post>以上)?的?(?=，|。|；|$|吧|呢)"
    ),
    re.compile(  # 签了达旗一家民企，三年
        rf"(?P<gap>签(?:了|的|约)[^，。！？]{{0,12}}(?:公司|企业|民企|国企|央企|单位|医院|学校|厂|矿)，(?:都|一共|整)?){YEARS}(?P<post>)(?=，|。|；|$)"
    ),
    re.compile(rf"(?P<gap>合同{GAP}{{0,4}}?不是{GAP}{{1,6}}?，?(?:而)?是{_SPAN}){YEARS}(?P<post>以上)?"),
    re.compile(rf"(?P<gap>){YEARS}(?P<post>)一(?:签|聘|续)"),  # 一年一签
    re.compile(rf"(?P<gap>(?:聘期|签约|约期)(?:是|为|了|有)?(?P<pre>{LEAST}|{LESS})?){YEARS}(?P<post>以上)?"),
)
_NOT_CONTRACT = re.compile(
    r"三方|意向|服务期|服务协议|租房|租|购房|买房|房|保密|竞业|还剩|剩下|到期|[就刚已快]满|还有|必须|要求|规定|才能|得签|需要签|要签|至少要|之前|以前|原来|续|派遣|培养协议|定向|试用|(?:没|没有|未)签|不(?:愿意?|想|肯|敢|打算|准备|考虑|会|同意|接受|可能|能|用)|(?<!只)要我"
)
_RENEWED = re.compile(rf"(?P<gap>(?:续(?:签|约|聘|订|了)|再续|再签)(?:了|上|的)?(?:合同)?){YEARS}")
_BUSINESS = (
    rf"(?:(?:{SHOP}|个体户?)(?:已经?)?(?:注册|成立|开|办|经营|运营|营业)|注册|成立|经营|开业|运营|营业|正常经营|创业|"
    rf"(?:开|办|创办|搞)(?:了|的|起)?(?:一?个|一?家)?[^，。]{{0,3}}?{SHOP})"
)
_DURATIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("internship_months", re.compile(rf"实习(?P<gap>(?:了|满|过|期|时间|已经|快|大概)*){YEARS}")),
    ("internship_months", re.compile(rf"(?P<gap>){YEARS}(?:的)?实习")),
    (
        "internship_months",
        re.compile(rf"实习[^。！？]{{0,16}}，(?P<gap>(?:一共|总共|共|干了|做了)?){YEARS}(?=，|。|；|$|了|吧)"),
    ),
    (
        "startup_months",
        re.compile(
            rf"{_BUSINESS}(?P<gap>(?:了|满|已经|有|都|快|也|才|刚|刚好|正好|将近|大概)*){YEARS}(?!前|的?(?:合同|补贴))"
        ),
    ),
    (
        "startup_months",
        re.compile(
            rf"{_BUSINESS}[^。！？]{{0,20}}，(?P<gap>(?:已经?|都|整|[干做开办搞]了|经营了)+)?{YEARS}(?:了|整)?(?=，|。|；|$)"
        ),
    ),
    (
        "social_insurance_months",
        re.compile(
            rf"(?:社保：?(?P<gap>{GAP}{{0,8}}?)(?:(?:交|缴)纳?(?:了|满|够|过|快|有)*|满|够)|(?:交|缴)(?:了|满|够)?){YEARS}(?=(?:的)?(?:社保|了|，|。|；|、|$))"
        ),
    ),
)
# 社保交了10年，在鄂尔多斯3年: which of the two is asked back by the question.
_HERE_ONLY = re.compile(r"，(?:其中)?(?:在)?(?:鄂尔多斯|这边|本地|本市)(?:交)?(?:了)?(?:\d|[一二两三四五六七八九十])")
_WEEKS = re.compile(
    rf"实习(?:了|满|过|已经)*(?P<n>{NUMBER})(?:周(?!岁)|个?星期|个?礼拜)|(?P<n2>{NUMBER})(?:周|个?星期)(?:的)?实习"
)
_JOBS = (
    re.compile(
        rf"(?:招|雇|聘|带动|吸纳|安排|有)(?:了|着|佣了|用了|聘了|就业)?(?P<n>{NUMBER})(?:个|名|位)?(?:人(?!民)|员工|工人|就业|大学生|毕业生|伙计|师傅|小工|[村牧农]民|贫困户|残疾人|临时工|帮工|学徒)"
    ),
    re.compile(
        rf"(?:员工|雇员|职工|工人|带动就业)(?:有|一共|总共|共|现有|是|了)?(?P<n>{NUMBER})(?:个|名|位)?(?:人|名|位|个)"
    ),
)
_EMPLOYED = re.compile(
    r"我们(?:公司|单位|厂)|我司|我单位|本单位|代表(?:公司|单位)"
)  # their heads are not one's own firm's
# 公司准备给签五年，我还没答应: offered, and not taken up.
_NOT_AGREED = re.compile(r"[^。]{0,8}(?:没|不想|不太想|没有)(?:答应|同意|想好|决定|定下来|接受)")
_ONE_OF_STAFF = re.compile(r"有(?:一|1)(?:个|名|位)员工$")
_FIRM = re.compile(r"公司|创业|招|雇|带动|厂|店|吸纳|合作社|工作室|员工|职工")


def years_of(found: re.Match[str]) -> Fraction | None:
    """The years in `三年` `两年半` `18个月`."""
    number = read_number(found.group("n"))
    return None if number is None else _years(number, found)


def _years(number: Fraction, found: re.Match[str]) -> Fraction:
    years = number if "年" in found.group("unit") else number / 12
    half = Fraction(1, 2) if found.group("half") or found.groupdict().get("half1") else Fraction(0)
    more = read_number(found.groupdict().get("more") or "")
    half += more / 12 if more is not None else 0
    return years + (half if "年" in found.group("unit") else half / 12)


def year_span(found: re.Match[str]) -> tuple[Fraction, Fraction] | None:
    """The years between which `三到五年`, `三五年` lie."""
    low = found.groupdict().get("lo")
    span = read_amounts(low, found.group("n")) if low else read_span(found.group("n"))
    return (_years(span[0], found), _years(span[1], found)) if span else None


def find_terms(text: str) -> Iterator[Mention]:
    """Every contract, internship, business and insurance time, and every head count."""
    renewed = list(_RENEWED.finditer(text))
    if renewed:
        yield from _renewal(renewed[-1])
    else:
        yield from _contracts(text)
    yield from _durations(text)
    yield from _counts(text)


def _renewal(found: re.Match[str]) -> Iterator[Mention]:
    years = years_of(found)
    if years is not None and years <= 60:
        yield Mention(found.start(), found.end(), "contract_years", plain(years), "drop", ripe=True)


def _contracts(text: str) -> Iterator[Mention]:
    for pattern in _CONTRACT:
        for found in pattern.finditer(text):
            lead = re.split(r"[，。！？；]", text[max(0, found.start() - 10) : found.start()])[-1] + found.group("gap")
            tail = text[found.end() : found.end() + 8]
            if (
                _NOT_CONTRACT.search(lead)
                or _NOT_AGREED.match(text, found.end())
                or re.match(
                    r"前|内|后|之|来|多|左右|加|\+|的?租|制|级|的?(?:最低)?服务期|[^，。]{0,4}才(?:行|能|可|给|算)|的?(?:进站|出站|就业|意向|合作|服务|培养|定向|委培|租赁|购房)[^，。]{0,3}协议",
                    tail,
                )
            ):
                continue
            bare = found.group("unit") == "月" and (read_number(found.group("n")) or 13) <= 12
            # 签到明年6月, 合同上是七月: a month of the year, as a span would be 七个月
            ends = bare or (found.group("unit") == "月" and re.search(r"[年到至]$", text[: found.start("n")]))
            value = None if ends or lead.endswith(("不是", "没有", "不到三")) else _term(found)
            if value is not None:
                asked = bool(re.match(r"[^，。]{0,4}(?:吗|行不|可以不|合适|好)", tail))
                yield Mention(found.start("n"), found.end(), "contract_years", value, "drop", ripe=True, doubt=asked)


def _term(found: re.Match[str]) -> Value | None:
    """The years of a contract with the bound said around them."""
    part, years, span = found.groupdict(), years_of(found), year_span(found)
    if span:
        return between(*span) if span[1] <= 60 else None
    if years is None or years > 60:
        return None
    return bounded(years, part.get("pre") or part.get("pre0") or "", part.get("post") or "", integral=False)


def _durations(text: str) -> Iterator[Mention]:
    for field, pattern in _DURATIONS:
        if field == "social_insurance_months" and ("社保" not in text or _HERE_ONLY.search(text)):
            continue
        for found in pattern.finditer(text):
            years = years_of(found)
            if (
                years is None
                or found.group("lo")
                or re.search(r"快|将近|差|大概", found.group("gap") or "")
                or re.match(r"多|左右|以上", text[found.end() : found.end() + 2])
            ):
                continue
            yield Mention(found.start(), found.end(), field, plain(years * 12), "drop")


def _counts(text: str) -> Iterator[Mention]:
    for found in _WEEKS.finditer(text):
        value = read_number(found.group("n") or found.group("n2") or "")
        if value is not None and value.denominator == 1:
            yield Mention(found.start(), found.end(), "internship_weeks", int(value), "drop")
    if _EMPLOYED.search(text):
        return
    for pattern in _JOBS:
        for found in pattern.finditer(text):
            value = read_number(found.group("n"))
            if _ONE_OF_STAFF.search(found.group()):
                continue  # 有一位员工，硕士 tells of that one
            if value is not None and value.denominator == 1 and _FIRM.search(text[: found.end()]):
                yield Mention(found.start(), found.end(), "jobs_created", int(value), "drop", person="self")
