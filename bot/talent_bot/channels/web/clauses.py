"""A benefit page: what is paid, the conditions, the sources, in words, with what the sources leave open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from talent_bot.words import Words, marked
from talent_rules import (
    GRADE_WORDS,
    RELATION_WORDS,
    Amounts,
    Facts,
    RuleBase,
    Verdict,
    amount_words,
    amounts_of,
    cited_words,
    payments_words,
    show_condition,
)

MOST_NAMED = 4
_UNKNOWN = ("", "未知", "UNKNOWN")
_HEADS = {"all": marked("以下都要满足"), "any": marked("以下满足一项即可"), "none": marked("以下都不能有")}
_STATES = {True: marked("已满足"), False: marked("不满足"), None: marked("还不知道")}
_MARKS = {True: "yes", False: "no", None: "unknown"}
_OPEN = {"review": marked("需人工认定"), "undecided": marked("来源未载明")}


@dataclass(frozen=True, slots=True)
class Item:
    """One condition, or a heading over its parts."""

    text: str
    state: str
    mark: str  # yes · no · unknown · open · "" where nothing is known of the person
    grade: str
    parts: tuple[Item, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as the page lists it; `url` is empty unless it is a web address."""

    code: str
    title: str
    grade: str
    grade_words: str
    published: str
    url: str


@dataclass(frozen=True, slots=True)
class Tie:
    """How a benefit goes together with others; `open` where the sources do not say."""

    others: str
    words: str
    grade: str
    note: str
    open: bool


@dataclass(frozen=True, slots=True)
class BenefitPage:
    """Everything a benefit page shows."""

    benefit: Any
    policy: Any
    cited: str
    number: str
    conditions: tuple[Item, ...]
    condition_grade: str
    amounts: Amounts
    payment_grade: str
    undecided: tuple[str, ...]
    sources: tuple[Cited, ...]
    verdict: Verdict | None
    verdict_amount: str
    schedule: str
    relations: tuple[Tie, ...]


def page_of(base: RuleBase, benefit: Any, facts: Facts, on: date, say: Words) -> BenefitPage:
    """A benefit, marked with what is known of the person if anything is."""
    policy = base.policies[benefit.policy]
    verdict = base.decide(facts, as_of=on)[benefit.id]
    known = bool(facts.values)
    conditions = tuple(_item(f, base, known, say) for f in verdict.because if f.kind != "scope")
    plan_grade = benefit.payment.basis.grade if benefit.payment else None
    return BenefitPage(
        benefit,
        policy,
        cited_words(policy.name, benefit.basis.clause, say),
        "" if policy.number in _UNKNOWN else policy.number,
        conditions,
        _usual_grade(conditions),
        amounts_of(benefit, base.vocabulary, say),
        plan_grade.value if plan_grade else benefit.grade.value,
        tuple(dict.fromkeys(show_condition(t, base.vocabulary, say) for t in _open_texts(verdict.because))),
        tuple(_cited(policy.sources[c], say) for c in _codes(verdict, benefit) if c in policy.sources),
        verdict if known else None,
        amount_words(verdict.amount, say) if verdict.amount else "",
        payments_words(verdict.schedule, plan_grade, say),
        tuple(_ties(base, benefit, say)),
    )


def _item(finding: Any, base: RuleBase, known: bool, say: Words) -> Item:
    grade = finding.basis.grade.value if finding.basis.grade else ""
    if finding.kind in _OPEN:
        return Item(show_condition(finding.text, base.vocabulary, say), say(_OPEN[finding.kind]), "open", grade)
    parts = tuple(_item(part, base, known, say) for part in finding.parts)
    head = _HEADS.get(finding.kind) if parts else None
    text = say(head) if head else show_condition(finding.text, base.vocabulary, say)
    about = _about(finding, base, say) if head else ""
    state, mark = (say(_STATES[finding.holds]), _MARKS[finding.holds]) if known else ("", "")
    return Item(text, state, mark, grade, parts, about)


def _about(finding: Any, base: RuleBase, say: Words) -> str:
    """What a group of conditions asks about, for who sees it folded."""
    names = list(dict.fromkeys(say(base.vocabulary.fields[f].name) for f in finding.fields))
    return say.listed(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def _usual_grade(items: tuple[Item, ...]) -> str:
    """The grade most conditions rest on; only others are named one by one."""
    grades = [item.grade for item in items if item.grade]
    return max(grades, key=grades.count, default="")


def _open_texts(findings: tuple[Any, ...]) -> Iterator[str]:
    for finding in findings:
        if finding.kind in _OPEN:
            yield finding.text
        yield from _open_texts(finding.parts)


def _codes(verdict: Verdict, benefit: Any) -> Iterator[str]:
    seen = [*benefit.basis.sources]

    def walk(findings: tuple[Any, ...]) -> None:
        for finding in findings:
            seen.extend(finding.basis.sources)
            walk(finding.parts)

    walk(verdict.because)
    return iter(dict.fromkeys(seen))


def _cited(source: Any, say: Words) -> Cited:
    url = source.url if source.url.startswith(("https://", "http://")) else ""
    words = say(GRADE_WORDS.get(source.grade.value, ""))
    return Cited(source.code, source.title, source.grade.value, words, source.published, url)


def _ties(base: RuleBase, benefit: Any, say: Words) -> Iterator[Tie]:
    """What is certain first, what nobody has written last."""
    for relation in sorted(base.relations, key=lambda r: r.kind == "待定"):
        if benefit.id in relation.members:
            others = dict.fromkeys(say(base.benefit(m).name) for m in relation.members if m != benefit.id)
            words = say(RELATION_WORDS.get(relation.kind, relation.kind))
            yield Tie(say.listed(others), words, relation.grade.value, say(relation.note), relation.kind == "待定")
