"""What people hand in as a table of people, as Arrow: anything that gives Arrow, a frame of pandas, columns by name.

A column of a frame may hold 3 and "三年", True and "否", as Excel gives them: Arrow has no such column, so what is
mixed is written out as text, which is read value by value as in one profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from talent_rules.vocabulary import Vocabulary, day_of, is_nothing

_KINDS = "pyarrow、pandas、Polars 的表，DuckDB 的结果，或 {列名: 一列值}"


def people_of(vocabulary: Vocabulary, given: Any) -> pa.Table | pa.RecordBatchReader:
    """The table handed in. Raises TypeError for what is none, ValueError where no column is a field."""
    table = _arrow(given)
    check_columns(vocabulary, table.schema.names)
    return table


def check_columns(vocabulary: Vocabulary, names: Sequence[str]) -> None:
    """Raises ValueError where none of these columns is a field: a table of strangers answers nothing."""
    if not any(vocabulary.find(name) for name in names):
        said = f"表里的列 {'、'.join(names)} 都不是信息项" if names else "表里一列也没有"
        raise ValueError(f"{said}；列名用信息项的名称、同义词或 id，例如 学位、引进日期（talent template 有全部）")


def _arrow(given: Any) -> pa.Table | pa.RecordBatchReader:
    if isinstance(given, (pa.Table, pa.RecordBatchReader)):
        return given
    if isinstance(given, pa.RecordBatch):
        return pa.Table.from_batches([given])
    if isinstance(given, (str, Path)):
        raise TypeError(f"给的是文件名 {str(given)!r}：Parquet 用 decide_parquet，别的文件先读成表，或用 talent batch")
    if isinstance(given, Mapping):
        return _by_name(given)
    if isinstance(given, Sequence):
        raise TypeError("名单要是一张表：一组字典先写成 pyarrow.Table.from_pylist(名单)，一个人用 decide")
    if hasattr(given, "iloc") and hasattr(given, "columns"):
        return _of_frame(given)
    if not hasattr(given, "__arrow_c_stream__"):
        raise TypeError(f"名单要是一张表（{_KINDS}），不是 {type(given).__name__}")
    try:
        return pa.table(given)
    except pa.ArrowInvalid:
        raise TypeError(f"名单要是一张表（{_KINDS}），不是一列（{type(given).__name__}）") from None


def _by_name(columns: Mapping[Any, Any]) -> pa.Table:
    if any(isinstance(c, (str, bytes, Mapping)) or not hasattr(c, "__len__") for c in columns.values()):
        raise TypeError("一个人用 decide；一张表要每列给一列值，例如 {'学位': ['博士', '硕士']}")
    sizes = {str(name): len(column) for name, column in columns.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError("各列的行数不一样：" + "、".join(f"{name} {size} 行" for name, size in sizes.items()))
    return pa.Table.from_arrays([_column(c) for c in columns.values()], names=list(sizes))


def _of_frame(frame: Any) -> pa.Table:
    """A frame of pandas, column by column: two of them may have one name; an index that has a name is a column."""
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index(allow_duplicates=True)
    columns = [_column(frame.iloc[:, place]) for place in range(frame.shape[1])]
    return pa.Table.from_arrays(columns, names=[str(name) for name in frame.columns])


def _column(values: Any) -> pa.Array | pa.ChunkedArray:
    try:
        array = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array([_text(value) for value in values], pa.large_string())
    if isinstance(array.type, pa.BaseExtensionType):
        return pa.array([_text(value) for value in values], pa.large_string())
    return array


def _text(value: Any) -> str | None:
    """A value as somebody would write it into a cell."""
    if is_nothing(value):
        return None
    if isinstance(value, date):
        return day_of(value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Iterable) and not isinstance(value, (str, Mapping)):
        return "、".join(text for each in value if (text := _text(each)))
    return str(value)
