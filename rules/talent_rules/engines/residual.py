"""What is left of a benefit's circuit once some axes are known: equal leftovers, equal verdicts.

A leaf on a known axis is true, false, or held back as undecided with the cells it leaves and the
cells it wants. Nothing else of a known axis can matter to the outcome, the amount or what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from talent_rules.cells import FALSE, TRUE, Both, Either, Leaf
from talent_rules.rulebase import Circuit


@dataclass(frozen=True, slots=True)
class Held:
    """An undecided leaf: the cells still possible, those that pass, and whether it can be asked."""

    axis: int
    allowed: int
    inside: int
    oracle: bool


Rest = Leaf | Both | Either | Held


@dataclass(frozen=True, slots=True)
class Residual:
    """The leftovers of a circuit. `pinned` are the cells of axes an amount is computed from."""

    scope: Rest
    condition: Rest
    constraints: tuple[Rest, ...]
    guards: tuple[Rest, ...]
    pinned: tuple[int, ...] = ()


NOT_IN_FORCE = Residual(FALSE, FALSE, (), ())


def whole(circuit: Circuit) -> Residual:
    """A circuit with nothing known yet."""
    guards = tuple(positive for positive, _ in circuit.guards.values())
    return Residual(circuit.scope, circuit.condition, circuit.constraints, guards)


def known(rest: Residual, axis: int, allowed: int, oracle: bool, pin: bool) -> Residual:
    """The leftovers after one more axis is known to lie in `allowed`."""

    def after(node: Rest) -> Rest:
        return _after(node, axis, allowed, oracle)

    scope = after(rest.scope)
    constraints = tuple(c for c in map(after, rest.constraints) if c != TRUE)
    if scope == FALSE or FALSE in constraints:
        return NOT_IN_FORCE
    condition = after(rest.condition)
    if condition == FALSE:
        return Residual(scope, condition, constraints, ())
    guards = tuple(map(after, rest.guards))
    return Residual(scope, condition, constraints, guards, (*rest.pinned, allowed) if pin else rest.pinned)


def _after(node: Rest, axis: int, allowed: int, oracle: bool) -> Rest:
    if isinstance(node, Leaf):
        if node.axis != axis:
            return node
        inside = node.mask & allowed
        return FALSE if not inside else TRUE if inside == allowed else Held(axis, allowed, inside, oracle)
    if isinstance(node, Held):
        return node
    kind, settling, neutral = (Both, FALSE, TRUE) if isinstance(node, Both) else (Either, TRUE, FALSE)
    parts: list[Rest] = []
    for part in node.parts:
        found = _after(part, axis, allowed, oracle)  # type: ignore[arg-type]
        if found == settling:
            return settling
        if found != neutral:
            parts.append(found)
    return parts[0] if len(parts) == 1 else kind(tuple(parts))  # type: ignore[arg-type]
