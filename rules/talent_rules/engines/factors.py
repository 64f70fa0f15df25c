"""The requirements of a benefit in groups that share no fact: what each comes to, found without the others.

A person's facts of one group never change what another comes to, so groups of a few axes each are judged
instead of all axes at once; `partitions` puts them together. What decides the amount is in one group.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from talent_rules.cells import Both, Formula, Line, leaves, negated
from talent_rules.engines.folding import Entries, Fold, Indices, Keys, Ladder
from talent_rules.engines.keys import Reading, Readings, RowKeys
from talent_rules.engines.residual import FALSE, Leftovers, Residual
from talent_rules.logic import Masks, Status, kleene, prospects, satisfiable, settled_by, undecided_leaves
from talent_rules.rulebase import Circuit, RuleBase

#: No core
NOTHING = -1
#: What an amount reads comes after everything a condition reads
_AMOUNT = 1 << 20
_ONE = np.zeros(1, dtype=np.intp)

#: The place of a requirement, or of a row of an amount, and the axes of it still to be asked
Asked = tuple[int, tuple[int, ...]]
_State = tuple[Residual, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a group comes to for the people of one part of it.

    `prospects` as in `logic`, 0 where their facts contradict the implications. `refused` is whatever those say;
    `out` where the text cannot be in force, `shaky` where that may hang on implications. Equal numbers of `core`
    are equal amounts, and of `asks` the same axes still to be asked. `codes` are those of one of these people.
    """

    prospects: int
    refused: bool = False
    out: bool = False
    shaky: bool = False
    core: int = NOTHING
    asks: int = 0
    codes: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Some of a benefit's requirements by their place, implications, perhaps its scope and its amount, and all
    axes they read that a person knows, in the order they are read."""

    axes: tuple[int, ...]
    parts: tuple[tuple[int, Formula], ...]
    constraints: tuple[Formula, ...]
    scope: bool
    amount: bool


class Factor:
    """One group over the codes of its axes; grows as people turn up."""

    def __init__(
        self, base: RuleBase, circuit: Circuit, group: Group, readings: Sequence[Reading], *, asking: bool
    ) -> None:
        self.group, self.readings, self._asking = group, tuple(readings), asking
        self._circuit = circuit
        self.condition = Both(tuple(part for _, part in group.parts))
        self.opposite = negated(self.condition, circuit.full)
        self._pins = [group.amount and _is_number(base, circuit, axis) for axis in group.axes]
        self._leftovers = Leftovers(
            replace(
                circuit,
                scope=circuit.scope if group.scope else Both(()),
                condition=self.condition,
                constraints=group.constraints,
                guards=circuit.guards if group.amount else {},
            )
        )
        self._seen: dict[Residual, Finding] = {}
        self._cores: dict[Residual, int] = {}
        self._asks: dict[tuple[Asked, ...], int] = {(): 0}
        self._asked: list[tuple[Asked, ...]] = [()]
        self._fold: Fold[_State | Finding] = Fold([r.width for r in readings], (self._leftovers.whole, ()), self._step)
        self._ladder = Ladder(self._fold, self._settled)

    @property
    def alone(self) -> bool:
        """Whether the codes of one axis are all there is to it; they then are the numbers of its findings."""
        return len(self.readings) == 1

    @property
    def states(self) -> int:
        """How many states there are over all levels."""
        return self._fold.states

    @property
    def constant(self) -> Finding:
        """What a group comes to that reads nothing a person knows."""
        return self._found(self._leftovers.whole, ())

    def run(self, keys: RowKeys, rows: int, live: Indices | None) -> Entries:
        """The number of the finding of each row, or of each of those `live`."""

        def read(first: int, last: int, some: Indices | None) -> Keys:
            joined = keys.joined(self.readings[first:last])
            return joined if some is None else np.take(joined, some)

        return self._ladder.run(read, rows, live)

    def finding(self, number: int) -> Finding:
        """One of the findings."""
        if self.alone:
            number = int(self._fold.climb(_ONE, 0, [np.array([number], dtype=np.intp)])[0])
        found = self._fold.ends[number]
        assert isinstance(found, Finding)
        return found

    def cells(self, number: int) -> Iterator[tuple[int, int, bool]]:
        """Of one who comes to a finding: each axis, the cells it leaves, and whether nobody can settle it."""
        return self._cells((number,) if self.alone else self.finding(number).codes)

    def asked(self, number: int) -> tuple[Asked, ...]:
        """What is still to be asked."""
        return self._asked[number]

    # finding -------------------------------------------------------------------------------

    def _step(self, level: int, state: _State | Finding, code: int) -> tuple[Hashable, _State | Finding]:
        assert not isinstance(state, Finding)
        rest, codes = state
        mask, oracle = self.readings[level].meaning(code)
        rest = self._leftovers.known(rest, self.group.axes[level], mask, oracle, self._pins[level])
        if level + 1 < len(self.readings):
            return rest, (rest, (*codes, code))
        found = self._found(rest, (*codes, code))
        return found, found

    def _settled(self, level: int, number: int) -> int | None:
        """The end of everybody in a state that no axis still to be read can change."""
        state = self._fold.state(level, number)
        assert not isinstance(state, Finding)
        counted = any(self._pins[level:]) and state[0].condition != FALSE
        if counted or self._leftovers.waits_for(state[0], self.group.axes[level:]):
            return None
        rest = [np.array([r.unknown], dtype=np.uint16) for r in self.readings[level:]]
        return int(self._fold.climb(np.array([number], dtype=np.intp), level, rest)[0])

    def _found(self, rest: Residual, codes: tuple[int, ...]) -> Finding:
        found = self._seen.get(rest)
        if found is None:
            masks, oracles = list(self._circuit.full), set(self._circuit.oracles)
            for axis, mask, oracle in self._cells(codes):
                masks[axis] = mask
                if oracle:
                    oracles.add(axis)
            found = self._seen[rest] = replace(self._judged(rest, tuple(masks), frozenset(oracles)), codes=codes)
        return found

    def _cells(self, codes: Sequence[int]) -> Iterator[tuple[int, int, bool]]:
        for axis, reading, code in zip(self.group.axes, self.readings, codes, strict=True):
            yield axis, *reading.meaning(code)

    def _judged(self, rest: Residual, masks: Masks, oracles: frozenset[int]) -> Finding:
        """As `decide` judges this group by itself."""
        scope = kleene(self._circuit.scope, masks) if self.group.scope else True
        ties = self.group.constraints if rest.constraints else ()  # those that still matter
        linked = tuple([c for c in ties if kleene(c, masks) is not True])
        if linked and not satisfiable(linked, masks):
            return Finding(0)
        out = scope is False or (scope is None and not satisfiable((self._circuit.scope, *linked), masks))
        shaky = scope is None and bool(linked)
        refused = kleene(self.condition, masks) is False
        found = prospects(self.condition, self.opposite, linked, masks, oracles)
        if out or settled_by(found) is Status.FALSE:
            return Finding(found, refused, out, shaky)
        core = NOTHING
        if self.group.amount:
            core = self._cores.setdefault(rest, len(self._cores))
        return Finding(found, refused, out, shaky, core, self._left(masks, oracles) if self._asking else 0)

    def _left(self, masks: Masks, oracles: frozenset[int]) -> int:
        parts = list(self.group.parts)
        if self.group.amount:
            parts += [(_AMOUNT + n, guard) for n, (guard, _) in enumerate(self._circuit.guards.values())]
        found = []
        for place, part in parts:
            axes = dict.fromkeys(leaf.axis for leaf in undecided_leaves(part, masks) if leaf.axis not in oracles)
            if axes:
                found.append((place, tuple(axes)))
        number = self._asks.setdefault(tuple(found), len(self._asked))
        if number == len(self._asked):
            self._asked.append(tuple(found))
        return number


# ── what belongs together ───────────────────────────────────────────────────────────────────


def factors(base: RuleBase, number: int, readings: Readings, *, tied: bool, asking: bool) -> list[Factor]:
    """The groups of a benefit, those first that refuse people at the least cost; without implications unless `tied`,
    and without what is still to be asked unless `asking`."""
    circuit = base.circuits[number]
    asked = _leaf_masks(circuit)
    found = []
    for group in _groups(base, circuit, tied):
        each = [
            readings.of(base.axes[circuit.axes[a]], sorted(asked.get(a, ())), _is_number(base, circuit, a))
            for a in group.axes
        ]
        found.append(Factor(base, circuit, group, each, asking=asking))
    return sorted(found, key=lambda f: (not f.group.scope, len(f.group.axes) > 1, f.group.amount))


def _groups(base: RuleBase, circuit: Circuit, tied: bool) -> Iterator[Group]:
    """What shares axes, directly or through others, together; in the order of the condition."""
    amount = [guard for guard, _ in circuit.guards.values()]
    numbers = tuple(a for a in range(len(circuit.axes)) if _is_number(base, circuit, a))
    pieces: list[_Piece] = [
        _Piece(_read(amount) | set(numbers), amount=True),
        _Piece(_read([circuit.scope]), scope=True),
    ]
    pieces += [_Piece(_read([part]), part=(place, part)) for place, part in enumerate(_requirements(circuit.condition))]
    if tied:
        pieces += [_Piece(_read([c]), constraint=c) for c in circuit.constraints]
    for together in _connected(pieces):
        parts = tuple(p.part for p in together if p.part)
        constraints = tuple(p.constraint for p in together if p.constraint)
        scope, amounts = any(p.scope for p in together), any(p.amount for p in together)
        asked = [circuit.scope] * scope + [part for _, part in parts] + amount * amounts
        axes = dict.fromkeys([*_in_order(asked, constraints), *(numbers if amounts else ())])
        yield Group(tuple(a for a in axes if a not in circuit.oracles), parts, constraints, scope, amounts)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A requirement, an implication, the scope or the amount, and the axes it reads."""

    axes: set[int]
    part: tuple[int, Formula] | None = None
    constraint: Formula | None = None
    scope: bool = False
    amount: bool = False


def _connected(pieces: Iterable[_Piece]) -> list[list[_Piece]]:
    groups: list[tuple[set[int], list[_Piece]]] = []
    for piece in pieces:
        touching = [g for g in groups if g[0] & piece.axes]
        groups = [g for g in groups if not g[0] & piece.axes]
        axes = piece.axes.union(*(g[0] for g in touching))
        groups.append((axes, [p for g in touching for p in g[1]] + [piece]))
    return [sorted(found, key=lambda p: p.part[0] if p.part else -1) for _, found in groups]


def _requirements(node: Formula) -> Iterator[Formula]:
    """The parts that all have to hold."""
    if isinstance(node, Both):
        for part in node.parts:
            yield from _requirements(part)
    else:
        yield node


def _in_order(asked: Sequence[Formula], constraints: Sequence[Formula]) -> Iterator[int]:
    """The axes as they are read, each followed by those only implications tie to it."""
    own, ties = _read(asked), dict[int, list[int]]()
    for clause in constraints:
        axes = dict.fromkeys(leaf.axis for leaf in leaves(clause))
        for axis in axes:
            ties.setdefault(axis, []).extend(a for a in axes if a != axis)
    for axis in (leaf.axis for node in asked for leaf in leaves(node)):
        yield axis
        yield from (a for a in ties.get(axis, ()) if a not in own)
    yield from ties


def _read(nodes: Iterable[Formula]) -> set[int]:
    return {leaf.axis for node in nodes for leaf in leaves(node)}


def _is_number(base: RuleBase, circuit: Circuit, index: int) -> bool:
    axis = circuit.axes[index]
    return axis.field in circuit.numbers and not axis.facet and isinstance(circuit.cells[index], Line)


def _leaf_masks(circuit: Circuit) -> dict[int, set[int]]:
    """What the leaves of a circuit ask of each axis."""
    found: dict[int, set[int]] = {}
    guards = (guard for guard, _ in circuit.guards.values())
    for node in (circuit.scope, circuit.condition, *circuit.constraints, *guards):
        for leaf in leaves(node):
            found.setdefault(leaf.axis, set()).add(leaf.mask)
    return found
