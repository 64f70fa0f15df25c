"""Benefits whose amount is computed from the person's own numbers, judged for whole blocks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from threading import RLock

import numpy as np

from talent_rules.engines.folding import Entries, Indices
from talent_rules.engines.formulas import Expression, TooFine, expression, value
from talent_rules.engines.judged import ByRow
from talent_rules.engines.known import NO_HI, NO_LO, Exact, Flags, Ints, Known, Numbers, scale_of, span_of
from talent_rules.engines.partitions import NO_END, OPEN, OUTCOMES, Partition, row_of
from talent_rules.model import Span

_BY_ONE, _NO_MONEY = -1, -2
_AS_REPORTED = NO_END - 1


class Pricing:
    """The expressions of one partition's parts, and what is missing for each kind of row.

    A kind is a part together with which of its numbers, and whether the amount, are settled.
    """

    def __init__(self, partition: Partition) -> None:
        self.partition = partition
        fields = partition.base.vocabulary.fields
        self.names = partition.circuit.numbers
        self.scales = {name: scale_of(fields[name]) for name in self.names}
        self.kinds = 2 << len(self.names)
        self._lock = RLock()
        self._shapes: list[int] = []
        self._expressions: list[Expression] = []
        self._by_core: dict[Hashable, int] = {}
        self._checked: dict[tuple[int, int], tuple[int, int]] = {}
        self._missing: Ints = np.empty(0, dtype=np.int64)
        self._verified: Ints = np.empty((0, 2), dtype=np.int64)

    def judge(self, parts: Entries, known: Mapping[str, Known], dates: Mapping[str, tuple[str, Flags]]) -> ByRow:
        """The benefit row by row; `dates` as in `asking_dates`."""
        verdicts = self.partition.verdicts
        rows = np.flatnonzero(np.take(OPEN[verdicts.outcome], parts))
        figures, asked = self._amounts(np.take(parts, rows).astype(np.intp), rows, known)
        return ByRow(parts, verdicts, dates, rows, figures, asked)

    def _amounts(self, parts: Indices, rows: Indices, known: Mapping[str, Known]) -> tuple[Ints, Ints]:
        """lo, hi, verified lo and hi of some rows (NO_END as in `Verdicts`), and the number of what is missing."""
        money = np.full((len(rows), 4), NO_END, dtype=np.int64)
        missing = np.take(self.partition.verdicts.missing, parts).astype(np.int64)
        if not rows.size:
            return money, missing
        spans = {n: _numbers(known.get(n), rows) for n in self.names}
        shapes = np.take(self._shaped(int(parts.max()) + 1), parts)
        by_one = shapes == _BY_ONE
        for shape in np.flatnonzero(np.bincount(shapes[shapes >= 0])).tolist():
            places = np.flatnonzero(shapes == shape)
            chosen = {n: (_at(s, places), self.scales[n]) for n, s in spans.items()}
            try:
                found = value(self._expressions[shape], chosen)
            except TooFine:
                by_one[places] = True
                continue
            money[places, 0] = found.lo
            money[places, 1] = np.where(found.hi >= NO_HI, NO_END, found.hi)
        self._reasons(parts, spans, np.flatnonzero(~by_one), money, missing)
        for place in np.flatnonzero(by_one).tolist():
            self._one(int(parts[place]), place, self._figures(spans, place), money, missing)
        return money, missing

    def _shaped(self, parts: int) -> Indices:
        """The number of each part's expression."""
        with self._lock:
            for part in range(len(self._shapes), parts):
                self._shapes.append(self._shape(part))
            return np.array(self._shapes, dtype=np.intp)

    def _shape(self, part: int) -> int:
        if not OPEN[self.partition.verdicts.outcome[part]]:
            return _NO_MONEY
        key = self.partition.core(part)
        if key not in self._by_core:
            self._by_core[key] = self._new_shape(part)
        return self._by_core[key]

    def _new_shape(self, part: int) -> int:
        try:
            found = expression(self.partition.base, self.partition.number, self.partition.masks(part)[0])
        except TooFine:
            return _BY_ONE
        if found is None:
            return _NO_MONEY
        if found not in self._expressions:
            self._expressions.append(found)
        return self._expressions.index(found)

    def _reasons(
        self, parts: Indices, spans: Mapping[str, Numbers], together: Indices, money: Ints, missing: Ints
    ) -> None:
        """Verified ends and missing fields, from the exact verdict on one row of each kind."""
        kind = (money[:, 0] == money[:, 1]).astype(np.intp)
        for span in spans.values():
            kind = 2 * kind + (span.lo == span.hi)
        kind = np.take(parts * self.kinds + kind, together)
        with self._lock:
            self._room(int(kind.max(initial=-1)) + 1)
            unseen = np.flatnonzero(np.take(self._missing, kind) < 0)
            first = np.unique(kind[unseen], return_index=True)[1]
            for place in unseen[first].tolist():
                self._see(int(kind[place]), self._figures(spans, int(together[place])), money[together[place]])
            asked, verified = np.take(self._missing, kind), np.take(self._verified, kind, axis=0)
        missing[together] = asked
        money[together, 2:] = np.where(verified == _AS_REPORTED, money[together, :2], verified)

    def _room(self, size: int) -> None:
        more = size - len(self._missing)
        if more > 0:
            self._missing = np.concatenate([self._missing, np.full(more, -1, dtype=np.int64)])
            self._verified = np.concatenate([self._verified, np.full((more, 2), NO_END, dtype=np.int64)])

    def _see(self, kind: int, figures: tuple[Span, ...], by_vector: Ints) -> None:
        part = kind // self.kinds
        exact = by_vector[0] == by_vector[1]
        self._missing[kind] = self._asked(part, exact, figures)
        self._verified[kind] = self._check(part, figures, by_vector, kind % self.kinds)

    def _check(self, part: int, figures: tuple[Span, ...], by_vector: Ints, pattern: int) -> tuple[int, int]:
        """The verified ends, or _AS_REPORTED, from `stake`, which has to agree with the vectors.

        Asked once for each expression and pattern of settled numbers, not for every part.
        """
        key = (self._shapes[part], pattern)
        if key not in self._checked:
            row = row_of(self.partition.stake(part, figures)[1])
            if row[:2] != tuple(by_vector[:2].tolist()):
                raise AssertionError(f"part {part}: {row[:2]} by `stake`, {by_vector[:2]} by vectors")
            graded = self.partition.base.benefits[self.partition.number].grade.verified
            self._checked[key] = (_AS_REPORTED, _AS_REPORTED) if graded and row[0] > NO_END else row[2:]
        return self._checked[key]

    def _asked(self, part: int, exact: bool, figures: tuple[Span, ...]) -> int:
        waiting = [n for n, s in zip(self.names, figures, strict=True) if s.lo != s.hi]
        outcome = OUTCOMES[int(self.partition.verdicts.outcome[part])]
        return self.partition.verdicts.text(self.partition.missing(part, outcome, exact, waiting))

    def _one(self, part: int, row: int, figures: tuple[Span, ...], money: Ints, missing: Ints) -> None:
        _, found = self.partition.stake(part, figures)
        money[row] = row_of(found)
        missing[row] = self._asked(part, found is None or found.exact, figures)

    def _figures(self, spans: Mapping[str, Numbers], place: int) -> tuple[Span, ...]:
        """The numbers of a row as `derive.number_span` gives them."""
        found = []
        for name, whole in zip(self.names, self.partition.unknown, strict=True):
            span = span_of(int(spans[name].lo[place]), int(spans[name].hi[place]), self.scales[name])
            lo, hi = whole.lo if span.lo is None else span.lo, whole.hi if span.hi is None else span.hi
            found.append(Span(lo, hi))
        return tuple(found)


def _at(span: Numbers, places: Indices) -> Numbers:
    if isinstance(span, Exact):
        return Exact(np.take(span.value, places), np.take(span.given, places))
    return Numbers(np.take(span.lo, places), np.take(span.hi, places), np.take(span.given, places))


def _numbers(known: Known | None, rows: Indices) -> Numbers:
    if isinstance(known, Numbers):
        return _at(known, rows)
    absent: Flags = np.zeros(len(rows), dtype=np.bool_)
    return Numbers(np.full(len(rows), NO_LO, dtype=np.int64), np.full(len(rows), NO_HI, dtype=np.int64), absent)
