"""The card a clerk could sign: what is open, what is paid when, what is missing, what was not asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from talent_bot.advisor import Advisor
from talent_bot.dialogue import SELF, Dialogue
from talent_bot.reply import Card, Year
from talent_bot.scene import who
from talent_bot.summary import MOVING, ranked, row
from talent_bot.telling import fact_words, worth_telling
from talent_bot.together import relations_among
from talent_bot.words import Words
from talent_rules import (
    DISCLAIMER,
    RELATION_WORDS,
    Decision,
    Facts,
    Finding,
    Outcome,
    Payment,
    Verdict,
    show_range,
    show_value,
    show_yuan,
    total_words,
)

MOST_NAMED, MOST_TOGETHER, MOST_UNASKED = 5, 4, 3


def card(advisor: Advisor, dialogue: Dialogue, on: date) -> Card:
    """The summary: the benefits likely for this person in full, the others by name with the reason."""
    say = advisor.say(dialogue)
    facts = advisor.facts(dialogue)
    decision = advisor.decide(dialogue, on, dialogue.subject)
    outlook = advisor.outlook(dialogue, on)
    among = {v.benefit for v in outlook.verdicts}
    verdicts = ranked(advisor, decision.verdicts, advisor.wanted(dialogue))
    likely = [v for v in verdicts if v.outcome.open and v.benefit in among]
    inside = {v.name for v in verdicts if v.outcome is not Outcome.OUT_OF_SCOPE}  # an expired edition says nothing
    shut = [v for v in verdicts if not v.outcome.open and not (v.outcome is Outcome.OUT_OF_SCOPE and v.name in inside)]
    elsewhere = [v for v in shut if _elsewhere(v)]
    fields, told = advisor.base.vocabulary.fields, worth_telling(advisor.base, facts)
    advised = set[str]()
    waiting = [v for v in likely if v.outcome is Outcome.NEEDS_INFO]
    return Card(
        say("人才待遇测算") if dialogue.subject == SELF else say("{who}的人才待遇测算", who=who(dialogue.subject, say)),
        tuple(fact_words(fields[n], v, on, say) for n, v in told.items()),
        tuple(row(advisor, v, facts, on, say) for v in likely if _in_full(advisor, v)),
        tuple(row(advisor, v, facts, on, say, advised) for v in shut if v not in elsewhere),
        total(decision, outlook, say),
        tuple(_together(advisor, decision, likely, say)),
        years(advisor, decision, say),
        _first(_missing(advisor, waiting, say), say),
        advisor.base.version[7:15],
        _applied(advisor, facts, on, say),
        say(DISCLAIMER),
        (*_others(advisor, facts, decision, likely, say), *_of_other_districts(elsewhere, say)),
        say.lang,
    )


def total(decision: Decision, outlook: Decision, say: Words) -> str:
    """What is sure, and what an ordinary case comes to at most."""
    found = outlook.total
    nothing = not found.bounded and not found.unbounded and not found.yearly.hi
    words = say("目前没有对得上的现金待遇") if nothing else total_words(outlook, say)
    return words if decision.total == outlook.total else words + say("（没问到的不算）")


def _applied(advisor: Advisor, facts: Facts, on: date, say: Words) -> str:
    """The day of application: as told, or today."""
    told = facts.get("application_date")
    return on.isoformat() if told is None else show_value(advisor.base.vocabulary.fields["application_date"], told, say)


def _in_full(advisor: Advisor, verdict: Verdict) -> bool:
    """Whether it is money for the person: services and what employers get are only named."""
    return verdict.amount is not None and advisor.base.benefit(verdict.benefit).to_person


def _missing(advisor: Advisor, verdicts: Iterable[Verdict], say: Words) -> list[str]:
    fields = advisor.base.vocabulary.fields
    return [say(fields[m].name) for v in verdicts if _in_full(advisor, v) for m in v.missing]


def _others(advisor: Advisor, facts: Facts, decision: Decision, likely: Sequence[Verdict], say: Words) -> Iterable[str]:
    """What is open but not shown in full: services, what employers get, and what was not asked about."""
    services = [say(v.name) for v in likely if v.amount is None and advisor.base.benefit(v.benefit).to_person]
    employers = [say(v.name) for v in likely if not advisor.base.benefit(v.benefit).to_person]
    if services:
        yield say("不是现金的：{names}", names=say.listed(_first(services, say)))
    if employers:
        yield say("给单位或团队的：{names}", names=say.listed(_first(employers, say)))
    shown = {v.benefit for v in likely}
    unasked = [say(v.name) for v in ranked(advisor, decision.verdicts) if v.outcome.open and v.benefit not in shown]
    if unasked:
        fields = advisor.base.vocabulary.fields
        missing = Counter(m for v in decision.verdicts if v.benefit not in shown for m in v.missing)
        absent = set(advisor.base.supposed(facts, as_of=decision.as_of))
        unsaid = [say(fields[n].name) for n, _ in missing.most_common() if n in absent]
        yield say(
            "没问到的：{fields}等，有就说一声，另算（关系到 {name} 等 {n} 项）",
            fields=say.listed(dict.fromkeys(unsaid[:MOST_UNASKED])),
            n=len(unasked),
            name=unasked[0],
        )


def _elsewhere(verdict: Verdict) -> bool:
    """Whether a benefit is refused for nothing but where somebody works."""
    read = {name for f in verdict.because for name in _failing(f)}
    return verdict.outcome is Outcome.INELIGIBLE and bool(read) and read <= set(MOVING)


def _failing(finding: Finding) -> Iterable[str]:
    """The fields of what fails, down to the parts of what has to hold as a whole."""
    if finding.holds is not False:
        return
    if finding.kind in ("all", "tier") and finding.parts:
        for part in finding.parts:
            yield from _failing(part)
    else:
        yield from finding.fields


def _of_other_districts(verdicts: Sequence[Verdict], say: Words) -> Iterable[str]:
    if verdicts:
        yield say("只给别的旗区的：{names}", names=say.listed(_first([say(v.name) for v in verdicts], say)))


def _first(names: Sequence[str], say: Words, most: int = MOST_NAMED) -> tuple[str, ...]:
    """The first few, and how many there are."""
    names = list(dict.fromkeys(names))
    if len(names) <= most:
        return tuple(names)
    return (*names[: most - 1], say("{name} 等 {n} 项", name=names[most - 1], n=len(names)))


def _together(advisor: Advisor, decision: Decision, likely: Sequence[Verdict], say: Words) -> list[str]:
    """What of the benefits shown goes together: what is given up with its sum, then what nobody may add up."""
    given_up = list(_given_up(advisor, decision, say))
    lost = {d.benefit for d in decision.total.dropped}
    shown = [v.benefit for v in likely if _in_full(advisor, v) and v.benefit not in lost]
    return [*given_up, *relations_among(advisor.base, shown, say, known=("可叠加",))[:MOST_TOGETHER]]


def _given_up(advisor: Advisor, decision: Decision, say: Words) -> Iterable[str]:
    for dropped in decision.total.dropped:
        grade = say("（{grade}级来源）", grade=dropped.basis.grade.value) if dropped.basis.grade else ""
        yield (
            say(
                "{name}（{amount}）与 {rivals} {how}",
                name=say(advisor.base.benefit(dropped.benefit).name),
                amount=show_range(dropped.amount, say),
                rivals=say.listed(say(advisor.base.benefit(f).name) for f in dropped.favoured),
                how=say(RELATION_WORDS[dropped.relation]),
            )
            + grade
        )


# ── payments by year ────────────────────────────────────────────────────────────────────────


def years(advisor: Advisor, decision: Decision, say: Words) -> tuple[Year, ...]:
    """What is paid in each year after the grant: single figures with known instalments, not given up."""
    given_up = {d.benefit for d in decision.total.dropped}
    persons = advisor.base.paid_to_persons
    found: dict[int, list[tuple[str, str, int]]] = {}
    for verdict in decision.verdicts:
        money = verdict.amount
        if money is None or not money.exact or verdict.benefit in given_up or verdict.benefit not in persons:
            continue
        if verdict.outcome in (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW):
            for year, fen in _by_year(verdict.schedule).items():  # when nobody wrote, in no year
                found.setdefault(year, []).append((say(verdict.name), show_yuan(fen, say), fen))
    return tuple(
        Year(say("第{n}年", n=year), tuple(items), show_yuan(fen, say), fen)
        for year, items in sorted(found.items())
        if (fen := sum(part for _, _, part in items))
    )


def _by_year(schedule: tuple[Payment, ...]) -> dict[int, int]:
    found: dict[int, int] = {}
    for payment in schedule:
        start = _months(payment.after)
        step = _months(payment.every) if payment.every else 0
        times = payment.times if payment.times is not None else 3  # what recurs is shown for three years
        for n in range(times):
            year = (start + n * step) // 12 + 1
            found[year] = found.get(year, 0) + payment.amount.lo
    return found


def _months(period: str) -> int:
    return int(period[1:-1]) * (12 if period.endswith("Y") else 1)
