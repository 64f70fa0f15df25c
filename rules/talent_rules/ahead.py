"""Who has not come by the day of application: a date of coming after that day is a plan, not a coming.

The rules take a person who came on a day; that this one will, nobody knows yet. So neither the day, nor
that it is the first time, nor the post counts as a fact.
"""

from __future__ import annotations

from talent_rules.model import Span, Value
from talent_rules.vocabulary import Vocabulary

ARRIVAL, APPLIED = "arrival_date", "application_date"
#: What is not so yet of who has not come
NOT_YET = (ARRIVAL, "first_time", "on_post")


def first_day(value: Value | None) -> int | None:
    """The first day a date can mean, as an ordinal."""
    lo = value.lo if isinstance(value, Span) else value
    return int(lo) if isinstance(lo, int) and not isinstance(lo, bool) else None


def last_day(value: Value | None) -> int | None:
    """The last day a date can mean, as an ordinal."""
    hi = value.hi if isinstance(value, Span) else value
    return int(hi) if isinstance(hi, int) and not isinstance(hi, bool) else None


def not_come(arrival: Value | None, applied: Value | None) -> bool:
    """Whether every day the coming can mean is after every day the application can."""
    first, last = first_day(arrival), last_day(applied)
    return first is not None and last is not None and first > last


def ahead_words(vocabulary: Vocabulary, arrival: Value, applied: Value) -> tuple[str, str]:
    """What is said of it, and the way out."""
    fields = vocabulary.fields
    names = "、".join(fields[name].name for name in NOT_YET if name in fields)
    message = (
        f"{fields[ARRIVAL].name} {fields[ARRIVAL].show(arrival)} "
        f"晚于{fields[APPLIED].name} {fields[APPLIED].show(applied)}，人还没有来，{names}按不知道算"
    )
    return message, f"核对日期；要算来了以后的，把{fields[APPLIED].name}（--as-of）写成那时的日期"
