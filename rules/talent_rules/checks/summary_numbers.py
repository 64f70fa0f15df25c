"""L502: each 摘要 against the numbers of the very thing it restates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from talent_rules import quantities as q
from talent_rules.checks.book import Book, items, value_of
from talent_rules.compiler.keys import ALIASES
from talent_rules.model import Number, Problem
from talent_rules.quantities import Unreadable
from talent_rules.source import Node, Record, Scalar, Sequence

CODE = "L502"

Figure = tuple[str, Number]  # what it measures, in internal units

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[零一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]+)"
_FIGURE = re.compile(
    rf"(?P<n>{_NUMBER})\s*(?P<scale>[万亿]?)\s*(?P<unit>个月|周岁|岁|元|㎡|平方米|平米|%|％|年|(?=[^\d万亿]|$))"
)
_NO_FIGURES = re.compile(r"\d{4}-\d{1,2}(?:-\d{1,2})?|[a-z][a-z0-9]*(?:[-_/][a-z0-9]+)+")  # days, ids
_TOTAL = re.compile("合计|总|共|累计")
_KINDS = {
    "个月": "months", "年": "months", "周岁": "age", "岁": "age", "元": "money", "㎡": "area", "平方米": "area",
    "平米": "area", "%": "share", "％": "share",
}  # fmt: skip
_PROSE = {
    "basis",
    "note",
    "documents",
    "channel",
    "deadline",
    "refs",
    "id",
    "name",
    "kind",
    "cases",
    "service",
    "beneficiary",
}


def check(book: Book) -> Iterator[Problem]:
    """Each 摘要 against the numbers of the very thing it restates."""
    for policy in book.base.policies.values():
        root = book.page(policy)
        for section in ("tiers", "benefits", "relations"):
            for item in items(value_of(root, section)):
                for owner, summary in _summaries(item):
                    yield from _compare(book, owner, item, summary)


def _summaries(node: Node) -> Iterator[tuple[Record, Scalar]]:
    """Every 摘要 with the mapping it speaks of."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _summaries(item)
    elif isinstance(node, Record):
        summary = value_of(value_of(node, "basis"), "summary")
        if isinstance(summary, Scalar):
            yield node, summary
        for key, value in node.pairs:
            if ALIASES.get(key.text, key.text) != "basis":
                yield from _summaries(value)


def _compare(book: Book, owner: Record, item: Node, summary: Scalar) -> Iterator[Problem]:
    own = tuple(dict.fromkeys(_pool(owner)))
    wide = own if item is owner else tuple(dict.fromkeys(_pool(item)))
    for (kind, value), words in figures(summary.text):
        pool = own if any(k == kind for (k, _), _ in own) else wide
        there = "、".join(dict.fromkeys(w for (k, _), w in pool if k == kind))
        figures_there = [figure for figure, _ in pool]
        if value in _written(kind, figures_there):
            continue
        if kind == "money" and _TOTAL.search(summary.text) and value in _totals(figures_there):
            continue
        message = f"摘要写“{words}”，规则里没有这个数"
        hint = f"规则里同类的数：{there}" if there else "核对摘要和规则，改掉写错的一个"
        yield book.problem(summary.place, CODE, message, hint, "error" if there else "warning")


def _written(kind: str, pool: list[Figure]) -> set[Number]:
    """The numbers of a kind that stand in a rule; a bare `36` may be 36 个月, 3 年 or 元."""
    bare = {v for k, v in pool if k == "bare"}
    scale = {"money": 100, "months": 12}.get(kind, 1)
    return {v for k, v in pool if k == kind} | bare | {v * scale for v in bare}


def _totals(pool: list[Figure]) -> set[Number]:
    """What the money of a rule comes to: two amounts, all of them, or so much a month for so many months."""
    money = [v for k, v in pool if k == "money"]
    months = {v for k, v in pool if k == "months"}
    times = {v for k, v in pool if k == "bare"} | months | {Fraction(v, 12) for v in months}
    return {a + b for a, b in combinations(money, 2)} | {sum(money)} | {v * n for v in money for n in times}


def _pool(node: Node) -> Iterator[tuple[Figure, str]]:
    for text in rule_texts(node):
        yield from figures(_NO_FIGURES.sub(" ", text), loose=True)
    yield from _whole_terms(node)


def _whole_terms(node: Node) -> Iterator[tuple[Figure, str]]:
    """`{比例: [4, 3, 3], 间隔: 1年}` lasts three years."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _whole_terms(item)
    elif isinstance(node, Record):
        shares, interval = value_of(node, "ratio"), value_of(node, "interval")
        if isinstance(shares, Sequence):
            step = next((v for (k, v), _ in figures(getattr(interval, "text", "1年"))), 12)
            yield ("months", step * len(shares.items)), f"{len(shares.items)}期"
            yield from ((("bare", Fraction(len(shares.items))), f"{len(shares.items)}期"),)
        for key, value in node.pairs:
            if ALIASES.get(key.text, key.text) not in _PROSE:
                yield from _whole_terms(value)


def rule_texts(node: Node) -> Iterator[str]:
    """Every text of a mapping that the rule computes with; prose, and the parts of a ratio, left out."""
    if isinstance(node, Record):
        for key, value in node.pairs:
            name = ALIASES.get(key.text, key.text)
            if name not in _PROSE and not (name == "ratio" and isinstance(value, Sequence)):
                yield from rule_texts(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from rule_texts(item)
    else:
        yield node.text


def figures(text: str, loose: bool = False) -> Iterator[tuple[Figure, str]]:
    """The numbers with units in a text; with `loose`, numbers without a unit as `bare` too."""
    for found in _FIGURE.finditer(text):
        unit, scale = found["unit"], found["scale"]
        if unit == "年" and re.fullmatch(r"\d{4}", found["n"]):
            continue
        try:
            value = Fraction(q.number(found["n"] + scale))
        except Unreadable:
            continue
        if not unit and scale:
            unit = "元"
        if not unit:
            if loose:
                yield ("bare", value), found.group()
            continue
        factor = {"年": 12, "元": 100}.get(unit, 1)
        yield (_KINDS[unit], value * factor), found.group().strip()
