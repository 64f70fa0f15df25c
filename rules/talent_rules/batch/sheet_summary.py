"""汇总: how many people, how much money, by benefit and by group, with a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from talent_rules.batch.cells import Cell, height_for, sheets_told, stamp, told, yuan
from talent_rules.batch.paper import print_wide
from talent_rules.batch.plan import Plan
from talent_rules.batch.report import Report
from talent_rules.batch.styles import Styles
from talent_rules.batch.summary import OUTCOMES, UNKNOWN, BenefitTally, GroupTally, Money
from talent_rules.explain import DISCLAIMER
from talent_rules.model import Outcome
from talent_rules.rulebase import RuleBase
from talent_rules.tables.safe import printable

_ORDER = (
    Outcome.ELIGIBLE,
    Outcome.NEEDS_REVIEW,
    Outcome.NEEDS_INFO,
    Outcome.INELIGIBLE,
    Outcome.OUT_OF_SCOPE,
)
_BENEFITS = (
    "待遇",
    *(o.label for o in _ORDER),
    "符合的金额（元）",
    "待认定的金额（元）",
    "金额未定\n（人）",
)
_GROUPS = (
    "人数",
    "至少一项符合\n（人）",
    "符合或待认定\n（人）",
    "有把握合计\n（元）",
    "认定后最多\n（元）",
    "金额未定\n（人）",
)
_WIDTHS = (34, 13, 13, 13, 19, 19, 19, 19, 19)
_CHARTED = 12
_ROW_PIXELS = 24
_TOLD = 3
_TWO, _SHEETS = 2, 8
_PUT_RIGHT = "按读懂的部分判断；改“待修正”再交只核对这些人，要全体的合计就改原表再交"
_BARS = ("#70AD47", "#FFC000", "#9DC3E6")


def summary_sheet(book: Any, sheet: Any, styles: Styles, base: RuleBase, report: Report, shown: Plan) -> None:
    """Everything a head of department reads."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_default_row(18)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, "人才待遇核对汇总" + (f"（{base.name}）" if base.name else ""), styles.title)
    version = base.version.removeprefix("sha256:")[:12]
    about = f"申请日期 {stamp(report.as_of)} ｜ 规则版本 {version} ｜ {DISCLAIMER}"
    sheet.write_string(1, 0, about, styles.note_line)
    if report.notices:
        said = printable("注意：" + _first_of(report.notices))
        sheet.set_row(2, height_for(said, sum(_WIDTHS)))
        sheet.merge_range(2, 0, 2, len(_WIDTHS) - 1, said, styles.warning)
    row = _key_figures(sheet, styles, report, 3)
    row = _benefit_table(book, sheet, styles, report, shown, row + 1)
    for name, title in (("district", "按旗区"), ("degree", "按学历")):
        groups = report.tally.groups.get(name, {})
        if set(groups) - {UNKNOWN}:
            row = _group_table(sheet, styles, title, base, name, groups, row + 1)
    print_wide(sheet, 0)


def _first_of(said: Sequence[str]) -> str:
    """The first sentences, in one; all of them stand in 说明."""
    more = f"；共 {len(said)} 处，见“说明”" if len(said) > _TOLD else ""
    return "；".join(said[:_TOLD]) + more


def _section(sheet: Any, styles: Styles, row: int, text: str) -> int:
    for column, cell in enumerate((text, *[""] * (len(_BENEFITS) - 1))):
        sheet.write_string(row, column, cell, styles.subtitle)
    return row + 1


def _key_figures(sheet: Any, styles: Styles, report: Report, row: int) -> int:
    tally = report.tally
    row = _section(sheet, styles, row, "总数")
    figures: list[tuple[str, Cell, str]] = [
        ("核对人数", tally.people, _sheets(report)),
        ("其中：读懂、没有问题", tally.fine, ""),
        ("其中：有提醒", tally.warned, "已照常判断，请看“结果”表的错误明细"),
        ("其中：有错误", tally.failed, _PUT_RIGHT if tally.failed else ""),
        ("有把握合计（元）", yuan(tally.guaranteed), "已经符合、金额有 A、B 级来源，按不重复享受扣过"),
        ("认定后最多（元）", _told(tally.likely), _ends(tally.likely.unbounded, "待认定的都批下来")),
        ("补齐信息还可能有金额的人数", tally.hopeful, "先补哪一项，看“缺什么”"),
        ("每年另发，最多（元/年）", _told(tally.yearly), _ends(tally.yearly.unbounded, "逐年发的津贴、补贴")),
        ("信息补齐后最多（元）", _told(tally.possible), _ends(tally.possible.unbounded, "没有被排除、有上限的都算上")),
    ]
    for name, value, note in figures:
        sheet.write_string(row, 0, name, styles.label)
        sheet.merge_range(row, 1, row, 2, value, styles.money(value))
        sheet.write_string(row, 3, note, styles.note_line)
        row += 1
    return row


def _sheets(report: Report) -> str:
    """Which sheets they are on, where they are on several of one file."""
    if len(report.sheets) < _TWO:
        return ""
    some = dict(list(report.sheets.items())[:_SHEETS])
    more = "……全部见“说明”" if len(report.sheets) > _SHEETS else ""
    return printable(f"{len(report.sheets)} 张工作表：{sheets_told(some)}{more}")


def _told(money: Money) -> Cell:
    return told(money.hi, money.unbounded)


def _ends(unbounded: int, text: str) -> str:
    return f"{text}；有 {unbounded:,} 人的金额不封顶或要补填才能算，只计了下限" if unbounded else text


def _benefit_table(book: Any, sheet: Any, styles: Styles, report: Report, shown: Plan, row: int) -> int:
    charted = min(len(shown.listed), _CHARTED)
    above, row = row, row + (_chart_rows(charted) if charted else 0)  # in front of a table of any length, on one page
    row = _section(sheet, styles, row, "按待遇（人数）")
    top = row
    sheet.set_row(row, 32)
    for column, name in enumerate(_BENEFITS):
        sheet.write_string(row, column, name, styles.header)
    for entry in shown.listed:
        row += 1
        tally = report.tally.benefits.get(entry.benefit.id, BenefitTally())
        whose = entry.benefit.beneficiary
        sheet.write_string(row, 0, entry.name + (f"（给{whose}）" if whose != "个人" else ""), styles.label)
        by = dict(zip(OUTCOMES, tally.counts, strict=True))
        for column, outcome in enumerate(_ORDER, 1):
            sheet.write_number(row, column, by[outcome], styles.people[outcome] if by[outcome] else styles.whole)
        unbounded = tally.granted.unbounded + tally.likely.unbounded
        for column, value in enumerate((_told(tally.granted), _told(tally.likely), unbounded), 6):
            _figure(sheet, row, column, value, styles)
    if charted:
        _chart(book, sheet, above, top, top + charted)
    row += 1
    sheet.write_string(
        row, 0, "每项单独计算；不能同时领的、给单位或团队的、逐年发的，不加进上面的合计", styles.note_line
    )
    return row + 1


def _chart_height(bars: int) -> int:
    return 110 + 24 * bars


def _chart_rows(bars: int) -> int:
    return -(-_chart_height(bars) // _ROW_PIXELS) + 1


def _chart(book: Any, sheet: Any, above: int, top: int, last: int) -> None:
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for column, colour in enumerate(_BARS, 1):
        chart.add_series(
            {
                "name": ["汇总", top, column],
                "categories": ["汇总", top + 1, 0, last, 0],
                "values": ["汇总", top + 1, column, last, column],
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    chart.set_title({"name": "各项待遇的人数", "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, "num_format": "0"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 820, "height": _chart_height(last - top)})
    sheet.insert_chart(above, 0, chart, {"x_offset": 8})


def _group_table(
    sheet: Any, styles: Styles, title: str, base: RuleBase, field: str, groups: Mapping[str, GroupTally], row: int
) -> int:
    row = _section(sheet, styles, row, title)
    sheet.set_row(row, 32)
    for column, name in enumerate((base.vocabulary.fields[field].name, *_GROUPS)):
        sheet.write_string(row, column, name, styles.header)
    for label in _in_order(base, field, groups):
        row += 1
        group = groups[label]
        cells: Sequence[Cell] = (
            group.people,
            group.granted,
            group.likely,
            yuan(group.guaranteed),
            _told(group.money),
            group.money.unbounded,
        )
        sheet.write_string(row, 0, label, styles.label)
        for column, value in enumerate(cells, 1):
            _figure(sheet, row, column, value, styles)
    return row + 1


def _figure(sheet: Any, row: int, column: int, value: Cell, styles: Styles) -> None:
    sheet.write(row, column, value, styles.money(value))


def _in_order(base: RuleBase, field: str, groups: Mapping[str, GroupTally]) -> list[str]:
    order = [o.name for o in base.vocabulary.fields[field].options]
    return sorted(groups, key=lambda label: (label == UNKNOWN, order.index(label) if label in order else 99, label))
