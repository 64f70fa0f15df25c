"""Write the sheets as a workbook or a CSV file; every cell is text, none can run."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from talent_rules.decision_tables.sheets import META, Bundle, Sheet, notes
from talent_rules.tables.safe import for_csv
from talent_rules.vocabulary import Kind, Vocabulary

A4 = 9
_PINE, _MIST, _QUIET = "#0E4F4B", "#E9F0EE", "#5A6A68"


def write_workbook(bundle: Bundle, path: Path, vocabulary: Vocabulary) -> None:
    """One sheet a table, and the hidden `_meta`."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        styles = {
            "head": book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": _PINE, "num_format": "@"}),
            "note": book.add_format({"font_color": _QUIET, "bg_color": _MIST, "text_wrap": True, "num_format": "@"}),
            "cell": book.add_format({"num_format": "@", "bottom": 1, "bottom_color": "#DEDBD0"}),
            "shown": book.add_format({"num_format": "@", "font_color": _QUIET}),
        }
        for style in styles.values():
            style.set_quote_prefix()
            style.set_align("top")
        for sheet in bundle.sheets:
            _write_sheet(book, sheet, vocabulary, styles)
        hidden = book.add_worksheet(META)
        for number, (name, value) in enumerate(bundle.meta):
            hidden.write_string(number, 0, name, styles["cell"])
            hidden.write_string(number, 1, value, styles["cell"])
        hidden.very_hidden()


def _write_sheet(book: Any, sheet: Sheet, vocabulary: Vocabulary, styles: dict[str, Any]) -> None:
    page = book.add_worksheet(sheet.name)
    width = len(sheet.header)
    for column, (name, note) in enumerate(zip(sheet.header, notes(sheet.header, vocabulary), strict=True)):
        page.write_string(0, column, name, styles["head"])
        page.write_string(1, column, note, styles["note"])
        page.set_column(column, column, 34 if column >= width - 3 else 16, styles["cell"])
        _offer(page, column, name if column < width - 3 else "", vocabulary)
    for row, line in enumerate(sheet.lines, 2):
        for column, text in enumerate(line.cells):
            page.write_string(row, column, text, styles["shown" if column == width - 2 else "cell"])
    for column, (name, value) in enumerate(sheet.named, width + 1):
        page.write_string(0, column, name, styles["head"])
        page.write_string(1, column, value, styles["cell" if column == width + 1 else "note"])
        page.set_column(column, column, 16, styles["cell"])
        quoted = sheet.name.replace("'", "''")
        book.define_name(f"'{quoted}'!{name}", f"='{quoted}'!${_letters(column)}$2")
    page.freeze_panes(2, 0)
    page.set_row(1, 48)
    page.set_landscape()
    page.set_paper(A4)
    page.print_area(0, 0, len(sheet.lines) + 1, width - 1)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, 1)
    page.set_header(f"&L{sheet.name.replace('&', '&&')}&R&P/&N")


def _offer(page: Any, column: int, name: str, vocabulary: Vocabulary) -> None:
    """A list to choose from; anything else may still be typed."""
    entry = vocabulary.find(name) if name else None
    words = ["是", "否"] if entry and entry.kind is Kind.FLAG else [o.name for o in entry.options] if entry else []
    if words and sum(len(w) + 1 for w in words) < 250:
        choice = {"validate": "list", "source": [*words, "-"], "show_error": False}
        page.data_validation(2, column, 200, column, choice)


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def write_csv(bundle: Bundle, path: Path, vocabulary: Vocabulary) -> None:
    """All tables in one file; lines beginning with # say what belongs to what."""
    rows: list[list[str]] = [["#元数据", name, value] for name, value in bundle.meta]
    for sheet in bundle.sheets:
        rows += [[], ["#表", sheet.name]]
        rows += [["#命名", name, value] for name, value in sheet.named]
        rows += [["#列", *sheet.header], ["#写法", *notes(sheet.header, vocabulary)]]
        rows += [["", *line.cells] for line in sheet.lines]
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        guarded = ([cell if cell == "-" else for_csv(cell) for cell in row] for row in rows)
        csv.writer(out, lineterminator="\r\n").writerows(guarded)
