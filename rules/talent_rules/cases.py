"""Worked examples beside the rules: run each, and say in a sentence what differs and which clause decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from talent_rules import quantities as q
from talent_rules.decide import decide
from talent_rules.model import Decision, Facts, Outcome, Place, Range, Verdict
from talent_rules.points import UNIT, points_of, show_ends
from talent_rules.quantities import Unreadable
from talent_rules.rulebase import Case, RuleBase
from talent_rules.source import did_you_mean
from talent_rules.vocabulary import show_range

_OUTCOMES = {o.label: o for o in Outcome} | {o.value: o for o in Outcome} | {"来源未定": Outcome.NEEDS_REVIEW}


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation a case did not meet, as a sentence."""

    case: Case
    place: Place
    text: str


class _Wrong(ValueError):
    """An expectation that cannot be read."""


def run_cases(base: RuleBase, cases: Iterable[Case]) -> Iterator[tuple[Case, tuple[Failure, ...]]]:
    """Each case with what went wrong; nothing when it passes."""
    for case in cases:
        yield case, tuple(check_case(base, case))


def check_case(base: RuleBase, case: Case) -> Iterator[Failure]:
    """What a case expected and did not get."""
    facts, problems = base.vocabulary.read(case.given)
    for problem in problems:
        yield Failure(case, case.place, f"给定里有看不懂的内容：{problem.message}（{problem.hint}）")
    if problems:
        return
    decision = decide(base, facts, date.fromordinal(case.as_of))
    for problem in decision.problems:
        yield Failure(case, case.place, f"给定的事实有矛盾：{problem.message}")
    for key, expected, place in case.expect:
        try:
            text = _compare(base, case, decision, facts, key, expected)
        except (_Wrong, Unreadable) as error:
            text = f"期望 `{key}` 看不懂：{error}"
        if text:
            yield Failure(case, place, text)


def _compare(base: RuleBase, case: Case, decision: Decision, facts: Facts, key: str, expected: object) -> str:
    name, _, aspect = key.partition(".")
    if name in ("合计", "total"):
        return _compare_total(decision, aspect, expected)
    verdict = _verdict(base, case, decision, name)
    checks: dict[str, Callable[[Verdict, object, RuleBase], str]] = {
        "": _outcome,
        "金额": _amount,
        "amount": _amount,
        "积分": _points,
        "points": _points,
        "核实": _verified,
        "verified": _verified,
        "缺": _missing,
        "missing": _missing,
        "分期": _instalments,
        "schedule": _instalments,
    }
    if aspect not in checks:
        raise _Wrong(f"没有 `{aspect}` 这一项。" + did_you_mean(aspect, ["金额", "积分", "核实", "缺", "分期"]))
    return checks[aspect](verdict, expected, base)


def _verdict(base: RuleBase, case: Case, decision: Decision, name: str) -> Verdict:
    known = [v.benefit for v in decision.verdicts]
    for candidate in (f"{case.policy}/{name}", name):
        if candidate in known:
            return decision.verdicts[known.index(candidate)]
    try:
        return decision.verdicts[known.index(base.benefit(name).id)]
    except KeyError:
        raise _Wrong(f"没有待遇 `{name}`。" + did_you_mean(name, known)) from None


def _outcome(verdict: Verdict, expected: object, base: RuleBase) -> str:
    wanted = _OUTCOMES.get(str(expected))
    if wanted is None:
        raise _Wrong(f"`{expected}` 不是结论。可写：符合、不符合、待补充、待认定、来源未定、不适用")
    if verdict.outcome is not wanted:
        return f"{verdict.name} 应为 {expected}，得到 {verdict.outcome.label}：{deciding(verdict, base)}"
    if expected == "来源未定" and not verdict.undecided:
        return f"{verdict.name} 应为 来源未定，得到的待认定里没有来源未载明的项：{'；'.join(verdict.review)}"
    return ""


def deciding(verdict: Verdict, base: RuleBase) -> str:
    """The clauses that decided, in words."""
    failed = [f.text for f in verdict.because if f.holds is False]
    if failed:
        return "不满足 " + "；".join(failed)
    if verdict.missing:
        return "缺 " + "、".join(base.vocabulary.fields[m].name for m in verdict.missing)
    return "；".join(verdict.review) or "各项条件都满足"


def _range(expected: object) -> Range:
    items = expected if isinstance(expected, list) else [expected, expected]
    if len(items) != 2:
        raise _Wrong("区间写两端，例如 [5万元, 40万元]")
    lo, hi = (str(i).strip() for i in items)
    return Range(q.money(lo), None if hi in ("不封顶", "无上限", "unbounded") else q.money(hi))


def _amount(verdict: Verdict, expected: object, base: RuleBase) -> str:
    del base
    got = verdict.amount.reported if verdict.amount else None
    return _same(verdict, "金额", expected, got)


def _points(verdict: Verdict, expected: object, base: RuleBase) -> str:
    del base
    if verdict.amount is None or verdict.amount.unit != UNIT:
        return f"{verdict.name} 应有积分，得到的不是积分"
    items = expected if isinstance(expected, list) else [expected, expected]
    if len(items) != 2:
        raise _Wrong("积分写两端，例如 [95分, 100.5分]")
    wanted, got = Range(*(points_of(str(i)) for i in items)), verdict.amount.reported
    if got == wanted:
        return ""
    return f"{verdict.name} 的积分应为 {show_ends(wanted.lo, wanted.hi)}，得到 {show_ends(got.lo, got.hi)}"


def _verified(verdict: Verdict, expected: object, base: RuleBase) -> str:
    del base
    got = verdict.amount.verified if verdict.amount else None
    return _same(verdict, "核实金额", expected, got)


def _same(verdict: Verdict, what: str, expected: object, got: Range | None) -> str:
    if expected in ("无", None, "none"):
        return "" if got is None else f"{verdict.name} 的{what}应为无，得到 {show_range(got)}"
    wanted = _range(expected)
    if got == wanted:
        return ""
    return f"{verdict.name} 的{what}应为 {show_range(wanted)}，得到 {show_range(got)}"


def _missing(verdict: Verdict, expected: object, base: RuleBase) -> str:
    names = expected if isinstance(expected, list) else [expected]
    wanted = set()
    for name in names:
        entry = base.vocabulary.find(str(name))
        if entry is None:
            near = did_you_mean(str(name), [f.name for f in base.vocabulary.fields.values()])
            raise _Wrong(f"没有名为 `{name}` 的信息项。{near}")
        wanted.add(entry.id)
    if wanted == set(verdict.missing):
        return ""
    got = "、".join(base.vocabulary.fields[m].name for m in verdict.missing) or "无"
    return f"{verdict.name} 应缺 {'、'.join(map(str, names))}，得到 {got}"


def _instalments(verdict: Verdict, expected: object, base: RuleBase) -> str:
    del base
    wanted = [_range(e) for e in (expected if isinstance(expected, list) else [expected])]
    got = [p.amount for p in verdict.schedule]
    if got == wanted:
        return ""
    return f"{verdict.name} 的分期应为 {_list(wanted)}，得到 {_list(got)}"


def _list(ranges: list[Range]) -> str:
    return "、".join(show_range(r) for r in ranges) or "无"


def _compare_total(decision: Decision, aspect: str, expected: object) -> str:
    got = (
        decision.total.yearly
        if aspect in ("每年", "yearly")
        else Range(decision.total.guaranteed, decision.total.possible)
    )
    wanted = _range(expected)
    return "" if got == wanted else f"合计{aspect}应为 {show_range(wanted)}，得到 {show_range(got)}"
