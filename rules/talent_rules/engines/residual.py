"""What is left of some formulas of a benefit once some axes are known: equal leftovers, equal findings.

A leaf on a known axis is true, false, or held back as undecided with the cells it leaves and the
cells it wants. Nothing else of a known axis can matter to the outcome, the amount or what is missing.
Formulas are numbered, each once, so that equal leftovers are equal numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from talent_rules.cells import Both, Formula, Leaf, Tally
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

    def _axes_read(self, numbers: Iterable[int]) -> frozenset[int]:
        found: frozenset[int] = frozenset()
        for number in numbers:
            found |= self._reads[number]
        return found

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
        return found

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
