"""A workbook's sheets as rows of text, with notes on the cells; runs only in the limited child."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from talent_rules.tables.preflight import SheetScan
from talent_rules.tables.refusal import Refused
from talent_rules.tables.text_files import BLOCK, Rows

#: A merged cell taller than this is a layout, not a value meant for every row below
_MAX_FILL = 20_000


def read_sheet(path: Path, sheet: SheetScan, limit: int | None = None) -> Iterator[Rows]:
    """The rows of a sheet from row 1 on, as text, merged cells filled down. Raises Refused."""
    offset, columns = _load(path, sheet.name, limit)
    if not columns:
        return
    filled = _filled(sheet)
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), kind in sheet.notes.items():
        by_row.setdefault(row, {})[column - 1] = kind
    width = offset + len(columns)
    lead: list[str | None] = [None] * offset
    tops: dict[tuple[int, int], str | None] = {}
    wanted = {source for cells in filled.values() for source in cells.values()}
    height = len(columns[0])
    for start in range(0, height, BLOCK):
        rows = Rows(width)
        pieces = [c.slice(start, BLOCK).to_pylist() for c in columns]
        for index, values in enumerate(zip(*pieces, strict=True)):
            number = start + index + 1
            cells: list[str | None] = lead + [v[:32_767] if v else v for v in values]
            notes = by_row.get(number, {})
            for column, source in filled.get(number, {}).items():
                if column < width and cells[column] is None and tops.get(source) is not None:
                    cells[column] = tops[source]
                    notes = {**notes, column: "G"}
            for column in range(width):
                if (number, column) in wanted:
                    tops[number, column] = cells[column]
            rows.numbers.append(number)
            rows.cells.append(cells)
            rows.notes.append(notes)
        yield rows


def _filled(sheet: SheetScan) -> dict[int, dict[int, tuple[int, int]]]:
    """Row → column (from 0) → where the merged cell's value stands."""
    found: dict[int, dict[int, tuple[int, int]]] = {}
    for top, left, bottom, right in sheet.merges:
        if bottom == top or bottom - top > _MAX_FILL or right - left > 50:
            continue
        for row in range(top + 1, bottom + 1):
            found.setdefault(row, {})[left - 1] = (top, left - 1)
    return found


def _load(path: Path, name: str, limit: int | None) -> tuple[int, list[Any]]:
    import fastexcel

    try:
        reader = fastexcel.read_excel(str(path))
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", n_rows=limit)
        if not sheet.width or not sheet.height:
            return 0, []
        offset = min(c.absolute_index for c in sheet.available_columns())
        return offset, list(sheet.to_arrow().columns)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a Rust panic derives from BaseException
        raise Refused("T708", f"工作表“{name}”读不出来", "用 Excel 或 WPS 打开，另存为 .xlsx 再试") from None
