"""The 金额 section: every amount form, as text or as a mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass
from fractions import Fraction

from talent_rules import quantities as q
from talent_rules.compiler.basis import read_basis, read_grade
from talent_rules.compiler.conditions import Reader
from talent_rules.compiler.keys import accepting
from talent_rules.compiler.sums import FROM_TO, amount_from_text, positive_money
from talent_rules.conditions import ALWAYS, AllOf, AnyOf, Condition
from talent_rules.lines import Misread, split_values
from talent_rules.model import Basis, Grade, Range
from talent_rules.money import Amount, AreaPrice, Constant, Monthly, Percent, Service, Table, Yearly
from talent_rules.quantities import Unreadable
from talent_rules.rulebase import NO_MONEY
from talent_rules.source import Node, Record, Report, Scalar, Sequence, did_you_mean, entries, items_of, text_of
from talent_rules.vocabulary import Field, Kind

_FORMS = (
    "fixed", "at_least", "at_most", "range", "per_month", "per_year", "area", "ratio", "by_case", "service",
    "undecided", "table", "points",
)  # fmt: skip
_EXTRAS = (
    "for", "months", "persons", "unit_price", "actual_area", "shortfall", "base", "cap", "grade", "official_range",
    "basis", "rounding", "note", "review",
)  # fmt: skip
_KEYS = accepting(*_FORMS, *_EXTRAS)
_TABLE = accepting("hit_policy", "columns", "rows", "note", "cap")
#: how a cell of a table says that it asks nothing; `talent fmt` writes the first
ANY = ("任意", "-", "—", "－", "*", "")
#: more than a share of something is likely to be
MOST = 3
#: the head of a column that names 层次
TIERS = ("层次", "tiers")
HIT_POLICIES = {"唯一命中": "unique", "首行": "first", "取高": "highest", "合计": "sum"} | {
    w: w for w in ("unique", "first", "highest", "sum")
}


@dataclass(frozen=True, slots=True)
class Priced:
    """An amount with what it rests on."""

    amount: Amount = NO_MONEY
    grade: Grade | None = None
    official: Range | None = None
    rounding: int = 1
    basis: Basis | None = None


def read_amount(node: Node | None, reader: Reader) -> Priced:
    """The amount of a benefit; problems go to the report."""
    if node is None:
        return Priced()
    if isinstance(node, Record):
        return _mapping(node, reader)
    return Priced(_text(node, reader.report))


def _mapping(node: Record, reader: Reader) -> Priced:
    report = reader.report
    found = entries(node, _KEYS, report, what="金额")
    forms = [k for k in found if k in _FORMS]
    if len(forms) != 1:
        if found or not node.pairs:
            report.add(node, "Q410", "金额要写且只写一种形式", "例如 `固定: 40万元`，或 `表: {…}`")
        return Priced()
    official = _range(found["official_range"], report) if "official_range" in found else None
    rounding = _rounding(found.get("rounding"), report)
    basis = read_basis(found["basis"], reader.sources, report) if "basis" in found else None
    grade = read_grade(found.get("grade"), report) or (basis.grade if basis else None)
    return Priced(_form(forms[0], found, reader), grade, official, rounding, basis)


def _rounding(node: Node | None, report: Report) -> int:
    if node is None:
        return 1
    steps = {"分": 1, "元": 100, "百元": 10_000, "千元": 100_000, "万元": 1_000_000}
    word = text_of(node, report, "取整")
    if word not in steps:
        report.add(node, "Q411", f"`{word}` 不是取整单位", "写 分、元、百元、千元 或 万元")
    return steps.get(word, 1)


def _form(form: str, found: Mapping[str, Node], reader: Reader) -> Amount:
    report, node = reader.report, found[form]
    if form in ("fixed", "at_least", "at_most"):
        fen = _fen(node, report)
        return {"fixed": Constant(fen, fen), "at_least": Constant(fen, None, form), "at_most": Constant(0, fen, form)}[
            form
        ]
    if form in ("range", "by_case"):
        if isinstance(node, Scalar) and not node.text.strip():
            return Constant(0, None, "by_case")
        ends = _range(node, report)
        return Constant(ends.lo, ends.hi, form)
    if form == "service":
        return Service(text_of(node, report))
    if form == "undecided":
        return Constant(0, None, "undecided")
    if form == "table":
        return _table(node, reader, area=False)
    if form == "points":
        return _tallied(node, reader)
    if form == "per_month":
        months = _months(found["for"], report) if "for" in found else None
        name = _field(found["months"], reader, (Kind.MONTHS, Kind.COUNT)) if "months" in found else ""
        if months is None and not name:
            report.add(node, "Q412", "每月的金额要写发几个月", "加上 `共: 36个月`，或 `月数: 字段`")
        return Monthly(_inner(node, reader), months, name)
    if form == "per_year":
        years = _months(found["for"], report) if "for" in found else None
        persons = _field(found["persons"], reader, (Kind.COUNT,)) if "persons" in found else ""
        return Yearly(_inner(node, reader), persons, None if years is None else int(years) // 12)
    return _computed(form, found, reader)


def _tallied(node: Node, reader: Reader) -> Amount:
    """One of the totals of the file's 积分 section."""
    name = text_of(node, reader.report, "积分")
    if name not in reader.scales:
        hint = did_you_mean(name, reader.scales) or "先在本文件的 `积分` 里写"
        reader.report.add(node, "R502", f"没有名为 `{name}` 的积分", hint)
        return NO_MONEY
    return reader.scales[name]


def _computed(form: str, found: Mapping[str, Node], reader: Reader) -> Amount:
    report, node = reader.report, found[form]
    if form == "ratio":
        share = _share(node, report)
        base = _field(found.get("base"), reader, (Kind.MONEY,), node)
        cap = _fen(found["cap"], report) if "cap" in found else None
        return Percent(share, base, cap) if base else NO_MONEY
    price = _field(found.get("unit_price"), reader, (Kind.MONEY,), node)
    actual = _field(found["actual_area"], reader, (Kind.AREA,)) if "actual_area" in found else ""
    open_shortfall = text_of(found.get("shortfall"), report) in ("待定", "undecided")
    return AreaPrice(_area_standard(node, reader), price, actual, open_shortfall) if price else NO_MONEY


def _area_standard(node: Node, reader: Reader) -> Amount:
    if isinstance(node, Record):
        found = entries(node, accepting("table"), reader.report, what="面积", required=("table",))
        return _table(found["table"], reader, area=True) if "table" in found else NO_MONEY
    return _area_cell(node, reader.report)


def _area_cell(node: Node, report: Report) -> Amount:
    try:
        value = q.area(text_of(node, report, "面积"))
    except Unreadable as error:
        report.add(node, "Q401", error.message, error.hint)
        return NO_MONEY
    return Constant(value, value)


def _inner(node: Node, reader: Reader) -> Amount:
    if isinstance(node, Record):
        return _mapping(node, reader).amount
    return _text(node, reader.report)


def _share(node: Node, report: Report) -> Fraction:
    text = text_of(node, report, "比例")
    try:
        share = Fraction(q.number(text))
        if share > MOST:
            report.add(node, "Q401", f"比例 `{text}` 是 {int(share * 100)}%", f"是百分之几就写 `{text.rstrip('%')}%`")
        return share
    except Unreadable as error:
        report.add(node, "Q401", error.message, error.hint)
        return Fraction(0)


def _fen(node: Node, report: Report) -> int:
    text = text_of(node, report, "金额")
    try:
        return positive_money(text)
    except Unreadable as error:
        report.add(node, "Q403", error.message, error.hint)
        return 0


def _range(node: Node, report: Report) -> Range:
    items = items_of(node, report, "区间")
    if isinstance(node, Scalar) and items:
        before = report.errors
        constant = _text(node, report)
        if report.errors > before:
            return Range(0, None)
        if isinstance(constant, Constant) and constant.form != "fixed":
            return Range(int(constant.lo), None if constant.hi is None else int(constant.hi))
    if len(items) != 2:
        report.add(node, "Q413", "区间要写两端", "例如 `[5万元, 40万元]`，上端没有写 不封顶")
        return Range(0, None)
    lo = _fen(items[0], report)
    hi = None if text_of(items[1], report) in ("不封顶", "无上限", "unbounded") else _fen(items[1], report)
    if hi is not None and hi < lo:
        report.add(node, "Q414", "区间前大后小", "小的写在前面")
    return Range(lo, hi)


def _months(node: Node, report: Report) -> int | Fraction | None:
    text = text_of(node, report, "期数")
    try:
        return q.months(text)
    except Unreadable as error:
        report.add(node, "Q404", error.message, error.hint)
        return None


def _field(node: Node | None, reader: Reader, kinds: tuple[Kind, ...], near: Node | None = None) -> str:
    if node is None:
        assert near is not None
        reader.report.add(near, "Q415", "算这个金额还缺一项字段", "比例要写 `基数`，面积要写 `单价`")
        return ""
    name = text_of(node, reader.report)
    entry = reader.vocabulary.find(name)
    names = [f.name for f in reader.vocabulary.fields.values() if f.kind in kinds]
    if entry is None:
        hint = did_you_mean(name, names) or "可写：" + "、".join(names)
        if name[:1].isdigit():
            hint = "这里写信息项的名称；固定的期数写在 `共`，例如 `共: 36个月`"
        reader.report.add(node, "V301", f"没有名为 `{name}` 的信息项", hint)
        return ""
    if entry.kind not in kinds:
        wanted = "、".join(k.value for k in kinds)
        reader.report.add(
            node, "V305", f"{entry.name} 是{entry.kind.value}，这里要{wanted}", "可写：" + "、".join(names)
        )
        return ""
    return entry.id


def _text(node: Node, report: Report) -> Amount:
    text = text_of(node, report, "金额")
    if isinstance(node, Scalar):
        try:
            return amount_from_text(text)
        except Unreadable as error:
            report.add(node, "Q403", error.message, error.hint)
    return NO_MONEY


# ── tables ──────────────────────────────────────────────────────────────────────────────────


def _table(node: Node, reader: Reader, *, area: bool) -> Amount:
    report = reader.report
    found = entries(node, _TABLE, report, what="表", required=("columns", "rows"))
    word = text_of(found.get("hit_policy"), report) or "唯一命中"
    if word not in HIT_POLICIES:
        hint = did_you_mean(word, HIT_POLICIES) or "可写：唯一命中、首行、取高、合计"
        report.add(found["hit_policy"], "Q416", f"没有 `{word}` 这种命中方式", hint)
    columns = items_of(found.get("columns"), report, "列")
    if not columns:  # said above, or missing
        return NO_MONEY
    last = text_of(columns[-1], report)
    if reader.vocabulary.find(last) is not None:
        hint = f"在“{last}”后面再加一列 `金额`；每一行也加一格"
        report.add(columns[-1], "Q417", f"表的最后一列应当是金额，这里是信息项“{last}”", hint)
        return NO_MONEY
    fields = [table_column(c, reader) for c in columns[:-1]]
    _once_each(columns, fields, report)
    rows: list[tuple[Condition, Amount]] = []
    for row in getattr(found.get("rows"), "items", ()):
        cells = items_of(row, report, "行")
        if len(cells) != len(columns):
            if not isinstance(row, Record):
                message = f"这一行有 {len(cells)} 格，表头有 {len(columns)} 列"
                report.add(row, "Q417", message, _row_hint(cells, len(columns)))
            continue
        guard = AllOf(tuple(table_cell(f, c, reader) for f, c in zip(fields, cells, strict=False) if f))
        amount = _area_cell(cells[-1], report) if area else _amount_cell(cells[-1], reader)
        rows.append((guard, amount))
    names = tuple(text_of(c, report) for c in columns)
    cap = _fen(found["cap"], report) if "cap" in found else None
    return Table(HIT_POLICIES.get(word, "unique"), tuple(rows), names, cap)


def _once_each(columns: Sequence_[Node], fields: Sequence_[Field | ByTier | None], report: Report) -> None:
    """Report a column that asks again what another one asks."""
    seen: list[Field | ByTier] = []
    for node, entry in zip(columns, fields, strict=False):
        if entry is not None and entry in seen:
            report.add(node, "Q417", f"“{text_of(node, report)}”这一列写了两次", "只留一列；每一行也少一格")
        elif entry is not None:
            seen.append(entry)


def _row_hint(cells: tuple[Node, ...], wanted: int) -> str:
    """How a row with too few or too many cells came about."""
    texts = [c.text.strip() for c in cells if isinstance(c, Scalar)]
    if len(texts) < wanted and (together := next((t for t in texts if re.search(r"[、，；;\s]", t)), "")):
        parts = [p for p in re.split(r"[、，；;\s]+", together) if p]
        return f"各格之间用半角逗号加空格，例如 `[{', '.join(parts)}]`"
    split = next((n for n, t in enumerate(texts[1:], 1) if re.match(r"\d{3}(?!\d)", t) and texts[n - 1].isdigit()), 0)
    if len(texts) > wanted and split:
        return f"数字里不用逗号，写成 `{texts[split - 1]}{texts[split]}`，或整个加引号"
    return "补齐或删去，任意写 `任意`"


def _amount_cell(node: Node, reader: Reader) -> Amount:
    return _mapping(node, reader).amount if isinstance(node, Record) else _text(node, reader.report)


@dataclass(frozen=True, slots=True)
class ByTier:
    """A column whose cells name 层次 of the file."""


def table_column(node: Node, reader: Reader) -> Field | ByTier | None:
    """The field a column of a table is about, or that it is about the 层次."""
    name = text_of(node, reader.report, "列名")
    if name in TIERS:
        if not reader.tiers:
            reader.report.add(node, "R502", "本文件没有写 `层次`", "先在 `层次:` 一节里写好，再用作列")
            return None
        return ByTier()
    entry = reader.vocabulary.find(name)
    if entry is None:
        names = [w for f in reader.vocabulary.fields.values() for w in (f.name, *f.synonyms)]
        hint = did_you_mean(name, names) or "先在 vocabulary.yaml 里登记，或检查名称"
        reader.report.add(node, "V301", f"没有名为 `{name}` 的信息项", hint)
    return entry


def table_cell(entry: Field | ByTier | None, node: Node, reader: Reader) -> Condition:
    """What a cell of a table asks of its column's field, or which 层次 it names."""
    assert entry is not None
    if isinstance(node, Sequence):
        texts = [text_of(i, reader.report) for i in node.items]
    else:
        texts = [text_of(node, reader.report, "格子")]
    if isinstance(entry, ByTier):
        parts = tuple(_tier_cell(word, node, reader) for t in texts for word in split_values(t) or (t,))
    else:
        parts = tuple(_cell_text(entry, t, node, reader) for t in texts)
    return AnyOf(parts) if len(parts) > 1 or isinstance(node, Sequence) else parts[0]


def _tier_cell(name: str, node: Node, reader: Reader) -> Condition:
    if name in ANY:
        return ALWAYS
    try:
        return reader.reading(name if name.startswith(("符合", "不符合")) else f"符合 {name}")
    except Misread as error:
        reader.report.add(node, error.code, error.message, error.hint)
        return ALWAYS


def _cell_text(entry: Field, text: str, node: Node, reader: Reader) -> Condition:
    if text in ANY:
        return ALWAYS
    for line in _readings(entry, text):
        try:
            return reader.reading(line)
        except Misread as error:
            last = error
    reader.report.add(node, last.code, last.message, last.hint)
    return ALWAYS


def _readings(entry: Field, text: str) -> tuple[str, ...]:
    """The lines a table cell can stand for, most literal first."""
    if entry.kind.numeric and (ends := FROM_TO.fullmatch(text)) and entry.kind is not Kind.DATE:
        return (f"{entry.name} 在 {ends.group(1)} 至 {ends.group(2)} 之间",)
    if entry.kind is Kind.SET:
        return (f"{entry.name} 包含 {text}", f"{entry.name} {text}")
    plain = f"{entry.name} {'属于' if len(split_values(text)) > 1 else '是'} {text}"
    if entry.option(text) or text in ("是", "否"):  # a value by its name says no more than that
        return (plain,)
    return (f"{entry.name} {text}", plain)
