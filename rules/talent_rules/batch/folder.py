"""A folder of tables by one or several processes, on one machine or on many that share the folder.

Nobody hands out the work: a process takes a table by creating its claim, which only one can, decides it and
writes its result under its own name into the folder of results. When every table is written, one process
adds up what was counted and writes the small workbook beside the folder. A process that is started again
drops the claims of its former life; what was done stays done.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TextIO

from talent_rules.batch.chunks import Kept, read_kept, write_whole
from talent_rules.batch.deciders import Decider, decider
from talent_rules.batch.job import JobFolder, Manifest, Part
from talent_rules.batch.options import Interrupted, Mismatch, Options
from talent_rules.batch.output import summary_beside
from talent_rules.batch.progress import Progress
from talent_rules.batch.report import Report
from talent_rules.batch.result_workbook import write_workbook
from talent_rules.batch.run import mapping_of
from talent_rules.batch.source import mapping_lines, open_table
from talent_rules.batch.stopping import Stop, many_objects, stoppable
from talent_rules.batch.summary import Tally, tally_from
from talent_rules.batch.typed import TypedFile
from talent_rules.batch.worker import Worker
from talent_rules.rulebase import RuleBase
from talent_rules.tables.refusal import Refused

#: In the folder of results; what reads a folder of Parquet files leaves out names that begin so
TOTALS = "_汇总.json"
_READ = (".parquet", ".csv", ".txt", ".jsonl", ".ndjson", ".xlsx")
_POLL = 0.2


def run_folder(base: RuleBase, options: Options, today: date, stream: TextIO = sys.stderr) -> Report:
    """Check every table of a folder. Raises Refused, OSError, EngineTrouble, Mismatch, Interrupted."""
    deciding = decider(options.engine, base, options.as_of or today, figures=True)
    with stoppable() as stop, many_objects():
        return _FolderRun(base, options, today, stream, stop).run(deciding)


def tables_in(folder: Path) -> list[Path]:
    """The tables of a folder, by name."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in _READ and not p.name.startswith((".", "~", "_")))


def read_totals(output: Path) -> Tally:
    """What was counted over all tables of a folder that is done."""
    return tally_from(json.loads((output / TOTALS).read_bytes()))


class _FolderRun:
    """One process at work on a folder."""

    def __init__(self, base: RuleBase, options: Options, today: date, stream: TextIO, stop: Stop) -> None:
        assert options.output is not None
        self.base, self.options, self.stream, self.stop = base, options, stream, stop
        self.output: Path = options.output
        self.tables = tables_in(options.source)
        if not self.tables:
            raise Refused("T720", "文件夹里没有人员表", "放入 Parquet、CSV、JSONL 或 Excel 文件")
        self.job = JobFolder(options.output)
        self.me = f"{options.shard[0]}/{options.shard[1]}"
        with open_table(self.tables[0], base.vocabulary, sheet=options.sheet, maps=options.maps) as table:
            self.source = table.source
        self.as_of = self._join(today)
        self.parts = [self.job.part(number) for number in range(len(self.tables))]

    # joining -------------------------------------------------------------------------------

    def _join(self, today: date) -> date:
        """Begin the job, or go along with what others began. Raises Mismatch."""
        self.job.sweep()
        self.job.path.mkdir(mode=0o700, exist_ok=True)
        before = self.job.manifest
        as_of = self.options.as_of or (date.fromisoformat(before["as_of"]) if before else today)
        mine = Manifest(
            self._fingerprint(),
            self.base.version,
            as_of.isoformat(),
            self.base.place,
            self.source.sheet,
            mapping_of(self.source),
            self.options.engine,
            self.options.limit,
            self.options.rows,
            True,
        )
        first = self.job.path / "tmp.manifest"
        if before is None and (_claim(first, self.me) or _claimed_by(first) == self.me):
            write_whole(self.job.path / "manifest.json", mine.to_json().encode())
        while (known := self.job.manifest) is None:
            self._wait()
        if different := mine.differences(known):
            raise Mismatch(different)
        for claim in self.job.path.glob("tmp*.claim"):
            if _claimed_by(claim) == self.me:
                claim.unlink(missing_ok=True)
        return as_of

    def _fingerprint(self) -> str:
        """The names and sizes of the tables: their bytes may be more than each process should read."""
        known = "\n".join(f"{p.name} {p.stat().st_size}" for p in self.tables)
        return hashlib.sha256(known.encode()).hexdigest()

    # working -------------------------------------------------------------------------------

    def run(self, deciding: Decider) -> Report:
        """Decide, write and sum up. Raises Refused, OSError, Mismatch, Interrupted."""
        for line in (*self.source.remarks, *mapping_lines(self.source, self.base.vocabulary)):
            print(line, file=self.stream)
        self.output.mkdir(exist_ok=True)
        place, count = self.options.shard
        start = (place - 1) * len(self.parts) // count
        with Progress("核对", None, self.stream) as progress:
            for part in (*self.parts[start:], *self.parts[:start]):
                if not part.mark("done").exists() and _claim(part.mark("claim"), self.me):
                    self._one(part, deciding, progress)
        self._wait_for_others()
        report = Report(self.options, self.as_of, self.source)
        if _claim(self.job.path / "tmp-summary.claim", self.me):
            self._sum_up(report)
        while self.job.path.exists():
            self._wait()
        report.tally = read_totals(self.output)
        report.outputs = [summary_beside(self.output), *map(self._result, self.parts)]
        return report

    def _wait(self) -> None:
        if self.stop.asked:
            raise Interrupted(0)
        time.sleep(_POLL)

    def _wait_for_others(self) -> None:
        said = False
        while self.job.path.exists() and (waiting := [p for p in self.parts if not p.mark("done").exists()]):
            if not said:
                print(f"这个进程做完了，等其他进程做完 {len(waiting)} 个文件", file=self.stream, flush=True)
                said = True
            self._wait()

    def _result(self, part: Part) -> Path:
        table = self.tables[part.number]
        alike = sum(1 for t in self.tables if t.stem == table.stem) > 1
        return self.output / f"{table.name if alike else table.stem}.parquet"

    def _one(self, part: Part, deciding: Decider, progress: Progress) -> None:
        """One table: its result, then what was counted."""
        path, options = self.tables[part.number], self.options
        with open_table(path, self.base.vocabulary, sheet=options.sheet, maps=options.maps) as table:
            if mapping_of(table.source) != mapping_of(self.source):
                raise Mismatch((f"{path.name} 的列",))
            report = Report(replace(options, source=path), self.as_of, table.source)
            temporary = self.job.path / f"out-{part.number:06d}.parquet"
            with TypedFile(temporary, self.base, self.source.mapping, self.as_of) as sink:
                Worker(self.base, report, table, part, deciding, self.stop).run(progress, sink.write)
        temporary.replace(self._result(part))
        write_whole(part.mark("done"), json.dumps([asdict(report.tally), report.skipped]).encode())

    # summing up ----------------------------------------------------------------------------

    def _sum_up(self, report: Report) -> None:
        """The summary, by the one process that takes it on."""
        for part in self.parts:
            tally, skipped = json.loads(part.mark("done").read_bytes())
            report.tally.merge(tally_from(tally))
            for reason, count in skipped.items():
                report.skipped[reason] = report.skipped.get(reason, 0) + count
        write_whole(self.output / TOTALS, json.dumps(asdict(report.tally), ensure_ascii=False).encode())
        output, folder = summary_beside(self.output), self.job.path
        write_workbook(output, folder, self.base, report, self._kept(), self._fingerprint(), with_results=False)
        self.job.clear()

    def _kept(self) -> Iterator[tuple[None, Kept]]:
        for part in self.parts:
            number = 0
            while (path := part.chunk(number)).exists():
                yield None, read_kept(path)
                number += 1


def _claim(path: Path, me: str) -> bool:
    """Take something on; only one process can, and nobody once the job's folder is gone."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (FileExistsError, FileNotFoundError):
        return False
    with os.fdopen(handle, "w") as target:
        target.write(me)
    return True


def _claimed_by(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
