"""The few shared cell formats of all our workbooks; never one format a cell."""

from __future__ import annotations

from typing import Any

from talent_rules.model import Outcome

_GRID = {"border": 1, "border_color": "#D9D9D9"}
_TOP = {**_GRID, "valign": "top", "text_wrap": True}
COLOURS = {
    Outcome.ELIGIBLE: ("#E2F0D9", "#215E1B"),
    Outcome.NEEDS_REVIEW: ("#FFF2CC", "#7F6000"),
    Outcome.NEEDS_INFO: ("#DDEBF7", "#1F4E79"),
    Outcome.INELIGIBLE: ("#F2F2F2", "#7F7F7F"),
}


class Styles:
    """Formats of one workbook."""

    def __init__(self, book: Any) -> None:
        add = book.add_format
        self.title = add({"bold": True, "font_size": 16})
        self.subtitle = add(
            {"bold": True, "font_size": 12, "font_color": "#1F4E79", "bottom": 2, "bottom_color": "#1F4E79"}
        )
        self.note = add({"font_color": "#595959", "text_wrap": True, "valign": "top"})
        self.note_line = add({"font_color": "#595959", "indent": 1})
        self.warning = add({"font_color": "#C00000", "bold": True, "indent": 1, "text_wrap": True, "valign": "vcenter"})
        self.header = add(
            {
                "bold": True,
                "bg_color": "#1F4E79",
                "font_color": "#FFFFFF",
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                **_GRID,
            }
        )
        self.band = add(
            {"bold": True, "bg_color": "#D6E4F0", "text_wrap": True, "align": "center", "valign": "vcenter", **_GRID}
        )
        self.text = add(_TOP)
        self.label = add({**_TOP, "bold": True})
        self.centre = add({**_TOP, "align": "center"})
        right = {**_TOP, "align": "right"}  # `_0` keeps it off the words of the next column, where an indent may not
        self.whole = add({**right, "num_format": "#,##0_0;-#,##0_0;–_0"})
        self.cents = add({**right, "num_format": "#,##0.00_0"})
        self.doubtful = add({**right, "num_format": "#,##0_0", "italic": True, "font_color": "#7F6000"})
        self.right = add({**right, "num_format": "0_0;-0_0;0_0;@_0"})
        self.wrong = add({**_TOP, "bg_color": "#FCE4D6", "font_color": "#C00000"})
        self.example = add({**_TOP, "italic": True, "font_color": "#7F7F7F"})
        self.common = add(
            {
                "bold": True,
                "bg_color": "#1F4E79",
                "font_color": "#FFFFFF",
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                **_GRID,
            }
        )
        self.rare = add(
            {
                "bold": True,
                "bg_color": "#7F7F7F",
                "font_color": "#FFFFFF",
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                **_GRID,
            }
        )
        by = {o: add({**_TOP, "bg_color": back, "font_color": front}) for o, (back, front) in COLOURS.items()}
        self.outcome = {**by, Outcome.OUT_OF_SCOPE: by[Outcome.INELIGIBLE]}
        number = {**right, "num_format": "#,##0_0"}
        by = {o: add({**number, "bg_color": back, "font_color": front}) for o, (back, front) in COLOURS.items()}
        self.people = {**by, Outcome.OUT_OF_SCOPE: by[Outcome.INELIGIBLE]}

    def money(self, value: int | float | str, *, doubtful: bool = False) -> Any:
        """The format of a sum in 元, or of the words in its place."""
        if isinstance(value, str):
            return self.right
        if doubtful:
            return self.doubtful
        return self.whole if isinstance(value, int) else self.cents


def put(sheet: Any, row: int, column: int, value: int | float | str, styles: Styles, doubtful: bool = False) -> None:
    """A number as a number, words as words; `""` leaves a framed blank."""
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, value, styles.text)
        else:
            sheet.write_blank(row, column, None, styles.text)
    else:
        sheet.write_number(row, column, value, styles.money(value, doubtful=doubtful))
