"""Amounts, tables, payments and their dated versions, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from talent_rules import points
from talent_rules.checks.book import items, value_of
from talent_rules.model import Number
from talent_rules.money import Amount, AreaPrice, Constant, Monthly, Percent, Service, Table, Tallied, Yearly
from talent_rules.rulebase import PaymentPlan
from talent_rules.source import Node, Record, Scalar, Sequence
from talent_rules.vocabulary import Vocabulary, show_range, show_yuan

_HITS = {
    "unique": "各行互不重叠，只会命中一行",
    "first": "从上往下，第一行符合的算数",
    "highest": "几行都符合时取最高",
    "sum": "几行都符合时相加",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decision table as a page shows it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    hit: str


def sheet_of(amount: Amount, node: Node | None, vocabulary: Vocabulary) -> Sheet | None:
    """The table inside an amount, its cells as they are written in the file."""
    found = _table(amount)
    if found is None:
        return None
    table, area = found
    written = _written(node)
    rows = []
    for number, (_, pays) in enumerate(table.rows):
        cells = items(written[number])[:-1] if number < len(written) else ()
        rows.append((*(_cell(c) for c in cells), words(pays, vocabulary, area)))
    return Sheet((*table.columns[:-1], "面积" if area else table.columns[-1]), tuple(rows), _HITS[table.hit])


def _table(node: Amount, area: bool = False) -> tuple[Table, bool] | None:
    if isinstance(node, Table):
        return node, area
    if isinstance(node, AreaPrice):
        return _table(node.area, True)
    return _table(node.per, area) if isinstance(node, (Monthly, Yearly)) else None


def _written(node: Node | None) -> tuple[Node, ...]:
    """The rows of the table below an amount's node."""
    if not isinstance(node, Record):
        return ()
    table = value_of(node, "table")
    if table is not None:
        return items(value_of(table, "rows"))
    return next((rows for _, value in node.pairs if (rows := _written(value))), ())


def _cell(node: Node) -> str:
    if isinstance(node, Sequence):
        return "、".join(_cell(item) for item in node.items)
    text = node.text.strip() if isinstance(node, Scalar) else ""
    return "不限" if text in ("", "-", "—", "*", "任意") else text


def lead(amount: Amount, vocabulary: Vocabulary) -> str:
    """The amount in a sentence; where there is a table, how its figure is used."""
    if isinstance(amount, Table):
        return "按下表" if amount.cap is None else f"按下表，合计最高 {show_yuan(amount.cap)}"
    return words(amount, vocabulary)


def glance(amount: Amount, vocabulary: Vocabulary) -> str:
    """The amount of a card: a table shrinks to the range of its rows."""
    small = _shrunk(amount)
    if isinstance(small, Table):
        rows = list(dict.fromkeys(words(pays, vocabulary) for _, pays in small.rows))
        return "；".join(rows[:2]) + ("等" if len(rows) > 2 else "")
    return words(small, vocabulary)


def _shrunk(node: Amount) -> Amount:
    """The same amount with every table replaced by the range of its rows, where they are alike."""
    if isinstance(node, AreaPrice):
        return replace(node, area=_shrunk(node.area), open_shortfall=False, actual="")
    if isinstance(node, (Monthly, Yearly)):
        return replace(node, per=_shrunk(node.per))
    if not isinstance(node, Table) or not node.rows:
        return node
    rows = [_shrunk(pays) for _, pays in node.rows]
    said = [r for r in rows if not (isinstance(r, Constant) and (r.form == "undecided" or r.hi == 0))] or rows[:1]
    found = said[0]
    for row in said[1:]:
        merged = _hull(found, row)
        if merged is None:
            return node
        found = merged
    return found


def _hull(a: Amount, b: Amount) -> Amount | None:
    if isinstance(a, Constant) and isinstance(b, Constant):
        lo, hi = min(a.lo, b.lo), None if a.hi is None or b.hi is None else max(a.hi, b.hi)
        return Constant(lo, hi, "at_most" if lo == 0 and hi else "range")
    if isinstance(a, Monthly) and isinstance(b, Monthly) and (a.months, a.field) == (b.months, b.field):
        per = _hull(a.per, b.per)
        return None if per is None else replace(a, per=per)
    return None


def words(node: Amount, vocabulary: Vocabulary, area: bool = False) -> str:
    """An amount in words."""
    if isinstance(node, Constant):
        return _constant(node, area)
    if isinstance(node, Service):
        return node.text or "服务，不发钱"
    if isinstance(node, Table):
        return "按档的面积" if area else "按档的数额"
    if isinstance(node, Monthly):
        return f"每月 {words(node.per, vocabulary)}{_months(node, vocabulary)}"
    if isinstance(node, Yearly):
        return f"每年 {words(node.per, vocabulary)}{_years(node, vocabulary)}"
    if isinstance(node, Percent):
        cap = "" if node.cap is None else f"，最高 {show_yuan(node.cap)}"
        return f"{_name(vocabulary, node.base)}的 {float(node.ratio * 100):g}%{cap}"
    if isinstance(node, Tallied):
        return f"按积分计：{'、'.join(points.names(node.items))}"
    smaller = ""
    if node.actual:
        smaller = "；实际面积不足时按哪个算没有载明，区间含两种算法" if node.open_shortfall else "；实际面积小的按实际"
    return f"{words(node.area, vocabulary, True)} × {_name(vocabulary, node.price)}{smaller}"


def _constant(node: Constant, area: bool) -> str:
    if node.form in ("by_case", "undecided"):
        word = "一事一议" if node.form == "by_case" else "数额没有载明"
        return word if node.hi is None else f"{word}，最高 {_figure(node.hi, area)}"
    lo = _figure(node.lo, area)
    if node.hi is None:
        return f"不低于 {lo}"
    if node.form == "at_most":
        return f"最高 {_figure(node.hi, area)}"
    return lo if node.lo == node.hi else f"{lo} 至 {_figure(node.hi, area)}"


def _figure(value: Number, area: bool) -> str:
    return f"{float(value):g}㎡" if area else show_yuan(int(value))


def _months(node: Monthly, vocabulary: Vocabulary) -> str:
    if not node.field:
        return f"，共 {node.months} 个月"
    most = "" if node.months is None else f"，最多 {node.months} 个月"
    return f" × {_name(vocabulary, node.field)}{most}"


def _years(node: Yearly, vocabulary: Vocabulary) -> str:
    people = f" × {_name(vocabulary, node.persons)}" if node.persons else ""
    return people + (f"，共 {node.years} 年" if node.years else "，符合条件期间逐年发")


def _name(vocabulary: Vocabulary, field: str) -> str:
    return vocabulary.fields[field].name


def plan_words(plan: PaymentPlan | None, amount: Amount) -> str:
    """How it is paid, in a sentence; empty where nothing is paid or nothing is said."""
    if plan is None or isinstance(amount, Service):
        return ""
    if plan.undecided:
        return f"待定：{plan.undecided}"
    first = f"，首期在{plan.first}" if plan.first else ""
    if len(plan.shares) == 1:
        return f"一次性发放（{plan.first}）" if plan.first else "一次性发放"
    total = sum(plan.shares)
    shares = "、".join(f"{100 * s / total:g}%" for s in plan.shares)
    gap = f"{plan.interval // 12} 年" if plan.interval % 12 == 0 else f"{plan.interval} 个月"
    return f"分 {len(plan.shares)} 期，依次 {shares}，每隔 {gap}一期{first}"


__all__ = ["Sheet", "glance", "lead", "plan_words", "sheet_of", "show_range", "words"]
