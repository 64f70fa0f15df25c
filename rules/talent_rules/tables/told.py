"""What a cell of a table tells: the facts in it, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from talent_rules.model import OneOf, Span, Value
from talent_rules.vocabulary import Places


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a cell and what is accepted; `severity` is error or warning."""

    code: str
    message: str
    hint: str = ""
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts a cell gives (none where it is blank), and at most one complaint."""

    values: Mapping[str, Value] = field(default_factory=dict)
    complaint: Complaint | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """What a cell's column says about all its cells: the header, a unit in brackets, the workbook's epoch, the
    day to which ages are told, and the names of places."""

    header: str = ""
    unit: str = ""
    date1904: bool = False
    tenths_safe: bool = False
    today: date | None = None
    places: Places = field(default_factory=Places)


#: What people write to say that there is nothing to write; never read as 否 or 0
BLANKS = frozenset(
    {"", "/", "//", "\\", "-", "--", "—", "——", "－", "n/a", "na", "不详", "未知", "待定", "待补", "空", "null", "none"}
)
NOTHING = Reading()
NO_VALUE = frozenset({"无", "没有", "暂无"})


def common(a: Value, b: Value) -> Value | None:
    """What two statements leave possible together; None where they contradict. Only choices, numbers and days."""
    if a == b:
        return a
    if isinstance(a, (str, OneOf)) and isinstance(b, (str, OneOf)):
        both = _choices(a) & _choices(b)
        return None if not both else next(iter(both)) if len(both) == 1 else OneOf(both)
    left, right = _ends(a), _ends(b)
    if left is None or right is None:
        return None
    lo = max((e for e in (left.lo, right.lo) if e is not None), default=None)
    hi = min((e for e in (left.hi, right.hi) if e is not None), default=None)
    if lo is not None and hi is not None and lo > hi:
        return None
    return lo if lo is not None and lo == hi else Span(lo, hi)


def _choices(value: str | OneOf) -> frozenset[str]:
    return value.choices if isinstance(value, OneOf) else frozenset({value})


def _ends(value: Value) -> Span | None:
    if isinstance(value, Span):
        return value
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return Span(value, value)
    return None
