"""Everything a rule base has prepared for batches: codes, implications, partitions and totals.

A plan only ever grows; what it has judged once it keeps, and threads share it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import RLock
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from talent_rules.engines.codes import AxisRows, Encoder
from talent_rules.engines.deriving import Derived, ListTables, anchored
from talent_rules.engines.folding import Indices
from talent_rules.engines.implying import Implications
from talent_rules.engines.judged import ByPart
from talent_rules.engines.judged import Judged as Judged
from talent_rules.engines.keys import Readings, RowKeys
from talent_rules.engines.known import Coded, Flags, forgotten, put, said, taken
from talent_rules.engines.partitions import Partition
from talent_rules.engines.priced import Pricing
from talent_rules.engines.stakes import History as History
from talent_rules.engines.stakes import PartStakes, Staked, Tabled, figured
from talent_rules.engines.stakes import history_of as history_of
from talent_rules.engines.totals import Purse, Totals
from talent_rules.rulebase import RuleBase


@dataclass(frozen=True)
class BlockResult:
    """A block decided: benefits in order, the code of each axis as it was judged, and the rows whose facts
    contradict each other, by field or by an implication."""

    benefits: tuple[Judged, ...]
    codes: tuple[npt.NDArray[Any], ...]
    contradicted: Mapping[str, Flags]
    impossible: Flags | None
    _totals: Callable[[], Totals] = field(repr=False)

    @cached_property
    def totals(self) -> Totals:
        """What the benefits add up to, once that is asked for."""
        return self._totals()


class Plan:
    """The batch engine of one rule base; `asking` where it is to say what each person still lacks."""

    def __init__(self, base: RuleBase, *, asking: bool = True) -> None:
        self.base, self._asking = base, asking
        self.encoder = Encoder(base)
        self.implications = Implications(base, self.encoder.axes)
        self.purse = Purse(base)
        self.dates = tuple(
            {
                how.of: how.on
                for entry in base.vocabulary.fields.values()
                if (how := entry.derivation) and how.kind == "member" and how.on
            }.items()
        )
        self._lock = RLock()
        self._partitions: dict[int, Partition] = {}
        self._pricings: dict[int, Pricing] = {}
        self._stakes: dict[int, PartStakes] = {}
        self.lists = ListTables()
        self._readings = Readings(self.encoder.axes)

    @property
    def states(self) -> int:
        """How much it has learned: the states of all partitions together."""
        with self._lock:
            return sum(p.states for p in self._partitions.values())

    def partition(self, number: int) -> Partition:
        """The partition of a benefit, wide enough for every code handed out so far."""
        with self._lock:
            found = self._partitions.get(number)
            if found is None or found.stale:
                found = self._partitions[number] = Partition(self.base, number, self._readings, asking=self._asking)
            return found

    def pricing(self, partition: Partition) -> Pricing:
        """How the amounts of a partition are computed."""
        with self._lock:
            found = self._pricings.get(partition.number)
            if found is None or found.partition is not partition:
                found = self._pricings[partition.number] = Pricing(partition)
            return found

    def decide(
        self, block: Derived, history: History, rows: int, given: Mapping[int, Judged] = MappingProxyType({})
    ) -> BlockResult:
        """Every benefit and the totals for a block of people; `given` has benefits judged already."""
        block, codes, impossible = self.known(block, rows)
        keys = RowKeys(codes)
        dates = self._list_dates(block)
        judged = []
        for number in range(len(self.base.benefits)):
            found = given.get(number)
            judged.append(self._judged(number, keys, block, dates, rows) if found is None else found)

        def totals() -> Totals:
            return self.purse.totals({n: self.staked(n, judged[n], history) for n in self.purse.codes}, rows)

        return BlockResult(tuple(judged), tuple(codes), block.contradicted, impossible, totals)

    def _judged(
        self, number: int, keys: RowKeys, block: Derived, dates: Mapping[str, tuple[str, Flags]], rows: int
    ) -> Judged:
        partition = self.partition(number)
        parts = partition.run(keys, rows)
        partition.verdicts.upto(int(parts.max(initial=-1)) + 1)
        if partition.circuit.numbers:
            return self.pricing(partition).judge(parts, block.known, dates)
        return ByPart(parts, partition.verdicts, dates)

    def known(self, block: Derived, rows: int) -> tuple[Derived, list[AxisRows], Flags | None]:
        """A block with every conclusion drawn, as one code per row and axis, and the rows in which
        facts contradicted each other; the facts behind that count as unknown, as in `derive`."""
        codes, impossible = self.implications.draw(self.encoder.encode(block, rows), rows)
        if impossible is None:
            return block, codes, None
        places = np.flatnonzero(impossible)
        some = Derived(
            {n: taken(k, places) for n, k in block.known.items()},
            {n: f[places] for n, f in block.undecided.items()},
            {},
            {},
        )
        left: Flags | None = np.ones(len(places), dtype=np.bool_)
        while left is not None:
            given = self.encoder.encode(self._anchored(some), len(places))
            clash = self.implications.first_clash(given, len(places))
            some = self._forgetting(some, clash)
            drawn, left = self.implications.draw(self.encoder.encode(self._anchored(some), len(places)), len(places))
        for number, found in enumerate(drawn):
            codes[number] = codes[number].copy()
            codes[number][places] = found
        known = {n: put(k, places, some.known[n]) for n, k in block.known.items()}
        return replace(block, known=known), codes, impossible

    def _anchored(self, block: Derived) -> Derived:
        found = anchored(self.base.vocabulary, self.lists, block.known, self.encoder.anchors)
        return replace(block, anchored=found)

    def _forgetting(self, block: Derived, clash: Indices) -> Derived:
        """Forget the fields of the implication at which a contradiction shows, or where none of them
        was told, everything the rules read."""
        known = dict(block.known)
        for number in np.unique(clash[clash >= 0]).tolist():
            rows = clash == number
            names = {self.encoder.names[a].field for a in self.implications.axes_of(number)} & known.keys()
            told = np.zeros(len(clash), dtype=np.bool_)
            for name in names:
                told |= said(known[name])
            for name in names:
                known[name] = forgotten(known[name], rows & told)
            for name in known.keys() & self.base.by_field.keys() - {"application_date"}:
                known[name] = forgotten(known[name], rows & ~told)
        return replace(block, known=known)

    # what is missing -----------------------------------------------------------------------

    def _list_dates(self, block: Derived) -> Mapping[str, tuple[str, Flags]]:
        """The fields whose lists go by a date, that date, and where the field itself is known."""
        known = {name: (day, block.known.get(name)) for name, day in self.dates}
        return {name: (day, said(values)) for name, (day, values) in known.items() if isinstance(values, Coded)}

    # what is claimed -----------------------------------------------------------------------

    def staked(self, number: int, judged: Judged, history: History) -> Staked:
        """What a benefit puts up for payment."""
        if not isinstance(judged, ByPart):
            return self.staked_rows(number, judged, history)
        relations, codes = self.purse.relations(number), self.purse.codes[number]
        if relations:
            return history.tabled(judged, relations, codes)
        with self._lock:
            stakes = self._stakes.get(number)
            if stakes is None or stakes.verdicts is not judged.verdicts:
                stakes = self._stakes[number] = PartStakes(judged.verdicts, codes)
        return Tabled(judged.parts, stakes.upto(int(judged.parts.max(initial=-1)) + 1))

    def staked_rows(self, number: int, judged: Judged, history: History, rows: Indices | None = None) -> Staked:
        """What a benefit puts up for payment row by row; only for `rows`, if these are given."""
        found, relations = figured(judged, rows), self.purse.relations(number)
        return history.applied(self.base.benefits[number], found, relations) if relations else found
