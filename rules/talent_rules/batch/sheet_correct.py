"""待修正: the rows with errors in the columns they came in, so that the sheet can be corrected and given back."""

from __future__ import annotations

from typing import Any

from talent_rules.batch.cells import ROW_NUMBER, height_for
from talent_rules.batch.correction import Corrections, Wrong
from talent_rules.batch.packing import Packing
from talent_rules.batch.rows_xml import RowWriter, Styled
from talent_rules.batch.styles import Styles, print_wide
from talent_rules.tables.header import IDENTITY
from talent_rules.tables.safe import printable

#: Rows given back at most; a table with more wrong rows has a wrong column
LIMIT = 100_000
_COMMENTS = 1_000
_LEAD = (ROW_NUMBER, "错误明细")
_DETAILS_WIDTH = 48


class CorrectSheet:
    """Written row by row, in order."""

    def __init__(self, book: Any, styles: Styles, corrections: Corrections, packing: Packing) -> None:
        self._sheet = book.add_worksheet("待修正")
        self._styles, self._corrections = styles, corrections
        self._next, self._left, self._said = 1, 0, 0
        self._rows = RowWriter(book, self._sheet, packing)
        self._head()

    def _head(self) -> None:
        sheet, styles = self._sheet, self._styles
        sheet.set_row(0, 33)
        sheet.set_column(0, 0, 7)
        sheet.set_column(1, 1, _DETAILS_WIDTH)
        names = [(printable(c.header.strip()), 20 if c.role == IDENTITY else 14) for c in self._corrections.columns]
        if self._corrections.with_birth:
            names.append(("出生日期", 14))
        for column, name in enumerate(_LEAD):
            sheet.write_string(0, column, name, styles.header)
        for column, (name, width) in enumerate(names, len(_LEAD)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, styles.header)
        self._width = len(_LEAD) + len(names)
        sheet.freeze_panes(1, len(_LEAD))
        print_wide(sheet, lead=len(_LEAD))

    def add(self, wrong: Wrong) -> None:
        """One row with errors."""
        if self._next > LIMIT:
            self._left += 1
            return
        styles, at = self._styles, self._next
        cells: list[Styled] = [(wrong.row, styles.centre), (wrong.details, styles.wrong)]
        cells += [(v, styles.wrong if n in wrong.said else styles.text) for n, v in enumerate(wrong.cells)]
        for place, sentence in wrong.said.items():
            if self._said < _COMMENTS:
                self._said += 1
                self._sheet.write_comment(at, len(_LEAD) + place, sentence, {"x_scale": 2, "y_scale": 0.8})
        self._rows.add(at, height_for(wrong.details, _DETAILS_WIDTH, 33), cells)
        self._next += 1

    def finish(self) -> None:
        """Filters; a line where rows were left out; a word where there are none."""
        self._rows.flush()
        if self._next == 1:
            self._sheet.write_string(1, 1, "没有要改的行", self._styles.note)
            return
        self._sheet.autofilter(0, 0, self._next - 1, self._width - 1)
        if self._left:
            self._sheet.write_string(self._next, 0, f"_另有 {self._left:,} 行有错误，没有列出", self._styles.note)
