"""Counting a batch: whole numbers that add up the same in any order of chunks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from talent_rules.batch.engine import Decided, unmeasured, untold
from talent_rules.batch.people import Person, status_of
from talent_rules.batch.problems import RowProblem
from talent_rules.model import Decision, OneOf, Outcome, Verdict
from talent_rules.money import unit_of
from talent_rules.plausible import far_fetched
from talent_rules.points import UNIT
from talent_rules.rulebase import RuleBase

OUTCOMES = tuple(Outcome)
UNKNOWN = "未填"
GROUPED = ("district", "degree")


@dataclass(slots=True)
class Money:
    """A sum in 分 over people; `unbounded` people have no upper end and count with what is sure."""

    lo: int = 0
    hi: int = 0
    unbounded: int = 0

    def add(self, lo: int, hi: int | None, least: int | None = None) -> None:
        """One more person; who has no upper end counts with `least`, or with the lower one."""
        self.lo += lo
        self.hi += hi if hi is not None else lo if least is None else least
        self.unbounded += hi is None

    def merge(self, other: Money) -> None:
        """Another part of the same batch."""
        self.lo, self.hi, self.unbounded = self.lo + other.lo, self.hi + other.hi, self.unbounded + other.unbounded


@dataclass(slots=True)
class BenefitTally:
    """One benefit: people by outcome, and the money of those granted or to be recognised."""

    counts: list[int] = field(default_factory=lambda: [0] * len(OUTCOMES))
    granted: Money = field(default_factory=Money)
    likely: Money = field(default_factory=Money)


@dataclass(slots=True)
class GroupTally:
    """People of one 旗区 or 学历: how many, how many with something granted or likely, and the money."""

    people: int = 0
    granted: int = 0
    likely: int = 0
    guaranteed: int = 0
    money: Money = field(default_factory=Money)


#: Divided by however many facts an answer may wait for, up to ten, still a whole number
WHOLE = 2520


@dataclass(slots=True)
class MissingTally:
    """One fact: how many lack it, how many answers wait for nothing else, and by benefit how many wait for it and
    how many it would settle (one that waits for several facts counts in parts, `WHOLE` to one); the same of the
    answers that are `likely`, not far-fetched as `plausible` says it. Of these alone,
    for how many people money hangs on it, what in 分 they get at least if all is granted (the largest of a person's
    sums), and for how many more cannot be told."""

    people: int = 0
    alone: int = 0
    paid: int = 0
    least: int = 0
    untold: int = 0
    benefits: dict[str, int] = field(default_factory=dict)
    settles: dict[str, int] = field(default_factory=dict)
    likely: dict[str, int] = field(default_factory=dict)


#: The code of a cell that is nothing its column can hold
_UNREAD = "B701"


@dataclass(slots=True)
class Tally:
    """Everything counted over some rows; `unread` are the cells by heading that nobody could read, `hopeful` those
    people whom more facts may bring money, unless only what hardly anybody has would."""

    people: int = 0
    fine: int = 0
    warned: int = 0
    failed: int = 0
    hopeful: int = 0
    problems: dict[str, int] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    guaranteed: int = 0
    possible: Money = field(default_factory=Money)
    likely: Money = field(default_factory=Money)
    yearly: Money = field(default_factory=Money)
    benefits: dict[str, BenefitTally] = field(default_factory=dict)
    groups: dict[str, dict[str, GroupTally]] = field(default_factory=dict)
    missing: dict[str, MissingTally] = field(default_factory=dict)

    def add_quality(self, people: int, wrong: Iterable[Sequence[RowProblem]]) -> None:
        """So many more people, and the problems of those who have any."""
        self.people += people
        self.fine += people
        for problems in wrong:
            status = status_of(problems)
            self.fine, self.warned, self.failed = (
                self.fine - (status > 0),
                self.warned + (status == 1),
                self.failed + (status == 2),
            )
            for problem in problems:
                self.problems[problem.code] = self.problems.get(problem.code, 0) + 1
                if problem.code == _UNREAD:
                    self.unread[problem.header] = self.unread.get(problem.header, 0) + 1

    def add(self, base: RuleBase, person: Person, decided: Decided) -> None:
        """Count one decided person."""
        decision, hoped, bounded = decided
        self.add_quality(1, (person.problems,))
        self.guaranteed += decision.total.guaranteed
        vague = [unmeasured(base, n, v) for n, v in enumerate(decision.verdicts)]
        open_ended = any(u and v.outcome.open for u, v in zip(vague, decision.verdicts, strict=True))
        likely, least = _likely(base, decided)
        self.possible.add(
            decision.total.guaranteed, None if open_ended else decision.total.possible, max(least, bounded)
        )
        self.likely.add(hoped.guaranteed, likely, least)
        least = hoped.yearly.lo if hoped.yearly.hi is None else hoped.yearly.hi
        self.yearly.add(hoped.yearly.lo, None if untold(base, decision.verdicts)[1] else hoped.yearly.hi, least)
        for verdict, unclear in zip(decision.verdicts, vague, strict=True):
            self._add_verdict(verdict, unclear)
        for name in GROUPED:
            self._add_group(base, name, person, decided)
        self._add_missing(base, decision, vague)

    def _add_verdict(self, verdict: Verdict, unclear: bool) -> None:
        tally = self.benefits.setdefault(verdict.benefit, BenefitTally())
        tally.counts[OUTCOMES.index(verdict.outcome)] += 1
        if verdict.amount is None:
            return
        if verdict.outcome is Outcome.ELIGIBLE:
            tally.granted.add(verdict.amount.reported.lo, None if unclear else verdict.amount.reported.hi)
        elif verdict.outcome is Outcome.NEEDS_REVIEW:
            tally.likely.add(verdict.amount.reported.lo, None if unclear else verdict.amount.reported.hi)

    def _add_group(self, base: RuleBase, name: str, person: Person, decided: Decided) -> None:
        if name not in base.vocabulary.fields:
            return
        decision, hoped, _ = decided
        value = person.facts.get(name)
        label = UNKNOWN
        if isinstance(value, (str, OneOf)):
            label = base.vocabulary.fields[name].show(value)
        tally = self.groups.setdefault(name, {}).setdefault(label, GroupTally())
        tally.people += 1
        persons = [v for v in decision.verdicts if v.amount is not None]
        tally.granted += any(v.outcome is Outcome.ELIGIBLE for v in persons)
        tally.likely += any(v.outcome in (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW) for v in persons)
        tally.guaranteed += decision.total.guaranteed
        tally.money.add(hoped.guaranteed, *_likely(base, decided))

    def _add_missing(self, base: RuleBase, decision: Decision, vague: Sequence[bool]) -> None:
        lacking: set[str] = set()
        least: dict[str, int] = {}
        untold: set[str] = set()
        for number, (verdict, unclear) in enumerate(zip(decision.verdicts, vague, strict=True)):
            if not verdict.missing or not verdict.outcome.open or not base.benefits[number].to_person:
                continue
            parts = {verdict.benefit: WHOLE // len(verdict.missing)}
            likely = not far_fetched(base, decision.as_of, number, verdict.missing)
            money = verdict.amount.reported if likely and verdict.amount and paid_in_yuan(base, number) else None
            lacking |= set(verdict.missing)
            for name in verdict.missing:
                tally = self.missing.setdefault(name, MissingTally())
                tally.alone += len(verdict.missing) == 1
                _merge_counts(tally.benefits, {verdict.benefit: 1})
                _merge_counts(tally.settles, parts)
                if likely:
                    _merge_counts(tally.likely, parts)
                if money is not None:
                    least[name] = max(least.get(name, 0), 0 if unclear else money.lo)
                    untold |= {name} if unclear or money.hi != money.lo else set()
        self.hopeful += bool(least)
        for name in lacking:
            tally = self.missing[name]
            tally.people += 1
            tally.paid += name in least
            tally.least += least.get(name, 0)
            tally.untold += name in untold

    def merge(self, other: Tally) -> None:
        """Add another part of the same batch."""
        for name in ("people", "fine", "warned", "failed", "hopeful", "guaranteed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("possible", "likely", "yearly"):
            getattr(self, name).merge(getattr(other, name))
        _merge_counts(self.problems, other.problems)
        _merge_counts(self.unread, other.unread)
        for benefit, theirs in other.benefits.items():
            mine = self.benefits.setdefault(benefit, BenefitTally())
            mine.counts = [a + b for a, b in zip(mine.counts, theirs.counts, strict=True)]
            mine.granted.merge(theirs.granted)
            mine.likely.merge(theirs.likely)
        for field_id, groups in other.groups.items():
            for label, group in groups.items():
                self._merge_group(self.groups.setdefault(field_id, {}).setdefault(label, GroupTally()), group)
        for name, lack in other.missing.items():
            here = self.missing.setdefault(name, MissingTally())
            for figure in ("people", "alone", "paid", "least", "untold"):
                setattr(here, figure, getattr(here, figure) + getattr(lack, figure))
            for counts in ("benefits", "settles", "likely"):
                _merge_counts(getattr(here, counts), getattr(lack, counts))

    @staticmethod
    def _merge_group(mine: GroupTally, theirs: GroupTally) -> None:
        mine.people += theirs.people
        mine.granted += theirs.granted
        mine.likely += theirs.likely
        mine.guaranteed += theirs.guaranteed
        mine.money.merge(theirs.money)


def paid_in_yuan(base: RuleBase, number: int) -> bool:
    """Whether a benefit is money, once or by the year, and not points."""
    return unit_of(base.benefits[number].amount) != UNIT


def _likely(base: RuleBase, decided: Decided) -> tuple[int | None, int]:
    """The most that recognition brings, None where nobody can tell; and what of it is told at least."""
    hoped = decided.hoped
    least = hoped.guaranteed if hoped.possible is None else hoped.possible
    return None if untold(base, decided.decision.verdicts)[0] else hoped.possible, least


def _merge_counts(mine: dict[str, int], theirs: Mapping[str, int]) -> None:
    for key, count in theirs.items():
        mine[key] = mine.get(key, 0) + count


def tally_from(raw: Mapping[str, Any]) -> Tally:
    """What `dataclasses.asdict` made of a tally."""
    plain = {k: raw[k] for k in ("people", "fine", "warned", "failed", "hopeful", "problems", "unread", "guaranteed")}
    return Tally(
        **plain,
        possible=Money(**raw["possible"]),
        likely=Money(**raw["likely"]),
        yearly=Money(**raw["yearly"]),
        benefits={
            k: BenefitTally(v["counts"], Money(**v["granted"]), Money(**v["likely"]))
            for k, v in raw["benefits"].items()
        },
        groups={
            name: {k: GroupTally(**{**g, "money": Money(**g["money"])}) for k, g in groups.items()}
            for name, groups in raw["groups"].items()
        },
        missing={k: MissingTally(**m) for k, m in raw["missing"].items()},
    )
