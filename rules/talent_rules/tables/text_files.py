"""CSV of any dialect as columns of text; runs only in the limited child."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from talent_rules.tables.encodings import encoding_of
from talent_rules.tables.refusal import Refused
from talent_rules.tables.rows import Rows
from talent_rules.tables.safe import from_csv

#: Rows handed on at a time
BLOCK = 8192
_PIECE = 1 << 20
_MAX_LINE = 8 << 20
_MAX_COLUMNS = 16_384
#: Nothing is left to be guessed: a guessed quote or a guessed skip would lose rows
_OPTIONS = (
    "auto_detect=false, header=false, skip=0, quote='\"', escape='\"', new_line='\\n', "
    "null_padding=true, strict_mode=false, parallel=false"
)
#: Columns beyond the widest of the first records, for rows with a comma too many
_SPARE = 16
Columns = list[Any]


class CsvFile:
    """A text file, read once; `folder` takes a copy of it in UTF-8."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path, self._folder = path, folder
        self._encoding = encoding_of(path)
        self._blocks = self._read()
        self._held: list[Rows] = []

    def first(self, count: int) -> Iterator[tuple[dict[str, Any], Rows]]:
        """The first rows."""
        self._held = [rows for rows in [next(self._blocks, None)] if rows is not None]
        for rows in self._held:
            yield {"encoding": self._encoding}, rows.part(0, min(count, len(rows)))

    def rows(self, sheet: object, columns: object) -> Iterator[Rows]:
        """All rows, header included."""
        yield from self._held
        yield from self._blocks

    def _read(self) -> Iterator[Rows]:
        import duckdb

        copy = self._folder / "table.csv"
        blanks = np.array(_transcode(self._path, copy, self._encoding), dtype=np.int64)
        connection = duckdb.connect(config={"threads": 1, "memory_limit": "700MB", "temp_directory": str(self._folder)})
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET enable_progress_bar = false")  # it would go to the standard output, among the rows
        mark, width = _layout(copy)
        records = _queried(connection, copy, mark, width)
        try:
            first = next(records, None)
        except duckdb.Error:
            records, first = _parsed(copy, mark, width), None
        try:
            done = 0
            while first is not None or (first := next(records, None)) is not None:
                columns, first = first, None
                yield _numbered(columns, done, blanks)
                done += len(columns[0])
        except (duckdb.Error, csv.Error) as error:
            raise _csv_refusal(str(error)) from None
        finally:
            connection.close()


def _csv_refusal(text: str) -> Refused:
    if "line size" in text.lower() or "maximum_line_size" in text:
        return Refused("T712", "有一行长得不正常，像是引号没有配对", "检查文件里的引号，或另存为 .xlsx 再试")
    return Refused("T712", "这个 CSV 分不出行和列", "用 Excel 打开，另存为“CSV UTF-8”再试")


def _queried(connection: Any, copy: Path, mark: str, width: int) -> Iterator[Columns]:
    """Blocks of records by DuckDB, which forgives much."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    delimiter = mark.replace("\t", "\\t")
    options = f"{_OPTIONS}, max_line_size={_MAX_LINE}, delim='{delimiter}', columns={{{columns}}}"
    result = connection.execute(f"SELECT * FROM read_csv('{copy}', {options})")
    for batch in result.to_arrow_reader(BLOCK):
        if batch.num_rows:
            yield [c.cast(pa.large_string()) for c in batch.columns]


def _parsed(copy: Path, mark: str, width: int) -> Iterator[Columns]:
    """The same by Python's own parser, which is slower and forgives what is left."""
    csv.field_size_limit(_MAX_LINE)
    with copy.open(encoding="utf-8", newline="") as handle:
        block: list[list[str | None]] = []
        for values in csv.reader(handle, delimiter=mark):
            padded: list[str | None] = [*values, *[None] * (width - len(values))]
            block.append(padded[:width])
            if len(block) >= BLOCK:
                yield [pa.array(c, pa.large_string()) for c in zip(*block, strict=True)]
                block = []
        if block:
            yield [pa.array(c, pa.large_string()) for c in zip(*block, strict=True)]


def _numbered(columns: Columns, done: int, blanks: npt.NDArray[np.int64]) -> Rows:
    """Records with the numbers a spreadsheet shows: blank records count, too. `done` records came before."""
    before = blanks - 1 - np.arange(len(blanks))  # the records above each blank one
    place = np.arange(done, done + len(columns[0]), dtype=np.int64)
    return Rows(place + 1 + np.searchsorted(before, place, side="right"), tuple([_unmarked(c) for c in columns]))


def _unmarked(column: Any) -> Any:
    """The cells without the ' that keeps them from being run."""
    marked = pc.fill_null(pc.starts_with(column, "'"), False)
    if not marked.true_count:
        return column
    return pc.replace_with_mask(column, marked, pa.array(map(from_csv, column.filter(marked).to_pylist()), column.type))


def _layout(copy: Path) -> tuple[str, int]:
    """The delimiter, which stands equally often, outside quotes, in most of the first records; and the columns."""
    with copy.open(encoding="utf-8", newline="") as handle:
        text = handle.read(262_144)
    outside = re.sub(r'"(?:[^"]|"")*"', "", text)
    lines = [line for line in outside.split("\n")[:200] if line.strip()]
    best, score = ",", (0, 0)
    for mark in (",", "\t", ";", "|"):
        counts = [n for line in lines if (n := line.count(mark))]
        usual = max(set(counts), key=counts.count, default=0)
        found = (counts.count(usual), sum(counts))
        if usual and found > score:
            best, score = mark, found
    width = max((line.count(best) for line in lines), default=0) + 1 + _SPARE
    if width > _MAX_COLUMNS:
        raise Refused("T712", f"分出了 {width} 列，分隔符可能不对", "另存为“CSV UTF-8”再试")
    return best, width


def _transcode(path: Path, copy: Path, encoding: str) -> list[int]:
    """Write the file as UTF-8 without BOM or NUL; the numbers of its blank records, which the reader will skip."""
    decoder = codecs.getincrementaldecoder(encoding)()
    blanks: list[int] = []
    record, quoted, tail = 1, False, ""
    handle_out = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with path.open("rb") as source, os.fdopen(handle_out, "w", encoding="utf-8", newline="") as target:
        while True:
            piece = source.read(_PIECE)
            text = tail + decoder.decode(piece, not piece).replace("\0", "")
            held = "\r" if piece and text.endswith("\r") else ""  # its \n may come with the next piece
            text = text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n")
            lines = text.split("\n")
            tail = lines.pop() + held if piece else ""
            if len(tail) > _MAX_LINE:
                raise Refused("T712", "有一行长得不正常，不像表格", "检查是否选错了文件")
            for line in lines:
                if not line.strip() and not quoted:
                    blanks.append(record)
                else:
                    target.write(line + "\n")
                    quoted ^= line.count('"') % 2 == 1
                record += not quoted
            if not piece:
                return blanks
