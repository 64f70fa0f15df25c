"""People near every threshold: for each field the values around what the rules compare it with."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa

from talent_rules.cells import Line
from talent_rules.conditions import atoms
from talent_rules.derive import known_state
from talent_rules.model import Declined, Facts, Number, OneOf, Span
from talent_rules.money import Constant, parts_of
from talent_rules.quantities import add_months
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind

UNKNOWN = ("", "不清楚", "不想说")


@dataclass(frozen=True)
class Crowd:
    """Texts a person may write for each field, and sets of fields that have to fit each other."""

    pools: Mapping[str, tuple[str, ...]]
    fitting: tuple[tuple[Mapping[str, str], ...], ...]


def fields_read(base: RuleBase) -> tuple[str, ...]:
    """Every field that can matter, given or derived from, in the order of the vocabulary."""
    wanted = {axis.field for axis in base.cells} | {n for c in base.circuits for n in c.numbers}
    if any(r.kind in ("不重复享受", "扣减", "补差", "家庭一次") for r in base.relations):
        wanted |= {"received", "family_received"}
    for name in sorted(wanted):
        how = base.vocabulary.fields[name].derivation
        wanted |= {n for n in (how.of, how.on) if n} if how else set()
    return tuple(n for n in base.vocabulary.fields if n in wanted)


def crowd(base: RuleBase, seed: int, *, size: int = 100, unknown: float = 0.2, partial: bool = True) -> Crowd:
    """The pools of a rule base, and `size` fitting sets for fields tied by implications."""
    pools = {n: tuple(_pool(base, base.vocabulary.fields[n], partial)) for n in fields_read(base)}
    rng = random.Random(seed)
    fitting = tuple(
        tuple(_fitting(base, pools, names, rng, unknown) for _ in range(size)) for names in _tied(base, pools)
    )
    return Crowd(pools, fitting)


def people(crowd: Crowd, seed: int, count: int, *, unknown: float = 0.2, wild: float = 0.05) -> pa.Table:
    """So many people as a table of texts; a few (`wild`) without regard to what fits together."""
    rng = np.random.default_rng(seed)
    columns: dict[str, pa.Array] = {}
    tied = {n for group in crowd.fitting for n in group[0]} if crowd.fitting else set()
    lawless = rng.random(count) < wild
    for name, pool in crowd.pools.items():
        if name not in tied:
            columns[name] = _drawn(rng, pool, count, unknown)
    for group in crowd.fitting:
        picks = rng.integers(0, len(group), count)
        for name in group[0]:
            words, codes = np.unique([p[name] for p in group], return_inverse=True)
            fit = codes[picks]
            free = rng.integers(0, len(crowd.pools[name]), count)
            words_all = [*words.tolist(), *crowd.pools[name]]
            chosen = np.where(lawless, len(words) + free, fit).astype(np.int32)
            columns[name] = pa.DictionaryArray.from_arrays(pa.array(chosen), pa.array(words_all))
    return pa.table({n: columns[n] for n in crowd.pools})


def _drawn(rng: np.random.Generator, pool: tuple[str, ...], count: int, unknown: float) -> pa.Array:
    codes = rng.integers(0, len(pool), count).astype(np.int32)
    missing = rng.random(count) < unknown
    codes[missing] = len(pool) + rng.integers(0, len(UNKNOWN), int(missing.sum()))
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array([*pool, *UNKNOWN]))


def profile(row: Mapping[str, object]) -> dict[str, object]:
    """A row without what it leaves empty."""
    return {k: v for k, v in row.items() if v not in (None, "")}


# ── values near the edges ───────────────────────────────────────────────────────────────────


def _pool(base: RuleBase, field: Field, partial: bool) -> Iterator[str]:
    if field.kind is Kind.FLAG:
        yield from ("是", "否")
    elif field.kind in (Kind.CHOICE, Kind.ORDERED):
        yield from (o.id for o in field.options)
        if partial and field.kind is Kind.ORDERED:
            yield f"{field.options[len(field.options) // 2].name}及以上"
    elif field.kind is Kind.SET:
        names = [o.id for o in field.options] or _benefit_ids(base, field)
        yield "无"
        yield from names
        yield "、".join(names[:2]) or "无"
    elif field.kind is Kind.MEMBER:
        yield from _members(base, field)
    elif field.kind is Kind.PEOPLE:
        yield from _parents(base, field)
    else:
        numbers = sorted(set(_edges(base, field)))
        yield from (_text(field, n) for n in numbers)
        if partial and numbers:
            middle = numbers[len(numbers) // 2]
            yield from _vague(field, middle)


def _benefit_ids(base: RuleBase, field: Field) -> list[str]:
    kinds = ("家庭一次",) if field.id == "family_received" else ("不重复享受", "扣减", "补差")
    found = {m for r in base.relations if r.kind in kinds for m in (*r.members, *r.received)}
    return sorted(found)[:6]


def _members(base: RuleBase, field: Field) -> list[str]:
    lists = base.vocabulary.reference.lists
    names = sorted(lists[field.list_id].since)
    found: list[str] = []
    for signature in {tuple(sorted(i for i, one in lists.items() if n in one.since)) for n in names}:
        alike = [n for n in names if tuple(sorted(i for i, one in lists.items() if n in one.since)) == signature]
        found += alike[:2]
    for one in lists.values():
        found += [n for n in names if n in one.since and one.since[n] != one.first][:3]
    found += [a.facet[1:] for a in base.cells if a.field == field.id and a.facet.startswith("=")]
    return sorted(set(found))


def _parents(base: RuleBase, field: Field) -> Iterator[str]:
    days = [_text_day(d) for d in _birthdays(base, field.id, _days_of(base, "application_date"))]
    yield "无"
    yield from days[:8]
    for one, two in zip(days[:4], days[3:8], strict=False):
        yield f"{one}、{two}"


def _birthdays(base: RuleBase, of: str, days: list[int]) -> list[int]:
    """Births that make somebody just old enough, just not, and a day more, on some of those days."""
    found = set()
    for entry in base.vocabulary.fields.values():
        how = entry.derivation
        if how is None or how.of != of or how.kind not in ("age", "people"):
            continue
        ages = {int(v) for v, _ in _cuts(base, entry.id)} if how.kind == "age" else {how.at_least, how.below}
        for age in sorted(a for a in ages if a is not None):
            for day in days[:: max(1, len(days) // 3)]:
                turned = add_months(date.fromordinal(day), -12 * age).toordinal()
                found |= {turned - 1, turned, turned + 1}
    return sorted(found)


def _days_of(base: RuleBase, name: str) -> list[int]:
    days = sorted({int(v) + d for v, _ in _cuts(base, name) for d in (-1, 0, 1)})
    return days or [date(2024, 9, 1).toordinal()]


def _cuts(base: RuleBase, name: str) -> list[tuple[Number, int]]:
    found = []
    for axis, cells in base.cells.items():
        if axis.field == name and isinstance(cells, Line):
            found += list(cells.cuts)
    return found


def _edges(base: RuleBase, field: Field) -> Iterator[Number]:
    step: Number = 1 if field.kind.integral else Fraction(1, 2)
    values = {v for v, _ in _cuts(base, field.id)}
    if field.kind is Kind.DATE and field.id in {
        e.derivation.of for e in base.vocabulary.fields.values() if e.derivation
    }:
        values |= set(
            _birthdays(base, field.id, [*_days_of(base, "application_date"), *_days_of(base, "arrival_date")])
        )
    values |= set(_starts(base, field)) | _amount_values(base, field)
    if not values:
        values = {date(2024, 5, 1).toordinal() if field.kind is Kind.DATE else 10}
    low, high = field.lo, field.hi
    for value in values:
        for near in (value - step, value, value + step):
            if (low is None or near >= low) and (high is None or near <= high):
                yield near


def _starts(base: RuleBase, field: Field) -> Iterator[int]:
    for entry in base.vocabulary.fields.values():
        how = entry.derivation
        if how and how.kind == "member" and how.on == field.id:
            for span in set(base.vocabulary.reference.lists[how.list_id].since.values()):
                yield from (int(e) for e in (span.lo, span.hi) if e is not None)


def _amount_values(base: RuleBase, field: Field) -> set[Number]:
    """Figures that matter to amounts: the standard ㎡, and round sums of money."""
    if field.id not in {n for c in base.circuits for n in c.numbers}:
        return set()
    if field.kind is Kind.AREA:
        areas = {p.lo for b in base.benefits for p in parts_of(b.amount) if isinstance(p, Constant)}
        return {a for a in areas if a < 1000} | {Fraction(12345, 100)}
    if field.kind is Kind.MONEY:
        return {0, 100, 123_456, 1_000_000}
    return {0, 1, 12, 36}


def _text(field: Field, value: Number) -> str:
    if field.kind is Kind.DATE:
        return _text_day(int(value))
    if field.kind is Kind.MONEY:
        return f"{int(value) // 100}.{int(value) % 100:02d}元"
    if field.kind is Kind.MONTHS:
        return f"{_decimal(value)}个月"
    return _decimal(value)


def _text_day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _decimal(value: Number) -> str:
    exact = Fraction(value)
    return str(exact.numerator) if exact.denominator == 1 else f"{float(exact):.6f}".rstrip("0")


def _vague(field: Field, value: Number) -> Iterator[str]:
    if field.kind is Kind.DATE:
        yield _text_day(int(value))[:7]
        yield _text_day(int(value))[:4]
    else:
        text = _text(field, value)
        yield from (f"{text}以上", f"不满{text}") if value > 0 else (f"{text}以上",)


# ── fields that have to fit ─────────────────────────────────────────────────────────────────


def _tied(base: RuleBase, pools: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Groups of fields that implications or derivations tie together."""
    groups: list[set[str]] = []

    def tie(names: set[str]) -> None:
        nonlocal groups
        joined = set(names)
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]

    for entry in base.implications:
        tie({a.axis.field for part in (entry.when, entry.then) for a in atoms(part)})
    for field in base.vocabulary.fields.values():
        if field.derivation and field.id in pools:
            tie({field.id, field.derivation.of, *([field.derivation.on] if field.derivation.on else [])})
    return [tuple(n for n in pools if n in group) for group in groups if len(group & set(pools)) > 1]


def _fitting(
    base: RuleBase, pools: Mapping[str, tuple[str, ...]], names: tuple[str, ...], rng: random.Random, unknown: float
) -> dict[str, str]:
    """Values that contradict neither one another nor the implications, drawn one field at a time."""
    chosen: dict[str, str] = dict.fromkeys(names, "")
    facts = Facts()
    derived = {n for n in names if base.vocabulary.fields[n].derivation}
    order = sorted(names, key=lambda n: (n in derived, rng.random()))
    for name in order:
        if rng.random() < (unknown if name not in derived else max(unknown, 0.7)):
            chosen[name] = rng.choice(UNKNOWN)
            continue
        for _ in range(4):
            text = rng.choice(pools[name])
            value = base.vocabulary.fields[name].read(text, base.vocabulary.reference)
            trial = facts.having({name: value})
            if not known_state(base, trial, date(2024, 9, 1)).problems:
                facts, chosen[name] = trial, text
                break
    return chosen


# ── typed people, as a personnel system would export them ───────────────────────────────────


def typed_people(base: RuleBase, seed: int, count: int, *, unknown: float = 0.15, fitting: int = 500) -> pa.Table:
    """So many people in typed columns (bool, date32, int64, double, lists), whose facts fit each other."""
    rng = np.random.default_rng(seed)
    group = crowd(base, seed, size=fitting, unknown=unknown, partial=False)
    text = people(group, seed, count, unknown=unknown, wild=0.0)
    tied = {n for each in group.fitting for n in each[0]}
    columns = {}
    for name in text.column_names:
        field = base.vocabulary.fields[name]
        if field.kind in (Kind.AREA, Kind.MONEY) and name not in tied:
            columns[name] = _figures(rng, field, count, unknown)
        else:
            columns[name] = _typed(base, field, text.column(name).combine_chunks())
    return pa.table(columns)


def _figures(rng: np.random.Generator, field: Field, count: int, unknown: float) -> pa.Array:
    """㎡ and sums of money that differ from person to person."""
    most = 220.0 if field.kind is Kind.AREA else 20_000.0
    return pa.array(np.round(rng.uniform(0.2 * most, most, count), 2), mask=rng.random(count) < unknown)


def _typed(base: RuleBase, field: Field, column: pa.DictionaryArray) -> pa.Array:
    values = [field.read(v, base.vocabulary.reference) for v in column.dictionary.to_pylist()]
    plain = [_exported(field, None if isinstance(v, (Declined, Span, OneOf)) else v) for v in values]
    kinds = {Kind.FLAG: pa.bool_(), Kind.DATE: pa.date32(), Kind.COUNT: pa.int64(), Kind.SET: pa.list_(pa.string())}
    kinds |= {Kind.PEOPLE: pa.list_(pa.date32())}
    kinds |= dict.fromkeys((Kind.AREA, Kind.MONTHS, Kind.MONEY), pa.float64())
    if field.kind in kinds:
        return pa.array(plain, kinds[field.kind]).take(column.indices)
    return pa.DictionaryArray.from_arrays(
        pa.array(np.arange(len(plain), dtype=np.int32)).take(column.indices),
        pa.array(plain, pa.string()),
    )


def _exported(field: Field, value: object) -> object:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, frozenset):
        return sorted(value) or ["无"]
    if isinstance(value, tuple):
        return [date.fromordinal(int(s.lo or 1)) for s in value]
    assert isinstance(value, (int, Fraction))
    if field.kind is Kind.DATE:
        return date.fromordinal(int(value))
    if field.kind is Kind.MONEY:
        return float(Fraction(value, 100))
    if field.kind is Kind.MONTHS:
        return float(Fraction(value) / (12 if field.unit == "年" else 1))
    return int(value) if field.kind is Kind.COUNT else float(value)
