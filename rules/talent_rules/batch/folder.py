"""A folder of tables by one or several processes, on one machine or on many that share the folder.

Nobody hands out the work: a process takes a table by creating its claim, which only one can. First all
tables are decided, then, when what was counted over all of them says which benefits to show, each is
written, under its own name, into the folder of results; last one process writes the small workbook beside
it. A process that is started again drops the claims of its former life; what was done stays done.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from talent_rules.batch.chunks import read_tally, write_whole
from talent_rules.batch.deciders import decider
from talent_rules.batch.job import JobFolder, Manifest
from talent_rules.batch.progress import Progress
from talent_rules.batch.run import (
    Interrupted,
    Mismatch,
    Options,
    Report,
    Stop,
    Worker,
    many_objects,
    mapping_of,
    pieces,
    stoppable,
)
from talent_rules.batch.source import Source, mapping_lines, open_source
from talent_rules.batch.summary import Tally, tally_from
from talent_rules.rulebase import RuleBase
from talent_rules.tables.refusal import Refused

#: In the folder of results; what reads a folder of Parquet files leaves out names that begin so
TOTALS = "_汇总.json"
_READ = (".parquet", ".csv", ".txt", ".jsonl", ".ndjson", ".xlsx")
_POLL = 0.2


def tables_in(folder: Path) -> list[Path]:
    """The tables of a folder, by name."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in _READ and not p.name.startswith((".", "~", "_")))


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the job: its chunks and its marks."""

    job: Path
    number: int

    def chunk(self, number: int) -> Path:
        """Where chunk `number` is or will be."""
        return self.job / f"chunk-{self.number:06d}-{number:06d}.arrow"

    def done(self, number: int) -> Tally | None:
        """The tally of a finished chunk; None when it is still to do."""
        path = self.chunk(number)
        try:
            return read_tally(path) if path.exists() else None
        except (OSError, ValueError, KeyError):
            path.unlink(missing_ok=True)
            return None

    def tally(self) -> Tally:
        """Everything counted in this table, which is done."""
        found, number = Tally(), 0
        while (one := self.done(number)) is not None:
            found.merge(one)
            number += 1
        return found

    def mark(self, word: str) -> Path:
        """The file that says that a step is claimed or done."""
        return self.job / f"tmp-{self.number:06d}.{word}"


class FolderRun:
    """One process at work on a folder."""

    def __init__(self, base: RuleBase, options: Options, today: date, stream: TextIO) -> None:
        assert options.output is not None
        self.base, self.options, self.stream = base, options, stream
        self.output: Path = options.output
        self.tables = tables_in(options.source)
        if not self.tables:
            raise Refused("T720", "文件夹里没有人员表", "放入 Parquet、CSV、JSONL 或 Excel 文件")
        self.job = JobFolder(options.output)
        self.me = f"{options.shard[0]}/{options.shard[1]}"
        self.first = self._opened(self.tables[0])
        self.as_of = self._join(today)
        self.parts = [Part(self.job.path, number) for number in range(len(self.tables))]

    def _opened(self, table: Path) -> Source:
        return open_source(table, self.base.vocabulary, sheet=self.options.sheet, maps=self.options.maps)

    # joining -------------------------------------------------------------------------------

    def _join(self, today: date) -> date:
        """Begin the job, or go along with what others began. Raises Mismatch."""
        self.job.path.mkdir(mode=0o700, exist_ok=True)
        before = self.job.manifest
        as_of = self.options.as_of or (date.fromisoformat(before["as_of"]) if before else today)
        mine = Manifest(
            self._fingerprint(),
            self.base.version,
            as_of.isoformat(),
            self.base.place,
            self.first.sheet,
            mapping_of(self.first),
            self.options.engine,
            self.options.limit,
            self.options.rows,
        )
        first = self.job.path / "tmp.manifest"
        if before is None and (_claim(first, self.me) or _claimed_by(first) == self.me):
            write_whole(self.job.path / "manifest.json", mine.to_json().encode())
        while (known := self.job.manifest) is None:
            time.sleep(_POLL)
        if different := mine.differences(known):
            raise Mismatch(different)
        for claim in self.job.path.glob("tmp-*.claim"):
            if _claimed_by(claim) == self.me:
                claim.unlink(missing_ok=True)
        return as_of

    def _fingerprint(self) -> str:
        """The names and sizes of the tables: their bytes may be more than each process should read."""
        known = "\n".join(f"{p.name} {p.stat().st_size}" for p in self.tables)
        return hashlib.sha256(known.encode()).hexdigest()

    # working -------------------------------------------------------------------------------

    def run(self, stop: Stop) -> Report:
        """Decide, write and sum up. Raises Refused, OSError, Mismatch, Interrupted."""
        for line in (*self.first.remarks, *mapping_lines(self.first, self.base.vocabulary)):
            print(line, file=self.stream)
        from talent_rules.batch.output import summary_beside

        deciding = decider(self.options.engine, self.base, self.as_of)
        self._step("decided", "核对", stop, lambda part, progress: self._decide(part, deciding, stop, progress))
        report = Report(self.options, self.as_of, self.first, Tally())
        try:
            for part in self.parts:
                report.tally.merge(part.tally())
                self._add_skipped(report, part)
            self.output.mkdir(exist_ok=True)
            self._step("written", "写结果", stop, lambda part, progress: self._write(part, report, stop, progress))
            self._sum_up(report, stop)
        except FileNotFoundError:
            if self.job.path.exists():
                raise  # not because somebody else has finished everything
        report.tally = read_totals(self.output)
        report.outputs = [summary_beside(self.output), *(self._result(part) for part in self.parts)]
        return report

    def _step(self, word: str, name: str, stop: Stop, work: Callable[[Part, Progress], None]) -> None:
        """Do one step for every table nobody else has taken; wait for the others."""
        place, count = self.options.shard
        start = (place - 1) * len(self.parts) // count
        with Progress(name, None, self.stream) as progress:
            for part in (*self.parts[start:], *self.parts[:start]):
                if not part.mark(word).exists() and _claim(part.mark(f"{word}.claim"), self.me):
                    work(part, progress)
        said = False
        while waiting := [p for p in self.parts if not p.mark(word).exists()]:
            if not said:
                print(f"{name}：这个进程做完了，等其他进程做完 {len(waiting)} 个文件", file=self.stream, flush=True)
                said = True
            if not self.job.path.exists():
                return  # somebody else has finished everything
            if stop.asked:
                raise Interrupted(0)
            time.sleep(_POLL)

    def _decide(self, part: Part, deciding: Any, stop: Stop, progress: Progress) -> None:
        table = self.tables[part.number]
        source = self.first if part.number == 0 else self._opened(table)
        if mapping_of(source) != mapping_of(self.first):
            raise Mismatch((f"{table.name} 的列",))
        report = Report(replace(self.options, source=table), self.as_of, source, Tally())
        Worker(self.base, report, part, deciding, stop, hold=False).run(progress)
        write_whole(part.mark("decided"), json.dumps(report.skipped).encode())

    def _add_skipped(self, report: Report, part: Part) -> None:
        for reason, count in json.loads(part.mark("decided").read_bytes()).items():
            report.skipped[reason] = report.skipped.get(reason, 0) + count

    def _result(self, part: Part) -> Path:
        return self.output / f"{self.tables[part.number].name.rpartition('.')[0]}.parquet"

    def _write(self, part: Part, whole: Report, stop: Stop, progress: Progress) -> None:
        from talent_rules.batch.output import open_table
        from talent_rules.batch.plan import plan

        table = self.tables[part.number]
        report = Report(replace(self.options, source=table), self.as_of, self._opened(table), whole.tally)
        temporary = self.job.path / f"out-{part.number:06d}.parquet"
        with open_table(temporary, self.base, whole, plan(self.base, whole)) as sink:
            for _ in sink.passing(pieces(self.base, report, part, stop, progress)):
                pass
        temporary.replace(self._result(part))
        write_whole(part.mark("written"), b"")

    def _sum_up(self, report: Report, stop: Stop) -> None:
        """The summary, by the one process that takes it on; the others are done."""
        from talent_rules.batch.output import summary_beside
        from talent_rules.batch.plan import plan
        from talent_rules.batch.result_workbook import write_workbook

        if not self.job.path.exists() or not _claim(self.job.path / "tmp-summary.claim", self.me):
            while self.job.path.exists() and not stop.asked:
                time.sleep(_POLL)
            return
        body = json.dumps(asdict(report.tally), ensure_ascii=False)
        write_whole(self.output / TOTALS, body.encode())
        shown = plan(self.base, report)
        output, folder = summary_beside(self.output), self.job.path
        write_workbook(output, folder, self.base, report, shown, (), self._fingerprint(), with_results=False)
        self.job.clear()


def read_totals(output: Path) -> Tally:
    """What was counted over all tables of a folder that is done."""
    return tally_from(json.loads((output / TOTALS).read_bytes()))


def run_folder(base: RuleBase, options: Options, today: date, stream: TextIO = sys.stderr) -> Report:
    """Check every table of a folder. Raises Refused, OSError, EngineTrouble, Mismatch, Interrupted."""
    decider(options.engine, base, today)
    with stoppable() as stop, many_objects():
        return FolderRun(base, options, today, stream).run(stop)


def _claim(path: Path, me: str) -> bool:
    """Take something on; only one process can. Raises OSError when the folder is not there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except FileNotFoundError:
        return False  # somebody else has finished everything
    with os.fdopen(handle, "w") as target:
        target.write(me)
    return True


def _claimed_by(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
