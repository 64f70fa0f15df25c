"""How sheets come out on paper: A4 across, the headings on every page, and of a wide sheet whole blocks of columns
beside each other, each page beginning with the names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

#: Characters across the paper at full size, in the widest font that may stand in for ours, and what a column adds
_ROOM, _EDGE = 113.5, 0.71
#: In percent; smaller cannot be read, larger is a waste
_SMALLEST, _LARGEST = 55, 80


@dataclass(frozen=True, slots=True)
class Paper:
    """A size in percent, the columns before which a new page begins, and how many blocks are torn by one."""

    scale: int
    breaks: tuple[int, ...]
    torn: int


def laid_out(blocks: Sequence[Sequence[int]], repeated: int) -> Paper:
    """Blocks of columns, by their widths in characters, on the fewest pages beside each other, as large as these
    allow; the first `repeated` columns stand on each."""
    lead = sum(width + _EDGE for width in list(chain.from_iterable(blocks))[:repeated])
    sizes = (_at(scale, blocks, lead) for scale in range(_LARGEST, _SMALLEST - 1, -1))
    return min(sizes, key=lambda paper: (paper.torn, len(paper.breaks)))  # of equal ones the first, the largest


def _at(scale: int, blocks: Sequence[Sequence[int]], lead: float) -> Paper:
    room = 100 * _ROOM / scale
    breaks: list[int] = []
    column, used, torn = 0, 0.0, 0
    for block in blocks:
        wide = sum(width + _EDGE for width in block)
        if column and used + wide > room:
            breaks.append(column)
            used = lead
        torn += used + wide > room
        for width in block:
            if used + width + _EDGE > room and used > lead:
                breaks.append(column)
                used = lead
            used += width + _EDGE
            column += 1
    return Paper(scale, tuple(breaks), torn)


def print_blocks(
    sheet: Any, blocks: Sequence[Sequence[int]], *, headings: int = 1, repeated: int = 1, across: bool = False
) -> None:
    """A sheet too wide for one page. All rows of the first page's columns come first, then those of the next; with
    `across` all columns of the first rows."""
    paper = laid_out(blocks, repeated)
    _page(sheet, headings)
    sheet.set_print_scale(paper.scale)
    sheet.set_v_pagebreaks(list(paper.breaks))
    sheet.repeat_columns(0, repeated - 1)
    if across:
        sheet.print_across()


def print_wide(sheet: Any, headings: int = 1) -> None:
    """A sheet whose columns fit on the paper."""
    _page(sheet, headings)
    sheet.fit_to_pages(1, 0)


def _page(sheet: Any, headings: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.6)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")
    if headings:
        sheet.repeat_rows(0, headings - 1)
