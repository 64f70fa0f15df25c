"""L601: askable fields no rule, derivation or implication leads from."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.reading import ALWAYS_READ, read_fields, with_sources
from talent_rules.model import Problem

CODE = "L601"


def check(book: Book) -> Iterator[Problem]:
    """Askable fields no rule, derivation or implication leads from."""
    book.file("vocabulary.yaml")
    used = with_sources(book, {*read_fields(book), *ALWAYS_READ})
    for entry in book.base.vocabulary.fields.values():
        if entry.id not in used and entry.askable:
            message = f"信息项“{entry.name}”（{entry.id}）没有一条规则用到"
            yield book.problem(entry.place, CODE, message, "删去，或写一条用到它的规则", "info")
