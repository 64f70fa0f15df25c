"""待修正: the rows with errors in the columns they came in, so that the sheet can be corrected and given back."""

from __future__ import annotations

from datetime import date
from typing import Any

from talent_rules.batch.chunks import Wrong
from talent_rules.batch.plan import ROW_NUMBER, Cell, height_for, problem_text, tidy
from talent_rules.batch.rows_xml import RowWriter, Styled
from talent_rules.batch.run import Report
from talent_rules.batch.styles import Styles
from talent_rules.quantities import Unreadable
from talent_rules.rulebase import RuleBase
from talent_rules.tables.dates import read_day, show_days
from talent_rules.tables.header import IDENTITY, RESULT, MappedColumn
from talent_rules.tables.identity import MASKED
from talent_rules.tables.reader import Row
from talent_rules.tables.safe import printable
from talent_rules.vocabulary import Kind

#: Rows given back at most; a table with more wrong rows has a wrong column
LIMIT = 100_000
_COMMENTS = 1_000
_LEAD = (ROW_NUMBER, "错误明细")
#: Written in place of what had no value, so that it is not taken for a blank when it comes back
_LOST = {"E": "#错误值", "F": "#没有结果"}


class CorrectSheet:
    """Written row by row, in order."""

    def __init__(self, book: Any, styles: Styles, base: RuleBase, report: Report) -> None:
        self._sheet = book.add_worksheet("待修正")
        self._styles, self._base, self._source = styles, base, report.source
        mapped = [c for c in report.source.mapping.columns if c.role != RESULT and c.header.strip() != ROW_NUMBER]
        self._columns = mapped
        self._letters = [c.letter for c in mapped]
        self._next, self._left, self._said = 1, 0, 0
        self._rows = RowWriter(self._sheet)
        has_birth = any(c.role == "birth_date" for c in mapped)
        self._birth = not has_birth and any(c.role == IDENTITY for c in mapped)
        self._head()

    def _head(self) -> None:
        sheet, styles = self._sheet, self._styles
        sheet.set_row(0, 32)
        sheet.set_column(0, 0, 7)
        sheet.set_column(1, 1, 48)
        for column, name in enumerate(_LEAD):
            sheet.write_string(0, column, name, styles.header)
        for column, mapped in enumerate(self._columns, len(_LEAD)):
            sheet.write_string(0, column, printable(mapped.header.strip()), styles.header)
            sheet.set_column(column, column, 20 if mapped.role == IDENTITY else 14)
        if self._birth:
            column = len(_LEAD) + len(self._columns)
            sheet.write_string(0, column, "出生日期", styles.header)
            sheet.set_column(column, column, 14)
        sheet.freeze_panes(1, len(_LEAD))

    def add(self, result: Wrong, row: Row) -> None:
        """One row with errors."""
        if self._next > LIMIT:
            self._left += 1
            return
        styles, at = self._styles, self._next
        text = problem_text(result.problems)
        cells: list[Styled] = [(result.row, styles.text), (text, styles.wrong)]
        wrong = {p.column: p.sentence for p in result.problems if p.severity == "error" and p.column}
        for column, (mapped, letter) in enumerate(zip(self._columns, self._letters, strict=True), len(_LEAD)):
            said = wrong.get(letter)
            value = self._cell(mapped, row, result, said is not None)
            cells.append((value, styles.text if said is None else styles.wrong))
            if said is not None and self._said < _COMMENTS:
                self._said += 1
                self._sheet.write_comment(at, column, said, {"x_scale": 2, "y_scale": 0.8})
        if self._birth:
            cells.append((_iso(result.born), styles.text))
        self._rows.add(at, height_for(text, 48, 33), cells)
        self._next += 1

    def _cell(self, mapped: MappedColumn, row: Row, result: Wrong, wrong: bool) -> Cell:
        text = row.cells[mapped.index] if mapped.index < len(row.cells) else ""
        note = row.notes.get(mapped.index, "")
        if note == "T":  # a number again, so that it is asked again
            return float(text)
        return self._given_back(mapped, text, note, result, wrong)

    def _given_back(self, mapped: MappedColumn, text: str, note: str, result: Wrong, wrong: bool) -> str:
        if mapped.role == IDENTITY:
            return "" if wrong or not text.strip() else MASKED
        if note in _LOST:
            return _LOST[note]
        if mapped.role == "birth_date" and not text.strip():
            return _iso(result.born)
        entry = self._base.vocabulary.fields.get(mapped.role)
        if entry is not None and entry.kind is Kind.DATE and (note in ("M", "Y") or text.strip().isdigit()):
            return self._shown_date(text, note)
        return printable(tidy(text))

    def _shown_date(self, text: str, note: str) -> str:
        """A date that depends on the old workbook's formats or epoch, written out."""
        try:
            return show_days(read_day(text, note, date1904=self._source.date1904))
        except Unreadable:
            return printable(text)

    def finish(self) -> None:
        """Filters; a line where rows were left out; a word where there are none."""
        self._rows.flush()
        width = len(_LEAD) + len(self._columns) + self._birth
        if self._next == 1:
            self._sheet.write_string(1, 1, "没有要改的行", self._styles.note)
            return
        self._sheet.autofilter(0, 0, self._next - 1, width - 1)
        if self._left:
            self._sheet.write_string(self._next, 0, f"_另有 {self._left:,} 行有错误，没有列出", self._styles.note)


def _iso(ordinal: int | None) -> str:
    return "" if ordinal is None else date.fromordinal(ordinal).isoformat()
