"""Sets of people over cells: somebody inside a set, the widest box around them, and both in words.

Lint, coverage and the difference of two versions all ask the same questions of the same form; the
answers are exact, and every one of them can name a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from talent_rules.cells import (
    FALSE,
    FLAG_CELLS,
    TRUE,
    Both,
    Cells,
    Either,
    Formula,
    Leaf,
    Line,
    Tally,
    formula,
    negated,
    open_axis,
    split,
)
from talent_rules.cellwords import cell_value, choices, facet_words, stretches
from talent_rules.conditions import AllOf, AnyOf, Axis, Condition, NoneOf, Stated, opens
from talent_rules.logic import Masks, halves, kleene, narrow, replace, satisfiable, undecided_leaves
from talent_rules.model import Facts, Value
from talent_rules.points import signs
from talent_rules.rulebase import Circuit, Implication, RuleBase
from talent_rules.vocabulary import Field

OPEN_FIELD = "?"


@dataclass(frozen=True)
class Space:
    """Numbered axes with their cells; `masks` is where every person lies, under `constraints`."""

    fields: Mapping[str, Field]
    axes: tuple[Axis, ...]
    cells: tuple[Cells, ...]
    masks: Masks
    constraints: tuple[Formula, ...]
    beside: int = 0  # from this axis on they only come in through the implications; 0: none do

    @cached_property
    def full(self) -> Masks:
        """Every cell of every axis, also outside the range of a field."""
        return tuple((1 << c.size) - 1 for c in self.cells)

    @cached_property
    def numbering(self) -> Mapping[Axis, int]:
        """The number of each axis."""
        return {axis: number for number, axis in enumerate(self.axes)}

    @cached_property
    def by_axis(self) -> Mapping[Axis, Cells]:
        """The cells of each axis."""
        return dict(zip(self.axes, self.cells, strict=True))

    def formula(self, node: Condition) -> Formula:
        """A condition over these axes."""
        return formula(node, self.numbering, self.by_axis)

    def negated(self, node: Formula) -> Formula:
        """The opposite."""
        return negated(node, self.full)

    def possible(self, *parts: Formula, masks: Masks | None = None) -> bool:
        """Whether somebody is in all of these sets."""
        return satisfiable((*parts, *self.constraints), self.masks if masks is None else masks)

    def witness(self, *parts: Formula, masks: Masks | None = None, keep: Collection[int] = ()) -> Masks | None:
        """The cells of somebody in all of these sets, everything that does not matter left open.

        What is said of the axes to `keep` is given up last.
        """
        start = self.masks if masks is None else masks
        box = find((*parts, *self.constraints), start)
        return None if box is None else self._shrunk(parts, box, start, keep)

    def _order(self, keep: Collection[int]) -> list[int]:
        """The axes in the order they are given up: what only implications bring in first, so that people are described
        by what the rules themselves ask."""
        return sorted(range(len(self.axes)), key=lambda n: (n in keep, not self._comes_beside(n)))

    def _comes_beside(self, number: int) -> bool:
        return 0 < self.beside <= number and self.axes[number].field != OPEN_FIELD

    def _shrunk(self, parts: Sequence[Formula], box: Masks, start: Masks, keep: Collection[int]) -> Masks:
        for number in self._order(keep):
            mask = start[number]
            if box[number] == mask:
                continue
            wider = replace(box, number, mask)
            if all(kleene(p, wider) is True for p in parts) and satisfiable(self.constraints, wider):
                box = wider
        return box

    def widest(self, box: Masks, *parts: Formula, keep: Collection[int] = ()) -> Masks:
        """The box grown axis by axis as long as everybody in it stays in all of these sets."""
        outside = Either(tuple(self.negated(p) for p in parts))
        for number in self._order(keep):
            box = replace(box, number, self._grown(box, number, self.cells[number], outside))
        return box

    def _grown(self, box: Masks, number: int, cells: Cells, outside: Formula) -> int:
        allowed = self.masks[number]
        if not self.possible(outside, masks=replace(box, number, allowed)):
            return allowed
        for cell in range(cells.size):
            bit = 1 << cell
            if allowed & bit and not box[number] & bit:
                wider = replace(box, number, box[number] | bit)
                if not self.possible(outside, masks=wider):
                    box = wider
        return box[number]

    def cover(self, *parts: Formula, limit: int = 12, keep: Collection[int] = ()) -> Iterator[Masks]:
        """Boxes that together are exactly the people in all of these sets, at most `limit`."""
        left: tuple[Formula, ...] = parts
        for _ in range(limit):
            found = self.witness(*left)
            if found is None:
                return
            box = self.widest(self._point(found), *parts, keep=keep)
            yield box
            left = (*left, _outside(box, self.masks, self.full))

    def _point(self, box: Masks) -> Masks:
        """One person in a box."""
        found = find(self.constraints, box) or box
        return tuple(m & -m if m else m for m in found)

    # words and facts -----------------------------------------------------------------------

    def words(self, box: Masks, *, only: Iterable[Axis] | None = None) -> str:
        """A box as a sentence: what is restricted, axis by axis."""
        wanted = None if only is None else set(only)
        said = []
        for number, axis in enumerate(self.axes):
            if box[number] == self.masks[number] or axis.field == OPEN_FIELD:
                continue
            if wanted is None or axis in wanted:
                said.append(self.axis_words(number, box[number]))
        return "，".join(said)

    def axis_words(self, number: int, mask: int) -> str:
        """What a mask says about one axis."""
        axis, cells = self.axes[number], self.cells[number]
        entry = self.fields[axis.field]
        if axis.facet[:1] in ("∋", "∈", "="):
            return facet_words(entry, axis, bool(mask & 2))
        name = entry.name + (f"（按{self.fields[axis.facet[1:]].name}）" if axis.facet else "")
        if isinstance(cells, Line):
            return f"{name} {stretches(entry, cells, mask & self.masks[number])}"
        return f"{name} {choices(entry, cells, mask & self.masks[number])}"

    def person(self, box: Masks) -> str:
        """Somebody in a box: `学位=硕士 年龄=41周岁`; what does not matter is left out."""
        point = self._point(box)
        said = []
        for number, axis in enumerate(self.axes):
            if box[number] == self.masks[number] or axis.field == OPEN_FIELD:
                continue
            entry, cell = self.fields[axis.field], point[number].bit_length() - 1
            if axis.facet[:1] in ("∋", "∈", "="):
                said.append(facet_words(entry, axis, cell == 1))
            else:
                value = cell_value(entry, self.cells[number], cell)
                said.append(f"{entry.name}={entry.show(value)}")
        return " ".join(said) or "任何人"

    def facts(self, box: Masks, near: Mapping[int, int] | None = None) -> Facts:
        """Somebody in a box as facts; what does not matter stays unknown.

        `near` maps an axis to a cell to stand next to, for people just at a limit.
        """
        point = self._point(box)
        values: dict[str, Value] = {}
        sets: dict[str, set[str]] = {}
        for number, axis in enumerate(self.axes):
            if box[number] == self.masks[number] or axis.field == OPEN_FIELD:
                continue
            entry, cell = self.fields[axis.field], point[number].bit_length() - 1
            if axis.facet.startswith("∋"):
                members = sets.setdefault(axis.field, set())
                members |= {axis.facet[1:]} if cell else set()
            elif axis.facet.startswith("="):
                if cell:
                    values[axis.field] = axis.facet[1:]
            elif not axis.facet:
                values[axis.field] = cell_value(entry, self.cells[number], cell, (near or {}).get(number))
        values.update({name: frozenset(members) for name, members in sets.items()})
        return Facts(values)


def find(parts: Iterable[Formula], masks: Masks) -> Masks | None:
    """Masks of which every completion makes all parts true; None when there is none."""
    pending = tuple(parts)
    narrowed = narrow(pending, masks)
    if narrowed is None:
        return None
    pending = tuple(p for p in pending if kleene(p, narrowed) is None)
    if not pending:
        return narrowed
    shortest = min(pending, key=lambda p: 1 if isinstance(p, Leaf) else len(p.parts))
    leaf = next(undecided_leaves(shortest, narrowed))
    for half in halves(leaf, narrowed):
        found = find(pending, half)
        if found is not None:
            return found
    return None


def _outside(box: Masks, start: Masks, full: Masks) -> Formula:
    leaves = tuple(Leaf(n, full[n] & ~mask) for n, mask in enumerate(box) if mask != start[n])
    return leaves[0] if len(leaves) == 1 else Either(leaves)


# ── spaces ──────────────────────────────────────────────────────────────────────────────────


def everybody(base: RuleBase) -> Masks:
    """The masks of knowing nothing, with every certain conclusion drawn."""
    return base.once("everybody", lambda: narrow(base.constraints, base.full) or base.full)


def circuit_space(base: RuleBase, circuit: Circuit) -> Space:
    """The axes of one benefit."""
    return Space(
        base.vocabulary.fields, circuit.axes, circuit.cells, circuit.pick(everybody(base)), circuit.constraints
    )


def joint_space(base: RuleBase, conditions: Sequence[Condition]) -> Space:
    """The axes of several conditions of one rule base, with the implications that tie them."""
    own = list(split(base.vocabulary.fields, conditions))
    linked, extra = base._linked(own)
    start = everybody(base)
    axes = [*own, *extra]
    cells = [base.cells[a] for a in axes]
    masks = [start[base.axes[a]] for a in axes]
    for leaf in dict.fromkeys(open_axis(o) for c in conditions for o in opens(c)):
        axes.append(leaf)
        cells.append(FLAG_CELLS)
        masks.append(3)
    return _with_constraints(base.vocabulary.fields, axes, cells, masks, linked, len(own))


def whole_space(base: RuleBase) -> Space:
    """Every axis of a rule base, those of its open leaves after the others, and no constraints."""
    axes, cells, masks = list(base.axes), list(base.cells.values()), list(everybody(base))
    for leaf in dict.fromkeys(a for c in base.circuits for a in c.axes if a.field == OPEN_FIELD):
        axes.append(leaf)
        cells.append(FLAG_CELLS)
        masks.append(3)
    return Space(base.vocabulary.fields, tuple(axes), tuple(cells), tuple(masks), ())


def tying(base: RuleBase, axes: Iterable[Axis]) -> tuple[Formula, ...]:
    """The implications that tie these axes of a rule base together, over all its axes."""
    linked = {id(i) for i in base._linked(a for a in axes if a.field != OPEN_FIELD)[0]}
    return tuple(c for i, c in zip(base.implications, base.constraints, strict=True) if id(i) in linked)


def shared_space(
    fields: Mapping[str, Field], conditions: Sequence[Condition], implications: Sequence[Implication]
) -> Space:
    """One cell split for conditions of several rule bases."""
    known = [i for i in implications if all(a.field in fields for a in split(fields, (i.when, i.then)))]
    cells = split(fields, [*conditions, *(c for i in known for c in (i.when, i.then))])
    own = split(fields, conditions)
    axes = [*(a for a in cells if a in own), *(a for a in cells if a not in own)]
    every = [cells[a] for a in axes]
    masks = [c.full for c in every]
    for leaf in dict.fromkeys(open_axis(o) for c in conditions for o in opens(c)):
        axes.append(leaf)
        every.append(FLAG_CELLS)
        masks.append(3)
    return _with_constraints(fields, axes, every, masks, known, len(own))


def _with_constraints(
    fields: Mapping[str, Field],
    axes: Sequence[Axis],
    cells: Sequence[Cells],
    masks: Sequence[int],
    implications: Iterable[Implication],
    beside: int,
) -> Space:
    bare = Space(fields, tuple(axes), tuple(cells), tuple(masks), ())
    clauses = tuple(bare.formula(AnyOf((NoneOf((i.when,)), i.then))) for i in implications)
    return Space(fields, bare.axes, bare.cells, narrow(clauses, bare.masks) or bare.masks, clauses, beside)


# ── open leaves ─────────────────────────────────────────────────────────────────────────────


def certain(space: Space, node: Formula) -> Formula:
    """The formula with every open leaf settled against it: what holds whatever is decided."""
    return _settled(space, node, FALSE)


def thinkable(space: Space, node: Formula) -> Formula:
    """The formula with every open leaf settled for it: what may hold. Each leaf stands once."""
    return _settled(space, node, TRUE)


def _settled(space: Space, node: Formula, value: Formula) -> Formula:
    if isinstance(node, Leaf):
        return value if space.axes[node.axis].field == OPEN_FIELD else node
    if isinstance(node, Tally):
        return _settled_tally(space, node, value)
    kind: type[Both] | type[Either] = type(node)
    return kind(tuple(_settled(space, p, value) for p in node.parts))


def _settled_tally(space: Space, node: Tally, value: Formula) -> Formula:
    """An open part goes where it hurts, or helps: up for points that are taken off, or not to be reached."""
    help_it = (value is TRUE) is not node.short
    parts = list(node.parts)
    for number, sign in signs(node.score):
        best = TRUE if help_it is (sign > 0) else FALSE
        settled = _settled(space, node.parts[number], best)
        if settled != node.parts[number]:
            if not sign:
                return value
            parts[number] = settled
    return Tally(tuple(parts), node.score, node.least, node.short)


def beside(node: Condition, path: Sequence[int]) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """What must be true, and what must be false, for one part of a tree to decide the whole.

    `path` counts children from the root. What stands beside it under 全部 has to be true, under 任一
    or 都不 false.
    """
    true: list[Condition] = []
    false: list[Condition] = []
    for step in path:
        if isinstance(node, Stated):
            node = node.part
            continue
        assert isinstance(node, (AllOf, AnyOf, NoneOf))
        others = (*node.parts[:step], *node.parts[step + 1 :])
        if isinstance(node, AllOf):
            true += others
        else:
            false += others
        node = node.parts[step]
    return tuple(true), tuple(false)


def deciding(space: Space, node: Condition, path: Sequence[int]) -> Formula:
    """Where one part of a tree decides what becomes of the whole, open leaves staying open.

    Either the whole may hold with the part and cannot without it, or it surely holds with the part
    and need not without it.
    """
    true, false = beside(node, path)
    holding = [space.formula(c) for c in true]
    failing = [space.negated(space.formula(c)) for c in false]
    may = (*(thinkable(space, f) for f in holding), *(certain(space, f) for f in failing))
    must = (*(certain(space, f) for f in holding), *(thinkable(space, f) for f in failing))
    return Either((Both(may), Both(must)))
