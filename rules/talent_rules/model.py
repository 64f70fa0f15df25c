"""The nouns of the house: what a person may tell, what a rule file says, and what comes out.

Everything here is frozen data. Money is integer 分 inside and becomes 元 only at the edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from fractions import Fraction

Number = int | Fraction


# ── Problems ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file, a 1-based line and a 1-based column."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in what a person wrote, said in one Chinese sentence with a way out.

    `excerpt` is the source line and `width` the number of characters to underline.
    """

    place: Place
    code: str
    message: str
    hint: str = ""
    severity: str = "error"
    excerpt: str = ""
    width: int = 1

    def __str__(self) -> str:
        return f"{self.place}: {self.code} {self.message}"


class Rejected(Exception):
    """Rule files or a vocabulary could not be read; `problems` has every one found, with its place."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("；".join(str(p) for p in problems[:5]))
        self.problems = problems

    def __reduce__(self) -> tuple[type[Rejected], tuple[tuple[Problem, ...]]]:
        return (Rejected, (self.problems,))


# ── Facts ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Span:
    """A number or a day known only to lie between two ends, both included; None is no bound."""

    lo: Number | None
    hi: Number | None


@dataclass(frozen=True, slots=True)
class OneOf:
    """A choice known only to be one of several value ids."""

    choices: frozenset[str]


class Declined(Enum):
    """The two answers that are no value: both leave the field unknown and are not asked again."""

    DONT_KNOW = "不清楚"
    REFUSED = "不想说"


#: Dates are proleptic ordinals, money is 分, durations are months, persons are birth-date spans.
Value = bool | str | Number | Span | OneOf | Declined | frozenset[str] | tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one applicant: field id → value. What is absent is unknown.

    Values are in internal units, as `Value` says; `RuleBase.read` makes them from what people write. `paid`
    holds 分 already received per benefit id, where the amount is known. `planned` is for who tells what they mean
    to do: a day of coming that lies ahead counts as kept. On record it does not.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    paid: Mapping[str, int] = field(default_factory=dict)
    planned: bool = False

    def get(self, name: str) -> Value | None:
        """The value of a field, or None when it is unknown."""
        return self.values.get(name)

    def having(self, changes: Mapping[str, Value | None]) -> Facts:
        """A copy with some fields set, or forgotten where the new value is None."""
        values = {**self.values, **{k: v for k, v in changes.items() if v is not None}}
        for name, value in changes.items():
            if value is None:
                values.pop(name, None)
        return replace(self, values=values)

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)


# ── Sources ─────────────────────────────────────────────────────────────────────────────────


class Grade(Enum):
    """How far a source can be trusted: A government text … D unverified third-party data."""

    A = "A"
    A_MINUS = "A-"
    B = "B"
    C = "C"
    D = "D"

    @property
    def verified(self) -> bool:
        """Only A and B carry weight in a verified amount."""
        return self in (Grade.A, Grade.A_MINUS, Grade.B)

    @property
    def rank(self) -> int:
        """0 is best."""
        return list(Grade).index(self)


@dataclass(frozen=True, slots=True)
class Source:
    """A document a rule rests on."""

    code: str
    title: str
    grade: Grade
    url: str = ""
    published: str = ""
    retrieved: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """The clause behind a condition, an amount or a relation, restated in our own words."""

    sources: tuple[str, ...] = ()
    clause: str = ""
    summary: str = ""
    grade: Grade | None = None


# ── Outcomes ────────────────────────────────────────────────────────────────────────────────


class Outcome(Enum):
    """The five answers a benefit can have; the value is the id used in JSON."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    NEEDS_INFO = "needs_info"
    NEEDS_REVIEW = "needs_review"
    OUT_OF_SCOPE = "out_of_scope"

    @property
    def label(self) -> str:
        """The word people read."""
        return _OUTCOME_LABELS[self]

    @property
    def open(self) -> bool:
        """Whether money may still come of it."""
        return self in (Outcome.ELIGIBLE, Outcome.NEEDS_INFO, Outcome.NEEDS_REVIEW)


_OUTCOME_LABELS = {
    Outcome.ELIGIBLE: "符合",
    Outcome.INELIGIBLE: "不符合",
    Outcome.NEEDS_INFO: "待补充",
    Outcome.NEEDS_REVIEW: "待认定",
    Outcome.OUT_OF_SCOPE: "不适用",
}


@dataclass(frozen=True, slots=True)
class Range:
    """Money between two ends in 分, both included; `hi` None means no upper bound (不封顶)."""

    lo: int
    hi: int | None

    @property
    def settled(self) -> bool:
        """Both ends are the same."""
        return self.lo == self.hi

    def scaled(self, factor: int) -> Range:
        """Both ends times a whole number."""
        return Range(self.lo * factor, None if self.hi is None else self.hi * factor)

    def __add__(self, other: Range) -> Range:
        return Range(self.lo + other.lo, add_ends(self.hi, other.hi))

    def hull(self, other: Range) -> Range:
        """The smallest range containing both."""
        hi = None if self.hi is None or other.hi is None else max(self.hi, other.hi)
        return Range(min(self.lo, other.lo), hi)

    def contains(self, value: int) -> bool:
        """Whether an amount lies inside."""
        return self.lo <= value and (self.hi is None or value <= self.hi)


def add_ends(a: int | None, b: int | None) -> int | None:
    """Add two upper ends, where None is no bound."""
    return None if a is None or b is None else a + b


NOTHING = Range(0, 0)


@dataclass(frozen=True, slots=True)
class Money:
    """What a benefit pays if it is granted.

    `reported` uses every source; `verified` only those of grade A–B, so it may be wider or
    unbounded. `unit` is CNY for a sum, CNY/year for what recurs every year without a known end.
    """

    reported: Range
    verified: Range
    grade: Grade
    unit: str = "CNY"
    basis: str = ""

    @property
    def exact(self) -> bool:
        """A single figure, not a range."""
        return self.reported.settled


@dataclass(frozen=True, slots=True)
class Payment:
    """One instalment, or `times` equal ones `every` ISO 8601 period. Money in 分.

    `after` is an ISO period counted from the day the benefit is granted, `on` the day itself where it is
    known; `times` None goes on as long as the conditions hold; `condition` says from when it is counted.
    """

    after: str
    amount: Range
    on: date | None = None
    every: str | None = None
    times: int | None = 1
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one condition came out, with the clause it rests on and the parts it is made of.

    `holds` None: not known yet, or nothing but a person or the missing source can settle it. `fields`
    are the ids it reads. `parts` are there for groups, 层次 and points.
    """

    text: str
    holds: bool | None
    fields: tuple[str, ...]
    basis: Basis
    kind: str = "atom"  # atom · all · any · none · tier · points · review · undecided · scope
    parts: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """A change that was re-evaluated and found to lead to `outcome`; `on` where time does it.

    `amount` in 分, `unit` as in Money. `more`: nothing is refused now, but that day it pays more.
    """

    changes: tuple[tuple[str, str], ...]  # field id, value text
    text: str
    outcome: Outcome
    amount: Range | None
    on: date | None = None
    assumes: tuple[str, ...] = ()
    unit: str = "CNY"
    more: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one benefit, by its full id `<policy>/<benefit>`.

    `amount` is what it pays if it is granted: None where no money is at stake or nothing can come of it;
    `schedule` how that is paid. `missing` are the field ids still to be told, `review` what a person has
    to settle, `undecided` whether a source that nobody has is among it. `because` has every condition in
    the order written, `dropped_by` the benefit that is paid in its place.
    """

    benefit: str
    name: str
    outcome: Outcome
    amount: Money | None
    schedule: tuple[Payment, ...]
    missing: tuple[str, ...]
    review: tuple[str, ...]
    because: tuple[Finding, ...]
    undecided: bool = False
    dropped_by: str | None = None
    nearest: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A benefit given up for others (`favoured`) under a relation; `amount` in 分 is what is given up."""

    benefit: str
    favoured: tuple[str, ...]
    relation: str
    amount: Range
    basis: Basis


@dataclass(frozen=True, slots=True)
class Total:
    """What a person gets over all benefits paid to persons, after the relations. Money in 分.

    `guaranteed` counts verified money of eligible benefits; `possible` everything not ruled out, None
    where some benefit has no known upper end; `bounded` leaves those out and `unbounded` names them.
    `yearly` is what recurs every year without a known end, counted apart. `paid` names the benefits that
    stand, `dropped` those given up for another, both where everything open turns out well.
    """

    guaranteed: int
    possible: int | None
    yearly: Range
    bounded: int = 0
    unbounded: tuple[str, ...] = ()
    paid: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer button: what people read and the facts it sets (field id, value) in internal units."""

    label: str
    sets: tuple[tuple[str, Value], ...]
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """The next question: a field or a question group (`id`), and the field ids its answer sets.

    `choices` is empty where the answer is typed. `affects` are benefit ids, `worth` the expected shrink of
    what the person may get, in 分; `remaining` how many questions it takes at most to ask all that matters.
    """

    id: str
    fields: tuple[str, ...]
    text: str
    why: str
    choices: tuple[Choice, ...]
    affects: tuple[str, ...]
    worth: int
    remaining: int
    example: str = ""
    minor: bool = False  # may wait: little rides on it, or nothing said makes it likely to concern this person


@dataclass(frozen=True, slots=True)
class Decision:
    """Every benefit of a place for one person on one day, in the order of the rule files.

    `as_of` is the day of application unless the facts give another; `rule_base` is `sha256:` and the hash of
    the rules that answered; `problems` is what of the facts was not understood or contradicts itself.
    """

    as_of: date
    place: str
    rule_base: str
    verdicts: tuple[Verdict, ...]
    total: Total
    problems: tuple[Problem, ...] = ()

    def __getitem__(self, benefit: str) -> Verdict:
        """The verdict on a benefit, by full id or by its last part where that is unique. Raises KeyError."""
        found = [v for v in self.verdicts if benefit in (v.benefit, v.benefit.rsplit("/", 1)[-1])]
        if len(found) != 1:
            meant = [v.benefit for v in found] or [v.benefit for v in self.verdicts if v.name == benefit]
            hint = f"，写 {' 或 '.join(meant)}" if meant else "，全部 id 在 verdicts 里"
            raise KeyError(f"{'不止一项' if found else '没有 id 为'} {benefit} {'' if found else '的'}待遇{hint}")
        return found[0]
