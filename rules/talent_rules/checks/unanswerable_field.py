"""L602: fields a rule reads that are neither asked nor derivable from what is asked."""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.checks.book import Book
from talent_rules.checks.reading import read_fields
from talent_rules.model import Problem

CODE = "L602"


def check(book: Book) -> Iterator[Problem]:
    """Fields a rule reads that are neither asked nor derivable from what is asked."""
    fields = book.base.vocabulary.fields
    book.file("vocabulary.yaml")
    for name, benefit in read_fields(book).items():
        entry = fields[name]
        how = entry.derivation
        if name == "application_date" or (entry.askable and (entry.question or how)):
            continue
        if how is not None and how.of in fields and fields[how.of].askable:
            continue
        message = f"{book.name(benefit)} 用到“{entry.name}”，它没有问法，也推导不出来"
        yield book.problem(entry.place, CODE, message, "补上 问法，或写 推导")
