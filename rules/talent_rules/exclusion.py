"""Benefits that exclude each other: the least and the most a connected group of them can come to.

就高: the paying office pays the highest, so a benefit is paid exactly when no higher rival is paid.
择一: the applicant picks, so the best set without rivals. With A=40, B=45, C=20 and A–B, B–C, 就高
pays 45 (B) and 择一 pays 60 (A+C). 待定: nobody wrote whether both are paid, so either may be; a
benefit it takes away may let in several that this one kept out, so neither reading alone is the
lower or the upper end. Exact up to `EXACT_LIMIT` benefits a group, and sound above
(docs/decisions/0004-relations.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from talent_rules.model import Range
from talent_rules.rulebase import Relation

EXACT_LIMIT = 12
_EXCLUSIVE = ("就高", "补差", "择一", "待定")
_NO_BOUND = 10**15


@dataclass(frozen=True, slots=True)
class Claim:
    """A benefit that may be paid: its range in 分 if paid, and whether it is certain to be granted."""

    id: str
    amount: Range
    sure: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """Two benefits that are not both paid in full, by a relation of a kind."""

    kind: str
    a: str
    b: str
    relation: Relation


def edges_of(relations: Iterable[Relation], present: set[str]) -> tuple[Edge, ...]:
    """Every pair of present benefits that some relation keeps from being paid together."""
    found: list[Edge] = []
    for relation in relations:
        if relation.kind in _EXCLUSIVE:
            members = [m for m in relation.members if m in present]
            kind = "就高" if relation.kind == "补差" else relation.kind
            found += [Edge(kind, a, b, relation) for a, b in combinations(members, 2)]
    return tuple(found)


def doubtful(relations: Iterable[Relation]) -> frozenset[str]:
    """The benefits that may be taken away by another though nobody wrote so: those in a 待定."""
    return frozenset(m for r in relations if r.kind == "待定" and len(r.members) > 1 for m in r.members)


def components(ids: Iterable[str], edges: Iterable[Edge]) -> Iterator[tuple[list[str], list[Edge]]]:
    """The connected parts of the conflict graph, in a stable order."""
    order = list(ids)
    own: dict[str, list[Edge]] = {}
    for edge in edges:
        own.setdefault(edge.a, []).append(edge)
        own.setdefault(edge.b, []).append(edge)
    place = {name: i for i, name in enumerate(order)}
    seen: set[str] = set()
    for start in order:
        if start not in own:
            yield [start], []
        elif start not in seen:
            group, frontier = {start}, [start]
            found: dict[int, Edge] = {}
            while frontier:
                for edge in own[frontier.pop()]:
                    found[id(edge)] = edge
                    for name in (edge.a, edge.b):
                        if name not in group:
                            group.add(name)
                            frontier.append(name)
            seen |= group
            yield sorted((n for n in group if n in place), key=place.__getitem__), list(found.values())


def least(claims: Sequence[Claim], edges: Sequence[Edge]) -> int:
    """The least a group can come to, whatever the open amounts and outcomes turn out to be."""
    if not any(c.sure for c in claims):
        return 0
    if len(claims) > EXACT_LIMIT:
        return max(c.amount.lo for c in claims if c.sure)
    high, picks = _Highest.of(claims, edges), _maximal(_near(claims, edges, "择一"))
    # The applicant picks knowing the amounts: for each world the best set counts, and the worst
    # world for a fixed set is its least; the maximum over sets of the least is a sound lower end.
    return max(_least_paid(claims, high, chosen) for chosen in picks)


def greatest(claims: Sequence[Claim], edges: Sequence[Edge]) -> int | None:
    """The most a group can come to; None for no upper bound. A 待定 is not looked at: its benefits are not sure."""
    highs = [c.amount.hi for c in claims]
    if None in highs:
        return None
    if len(claims) > EXACT_LIMIT:
        return _clique_bound(claims, edges)
    high, picks = _Highest.of(claims, edges), _maximal(_near(claims, edges, "择一"))
    return max(_worth(highs, paid) for chosen in picks for paid in _payable(claims, high, chosen))


def best_paid(claims: Sequence[Claim], edges: Sequence[Edge]) -> frozenset[str]:
    """Which benefits are paid when every amount is at its upper end and all are granted."""
    top = [_NO_BOUND if c.amount.hi is None else c.amount.hi for c in claims]
    high = _near(claims, edges, "就高")
    whole = (1 << len(claims)) - 1
    picks = [whole] if len(claims) > EXACT_LIMIT else _maximal(_near(claims, edges, "择一"))
    paid = max((_greedy(top, high, chosen) for chosen in picks), key=lambda paid: _worth(top, paid))
    return frozenset(c.id for i, c in enumerate(claims) if paid >> i & 1)


# ── sets of benefits as bit masks ───────────────────────────────────────────────────────────


def _near(claims: Sequence[Claim], edges: Iterable[Edge], *kinds: str) -> list[int]:
    """The rivals of each claim by relations of these kinds."""
    place = {c.id: i for i, c in enumerate(claims)}
    near = [0] * len(place)
    for edge in edges:
        if edge.kind in kinds:
            a, b = place[edge.a], place[edge.b]
            near[a] |= 1 << b
            near[b] |= 1 << a
    return near


@dataclass(frozen=True, slots=True)
class _Highest:
    """Who keeps whom from being paid where the highest is paid: certainly, and possibly."""

    certain: list[int]
    possible: list[int]

    @classmethod
    def of(cls, claims: Sequence[Claim], edges: Sequence[Edge]) -> _Highest:
        return cls(_near(claims, edges, "就高"), _near(claims, edges, "就高", "待定"))


def _independent(near: Sequence[int], among: int) -> list[int]:
    """Every set without two rivals."""
    found = [(0, 0)]
    for i, rivals in enumerate(near):
        if among >> i & 1:
            found += [(chosen | 1 << i, out | rivals) for chosen, out in found if not out >> i & 1]
    return [chosen for chosen, _ in found]


def _maximal(near: Sequence[int]) -> list[int]:
    """The sets without two rivals to which nothing can be added: what an applicant may pick."""
    if not any(near):
        return [(1 << len(near)) - 1]
    return [
        chosen
        for chosen in _independent(near, (1 << len(near)) - 1)
        if all(chosen >> i & 1 or rivals & chosen for i, rivals in enumerate(near))
    ]


def _payable(claims: Sequence[Claim], high: _Highest, chosen: int) -> Iterator[int]:
    """Every set that may end up paid: no two certain rivals, and each one left out either turned out not
    to be granted or has a paid rival that can be at least as high."""
    needs = []
    for i, claim in enumerate(claims):
        if claim.sure and chosen >> i & 1:
            covers = 1 << i
            for j, rival in enumerate(claims):
                if high.possible[i] >> j & 1 and (rival.amount.hi is None or rival.amount.hi >= claim.amount.lo):
                    covers |= 1 << j
            needs.append(covers)
    return (paid for paid in _independent(high.certain, chosen) if all(paid & covers for covers in needs))


def _least_paid(claims: Sequence[Claim], high: _Highest, chosen: int) -> int:
    """Over every payable set, the cheapest amounts that still beat each sure benefit left out."""
    near, best = high.possible, None
    sure = sum(1 << i for i, c in enumerate(claims) if c.sure and chosen >> i & 1)
    for i, rivals in enumerate(near):
        if not (sure >> i & 1 or rivals & sure):
            chosen &= ~(1 << i)  # what need not be granted and has no sure rival is never in the least
    for paid in _payable(claims, high, chosen):
        left = sure & ~paid
        amounts = {i: c.amount.lo for i, c in enumerate(claims) if paid >> i & 1}
        if any(not sure >> i & 1 and not near[i] & left for i in amounts):
            continue  # nor is what need not be granted and takes nothing away
        if best is None or sum(amounts.values()) < best:
            cost = _cheapest(claims, near, [i for i in range(len(claims)) if left >> i & 1], amounts)
            best = cost if best is None or (cost is not None and cost < best) else best
    return best or 0


def _cheapest(claims: Sequence[Claim], near: Sequence[int], left_out: list[int], amounts: dict[int, int]) -> int | None:
    for place, i in enumerate(left_out):
        low = claims[i].amount.lo
        rivals = [r for r in amounts if near[i] >> r & 1]
        if any(amounts[r] >= low for r in rivals):
            continue
        costs = []
        for rival in rivals:
            hi = claims[rival].amount.hi
            if hi is None or hi >= low:
                costs.append(_cheapest(claims, near, left_out[place + 1 :], {**amounts, rival: low}))
        return min((c for c in costs if c is not None), default=None)
    return sum(amounts.values())


def _greedy(top: Sequence[int], near: Sequence[int], chosen: int) -> int:
    paid = 0
    for i in sorted(range(len(top)), key=lambda i: -top[i]):
        if chosen >> i & 1 and not near[i] & paid:
            paid |= 1 << i
    return paid


def _worth(amounts: Sequence[int | None], paid: int) -> int:
    return sum(a or 0 for i, a in enumerate(amounts) if paid >> i & 1)


def _clique_bound(claims: Sequence[Claim], edges: Sequence[Edge]) -> int:
    """A sound upper end for a large group: no clique of rivals pays more than its highest."""
    left = {c.id: c.amount.hi or 0 for c in claims}
    total = 0
    for relation in dict.fromkeys(e.relation for e in edges if e.kind != "待定"):
        group = [m for m in relation.members if m in left]
        total += max((left.pop(m) for m in group), default=0)
    return total + sum(left.values())
