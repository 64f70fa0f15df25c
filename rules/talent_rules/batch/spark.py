"""A folder of Parquet files by PySpark: the kernel for columns over Arrow batches, wherever Spark runs it.

Two passes over the same plan: the first counts, which settles which benefits are shown; the second writes.
The counts are put together on the driver from whole numbers, so they are those of one process. Row numbers
and duplicate identity numbers are seen batch by batch only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from talent_rules.batch.chunks import Answers, write_whole
from talent_rules.batch.engine import EngineTrouble
from talent_rules.batch.people import PersonReader
from talent_rules.batch.plan import Plan, plan
from talent_rules.batch.run import Options, Report
from talent_rules.batch.source import Source, mapping_lines, open_source
from talent_rules.batch.summary import Tally, tally_from
from talent_rules.rulebase import RuleBase
from talent_rules.tables.reader import Row
from talent_rules.tables.refusal import Refused

#: Rows an Arrow batch: large enough for the kernel, small enough for a worker's memory
BATCH = 20_000


def run_spark(base: RuleBase, options: Options, today: date, stream: TextIO = sys.stderr) -> Report:
    """Check every Parquet file of a folder. Raises Refused, OSError, EngineTrouble when PySpark is not there."""
    session = _session()
    assert options.output is not None
    tables = sorted(options.source.glob("*.parquet"))
    if not tables:
        raise Refused("T720", "文件夹里没有 Parquet 文件", "--engine spark 只读 Parquet，其他文件请用默认的引擎")
    source = open_source(tables[0], base.vocabulary, sheet=None, maps=options.maps)
    for line in mapping_lines(source, base.vocabulary):
        print(line, file=stream)
    report = Report(options, options.as_of or today, source, Tally())
    people = session.read.parquet(*(str(t) for t in tables))
    if options.limit is not None:
        people = people.limit(options.limit)
    shared = session.sparkContext.broadcast((_bare(base), source, report.as_of))
    for row in people.mapInArrow(_counting(shared), "tally string").toLocalIterator():
        report.tally.merge(tally_from(json.loads(row.tally)))
    shown = plan(base, report)
    _write(people, shared, base, report, shown)
    _summary(base, report, shown)
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


def _bare(base: RuleBase) -> RuleBase:
    """The rules without what this process remembers."""
    return replace(base)


Batches = Iterable[Any]


def _counting(shared: Any) -> Callable[[Batches], Iterator[Any]]:
    """The first pass: a tally for each batch."""

    def count(batches: Batches) -> Iterator[Any]:
        import pyarrow as pa

        kernel = _kernel(*shared.value)
        for batch in batches:
            _, _, tally = kernel(batch)
            yield pa.record_batch([pa.array([json.dumps(asdict(tally))])], ["tally"])

    return count


def _writing(shared: Any, shown: Plan, about: Report) -> Callable[[Batches], Iterator[Any]]:
    """The second pass: the lines of the result."""

    def write(batches: Batches) -> Iterator[Any]:
        from talent_rules.batch.chunks import chunk_of
        from talent_rules.batch.lines import lines_of
        from talent_rules.batch.output import arrow_table

        kernel = _kernel(*shared.value)
        for batch in batches:
            rows, answers, tally = kernel(batch)
            lines = lines_of(chunk_of(answers, tally), rows, shown)
            yield from arrow_table(lines, shown, {}).to_batches()

    return write


def _kernel(base: RuleBase, source: Source, as_of: date) -> Callable[[Any], tuple[list[Row], Answers, Tally]]:
    """Decides one Arrow batch after the other in a worker; the plan of the rules is made once."""
    from talent_rules.batch.bulk import Bulk
    from talent_rules.batch.crowd import CrowdReader
    from talent_rules.batch.people import Sheet
    from talent_rules.tables.text_files import rows_of_batch

    key = (base.version, as_of)
    if key not in _BULKS:
        _BULKS[key] = Bulk(base, as_of)
    bulk = _BULKS[key]

    def decide(batch: Any) -> tuple[list[Row], Answers, Tally]:
        sheet = Sheet("", "parquet")
        reader = PersonReader(base.vocabulary, source.mapping, sheet, as_of)
        texts = rows_of_batch(batch, 0)
        made = zip(texts.numbers, texts.cells, texts.notes, strict=True)
        rows = [Row(number, tuple([c or "" for c in cells]), notes) for number, cells, notes in made]
        rows = [row for row in rows if reader.is_person(row)]
        answers, tally = bulk.decide(CrowdReader(reader).read(rows), "")
        return rows, answers, tally

    return decide


_BULKS: dict[tuple[str, date], Any] = {}


def _write(people: Any, shared: Any, base: RuleBase, report: Report, shown: Plan) -> None:
    from talent_rules.batch.output import arrow_schema, header

    assert report.options.output is not None
    types = {"int64": "bigint", "double": "double", "string": "string"}
    fields = arrow_schema(shown, {})
    schema = ", ".join(f"`{f.name.replace('`', '``')}` {types[str(f.type)]}" for f in fields)
    assert len(fields) == len(header(shown))
    made = people.mapInArrow(_writing(shared, shown, report), schema)
    made.write.mode("overwrite").parquet(str(report.options.output))


def _summary(base: RuleBase, report: Report, shown: Plan) -> None:
    import tempfile

    from talent_rules.batch.folder import TOTALS
    from talent_rules.batch.output import summary_beside
    from talent_rules.batch.result_workbook import write_workbook

    output = report.options.output
    assert output is not None
    write_whole(output / TOTALS, json.dumps(asdict(report.tally), ensure_ascii=False).encode())
    with tempfile.TemporaryDirectory(prefix="talent-") as folder:
        book = summary_beside(output)
        write_workbook(book, Path(folder), base, report, shown, (), "", with_results=False)
    report.outputs = [book, output]
