"""Remarks beside a value, as in 是（已离职）, F类 已到期 and 3年（已解除）: whether the value still holds with them.

A remark that takes the value back, or doubts it, leaves the fact unknown: a wrong 是 costs more than a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from talent_rules.quantities import clean
from talent_rules.tables.told import Column, Complaint, Reading
from talent_rules.vocabulary import Field, Kind, Places

#: The codes of a remark nobody used, and of one that takes back or doubts what stands before it
UNUSED, TAKEN_BACK = "B755", "B757"
#: Words in which a syllable means nothing of what it would alone
_INNOCENT = re.compile(
    r"太原|无锡|南非|非洲|未来|中原|固原|待遇|不含任期(?:激励)?|无固定期限?|非全日制"
    r"|(?:(?:19|20)\d\d(?:[-./年](?:\d{1,2}月?)?)?|已)评[定上]?(?:取得|通过)?(?=$|[,、;)])"  # 2019年评: awarded then
)
#: What leaves open whether a value holds, be it 是 or 否
_UNSURE = re.compile(
    r"[疑待拟?改暂曾原]|核[实对查]|可能|或许|也许|大概|好像|应该|[估预]计|计划|准备|争取|[申评]|公示|审[核批]|报批"
    r"|不[确清详一明]|未[知定]|有争议|[办证领发审批评定换寄查理](?:过程)?中(?![心级学])|补[办发]|同等|相当|以?后$"
)
#: What says that a value no longer holds, does not yet, or never did
_OVER = re.compile(
    r"离[职岗任开市休校]|已离|辞|解[聘除约雇]|终止|中止|停|到期|期满|届满|[过逾超]期|失[效业信]|[流遗丢]失|无效|作废|废止|注销|吊销"
    r"|撤|取消|退[休出回职学库会]|清退|出[册库]|移出|剔除|除名|开除|欠|[补漏]缴|[未非不没无否]|假|第[二三四五六七八九十2-9]次|再次|二次"
    r"|又来|重新|调[离出走]|[借外抽]调|转[出走柔让移]|外派|派遣|外包|挂[靠职名证]|兼职|柔性|休|留职|死亡|病故|去世|免[职去税]"
    r"|结业|肄业|[审读报]|名誉|荣誉|将[要于来]|即将|虚"
)
#: What makes a sum another sum than the one asked for
_OTHER_SUM = re.compile(
    r"税后|到手|实发|净|任期|激励|含(?!税|绩效)|合计|总包|股|期权|平均|[月季周日](?!.*年)|约|左右|估|[以之][上下内]"
)
#: The same in a heading, where 月 and 平均 are units
_OTHER_SUM_HEAD = re.compile(r"税后|到手|实发|任期|激励|股权?|期权|含(?!税|绩效)|预计|约定|拟|目标|不含绩效")
#: Of numbers: what says nothing that their column does not say anyway
_OF_COURSE = re.compile(
    r"税前|含税|人民币|(?:上|全)?年度?|年薪|(?:含|基本(?:年薪)?[+加和])?绩效(?:年薪)?|不含任期(?:激励)?|建筑面积|[周实]岁"
    r"|(?:全职|书面|固定期限)?(?:劳动|聘用|聘任)?合同|固定期限|已签订?|首[次签]|续签|含试用期?"
)
#: Of 是: what only says where from, to be completed with the names of places; and where to or since when
_FROM = r"(?:来自|从|由)?(?:海外|国外|境外|外省|外市|外地|市外|区外|{elsewhere})(?:省|市|自治区)?.{{0,12}}"
_BACKING = (
    r"(?:于|自)?(?:19|20)\d\d(?:[-./年]\d{1,2}(?:[-./月]\d{1,2})?)?[年月日]?(?:以来|至今|起|入职|到岗|来|引进|认定|取得|签订?|入册|在册|购买?)?"
    r"|(?:正式|在编|全职|编制内|事业编制?|签订?合同|已?签|见|附|有)(?:证书|合同|文件|附件|证明|材料|在岗|员工|职工)?"
    r"|(?:在|由)?(?:本[市地区旗]|单位|公司)?代?已?(?:纳税|[缴完]税|缴纳)|(?:含|在)?试用期内?"
    r"|第[一二三四五六七八九十\d]+批|首次|第一次|.{2,12}(?:公司|集团|大学|学院|医院|局|厅|委员会|证书|证明)"
)
#: Of 是 where somebody is said to come from elsewhere: what says that he does not
_HERE = re.compile(r"本[市地区旗]|[市区]内|当地|户籍")
_DAY = re.compile(r"(20\d\d)(?:[-./年](\d{1,2}))?(?:[-./月](\d{1,2}))?")


def with_remark(entry: Field, found: Reading, remark: str, column: Column) -> Reading:
    """A cell's reading with a remark beside the value: none where the remark takes it back; a note where it is
    not understood; the reading as it was where it says nothing more."""
    body = clean(remark)
    if not body or not found.values:
        return found
    why = ""
    if _takes_back(entry, found, body, column):
        why = f"有 `{remark}`，前面写的不成立或还没有定"
    elif found.values.get(entry.id) is True and not _backing(column.places).fullmatch(body):
        why = f"有 `{remark}`，看不出前面的“是”还算不算"
    if why:
        hint = "按实际只写一个；还没有定的清空"
        return Reading(complaint=Complaint(TAKEN_BACK, f"{entry.name}：{why}，按不知道算", hint))
    if _says_nothing(entry, body):
        return found
    what = Complaint(UNUSED, f"{entry.name}里的 `{remark}` 没有用上", "与判断有关就写到对应的列", "warning")
    return replace(found, complaint=what)


@lru_cache(maxsize=16)
def _backing(places: Places) -> re.Pattern[str]:
    return re.compile(_FROM.format(elsewhere=places.one_elsewhere) + "|" + _BACKING)


_NUMBERS = (Kind.MONEY, Kind.MONTHS, Kind.COUNT, Kind.AREA)


def _says_nothing(entry: Field, body: str) -> bool:
    return entry.kind in _NUMBERS and all(_OF_COURSE.fullmatch(part) for part in re.split("[,、;]", body))


def _takes_back(entry: Field, found: Reading, body: str, column: Column) -> bool:
    value = found.values.get(entry.id)
    if _says_nothing(entry, body):
        return False
    if entry.kind is Kind.MONEY and _OTHER_SUM.search(_INNOCENT.sub("", body)):
        return True
    if value is True and entry.id in column.places.from_outside and _speaks_of_here(body, column.places):
        return True
    if doubtful(body, no=value is False):
        return True
    return value is not False and any(day > (column.today or date.max) for day in _days(body))


def _speaks_of_here(body: str, places: Places) -> bool:
    """Whether a remark says that somebody was here before; it may, where nobody said what is here."""
    return bool(_HERE.search(body)) or not places.here or places.names_here(body)


def other_sum(heading: str) -> str:
    """What a heading says in brackets that makes its sums others than the ones asked for: 年薪（含任期激励）."""
    said = re.findall(r"[(\[【]([^()\[\]【】]*)[)\]】]", heading)
    return next(
        (w for part in said for w in re.split("[,、;]", part) if _OTHER_SUM_HEAD.search(_INNOCENT.sub("", w))), ""
    )


def doubtful(remark: str, *, no: bool = False) -> bool:
    """Whether a remark says that what stands beside it does not hold, or may not; `no` where that is a 否."""
    body = _INNOCENT.sub("", clean(remark))
    return bool(_UNSURE.search(body) or (not no and _OVER.search(body)))


def _days(body: str) -> Iterator[date]:
    """The first day of each date in a remark that can be one."""
    for year, month, day in _DAY.findall(body):
        try:
            yield date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            continue
