"""What of a benefit changed besides who gets how much: its name, payment, papers, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from talent_rules.conditions import AllOf, AnyOf, Condition, NoneOf, Open, Stated
from talent_rules.diff.model import Change, Witness
from talent_rules.money import Table
from talent_rules.rulebase import Benefit, PaymentPlan
from talent_rules.vocabulary import show_range, show_yuan

PAYMENT = "发放"


def terms(before: Benefit, after: Benefit, paid: Witness | None) -> Iterator[Change]:
    """A change for each term that reads differently; `paid` is somebody to show for other instalments."""
    shown = ((what, show(before), show(after)) for what, show in _TERMS.items())
    for what, first, second in (*shown, ("来源未定的事项", *_undecided(before, after))):
        if first != second:
            sentence = f"{after.name}：{what} {first or '（无）'}→{second or '（无）'}"
            yield Change(
                after.id, after.name, "terms", "other", sentence, first, second, place=after.place,
                witness=paid if what == PAYMENT else None,
            )  # fmt: skip


_TERMS: Mapping[str, Callable[[Benefit], str]] = {
    "名称": lambda b: b.name,
    "类别": lambda b: b.kind,
    "受益人": lambda b: b.beneficiary,
    "金额的可信级别": lambda b: b.grade.value,
    "官方区间": lambda b: show_range(b.official) if b.official else "",
    "取整": lambda b: show_yuan(b.rounding),
    "表的封顶": lambda b: _caps(b),
    PAYMENT: lambda b: _plan(b.payment),
    "材料": lambda b: "、".join(b.documents),
    "渠道": lambda b: b.channel,
    "期限": lambda b: b.deadline,
    "说明": lambda b: b.note,
    "编号": lambda b: "、".join(b.refs),
    "依据": lambda b: f"{'、'.join(b.basis.sources)} {b.basis.clause} {b.basis.summary}".strip(),
}


def _undecided(before: Benefit, after: Benefit) -> tuple[str, str]:
    """What only one of two versions leaves open."""
    first, second = (list(_open_texts(AllOf((b.scope, b.condition)))) for b in (before, after))
    return "；".join(t for t in first if t not in second), "；".join(t for t in second if t not in first)


def _caps(benefit: Benefit) -> str:
    return show_yuan(benefit.amount.cap) if isinstance(benefit.amount, Table) and benefit.amount.cap else ""


def _open_texts(node: Condition) -> Iterator[str]:
    if isinstance(node, Open):
        yield node.text
    elif isinstance(node, Stated):
        yield from _open_texts(node.part)
    elif isinstance(node, (AllOf, AnyOf, NoneOf)):
        for part in node.parts:
            yield from _open_texts(part)


def _plan(plan: PaymentPlan | None) -> str:
    if plan is None:
        return ""
    if plan.undecided:
        return f"待定：{plan.undecided}"
    if len(plan.shares) == 1:
        return f"一次性 {plan.first}".strip()
    return f"{':'.join(map(str, plan.shares))}，每 {plan.interval} 个月一期 {plan.first}".strip()
