"""Decisions, questions and problems as JSON (design §7): money in 元, ids in English, words in Chinese."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from talent_rules.advice import advise
from talent_rules.conditions import fields_of
from talent_rules.model import (
    Advice,
    Basis,
    Decision,
    Declined,
    Facts,
    Finding,
    Money,
    Number,
    OneOf,
    Payment,
    Problem,
    Question,
    Range,
    Span,
    Value,
    Verdict,
)
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind, Vocabulary

Json = dict[str, Any]


def yuan(fen: int | None) -> int | float | None:
    """分 → 元, a number with at most two decimals."""
    if fen is None:
        return None
    return fen // 100 if fen % 100 == 0 else float(Fraction(fen, 100))


def problem_json(problem: Problem) -> Json:
    """A problem with its place; line and column count from 1, 0 where there is no file."""
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }


def decision_json(base: RuleBase, decision: Decision, facts: Facts, question: Question | None) -> Json:
    """One line of `talent decide`: ready for `json.dumps`, money in 元, days in ISO form.

    `facts` are the ones decided on: the nearest changes are worked out from them. `question` is what
    `next_question` gave, None for none.
    """
    return {
        "as_of": decision.as_of.isoformat(),
        "place": decision.place,
        "rule_base": decision.rule_base,
        "benefits": [verdict_json(base, v, facts, decision.as_of) for v in decision.verdicts],
        "total": total_json(decision),
        "next_question": None if question is None else question_json(base.vocabulary, question),
        "problems": [problem_json(p) for p in decision.problems],
    }


def verdict_json(base: RuleBase, verdict: Verdict, facts: Facts, as_of: date) -> Json:
    """One benefit, with its reasons and the nearest changes, each one re-evaluated."""
    benefit = base.benefit(verdict.benefit)
    policy = base.policies[benefit.policy]
    return {
        "id": verdict.benefit,
        "name": verdict.name,
        "policy": policy.title,
        "beneficiary": benefit.beneficiary,
        "outcome": verdict.outcome.value,
        "outcome_label": verdict.outcome.label,
        "amount": None if verdict.amount is None else money_json(verdict.amount),
        "schedule": [payment_json(p) for p in verdict.schedule],
        "missing": list(verdict.missing),
        "review": list(verdict.review),
        "undecided": verdict.undecided,
        "because": [finding_json(base, f) for f in verdict.because],
        "dropped_by": verdict.dropped_by,
        "nearest": [advice_json(a) for a in advise(base, facts, verdict, as_of)],
    }


def money_json(money: Money) -> Json:
    """An amount: the reported interval, the verified one, the grade."""
    return {
        "lo": yuan(money.reported.lo),
        "hi": yuan(money.reported.hi),
        "exact": money.exact,
        "verified": range_json(money.verified),
        "grade": money.grade.value,
        "unit": money.unit,
    }


def range_json(amount: Range) -> Json:
    """Two ends in 元; hi null is no upper bound."""
    return {"lo": yuan(amount.lo), "hi": yuan(amount.hi)}


def payment_json(payment: Payment) -> Json:
    """One instalment; `amount` is null while the sum is a range."""
    found: Json = {
        "on": payment.on.isoformat() if payment.on else None,
        "after": payment.after,
        "amount": yuan(payment.amount.lo) if payment.amount.settled else None,
        "lo": yuan(payment.amount.lo),
        "hi": yuan(payment.amount.hi),
    }
    if payment.every:
        found |= {"every": payment.every, "times": payment.times}
    if payment.condition:
        found["condition"] = payment.condition
    return found


def finding_json(base: RuleBase, finding: Finding, above: Basis | None = None) -> Json:
    """One condition: the clause, how it came out, the fields it read, and its parts, if it has any.

    A part names its clause only where that is another than the one `above` it.
    """
    basis = finding.basis
    found: Json = {}
    if basis != above:
        found = {
            "clause": basis.clause,
            "source": "、".join(basis.sources),
            "grade": basis.grade.value if basis.grade else None,
            "summary": basis.summary,
        }
    found |= {
        "condition": finding.text,
        "kind": finding.kind,
        "holds": finding.holds,
        "facts": list(finding.fields),
    }
    if finding.parts:
        found["parts"] = [finding_json(base, part, basis) for part in finding.parts]
    return found


def advice_json(advice: Advice) -> Json:
    """A re-evaluated change; `more` where nothing is refused and it pays more from the day `on`."""
    return {
        "changes": [{"field": f, "value": v} for f, v in advice.changes],
        "text": advice.text,
        "outcome": advice.outcome.value,
        "amount": None if advice.amount is None else range_json(advice.amount) | {"unit": advice.unit},
        "on": advice.on.isoformat() if advice.on else None,
        "assumes": list(advice.assumes),
        "more": advice.more,
    }


def total_json(decision: Decision) -> Json:
    """Guaranteed and possible, what recurs every year, and what is given up for what."""
    total = decision.total
    return {
        "guaranteed": yuan(total.guaranteed),
        "possible": yuan(total.possible),
        "possible_bounded": yuan(total.bounded),
        "unbounded": list(total.unbounded),
        "per_year": {"guaranteed": yuan(total.yearly.lo), "possible": yuan(total.yearly.hi)},
        "dropped": [
            {
                "benefit": d.benefit,
                "for": list(d.favoured),
                "relation": d.relation,
                "amount": range_json(d.amount),
                "source": "、".join(d.basis.sources),
                "grade": d.basis.grade.value if d.basis.grade else None,
            }
            for d in total.dropped
        ],
    }


def question_json(vocabulary: Vocabulary, question: Question) -> Json:
    """The next question: what, why, the answers, and what it is worth in 元."""
    return {
        "field": question.id,
        "fields": list(question.fields),
        "text": question.text,
        "why": question.why,
        "choices": [
            {"label": c.label, "sets": {n: value_json(vocabulary.fields[n], v) for n, v in c.sets}}
            for c in question.choices
        ],
        "affects": list(question.affects),
        "worth": yuan(question.worth),
        "remaining": question.remaining,
    }


def value_json(entry: Field, value: Value) -> Any:
    """A value as `Vocabulary.read` takes it back: ids for choices, 元 for money, years or months as the field
    has them, ISO days, `{"min", "max"}` for a stretch, `{"any_of"}` for one of several choices."""
    if isinstance(value, Declined):
        return value.value
    if isinstance(value, OneOf):
        return {"any_of": [o.id for o in entry.options if o.id in value.choices]}
    if isinstance(value, Span):
        lo, hi = (None if e is None else _number_json(entry, e) for e in (value.lo, value.hi))
        return {"min": lo, "max": hi}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_birth(s) for s in value]
    if isinstance(value, (bool, str)):
        return value
    return _number_json(entry, value)


def _birth(span: Span) -> str | None:
    if span.lo is None or span.hi is None:
        return None
    from talent_rules.vocabulary import show_days

    text = show_days(span)
    return text if "至" not in text else None


def _number_json(entry: Field, value: Number) -> Any:
    if entry.kind is Kind.DATE:
        return date.fromordinal(int(value)).isoformat()
    if entry.kind is Kind.MONEY:
        return yuan(int(value))
    if entry.kind is Kind.MONTHS and entry.unit == "年":
        if value % 12:
            return f"{value if value == int(value) else float(value)}个月"  # 35/12 年 would not come back exactly
        value = Fraction(value) / 12
    return int(value) if value == int(value) else float(value)


def facts_json(vocabulary: Vocabulary, facts: Facts) -> Json:
    """Facts as a profile that reads back to the same facts."""
    return {name: value_json(vocabulary.fields[name], value) for name, value in facts.values.items()}


__all__ = ["decision_json", "facts_json", "fields_of", "problem_json", "question_json"]
