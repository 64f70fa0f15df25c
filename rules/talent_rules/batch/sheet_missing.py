"""缺什么: which fact is missing, for how many people, and how much hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from talent_rules.batch.cells import height_for, yuan
from talent_rules.batch.paper import print_wide
from talent_rules.batch.plan import benefit_names, plan
from talent_rules.batch.report import Report
from talent_rules.batch.styles import Styles, put
from talent_rules.batch.summary import WHOLE, MissingTally
from talent_rules.money import Service
from talent_rules.plausible import USUAL
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind

_COLUMNS = (
    ("信息项", 18),
    ("表里有没有\n这一列", 12),
    ("缺的人数", 9),
    ("等它的结论\n（人次）", 11),
    ("只差它的\n（人次）", 10),
    ("牵涉金额的\n人数", 11),
    ("都批下来至少\n（元）", 15),
    ("另有金额\n说不准的人数", 13),
    ("牵涉的待遇", 42),
    ("怎么填", 32),
    ("为什么要", 34),
)
_NAMED = 6


def missing_sheet(book: Any, styles: Styles, base: RuleBase, report: Report) -> None:
    """One line a fact, first what settles the most for the least asking."""
    sheet = book.add_worksheet("缺什么")
    sheet.set_row(0, 32)
    for column, (name, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, styles.header)
    given = report.source.mapping.roles()
    names = benefit_names(base)
    order = list(names)
    ranked = by_use(base, report)
    for row, (name, lack) in enumerate(ranked, 1):
        entry = base.vocabulary.fields[name]
        benefits = sorted(lack.benefits, key=lambda b: (-lack.benefits[b], order.index(b)))
        likely = [names[b] for b in benefits if b in lack.likely]
        rare = [names[b] for b in benefits if b not in lack.likely]
        text = "；".join(filter(None, (_listed(likely), _listed(rare, "少数人才有的："))))
        there = "有，没填全" if name in given else "没有"
        waiting = sum(lack.benefits.values())
        figures = (lack.people, waiting, lack.alone, lack.paid, yuan(lack.least), lack.untold)
        cells = (entry.name, there, *figures, text, how_to_fill(entry) + _usually(entry), entry.why)
        for column, value in enumerate(cells):
            put(sheet, row, column, value, styles)
        sheet.set_row(row, max(height_for(str(v), w) for v, (_, w) in zip(cells, _COLUMNS, strict=True)))
    if not ranked:
        sheet.write_string(1, 0, "没有缺的信息", styles.note)
    sheet.freeze_panes(1, 1)
    print_wide(sheet)
    sheet.autofilter(0, 0, max(1, len(ranked)), len(_COLUMNS) - 1)


def _listed(names: Sequence[str], before: str = "") -> str:
    more = f"等{len(names)}项" if len(names) > _NAMED else ""
    return before + "、".join(names[:_NAMED]) + more if names else ""


def _usually(entry: Field) -> str:
    """Whom to ask, where few people have something to tell."""
    if entry.usual is None or not entry.ask_when:
        return ""
    usual = "没有" if entry.usual == frozenset() else f"“{entry.show(entry.usual)}”"
    return f"；多数人是{usual}，先问可能有的人"


def by_use(base: RuleBase, report: Report) -> list[tuple[str, MissingTally]]:
    """The facts that are missing, first what settles the most answers about money for what it costs to ask, of the
    benefits that the table can tell something of; a far-fetched one counts by how seldom it comes true."""
    shown = [s.benefit for s in plan(base, report).shown]
    paid = [b.id for b in shown if not isinstance(b.amount, Service)]

    def rank(item: tuple[str, MissingTally]) -> tuple[Fraction, int, int, str]:
        name, lack = item
        likely, settled = (sum(counts.get(b, 0) for b in paid) for counts in (lack.likely, lack.settles))
        rare = min(settled - likely, lack.people * WHOLE)  # of a person all come true together, or none
        worth = likely + Fraction(rare, 1 + USUAL)
        others = sum(lack.settles.get(b.id, 0) for b in shown)
        return -worth / max(1, base.vocabulary.fields[name].cost), -others, -lack.people, name

    return sorted(report.tally.missing.items(), key=rank)


def how_to_fill(entry: Field) -> str:
    """What a cell of this field accepts, in a few words."""
    example = entry.example
    if entry.kind is Kind.FLAG:
        return "填 是 或 否"
    if entry.options and entry.kind is not Kind.SET:
        return "选填：" + "、".join(o.name for o in entry.options)
    if entry.kind is Kind.SET:
        return "可填几个，用顿号隔开" + (f"，例如 {example}" if example else "")
    if entry.kind is Kind.DATE:
        return f"填日期，例如 {example or '2024-07-01'}；只知到月写 2024-07"
    if entry.kind is Kind.PEOPLE:
        return "每人填一个出生日期，用顿号隔开"
    if entry.kind is Kind.MEMBER:
        return "填全名" + (f"，例如 {example}" if example else "")
    if entry.kind is Kind.MONTHS:  # held in months, whatever it is told in
        return "填多长时间" + (f"，例如 {example}" if example else "")
    unit = f"（单位：{entry.unit}）" if entry.unit else ""
    return f"填{entry.kind.value}{unit}" + (f"，例如 {example}" if example else "")
