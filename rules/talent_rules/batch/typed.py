"""Decided rows as typed columns, for what reads Parquet: whose they are, and what `decide_table` says of them.

After the labels, `原行号`, `校验结果` and `错误明细` come, for each benefit, `<id>.outcome`, `.lo`, `.hi`,
`.verified_lo`, `.verified_hi` and `.missing` (field ids), and the totals; money is int64 in 分, an end that is
null is none; `likely` is null too where part of it cannot be told yet. Columns in which nothing can ever stand are
left out: the sums of a service, and what is verified of a sum where that is the sum itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from talent_rules.batch.bulk import Judgement
from talent_rules.batch.cells import ROW_NUMBER, STATUS, problem_text
from talent_rules.batch.crowd import Crowd
from talent_rules.batch.engine import Decided, untold
from talent_rules.batch.people import Person, status_of
from talent_rules.batch.plan import labels_of
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.summary import OUTCOMES
from talent_rules.batch.vectors import distinct
from talent_rules.engines.known import Flags, Ints
from talent_rules.engines.partitions import NO_END, row_of
from talent_rules.money import Service
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.tables.header import TableMapping

CREATOR = "talent-policy"
ENDS = ("lo", "hi", "verified_lo", "verified_hi")
TOTALS = ("guaranteed", "likely", "possible", "yearly_lo", "yearly_hi")
_OUTCOMES = pa.array([o.value for o in OUTCOMES])
_WORDS = pa.dictionary(pa.int32(), pa.string())


def ends_of(benefit: Benefit) -> tuple[str, ...]:
    """The ends of its sum that a benefit has columns for."""
    if isinstance(benefit.amount, Service):
        return ()
    return ENDS[:2] if benefit.grade.verified else ENDS


def typed_schema(base: RuleBase, mapping: TableMapping, about: Mapping[str, str] | None = None) -> Any:
    """The columns of a result."""
    names = [" ".join(c.header.split()) for c in labels_of(mapping)]
    fields = [(n if names.index(n) == at else f"{n}_{at}", pa.large_string()) for at, n in enumerate(names)]
    fields += [(ROW_NUMBER, pa.int64()), ("校验结果", pa.dictionary(pa.int8(), pa.string()))]
    fields.append(("错误明细", pa.large_string()))
    for benefit in base.benefits:
        fields.append((f"{benefit.id}.outcome", pa.dictionary(pa.int8(), pa.string())))
        fields += [(f"{benefit.id}.{end}", pa.int64()) for end in ends_of(benefit)]
        fields.append((f"{benefit.id}.missing", _WORDS))
    fields += [(name, pa.int64()) for name in TOTALS]
    return pa.schema(fields, dict(about) if about else None)


@dataclass(frozen=True, slots=True)
class Column:
    """One benefit: outcomes, ends of its sum (NO_END for none) where it has one, and what is missing."""

    outcome: npt.NDArray[np.integer]
    ends: tuple[Ints, ...]
    missing: npt.NDArray[np.integer]
    words: Any


def typed_table(
    base: RuleBase,
    mapping: TableMapping,
    rows: Ints,
    status: npt.NDArray[np.int8],
    problems: Mapping[int, Sequence[RowProblem]],
    labels: Sequence[Any],
    columns: Sequence[Column],
    totals: Sequence[Ints],
) -> Any:
    """Decided rows as one Arrow table. Totals in the order of TOTALS, −1 for no upper bound."""
    arrays = [*labels, pa.array(rows), pa.DictionaryArray.from_arrays(pa.array(status), pa.array(STATUS))]
    arrays.append(_details(problems, len(rows)))
    for benefit, column in zip(base.benefits, columns, strict=True):
        arrays.append(pa.DictionaryArray.from_arrays(pa.array(column.outcome.astype(np.int8)), _OUTCOMES))
        for _, values in zip(ends_of(benefit), column.ends, strict=False):
            arrays.append(_integers(values, values != NO_END))
        arrays.append(pa.DictionaryArray.from_arrays(pa.array(column.missing.astype(np.int32)), column.words))
    arrays += [_integers(values, values >= 0) for values in totals]
    return pa.Table.from_arrays(arrays, schema=typed_schema(base, mapping))


def _details(problems: Mapping[int, Sequence[RowProblem]], rows: int) -> Any:
    if not problems:
        return pa.nulls(rows, pa.large_string())
    return pa.array([problem_text(problems[n]) if n in problems else None for n in range(rows)], pa.large_string())


def _integers(values: Ints, valid: Flags) -> Any:
    bits = np.packbits(valid, bitorder="little")
    return pa.Array.from_buffers(pa.int64(), len(values), [pa.py_buffer(bits), pa.py_buffer(values)])


def judged_table(base: RuleBase, mapping: TableMapping, crowd: Crowd, found: Judgement, labels: Sequence[Any]) -> Any:
    """A judged crowd."""
    columns = []
    for judged in found.benefits:
        first, missing = distinct([judged.missing])
        words = judged.verdicts.words.take(pa.array(judged.missing[first]))
        columns.append(Column(judged.outcome, judged.ends(), missing, words))
    sums = found.totals
    likely = np.where(found.untold[0], -1, found.hoped.possible)
    totals = (sums.guaranteed, likely, sums.possible, sums.yearly_lo, sums.yearly_hi)
    return typed_table(base, mapping, crowd.rows, crowd.status(), crowd.problems, labels, columns, totals)


def exact_table(
    base: RuleBase, mapping: TableMapping, people: Sequence[Person], decided: Sequence[Decided], labels: Sequence[Any]
) -> Any:
    """Rows decided one by one."""
    columns = []
    for number in range(len(base.benefits)):
        verdicts = [d.decision.verdicts[number] for d in decided]
        texts = dict.fromkeys("、".join(v.missing) for v in verdicts)
        order = {text: at for at, text in enumerate(texts)}
        columns.append(
            Column(
                np.array([OUTCOMES.index(v.outcome) for v in verdicts], dtype=np.int8),
                tuple(np.array([row_of(v.amount) for v in verdicts], dtype=np.int64).reshape(-1, 4).T.copy()),
                np.array([order["、".join(v.missing)] for v in verdicts], dtype=np.int32),
                pa.array(list(order), pa.string()),
            )
        )
    ends = (
        [d.decision.total.guaranteed for d in decided],
        [None if untold(base, d.decision.verdicts)[0] else d.hoped.possible for d in decided],
        [d.decision.total.possible for d in decided],
        [d.decision.total.yearly.lo for d in decided],
        [d.decision.total.yearly.hi for d in decided],
    )
    totals = [np.array([-1 if e is None else e for e in each], dtype=np.int64) for each in ends]
    rows = np.array([p.row for p in people], dtype=np.int64)
    status = np.array([status_of(p.problems) for p in people], dtype=np.int8)
    problems = {place: p.problems for place, p in enumerate(people) if p.problems}
    return typed_table(base, mapping, rows, status, problems, labels, columns, totals)


class TypedFile:
    """A Parquet file being written while the next rows are decided; to be closed."""

    def __init__(self, path: Path, base: RuleBase, mapping: TableMapping, as_of: date) -> None:
        import pyarrow.parquet as pq

        about = {"creator": CREATOR, "rule_base": base.version, "as_of": as_of.isoformat()}
        self._schema = typed_schema(base, mapping, about)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._pool = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None

    def write(self, table: Any) -> None:
        """Some more rows. Raises OSError for those before."""
        self._wait()
        self._last = self._pool.submit(self._writer.write_table, table.replace_schema_metadata(self._schema.metadata))

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()
            self._last = None

    def close(self) -> None:
        """All is written, or given up."""
        try:
            self._wait()
        finally:
            self._pool.shutdown()
            self._writer.close()

    def __enter__(self) -> TypedFile:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()
