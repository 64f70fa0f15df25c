"""Facts as people say them, and which of them a summary tells."""

from __future__ import annotations

from datetime import date

from talent_bot.words import Words
from talent_rules import Facts, Field, Kind, RuleBase, Span, show_fact

OVERSHADOWED = {"school_claim": "school", "contract": "contract_years"}  # said more exactly by the other


def fact_words(entry: Field, value: object, on: date, say: Words) -> str:
    """A fact in the words a person would use: 还没来鄂尔多斯, 合同3年."""
    if say.source and entry.spoken and is_ahead(entry, value, on):
        return "还没" + entry.spoken[0].replace("{}", "")
    return show_fact(entry, value, say)


def is_ahead(entry: Field, value: object, on: date) -> bool:
    """Whether of a day nothing is known but that it lies ahead."""
    if entry.kind is not Kind.DATE or not isinstance(value, Span) or value.hi is not None or value.lo is None:
        return False
    return value.lo >= on.toordinal()


def worth_telling(base: RuleBase, facts: Facts) -> dict[str, object]:
    """The facts a summary shows: no noes, no open answers, and nothing another fact says more exactly."""
    return {
        name: value
        for name, value in facts.values.items()
        if not _empty(value) and facts.get(OVERSHADOWED.get(name, "")) is None and name in base.vocabulary.fields
    }


def _empty(value: object) -> bool:
    return value is False or value in ("none", "other", 0, frozenset()) or type(value).__name__ == "Declined"
