"""Decisions as rows, tables and the card a clerk could sign."""

from __future__ import annotations

from collections.abc import Iterable

from talent_bot.advisor import Advisor
from talent_bot.dialogue import Dialogue
from talent_bot.reply import Card, Row, Table, Year
from talent_bot.words import Words
from talent_rules import (
    DISCLAIMER,
    Decision,
    Facts,
    Kind,
    Outcome,
    Payment,
    Range,
    Verdict,
    advice_words,
    advise,
    amount_words,
    payments_words,
    reason,
    show_range,
    show_yuan,
    sources_of,
    total_words,
)

_ORDER = (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW, Outcome.NEEDS_INFO, Outcome.INELIGIBLE, Outcome.OUT_OF_SCOPE)


def row(advisor: Advisor, verdict: Verdict, facts: Facts, decision: Decision) -> Row:
    """One benefit in words."""
    base = advisor.base
    fields = base.vocabulary.fields
    advice = advise(base, facts, verdict, decision.as_of, limit=1)
    money = verdict.amount
    plan = base.benefit(verdict.benefit).payment
    given_up = f"与 {base.benefit(verdict.dropped_by).name} 就高，不重复" if verdict.dropped_by else ""
    return Row(
        verdict.benefit,
        verdict.name,
        verdict.outcome.label,
        verdict.outcome.value,
        _unpriced(advisor, verdict) or (amount_words(money) if money or verdict.outcome.open else ""),
        "" if money is None else show_range(money.verified),
        payments_words(verdict.schedule, plan.basis.grade if plan else None),
        reason(base, verdict),
        sources_of(base, verdict),
        "、".join(fields[m].name for m in verdict.missing) if verdict.outcome is not Outcome.NEEDS_INFO else "",
        advice_words(advice[0].text, advice[0].outcome, advice[0].assumes) if advice else "",
        given_up,
    )


def _unpriced(advisor: Advisor, verdict: Verdict) -> str:
    """What to say where the sum hangs on a price or an area nobody has told: a figure would mislead."""
    fields = advisor.base.vocabulary.fields
    money = verdict.amount
    if money is None or money.exact:
        return ""
    names = [fields[m].name for m in verdict.missing if fields[m].kind in (Kind.MONEY, Kind.AREA)]
    return f"补充{'、'.join(names)}后才能算" if names else ""


def worth(verdict: Verdict) -> int:
    """For sorting: the most a benefit can bring, in 分; an amount nobody has written counts as nothing."""
    if verdict.amount is None:
        return -1
    reported = verdict.amount.reported
    if reported.hi is None:
        return 10**14 if reported.lo else 0
    return reported.hi


def ranked(advisor: Advisor, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What a person is paid before what employers and services get; the surest first, then the largest."""
    persons = {b.id for b in advisor.base.benefits if b.to_person}
    rare = {name for g in advisor.base.vocabulary.groups if g.id == "titles" for name in g.fields}
    return sorted(
        verdicts,
        key=lambda v: (
            v.benefit not in persons,
            worth(v) <= 0,
            bool(rare & set(v.missing)),  # few people hold the titles nobody has asked about yet
            _ORDER.index(v.outcome),
            -worth(v),
        ),
    )


def table(advisor: Advisor, decision: Decision, facts: Facts, verdicts: Iterable[Verdict], title: str) -> Table:
    """A short list of benefits."""
    return Table(title, tuple(row(advisor, v, facts, decision) for v in ranked(advisor, verdicts)))


def card(advisor: Advisor, dialogue: Dialogue, decision: Decision) -> Card:
    """The summary: every benefit still open in full, the others by name with the reason."""
    say = advisor.say(dialogue)
    facts = advisor.facts(dialogue)
    rows = [row(advisor, v, facts, decision) for v in ranked(advisor, decision.verdicts)]
    fields = advisor.base.vocabulary.fields
    known = tuple((fields[n].name, fields[n].show(v)) for n, v in facts.values.items() if not _empty(v))
    question = advisor.base.next_question(facts, as_of=decision.as_of)
    missing = dict.fromkeys(
        fields[m].name for v in decision.verdicts if v.outcome is Outcome.NEEDS_INFO for m in v.missing
    )
    return Card(
        say("人才待遇测算"),
        known,
        tuple(r for r in rows if r.outcome_id in ("eligible", "needs_review", "needs_info")),
        tuple(r for r in rows if r.outcome_id in ("ineligible", "out_of_scope")),
        total_words(decision),
        tuple(_given_up(advisor, decision)),
        years(advisor, decision),
        _first(list(missing), 8) if question else (),
        advisor.base.version[7:15],
        decision.as_of.isoformat(),
        DISCLAIMER,
    )


def _first(names: list[str], most: int) -> tuple[str, ...]:
    """The first few, and how many there are."""
    return tuple(names) if len(names) <= most else (*names[:most], f"等 {len(names)} 项")


def _empty(value: object) -> bool:
    """A no, a none or an open answer: left out of the card's list of facts, which it would drown."""
    return value is False or value in ("none", "other", 0, frozenset()) or type(value).__name__ == "Declined"


def _given_up(advisor: Advisor, decision: Decision) -> Iterable[str]:
    for dropped in decision.total.dropped:
        name = advisor.base.benefit(dropped.benefit).name
        rivals = "、".join(advisor.base.benefit(f).name for f in dropped.favoured)
        grade = f"（{dropped.basis.grade.value}级来源）" if dropped.basis.grade else ""
        yield f"{name}（{show_range(dropped.amount)}）与 {rivals} {dropped.relation}{grade}"


# ── payments by year ────────────────────────────────────────────────────────────────────────


def years(advisor: Advisor, decision: Decision) -> tuple[Year, ...]:
    """What is paid in each year after the grant: single figures with known instalments, not given up."""
    given_up = {d.benefit for d in decision.total.dropped}
    persons = {b.id for b in advisor.base.benefits if b.to_person}
    found: dict[int, list[tuple[str, str, int]]] = {}
    for verdict in decision.verdicts:
        money = verdict.amount
        if money is None or not money.exact or verdict.benefit in given_up or verdict.benefit not in persons:
            continue
        if verdict.outcome in (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW):
            for year, fen in _by_year(verdict.schedule).items():  # when nobody wrote, in no year
                found.setdefault(year, []).append((verdict.name, show_yuan(fen), fen))
    return tuple(
        Year(f"第{year}年", tuple(items), show_yuan(total), total)
        for year, items in sorted(found.items())
        if (total := sum(fen for _, _, fen in items))
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


def headline(advisor: Advisor, decision: Decision, say: Words) -> str:
    """Where things stand, in a line."""
    total = decision.total
    count = sum(v.outcome.open for v in decision.verdicts)
    words = say(
        "目前：有把握的 {sure}，最多 {most}，{count} 项待遇还有可能",
        sure=show_yuan(total.guaranteed),
        most=show_yuan(total.bounded),
        count=count,
    )
    more = say("（其中 {n} 项没有上限或数额未载明）", n=len(total.unbounded)) if total.unbounded else ""
    return words + more


__all__ = ["Range", "card", "headline", "ranked", "row", "table", "worth", "years"]
