"""What a change means for a list of people: winners, losers, years, groups, cliffs, ten traced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from talent_rules.cells import Line
from talent_rules.combine import combine
from talent_rules.decide import judge
from talent_rules.derive import known_state
from talent_rules.diff.model import Cliff, Example, Group, Impact
from talent_rules.diff.population import decide_all, field_value
from talent_rules.model import Decision, Facts, Number, Payment, Verdict
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Kind, show_range

EXAMPLES = 10
HORIZON = 5
CLIFF_PEOPLE = 2000
GROUPED_BY = {"district": "旗区", "degree": "学位"}
_UNIT: Mapping[Kind, Number] = {Kind.COUNT: 1, Kind.MONEY: 100, Kind.AREA: 1, Kind.MONTHS: 1, Kind.DATE: 1}


@dataclass(slots=True)
class _Worth:
    """What one version brings one person: in all, by benefit and by year, at the upper ends."""

    total: int
    benefits: dict[str, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)


def impact(
    old: RuleBase, new: RuleBase, people: Sequence[Facts], as_of: date, *, source: str = "", seed: int | None = None
) -> Impact:
    """Both versions over everybody. `seed` says that the people are invented, and from which seed."""
    before = [_worth(old, d, f, as_of) for d, f in zip(decide_all(old, people, as_of), people, strict=True)]
    after = [_worth(new, d, f, as_of) for d, f in zip(decide_all(new, people, as_of), people, strict=True)]
    pairs = list(zip(before, after, strict=True))
    gains = [b.total - a.total for a, b in pairs]
    names = {b.id: b.name for base in (old, new) for b in base.benefits}
    return Impact(
        as_of,
        source or ("合成人群" if seed is not None else "名单"),
        seed is not None,
        len(people),
        sum(g > 0 for g in gains),
        sum(g < 0 for g in gains),
        sum(g == 0 for g in gains),
        sum(a.total for a in before),
        sum(b.total for b in after),
        tuple(_years(before, after)),
        tuple(_by_benefit(before, after, names)),
        {word: tuple(_grouped(people, pairs, new, name)) for name, word in GROUPED_BY.items()},
        tuple(_examples(old, new, people, gains, as_of)),
        tuple(_cliffs(new, people, after, as_of)),
        tuple(_caveats(old, new, seed)),
    )


def _caveats(old: RuleBase, new: RuleBase, seed: int | None) -> Iterator[str]:
    if seed is not None:
        yield f"这些人是合成的（种子 {seed}），不是真实名单：人数比例没有意义，只看谁得谁失"
    yield "金额按各项待认定都通过、各取上端计算；数额未载明或不封顶的待遇不计入金额"
    yield f"逐年发放、没写年数的，按 {HORIZON} 年计"
    if any(r.kind == "合计封顶" for base in (old, new) for r in base.relations):
        yield "合计封顶只作用于总额，分待遇、分年度的数字没有扣减"


def _worth(base: RuleBase, decision: Decision, facts: Facts, as_of: date) -> _Worth:
    counted = [v for v in decision.verdicts if v.amount is None or v.amount.reported.hi is not None]
    total = combine(base, counted, facts)
    paid = set(total.paid) | {v.benefit for v in counted if v.amount and v.amount.unit != "CNY"}
    found = _Worth((total.possible or 0) + (total.yearly.hi or 0) * HORIZON)
    persons = {b.id for b in base.benefits if b.to_person}
    for verdict in counted:
        if verdict.benefit in paid and verdict.benefit in persons and verdict.outcome.open and verdict.amount:
            _add(found, verdict, as_of)
    return found


def _add(found: _Worth, verdict: Verdict, as_of: date) -> None:
    for year, amount in by_year(verdict, as_of):
        found.years[year] = found.years.get(year, 0) + amount
        found.benefits[verdict.benefit] = found.benefits.get(verdict.benefit, 0) + amount


def by_year(verdict: Verdict, as_of: date) -> Iterator[tuple[int, int]]:
    """A verdict's payments by calendar year, granted on the day of the application."""
    if verdict.amount is None:
        return
    if not verdict.schedule:
        yield as_of.year, verdict.amount.reported.hi or 0
    for payment in verdict.schedule:
        yield from _payment_years(payment, as_of)


def _payment_years(payment: Payment, as_of: date) -> Iterator[tuple[int, int]]:
    start, step = _months(payment.after), _months(payment.every or "P0M")
    times = payment.times if payment.times is not None else HORIZON * 12 // max(step, 1)
    for number in range(times):
        month = as_of.month - 1 + start + number * step
        yield as_of.year + month // 12, payment.amount.hi or 0


def _months(period: str) -> int:
    found = re.fullmatch(r"P(\d+)([YM])", period)
    return 0 if found is None else int(found[1]) * (12 if found[2] == "Y" else 1)


def _years(before: Iterable[_Worth], after: Iterable[_Worth]) -> Iterator[tuple[int, int, int]]:
    first, second = _summed(w.years for w in before), _summed(w.years for w in after)
    for year in sorted({*first, *second}):
        yield year, first.get(year, 0), second.get(year, 0)


def _summed(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in parts:
        for year, amount in part.items():
            found[year] = found.get(year, 0) + amount
    return found


def _by_benefit(before: list[_Worth], after: list[_Worth], names: Mapping[str, str]) -> Iterator[Group]:
    for name in dict.fromkeys(b for w in (*before, *after) for b in w.benefits):
        sums = [(a.benefits.get(name, 0), b.benefits.get(name, 0)) for a, b in zip(before, after, strict=True)]
        if any(a != b for a, b in sums):
            yield _group(names.get(name, name), [s for s in sums if s != (0, 0)])


def _group(value: str, sums: Sequence[tuple[int, int]]) -> Group:
    winners, losers = sum(b > a for a, b in sums), sum(b < a for a, b in sums)
    return Group(value, len(sums), winners, losers, sum(a for a, _ in sums), sum(b for _, b in sums))


def _grouped(
    people: Sequence[Facts], pairs: Sequence[tuple[_Worth, _Worth]], base: RuleBase, name: str
) -> Iterator[Group]:
    found: dict[str, list[tuple[int, int]]] = {}
    for facts, (a, b) in zip(people, pairs, strict=True):
        found.setdefault(field_value(facts, base, name), []).append((a.total, b.total))
    for value in sorted(found, key=lambda v: (v == "未知", v)):
        yield _group(value, found[value])


# ── ten people, traced ──────────────────────────────────────────────────────────────────────


def _examples(
    old: RuleBase, new: RuleBase, people: Sequence[Facts], gains: list[int], as_of: date
) -> Iterator[Example]:
    changed = sorted((n for n, g in enumerate(gains) if g), key=lambda n: (-abs(gains[n]), n))
    winners, losers = [n for n in changed if gains[n] > 0], [n for n in changed if gains[n] < 0]
    half = EXAMPLES // 2
    chosen = winners[: max(half, EXAMPLES - len(losers))] + losers[: max(half, EXAMPLES - len(winners))]
    for number in sorted(chosen[:EXAMPLES]):
        facts = people[number]
        first, second = (next(decide_all(base, [facts], as_of)) for base in (old, new))
        worth = _worth(old, first, facts, as_of).total, _worth(new, second, facts, as_of).total
        yield Example(number + 1, _short(new, facts), *worth, tuple(_traced(first, second)))


def _short(base: RuleBase, facts: Facts) -> str:
    """The facts that are not simply no."""
    said = []
    for name, value in facts.values.items():
        entry = base.vocabulary.fields.get(name)
        if entry is not None and value is not False and value != frozenset() and value not in ("none", 0):
            said.append(f"{entry.name}={entry.show(value)}")
    return " ".join(said[:16])


def _traced(first: Decision, second: Decision) -> Iterator[str]:
    known = {v.benefit: v for v in first.verdicts}
    for verdict in second.verdicts:
        before = known.pop(verdict.benefit, None)
        if before is None:
            if verdict.outcome.open:
                yield f"{verdict.name}：没有这项→{_shown(verdict)}"
        elif (before.outcome, before.amount, before.dropped_by) != (
            verdict.outcome, verdict.amount, verdict.dropped_by,
        ):  # fmt: skip
            why = "；".join(f.text for f in verdict.because if f.holds is False)[:80]
            yield f"{verdict.name}：{_shown(before)}→{_shown(verdict)}" + (f"（不满足 {why}）" if why else "")
    for before in known.values():
        if before.outcome.open:
            yield f"{before.name}：{_shown(before)}→没有这项"


def _shown(verdict: Verdict) -> str:
    money = f" {show_range(verdict.amount.reported)}" if verdict.amount and verdict.outcome.open else ""
    return verdict.outcome.label + money + ("，让位于同享的其他项" if verdict.dropped_by else "")


# ── cliffs ──────────────────────────────────────────────────────────────────────────────────


def _cliffs(base: RuleBase, people: Sequence[Facts], worths: Sequence[_Worth], as_of: date) -> Iterator[Cliff]:
    """Where one unit of a number takes a benefit away."""
    found: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for facts, worth in list(zip(people, worths, strict=True))[:CLIFF_PEOPLE]:
        for benefit, text in _edges(base, facts, worth, as_of):
            lost = worth.benefits[benefit]
            found.setdefault((benefit, text), []).append((lost, lost == worth.total))
    names = {b.id: b.name for b in base.benefits}
    listed = [
        Cliff(benefit, names[benefit], text, len(hits), sum(a for a, _ in hits), sum(e for _, e in hits))
        for (benefit, text), hits in found.items()
    ]
    yield from sorted(listed, key=lambda c: (-c.amount, c.benefit, c.text))[:EXAMPLES]


def _edges(base: RuleBase, facts: Facts, worth: _Worth, as_of: date) -> Iterator[tuple[str, str]]:
    for name, value in facts.values.items():
        entry = base.vocabulary.fields.get(name)
        if entry is None or not entry.kind.numeric or isinstance(value, bool) or not isinstance(value, (int, Fraction)):
            continue
        unit = _UNIT[entry.kind]
        for moved in (value - unit, value + unit):
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
