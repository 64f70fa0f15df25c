"""结果: one row a person, the names frozen in front, five columns for each benefit that matters."""

from __future__ import annotations

from typing import Any

from talent_rules.batch.chunks import Judged, Result
from talent_rules.batch.plan import OVERALL, PER_BENEFIT, ROW_NUMBER, Plan, amount_of, height_for, overall, problem_text
from talent_rules.batch.styles import Styles, put
from talent_rules.batch.summary import OUTCOMES
from talent_rules.tables.reader import Row

_HEIGHT = 50
_DETAIL_WIDTH = dict(OVERALL)["错误明细"]
_FROZEN = 2


class ResultSheet:
    """Written row by row, in order."""

    def __init__(self, book: Any, styles: Styles, shown: Plan) -> None:
        self._sheet = book.add_worksheet("结果")
        self._styles, self._shown = styles, shown
        self._lead = [" ".join(c.header.split()) for c in shown.labels] + [ROW_NUMBER]
        self._next = 2
        self._widths()
        self._headings()

    @property
    def _width(self) -> int:
        return len(self._lead) + len(OVERALL) + len(self._shown.shown) * len(PER_BENEFIT)

    def _widths(self) -> None:
        sheet, column = self._sheet, 0
        for name in self._lead:
            sheet.set_column(column, column, 7 if name in (ROW_NUMBER, "序号") else 12)
            column += 1
        for _, width in OVERALL:
            sheet.set_column(column, column, width)
            column += 1
        for _ in self._shown.shown:
            for part, width in PER_BENEFIT:
                sheet.set_column(
                    column, column, width, None, {"level": 1} if part not in ("结论", "金额（元）") else {}
                )
                column += 1
        sheet.outline_settings(True, False, False, False)

    def _headings(self) -> None:
        sheet, styles = self._sheet, self._styles
        sheet.set_row(0, 32)
        sheet.set_row(1, 32)
        names = [*self._lead, *(n for n, _ in OVERALL)]
        for column, name in enumerate(names):
            sheet.write_string(1, column, name, styles.header)
        self._band(0, len(self._lead), "人员")
        self._band(len(self._lead), len(OVERALL), "总的结果")
        column = len(names)
        for shown in self._shown.shown:
            self._band(column, len(PER_BENEFIT), shown.name)
            for part, _ in PER_BENEFIT:
                sheet.write_string(1, column, part, styles.header)
                column += 1
        sheet.freeze_panes(2, min(_FROZEN, len(self._lead)))
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.repeat_rows(0, 1)

    def _band(self, first: int, count: int, text: str) -> None:
        """A heading over several columns; streamed sheets cannot merge upwards, so this comes first."""
        if count > 1:
            self._sheet.merge_range(0, first, 0, first + count - 1, text, self._styles.band)
        else:
            self._sheet.write_string(0, first, text, self._styles.band)

    def add(self, result: Result, row: Row) -> None:
        """One person."""
        sheet, styles, at = self._sheet, self._styles, self._next
        sheet.set_row(at, height_for(problem_text(result), _DETAIL_WIDTH, _HEIGHT))
        column = 0
        for text in self._shown.label_texts(row):
            sheet.write_string(at, column, text, styles.label)
            column += 1
        sheet.write_number(at, column, result.row, styles.text)
        column += 1
        for value in overall(result, self._shown):
            put(sheet, at, column, value, styles)
            column += 1
        if result.status:
            self._mark(at, len(self._lead), result)
        for shown in self._shown.shown:
            self._benefit(at, column, result.benefits[shown.number])
            column += len(PER_BENEFIT)
        self._next += 1

    def _mark(self, at: int, column: int, result: Result) -> None:
        if result.status == 2:
            self._sheet.write_string(at, column, "有错误", self._styles.wrong)

    def _benefit(self, at: int, column: int, judged: Judged) -> None:
        sheet, styles = self._sheet, self._styles
        sheet.write_string(at, column, judged.label, styles.outcome[OUTCOMES[judged.outcome]])
        put(sheet, at, column + 1, amount_of(judged), styles, judged.doubtful)
        for offset, text in enumerate((judged.words.reason, judged.words.missing, judged.words.step), 2):
            put(sheet, at, column + offset, text, styles)

    def finish(self) -> None:
        """Filters over everything written."""
        self._sheet.autofilter(1, 0, max(2, self._next - 1), self._width - 1)
