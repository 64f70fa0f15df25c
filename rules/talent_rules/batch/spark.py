"""A folder of Parquet files by PySpark: the kernel for columns over Arrow batches, wherever Spark runs it.

The decided rows are kept on the executors' disks until they are written and counted, so that each is decided
once. What was counted is put together on the driver from whole numbers, so it is what one process counts; but
row numbers, and identity numbers that came before, are seen batch by batch only.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from talent_rules.batch.chunks import write_whole
from talent_rules.batch.deciders import Columns
from talent_rules.batch.engine import EngineTrouble
from talent_rules.batch.folder import TOTALS
from talent_rules.batch.options import Options
from talent_rules.batch.output import summary_beside
from talent_rules.batch.report import Report
from talent_rules.batch.source import Source, composer_of, mapping_lines, open_table
from talent_rules.batch.summary import tally_from
from talent_rules.batch.typed import typed_schema
from talent_rules.rulebase import RuleBase
from talent_rules.tables.refusal import Refused

#: Rows an Arrow batch: large enough for the kernel, small enough for a worker's memory
BATCH = 20_000
_COUNTED = "_counted"
Batches = Iterable[Any]


def run_spark(base: RuleBase, options: Options, today: date, stream: TextIO = sys.stderr) -> Report:
    """Check every Parquet file of a folder. Raises Refused, OSError, EngineTrouble when PySpark is not there."""
    assert options.output is not None
    tables = sorted(options.source.glob("*.parquet"))
    if not tables:
        raise Refused("T720", "文件夹里没有 Parquet 文件", "--engine spark 只读 Parquet，其他文件请用默认的引擎")
    session = _session()
    with open_table(tables[0], base.vocabulary, maps=options.maps) as table:
        source, reader = table.source, table.readers(base.vocabulary, options.as_of or today)[0]
    for line in mapping_lines(source, base.vocabulary):
        print(line, file=stream)
    report = Report(options, options.as_of or today, source)
    people = session.read.parquet(*(str(t) for t in tables))
    if options.limit is not None:
        people = people.limit(options.limit)
    shared = session.sparkContext.broadcast((replace(base), reader, report.as_of))
    _write(people.mapInArrow(_kernel(shared), _schema(base, source)), report)
    _sum_up(base, report)
    return report


def _session() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise EngineTrouble("引擎 spark 还缺 PySpark（要 Java 17）：安装 talent-policy[spark]") from None
    session = SparkSession.builder.appName("talent-policy").config("spark.ui.showConsoleProgress", "false")
    session = session.config("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH))
    try:
        return session.getOrCreate()
    except Exception as error:  # Spark's own errors differ by what is missing
        raise EngineTrouble(f"Spark 起不来（要 Java 17）：{str(error).splitlines()[0][:120]}") from None


def _kernel(shared: Any) -> Callable[[Batches], Iterator[Any]]:
    """Decides one Arrow batch after the other in a worker; what was counted stands in its first row."""

    def decide(batches: Batches) -> Iterator[Any]:
        import numpy as np
        import pyarrow as pa

        from talent_rules.batch.sieve import Sieve
        from talent_rules.tables.rows import Rows

        base, reader, as_of = shared.value
        composer = composer_of(base.vocabulary, reader.mapping, reader.sheet)
        deciding, sieve, done = _decider(base, as_of), Sieve(reader.mapping), 0
        for batch in batches:
            numbers = np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64)
            done += batch.num_rows
            people = sieve.people(Rows(numbers, tuple(batch.columns)))
            if not len(people):
                continue
            found = deciding.decide(reader, composer.complete(people), lambda rows: None)
            counted = pa.array([json.dumps(asdict(found.tally)), *[None] * (len(people) - 1)], pa.string())
            table = found.table.append_column(_COUNTED, counted)
            yield from table.cast(_plain(table.schema)).combine_chunks().to_batches()

    return decide


def _plain(schema: Any) -> Any:
    """The same columns without dictionaries, which Spark does not read."""
    import pyarrow as pa

    text = (pa.types.is_dictionary, pa.types.is_large_string)
    return pa.schema([(f.name, pa.string() if any(is_(f.type) for is_ in text) else f.type) for f in schema])


_DECIDERS: dict[tuple[str, date], Columns] = {}


def _decider(base: RuleBase, as_of: date) -> Columns:
    """The plan of the rules, made once a worker."""
    key = (base.version, as_of)
    if key not in _DECIDERS:
        _DECIDERS[key] = Columns(base, as_of)
    return _DECIDERS[key]


def _schema(base: RuleBase, source: Source) -> str:
    types = {"int64": "bigint", "string": "string"}
    fields = [(f.name.replace("`", "``"), types[str(f.type)]) for f in _plain(typed_schema(base, source.mapping))]
    return ", ".join(f"`{name}` {kind}" for name, kind in [*fields, (_COUNTED, "string")])


def _write(decided: Any, report: Report) -> None:
    from pyspark import StorageLevel

    assert report.options.output is not None
    decided = decided.persist(StorageLevel.DISK_ONLY)
    try:
        decided.drop(_COUNTED).write.mode("overwrite").parquet(str(report.options.output))
        counted = decided.select(_COUNTED).where(f"{_COUNTED} IS NOT NULL")
        for row in counted.toLocalIterator():
            report.tally.merge(tally_from(json.loads(row[_COUNTED])))
    finally:
        decided.unpersist()


def _sum_up(base: RuleBase, report: Report) -> None:
    from talent_rules.batch.result_workbook import write_workbook

    output = report.options.output
    assert output is not None
    write_whole(output / TOTALS, json.dumps(asdict(report.tally), ensure_ascii=False).encode())
    small = summary_beside(output)
    with tempfile.TemporaryDirectory(prefix="talent-") as folder:
        write_workbook(small, Path(folder), base, report, (), "", with_results=False)
    report.outputs = [small, output]
