"""`combine.least` and `combine.greatest` for many people whose claims differ only in the figures.

All rows share which benefits are claimed, which are sure and which exclude each other; the figures
are vectors. Every set of benefits that may end up paid is tried, as `combine` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from talent_rules.combine import EXACT_LIMIT, Claim, Edge, components, greatest, least
from talent_rules.engines.known import NO_HI, Ints
from talent_rules.model import Range

_TRIES = 512


@dataclass(frozen=True, slots=True)
class Claims:
    """One benefit claimed by every row: `lo` and `hi` in 分 per row, `hi` NO_HI for no upper bound."""

    id: str
    lo: Ints
    hi: Ints
    sure: bool


def least_rows(claims: Sequence[Claims], edges: Sequence[Edge], rows: int) -> Ints:
    """The least each row gets in total, over all connected parts."""
    total: Ints = np.zeros(rows, dtype=np.int64)
    by_id = {c.id: c for c in claims}
    for ids, own in components(by_id, edges):
        part = [by_id[i] for i in ids]
        if len(part) == 1:
            total = total + (part[0].lo if part[0].sure else 0)
        if len(part) == 1 or not any(c.sure for c in part):
            continue
        best: Ints | None = None
        if len(part) <= EXACT_LIMIT and _cheap(part, own):
            for some, high in _picks(part, own):
                worst = _least_paid(some, high, rows)
                best = worst if best is None else np.maximum(best, worst)
        total = total + (_one_by_one(part, own, rows, low=True) if best is None else best)
    return total


def greatest_rows(claims: Sequence[Claims], edges: Sequence[Edge], rows: int) -> Ints:
    """The most each row can get in total, NO_HI for no upper bound."""
    total: Ints = np.zeros(rows, dtype=np.int64)
    free = np.zeros(rows, dtype=np.bool_)
    by_id = {c.id: c for c in claims}
    for ids, own in components(by_id, edges):
        part = [by_id[i] for i in ids]
        for claim in part:
            free = free | (claim.hi >= NO_HI)
        capped = [Claims(c.id, c.lo, np.where(c.hi >= NO_HI, 0, c.hi), c.sure) for c in part]
        best: Ints | None = None
        if len(part) == 1:
            best = capped[0].hi
        elif len(part) <= EXACT_LIMIT:
            for some, high in _picks(capped, own):
                most = _greatest_paid(some, high, rows)
                best = most if best is None else np.maximum(best, most)
        total = total + (_one_by_one(part, own, rows, low=False) if best is None else best)
    return np.where(free, NO_HI, total)


def _picks(claims: Sequence[Claims], edges: Sequence[Edge]) -> Iterator[tuple[list[Claims], list[Edge]]]:
    """What the applicant can pick under 择一, each with the 就高 edges left inside it."""
    pick = [e for e in edges if e.kind == "择一"]
    high = [e for e in edges if e.kind != "择一"]
    near = {i: rivals for i, rivals in _near([c.id for c in claims], pick).items() if rivals}
    for chosen in _independent(list(near), near):
        if all(i in chosen or near[i] & chosen for i in near):
            out = near.keys() - chosen
            yield (
                [c for c in claims if c.id not in out],
                [e for e in high if e.a not in out and e.b not in out],
            )


def _near(ids: Sequence[str], edges: Sequence[Edge]) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {i: set() for i in ids}
    for edge in edges:
        near[edge.a].add(edge.b)
        near[edge.b].add(edge.a)
    return near


def _independent(ids: Sequence[str], near: Mapping[str, set[str]]) -> Iterator[frozenset[str]]:
    """Every set without two rivals."""

    def grow(index: int, chosen: frozenset[str]) -> Iterator[frozenset[str]]:
        if index == len(ids):
            yield chosen
            return
        yield from grow(index + 1, chosen)
        if not near[ids[index]] & chosen:
            yield from grow(index + 1, chosen | {ids[index]})

    return grow(0, frozenset())


def _greatest_paid(claims: Sequence[Claims], edges: Sequence[Edge], rows: int) -> Ints:
    by_id = {c.id: c for c in claims}
    near = _near(list(by_id), edges)
    best: Ints = np.zeros(rows, dtype=np.int64)
    for paid in _independent(list(by_id), near):
        can = np.ones(rows, dtype=np.bool_)
        for claim in claims:
            if claim.id not in paid and claim.sure:
                covered = np.zeros(rows, dtype=np.bool_)
                for rival in near[claim.id] & paid:
                    covered = covered | (by_id[rival].hi >= claim.lo)
                can = can & covered
        worth = np.zeros(rows, dtype=np.int64)
        for name in paid:
            worth = worth + by_id[name].hi
        best = np.where(can & (worth > best), worth, best)
    return best


def _least_paid(claims: Sequence[Claims], edges: Sequence[Edge], rows: int) -> Ints:
    by_id = {c.id: c for c in claims}
    near = _near(list(by_id), edges)
    certain = _near(list(by_id), [e for e in edges if e.kind != "待定"])
    best: Ints = np.full(rows, NO_HI, dtype=np.int64)
    sure = {c.id for c in claims if c.sure}
    matter = [i for i in by_id if i in sure or near[i] & sure]
    for paid in _independent(matter, certain):
        if any(i not in sure and not near[i] & (sure - paid) for i in paid):
            continue  # paying what need not be granted and displaces nothing is never the least
        left_out = [c for c in claims if c.id not in paid and c.sure]
        options = [sorted(near[c.id] & paid) for c in left_out]
        for answer in product(*options):
            can = np.ones(rows, dtype=np.bool_)
            raised = {name: by_id[name].lo for name in paid}
            for claim, rival in zip(left_out, answer, strict=True):
                can = can & (by_id[rival].hi >= claim.lo)
                raised[rival] = np.maximum(raised[rival], claim.lo)
            cost = np.zeros(rows, dtype=np.int64)
            for amount in raised.values():
                cost = cost + amount
            best = np.where(can & (cost < best), cost, best)
    return np.where(best >= NO_HI, 0, best)


def _cheap(claims: Sequence[Claims], edges: Sequence[Edge]) -> bool:
    """Whether trying every answer of the paid to the left out stays small."""
    near = _near([c.id for c in claims], [e for e in edges if e.kind != "择一"])
    tries = 1
    for claim in claims:
        tries *= max(1, len(near[claim.id])) if claim.sure else 1
    return tries <= _TRIES


def _one_by_one(claims: Sequence[Claims], edges: Sequence[Edge], rows: int, *, low: bool) -> Ints:
    """`combine` itself, once per distinct tuple of figures."""
    shape = (rows,)
    ends = np.stack([np.broadcast_to(v, shape) for c in claims for v in (c.lo, c.hi)], axis=1)
    distinct, back = np.unique(ends, axis=0, return_inverse=True)
    found = np.zeros(len(distinct), dtype=np.int64)
    for index, figures in enumerate(distinct.tolist()):
        each = [
            Claim(c.id, Range(figures[2 * k], None if figures[2 * k + 1] >= NO_HI else figures[2 * k + 1]), c.sure)
            for k, c in enumerate(claims)
        ]
        value = least(each, list(edges)) if low else greatest(each, list(edges))
        found[index] = 0 if value is None else value
    return found[back.reshape(-1)]
