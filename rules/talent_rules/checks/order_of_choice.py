"""L403: a middle benefit excluding two that may go together, worked out for a person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from talent_rules.checks.book import Book
from talent_rules.checks.figures import spread
from talent_rules.checks.overlaps import together
from talent_rules.model import Problem, Range
from talent_rules.rulebase import Benefit, Relation
from talent_rules.vocabulary import show_yuan

CODE = "L403"
_KINDS = ("就高", "择一", "补差")


def check(book: Book) -> Iterator[Problem]:
    """A middle benefit excluding two that may go together, worked out for a person."""
    known = {b.id: b for b in book.base.benefits}
    edges: dict[frozenset[str], Relation] = {}
    for relation in book.base.relations:
        if relation.kind in _KINDS:
            for pair in combinations([m for m in dict.fromkeys(relation.members) if m in known], 2):
                edges.setdefault(frozenset(pair), relation)
    for middle in dict.fromkeys(m for pair in sorted(map(sorted, edges)) for m in pair):
        rivals = sorted(m for pair in edges if middle in pair for m in pair - {middle})
        for first, third in combinations(rivals, 2):
            if frozenset((first, third)) not in edges:
                yield from _worked(book, [known[i] for i in (first, middle, third)], edges[frozenset((middle, third))])


def _worked(book: Book, three: list[Benefit], relation: Relation) -> Iterator[Problem]:
    amounts = _conflict(*(spread(book, b) for b in three))
    found = together(book.base, three) if amounts else None
    if amounts is None or found is None:
        return
    a, b, c = amounts
    names = [book.name(x) for x in three]
    paid = f"就高发 {show_yuan(b)}，本人择一可拿 {show_yuan(a + c)}"
    message = f"{names[1]} 与 {names[0]}、{names[2]} 都不能同享，后两项却可以：{paid}"
    worked = "、".join(map(show_yuan, amounts))
    hint = f"算例 {worked}；例如 {found[0].person(found[1])}；核对来源写的是就高还是择一"
    yield book.problem(relation.place, CODE, message, hint)


def _conflict(first: Range, middle: Range, third: Range) -> tuple[int, int, int] | None:
    """Amounts within the three ranges for which the middle is highest, yet less than both others."""
    tops = [r.hi if r.hi is not None else max(r.lo, 1) * 2 for r in (first, middle, third)]
    b = tops[1]
    a, c = min(tops[0], b), min(tops[2], b)
    if a >= first.lo and c >= third.lo and b > 0 and a and c and a + c > b:
        return a, b, c
    return None
