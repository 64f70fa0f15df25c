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


# ── one reading ─────────────────────────────────────────────────────────────────────────────

#: The statuses a condition can still have, as bits.
_TRUE, _FALSE, _OPEN = 1, 2, 4
_EITHER = _TRUE | _FALSE
_SETS = tuple(
    frozenset(s for s, bit in ((Status.TRUE, _TRUE), (Status.FALSE, _FALSE), (Status.OPEN, _OPEN)) if bits & bit)
    for bits in range(8)
)


def _both(a: int, b: int) -> int:
    """The statuses of “a and b”, where neither moves the other."""
    opened = (a & _OPEN and b & (_OPEN | _TRUE)) or (b & _OPEN and a & _TRUE)
    return (a & b & _TRUE) | ((a | b) & _FALSE) | (_OPEN if opened else 0)


def _mirrored(bits: int) -> int:
    return (bits & _OPEN) | (bits & _TRUE and _FALSE) | (bits & _FALSE and _TRUE)


_AND = tuple(tuple(_both(a, b) for b in range(8)) for a in range(8))
_OR = tuple(tuple(_mirrored(_both(_mirrored(a), _mirrored(b))) for b in range(8)) for a in range(8))
_NO_ORACLES: frozenset[int] = frozenset()


def _survey(node: Formula, masks: Masks, oracles: frozenset[int], left: list[Leaf | Tally]) -> int:
    """The statuses of a condition as bits, and into `left` what still matters, in the order written.

    Exact where each axis stands in `left` once (`_once`); otherwise there may be too many.
    """
    if type(node) is Leaf:
        allowed = masks[node.axis]
        inside = allowed & node.mask
        if not inside:
            return _FALSE
        if inside == allowed:
            return _TRUE
        left.append(node)
        return _OPEN if node.axis in oracles else _EITHER
    if type(node) is Tally:
        reached = _reached(node, masks)
        if reached is None:
            left.append(node)
            return _EITHER
        return _TRUE if reached else _FALSE
    table, found, settling = (_AND, _TRUE, _FALSE) if type(node) is Both else (_OR, _FALSE, _TRUE)
    start = len(left)
    for part in node.parts:  # type: ignore[union-attr]
        status = _survey(part, masks, oracles, left)
        if status == settling:
            del left[start:]
            return settling
        found = table[found][status]
    return found


def _once(left: list[Leaf | Tally]) -> bool:
    """Whether no two of these read the same axis, so that each can be settled by itself."""
    seen = 0
    for node in left:
        if type(node) is Tally or seen >> node.axis & 1:  # type: ignore[union-attr]
            return False
        seen |= 1 << node.axis  # type: ignore[union-attr]
    return True


def axes_left(parts: Iterable[Formula], masks: Masks) -> int:
    """The axes these still depend on, as bits: what shares none of them can be settled by itself."""
    left: list[Leaf | Tally] = []
    for part in parts:
        _survey(part, masks, _NO_ORACLES, left)
    found = 0
    for node in left:
        for leaf in (node,) if isinstance(node, Leaf) else leaves(node):
            found |= 1 << leaf.axis
    return found


def satisfiable(parts: Iterable[Formula], masks: Masks) -> bool:
    """Whether some completion of the masks makes every part true."""
    left: list[Leaf | Tally] = []
    pending = []
    for part in parts:
        status = _survey(part, masks, _NO_ORACLES, left)
        if status == _FALSE:
            return False
        if status != _TRUE:
            pending.append(part)
    return _once(left) or _search(tuple(pending), masks)


def _search(pending: tuple[Formula, ...], masks: Masks) -> bool:
    """`satisfiable` where parts read the same axes: draw what follows, then try both sides of a leaf."""
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
    return _SETS[_attained(condition, opposite, constraints, masks, oracles, 0, _MORE)]


def prospects(
    condition: Formula,
    opposite: Formula,
    constraints: tuple[Formula, ...],
    masks: Masks,
    oracles: frozenset[int],
) -> int:
    """The same as bits that `both` can put together with those of conditions that share no axis.

    A refusal that is one of several stands for all sets that hold one. 0 when the masks contradict the constraints.
    """
    return _plain(_attained(condition, opposite, constraints, masks, oracles, 0, _REFUSAL_TOO))


def both(a: int, b: int) -> int:
    """What two conditions come to together, by their prospects."""
    return _plain(_AND[a][b])


def prospects_of(status: Status) -> int:
    """The prospects of what has come to this already."""
    return _SETS.index(frozenset((status,)))


def settled_by(bits: int) -> Status | None:
    """The only status left of these prospects, if there is but one."""
    return _ONLY.get(bits)


def _plain(bits: int) -> int:
    return _EITHER if bits & _FALSE and bits != _FALSE else bits


_ONLY = {_TRUE: Status.TRUE, _FALSE: Status.FALSE, _OPEN: Status.OPEN}
#: The sets of statuses that need no further search: any two, or a refusal and something else
_MORE = frozenset(bits for bits in range(8) if len(_SETS[bits]) > 1)
_REFUSAL_TOO = frozenset(bits for bits in _MORE if bits & _FALSE)


def _attained(
    condition: Formula,
    opposite: Formula,
    constraints: tuple[Formula, ...],
    masks: Masks,
    oracles: frozenset[int],
    found: int,
    enough: frozenset[int],
) -> int:
    """The statuses attainable here beside those `found` elsewhere, as bits, until they are `enough`."""
    left: list[Leaf | Tally] = []
    bits = _survey(condition, masks, oracles, left)
    asked = len(left)
    for constraint in constraints:
        if _survey(constraint, masks, _NO_ORACLES, left) == _FALSE:
            return found
    if _once(left):
        return found | bits
    if found and not bits & ~found:  # never too few: nothing new can come of this
        return found
    if bits not in (_TRUE, _FALSE):
        leaf = next((f for f in _expanded(left[:asked], masks) if f.axis not in oracles), None)
        if leaf is not None:
            for half in halves(leaf, masks):
                if found not in enough:
                    found = _attained(condition, opposite, constraints, half, oracles, found, enough)
            return found
    can = bits != _FALSE and satisfiable((condition, *constraints), masks)
    cannot = bits != _TRUE and satisfiable((opposite, *constraints), masks)
    if can or cannot:
        found |= _OPEN if can and cannot else _TRUE if can else _FALSE
    return found


def undecided_leaves(node: Formula, masks: Masks) -> Iterator[Leaf]:
    """The leaves that still matter, in the order written."""
    left: list[Leaf | Tally] = []
    _survey(node, masks, _NO_ORACLES, left)
    return _expanded(left, masks)


def _expanded(left: Iterable[Leaf | Tally], masks: Masks) -> Iterator[Leaf]:
    """The leaves, with those that still move a total in its place."""
    for node in left:
        if isinstance(node, Leaf):
            yield node
        else:
            for part in _moving(node, masks):
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
