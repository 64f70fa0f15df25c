"""Formulas over cells as tests of durable-rules, in pieces small enough for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from talent_rules.cells import Both, Formula, Leaf, Tally, negated
from talent_rules.points import Score, signs
from talent_rules.rulebase import Circuit

TESTS_A_RULE = 10

#: Which rules say that a part is true and that it is false, by the way it moves the points: as it stands,
#: with open leaves so that there are most points, and so that there are fewest.
_READINGS: tuple[Mapping[int, tuple[str, str]], ...] = (
    {},
    {1: ("P", "F"), -1: ("T", "N")},
    {1: ("T", "N"), -1: ("P", "F")},
)


@dataclass(frozen=True, slots=True)
class Count:
    """Points to add up after a stage, into the attributes `name`l, h, b and w.

    l and h are the ends of the score, b the low end with open leaves as high and w the high end with
    open leaves as low as they can be. `truths` has, for each of the three readings, the rules that
    say a part is true and that it is false.
    """

    name: str
    stage: int
    score: Score
    truths: tuple[tuple[tuple[str, str], ...], ...]


def with_opens(node: Formula, circuit: Circuit, opens: bool) -> Formula | bool:
    """The formula with every open leaf taken as `opens`, simplified."""
    if isinstance(node, Leaf):
        if node.axis in circuit.oracles:
            return opens
        return True if node.mask & circuit.full[node.axis] == circuit.full[node.axis] else node if node.mask else False
    if isinstance(node, Tally):
        return node
    conjunction = isinstance(node, Both)
    parts: list[Formula] = []
    for part in node.parts:
        settled = with_opens(part, circuit, opens)
        if isinstance(settled, bool):
            if settled is not conjunction:
                return settled
        else:
            parts.append(settled)
    if not parts:
        return conjunction
    return parts[0] if len(parts) == 1 else type(node)(tuple(parts))


class Writer:
    """Writes formulas as durable-rules tests of at most TESTS_A_RULE comparisons.

    The library refuses longer ones (error 113), so a larger part becomes a helper rule of an earlier
    stage, whose name is an attribute of the next: forward chaining by hand, with nothing left to the
    library's own order of events.
    """

    def __init__(self) -> None:
        self.helpers: list[tuple[int, str, Any]] = []
        self._names: dict[str, tuple[str, int]] = {}
        self._counted: dict[object, Count] = {}

    @property
    def counts(self) -> tuple[Count, ...]:
        """Everything that is counted."""
        return tuple(self._counted.values())

    def test(self, node: Formula | bool, circuit: Circuit, number: list[int], opens: bool) -> tuple[Any, int, int]:
        """The test, the stage it can run in, and how many comparisons it makes; `opens` is how open leaves came out."""
        if isinstance(node, bool):
            return {"_go": 1}, 0, 1
        if isinstance(node, Leaf):
            written = _ranges(f"f{number[node.axis]}", node.mask & circuit.full[node.axis])
            return written, 0, _size(written)
        if isinstance(node, Tally):
            count = self._count(node, circuit, number)
            end = ("w" if opens else "h") if node.short else ("b" if opens else "l")
            return {"$lt" if node.short else "$gte": {count.name + end: node.least}}, count.stage + 1, 1
        parts = [self.test(part, circuit, number, opens) for part in node.parts]
        word = "$and" if isinstance(node, Both) else "$or"
        while sum(p[2] for p in parts) > TESTS_A_RULE:
            largest = max(range(len(parts)), key=lambda i: parts[i][2])
            if parts[largest][2] > 1:
                parts[largest] = self._helper(*parts[largest][:2])
            else:
                group = parts[:TESTS_A_RULE]
                joined = {word: [p[0] for p in group]}
                parts = [self._helper(joined, max(p[1] for p in group)), *parts[TESTS_A_RULE:]]
        stage, size = max(p[1] for p in parts), sum(p[2] for p in parts)
        return (parts[0][0] if len(parts) == 1 else {word: [p[0] for p in parts]}), stage, size

    def _count(self, node: Tally, circuit: Circuit, number: list[int]) -> Count:
        """Points are added up between two stages: the library adds only inside one rule."""
        key = (tuple(number), node.parts, node.score)
        if key not in self._counted:
            said = [self._said(part, circuit, number) for part in node.parts]
            ways = dict(signs(node.score))
            truths = []
            for reading in _READINGS:
                letters = [reading.get(ways.get(part, 0), ("T", "F")) for part in range(len(said))]
                truths.append(tuple((names[y], names[n]) for (names, _), (y, n) in zip(said, letters, strict=True)))
            stage = max((ready for _, ready in said), default=0)
            self._counted[key] = Count(f"c{len(self._counted)}", stage, node.score, tuple(truths))
        return self._counted[key]

    def _said(self, part: Formula, circuit: Circuit, number: list[int]) -> tuple[dict[str, str], int]:
        """The rules that say a part is true (T) or false (F), surely or (P, N) but for open leaves; and their stage."""
        names, stage = dict.fromkeys("TFPN", ""), 0
        against = negated(part, circuit.full)
        cases = (("T", part, False), ("F", against, False), ("P", part, True), ("N", against, True))
        for letter, formula, opens in cases:
            settled = with_opens(formula, circuit, opens)
            if settled is not False:
                test, ready, _ = self.test(settled, circuit, number, opens)
                names[letter] = next(iter(self._helper(test, ready)[0]))
                stage = max(stage, ready)
        return names, stage

    def _helper(self, test: Any, stage: int) -> tuple[Any, int, int]:
        key = json.dumps(test, sort_keys=True)
        if key not in self._names:
            self._names[key] = (f"g{len(self._names)}", stage)
            self.helpers.append((stage, self._names[key][0], test))
        name, stage = self._names[key]
        return {name: 1}, stage + 1, 1


def _size(test: Any) -> int:
    parts = test.get("$and") or test.get("$or")
    return sum(_size(p) for p in parts) if parts else 1


def _ranges(name: str, mask: int) -> Any:
    """Cell numbers in a mask as equalities and ranges."""
    tests: list[Any] = []
    cell = 0
    while mask >> cell:
        if not mask >> cell & 1:
            cell += 1
            continue
        last = cell
        while mask >> (last + 1) & 1:
            last += 1
        if last == cell:
            tests.append({name: cell})
        else:
            tests.append({"$and": [{"$gte": {name: cell}}, {"$lte": {name: last}}]})
        cell = last + 1
    return tests[0] if len(tests) == 1 else {"$or": tests}
