"""What a rule pays, in words and as a table: the same on the page, in the handbook, and in every language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from talent_rules import points
from talent_rules.conditions import AllOf, Condition, Stated, children
from talent_rules.lines import Misread, take_apart
from talent_rules.model import Number
from talent_rules.money import Amount, AreaPrice, Constant, Monthly, Percent, Service, Table, Tallied, Yearly
from talent_rules.rulebase import Benefit, PaymentPlan
from talent_rules.saying import show_asked, show_range, show_yuan
from talent_rules.vocabulary import Vocabulary
from talent_rules.words import CHINESE, Words, marked

#: How the rows of a table hit, in words
HITS = {
    "unique": marked("各行互不重叠，只会命中一行"),
    "first": marked("从上往下，第一行符合的算数"),
    "highest": marked("几行都符合时取最高"),
    "sum": marked("几行都符合时相加"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decision table as a page shows it: what each row asks for, and what it pays."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    hit: str


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amount of a benefit: a sentence, its table if it has one, what official sources say, and how it is paid."""

    lead: str
    sheet: Sheet | None
    official: str
    payment: str


def amounts_of(benefit: Benefit, vocabulary: Vocabulary, say: Words = CHINESE) -> Amounts:
    """The amount of a benefit in words."""
    return Amounts(
        lead(benefit.amount, vocabulary, say),
        sheet_of(benefit.amount, vocabulary, say),
        show_range(benefit.official, say) if benefit.official else "",
        plan_words(benefit.payment, benefit.amount, say),
    )


# ── the table ───────────────────────────────────────────────────────────────────────────────


def sheet_of(amount: Amount, vocabulary: Vocabulary, say: Words = CHINESE) -> Sheet | None:
    """The table inside an amount, its cells as the rule file has them."""
    found = _table(amount)
    if found is None:
        return None
    table, area = found
    names = [entry.name if (entry := vocabulary.find(c)) else c for c in table.columns[:-1]]
    rows = ((*_cells(guard, names, vocabulary, say), words(pays, vocabulary, say, area)) for guard, pays in table.rows)
    last = say("面积") if area else say("金额")
    return Sheet((*(say(c) for c in table.columns[:-1]), last), tuple(rows), say(HITS[table.hit]))


def _table(node: Amount, area: bool = False) -> tuple[Table, bool] | None:
    if isinstance(node, Table):
        return node, area
    if isinstance(node, AreaPrice):
        return _table(node.area, True)
    return _table(node.per, area) if isinstance(node, (Monthly, Yearly)) else None


def _cells(guard: Condition, names: list[str], vocabulary: Vocabulary, say: Words) -> Iterator[str]:
    """What a row asks of each column."""
    said: dict[str, list[str]] = {}
    for text in _lines(guard):
        if text.startswith("符合"):
            said.setdefault("层次", []).append(text.removeprefix("符合").strip())
            continue
        try:
            line = take_apart(text, vocabulary)
        except Misread:
            said.setdefault(text.split(" ")[0], []).append(text)
        else:
            said.setdefault(line.field.name, []).append(show_asked(line, vocabulary.reference, say))
    return (say("或").join(said.get(name, ())) or say("不限") for name in names)


def _lines(node: Condition) -> Iterator[str]:
    if isinstance(node, Stated) and (node.kind == "tier" or not isinstance(node.part, AllOf)):
        yield node.text
    else:
        for part in children(node):
            yield from _lines(part)


# ── sentences ───────────────────────────────────────────────────────────────────────────────


def lead(amount: Amount, vocabulary: Vocabulary, say: Words = CHINESE) -> str:
    """The amount in a sentence; where there is a table, how its figure is used."""
    if isinstance(amount, Table):
        return (
            say("按下表") if amount.cap is None else say("按下表，合计最高 {amount}", amount=show_yuan(amount.cap, say))
        )
    return words(amount, vocabulary, say)


def glance(amount: Amount, vocabulary: Vocabulary, say: Words = CHINESE) -> str:
    """The amount of a card: a table shrinks to the range of its rows."""
    small = _shrunk(amount)
    if not isinstance(small, Table):
        return words(small, vocabulary, say)
    rows = list(dict.fromkeys(words(pays, vocabulary, say) for _, pays in small.rows))
    return say("；").join(rows[:2]) + (say("等") if len(rows) > 2 else "")


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


def words(node: Amount, vocabulary: Vocabulary, say: Words = CHINESE, area: bool = False) -> str:
    """An amount in words."""

    def name(field: str) -> str:
        return say(vocabulary.fields[field].name)

    if isinstance(node, Constant):
        return _constant(node, say, area)
    if isinstance(node, Service):
        return say(node.text) if node.text else say("服务，不发钱")
    if isinstance(node, Table):
        return say("按档的面积") if area else say("按档的数额")
    if isinstance(node, Monthly):
        per = say("每月 {amount}", amount=words(node.per, vocabulary, say))
        return per + _months(node, name(node.field) if node.field else "", say)
    if isinstance(node, Yearly):
        per = say("每年 {amount}", amount=words(node.per, vocabulary, say))
        return per + _years(node, name(node.persons) if node.persons else "", say)
    if isinstance(node, Percent):
        cap = "" if node.cap is None else say("，最高 {amount}", amount=show_yuan(node.cap, say))
        return say("{name}的 {n}%", name=name(node.base), n=f"{float(node.ratio * 100):g}") + cap
    if isinstance(node, Tallied):
        return say("按积分计：{items}", items=say.listed(say(n) for n in points.names(node.items)))
    smaller = ""
    if node.actual:
        shortfall = say("；实际面积不足时按哪个算没有载明，区间含两种算法")
        smaller = shortfall if node.open_shortfall else say("；实际面积小的按实际")
    return f"{words(node.area, vocabulary, say, True)} × {name(node.price)}{smaller}"


def _constant(node: Constant, say: Words, area: bool) -> str:
    if node.form in ("by_case", "undecided"):
        word = say("一事一议") if node.form == "by_case" else say("数额没有载明")
        return word if node.hi is None else word + say("，最高 {amount}", amount=_figure(node.hi, say, area))
    lo = _figure(node.lo, say, area)
    if node.hi is None:
        return say("不低于 {amount}", amount=lo)
    if node.form == "at_most":
        return say("最高 {value}", value=_figure(node.hi, say, area))
    return lo if node.lo == node.hi else say("{lo} 至 {hi}", lo=lo, hi=_figure(node.hi, say, area))


def _figure(value: Number, say: Words, area: bool) -> str:
    return say("{n}㎡", n=f"{float(value):g}") if area else show_yuan(int(value), say)


def _months(node: Monthly, name: str, say: Words) -> str:
    if not name:
        return say("，共 {n} 个月", n=node.months)
    return f" × {name}" + ("" if node.months is None else say("，最多 {n} 个月", n=node.months))


def _years(node: Yearly, name: str, say: Words) -> str:
    people = f" × {name}" if name else ""
    return people + (say("，共 {n} 年", n=node.years) if node.years else say("，符合条件期间逐年发"))


def plan_words(plan: PaymentPlan | None, amount: Amount, say: Words = CHINESE) -> str:
    """How it is paid, in a sentence; empty where nothing is paid or nothing is said."""
    if plan is None or isinstance(amount, Service):
        return ""
    if plan.undecided:
        return say("待定：{what}", what=say(plan.undecided))
    first = say(plan.first) if plan.first else ""
    if len(plan.shares) == 1:
        return say("一次性发放（{first}）", first=first) if first else say("一次性发放")
    total = sum(plan.shares)
    shares = say.listed(f"{100 * s / total:g}%" for s in plan.shares)
    years = plan.interval % 12 == 0
    gap = say.counted("{n} 年", plan.interval // 12) if years else say.counted("{n} 个月", plan.interval)
    found = say("分 {n} 期，依次 {shares}，每隔 {gap}一期", n=len(plan.shares), shares=shares, gap=gap)
    return found + (say("，首期在{first}", first=first) if first else "")
