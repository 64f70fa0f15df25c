"""Dates become facts by what happened on them: birth, graduation, arrival, purchase, internship."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from talent_bot.understanding.clauses import Clause, Clauses
from talent_bot.understanding.dates import Said, find_dates
from talent_bot.understanding.mentions import Mention

_EVENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("birth_date", re.compile(r"出生|生日|(?<![毕学产])生(?:的|人|于|，|。|$)|年生(?!活|源|效)")),
    ("internship_start", re.compile(r"(?:开始|去|来)?实习(?:开始|的)?")),
    ("home_purchase_date", re.compile(r"(?:买|购)(?:了|的|过)?[^，。]{0,6}房|购房|买的|网签")),
    (
        "graduation_date",
        re.compile(
            r"毕(?:的)?业(?!生待遇|了\d|\d{1,2}年|了?[一二两三四五六七八九十]{1,2}年|以来)|拿到?[^，。]{0,6}(?:学位|毕业证)|取得[^，。]{0,6}学位|获得[^，。]{0,6}学位|答辩通过"
        ),
    ),
    (
        "arrival_date",
        re.compile(
            r"来(?:的(?!及)|到|了|鄂尔多斯|这边|这里|东胜|康巴什|市里|上班|工作|报到|入职)|刚来|过来|到岗|入(?:的)?职|报(?:的)?到|引进|来鄂|到鄂尔多斯|调(?:来|到|过来)|回来(?:的|工作|上班)|"
            r"上(?:的)?班|到(?:的)?(?:东胜|康巴什|伊旗|准旗|达旗|这边|单位)"
        ),
    ),
)
_FUTURE_OK = frozenset({"graduation_date"})
_BIRTH_TAIL = re.compile(r"^(?:的|生|出生|生人)(?=，|。|$|、|人|女|男|本|硕|博|，|属)")
_CLASS_OF = re.compile(r"(?<!\d)(?P<y>20\d{2}|[0-3]\d)届(?!会|的?大会|全国|人大|三中)")
_WAS = re.compile(r"的|了|过|已|刚|于")
_NOT_ARRIVED = re.compile(
    r"想|打算|准备|计划|要(?:去|来|过)|将|预计|考虑|希望|合同|到期|社保|不是|没|办法|政策|文件|印发"
)


def find_events(text: str, clauses: Clauses, today: date) -> Iterator[Mention]:
    """Every date that belongs to an event of a person's life."""
    for found in _CLASS_OF.finditer(text):
        year = found.group("y")
        said = Said(found.start(), found.end(), year if len(year) == 4 else f"20{year}")
        yield from _graduation(said, clauses.at(said.start), text, today)
    for said in islice(find_dates(text, today), 20):  # a longer list of dates is no story of a life
        yield from _event(said, clauses.at(said.start), text, today)


def _event(said: Said, clause: Clause, text: str, today: date) -> Iterator[Mention]:
    if said.end > clause.end or re.match(
        r"[\d.]*(?:级|届|入学|以前|之前|以后|之后|版|号文|年版|以来|起)", text[said.end : said.end + 6]
    ):
        return
    if _BIRTH_TAIL.match(text[said.end : said.end + 4]) and len(said.text) == 4 and _birth_year(said, today):
        tail = text[said.end : said.end + 1]
        if tail != "的" or not re.search(
            r"来|毕业|买|到|入|签|合同|文|政策|规定", clause.text[: said.start - clause.start]
        ):
            yield Mention(said.start, said.end + 1, "birth_date", said.text, "drop")
            return
    field = _nearest(said, clause)
    if field == "graduation_date":
        yield from _graduation(said, clause, text, today)
    elif field == "birth_date" and _birth_year(said, today):
        yield Mention(said.start, said.end, field, said.text, "drop")
    elif field in ("arrival_date", "home_purchase_date", "internship_start") and not said.later_than(today):
        around = clause.text
        if field != "arrival_date" or not _NOT_ARRIVED.search(around):
            yield Mention(said.start, said.end, field, said.text, "drop")


def _birth_year(said: Said, today: date) -> bool:
    return 1930 <= int(said.text[:4]) <= today.year - 14 or bool(re.search("-", said.text))


def _graduation(said: Said, clause: Clause, text: str, today: date) -> Iterator[Mention]:
    yield Mention(said.start, said.end, "graduation_date", said.text, "drop")
    if said.later_than(today):
        yield Mention(said.start, said.end, "degree_status", "studying", "drop")


def _nearest(said: Said, clause: Clause) -> str | None:
    """The event word nearest after the date, else nearest before it."""
    after: list[tuple[int, str]] = []
    before: list[tuple[int, str]] = []
    at = said.start - clause.start
    for field, pattern in _EVENTS:
        for found in pattern.finditer(clause.text):
            if found.end() <= at:
                before.append((at - found.end(), field))
            elif found.start() >= at:
                after.append((found.start() - at, field))
    ranked = sorted(after) or sorted(b for b in before if b[0] <= 6)
    return ranked[0][1] if ranked else None
