"""Which row is the header, and which column is which field: by synonyms, shown, and overridable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from talent_rules.source import did_you_mean, slips_of
from talent_rules.tables.parts import FactPart, part_of
from talent_rules.tables.refusal import Refused
from talent_rules.tables.remarks import other_sum
from talent_rules.tables.traditional import simplified
from talent_rules.vocabulary import Field, Kind, Vocabulary

HEADER_ROWS = 20
#: Roles of columns that are no fields
LABEL, IDENTITY, IGNORED, RESULT = "label", "identity", "ignored", "result"
#: That of the name of the sheet, where people of several are read
SHEET = "sheet"
#: That of columns that only together tell a fact
PART = "part"
_NO_FIELDS = (LABEL, IDENTITY, IGNORED, RESULT, SHEET, PART)
#: Where a column stands that only other sheets have: beyond XFD, the last one there can be
ABSENT = 1 << 14

_NAMES = ("姓名", "名字", "员工姓名", "人员姓名", "申请人", "申请人姓名", "name", "fullname")
_LABELS = (
    *_NAMES,
    "工号",
    "员工编号",
    "人员编号",
    "编号",
    "序号",
    "员工号",
    "职工号",
    "部门",
    "所在部门",
    "科室",
    "单位",
    "单位名称",
    "工作单位",
    "用人单位",
    "公司",
    "企业名称",
    "原行号",
    "工作表",
    "no.",
    "employeeid",
    "department",
    "employer",
)
_IDENTITIES = (
    "身份证",
    "身份证号",
    "身份证号码",
    "身份证件号",
    "身份证件号码",
    "证件号",
    "证件号码",
    "公民身份号码",
    "居民身份证号",
    "居民身份证号码",
    "idnumber",
    "idcardnumber",
)
_RESULTS = ("错误明细", "校验结果")
_IGNORE_WORDS = ("忽略", "不读", "-", "")
_UNITS = {"元", "千元", "千", "万元", "万", "年", "月", "个月", "㎡", "m2", "平方米", "平米", "周岁", "岁", "人", "周"}
#: 万元/m2, 千元每年: of money, what the sum is for may stand behind
_SUM_FOR = re.compile(r"([千万]元|[元万千])[/每](.+)")
#: 年薪 万元, 年薪/万元, but no 单元
_UNIT_TAIL = re.compile(r"(.{2,}?)[,:_/-]?([千万]元|(?<![单美欧日港多公])元)")
_GROUP_TAIL = re.compile(r"(?:基本)?(?:情况|信息)$")
#: What the fields are also called in English, beside their ids
_ENGLISH = {
    "education": "degree",
    "highestdegree": "degree",
    "university": "school",
    "dateofbirth": "birth_date",
    "hiredate": "arrival_date",
    "startdate": "arrival_date",
    "contractterm": "contract_years",
    "professionaltitle": "title",
}
#: Headings that may be a field or something else: asked, not taken
_LIKE = {
    "人才层次": "人才类别",
    "人才等级": "人才类别",
    "人才级别": "人才类别",
    "在职状态": "在职在岗",
    "用工形式": "引进方式",
    "户籍": "市籍",
    "来源地": "市外引进",
    "参加工作时间": "引进日期",
    "参加工作/引进时间": "引进日期",
}
_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
#: 引进年份 as 引进日期
_WHEN = re.compile(r"(.{2,}?)(?:年月日?|年份|年度|日期|时间|日)")
#: 姓名 Name, 学历/Education
_LATIN = re.compile(r"[A-Za-z'./&-]+")
#: 您的姓名, as forms ask
_ASKED = re.compile(r"^(?:请问|请?填写)?(?:[您你]的|本人的?)(?=.)")
_NUMBERED = re.compile(r"^(?:\d{1,2}[.、)]|[*★☆])+|[*★☆:]+$")


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of the table: where, what it is headed, what it is (`role` a field id or one of the above); one that
    is composed of others has them as `parts`."""

    index: int
    header: str
    role: str
    unit: str = ""
    by_hand: bool = False
    parts: tuple[int, ...] = ()

    @property
    def letter(self) -> str:
        """A … XFD, as spreadsheets call it, or call the last of its parts."""
        return letter_of(self.parts[-1] if self.parts else self.index)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """The header row (1-based, last of its rows) and every column that has a heading."""

    row: int
    columns: tuple[MappedColumn, ...]
    score: int

    def fields(self) -> tuple[MappedColumn, ...]:
        """The columns read as fields."""
        return tuple(c for c in self.columns if c.index < ABSENT and c.role not in _NO_FIELDS)

    def of(self, role: str) -> tuple[MappedColumn, ...]:
        """The columns of a role."""
        return tuple(c for c in self.columns if c.index < ABSENT and c.role == role)

    def roles(self) -> set[str]:
        """What the columns are, with those that only other sheets have."""
        return {c.role for c in self.columns}


def letter_of(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def heading(text: str) -> str:
    """A header cell without spaces, line breaks, numbering, asterisks; traditional characters folded."""
    folded = "".join(c for c in unicodedata.normalize("NFKC", text[:400]) if unicodedata.category(c) != "Cf")
    return _ASKED.sub("", _NUMBERED.sub("", simplified(re.sub(r"\s+", "", folded))))


def split_unit(text: str) -> tuple[str, str]:
    """金额(万元), 金额(税前,万元) and 金额万元 → 金额, 万元; 单价(万元每平米) → 单价, 万元/平米; other
    brackets at the end are dropped without a unit."""
    found = re.fullmatch(r"(.+)[(\[【]([^()\[\]【】]*)[)\]】]", text)
    bare, said = (found[1], re.split("[,、;]", found[2])) if found else (text, [])
    unit = next((unit for part in said if (unit := _unit(part))), "")
    tail = None if unit else _UNIT_TAIL.fullmatch(bare)
    return (tail[1], tail[2]) if tail else (bare, unit)


def _unit(part: str) -> str:
    """The unit that a part of a heading's brackets is, as 单位:万元; "" where it is none."""
    text = part.removeprefix("单位:").removeprefix("单位")
    of = _SUM_FOR.fullmatch(text)
    return f"{of[1]}/{of[2]}" if of else text if text in _UNITS else ""


def role_of(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The role of a heading and its unit; role "" when it is none we know."""
    whole = heading(text)
    for word, found_unit in _words(whole):
        if (entry := _field_called(word, vocabulary)) is not None:
            return ("", "") if entry.kind is Kind.MONEY and other_sum(whole) else (entry.id, found_unit)
        for words, role in ((_IDENTITIES, IDENTITY), (_LABELS, LABEL), (_RESULTS, RESULT)):
            if word in words:
                return role, ""
    return (PART if part_in(text, vocabulary) else ""), ""


def part_in(text: str, vocabulary: Vocabulary) -> FactPart | None:
    """The part of a fact that a heading names."""
    parts = (part_of(word, vocabulary) for word, _ in _words(heading(text)))
    return next((part for part in parts if part is not None), None)


def _words(whole: str) -> list[tuple[str, str]]:
    """The words a heading may be known by, each with the unit it then has."""
    bare, unit = split_unit(whole)
    plain = _BRACKETS.sub("", bare)
    words = ((whole, ""), (bare, unit), (plain, unit), (_LATIN.sub("", plain), unit))
    return [(word.rstrip(":*").casefold(), found) for word, found in words] if whole else []


def _field_called(word: str, vocabulary: Vocabulary) -> Field | None:
    """The field a heading names: 毕业院校, Graduation Date; 购房 where 是否购房 is one; 是否全职 by its choice."""
    entry = vocabulary.find(_ENGLISH.get(word, word))
    if entry is not None or not word:
        return entry
    if (when := _WHEN.fullmatch(word)) is not None:
        dates = (vocabulary.find(when[1] + tail) for tail in ("日期", "时间"))
        if (date := next((d for d in dates if d is not None and d.kind is Kind.DATE), None)) is not None:
            return date
    asked = vocabulary.find(f"是否{word}")
    if asked is not None and asked.kind is Kind.FLAG:
        return asked
    choice = word.removeprefix("是否")
    fields = [f for f in vocabulary.fields.values() if f.options and f.option(choice)] if choice != word else []
    return fields[0] if len(fields) == 1 else None


def is_name(header: str) -> bool:
    """Whether a heading is that of the person's name."""
    bare = split_unit(heading(header))[0].casefold()
    return bare in _NAMES or _LATIN.sub("", bare) in _NAMES


def find_header(rows: Sequence[Sequence[str]], vocabulary: Vocabulary) -> TableMapping | None:
    """The best header among the first rows; two rows where the second completes the first. None if none fits."""
    best: TableMapping | None = None
    for number, row in enumerate(rows[:HEADER_ROWS]):
        found = _columns(row, vocabulary)
        score = _score(found)
        if score > (best.score if best else 0):
            best = TableMapping(number + 1, found, score)
            below = rows[number + 1] if number + 1 < len(rows) else ()
            joined = _grouped(_columns(_joined(row, below, vocabulary), vocabulary), row, vocabulary)
            if _completes(below, row, vocabulary) and _score(joined) > score:
                best = TableMapping(number + 2, joined, _score(joined))
    if best is None or not _plausible(best):
        return None
    above = rows[best.row - 2] if best.row > 1 else ()
    best = replace(best, columns=_grouped(best.columns, above, vocabulary))
    return _with_units(best, rows[best.row] if best.row < len(rows) else ())


def _with_units(found: TableMapping, below: Sequence[str]) -> TableMapping:
    """A row below the headings that tells only units belongs to them."""
    told = {index: text for index, cell in enumerate(below) if (text := heading(cell).strip("()"))}
    units = {index for index, text in told.items() if _unit(text) or text.split("/")[0] in _UNITS}
    if len(units) < 2 or any(told[index] not in ("单位", "计量单位", "-") for index in told.keys() - units):
        return found
    as_read = {index: _unit(told[index]) or told[index] for index in units}
    columns = [replace(c, unit=as_read[c.index]) if c.index in units and not c.unit else c for c in found.columns]
    return replace(found, row=found.row + 1, columns=tuple(columns))


def lies_across(rows: Sequence[Sequence[str]], vocabulary: Vocabulary, found: TableMapping | None) -> bool:
    """Whether the headings stand below each other, one person a column."""
    first = [next((text for text in row if text.strip()), "") for row in rows]
    known = [text for text in first if len(text) <= 60 and role_of(text, vocabulary)[0] not in ("", RESULT)]
    return len(set(known)) > max(3, len(found.columns) if found else 0)


def _grouped(found: Sequence[MappedColumn], above: Sequence[str], vocabulary: Vocabulary) -> tuple[MappedColumn, ...]:
    """面积 under 购房情况 is 购房面积: a heading nobody knows, read together with the one over its group."""
    taken = {c.role for c in found}
    columns = []
    over = {i: heading(text) for i, text in enumerate(above) if text and heading(text)}
    for column in found:
        group = next((over[i] for i in range(column.index, -1, -1) if i in over), "")
        whole = _GROUP_TAIL.sub("", group) + column.header if group and column.role == IGNORED else ""
        role, unit = role_of(whole, vocabulary)
        if role == PART or (role in vocabulary.fields and role not in taken):
            taken.add(role)
            column = replace(column, header=whole, role=role, unit=unit)
        columns.append(column)
    return tuple(columns)


def _score(columns: Sequence[MappedColumn]) -> int:
    return sum(2 if c.role not in (LABEL, RESULT) else 1 for c in columns if c.role != IGNORED)


def _plausible(found: TableMapping) -> bool:
    return found.score >= 2 and bool(found.fields() or found.of(IDENTITY))


def _columns(row: Sequence[str], vocabulary: Vocabulary) -> tuple[MappedColumn, ...]:
    found = []
    for index, text in enumerate(row):
        if text and heading(text):
            role, unit = role_of(text, vocabulary) if len(text) <= 60 else ("", "")
            found.append(MappedColumn(index, text.strip(), role or IGNORED, unit))
    return tuple(found)


def _completes(below: Sequence[str], above: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a second header row stands below: at least two known words, few of them under a known one."""
    known = [c for c in _grouped(_columns(below, vocabulary), above, vocabulary) if c.role != IGNORED]
    taken = [c for c in known if c.index < len(above) and role_of(above[c.index], vocabulary)[0]]
    return len(known) >= 2 and len(known) > 2 * len(taken)


def _joined(above: Sequence[str], below: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Of two header rows the lower cell, or the upper one where that alone says something."""
    width = max(len(above), len(below))
    upper = [above[i] if i < len(above) else "" for i in range(width)]
    lower = [below[i] if i < len(below) else "" for i in range(width)]
    return [
        up if not low or (role_of(up, vocabulary)[0] and not role_of(low, vocabulary)[0]) else low
        for up, low in zip(upper, lower, strict=True)
    ]


def override(found: TableMapping, wishes: Sequence[str], vocabulary: Vocabulary) -> TableMapping:
    """The mapping with `列=字段` wishes applied. Raises Refused for a column or a field that is not there."""
    columns = {c.index: c for c in found.columns}
    for wish in wishes:
        left, sign, right = wish.partition("=")
        if not sign:
            raise Refused("T731", f"--map `{wish}` 少了等号", "写成 --map 列名=字段，例如 --map 学历层次=学位")
        column = _column_called(left.strip(), found)
        role = _role_called(right.strip(), vocabulary)
        unit = split_unit(heading(column.header))[1] or split_unit(heading(right))[1]
        columns[column.index] = MappedColumn(column.index, column.header, role, unit, True)
    return TableMapping(found.row, tuple(columns[i] for i in sorted(columns)), found.score)


def _column_called(name: str, found: TableMapping) -> MappedColumn:
    wanted = heading(name)
    for column in found.columns:
        if heading(column.header) == wanted or split_unit(heading(column.header))[0] == wanted:
            return column
    for column in found.columns:
        if column.letter == name.upper():
            return column
    hint = did_you_mean(name, [c.header for c in found.columns])
    raise Refused(
        "T731", f"表里没有 `{name}` 这一列", hint or "可用的列：" + "、".join(c.header for c in found.columns[:20])
    )


def _role_called(name: str, vocabulary: Vocabulary) -> str:
    if name in _IGNORE_WORDS:
        return IGNORED
    role, _ = role_of(name, vocabulary)
    if role:
        return role
    hint = did_you_mean(name, [f.name for f in vocabulary.fields.values()] + list(vocabulary.fields))
    raise Refused("T731", f"没有 `{name}` 这个信息项", hint or "用 talent template 看全部信息项；不读的列写 列=忽略")


def suggestions(found: TableMapping, vocabulary: Vocabulary) -> Mapping[str, str]:
    """For headings nobody knows: the field whose name they are a slip of."""
    names = {w: f.name for f in vocabulary.fields.values() for w in (f.name, *f.synonyms)}
    hints = {}
    for column in found.of(IGNORED):
        if column.by_hand:
            continue
        whole = heading(column.header)
        word = _BRACKETS.sub("", split_unit(whole)[0])
        near = [_LIKE[word]] if word in _LIKE else slips_of(word, names)
        meant = {names[w] for w in near if w in names}
        if (entry := _field_called(word, vocabulary)) is not None and (said := other_sum(whole)):
            why = entry.question.partition("？")[2]
            hints[column.header] = f"写着“{said}”，与“{entry.name}”不是一个数。{why}请另列一列；确认是一个数的"
        elif len(meant) == 1:
            hints[column.header] = f"你是不是想写 `{meant.pop()}`？"
    return hints
