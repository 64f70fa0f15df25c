"""A benefit page: its clause, conditions, amounts and sources, in words, with what the sources leave open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from talent_bot.channels.web.figures import Amounts, amounts_of
from talent_rules import Facts, RuleBase, Verdict, amount_words, payments_words

_UNKNOWN = ("", "未知", "UNKNOWN")
_HEADS = {"all": "以下都要满足", "any": "以下满足一项即可", "none": "以下都不能有"}
_IS = re.compile(r"^(\S+) 是 (\S+)$")  # `市外引进 是 是` reads better with a colon
_STATES = {True: "已满足", False: "不满足", None: "还不知道"}
_GRADES = {"A": "政府文件", "A-": "多个来源一致", "B": "官方媒体或党校报告", "C": "转载", "D": "第三方整理，未核实"}
_OPEN_STATES = {"review": "需人工认定", "undecided": "来源未载明"}


@dataclass(frozen=True, slots=True)
class Item:
    """One condition, or a heading over its parts."""

    text: str
    state: str
    mark: str  # yes · no · unknown · open · "" where nothing is known of the person
    grade: str
    parts: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as the page lists it; `url` is empty unless it is a web address."""

    code: str
    title: str
    grade: str
    grade_words: str
    published: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class BenefitPage:
    """Everything a benefit page shows."""

    benefit: Any
    policy: Any
    number: str
    clause: str
    conditions: tuple[Item, ...]
    amounts: Amounts
    undecided: tuple[str, ...]
    sources: tuple[Cited, ...]
    verdict: Verdict | None
    verdict_amount: str
    schedule: str
    relations: tuple[str, ...]


def page_of(base: RuleBase, benefit: Any, facts: Facts, on: date) -> BenefitPage:
    """A benefit, marked with what is known of the person if anything is."""
    policy = base.policies[benefit.policy]
    verdict = base.decide(facts, as_of=on)[benefit.id]
    known = bool(facts.values)
    return BenefitPage(
        benefit,
        policy,
        "" if policy.number in _UNKNOWN else policy.number,
        "条号未知" if benefit.basis.clause in _UNKNOWN else benefit.basis.clause,
        tuple(_item(f, known) for f in verdict.because),
        amounts_of(base, benefit),
        tuple(dict.fromkeys(_open_texts(verdict.because))),
        tuple(_cited(policy.sources[c]) for c in _codes(verdict, benefit) if c in policy.sources),
        verdict if known else None,
        amount_words(verdict.amount) if verdict.amount else "",
        payments_words(verdict.schedule),
        tuple(_relations(base, benefit)),
    )


def _item(finding: Any, known: bool) -> Item:
    grade = finding.basis.grade.value if finding.basis.grade else ""
    parts = tuple(_item(part, known) for part in finding.parts) if finding.kind in _HEADS else ()
    if finding.kind in _OPEN_STATES:
        return Item(finding.text, _OPEN_STATES[finding.kind], "open", grade)
    mark = {True: "yes", False: "no", None: "unknown"}[finding.holds] if known else ""
    text = _HEADS[finding.kind] if parts else _IS.sub(r"\1：\2", finding.text)
    return Item(text, _STATES[finding.holds] if known else "", mark, grade, parts)


def _open_texts(findings: tuple[Any, ...]) -> Iterator[str]:
    for finding in findings:
        if finding.kind in _OPEN_STATES:
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


def _cited(source: Any) -> Cited:
    url = source.url if source.url.startswith(("https://", "http://")) else ""
    words = _GRADES.get(source.grade.value, "")
    return Cited(source.code, source.title, source.grade.value, words, source.published, url, source.note)


def _relations(base: RuleBase, benefit: Any) -> Iterator[str]:
    for relation in base.relations:
        if benefit.id in relation.members:
            others = "、".join(base.benefit(m).name for m in relation.members if m != benefit.id)
            note = f"；{relation.note}" if relation.note else ""
            yield f"与 {others}：{relation.kind}（{relation.grade.value}级来源{note}）"
