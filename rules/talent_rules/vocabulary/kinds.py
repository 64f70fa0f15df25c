"""What a field can be: its type, its choices, who can change it, how it follows from others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

#: ids of options that say there is nothing of the kind
NOTHING_OF_THE_KIND = ("none", "other")


class Kind(Enum):
    """The types a field can have; the value is the word in the vocabulary file."""

    FLAG = "是非"
    CHOICE = "枚举"
    ORDERED = "有序枚举"
    COUNT = "整数"
    MONEY = "金额"
    AREA = "面积"
    MONTHS = "月数"
    DATE = "日期"
    MEMBER = "名单成员"
    SET = "集合"
    PEOPLE = "多人"

    @property
    def numeric(self) -> bool:
        """Whether values are numbers on a line."""
        return self in (Kind.COUNT, Kind.MONEY, Kind.AREA, Kind.MONTHS, Kind.DATE)

    @property
    def integral(self) -> bool:
        """Whether there is nothing between two neighbouring whole numbers."""
        return self in (Kind.COUNT, Kind.MONEY, Kind.DATE)


class Mutability(Enum):
    """Whether a person can change a fact, only time can, or nobody."""

    MUTABLE = "可变"
    BY_TIME = "等时间"
    FIXED = "不可变"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice field."""

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    spoken: str = ""  # what people call it where the name alone would not tell


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a field follows from others: `age`, `member`, `people` or `elapsed`.

    `of` is the field it is read from, `on` the date field that anchors it.
    """

    kind: str
    of: str
    on: str = ""
    list_id: str = ""
    at_least: int | None = None
    below: int | None = None
