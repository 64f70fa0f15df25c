"""Which fields the rules read; shared by the two checks on the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable

from talent_rules.checks.book import Book
from talent_rules.conditions import fields_of
from talent_rules.money import guards_of, numbers_of

#: read by the relations and by the entrances, not by conditions
ALWAYS_READ = frozenset({"received", "family_received", "application_date", "district"})


def read_fields(book: Book) -> dict[str, str]:
    """Each field a rule reads, with the first benefit that does."""
    found: dict[str, str] = {}
    for benefit in book.base.benefits:
        for condition in (benefit.scope, benefit.condition, *guards_of(benefit.amount)):
            for name in fields_of(condition):
                found.setdefault(name, benefit.id)
        for name in numbers_of(benefit.amount):
            found.setdefault(name, benefit.id)
    return found


def with_sources(book: Book, names: Iterable[str]) -> set[str]:
    """The fields, those they are derived from, and those the vocabulary's implications tie to them."""
    fields, reached = book.base.vocabulary.fields, set(names)
    ties = [set(fields_of(i.when)) | set(fields_of(i.then)) for i in book.base.implications]
    while True:
        wider = set(reached)
        for name in reached:
            how = fields[name].derivation if name in fields else None
            if how is not None:
                wider |= {how.of, how.on} - {""}
        for tie in ties:
            wider |= tie if tie & reached else set()
        if wider == reached:
            return reached
        reached = wider
