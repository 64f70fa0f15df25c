"""The result workbook: 汇总, 结果, 待修正, 缺什么, 说明; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from talent_rules.batch.chunks import Kept
from talent_rules.batch.correction import Corrections
from talent_rules.batch.lines import Lines
from talent_rules.batch.packing import Packing
from talent_rules.batch.plan import plan
from talent_rules.batch.report import Report
from talent_rules.batch.sheet_about import about_sheet
from talent_rules.batch.sheet_correct import CorrectSheet
from talent_rules.batch.sheet_missing import missing_sheet
from talent_rules.batch.sheet_results import ResultSheet
from talent_rules.batch.sheet_summary import summary_sheet
from talent_rules.batch.styles import Styles
from talent_rules.rulebase import RuleBase

#: From here on rows go to the disk as they come, not into memory
_STREAMED = 2_000
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def open_book(path: Path, folder: Path, *, streamed: bool = False) -> Any:
    """An xlsxwriter workbook in which no text can run or link, with a fixed date."""
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": streamed,
        "tmpdir": str(folder),
        "default_font_name": "等线",
        "default_font_size": 11,
    }
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"author": "talent-policy", "created": _CREATED, "comments": "仅供参考，以主管部门审核为准"})
    return book


def write_workbook(
    output: Path,
    folder: Path,
    base: RuleBase,
    report: Report,
    chunks: Iterable[tuple[Lines | None, Kept]],
    digest: str,
    *,
    with_results: bool,
    beside: Callable[[], str] = str,
) -> None:
    """Write the workbook to the job folder, then move it into place; without lines it holds only the summary
    and what is to be corrected. `beside` finishes the table beside it, when all lines are through, and has its
    digest."""
    made, temporary = folder / f"xlsx-made-{output.name}", folder / f"xlsx-{output.name}"
    shown = plan(base, report)
    book = open_book(made, folder, streamed=report.tally.people > _STREAMED)
    styles = Styles(book)
    with Packing(folder) as packing:
        summary = book.add_worksheet("汇总")
        results = ResultSheet(book, styles, shown, packing) if with_results else None
        corrections = Corrections(report.source, base.vocabulary)
        correct = CorrectSheet(book, styles, corrections, packing, with_sheets=report.several)
        for lines, kept in chunks:
            if results is not None and lines is not None:
                results.add(lines)
            for wrong in kept.wrong:
                correct.add(wrong)
        if results is not None:
            results.finish()
        correct.finish()
        missing_sheet(book, styles, base, report)
        about_sheet(book, styles, base, report, shown, digest)
        summary_sheet(book, summary, styles, base, report, shown)
        summary.activate()
        book.close()
        packing.fill(made, temporary, beside())
    temporary.replace(output)
