"""What a change means for people, added up one by one from exact decisions: slow, and easy to check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from talent_rules.cells import Line
from talent_rules.decide import decide, judge
from talent_rules.derive import known_state
from talent_rules.diff.affected import names_of
from talent_rules.diff.counting import CLIFF_PEOPLE, GROUPED_BY
from talent_rules.diff.model import Cliff, Group
from talent_rules.diff.worth import Worth, worth_of
from talent_rules.model import Declined, Facts, Number
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Kind

UNIT: Mapping[Kind, Number] = {Kind.COUNT: 1, Kind.MONEY: 100, Kind.AREA: 1, Kind.MONTHS: 1, Kind.DATE: 1}


def worths(base: RuleBase, people: Sequence[Facts], as_of: date) -> list[Worth]:
    """What a version brings each of them."""
    return [worth_of(base, decide(base, facts, as_of), facts) for facts in people]


def years(before: Iterable[Worth], after: Iterable[Worth]) -> tuple[tuple[int, int, int], ...]:
    """What is paid in each year, where anything is."""
    first, second = _summed(w.years for w in before), _summed(w.years for w in after)
    found = ((y, first.get(y, 0), second.get(y, 0)) for y in sorted({*first, *second}))
    return tuple(year for year in found if any(year[1:]))


def _summed(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in parts:
        for year, amount in part.items():
            found[year] = found.get(year, 0) + amount
    return found


def by_benefit(old: RuleBase, new: RuleBase, before: Sequence[Worth], after: Sequence[Worth]) -> tuple[Group, ...]:
    """Every benefit that treats somebody differently."""
    names = names_of(old, new)
    found = []
    for name in dict.fromkeys(b.id for base in (old, new) for b in base.benefits):
        sums = [(a.benefits.get(name, 0), b.benefits.get(name, 0)) for a, b in zip(before, after, strict=True)]
        if any(a != b for a, b in sums):
            found.append(_group(names[name], [s for s in sums if s != (0, 0)]))
    return tuple(found)


def grouped(
    base: RuleBase, people: Sequence[Facts], before: Sequence[Worth], after: Sequence[Worth]
) -> dict[str, tuple[Group, ...]]:
    """Totals by what people told."""
    words = {}
    for name, word in GROUPED_BY.items():
        found: dict[str, list[tuple[int, int]]] = {}
        for facts, a, b in zip(people, before, after, strict=True):
            value, entry = facts.get(name), base.vocabulary.fields.get(name)
            unsaid = entry is None or value is None or isinstance(value, Declined)
            found.setdefault("未知" if unsaid else entry.show(value), []).append((a.total, b.total))  # type: ignore[union-attr]
        words[word] = tuple(_group(v, found[v]) for v in sorted(found, key=lambda v: (v == "未知", v)))
    return words


def _group(value: str, sums: Sequence[tuple[int, int]]) -> Group:
    winners, losers = sum(b > a for a, b in sums), sum(b < a for a, b in sums)
    return Group(value, len(sums), winners, losers, sum(a for a, _ in sums), sum(b for _, b in sums))


def cliffs(base: RuleBase, people: Sequence[Facts], worth: Sequence[Worth], as_of: date) -> tuple[Cliff, ...]:
    """Where one unit of a number takes a benefit away."""
    found: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for facts, own in list(zip(people, worth, strict=True))[:CLIFF_PEOPLE]:
        for benefit, text in _edges(base, facts, own, as_of):
            lost = own.benefits[benefit]
            found.setdefault((benefit, text), []).append((lost, lost == own.total))
    listed = [
        Cliff(b, base.benefit(b).name, text, len(hits), sum(a for a, _ in hits), sum(e for _, e in hits))
        for (b, text), hits in found.items()
    ]
    return tuple(sorted(listed, key=lambda c: (-c.amount, c.benefit, c.text))[:10])


def _edges(base: RuleBase, facts: Facts, worth: Worth, as_of: date) -> Iterator[tuple[str, str]]:
    for name, value in facts.values.items():
        entry = base.vocabulary.fields.get(name)
        if entry is None or not entry.kind.numeric or isinstance(value, bool) or not isinstance(value, (int, Fraction)):
            continue
        for moved in (value - UNIT[entry.kind], value + UNIT[entry.kind]):
            if not _crosses(base, name, value, moved):
                continue
            state = known_state(base, facts.having({name: moved}), as_of)
            for number, benefit in enumerate(base.benefits):
                if worth.benefits.get(benefit.id) and not judge(base, number, state).outcome.open:
                    yield benefit.id, f"{entry.name} {entry.show(value)}→{entry.show(moved)}"


def _crosses(base: RuleBase, name: str, value: Number, moved: Number) -> bool:
    for _, axis, cells in base.by_field.get(name, ()):
        if not axis.facet and isinstance(cells, Line) and cells.locate(value) != cells.locate(moved):
            return True
    return False
