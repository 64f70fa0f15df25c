"""What must hold of every rule base and every person, tried on many of both."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, pairwise, permutations, product
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agree import AS_OF, columns_against_exact, reference_against_exact, rows_of
from crowd import UNKNOWN, Crowd, crowd, people, profile
from generate import generate_rule_base, write_rule_base
from talent_rules import load
from talent_rules.combine import Claim, Edge, combine, greatest, least
from talent_rules.compiler import load_folder
from talent_rules.library import RuleBase, with_verbs
from talent_rules.model import Basis, Decision, Facts, Grade, Money, Outcome, Range, Total, Verdict
from talent_rules.rulebase import Relation
from talent_rules.rulebase import RuleBase as Compiled
from talent_rules.schedule import split_exactly

DECIDED = (Outcome.ELIGIBLE, Outcome.INELIGIBLE, Outcome.OUT_OF_SCOPE)
SEEDS = st.integers(0, 7)
few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@lru_cache(maxsize=16)
def town(seed: int) -> tuple[RuleBase, Crowd]:
    """A random rule base and the people near its edges."""
    base = generate_rule_base(200 + seed, 3)
    return base, crowd(base, seed, size=40, unknown=0.05, partial=False)


def somebody(seed: int, number: int) -> tuple[RuleBase, dict[str, object]]:
    """A random person of a random town, nearly fully described."""
    base, group = town(seed)
    row = rows_of(people(group, number, 1, unknown=0.05, wild=0.0), [0])[0]
    return base, {k: v for k, v in row.items() if v not in UNKNOWN}


def contradicted(decision: Decision) -> bool:
    return any(p.code in ("P604", "P605") for p in decision.problems)


# ── knowing more ────────────────────────────────────────────────────────────────────────────


@few
@given(SEEDS, st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_a_fact_more_never_turns_a_decision_around(seed: int, number: int, rng: random.Random) -> None:
    base, facts = somebody(seed, number)
    order = rng.sample(list(facts), len(facts))
    known: dict[str, object] = {"application_date": facts.get("application_date", "2024-09-01")}
    before = base.decide(known, as_of=AS_OF)
    for name in order:
        known = {**known, name: facts[name]}
        after = base.decide(known, as_of=AS_OF)
        if contradicted(after):
            return
        for old, new in zip(before.verdicts, after.verdicts, strict=True):
            if old.outcome in DECIDED:
                # “不符合” may become “不适用” once the date that chooses the version is told: no stays no.
                assert (new.outcome is Outcome.ELIGIBLE) is (old.outcome is Outcome.ELIGIBLE), (old.benefit, name)
                assert new.outcome in DECIDED, (old.benefit, name, known)
        before = after


@few
@given(SEEDS, st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_truth_lies_inside_every_interval(seed: int, number: int, rng: random.Random) -> None:
    base, facts = somebody(seed, number)
    whole = base.decide(facts, as_of=AS_OF)
    kept = {k: v for k, v in facts.items() if k == "application_date" or rng.random() < 0.6}
    part = base.decide(kept, as_of=AS_OF)
    if contradicted(whole) or contradicted(part):
        return
    for inner, outer in zip(whole.verdicts, part.verdicts, strict=True):
        if inner.amount is not None:
            assert outer.amount is not None, inner.benefit
            assert within(inner.amount.reported, outer.amount.reported), (inner.benefit, kept)
    assert part.total.guaranteed <= whole.total.guaranteed
    assert no_more(whole.total.possible, part.total.possible)


def within(inner: Range, outer: Range) -> bool:
    """Whether one range lies inside another."""
    return outer.lo <= inner.lo and no_more(inner.hi, outer.hi)


def no_more(a: int | None, b: int | None) -> bool:
    """Whether one upper end is no more than another; None is no bound."""
    return b is None or (a is not None and a <= b)


@few
@given(SEEDS, st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_outcomes_and_both_ends_are_those_of_trying_everything(seed: int, number: int, rng: random.Random) -> None:
    base, facts = somebody(seed, number)
    kept = {k: v for k, v in facts.items() if rng.random() < 0.85}
    assert reference_against_exact(base, kept) == ""


@lru_cache(maxsize=1)
def real() -> tuple[RuleBase, Crowd]:
    base = load("ordos")
    return base, crowd(base, 1, size=40, unknown=0.1)


@pytest.mark.parametrize("number", range(5))
def test_telling_more_only_ever_narrows_what_the_real_rules_answer(number: int) -> None:
    base, group = real()
    row = rows_of(people(group, number, 1, unknown=0.1, wild=0.0), [0])[0]
    facts = {k: v for k, v in row.items() if v not in UNKNOWN}
    known: dict[str, object] = {"application_date": facts.get("application_date", "2024-09-01")}
    before = base.decide(known, as_of=AS_OF)
    for name in random.Random(number).sample(list(facts), len(facts)):
        known = {**known, name: facts[name]}
        after = base.decide(known, as_of=AS_OF)
        if contradicted(after):
            return
        for old, new in zip(before.verdicts, after.verdicts, strict=True):
            assert old.outcome not in DECIDED or new.outcome in DECIDED, (old.benefit, name, known)
            if old.amount is not None and new.amount is not None:
                assert within(new.amount.reported, old.amount.reported), (old.benefit, name, known)
        assert before.total.guaranteed <= after.total.guaranteed
        assert no_more(after.total.possible, before.total.possible)
        before = after


# ── writing it differently ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_keys_conditions_and_files_changes_nothing(seed: int) -> None:
    one, two = _compiled(seed, None), _compiled(seed, random.Random(seed))
    table = people(crowd(one, seed, size=30), seed, 60)
    for row in table.to_pylist():
        facts = profile(row)
        left, right = one.decide(facts, as_of=AS_OF), two.decide(facts, as_of=AS_OF)
        for verdict in left.verdicts:
            other = right[verdict.benefit]
            assert (verdict.outcome, verdict.amount) == (other.outcome, other.amount), (verdict.benefit, facts)
            assert set(verdict.missing) == set(other.missing)
        assert _ends(left.total) == _ends(right.total)


def _ends(total: Total) -> tuple[object, ...]:
    return total.guaranteed, total.possible, total.yearly


def _compiled(seed: int, rng: random.Random | None) -> RuleBase:
    """A random town, its files shuffled when a source of chance is given."""
    with tempfile.TemporaryDirectory() as folder:
        write_rule_base(Path(folder), 300 + seed, 3)
        files = sorted((Path(folder) / "town").glob("*.yaml"))
        if rng is not None:
            files = [_shuffled(path, rng) for path in files]
        base, problems = load_folder(Path(folder), files, "town")
        assert base is not None and not [p for p in problems if p.severity == "error"]
        return with_verbs(base)


def _shuffled(path: Path, rng: random.Random) -> Path:
    content = _mixed(json.loads(path.read_text(encoding="utf-8")), rng, "")
    other = path.with_name(f"{rng.random()}-{path.name}")
    other.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    path.unlink()
    return other


def _mixed(node: object, rng: random.Random, under: str) -> object:
    """Keys in another order everywhere, lists where they are sets."""
    if isinstance(node, dict):
        return {k: _mixed(node[k], rng, k) for k in rng.sample(list(node), len(node))}
    if isinstance(node, list):
        parts = [_mixed(n, rng, "") for n in node]
        return (
            rng.sample(parts, len(parts))
            if under in ("条件", "全部", "任一", "都不", "待遇", "成员", "关系")
            else parts
        )
    return node


# ── relations ───────────────────────────────────────────────────────────────────────────────


def relation(kind: str, members: Sequence[str], limit: int | None = None) -> Relation:
    return Relation(kind, tuple(members), Basis(), limit=limit)


def edges_between(kind: str, pairs: Sequence[tuple[str, str]]) -> list[Edge]:
    return [Edge(kind, a, b, relation(kind, (a, b))) for a, b in pairs]


@st.composite
def rivals(draw: st.DrawFn, kind: str, most: int = 5) -> tuple[list[Claim], list[Edge]]:
    """A few claims and who excludes whom."""
    size = draw(st.integers(1, most))
    claims = []
    for name in "ABCDEFGH"[:size]:
        lo = draw(st.integers(0, 6))
        claims.append(Claim(name, Range(lo, lo + draw(st.integers(0, 3))), draw(st.booleans())))
    pairs = [p for p in combinations([c.id for c in claims], 2) if draw(st.booleans())]
    return claims, edges_between(kind, pairs)


def worlds(claims: Sequence[Claim]) -> Iterator[dict[str, int]]:
    """Every way the claims can turn out: who is granted, and how much."""
    for some in product(*([True] if c.sure else [True, False] for c in claims)):
        granted = [c for c, yes in zip(claims, some, strict=True) if yes]
        for amounts in product(*(range(c.amount.lo, (c.amount.hi or 0) + 1) for c in granted)):
            yield {c.id: amount for c, amount in zip(granted, amounts, strict=True)}


def paid_highest(world: Mapping[str, int], edges: Sequence[Edge]) -> set[int]:
    """What the office may pay, highest first, whichever way it breaks ties."""
    found = set()
    near = {(e.a, e.b) for e in edges} | {(e.b, e.a) for e in edges}
    for order in permutations(world):
        if any(world[a] < world[b] for a, b in pairwise(order)):
            continue
        paid: list[str] = []
        for name in order:
            if not any((name, p) in near for p in paid):
                paid.append(name)
        found.add(sum(world[p] for p in paid))
    return found


def paid_by_choice(world: Mapping[str, int], edges: Sequence[Edge]) -> int:
    """The best the applicant can pick."""
    near = {(e.a, e.b) for e in edges}
    best = 0
    for size in range(len(world) + 1):
        for some in combinations(world, size):
            if not any((a, b) in near or (b, a) in near for a, b in combinations(some, 2)):
                best = max(best, sum(world[s] for s in some))
    return best


@settings(max_examples=60, deadline=None)
@given(rivals("就高", most=4))
def test_highest_is_paid_as_in_every_world(found: tuple[list[Claim], list[Edge]]) -> None:
    claims, edges = found
    sums = [s for world in worlds(claims) for s in paid_highest(world, edges)]
    assert (least(claims, edges), greatest(claims, edges)) == (min(sums), max(sums))


@settings(max_examples=100, deadline=None)
@given(rivals("就高", most=4), st.randoms(use_true_random=False))
def test_where_nobody_wrote_whether_both_are_paid_both_ways_lie_inside(
    found: tuple[list[Claim], list[Edge]], rng: random.Random
) -> None:
    claims, edges = found
    kinds = [rng.choice(("就高", "待定")) for _ in edges]
    relations = [relation(kind, (e.a, e.b)) for kind, e in zip(kinds, edges, strict=True)]
    certain = [e for kind, e in zip(kinds, edges, strict=True) if kind == "就高"]
    open_ones = [e for kind, e in zip(kinds, edges, strict=True) if kind == "待定"]
    readings = [
        [*certain, *some] for size in range(len(open_ones) + 1) for some in combinations(open_ones, size)
    ]  # each pair is paid together or not, whatever the others
    sums = [s for world in worlds(claims) for reading in readings for s in paid_highest(world, reading)]
    worth = total(claims, relations)
    assert worth.guaranteed == min(sums) and worth.possible is not None and worth.possible >= max(sums)
    if not open_ones:
        assert worth.possible == max(sums)


def test_what_is_taken_away_may_let_in_more_than_it_brought() -> None:
    claims = [Claim(n, Range(v, v), True) for n, v in (("A", 50), ("B", 45), ("C", 40), ("D", 40), ("E", 40))]
    relations = [relation("待定", ("A", "B")), *(relation("就高", ("B", n)) for n in "CDE")]
    worth = total(claims, relations)
    # A and B both paid: 50 + 45, and B keeps out the rest; only A: 50 + 3 × 40
    assert (worth.guaranteed, worth.possible) == (95, 170)


@settings(max_examples=60, deadline=None)
@given(rivals("择一"))
def test_the_best_choice_is_that_of_every_world(found: tuple[list[Claim], list[Edge]]) -> None:
    claims, edges = found
    sums = [paid_by_choice(world, edges) for world in worlds(claims)]
    assert (least(claims, edges), greatest(claims, edges)) == (min(sums), max(sums))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(("就高", "择一")),
    st.lists(st.integers(0, 60), min_size=6, max_size=12),
    st.randoms(use_true_random=False),
)
def test_a_group_of_up_to_twelve_pays_what_trying_every_subset_pays(
    kind: str, amounts: list[int], rng: random.Random
) -> None:
    claims = [Claim(name, Range(v, v), True) for name, v in zip("ABCDEFGHIJKL", amounts, strict=False)]
    pairs = [p for p in combinations([c.id for c in claims], 2) if rng.random() < 0.35]
    found = least(claims, edges_between(kind, pairs)), greatest(claims, edges_between(kind, pairs))
    near = {*pairs, *((b, a) for a, b in pairs)}
    worth = {c.id: c.amount.lo for c in claims}
    apart = [
        some
        for size in range(len(claims) + 1)
        for some in combinations(worth, size)
        if not any(p in near for p in combinations(some, 2))
    ]
    sums = [
        sum(worth[s] for s in some)
        for some in apart
        if kind == "择一"  # 就高: whoever is left out has a paid rival that is at least as high
        or all(any((n, p) in near and worth[p] >= worth[n] for p in some) for n in worth if n not in some)
    ]
    assert found == ((max(sums), max(sums)) if kind == "择一" else (min(sums), max(sums)))


def test_the_worked_example() -> None:
    claims = [Claim(n, Range(v, v), True) for n, v in (("A", 40), ("B", 45), ("C", 20))]
    pairs = [("A", "B"), ("B", "C")]
    assert least(claims, edges_between("就高", pairs)) == greatest(claims, edges_between("就高", pairs)) == 45
    assert least(claims, edges_between("择一", pairs)) == greatest(claims, edges_between("择一", pairs)) == 60


def total(claims: Sequence[Claim], relations: Sequence[Relation]) -> Total:
    """The total of claims under relations."""
    benefits = tuple(SimpleNamespace(id=c.id, to_person=True) for c in claims)
    base = Compiled("", "", None, {}, (), tuple(relations))  # type: ignore[arg-type]
    vars(base)["paid_to_persons"] = frozenset(b.id for b in benefits)
    verdicts = [
        Verdict(
            c.id, c.id, Outcome.ELIGIBLE if c.sure else Outcome.NEEDS_INFO,
            Money(c.amount, c.amount, Grade.A), (), (), (), (),
        )
        for c in claims
    ]  # fmt: skip
    return combine(base, verdicts, Facts())


@st.composite
def capped(draw: st.DrawFn) -> tuple[list[Claim], list[Relation]]:
    """Claims of which some are rivals, and sums of some of them capped."""
    claims, edges = draw(rivals("就高", most=4))
    names = [c.id for c in claims]
    relations = [relation("就高", (e.a, e.b)) for e in edges]
    for _ in range(draw(st.integers(1, 2))):
        members = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
        relations.append(relation("合计封顶", members, draw(st.integers(0, 8))))
    return claims, relations


def paid_under_caps(world: Mapping[str, int], relations: Sequence[Relation]) -> set[int]:
    """The sums the office may come to: highest first, then as much as the caps let through."""
    edges = [Edge("就高", a, b, r) for r in relations if r.kind == "就高" for a, b in combinations(r.members, 2)]
    near = {(e.a, e.b) for e in edges} | {(e.b, e.a) for e in edges}
    found = set()
    for order in permutations(world):
        if any(world[a] < world[b] for a, b in pairwise(order)):
            continue
        paid: list[str] = []
        for name in order:
            if not any((name, p) in near for p in paid):
                paid.append(name)
        best = 0
        for cuts in product(*(range(world[p] + 1) for p in paid)):
            given = dict(zip(paid, cuts, strict=True))
            caps = [r for r in relations if r.kind == "合计封顶"]
            if all(sum(v for k, v in given.items() if k in r.members) <= (r.limit or 0) for r in caps):
                best = max(best, sum(cuts))
        found.add(best)
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(capped())
def test_a_capped_sum_is_never_promised_too_high_nor_bounded_too_low(found: tuple[list[Claim], list[Relation]]) -> None:
    claims, relations = found
    narrow = [Claim(c.id, Range(c.amount.lo, min(c.amount.hi or 0, c.amount.lo + 1)), c.sure) for c in claims]
    sums = [s for world in worlds(narrow) for s in paid_under_caps(world, relations)]
    result = total(narrow, relations)
    assert result.guaranteed <= min(sums), (narrow, relations, result.guaranteed, min(sums))
    assert result.possible is not None and result.possible >= max(sums)


# ── instalments ─────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 10**13), st.lists(st.integers(1, 100), min_size=1, max_size=8))
def test_instalments_add_up_to_the_fen(whole: int, shares: list[int]) -> None:
    parts = split_exactly(whole, tuple(shares))
    assert sum(parts) == whole and len(parts) == len(shares) and all(p >= 0 for p in parts)


def test_schedules_of_ordos_add_up() -> None:
    base = load("ordos")
    seen = 0
    for case in base.cases[:120]:
        for verdict in base.decide(case.given, as_of=AS_OF).verdicts:
            if verdict.amount is None or verdict.amount.unit != "CNY" or not verdict.schedule:
                continue
            seen += 1
            assert sum(p.amount.lo * (p.times or 1) for p in verdict.schedule) == verdict.amount.reported.lo
            if verdict.amount.reported.hi is not None:
                his = [p.amount.hi for p in verdict.schedule]
                assert None not in his
                assert sum((p.amount.hi or 0) * (p.times or 1) for p in verdict.schedule) == verdict.amount.reported.hi
    assert seen


def test_instalments_of_people_near_every_limit_add_up_at_both_ends() -> None:
    base, group = real()
    seen = 0
    for row in people(group, 2, 40, unknown=0.3).to_pylist():
        for verdict in base.decide(profile(row), as_of=AS_OF).verdicts:
            if verdict.amount is None or verdict.amount.unit != "CNY" or not verdict.schedule:
                continue
            seen += 1
            reported, paid = verdict.amount.reported, [(p.amount, p.times or 1) for p in verdict.schedule]
            assert sum(amount.lo * times for amount, times in paid) == reported.lo, (verdict.benefit, row)
            his = [amount.hi * times for amount, times in paid if amount.hi is not None]
            assert (sum(his) if len(his) == len(paid) else None) == reported.hi, (verdict.benefit, row)
    assert seen > 20


@few
@given(SEEDS, st.integers(0, 10**6))
def test_one_person_in_columns_is_that_person(seed: int, number: int) -> None:
    base, facts = somebody(seed, number)
    assert columns_against_exact(base, facts) == ""
