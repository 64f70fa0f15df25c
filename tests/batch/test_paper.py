"""What comes out of the printer: every column on some page, each page with the names, and nothing too small to read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from batch.books import Run, book
from talent_rules.batch.paper import laid_out
from talent_rules.batch.template import write_template
from talent_rules.library import RuleBase

#: Inches across A4 without our margins; a column's width is told in digits, of the widest font at most so wide
_ACROSS, _DIGIT = 11.69 - 0.6, 9.34 / 96


def _pages(sheet: Any) -> list[range]:
    """The columns of the pages beside each other, without those that each of them repeats."""
    starts = [1, *(brk.id + 1 for brk in sheet.col_breaks.brk), sheet.max_column + 1]
    return [range(a, b) for a, b in pairwise(starts)]


def _wide(sheet: Any, columns: range) -> float:
    """Inches on paper."""
    widths = {n: d.width for d in sheet.column_dimensions.values() for n in range(d.min, d.max + 1)}
    return float(sum(widths[column] for column in columns) * _DIGIT * sheet.page_setup.scale / 100)


def _check(sheet: Any, repeated: int) -> None:
    """Everything is printed, large enough, and as wide as the paper at most."""
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
    assert sheet.page_setup.scale >= 55 and not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_cols == f"$A:${get_column_letter(repeated)}"
    lead = _wide(sheet, range(1, repeated + 1))
    for number, columns in enumerate(_pages(sheet)):
        assert _wide(sheet, columns) + (lead if number else 0) <= _ACROSS


@pytest.fixture
def printed(tmp_path: Path, run: Run) -> Any:
    """The result for some people, one of whom has an error."""
    head = (
        "序号 姓名 部门 学历 毕业院校 引进时间 旗区 引进方式 合同年限 单位性质 是否在岗 首次引进 年薪（万元） 人才类别"
    )
    more = "是否购房 职称 市外引进 学习形式 毕业时间 婚否"
    rows = [
        [1, "甲", "研发", "博士", "清华大学", "2024-07", "东胜区", "全职", "3年", "民营企业", "是"],
        [
            2,
            "乙",
            "人力资源和社会保障服务中心",
            "看情况",
            "清华大学",
            "某日",
            "东胜",
            "不知",
            "几年",
            "民营企业",
            "也许",
        ],
    ]
    run(book(tmp_path / "x.xlsx", [[*head.split(), *more.split()], *rows]), tmp_path / "o.xlsx")
    return openpyxl.load_workbook(tmp_path / "o.xlsx")


def test_every_column_of_the_results_is_printed_with_the_names_beside_it(printed: Any) -> None:
    sheet = printed["结果"]
    _check(sheet, 1)
    assert sheet["A2"].value == "姓名" and sheet.print_title_rows == "$1:$2"
    assert not sheet.print_area, "the reasons are printed too"


def test_a_page_begins_where_a_benefit_begins_and_holds_two(printed: Any) -> None:
    sheet = printed["结果"]
    begins = [n for n in range(1, sheet.max_column + 1) if sheet.cell(1, n).value]
    pages = _pages(sheet)
    assert len(begins) > 4 and {page.start for page in pages} <= set(begins)
    assert all(sum(begin in page for begin in begins) == 2 for page in pages[:-1])


def test_all_columns_of_a_row_to_correct_lie_on_following_pages_with_its_name(printed: Any) -> None:
    sheet = printed["待修正"]
    _check(sheet, 2)
    assert [c.value for c in sheet[1]][:5] == ["原行号", "姓名", "错误明细", "序号", "部门"]
    assert [c.value for c in sheet[2]][:2] == [3, "乙"] and sheet.page_setup.pageOrder == "overThenDown"
    column = [c.value for c in sheet[1]].index("学历") + 1
    assert sheet.cell(2, column).value == "看情况" and "看情况" in sheet.cell(2, column).comment.text


def test_the_template_takes_few_pages_and_can_be_filled_in_by_hand(tmp_path: Path, base: RuleBase) -> None:
    write_template(base, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["人员表"]
    _check(sheet, 1)
    assert len(_pages(sheet)) <= 4
    assert sheet.print_options.gridLines and sheet.print_area.endswith("$45")


@given(st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=6), min_size=1, max_size=30))
def test_pages_are_never_wider_than_the_paper(blocks: list[list[int]]) -> None:
    paper = laid_out(blocks, 1)
    widths = [width for block in blocks for width in block]
    starts = [0, *paper.breaks, len(widths)]
    for first, last in pairwise(starts):
        columns = widths[first:last] + ([widths[0]] if first else [])
        assert sum(width + 0.71 for width in columns) * paper.scale <= 113.5 * 100
    assert starts == sorted(set(starts))
    ends = {sum(len(b) for b in blocks[:n]) for n in range(len(blocks))}
    assert paper.torn or set(paper.breaks) <= ends


def _lines(text: str, width: float) -> int:
    """Lines of a text in a column, letter by letter: wide ones are 11 points wide, others a digit at most."""
    room, used, lines = width * 7, 0.0, 1
    for letter in text:
        wide = 11 / 0.75 if len(letter.encode("gbk", "replace")) == 2 else 7.0
        if used + wide > room:
            lines, used = lines + 1, 0.0
        used += wide
    return lines


@pytest.mark.parametrize("sheet_name", ["结果", "待修正", "缺什么", "说明"])
def test_no_text_is_cut_off_by_its_row(printed: Any, sheet_name: str) -> None:
    sheet = printed[sheet_name]
    widths = {n: d.width for d in sheet.column_dimensions.values() for n in range(d.min, d.max + 1)}
    whole = sheet.sheet_format.defaultRowHeight
    long = 0
    for row in sheet.iter_rows(min_row=3):
        height = sheet.row_dimensions[row[0].row].height or whole
        for cell in row:
            if isinstance(cell.value, str) and cell.alignment.wrap_text and cell.coordinate not in sheet.merged_cells:
                needed = _lines(cell.value, widths[cell.column])
                long += needed > 2
                assert needed * 15 <= height, (cell.coordinate, cell.value)
    assert long or sheet_name == "待修正"
