"""Exact three-valued logic over cells: which outcomes are still attainable, and which are certain.

Strong Kleene evaluation does the pruning; where it cannot tell, an undecided leaf is split into
“inside” and “outside”, so that an answer is given exactly when every completion of the unknown
fields allowed by the vocabulary gives it. See docs/decisions/0002-exact-three-valued-logic.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from talent_rules.cells import Both, Formula, Leaf

Masks = tuple[int, ...]


class Status(Enum):
    """What a condition comes to once every askable field is known."""

    TRUE = "true"
    FALSE = "false"
    OPEN = "open"  # only what no fact settles remains


def kleene(node: Formula, masks: Masks) -> bool | None:
    """True or False where the masks suffice leaf by leaf, None otherwise."""
    if isinstance(node, Leaf):
        allowed = masks[node.axis]
        inside = allowed & node.mask
        return False if not inside else True if inside == allowed else None
    settling = not isinstance(node, Both)  # one False settles “all”, one True settles “any”
    unknown = False
    for part in node.parts:
        value = kleene(part, masks)
        if value is settling:
            return settling
        unknown = unknown or value is None
    return None if unknown else not settling


def satisfiable(parts: Iterable[Formula], masks: Masks) -> bool:
    """Whether some completion of the masks makes every part true."""
    pending = []
    for part in parts:
        value = kleene(part, masks)
        if value is False:
            return False
        if value is None:
            pending.append(part)
    if not pending:
        return True
    leaf = next(undecided_leaves(pending[0], masks))
    return any(satisfiable(pending, half) for half in halves(leaf, masks))


def statuses(
    condition: Formula,
    opposite: Formula,
    constraints: tuple[Formula, ...],
    masks: Masks,
    oracles: frozenset[int],
) -> frozenset[Status]:
    """The statuses attainable by completing the askable axes; stops as soon as there are two.

    `oracles` are the axes no answer can settle: human review and undecided sources. `opposite` is
    the negated condition. Empty when the masks contradict the constraints.
    """
    found: set[Status] = set()

    def explore(masks: Masks) -> None:
        if len(found) > 1 or any(kleene(c, masks) is False for c in constraints):
            return
        value = kleene(condition, masks)
        leaf = None
        if value is None:
            leaf = next((f for f in undecided_leaves(condition, masks) if f.axis not in oracles), None)
        if leaf is not None:
            for half in halves(leaf, masks):
                explore(half)
        elif satisfiable(constraints, masks):
            found.add(_settled(value, masks))

    def _settled(value: bool | None, masks: Masks) -> Status:
        if value is None:
            can = satisfiable((condition, *constraints), masks)
            cannot = satisfiable((opposite, *constraints), masks)
            if can and cannot:
                return Status.OPEN
            value = can
        return Status.TRUE if value else Status.FALSE

    explore(masks)
    return frozenset(found)


def undecided_leaves(node: Formula, masks: Masks) -> Iterator[Leaf]:
    """The leaves that still matter, in the order written."""
    if isinstance(node, Leaf):
        inside = masks[node.axis] & node.mask
        if inside and inside != masks[node.axis]:
            yield node
        return
    if kleene(node, masks) is None:
        for part in node.parts:
            yield from undecided_leaves(part, masks)


def halves(leaf: Leaf, masks: Masks) -> tuple[Masks, Masks]:
    """The masks with a leaf made true, and made false."""
    allowed = masks[leaf.axis]
    return (
        replace(masks, leaf.axis, allowed & leaf.mask),
        replace(masks, leaf.axis, allowed & ~leaf.mask),
    )


def replace(masks: Masks, axis: int, mask: int) -> Masks:
    """The masks with one axis changed."""
    return (*masks[:axis], mask, *masks[axis + 1 :])


def narrow(constraints: Iterable[Formula], masks: Masks) -> Masks | None:
    """Draw every certain conclusion from the constraints; None when they contradict the masks."""
    state = list(masks)
    changed = True
    while changed:
        changed = False
        for constraint in constraints:
            current = tuple(state)
            value = kleene(constraint, current)
            if value is False:
                return None
            if value is None:
                open_leaves = _unit(constraint, current)
                if open_leaves is not None:
                    state[open_leaves.axis] &= open_leaves.mask
                    changed = True
    return tuple(state)


def _unit(node: Formula, masks: Masks) -> Leaf | None:
    """The only leaf that can still make a clause true, if there is just one."""
    if isinstance(node, Leaf):
        return node
    if isinstance(node, Both):
        return next((u for p in node.parts if kleene(p, masks) is None and (u := _unit(p, masks))), None)
    living = [p for p in node.parts if kleene(p, masks) is not False]
    return _unit(living[0], masks) if len(living) == 1 else None
