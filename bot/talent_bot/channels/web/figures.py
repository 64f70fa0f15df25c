"""A rule's amount in words, with its decision table.

The nodes are told apart by their parts, since the bot enters the rules by the front door only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from talent_rules import RuleBase, show_range, show_yuan

_HITS = {"highest": "几行都符合的取高", "sum": "几行都符合的相加"}


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is paid: sentences, and a table where the rule has one."""

    lines: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def amounts_of(base: RuleBase, benefit: Any) -> Amounts:
    """The amount of a benefit."""
    official = (f"官方公布的区间：{show_range(benefit.official)}",) if benefit.official else ()
    table = _table(benefit.amount)
    lead = _words(benefit.amount, base)
    if table is None:
        return Amounts((lead, *official))
    area = hasattr(benefit.amount, "area")
    names = tuple(entry.name if (entry := base.vocabulary.find(c)) else c for c in table.columns[:-1])
    rows = tuple((*_cells(guard, names), _words(amount, base, area)) for guard, amount in table.rows)
    return Amounts((lead, *official), tuple(table.columns), rows)


def _table(node: Any) -> Any:
    """The decision table in an amount, or None."""
    match node:
        case object(hit=_, rows=_):
            return node
        case object(area=inner) | object(per=inner):
            return _table(inner)
    return None


def _words(node: Any, base: RuleBase, area: bool = False) -> str:
    match node:
        case object(hit=hit, rows=_):
            return _HITS.get(hit, "按下表")
        case object(lo=lo, hi=hi, form=form):
            return _constant(lo, hi, form, area)
        case object(per=per, months=months, field=field):
            return f"每月 {_words(per, base)}{_how_long(months, field, base)}"
        case object(per=per, persons=persons, years=years):
            return f"每年 {_words(per, base)}{_how_often(persons, years, base)}"
        case object(area=inner, price=price, actual=actual):
            smaller = "；实际面积小的按实际" if actual else ""
            return f"面积（{_words(inner, base, True)}）× {_name(base, price)}{smaller}"
        case object(ratio=ratio, base=of, cap=cap):
            most = "" if cap is None else f"，最高 {show_yuan(cap)}"
            return f"{_name(base, of)}的 {float(ratio * 100):g}%{most}"
    return getattr(node, "text", "") or "服务，不发钱"


def _constant(lo: Any, hi: Any, form: str, area: bool) -> str:
    if form in ("by_case", "undecided"):
        return {"by_case": "一事一议", "undecided": "数额没有载明"}[form]
    if hi is None or form == "at_least":
        return f"{_figure(lo, area)}以上"
    if form == "at_most":
        return f"最高 {_figure(hi, area)}"
    return _figure(lo, area) if lo == hi else f"{_figure(lo, area)}–{_figure(hi, area)}"


def _figure(value: Any, area: bool) -> str:
    return f"{float(value):g}㎡" if area else show_yuan(int(value))


def _how_long(months: Any, field: str, base: RuleBase) -> str:
    if field:
        return f"，按{_name(base, field)}" + ("" if months is None else f"，最多 {months} 个月")
    return "" if months is None else f"，共 {months} 个月"


def _how_often(persons: str, years: int | None, base: RuleBase) -> str:
    people = f" × {_name(base, persons)}" if persons else ""
    return people + (f"，共 {years} 年" if years else "，符合条件期间逐年发")


def _name(base: RuleBase, field: str) -> str:
    return base.vocabulary.fields[field].name


# ── the cells of a row ──────────────────────────────────────────────────────────────────────


def _cells(guard: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """A row's conditions as their author wrote them, under the column they speak of."""
    found: dict[str, list[str]] = {}
    for text in _said(guard):
        name = max((n for n in names if text.startswith(n)), key=len, default="")
        found.setdefault(name, []).append(_value(text, name))
    return tuple("或".join(found.get(name, ())) or "—" for name in names)


def _value(text: str, name: str) -> str:
    words = text.removeprefix(name).strip()
    return words.removeprefix("是 ").removeprefix("属于 ").removeprefix("包含 ").strip()


def _said(node: Any) -> Iterator[str]:
    match node:
        case object(text=text, part=_):
            yield text
        case object(parts=parts):
            for part in parts:
                yield from _said(part)
