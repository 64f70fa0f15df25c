"""A benefit page: its clause, conditions, amounts and sources, in words, with what the sources leave open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from talent_rules import Facts, RuleBase, Verdict, amount_words, payments_words, show_range, show_yuan
from talent_rules.conditions import AllOf, Among, AnyOf, Atom, Between, Condition, NoneOf, Open, Stated
from talent_rules.explain import GRADE_WORDS
from talent_rules.model import Finding, Number, Source
from talent_rules.money import Amount, AreaPrice, Constant, Monthly, Percent, Service, Table, Yearly
from talent_rules.rulebase import Benefit, Policy
from talent_rules.vocabulary import Field, Kind

_UNKNOWN = ("", "未知", "UNKNOWN")
_HEADS = {"all": "以下都要满足", "any": "以下满足一项即可", "none": "以下都不能有"}
_IS = re.compile(r"^(\S+) 是 (\S+)$")  # `市外引进 是 是` reads better with a colon
_STATES = {True: "已满足", False: "不满足", None: "还不知道"}
_OPEN_STATES = {"review": "需人工认定", "undecided": "来源未载明"}


@dataclass(frozen=True, slots=True)
class Item:
    """One condition, or a heading over its parts."""

    text: str
    state: str
    mark: str  # yes · no · unknown · open · "" where nothing is known of the person
    grade: str
    parts: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as the page lists it; `url` is empty unless it is a web address."""

    code: str
    title: str
    grade: str
    grade_words: str
    published: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is paid: sentences, and a table where the rule has one."""

    lines: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class BenefitPage:
    """Everything a benefit page shows."""

    benefit: Benefit
    policy: Policy
    number: str
    clause: str
    conditions: tuple[Item, ...]
    amounts: Amounts
    undecided: tuple[str, ...]
    sources: tuple[Cited, ...]
    verdict: Verdict | None
    verdict_amount: str
    schedule: str
    relations: tuple[str, ...]


def page_of(base: RuleBase, benefit: Benefit, facts: Facts, on: date) -> BenefitPage:
    """A benefit, marked with what is known of the person if anything is."""
    policy = base.policies[benefit.policy]
    verdict = base.decide(facts, as_of=on)[benefit.id]
    known = bool(facts.values)
    return BenefitPage(
        benefit,
        policy,
        "" if policy.number in _UNKNOWN else policy.number,
        "条号未知" if benefit.basis.clause in _UNKNOWN else benefit.basis.clause,
        tuple(_item(f, known) for f in verdict.because),
        amounts_of(base, benefit),
        tuple(dict.fromkeys(_open_texts(verdict.because))),
        tuple(_cited(policy.sources[c]) for c in _codes(verdict, benefit) if c in policy.sources),
        verdict if known else None,
        amount_words(verdict.amount) if verdict.amount else "",
        payments_words(verdict.schedule),
        tuple(_relations(base, benefit)),
    )


def _item(finding: Finding, known: bool) -> Item:
    grade = finding.basis.grade.value if finding.basis.grade else ""
    parts = tuple(_item(part, known) for part in finding.parts) if finding.kind in _HEADS else ()
    if finding.kind in _OPEN_STATES:
        return Item(finding.text, _OPEN_STATES[finding.kind], "open", grade)
    mark = {True: "yes", False: "no", None: "unknown"}[finding.holds] if known else ""
    text = _HEADS[finding.kind] if parts else _IS.sub(r"\1：\2", finding.text)
    return Item(text, _STATES[finding.holds] if known else "", mark, grade, parts)


def _open_texts(findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        if finding.kind in _OPEN_STATES:
            yield finding.text
        yield from _open_texts(finding.parts)


def _codes(verdict: Verdict, benefit: Benefit) -> Iterator[str]:
    seen = [*benefit.basis.sources]

    def walk(findings: tuple[Finding, ...]) -> None:
        for finding in findings:
            seen.extend(finding.basis.sources)
            walk(finding.parts)

    walk(verdict.because)
    return iter(dict.fromkeys(seen))


def _cited(source: Source) -> Cited:
    url = source.url if source.url.startswith(("https://", "http://")) else ""
    words = GRADE_WORDS.get(source.grade.value, "")
    return Cited(source.code, source.title, source.grade.value, words, source.published, url, source.note)


def _relations(base: RuleBase, benefit: Benefit) -> Iterator[str]:
    for relation in base.relations:
        if benefit.id in relation.members:
            others = "、".join(base.benefit(m).name for m in relation.members if m != benefit.id)
            note = f"；{relation.note}" if relation.note else ""
            yield f"与 {others}：{relation.kind}（{relation.grade.value}级来源{note}）"


# ── amounts in words ────────────────────────────────────────────────────────────────────────


def amounts_of(base: RuleBase, benefit: Benefit) -> Amounts:
    """The amount of a rule, with its table if it has one."""
    table = _table(benefit.amount)
    official = (f"官方公布的区间：{show_range(benefit.official)}",) if benefit.official else ()
    if table is None:
        return Amounts((_words(benefit.amount, base), *official))
    lead = _around(benefit.amount, base)
    columns = tuple(table.columns)
    area = isinstance(benefit.amount, AreaPrice)
    rows = tuple((*_cells(guard, columns[:-1], base), _words(a, base, area)) for guard, a in table.rows)
    return Amounts((*lead, *official), columns, rows)


def _table(node: Amount) -> Table | None:
    if isinstance(node, Table):
        return node
    inner = node.area if isinstance(node, AreaPrice) else getattr(node, "per", None)
    return _table(inner) if inner is not None else None


def _around(node: Amount, base: RuleBase) -> tuple[str, ...]:
    """How a table's figure is used where it is not the sum itself."""
    if isinstance(node, AreaPrice):
        return (f"面积 × {_name(base, node.price)}，面积按下表" + ("，实际面积小的按实际" if node.actual else ""),)
    if isinstance(node, Monthly):
        return (f"每月按下表{_how_long(node, base)}",)
    if isinstance(node, Yearly):
        return (f"每年按下表{_how_often(node, base)}",)
    return ({"highest": "几行都符合的取高", "sum": "几行都符合的相加"}.get(getattr(node, "hit", ""), ""),)


def _words(node: Amount, base: RuleBase, area: bool = False) -> str:
    if isinstance(node, Constant):
        return _constant(node, area)
    if isinstance(node, Service):
        return node.text or "服务，不发钱"
    if isinstance(node, Monthly):
        return f"每月 {_words(node.per, base)}{_how_long(node, base)}"
    if isinstance(node, Yearly):
        return f"每年 {_words(node.per, base)}{_how_often(node, base)}"
    if isinstance(node, AreaPrice):
        smaller = "，实际面积小的按实际" if node.actual else ""
        return f"{_words(node.area, base, True)} × {_name(base, node.price)}{smaller}"
    if isinstance(node, Percent):
        cap = "" if node.cap is None else f"，最高 {show_yuan(node.cap)}"
        return f"{_name(base, node.base)}的 {float(node.ratio * 100):g}%{cap}"
    return "按表"


def _constant(node: Constant, area: bool) -> str:
    if node.form == "by_case":
        return "一事一议"
    if node.form == "undecided":
        return "数额没有载明"
    lo, hi = _figure(node.lo, area), "" if node.hi is None else _figure(node.hi, area)
    if not hi or node.form == "at_least":
        return f"{lo}以上"
    if node.form == "at_most":
        return f"最高 {hi}"
    return lo if node.lo == node.hi else f"{lo}–{hi}"


def _figure(value: Number, area: bool) -> str:
    return f"{float(value):g}㎡" if area else show_yuan(int(value))


def _how_long(node: Monthly, base: RuleBase) -> str:
    if node.field:
        most = f"，最多 {node.months} 个月" if node.months is not None else ""
        return f"，按{_name(base, node.field)}{most}"
    return f"，共 {node.months} 个月" if node.months is not None else ""


def _how_often(node: Yearly, base: RuleBase) -> str:
    people = f" × {_name(base, node.persons)}" if node.persons else ""
    return people + (f"，共 {node.years} 年" if node.years else "，符合条件期间逐年发")


def _name(base: RuleBase, field: str) -> str:
    return base.vocabulary.fields[field].name


def _cells(guard: Condition, columns: tuple[str, ...], base: RuleBase) -> tuple[str, ...]:
    """A row's guard, spread over the columns; a column without a say is “—”."""
    found: dict[str, list[str]] = {}
    for part in guard.parts if isinstance(guard, AllOf) else (guard,):
        words = condition_words(part, base)
        if words:
            found.setdefault(_column_of(part), []).append(words)
    fields = [base.vocabulary.find(c) for c in columns]
    return tuple("、".join(found.get(f.id if f else "", ())) or "—" for f in fields)


def _column_of(node: Condition) -> str:
    if isinstance(node, Atom):
        return node.axis.field
    parts = node.parts if isinstance(node, (AllOf, AnyOf, NoneOf)) else (node.part,) if isinstance(node, Stated) else ()
    return _column_of(parts[0]) if parts else ""


def condition_words(node: Condition, base: RuleBase) -> str:
    """A condition's value in a table cell, without the field's name."""
    if isinstance(node, Open):
        return node.text
    if isinstance(node, Stated):
        return condition_words(node.part, base)
    if isinstance(node, AnyOf):
        return "或".join(filter(None, (condition_words(p, base) for p in node.parts)))
    if isinstance(node, AllOf):
        return "且".join(filter(None, (condition_words(p, base) for p in node.parts)))
    if isinstance(node, NoneOf):
        return "非 " + "、".join(condition_words(p, base) for p in node.parts)
    entry = base.vocabulary.fields[node.axis.field]
    if node.axis.facet[:1] in ("=", "∋"):
        return entry.show(node.axis.facet[1:])
    if isinstance(node.test, Between):
        return _between(node.test, entry)
    return _among(node.test, entry)


def _among(test: Among, entry: Field) -> str:
    if test.values <= {"yes", "no"}:
        return "或".join({"yes": "是", "no": "否"}[v] for v in sorted(test.values, reverse=True))
    return "、".join(o.name for o in entry.options if o.id in test.values)


def _between(test: Between, entry: Field) -> str:
    """Cuts as words: whole numbers and days are said by the first one inside."""
    step = 1 if entry.kind in (Kind.COUNT, Kind.DATE, Kind.MONEY) else 0
    low = "" if test.above is None else entry.show(test.above[0])
    high = "" if test.below is None else entry.show(test.below[0] - step if not test.below[1] else test.below[0])
    if low and high:
        words = low if low == high else f"{low}至{high}"
    else:
        words = f"{low}以上" if low else f"{high}以下" if test.below and (step or test.below[1]) else f"不满{high}"
    return f"非 {words}" if test.outside else words
