"""Parquet in, Parquet out: a file of any size decided block by block, as fast as it can be read and written."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from talent_rules.engines.columns import ANSWERS, BLOCK, answers_schema, decide_blocks
from talent_rules.engines.reading import fields_of
from talent_rules.rulebase import RuleBase


def decide_parquet(
    base: RuleBase,
    source: Path,
    target: Path,
    as_of: date,
    *,
    keep: Sequence[str] = (),
    only: Collection[str] = ANSWERS,
    threads: int = 2,
) -> int:
    """Decide the people of a file, rows in order; how many they are.

    `keep` are columns of the source to put in front, `only` as in `decide_blocks`. `target` is there when all is
    written, or as it was before. Raises OSError and ArrowException for files, KeyError where the source has no
    such column, ValueError where the target is the source, ValueError and Rejected as `decide_blocks`.
    """
    if target.exists() and target.samefile(source):
        raise ValueError(f"答案不能写回名单自己（{source}），请换一个文件名")
    schema = pq.read_schema(source)
    if unknown := [name for name in keep if name not in schema.names]:
        raise KeyError(f"名单里没有 {'、'.join(unknown)} 这样的列，有：{'、'.join(schema.names)}")
    wanted = [name for names in fields_of(base.vocabulary, schema.names).values() for name in names]
    texts = [n for n in wanted if pa.types.is_string(schema.field(n).type)]  # each different text is read once
    names = list(dict.fromkeys([*wanted, *keep]))
    front: deque[pa.RecordBatch] = deque()
    rows = 0

    with pq.ParquetFile(source, memory_map=True, read_dictionary=texts) as file:

        def people() -> Iterator[pa.RecordBatch]:
            for batch in file.iter_batches(BLOCK, columns=names):
                front.append(batch.select(keep))
                yield batch.select(wanted)

        kept = pa.schema([schema.field(n) for n in keep])
        shape = pa.schema([*kept, *answers_schema(base, only)])
        given = pa.schema([file.schema_arrow.field(n) for n in wanted])
        reader = pa.RecordBatchReader.from_batches(given, people())
        with _written(target, shape) as writer:
            for found in decide_blocks(base, reader, as_of, threads=threads, only=only):
                before = front.popleft().cast(kept)
                writer.write_batch(pa.RecordBatch.from_arrays([*before.columns, *found.columns], schema=shape))
                rows += found.num_rows
    return rows


@contextmanager
def _written(target: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A writer of the file beside it, which takes its place when all went well."""
    beside = target.with_name(target.name + ".tmp")
    codes = [f.name for f in schema if pa.types.is_dictionary(f.type)]
    try:
        with pq.ParquetWriter(
            beside, schema, compression="zstd", use_dictionary=codes, write_statistics=False
        ) as writer:
            yield writer
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
