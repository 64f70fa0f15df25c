"""Points as ANSI SQL: the least and the most a score comes to, while some of its parts are not known."""

from __future__ import annotations

from collections.abc import Callable

from talent_rules.points import Added, Gain, Pick, Score

#: (number of a part, whether its open leaves are at their best) → its truth as an expression, NULL for unknown
Truth = Callable[[int, bool], str]
_HUGE = 4_000_000_000_000_000_000


def ends(score: Score, truth: Truth, best: bool) -> tuple[str, str]:
    """The two ends in hundredths as BIGINT terms, open leaves so that there are most (`best`) or fewest points.

    The rows of a `Pick` hang together, so their open leaves count either way whatever `best` says.
    """
    if isinstance(score, Gain):
        plus = score.points >= 0
        part = truth(score.part, best is plus)
        sure = f"CASE WHEN {part} THEN {score.points} ELSE 0 END"
        can = f"CASE WHEN COALESCE({part}, TRUE) THEN {score.points} ELSE 0 END"
        return (sure, can) if plus else (can, sure)
    if isinstance(score, Pick):
        return _picked(score, truth)
    each = [ends(inner, truth, best) for inner in score.scores]
    join = _sum if isinstance(score, Added) else _greatest
    lo, hi = join([e[0] for e in each]), join([e[1] for e in each])
    if score.cap is None:
        return lo, hi
    return f"LEAST({lo}, {score.cap})", f"LEAST({hi}, {score.cap})"


def _picked(score: Pick, truth: Truth) -> tuple[str, str]:
    """The first row that is true: every row that can be, while none before it surely is."""
    candidates, earlier = [], list[str]()
    for part, points in score.rows:
        tests = [*earlier, f"COALESCE({truth(part, True)}, TRUE)"]
        candidates.append((" AND ".join(tests), points))
        earlier.append(f"NOT COALESCE({truth(part, False)}, FALSE)")
    candidates.append((" AND ".join(earlier) or "TRUE", 0))
    low, high = (
        ", ".join(f"CASE WHEN {test} THEN {points} ELSE {other} END" for test, points in candidates)
        for other in (_HUGE, -_HUGE)
    )
    return f"LEAST({low})", f"GREATEST({high})"


def _sum(terms: list[str]) -> str:
    return f"({' + '.join(['CAST(0 AS BIGINT)', *terms])})"


def _greatest(terms: list[str]) -> str:
    return f"GREATEST(0, {', '.join(terms)})" if terms else "0"
