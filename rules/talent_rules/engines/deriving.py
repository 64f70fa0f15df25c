"""Derived fields of a batch, row by row the same as `derive.known_state` but as vectors.

A derived value is merged with what was given: two statements on one number meet, two that contradict
leave the field unknown. Where the sources, not the person, leave a field open, `undecided` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from talent_rules import quantities as q
from talent_rules.ahead import APPLIED, ARRIVAL, NOT_YET
from talent_rules.engines.known import (
    NO_HI,
    NO_LO,
    Coded,
    Exact,
    Flags,
    Ints,
    Known,
    Numbers,
    People,
    forgotten,
    said,
    scale_of,
    scaled,
)
from talent_rules.reference import ReferenceList
from talent_rules.vocabulary import Derivation, Field, Kind, Vocabulary

_NO, _YES, _UNKNOWN = 0, 1, 2
FLAG_VALUES = (False, True, None)
_LISTS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Derived:
    """All fields of a block, with the rows where a field is left open by the sources, and the
    rows where two statements on a field contradict. `anchored` has the values of `@` facets."""

    known: dict[str, Known]
    undecided: dict[str, Flags]
    contradicted: dict[str, Flags]
    anchored: dict[tuple[str, str], Known]


@dataclass(frozen=True, slots=True)
class _Found:
    value: Known
    undecided: Flags | None = None


def derive(
    vocabulary: Vocabulary,
    lists: ListTables,
    known: Mapping[str, Known],
    anchors: tuple[tuple[str, str], ...],
    rows: int,
) -> Derived:
    """Complete a block; `application_date` must be among the known. `anchors` are `@` facets."""
    done = Derived(dict(known), {}, {}, {})
    _not_come(done)
    for entry in vocabulary.fields.values():
        if entry.derivation is not None:
            _merge(entry, _derived(vocabulary, lists, entry, entry.derivation, done.known), done, rows)
    return replace(done, anchored=anchored(vocabulary, lists, done.known, anchors))


def _not_come(done: Derived) -> None:
    """Forget what is not so yet of those who come only after the day of application."""
    arrival, applied = done.known.get(ARRIVAL), done.known[APPLIED]
    if not isinstance(arrival, Numbers) or not isinstance(applied, Numbers):
        return
    late = arrival.given & (arrival.lo > applied.hi)
    if bool(late.any()):
        done.contradicted[ARRIVAL] = late
        done.known.update({name: forgotten(done.known[name], late) for name in NOT_YET if name in done.known})


def anchored(
    vocabulary: Vocabulary, lists: ListTables, known: Mapping[str, Known], anchors: tuple[tuple[str, str], ...]
) -> dict[tuple[str, str], Known]:
    """What derived fields come to on other days than their own."""
    values = {}
    for name, date_field in anchors:
        entry = vocabulary.fields[name]
        assert entry.derivation is not None
        how = entry.derivation
        moved = Derivation(how.kind, how.of, date_field, how.list_id, how.at_least, how.below)
        found = _derived(vocabulary, lists, entry, moved, known)
        if found is not None:
            values[name, date_field] = found.value
    return values


def _derived(
    vocabulary: Vocabulary, lists: ListTables, entry: Field, how: Derivation, known: Mapping[str, Known]
) -> _Found | None:
    of, on = known.get(how.of), known.get(how.on)
    if how.kind == "member":
        return _membership(vocabulary, lists, of, on, how)
    if of is None or not isinstance(on, Numbers):
        return None
    if how.kind == "people":
        return _Found(_count(of, on, how)) if isinstance(of, People) else None
    if not isinstance(of, Numbers):
        return None
    return _Found(_ages(of, on) if how.kind == "age" else _elapsed(entry, of, on))


# ── ages and spans of time ──────────────────────────────────────────────────────────────────


_FIRST, _LAST = date(1850, 1, 1).toordinal(), date(2250, 12, 31).toordinal()


def calendar_number(ordinals: Ints) -> Ints:
    """yyyymmdd for each ordinal; what has no bound comes out as some day."""
    places = ordinals - _FIRST
    odd = places.view(np.uint64) > _LAST - _FIRST
    if bool(odd.any()):
        if bool((odd & (ordinals > NO_LO) & (ordinals < NO_HI)).any()):
            return _calendar(np.where(_bounded(ordinals), ordinals, _FIRST))
        places = np.where(odd, 0, places)
    found: Ints = np.take(_calendar_table(), places)
    return found


@cache
def _calendar_table() -> Ints:
    return _calendar(np.arange(_FIRST, _LAST + 1, dtype=np.int64))


def _calendar(ordinals: Ints) -> Ints:
    days = (ordinals - date(1970, 1, 1).toordinal()).astype("M8[D]")
    months = days.astype("M8[M]")
    years = months.astype("M8[Y]")
    month = (months - years).astype(np.int64) + 1
    day = (days - months).astype(np.int64) + 1
    found: Ints = (years.astype(np.int64) + 1970) * 10_000 + month * 100 + day
    return found


def _bounded(*ends: Ints) -> Flags:
    known: Flags = np.ones(len(ends[0]), dtype=np.bool_)
    for end in ends:
        known = known & (end > NO_LO) & (end < NO_HI)
    return known


def _ages(of: Numbers, on: Numbers) -> Numbers:
    if isinstance(of, Exact) and isinstance(on, Exact):
        return Exact(_full_years(of.value, on.value), of.given & on.given)
    whole = _bounded(of.lo, of.hi, on.lo, on.hi)
    lo, hi = _full_years(of.hi, on.lo), _full_years(of.lo, on.hi)
    return Numbers(np.where(whole, lo, NO_LO), np.where(whole, hi, NO_HI), whole)


def _full_years(born: Ints, on: Ints) -> Ints:
    """Completed years, 0 before birth."""
    years = (_calendar_numbers(on) - calendar_number(born)) // 10_000
    found: Ints = np.maximum(years, 0, out=years)
    return found


def _calendar_numbers(on: Ints) -> Ints:
    """The same for days that are often one and the same for everybody."""
    if len(on) > 1 and on[0] == on[-1] and bool((on == on[0]).all()):
        return calendar_number(on[:1])
    return calendar_number(on)


def _elapsed(entry: Field, of: Numbers, on: Numbers) -> Numbers:
    whole, scale = _bounded(of.lo, of.hi, on.lo, on.hi), scale_of(entry)
    ends = np.stack([of.lo, of.hi, on.lo, on.hi], axis=1)
    ends[~whole] = 719_163
    distinct, back = np.unique(ends, axis=0, return_inverse=True)
    found = np.empty((len(distinct), 2), dtype=np.int64)
    for index, (first, last, early, late) in enumerate(distinct.tolist()):
        lo = q.elapsed_months(last, early) if last <= early else 0
        hi = q.elapsed_months(first, late) if first <= late else 0
        found[index] = (_down(lo, scale), -_down(-hi, scale))
    pairs = found[back.reshape(-1)]
    return Numbers(np.where(whole, pairs[:, 0], NO_LO), np.where(whole, pairs[:, 1], NO_HI), whole)


def _down(value: object, scale: int) -> int:
    exact = scaled(value, scale)  # type: ignore[arg-type]
    return exact if exact is not None else int(value * scale // 1)  # type: ignore[operator]


# ── people and lists ────────────────────────────────────────────────────────────────────────


def _count(people: People, on: Numbers, how: Derivation) -> Numbers:
    first, last = int(people.starts[0]), int(people.starts[-1])
    born_lo, born_hi = people.lo[first:last], people.hi[first:last]
    starts = people.starts - first
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    given = people.given & on.given
    if isinstance(on, Exact) and (born_lo is born_hi or np.array_equal(born_lo, born_hi)):
        known, inside = _fits(born_lo, np.take(on.value, rows), how)
        if bool(known.all()):
            return Exact(_per_row(inside, starts), given)
    early, late = _fits(born_hi, np.take(on.lo, rows), how), _fits(born_lo, np.take(on.hi, rows), how)
    sure = _per_row(early[0] & early[1] & late[0] & late[1], starts)
    maybe = _per_row((early[0] & early[1]) | (late[0] & late[1]) | ~(early[0] & late[0]), starts)
    return Numbers(np.where(given, sure, NO_LO), np.where(given, maybe, NO_HI), given)


def _fits(born: Ints, on: Ints, how: Derivation) -> tuple[Flags, Flags]:
    """Whether an age can be told, and whether it is inside the bounds."""
    known = _bounded(born, on)
    age = (_calendar_numbers(on) - calendar_number(born)) // 10_000
    inside: Flags = np.ones(len(age), dtype=np.bool_)
    if how.at_least is not None:
        inside = inside & (age >= how.at_least)
    if how.below is not None:
        inside = inside & (age >= 0) & (age < how.below)
    return known, inside


def _per_row(flags: Flags, starts: Ints) -> Ints:
    """How many are set from each start to the next."""
    sums = np.zeros(len(flags) + 1, dtype=np.int64)
    np.cumsum(flags, out=sums[1:])
    ends = np.take(sums, starts)
    found: Ints = ends[1:] - ends[:-1]
    return found


@dataclass(frozen=True, slots=True)
class ListTable:
    """For each name: yes, no or unknown for good; whether it depends on the day, and from which on."""

    names: tuple[object, ...]
    always: npt.NDArray[np.uint16]
    late: Flags
    joins: Ints


class ListTables:
    """Membership by name, worked out once for each set of names a batch brings."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str], ListTable] = {}

    def table(self, vocabulary: Vocabulary, list_id: str, names: tuple[object, ...]) -> ListTable:
        """The table of a list for these names."""
        key = (id(names), list_id)
        found = self._found.get(key)
        if found is None or found.names is not names:
            if len(self._found) >= _LISTS_KEPT:
                self._found.clear()
            found = self._found[key] = _list_table(vocabulary.reference.lists[list_id], names)
        return found


def _list_table(listed: ReferenceList, names: tuple[object, ...]) -> ListTable:
    always, joins = np.full(len(names), _UNKNOWN, dtype=np.uint16), np.full(len(names), NO_HI, dtype=np.int64)
    late = np.zeros(len(names), dtype=np.bool_)
    for index, name in enumerate(names):
        if not isinstance(name, str):
            continue
        held = listed.holds(name, None)
        late[index] = held is None
        if held is not None:
            always[index] = _YES if held else _NO
        elif (start := listed.since[name].hi) is not None:
            joins[index] = int(start)
    return ListTable(names, always, late, joins)


def _membership(
    vocabulary: Vocabulary, lists: ListTables, of: Known | None, on: Known | None, how: Derivation
) -> _Found | None:
    """A list is yes for its first members, no for strangers, and for later ones by the date."""
    if not isinstance(of, Coded) or how.list_id not in vocabulary.reference.lists:
        return None
    table = lists.table(vocabulary, how.list_id, of.values)
    codes = np.take(table.always, of.codes)
    undecided = None
    if isinstance(on, Numbers) and bool(table.late.any()):
        is_late, since = np.take(table.late, of.codes), np.take(table.joins, of.codes)
        inside = is_late & (on.lo > NO_LO) & (on.lo >= since) & (since < NO_HI)
        np.copyto(codes, _YES, where=inside)
        undecided = is_late & on.given & ~inside
    return _Found(Coded(codes, FLAG_VALUES), undecided)


# ── two statements on one field ─────────────────────────────────────────────────────────────


def _merge(entry: Field, found: _Found | None, done: Derived, rows: int) -> None:
    given = done.known.get(entry.id)
    if found is None:
        return
    if found.undecided is not None and bool(found.undecided.any()):
        unsaid = ~_given(given, rows)
        done.undecided[entry.id] = found.undecided & unsaid
    if given is None:
        done.known[entry.id] = found.value
        return
    merged, against = _met(given, found.value) if entry.kind is not Kind.SET else (given, np.zeros(rows, np.bool_))
    done.known[entry.id] = merged
    if bool(against.any()):
        done.contradicted[entry.id] = against


def _given(known: Known | None, rows: int) -> Flags:
    return np.zeros(rows, dtype=np.bool_) if known is None else said(known)


def _met(given: Known, found: Known) -> tuple[Known, Flags]:
    if isinstance(given, Exact) and isinstance(found, Exact):
        against = given.given & found.given & (given.value != found.value)
        known = (given.given | found.given) & ~against
        return Exact(np.where(given.given, given.value, found.value), known), against
    if isinstance(given, Numbers) and isinstance(found, Numbers):
        lo, hi = np.maximum(given.lo, found.lo), np.minimum(given.hi, found.hi)
        against = lo > hi
        known = given.given | found.given
        if bool(against.any()):
            lo, hi, known = np.where(against, NO_LO, lo), np.where(against, NO_HI, hi), known & ~against
        return Numbers(lo, hi, known), against
    assert isinstance(given, Coded) and isinstance(found, Coded)
    told = [(_YES if v else _NO) if isinstance(v, bool) else _UNKNOWN for v in given.values]
    left = np.take(np.array(told, dtype=np.uint16), given.codes)
    right = found.codes
    against = (left != right) & (left != _UNKNOWN) & (right != _UNKNOWN)
    codes = np.where(left == _UNKNOWN, right, left)
    np.copyto(codes, _UNKNOWN, where=against)
    return Coded(codes, FLAG_VALUES), against
