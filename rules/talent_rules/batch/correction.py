"""A row with errors as it is given back: in the columns it came in, without identity numbers, ready to be
corrected and read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from talent_rules.batch.cells import ROW_NUMBER, Cell, problem_text, tidy
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.source import Source
from talent_rules.quantities import Unreadable
from talent_rules.tables.dates import read_day, show_days
from talent_rules.tables.header import ABSENT, IDENTITY, PART, RESULT, SHEET, MappedColumn, heading
from talent_rules.tables.identity import MASKED
from talent_rules.tables.rows import Row
from talent_rules.tables.safe import printable
from talent_rules.vocabulary import Kind, Vocabulary

#: Written in place of what had no value, so that it is not taken for a blank when it comes back
_LOST = {"E": "#错误值", "F": "#没有结果"}

#: Columns of which a result has its own
_OURS = (RESULT, SHEET)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row with errors: where it stood (`sheet` only where there are several), all that is wrong with it, what is
    wrong with single cells (by their place), and its cells."""

    sheet: str
    row: int
    details: str
    said: dict[int, str]
    cells: list[Cell]


class Corrections:
    """Gives back the rows of one page of a table."""

    def __init__(self, source: Source, vocabulary: Vocabulary, page: int = 0) -> None:
        self._source, self._sheet = source, source.pages[page].name if source.several else ""
        columns = source.pages[page].mapping.columns
        given = (c for c in columns if c.role not in _OURS and not c.parts)
        self.columns = tuple(c for c in given if heading(c.header) != ROW_NUMBER)
        self._letters = [c.letter for c in self.columns]
        fields = vocabulary.fields
        dates = {c.role for c in self.columns if c.role in fields and fields[c.role].kind is Kind.DATE}
        self._dates = {c.index for c in self.columns if c.role in dates or c.role == PART}
        has_birth = any(c.role == "birth_date" for c in self.columns)
        #: Whether a column of birth dates takes the place of the identity numbers
        self.with_birth = not has_birth and any(c.role == IDENTITY for c in self.columns)

    def of(self, row: Row, problems: Sequence[RowProblem], born: int | None) -> Wrong:
        """One row; `born` is the day its identity number has."""
        wrong = {p.column: p.sentence for p in problems if p.severity == "error" and p.column}
        said = {place: wrong[letter] for place, letter in enumerate(self._letters) if letter in wrong}
        cells = [self._cell(column, row, born, place in said) for place, column in enumerate(self.columns)]
        if self.with_birth:
            cells.append(_iso(born))
        return Wrong(self._sheet, row.number, problem_text(problems), said, cells)

    def _cell(self, column: MappedColumn, row: Row, born: int | None, wrong: bool) -> Cell:
        text = row.cells[column.index] if column.index < len(row.cells) else ""
        note = row.notes.get(column.index, "")
        if note == "T":  # a number again, so that it is asked again
            return float(text)
        if column.role == IDENTITY:
            return "" if wrong or not text.strip() else MASKED
        if note in _LOST:
            return _LOST[note]
        if column.role == "birth_date" and not text.strip() and column.index < ABSENT:
            return _iso(born)
        if column.index in self._dates and (note in ("M", "Y") or text.strip().isdigit()):
            return self._shown_date(text, note)
        return printable(tidy(text))

    def _shown_date(self, text: str, note: str) -> str:
        """A date that depends on the old workbook's formats or epoch, written out."""
        try:
            return show_days(read_day(text, note, date1904=self._source.date1904))
        except Unreadable:
            return printable(text)


def _iso(ordinal: int | None) -> str:
    return "" if ordinal is None else date.fromordinal(ordinal).isoformat()
