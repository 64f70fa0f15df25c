"""Benefits as rows and tables, what comes first among them, and where things stand in a line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from talent_bot.advisor import Advisor
from talent_bot.dialogue import Dialogue
from talent_bot.reply import Row, Table
from talent_bot.together import received_before
from talent_bot.words import Words, marked
from talent_rules import (
    Advice,
    Facts,
    Kind,
    Outcome,
    Verdict,
    advise,
    amount_words,
    payments_words,
    reason,
    show_advice,
    show_range,
    show_yuan,
    sources_of,
    unpriced,
)

LONGEST_REASON = 36  # characters
MOST_SUPPOSED = 2  # conditions named in a piece of advice
MOVING = ("district", "functional_zone")  # nobody is told to live elsewhere
LIVELIHOOD = ("job_role", "employer_type")  # nor to be somebody else
MOST_MISSING = 2  # facts named as missing; the questions bring up the others

_ORDER = (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW, Outcome.NEEDS_INFO, Outcome.INELIGIBLE, Outcome.OUT_OF_SCOPE)


def row(advisor: Advisor, verdict: Verdict, facts: Facts, on: date, say: Words, advised: set[str] | None = None) -> Row:
    """One benefit in words; a change that stands in `advised` is not advised again, and is added to it."""
    base = advisor.base
    nearest = advise(base, facts, verdict, on, limit=1)
    advice = [a for a in nearest if _sensible(advisor, facts, a) and a.text not in (advised or ())]
    if advised is not None:
        advised |= {a.text for a in advice}
    money = verdict.amount
    plan = base.benefit(verdict.benefit).payment
    paid_in_its_place = verdict.dropped_by and say(
        "与 {name} 就高，不重复", name=say(base.benefit(verdict.dropped_by).name)
    )
    lacking = unpriced(base, verdict, say)
    amount = lacking or (amount_words(money, say) if money or verdict.outcome.open else "")
    return Row(
        verdict.benefit,
        say(verdict.name),
        say(verdict.outcome.label),
        verdict.outcome.value,
        amount,
        "" if money is None else show_range(money.verified, say),
        "" if lacking else payments_words(verdict.schedule, plan.basis.grade if plan else None, say),
        _reason(advisor, verdict, nearest[:1], say),
        sources_of(base, verdict, say),
        "" if verdict.outcome is Outcome.NEEDS_INFO else say.listed(_missing(advisor, verdict, say)),
        show_advice(base, _shortened(advice[0]), say) if advice else "",
        paid_in_its_place or _paid_before(advisor, verdict, facts, say),
    )


def _paid_before(advisor: Advisor, verdict: Verdict, facts: Facts, say: Words) -> str:
    received = facts.get("received")
    if not verdict.outcome.open or not isinstance(received, frozenset):
        return ""
    return received_before(advisor.base, verdict.benefit, received, say)


def _shortened(advice: Advice) -> Advice:
    """A change with the first few things it supposes: a list of a dozen is read by nobody."""
    few = (*advice.assumes[:MOST_SUPPOSED], marked("别的条件"))
    return replace(advice, assumes=few) if len(advice.assumes) > MOST_SUPPOSED + 1 else advice


def sensible_advice(advisor: Advisor, verdict: Verdict, facts: Facts, on: date) -> list[Advice]:
    """The nearest change, if somebody could be told to make it."""
    return [a for a in advise(advisor.base, facts, verdict, on, limit=1) if _sensible(advisor, facts, a)]


def _sensible(advisor: Advisor, facts: Facts, advice: Advice) -> bool:
    """Nobody is advised to move or change trade, to give up what most people have, or to rise by several grades."""
    return all(_takes_one_step(advisor, facts, *change) for change in advice.changes)


def _takes_one_step(advisor: Advisor, facts: Facts, name: str, text: str) -> bool:
    entry, told = advisor.base.vocabulary.fields[name], facts.get(name)
    if name in MOVING or (told is not None and (name in LIVELIHOOD or told == entry.usual)):
        return False
    grades = [o.id for o in entry.options] if entry.kind is Kind.ORDERED else []
    step = [grades.index(str(v)) for v in (told, advisor.base.read({name: text})[0].get(name)) if v in grades]
    return len(step) < 2 or abs(step[1] - step[0]) == 1


def _missing(advisor: Advisor, verdict: Verdict, say: Words) -> list[str]:
    return [say(advisor.base.vocabulary.fields[m].name) for m in verdict.missing]


def _reason(advisor: Advisor, verdict: Verdict, nearest: Sequence[Advice], say: Words) -> str:
    """Why, in a line that fits a phone: of many ways to qualify, what the nearest one lacks."""
    if verdict.outcome is not Outcome.NEEDS_INFO:
        words = reason(advisor.base, verdict, say)
        if len(words) <= LONGEST_REASON or verdict.outcome is not Outcome.INELIGIBLE or not nearest:
            return words
        names = (say(advisor.base.vocabulary.fields[name].name) for name, _ in nearest[0].changes)
        return say("不满足要求：{what}", what=say.listed(names))
    left = say.counted("还要再答约 {n} 个问题", _questions(advisor, verdict.missing))
    if len(verdict.missing) > MOST_MISSING:
        return left
    return say("{left}（{names}）", left=left, names=say.listed(_missing(advisor, verdict, say)))


def _questions(advisor: Advisor, missing: Collection[str]) -> int:
    """About how many questions settle so many facts: one may settle several, and some follow from others."""
    vocabulary = advisor.base.vocabulary
    groups = [{name for choice in group.choices for name, _ in choice.sets} for group in vocabulary.groups]
    left = {name for name in missing if vocabulary.fields[name].askable} or set(missing)
    asked = 0
    while left:
        left -= max(groups, key=lambda g: len(g & left), default=set()) & left or {min(left)}
        asked += 1
    return asked


def worth(verdict: Verdict) -> int:
    """For sorting: the most a benefit can bring, in 分; an amount nobody has written counts as nothing."""
    if verdict.amount is None:
        return -1
    reported = verdict.amount.reported
    if reported.hi is None:
        return 10**14 if reported.lo else 0
    return reported.hi


def ranked(advisor: Advisor, verdicts: Iterable[Verdict], wanted: Collection[str] = ()) -> list[Verdict]:
    """What was asked for first, then what a person is paid; the surest first, then the largest."""
    persons = advisor.base.paid_to_persons
    return sorted(
        verdicts,
        key=lambda v: (
            v.benefit not in wanted,
            v.benefit not in persons,
            worth(v) <= 0,
            _ORDER.index(v.outcome),
            -worth(v),
        ),
    )


def table(advisor: Advisor, facts: Facts, verdicts: Iterable[Verdict], on: date, say: Words, title: str = "") -> Table:
    """A short list of benefits, in the order given."""
    return Table(title, tuple(row(advisor, v, facts, on, say) for v in verdicts))


def headline(advisor: Advisor, dialogue: Dialogue, on: date) -> str:
    """Where things stand for an ordinary case, in a line."""
    say = advisor.say(dialogue)
    outlook = advisor.outlook(dialogue, on)
    sure, most = outlook.total.guaranteed, outlook.total.bounded
    count = sum(v.outcome.open for v in outlook.verdicts)
    if not most:
        return say("目前有可能的 {count} 项待遇都不是现金", count=count) if count else say("目前没有对得上的待遇")
    more = outlook.total.unbounded and say("（有 {n} 项还算不出）", n=len(outlook.total.unbounded))
    upper = show_yuan(most, say) + (more or "")
    if not sure:
        return say("目前最多 {most}，{count} 项待遇还有可能，都还没确定", most=upper, count=count)
    return say(
        "目前：有把握的 {sure}，最多 {most}，{count} 项待遇还有可能",
        sure=show_yuan(sure, say),
        most=upper,
        count=count,
    )
