"""结果: one row a person, the names frozen in front, five columns for each benefit that matters."""

from __future__ import annotations

from itertools import chain
from typing import Any

from talent_rules.batch import rows_xml
from talent_rules.batch.chunks import Judged
from talent_rules.batch.lines import Lines
from talent_rules.batch.plan import OVERALL, PER_BENEFIT, ROW_NUMBER, Plan, amount_of, height_for
from talent_rules.batch.rows_xml import RowWriter, Styled
from talent_rules.batch.styles import Styles
from talent_rules.batch.summary import OUTCOMES

_HEIGHT = 51
_DETAIL_WIDTH = dict(OVERALL)["错误明细"]
_FROZEN = 2


class ResultSheet:
    """Written row by row, in order."""

    def __init__(self, book: Any, styles: Styles, shown: Plan) -> None:
        self._sheet = book.add_worksheet("结果")
        self._styles, self._shown = styles, shown
        self._lead = [" ".join(c.header.split()) for c in shown.labels] + [ROW_NUMBER]
        self._next = 2
        self._rows = RowWriter(self._sheet)
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
        bands = [("人员", self._lead), ("总的结果", [n for n, _ in OVERALL])]
        bands += [(shown.name, [part for part, _ in PER_BENEFIT]) for shown in self._shown.shown]
        column = 0
        for text, names in bands:
            self._band(column, len(names), text)
            column += len(names)
        for column, name in enumerate(chain.from_iterable(names for _, names in bands)):
            sheet.write_string(1, column, name, styles.header)
        sheet.freeze_panes(2, min(_FROZEN, len(self._lead)))
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.repeat_rows(0, 1)

    def _band(self, first: int, count: int, text: str) -> None:
        """A heading over several columns; a streamed sheet is written downwards, so all of these come first."""
        if count > 1:
            self._sheet.merge_range(0, first, 0, first + count - 1, text, self._styles.band)
        else:
            self._sheet.write_string(0, first, text, self._styles.band)

    def add(self, lines: Lines) -> None:
        """Some people."""
        if self._rows.streams:
            self._stream(lines)
            return
        for place in range(len(lines)):
            cells = [*self._head(lines, place), *self._benefits(lines, place)]
            self._rows.add(self._next, _height(lines, place), cells)
            self._next += 1

    def _stream(self, lines: Lines) -> None:
        """The same, with the cells of a benefit made once for all who have the same answer."""
        first = len(self._lead) + len(OVERALL)
        columns = []
        for index, (judged, codes) in enumerate(zip(lines.judged, lines.codes, strict=True)):
            texts = [rows_xml.joined(self._benefit(j), first + index * len(PER_BENEFIT)) for j in judged]
            columns.append([texts[code] for code in codes])
        for place, rest in enumerate(zip(*columns, strict=True) if columns else [()] * len(lines)):
            cells = rows_xml.joined(self._head(lines, place), 0) + "".join(rest)
            self._rows.stream(self._next, _height(lines, place), cells, self._width)
            self._next += 1

    def _head(self, lines: Lines, place: int) -> list[Styled]:
        """The labels, the row number, and what the whole person comes to."""
        styles = self._styles
        found: list[Styled] = [(text, styles.label if text else styles.text) for text in lines.labels[place]]
        found.append((lines.numbers[place], styles.text))
        for value in lines.overall[place]:
            found.append((value, styles.text if isinstance(value, str) else styles.money(value)))
        if lines.status[place] == 2:
            found[len(self._lead)] = (found[len(self._lead)][0], styles.wrong)
        return found

    def _benefits(self, lines: Lines, place: int) -> list[Styled]:
        found: list[Styled] = []
        for judged, codes in zip(lines.judged, lines.codes, strict=True):
            found += self._benefit(judged[codes[place]])
        return found

    def _benefit(self, judged: Judged) -> list[Styled]:
        styles, amount = self._styles, amount_of(judged)
        money = styles.text if isinstance(amount, str) else styles.money(amount, doubtful=judged.doubtful)
        words = (judged.words.reason, judged.words.missing, judged.words.step)
        return [
            (judged.label, styles.outcome[OUTCOMES[judged.outcome]]),
            (amount, money),
            *((text, styles.text) for text in words),
        ]

    def finish(self) -> None:
        """Filters over everything written."""
        self._rows.flush()
        self._sheet.autofilter(1, 0, max(2, self._next - 1), self._width - 1)


def _height(lines: Lines, place: int) -> int:
    return height_for(str(lines.overall[place][1]), _DETAIL_WIDTH, _HEIGHT)
