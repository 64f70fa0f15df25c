"""A set of cells of one axis in words, and a value inside it: `36周岁至45周岁`, `除专科以外`, somebody aged 40."""

from __future__ import annotations

from fractions import Fraction

from talent_rules.cells import Cells, Choices, Line
from talent_rules.conditions import Axis
from talent_rules.model import Number, Value
from talent_rules.vocabulary import Field, Kind


def facet_words(entry: Field, axis: Axis, yes: bool) -> str:
    """Whether a set holds a member, a list a name: `荣誉包含未来之星`."""
    sign, rest = axis.facet[0], axis.facet[1:]
    if sign == "∋":
        return f"{entry.name}{'包含' if yes else '不含'}{entry.show(rest)}"
    if sign == "∈":
        return f"{entry.name}{'在' if yes else '不在'}名单 {rest}"
    return f"{entry.name}{'是' if yes else '不是'}{rest}"


def cell_value(entry: Field, cells: Cells, cell: int, near: int | None = None) -> Value:
    """A value inside a cell; with `near`, the one next to that neighbouring cell."""
    if isinstance(cells, Choices):
        return bool(cell) if entry.kind is Kind.FLAG else cells.values[cell]
    integral = entry.kind.integral
    if near is not None and near > cell:
        high = cells.bounds(cell)[1]
        assert high is not None
        if high[1]:
            return high[0]
        value: Number = high[0] - (1 if integral or entry.kind is Kind.MONTHS else Fraction(1, 2))
        low = cells.bounds(cell)[0]
        return value if low is None or value >= low[0] else cells.sample(cell, integral)
    return _sample(entry, cells, cell)


def _sample(entry: Field, cells: Line, cell: int) -> Number:
    low, high = cells.bounds(cell)
    if entry.unit == "周岁" and low is None and high is not None:  # nobody is 0 years old
        return high[0] - (0 if high[1] else 1)
    if entry.kind is Kind.DATE and low is None:
        last = 738_000 if high is None else high[0] - 1  # an ordinary day of 2021 where nothing bounds it
        return last if cells.lo is None else max(last, cells.lo)
    if entry.kind is Kind.MONTHS and low is not None and low[1]:
        whole = low[0] + 1  # a month more than the limit, where there is room
        if high is None or whole < high[0]:
            return whole
    return cells.sample(cell, entry.kind.integral)


def choices(entry: Field, cells: Choices, mask: int) -> str:
    """The values of a mask: `是`, `硕士或博士`, or `除 甲 以外` where that is shorter."""
    names = [_value_name(entry, v) for i, v in enumerate(cells.values) if mask >> i & 1]
    others = [_value_name(entry, v) for i, v in enumerate(cells.values) if not mask >> i & 1]
    if len(others) < len(names) - 1 and len(names) > 3:
        return f"除{'、'.join(others)}以外"
    return "或".join(names) or "（无）"


def _value_name(entry: Field, value: str) -> str:
    if value in ("yes", "no") and entry.kind is Kind.FLAG:
        return "是" if value == "yes" else "否"
    return entry.show(value)


def stretches(entry: Field, cells: Line, mask: int) -> str:
    """The numbers of a mask: `41周岁至45周岁`, `不满3年`, `36周岁以上`."""
    said, cell = [], 0
    while cell < cells.size:
        if not mask >> cell & 1:
            cell += 1
            continue
        first = cell
        while cell < cells.size and mask >> cell & 1:
            cell += 1
        said.append(_stretch(entry, cells.bounds(first)[0], cells.bounds(cell - 1)[1]))
    return "或".join(said)


def _stretch(entry: Field, low: tuple[Number, int] | None, high: tuple[Number, int] | None) -> str:
    integral, day = entry.kind.integral, entry.kind is Kind.DATE
    lo = None if low is None else low[0] + (1 if integral and low[1] else 0)
    hi = None if high is None else high[0] - (1 if integral and not high[1] else 0)
    if lo is not None and lo == hi:
        return entry.show(lo)
    if entry.kind is Kind.MONEY and hi is not None and hi % 100:
        opening = "" if lo is None else f"{entry.show(lo)}以上、"
        return f"{opening}不满{entry.show(hi + 1)}"
    if lo is not None and hi is not None and integral:
        return f"{entry.show(lo)}至{entry.show(hi)}"
    opening = "" if lo is None else _lower(entry, lo, not integral and low is not None and low[1] == 1, day)
    closing = "" if hi is None else _upper(entry, hi, not integral and high is not None and high[1] == 0, day)
    return f"{opening}{'、' if opening and closing else ''}{closing}" or "不限"


def _lower(entry: Field, value: Number, strict: bool, day: bool) -> str:
    return f"超过{entry.show(value)}" if strict else f"{entry.show(value)}{'起' if day else '以上'}"


def _upper(entry: Field, value: Number, strict: bool, day: bool) -> str:
    return f"不满{entry.show(value)}" if strict else f"{entry.show(value)}{'及以前' if day else '以下'}"
