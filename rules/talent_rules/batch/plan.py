"""What the result shows: which benefits matter for this table, under which names, and who is named how."""

from __future__ import annotations

from dataclasses import dataclass

from talent_rules.batch.cells import ROW_NUMBER
from talent_rules.batch.report import Report
from talent_rules.batch.summary import OUTCOMES, BenefitTally
from talent_rules.model import Outcome
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.tables.header import LABEL, MappedColumn, TableMapping, is_name

#: Benefits with columns of their own at most; a table tells enough of one that nobody is granted yet when it has
#: columns for so many of its facts, or for such a share of them
MOST = 16
MANY = 3
SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Shown:
    """A benefit that gets columns of its own: its number in the rule base and the name over them."""

    number: int
    name: str
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class Plan:
    """The labels in front and the benefits behind, those left out by name; and the names of all facts in order."""

    labels: tuple[MappedColumn, ...]
    shown: tuple[Shown, ...]
    hidden: tuple[str, ...]
    facts: tuple[str, ...]


def plan(base: RuleBase, report: Report) -> Plan:
    """Labels with the name first; benefits open for somebody of which the table can tell something."""
    given = {c.role for c in report.source.mapping.fields()}
    if report.source.mapping.of("identity"):
        given.add("birth_date")
    names = benefit_names(base)
    found, hidden = [], []
    for number, benefit in enumerate(base.benefits):
        tally = report.tally.benefits.get(benefit.id, BenefitTally())
        met, wanted = facts_met(base, number, given)
        if met and _open(tally) and (_settled(tally) or met >= MANY or met >= SHARE * wanted):
            found.append((_settled(tally), met, met / wanted, Shown(number, names[benefit.id], benefit)))
        elif _open(tally):
            hidden.append(names[benefit.id])
    found.sort(key=lambda f: f[:3], reverse=True)
    shown = [s for *_, s in found]
    hidden += [s.name for s in shown[MOST:]]
    facts = tuple(f.name for f in base.vocabulary.fields.values())
    return Plan(labels_of(report.source.mapping), tuple(shown[:MOST]), tuple(hidden), facts)


def labels_of(mapping: TableMapping) -> tuple[MappedColumn, ...]:
    """The columns that name a person, the name first."""
    columns = [c for c in mapping.of(LABEL) if c.header.strip() != ROW_NUMBER]
    return tuple(sorted(columns, key=lambda c: not is_name(c.header)))


def facts_met(base: RuleBase, number: int, given: set[str]) -> tuple[int, int]:
    """Of how many facts that a benefit reads the table has a column, and how many it reads."""
    wanted: dict[str, set[str]] = {}
    for axis in base.circuits[number].axes:
        if axis.field in ("?", "application_date"):
            continue
        how = base.vocabulary.fields[axis.field].derivation
        wanted[axis.field] = {axis.field} | ({how.of} if how else set())
    return sum(1 for names in wanted.values() if names & given), len(wanted)


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


def policy_lines(base: RuleBase) -> list[tuple[str, str, str, str]]:
    """Each source: policy, code and title, grade, when it was got."""
    lines = []
    for policy in base.policies.values():
        for source in policy.sources.values():
            got = source.retrieved or source.published
            lines.append((policy.name, f"{source.code} {source.title}", source.grade.value, got))
    return lines


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
PER_BENEFIT = (("结论", 9), ("金额（元）", 14), ("原因", 46), ("还缺", 22), ("下一步", 26))
