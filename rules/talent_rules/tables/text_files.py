"""CSV of any dialect, JSON lines and Parquet as rows of text; runs only in the limited child."""

from __future__ import annotations

import codecs
import csv
import itertools
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from talent_rules.tables.encodings import encoding_of
from talent_rules.tables.refusal import Refused
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


@dataclass(slots=True)
class Rows:
    """Text rows with their 1-based numbers and notes per cell (column → kind)."""

    width: int
    numbers: list[int] = field(default_factory=list)
    cells: list[list[str | None]] = field(default_factory=list)
    notes: list[dict[int, str]] = field(default_factory=list)


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────


def read_csv(path: Path) -> tuple[str, Iterator[Rows]]:
    """The encoding, and the rows as they stand, header included. Raises Refused."""
    encoding = encoding_of(path)
    return encoding, _csv_rows(path, encoding)


def _csv_rows(path: Path, encoding: str) -> Iterator[Rows]:
    import duckdb

    with tempfile.TemporaryDirectory(prefix="talent-") as folder:
        copy = Path(folder) / "table.csv"
        blanks = _transcode(path, copy, encoding)
        connection = duckdb.connect(config={"threads": 1, "memory_limit": "700MB", "temp_directory": folder})
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET enable_progress_bar = false")  # it would go to the standard output, among the rows
        mark, width = _layout(copy)
        try:
            records = _queried(connection, copy, mark, width)
            first = next(records, [])
        except duckdb.Error:
            records, first = _parsed(copy, mark, width), []
        try:
            yield from _numbered(itertools.chain([first], records), blanks)
        except (duckdb.Error, csv.Error) as error:
            raise _csv_refusal(str(error)) from None
        finally:
            connection.close()


def _csv_refusal(text: str) -> Refused:
    if "line size" in text.lower() or "maximum_line_size" in text:
        return Refused("T712", "有一行长得不正常，像是引号没有配对", "检查文件里的引号，或另存为 .xlsx 再试")
    return Refused("T712", "这个 CSV 分不出行和列", "用 Excel 打开，另存为“CSV UTF-8”再试")


Records = Iterator[list[list[str | None]]]


def _queried(connection: Any, copy: Path, mark: str, width: int) -> Records:
    """Blocks of records by DuckDB, which forgives much."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    delimiter = mark.replace("\t", "\\t")
    options = f"{_OPTIONS}, max_line_size={_MAX_LINE}, delim='{delimiter}', columns={{{columns}}}"
    result = connection.execute(f"SELECT * FROM read_csv('{copy}', {options})")
    while block := result.fetchmany(BLOCK):
        yield [list(values) for values in block]


def _parsed(copy: Path, mark: str, width: int) -> Records:
    """The same by Python's own parser, which is slower and forgives what is left."""
    csv.field_size_limit(_MAX_LINE)
    with copy.open(encoding="utf-8", newline="") as handle:
        block: list[list[str | None]] = []
        for values in csv.reader(handle, delimiter=mark):
            padded: list[str | None] = [*values, *[None] * (width - len(values))]
            block.append(padded[:width])
            if len(block) >= BLOCK:
                yield block
                block = []
        yield block


def _numbered(records: Iterable[list[list[str | None]]], blanks: list[int]) -> Iterator[Rows]:
    """Records with the numbers a spreadsheet shows: blank records count, too."""
    number, skip = 0, iter(blanks)
    blank = next(skip, 0)
    for block in records:
        rows = Rows(len(block[0]) if block else 0)
        for values in block:
            number += 1
            while blank == number:
                number += 1
                blank = next(skip, 0)
            rows.numbers.append(number)
            rows.cells.append([from_csv(v) if v else v for v in values])
            rows.notes.append({})
        if block:
            yield rows


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


# ── JSON lines, Parquet ─────────────────────────────────────────────────────────────────────


def read_jsonl(path: Path) -> Iterator[Rows]:
    """One object a line (or one list of objects); the keys of the first rows become the header."""
    lines = _json_lines(path)
    first: list[tuple[int, dict[str, Any]]] = []
    names: dict[str, int] = {}
    for number, item in lines:
        first.append((number, item))
        for key in item:
            names.setdefault(str(key), len(names))
        if len(first) >= BLOCK:
            break
    header = Rows(len(names), [0], [list(names)], [{}])
    yield header
    yield _json_block(first, names)
    block: list[tuple[int, dict[str, Any]]] = []
    for entry in lines:
        block.append(entry)
        if len(block) >= BLOCK:
            yield _json_block(block, names)
            block = []
    if block:
        yield _json_block(block, names)


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    encoding = encoding_of(path)
    with path.open(encoding=encoding) as handle:
        start = handle.read(1)
        handle.seek(0)
        if start == "[":
            yield from _json_list(handle.read(64 << 20))
            return
        for number, line in enumerate(iter(lambda: handle.readline(_MAX_LINE), ""), 1):
            if line.strip():
                yield number, _json_object(line, number)


def _json_list(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("T713", "不是 JSON，或文件超过 64 MB", "一行写一个对象 {…}") from None
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise Refused("T713", f"第 {number} 项不是对象 {{…}}", "每个人写成一个对象")
        yield number, item


def _json_object(line: str, number: int) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        raise Refused(
            "T713", f"第 {number} 行不是 JSON", '一行写一个对象，例如 {"姓名": "张三", "学位": "硕士"}'
        ) from None
    if not isinstance(item, dict):
        raise Refused("T713", f"第 {number} 行不是对象 {{…}}", "每个人写成一个对象")
    return item


def _json_block(entries: list[tuple[int, dict[str, Any]]], names: dict[str, int]) -> Rows:
    rows = Rows(len(names))
    for number, item in entries:
        cells: list[str | None] = [None] * len(names)
        notes: dict[int, str] = {}
        for key, value in item.items():
            index = names.get(str(key))
            if index is None:
                raise Refused("T713", f"第 {number} 行有前面没有出现过的键 `{str(key)[:40]}`", "在第一行写全所有的键")
            cells[index], note = _as_text(value)
            if note:
                notes[index] = note
        rows.numbers.append(number)
        rows.cells.append(cells)
        rows.notes.append(notes)
    return rows


def _as_text(value: object) -> tuple[str | None, str]:
    if value is None:
        return None, ""
    if isinstance(value, bool):
        return ("是" if value else "否"), ""
    if isinstance(value, float):
        text = format(value, "f").rstrip("0").rstrip(".") if abs(value) < 1e15 else format(value, ".0f")
        tenth = text.endswith(".1") and len(text) == 6
        return text, "T" if tenth else "D" if len(text) >= 16 and "." not in text else ""
    if isinstance(value, (list, tuple)):
        return "、".join(str(v) for v in value), ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False), ""
    return str(value), ""


def rows_of_batch(batch: Any, number: int) -> Rows:
    """The rows of an Arrow batch as text; `number` rows came before."""
    import pyarrow as pa

    count = batch.num_rows
    rows = Rows(batch.num_columns, list(range(number + 1, number + count + 1)), [], [{} for _ in range(count)])
    texts: list[list[str | None]] = []
    for index, column in enumerate(batch.columns):
        values = column.to_pylist()
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            texts.append(values)
            continue
        pairs = [_as_text(v) for v in values]
        texts.append([t for t, _ in pairs])
        for place, (_, note) in enumerate(pairs):
            if note:
                rows.notes[place][index] = note
    rows.cells = [list(cells) for cells in zip(*texts, strict=True)]
    return rows


def read_parquet(path: Path) -> Iterator[Rows]:
    """A Parquet file: column names as the header, values as text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(path, memory_map=True)
        names = source.schema_arrow.names
        if len(names) > _MAX_COLUMNS:
            raise Refused("T714", f"Parquet 文件有 {len(names)} 列，太多了", "只留人员表的列再试")
        yield Rows(len(names), [0], [list(names)], [{}])
        number = 0
        for batch in source.iter_batches(batch_size=BLOCK):
            yield rows_of_batch(batch, number)
            number += batch.num_rows
    except (pa.ArrowException, OSError, ValueError):
        raise Refused("T714", "Parquet 文件已损坏或写法不认识", "重新导出后再试") from None
