"""What is left of a benefit's circuit once some axes are known: equal leftovers, equal verdicts.

A leaf on a known axis is true, false, or held back as undecided with the cells it leaves and the
cells it wants. Nothing else of a known axis can matter to the outcome, the amount or what is missing.
Formulas are numbered, each once, so that equal leftovers are equal numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from talent_rules.cells import Both, Either, Formula, Leaf, Tally, negated
from talent_rules.logic import Status, statuses
from talent_rules.points import Added, bounds
from talent_rules.rulebase import Circuit

FALSE, TRUE = 0, 1


@dataclass(frozen=True, slots=True)
class _Held:
    """An undecided leaf: the cells still possible, those that pass, and whether it can be asked."""

    axis: int
    allowed: int
    inside: int
    oracle: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """All (`every`) or any of several numbered formulas."""

    every: bool
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Total:
    """A threshold on the points over numbered formulas."""

    parts: tuple[int, ...]
    score: Added
    least: int
    short: bool

    def truth(self, part: int) -> bool | None:
        """What is known of a part."""
        return {TRUE: True, FALSE: False}.get(self.parts[part])


_Node = Leaf | _Held | _Group | _Total


@dataclass(frozen=True, slots=True)
class Residual:
    """The leftovers of a circuit, as numbers. `pinned` are the cells of axes an amount is computed from."""

    scope: int
    condition: int
    constraints: tuple[int, ...]
    guards: tuple[int, ...]
    pinned: tuple[int, ...] = ()


NOT_IN_FORCE = Residual(FALSE, FALSE, (), ())
#: Facts that contradict an implication are each taken at their word: no implication counts any more.
CONTRADICTED = (FALSE,)


class Leftovers:
    """The numbered formulas of one circuit; grows as axes become known in new ways."""

    def __init__(self, circuit: Circuit) -> None:
        self._nodes: list[_Node] = [_Group(False, ()), _Group(True, ())]
        self._numbers: dict[_Node, int] = {node: number for number, node in enumerate(self._nodes)}
        self._axes: list[int] = [0, 0]  # a bit for each axis not yet known
        self._reads: list[frozenset[int]] = [frozenset(), frozenset()]
        self._opens: list[bool] = [False, False]
        self._full, self._oracles = circuit.full, circuit.oracles
        self._islands_seen: dict[tuple[tuple[int, ...], tuple[int, ...]], frozenset[Status] | None] = {}
        self._memo: dict[tuple[int, int, int, bool], int] = {}
        self._groups: dict[tuple[tuple[int, ...], int, int, bool], tuple[int, ...]] = {}
        self._bits: dict[tuple[int, ...], int] = {}
        self.whole = Residual(
            self._of(circuit.scope),
            self._of(circuit.condition),
            tuple(c for c in map(self._of, circuit.constraints) if c != TRUE),
            tuple(self._of(positive) for positive, _ in circuit.guards.values()),
        )

    def known(self, rest: Residual, axis: int, allowed: int, oracle: bool, pin: bool) -> Residual:
        """The leftovers after one more axis is known to lie in `allowed`."""
        scope = self._after(rest.scope, axis, allowed, oracle)
        if scope == FALSE:
            return NOT_IN_FORCE
        constraints = self._each(rest.constraints, axis, allowed, oracle)
        if constraints is not rest.constraints:
            constraints = CONTRADICTED if FALSE in constraints else tuple([c for c in constraints if c != TRUE])
        condition = self._after(rest.condition, axis, allowed, oracle)
        if condition == FALSE:
            # Refused whatever the implications say, unless they decide whether the text is in force.
            tied = self._axes_read((scope,)) & self._axes_read(constraints)
            return Residual(scope, condition, constraints if tied else (), ())
        guards = self._each(rest.guards, axis, allowed, oracle)
        if pin:
            return Residual(scope, condition, constraints, guards, (*rest.pinned, allowed))
        if scope == rest.scope and condition == rest.condition and constraints is rest.constraints:
            return rest if guards is rest.guards else replace(rest, guards=guards)
        return Residual(scope, condition, constraints, guards, rest.pinned)

    def _each(self, numbers: tuple[int, ...], axis: int, allowed: int, oracle: bool) -> tuple[int, ...]:
        """Several formulas after one more axis is known, the same tuple where it is none of theirs."""
        bits = self._bits.get(numbers)
        if bits is None:
            bits = self._bits[numbers] = self._waiting(numbers)
        if not bits >> axis & 1:
            return numbers
        key = (numbers, axis, allowed, oracle)
        found = self._groups.get(key)
        if found is None:
            found = self._groups[key] = tuple([self._after(n, axis, allowed, oracle) for n in numbers])
        return found

    def _waiting(self, numbers: Iterable[int]) -> int:
        bits = 0
        for number in numbers:
            bits |= self._axes[number]
        return bits

    def waits_for(self, rest: Residual, axes: Iterable[int]) -> bool:
        """Whether any of these axes, not yet known, can still change the leftovers."""
        bits = self._waiting((rest.scope, rest.condition, *rest.constraints, *rest.guards))
        return any(bits >> axis & 1 for axis in axes)

    def essence(self, rest: Residual) -> Residual:
        """The leftovers as far as outcome and amount go: requirements that stand apart are all alike.

        Requirements, and implications between them, that share no axis with the amount or the scope
        can come true, can fail, or both, whatever else is so; only that is kept of them.
        """
        if any(self._attained((), ties) is None for _, ties in self._islands((), rest.constraints)):
            rest = replace(rest, constraints=())
        node = self._nodes[rest.condition]
        parts = node.parts if isinstance(node, _Group) and node.every else (rest.condition,)
        bound = self._axes_read((rest.scope, *rest.guards))
        kept, held, mixed, failed = set[int](), set[int](), False, False
        for own, ties in self._islands(parts, rest.constraints):
            found = None
            axes = self._axes_read((*own, *ties))
            if not rest.pinned and not axes & bound and not self._axes_open((*own, *ties)):
                found = self._attained(own, ties)
            if found is None:
                kept.update(own)
                held.update(ties)
            else:
                mixed = mixed or len(found) > 1
                failed = failed or found == frozenset((Status.FALSE,))
        if failed:
            return Residual(rest.scope, FALSE, tuple(sorted(held)), ())
        marker = (-1,) if mixed else ()
        return Residual(rest.scope, -1, (*sorted(kept), -2, *sorted(held)), (*marker, *rest.guards), rest.pinned)

    def _islands(
        self, parts: Iterable[int], constraints: Iterable[int]
    ) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Requirements and implications by connected axes."""
        islands: list[tuple[frozenset[int], tuple[int, ...], tuple[int, ...]]] = []
        for number, required in [*((n, True) for n in parts), *((n, False) for n in constraints)]:
            own: tuple[int, ...] = (number,) if required else ()
            ties: tuple[int, ...] = () if required else (number,)
            axes, apart = self._axes_read((number,)), []
            for other in islands:
                if other[0] & axes:
                    axes, own, ties = axes | other[0], other[1] + own, other[2] + ties
                else:
                    apart.append(other)
            islands = [*apart, (axes, own, ties)]
        for _, own, ties in islands:
            yield own, ties

    def _attained(self, own: tuple[int, ...], ties: tuple[int, ...]) -> frozenset[Status] | None:
        """What requirements without anything open can come to; None where they contradict."""
        key = (own, ties)
        if key not in self._islands_seen:
            masks = list(self._full)
            condition = Both(tuple(self._formula(n, masks) for n in own))
            constraints = tuple(self._formula(n, masks) for n in ties)
            opposite = negated(condition, tuple(masks))
            found = statuses(condition, opposite, constraints, tuple(masks), frozenset())
            self._islands_seen[key] = found or None
        return self._islands_seen[key]

    def _formula(self, number: int, masks: list[int]) -> Formula:
        """A numbered formula again; `masks` gets the cells its held leaves still allow."""
        node = self._nodes[number]
        if isinstance(node, _Held):
            masks[node.axis] = node.allowed
            return Leaf(node.axis, node.inside)
        if isinstance(node, Leaf):
            return node
        parts = tuple(self._formula(p, masks) for p in node.parts)
        if isinstance(node, _Total):
            return Tally(parts, node.score, node.least, node.short)
        return Both(parts) if node.every else Either(parts)

    def _axes_read(self, numbers: Iterable[int]) -> frozenset[int]:
        found: frozenset[int] = frozenset()
        for number in numbers:
            found |= self._reads[number]
        return found

    def _axes_open(self, numbers: Iterable[int]) -> bool:
        """Whether something is read that no answer can settle."""
        return any(self._opens[n] for n in numbers)

    def _of(self, node: Formula) -> int:
        if isinstance(node, Leaf):
            return self._number(node)
        if isinstance(node, Tally):
            parts = tuple([self._of(p) for p in node.parts])
            return self._totalled(_Total(parts, node.score, node.least, node.short))
        return self._joined(isinstance(node, Both), [self._of(p) for p in node.parts])

    def _number(self, node: _Node) -> int:
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
            bits = 1 << node.axis if isinstance(node, Leaf) else 0
            parts = node.parts if isinstance(node, (_Group, _Total)) else ()
            for part in parts:
                bits |= self._axes[part]
            self._axes.append(bits)
            self._reads.append(
                self._axes_read(parts) if isinstance(node, (_Group, _Total)) else frozenset((node.axis,))
            )
            self._opens.append(self._axes_open(parts) if isinstance(node, (_Group, _Total)) else self._is_open(node))
        return found

    def _is_open(self, node: Leaf | _Held) -> bool:
        return node.oracle if isinstance(node, _Held) else node.axis in self._oracles

    def _joined(self, every: bool, parts: list[int]) -> int:
        settling, neutral = (FALSE, TRUE) if every else (TRUE, FALSE)
        if settling in parts:
            return settling
        left = tuple([p for p in parts if p != neutral])
        return left[0] if len(left) == 1 else self._number(_Group(every, left))

    def _totalled(self, node: _Total) -> int:
        lo, hi = bounds(node.score, node.truth)
        if lo < node.least <= hi:
            return self._number(node)
        return TRUE if (lo >= node.least) is not node.short else FALSE

    def _after(self, number: int, axis: int, allowed: int, oracle: bool) -> int:
        if not self._axes[number] >> axis & 1:
            return number
        key = (number, axis, allowed, oracle)
        found = self._memo.get(key)
        if found is None:
            node = self._nodes[number]
            if isinstance(node, _Group):
                found = self._joined(node.every, [self._after(p, axis, allowed, oracle) for p in node.parts])
            elif isinstance(node, _Total):
                left = tuple([self._after(p, axis, allowed, oracle) for p in node.parts])
                found = self._totalled(replace(node, parts=left))
            else:
                assert isinstance(node, Leaf)
                inside = node.mask & allowed
                settled = FALSE if not inside else TRUE if inside == allowed else None
                found = self._number(_Held(axis, allowed, inside, oracle)) if settled is None else settled
            self._memo[key] = found
        return found
