"""CSV of any dialect as columns of text; runs only in the limited child."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
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
#: Lines, and characters, that tell how the file is laid out
_LOOKED_AT, _BEGINNING = 200, 262_144
#: Lines a cell goes over at most
_MOST_LINES = 100
_QUOTED = r'"(?:[^"]|"")*"'
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
        mark, skipped = _transcode(self._path, copy, self._encoding)
        width, blanks = _width(copy, mark), np.array(skipped, dtype=np.int64)
        connection = duckdb.connect(config={"threads": 1, "memory_limit": "700MB", "temp_directory": str(self._folder)})
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET enable_progress_bar = false")  # it would go to the standard output, among the rows
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


def _delimiter(text: str) -> str:
    """What stands equally often, outside quotes, in most of the first records."""
    lines = [line for line in re.sub(_QUOTED, "", text).split("\n")[:_LOOKED_AT] if line.strip()]
    best, score = ",", (0, 0)
    for mark in (",", "\t", ";", "|"):
        counts = [n for line in lines if (n := line.count(mark))]
        usual = max(set(counts), key=counts.count, default=0)
        found = (counts.count(usual), sum(counts))
        if usual and found > score:
            best, score = mark, found
    return best


def _width(copy: Path, mark: str) -> int:
    """Columns to read: those of the widest of the first records, and some to spare."""
    with copy.open(encoding="utf-8", newline="") as handle:
        outside = re.sub(_QUOTED, "", handle.read(_BEGINNING))
    width = max((line.count(mark) for line in outside.split("\n")[:_LOOKED_AT]), default=0) + 1 + _SPARE
    if width > _MAX_COLUMNS:
        raise Refused("T712", f"分出了 {width} 列，分隔符可能不对", "另存为“CSV UTF-8”再试")
    return width


def _transcode(path: Path, copy: Path, encoding: str) -> tuple[str, list[int]]:
    """Write the file as UTF-8 without BOM or NUL; the delimiter, and the numbers of its blank records, which the
    reader will skip."""
    lines = _lines(path, encoding)
    first = list(islice(lines, _LOOKED_AT))
    mark = _delimiter("\n".join(first))
    blanks: list[int] = []
    handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as target:
        for number, record in enumerate(records(chain(first, lines), mark), 1):
            if record.strip():
                target.write(record + "\n")
            else:
                blanks.append(number)
    return mark, blanks


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines of a text file, however they end."""
    decoder = codecs.getincrementaldecoder(encoding)()
    tail, piece = "", b"?"
    with path.open("rb") as source:
        while piece:
            piece = source.read(_PIECE)
            text = tail + decoder.decode(piece, not piece).replace("\0", "")
            held = "\r" if piece and text.endswith("\r") else ""  # its \n may come with the next piece
            lines = text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n").split("\n")
            tail = lines.pop() + held if piece else ""
            if len(tail) > _MAX_LINE:
                raise Refused("T712", "有一行长得不正常，不像表格", "检查是否选错了文件")
            yield from lines


def records(lines: Iterable[str], mark: str) -> Iterator[str]:
    """Lines put together to records: a cell in quotes may go over several.

    A quote that opens a cell and never closes it would swallow the people below. Where it does not end as a cell
    ends, the quotes of its line are taken for what somebody wrote.
    """
    other = f'[^"{re.escape(mark)}]'
    cell = f'(?:"(?:[^"]|"")*+"|{other}[^{re.escape(mark)}]*+|)'
    whole = re.compile(f"{cell}(?:{re.escape(mark)}{cell})*+")
    coming = iter(lines)
    waiting: deque[str] = deque()
    while (line := waiting.popleft() if waiting else next(coming, None)) is not None:
        if '"' not in line or whole.fullmatch(line):
            yield line
            continue
        more = _rest(line, waiting, coming, whole)
        if more is None:
            yield mark.join(_literal(text) for text in _cells(line, mark))
        else:
            yield "\n".join((line, *(waiting.popleft() for _ in range(more))))


def _rest(line: str, waiting: deque[str], coming: Iterator[str], whole: re.Pattern[str]) -> int | None:
    """How many of the lines below belong to a record that is open at its end; None when it never closes.

    Lines looked at are put in `waiting`.
    """
    quotes, length = line.count('"'), len(line)
    for more in range(_MOST_LINES):
        if quotes % 2 == 0 or length > _MAX_LINE:
            break
        if more == len(waiting):
            below = next(coming, None)
            if below is None:
                break
            waiting.append(below)
        quotes, length = quotes + waiting[more].count('"'), length + len(waiting[more])
        if quotes % 2 == 0:
            return more + 1 if whole.fullmatch("\n".join((line, *islice(waiting, more + 1)))) else None
    return None


def _cells(line: str, mark: str) -> Iterator[str]:
    """The cells of a line: well-formed quoted ones whole, others up to the next delimiter."""
    end = re.escape(mark)
    for found in re.finditer(f'("(?:[^"]|"")*+"(?={end}|$)|[^{end}]*+)(?:{end}|$)', line):
        if found.end() > found.start() or line.endswith(mark) or not line:
            yield found[1]


def _literal(text: str) -> str:
    """A cell that is read as it stands."""
    well_formed = re.fullmatch(r'"(?:[^"]|"")*+"', text)
    return text if '"' not in text or well_formed else '"' + text.replace('"', '""') + '"'
