"""Which files a batch writes: one workbook, or for very many rows a plain table and a small workbook."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from talent_rules.batch.answers import Answered
from talent_rules.batch.cells import ROW_NUMBER
from talent_rules.batch.chunks import Kept
from talent_rules.batch.lines import Lines, lines_of
from talent_rules.batch.plan import plan
from talent_rules.batch.report import Report
from talent_rules.batch.result_workbook import write_workbook
from talent_rules.batch.text_tables import TEXT_TABLES, TextTable
from talent_rules.batch.typed import CREATOR
from talent_rules.rulebase import RuleBase

#: Above this many people a workbook is slow to open
WORKBOOK_LIMIT = 200_000
SUFFIXES = (".xlsx", ".csv", ".jsonl", ".parquet")
#: The decided rows of a job, chunk by chunk, in words
Pieces = Iterable[tuple[Answered, Kept]]


def write_outputs(
    base: RuleBase,
    report: Report,
    pieces: Pieces,
    folder: Path,
    digest: str,
    workbook_limit: int = WORKBOOK_LIMIT,
) -> list[Path]:
    """Write a result in words; each file appears whole or not at all. Returns the files, the main one first."""
    assert report.options.output is not None
    output, shown = report.options.output, plan(base, report)
    suffix = output.suffix.lower()
    lines = ((lines_of(answered, shown), kept) for answered, kept in pieces)
    if suffix == ".xlsx" and report.tally.people <= workbook_limit:
        write_workbook(output, folder, base, report, lines, digest, with_results=True)
        return [output]
    table = output if suffix != ".xlsx" else output.with_suffix(".csv")
    small = output if suffix == ".xlsx" else summary_beside(output)
    temporary = folder / f"out-{table.name}"
    with TEXT_TABLES[table.suffix.lower()](temporary, shown) as sink:
        write_workbook(small, folder, base, report, _through(lines, sink), digest, with_results=False)
    temporary.replace(table)
    return [table, small] if suffix != ".xlsx" else [small, table]


def _through(lines: Iterable[tuple[Lines, Kept]], sink: TextTable) -> Iterator[tuple[Lines, Kept]]:
    """The same lines, each one written on its way."""
    for each, kept in lines:
        sink.write(each)
        yield each, kept


def summary_beside(output: Path) -> Path:
    """Where the small workbook of a plain table goes."""
    return output.with_name(output.stem + "_汇总.xlsx")


def is_ours(path: Path) -> bool:
    """Whether an existing file is empty or a result of ours, and so may be replaced."""
    try:
        if path.stat().st_size == 0:
            return True
        if path.suffix.lower() == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                return f"<dc:creator>{CREATOR}</dc:creator>".encode() in archive.read("docProps/core.xml")
        with path.open("rb") as handle:
            start = handle.read(4096)
            handle.seek(-min(path.stat().st_size, 65536), 2)
            tail = handle.read()
        return (ROW_NUMBER.encode() in start and "校验结果".encode() in start) or CREATOR.encode() in tail
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return False
