"""Which files a batch writes: one workbook, or for very many rows a plain table and a small workbook."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from talent_rules.batch.chunks import Chunk, Judged
from talent_rules.batch.lines import Lines, lines_of
from talent_rules.batch.plan import OVERALL, PER_BENEFIT, ROW_NUMBER, Cell, Plan, amount_of, plan
from talent_rules.batch.result_workbook import write_workbook
from talent_rules.batch.run import Report
from talent_rules.rulebase import RuleBase
from talent_rules.tables.reader import Row
from talent_rules.tables.safe import for_csv

#: Above this many people a workbook is slow to open
WORKBOOK_LIMIT = 200_000
CREATOR = "talent-policy"
Pieces = Iterable[tuple[Chunk, list[Row]]]


def write_outputs(
    base: RuleBase,
    report: Report,
    pieces: Pieces,
    folder: Path,
    digest: str,
    workbook_limit: int = WORKBOOK_LIMIT,
) -> list[Path]:
    """Write the result; each file appears whole or not at all. Returns the files, the main one first."""
    assert report.options.output is not None
    output, shown = report.options.output, plan(base, report)
    suffix = output.suffix.lower()
    if suffix == ".xlsx" and report.tally.people <= workbook_limit:
        write_workbook(output, folder, base, report, shown, pieces, digest, with_results=True)
        return [output]
    table = output if suffix != ".xlsx" else output.with_suffix(".csv")
    small = output if suffix == ".xlsx" else summary_beside(output)
    with open_table(folder / f"out-{table.name}", base, report, shown) as sink:
        write_workbook(small, folder, base, report, shown, sink.passing(pieces), digest, with_results=False)
    (folder / f"out-{table.name}").replace(table)
    return [table, small] if suffix != ".xlsx" else [small, table]


def summary_beside(output: Path) -> Path:
    """Where the small workbook of a plain table goes."""
    return output.with_name(output.stem + "_汇总.xlsx")


def header(shown: Plan) -> list[str]:
    """The headings of the plain table, each one only once."""
    names = [" ".join(c.header.split()) for c in shown.labels] + [ROW_NUMBER] + [n for n, _ in OVERALL]
    names += [f"{s.name}·{part}" for s in shown.shown for part, _ in PER_BENEFIT]
    found: list[str] = []
    for name in names:
        found.append(name if name not in found else f"{name}_{len(found)}")
    return found


def cells_of(judged: Judged) -> tuple[Cell, ...]:
    """The cells of one benefit, in the order of PER_BENEFIT."""
    return judged.label, amount_of(judged), judged.words.reason, judged.words.missing, judged.words.step


class Table:
    """Something chunks are written to while they pass on to the small workbook."""

    def __init__(self, path: Path, base: RuleBase, report: Report, shown: Plan) -> None:
        self._path, self._shown, self._names = path, shown, header(shown)
        self._about = {"creator": CREATOR, "rule_base": base.version, "as_of": report.as_of.isoformat()}

    def passing(self, pieces: Pieces) -> Iterator[tuple[Chunk, list[Row]]]:
        """The same pieces, each one written on its way."""
        for chunk, rows in pieces:
            self.write(lines_of(chunk, rows, self._shown))
            yield chunk, rows

    def write(self, lines: Lines) -> None:
        """Some lines."""
        raise NotImplementedError

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()

    def close(self) -> None:
        """All is written."""


class _Text(Table):
    """A text file of one line a person, put together from pieces that many people share."""

    _MARK, _END = ",", "\r\n"

    def __init__(self, path: Path, base: RuleBase, report: Report, shown: Plan) -> None:
        super().__init__(path, base, report, shown)
        self._file = path.open("w", encoding=self._encoding(), newline="")
        self._file.write(self._first())
        self._benefits = len(self._names) - len(shown.shown) * len(PER_BENEFIT)

    def _encoding(self) -> str:
        return "utf-8"

    def _first(self) -> str:
        return ""

    def _line(self, joined: str) -> str:
        return joined

    def _cells(self, cells: Sequence[Cell], first: int) -> str:
        """Neighbouring cells, the first of them in column `first`, as text."""
        raise NotImplementedError

    def write(self, lines: Lines) -> None:
        """Some lines."""
        columns = []
        for place, (judged, codes) in enumerate(zip(lines.judged, lines.codes, strict=True)):
            texts = [self._cells(cells_of(j), self._benefits + place * len(PER_BENEFIT)) for j in judged]
            columns.append([texts[code] for code in codes])
        heads = (
            self._cells((*labels, number, *overall), 0)
            for labels, number, overall in zip(lines.labels, lines.numbers, lines.overall, strict=True)
        )
        made = (self._line(self._MARK.join(filter(None, parts))) for parts in zip(heads, *columns, strict=True))
        self._file.write("".join(line + self._END for line in made))

    def close(self) -> None:
        """All is written."""
        self._file.close()


class _Csv(_Text):
    """UTF-8 with BOM, so that Excel reads it; cells that would run get a leading '."""

    def _encoding(self) -> str:
        return "utf-8-sig"

    def _first(self) -> str:
        return self._cells(self._names, 0) + self._END

    def _cells(self, cells: Sequence[Cell], first: int) -> str:
        return ",".join([_quoted(for_csv(c)) if isinstance(c, str) and c else str(c) for c in cells])


def _quoted(text: str) -> str:
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


class _Jsonl(_Text):
    """One object a line; what is blank is left out."""

    _MARK, _END = ", ", "\n"

    def _line(self, joined: str) -> str:
        return "{" + joined + "}"

    def _cells(self, cells: Sequence[Cell], first: int) -> str:
        keyed = zip(self._names[first : first + len(cells)], cells, strict=True)
        return json.dumps({n: c for n, c in keyed if c != ""}, ensure_ascii=False)[1:-1]


class _Parquet(Table):
    """Text columns; the numbers that are always numbers as such."""

    def __init__(self, path: Path, base: RuleBase, report: Report, shown: Plan) -> None:
        import pyarrow.parquet as pq

        super().__init__(path, base, report, shown)
        self._writer = pq.ParquetWriter(path, arrow_schema(shown, self._about), compression="zstd")

    def write(self, lines: Lines) -> None:
        """Some lines."""
        self._writer.write_table(arrow_table(lines, self._shown, self._about))

    def close(self) -> None:
        """All is written."""
        self._writer.close()


def arrow_schema(shown: Plan, about: Mapping[str, str]) -> Any:
    """The columns of a result: text, but for the numbers that are always numbers."""
    import pyarrow as pa

    return pa.schema([(n, _NUMBERS.get(n, pa.string)()) for n in header(shown)], dict(about))


def arrow_table(lines: Lines, shown: Plan, about: Mapping[str, str]) -> Any:
    """Lines as Arrow."""
    import pyarrow as pa

    columns: list[Any] = [_texts(texts) for texts in zip(*lines.labels, strict=True)]
    columns += [_texts(()) for _ in shown.labels[len(columns) :]]
    columns.append(pa.array(lines.numbers, pa.int64()))
    overall = zip(*lines.overall, strict=True) if lines.overall else ((),) * len(OVERALL)
    for values, (name, _) in zip(overall, OVERALL, strict=True):
        columns.append(pa.array(values, pa.float64()) if name in _NUMBERS else _texts(values))
    for judged, codes in zip(lines.judged, lines.codes, strict=True):
        places = pa.array(codes, pa.int32())
        parts = zip(*map(cells_of, judged), strict=True) if judged else ((),) * len(PER_BENEFIT)
        columns += [_texts(texts).take(places) for texts in parts]
    return pa.table(columns, schema=arrow_schema(shown, about))


def _texts(cells: Sequence[Cell]) -> Any:
    import pyarrow as pa

    return pa.array([str(c) if c != "" else None for c in cells], pa.string())


def _int64() -> Any:
    import pyarrow as pa

    return pa.int64()


def _float64() -> Any:
    import pyarrow as pa

    return pa.float64()


_NUMBERS = {ROW_NUMBER: _int64, "有把握合计（元）": _float64}
_TABLES: dict[str, type[Table]] = {".csv": _Csv, ".parquet": _Parquet, ".jsonl": _Jsonl}
SUFFIXES = (".xlsx", *_TABLES)


def open_table(path: Path, base: RuleBase, report: Report, shown: Plan) -> Table:
    """A table to write, of the kind its name ends in."""
    return _TABLES[path.suffix.lower()](path, base, report, shown)


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
