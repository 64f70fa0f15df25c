"""People to count with, a block at a time: those of a file or of a list."""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from talent_rules.engines.columns import BLOCK, Batch, TableReader, facts_batch
from talent_rules.engines.known import Coded, Known
from talent_rules.engines.reading import ColumnReader, fields_of, together
from talent_rules.model import Facts, Place, Problem, Rejected
from talent_rules.rulebase import RuleBase
from talent_rules.tables.encodings import encoding_of
from talent_rules.tables.refusal import Refused
from talent_rules.vocabulary import Vocabulary

#: Rows listed one by one of all that were not understood
LISTED = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """Some people in a row, not read yet; `start` is the number of the first."""

    start: int
    rows: Any


class People(ABC):
    """People to count with; reading a piece is safe in any thread."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def pieces(self, size: int = BLOCK) -> Iterator[Piece]:
        """All of them, `size` at a time."""

    @abstractmethod
    def read(self, piece: Piece) -> Batch:
        """What is known of the people of a piece."""

    @abstractmethod
    def facts(self, number: int) -> Facts:
        """What is known of one of them."""

    def problems(self) -> tuple[Problem, ...]:
        """What was not understood of those read so far."""
        return ()


class Told(People):
    """People whose facts are read already."""

    def __init__(self, base: RuleBase, people: Sequence[Facts]) -> None:
        self._base, self._people = base, people

    def __len__(self) -> int:
        return len(self._people)

    def pieces(self, size: int = BLOCK) -> Iterator[Piece]:
        """All of them, `size` at a time."""
        for start in range(0, len(self._people), size):
            yield Piece(start, self._people[start : start + size])

    def read(self, piece: Piece) -> Batch:
        """What is known of the people of a piece."""
        return facts_batch(self._base, piece.rows)

    def facts(self, number: int) -> Facts:
        """What is known of one of them."""
        return self._people[number]


class Listed(People):
    """The people of a file. Columns are field ids or 名称, others are left alone."""

    def __init__(self, name: str, vocabulary: Vocabulary) -> None:
        self._name, self._vocabulary = name, vocabulary
        self._wrong: set[int] = set()

    @abstractmethod
    def profile(self, number: int) -> Mapping[str, object]:
        """One row as it was written."""

    def facts(self, number: int) -> Facts:
        """What is known of one of them."""
        return self._vocabulary.read(self._given(number))[0]

    def note(self, batch: Batch, start: int) -> Batch:
        """Remember which rows were not understood."""
        wrong = batch.awkward.copy()
        for flags in batch.unread.values():
            wrong |= flags
        self._wrong.update((np.flatnonzero(wrong) + start).tolist())
        return batch

    def problems(self) -> tuple[Problem, ...]:
        """What was not understood of those read so far: the first rows one by one, the others counted."""
        rows = sorted(self._wrong)
        found: list[Problem] = []
        for number in rows[:LISTED]:
            found += self._vocabulary.read(self._given(number), f"{self._name} 第{number + 2}行")[1]
        return (*each_once(found), *_others(len(rows) - LISTED, self._name))

    def _given(self, number: int) -> dict[str, object]:
        return {k: v for k, v in self.profile(number).items() if k and self._vocabulary.find(k) is not None}


class Table(Listed):
    """The people of an Arrow table."""

    def __init__(self, base: RuleBase, table: pa.Table, name: str) -> None:
        super().__init__(name, base.vocabulary)
        self._reader = TableReader(base, table)

    def __len__(self) -> int:
        return int(self._reader.table.num_rows)

    def pieces(self, size: int = BLOCK) -> Iterator[Piece]:
        """All of them, `size` at a time."""
        start = 0
        for batch in self._reader.table.to_batches(max_chunksize=size):
            yield Piece(start, batch)
            start += batch.num_rows

    def read(self, piece: Piece) -> Batch:
        """What is known of the people of a piece."""
        return self.note(self._reader.read(piece.rows), piece.start)

    def profile(self, number: int) -> Mapping[str, object]:
        """One row as it was written."""
        row = self._reader.table.slice(number, 1).to_pylist(maps_as_pydicts="lossy")[0]
        return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}


class Rows(Listed):
    """The people of a file whose rows need not have the same columns."""

    def __init__(self, base: RuleBase, rows: Sequence[Mapping[str, object]], name: str) -> None:
        super().__init__(name, base.vocabulary)
        self._rows = rows
        names = dict.fromkeys(k for row in rows for k in row if k)
        self._columns = fields_of(base.vocabulary, names)
        fields = base.vocabulary.fields
        self._readers = {field: ColumnReader(base.vocabulary, fields[field]) for field in self._columns}

    def __len__(self) -> int:
        return len(self._rows)

    def pieces(self, size: int = BLOCK) -> Iterator[Piece]:
        """All of them, `size` at a time."""
        for start in range(0, len(self._rows), size):
            yield Piece(start, self._rows[start : start + size])

    def read(self, piece: Piece) -> Batch:
        """What is known of the people of a piece."""
        columns = {
            field: self._readers[field].values(self._cells(field, names, piece.rows))
            for field, names in self._columns.items()
        }
        awkward = np.zeros(len(piece.rows), dtype=np.bool_)
        for column in columns.values():
            if column.awkward is not None:
                awkward |= column.awkward
        unread = {n: c.unread for n, c in columns.items() if c.unread is not None}
        paid = columns["received"].paid if "received" in columns else ()
        known = {n: c.known for n, c in columns.items()}
        return self.note(Batch(len(piece.rows), known, unread, awkward, paid, pa.table({}), {}), piece.start)

    def _cells(self, field: str, names: Sequence[str], rows: Sequence[Mapping[str, object]]) -> list[object]:
        """What is written of a field, in one column or in several."""
        first, *others = ([row.get(name) for row in rows] for name in names)
        entry, reference = self._vocabulary.fields[field], self._vocabulary.reference
        return reduce(lambda one, other: [text for text, _ in together(entry, one, other, reference)], others, first)

    def profile(self, number: int) -> Mapping[str, object]:
        """One row as it was written."""
        return self._rows[number]


def each_once(problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong in the same way in many rows, at the first of them."""
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        alike.setdefault((problem.code, problem.message, problem.hint), []).append(problem)
    more = {rows[0]: f"{rows[0].message}（同样的还有 {len(rows) - 1} 行）" for rows in alike.values() if len(rows) > 1}
    return [replace(p, message=more.get(p, p.message)) for p in (rows[0] for rows in alike.values())]


def some_of(problems: Sequence[Problem], name: str) -> tuple[Problem, ...]:
    """The first problems of a list, each kind once, and how many more there are."""
    found = each_once(problems)
    return (*found[:LISTED], *_others(len(found) - LISTED, name))


def _others(count: int, name: str) -> list[Problem]:
    message = f"另有 {count} 行里有看不懂的内容，没有逐行列出"
    return [Problem(Place(name), "P602", message, "看不懂的按未知处理")] if count > 0 else []


def read_people(path: Path, base: RuleBase) -> Listed:
    """The people of a CSV, JSONL or Parquet file.

    Raises Rejected when the file cannot be read at all.
    """
    try:
        if path.suffix.lower() == ".parquet":
            schema = parquet.read_schema(path)
            named = [n for n in schema.names if base.vocabulary.find(n) is not None]
            texts = [n for n in named if pa.types.is_string(schema.field(n).type)]  # each different text once
            return Table(base, parquet.read_table(path, columns=named or None, read_dictionary=texts), path.name)
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            lines = [json.loads(line) for line in path.read_text("utf-8-sig").splitlines() if line.strip()]
            return Rows(base, [line for line in lines if isinstance(line, dict)], path.name)
        return _read_csv(path, base)
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        hint = "可以是 Excel、CSV、JSONL 或 Parquet"
        raise Rejected((Problem(Place(str(path)), "P600", f"名单读不了：{error}", hint),)) from None
    except Refused as refused:
        raise Rejected((Problem(Place(str(path)), "P600", f"名单读不了：{refused.message}", refused.hint),)) from None


def _read_csv(path: Path, base: RuleBase) -> Listed:
    encoding = encoding_of(path)
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    with path.open(encoding=encoding, newline="") as handle:
        header = next(csv.reader(handle), [])
    texts = arrow_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False)
    try:
        table = arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(encoding="utf8" if encoding == "utf-8-sig" else encoding),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=texts,
        )
    except pa.ArrowInvalid:  # rows of different lengths, which a person may well write
        with path.open(encoding=encoding, newline="") as handle:
            return Rows(base, [{k: v for k, v in row.items() if k} for row in csv.DictReader(handle)], path.name)
    return Table(base, table, path.name)


def labels(known: Known | None, rows: int) -> tuple[tuple[object, ...], Any]:
    """The different values of a field, and which of them each row has."""
    if isinstance(known, Coded):
        return known.values, known.codes
    return (None,), np.zeros(rows, dtype=np.intp)
