"""Cells that hold one of a few choices, in any of the words offices have for them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from talent_rules.model import OneOf, Value
from talent_rules.quantities import Unreadable, clean
from talent_rules.reference import Reference
from talent_rules.tables.header import heading
from talent_rules.tables.remarks import with_remark
from talent_rules.tables.told import NO_VALUE, NOTHING, Column, Complaint, Reading, common
from talent_rules.vocabulary import FALSE_WORDS, TRUE_WORDS, Field, Places

#: The code of a word that leaves more than one value open
WIDE = "B754"
#: What 学位 can be where it is 无: one has no degree below a bachelor's
NO_DEGREE = OneOf(frozenset({"secondary", "associate"}))
#: Words that leave more than one value open: field → word → value ids
_WIDE: Mapping[str, Mapping[str, frozenset[str]]] = {
    "degree": {
        "研究生": frozenset({"master", "phd"}),
        "硕博": frozenset({"master", "phd"}),
        "大学": frozenset({"associate", "bachelor"}),
        "无学位": NO_DEGREE.choices,
    },
    "title": {
        "高级": frozenset({"vice_senior", "senior"}),
        "高级职称": frozenset({"vice_senior", "senior"}),
    },
    "employer_type": dict.fromkeys(
        ("国企", "国有企业", "国有", "国有控股企业", "企业", "企业单位", "公司"),
        frozenset({"soe_municipal", "central_enterprise", "regional_direct", "private"}),  # 旗区的属于其他企业
    ),
}
_STUDY_MODES = (
    ("非全日制", "part_time"),
    ("全日制", "full_time"),
    ("统招", ""),
    ("普通", ""),
    ("国家", ""),
    ("在职", ""),
)
#: What a degree is in, by the thirteen 学科门类 and the commoner 专业学位: 工学博士, 工商管理硕士
_SUBJECTS = re.compile(
    r"(?:哲学|经济学|法学|教育学|文学|历史学|理学|工学|农学|医学|军事学|管理学|艺术学|工程|工商管理|公共管理|法律|教育|会计|金融"
    r"|审计|税务|应用统计|国际商务|翻译|体育|艺术|设计|建筑学|城市规划|风景园林|农业|林业|兽医|临床医学|口腔医学|公共卫生|护理|药学"
    r"|中医|中药学?|电子信息|机械|材料与化工|资源与环境|能源动力|土木水利|生物与医药|交通运输|工程管理|社会工作|新闻与传播|图书情报)"
    r"(?=(?:专业)?(?:学士|硕士|博士))"
)
#: What stands beside a degree and tells of it
_BESIDE: Mapping[str, dict[str, Value]] = {
    "全日制": {"study_mode": "full_time"},
    "非全日制": {"study_mode": "part_time"},
    "在读": {"degree_status": "studying"},
    "在学": {"degree_status": "studying"},
}
_DEGREE_TAILS = ("毕业生", "毕业", "学历", "学位", "以及", "文凭")
#: Two degrees are of one level: 双学位 is a second bachelor's
_TWO_DEGREES = {"双": "学士", "双学士": "学士", "第二学士": "学士", "双硕士": "硕士", "双博士": "博士"}
_STUDYING = ("在读", "在学", "未毕业")
_OTHER = "other"
#: Choices of which the first includes the next: 985/双一流 is a 985
_NESTED = {"school_claim": ("985", "211", "double_first")}


def read_choice(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    """A cell of a field with choices. Raises Unreadable."""
    if (asked := _yes_no(entry, word, column.header)) is not None:
        return Reading({entry.id: asked})
    values = _one_choice(entry, word, column.places)
    if values is not None:
        return _chosen(entry, word, values)
    if clean(word) in NO_VALUE:
        head = heading(column.header)
        no_degree = entry.id == "degree" and "学位" in head and "学历" not in head
        return _chosen(entry, word, {entry.id: NO_DEGREE}) if no_degree else NOTHING
    parts = [p for p in re.split(r"[/、,;|·\s()\[\]【】]+", _halved(word)) if p]
    kinds = any(o.id == _OTHER for o in entry.options)
    if len(parts) > 1 and not (kinds and all(_one_choice(entry, p, column.places) is None for p in parts)):
        return _composite(entry, word, parts, column, reference)
    if kinds:
        return _sorted_out(entry, word, reference)
    value = entry.read(word, reference)
    return NOTHING if value is None else Reading({entry.id: value})


def agreed(a: Value, b: Value) -> Value | None:
    """What two statements leave possible together; None where they contradict, and where somebody has no degree after
    what may have been a course that ends in one: 大学 with 学位 无 is no certain 专科."""
    may_end_in_one = any(isinstance(v, OneOf) and v.choices - NO_DEGREE.choices for v in (a, b))
    return None if NO_DEGREE in (a, b) and may_end_in_one else common(a, b)


def _sorted_out(entry: Field, word: str, reference: Reference) -> Reading:
    """会计, 工艺员: where the choices end in 其他, a word that is none of them is no mistake, and stays unknown."""
    try:
        value = entry.read(word, reference)
    except Unreadable:
        first, second, *_, other = [o.name for o in entry.options]
        hint = f"是{first}、{second}等几类的照类别写，都不是就写 {other}"
        return Reading(complaint=Complaint("B756", f"{entry.name} `{word}` 没有归类，按不知道算", hint, "warning"))
    return NOTHING if value is None else Reading({entry.id: value})


def _halved(word: str) -> str:
    return word.translate(str.maketrans("（），；／", "(),;/"))


def _one_choice(entry: Field, word: str, places: Places) -> dict[str, Value] | None:
    """The facts of one expression, or None when it is not one of ours."""
    body = clean(word)
    option = entry.option(body)
    if option is not None:
        return {entry.id: option.id}
    wide = _WIDE.get(entry.id, {}).get(body)
    if wide is not None:
        return {entry.id: OneOf(wide)}
    if entry.id == "degree":
        return _degree(entry, body)
    return _district(entry, places.without_heads(body)) if entry.id == "district" else None


def _district(entry: Field, body: str) -> dict[str, Value] | None:
    """准旗薛家湾: the district an address begins with."""
    names = [(len(clean(w)), o.id) for o in entry.options for w in (o.name, *o.synonyms) if body.startswith(clean(w))]
    return {entry.id: max(names)[1]} if names else None


def _degree(entry: Field, body: str) -> dict[str, Value] | None:
    """全日制硕士研究生毕业, 博士在读: the degree with what stands around it."""
    found: dict[str, Value] = {}
    for head, mode in _STUDY_MODES:
        if body.startswith(head) and len(body) > len(head):
            body = body[len(head) :]
            if mode:
                found["study_mode"] = mode
    body = _SUBJECTS.sub("", body, count=1) if _SUBJECTS.match(body) else body
    for tail in (w for word in _STUDYING for w in (word, f"({word})")):
        if body.endswith(tail) and len(body) > len(tail):
            body = body[: -len(tail)]
            found["degree_status"] = "studying"
    for _ in range(2):
        for tail in _DEGREE_TAILS:
            if body.endswith(tail) and len(body) > len(tail) and entry.option(body) is None:
                body = body[: -len(tail)]
    option = entry.option(body)
    if option is None and (twice := _TWO_DEGREES.get(body)) is not None:
        option = entry.option(twice)
    wide = _WIDE["degree"].get(body)
    if option is None and wide is None:
        return None
    return {entry.id: option.id if option else OneOf(wide or frozenset())} | found


def _chosen(entry: Field, word: str, values: dict[str, Value]) -> Reading:
    value = values.get(entry.id)
    if not isinstance(value, OneOf):
        return Reading(values)
    names = entry.show(value)
    return Reading(values, Complaint(WIDE, f"{entry.name} `{word}` 可以是{names}", "请写明是哪一个", "warning"))


def _composite(entry: Field, word: str, parts: list[str], column: Column, reference: Reference) -> Reading:
    """硕士研究生/硕士, 高级工程师（副高）: every part has to fit the others; a remark is named, not used."""
    read = [(p, _one_choice(entry, p, column.places)) for p in parts]
    known = [v for _, v in read if v is not None]
    beside = _BESIDE if entry.id == "degree" and known else {}
    known += [beside[p] for p, v in read if v is None and p in beside]
    strange = [p for p, v in read if v is None and p not in beside and not _SUBJECTS.match(f"{p}硕士")]
    if not known:
        entry.read(word, reference)  # raises with what is accepted, unless the vocabulary can read it whole
        raise Unreadable(f"{entry.name}读不懂 `{word}`", "只写一个：" + "、".join(o.name for o in entry.options[:8]))
    order = _NESTED.get(entry.id, ())
    nested = [order.index(v[entry.id]) for v in known if v.get(entry.id) in order]
    if len(nested) == len(known):
        known = [known[nested.index(min(nested))]]
    merged: dict[str, Value] = {}
    for values in known:
        for name, value in values.items():
            both = agreed(merged[name], value) if name in merged else value
            if both is None:
                raise Unreadable(f"{entry.name} `{word}` 里前后说法不一致", "只写一个")
            merged[name] = both
    if strange:
        return with_remark(entry, Reading(merged), "、".join(strange), column)
    return _chosen(entry, word, merged)


def _yes_no(entry: Field, word: str, header: str) -> Value | None:
    """是否全日制 answered by 是 or 否: the header names the choice that is meant."""
    asked = re.match(r"(?:是否|有无|是不是)(.+)", heading(header))
    answer = clean(word).casefold()
    if not asked or answer not in (*TRUE_WORDS, *FALSE_WORDS) or entry.option(word) is not None:
        return None
    named = [(len(w), o) for o in entry.options for w in (o.name, *o.synonyms) if clean(w) in asked.group(1)]
    if not named:
        return None
    meant = max(named, key=lambda pair: pair[0])[1]
    if answer in TRUE_WORDS:
        return meant.id
    others = frozenset(o.id for o in entry.options if o.id != meant.id)
    return next(iter(others)) if len(others) == 1 else OneOf(others)
