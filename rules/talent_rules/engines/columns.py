"""The batch engine: every benefit and the totals for a table of people, as `decide` would say it.

`decide_table` takes anything Arrow can read, with columns named by field id or 名称; columns that
name no field are left alone. Money in the result is int64 分. For each benefit there are `<id>.outcome`,
`.lo`, `.hi`, `.verified_lo`, `.verified_hi` and `.missing` (field ids joined by `、`); `lo` is null where
no money is at stake, `hi` is null there and where there is no upper bound. Totals are `guaranteed`,
`possible` (null: no upper bound), `yearly_lo`, `yearly_hi`; `problems` has P602 (a value not understood),
P604 (two statements contradict) and P605 (contradicts an implication), with the field after a colon.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from talent_rules.decide import decide
from talent_rules.engines.deriving import Derived, derive
from talent_rules.engines.facing import known_facts
from talent_rules.engines.known import Flags, Ints, Known, Numbers, block
from talent_rules.engines.partitions import NO_END, OUTCOMES, row_of
from talent_rules.engines.plan import BlockResult, Judged, Plan, history_of
from talent_rules.engines.reading import Column, fields_of, read_column
from talent_rules.model import Decision, Facts, Outcome
from talent_rules.rulebase import RuleBase

BLOCK = 32_768
_OUTCOME_IDS = pa.array([o.value for o in OUTCOMES])
_MONEY = ("lo", "hi", "verified_lo", "verified_hi")


@dataclass(frozen=True, slots=True)
class Batch:
    """A table read: what is known by field, what was not understood, rows to decide one by one."""

    rows: int
    known: Mapping[str, Known]
    unread: Mapping[str, Flags]
    awkward: Flags
    paid: Sequence[Mapping[str, int]]
    table: pa.Table
    names: Mapping[str, str]


def decide_table(base: RuleBase, table: Any, as_of: date, *, threads: int = 2) -> pa.Table:
    """Decide a table of people; rows keep their order. `as_of` is the day where no application date is given.

    Raises Rejected when two columns name the same field.
    """
    batches = list(decide_blocks(base, table, as_of, threads=threads))
    return pa.Table.from_batches(batches, schema=_schema(base))


def decide_blocks(base: RuleBase, table: Any, as_of: date, *, threads: int = 2) -> Iterator[pa.RecordBatch]:
    """The same, a block of rows at a time and in order, so that the result need not fit in memory."""
    plan = plan_of(base)
    batch = read_batch(base, as_table(table), threads)
    starts = range(0, batch.rows, BLOCK)
    if threads <= 1 or len(starts) < 2:
        yield from (_block(plan, batch, start, as_of) for start in starts)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = []
        for start in starts:
            waiting.append(pool.submit(_block, plan, batch, start, as_of))
            if len(waiting) > 2 * threads:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def outcomes(base: RuleBase, people: Sequence[Facts], as_of: date) -> list[dict[str, Outcome]]:
    """The outcome of every benefit for each of a few people given as facts."""
    plan = plan_of(base)
    batch = facts_batch(base, people)
    found = _decided(plan, batch, 0, batch.rows, as_of)
    ids = [b.id for b in base.benefits]
    answers = []
    for row, facts in enumerate(people):
        if batch.awkward[row]:
            answers.append({v.benefit: v.outcome for v in decide(base, facts, as_of).verdicts})
        else:
            each = (OUTCOMES[int(j.outcome[row])] for j in found.benefits)
            answers.append(dict(zip(ids, each, strict=True)))
    return answers


def plan_of(base: RuleBase) -> Plan:
    """The plan of a rule base, kept with it."""
    plans: dict[str, Plan] = vars(base)
    if "columns_plan" not in plans:
        plans["columns_plan"] = Plan(base)  # as a cached property would, but of a higher layer
    return plans["columns_plan"]


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def as_table(table: Any) -> pa.Table:
    """Anything Arrow can read as a table."""
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    return pa.table(table)


def read_batch(base: RuleBase, table: pa.Table, threads: int = 1) -> Batch:
    """Read every column that names a field."""
    names = fields_of(base.vocabulary, table.column_names)
    fields = base.vocabulary.fields

    def read(name: str) -> Column:
        return read_column(base.vocabulary, fields[name], table.column(names[name]))

    if table.num_rows == 0:
        return Batch(0, {}, {}, np.zeros(0, np.bool_), (), table, names)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        columns = dict(zip(names, pool.map(read, names), strict=True))
    awkward = np.zeros(table.num_rows, dtype=np.bool_)
    for column in columns.values():
        if column.awkward is not None:
            awkward |= column.awkward
    return Batch(
        table.num_rows,
        {n: c.known for n, c in columns.items()},
        {n: c.unread for n, c in columns.items() if c.unread is not None},
        awkward,
        columns["received"].paid if "received" in columns else (),
        table,
        names,
    )


def facts_batch(base: RuleBase, people: Sequence[Facts]) -> Batch:
    """Facts already read, as a batch."""
    known, awkward, paid = known_facts(base, people)
    return Batch(len(people), known, {}, awkward, paid, pa.table({}), {})


# ── deciding a block ────────────────────────────────────────────────────────────────────────


def _decided(plan: Plan, batch: Batch, start: int, stop: int, as_of: date) -> BlockResult:
    derived = _derived(plan, batch, start, stop, as_of)
    rows = stop - start
    history = history_of(derived.known.get("received"), derived.known.get("family_received"), batch.paid, rows)
    found = plan.decide(derived, history, rows)
    against = _any(derived.contradicted, rows)
    return replace(found, contradicted=against)


def _derived(plan: Plan, batch: Batch, start: int, stop: int, as_of: date) -> Derived:
    rows = stop - start
    known = {name: block(value, start, stop) for name, value in batch.known.items()}
    known["application_date"] = _application_date(known.get("application_date"), as_of, rows)
    return derive(plan.base.vocabulary, plan.lists, known, plan.encoder.anchors, rows)


def _application_date(given: Known | None, as_of: date, rows: int) -> Known:
    day = np.full(rows, as_of.toordinal(), dtype=np.int64)
    if not isinstance(given, Numbers):
        return Numbers(day, day, np.ones(rows, dtype=np.bool_))
    lo, hi = np.where(given.given, given.lo, day), np.where(given.given, given.hi, day)
    return Numbers(lo, hi, np.ones(rows, dtype=np.bool_))


def _any(flags: Mapping[str, Flags], rows: int) -> Flags | None:
    found = np.zeros(rows, dtype=np.bool_)
    for each in flags.values():
        found |= each
    return found if bool(found.any()) else None


def _block(plan: Plan, batch: Batch, start: int, as_of: date) -> pa.RecordBatch:
    stop = min(start + BLOCK, batch.rows)
    found = _decided(plan, batch, start, stop, as_of)
    awkward = batch.awkward[start:stop] | found.totals.awkward
    columns = _Columns(plan, found, stop - start)
    for row in np.flatnonzero(awkward).tolist():
        columns.overwrite(row, _one(plan.base, batch, start + row, as_of))
    return columns.batch(_problems(plan, batch, start, stop, as_of, found))


def _one(base: RuleBase, batch: Batch, row: int, as_of: date) -> Decision:
    """One row by `decide`, read from the table again."""
    profile = {
        name: batch.table.column(column)[row].as_py(maps_as_pydicts="lossy")
        if pa.types.is_nested(batch.table.column(column).type)
        else batch.table.column(column)[row].as_py()
        for name, column in batch.names.items()
    }
    facts, _ = base.vocabulary.read(profile)
    return decide(base, facts, as_of)


def _problems(plan: Plan, batch: Batch, start: int, stop: int, as_of: date, found: BlockResult) -> pa.Array:
    """The codes of what is wrong with each row, joined by `、`."""
    rows = stop - start
    numbers: Ints = np.zeros(rows, dtype=np.int64)
    texts: list[str] = []

    def note(text: str, flags: Flags) -> None:
        if bool(flags.any()) and len(texts) < 62:
            numbers[flags] |= 1 << len(texts)
            texts.append(text)

    for name, flags in batch.unread.items():
        note(f"P602:{name}", flags[start:stop])
    if found.contradicted is not None:
        for name, flags in _derived(plan, batch, start, stop, as_of).contradicted.items():
            note(f"P604:{name}", flags)
    if found.impossible is not None:
        note("P605", found.impossible)
    distinct, back = np.unique(numbers, return_inverse=True)
    words = ["、".join(t for bit, t in enumerate(texts) if n >> bit & 1) for n in distinct.tolist()]
    return pa.DictionaryArray.from_arrays(pa.array(back.reshape(-1).astype(np.int32)), pa.array(words, pa.string()))


# ── writing ─────────────────────────────────────────────────────────────────────────────────


def _schema(base: RuleBase) -> pa.Schema:
    words = pa.dictionary(pa.int32(), pa.string())
    fields = []
    for benefit in base.benefits:
        fields.append(pa.field(f"{benefit.id}.outcome", pa.dictionary(pa.int8(), pa.string())))
        fields += [pa.field(f"{benefit.id}.{end}", pa.int64()) for end in _MONEY]
        fields.append(pa.field(f"{benefit.id}.missing", words))
    fields += [pa.field(n, pa.int64()) for n in ("guaranteed", "possible", "yearly_lo", "yearly_hi")]
    return pa.schema([*fields, pa.field("problems", words)])


class _Columns:
    """The columns of a block before they become Arrow."""

    def __init__(self, plan: Plan, found: BlockResult, rows: int) -> None:
        self.plan, self.found, self.rows = plan, found, rows
        self.benefits: list[Judged] = list(found.benefits)

    def overwrite(self, row: int, decision: Decision) -> None:
        """Put the exact decision in the place of a row."""
        for judged, verdict in zip(self.benefits, decision.verdicts, strict=True):
            judged.outcome[row] = OUTCOMES.index(verdict.outcome)
            money = row_of(verdict.amount)
            judged.priced[row], judged.money[row] = money[0] > NO_END, money
            judged.missing[row] = judged.verdicts.text(verdict.missing)
        totals, total = self.found.totals, decision.total
        totals.guaranteed[row], totals.possible[row] = total.guaranteed, _end(total.possible)
        totals.yearly_lo[row], totals.yearly_hi[row] = total.yearly.lo, _end(total.yearly.hi)

    def batch(self, problems: pa.Array) -> pa.RecordBatch:
        """The block as Arrow."""
        columns: list[pa.Array] = []
        for judged in self.benefits:
            columns += self._benefit(judged)
        totals = self.found.totals
        columns += [
            pa.array(totals.guaranteed),
            _integers(totals.possible, totals.possible >= 0),
            pa.array(totals.yearly_lo),
            _integers(totals.yearly_hi, totals.yearly_hi >= 0),
            problems,
        ]
        return pa.RecordBatch.from_arrays(columns, schema=_schema(self.plan.base))

    def _benefit(self, judged: Judged) -> Iterator[pa.Array]:
        outcome = judged.outcome.astype(np.int8)
        yield pa.DictionaryArray.from_arrays(pa.array(outcome), _OUTCOME_IDS)
        if not bool(judged.priced.any()):
            empty = pa.nulls(self.rows, pa.int64())
            yield from (empty, empty, empty, empty)
        else:
            for place in range(4):
                values = np.ascontiguousarray(judged.money[:, place])
                bounded = judged.priced if place in (0, 2) else judged.priced & (values > NO_END)
                yield _integers(values, bounded)
        yield pa.DictionaryArray.from_arrays(pa.array(judged.missing.astype(np.int32)), judged.verdicts.words)


def _integers(values: Ints, valid: Flags) -> pa.Array:
    bits = np.packbits(valid, bitorder="little")
    return pa.Array.from_buffers(pa.int64(), len(values), [pa.py_buffer(bits), pa.py_buffer(values)])


def _end(hi: int | None) -> int:
    return -1 if hi is None else hi
