"""待修正: the rows with errors in the columns they came in, so that the sheet can be corrected and given back; the
name moves to the front, to stand beside the error and on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from talent_rules.batch.cells import ROW_NUMBER, height_for, line_of
from talent_rules.batch.correction import Corrections, Wrong
from talent_rules.batch.packing import Packing
from talent_rules.batch.paper import print_blocks
from talent_rules.batch.rows_xml import RowWriter, Styled
from talent_rules.batch.styles import Styles
from talent_rules.tables.aligning import SHEET_NAME
from talent_rules.tables.header import IDENTITY, LABEL, is_name
from talent_rules.tables.safe import printable

#: Rows given back at most; a table with more wrong rows has a wrong column
LIMIT = 100_000
_COMMENTS = 1_000
_T = TypeVar("_T")
_DETAILS = "错误明细"
_DETAILS_WIDTH = 44
_WIDTH, _IDENTITY_WIDTH = 12, 20
#: Two lines, and as much of a long remark as is shown for its own sake, in points
_HEIGHT, _REMARK = 33, 99


class CorrectSheet:
    """Written row by row, in order."""

    def __init__(
        self, book: Any, styles: Styles, corrections: Corrections, packing: Packing, *, with_sheets: bool = False
    ) -> None:
        self._sheet = book.add_worksheet("待修正")
        self._styles, self._corrections = styles, corrections
        self._where = [ROW_NUMBER, SHEET_NAME] if with_sheets else [ROW_NUMBER]
        #: The place of the name among the columns given back, if there is one
        self._name = [n for n, c in enumerate(corrections.columns) if c.role == LABEL and is_name(c.header)][:1]
        self._next, self._left, self._said = 1, 0, 0
        self._rows = RowWriter(book, self._sheet, packing)
        self._head()

    def _head(self) -> None:
        sheet, styles = self._sheet, self._styles
        sheet.set_row(0, _HEIGHT)
        names = [
            (printable(c.header.strip()), _IDENTITY_WIDTH if c.role == IDENTITY else _WIDTH)
            for c in self._corrections.columns
        ]
        if self._corrections.with_birth:
            names.append(("出生日期", _WIDTH))
        where = [(name, 7 if name == ROW_NUMBER else _WIDTH) for name in self._where]
        columns = self._arranged(where, (_DETAILS, _DETAILS_WIDTH), names)
        for column, (name, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, styles.header)
        self._width = len(columns)
        front = len(where) + len(self._name)
        sheet.freeze_panes(1, front + 1)
        print_blocks(sheet, [[width] for _, width in columns], repeated=front, across=True)

    def _arranged(self, where: Sequence[_T], details: _T, given: Sequence[_T]) -> list[_T]:
        """What stands in a row: the columns given back are in the order they came in, but for the name."""
        names = [given[place] for place in self._name]
        return [*where, *names, details, *(each for place, each in enumerate(given) if place not in self._name)]

    def _column(self, place: int) -> int:
        """The column on the sheet of one that is given back."""
        if place in self._name:
            return len(self._where)
        return place + len(self._where) + 1 + sum(place < name for name in self._name)

    def add(self, wrong: Wrong) -> None:
        """One row with errors."""
        if self._next > LIMIT:
            self._left += 1
            return
        styles, at = self._styles, self._next
        given: list[Styled] = [(v, styles.wrong if n in wrong.said else styles.text) for n, v in enumerate(wrong.cells)]
        stood: list[Styled] = [(wrong.row, styles.centre), (printable(wrong.sheet), styles.text)]
        cells = self._arranged(stood[: len(self._where)], (wrong.details, styles.wrong), given)
        for place, sentence in wrong.said.items():
            if self._said < _COMMENTS:
                self._said += 1
                self._sheet.write_comment(at, self._column(place), sentence, {"x_scale": 2, "y_scale": 0.8})
        long = (v for v in wrong.cells if isinstance(v, str) and len(v) > line_of(_WIDTH))
        given_height = max((height_for(v, _WIDTH) for v in long), default=0)
        height = height_for(wrong.details, _DETAILS_WIDTH, _HEIGHT)
        self._rows.add(at, max(height, min(given_height, _REMARK)), cells)
        self._next += 1

    def finish(self) -> None:
        """Filters; a line where rows were left out; a word where there are none."""
        self._rows.flush()
        if self._next == 1:
            self._sheet.write_string(1, len(self._where) + len(self._name), "没有要改的行", self._styles.note)
            return
        self._sheet.autofilter(0, 0, self._next - 1, self._width - 1)
        if self._left:
            self._sheet.write_string(self._next, 0, f"_另有 {self._left:,} 行有错误，没有列出", self._styles.note)
