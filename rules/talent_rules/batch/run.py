"""A batch from the file to the result: read, decide in chunks that survive a crash, print."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any, TextIO

from talent_rules.batch.answers import Answered
from talent_rules.batch.chunks import Kept
from talent_rules.batch.deciders import check_engine, decider
from talent_rules.batch.job import JobFolder, Manifest, Part, fingerprint
from talent_rules.batch.options import Interrupted, Mismatch, Options
from talent_rules.batch.output import set_by, summary_beside, write_outputs
from talent_rules.batch.progress import Progress
from talent_rules.batch.report import Report
from talent_rules.batch.result_workbook import write_workbook
from talent_rules.batch.source import Source, Table, mapping_lines, open_table
from talent_rules.batch.stopping import Stop, many_objects, stoppable
from talent_rules.batch.typed import TypedFile
from talent_rules.batch.worker import Worker, chunks_of
from talent_rules.rulebase import RuleBase
from talent_rules.tables.header import SHEET, MappedColumn
from talent_rules.tables.reader import Reading

_CHECKED = 5_000


def run(
    base: RuleBase, options: Options, today: date, stream: TextIO = sys.stderr, reading: Reading | None = None
) -> Report:
    """Do the batch; `reading` when the file is being read already. Raises Refused, OSError, EngineTrouble,
    Mismatch, Interrupted."""
    check_engine(options.engine)
    maps, sheets = options.maps, options.sheets
    with (
        stoppable() as stop,
        many_objects(),
        open_table(options.source, base.vocabulary, sheets=sheets, maps=maps, reading=reading) as table,
    ):
        source = table.source
        for line in (*source.remarks, *source.left_out, *source.twice, *mapping_lines(source, base.vocabulary)):
            print(line, file=stream)
        if options.dry_run or options.output is None:
            return _check(base, options, table, today, stop, stream)
        digest, lines = fingerprint(options.source)
        job = JobFolder(options.output)
        manifest = _manifest(base, options, table.source, digest, job, today)
        resumed = _open(job, manifest, options)
        report = Report(options, date.fromisoformat(manifest.as_of), table.source, resumed=resumed)
        with Progress("核对", _expected(options, table.source, lines), stream) as progress:
            _decide(base, report, table, job.part(), stop, progress)
        _print(base, report, job.part(), stop, stream, digest)
        job.clear()
        return report


def _expected(options: Options, source: Source, lines: int) -> int | None:
    total = source.height if source.height is not None else max(0, lines - 1)
    return total if options.limit is None else min(options.limit, total)


def columns_of(source: Source) -> list[tuple[int, str, str, str]]:
    """What each column of the first page was taken for: what the tables of a folder have in common."""
    return [_told(c) for c in source.mapping.columns if c.role != SHEET]


def mapping_of(source: Source) -> tuple[tuple[int, str, str, str], ...]:
    """What each column of each page was taken for, as a manifest keeps it."""
    return tuple(_told(c) for page in source.pages for c in page.mapping.columns)


def _told(column: MappedColumn) -> tuple[int, str, str, str]:
    return column.index, " ".join(column.header.split()), column.role, column.unit


def _manifest(base: RuleBase, options: Options, source: Source, digest: str, job: JobFolder, today: date) -> Manifest:
    before = job.manifest if options.resume else None
    as_of = options.as_of.isoformat() if options.as_of else str(before["as_of"]) if before else today.isoformat()
    return Manifest(
        digest,
        base.version,
        as_of,
        base.place,
        tuple(page.name for page in source.pages),
        mapping_of(source),
        options.engine,
        options.limit,
        options.rows,
        options.figures,
    )


def _open(job: JobFolder, manifest: Manifest, options: Options) -> int:
    """The number of chunks an earlier run left to build on."""
    before = job.manifest
    if options.resume and before is not None:
        if different := manifest.differences(before):
            raise Mismatch(different)
        return len(list(job.path.glob("chunk-*.arrow")))
    job.start(manifest)
    return 0


def _check(base: RuleBase, options: Options, table: Table, today: date, stop: Stop, stream: TextIO) -> Report:
    """Everything but the deciding."""
    from talent_rules.batch.crowd import CrowdReader

    report = Report(options, options.as_of or today, table.source)
    readers = [CrowdReader(r) for r in table.readers(base.vocabulary, report.as_of)]
    with Progress("检查", options.limit or table.source.height, stream) as progress:
        for page, rows in table.people(report.skipped, _CHECKED, options.limit):
            crowd = readers[page].read(rows)
            report.read(page, len(rows))
            report.tally.add_quality(len(crowd), crowd.problems.values())
            for problems in crowd.problems.values():
                report.tell(problems)
            progress.advance(len(rows))
            if stop.asked:
                raise Interrupted(report.tally.people)
    return report


def _decide(base: RuleBase, report: Report, table: Table, part: Part, stop: Stop, progress: Progress) -> None:
    """Every chunk; a result in figures is written on the way."""
    options = report.options
    deciding = decider(options.engine, base, report.as_of, figures=options.figures)
    worker = Worker(base, report, table, part, deciding, stop)
    if not options.figures:
        worker.run(progress)
        return
    with TypedFile(part.job / "out-figures.parquet", base, report.source.mapping, report.as_of) as sink:
        worker.run(progress, sink.write)


# ── printing ────────────────────────────────────────────────────────────────────────────────


def _print(base: RuleBase, report: Report, part: Part, stop: Stop, stream: TextIO, digest: str) -> None:
    output = report.options.output
    assert output is not None
    with Progress("写结果", report.tally.people, stream) as progress:
        chunks = _watched(chunks_of(part), progress, stop)
        if report.options.figures:
            small = summary_beside(output)
            known = ((None, kept) for _, kept in chunks)
            figures = part.job / "out-figures.parquet"
            beside = partial(set_by, figures, output)
            write_workbook(small, part.job, base, report, known, digest, with_results=False, beside=beside)
            figures.replace(output)
            report.outputs = [output, small]
            return
        pieces = ((Answered.of(rows, len(base.benefits)), kept) for rows, kept in chunks)
        report.outputs = write_outputs(base, report, pieces, part.job, digest)


def _watched(chunks: Iterable[tuple[Any, Kept]], progress: Progress, stop: Stop) -> Iterator[tuple[Any, Kept]]:
    done = 0
    for rows, kept in chunks:
        yield rows, kept
        done += kept.tally.people
        progress.advance(kept.tally.people)
        if stop.asked:
            raise Interrupted(done)
