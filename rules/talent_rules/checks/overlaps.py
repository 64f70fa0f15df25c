"""Which benefits can come together: boxes, and one bit row a cell; shared by the relation checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from talent_rules.cells import Both, Formula, Leaf, Tally
from talent_rules.checks.book import Book
from talent_rules.conditions import AllOf, Condition
from talent_rules.logic import Masks, narrow
from talent_rules.regions import Space, everybody, thinkable, tying, whole_space
from talent_rules.rulebase import Benefit, Circuit, RuleBase

BOX_LIMIT = 48


def people_of(benefit: Benefit) -> Condition:
    """Who may have a benefit, as a condition."""
    return AllOf((benefit.scope, benefit.condition))


def together(base: RuleBase, benefits: Sequence[Benefit]) -> tuple[Space, Masks] | None:
    """Somebody who may have all of these benefits, or None: exact."""
    town: Space = base.once("whole space", lambda: whole_space(base))
    circuits: dict[str, Circuit] = base.once(
        "circuit of", lambda: {b.id: c for b, c in zip(base.benefits, base.circuits, strict=True)}
    )
    space = replace(town, constraints=tying(base, (axis for b in benefits for axis in circuits[b.id].axes)))
    found = space.witness(*(_people(base, town, b) for b in benefits))
    return None if found is None else (space, found)


def _people(base: RuleBase, town: Space, benefit: Benefit) -> Formula:
    return base.once(("people", benefit.id), lambda: town.formula(people_of(benefit)))


def overlapping(book: Book, chosen: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Each benefit (by number) with the later ones that look as if one person could have both.

    Boxes are narrowed by the vocabulary's implications one by one, so a pair may still turn out
    impossible; nobody is left out. `together` decides a single pair exactly.
    """
    boxes = [(number, box) for number in chosen for box in _boxes(book, number)]
    owners: dict[int, int] = {}
    for index, (number, _) in enumerate(boxes):
        owners[number] = owners.get(number, 0) | 1 << index
    rows = _bit_rows(boxes)
    everything = (1 << len(boxes)) - 1
    partners: dict[int, int] = {}
    for number, box in boxes:
        fitting = everything
        for axis, mask in box.items():
            fitting &= _rows_of(rows[axis], mask)
        partners[number] = partners.get(number, 0) | fitting
    owned = [owners.get(number, 0) for number in chosen]
    for place, first in enumerate(chosen, 1):
        fitting = partners.get(first, 0)
        yield first, [second for second, own in zip(chosen[place:], owned[place:], strict=True) if fitting & own]


def _bit_rows(boxes: Iterable[tuple[int, dict[int, int]]]) -> dict[int, dict[int, int]]:
    """For each axis and each mask seen on it, the boxes that have that mask there."""
    rows: dict[int, dict[int, int]] = {}
    listed = list(boxes)
    for axis in {a for _, box in listed for a in box}:
        seen: dict[int, int] = {}
        for index, (_, box) in enumerate(listed):
            mask = box.get(axis, -1)
            seen[mask] = seen.get(mask, 0) | 1 << index
        rows[axis] = seen
    return rows


def _rows_of(seen: dict[int, int], mask: int) -> int:
    found = 0
    for other, bits in seen.items():
        if other & mask:
            found |= bits
    return found


def _boxes(book: Book, number: int) -> list[dict[int, int]]:
    """The people of a benefit as boxes over the shared axes; one wide box where they are too many."""
    base, circuit, space = book.base, book.base.circuits[number], book.spaces[number]
    shared = [base.axes.get(axis) for axis in circuit.axes]
    found = []
    for box in _normal_form(thinkable(space, circuit.condition), space.masks) or [space.masks]:
        narrowed = narrow(space.constraints, box)
        if narrowed is None:
            continue
        start = everybody(base)
        found.append({a: m for a, m in zip(shared, narrowed, strict=True) if a is not None and m != start[a]})
    return found


def _normal_form(node: Formula, masks: Masks) -> list[Masks] | None:
    """Every box of a formula; None when there would be more than the limit."""
    if isinstance(node, Leaf):
        mask = masks[node.axis] & node.mask
        return [(*masks[: node.axis], mask, *masks[node.axis + 1 :])] if mask else []
    if isinstance(node, Tally):
        return [masks]
    if isinstance(node, Both):
        found = [masks]
        for part in sorted(node.parts, key=lambda p: 0 if isinstance(p, Leaf) else 1):
            wider: list[Masks] = []
            for box in found:
                inner = _normal_form(part, box)
                if inner is None or len(wider) + len(inner) > BOX_LIMIT:
                    return None
                wider += inner
            found = list(dict.fromkeys(wider))
        return found
    found = []
    for part in node.parts:
        inner = _normal_form(part, masks)
        if inner is None or len(found) + len(inner) > BOX_LIMIT:
            return None
        found += inner
    return found
