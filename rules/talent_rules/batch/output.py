"""Which files a batch writes: one workbook, or for very many rows a plain table and a small workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count
from pathlib import Path

from talent_rules.batch.answers import Answered
from talent_rules.batch.chunks import Kept
from talent_rules.batch.lines import Lines, lines_of
from talent_rules.batch.plan import plan
from talent_rules.batch.report import Report
from talent_rules.batch.result_workbook import write_workbook
from talent_rules.batch.seal import digest_of, why_keep
from talent_rules.batch.text_tables import TEXT_TABLES, TextTable
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
    table = output if suffix != ".xlsx" else _beside(output)
    small = output if suffix == ".xlsx" else summary_beside(output)
    temporary = folder / f"out-{table.name}"
    with TEXT_TABLES[table.suffix.lower()](temporary, shown) as sink:

        def beside() -> str:
            sink.close()
            return set_by(temporary, table)

        through = _through(lines, sink)
        write_workbook(small, folder, base, report, through, digest, with_results=False, beside=beside)
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


def set_by(made: Path, table: Path) -> str:
    """The digest of a table that is written, for the summary beside it. The old table goes: it must not stand
    beside the summary of another."""
    digest = digest_of(made)
    table.unlink(missing_ok=True)
    return digest


def _beside(output: Path) -> Path:
    """Where the many rows of a workbook go: a CSV beside it that nothing of somebody else's stands in the way of."""
    names = chain([f"{output.stem}.csv"], (f"{output.stem}_结果{n}.csv" for n in count(1)))
    tables = (output.with_name(name) for name in names)
    return next(t for t in tables if not t.exists() or not why_keep(t, output))


def in_the_way(output: Path) -> str:
    """What stands where a result is to be written and must stay, in a sentence, or nothing.

    `output` is a workbook, a plain table, or a folder of tables, the last two with a small workbook beside them.
    """
    suffix, small = output.suffix.lower(), summary_beside(output)
    beside: list[tuple[Path, Path | None]] = [] if suffix == ".xlsx" else [(small, None)]
    itself = [(output, None if suffix == ".xlsx" else small)] if suffix else []
    for path, voucher in (*itself, *beside):
        if path.exists() and (why := why_keep(path, voucher)):
            return f"{path} 已经有了，{why}，没有覆盖；换个名字，或加 --overwrite"
    return ""
