"""Ages and spans of time as ANSI SQL, by EXTRACT alone: dialects differ in how they subtract days."""

from __future__ import annotations

from talent_rules.engines.sql_terms import DECIMAL


def years(born: str, on: str) -> str:
    """Completed years from one date to another; born on 29 February, a year completes on 1 March."""

    def calendar(day: str) -> str:
        return f"({part('YEAR', day)} * 10000 + {part('MONTH', day)} * 100 + {part('DAY', day)})"

    return f"CAST(FLOOR(({calendar(on)} - {calendar(born)}) / 10000.0) AS BIGINT)"


def months(start: str, end: str) -> str:
    """`quantities.elapsed_months`: completed months, and each day left over as a 32nd.

    A month completes on the day of `start`, or on the last day of a month too short to have it.
    """
    first, last = part("DAY", start), part("DAY", end)
    short = f"({first} > {last} AND {last} < {_length(end, before=False)})"
    whole = f"(({part('YEAR', end)} - {part('YEAR', start)}) * 12 + {part('MONTH', end)} - {part('MONTH', start)})"
    carried = f"{last} + GREATEST({_length(end, before=True)} - {first}, 0)"
    days = f"CASE WHEN {short} THEN {carried} ELSE GREATEST({last} - {first}, 0) END"
    return f"CAST({whole} - CASE WHEN {short} THEN 1 ELSE 0 END + ({days}) * 0.03125 AS {DECIMAL})"


def part(word: str, day: str) -> str:
    """The year, the month or the day of the month of a date."""
    return f"EXTRACT({word} FROM {day})"


def _length(day: str, *, before: bool) -> str:
    """How many days the month of a date has, or the month before it."""
    year, month = part("YEAR", day), part("MONTH", day)
    short, february = ("5, 7, 10, 12", 3) if before else ("4, 6, 9, 11", 2)
    leap = f"({year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0))"
    days = f"CASE WHEN {leap} THEN 29 ELSE 28 END"
    return f"(CASE WHEN {month} IN ({short}) THEN 30 WHEN {month} = {february} THEN {days} ELSE 31 END)"
