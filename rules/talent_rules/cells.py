"""Cells: each axis split into the few stretches that rules can tell apart.

A state of knowledge is a bit mask per axis, the cells still possible. A condition becomes a formula
over masks, and three-valued logic is two bit operations a leaf. All engines start from this form.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from talent_rules.conditions import (
    AllOf,
    Among,
    Atom,
    Axis,
    Between,
    Condition,
    Cut,
    NoneOf,
    Open,
    Reach,
    Stated,
    Test,
    atoms,
)
from talent_rules.model import Declined, Number, OneOf, Span, Value
from talent_rules.points import Added
from talent_rules.vocabulary import Field, Kind

_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of a numeric axis: between consecutive cuts, within the field's range."""

    cuts: tuple[Cut, ...]
    lo: Number | None
    hi: Number | None

    @property
    def full(self) -> int:
        """The mask of every cell inside the field's range."""
        return self.within(self.lo, self.hi)

    def locate(self, value: Number) -> int:
        """The number of the cell a value lies in."""
        return bisect_left(self.cuts, (value, _HALF))

    def within(self, lo: Number | None, hi: Number | None) -> int:
        """The mask of the cells touching [lo, hi]."""
        first = 0 if lo is None else self.locate(lo)
        last = len(self.cuts) if hi is None else self.locate(hi)
        return (1 << (last + 1)) - (1 << first) if last >= first else 0

    def mask(self, test: Test) -> int:
        """The mask of the cells that pass."""
        assert isinstance(test, Between)
        everything = (1 << (len(self.cuts) + 1)) - 1
        first = 0 if test.above is None else self.cuts.index(test.above) + 1
        last = len(self.cuts) if test.below is None else self.cuts.index(test.below)
        inside = ((1 << (last + 1)) - 1) & ~((1 << first) - 1)
        return everything & ~inside if test.outside else inside

    def bounds(self, cell: int) -> tuple[Cut | None, Cut | None]:
        """The cuts around a cell."""
        return (
            self.cuts[cell - 1] if cell else None,
            self.cuts[cell] if cell < len(self.cuts) else None,
        )

    def sample(self, cell: int, integral: bool) -> Number:
        """A value inside a cell, as near to its lower end as can be."""
        low, high = self.bounds(cell)
        step: Number = 1 if integral else _HALF
        start = None if low is None else low[0] + (step if low[1] else 0)
        floor = max((v for v in (start, self.lo) if v is not None), default=None)
        if floor is not None:
            return floor
        if high is None:
            return 0
        return high[0] - (0 if high[1] else step)

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.cuts) + 1


@dataclass(frozen=True, slots=True)
class Choices:
    """The cells of a choice axis: one a value."""

    values: tuple[str, ...]

    @property
    def full(self) -> int:
        """Every value."""
        return (1 << len(self.values)) - 1

    @property
    def size(self) -> int:
        """How many values there are."""
        return len(self.values)

    def mask(self, test: Test) -> int:
        """The mask of the values that pass."""
        assert isinstance(test, Among)
        return self.among(test.values)

    def among(self, values: Iterable[str]) -> int:
        """The mask of these values."""
        wanted = set(values)
        return sum(1 << i for i, v in enumerate(self.values) if v in wanted)


Cells = Line | Choices
FLAG_CELLS = Choices(("no", "yes"))


def split(entries: Mapping[str, Field], conditions: Iterable[Condition]) -> dict[Axis, Cells]:
    """Every axis the conditions read, with its cells, in a stable order."""
    cuts: dict[Axis, set[Cut]] = {}
    for condition in conditions:
        for atom in atoms(condition):
            found = cuts.setdefault(atom.axis, set())
            if isinstance(atom.test, Between):
                found |= {c for c in (atom.test.above, atom.test.below) if c is not None}
    return {axis: _cells(entries[axis.field], axis, cuts[axis]) for axis in sorted(cuts)}


def _cells(entry: Field, axis: Axis, cuts: set[Cut]) -> Cells:
    if axis.facet[:1] in ("∋", "∈", "=") or entry.kind is Kind.FLAG:
        return FLAG_CELLS
    if entry.kind.numeric:
        return Line(tuple(sorted(cuts)), entry.lo, entry.hi)
    return Choices(tuple(o.id for o in entry.options))


def mask_of(cells: Cells, value: Value) -> int:
    """The cells a known or partly known value leaves possible."""
    if isinstance(value, Declined):
        return cells.full
    if isinstance(cells, Line):
        if isinstance(value, Span):
            return cells.within(value.lo, value.hi)
        return 1 << cells.locate(value)  # type: ignore[arg-type]
    if isinstance(value, bool):
        return 2 if value else 1
    if isinstance(value, str):
        return 1 << cells.values.index(value) if value in cells.values else 0
    return cells.among(value.choices) if isinstance(value, OneOf) else cells.full


# ── formulas over masks ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Leaf:
    """Axis number `axis` lies in `mask`."""

    axis: int
    mask: int


@dataclass(frozen=True, slots=True)
class Both:
    """Every part is true."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Some part is true."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """The points over the truth of `parts` come to `least` hundredths or more; `short`: to less.

    `memo` keeps the ends of each component by the cells it reads: they change one axis at a time.
    """

    parts: tuple[Formula, ...]
    score: Added
    least: int
    short: bool = False
    memo: dict[object, object] = field(default_factory=dict, compare=False, repr=False)


Formula = Leaf | Both | Either | Tally
TRUE, FALSE = Both(()), Either(())


def formula(node: Condition, axes: Mapping[Axis, int], cells: Mapping[Axis, Cells], wanted: bool = True) -> Formula:
    """A condition (or its negation) as a formula; open leaves are flag axes named by their id."""
    if isinstance(node, Atom):
        mask = cells[node.axis].mask(node.test)
        full = (1 << cells[node.axis].size) - 1
        return Leaf(axes[node.axis], mask if wanted else full & ~mask)
    if isinstance(node, Open):
        return Leaf(axes[open_axis(node)], 2 if wanted else 1)
    if isinstance(node, Stated):
        return formula(node.part, axes, cells, wanted)
    if isinstance(node, Reach):
        tested = tuple(merged(formula(p, axes, cells)) for p in node.parts)
        return Tally(tested, node.score, node.least, not wanted)
    inner = wanted if not isinstance(node, NoneOf) else not wanted
    parts = tuple(formula(p, axes, cells, inner) for p in node.parts)
    conjunction = isinstance(node, (AllOf, NoneOf))
    return _join(parts, conjunction is wanted)


def _join(parts: tuple[Formula, ...], conjunction: bool) -> Formula:
    kind = Both if conjunction else Either
    flat: list[Formula] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def merged(node: Formula) -> Formula:
    """The same, the leaves of an axis made one: a row for each value of a field leaves none over."""
    if isinstance(node, (Leaf, Tally)):
        return node
    masks: dict[int, int] = {}
    others: list[Formula] = []
    for part in node.parts:
        if isinstance(part, Leaf):
            held = masks.get(part.axis)
            both = isinstance(node, Both)
            masks[part.axis] = part.mask if held is None else held & part.mask if both else held | part.mask
        else:
            others.append(part)
    return _join((*(Leaf(axis, mask) for axis, mask in masks.items()), *others), isinstance(node, Both))


def negated(node: Formula, full: tuple[int, ...]) -> Formula:
    """The opposite formula; `full` gives each axis its whole mask."""
    if isinstance(node, Leaf):
        return Leaf(node.axis, full[node.axis] & ~node.mask)
    if isinstance(node, Tally):
        return replace(node, short=not node.short)
    parts = tuple(negated(p, full) for p in node.parts)
    return _join(parts, isinstance(node, Either))


def leaves(node: Formula) -> Iterator[Leaf]:
    """Every leaf of a formula, in order."""
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from leaves(part)


def open_axis(node: Open) -> Axis:
    """The axis of an open leaf."""
    return Axis("?", node.id)
