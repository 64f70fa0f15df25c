"""How points add up, as a page shows them: each 积分 of a rule file, its components in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from talent_rules.checks.book import Book, items, value_of
from talent_rules.compiler.amounts import HIT_POLICIES
from talent_rules.conditions import counts_points
from talent_rules.figures import HITS
from talent_rules.handbook.wording import Sentence, in_words
from talent_rules.money import Tallied
from talent_rules.rulebase import Benefit
from talent_rules.source import Node, Record, Report, Scalar, text_of
from talent_rules.vocabulary import Vocabulary

_GROUPS = {"all": "全部", "any": "任一", "none": "都不"}
_OPEN = {"review": "人工认定", "undecided": "待定"}


@dataclass(frozen=True, slots=True)
class Scale:
    """A total of points: what it is called, and what it is added up from."""

    name: str
    parts: tuple[Sentence, ...]


def scales(book: Book, benefit: Benefit) -> tuple[Scale, ...]:
    """The totals a benefit pays or asks for; none where it counts no points."""
    if not (isinstance(benefit.amount, Tallied) or counts_points(benefit.condition)):
        return ()
    root = book.page(book.base.policies[benefit.policy])
    vocabulary = book.base.vocabulary
    return tuple(
        Scale(_text(item, "name"), tuple(_component(part, vocabulary) for part in items(value_of(item, "items"))))
        for item in items(value_of(root, "points"))
    )


def _text(node: Node | None, key: str) -> str:
    found = value_of(node, key)
    return text_of(found, Report()) if isinstance(found, Scalar) else ""


def _component(node: Node, vocabulary: Vocabulary) -> Sentence:
    """One component, or one inside another."""
    said = [f"{name}：" if (name := _text(node, "name")) else ""]
    if when := value_of(node, "when"):
        said.append(_asked(when, vocabulary) + "，")
    parts: tuple[Sentence, ...] = ()
    if (table := value_of(node, "table")) is not None:
        said.append(HITS[HIT_POLICIES.get(_text(table, "hit_policy") or "唯一命中", "unique")])
        parts = tuple(_rows(table, vocabulary))
    for key, word in (("sum", "各项相加"), ("best_of", "只取最高的一项")):
        if (inner := value_of(node, key)) is not None:
            said.append(word)
            parts = tuple(_component(part, vocabulary) for part in items(inner))
    if gives := _text(node, "gives"):
        said.append(f"{_per(node)}计 {gives}")
    if cap := _text(node, "cap"):
        said.append(f"，最高 {cap}")
    return Sentence("".join(said).removesuffix("，"), "atom", None, parts)


def _per(node: Node) -> str:
    full = _text(node, "per_full")
    names = [text_of(f, Report()) for f in items(value_of(node, "field"))]
    least = "（按少的算）" if len(names) > 1 else ""
    return f"{'、'.join(names)}{least}每满 {full}，" if full else ""


def _rows(table: Node, vocabulary: Vocabulary) -> Iterator[Sentence]:
    columns = [text_of(c, Report()) for c in items(value_of(table, "columns"))]
    for row in items(value_of(table, "rows")):
        *cells, points = (text_of(c, Report()) for c in items(row))
        told = (f"{name} {cell}" for name, cell in zip(columns, cells, strict=False) if cell not in ("任意", "*"))
        yield Sentence(f"{'，'.join(in_words(t, vocabulary) for t in told) or '其余'}：{points}", "atom")


def _asked(node: Node, vocabulary: Vocabulary) -> str:
    """A condition in one line."""
    if isinstance(node, Record):
        for key, word in _OPEN.items():
            if text := _text(node, key):
                return f"{word}：{text}"
        for key, word in _GROUPS.items():
            if (inner := value_of(node, key)) is not None:
                return f"{word}（{'；'.join(_asked(part, vocabulary) for part in items(inner))}）"
        inner = value_of(node, "when")
        return _asked(inner, vocabulary) if inner is not None else ""
    if isinstance(node, Scalar):
        return in_words(node.text, vocabulary)
    return "，".join(_asked(part, vocabulary) for part in items(node))
