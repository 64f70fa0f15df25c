"""The rule base: policies, benefits, relations and cases, compiled to circuits over shared axes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import TypeVar

from talent_rules.cells import (
    FLAG_CELLS,
    Cells,
    Either,
    Formula,
    Leaf,
    formula,
    leaves,
    merged,
    negated,
    open_axis,
    split,
)
from talent_rules.conditions import AllOf, AnyOf, Axis, Condition, NoneOf, counts_points, opens
from talent_rules.model import Basis, Grade, Place, Range, Source, Value
from talent_rules.money import Amount, Constant, Tallied, guards_of, numbers_of
from talent_rules.release import Release
from talent_rules.vocabulary import Vocabulary

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy document."""

    id: str
    name: str
    short_name: str = ""
    number: str = ""
    issuer: str = ""
    note: str = ""
    applies_on: str = "application_date"
    since: str = ""
    until: str = ""
    amends: str = ""
    #: ids of policies, or of single benefits of theirs, that end the day before this one begins
    replaces: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    coverage: tuple[tuple[str, str], ...] = ()
    file: str = ""
    place: Place = field(default_factory=Place, compare=False)

    @property
    def title(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """How a sum is paid: shares at an interval of months, once, or not said."""

    shares: tuple[int, ...] = (1,)
    interval: int = 0
    first: str = ""
    undecided: str = ""
    basis: Basis = field(default_factory=Basis)


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit of a policy. `scope` says when the text is in force, `condition` who gets it."""

    id: str
    policy: str
    name: str
    condition: Condition
    scope: Condition
    amount: Amount
    basis: Basis
    kind: str = "other"
    beneficiary: str = "个人"
    grade: Grade = Grade.D
    official: Range | None = None
    rounding: int = 1
    payment: PaymentPlan | None = None
    refs: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    channel: str = ""
    deadline: str = ""
    note: str = ""
    place: Place = field(default_factory=Place, compare=False)

    @property
    def local_id(self) -> str:
        """The id inside its policy."""
        return self.id.rsplit("/", 1)[-1]

    @property
    def to_person(self) -> bool:
        """Whether the person, not the employer or a team, is paid."""
        return self.beneficiary == "个人"


@dataclass(frozen=True, slots=True)
class Relation:
    """How benefits go together: 就高 择一 补差 扣减 不重复享受 可叠加 合计封顶 家庭一次 待定."""

    kind: str
    members: tuple[str, ...]
    basis: Basis
    grade: Grade = Grade.D
    limit: int | None = None
    received: tuple[str, ...] = ()
    note: str = ""
    place: Place = field(default_factory=Place, compare=False)
    #: where each of `members`, then each of `received`, is named
    places: tuple[Place, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A worked example beside the rules: facts and what the sources justify."""

    name: str
    policy: str
    as_of: int
    given: Mapping[str, object]
    expect: tuple[tuple[str, object, Place], ...]
    refs: tuple[str, ...] = ()
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True, slots=True)
class Implication:
    """Two conditions of which the second always holds where the first does."""

    when: Condition
    then: Condition
    place: Place = field(default_factory=Place, compare=False)


@dataclass(frozen=True, slots=True)
class Circuit:
    """A benefit over its own few axes: the form every engine starts from."""

    axes: tuple[Axis, ...]
    cells: tuple[Cells, ...]
    full: tuple[int, ...]
    scope: Formula
    opposite_scope: Formula
    condition: Formula
    opposite: Formula
    constraints: tuple[Formula, ...]
    guards: Mapping[Condition, tuple[Formula, Formula]]
    rows: Mapping[int, tuple[Formula, Formula]]  # the guards by the identity of their condition: no hashing of trees
    oracles: frozenset[int]
    pick: Callable[[tuple[int, ...]], tuple[int, ...]]
    numbers: tuple[str, ...]
    scored: bool = False  # whether points are counted, in its condition or as its amount


@dataclass(frozen=True)
class RuleBase:
    """Everything that is known of a place's policies; immutable, safe to share.

    `version` is `sha256:` and the hash of all files it was read from; `release` the bundle it came in.
    """

    place: str
    version: str
    vocabulary: Vocabulary
    policies: Mapping[str, Policy]
    benefits: tuple[Benefit, ...]
    relations: tuple[Relation, ...] = ()
    cases: tuple[Case, ...] = ()
    implications: tuple[Implication, ...] = ()
    name: str = ""
    release: Release | None = field(default=None, compare=False)

    def benefit(self, name: str) -> Benefit:
        """A benefit by full id, or by its last part where that is unique. Raises KeyError."""
        found = self._by_id.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def number_of(self, name: str) -> int:
        """The place of a benefit among all, by full id. Raises KeyError."""
        return self._numbers[name]

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {b.id: number for number, b in enumerate(self.benefits)}

    @cached_property
    def _by_id(self) -> Mapping[str, Benefit]:
        found = {b.id: b for b in self.benefits}
        counts: dict[str, int] = {}
        for benefit in self.benefits:
            counts[benefit.local_id] = counts.get(benefit.local_id, 0) + 1
        return found | {b.local_id: b for b in self.benefits if counts[b.local_id] == 1}

    @cached_property
    def paid_to_persons(self) -> frozenset[str]:
        """The benefits a person's total counts."""
        return frozenset(b.id for b in self.benefits if b.to_person)

    def source(self, benefit: Benefit, code: str) -> Source | None:
        """A source cited by a benefit."""
        return self.policies[benefit.policy].sources.get(code)

    @cached_property
    def cells(self) -> Mapping[Axis, Cells]:
        """Every axis the rules read, in a stable order, with its cells."""
        conditions: list[Condition] = []
        for benefit in self.benefits:
            conditions += [benefit.scope, benefit.condition, *guards_of(benefit.amount)]
        for implication in self.implications:
            conditions += [implication.when, implication.then]
        return split(self.vocabulary.fields, conditions)

    @cached_property
    def axes(self) -> Mapping[Axis, int]:
        """The number of each axis."""
        return {axis: number for number, axis in enumerate(self.cells)}

    @cached_property
    def full(self) -> tuple[int, ...]:
        """Every cell of every axis the vocabulary allows: the state of knowing nothing."""
        return tuple(c.full for c in self.cells.values())

    @cached_property
    def by_field(self) -> Mapping[str, tuple[tuple[int, Axis, Cells], ...]]:
        """The axes of each field."""
        found: dict[str, list[tuple[int, Axis, Cells]]] = {}
        for axis, cells in self.cells.items():
            found.setdefault(axis.field, []).append((self.axes[axis], axis, cells))
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def constraints(self) -> tuple[Formula, ...]:
        """The implications as formulas over all axes."""
        return tuple(_implication(i, self.axes, self.cells) for i in self.implications)

    def constraints_on(self, names: Iterable[str]) -> list[Formula]:
        """The constraints from which something can follow when these fields are known: the ones that
        read them, and the ones that read what those settle."""
        numbers = sorted({n for name in names for n in self._constraints_of.get(name, ())})
        return [self.constraints[n] for n in numbers]

    @cached_property
    def _constraints_of(self) -> Mapping[str, frozenset[int]]:
        """Field → every constraint it can reach through shared fields."""
        names = list(self.axes)
        fields = [{names[a].field for a in axes} for axes, _ in self._clauses]
        found: dict[str, frozenset[int]] = {}
        for name in {f for group in fields for f in group}:
            reached, grown = {name}, True
            while grown:
                grown = False
                for group in fields:
                    if group & reached and not group <= reached:
                        reached |= group
                        grown = True
            found[name] = frozenset(n for n, group in enumerate(fields) if group & reached)
        return found

    @cached_property
    def anchored(self) -> tuple[tuple[int, Axis], ...]:
        """The axes of derived fields anchored at another date than their own."""
        return tuple((number, axis) for axis, number in self.axes.items() if axis.facet.startswith("@"))

    @cached_property
    def circuits(self) -> tuple[Circuit, ...]:
        """One circuit a benefit."""
        return tuple(self._circuit(b) for b in self.benefits)

    @cached_property
    def memo(self) -> dict[object, object]:
        """Judgements by cell state: a verdict is a function of the cells, so it can be kept."""
        return {}

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What follows from the rules alone, worked out when first asked for and kept for good."""
        found = self._worked_out.get(key)
        if found is None:
            found = self._worked_out.setdefault(key, make())
        return found  # type: ignore[return-value]

    @cached_property
    def _worked_out(self) -> dict[object, object]:
        return {}

    def _circuit(self, benefit: Benefit) -> Circuit:
        conditions = (benefit.scope, benefit.condition, *guards_of(benefit.amount))
        own = list(split(self.vocabulary.fields, conditions))
        linked, extra = self._linked(own)
        axes = [*own, *extra]
        open_axes = list(dict.fromkeys(open_axis(o) for c in conditions for o in opens(c)))
        numbering = {axis: i for i, axis in enumerate([*axes, *open_axes])}
        cells = {**self.cells, **dict.fromkeys(open_axes, FLAG_CELLS)}
        full = tuple((1 << cells[a].size) - 1 for a in numbering)
        scope = formula(benefit.scope, numbering, cells)
        condition = formula(AllOf((benefit.scope, benefit.condition)), numbering, cells)
        guards, rows = {}, {}
        for guard in guards_of(benefit.amount):
            built = formula(guard, numbering, cells)
            guards[guard] = rows[id(guard)] = (built, negated(built, full))
        return Circuit(
            tuple(numbering),
            tuple(cells[a] for a in numbering),
            full,
            scope,
            negated(scope, full),
            condition,
            negated(condition, full),
            tuple(_implication(i, numbering, cells) for i in linked),
            guards,
            rows,
            frozenset(range(len(axes), len(numbering))),
            _picker([self.axes[a] for a in axes], len(open_axes)),
            numbers_of(benefit.amount),
            isinstance(benefit.amount, Tallied) or counts_points(benefit.condition),
        )

    def _linked(self, own: Iterable[Axis]) -> tuple[list[Implication], list[Axis]]:
        """The implications that tie two of these axes together, and the axes in between.

        An axis outside the benefit ties nothing where the cells its implications ask of it lie one in
        another: whatever is known of it, one choice meets every implication it can meet at all, and
        what is left of the others speaks of fewer axes. Of an implication left with one axis the
        conclusion is drawn beforehand.
        """
        kept = {self.axes[a] for a in own}
        left = {n: set(axes) for n, (axes, _) in enumerate(self._clauses)}
        while (axis := self._idle(left, kept)) is not None:
            for axes in left.values():
                axes.discard(axis)
        tying = [n for n, axes in left.items() if len(axes) > 1]
        reached, size = set(kept), 0
        while size < len(reached):
            size = len(reached)
            for n in tying:
                if left[n] & reached:
                    reached |= self._clauses[n][0]
        names = list(self.axes)
        linked = [self.implications[n] for n in tying if left[n] & reached]
        return linked, sorted(names[axis] for axis in reached - kept)

    def _idle(self, left: Mapping[int, set[int]], kept: set[int]) -> int | None:
        """An axis outside `kept` that ties none of the axes `left` in implications."""
        waiting: dict[int, list[int] | None] = {}
        for number, axes in left.items():
            for axis in axes - kept if len(axes) > 1 else ():
                masks, enough = waiting.setdefault(axis, []), self._clauses[number][1]
                waiting[axis] = None if masks is None or enough is None else [*masks, enough[axis]]
        return next((axis for axis, masks in waiting.items() if masks is not None and _nested(masks)), None)

    @cached_property
    def _clauses(self) -> tuple[tuple[frozenset[int], Mapping[int, int] | None], ...]:
        """The axes of each implication; where one cell of any can make it true, those cells by axis."""
        found = []
        for clause in self.constraints:
            node = merged(clause)
            parts = node.parts if isinstance(node, Either) else (node,)
            plain = {part.axis: part.mask & self.full[part.axis] for part in parts if isinstance(part, Leaf)}
            axes = frozenset(leaf.axis for leaf in leaves(clause))
            found.append((axes, plain if len(plain) == len(parts) else None))
        return tuple(found)


def _nested(masks: Iterable[int]) -> bool:
    """Whether of any two of these one lies in the other."""
    ordered = sorted(masks, key=int.bit_count)
    return all(small & large == small for small, large in pairwise(ordered))


def _implication(entry: Implication, axes: Mapping[Axis, int], cells: Mapping[Axis, Cells]) -> Formula:
    return formula(AnyOf((NoneOf((entry.when,)), entry.then)), axes, cells)


def _picker(numbers: list[int], open_count: int) -> Callable[[tuple[int, ...]], tuple[int, ...]]:
    tail = (3,) * open_count
    if not numbers:
        return lambda masks: tail
    if len(numbers) == 1:
        only = numbers[0]
        return lambda masks: (masks[only], *tail)
    get = itemgetter(*numbers)
    return lambda masks: get(masks) + tail


NO_MONEY = Constant(0, 0)
ValueMap = Mapping[str, Value]
