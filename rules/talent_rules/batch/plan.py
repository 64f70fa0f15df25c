"""What the result shows: which benefits matter for this table, under which names, and who is named how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from talent_rules.batch.chunks import Judged, Result
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.run import Report
from talent_rules.batch.summary import OUTCOMES, BenefitTally
from talent_rules.model import Outcome
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.tables.header import LABEL, MappedColumn, is_name
from talent_rules.tables.reader import Row
from talent_rules.tables.safe import printable

Cell = int | float | str
STATUS = ("通过", "有提醒", "有错误")
ROW_NUMBER = "原行号"
#: Benefits with columns of their own at most, and the share of its facts a table must have a column for
MOST = 16
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Shown:
    """A benefit that gets columns of its own: its number in the rule base and the name over them."""

    number: int
    name: str
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class Plan:
    """The labels in front and the benefits behind."""

    labels: tuple[MappedColumn, ...]
    shown: tuple[Shown, ...]
    hidden: tuple[str, ...]

    def label_texts(self, row: Row) -> list[str]:
        """The words that name a person, safe to print."""
        return [printable(row.cells[c.index]).strip() if c.index < len(row.cells) else "" for c in self.labels]


def plan(base: RuleBase, report: Report) -> Plan:
    """Labels with the name first; benefits open for somebody of which the table can tell something."""
    given = {c.role for c in report.source.mapping.fields()}
    if report.source.mapping.of("identity"):
        given.add("birth_date")
    names = benefit_names(base)
    found, hidden = [], []
    for number, benefit in enumerate(base.benefits):
        tally = report.tally.benefits.get(benefit.id, BenefitTally())
        share = share_given(base, number, given)
        if share and _open(tally) and (_settled(tally) or share >= ENOUGH):
            found.append((_settled(tally), share, Shown(number, names[benefit.id], benefit)))
        elif _open(tally):
            hidden.append(names[benefit.id])
    found.sort(key=lambda f: f[:2], reverse=True)
    hidden += [s.name for _, _, s in found[MOST:]]
    return Plan(_labels(report), tuple(s for _, _, s in found[:MOST]), tuple(hidden))


def _labels(report: Report) -> tuple[MappedColumn, ...]:
    columns = [c for c in report.source.mapping.of(LABEL) if c.header.strip() != ROW_NUMBER]
    return tuple(sorted(columns, key=lambda c: not is_name(c.header)))


def share_given(base: RuleBase, number: int, given: set[str]) -> float:
    """Of the facts a benefit reads, how many the table has a column for."""
    wanted: dict[str, set[str]] = {}
    for axis in base.circuits[number].axes:
        if axis.field in ("?", "application_date"):
            continue
        how = base.vocabulary.fields[axis.field].derivation
        wanted[axis.field] = {axis.field} | ({how.of} if how else set())
    met = sum(1 for names in wanted.values() if names & given)
    return met / len(wanted) if wanted else 0.0


def _open(tally: BenefitTally) -> int:
    return sum(n for o, n in zip(OUTCOMES, tally.counts, strict=True) if o.open)


def _settled(tally: BenefitTally) -> int:
    """People with it granted or only to be recognised."""
    by = dict(zip(OUTCOMES, tally.counts, strict=True))
    return by[Outcome.ELIGIBLE] + by[Outcome.NEEDS_REVIEW]


def benefit_names(base: RuleBase) -> dict[str, str]:
    """A name for each benefit; with its policy where two have the same."""
    count: dict[str, int] = {}
    for benefit in base.benefits:
        count[benefit.name] = count.get(benefit.name, 0) + 1
    return {
        b.id: b.name if count[b.name] == 1 else f"{b.name}［{base.policies[b.policy].title}］" for b in base.benefits
    }


def yuan(fen: int) -> int | float:
    """分 → 元."""
    return fen // 100 if fen % 100 == 0 else fen / 100


def amount_of(judged: Judged) -> int | float | str:
    """The amount of a cell: a number where it is a single figure, words where it is a range, "" where none."""
    if judged.exact and judged.lo is not None:
        return yuan(judged.lo)
    return judged.words.amount


def ceiling(fen: int | None) -> int | float | str:
    """An upper end in 元."""
    return "不封顶" if fen is None else yuan(fen)


def named(result: Result, plan: Plan, outcome: Outcome) -> str:
    """The shown benefits of one outcome, by name."""
    index = OUTCOMES.index(outcome)
    return "、".join(s.name for s in plan.shown if result.benefits[s.number].outcome == index)


def first_step(result: Result, plan: Plan) -> str:
    """The one thing to do next for a person."""
    if result.status == 2:
        return "先改正表里的错误"
    lacking = _most_lacking(result, plan)
    if named(result, plan, Outcome.ELIGIBLE):
        return "可以申请已符合的待遇" + (f"；补填{lacking}" if lacking else "")
    if lacking:
        return f"补填{lacking}"
    return "请主管部门认定" if named(result, plan, Outcome.NEEDS_REVIEW) else ""


def _most_lacking(result: Result, plan: Plan) -> str:
    """Up to three facts that the most shown benefits wait for."""
    counts: dict[str, int] = {}
    waiting = OUTCOMES.index(Outcome.NEEDS_INFO)
    for shown in plan.shown:
        judged = result.benefits[shown.number]
        if judged.outcome == waiting:
            for name in filter(None, judged.words.missing.split("、")):
                counts[name] = counts.get(name, 0) + 1
    ranked = sorted(counts, key=lambda n: -counts[n])
    return "、".join(ranked[:3]) + (f"等{len(ranked)}项" if len(ranked) > 3 else "")


def problem_text(problems: Sequence[RowProblem]) -> str:
    """All problems of a row in one cell, errors first."""
    return "；".join(
        f"{p.header}：{p.bare_sentence}" if p.header else p.sentence for p in sorted(problems, key=lambda p: p.severity)
    )


def height_for(text: str, width: int, least: int = 18) -> int:
    """The row height in points that shows a text of a column so many characters wide; at most eight lines.

    A multiple of 3 points is a whole number of pixels, which every writer rounds alike.
    """
    lines = -(-sum(2 if ord(c) > 0x2E7F else 1 for c in text) // max(1, width - 2))
    return max(least, 15 * min(8, lines) + 3)


def policy_lines(base: RuleBase) -> list[tuple[str, str, str, str]]:
    """Each source: policy, code and title, grade, when it was got."""
    lines = []
    for policy in base.policies.values():
        for source in policy.sources.values():
            got = source.retrieved or source.published
            lines.append((policy.name, f"{source.code} {source.title}", source.grade.value, got))
    return lines


def stamp(as_of: date) -> str:
    """2024年9月1日."""
    return f"{as_of.year}年{as_of.month}月{as_of.day}日"


def tidy(text: str) -> str:
    """A cell of the input as it should be given back: a midnight nobody wrote is dropped."""
    return re.sub(r"^(\d{4}-\d{2}-\d{2}) 00:00:00$", r"\1", text)


OVERALL = (
    ("校验结果", 9),
    ("错误明细", 34),
    ("符合的待遇", 24),
    ("待认定的待遇", 28),
    ("有把握合计（元）", 14),
    ("认定后最多（元）", 14),
    ("每年另发（元/年）", 14),
    ("下一步", 26),
)
PER_BENEFIT = (("结论", 9), ("金额（元）", 14), ("原因", 38), ("还缺", 22), ("下一步", 26))
