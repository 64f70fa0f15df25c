"""JSON lines and Parquet as columns; runs only in the limited child."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from talent_rules.tables.encodings import encoding_of
from talent_rules.tables.refusal import Refused
from talent_rules.tables.rows import Rows, cell

_MAX_LINE = 8 << 20
_MAX_COLUMNS = 16_384
#: Rows handed on at a time
_LINES, _BATCH = 8192, 65_536
Numbered = list[tuple[int, dict[str, Any]]]


class JsonLines:
    """One object a line (or one list of objects); the keys of the first rows are the header."""

    def __init__(self, path: Path) -> None:
        self._lines = _json_lines(path)
        self._held: Numbered = list(itertools.islice(self._lines, _LINES))
        self._names: dict[str, int] = {}
        for _, item in self._held:
            for key in item:
                self._names.setdefault(str(key), len(self._names))

    def first(self, count: int) -> Iterator[tuple[dict[str, Any], Rows]]:
        """The first rows."""
        yield {"header": list(self._names)}, self._block(self._held[:count])

    def rows(self, sheet: object, columns: object) -> Iterator[Rows]:
        """All rows."""
        block = self._held
        while block:
            yield self._block(block)
            block = list(itertools.islice(self._lines, _LINES))

    def _block(self, entries: Numbered) -> Rows:
        columns: list[list[str | None]] = [[None] * len(entries) for _ in self._names]
        notes: dict[int, dict[int, str]] = {}
        for place, (number, item) in enumerate(entries):
            for key, value in item.items():
                index = self._names.get(str(key))
                if index is None:
                    raise Refused(
                        "T713", f"第 {number} 行有前面没有出现过的键 `{str(key)[:40]}`", "在第一行写全所有的键"
                    )
                columns[index][place], note = cell(value)
                if note:
                    notes.setdefault(place, {})[index] = note
        numbers = np.array([number for number, _ in entries], dtype=np.int64)
        return Rows(numbers, tuple([pa.array(c, pa.large_string()) for c in columns]), notes)


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


class ParquetFile:
    """A Parquet file: column names as the header, values with their types."""

    def __init__(self, path: Path) -> None:
        with _readable():
            self._path = path
            source = _parquet(path)
            self._names, self._height = source.schema_arrow.names, source.metadata.num_rows
            self._texts = [f.name for f in source.schema_arrow if pa.types.is_string(f.type)]
        if len(self._names) > _MAX_COLUMNS:
            raise Refused("T714", f"Parquet 文件有 {len(self._names)} 列，太多了", "只留人员表的列再试")

    def first(self, count: int) -> Iterator[tuple[dict[str, Any], Rows]]:
        """The first rows."""
        with _readable():
            batch = next(_parquet(self._path).iter_batches(batch_size=count), None)
            columns = batch.columns if batch is not None else [pa.nulls(0)] * len(self._names)
        yield {"header": self._names, "height": self._height}, _numbered(columns, 0)

    def rows(self, sheet: object, columns: list[int]) -> Iterator[Rows]:
        """All rows; columns nobody wants are empty."""
        done = 0
        wanted = [self._names[n] for n in columns]
        with _readable():
            source = _parquet(self._path, read_dictionary=[n for n in self._texts if n in wanted])
            for batch in source.iter_batches(batch_size=_BATCH, columns=wanted):
                found: list[Any] = [pa.nulls(batch.num_rows)] * len(self._names)
                for index, values in zip(columns, batch.columns, strict=True):
                    found[index] = values
                yield _numbered(found, done)
                done += batch.num_rows


def _parquet(path: Path, **options: Any) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetFile(path, memory_map=True, **options)


def _numbered(columns: Sequence[Any], done: int) -> Rows:
    height = len(columns[0]) if columns else 0
    return Rows(np.arange(done + 1, done + height + 1, dtype=np.int64), tuple(columns))


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError):
        raise Refused("T714", "Parquet 文件已损坏或写法不认识", "重新导出后再试") from None
