"""L601: askable fields no rule, derivation or implication leads from, of this place or another."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.reading import ALWAYS_READ, read_fields, with_sources
from talent_rules.model import Problem

CODE = "L601"
SHARED = "vocabulary.yaml"


def check(book: Book) -> Iterator[Problem]:
    """Askable fields no rule, derivation or implication leads from, of this place or another."""
    book.file(SHARED)
    elsewhere = _elsewhere(book)
    used = with_sources(book, {*read_fields(book), *ALWAYS_READ})
    for entry in book.base.vocabulary.fields.values():
        if entry.id not in used and entry.askable and not any(word in elsewhere for word in entry.words):
            message = f"信息项“{entry.name}”（{entry.id}）没有一条规则用到"
            yield book.problem(entry.place, CODE, message, "删去，或写一条用到它的规则", "info")


def _elsewhere(book: Book) -> str:
    """What the rule files of the other places say: a shared word may be theirs."""
    if book.folder is None:
        return ""
    files = [p for p in book.folder.glob("*/*.yaml") if p.parent.name not in (book.base.place, "reference")]
    return "\n".join(p.read_text(encoding="utf-8", errors="replace") for p in sorted(files))
