"""Exact three-valued logic over cells: which outcomes are still attainable, and which are certain.

Strong Kleene evaluation does the pruning; where it cannot tell, an undecided leaf is split into
“inside” and “outside”, so that an answer is given exactly when every completion of the unknown
fields allowed by the vocabulary gives it. See docs/decisions/0002-exact-three-valued-logic.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from talent_rules.cells import Both, Formula, Leaf, Tally, leaves
from talent_rules.points import bounds, open_parts, parts_read

Masks = tuple[int, ...]
_MEMO_LIMIT = 100_000


class Status(Enum):
    """What a condition comes to once every askable field is known."""

    TRUE = "true"
    FALSE = "false"
    OPEN = "open"  # only what no fact settles remains


def kleene(node: Formula, masks: Masks) -> bool | None:
    """True or False where the masks suffice leaf by leaf, None otherwise.

    The inner loop of everything: leaves are judged in place, without a call each.
    """
    if type(node) is Leaf:
        allowed = masks[node.axis]
        inside = allowed & node.mask
        return False if not inside else True if inside == allowed else None
    if type(node) is Tally:
        return _reached(node, masks)
    settling = type(node) is not Both  # one False settles “all”, one True settles “any”
    unknown = False
    value: bool | None
    for part in node.parts:  # type: ignore[union-attr]
        if type(part) is Leaf:
            allowed = masks[part.axis]
            inside = allowed & part.mask
            value = False if not inside else True if inside == allowed else None
        else:
            value = kleene(part, masks)
        if value is settling:
            return settling
        if value is None:
            unknown = True
    return None if unknown else not settling


def _reached(node: Tally, masks: Masks) -> bool | None:
    """Certain where the least the points can be is enough, ruled out where the greatest is not."""
    lo, hi = points_between(node, masks)
    if lo < node.least <= hi:
        return None
    return (lo >= node.least) is not node.short


def points_between(node: Tally, masks: Masks) -> tuple[int, int]:
    """The least and the greatest a total can come to."""
    lo = hi = 0
    for ends in _components(node, masks):
        lo, hi = lo + ends[0], hi + ends[1]
    cap = node.score.cap
    return (lo, hi) if cap is None else (min(lo, cap), min(hi, cap))


def _components(node: Tally, masks: Masks) -> Iterator[tuple[int, int]]:
    """The ends of each component, remembered by the cells it reads."""
    for number, score in enumerate(node.score.scores):
        key = _cells_read(node, number, masks)
        ends = node.memo.get(key)
        if ends is None:
            ends = _kept(node, key, bounds(score, lambda part: kleene(node.parts[part], masks)))
        yield ends  # type: ignore[misc]


def _kept(node: Tally, key: object, found: object) -> object:
    if len(node.memo) >= _MEMO_LIMIT:
        node.memo.clear()
    node.memo[key] = found
    return found


def _cells_read(node: Tally, number: int, masks: Masks) -> tuple[int, ...]:
    """What a component depends on: its number and the cells of the axes it reads."""
    axes = node.memo.get(number)
    if axes is None:
        read = (node.parts[part] for part in parts_read(node.score.scores[number]))
        axes = _kept(node, number, tuple(sorted({leaf.axis for part in read for leaf in leaves(part)})))
    return (number, *[masks[a] for a in axes])  # type: ignore[attr-defined]


def _moving(node: Tally, masks: Masks) -> Iterator[Formula]:
    """The parts of a total that can still move it."""
    for number, (lo, hi) in enumerate(_components(node, masks)):
        if lo != hi:
            key = ("moving", *_cells_read(node, number, masks))
            found = node.memo.get(key)
            if found is None:
                parts = open_parts(node.score.scores[number], lambda part: kleene(node.parts[part], masks))
                found = _kept(node, key, tuple(dict.fromkeys(parts)))
            for part in found:  # type: ignore[attr-defined]
                yield node.parts[part]


def slack(node: Formula, masks: Masks) -> int:
    """How far apart the ends of the totals are that do not yet reach, or miss, their threshold."""
    if type(node) is Leaf or kleene(node, masks) is not None:
        return 0
    if type(node) is Tally:
        lo, hi = points_between(node, masks)
        return hi - lo
    parts: tuple[Formula, ...] = node.parts  # type: ignore[union-attr]
    return sum([slack(part, masks) for part in parts])


def satisfiable(parts: Iterable[Formula], masks: Masks) -> bool:
    """Whether some completion of the masks makes every part true."""
    pending = tuple(parts)
    narrowed = narrow(pending, masks)
    if narrowed is None:
        return False
    pending = tuple(p for p in pending if kleene(p, narrowed) is None)
    if not pending:
        return True
    leaf = next(undecided_leaves(min(pending, key=_breadth), narrowed))
    return any(satisfiable(pending, half) for half in halves(leaf, narrowed))


def _breadth(node: Formula) -> int:
    return 1 if isinstance(node, Leaf) else len(node.parts)


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
        for part in _moving(node, masks) if isinstance(node, Tally) else node.parts:
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
    """Draw every certain conclusion from what must be true; None when it contradicts the masks."""
    waiting = list(constraints)
    while True:
        before = masks
        left = []
        for part in waiting:
            narrowed = _force(part, masks)
            if narrowed is None:
                return None
            masks = narrowed
            value = kleene(part, masks)
            if value is False:  # what one half of it forced has ruled out the other
                return None
            if value is None:
                left.append(part)
        if masks == before:
            return masks
        waiting = left


def _force(node: Formula, masks: Masks) -> Masks | None:
    """The masks narrowed by one thing that must be true; None when it cannot be."""
    if isinstance(node, Leaf):
        inside = masks[node.axis] & node.mask
        return None if not inside else masks if inside == masks[node.axis] else replace(masks, node.axis, inside)
    if isinstance(node, Both):
        for part in node.parts:
            narrowed = _force(part, masks)
            if narrowed is None:
                return None
            masks = narrowed
        return masks
    if isinstance(node, Tally):
        return None if kleene(node, masks) is False else masks
    living = []
    for part in node.parts:
        value = kleene(part, masks)
        if value is True:
            return masks
        if value is None:
            living.append(part)
    if not living:
        return None
    return _force(living[0], masks) if len(living) == 1 else masks
