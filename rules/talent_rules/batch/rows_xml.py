"""Rows of a streamed sheet as XML of our own, put together from cells that many rows share.

XlsxWriter makes an object and a few hundred bytecodes a cell; a result has a hundred cells a person. A text
that many cells have stands once among the workbook's shared strings, which keeps the file a fraction of the
size and quick to open. The cells are those XlsxWriter writes itself (a test compares them).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from talent_rules.batch.packing import Pack, Packing

_ROW = "\0"
_CONTROL = re.compile(r"(_x[0-9a-fA-F]{4}_)")
_HELD = 2_000
#: What a cell holds and how it looks; `""` is a framed blank
Styled = tuple[int | float | str, Any]


class RowWriter:
    """Writes whole rows below each other: as XML where the sheet is streamed, else by XlsxWriter."""

    def __init__(self, book: Any, sheet: Any, packing: Packing) -> None:
        self._book, self._sheet, self._packing = book, sheet, packing
        self._pack: Pack | None = None
        self._starts: dict[tuple[int, Any], str] = {}
        self._rows: list[str] = []
        self._last = self._width = 0

    @property
    def streams(self) -> bool:
        """Whether rows of this sheet go to the disk as they come."""
        return bool(self._sheet.constant_memory)

    def add(self, at: int, height: int, cells: Sequence[Styled]) -> None:
        """A row; `at` counts from 0, `height` is in points, a multiple of 3."""
        if self.streams:
            parts = [self.cell(column, value, style) for column, (value, style) in enumerate(cells)]
            self.stream(at, height, "".join(parts), len(cells))
            return
        self._sheet.set_row(at, height)
        for column, (value, style) in enumerate(cells):
            if not isinstance(value, str):
                self._sheet.write_number(at, column, value, style)
            elif value:
                self._sheet.write_string(at, column, value, style)
            else:
                self._sheet.write_blank(at, column, None, style)

    def stream(self, at: int, height: int, cells: str, width: int) -> None:
        """A row of cells made by `cell`."""
        number = str(at + 1)
        self._rows.append(f'<row r="{number}" ht="{height}" customHeight="1">{cells.replace(_ROW, number)}</row>')
        self._last, self._width = at, width
        if len(self._rows) >= _HELD:
            self.flush()

    def flush(self) -> None:
        """Hand on what is held; to be called before anything else is written to the sheet."""
        if not self._rows:
            return
        if self._pack is None:
            self._pack = self._packing.pack()
            self._sheet._opt_reopen()
            if self._sheet.table:  # the headings
                self._sheet._write_single_row(self._last + 1)
            self._sheet.row_data_fh.write(self._pack.place.decode())
        self._sheet.previous_row = self._last + 1  # nothing is left to write of the rows above, comments or not
        self._sheet._check_dimensions(self._last, self._width - 1)
        self._pack.write("".join(self._rows))
        self._rows = []

    def cell(self, column: int, value: int | float | str, style: Any, *, shared: bool = False) -> str:
        """A cell of a row still to be named; `shared` for a text that many cells have."""
        start = self._starts.get((column, style))
        if start is None:
            start = f'<c r="{_name(column)}{_ROW}" s="{style._get_xf_index()}"'
            self._starts[column, style] = start
        if not isinstance(value, str):
            return f"{start}><v>{value:.16g}</v></c>"
        if not value:
            return f"{start}/>"
        if shared:
            return f'{start} t="s"><v>{self._book.str_table._get_shared_string_index(value)}</v></c>'
        text = _CONTROL.sub(r"_x005F\1", value) if "_x" in value else value
        if "&" in text or "<" in text or ">" in text:
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        keep = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
        return f'{start} t="inlineStr"><is><t{keep}>{text}</t></is></c>'


def _name(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))
