"""A batch from the file to the result: read, decide in chunks that survive a crash, print."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Protocol, TextIO

from talent_rules.batch.chunks import Chunk, read_chunk, write_chunk
from talent_rules.batch.deciders import CHUNK, CHUNKS, Decider, decider
from talent_rules.batch.job import JobFolder, Manifest, fingerprint
from talent_rules.batch.people import Person, PersonReader
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.progress import Progress
from talent_rules.batch.source import Source, mapping_lines, open_source
from talent_rules.batch.summary import Tally
from talent_rules.rulebase import RuleBase
from talent_rules.tables.header import LABEL
from talent_rules.tables.reader import Row

KEPT_PROBLEMS = 200
#: Rows of a file that need not be read twice
HELD = 200_000


class Interrupted(Exception):
    """The run was asked to stop; what is done is kept. `done` rows of this step."""

    def __init__(self, done: int) -> None:
        super().__init__(done)
        self.done = done


class Mismatch(Exception):
    """`--resume` was asked for, but something is not as it was."""

    def __init__(self, what: Sequence[str]) -> None:
        super().__init__("、".join(what))


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. `as_of` None: today, or the day of the run that is resumed."""

    source: Path
    output: Path | None = None
    as_of: date | None = None
    maps: tuple[str, ...] = ()
    sheet: str | None = None
    limit: int | None = None
    dry_run: bool = False
    resume: bool = False
    engine: str = "columns"
    shard: tuple[int, int] = (1, 1)
    chunk: int | None = None

    @property
    def rows(self) -> int:
        """Rows a chunk."""
        return self.chunk or CHUNKS.get(self.engine, CHUNK)


@dataclass(slots=True)
class Report:
    """How it went."""

    options: Options
    as_of: date
    source: Source
    tally: Tally
    problems: list[RowProblem] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    outputs: list[Path] = field(default_factory=list)
    resumed: int = 0


class Stop:
    """Set by SIGINT and SIGTERM; asked between rows."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """A signal has come."""
        self.asked = True


@contextmanager
def many_objects() -> Iterator[None]:
    """Look for cyclic garbage less often: rows make none, and there are very many of them."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Catch the signals that ask for an end, so that the end is clean. Only in the main thread."""
    stop = Stop()
    before = {}
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            before[name] = signal.signal(name, stop)
        except ValueError:  # not the main thread: somebody else's signals
            break
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def mapping_of(source: Source) -> tuple[tuple[int, str, str, str], ...]:
    """What each column was taken for, as a manifest keeps it."""
    return tuple((c.index, " ".join(c.header.split()), c.role, c.unit) for c in source.mapping.columns)


def run(base: RuleBase, options: Options, today: date, stream: TextIO = sys.stderr) -> Report:
    """Do the batch. Raises Refused, OSError, EngineTrouble, Mismatch, Interrupted."""
    decider(options.engine, base, today)
    with stoppable() as stop, many_objects():
        source = open_source(options.source, base.vocabulary, sheet=options.sheet, maps=options.maps)
        for line in (*source.remarks, *mapping_lines(source, base.vocabulary)):
            print(line, file=stream)
        if options.dry_run or options.output is None:
            return _check(base, options, source, today, stop, stream)
        digest, lines = fingerprint(options.source)
        job = JobFolder(options.output)
        manifest = _manifest(base, options, source, digest, job, today)
        resumed = _open(job, manifest, options)
        report = Report(options, date.fromisoformat(manifest.as_of), source, Tally())
        report.resumed = resumed
        total = _expected(options, source, lines)
        worker = Worker(base, report, job, decider(options.engine, base, report.as_of), stop)
        with Progress("核对", total, stream) as progress:
            worker.run(progress)
        _print(base, report, worker.held, job, stop, stream, digest)
        job.clear()
        return report


def _expected(options: Options, source: Source, lines: int) -> int | None:
    total = source.height if source.height is not None else max(0, lines - 1) if source.kind != "parquet" else None
    return total if options.limit is None else min(options.limit, total or options.limit)


def _manifest(base: RuleBase, options: Options, source: Source, digest: str, job: JobFolder, today: date) -> Manifest:
    before = job.manifest if options.resume else None
    as_of = options.as_of.isoformat() if options.as_of else str(before["as_of"]) if before else today.isoformat()
    mapping = mapping_of(source)
    return Manifest(
        digest, base.version, as_of, base.place, source.sheet, mapping, options.engine, options.limit, options.rows
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


def _check(base: RuleBase, options: Options, source: Source, today: date, stop: Stop, stream: TextIO) -> Report:
    """Everything but the deciding."""
    as_of = options.as_of or today
    report = Report(options, as_of, source, Tally())
    with Progress("检查", options.limit or source.height, stream) as progress:
        for number, (_, row, reader) in enumerate(people_rows(base, source, as_of, options.limit, report)):
            person = reader.read(row)
            report.tally.add_quality(person)
            _keep(report, person)
            if number % 500 == 499:
                progress.advance(500)
                if stop.asked:
                    raise Interrupted(number + 1)
    return report


def _keep(report: Report, person: Person) -> None:
    if person.problems and len(report.problems) < KEPT_PROBLEMS:
        report.problems.extend(person.problems)


def people_rows(
    base: RuleBase, source: Source, as_of: date, limit: int | None, report: Report | None = None
) -> Iterator[tuple[int, Row, PersonReader]]:
    """Every person's row with its number in the batch, and the reader of the sheet."""
    reader: PersonReader | None = None
    count = 0
    for sheet, row in source.rows():
        if reader is None:
            reader = source.reader(base.vocabulary, sheet, as_of)
            if report is not None:
                report.skipped = reader.skipped
        if limit is not None and count >= limit:
            return
        if reader.is_person(row):
            yield count, row, reader
            count += 1


class Chunks(Protocol):
    """Where the chunks of a table are kept."""

    def chunk(self, number: int) -> Path:
        """Where chunk `number` is or will be."""

    def done(self, number: int) -> Tally | None:
        """The tally of a finished chunk; None when it is still to do."""


class Worker:
    """Decides the rows chunk by chunk, leaving out the chunks that are done."""

    def __init__(
        self, base: RuleBase, report: Report, job: Chunks, decider: Decider, stop: Stop, *, hold: bool = True
    ) -> None:
        self._base, self._report, self._job = base, report, job
        self._decider, self._stop = decider, stop
        self._done = 0
        self._labels = frozenset(c.index for c in report.source.mapping.of(LABEL))
        #: What the result repeats of the rows; None where there are too many to hold
        self.held: list[Row] | None = [] if hold else None

    def run(self, progress: Progress) -> None:
        """All chunks. Raises Interrupted."""
        chunk: list[Row] = []
        number = 0
        reader: PersonReader | None = None
        source, report = self._report.source, self._report
        for _, row, reader in people_rows(self._base, source, report.as_of, report.options.limit, report):
            chunk.append(row)
            if len(chunk) == report.options.rows:
                self._one(number, reader, chunk, progress)
                chunk, number = [], number + 1
        if chunk and reader is not None:
            self._one(number, reader, chunk, progress)

    def _one(self, number: int, reader: PersonReader, chunk: Sequence[Row], progress: Progress) -> None:
        tally = self._job.done(number)
        if tally is None:
            answers, tally = self._decider.decide(reader, chunk, self._advancing(progress))
            write_chunk(self._job.chunk(number), answers, tally)
        else:
            for row in chunk:
                reader.see(row)
            progress.advance(len(chunk))
        self._report.tally.merge(tally)
        self._done += len(chunk)
        self._hold(number, chunk)

    def _hold(self, number: int, chunk: Sequence[Row]) -> None:
        """Keep of each row what the result repeats: its labels, and all of it where it is wrong."""
        if self.held is None or self._done > HELD:
            self.held = None
            return
        wrong = read_chunk(self._job.chunk(number), 0).numbers("status") == 2
        for row, whole in zip(chunk, wrong.tolist(), strict=True):
            if not whole:
                cells = tuple([text if place in self._labels else "" for place, text in enumerate(row.cells)])
                row = Row(row.number, cells)
            self.held.append(row)

    def _advancing(self, progress: Progress) -> Callable[[int], None]:
        def done(rows: int) -> None:
            progress.advance(rows)
            if self._stop.asked:
                raise Interrupted(self._done)

        return done


# ── printing ────────────────────────────────────────────────────────────────────────────────


def _print(
    base: RuleBase, report: Report, held: list[Row] | None, job: JobFolder, stop: Stop, stream: TextIO, digest: str
) -> None:
    from talent_rules.batch.output import write_outputs

    with Progress("写结果", report.tally.people, stream) as progress:
        found = pieces(base, report, job, stop, progress, held)
        report.outputs = write_outputs(base, report, found, job.path, digest)


def pieces(
    base: RuleBase, report: Report, job: Chunks, stop: Stop, progress: Progress, held: list[Row] | None = None
) -> Iterator[tuple[Chunk, list[Row]]]:
    """The chunks of a table, each with the rows it was made of; these are read again where nobody held them."""
    again = (row for _, row, _ in people_rows(base, report.source, report.as_of, report.options.limit))
    rows = again if held is None else iter(held)
    number = done = 0
    while (path := job.chunk(number)).exists():
        chunk = read_chunk(path, len(base.benefits))
        part = list(islice(rows, len(chunk)))
        if [row.number for row in part] != chunk.numbers("row").tolist():
            raise OSError(f"{report.options.source} 在核对途中被改动了")
        for problems in chunk.problems() if len(report.problems) < KEPT_PROBLEMS else ():
            if problems and len(report.problems) < KEPT_PROBLEMS:
                report.problems.extend(problems)
        yield chunk, part
        number, done = number + 1, done + len(chunk)
        progress.advance(len(chunk))
        if stop.asked:
            raise Interrupted(done)
