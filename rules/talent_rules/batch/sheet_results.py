"""结果: one row a person, the names frozen in front, five columns for each benefit that matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from talent_rules.batch.answers import Answer
from talent_rules.batch.cells import ROW_NUMBER, Cell, height_for, line_of
from talent_rules.batch.lines import Lines
from talent_rules.batch.packing import Packing
from talent_rules.batch.paper import print_blocks
from talent_rules.batch.plan import OVERALL, PER_BENEFIT, Plan
from talent_rules.batch.rows_xml import RowWriter, Styled
from talent_rules.batch.styles import Styles
from talent_rules.batch.summary import OUTCOMES

#: Two lines
_HEIGHT = 33
_MONEY = frozenset(n for n, (name, _) in enumerate(OVERALL) if "（元" in name)
_LABEL, _NARROW = 12, 7
_REASON, _MISSING, _STEP = (dict(PER_BENEFIT)[name] for name in ("原因", "还缺", "下一步"))
_FROZEN = 2


class ResultSheet:
    """Written row by row, in order."""

    def __init__(self, book: Any, styles: Styles, shown: Plan, packing: Packing) -> None:
        self._sheet = book.add_worksheet("结果")
        self._styles, self._shown = styles, shown
        self._lead = [" ".join(c.header.split()) for c in shown.labels] + [ROW_NUMBER]
        self._next = 2
        self._rows = RowWriter(book, self._sheet, packing)
        self._widths()
        self._headings()

    @property
    def _width(self) -> int:
        return len(self._lead) + len(OVERALL) + len(self._shown.shown) * len(PER_BENEFIT)

    def _widths(self) -> None:
        sheet = self._sheet
        front = [_NARROW if name in (ROW_NUMBER, "序号") else _LABEL for name in self._lead] + [
            width for _, width in OVERALL
        ]
        for column, width in enumerate(front):
            sheet.set_column(column, column, width)
        parts = [part for _ in self._shown.shown for part in PER_BENEFIT]
        for column, (part, width) in enumerate(parts, len(front)):
            sheet.set_column(column, column, width, None, {"level": 1} if part not in ("结论", "金额（元）") else {})
        sheet.outline_settings(True, False, False, False)
        each = [width for _, width in PER_BENEFIT]
        print_blocks(sheet, [front, *[each for _ in self._shown.shown]], headings=2)

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
        heights = _heights(lines)
        for place in range(len(lines)):
            cells: list[Styled] = [(value, style) for value, style in self._head(lines, place)]
            for answers, codes in zip(lines.answers, lines.codes, strict=True):
                cells += self._benefit(answers[codes[place]])
            self._rows.add(self._next, heights[place], cells)
            self._next += 1

    def _stream(self, lines: Lines) -> None:
        """The same by columns, with the cells of a benefit made once for all who have the same answer."""
        columns = list(self._heads(lines))
        first = len(self._lead) + len(OVERALL)
        for index, (answers, codes) in enumerate(zip(lines.answers, lines.codes, strict=True)):
            texts = [self._shared(self._benefit(a), first + index * len(PER_BENEFIT)) for a in answers]
            columns.append([texts[code] for code in codes])
        for height, cells in zip(_heights(lines), zip(*columns, strict=True), strict=True):
            self._rows.stream(self._next, height, "".join(cells), self._width)
            self._next += 1

    def _heads(self, lines: Lines) -> Iterator[list[str]]:
        """The columns in front of the benefits."""
        cell, lead = self._rows.cell, len(self._lead)
        front: list[Sequence[Cell]] = [*lines.labels, lines.numbers]
        for column, texts in enumerate(front):
            yield [cell(column, value, self._lead_style(value)) for value in texts]
        for column, values in enumerate(lines.overall, lead):
            made: dict[tuple[Cell, bool], str] = {}
            found = []
            for value, status in zip(values, lines.status, strict=True):
                key = value, column == lead and status == 2
                text = made.get(key)
                if text is None:
                    style = self._overall_style(column - lead, *key)
                    text = made[key] = cell(column, value, style, shared=True)
                found.append(text)
            yield found

    def _head(self, lines: Lines, place: int) -> Iterator[Styled]:
        """The labels, the row number, and what the whole person comes to."""
        front: list[Sequence[Cell]] = [*lines.labels, lines.numbers]
        for texts in front:
            yield texts[place], self._lead_style(texts[place])
        for column, values in enumerate(lines.overall):
            yield values[place], self._overall_style(column, values[place], column == 0 and lines.status[place] == 2)

    def _lead_style(self, value: Cell) -> Any:
        if not isinstance(value, str):
            return self._styles.centre
        return self._styles.label if value else self._styles.text

    def _overall_style(self, column: int, value: Cell, wrong: bool) -> Any:
        if wrong:
            return self._styles.wrong
        return self._styles.money(value) if column in _MONEY else self._styles.text

    def _shared(self, cells: Sequence[Styled], first: int) -> str:
        return "".join([self._rows.cell(first + n, v, style, shared=True) for n, (v, style) in enumerate(cells)])

    def _benefit(self, answer: Answer) -> list[Styled]:
        styles, amount = self._styles, answer.amount
        money = styles.money(amount, doubtful=answer.doubtful)
        words = (answer.words.reason, answer.words.missing, answer.words.step)
        return [
            (answer.label, styles.outcome[OUTCOMES[answer.outcome]]),
            (amount, money),
            *((text, styles.text) for text in words),
        ]

    def finish(self) -> None:
        """Filters over everything written."""
        self._rows.flush()
        self._sheet.autofilter(1, 0, max(2, self._next - 1), self._width - 1)


def _heights(lines: Lines) -> list[int]:
    """The height of each row, so that all of its texts can be read."""
    found = [_HEIGHT] * len(lines)
    columns: list[tuple[Sequence[Cell], int]] = [(texts, _LABEL) for texts in lines.labels]
    columns += [(cells, width) for cells, (_, width) in zip(lines.overall, OVERALL, strict=True)]
    for cells, width in columns:
        tall = {cell: height for cell in set(cells) if (height := _height(cell, width)) > _HEIGHT}
        if tall:
            found = [max(height, tall.get(cell, 0)) for height, cell in zip(found, cells, strict=True)]
    for answers, codes in zip(lines.answers, lines.codes, strict=True):
        needed = [_answer_height(answer) for answer in answers]
        if any(height > _HEIGHT for height in needed):
            found = [max(height, needed[code]) for height, code in zip(found, codes, strict=True)]
    return found


def _answer_height(answer: Answer) -> int:
    words = answer.words
    return max(_height(words.reason, _REASON), _height(words.missing, _MISSING), _height(words.step, _STEP))


def _height(cell: Cell, width: int) -> int:
    """Figures are short, and so are most texts: so many letters are two lines at most, however wide."""
    if not isinstance(cell, str) or len(cell) <= line_of(width):
        return _HEIGHT
    return height_for(cell, width, _HEIGHT)
