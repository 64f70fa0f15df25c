"""Single cells as a table reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

from talent_rules.library import RuleBase
from talent_rules.tables.told import Column, Reading
from talent_rules.tables.values import read_cell


def read(base: RuleBase, field: str, text: str, **column: Any) -> Reading:
    """What a cell gives, under a column that may say more."""
    return read_cell(
        base.vocabulary.fields[field],
        text,
        "",
        Column(places=base.vocabulary.places, **column),
        base.vocabulary.reference,
    )


def in_words(base: RuleBase, field: str, text: str) -> str:
    """The fact a cell gives, in words; else what is advised."""
    found = read(base, field, text, today=date(2024, 9, 1))
    entry = base.vocabulary.fields[field]
    if found.complaint is not None:
        return base.vocabulary.advice(entry, text, found.complaint.hint)
    return entry.show(found.values[field])
