"""The words that name a person, as a result repeats them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from talent_rules.batch.plan import labels_of
from talent_rules.tables.header import TableMapping
from talent_rules.tables.rows import Rows, is_text, texts
from talent_rules.tables.safe import CELL_LIMIT, printable

#: What `printable` changes, and more
_LIKELY = r"[\x00-\x1f\pC]|[0-9]{14}"


def label_columns(mapping: TableMapping, rows: Rows) -> list[Any]:
    """The labels of some rows, the name first, safe to print."""
    return [_label(rows, c.index) for c in labels_of(mapping)]


def _label(rows: Rows, index: int) -> Any:
    if index >= len(rows.columns):
        return pa.nulls(len(rows), pa.large_string())
    column = rows.columns[index]
    if not is_text(column):
        column = pa.array(texts(column)[0], pa.large_string())
    column = pc.utf8_trim_whitespace(column.cast(pa.large_string()))
    odd = pc.or_(pc.match_substring_regex(column, _LIKELY), pc.greater(pc.utf8_length(column), CELL_LIMIT))
    odd = pc.fill_null(odd, False)
    if odd.true_count:
        words = [printable(text).strip() for text in column.filter(odd).to_pylist()]
        column = pc.replace_with_mask(column, odd, pa.array(words, pa.large_string()))
    return column
