"""An invented population, that is said to be invented."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from talent_rules.cells import Cells, Choices, Line, mask_of
from talent_rules.conditions import AllOf
from talent_rules.diff.people import People, Piece
from talent_rules.engines.columns import BLOCK, Batch
from talent_rules.engines.known import Coded, Exact, Known, Numbers, scale_of, unscaled
from talent_rules.logic import Masks, narrow, replace
from talent_rules.model import Facts, Number, Value
from talent_rules.regions import everybody, find, joint_space
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.vocabulary import Field, Kind

#: how many are made from nothing
MODELS = 500
#: how often an invented person is drawn towards some benefit's conditions
LIKELY = 0.8
#: how often somebody has no title and is no exception, where nothing says otherwise
ORDINARY = 0.7
_ORDINARY = ("none", "no", "other")
#: how far an invented number may lie beyond the last limit of the rules
_TYPICAL = {Kind.MONEY: 1_000_000, Kind.AREA: 200, Kind.MONTHS: 36, Kind.COUNT: 2}
_REACH = {Kind.COUNT: 10, Kind.MONEY: 40_000_000, Kind.AREA: 60, Kind.MONTHS: 36, Kind.DATE: 500}


class Invented(People):
    """People who do not exist, the same for the same seed; each fits the vocabulary.

    Most are drawn towards the conditions of some benefit, or towards somebody in `like`, so that
    limits are crossed; shares of the population therefore mean nothing, only who gains and loses.
    Beyond the first MODELS everybody resembles one of those, with numbers of their own inside the same limits.
    """

    def __init__(self, base: RuleBase, count: int, seed: int, like: Sequence[Facts] = ()) -> None:
        self._base, self._count, self._seed = base, count, seed
        rng = random.Random(seed)
        self._models = [_model(base, rng, like) for _ in range(min(count, MODELS))]
        self._columns = tuple(_columns(base, self._models, rng))

    def __len__(self) -> int:
        return self._count

    def pieces(self, size: int = BLOCK) -> Iterator[Piece]:
        """All of them, `size` at a time."""
        for start in range(0, self._count, size):
            yield Piece(start, range(start, min(start + size, self._count)))

    def read(self, piece: Piece) -> Batch:
        """What is known of the people of a piece."""
        numbers = np.arange(piece.rows.start, piece.rows.stop, dtype=np.uint64)
        which = np.where(numbers < len(self._models), numbers, _mixed(numbers, self._seed) % np.uint64(MODELS))
        known = {c.field: c.known(which.astype(np.intp), numbers, self._seed) for c in self._columns}
        return Batch(len(numbers), known, {}, np.zeros(len(numbers), dtype=np.bool_), (), pa.table({}), {})

    def facts(self, number: int) -> Facts:
        """What is known of one of them."""
        batch, fields = self.read(Piece(number, range(number, number + 1))), self._base.vocabulary.fields
        values: dict[str, Value] = {}
        for name, known in batch.known.items():
            if isinstance(known, Coded):
                value = known.values[int(known.codes[0])]
                if value is not None:
                    values[name] = value
            elif isinstance(known, Numbers) and known.given[0]:
                values[name] = unscaled(int(known.lo[0]), scale_of(fields[name]))
        return Facts(values)


def invented(base: RuleBase, count: int, seed: int, like: Sequence[Facts] = ()) -> list[Facts]:
    """So many invented people, one by one."""
    people = Invented(base, count, seed, like)
    return [people.facts(number) for number in range(count)]


def _mixed(numbers: npt.NDArray[np.uint64], salt: int) -> npt.NDArray[np.uint64]:
    """Numbers as good as drawn: the same for the same number, whatever piece it is read in (splitmix64)."""
    with np.errstate(over="ignore"):
        found = (numbers + np.uint64(salt % 2**63)) * np.uint64(0x9E3779B97F4A7C15)
        found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: npt.NDArray[np.uint64] = found ^ (found >> np.uint64(31))
    return mixed


@dataclass(frozen=True, slots=True)
class _Column:
    """One field of invented people: a value of each model, or the ends between which a number is drawn."""

    field: str
    values: tuple[Value | None, ...] = ()
    lo: npt.NDArray[np.int64] | None = None
    hi: npt.NDArray[np.int64] | None = None
    scale: int = 1

    def known(self, which: npt.NDArray[np.intp], numbers: npt.NDArray[np.uint64], seed: int) -> Known:
        """The field for people like these models, with these numbers."""
        if self.lo is None or self.hi is None:
            return Coded(which, self.values)
        lo, hi = self.lo[which], self.hi[which]
        drawn = _mixed(numbers, seed + zlib.crc32(self.field.encode())) % (hi - lo + 1).astype(np.uint64)
        return Exact((lo + drawn.astype(np.int64)) * self.scale, np.ones(len(which), dtype=np.bool_))


def _model(base: RuleBase, rng: random.Random, like: Sequence[Facts]) -> Masks:
    """One cell of every axis that fit each other."""
    masks = everybody(base)
    if like and rng.random() < LIKELY / 2:
        masks = _resembling(base, rng.choice(like), masks)
    elif base.benefits and rng.random() < LIKELY:
        masks = _towards(base, rng, masks, rng.choice(base.benefits))
    axes = list(base.cells)
    for number in rng.sample(range(len(axes)), len(axes)):
        for bit in _drawn(base.cells[axes[number]], masks[number], rng):
            narrowed = narrow(base.constraints, replace(masks, number, bit))
            if narrowed is not None:
                masks = narrowed
                break
    return masks


def _columns(base: RuleBase, models: Sequence[Masks], rng: random.Random) -> Iterator[_Column]:
    """The fields the rules read, what amounts are computed from, and what the report groups by."""
    sets: dict[str, list[set[str]]] = {}
    told = {"application_date"}
    for number, (axis, cells) in enumerate(base.cells.items()):
        placed = [masks[number].bit_length() - 1 for masks in models]
        entry = base.vocabulary.fields[axis.field]
        if axis.facet.startswith("∋"):
            members = sets.setdefault(axis.field, [set() for _ in models])
            for group, cell in zip(members, placed, strict=True):
                group.update({axis.facet[1:]} if cell else ())
        elif not axis.facet and axis.field not in told:
            told.add(axis.field)
            yield _field(entry, cells, placed)
    for name, groups in sets.items():
        told.add(name)
        yield _Column(name, tuple(frozenset(g) for g in groups))
    for name in sorted({n for c in base.circuits for n in c.numbers} | {"district"}):
        other = base.vocabulary.fields.get(name)
        if name not in told and other is not None:
            yield from _other(other, len(models), rng)


def _field(entry: Field, cells: Cells, placed: Sequence[int]) -> _Column:
    if isinstance(cells, Choices):
        return _Column(entry.id, tuple(bool(c) if entry.kind is Kind.FLAG else cells.values[c] for c in placed))
    ends = [_ends(entry, cells, cell) for cell in placed]
    lo = np.array([int(e[0]) for e in ends], dtype=np.int64)
    return _Column(entry.id, (), lo, np.maximum(lo, [int(e[1]) for e in ends]), scale_of(entry))


def _other(entry: Field, count: int, rng: random.Random) -> Iterator[_Column]:
    if entry.options:
        yield _Column(entry.id, tuple(rng.choice(entry.options).id for _ in range(count)))
    elif entry.kind.numeric:
        lo = np.full(count, int(entry.lo or 0), dtype=np.int64)
        yield _Column(entry.id, (), lo, lo + _TYPICAL.get(entry.kind, 3), scale_of(entry))


def _drawn(cells: Cells, mask: int, rng: random.Random) -> list[int]:
    """The cells in the order to try them: most people have no title and are no exception."""
    bits = [1 << i for i in range(mask.bit_length()) if mask >> i & 1]
    rng.shuffle(bits)
    if isinstance(cells, Choices) and rng.random() < ORDINARY:
        plain = cells.among(_ORDINARY)
        bits.sort(key=lambda b: not b & plain)
    return bits


def _resembling(base: RuleBase, facts: Facts, masks: Masks) -> Masks:
    """The masks narrowed to what is known of somebody."""
    for name, value in facts.values.items():
        for number, axis, cells in base.by_field.get(name, ()):
            if not axis.facet:
                known = masks[number] & mask_of(cells, value)
            elif axis.facet.startswith("∋") and isinstance(value, frozenset):
                known = 2 if axis.facet[1:] in value else 1
            else:
                continue
            masks = replace(masks, number, known or masks[number])
    return narrow(base.constraints, masks) or everybody(base)


def _towards(base: RuleBase, rng: random.Random, masks: Masks, benefit: Benefit) -> Masks:
    """The masks narrowed to somebody who may have a benefit."""
    whole = AllOf((benefit.scope, benefit.condition))
    space = joint_space(base, [whole])
    start = tuple(_thinned(m, rng) for m in space.masks)
    parts = (space.formula(whole), *space.constraints)
    box = find(parts, start) or find(parts, space.masks)
    if box is None:
        return masks
    for axis, mask in zip(space.axes, box, strict=True):
        if axis in base.axes and axis.field != "application_date":
            masks = replace(masks, base.axes[axis], mask)
    return narrow(base.constraints, masks) or everybody(base)


def _thinned(mask: int, rng: random.Random) -> int:
    """Some of the cells, so that different people come out."""
    kept = sum(1 << i for i in range(mask.bit_length()) if mask >> i & 1 and rng.random() < 0.6)
    return kept or mask


def _ends(entry: Field, cells: Line, cell: int) -> tuple[Number, Number]:
    low, high = cells.bounds(cell)
    reach = _REACH[entry.kind]
    lo = None if low is None else low[0] + low[1]
    hi = None if high is None else high[0] - (1 - high[1])
    if entry.lo is not None:
        lo = entry.lo if lo is None else max(lo, entry.lo)
    if lo is None:
        lo = (hi if hi is not None else date(2022, 1, 1).toordinal()) - reach
    hi = lo + reach if hi is None else hi
    if entry.hi is not None:
        hi = min(hi, entry.hi)
    return Fraction(lo).__ceil__(), Fraction(hi).__floor__()
