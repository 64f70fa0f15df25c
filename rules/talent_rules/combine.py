"""What a person gets over all benefits: the relations between them, what was received before, and caps.

待定: nobody wrote whether both are paid; either may be, and both ends take account of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from talent_rules.exclusion import (
    EXACT_LIMIT,
    Claim,
    Edge,
    best_paid,
    components,
    doubtful,
    edges_of,
    greatest,
    least,
)
from talent_rules.model import NOTHING, Dropped, Facts, Outcome, Range, Total, Verdict, add_ends
from talent_rules.rulebase import Relation, RuleBase

_HISTORY = ("不重复享受", "家庭一次", "扣减", "补差")


@dataclass(frozen=True, slots=True)
class _Ties:
    """What ties the benefits of a rule base together, found once."""

    edges: tuple[Edge, ...]
    certain: tuple[Edge, ...]  # those of which somebody wrote that both are not paid
    doubtful: frozenset[str]  # the benefits of which somebody else's may be paid instead, though nobody wrote so
    caps: tuple[Relation, ...]
    history: Mapping[str, tuple[Relation, ...]]  # benefit → the relations that look at what was received before


def combine(base: RuleBase, verdicts: Iterable[Verdict], facts: Facts) -> Total:
    """The total over benefits paid to persons. `guaranteed` rests on verified money alone."""
    ties = base.once("ties", lambda: _ties(base))
    persons = base.paid_to_persons
    mine = [v for v in verdicts if v.amount is not None and v.benefit in persons and v.outcome.open]
    once = [v for v in mine if v.amount and v.amount.unit == "CNY"]
    yearly = [v for v in mine if v.amount and v.amount.unit == "CNY/year"]
    floor, ceiling = _claims(ties, once, facts)
    possible = _high(ties, ceiling, base.memo)
    year_floor, year_ceiling = _claims(ties, yearly, facts)
    per_year = Range(_low(ties, year_floor, base.memo), _high(ties, year_ceiling, base.memo))
    settled = {v.benefit for v in once if v.outcome is not Outcome.NEEDS_INFO}
    dropped = tuple(_given_up(ties, [c for c in ceiling if c.id in settled]))
    gone = {d.benefit for d in dropped}
    bounded = possible
    if bounded is None:
        bounded = _high(ties, [c for c in ceiling if c.amount.hi is not None], base.memo) or 0
    unbounded = tuple(c.id for c in ceiling if c.amount.hi is None)
    paid = tuple(c.id for c in ceiling if c.id not in gone)
    return Total(_low(ties, floor, base.memo), possible, per_year, bounded, unbounded, paid, dropped)


def _ties(base: RuleBase) -> _Ties:
    edges = edges_of(base.relations, {m for r in base.relations for m in r.members})
    caps = tuple(r for r in base.relations if r.kind == "合计封顶" and r.limit is not None)
    history: dict[str, tuple[Relation, ...]] = {}
    for relation in base.relations:
        if relation.kind in _HISTORY:
            for member in relation.members:
                history[member] = (*history.get(member, ()), relation)
    return _Ties(edges, tuple(e for e in edges if e.kind != "待定"), doubtful(base.relations), caps, history)


# ── what each benefit puts up for payment ───────────────────────────────────────────────────


def _claims(ties: _Ties, verdicts: Sequence[Verdict], facts: Facts) -> tuple[list[Claim], list[Claim]]:
    """The claims with their low ends on verified money, and with all sources."""
    floor, ceiling = [], []
    for verdict in verdicts:
        relations = ties.history.get(verdict.benefit, ())
        claim = claim_of(verdict, facts, relations, verified=False)
        ceiling.append(claim)
        money = verdict.amount
        surer = money is None or money.verified.lo >= money.reported.lo
        floor.append(claim if surer else claim_of(verdict, facts, relations, verified=True))
    return floor, ceiling


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


def spent_by(base: RuleBase, benefit: str, facts: Facts) -> tuple[str, ...]:
    """What was received before and leaves nothing of a benefit (不重复享受, 家庭一次)."""
    ties = base.once("ties", lambda: _ties(base))
    found: dict[str, None] = {}
    for relation in ties.history.get(benefit, ()):
        history = facts.get(_told_in(relation))
        if relation.kind in ("不重复享受", "家庭一次") and isinstance(history, frozenset):
            found |= dict.fromkeys(r for r in _rivals(relation, benefit) if r in history)
    return tuple(found)


def _told_in(relation: Relation) -> str:
    return "family_received" if relation.kind == "家庭一次" else "received"


def _rivals(relation: Relation, benefit: str) -> tuple[str, ...]:
    """What a relation asks to have been received before."""
    return relation.received or tuple(m for m in relation.members if relation.kind == "家庭一次" or m != benefit)


def _after_history(relation: Relation, benefit: str, amount: Range, sure: bool, facts: Facts) -> tuple[Range, bool]:
    """What is left after what was received before (不重复享受, 家庭一次, 扣减, 补差)."""
    if relation.kind not in _HISTORY:
        return amount, sure
    history = facts.get(_told_in(relation))
    if not isinstance(history, frozenset):
        return (Range(0, amount.hi), sure) if relation.kind in ("扣减", "补差") else (amount, False)
    had = [r for r in _rivals(relation, benefit) if r in history]
    if not had:
        return amount, sure
    if relation.kind in ("不重复享受", "家庭一次"):
        return NOTHING, sure
    if any(r not in facts.paid for r in had):
        return Range(0, amount.hi), sure
    paid = sum(facts.paid[r] for r in had)
    return Range(max(0, amount.lo - paid), None if amount.hi is None else max(0, amount.hi - paid)), sure


# ── the two ends ────────────────────────────────────────────────────────────────────────────


def _groups(claims: Sequence[Claim], edges: Iterable[Edge]) -> Iterator[tuple[list[Claim], list[Edge]]]:
    """The claims that exclude each other, directly or through others; most stand alone."""
    by_id = {c.id: c for c in claims}
    inside = [e for e in edges if e.a in by_id and e.b in by_id]
    for ids, own in components(by_id, inside):
        yield [by_id[i] for i in ids], own


def _low(ties: _Ties, claims: Sequence[Claim], memo: dict[object, object]) -> int:
    """The least that is paid of these claims, whatever turns out."""
    parts = []
    for group, own in _groups(claims, ties.edges):
        alone = group[0].amount.lo if group[0].sure else 0
        parts.append((group, (_remembered(least, group, own, memo) or 0) if own else alone))
    if not ties.caps:
        return sum(low for _, low in parts)
    found = [({c.id for c in group}, low) for group, low in parts]
    return min(_least_under(caps, found) for caps in _binding(claims, ties.caps))


def _binding(claims: Iterable[Claim], caps: Iterable[Relation]) -> Iterator[tuple[Relation, ...]]:
    """Every set of 合计封顶 that may bind at once."""
    his = {c.id: c.amount.hi for c in claims}
    may = []
    for cap in caps:
        inside = [his[m] for m in cap.members if m in his]
        if None in inside or sum(h or 0 for h in inside) > (cap.limit or 0):
            may.append(cap)
    for size in range(len(may) + 1):
        yield from combinations(may, size)


def _least_under(caps: tuple[Relation, ...], parts: Iterable[tuple[set[str], int]]) -> int:
    """The least where these caps bind: their limits, and what has nothing to do with their members."""
    members = [m for cap in caps for m in cap.members]
    limits = [cap.limit or 0 for cap in caps]
    apart = len(members) == len(set(members))
    free = sum(low for ids, low in parts if not ids & set(members))
    return free + (sum(limits) if apart else max(limits, default=0))


def _high(ties: _Ties, claims: Sequence[Claim], memo: dict[object, object]) -> int | None:
    """The most that can be paid of these claims; None for no upper bound."""
    total: int | None = 0
    claims = [replace(c, sure=c.sure and c.id not in ties.doubtful) for c in claims]
    for group, own in _groups(claims, ties.certain):
        total = add_ends(total, _remembered(greatest, group, own, memo) if own else group[0].amount.hi)
    limits = _cap_limits(claims, ties.caps)
    if total is None:
        return min(limits, default=None)
    return min([total, *limits])


def _cap_limits(claims: Iterable[Claim], caps: Iterable[Relation]) -> Iterator[int]:
    """Each 合计封顶 as an upper end of the whole: its limit plus everything outside it."""
    for cap in caps:
        outside = [c for c in claims if c.id not in cap.members]
        if all(c.amount.hi is not None for c in outside):
            yield (cap.limit or 0) + sum(c.amount.hi or 0 for c in outside)


def _remembered(
    solve: Callable[[Sequence[Claim], Sequence[Edge]], int | None],
    claims: list[Claim],
    edges: list[Edge],
    memo: dict[object, object],
) -> int | None:
    """A group solved once: its edges follow from which benefits it has."""
    key = (solve.__name__, len(edges), tuple([(c.id, c.amount.lo, c.amount.hi, c.sure) for c in claims]))
    if key not in memo:
        memo[key] = solve(claims, edges)
    return memo[key]  # type: ignore[return-value]


def _given_up(ties: _Ties, claims: Sequence[Claim]) -> Iterator[Dropped]:
    """What is given up for what, at the upper ends, by a relation that certainly binds."""
    for group, own in _groups(claims, ties.certain):
        paid = best_paid(group, own) if own else frozenset(c.id for c in group)
        for claim in group:
            if claim.id in paid:
                continue
            rivals = [(e, e.b if e.a == claim.id else e.a) for e in own if claim.id in (e.a, e.b)]
            blocking = [(e, r) for e, r in rivals if r in paid]
            if blocking:
                relation = blocking[0][0].relation
                names = tuple(r for _, r in blocking)
                yield Dropped(claim.id, names, relation.kind, claim.amount, relation.basis)


__all__ = ["EXACT_LIMIT", "Claim", "Edge", "claim_of", "combine", "components", "edges_of", "greatest", "least"]
