"""Where one unit of a number takes a benefit away."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from talent_rules.cells import Line
from talent_rules.diff.block import BlockWorth, Indices
from talent_rules.diff.model import Cliff
from talent_rules.engines.codes import cells_past
from talent_rules.engines.columns import Batch, deciding
from talent_rules.engines.known import Exact, Flags, Ints, Numbers, scale_of, taken, unscaled
from talent_rules.engines.partitions import OPEN
from talent_rules.engines.plan import Plan
from talent_rules.model import Number
from talent_rules.vocabulary import Kind

LISTED = 10
_UNIT: Mapping[Kind, Number] = {Kind.COUNT: 1, Kind.MONEY: 100, Kind.AREA: 1, Kind.MONTHS: 1, Kind.DATE: 1}


@dataclass(slots=True)
class _Fall:
    """Of those who lose a benefit at one edge: how many, how much, and for how many it is everything."""

    people: int = 0
    amount: int = 0
    everything: int = 0


def cliffs(
    plan: Plan, batch: Batch, worth: BlockWorth, day: date, only: Collection[str] | None = None
) -> tuple[Cliff, ...]:
    """The greatest falls of the people of a batch, by one unit of any number they told; `only` from these benefits."""
    found: dict[tuple[int, str], _Fall] = {}
    amounts = {n: worth.amounts(n) for n in plan.purse.mine}
    chosen = {n for n in amounts if only is None or plan.base.benefits[n].id in only}
    paying = {n: a for n, a in amounts.items() if n in chosen and bool((a > 0).any())}
    for name in sorted(batch.known):
        entry, known = plan.base.vocabulary.fields.get(name), batch.known[name]
        if entry is None or not isinstance(known, Numbers):
            continue
        exact = known.given & (known.lo == known.hi)
        for step in (-1, 1):
            moved = known.lo + step * int(_UNIT[entry.kind] * scale_of(entry))
            rows = np.flatnonzero(exact & _crosses(plan, name, known.lo, moved))
            if not rows.size:
                continue
            judged = deciding(plan, _moved(batch, name, rows, moved[rows]), day).benefits
            for number, amount in paying.items():
                lost = (amount[rows] > 0) & ~OPEN[judged[number].outcome]
                for value in np.unique(known.lo[rows][lost]).tolist():
                    here = rows[lost & (known.lo[rows] == value)]
                    shown = [entry.show(unscaled(v, scale_of(entry))) for v in (value, int(moved[here[0]]))]
                    fall = found.setdefault((number, f"{entry.name} {'→'.join(shown)}"), _Fall())
                    _add(fall, amount[here], worth.total[here])
    listed = _listed(plan, found)
    return tuple(sorted(listed, key=lambda c: (-c.amount, c.benefit, c.text))[:LISTED])


def _add(fall: _Fall, lost: Ints, total: Ints) -> None:
    fall.people += len(lost)
    fall.amount += int(lost.sum())
    fall.everything += int((lost == total).sum())


def _listed(plan: Plan, found: Mapping[tuple[int, str], _Fall]) -> Iterator[Cliff]:
    for (number, text), fall in found.items():
        benefit = plan.base.benefits[number]
        yield Cliff(benefit.id, benefit.name, text, fall.people, fall.amount, fall.everything)


def _crosses(plan: Plan, name: str, value: Ints, moved: Ints) -> Flags:
    """Whether a limit of some rule lies between two numbers."""
    found = np.zeros(len(value), dtype=np.bool_)
    for _, axis, cells in plan.base.by_field.get(name, ()):
        if not axis.facet and isinstance(cells, Line):
            scale = scale_of(plan.base.vocabulary.fields[name])
            found |= cells_past(cells, scale, value) != cells_past(cells, scale, moved)
    return found


def _moved(batch: Batch, name: str, rows: Indices, values: Ints) -> Batch:
    """Some people with another number."""
    known = {n: taken(k, rows) for n, k in batch.known.items()}
    known[name] = Exact(values, np.ones(len(rows), dtype=np.bool_))
    return Batch(len(rows), known, {}, batch.awkward[rows], batch.paid, batch.table, {})
