"""Worked examples beside the rules: run each, and say in a sentence what differs and which clause decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from talent_rules import quantities as q
from talent_rules.decide import decide
from talent_rules.model import Decision, Outcome, Place, Range, Verdict
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


@dataclass(frozen=True, slots=True)
class Misread:
    """A part of a case that cannot be read: the key it stands under, and what is wrong."""

    key: str
    place: Place
    message: str
    hint: str = ""


class _Wrong(ValueError):
    """An expectation that cannot be read."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class _Expected:
    """One expectation as read: of which benefit (none: the total), which aspect, what."""

    benefit: str
    aspect: str
    wanted: object


def run_cases(base: RuleBase, cases: Iterable[Case]) -> Iterator[tuple[Case, tuple[Failure, ...]]]:
    """Each case with what went wrong; nothing when it passes."""
    for case in cases:
        yield case, tuple(check_case(base, case))


def misread(base: RuleBase, case: Case) -> Iterator[Misread]:
    """What of a case cannot be read: facts and values that are not in the vocabulary, benefits that do
    not exist, intervals the wrong way round."""
    for key, value in case.given.items():
        for problem in base.vocabulary.read({key: value})[1]:
            yield Misread(key, case.place, problem.message, problem.hint)
    for key, expected, place in case.expect:
        try:
            _read(base, case, key, expected)
        except (_Wrong, Unreadable) as error:
            yield Misread(key, place, error.message, error.hint)


def check_case(base: RuleBase, case: Case) -> Iterator[Failure]:
    """What a case expected and did not get."""
    for found in misread(base, case):
        where = "期望" if any(found.key == key for key, _, _ in case.expect) else "给定"
        hint = f"（{found.hint}）" if found.hint else ""
        yield Failure(case, found.place, f"{where}的 `{found.key}` 看不懂：{found.message}{hint}")
    facts, problems = base.vocabulary.read(case.given)
    if problems:
        return
    decision = decide(base, facts, date.fromordinal(case.as_of))
    for problem in decision.problems:
        yield Failure(case, case.place, f"给定的事实有矛盾：{problem.message}")
    for key, expected, place in case.expect:
        try:
            text = _differs(base, decision, _read(base, case, key, expected))
        except (_Wrong, Unreadable):  # said above
            continue
        if text:
            yield Failure(case, place, text + _against(base, case, key, expected))


def _against(base: RuleBase, case: Case, key: str, expected: object) -> str:
    """Another case of the same facts that expects something else: one of the two is wrong, whatever the rules say."""
    for other in base.cases:
        same = other is not case and (other.policy, other.as_of, other.given) == (case.policy, case.as_of, case.given)
        for name, wanted, place in other.expect if same else ():
            if name == key and wanted != expected:
                return f"；第 {place.line} 行的用例“{other.name}”事实相同、期望不同，总有一个写错"
    return ""


# ── reading an expectation ──────────────────────────────────────────────────────────────────


def _read(base: RuleBase, case: Case, key: str, expected: object) -> _Expected:
    name, _, aspect = key.partition(".")
    if name in ("合计", "total"):
        if aspect not in ("", "每年", "yearly"):
            points = aspect in ("积分", "points")
            hint = "分数写在金额是积分的那项待遇上：`待遇id.积分`" if points else "可写 合计 或 合计.每年"
            raise _Wrong(f"合计没有 `{aspect}` 这一项", hint)
        return _Expected("", aspect, _range(expected))
    if aspect not in _ASPECTS:
        known = [a for a in _ASPECTS if a and not a.isascii()]
        raise _Wrong(f"没有 `{aspect}` 这一项", did_you_mean(aspect, known) or "可写：" + "、".join(known))
    return _Expected(_benefit(base, case, name), aspect, _ASPECTS[aspect][0](base, expected))


def _benefit(base: RuleBase, case: Case, name: str) -> str:
    for candidate in (f"{case.policy}/{name}", name):
        try:
            return base.benefit(candidate).id
        except KeyError:
            continue
    own = [b.local_id for b in base.benefits if b.policy == case.policy]
    near = did_you_mean(name, own) or did_you_mean(name, [b.id for b in base.benefits])
    raise _Wrong(f"没有待遇 `{name}`", near or "写待遇的 id；别的文件的写 政策id/待遇id")


def _outcome(base: RuleBase, expected: object) -> str:
    del base
    if str(expected) not in _OUTCOMES:
        known = ["符合", "不符合", "待补充", "待认定", "来源未定", "不适用"]
        raise _Wrong(f"`{expected}` 不是结论", did_you_mean(str(expected), known) or "可写：" + "、".join(known))
    return str(expected)


def _range(expected: object) -> Range:
    lo, hi = _ends(expected, "[5万元, 40万元]")
    return _ordered(Range(q.money(lo), None if hi in ("不封顶", "无上限", "unbounded") else q.money(hi)), lo, hi)


def _range_or_none(base: RuleBase, expected: object) -> Range | None:
    del base
    return None if expected in ("无", None, "none") else _range(expected)


def _points(base: RuleBase, expected: object) -> Range:
    del base
    lo, hi = _ends(expected, "[95分, 100.5分]")
    return _ordered(Range(points_of(lo), points_of(hi)), lo, hi)


def _ends(expected: object, example: str) -> tuple[str, str]:
    items = expected if isinstance(expected, list) else [expected, expected]
    if len(items) != 2:
        raise _Wrong(f"区间要写两端，写了 {len(items)} 个", f"例如 {example}")
    return str(items[0]).strip(), str(items[1]).strip()


def _ordered(found: Range, lo: str, hi: str) -> Range:
    if found.hi is not None and found.lo > found.hi:
        raise _Wrong(f"区间的两端写反了：`{lo}` 比 `{hi}` 大", f"写成 [{hi}, {lo}]")
    return found


def _fields(base: RuleBase, expected: object) -> tuple[str, ...]:
    wanted = []
    for name in expected if isinstance(expected, list) else [expected]:
        entry = base.vocabulary.find(str(name))
        if entry is None:
            near = did_you_mean(str(name), [f.name for f in base.vocabulary.fields.values()])
            raise _Wrong(f"没有名为 `{name}` 的信息项", near)
        wanted.append(entry.id)
    return tuple(wanted)


def _ranges(base: RuleBase, expected: object) -> list[Range]:
    del base
    return [_range(e) for e in (expected if isinstance(expected, list) else [expected])]


# ── comparing ───────────────────────────────────────────────────────────────────────────────


def _differs(base: RuleBase, decision: Decision, found: _Expected) -> str:
    """How the decision differs from an expectation; nothing where it does not."""
    if not found.benefit:
        total = decision.total
        got = total.yearly if found.aspect else Range(total.guaranteed, total.possible)
        wanted = found.wanted
        assert isinstance(wanted, Range)
        return "" if got == wanted else f"合计{found.aspect}应为 {show_range(wanted)}，得到 {show_range(got)}"
    verdict = next(v for v in decision.verdicts if v.benefit == found.benefit)
    return _ASPECTS[found.aspect][1](base, verdict, found.wanted)


def _other_outcome(base: RuleBase, verdict: Verdict, expected: Any) -> str:
    if verdict.outcome is not _OUTCOMES[expected]:
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


def _other_amount(base: RuleBase, verdict: Verdict, wanted: Any) -> str:
    del base
    return _other_range(verdict, "金额", wanted, verdict.amount.reported if verdict.amount else None)


def _other_verified(base: RuleBase, verdict: Verdict, wanted: Any) -> str:
    del base
    return _other_range(verdict, "核实金额", wanted, verdict.amount.verified if verdict.amount else None)


def _other_range(verdict: Verdict, what: str, wanted: Range | None, got: Range | None) -> str:
    shown = ["无" if r is None else show_range(r) for r in (wanted, got)]
    return (
        ""
        if got == wanted
        else f"{verdict.name} 的{what}应为{'' if wanted is None else ' '}{shown[0]}，得到 {shown[1]}"
    )


def _other_points(base: RuleBase, verdict: Verdict, wanted: Any) -> str:
    del base
    if verdict.amount is None or verdict.amount.unit != UNIT:
        return f"{verdict.name} 应有积分，得到的不是积分"
    got = verdict.amount.reported
    if got == wanted:
        return ""
    return f"{verdict.name} 的积分应为 {show_ends(wanted.lo, wanted.hi)}，得到 {show_ends(got.lo, got.hi)}"


def _other_missing(base: RuleBase, verdict: Verdict, wanted: Any) -> str:
    if set(wanted) == set(verdict.missing):
        return ""
    should, got = ("、".join(base.vocabulary.fields[m].name for m in names) for names in (wanted, verdict.missing))
    return f"{verdict.name} 应缺 {should}，得到 {got or '无'}"


def _other_instalments(base: RuleBase, verdict: Verdict, wanted: Any) -> str:
    del base
    got = [p.amount for p in verdict.schedule]
    shown = ["、".join(show_range(r) for r in ranges) or "无" for ranges in (wanted, got)]
    return "" if got == wanted else f"{verdict.name} 的分期应为 {shown[0]}，得到 {shown[1]}"


_Reader = Callable[[RuleBase, object], object]
_Comparer = Callable[[RuleBase, Verdict, Any], str]
_ASPECTS: dict[str, tuple[_Reader, _Comparer]] = {
    "": (_outcome, _other_outcome),
    "金额": (_range_or_none, _other_amount),
    "积分": (_points, _other_points),
    "核实": (_range_or_none, _other_verified),
    "缺": (_fields, _other_missing),
    "分期": (_ranges, _other_instalments),
}
_ASPECTS |= {
    english: _ASPECTS[chinese]
    for english, chinese in (
        ("amount", "金额"), ("points", "积分"), ("verified", "核实"), ("missing", "缺"), ("schedule", "分期"),
    )
}  # fmt: skip
