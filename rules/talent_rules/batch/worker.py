"""The people of one table decided chunk by chunk, leaving out the chunks that are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from talent_rules.batch.chunks import Kept, read_rows, write_chunk
from talent_rules.batch.correction import Corrections
from talent_rules.batch.deciders import Decider, Found
from talent_rules.batch.job import Part
from talent_rules.batch.options import Interrupted
from talent_rules.batch.people import PersonReader
from talent_rules.batch.progress import Progress
from talent_rules.batch.report import KEPT_PROBLEMS, Report
from talent_rules.batch.source import Table
from talent_rules.batch.stopping import Stop
from talent_rules.rulebase import RuleBase
from talent_rules.tables.rows import Rows


class Worker:
    """At work on one table; what it counts goes to the report."""

    def __init__(self, base: RuleBase, report: Report, table: Table, part: Part, decider: Decider, stop: Stop) -> None:
        self._report, self._table, self._part = report, table, part
        self._decider, self._stop = decider, stop
        self._readers: list[PersonReader] = table.readers(base.vocabulary, report.as_of)
        pages = range(len(report.source.pages))
        self._corrections = [Corrections(report.source, base.vocabulary, page) for page in pages]
        self._done = 0

    def run(self, progress: Progress, write: Callable[[Any], None] | None = None) -> None:
        """All chunks, each given to `write` when it is done. Raises Interrupted, Refused, OSError."""
        options, report = self._report.options, self._report
        writing: Future[None] | None = None
        with ThreadPoolExecutor(1) as beside:
            parts = self._table.people(report.skipped, options.rows, options.limit)
            for number, (page, rows) in enumerate(parts):
                kept = self._part.done(number)
                if kept is None:
                    table, kept = self._decided(page, rows, progress)
                    _wait(writing)
                    writing = beside.submit(write_chunk, self._part.chunk(number), table, kept)
                else:
                    self._readers[page].see(rows)
                    progress.advance(len(rows))
                    table = read_rows(self._part.chunk(number)) if write is not None else None
                if write is not None:
                    write(table)
                report.tally.merge(kept.tally)
                report.tell(kept.problems)
                report.read(page, len(rows))
                self._done += len(rows)
                if self._stop.asked:
                    raise Interrupted(self._done)
            _wait(writing)

    def _decided(self, page: int, rows: Rows, progress: Progress) -> tuple[Any, Kept]:
        found = self._decider.decide(self._readers[page], rows, self._advancing(progress))
        first = [p for place in sorted(found.problems)[:KEPT_PROBLEMS] for p in found.problems[place]]
        return found.table, Kept(found.tally, first[:KEPT_PROBLEMS], self._wrong(page, rows, found))

    def _wrong(self, page: int, rows: Rows, found: Found) -> list[Any]:
        """The rows with errors as they are given back."""
        places = [n for n in sorted(found.problems) if any(p.severity == "error" for p in found.problems[n])]
        some = rows.taken(np.array(places, dtype=np.intp))
        return [
            self._corrections[page].of(row, found.problems[place], found.born[place])
            for place, row in zip(places, some, strict=True)
        ]

    def _advancing(self, progress: Progress) -> Callable[[int], None]:
        def done(rows: int) -> None:
            progress.advance(rows)
            if self._stop.asked:
                raise Interrupted(self._done)

        return done


def _wait(writing: Future[None] | None) -> None:
    """Until a chunk is written; raises what writing it raised."""
    if writing is not None:
        writing.result()


def chunks_of(part: Part) -> Iterator[tuple[Any, Kept]]:
    """The finished chunks of a table, in order: rows and what is known of them."""
    number = 0
    while (kept := part.done(number)) is not None:
        yield read_rows(part.chunk(number)), kept
        number += 1
