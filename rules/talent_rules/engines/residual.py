"""What is left of a benefit's circuit once some axes are known: equal leftovers, equal verdicts.

A leaf on a known axis is true, false, or held back as undecided with the cells it leaves and the
cells it wants. Nothing else of a known axis can matter to the outcome, the amount or what is missing.
Formulas are numbered, each once, so that equal leftovers are equal numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from talent_rules.cells import Both, Formula, Leaf
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


_Node = Leaf | _Held | _Group


@dataclass(frozen=True, slots=True)
class Residual:
    """The leftovers of a circuit, as numbers. `pinned` are the cells of axes an amount is computed from."""

    scope: int
    condition: int
    constraints: tuple[int, ...]
    guards: tuple[int, ...]
    pinned: tuple[int, ...] = ()


NOT_IN_FORCE = Residual(FALSE, FALSE, (), ())


class Leftovers:
    """The numbered formulas of one circuit; grows as axes become known in new ways."""

    def __init__(self, circuit: Circuit) -> None:
        self._nodes: list[_Node] = [_Group(False, ()), _Group(True, ())]
        self._numbers: dict[_Node, int] = {node: number for number, node in enumerate(self._nodes)}
        self._axes: list[int] = [0, 0]  # a bit for each axis not yet known
        self._memo: dict[tuple[int, int, int, bool], int] = {}
        self.whole = Residual(
            self._of(circuit.scope),
            self._of(circuit.condition),
            tuple(c for c in map(self._of, circuit.constraints) if c != TRUE),
            tuple(self._of(positive) for positive, _ in circuit.guards.values()),
        )

    def known(self, rest: Residual, axis: int, allowed: int, oracle: bool, pin: bool) -> Residual:
        """The leftovers after one more axis is known to lie in `allowed`."""
        scope = self._after(rest.scope, axis, allowed, oracle)
        found = [self._after(c, axis, allowed, oracle) for c in rest.constraints]
        if scope == FALSE or FALSE in found:
            return NOT_IN_FORCE
        constraints = tuple(c for c in found if c != TRUE)
        condition = self._after(rest.condition, axis, allowed, oracle)
        if condition == FALSE:
            return Residual(scope, condition, constraints, ())
        guards = tuple([self._after(g, axis, allowed, oracle) for g in rest.guards])
        return Residual(scope, condition, constraints, guards, (*rest.pinned, allowed) if pin else rest.pinned)

    def essence(self, rest: Residual) -> Residual:
        """The leftovers as far as outcome and amount go: conditions that stand alone are all alike.

        One undecided requirement whose axes matter nowhere else can come true and can fail, whatever
        else is so; any number of them do no more than one.
        """
        node = self._nodes[rest.condition]
        if not isinstance(node, _Group) or not node.every:
            return rest
        elsewhere = self._uses((rest.scope, *rest.constraints, *rest.guards))
        inside = [self._uses((part,)) for part in node.parts]
        left: set[int] = set()
        for place, part in enumerate(node.parts):
            uses = inside[place]
            others = sum((inside[i] for i in range(len(inside)) if i != place), Counter[int]())
            alone = all(n == 1 and axis not in elsewhere and axis not in others for axis, n in uses.items())
            left.add(-1 if alone and uses and not rest.pinned and self._all_askable(part) else part)
        return Residual(rest.scope, -1, rest.constraints, (*sorted(left), -2, *rest.guards), rest.pinned)

    def _uses(self, numbers: Iterable[int]) -> Counter[int]:
        """How often each axis is read."""
        found: Counter[int] = Counter()
        for number in numbers:
            node = self._nodes[number]
            if isinstance(node, _Group):
                found.update(self._uses(node.parts))
            else:
                found[node.axis] += 1
        return found

    def _all_askable(self, number: int) -> bool:
        node = self._nodes[number]
        if isinstance(node, _Group):
            return all(self._all_askable(p) for p in node.parts)
        return isinstance(node, _Held) and not node.oracle

    def undecided(self, rest: Residual) -> tuple[int, ...]:
        """The axes still to be asked, as the condition and then the rows of the amount read them."""
        found: dict[int, None] = {}
        for number in (rest.condition, *rest.guards):
            found.update(dict.fromkeys(self._askable(number)))
        return tuple(found)

    def _askable(self, number: int) -> Iterator[int]:
        node = self._nodes[number]
        if isinstance(node, _Group):
            for part in node.parts:
                yield from self._askable(part)
        elif isinstance(node, _Held) and not node.oracle:
            yield node.axis

    def _of(self, node: Formula) -> int:
        if isinstance(node, Leaf):
            return self._number(node)
        return self._joined(isinstance(node, Both), [self._of(p) for p in node.parts])

    def _number(self, node: _Node) -> int:
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
            bits = 1 << node.axis if isinstance(node, Leaf) else 0
            for part in node.parts if isinstance(node, _Group) else ():
                bits |= self._axes[part]
            self._axes.append(bits)
        return found

    def _joined(self, every: bool, parts: list[int]) -> int:
        settling, neutral = (FALSE, TRUE) if every else (TRUE, FALSE)
        if settling in parts:
            return settling
        left = tuple([p for p in parts if p != neutral])
        return left[0] if len(left) == 1 else self._number(_Group(every, left))

    def _after(self, number: int, axis: int, allowed: int, oracle: bool) -> int:
        if not self._axes[number] >> axis & 1:
            return number
        key = (number, axis, allowed, oracle)
        found = self._memo.get(key)
        if found is None:
            node = self._nodes[number]
            if isinstance(node, _Group):
                found = self._joined(node.every, [self._after(p, axis, allowed, oracle) for p in node.parts])
            else:
                assert isinstance(node, Leaf)
                inside = node.mask & allowed
                settled = FALSE if not inside else TRUE if inside == allowed else None
                found = self._number(_Held(axis, allowed, inside, oracle)) if settled is None else settled
            self._memo[key] = found
        return found
