"""z3 as a second opinion: on random rules it must agree with our own satisfiability, overlap and cover.

The encoding here starts from the condition trees, not from cells, so that a mistake in the cells
cannot hide in both.
"""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from snippets import benefit, document, loaded
from talent_rules.checks.book import Book
from talent_rules.checks.overlaps import overlapping, together
from talent_rules.conditions import AllOf, AnyOf, Atom, Axis, Between, Condition, Open, Stated
from talent_rules.regions import circuit_space
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.vocabulary import Kind

z3 = pytest.importorskip("z3", reason="没有装 z3-solver：pip install z3-solver 后再跑裁判测试")

SEEDS = range(12)
BENEFITS = 8


def random_line(rng: random.Random, tight: bool = False) -> str:
    """A line about nine fields, or about three, where contradictions are many."""
    if tight:
        return rng.choice(
            [f"双一流 是 {v}" for v in "是否"]
            + [f"境外院校 是 {v}" for v in "是否"]
            + ["学位 是 博士", "学位 不是 博士"]
        )
    return rng.choice(
        [
            f"学位 {rng.choice(['至少', '不超过', '是', '不是'])} {rng.choice(['本科', '硕士', '博士'])}",
            f"年龄 {rng.choice(['至少', '不满', '超过', '不超过', '是'])} {rng.choice([30, 35, 40])}周岁",
            f"劳动合同年限 {rng.choice(['至少', '不满', '超过', '不超过'])} {rng.choice([1, 3, 5])}年",
            f"年薪 {rng.choice(['至少', '不满', '超过'])} {rng.choice([30, 60])}万元",
            f"引进日期 {rng.choice(['早于', '不早于', '晚于'])} {rng.choice(['2021-08-24', '2024-03-22', '2021-08'])}",
            f"双一流 是 {rng.choice('是否')}",
            f"境外院校 是 {rng.choice('是否')}",
            f"荣誉 {rng.choice(['包含', '不包含'])} {rng.choice(['明日之星', '工匠'])}",
            f"购房面积 {rng.choice(['至少', '不满', '超过'])} {rng.choice([90, 120])}㎡",
        ]
    )


def random_condition(rng: random.Random, tight: bool, depth: int = 0) -> str:
    """A condition in flow YAML."""
    if depth == 0:
        return "[" + ", ".join(random_condition(rng, tight, 1) for _ in range(rng.randint(2, 4))) + "]"
    if depth > 2 or rng.random() < 0.55:
        return "{待定: 没有载明}" if rng.random() < 0.08 else random_line(rng, tight)
    parts = ", ".join(random_condition(rng, tight, depth + 1) for _ in range(rng.randint(2, 3)))
    return f"{{{rng.choice(['全部', '任一', '任一', '都不'])}: [{parts}]}}"


def random_base(seed: int, folder: Path) -> RuleBase:
    rng = random.Random(seed)
    conditions = [random_condition(rng, tight=seed % 2 == 1) for _ in range(BENEFITS)]
    return loaded(folder, document(*(benefit(f"b{n}", c) for n, c in enumerate(conditions))))


class Encoding:
    """Condition trees as z3 terms, one variable an axis."""

    def __init__(self, base: RuleBase) -> None:
        self.base = base
        self.known: dict[Axis, Any] = {}
        self.ranges: list[Any] = []

    def variable(self, axis: Axis) -> Any:
        if axis not in self.known:
            entry, name = self.base.vocabulary.fields[axis.field], str(axis)
            if axis.facet or entry.kind is Kind.FLAG:
                self.known[axis] = z3.Bool(name)
            elif entry.kind.numeric:
                term = z3.Int(name) if entry.kind.integral else z3.Real(name)
                self.ranges += [term >= entry.lo] if entry.lo is not None else []
                self.ranges += [term <= entry.hi] if entry.hi is not None else []
                self.known[axis] = term
            else:
                term = z3.Int(name)
                self.ranges += [term >= 0, term < len(entry.options)]
                self.known[axis] = term
        return self.known[axis]

    def term(self, node: Condition) -> Any:
        if isinstance(node, Stated):
            return self.term(node.part)
        if isinstance(node, Open):
            return z3.Bool("?" + node.id)
        if isinstance(node, Atom):
            return self.atom(node)
        parts = [self.term(p) for p in node.parts]
        if isinstance(node, AllOf):
            return z3.And(*parts)
        return z3.Or(*parts) if isinstance(node, AnyOf) else z3.Not(z3.Or(*parts))

    def atom(self, node: Atom) -> Any:
        term, entry = self.variable(node.axis), self.base.vocabulary.fields[node.axis.field]
        if isinstance(node.test, Between):
            parts = []
            if node.test.above is not None:
                value, after = node.test.above
                parts.append(term > value if after else term >= value)
            if node.test.below is not None:
                value, after = node.test.below
                parts.append(term <= value if after else term < value)
            inside = z3.And(*parts)
            return z3.Not(inside) if node.test.outside else inside
        if node.axis.facet or entry.kind is Kind.FLAG:
            return z3.Or(*(term if v == "yes" else z3.Not(term) for v in node.test.values))
        ids = [o.id for o in entry.options]
        return z3.Or(*(term == ids.index(v) for v in node.test.values))

    def possible(self, *terms: Any) -> bool:
        solver = z3.Solver()
        ties = [z3.Implies(self.term(i.when), self.term(i.then)) for i in self.base.implications]
        solver.add(*terms, *ties)
        solver.add(*self.ranges)
        return bool(solver.check() == z3.sat)


def whole(found: Benefit) -> Condition:
    return AllOf((found.scope, found.condition))


@pytest.mark.parametrize("seed", SEEDS)
def test_satisfiable_and_always_agree(seed: int, tmp_path: Path) -> None:
    base = random_base(seed, tmp_path)
    encoding = Encoding(base)
    for found, circuit in zip(base.benefits, base.circuits, strict=True):
        space, term = circuit_space(base, circuit), encoding.term(whole(found))
        assert space.possible(circuit.condition) == encoding.possible(term), found.id
        assert space.possible(circuit.opposite) == encoding.possible(z3.Not(term)), found.id


@pytest.mark.parametrize("seed", SEEDS)
def test_overlap_agrees_on_every_pair(seed: int, tmp_path: Path) -> None:
    base = random_base(seed, tmp_path)
    encoding = Encoding(base)
    book = Book(base, date(2026, 11, 21))
    guessed = {(first, second) for first, others in overlapping(book, range(BENEFITS)) for second in others}
    for first in range(BENEFITS):
        for second in range(first + 1, BENEFITS):
            pair = (base.benefits[first], base.benefits[second])
            truth = encoding.possible(*(encoding.term(whole(b)) for b in pair))
            assert (together(base, pair) is not None) == truth, pair
            assert not truth or (first, second) in guessed, "the quick look must lose no pair"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cover_is_exactly_the_set_and_a_witness_is_in_it(seed: int, tmp_path: Path) -> None:
    base = random_base(seed, tmp_path)
    for found, circuit in zip(base.benefits, base.circuits, strict=True):
        space, encoding = circuit_space(base, circuit), Encoding(base)
        term = encoding.term(whole(found))
        boxes = [box_term(encoding, space, box) for box in space.cover(circuit.condition, limit=200)]
        assert not encoding.possible(term, z3.Not(z3.Or(*boxes))), "everybody is covered"
        assert not encoding.possible(z3.Not(term), z3.Or(*boxes)), "nobody else is"


def box_term(encoding: Encoding, space: Any, box: tuple[int, ...]) -> Any:
    """A box of cells as a z3 term, cell by cell from the cuts."""
    parts = []
    for number, axis in enumerate(space.axes):
        if box[number] == space.masks[number]:
            continue
        cells = [c for c in range(space.cells[number].size) if box[number] >> c & 1]
        parts.append(z3.Or(*(cell_term(encoding, space, number, axis, c) for c in cells)))
    return z3.And(*parts)


def cell_term(encoding: Encoding, space: Any, number: int, axis: Axis, cell: int) -> Any:
    cells = space.cells[number]
    if axis.field == "?":
        flag = z3.Bool("?" + axis.facet)
        return flag if cell else z3.Not(flag)
    term = encoding.variable(axis)
    if not hasattr(cells, "cuts"):
        if term.sort() == z3.BoolSort():
            return term if cell else z3.Not(term)
        return term == cell
    low, high = cells.bounds(cell)
    ends: list[Any] = []
    if low is not None:
        ends.append(term > low[0] if low[1] else term >= low[0])
    if high is not None:
        ends.append(term <= high[0] if high[1] else term < high[0])
    return z3.And(*ends)


def test_what_one_half_forces_may_rule_out_the_other(tmp_path: Path) -> None:
    """Two facts that each follow, and together contradict an earlier part: once taken for possible."""
    text = document(benefit("a", "[{任一: [学位 是 博士, 双一流 是 是]}, 学位 不是 博士, 双一流 是 否]"))
    base = loaded(tmp_path, text)
    assert not circuit_space(base, base.circuits[0]).possible(base.circuits[0].condition)
