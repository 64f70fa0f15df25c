"""Dates become facts by what happened on them: birth, graduation, arrival, purchase, internship, application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise

from talent_bot.understanding.clauses import Clause, Clauses
from talent_bot.understanding.dates import Said, find_dates
from talent_bot.understanding.mentions import Mention

_EVENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "birth_date",
        re.compile(
            r"出生|生日|身份证上?(?:写)?(?:的)?(?:是)?|(?<![毕学产])生(?:的(?!孩|娃|二|儿|女|宝|老)|人|于|，|。|；|、|$)|年生(?!活|源|效)"
        ),
    ),
    ("internship_start", re.compile(r"(?:开始|去|来)?实习(?:开始|的)?")),
    (
        "home_purchase_date",
        re.compile(
            r"(?:买|购)(?:了|的|过|下)?[^，。]{0,6}(?:房|套)|购房|买的|网签|(?:首付|全款|按揭|贷款)(?:买|购)?的"
        ),
    ),
    (
        "graduation_date",
        re.compile(
            r"毕(?:的)?业(?!生待遇|(?:了|已经|整|刚好|都|快|有)*(?:\d{1,2}|[一二两三四五六七八九十]{1,3})年|以来|证)|拿到?[^，。]{0,6}(?:学位|毕业证)|取得[^，。]{0,6}学位|获得[^，。]{0,6}学位|(?:授予|获授)[^，。]{0,6}学位|答辩通过"
        ),
    ),
    (
        "application_date",
        re.compile(
            r"(?:提交|递交|上交|报送|申报|(?<![可以能想要])申请)(?!过|博|硕|读|留学|学校|专利|课题|项目|基金|国家|转|调|退|入|到)(?:的|了|申请|材料)*"
        ),
    ),
    (
        "arrival_date",
        re.compile(
            r"过去(?=，|。|$|上班|工作|入职|报到)|去(?:报到|上班|入职|鄂尔多斯)|(?<![下出起])来(?:的(?!及)|到|了|鄂尔多斯|这边|这里|东胜|康巴什|市里|上班|工作|报到|入职)|[刚才]来|过来|[到上](?:的|了)?岗|入(?:的|了)?职|报(?:的)?到|引进|来鄂|到鄂尔多斯|调(?:来|到|过来|入|任)|回来(?:的|工作|上班)|"
            r"上(?:的)?班|跳(?:槽)?(?:到|来|过来)|到(?:的|了)?(?:东胜|康巴什|伊旗|准旗|达旗|[乌杭鄂]旗|鄂前旗|乌审|杭锦|鄂托克|准格尔|达拉特|伊金霍洛|这边|这儿|单位|公司|企业|厂|民企|民营|私企|国企|央企|事业|机关|高校|医院|学校|现在|这家|鄂尔多斯)|"
            r"到(?:了)?鄂(?!托)|进(?:的|了|入)?(?:公司|单位|厂|企业|矿|现在|目前|这家)|加入(?:的|了|公司|单位|现在)?|转(?:到|来)(?!账)|(?:全职|正式)(?:到|来|加入|进入|上班|工作)|(?:被|通过)?(?:引进|录用|聘用|招聘|聘)(?:的|来|到|过来)"
        ),
    ),
)
_FUTURE_OK = frozenset({"graduation_date", "application_date"})
_BIRTH_TAIL = re.compile(
    r"^(?:的|生的?|出生的?|生人)(?=，|。|；|、|$|、|人|不是|女|男|本|硕|博|属|我|他|她|父|母|爸|妈|老|和|现|今|；)"
)
_YEAR_ALONE = re.compile(r"(?:我|本人|男|女|属.的?){0,2}(?:19)?[5-9]\d年(?:的|生人?)?")
_KIN_LEFT = re.compile(
    r"(?:父亲|母亲|爸爸?|妈妈?|爹|娘|公公|婆婆|岳父|岳母|老婆|老公|妻子|爱人|媳妇|丈夫|儿子|女儿|孩子|娃|宝宝|[我他她])(?:是|生于|，)?$"
)
_CLASS_OF = re.compile(r"(?<!\d)(?P<y>20\d{2}|[0-3]\d)届(?!会|的?大会|全国|人大|三中)")
_NOT_ARRIVED = re.compile(
    r"想|打算|准备|计划|要(?:去|来|过)|将|预计|考虑|希望|合同|到期|社保|不是|没|(?<!未)未(?!在)|办法|政策|文件|印发|印|离开|辞职|调走|调离"
)
_BEGUN = re.compile(r"(?:才|就)?开始的?")
_LAST_OF = re.compile(r"(?:\d|年|月|日|号)(?:份|底|初)?起?(?:到|至|-|～|—{1,2})$")  # 2020年到2023年在东胜上班
_CAME = re.compile(r"(?:刚|才|就)?到的(?=$|，|。)")  # 我是硕士，去年9月到的
_ONESELF = re.compile(r"(?:我|他|她|本人|是)*")
_THING = re.compile(r"证|钱|款|补贴|费|津贴|通知|批")  # that has come, rather than a person
_NO_PLAN = re.compile(r"合同|到期|社保|不|没|未|办法|政策|文件|离开|辞职|调走|调离|补贴|发|批")
_STARTS = re.compile(r"入职|报(?:的)?到|到岗|上岗|上班")  # 下个月入职 is settled, 打算明年去 is not
_PERHAPS = re.compile(r"打算|想|也许|可能|预计|计划|准备|争取|大概|应该|估计|考虑|希望|左右")
_OTHERS_CAME = re.compile(
    r"(?:来|招|引进|录用|聘)(?:了|来|进)*(?:[一几两三四五六七八九十]|\d{1,3})?(?:余|多)?(?:个|名|位|批)|(?:单位|公司|我们)[^，。我]{0,6}(?:招|引进|录用)(?:了|来)"
)
_UNTIL = re.compile(r"(?:起|开始)?(?:签订?的?)?，?(?:合同|一直)?签?(?:到|至|-|～|—{1,2}|直到)")
_TERM = re.compile(r"(?<!租房)(?<!租赁)(?<!三方)(?:合同|聘期|签)[^，。]{0,8}$")
_DOING = re.compile(r"(?:才|刚|就|又)?(?:拿|考|评|被|获|取得|转|升|结|当|做|开|办)")
_FAR = 24  # characters between a date and what happened on it; never beyond the next date
_ANOTHER = re.compile(r"\d{4}|[去今前明]年|(?:\d{1,2}|[一二三四五六七八九十])月")
_APPLICATION_DAY = re.compile(
    r"(?:申请|申报)(?:日期?|时间)(?:就|也)?(?:改|按|定|换|设|调|：)(?:成|到|为|在)?$|我的?申请(?:日期?|时间)是$"
)
_REFUSED = re.compile(r"没批|被拒|驳回|没通过|没过|不通过|拒了")


def find_events(text: str, clauses: Clauses, today: date, elsewhere: re.Pattern[str]) -> Iterator[Mention]:
    """Every date that belongs to an event of a person's life; `elsewhere` are the names of other places."""
    for found in _CLASS_OF.finditer(text):
        year = found.group("y")
        said = Said(found.start(), found.end(), year if len(year) == 4 else f"20{year}")
        yield from _graduation(said, today)
    dates = list(islice(find_dates(text, today), 20))  # a longer list of dates is no story of a life
    for said in dates:
        yield from _event(said, clauses, text, today, elsewhere)
    for first, last in pairwise(dates):
        yield from _contract(first, last, text)


def _contract(first: Said, last: Said, text: str) -> Iterator[Mention]:
    """合同从2024年3月1日到2029年2月28日: the years between, where they come out whole."""
    lead = re.split("[，。！？；]", text[max(0, first.start - 12) : first.start])[-1]
    joined = _UNTIL.fullmatch(text[first.end : last.start])
    if not (joined and _TERM.search(lead) and len(first.text) == len(last.text) > 4):
        return
    begun, ended = (int(d.text[:4]) * 12 + int(d.text[5:7]) for d in (first, last))
    months = ended - begun
    if len(first.text) > 7 and int(last.text[8:]) > int(first.text[8:]):
        months += 1  # from the first to the last of a month
    elif len(first.text) == 7 and (months + 1) % 12 == 0:
        months += 1
    if months > 0 and months % 12 == 0:
        yield Mention(first.start, last.end, "contract_years", months // 12, "drop", ripe=True)


def _event(said: Said, clauses: Clauses, text: str, today: date, elsewhere: re.Pattern[str]) -> Iterator[Mention]:
    clause = clauses.at(said.start)
    if said.end > clause.end or re.match(
        r"[\d.]*(?:级|届|入学|的?(?:首轮|双一流|名单|那[份版])|以前|之前|以后|之后|版|号文|年版|以来|起(?!在)|[年月日]?(?:底|初)?(?:到|至|-|～)(?=\d|[一二]|今|现在|去年|前年))",
        text[said.end : said.end + 6],
    ):
        return
    if _birth_year(said, today) and not said.later_than(today) and _is_birth(said, clause, text):
        yield Mention(said.start, said.end, "birth_date", said.text, "drop")
        return
    recent = int(said.text[:4]) > today.year - 20  # else it is rather a birth
    if recent and said.end == clause.end and said.start == clause.start:  # 2024年7月，入职东胜民企
        after = clauses.at(min(clause.end + 1, len(text)))
        clause = replace(clause, end=after.end, text=text[clause.start : after.end])
    field, end = _nearest(said, clause)
    if field is None and _BEGUN.match(text[said.end : said.end + 4]) and "实习" in text[: said.start]:
        field = "internship_start"  # 在伊旗实习，7月1号开始的
    if field is None and _CAME.match(text, said.end) and _ONESELF.fullmatch(text[clause.start : said.start]):
        field = None if _THING.search(text[: clause.start]) else "arrival_date"
    if field == "graduation_date":
        yield from _graduation(said, today)
    elif field == "birth_date" and _birth_year(said, today) and not said.later_than(today):
        yield Mention(said.start, said.end, field, said.text, "drop")
    elif field == "application_date":
        yield from _application(said, clause, today)
    elif (
        field == "arrival_date"
        and said.later_than(today)
        and not elsewhere.search(clause.text[said.end - clause.start :])
    ):
        if not _NO_PLAN.search(clause.text):
            settled = len(said.text) > 4 and _STARTS.search(clause.text) and not _PERHAPS.search(clause.text)
            yield Mention(said.start, end, field, said.text, "drop", ripe=True, doubt=not settled)
    elif field is not None and not said.later_than(today) and _happened(field, said, clause, elsewhere):
        yield Mention(said.start, end, field, said.text, "drop")


def _is_birth(said: Said, clause: Clause, text: str) -> bool:
    """`88年的`, `1990年5月生`, `父亲1952年10月的`: a year alone, or any date told of a relative."""
    tail = text[said.end : said.end + 4]
    if said.end == clause.end and _KIN_LEFT.search(clause.text[: said.start - clause.start]):
        return "年" in text[said.start : said.end]  # 我妈1956年
    if _YEAR_ALONE.fullmatch(clause.text) and int(said.text[:4]) < 2010:
        return True  # 女，90年，副主任医师
    if not _BIRTH_TAIL.match(tail):
        return False
    left = clause.text[: said.start - clause.start]
    if len(said.text) > 4 and not tail.startswith(("生", "出")) and left and not _KIN_LEFT.search(left):
        return False
    if len(said.text) > 4 and not left and int(said.text[:4]) > 2005:
        return False  # 2024年7月的 is rather a contract
    return tail[:1] != "的" or not re.search(r"来|毕业|买|到|入|签|合同|文|政策|规定|版", left)


def _birth_year(said: Said, today: date) -> bool:
    return 1930 <= int(said.text[:4]) <= today.year - 14 or bool(re.search("-", said.text))


def _graduation(said: Said, today: date) -> Iterator[Mention]:
    yield Mention(said.start, said.end, "graduation_date", said.text, "drop")
    if said.later_than(today):
        yield Mention(said.start, said.end, "degree_status", "studying", "drop", ripe=True)


def _application(said: Said, clause: Clause, today: date) -> Iterator[Mention]:
    """A day on which one applies or has applied; not one on which one was refused."""
    if len(said.text) > 4 and not _REFUSED.search(clause.text) and (said.later_than(today) or _done(said, clause)):
        yield Mention(said.start, said.end, "application_date", said.text, "drop", ripe=True)


def _done(said: Said, clause: Clause) -> bool:
    at = said.start - clause.start
    named = _APPLICATION_DAY.search(clause.text[:at])
    return bool(named or re.search(r"(?:提交|递交|申请|申报|交)(?:的|了)", clause.text[at:]))


def _happened(field: str, said: Said, clause: Clause, elsewhere: re.Pattern[str]) -> bool:
    if field == "home_purchase_date":
        return not elsewhere.search(clause.text)  # 在西安买的房
    if field == "internship_start":
        return not clause.text[: said.start - clause.start].endswith(("到", "至"))  # 实习到12月底
    if field != "arrival_date":
        return True
    if _OTHERS_CAME.search(clause.text) or _LAST_OF.search(clause.text[: said.start - clause.start]):
        return False
    start, end = said.start - clause.start, said.end - clause.start
    near = clause.text[max(0, start - 10) : end + 10]
    return not _NOT_ARRIVED.search(near) and not elsewhere.search(clause.text[end:])


def _nearest(said: Said, clause: Clause) -> tuple[str | None, int]:
    """The event word nearest after the date, else nearest before it, and where both end."""
    after: list[tuple[int, str, int]] = []
    before: list[tuple[int, str, int]] = []
    at, end = said.start - clause.start, said.end - clause.start
    another = _ANOTHER.search(clause.text, end)
    limit = min(end + _FAR, another.start() if another else len(clause.text))
    for field, pattern in _EVENTS:
        for found in pattern.finditer(clause.text):
            if found.end() <= at:
                before.append((at - found.end(), field, said.end))
            elif at <= found.start() < limit:
                after.append((found.start() - at, field, clause.start + found.end()))
    doing = _DOING.match(clause.text, end)  # 技校毕业去年拿的高级工证
    ranked = sorted(after) or sorted(b for b in before if b[0] <= 6 and not doing)
    return (ranked[0][1], ranked[0][2]) if ranked else (None, said.end)
