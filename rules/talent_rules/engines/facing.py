"""Facts already read → the arrays of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from talent_rules.engines.known import NO_HI, NO_LO, Flags, Known, Numbers, People, coded, scale_of, span_parts
from talent_rules.model import Declined, Facts, Value
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind


def known_facts(
    base: RuleBase, people: Sequence[Facts]
) -> tuple[dict[str, Known], Flags, tuple[Mapping[str, int], ...]]:
    """What is known by field, the people to decide one by one, and 分 received per code of `received`."""
    awkward = np.zeros(len(people), dtype=np.bool_)
    known: dict[str, Known] = {}
    for name in dict.fromkeys(name for facts in people for name in facts):
        entry = base.vocabulary.fields.get(name)
        if entry is not None:
            values = [_said(facts.get(name)) for facts in people]
            known[name] = _field(entry, values, awkward)
    for row, facts in enumerate(people):
        awkward[row] |= bool(facts.paid) or facts.planned
    return known, awkward, ()


def known_values(entry: Field, values: Sequence[Value | None]) -> tuple[Known, Flags]:
    """The values of one field, and those among them that do not fit an array."""
    awkward = np.zeros(len(values), dtype=np.bool_)
    return _field(entry, [_said(v) for v in values], awkward), awkward


def _said(value: Value | None) -> Value | None:
    return None if isinstance(value, Declined) else value


def _field(entry: Field, values: Sequence[Value | None], awkward: Flags) -> Known:
    if entry.kind is Kind.PEOPLE:
        return _people(values)
    if not entry.kind.numeric:
        return coded(values, np.arange(len(values), dtype=np.int32))
    scale = scale_of(entry)
    lo = np.full(len(values), NO_LO, dtype=np.int64)
    hi = np.full(len(values), NO_HI, dtype=np.int64)
    given = np.zeros(len(values), dtype=np.bool_)
    for row, value in enumerate(values):
        parts = span_parts(value, scale)
        if parts is None:
            awkward[row] = True
        else:
            lo[row], hi[row], given[row] = parts
    return Numbers(lo, hi, given)


def _people(values: Sequence[Value | None]) -> People:
    starts, ends = [0], []
    for value in values:
        group = value if isinstance(value, tuple) else ()
        for span in group:
            found = span_parts(span, 1)
            ends.append((NO_LO, NO_HI) if found is None else found[:2])
        starts.append(len(ends))
    flat = np.array(ends, dtype=np.int64).reshape(-1, 2)
    given = np.array([isinstance(v, tuple) for v in values], dtype=np.bool_)
    return People(np.array(starts, dtype=np.int64), flat[:, 0], flat[:, 1], given)
