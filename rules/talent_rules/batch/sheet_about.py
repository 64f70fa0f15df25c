"""说明: what the figures rest on, how to read the sheets, and what is not promised."""

from __future__ import annotations

from typing import Any

from talent_rules.batch.cells import height_for, sheets_told, stamp
from talent_rules.batch.paper import print_wide
from talent_rules.batch.plan import Plan, policy_lines
from talent_rules.batch.report import Report
from talent_rules.batch.source import mapping_lines
from talent_rules.batch.styles import Styles
from talent_rules.explain import DISCLAIMER, GRADE_WORDS
from talent_rules.rulebase import RuleBase
from talent_rules.tables.safe import printable

_WIDTHS = (34, 78, 22, 14)
#: One line
_HEIGHT = 18
_READING = (
    ("符合", "各项条件都满足，可以申请"),
    ("待认定", "已知条件都满足，还有要主管部门认定、评审，或来源没有写明的条件"),
    ("待补充", "缺信息，补上才能判断；缺什么看“还缺”一列和“缺什么”表"),
    ("不符合", "至少一项条件明确不满足"),
    ("不适用", "申请时适用的不是这一版政策"),
    ("有把握合计", "已经符合、且金额有 A、B 级来源的部分，按不重复享受的规定扣过"),
    ("认定后最多", "已经符合和待认定的都批下来时最多的数，按不重复享受的规定扣过；含未核实的金额"),
    ("补填后才能算", "金额要看面积、单价这些表里还没有的数；写“21万元起”的，另有这样的金额没有算进去"),
    ("每年另发", "逐年发的津贴、补贴，符合的和待认定的都算；“最高”是批下来时最多的数"),
    ("斜体金额", "出自第三方整理，未核实"),
    ("缺什么", "先补前面的：补上它，有金额的待遇能多定下几个结论，又好问；少数人才有的称号、获奖带来的，靠后"),
    (
        "都批下来至少",
        "补上以后都符合、都批下来时至少有多少：每人只算最高的一项，逐年发的算一年，有区间的算下限；"
        "要评审、没有上限或要看面积价格的，多出的部分说不准，只数人。少数人才有的待遇不算在内",
    ),
    ("待修正", "有错误的行。直接在表里改，存盘后再把整个文件交给 talent batch，只会读这张表"),
    ("身份证号", "只用来取出生日期，不保存、不写进结果"),
)


def about_sheet(book: Any, styles: Styles, base: RuleBase, report: Report, shown: Plan, digest: str) -> None:
    """Facts about the run first, then the legend, the mapping, the sources."""
    sheet = book.add_worksheet("说明")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_default_row(_HEIGHT)
    page = _Page(sheet, styles)
    page.title("说明")
    page.note(f"{DISCLAIMER}。本表由程序按公开资料整理的规则判断，不是审批结果。")
    page.section("这次核对")
    page.pair("规则版本", base.version)
    if base.release is not None:
        effective, approved_by = base.release.effective.isoformat(), printable(base.release.approved_by)
        page.pair("发布", f"{effective} 起生效，批准：{approved_by}")
    page.pair("申请日期", stamp(report.as_of))
    page.pair("核对的文件", printable(report.source.path.name))
    page.pair("文件指纹", f"sha256:{digest}")
    if len(report.sheets) > 1:
        for name, people in report.sheets.items():
            page.pair("工作表", printable(sheets_told({name: people})))
    elif report.source.sheet:
        page.pair("工作表", printable(report.source.sheet))
    for remark in report.remarks:
        page.pair("提醒", printable(remark))
    skipped = "、".join(f"{reason} {count} 行" for reason, count in sorted(report.skipped.items()))
    page.pair("没有算的行", skipped or "没有")
    page.section("怎样看")
    for word, meaning in _READING:
        page.pair(word, meaning)
    page.section("列的对应")
    for line in mapping_lines(report.source, base.vocabulary):
        left, _, right = line.partition(" → ")
        page.pair(printable(left), printable(right))
    page.section("没有单独列出的待遇")
    for why, names in shown.hidden.items():
        page.pair(why, "、".join(names))
    if not shown.hidden:
        page.note("没有：每一项都在“结果”里单独列出")
    page.section("依据的文件和来源")
    page.row(("政策", "来源", "级别", "取得日期"), styles.header)
    for policy, source, grade, got in policy_lines(base):
        page.row((policy, source, f"{grade}（{GRADE_WORDS.get(grade, '')}）", got), styles.text)
    print_wide(sheet, 0)


class _Page:
    """Lines from top to bottom."""

    def __init__(self, sheet: Any, styles: Styles) -> None:
        self._sheet, self._styles, self._row = sheet, styles, 0

    def title(self, text: str) -> None:
        """The heading of the page."""
        self._sheet.set_row(self._row, 26)
        self.row((text,), self._styles.title)

    def note(self, text: str) -> None:
        """A line in grey over the width of the page."""
        self._sheet.merge_range(self._row, 0, self._row, 1, text, self._styles.note)
        self._row += 1

    def section(self, text: str) -> None:
        """A heading with a line above left free."""
        self._row += 1
        for column, cell in enumerate((text, "", "", "")):
            self._sheet.write_string(self._row, column, cell, self._styles.subtitle)
        self._row += 1

    def pair(self, left: str, right: str) -> None:
        """A word and what it means."""
        self._sheet.write_string(self._row, 0, left, self._styles.label)
        self._sheet.write_string(self._row, 1, right, self._styles.text)
        self._grown(left, right)

    def row(self, cells: tuple[str, ...], style: Any) -> None:
        """A line of a table."""
        for column, cell in enumerate(cells):
            self._sheet.write_string(self._row, column, cell, style)
        self._grown(*cells)

    def _grown(self, *cells: str) -> None:
        """On to the next line; this one is as high as its cells need."""
        height = max(height_for(text, width) for text, width in zip(cells, _WIDTHS, strict=False))
        if height > _HEIGHT:
            self._sheet.set_row(self._row, height)
        self._row += 1
