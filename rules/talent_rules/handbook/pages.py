"""What each page shows, assembled from the rule base; templates only lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from talent_rules import figures
from talent_rules.cases import check_case
from talent_rules.checks.book import Book, value_of
from talent_rules.compiler.policy import KINDS
from talent_rules.conditions import ALWAYS, Between, Stated, atoms
from talent_rules.decide import decide
from talent_rules.explain import GRADE_WORDS, amount_words, payments_words
from talent_rules.handbook import graph
from talent_rules.handbook.audience import reads
from talent_rules.handbook.scoring import Scale, scales
from talent_rules.handbook.wording import Sentence, open_texts, sentences
from talent_rules.model import Facts, Grade, Outcome, Source, Verdict
from talent_rules.rulebase import Benefit, Case, Policy, Relation, RuleBase
from talent_rules.source import Report, text_of
from talent_rules.vocabulary import show_range

_UNKNOWN = ("", "未知", "UNKNOWN")
RELATION_WORDS = {
    "就高": "只发最高的一项", "择一": "本人任选一项", "补差": "升档时补差额", "扣减": "已领的要扣减",
    "不重复享受": "领过的不再发", "可叠加": "可以同时享受", "合计封顶": "加起来有上限", "家庭一次": "一个家庭只发一次",
    "待定": "能否同享没有载明",
}  # fmt: skip

#: what it means that the benefits of 已享受 were received before: for this one, and seen from one of those
RECEIVED_WORDS = {
    "不重复享受": "领过这些的，不再发这一项",
    "扣减": "领过这些的，要扣减",
    "补差": "领过这些的，只补差额",
}
AFTER_WORDS = {"不重复享受": "不再发", "扣减": "要扣减的", "补差": "只补差额的"}


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: the person, the answer, and whether it is what the case expects."""

    name: str
    number: str
    as_of: str
    given: tuple[tuple[str, str], ...]
    outcome: Outcome
    amount: str
    schedule: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Version:
    """The same benefit in another edition of its document."""

    benefit: Benefit
    policy: Policy
    window: str
    amount: str
    current: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A benefit in a list."""

    benefit: Benefit
    policy: Policy
    amount: str
    state: str
    kind: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page of one benefit shows."""

    card: Card
    clause: str
    window: str
    conditions: tuple[Sentence, ...]
    undecided: tuple[str, ...]
    review: tuple[str, ...]
    lead: str
    sheet: figures.Sheet | None
    official: str
    amount_note: str
    scales: tuple[Scale, ...]
    payment: str
    versions: tuple[Version, ...]
    relations: tuple[tuple[str, str, tuple[Benefit, ...], Relation], ...]
    sources: tuple[Source, ...]
    examples: tuple[Example, ...]
    svg: str
    reads: tuple[str, ...]


class Library:
    """A rule base opened for writing the handbook on one day."""

    def __init__(self, book: Book) -> None:
        self.book, self.base, self.as_of = book, book.base, book.as_of

    @cached_property
    def unknown(self) -> Mapping[str, Verdict]:
        """The verdict on each benefit for somebody of whom nothing is known."""
        return {v.benefit: v for v in decide(self.base, Facts(), self.as_of).verdicts}

    def window(self, benefit: Benefit) -> str:
        """When the text is in force, in words."""
        scope = benefit.scope
        if scope == ALWAYS or not isinstance(scope, Stated):
            return "没有载明"
        return scope.text.removeprefix("有效期 ")

    def state(self, benefit: Benefit) -> str:
        """On the day of the handbook: open, coming where its first day is still ahead, or closed."""
        if self.unknown[benefit.id].outcome is not Outcome.OUT_OF_SCOPE:
            return "open"
        starts = [a.test.above[0] for a in atoms(benefit.scope) if isinstance(a.test, Between) and a.test.above]
        return "coming" if starts and max(starts) > self.as_of.toordinal() else "closed"

    def card(self, benefit: Benefit) -> Card:
        """A benefit as lists show it."""
        policy = self.base.policies[benefit.policy]
        return Card(benefit, policy, self.amount(benefit), self.state(benefit), KINDS[benefit.kind])

    def amount(self, benefit: Benefit) -> str:
        """The amount at a glance: what official sources say, else the range of what the rule pays."""
        if benefit.official is not None:
            return show_range(benefit.official)
        return figures.glance(benefit.amount, self.base.vocabulary)

    def page(self, benefit: Benefit) -> Page:
        """Everything about one benefit."""
        base, vocabulary = self.base, self.base.vocabulary
        conditions = sentences(benefit.condition, vocabulary)
        node = value_of(self.book.node(benefit), "amount")
        pays = self.amount(benefit)
        return Page(
            self.card(benefit),
            "条号未知" if benefit.basis.clause in _UNKNOWN else benefit.basis.clause,
            self.window(benefit),
            conditions,
            open_texts((benefit.scope, benefit.condition), "undecided"),
            open_texts((benefit.condition,), "review"),
            figures.lead(benefit.amount, vocabulary),
            figures.sheet_of(benefit.amount, vocabulary),
            show_range(benefit.official) if benefit.official else "",
            text_of(value_of(node, "note"), Report()),
            scales(self.book, benefit),
            figures.plan_words(benefit.payment, benefit.amount),
            tuple(self._versions(benefit)),
            tuple(self._relations(benefit)),
            tuple(self._sources(benefit, conditions)),
            tuple(self._examples(benefit)),
            graph.svg(benefit.name, conditions, pays),
            tuple(base.vocabulary.fields[f].name for f in reads(benefit)),
        )

    def _versions(self, benefit: Benefit) -> Iterator[Version]:
        """The benefit of the same id in the documents this one amends or is amended by."""
        policies = self.base.policies
        family = {benefit.policy}
        for _ in policies:
            family |= {p.id for p in policies.values() if family & _before(p)}
            family |= {n for p in family for n in _before(policies[p]) if n in policies}
        same = [b for b in self.base.benefits if b.local_id == benefit.local_id and b.policy in family]
        if len(same) < 2:
            return
        for other in same:
            own = other.id == benefit.id
            yield Version(other, policies[other.policy], self.window(other), self._paid(other), own)

    def _paid(self, benefit: Benefit) -> str:
        rows = getattr(benefit.amount, "rows", ())
        texts = dict.fromkeys(figures.words(pays, self.base.vocabulary) for _, pays in rows)
        return "、".join(texts) or self.amount(benefit)

    def _relations(self, benefit: Benefit) -> Iterator[tuple[str, str, tuple[Benefit, ...], Relation]]:
        for relation in self.base.relations:
            if benefit.id in relation.members:
                rivals = relation.received or tuple(m for m in relation.members if m != benefit.id)
                word = RECEIVED_WORDS.get(relation.kind) if relation.received else None
                others = tuple(self.base.benefit(m) for m in rivals)
                yield relation.kind, word or RELATION_WORDS[relation.kind], others, relation
            elif benefit.id in relation.received:
                others = tuple(self.base.benefit(m) for m in relation.members)
                yield relation.kind, f"领过这一项以后，{AFTER_WORDS.get(relation.kind, '要看')}", others, relation

    def _sources(self, benefit: Benefit, conditions: tuple[Sentence, ...]) -> Iterator[Source]:
        codes = [*benefit.basis.sources, *_cited(conditions)]
        if benefit.payment is not None:
            codes += benefit.payment.basis.sources
        node = value_of(value_of(self.book.node(benefit), "amount"), "basis")
        codes += text_of(value_of(node, "source"), Report()).split() if node is not None else []
        known = self.base.policies[benefit.policy].sources
        yield from (known[c] for c in dict.fromkeys(codes) if c in known)

    def _examples(self, benefit: Benefit) -> Iterator[Example]:
        for case in self._cases.get(benefit.id, ()):
            facts, _ = self.base.vocabulary.read(case.given)
            on = date.fromordinal(case.as_of)
            verdict = decide(self.base, facts, on)[benefit.id]
            shown = verdict.outcome.open and verdict.amount is not None
            plan = benefit.payment
            given = tuple((name, _shown(value)) for name, value in case.given.items())
            yield Example(
                case.name,
                "、".join(case.refs),
                on.isoformat(),
                given,
                verdict.outcome,
                amount_words(verdict.amount) if shown else "",
                payments_words(verdict.schedule, plan.basis.grade if plan else None) if shown else "",
                not any(check_case(self.base, case)),
            )

    @cached_property
    def _cases(self) -> Mapping[str, list[Case]]:
        """The cases that expect something of each benefit."""
        found: dict[str, list[Case]] = {}
        known = {b.id for b in self.base.benefits}
        for case in self.base.cases:
            names = dict.fromkeys(key.partition(".")[0] for key, _, _ in case.expect)
            for name in names:
                ident = f"{case.policy}/{name}"
                if ident not in known:
                    try:
                        ident = self.base.benefit(name).id
                    except KeyError:
                        continue
                found.setdefault(ident, []).append(case)
        return found


def _before(policy: Policy) -> set[str]:
    """The policies this one amends, or replaces whole or in part."""
    return {policy.amends, *(name.split("/")[0] for name in policy.replaces)}


def _cited(parts: tuple[Sentence, ...]) -> Iterator[str]:
    for part in parts:
        yield from part.basis.sources if part.basis else ()
        yield from _cited(part.parts)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "、".join(_shown(v) for v in value)
    return "、".join(f"{k} {_shown(v)}" for k, v in value.items()) if isinstance(value, dict) else str(value)


def grades() -> tuple[tuple[str, str, bool], ...]:
    """Each grade, what it means, and whether it counts as verified."""
    return tuple((g.value, GRADE_WORDS[g.value], g.verified) for g in Grade)


def coverage_of(policy: Policy) -> tuple[tuple[str, str, str], ...]:
    """Each clause of a document: its name, what became of it, and the note."""
    return tuple((clause, *_split(state)) for clause, state in policy.coverage)


def _split(state: str) -> tuple[str, str]:
    word, _, note = state.partition("：")
    return word, note


__all__ = ["KINDS", "Card", "Example", "Library", "Page", "RuleBase", "coverage_of", "grades"]
