"""L204: pairs of siblings under 全部, the top included, that no person can meet together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from talent_rules.checks.book import Book, Part
from talent_rules.conditions import AllOf, Reach, Stated, atoms
from talent_rules.model import Problem
from talent_rules.points import bounds, show_points
from talent_rules.regions import Space

CODE = "L204"


def check(book: Book) -> Iterator[Problem]:
    """Pairs of siblings under 全部, the top included, that no person can meet together."""
    for benefit, circuit, space in book.with_circuits():
        if len(circuit.axes) < 1:
            continue
        parts = list(book.parts(benefit))
        groups = [p for p in parts if isinstance(p.node, AllOf)]
        for group in groups:
            inner = [p for p in parts if p.path[: len(group.path)] == group.path and len(p.path) > len(group.path)]
            if not space.possible(space.formula(group.node)):
                yield from _pairs(book, benefit.id, inner, space)
        if benefit.id in book.hopeless and not any(not space.possible(space.formula(g.node)) for g in groups):
            yield from _pairs(book, benefit.id, [p for p in parts if _conjunct(p, parts)], space)


def _why(part: Part) -> str:
    """What a condition that nobody can meet asks too much of."""
    node = part.node
    while isinstance(node, Stated):
        node = node.part
    if isinstance(node, Reach):
        return f"各项加起来最多 {show_points(bounds(node.score, lambda _: None)[1])}，核对分数和门槛"
    return "改掉或删去这一项"


def _conjunct(part: Part, parts: list[Part]) -> bool:
    """Whether only 全部 stands above a piece."""
    return all(isinstance(p.node, AllOf) for p in parts if p is not part and part.path[: len(p.path)] == p.path)


def _pairs(book: Book, benefit: str, parts: list[Part], space: Space) -> Iterator[Problem]:
    leaves = [p for p in parts if not isinstance(p.node, AllOf) and any(True for _ in atoms(p.node))]
    for part in leaves:
        if not space.possible(space.formula(part.node)):
            yield book.problem(
                part.place, CODE, f"{book.name(benefit)}：“{part.text}”本身就不可能成立", _why(part), "error"
            )
            return
    for first, second in combinations(leaves, 2):
        nested = first.path == second.path[: len(first.path)]
        if nested or space.possible(space.formula(first.node), space.formula(second.node)):
            continue
        message = f"{book.name(benefit)}：“{first.text}”与“{second.text}”不可能同时成立"
        hint = f"第 {first.place.line} 行与第 {second.place.line} 行，两者取其一的写 `任一`"
        yield book.problem(second.place, CODE, message, hint, "error")
        return
