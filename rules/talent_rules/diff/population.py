"""People to count with: a file of facts, or an invented population that is said to be invented."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from talent_rules.cells import Cells, Choices, Line, mask_of
from talent_rules.conditions import AllOf, Axis
from talent_rules.decide import decide
from talent_rules.logic import Masks, narrow, replace
from talent_rules.model import Decision, Facts, Number, Place, Problem, Rejected, Value
from talent_rules.regions import everybody, find, joint_space
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.vocabulary import Field, Kind, Vocabulary

#: how often an invented person is drawn towards some benefit's conditions
LIKELY = 0.8
#: how often somebody has no title and is no exception, where nothing says otherwise
ORDINARY = 0.7
_ORDINARY = ("none", "no", "other")
#: how far an invented number may lie beyond the last limit of the rules
_REACH = {Kind.COUNT: 10, Kind.MONEY: 40_000_000, Kind.AREA: 60, Kind.MONTHS: 36, Kind.DATE: 500}


def decide_all(base: RuleBase, people: Sequence[Facts], as_of: date) -> Iterator[Decision]:
    """Everybody's decision, in order. The one place bulk goes through; judgements are remembered."""
    for facts in people:
        yield decide(base, facts, as_of)


# ── from a file ─────────────────────────────────────────────────────────────────────────────


def read_people(path: Path, vocabulary: Vocabulary) -> tuple[list[Facts], list[Problem]]:
    """The people of a CSV, JSONL or Parquet file; columns are field ids or 名称, others are skipped.

    Raises Rejected when the file cannot be read at all.
    """
    people: list[Facts] = []
    problems: list[Problem] = []
    for number, row in enumerate(_rows(path), 2):
        given = {k: v for k, v in row.items() if k and vocabulary.find(str(k)) is not None}
        facts, found = vocabulary.read(given, f"{path.name} 第{number}行")
        people.append(facts)
        problems += found
    return people, problems


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        if path.suffix.lower() == ".parquet":
            yield from _parquet(path)
        elif path.suffix.lower() in (".jsonl", ".ndjson"):
            yield from (json.loads(line) for line in path.read_text("utf-8-sig").splitlines() if line.strip())
        else:
            with path.open(encoding="utf-8-sig", newline="") as handle:
                yield from csv.DictReader(handle)
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        problem = Problem(Place(str(path)), "P600", f"名单读不了：{error}", "用 UTF-8 的 CSV、JSONL 或 Parquet")
        raise Rejected((problem,)) from None


def _parquet(path: Path) -> Iterator[Mapping[str, Any]]:
    import pyarrow.parquet as parquet

    for row in parquet.read_table(path).to_pylist():
        yield {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()}


# ── invented ────────────────────────────────────────────────────────────────────────────────


def invented(base: RuleBase, count: int, seed: int, like: Sequence[Facts] = ()) -> list[Facts]:
    """`count` people who do not exist, the same for the same seed; each fits the vocabulary.

    Most are drawn towards the conditions of some benefit, or towards somebody in `like`, so that
    limits are crossed; shares of the population therefore mean nothing, only who gains and loses.
    """
    rng = random.Random(seed)
    return [_person(base, rng, like) for _ in range(count)]


def _person(base: RuleBase, rng: random.Random, like: Sequence[Facts]) -> Facts:
    masks = everybody(base)
    if like and rng.random() < LIKELY / 2:
        masks = _resembling(base, rng.choice(like), masks)
    elif base.benefits and rng.random() < LIKELY:
        masks = _towards(base, rng, masks, rng.choice(base.benefits))
    axes = list(base.cells)
    for number in rng.sample(range(len(axes)), len(axes)):
        for bit in _drawn(base.cells[axes[number]], masks[number], rng):
            narrowed = narrow(base.constraints, replace(masks, number, bit))
            if narrowed is not None:
                masks = narrowed
                break
    values: dict[str, Value] = {}
    sets: dict[str, set[str]] = {}
    for number, axis in enumerate(axes):
        _fill(values, sets, base, axis, masks[number].bit_length() - 1, rng)
    values.update({name: frozenset(members) for name, members in sets.items()})
    values.pop("application_date", None)
    _others(values, base, rng)
    return Facts(values)


def _drawn(cells: Cells, mask: int, rng: random.Random) -> list[int]:
    """The cells in the order to try them: most people have no title and are no exception."""
    bits = [1 << i for i in range(mask.bit_length()) if mask >> i & 1]
    rng.shuffle(bits)
    if isinstance(cells, Choices) and rng.random() < ORDINARY:
        plain = cells.among(_ORDINARY)
        bits.sort(key=lambda b: not b & plain)
    return bits


def _resembling(base: RuleBase, facts: Facts, masks: Masks) -> Masks:
    """The masks narrowed to what is known of somebody."""
    for name, value in facts.values.items():
        for number, axis, cells in base.by_field.get(name, ()):
            if not axis.facet:
                known = masks[number] & mask_of(cells, value)
            elif axis.facet.startswith("∋") and isinstance(value, frozenset):
                known = 2 if axis.facet[1:] in value else 1
            else:
                continue
            masks = replace(masks, number, known or masks[number])
    return narrow(base.constraints, masks) or everybody(base)


def _towards(base: RuleBase, rng: random.Random, masks: Masks, benefit: Benefit) -> Masks:
    """The masks narrowed to somebody who may have a benefit."""
    whole = AllOf((benefit.scope, benefit.condition))
    space = joint_space(base, [whole])
    start = tuple(_thinned(m, rng) for m in space.masks)
    parts = (space.formula(whole), *space.constraints)
    box = find(parts, start) or find(parts, space.masks)
    if box is None:
        return masks
    for axis, mask in zip(space.axes, box, strict=True):
        if axis in base.axes and axis.field != "application_date":
            masks = replace(masks, base.axes[axis], mask)
    return narrow(base.constraints, masks) or everybody(base)


def _thinned(mask: int, rng: random.Random) -> int:
    """Some of the cells, so that different people come out."""
    kept = sum(1 << i for i in range(mask.bit_length()) if mask >> i & 1 and rng.random() < 0.6)
    return kept or mask


def _fill(
    values: dict[str, Value], sets: dict[str, set[str]], base: RuleBase, axis: Axis, cell: int, rng: random.Random
) -> None:
    entry, cells = base.vocabulary.fields[axis.field], base.cells[axis]
    if axis.facet.startswith("∋"):
        sets.setdefault(axis.field, set()).update({axis.facet[1:]} if cell else set())
    elif not axis.facet:
        values[axis.field] = _value(entry, cells, cell, rng)


def _value(entry: Field, cells: Cells, cell: int, rng: random.Random) -> Value:
    if isinstance(cells, Choices):
        return bool(cell) if entry.kind is Kind.FLAG else cells.values[cell]
    lo, hi = _ends(entry, cells, cell)
    return rng.randint(int(lo), max(int(lo), int(hi)))


def _ends(entry: Field, cells: Line, cell: int) -> tuple[Number, Number]:
    low, high = cells.bounds(cell)
    reach = _REACH[entry.kind]
    lo = None if low is None else low[0] + low[1]
    hi = None if high is None else high[0] - (1 - high[1])
    if entry.lo is not None:
        lo = entry.lo if lo is None else max(lo, entry.lo)
    if lo is None:
        lo = (hi if hi is not None else date(2022, 1, 1).toordinal()) - reach
    hi = lo + reach if hi is None else hi
    if entry.hi is not None:
        hi = min(hi, entry.hi)
    return Fraction(lo).__ceil__(), Fraction(hi).__floor__()


def _others(values: dict[str, Value], base: RuleBase, rng: random.Random) -> None:
    """What amounts are computed from, and what the report groups by."""
    names = {n for c in base.circuits for n in c.numbers} | {"district"}
    for name in sorted(names - values.keys()):
        entry = base.vocabulary.fields.get(name)
        if entry is None:
            continue
        if entry.options:
            values[name] = rng.choice(entry.options).id
        elif entry.kind.numeric:
            lo = entry.lo or 0
            values[name] = rng.randint(int(lo), int(lo) + _TYPICAL.get(entry.kind, 3))


_TYPICAL = {Kind.MONEY: 1_000_000, Kind.AREA: 200, Kind.MONTHS: 36, Kind.COUNT: 2}


def field_value(facts: Facts, base: RuleBase, name: str) -> str:
    """A fact in words, for grouping."""
    entry = base.vocabulary.fields.get(name)
    value = facts.get(name)
    return "未知" if entry is None or value is None else entry.show(value)
