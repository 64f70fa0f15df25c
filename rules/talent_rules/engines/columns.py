"""The batch engine: every benefit and the totals for a table of people, as `decide` would say it.

`decide_table` takes anything Arrow can read, with columns named by field id or 名称; columns that
name no field are left alone. Money in the result is int64 分. For each benefit there are `<id>.outcome`,
`.lo`, `.hi`, `.verified_lo`, `.verified_hi` and `.missing` (field ids joined by `、`); `lo` is null where
no money is at stake, `hi` is null there and where there is no upper bound. Totals are `guaranteed`,
`possible` (null: no upper bound), `yearly_lo`, `yearly_hi`; `problems` has P602 (a value not understood),
P603 (two columns contradict), P604 (two statements contradict) and P605 (contradicts an implication), with the
field after a colon.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from talent_rules.decide import decide
from talent_rules.engines.deriving import Derived, derive
from talent_rules.engines.facing import known_facts
from talent_rules.engines.judged import Judged
from talent_rules.engines.known import Exact, Flags, Ints, Known, Numbers
from talent_rules.engines.partitions import NO_END, OUTCOMES, row_of
from talent_rules.engines.plan import BlockResult, Plan
from talent_rules.engines.reading import TWICE, UNREAD, ColumnReader, encoded, fields_of, flagged, one_each
from talent_rules.engines.stakes import History, history_of
from talent_rules.model import Decision, Facts, Outcome
from talent_rules.rulebase import RuleBase

BLOCK = 131_072
_OUTCOME_IDS = pa.array([o.value for o in OUTCOMES])
T = TypeVar("T")
_MONEY = ("lo", "hi", "verified_lo", "verified_hi")
#: What there is to be known of a table of people
ANSWERS = ("outcome", "money", "missing", "totals", "problems")


@dataclass(frozen=True, slots=True)
class Batch:
    """People read: what is known by field, what was not understood or given twice, rows to decide one by one.

    `table` has the rows as they were given, in the columns `names`.
    """

    rows: int
    known: Mapping[str, Known]
    unread: Mapping[str, Flags]
    awkward: Flags
    paid: Sequence[Mapping[str, int]]
    table: pa.Table | pa.RecordBatch
    names: Mapping[str, str]
    twice: Mapping[str, Flags] = field(default_factory=dict)


def decide_table(base: RuleBase, table: Any, as_of: date, *, threads: int = 2) -> pa.Table:
    """Decide a table of people; rows keep their order. `as_of` is the day where no application date is given.

    Of two columns of one field the narrower value counts. Raises Rejected when these hold lists.
    """
    batches = list(decide_blocks(base, table, as_of, threads=threads))
    return pa.Table.from_batches(batches, schema=answers_schema(base))


def decide_blocks(
    base: RuleBase, table: Any, as_of: date, *, threads: int = 2, only: Collection[str] = ANSWERS
) -> Iterator[pa.RecordBatch]:
    """The same, a block of rows at a time and in order, so that the result need not fit in memory.

    `table` may also be a RecordBatchReader, so that the people need not fit in memory either. `only` names what
    is wanted of ANSWERS: what is not asked for is not worked out.
    """
    schema = answers_schema(base, only)
    plan = plan_of(base, asking="missing" in only)
    return _each_block(plan, table, as_of, threads, lambda batch, found: _written(schema, batch, found, only))


def judge_blocks(base: RuleBase, table: Any, as_of: date, *, threads: int = 2) -> Iterator[BlockResult]:
    """The same without the columns: benefits by part, totals as numbers, for what only counts them and does not
    ask what is missing."""
    return _each_block(plan_of(base, asking=False), table, as_of, threads, lambda batch, found: found)


def _each_block(
    plan: Plan, table: Any, as_of: date, threads: int, use: Callable[[Batch, BlockResult], T]
) -> Iterator[T]:
    def work(reader: TableReader, piece: pa.RecordBatch) -> T:
        batch = reader.read(piece)
        return use(batch, _judged(plan, batch, as_of))

    pieces = ((reader, piece) for reader in _readers(plan.base, table, threads) for piece in reader.pieces())
    if threads <= 1:
        yield from (work(*piece) for piece in pieces)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[T]] = deque()
        for piece in pieces:
            waiting.append(pool.submit(work, *piece))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def outcomes(base: RuleBase, people: Sequence[Facts], as_of: date) -> list[dict[str, Outcome]]:
    """The outcome of every benefit for each of a few people given as facts."""
    plan = plan_of(base)
    batch = facts_batch(base, people)
    found = deciding(plan, batch, as_of)
    ids = [b.id for b in base.benefits]
    answers = []
    for row, facts in enumerate(people):
        if batch.awkward[row]:
            answers.append({v.benefit: v.outcome for v in decide(base, facts, as_of).verdicts})
        else:
            each = (OUTCOMES[int(j.outcome[row])] for j in found.benefits)
            answers.append(dict(zip(ids, each, strict=True)))
    return answers


def plan_of(base: RuleBase, *, asking: bool = True) -> Plan:
    """The plan of a rule base, kept with it; one that need not say what is missing learns far less."""
    plans: dict[str, Plan] = vars(base)
    name = "columns_plan" if asking else "silent_columns_plan"
    if name not in plans:
        plans[name] = Plan(base, asking=asking)  # as a cached property would, but of a higher layer
    return plans[name]


def renewed(base: RuleBase) -> Plan:
    """The plan of a rule base begun anew: what it has learned is let go."""
    vars(base).pop("columns_plan", None)
    return plan_of(base)


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def as_table(table: Any) -> pa.Table:
    """Anything Arrow can read as a table. Raises TypeError for a list of people."""
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    if isinstance(table, Sequence):
        raise TypeError("名单要是一张表：一组字典先写成 pyarrow.Table.from_pylist(名单)，一个人用 decide")
    return pa.table(table)


def _readers(base: RuleBase, table: Any, threads: int) -> Iterator[TableReader]:
    if isinstance(table, pa.RecordBatchReader):
        yield from (TableReader(base, pa.Table.from_batches([batch]), threads) for batch in table)
    else:
        yield TableReader(base, as_table(table), threads)


class TableReader:
    """Reads a table a piece at a time; what differs between texts is read once for all pieces."""

    def __init__(self, base: RuleBase, table: pa.Table, threads: int = 1) -> None:
        fields = base.vocabulary.fields
        table = one_each(base.vocabulary, table)
        self.names = {field: name for field, (name,) in fields_of(base.vocabulary, table.column_names).items()}
        if table.num_rows and len(table.column(0).chunks) > 2 + table.num_rows // (BLOCK // 2):
            table = table.combine_chunks()
        with ThreadPoolExecutor(max(1, threads)) as pool:
            columns = pool.map(lambda n: encoded(table.column(n)), self.names.values())
            for name, column in zip(self.names.values(), columns, strict=True):
                table = table.set_column(table.column_names.index(name), name, column)
        self.table = table
        self._readers = {name: ColumnReader(base.vocabulary, fields[name]) for name in self.names}

    def pieces(self) -> Iterator[pa.RecordBatch]:
        """The rows in blocks."""
        yield from self.table.to_batches(max_chunksize=BLOCK)

    def read(self, piece: pa.RecordBatch) -> Batch:
        """One of the pieces."""
        columns = {name: self._readers[name].read(piece.column(column)) for name, column in self.names.items()}
        awkward = np.zeros(piece.num_rows, dtype=np.bool_)
        for column in columns.values():
            if column.awkward is not None:
                awkward |= column.awkward
        unread = {n: c.unread for n, c in columns.items() if c.unread is not None}
        for name in columns:
            if (flags := _flags(piece, flagged(UNREAD, name))) is not None:
                unread[name] = unread[name] | flags if name in unread else flags
        return Batch(
            piece.num_rows,
            {n: c.known for n, c in columns.items()},
            unread,
            awkward,
            columns["received"].paid if "received" in columns else (),
            piece,
            self.names,
            {n: flags for n in columns if (flags := _flags(piece, flagged(TWICE, n))) is not None},
        )


def _flags(piece: pa.RecordBatch, column: str) -> Flags | None:
    """A column of flags, where there is one."""
    if column not in piece.schema.names:
        return None
    found: Flags = piece.column(column).to_numpy(zero_copy_only=False)
    return found


def read_batch(base: RuleBase, table: pa.Table) -> Batch:
    """A whole table at once."""
    reader = TableReader(base, table)
    pieces = reader.table.combine_chunks().to_batches()
    if not pieces:
        return Batch(0, {}, {}, np.zeros(0, np.bool_), (), table, reader.names)
    return reader.read(pieces[0])


def facts_batch(base: RuleBase, people: Sequence[Facts]) -> Batch:
    """Facts already read, as a batch."""
    known, awkward, paid = known_facts(base, people)
    return Batch(len(people), known, {}, awkward, paid, pa.table({}), {})


# ── deciding a block ────────────────────────────────────────────────────────────────────────


def _judged(plan: Plan, batch: Batch, as_of: date) -> BlockResult:
    """A block, rows that arrays cannot hold decided one by one."""
    found = deciding(plan, batch, as_of)
    for row in np.flatnonzero(batch.awkward | found.totals.awkward).tolist():
        _overwrite(found, row, _one(plan.base, batch, row, as_of))
    return found


def deciding(plan: Plan, batch: Batch, as_of: date, given: Mapping[int, Judged] = MappingProxyType({})) -> BlockResult:
    """A block decided, but for the rows that arrays cannot hold; `given` has benefits judged already."""
    return plan.decide(_derived(plan, batch, as_of), history(batch), batch.rows, given)


def history(batch: Batch) -> History:
    """What was received before."""
    return history_of(batch.known.get("received"), batch.known.get("family_received"), batch.paid, batch.rows)


def _derived(plan: Plan, batch: Batch, as_of: date) -> Derived:
    known = dict(batch.known)
    known["application_date"] = _application_date(known.get("application_date"), as_of, batch.rows)
    return derive(plan.base.vocabulary, plan.lists, known, plan.encoder.anchors, batch.rows)


def _application_date(given: Known | None, as_of: date, rows: int) -> Known:
    day = as_of.toordinal()
    whole = np.ones(rows, dtype=np.bool_)
    if not isinstance(given, Numbers):
        return Exact(np.full(rows, day, dtype=np.int64), whole)
    if isinstance(given, Exact):
        return Exact(np.where(given.given, given.value, day), whole)
    lo, hi = np.where(given.given, given.lo, day), np.where(given.given, given.hi, day)
    return Numbers(lo, hi, whole)


def _overwrite(found: BlockResult, row: int, decision: Decision) -> None:
    """Put the exact decision in the place of a row."""
    for judged, verdict in zip(found.benefits, decision.verdicts, strict=True):
        judged.outcome[row] = OUTCOMES.index(verdict.outcome)
        money = row_of(verdict.amount)
        judged.priced[row], judged.money[row] = money[0] > NO_END, money
        judged.missing[row] = judged.verdicts.text(verdict.missing)
    totals, total = found.totals, decision.total
    totals.guaranteed[row], totals.possible[row] = total.guaranteed, _end(total.possible)
    totals.yearly_lo[row], totals.yearly_hi[row] = total.yearly.lo, _end(total.yearly.hi)


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


def _problems(batch: Batch, found: BlockResult) -> pa.Array:
    """The codes of what is wrong with each row, joined by `、`."""
    numbers: Ints = np.zeros(batch.rows, dtype=np.int64)
    texts: list[str] = []

    def note(text: str, flags: Flags) -> None:
        if bool(flags.any()) and len(texts) < 62:
            numbers[flags] |= 1 << len(texts)
            texts.append(text)

    for name, flags in batch.unread.items():
        note(flagged(UNREAD, name), flags)
    for name, flags in batch.twice.items():
        note(flagged(TWICE, name), flags)
    for name, flags in found.contradicted.items():
        note(f"P604:{name}", flags)
    if found.impossible is not None:
        note("P605", found.impossible)
    if not texts:
        words, codes = [""], np.zeros(batch.rows, dtype=np.int32)
    else:
        distinct, back = np.unique(numbers, return_inverse=True)
        words = ["、".join(t for bit, t in enumerate(texts) if n >> bit & 1) for n in distinct.tolist()]
        codes = back.reshape(-1).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(words, pa.string()))


# ── writing ─────────────────────────────────────────────────────────────────────────────────


def answers_schema(base: RuleBase, only: Collection[str] = ANSWERS) -> pa.Schema:
    """The columns of the answers. Raises ValueError for what is not among ANSWERS."""
    if unknown := set(only) - set(ANSWERS):
        raise ValueError(f"没有 {'、'.join(sorted(unknown))} 这种列，可写：{'、'.join(ANSWERS)}")
    words, money = pa.dictionary(pa.int32(), pa.string()), pa.int64()
    fields: list[pa.Field] = []
    for benefit in base.benefits:
        if "outcome" in only:
            fields.append(_always(f"{benefit.id}.outcome", pa.dictionary(pa.int8(), pa.string())))
        if "money" in only:
            fields += [pa.field(f"{benefit.id}.{end}", money) for end in _MONEY]
        if "missing" in only:
            fields.append(_always(f"{benefit.id}.missing", words))
    if "totals" in only:
        fields += [_always("guaranteed", money), pa.field("possible", money)]
        fields += [_always("yearly_lo", money), pa.field("yearly_hi", money)]
    return pa.schema([*fields, _always("problems", words)] if "problems" in only else fields)


def _always(name: str, kind: pa.DataType) -> pa.Field:
    """A column without nulls: Parquet writes no second column of flags for it, which takes a fifth of the time."""
    return pa.field(name, kind, nullable=False)


def _written(schema: pa.Schema, batch: Batch, found: BlockResult, only: Collection[str]) -> pa.RecordBatch:
    """A block as Arrow."""
    columns: list[pa.Array] = []
    for judged in found.benefits:
        columns += _benefit(judged, batch.rows, only)
    if "totals" in only:
        totals = found.totals
        columns += [
            pa.array(totals.guaranteed),
            _integers(totals.possible, totals.possible >= 0),
            pa.array(totals.yearly_lo),
            _integers(totals.yearly_hi, totals.yearly_hi >= 0),
        ]
    if "problems" in only:
        columns.append(_problems(batch, found))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _benefit(judged: Judged, rows: int, only: Collection[str]) -> Iterator[pa.Array]:
    if "outcome" in only:
        outcome = judged.outcome.astype(np.int8, copy=False)
        yield pa.DictionaryArray.from_arrays(pa.array(outcome), _OUTCOME_IDS, safe=False)
    if "money" in only:
        yield from _money(judged, rows)
    if "missing" in only:
        missing = judged.missing.astype(np.int32, copy=False)
        yield pa.DictionaryArray.from_arrays(pa.array(missing), judged.verdicts.words, safe=False)


def _money(judged: Judged, rows: int) -> Iterator[pa.Array]:
    if not bool(judged.priced.any()):
        yield from repeat(pa.nulls(rows, pa.int64()), 4)
    else:
        lo, hi, verified_lo, verified_hi = judged.ends()
        low, high = _integers(lo, judged.priced), _integers(hi, hi > NO_END)
        yield low
        yield high
        yield low if verified_lo is lo else _integers(verified_lo, judged.priced)
        yield high if verified_hi is hi else _integers(verified_hi, verified_hi > NO_END)


def _integers(values: Ints, valid: Flags) -> pa.Array:
    bits = None if bool(valid.all()) else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(pa.int64(), len(values), [bits, pa.py_buffer(values)])


def _end(hi: int | None) -> int:
    return -1 if hi is None else hi
