"""A workbook's sheets as columns of text, with notes on the cells; runs only in the limited child."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talent_rules.tables import limits, preflight
from talent_rules.tables.lean import give_back
from talent_rules.tables.preflight import SheetScan
from talent_rules.tables.refusal import Refused
from talent_rules.tables.rows import Rows
from talent_rules.tables.safe import CELL_LIMIT
from talent_rules.tables.text_files import BLOCK

#: A merged cell taller than this is a layout, not a value meant for every row below
_MAX_FILL = 20_000


def open_book(path: Path, size: int) -> Book:
    """A workbook that has been looked through. Raises Refused."""
    scan = preflight.inspect(path)
    limits.for_reading(max(scan.cells, scan.grid), size)
    return Book(path, scan)


class Book:
    """The sheets of a workbook; the one read last is kept."""

    def __init__(self, path: Path, scan: preflight.WorkbookScan) -> None:
        self._path, self._scan = path, scan
        self._last: _Sheet | None = None

    def first(self, count: int) -> Iterator[tuple[dict[str, Any], Rows]]:
        """The first rows of every sheet, and what is known of it."""
        for sheet in self._scan.sheets:
            meta = {
                "date1904": self._scan.date1904,
                "remarks": self._scan.remarks,
                "sheet": sheet.name,
                "visible": sheet.visible,
                "height": sheet.max_row,
                "hidden": sorted(sheet.hidden_rows),
            }
            yield meta, self._sheet(sheet).part(0, count)

    def rows(self, name: str, columns: object) -> Iterator[Rows]:
        """All rows of a sheet."""
        sheet = self._sheet(next(s for s in self._scan.sheets if s.name == name))
        for start in range(0, sheet.height, BLOCK):
            yield sheet.part(start, BLOCK)

    def _sheet(self, scan: SheetScan) -> _Sheet:
        if self._last is None or self._last.name != scan.name:
            self._last = None  # free it first
            self._last = _Sheet(scan, _load(self._path, scan.name))
            give_back()  # the reader takes several times what it leaves
        return self._last


class _Sheet:
    """A sheet that has been read."""

    def __init__(self, scan: SheetScan, columns: list[Any]) -> None:
        self.name = scan.name
        self._columns = _filled(scan, columns)
        self.height = len(columns[0]) if columns else 0
        self._notes: dict[int, dict[int, str]] = {}
        for (row, column), kind in scan.notes.items():
            self._notes.setdefault(row - 1, {})[column - 1] = kind

    def part(self, start: int, count: int) -> Rows:
        """Some rows."""
        stop = min(start + count, self.height)
        notes = {at - start: self._notes[at] for at in range(start, stop) if at in self._notes}
        columns = tuple([c.slice(start, stop - start) for c in self._columns])
        return Rows(np.arange(start + 1, stop + 1, dtype=np.int64), columns, notes)


def _filled(sheet: SheetScan, columns: list[Any]) -> tuple[Any, ...]:
    """The columns with tall merged cells filled down; each cell filled gets a note."""
    changed: dict[int, dict[int, str | None]] = {}
    for top, left, bottom, right in sheet.merges:
        if bottom == top or bottom - top > _MAX_FILL or right - left > 50 or left > len(columns):
            continue
        column, height = columns[left - 1], len(columns[left - 1])
        value: str | None = column[top - 1].as_py() if top <= height else None
        for row in range(top + 1, min(bottom, height) + 1) if value is not None else ():
            if column[row - 1].as_py() is None:
                changed.setdefault(left - 1, {})[row - 1] = value
                sheet.notes[row, left] = "G"
    for index, cells in changed.items():
        places = np.fromiter(cells, dtype=np.int64)
        order = np.argsort(places)
        mask = np.zeros(len(columns[index]), dtype=np.bool_)
        mask[places] = True
        values = pa.array(list(cells.values()), columns[index].type).take(pa.array(order))
        columns[index] = pc.replace_with_mask(columns[index], pa.array(mask), values)
    return tuple(columns)


def _load(path: Path, name: str) -> list[Any]:
    """The columns of a sheet from A on."""
    import fastexcel

    try:
        sheet = fastexcel.read_excel(str(path)).load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if not sheet.width or not sheet.height:
            return []
        batch, offset = sheet.to_arrow(), min(c.absolute_index for c in sheet.available_columns())
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a Rust panic derives from BaseException
        raise Refused("T708", f"工作表“{name}”读不出来", "用 Excel 或 WPS 打开，另存为 .xlsx 再试") from None
    return [*[pa.nulls(batch.num_rows, pa.large_string())] * offset, *map(_short, batch.columns)]


def _short(column: Any) -> Any:
    """Text no longer than a cell can be."""
    column = column.cast(pa.large_string())
    longest = pc.max(pc.utf8_length(column)).as_py() or 0
    return pc.utf8_slice_codeunits(column, 0, CELL_LIMIT) if longest > CELL_LIMIT else column
