"""L506: sources no 依据 cites, where the files are at hand."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book, items, texts, value_of
from talent_rules.compiler.keys import ALIASES
from talent_rules.model import Problem
from talent_rules.source import Node, Record, Sequence

CODE = "L506"


def check(book: Book) -> Iterator[Problem]:
    """Sources no 依据 cites, where the files are at hand."""
    for policy in book.base.policies.values():
        root = book.page(policy)
        if not isinstance(root, Record):
            continue
        used = set(_cited(root))
        for node in items(value_of(value_of(root, "policy"), "source")):
            code = next((s.text for s in texts(value_of(node, "code"))), "")
            if code and code not in used:
                message = f"来源 `{code}` 没有任何依据引用"
                yield book.problem(node.place, CODE, message, "在依据里引用它，或删去这一条来源", "info")


def _cited(node: Node) -> Iterator[str]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _cited(item)
    elif isinstance(node, Record):
        for key, value in node.pairs:
            if ALIASES.get(key.text, key.text) == "basis":
                yield from (s.text for s in texts(value_of(value, "source")))
            else:
                yield from _cited(value)
