"""A batch as the table `people` that the SQL text reads; what is known only in part becomes NULL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from talent_rules.ahead import APPLIED, ARRIVAL, NOT_YET
from talent_rules.engines.columns import Batch, as_table, read_batch
from talent_rules.engines.known import Coded, Known, Numbers, People, forgotten, scale_of
from talent_rules.engines.sql_people import VAGUE_DATE, people_columns
from talent_rules.model import Value
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind

_EPOCH = date(1970, 1, 1).toordinal()


def read_people(base: RuleBase, table: Any) -> Batch:
    """A table of people, read as `columns.decide_table` reads it."""
    return read_batch(base, as_table(table))


def people_table(base: RuleBase, batch: Batch, as_of: date) -> pa.Table:
    """The columns of `people_columns`, typed; `as_of` is the day of application of who gives none."""
    fields, known = base.vocabulary.fields, _as_come(batch.known, as_of)
    columns = {n: _column(fields[n], known.get(n), batch.rows) for n in people_columns(base) if n != VAGUE_DATE}
    applied = batch.known.get("application_date")
    vague = np.zeros(batch.rows, dtype=np.bool_)
    if isinstance(applied, Numbers):
        vague = applied.given & (applied.lo != applied.hi)
    return pa.table({**columns, VAGUE_DATE: pa.array(vague)})


def _as_come(known: Mapping[str, Known], as_of: date) -> Mapping[str, Known]:
    """Without what is not so yet of who comes only after the day of application: a day known in part, too, which the
    table cannot hold."""
    arrival, applied = known.get(ARRIVAL), known.get(APPLIED)
    if not isinstance(arrival, Numbers):
        return known
    day = as_of.toordinal()
    late = arrival.given & (
        arrival.lo > (np.where(applied.given, applied.hi, day) if isinstance(applied, Numbers) else day)
    )
    return {n: forgotten(k, late) if n in NOT_YET else k for n, k in known.items()}


def _column(field: Field, known: Known | None, rows: int) -> pa.Array:
    if isinstance(known, Numbers):
        return _numbers(field, known)
    if isinstance(known, People):
        return pa.array([_people(known, row) for row in range(rows)], pa.string())
    if isinstance(known, Coded):
        values = pa.array([_coded(field, v) for v in known.values], _type(field))
        return values.take(pa.array(known.codes))
    return pa.nulls(rows, _type(field))


def _type(field: Field) -> pa.DataType:
    if field.kind is Kind.FLAG:
        return pa.bool_()
    if field.kind is Kind.DATE:
        return pa.date32()
    if field.kind in (Kind.AREA, Kind.MONTHS):
        return pa.decimal128(18, 6)
    return pa.int64() if field.kind.numeric else pa.string()


def _numbers(field: Field, known: Numbers) -> pa.Array:
    exact = known.given & (known.lo == known.hi)
    values = np.where(exact, known.lo, 0)
    if field.kind is Kind.DATE:
        return pa.array((values - _EPOCH).astype(np.int32), mask=~exact).cast(pa.date32())
    if scale_of(field) == 1:
        return pa.array(values, mask=~exact)
    # whole millionths are a decimal of six places, shifted
    fits = exact & (np.abs(values) < 10**18)
    wide = np.zeros((len(values), 2), dtype=np.int64)
    wide[:, 0] = np.where(fits, values, 0)
    wide[:, 1] = wide[:, 0] >> 63
    bits = pa.py_buffer(np.packbits(fits, bitorder="little"))
    return pa.Array.from_buffers(pa.decimal128(18, 6), len(values), [bits, pa.py_buffer(wide)])


def _coded(field: Field, value: Value | None) -> bool | str | None:
    if isinstance(value, frozenset):
        return "|" + "".join(f"{v}|" for v in sorted(value))
    if field.kind is Kind.FLAG:
        return value if isinstance(value, bool) else None
    return value if isinstance(value, str) else None


def _people(known: People, row: int) -> str | None:
    if not known.given[row]:
        return None
    words = ["|"]
    for place in range(int(known.starts[row]), int(known.starts[row + 1])):
        if known.lo[place] != known.hi[place]:
            return None
        words.append(date.fromordinal(int(known.lo[place])).isoformat() + "|")
    return "".join(words)
