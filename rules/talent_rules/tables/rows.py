"""Rows of a table as columns: text, or typed where the file has types, with what the file knew of single cells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Notes = Mapping[int, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of text: its number as the spreadsheet shows it, cells, and notes (column → kind)."""

    number: int
    cells: tuple[str, ...]
    notes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows: their numbers as the spreadsheet shows them, a column each of Arrow's, and for the rows that
    have any, by their place here, notes on single cells (column → kind)."""

    numbers: npt.NDArray[np.int64]
    columns: tuple[Any, ...]
    notes: Notes = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Row]:
        pairs = [texts(c) for c in self.columns]
        cells = zip(*(words for words, _ in pairs), strict=True) if pairs else iter([()] * len(self))
        typed = [(index, marks) for index, (_, marks) in enumerate(pairs) if marks]
        for place, (number, row) in enumerate(zip(self.numbers.tolist(), cells, strict=True)):
            notes = self.notes.get(place, {})
            if typed:
                notes = {**{index: marks[place] for index, marks in typed if place in marks}, **notes}
            yield Row(number, row, notes)

    def row(self, place: int) -> Row:
        """One of them."""
        return next(iter(self.part(place, place + 1)))

    def part(self, start: int, stop: int) -> Rows:
        """Those from `start` to `stop`."""
        notes = {p - start: n for p, n in self.notes.items() if start <= p < stop} if self.notes else {}
        return Rows(self.numbers[start:stop], tuple([c.slice(start, stop - start) for c in self.columns]), notes)

    def taken(self, places: npt.NDArray[np.intp]) -> Rows:
        """Only some, in that order."""
        if len(places) == len(self):
            return self
        wanted = pa.array(places)
        notes = {}
        if self.notes:
            notes = {new: self.notes[old] for new, old in enumerate(places.tolist()) if old in self.notes}
        return Rows(self.numbers[places], tuple([c.take(wanted) for c in self.columns]), notes)

    def to_arrow(self) -> Any:
        """The rows as one Arrow batch, for `from_arrow`."""
        notes = [None] * len(self)
        for place, kinds in self.notes.items():
            notes[place] = json.dumps(kinds, separators=(",", ":"))  # type: ignore[call-overload]
        arrays = [*self.columns, pa.array(self.numbers), pa.array(notes, pa.string())]
        return pa.record_batch(arrays, [str(i) for i in range(len(arrays))])


def from_arrow(batch: Any) -> Rows:
    """What `to_arrow` made."""
    *columns, numbers, notes = batch.columns
    known = {}
    if notes.null_count < len(notes):
        for place in np.flatnonzero(notes.is_valid().to_numpy(zero_copy_only=False)).tolist():
            known[place] = {int(k): v for k, v in json.loads(notes[place].as_py()).items()}
    return Rows(numbers.to_numpy(zero_copy_only=False), tuple(columns), known)


def joined(parts: Sequence[Rows]) -> Rows:
    """Several parts of a table, one below the other; a part has no fewer columns than those before."""
    if len(parts) == 1:
        return parts[0]
    columns = [_joined([p.columns[n] for p in parts]) for n in range(len(parts[0].columns))]
    notes, start = {}, 0
    for part in parts:
        notes.update({start + place: kinds for place, kinds in part.notes.items()})
        start += len(part)
    return Rows(np.concatenate([p.numbers for p in parts]), tuple(columns), notes)


def _joined(arrays: Sequence[Any]) -> Any:
    """Arrays of one type, or of text each in a dictionary of its own, as one."""
    if pa.types.is_dictionary(arrays[0].type):
        return pa.chunked_array(arrays).unify_dictionaries().combine_chunks()
    return pa.concat_arrays(arrays)


# ── cells ───────────────────────────────────────────────────────────────────────────────────


def is_text(array: Any) -> bool:
    """Whether the cells of a column are words as they stand."""
    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def texts(array: Any) -> tuple[list[str], dict[int, str]]:
    """The cells of a column as text, and notes on some of them by place."""
    if is_text(array):
        return ["" if t is None else t for t in array.to_pylist()], {}
    words, notes = [], {}
    for place, value in enumerate(array.to_pylist()):
        text, note = cell(value)
        words.append(text or "")
        if note:
            notes[place] = note
    return words, notes


def cell(value: object) -> tuple[str | None, str]:
    """A typed value as a person would write it, and a note where the type says less than was meant:
    `T` for 2024.1, which may be October; `D` for a number too long to be kept whole."""
    if value is None or isinstance(value, str):
        return value, ""
    if isinstance(value, bool):
        return ("是" if value else "否"), ""
    if isinstance(value, float):
        text = format(value, "f").rstrip("0").rstrip(".") if abs(value) < 1e15 else format(value, ".0f")
        tenth = text.endswith(".1") and len(text) == 6
        return text, "T" if tenth else "D" if len(text) >= 16 and "." not in text else ""
    if isinstance(value, (list, tuple)):
        return "、".join(str(v) for v in value) or "无", ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False), ""
    return str(value), ""


def coded(array: Any) -> tuple[npt.NDArray[np.int32], list[object]]:
    """A column as a code for each row and what each code stands for; None is one of these."""
    if not pa.types.is_dictionary(array.type):
        if pa.types.is_nested(array.type):
            return _nested(array)
        array = array.dictionary_encode()
    values = array.dictionary.to_pylist()
    codes = array.indices.cast(pa.int32())
    if codes.null_count:
        codes = pc.fill_null(codes, len(values))
        values.append(None)
    return codes.to_numpy(zero_copy_only=False), values


#: Lists up to so long are told apart by the numbers of their items
_SHORT = 8


def _nested(array: Any) -> tuple[npt.NDArray[np.int32], list[object]]:
    keys = _list_keys(array)
    if keys is None:
        keys = np.array([repr(value) for value in array.to_pylist()], dtype=object).astype(str)
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    return codes.reshape(-1).astype(np.int32), array.take(pa.array(first)).to_pylist()


def _list_keys(array: Any) -> npt.NDArray[np.int64] | None:
    """A number for each row, the same for the same list; None where these are no short lists of plain items."""
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        return None
    if pa.types.is_nested(array.type.value_type):
        return None
    sizes = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    items = array.flatten().dictionary_encode()
    longest, width = int(sizes.max(initial=0)), len(items.dictionary) + 2
    if longest > _SHORT or width**longest >= 1 << 62:
        return None
    codes = pc.fill_null(items.indices, width - 2).to_numpy(zero_copy_only=False).astype(np.int64) + 1
    starts = np.cumsum(sizes) - sizes
    keys = np.zeros(len(array), dtype=np.int64)
    for place in range(longest):
        keys *= width
        there = np.flatnonzero(sizes > place)
        keys[there] += codes[starts[there] + place]
    keys[array.is_null().to_numpy(zero_copy_only=False)] = -1
    return keys
