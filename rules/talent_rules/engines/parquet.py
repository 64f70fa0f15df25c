"""Parquet in, Parquet out: a file of any size decided block by block, as fast as it can be read and written."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from errno import EISDIR, ENOENT
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from talent_rules.engines.columns import ANSWERS, BLOCK, answers_schema, decide_blocks
from talent_rules.engines.given import check_columns
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
    such column, ValueError where the target is the source, where no column is known or a kept one is called as an
    answer, TypeError for a text in place of names, ValueError and Rejected as `decide_blocks`.
    """
    _check_asked(keep, only)
    schema = _schema_of(source)
    check_columns(base.vocabulary, schema.names)
    _check_target(source, target)
    keep = list(dict.fromkeys(keep))
    if unknown := [name for name in keep if name not in schema.names]:
        raise KeyError(f"名单里没有 {'、'.join(unknown)} 这样的列，有：{'、'.join(schema.names)}")
    if twice := [name for name in keep if name in answers_schema(base, only).names]:
        raise ValueError(f"keep 的 {'、'.join(twice)} 和答案的列同名，先给名单里的列改名")
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


def _check_asked(keep: Sequence[str], only: Collection[str]) -> None:
    """Raises TypeError where one name stands for a list of them, ValueError where nothing is asked for."""
    for word, names, example in (("keep", keep, '["姓名"]'), ("only", only, '("outcome", "totals")')):
        if isinstance(names, str):
            raise TypeError(f"{word} 要写成一列名字，例如 {example}，不是 {names!r}")
    if not only:
        raise ValueError(f"only 至少写一样，可写：{'、'.join(ANSWERS)}")


def _schema_of(source: Path) -> pa.Schema:
    if not source.is_file():
        raise FileNotFoundError(ENOENT, "没有这个名单文件", str(source))
    try:
        return pq.read_schema(source)
    except pa.ArrowInvalid as error:
        message = f"{source} 不是 Parquet 文件（{error}）；Excel、CSV 用 talent batch，或读成表再给 decide_table"
        raise pa.ArrowInvalid(message) from None


def _check_target(source: Path, target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "答案要写成一个文件，这是文件夹", str(target))
    if not target.parent.is_dir():
        raise FileNotFoundError(ENOENT, "答案要写到的文件夹还没有", str(target.parent))
    if target.exists() and target.samefile(source):
        raise ValueError(f"答案不能写回名单自己（{source}），请换一个文件名")


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
