"""Which files a batch writes: one workbook, or for very many rows a plain table and a small workbook."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from talent_rules.batch.chunks import Result
from talent_rules.batch.plan import OVERALL, PER_BENEFIT, ROW_NUMBER, Plan, amount_of, overall, plan
from talent_rules.batch.result_workbook import write_workbook
from talent_rules.batch.run import Report
from talent_rules.rulebase import RuleBase
from talent_rules.tables.reader import Row
from talent_rules.tables.safe import for_csv

#: Above this many people a workbook is slow to open
WORKBOOK_LIMIT = 200_000
CREATOR = "talent-policy"
Pairs = Iterable[tuple[Result, Row]]
Cell = int | float | str


def write_outputs(
    base: RuleBase,
    report: Report,
    pairs: Pairs,
    folder: Path,
    digest: str,
    workbook_limit: int = WORKBOOK_LIMIT,
) -> list[Path]:
    """Write the result; each file appears whole or not at all. Returns the files, the main one first."""
    assert report.options.output is not None
    output, shown = report.options.output, plan(base, report)
    suffix = output.suffix.lower()
    if suffix == ".xlsx" and report.tally.people <= workbook_limit:
        write_workbook(output, folder, base, report, shown, pairs, digest, with_results=True)
        return [output]
    table = output if suffix != ".xlsx" else output.with_suffix(".csv")
    small = output if suffix == ".xlsx" else output.with_name(output.stem + "_汇总.xlsx")
    with _TABLES[table.suffix.lower()](folder / f"out-{table.name}", base, report, shown) as sink:
        write_workbook(small, folder, base, report, shown, sink.passing(pairs), digest, with_results=False)
    (folder / f"out-{table.name}").replace(table)
    return [table, small] if suffix != ".xlsx" else [small, table]


def header(shown: Plan) -> list[str]:
    """The headings of the plain table."""
    names = [" ".join(c.header.split()) for c in shown.labels] + [ROW_NUMBER] + [n for n, _ in OVERALL]
    return names + [f"{s.name}·{part}" for s in shown.shown for part, _ in PER_BENEFIT]


def line(result: Result, row: Row, shown: Plan) -> list[Cell]:
    """One person as a line of the plain table."""
    cells: list[Cell] = [*shown.label_texts(row), result.row, *overall(result, shown)]
    for benefit in shown.shown:
        judged = result.benefits[benefit.number]
        cells += [judged.label, amount_of(judged), judged.words.reason, judged.words.missing, judged.words.step]
    return cells


class _Table:
    """Something rows are written to while they pass on to the small workbook."""

    def __init__(self, path: Path, base: RuleBase, report: Report, shown: Plan) -> None:
        self._path, self._base, self._report, self._shown = path, base, report, shown
        self._names = header(shown)

    def passing(self, pairs: Pairs) -> Iterator[tuple[Result, Row]]:
        """The same pairs, each one written on its way."""
        for result, row in pairs:
            self.write(line(result, row, self._shown))
            yield result, row

    def write(self, cells: Sequence[Cell]) -> None:
        """One line."""
        raise NotImplementedError

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()

    def close(self) -> None:
        """All is written."""


class _Csv(_Table):
    """UTF-8 with BOM, so that Excel reads it; cells that would run get a leading '."""

    def __init__(self, path: Path, base: RuleBase, report: Report, shown: Plan) -> None:
        import csv

        super().__init__(path, base, report, shown)
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([for_csv(n) for n in self._names])

    def write(self, cells: Sequence[Cell]) -> None:
        """One line."""
        self._writer.writerow([for_csv(c) if isinstance(c, str) else c for c in cells])

    def close(self) -> None:
        """All is written."""
        self._file.close()


class _Jsonl(_Table):
    """One object a line."""

    def __init__(self, path: Path, base: RuleBase, report: Report, shown: Plan) -> None:
        super().__init__(path, base, report, shown)
        self._file = path.open("w", encoding="utf-8")

    def write(self, cells: Sequence[Cell]) -> None:
        """One line."""
        found = {n: c for n, c in zip(self._names, cells, strict=True) if c != ""}
        self._file.write(json.dumps(found, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """All is written."""
        self._file.close()


class _Parquet(_Table):
    """Text columns; the numbers that are always numbers as such."""

    _BLOCK = 20_000

    def __init__(self, path: Path, base: RuleBase, report: Report, shown: Plan) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        super().__init__(path, base, report, shown)
        self._pa = pa
        numbers = {ROW_NUMBER: pa.int64(), "有把握合计（元）": pa.float64()}
        names = _unique(self._names)
        metadata = {"creator": CREATOR, "rule_base": base.version, "as_of": report.as_of.isoformat()}
        self._schema = pa.schema([(n, numbers.get(n, pa.string())) for n in names], metadata)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._lines: list[Sequence[Cell]] = []

    def write(self, cells: Sequence[Cell]) -> None:
        """One line."""
        self._lines.append(cells)
        if len(self._lines) >= self._BLOCK:
            self._flush()

    def _flush(self) -> None:
        columns: list[Any] = []
        for entry, values in zip(self._schema, zip(*self._lines, strict=True), strict=True):
            text = self._pa.types.is_string(entry.type)
            plain = [(str(v) if v != "" else None) if text else v for v in values]
            columns.append(self._pa.array(plain, entry.type))
        self._writer.write_table(self._pa.table(columns, schema=self._schema))
        self._lines = []

    def close(self) -> None:
        """All is written."""
        if self._lines:
            self._flush()
        self._writer.close()


def _unique(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        found.append(name if name not in found else f"{name}_{len(found)}")
    return found


_TABLES: dict[str, type[_Table]] = {".csv": _Csv, ".parquet": _Parquet, ".jsonl": _Jsonl}
SUFFIXES = (".xlsx", *_TABLES)


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
