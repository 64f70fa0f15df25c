"""One cell of text into what the rules read, by our own parsers; what is not plain becomes a complaint."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from talent_rules import quantities as q
from talent_rules.model import Number, OneOf, Span, Value
from talent_rules.quantities import Unreadable, clean
from talent_rules.reference import Reference
from talent_rules.tables.dates import Ambiguous, read_day
from talent_rules.tables.traditional import simplified
from talent_rules.vocabulary import FALSE_WORDS, TRUE_WORDS, Field, Kind


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a cell and what is accepted; `severity` is error or warning."""

    code: str
    message: str
    hint: str = ""
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts a cell gives (none where it is blank), and at most one complaint."""

    values: Mapping[str, Value] = field(default_factory=dict)
    complaint: Complaint | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """What a cell's column says about all its cells: the header, a unit in brackets, the workbook's epoch, and
    the day to which ages are told."""

    header: str = ""
    unit: str = ""
    date1904: bool = False
    tenths_safe: bool = False
    today: date | None = None


#: What people write to say that there is nothing to write; never read as 否 or 0
BLANKS = frozenset(
    {"", "/", "//", "\\", "-", "--", "—", "——", "－", "n/a", "na", "不详", "未知", "待定", "待补", "空", "null", "none"}
)
NOTHING = Reading()
_NO_VALUE = frozenset({"无", "没有", "暂无"})
#: The code of a word that leaves more than one value open
WIDE = "B754"

#: Words that leave more than one value open: field → word → value ids
_WIDE: Mapping[str, Mapping[str, frozenset[str]]] = {
    "degree": {
        "研究生": frozenset({"master", "phd"}),
        "硕博": frozenset({"master", "phd"}),
        "大学": frozenset({"associate", "bachelor"}),
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
_HEDGES = re.compile(r"[拟未待非否曾原申评审读报]|同等|预计|计划|相当|结业|肄业|后$")
_STUDY_MODES = (
    ("非全日制", "part_time"),
    ("全日制", "full_time"),
    ("统招", ""),
    ("普通", ""),
    ("国家", ""),
    ("在职", ""),
)
_DEGREE_TAILS = ("毕业生", "毕业", "学历", "学位", "以及", "文凭")
#: Two degrees are of one level: 双学位 is a second bachelor's
_TWO_DEGREES = {"双": "学士", "双学士": "学士", "第二学士": "学士", "双硕士": "硕士", "双博士": "博士"}
_STUDYING = ("在读", "在学", "未毕业")
_PLACE_HEADS = re.compile(r"^(?:内蒙古自治区|内蒙古|内蒙)?(?:鄂尔多斯市|鄂尔多斯)(?=.)")
_TIME_UNITS = {"年": 12, "月": 1, "个月": 1}
_KIN = re.compile(r"^[长次大小]?([一二两三1-3]?)个?(?:[男女]?孩子?|儿子?|女儿?|父亲?|母亲?|子)[:是]?(?=.)")
_AGE = re.compile(r"(?:今年|已|满)?(\d{1,3}|[一二三四五六七八九十]{1,3})(?:(周?岁)|个月大?)")
_COUNTS = {"一": 1, "1": 1, "二": 2, "两": 2, "2": 2, "三": 3, "3": 3}
_FROM_TO = re.compile(r"((?:19|20)\d\d.*?)[-~—–至到]+((?:19|20)\d\d.*)")
_TERM_TOLD = re.compile(rf"([^()]+)\(({_FROM_TO.pattern})\)")
_NO_TERM = re.compile(r"(?:无|不)?(?:固定|定)?长?期限?")
_OTHER = "other"
#: Words that answer a question of yes or no without either: field → what says that it no longer holds
_NO_LONGER: Mapping[str, frozenset[str]] = {
    "on_post": frozenset(
        {"离岗", "离职", "已离职", "辞职", "已辞职", "调离", "已调离", "解聘", "已解聘"}
    ),
}
_A_SQUARE_METRE = re.compile(r"(?:/|每)(?:m2|平方米|平米|平方|平)$")
#: 是（北京）, 否，本地
_TOLD = re.compile(r"(是|否|有|无|√|×)[(,:;、]([^()]+)\)?")
_ASKS = re.compile(r"^(?:是否|有无|是不是)")


def read_cell(entry: Field, text: str, note: str, column: Column, reference: Reference) -> Reading:
    """A cell of a column mapped to `entry`. Never raises: what cannot be read is a complaint."""
    word = simplified(text).strip()
    if entry.kind is not Kind.PEOPLE:  # where each stands in a line of its own
        word = " ".join(word.split())
    if clean(word).casefold() in BLANKS and word not in {o.id for o in entry.options}:
        return NOTHING
    read = _READERS.get(entry.kind, _read_plain)
    try:
        try:
            return read(entry, word, note, column, reference)
        except Unreadable:
            if (found := _named_value(entry, word, note, column, reference)) is None:
                raise
            return found
    except Ambiguous as error:
        return Reading(complaint=Complaint("B702", f"{entry.name}：{error.message}", error.hint))
    except Unreadable as error:
        return Reading(complaint=Complaint("B701", _named(entry, error.message), error.hint))
    except (ValueError, OverflowError, ZeroDivisionError):
        return Reading(complaint=Complaint("B701", f"{entry.name}读不懂 `{text[:40]}`", f"例如 {entry.example}"))


def _named_value(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading | None:
    """聘期五年 under 合同年限: a cell that says the name of its field before what it holds; None where none does."""
    body = clean(word)
    heads = sorted((clean(w) for w in (entry.name, *entry.synonyms)), key=len, reverse=True)
    rest = next((re.sub("^[:为是]", "", body[len(h) :]) for h in heads if body.startswith(h)), "")
    try:
        return _READERS.get(entry.kind, _read_plain)(entry, rest, note, column, reference) if rest else None
    except Unreadable:
        return None  # what is told is what is wrong with the whole cell


def _named(entry: Field, message: str) -> str:
    return message if message.startswith(entry.name) else f"{entry.name}：{message}"


# ── dates and numbers ───────────────────────────────────────────────────────────────────────


def _read_date(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    if clean(word) in _NO_VALUE:
        return NOTHING
    try:
        day = _without_event(entry, word)
        span = read_day(day, note, date1904=column.date1904, tenths_safe=column.tenths_safe)
    except Ambiguous:
        raise
    except Unreadable:
        value = _by_words(entry, word, reference)
        if value is None:
            raise
        return Reading({entry.id: value})
    return Reading({entry.id: span.lo if span.lo == span.hi and span.lo is not None else span})


def _without_event(entry: Field, word: str) -> str:
    """2021年6月毕业 under 毕业时间, 1990.05.12.: a date without what its column says anyway, and without a stop."""
    found = re.fullmatch(r"(.*[\d年月日])([^\d\W年月日号时]{2,4}|生)", word)
    if found and any(found[2] in name for name in (entry.name, *entry.synonyms)):
        return found[1]
    return re.sub(r"(?<=\d)[.。]$|[(（]?(?:星期|周)[一二三四五六日天][)）]?$", "", word)


def _by_words(entry: Field, word: str, reference: Reference) -> Value | None:
    """不清楚, 不想说, 2024年以后: the vocabulary's own words, never its reading of bare figures."""
    body = clean(word)
    if not re.search(r"[\u4e00-\u9fff<>≤≥]", body) or re.search(r"\d{4}.*[-~—至到].*\d{4}", body):
        return None
    try:
        return entry.read(word, reference)
    except Unreadable:
        return None


def _read_number(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    body = _without_remark(clean(word))
    if body in _NO_VALUE:
        return NOTHING
    bare = re.fullmatch(r"[+-]?[\d,.]+", body) is not None and not re.fullmatch(r"0\d+", body)
    if bare and entry.kind is Kind.MONEY:
        return Reading({entry.id: _within(entry, _bare_money(entry, body, column.unit), word)})
    if bare and entry.kind is Kind.MONTHS:
        return Reading({entry.id: _within(entry, _bare_months(entry, body, column.unit), word)})
    if entry.kind is Kind.MONTHS:
        if (term := _FROM_TO.fullmatch(body)) is not None:
            return Reading({entry.id: _term(entry, term, word)})
        if (both := _TERM_TOLD.fullmatch(body)) is not None:
            return Reading({entry.id: _told_twice(entry, both, word)})
        if _NO_TERM.fullmatch(body):
            raise Unreadable(f"`{word}` 没有写是多久", f"例如 {entry.example}；只知道至少多久的写 {entry.example}以上")
        body = re.sub(r"^签订?", "", body.removesuffix("期"))
    if entry.kind is Kind.MONEY and entry.name.endswith("单价"):
        body = _A_SQUARE_METRE.sub("", body)
    if (ends := q.ends(body)) and all(re.fullmatch(r"[\d,.]+", end) for end in ends):
        return _read_range(entry, ends, column.unit, word)
    if entry.kind is Kind.COUNT and entry.unit == "人":
        body = re.sub(r"[位个名口]$", "", body)
    try:
        value = entry.read(body, reference)
    except Unreadable as error:
        if not error.message.endswith("不是数字"):
            raise
        raise Unreadable(f"`{word}` 看不出是多少", f"例如 {entry.example}") from None  # all of the cell is quoted
    return NOTHING if value is None else Reading({entry.id: value})


def _read_range(entry: Field, ends: tuple[str, str], unit: str, word: str) -> Reading:
    """Two bare figures, each in the unit of the heading."""
    bare = {Kind.MONEY: _bare_money, Kind.MONTHS: _bare_months}.get(entry.kind)
    if bare is None:
        value = entry.read("~".join(ends), Reference())
        return NOTHING if value is None else Reading({entry.id: value})
    lo, hi = (_within(entry, bare(entry, end, unit), word) for end in ends)
    if lo > hi:
        raise Unreadable(f"{entry.name} `{word}` 的前一个比后一个大", "小的写在前面")
    return Reading({entry.id: lo if lo == hi else Span(lo, hi)})


def _term(entry: Field, found: re.Match[str], word: str) -> Value:
    """2024.7.8-2027.7.7: the whole months from the first day to the last, both counted."""
    begin, end = _days(found.group(1)), _days(found.group(2))
    if begin[0] >= end[1]:
        raise Unreadable(f"{entry.name} `{word}` 的起止日期颠倒了", f"起在前、止在后，或只写多久，例如 {entry.example}")
    lo, hi = (_within(entry, n, word) for n in (_months(begin[1], end[0]), _months(begin[0], end[1])))
    return lo if lo == hi else Span(lo, hi)


def _told_twice(entry: Field, found: re.Match[str], word: str) -> Value:
    """三年（2024.8-2027.7）: how long, and from when to when; both have to be the same."""
    term = _FROM_TO.fullmatch(found[2])
    assert term is not None
    both = common(_within(entry, entry.quantity(found[1]), word), _term(entry, term, word))
    if both is None:
        raise Unreadable(f"{entry.name} `{word}` 里写的多久和起止日期对不上", "核对后只写一样")
    return both


def _days(text: str) -> tuple[date, date]:
    """The first and the last day a date can mean."""
    span = q.day_span(text)
    if span.lo is None or span.hi is None:
        raise Unreadable(f"`{text}` 不是确定的日期", "例如 2024-07-08")
    return date.fromordinal(int(span.lo)), date.fromordinal(int(span.hi))


def _months(first: date, last: date) -> int:
    """Whole months from one day to another, both counted."""
    after = date.fromordinal(last.toordinal() + 1)
    return max(0, (after.year - first.year) * 12 + after.month - first.month - (after.day < first.day))


def _without_remark(body: str) -> str:
    """A bracketed remark without figures, such as 40万（税前）, says nothing about the number."""
    return re.sub(r"\([^()\d]*\)$", "", body)


def _bare_money(entry: Field, body: str, unit: str) -> int:
    scale = 10_000 if unit in ("万元", "万") else 1
    fen = q.money(body, scale=scale)
    top = entry.hi
    if top is None or not fen:
        return fen
    if scale == 10_000 and abs(fen) >= Fraction(top) / 1000:
        raise Ambiguous(f"表头的单位是万元，`{body}` 就是 {body} 万元，像是按元填的", f"写明单位，例如 `{body}元`")
    if not unit and 0 < fen < Fraction(top) / 10_000_000:
        raise Ambiguous(f"`{body}` 没有写单位，是元还是万元？", f"写成 `{body}万元` 或 `{body}元`")
    return fen


def _bare_months(entry: Field, body: str, unit: str) -> Number:
    value = q.number(body)
    if unit in _TIME_UNITS:
        return q.simplest(Fraction(value) * _TIME_UNITS[unit])
    if entry.unit == "年":
        if value >= 12:
            raise Ambiguous(f"`{body}` 没有写单位，是年还是月？", f"写成 `{body}年` 或 `{body}个月`")
        return q.simplest(Fraction(value) * 12)
    return value


def plain_range(entry: Field, unit: str) -> tuple[Fraction | None, Fraction | None, int]:
    """Between which ends, in the unit of its heading, a bare figure is read without a question (0 is, too,
    where the field allows it), and what one of that unit is inside."""
    if entry.kind is Kind.MONEY:
        factor = 100 * (10_000 if unit in ("万元", "万") else 1)
        low = Fraction(entry.hi) / 10_000_000 if entry.hi is not None and not unit else entry.lo
        high = Fraction(entry.hi) / 1000 - 1 if entry.hi is not None and factor > 100 else entry.hi
    elif entry.kind is Kind.MONTHS and (unit in _TIME_UNITS or entry.unit == "年"):
        factor = _TIME_UNITS.get(unit, 12)
        low, high = entry.lo, entry.hi if unit in _TIME_UNITS else min(Fraction(144 - 1), Fraction(entry.hi or 143))
    else:
        low, high, factor = entry.lo, entry.hi, 1
    return None if low is None else Fraction(low) / factor, None if high is None else Fraction(high) / factor, factor


def _within(entry: Field, value: Number, word: str) -> Number:
    low, high = entry.lo is not None and value < entry.lo, entry.hi is not None and value > entry.hi
    if low or high:
        raise Unreadable(
            f"{entry.name} `{word}` 超出范围", f"应在 {entry.show(entry.lo)} 与 {entry.show(entry.hi)} 之间"
        )
    return value


# ── choices ─────────────────────────────────────────────────────────────────────────────────


def _read_choice(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    if (asked := _yes_no(entry, word, column.header)) is not None:
        return Reading({entry.id: asked})
    values = _one_choice(entry, word)
    if values is not None:
        return _chosen(entry, word, values)
    if clean(word) in _NO_VALUE:
        return NOTHING
    parts = [p for p in re.split(r"[/、,;|·\s()\[\]【】]+", _halved(word)) if p]
    kinds = any(o.id == _OTHER for o in entry.options)
    if len(parts) > 1 and not (kinds and all(_one_choice(entry, p) is None for p in parts)):
        return _composite(entry, word, parts, reference)
    if kinds:
        return _sorted_out(entry, word, reference)
    value = entry.read(word, reference)
    return NOTHING if value is None else Reading({entry.id: value})


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


def _one_choice(entry: Field, word: str) -> dict[str, Value] | None:
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
    return _district(entry, _PLACE_HEADS.sub("", body)) if entry.id == "district" else None


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


def _composite(entry: Field, word: str, parts: list[str], reference: Reference) -> Reading:
    """硕士研究生/硕士, 高级工程师（副高）: every part has to fit the others; a remark is named, not used."""
    read = [(p, _one_choice(entry, p)) for p in parts]
    known = [v for _, v in read if v is not None]
    strange = [p for p, v in read if v is None]
    if not known or any(_HEDGES.search(p) for p in strange):
        entry.read(word, reference)  # raises with what is accepted, unless the vocabulary can read it whole
        raise Unreadable(f"{entry.name}读不懂 `{word}`", "只写一个：" + "、".join(o.name for o in entry.options[:8]))
    merged: dict[str, Value] = {}
    for values in known:
        for name, value in values.items():
            both = common(merged[name], value) if name in merged else value
            if both is None:
                raise Unreadable(f"{entry.name} `{word}` 里前后说法不一致", "只写一个")
            merged[name] = both
    if strange:
        remark = Complaint(
            "B755", f"{entry.name}里的 `{'、'.join(strange)}` 没有用上", "与判断有关就写到对应的列", "warning"
        )
        return Reading(merged, remark)
    return _chosen(entry, word, merged)


def common(a: Value, b: Value) -> Value | None:
    """What two statements leave possible together; None where they contradict. Only choices, numbers and days."""
    if a == b:
        return a
    if isinstance(a, (str, OneOf)) and isinstance(b, (str, OneOf)):
        both = _choices(a) & _choices(b)
        return None if not both else next(iter(both)) if len(both) == 1 else OneOf(both)
    left, right = _ends(a), _ends(b)
    if left is None or right is None:
        return None
    lo = max((e for e in (left.lo, right.lo) if e is not None), default=None)
    hi = min((e for e in (left.hi, right.hi) if e is not None), default=None)
    if lo is not None and hi is not None and lo > hi:
        return None
    return lo if lo is not None and lo == hi else Span(lo, hi)


def _choices(value: str | OneOf) -> frozenset[str]:
    return value.choices if isinstance(value, OneOf) else frozenset({value})


def _ends(value: Value) -> Span | None:
    if isinstance(value, Span):
        return value
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return Span(value, value)
    return None


def _yes_no(entry: Field, word: str, header: str) -> Value | None:
    """是否全日制 answered by 是 or 否: the header names the choice that is meant."""
    asked = re.match(r"(?:是否|有无|是不是)(.+)", clean(simplified(header)))
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


def _read_flag(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    """是 or 否; or the fact itself, as where 是否在岗 is answered by 在岗 and 不在岗."""
    named = {clean(w) for w in (entry.name, *entry.synonyms, _ASKS.sub("", clean(simplified(column.header))))}
    body = clean(word)
    if body in named:
        return Reading({entry.id: True})
    if body[:1] in "非不未无没" and (body[1:] in named or _about(body[1:], named)):
        return Reading({entry.id: False})
    if body[:1] == "已" and _about(body[1:], named):
        return Reading({entry.id: True})
    if body in _NO_LONGER.get(entry.id, ()):
        return Reading({entry.id: False})
    told = _TOLD.fullmatch(body)
    if told is not None and not _HEDGES.search(told[2]):
        remark = Complaint("B755", f"{entry.name}里的 `{told[2]}` 没有用上", "与判断有关就写到对应的列", "warning")
        return replace(_read_flag(entry, told[1], note, column, reference), complaint=remark)
    return _read_plain(entry, word, note, column, reference)


def _about(rest: str, named: set[str]) -> bool:
    """已购 and 未购 under 是否购房: whether what is done, or is not, is a piece of the name."""
    return bool(rest) and any(rest in name for name in named)


# ── the rest ────────────────────────────────────────────────────────────────────────────────


def _read_member(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    if clean(word) in _NO_VALUE:
        return NOTHING
    value = entry.read(word, reference)
    return NOTHING if value is None else Reading({entry.id: value})


def _read_people(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    if clean(word) in _NO_VALUE:
        return Reading({entry.id: ()})
    parts = [p for p in re.split(r"[、,，;；|/\n]+", word) if p.strip()] if not re.search(r"\d/\d", word) else None
    parts = parts if parts is not None else [p for p in re.split(r"[、,，;；|\n]+", word) if p.strip()]
    if entry.people_max and len(parts) > entry.people_max:
        raise Unreadable(f"{entry.name}最多 {entry.people_max} 人，写了 {len(parts)} 人", "每人写一个出生日期")
    return Reading({entry.id: tuple(_born(p, len(parts), note, column) for p in parts)})


def _born(text: str, people: int, note: str, column: Column) -> Span:
    """A birth date, or an age on the day the table is for: 2019-05, 一子2岁, 母亲1955.3, 8个月."""
    body = clean(text)
    kin = _KIN.match(body)
    if kin and _COUNTS.get(kin[1], 1) <= people:
        text = body = body[kin.end() :]
    found = _AGE.fullmatch(body)
    if found is None or column.today is None:
        try:
            return read_day(text, note, date1904=column.date1904)
        except Unreadable as error:
            raise Unreadable(error.message, "每人写一个出生日期或周岁，用顿号隔开，例如 2020-05、3岁") from None
    unit = 12 if found[2] else 1
    age = int(q.number(found[1])) * unit
    first, last = q.add_months(column.today, -age - unit), q.add_months(column.today, -age)
    return Span(first.toordinal() + 1, last.toordinal())


def _read_plain(entry: Field, word: str, note: str, column: Column, reference: Reference) -> Reading:
    value = entry.read(word, reference)
    return NOTHING if value is None else Reading({entry.id: value})


_Reader = Callable[[Field, str, str, Column, Reference], Reading]
_READERS: Mapping[Kind, _Reader] = {
    Kind.DATE: _read_date,
    Kind.FLAG: _read_flag,
    Kind.MONEY: _read_number,
    Kind.MONTHS: _read_number,
    Kind.COUNT: _read_number,
    Kind.AREA: _read_number,
    Kind.CHOICE: _read_choice,
    Kind.ORDERED: _read_choice,
    Kind.MEMBER: _read_member,
    Kind.PEOPLE: _read_people,
}
