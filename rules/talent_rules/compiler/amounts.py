"""The 金额 section: every amount form, as text or as a mapping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from talent_rules import quantities as q
from talent_rules.compiler.basis import read_basis, read_grade
from talent_rules.compiler.conditions import Reader
from talent_rules.compiler.keys import accepting
from talent_rules.conditions import ALWAYS, AllOf, AnyOf, Condition
from talent_rules.lines import Misread, split_values
from talent_rules.model import Basis, Grade, Range
from talent_rules.money import Amount, AreaPrice, Constant, Monthly, Percent, Service, Table, Yearly
from talent_rules.quantities import Unreadable, clean
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
    try:
        return Fraction(q.number(text_of(node, report, "比例")))
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


# ── amounts as text ─────────────────────────────────────────────────────────────────────────

_PER_MONTH = re.compile(r"(?:每人)?每月(.+?),?(?:共|最长|最多|不超过|[,×xX*])(.+)")
_UNTIL_WHEN = re.compile(r"(?:每人)?每月(.+?元|[\d.]+万?)(\d+(?:个月|年))?")
_DASH = re.compile(r"([\d.]+)[万亿]?元?-([\d.]+)([万亿]?元?)")
_PER_YEAR = re.compile(r"(?:每人)?每年(.+?)(?:,?(?:共|最长|最多|[,×xX*])(.+))?")
_LOWER = re.compile(r"(?:至少|不低于|不少于|>=|≥)(.+)|(.+)以上")
_UPPER = re.compile(r"(?:最高|不超过|至多|最多|不高于|<=|≤)(.+)|(.+)以[内下]")
_FROM_TO = re.compile(r"(.+?)(?:至|到|~|～|—|–)(.+)")


def _text(node: Node, report: Report) -> Amount:
    text = text_of(node, report, "金额")
    if isinstance(node, Scalar):
        try:
            return amount_from_text(text)
        except Unreadable as error:
            report.add(node, "Q403", error.message, error.hint)
    return NO_MONEY


def positive_money(text: str) -> int:
    """Money that is paid out: 分, never below zero. Raises Unreadable."""
    fen = q.money(text)
    if fen < 0:
        raise Unreadable(f"`{text}` 是负数", "金额写正数，例如 `40万元`")
    return fen


_OF_A_DOCUMENT = re.compile(
    r"(?:一次性|分期|按标准|每人|给予|发放|奖励|补贴|补助|资助){0,5}(?P<sum>(?:每年|每月)?[\d.]+[万亿]?元)"
    r"(?:一次性|给予|的?(?:奖励|补贴|补助|资助))*(?:,?(?:连续|连发|发放|连补|补贴)(?P<years>\d+)年|,?分(?P<parts>\d+|[两二三四五六])[年期次].*)?"
)


def _amount_alone(fen: str, years: str | None, parts: str | None) -> str:
    """How to write what a document says in a breath: the sum, for how long, in how many parts."""
    if years and fen.startswith("每年"):
        return f"写成 `每年 {fen.removeprefix('每年')} 共 {years}年`"
    if parts:
        count = int(q.number(parts))
        return f"金额只写 `{fen}`；怎么分写在 `发放`：`{{比例: [{', '.join('1' * count)}], 间隔: 1年}}`"
    return f"金额只写 `{fen}`；怎么发写在 `发放`，例如 `{{一次性: 认定通过后}}`"


_A_UNIT = re.compile(r"(.+)[/／每](年|月)")


def amount_from_text(text: str) -> Amount:
    """Read `40万元`, `至少 300万元`, `最高 5万元`, `每月 1500元 共 36个月`, `服务` … Raises Unreadable."""
    body = clean(text)
    if body in ("服务", "不计金额", "非金钱", "service"):
        return Service()
    if body in ("一事一议", "by_case"):
        return Constant(0, None, "by_case")
    if body in ("待定", "undecided"):
        return Constant(0, None, "undecided")
    if body in ("无", "0"):
        return NO_MONEY
    if found := _A_UNIT.fullmatch(body):
        more = " 共 36个月" if found.group(2) == "月" else ""
        raise Unreadable(f"`{text}` 不是金额的写法", f"写成 `每{found.group(2)} {found.group(1)}{more}`")
    if found := _PER_MONTH.fullmatch(body):
        return Monthly(amount_from_text(found.group(1)), q.months(found.group(2), unit="月"))
    if (found := _OF_A_DOCUMENT.fullmatch(body)) and found["sum"] != body:
        raise Unreadable(f"`{text}` 里不只有金额", _amount_alone(found["sum"], found["years"], found["parts"]))
    if found := _UNTIL_WHEN.fullmatch(body):
        raise Unreadable("每月的金额要写发几个月", f"写成 `每月 {found.group(1)} 共 {found.group(2) or '36个月'}`")
    if found := _PER_YEAR.fullmatch(body):
        years = int(q.months(found.group(2), unit="年")) // 12 if found.group(2) else None
        return Yearly(amount_from_text(found.group(1)), "", years)
    if found := _LOWER.fullmatch(body):
        return Constant(positive_money(found.group(1) or found.group(2)), None, "at_least")
    if found := _UPPER.fullmatch(body):
        return Constant(0, positive_money(found.group(1) or found.group(2)), "at_most")
    if (found := _FROM_TO.fullmatch(body)) and not body.startswith("-"):
        hi = positive_money(found.group(2))
        lo = positive_money(_borrow_unit(found.group(1), found.group(2)))
        if lo > hi:
            raise Unreadable(f"`{text}` 前大后小", "小的写在前面")
        return Constant(lo, hi, "range")
    if found := _DASH.fullmatch(body):
        low, high, unit = found.groups()
        hint = f"写成 `{low}{unit}至{high}{unit}`，或 `[{low}{unit}, {high}{unit}]`"
        raise Unreadable(f"`{text}` 里的 `-` 会被当成负号", hint)
    fen = positive_money(text)
    return Constant(fen, fen)


def _borrow_unit(first: str, second: str) -> str:
    unit = re.search(r"[万亿]?元?$", second)
    return first + unit.group() if unit and re.fullmatch(r"[\d.]+", first) else first


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


def table_column(node: Node, reader: Reader) -> Field | None:
    """The field a column of a table is about."""
    name = text_of(node, reader.report, "列名")
    entry = reader.vocabulary.find(name)
    if entry is None:
        names = [w for f in reader.vocabulary.fields.values() for w in (f.name, *f.synonyms)]
        hint = did_you_mean(name, names) or "先在 vocabulary.yaml 里登记，或检查名称"
        reader.report.add(node, "V301", f"没有名为 `{name}` 的信息项", hint)
    return entry


def table_cell(entry: Field | None, node: Node, reader: Reader) -> Condition:
    """What a cell of a table asks of its column's field."""
    assert entry is not None
    if isinstance(node, Sequence):
        texts = [text_of(i, reader.report) for i in node.items]
        return AnyOf(tuple(_cell_text(entry, t, node, reader) for t in texts))
    return _cell_text(entry, text_of(node, reader.report, "格子"), node, reader)


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
    if entry.kind.numeric and (ends := _FROM_TO.fullmatch(text)) and entry.kind is not Kind.DATE:
        return (f"{entry.name} 在 {ends.group(1)} 至 {ends.group(2)} 之间",)
    if entry.kind is Kind.SET:
        return (f"{entry.name} 包含 {text}", f"{entry.name} {text}")
    plain = f"{entry.name} {'属于' if len(split_values(text)) > 1 else '是'} {text}"
    if entry.option(text) or text in ("是", "否"):  # a value by its name says no more than that
        return (plain,)
    return (f"{entry.name} {text}", plain)
