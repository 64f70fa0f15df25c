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
from talent_rules.batch.run import columns_of, mapping_of
from talent_rules.batch.source import Source, Table, mapping_lines, open_table
from talent_rules.batch.stopping import Stop, many_objects, stoppable
from talent_rules.batch.summary import Tally, tally_from
from talent_rules.batch.typed import TypedFile
from talent_rules.batch.worker import Worker
from talent_rules.rulebase import RuleBase
from talent_rules.tables.refusal import Refused

#: In the folder of results; what reads a folder of Parquet files leaves out names that begin so
TOTALS = "_汇总.json"
#: Tables, and what is refused with a sentence rather than passed over
_TEXTS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json")
_READ = (".parquet", *_TEXTS, ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et")
_LEFT_OUT, _TWICE = "left_out", "twice"
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


def _sentences(output: Path, key: str) -> list[str]:
    """The files of a folder that is done of whose people nothing was said, or too much, and why."""
    found: list[str] = json.loads((output / TOTALS).read_bytes()).get(key, [])
    return found


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
        self.source = self._first()
        self.as_of = self._join(today)
        self.parts = [self.job.part(number) for number in range(len(self.tables))]

    def _first(self) -> Source:
        """The first table that can be read and has people, which settles the columns of all. Raises Refused."""
        whys, empty = [], None
        for path in self.tables:
            try:
                with self._open(path) as table:
                    if table.has_rows:
                        return table.source
                    empty = empty or table.source
            except Refused as error:
                if error.code == "T731":  # what --map says is wrong
                    raise
                whys.append(error)
        if empty is not None:
            return empty
        raise Refused(whys[0].code, f"没有一个文件读得了，例如 {self.tables[0].name}：{whys[0].message}", whys[0].hint)

    def _open(self, path: Path) -> Table:
        """Start to read a table. Raises Refused."""
        options = self.options
        try:
            return open_table(path, self.base.vocabulary, sheets=options.sheets, maps=options.maps)
        except OSError as error:
            raise Refused("T715", f"打不开：{error.strerror or error}", "看看权限，或先关上正打开它的程序") from None

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
            (self.source.sheet,),
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
        report = Report(self.options, self.as_of, replace(self.source, left_out=(), twice=()))
        report.sheets.clear()  # each file has its own
        if _claim(self.job.path / "tmp-summary.claim", self.me):
            self._sum_up(report)
        while self.job.path.exists():
            self._wait()
        report.tally, report.unread = read_totals(self.output), _sentences(self.output, _LEFT_OUT)
        report.twice = _sentences(self.output, _TWICE)
        results = [path for path in map(self._result, self.parts) if path.exists()]
        report.outputs = [summary_beside(self.output), *results]
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
        """One table: its result, then what was counted. One that cannot be read is told, and the others are done."""
        name = self.tables[part.number].name
        try:
            report = self._decided(part, deciding, progress)
            left_out, twice = ([f"{name}：{why}" for why in whys] for whys in (report.left_out, report.twice))
            told = asdict(report.tally), report.skipped, left_out, twice, report.several
        except Refused as error:
            self._result(part).unlink(missing_ok=True)  # of an earlier run
            for path in self.job.path.glob(part.chunk(0).name.replace("000000.arrow", "*")):
                path.unlink()
            told = asdict(Tally()), {}, [f"{name}：{error}"], [], False
        write_whole(part.mark("done"), json.dumps(told).encode())

    def _decided(self, part: Part, deciding: Decider, progress: Progress) -> Report:
        """One table decided and written. Raises Refused, OSError, Interrupted."""
        path, options = self.tables[part.number], self.options
        with self._open(path) as table:
            if columns_of(table.source) != columns_of(self.source):
                other = self.source.path.name
                raise Refused("T720", f"列名或列的顺序与 {other} 不一样", "改成一样的再做，或单独核对这个文件")
            report = Report(replace(options, source=path), self.as_of, table.source)
            temporary = self.job.path / f"out-{part.number:06d}.parquet"
            with TypedFile(temporary, self.base, table.source.mapping, self.as_of) as sink:
                Worker(self.base, report, table, part, deciding, self.stop).run(progress, sink.write)
        temporary.replace(self._result(part))
        return report

    # summing up ----------------------------------------------------------------------------

    def _sum_up(self, report: Report) -> None:
        """The summary, by the one process that takes it on."""
        for part in self.parts:
            tally, skipped, left_out, twice, several = json.loads(part.mark("done").read_bytes())
            report.tally.merge(tally_from(tally))
            report.unread += left_out
            report.twice += twice
            report.several |= several
            for reason, count in skipped.items():
                report.skipped[reason] = report.skipped.get(reason, 0) + count
        told = {_LEFT_OUT: report.unread, _TWICE: report.twice}
        totals = asdict(report.tally) | {key: said for key, said in told.items() if said}
        write_whole(self.output / TOTALS, json.dumps(totals, ensure_ascii=False).encode())
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
