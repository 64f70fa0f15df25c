"""What the result shows: which benefits matter for this table, under which names, and who is named how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from talent_rules.batch.cells import ROW_NUMBER
from talent_rules.batch.report import Report
from talent_rules.batch.summary import OUTCOMES, BenefitTally
from talent_rules.model import Outcome
from talent_rules.money import Service
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.tables.header import IDENTITY, LABEL, SHEET, MappedColumn, TableMapping, heading, is_name

#: Benefits with columns of their own at most, but for what brings somebody something in a table of so few people;
#: a table tells enough of one that nobody is granted yet when it has columns for so many of its facts, or for such
#: a share of them
MOST = 16
FEW = 2_000
MANY = 3
SHARE = 0.5

#: Why a benefit has no columns of its own
NAMED_ONLY = "有人符合或待认定，谁有看“结果”里“符合的待遇”“待认定的待遇”两列，人数和金额看“汇总”"
CROWDED_OUT = "还没有人符合或待认定，单独列的已有 {n} 项"
UNTOLD = "还没有人符合或待认定，表里有关的信息太少"
NOBODY = "所有人都不符合或不适用"


@dataclass(frozen=True, slots=True)
class Shown:
    """A benefit that gets columns of its own: its number in the rule base and the name over them."""

    number: int
    name: str
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class Plan:
    """The labels in front and the benefits behind; `named` are all that somebody is granted or may be recognised
    for, with columns of their own or not; `hidden` has no columns, by reason; and the names of all facts in order."""

    labels: tuple[MappedColumn, ...]
    shown: tuple[Shown, ...]
    named: tuple[Shown, ...]
    hidden: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...]

    @property
    def services(self) -> frozenset[int]:
        """The numbers of those that bring no money."""
        return frozenset(s.number for s in self.named if isinstance(s.benefit.amount, Service))

    @property
    def listed(self) -> tuple[Shown, ...]:
        """Those with columns, and after them the others that somebody has."""
        return (*self.shown, *(s for s in self.named if s not in self.shown))


@dataclass(frozen=True, slots=True)
class _Known:
    """A benefit with what the table tells of it, as far as somebody may still get it."""

    shown: Shown
    tally: BenefitTally
    met: int
    wanted: int

    @property
    def rank(self) -> tuple[bool, int, int, float]:
        """The larger, the further in front."""
        return self.worth, self.settled, self.met, self.met / max(1, self.wanted)

    @property
    def settled(self) -> int:
        """People with it granted or only to be recognised."""
        return _people(self.tally, Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW)

    @property
    def worth(self) -> bool:
        """Whether somebody is granted it, or may be recognised for money."""
        money = self.tally.likely
        return _people(self.tally, Outcome.ELIGIBLE) > 0 or money.hi > 0 or money.unbounded > 0

    @property
    def told(self) -> bool:
        """Whether the table tells enough of it for columns of its own."""
        much = self.met >= MANY or self.met >= SHARE * self.wanted
        return self.worth or (self.met > 0 and (self.settled > 0 or much))


def plan(base: RuleBase, report: Report) -> Plan:
    """Labels with the name first; first the benefits that somebody gets or that bring money, then what is open for
    somebody and of which the table can tell something."""
    given = report.source.mapping.roles()
    if IDENTITY in given:
        given.add("birth_date")
    names = benefit_names(base)
    known, nobody = [], []
    for number, benefit in enumerate(base.benefits):
        tally = report.tally.benefits.get(benefit.id, BenefitTally())
        if _people(tally, *(o for o in OUTCOMES if o.open)):
            shown = Shown(number, names[benefit.id], benefit)
            known.append(_Known(shown, tally, *facts_met(base, number, given)))
        else:
            nobody.append(names[benefit.id])
    known.sort(key=lambda k: k.rank, reverse=True)
    told = [k for k in known if k.told]
    most = max(MOST, sum(k.worth for k in told)) if report.tally.people <= FEW else MOST
    shown_ones = told[:most]
    hidden: dict[str, list[str]] = {}
    for one in known:
        if one not in shown_ones:
            full = CROWDED_OUT.format(n=len(shown_ones))
            why = NAMED_ONLY if one.settled else full if one.told else UNTOLD
            hidden.setdefault(why, []).append(one.shown.name)
    if nobody:
        hidden[NOBODY] = nobody
    facts = tuple(f.name for f in base.vocabulary.fields.values())
    return Plan(
        labels_of(report.source.mapping),
        tuple(k.shown for k in shown_ones),
        tuple(k.shown for k in known if k.settled),
        {why: tuple(ones) for why, ones in hidden.items()},
        facts,
    )


def labels_of(mapping: TableMapping) -> tuple[MappedColumn, ...]:
    """The columns that name a person: the name first, the sheet next where there are several."""
    columns = [c for c in mapping.columns if c.role in (LABEL, SHEET) and heading(c.header) != ROW_NUMBER]
    return tuple(sorted(columns, key=lambda c: (not is_name(c.header), c.role != SHEET)))


def facts_met(base: RuleBase, number: int, given: set[str]) -> tuple[int, int]:
    """Of how many facts that a benefit reads the table has a column, and how many it reads."""
    wanted: dict[str, set[str]] = {}
    for axis in base.circuits[number].axes:
        if axis.field in ("?", "application_date"):
            continue
        how = base.vocabulary.fields[axis.field].derivation
        wanted[axis.field] = {axis.field} | ({how.of} if how else set())
    return sum(1 for names in wanted.values() if names & given), len(wanted)


def _people(tally: BenefitTally, *outcomes: Outcome) -> int:
    """People with one of these outcomes."""
    return sum(n for o, n in zip(OUTCOMES, tally.counts, strict=True) if o in outcomes)


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
    ("错误明细", 28),
    ("符合的待遇", 22),
    ("待认定的待遇", 30),
    ("有把握合计（元）", 12),
    ("认定后最多（元）", 14),
    ("每年另发（元/年）", 14),
    ("下一步", 20),
)
#: Narrow enough for two benefits beside each other on paper
PER_BENEFIT = (("结论", 8), ("金额（元）", 12), ("原因", 33), ("还缺", 12), ("下一步", 21))
