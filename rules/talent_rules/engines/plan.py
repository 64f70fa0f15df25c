"""Everything a rule base has prepared for batches: codes, implications, partitions and totals.

A plan only ever grows; what it has judged once it keeps, and threads share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import RLock

import numpy as np

from talent_rules.engines.codes import AxisRows, Encoder
from talent_rules.engines.deriving import Derived, ListTables, anchored
from talent_rules.engines.folding import Indices
from talent_rules.engines.implying import Implications
from talent_rules.engines.known import NO_HI, Coded, Flags, Ints, Known, forgotten, put, said, taken
from talent_rules.engines.partitions import NO_END, OPEN, OUTCOMES, Partition, Verdicts
from talent_rules.engines.priced import Pricing
from talent_rules.engines.totals import Paid, Purse, Totals
from talent_rules.model import Facts, Grade, Money, Outcome, Range, Value, Verdict
from talent_rules.rulebase import RuleBase

_FREQUENT = 8


@dataclass(frozen=True, slots=True)
class Judged:
    """One benefit of a block. `money` has lo, hi, verified lo and hi in 分 for the rows in `priced`
    (NO_END: no bound); `missing` numbers into `verdicts.texts`."""

    outcome: Ints
    priced: Flags
    money: Ints
    missing: Ints
    verdicts: Verdicts


@dataclass(frozen=True, slots=True)
class BlockResult:
    """A block decided: benefits in order, totals, the code of each axis as it was judged, and the rows
    whose facts contradict each other."""

    benefits: tuple[Judged, ...]
    totals: Totals
    codes: tuple[Indices, ...]
    contradicted: Flags | None
    impossible: Flags | None


class Plan:
    """The batch engine of one rule base."""

    def __init__(self, base: RuleBase) -> None:
        self.base = base
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
        self._claimed: dict[int, _Claimed] = {}
        self.lists = ListTables()

    def partition(self, number: int) -> Partition:
        """The partition of a benefit, wide enough for every code handed out so far."""
        with self._lock:
            found = self._partitions.get(number)
            if found is None or found.stale:
                found = self._partitions[number] = Partition(self.base, number, self.encoder.axes)
            return found

    def pricing(self, partition: Partition) -> Pricing:
        """How the amounts of a partition are computed."""
        with self._lock:
            found = self._pricings.get(partition.number)
            if found is None or found.partition is not partition:
                found = self._pricings[partition.number] = Pricing(partition)
            return found

    def claimed(self, partition: Partition) -> _Claimed:
        """What the parts of a partition claim."""
        with self._lock:
            found = self._claimed.get(partition.number)
            if found is None or found.partition is not partition:
                found = self._claimed[partition.number] = _Claimed(self, partition)
            return found

    def decide(self, block: Derived, history: History, rows: int) -> BlockResult:
        """Every benefit and the totals for a block of people."""
        block, codes, impossible = self.known(block, rows)
        wide = [c.astype(np.intp) for c in codes]
        schools = self._schools(block, rows)
        judged, paid = [], {}
        for number in range(len(self.base.benefits)):
            partition = self.partition(number)
            parts = partition.run(wide, rows)
            found = _looked_up(partition, parts)
            if partition.circuit.numbers:
                money, missing = self.pricing(partition).judge(parts, block.known)
                found = Judged(found.outcome, money[:, 0] > NO_END, money, missing, found.verdicts)
            judged.append(self._with_dates(found, schools))
            if number in self.purse.codes:
                paid[number] = self._claims(number, partition, parts, found, history)
        return BlockResult(tuple(judged), self.purse.totals(paid, rows), tuple(wide), None, impossible)

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

    def _schools(self, block: Derived, rows: int) -> Mapping[str, Flags]:
        found = {}
        for name, _ in self.dates:
            known = block.known.get(name)
            if isinstance(known, Coded):
                found[name] = said(known)
        return found

    def _with_dates(self, judged: Judged, schools: Mapping[str, Flags]) -> Judged:
        """Where a school is known and only the edition of its list is not, the date is what is missing."""
        missing = judged.missing
        for name, day in self.dates:
            if name not in schools:
                continue
            swap = np.arange(len(judged.verdicts.texts))
            for index, text in enumerate(judged.verdicts.texts[: len(swap)]):
                if name in text:
                    swap[index] = judged.verdicts.text(tuple(dict.fromkeys(day if m == name else m for m in text)))
            missing = np.where(schools[name], np.take(swap, missing), missing)
        if missing is judged.missing:
            return judged
        return Judged(judged.outcome, judged.priced, judged.money, missing, judged.verdicts)

    # what is claimed -----------------------------------------------------------------------

    def _claims(self, number: int, partition: Partition, parts: Indices, judged: Judged, history: History) -> Paid:
        relations = self.purse.relations(number)
        if partition.circuit.numbers:
            return self._varying(number, judged, history if relations else None)
        return Paid(history.claims(self, number, partition, parts, relations))

    def _varying(self, number: int, judged: Judged, history: History | None) -> Paid:
        """Claims from figures per row; figures that come up often get a code of their own."""
        rows = len(judged.outcome)
        codes: Indices = np.zeros(rows, dtype=np.intp)
        live = np.flatnonzero(judged.priced & OPEN[judged.outcome])
        if not live.size:
            return Paid(codes)
        sure = judged.outcome[live] == OUTCOMES.index(Outcome.ELIGIBLE)
        figures = _claimed(judged.money[live])
        if history is not None:
            figures, sure = history.applied(self, number, live, figures, sure)
        claim = self.purse.codes[number]
        keyed = np.concatenate([figures, sure[:, None].astype(np.int64)], axis=1)
        distinct, back, counts = np.unique(keyed, axis=0, return_inverse=True, return_counts=True)
        back = back.reshape(-1)
        common = counts >= _FREQUENT
        numbered = np.where(distinct[:, 3] == 1, 2, 1)
        for index in np.flatnonzero(common).tolist():
            lo, hi, verified, certain = distinct[index].tolist()
            numbered[index] = claim.code(bool(certain), lo, hi, verified)
        codes[live] = numbered[back]
        rare = ~common[back]
        if not bool(rare.any()):
            return Paid(codes)
        varies = np.zeros(rows, dtype=np.bool_)
        varies[live[rare]] = True
        return Paid(codes, varies, figures[rare])


def _claimed(money: Ints) -> Ints:
    """lo, hi, and the low end that is verified."""
    lo, hi = money[:, 0], np.where(money[:, 1] == NO_END, NO_HI, money[:, 1])
    return np.stack([lo, hi, np.minimum(money[:, 2], lo)], axis=1)


def _looked_up(partition: Partition, parts: Indices) -> Judged:
    verdicts = partition.verdicts
    verdicts.upto(int(parts.max(initial=-1)) + 1)
    money = verdicts.money
    priced = money[:, 0] > NO_END
    return Judged(
        np.take(verdicts.outcome, parts),
        np.take(priced, parts),
        np.take(money, parts, axis=0),
        np.take(verdicts.missing, parts),
        verdicts,
    )


# ── what was received before ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class History:
    """What each row received before: a code per row, and what each code stands for."""

    codes: Indices
    facts: tuple[Facts, ...]

    def claims(
        self, plan: Plan, number: int, partition: Partition, parts: Indices, relations: Sequence[object]
    ) -> Indices:
        """The claim code of each row of a benefit that is judged by its part alone."""
        ends = int(parts.max(initial=-1)) + 1
        claim = plan.purse.codes[number]
        if not relations:
            found: Indices = np.take(plan.claimed(partition).upto(ends), parts)
            return found
        keys = parts * len(self.facts) + self.codes
        distinct, back = np.unique(keys, return_inverse=True)
        codes = []
        for key in distinct.tolist():
            part, code = divmod(key, len(self.facts))
            codes.append(claim.of(_verdict(partition, part), plan.purse.relations(number), self.facts[code]))
        settled: Indices = np.take(np.array(codes, dtype=np.intp), back.reshape(-1))
        return settled

    def applied(self, plan: Plan, number: int, rows: Indices, figures: Ints, sure: Flags) -> tuple[Ints, Flags]:
        """The claims after history: what it takes away, refuses, or makes doubtful."""
        benefit = plan.base.benefits[number]
        relations = plan.purse.relations(number)
        figures, sure = figures.copy(), sure.copy()
        for place, row in enumerate(rows.tolist()):
            lo, hi, verified = figures[place].tolist()
            money = Money(Range(lo, None if hi >= NO_HI else hi), Range(verified, None), Grade.D)
            outcome = Outcome.ELIGIBLE if sure[place] else Outcome.NEEDS_INFO
            verdict = Verdict(benefit.id, benefit.name, outcome, money, (), (), (), ())
            code = plan.purse.codes[number].of(verdict, relations, self.facts[int(self.codes[row])])
            stake = plan.purse.codes[number].stakes[code]
            assert stake is not None
            figures[place] = [stake.lo or 0, stake.hi or 0, stake.verified_lo or 0]
            sure[place] = stake.sure
        return figures, sure


def _verdict(partition: Partition, part: int) -> Verdict:
    benefit = partition.base.benefits[partition.number]
    outcome, money = partition.stake(part)
    return Verdict(benefit.id, benefit.name, outcome, money, (), (), (), ())


class _Claimed:
    """The claim code of each part of a benefit nobody's history touches; grows with the partition."""

    def __init__(self, plan: Plan, partition: Partition) -> None:
        self.partition, self._claim = partition, plan.purse.codes[partition.number]
        self._lock = RLock()
        self._table: Indices = np.zeros(0, dtype=np.intp)

    def upto(self, parts: int) -> Indices:
        """The table of at least so many parts."""
        with self._lock:
            start = len(self._table)
            if start < parts:
                verdicts, eligible = self.partition.verdicts, OUTCOMES.index(Outcome.ELIGIBLE)
                more = np.zeros(parts - start, dtype=np.intp)
                for part in range(start, parts):
                    lo, hi, verified, _ = verdicts.money[part].tolist()
                    outcome = int(verdicts.outcome[part])
                    if lo > NO_END and OPEN[outcome]:
                        end = NO_HI if hi == NO_END else hi
                        more[part - start] = self._claim.code(outcome == eligible, lo, end, min(verified, lo))
                self._table = np.concatenate([self._table, more])
            return self._table


def history_of(received: Known | None, family: Known | None, paid: Sequence[Mapping[str, int]], rows: int) -> History:
    """The history of a block from its two columns; `paid` has the amounts per code of the first."""
    left = received if isinstance(received, Coded) else Coded(np.zeros(rows, dtype=np.int32), (None,))
    right = family if isinstance(family, Coded) else Coded(np.zeros(rows, dtype=np.int32), (None,))
    facts = []
    for index, had in enumerate(left.values):
        for other in right.values:
            values: dict[str, Value] = {}
            if had is not None:
                values["received"] = had
            if other is not None:
                values["family_received"] = other
            facts.append(Facts(values, paid[index] if paid else {}))
    codes = left.codes.astype(np.intp) * len(right.values) + right.codes
    return History(codes, tuple(facts))
