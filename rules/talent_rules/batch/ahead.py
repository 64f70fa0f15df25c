"""What a row is told whose day of coming lies after the day of application."""

from __future__ import annotations

from talent_rules.ahead import ahead_words
from talent_rules.model import Value
from talent_rules.tables.told import Complaint
from talent_rules.vocabulary import Vocabulary


def told_ahead(vocabulary: Vocabulary, arrival: Value, applied: Value) -> Complaint:
    """The complaint of B758."""
    return Complaint("B758", *ahead_words(vocabulary, arrival, applied), "warning")
