"""The answers of a question as buttons: a field's values, or the stretches its rules can tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from talent_rules.cells import Line
from talent_rules.conditions import Cut
from talent_rules.logic import Masks
from talent_rules.model import Choice, Span
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind

MOST_BUTTONS = 12
_TYPED = (Kind.MEMBER, Kind.DATE)  # answered in words: there is nothing sensible to put on a button


def buttons(entry: Field, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices people can be shown; none where they had better type."""
    return choices if len(choices) <= MOST_BUTTONS and entry.kind not in _TYPED else ()


def choices_of(base: RuleBase, entry: Field, masks: Masks) -> Iterator[Choice]:
    """Every answer of a field that what is known leaves possible."""
    if entry.kind is Kind.FLAG:
        yield from (Choice("是", ((entry.id, True),)), Choice("否", ((entry.id, False),)))
    elif entry.kind in (Kind.CHOICE, Kind.ORDERED):
        allowed = _allowed(base, entry, masks)
        for number, option in enumerate(entry.options):
            if allowed >> number & 1:
                yield Choice(option.name, ((entry.id, option.id),), option.synonyms)
    elif entry.kind is Kind.SET and entry.options:
        yield Choice("都没有", ((entry.id, frozenset()),), ("无", "没有"))
        for option in entry.options:
            yield Choice(option.name, ((entry.id, frozenset({option.id})),), option.synonyms)
    elif entry.kind.numeric:
        for number, axis, cells in base.by_field.get(entry.id, ()):
            if not axis.facet and isinstance(cells, Line):
                for cell in range(cells.size):
                    if masks[number] >> cell & 1:
                        span = cell_span(entry, cells, cell)
                        yield Choice(cell_label(entry, cells, cell), ((entry.id, span),))


def _allowed(base: RuleBase, entry: Field, masks: Masks) -> int:
    """The values of a choice field that what is known leaves possible."""
    for number, axis, _ in base.by_field.get(entry.id, ()):
        if not axis.facet:
            return masks[number]
    return (1 << len(entry.options)) - 1


def cell_span(entry: Field, cells: Line, cell: int) -> Span:
    """The values of a cell as a span, both ends included."""
    low, high = cells.bounds(cell)
    step = 1 if entry.kind.integral else 0
    lo = entry.lo if low is None else low[0] + (step if low[1] else 0)
    hi = entry.hi if high is None else high[0] - (0 if high[1] else step)
    if lo is not None and hi is not None and not entry.kind.integral and high is not None and not high[1]:
        hi = high[0] - Fraction(1, 1000)
    return Span(lo, hi)


def cell_label(entry: Field, cells: Line, cell: int) -> str:
    """A cell as an answer button: 不到3年, 3年以上, 2021-08-24 到 2023-11-16."""
    low, high = (_rounder(entry, cut) for cut in cells.bounds(cell))
    if entry.kind is Kind.DATE:
        return _date_label(entry, low, high)
    if low is None and high is None:
        return "任意"
    if high is not None and (low is None or (entry.lo is not None and low[0] <= entry.lo)):
        word = entry.show(high[0])
        if entry.lo == 0 and (high == (0, 1) or (entry.kind is Kind.COUNT and high == (1, 0))):
            return "没有"
        if high == (entry.lo, 1):
            return word  # nothing is less
        return f"{word}以下" if high[1] else f"不到{word}"
    assert low is not None
    if high is None:
        return f"超过{entry.show(low[0])}" if low[1] else f"{entry.show(low[0])}以上"
    if entry.kind is Kind.COUNT and high[0] - low[0] == 1:
        return entry.show(low[0])
    return f"{entry.show(low[0])}到{'' if high[1] else '不满'}{entry.show(high[0])}"


def _rounder(entry: Field, cut: Cut | None) -> Cut | None:
    """“More than 15万元” is kept as “from 150,000.01元”; people read the round figure."""
    if cut is not None and entry.kind is Kind.MONEY and cut[1] == 0 and cut[0] % 100 == 1:
        return cut[0] - 1, 1
    return cut


def _date_label(entry: Field, low: tuple[object, int] | None, high: tuple[object, int] | None) -> str:
    if low is None and high is not None:
        return f"{entry.show(high[0])} 以前"
    if high is None and low is not None:
        return f"{entry.show(low[0])} 以后"
    assert low is not None and high is not None
    last = int(high[0]) - 1  # type: ignore[call-overload]
    if last == low[0]:
        return entry.show(last)
    return f"{entry.show(low[0])} 到 {entry.show(last)}"
