"""A list of people that leaves rare things unsaid, counted with what is usual of them.

A list of newcomers seldom has a column for academicians. Taken for unknown, each of them might be one, and the largest
sum there is would outweigh every change. Only what the changed benefits do not read is supposed, and it is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from talent_rules.conditions import fields_of
from talent_rules.decide import decide
from talent_rules.diff.affected import Affected, names_of, read_by
from talent_rules.diff.people import People, Piece
from talent_rules.engines.columns import BLOCK, Batch
from talent_rules.engines.known import Coded, Known, nothing
from talent_rules.model import Declined, Facts, Outcome, Problem, Value
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Vocabulary

#: People looked at one by one for what their list leaves out of a change
ASKED = 300
#: Fields named in a note
NAMED = 8


class Supposed(People):
    """People of whom some fields have the usual value where nothing was said; `used` are those where it mattered."""

    def __init__(self, people: People, vocabulary: Vocabulary, usual: Mapping[str, Value]) -> None:
        self._people, self._vocabulary, self._usual = people, vocabulary, usual
        self.used: set[str] = set()

    def __len__(self) -> int:
        return len(self._people)

    def pieces(self, size: int = BLOCK) -> Iterator[Piece]:
        """All of them, `size` at a time."""
        return self._people.pieces(size)

    def read(self, piece: Piece) -> Batch:
        """What is known and supposed of the people of a piece."""
        batch = self._people.read(piece)
        known = dict(batch.known)
        for name, value in self._usual.items():
            told = known.get(name) or nothing(self._vocabulary.fields[name], batch.rows)
            known[name] = self._filled(name, told, value)
        return Batch(
            batch.rows, known, batch.unread, batch.awkward, batch.paid, batch.table, batch.names, batch.twice
        )  # fmt: skip

    def _filled(self, name: str, told: Known, value: Value) -> Known:
        if not isinstance(told, Coded) or not any(_unsaid(v) for v in told.values):
            return told
        self.used.add(name)
        return Coded(told.codes, tuple(value if _unsaid(v) else v for v in told.values))

    def facts(self, number: int) -> Facts:
        """What is known and supposed of one of them."""
        facts = self._people.facts(number)
        return facts.having({n: v for n, v in self._usual.items() if _unsaid(facts.get(n))})

    def problems(self) -> tuple[Problem, ...]:
        """What was not understood of those read so far."""
        return self._people.problems()


def _unsaid(value: Value | None) -> bool:
    return value is None or isinstance(value, Declined)


def usual_beside(change: Affected) -> dict[str, Value]:
    """What is usual of the fields that only the benefits tied to a change read.

    Not of those that follow from others, or that an implication may settle.
    """
    bases = (change.old, change.new)
    everything = {b.id for base in bases for b in base.benefits}
    beside = _read(bases, everything) - _read(bases, change.differing)
    concluded = {name for base in bases for i in base.implications for name in fields_of(i.then)}
    fields = [change.new.vocabulary.fields[name] for name in sorted(beside - concluded)]
    return {f.id: f.usual for f in fields if f.usual is not None and f.derivation is None and not f.kind.numeric}


def _read(bases: Iterable[RuleBase], benefits: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(read_by(base, frozenset(benefits)) for base in bases))


def unsaid_of(change: Affected, people: People, as_of: date) -> list[tuple[str, int]]:
    """What the list leaves out of what decides the changed benefits, and for how many; of the first ASKED people."""
    missing: Counter[str] = Counter()
    for number in range(min(len(people), ASKED)):
        facts = people.facts(number)
        verdicts = decide(change.new, facts, as_of).verdicts
        open_ones = (v for v in verdicts if v.benefit in change.differing and v.outcome is Outcome.NEEDS_INFO)
        missing.update({name for verdict in open_ones for name in verdict.missing})
    return missing.most_common(NAMED)


# ── in words ────────────────────────────────────────────────────────────────────────────────


def scope_notes(change: Affected) -> Iterator[str]:
    """What was counted, and what was not because both versions have it alike."""
    names = names_of(change.old, change.new)
    tied = [name for i, name in names.items() if i not in change.differing]
    if change.same:
        beside = f"，连同有关系的 {len(tied)} 项（{_listed(tied[:3])}{'等' if len(tied) > 3 else ''}）" if tied else ""
        yield f"只算改动的待遇{beside}；其余 {change.same} 项两版一样，没有算进来"


def supposing_notes(change: Affected, people: Supposed, as_of: date) -> Iterator[str]:
    """What the list does not say: of the changed benefits, and of those beside them."""
    fields = change.new.vocabulary.fields
    unsaid = [f"{fields[name].name} {count} 人" for name, count in unsaid_of(change, people, as_of)]
    if unsaid:
        among = f"前 {ASKED} 人里，" if len(people) > ASKED else ""
        yield f"{among}改动的待遇要看、名单没写的：{'、'.join(unsaid)}；补上再比更准"
    supposed = [fields[name] for name in sorted(people.used)]
    if supposed:
        without = [f.name for f in supposed if f.usual == f.absence]
        having = [f"{f.name}按{f.show(f.usual)}" for f in supposed if f.usual is not None and f.usual != f.absence]
        told = [f"{_listed(without)}按没有"] if without else []
        yield f"改动的待遇不看、名单没写的，照多数人算：{'，'.join([*told, *having])}"


def _listed(words: list[str]) -> str:
    return "、".join(words[:NAMED]) + (f"等 {len(words)} 项" if len(words) > NAMED else "")
