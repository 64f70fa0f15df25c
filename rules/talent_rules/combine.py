"""What a person gets over all benefits: the relations between them, solved exactly.

就高: the paying office pays the highest, so a benefit is paid exactly when no higher rival is paid.
择一: the applicant picks, so the best set without rivals. With A=40, B=45, C=20 and A–B, B–C, 就高
pays 45 (B) and 择一 pays 60 (A+C). 待定: nobody wrote whether both are paid; the lower end assumes
not, the upper end that they are. Ranges are exact per connected component up to 12 benefits, and
sound above (docs/decisions/0004-relations.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from talent_rules.model import NOTHING, Dropped, Facts, Outcome, Range, Total, Verdict, add_ends
from talent_rules.rulebase import Relation, RuleBase

EXACT_LIMIT = 12
_HISTORY = ("不重复享受", "家庭一次", "扣减", "补差")
_EXCLUSIVE = ("就高", "补差", "择一", "待定")


@dataclass(frozen=True, slots=True)
class Claim:
    """A benefit that may be paid: its range if paid, and whether it may turn out not to be."""

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


def combine(base: RuleBase, verdicts: Iterable[Verdict], facts: Facts) -> Total:
    """The total over benefits paid to persons. `guaranteed` rests on verified money alone."""
    persons = base.paid_to_persons
    mine = [v for v in verdicts if v.amount is not None and v.benefit in persons and v.outcome.open]
    once = [v for v in mine if v.amount and v.amount.unit == "CNY"]
    yearly = [v for v in mine if v.amount and v.amount.unit == "CNY/year"]
    guaranteed, possible, ceiling, edges = _ends(base, once, facts)
    year_low, year_high, _, _ = _ends(base, yearly, facts)
    settled = {v.benefit for v in once if v.outcome is not Outcome.NEEDS_INFO}
    dropped = tuple(_given_up([c for c in ceiling if c.id in settled], edges))
    gone = {d.benefit for d in dropped}
    known = [c for c in ceiling if c.amount.hi is not None]
    bounded = possible
    if bounded is None:
        names = {c.id for c in known}
        inside = tuple(e for e in edges if e.a in names and e.b in names)
        bounded = _capped_high(known, inside, base.relations, base.memo) or 0
    unbounded = tuple(c.id for c in ceiling if c.amount.hi is None)
    paid = tuple(c.id for c in ceiling if c.id not in gone)
    return Total(guaranteed, possible, Range(year_low, year_high), bounded, unbounded, paid, dropped)


def _ends(
    base: RuleBase, verdicts: list[Verdict], facts: Facts
) -> tuple[int, int | None, list[Claim], tuple[Edge, ...]]:
    """The guaranteed and the possible sum of some verdicts, with the claims and rivalries behind them."""
    history = _history_of(base)
    floor = [claim_of(v, facts, history.get(v.benefit, ()), verified=True) for v in verdicts]
    ceiling = [claim_of(v, facts, history.get(v.benefit, ()), verified=False) for v in verdicts]
    edges = edges_of(base.relations, {v.benefit for v in verdicts})
    low = _capped_low(floor, edges, base.relations, base.memo)
    return low, _capped_high(ceiling, edges, base.relations, base.memo), ceiling, edges


def _history_of(base: RuleBase) -> Mapping[str, tuple[Relation, ...]]:
    """Benefit → the relations that look at what was received before."""
    found = base.memo.get("history")
    if found is None:
        members: dict[str, tuple[Relation, ...]] = {}
        for relation in base.relations:
            if relation.kind in _HISTORY:
                for member in relation.members:
                    members[member] = (*members.get(member, ()), relation)
        found = base.memo["history"] = members
    return found  # type: ignore[return-value]


def claim_of(verdict: Verdict, facts: Facts, relations: Iterable[Relation], *, verified: bool) -> Claim:
    """What a verdict puts up for payment, after what was received before; `verified` lowers the low end."""
    assert verdict.amount is not None
    money = verdict.amount
    amount = money.reported
    if verified:
        amount = Range(min(money.verified.lo, money.reported.lo), money.reported.hi)
    sure = verdict.outcome is Outcome.ELIGIBLE
    for relation in relations:
        if verdict.benefit in relation.members:
            amount, sure = _after_history(relation, verdict.benefit, amount, sure, facts)
    return Claim(verdict.benefit, amount, sure)


def _after_history(relation: Relation, benefit: str, amount: Range, sure: bool, facts: Facts) -> tuple[Range, bool]:
    """What is left after what was received before (不重复享受, 家庭一次, 扣减, 补差)."""
    field = "family_received" if relation.kind == "家庭一次" else "received"
    if relation.kind not in ("不重复享受", "家庭一次", "扣减", "补差"):
        return amount, sure
    rivals = relation.received or tuple(m for m in relation.members if relation.kind == "家庭一次" or m != benefit)
    history = facts.get(field)
    if not isinstance(history, frozenset):
        return (Range(0, amount.hi), sure) if relation.kind in ("扣减", "补差") else (amount, False)
    had = [r for r in rivals if r in history]
    if not had:
        return amount, sure
    if relation.kind in ("不重复享受", "家庭一次"):
        return NOTHING, sure
    if any(r not in facts.paid for r in had):
        return Range(0, amount.hi), sure
    paid = sum(facts.paid[r] for r in had)
    return Range(max(0, amount.lo - paid), None if amount.hi is None else max(0, amount.hi - paid)), sure


def edges_of(relations: Iterable[Relation], present: set[str]) -> tuple[Edge, ...]:
    """Every pair of present benefits that some relation keeps from being paid together."""
    found: list[Edge] = []
    for relation in relations:
        if relation.kind in _EXCLUSIVE:
            members = [m for m in relation.members if m in present]
            kind = "就高" if relation.kind == "补差" else relation.kind
            found += [Edge(kind, a, b, relation) for a, b in combinations(members, 2)]
    return tuple(found)


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


# ── the two ends ────────────────────────────────────────────────────────────────────────────


def _capped_low(
    claims: list[Claim], edges: tuple[Edge, ...], relations: Iterable[Relation], memo: dict[object, object]
) -> int:
    by_id = {c.id: c for c in claims}
    parts = [
        (set(ids), _remembered(least, [by_id[i] for i in ids], own, memo) or 0) for ids, own in components(by_id, edges)
    ]
    return min(_least_under(caps, parts) for caps in _binding(claims, relations))


def _binding(claims: list[Claim], relations: Iterable[Relation]) -> Iterator[tuple[Relation, ...]]:
    """Every set of 合计封顶 that may bind at once."""
    his = {c.id: c.amount.hi for c in claims}
    caps = []
    for relation in relations:
        if relation.kind == "合计封顶" and relation.limit is not None:
            inside = [his[m] for m in relation.members if m in his]
            if None in inside or sum(h or 0 for h in inside) > relation.limit:
                caps.append(relation)
    for size in range(len(caps) + 1):
        yield from combinations(caps, size)


def _least_under(caps: tuple[Relation, ...], parts: Iterable[tuple[set[str], int]]) -> int:
    """The least where these caps bind: their limits, and what has nothing to do with their members."""
    members = [m for cap in caps for m in cap.members]
    limits = [cap.limit or 0 for cap in caps]
    apart = len(members) == len(set(members))
    free = sum(low for ids, low in parts if not ids & set(members))
    return free + (sum(limits) if apart else max(limits, default=0))


def _remembered(
    solve: Callable[[list[Claim], list[Edge]], int | None],
    claims: list[Claim],
    edges: list[Edge],
    memo: dict[object, object],
) -> int | None:
    """A component solved once: its edges follow from which benefits it has."""
    if not edges:
        return solve(claims, edges)
    key = (solve.__name__, len(edges), tuple((c.id, c.amount.lo, c.amount.hi, c.sure) for c in claims))
    if key not in memo:
        memo[key] = solve(claims, edges)
    return memo[key]  # type: ignore[return-value]


def _capped_high(
    claims: list[Claim], edges: tuple[Edge, ...], relations: Iterable[Relation], memo: dict[object, object]
) -> int | None:
    by_id = {c.id: c for c in claims}
    certain = [e for e in edges if e.kind != "待定"]
    total: int | None = 0
    for ids, own in components(by_id, certain):
        total = add_ends(total, _remembered(greatest, [by_id[i] for i in ids], own, memo))
    limits = _cap_limits(claims, relations)
    if total is None:
        return min(limits, default=None)
    return min([total, *limits])


def _cap_limits(claims: list[Claim], relations: Iterable[Relation]) -> Iterator[int]:
    """Each 合计封顶 as an upper end of the whole: its limit plus everything outside it."""
    for relation in relations:
        if relation.kind != "合计封顶" or relation.limit is None:
            continue
        outside = [c for c in claims if c.id not in relation.members]
        if all(c.amount.hi is not None for c in outside):
            yield relation.limit + sum(c.amount.hi or 0 for c in outside)


def least(claims: list[Claim], edges: list[Edge]) -> int:
    """The least a component can come to, whatever the open amounts and outcomes turn out to be."""
    pick = [e for e in edges if e.kind == "择一"]
    high = [e for e in edges if e.kind != "择一"]
    if len(claims) > EXACT_LIMIT:
        return max((c.amount.lo for c in claims if c.sure), default=0)
    best: int | None = None
    sets = list(_maximal_independent([c.id for c in claims], pick))
    if len(sets) == 1:
        return _least_greedy(claims, high)
    # The applicant picks knowing the amounts: for each world the best set counts, and the worst
    # world for a fixed set is its least; the maximum over sets of the least is a sound lower end.
    for chosen in sets:
        worst = _least_greedy(
            [c for c in claims if c.id in chosen], [e for e in high if e.a in chosen and e.b in chosen]
        )
        best = worst if best is None else max(best, worst)
    return best or 0


def greatest(claims: list[Claim], edges: list[Edge]) -> int | None:
    """The most a component can come to; None for no upper bound."""
    if any(c.amount.hi is None for c in claims):
        return None
    pick = [e for e in edges if e.kind == "择一"]
    high = [e for e in edges if e.kind != "择一"]
    if len(claims) > EXACT_LIMIT:
        return sum(c.amount.hi or 0 for c in claims) if not edges else _independent_bound(claims, edges)
    best = 0
    for chosen in _maximal_independent([c.id for c in claims], pick):
        some = [c for c in claims if c.id in chosen]
        best = max(best, _greatest_greedy(some, [e for e in high if e.a in chosen and e.b in chosen]))
    return best


def _independent_bound(claims: list[Claim], edges: list[Edge]) -> int:
    """A sound upper end for a large component: no clique of rivals pays more than its highest."""
    left = {c.id: c.amount.hi or 0 for c in claims}
    total = 0
    for relation in dict.fromkeys(e.relation for e in edges if e.kind != "待定"):
        group = [m for m in relation.members if m in left]
        total += max((left.pop(m) for m in group), default=0)
    return total + sum(left.values())


def _maximal_independent(ids: list[str], edges: list[Edge]) -> Iterator[frozenset[str]]:
    rivals: dict[str, set[str]] = {i: set() for i in ids}
    for edge in edges:
        rivals[edge.a].add(edge.b)
        rivals[edge.b].add(edge.a)
    free = frozenset(i for i in ids if not rivals[i])
    bound = [i for i in ids if rivals[i]]
    for size in range(1 << len(bound)):
        chosen = {bound[i] for i in range(len(bound)) if size >> i & 1}
        if any(rivals[i] & chosen for i in chosen):
            continue
        if all(i in chosen or rivals[i] & chosen for i in bound):
            yield free | frozenset(chosen)


def paid_sets(claims: list[Claim], edges: list[Edge]) -> Iterator[frozenset[str]]:
    """Every set of benefits 就高 may end up paying: no two rivals, and each one left out either
    turned out not to be granted or has a paid rival that can be at least as high."""
    by_id = {c.id: c for c in claims}
    ids = list(by_id)
    near: dict[str, set[str]] = {i: set() for i in ids}
    for edge in edges:
        near[edge.a].add(edge.b)
        near[edge.b].add(edge.a)
    for size in range(1 << len(ids)):
        paid = frozenset(ids[i] for i in range(len(ids)) if size >> i & 1)
        if any(near[i] & paid for i in paid):
            continue
        if all(i in paid or not by_id[i].sure or _covers(i, near[i] & paid, by_id) for i in ids):
            yield paid


def _covers(left_out: str, rivals: Iterable[str], by_id: Mapping[str, Claim]) -> bool:
    low = by_id[left_out].amount.lo
    return any(by_id[r].amount.hi is None or (by_id[r].amount.hi or 0) >= low for r in rivals)


def _greatest_greedy(claims: list[Claim], edges: list[Edge]) -> int:
    by_id = {c.id: c for c in claims}
    return max((sum(by_id[i].amount.hi or 0 for i in paid) for paid in paid_sets(claims, edges)), default=0)


def _least_greedy(claims: list[Claim], edges: list[Edge]) -> int:
    """Over every payable set, the cheapest amounts that still beat each sure benefit left out."""
    by_id = {c.id: c for c in claims}
    near: dict[str, set[str]] = {c.id: set() for c in claims}
    for edge in edges:
        near[edge.a].add(edge.b)
        near[edge.b].add(edge.a)
    best: int | None = None
    for paid in paid_sets(claims, edges):
        left_out = [c.id for c in claims if c.id not in paid and c.sure]
        cost = _cheapest(left_out, {i: by_id[i].amount.lo for i in paid}, near, by_id)
        if cost is not None and (best is None or cost < best):
            best = cost
    return best or 0


def _cheapest(
    left_out: list[str], amounts: dict[str, int], near: Mapping[str, set[str]], by_id: Mapping[str, Claim]
) -> int | None:
    for index, name in enumerate(left_out):
        low = by_id[name].amount.lo
        rivals = [r for r in near[name] if r in amounts]
        if any(amounts[r] >= low for r in rivals):
            continue
        costs = []
        for rival in sorted(rivals):
            hi = by_id[rival].amount.hi
            if hi is None or hi >= low:
                costs.append(_cheapest(left_out[index + 1 :], {**amounts, rival: low}, near, by_id))
        return min((c for c in costs if c is not None), default=None)
    return sum(amounts.values())


def _given_up(claims: list[Claim], edges: tuple[Edge, ...]) -> Iterator[Dropped]:
    """What is given up for what, at the upper ends, by a relation that certainly binds."""
    by_id = {c.id: c for c in claims}
    certain = [e for e in edges if e.kind != "待定" and e.a in by_id and e.b in by_id]
    for ids, own in components(by_id, certain):
        if not own:
            continue
        paid = _best_paid([by_id[i] for i in ids], own)
        for name in ids:
            if name in paid:
                continue
            rivals = [(e, e.b if e.a == name else e.a) for e in own if name in (e.a, e.b)]
            blocking = [(e, r) for e, r in rivals if r in paid]
            if blocking:
                edge = blocking[0][0]
                yield Dropped(
                    name, tuple(r for _, r in blocking), edge.relation.kind, by_id[name].amount, edge.relation.basis
                )


def _best_paid(claims: list[Claim], edges: list[Edge]) -> frozenset[str]:
    """Which benefits are paid when every amount is at its upper end."""
    top = [Claim(c.id, Range(_end(c), _end(c)), True) for c in claims]
    pick = [e for e in edges if e.kind == "择一"]
    high = [e for e in edges if e.kind != "择一"]
    best: tuple[int, frozenset[str]] = (-1, frozenset())
    if len(claims) > EXACT_LIMIT:
        return _greedy(top, high)
    for chosen in _maximal_independent([c.id for c in top], pick):
        paid = _greedy([c for c in top if c.id in chosen], [e for e in high if e.a in chosen and e.b in chosen])
        worth = sum(c.amount.lo for c in top if c.id in paid)
        if worth > best[0]:
            best = (worth, paid)
    return best[1]


def _greedy(claims: list[Claim], edges: list[Edge]) -> frozenset[str]:
    paid: set[str] = set()
    for claim in sorted(claims, key=lambda c: -c.amount.lo):
        rivals = {e.b if e.a == claim.id else e.a for e in edges if claim.id in (e.a, e.b)}
        if not rivals & paid:
            paid.add(claim.id)
    return frozenset(paid)


def _end(claim: Claim) -> int:
    return 10**15 if claim.amount.hi is None else claim.amount.hi
