"""A decision in Chinese: why, why not, what is missing, what would change it. Plain lines, no layout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from talent_rules.advice import advise
from talent_rules.model import Decision, Facts, Finding, Grade, Money, Outcome, Payment, Verdict
from talent_rules.points import UNIT, show_ends
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import show_range, show_yuan

GRADE_WORDS = {
    "A": "政府文件",
    "A-": "多个来源一致",
    "B": "官方媒体或党校报告",
    "C": "转载",
    "D": "第三方整理，未核实",
}
DISCLAIMER = "仅供参考，以主管部门审核为准"


def amount_words(money: Money | None) -> str:
    """An amount with the word that says how far it can be trusted."""
    if money is None:
        return "不是现金"
    if money.unit == UNIT:
        return show_ends(money.reported.lo, money.reported.hi)
    unit = "/年" if money.unit == "CNY/year" else ""
    reported = show_range(money.reported) + unit
    if money.grade.verified:
        return reported
    official = money.verified
    word = GRADE_WORDS[money.grade.value]
    if official.hi is None and official.lo == 0:
        return f"{reported}（{word}；官方未公布数额）"
    return f"{show_range(official)}{unit}（官方区间）；{word}的档位是 {reported}"


def sources_of(base: RuleBase, verdict: Verdict) -> str:
    """The clause and the sources with their grades: 《…》 第二条 · P7（C，转载）."""
    benefit = base.benefit(verdict.benefit)
    policy = base.policies[benefit.policy]
    clause = benefit.basis.clause
    where = policy.title + (f" {clause}" if clause and clause not in ("未知", "UNKNOWN") else "（条号未知）")
    cited = [policy.sources[c] for c in benefit.basis.sources if c in policy.sources]
    return where + " · 来源 " + "、".join(f"{s.code}（{s.grade.value}级）" for s in cited)


def payments_words(schedule: tuple[Payment, ...], grade: Grade | None = None) -> str:
    """Payments in one line: 分3期 16万元、12万元、12万元; `grade` is that of the source of the instalments."""
    if not schedule:
        return ""
    if grade is Grade.D:
        return f"{payments_words(schedule)}（分期是{GRADE_WORDS['D']}）"
    first = schedule[0]
    if first.every and first.times is None:
        return f"每年 {show_range(first.amount)}，符合条件期间逐年发"
    if first.every:
        return f"每月 {show_range(first.amount)}，共 {first.times} 个月"
    if len(schedule) == 1:
        return f"一次性 {show_range(first.amount)}"
    gap = (
        "每年一期"
        if schedule[1].after == "P1Y"
        else f"间隔 {schedule[1].after[1:-1]} {'个月' if schedule[1].after.endswith('M') else '年'}"
    )
    return f"分{len(schedule)}期（{gap}）：" + "、".join(show_range(p.amount) for p in schedule)


def why(finding: Finding) -> str:
    """One condition with its mark."""
    mark = {True: "✓", False: "✗", None: "？"}[finding.holds]
    return f"{mark} {finding.text}"


def failed(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Only the conditions that fail; for 全部 the failing parts, for 任一 all of it."""
    for finding in findings:
        if finding.holds is False:
            if finding.kind == "all":
                yield from failed(finding.parts)
            else:
                yield finding


def lacking(finding: Finding) -> str:
    """A failed condition in words: of 任一 what each way lacks, of 都不 what must not be."""
    if finding.kind == "any" and finding.parts:
        ways = [" 且 ".join(lacking(f) for f in failed((part,))) or part.text for part in finding.parts]
        return "，或 ".join(dict.fromkeys(ways))
    if finding.kind == "none":
        return "要排除 " + "、".join(p.text for p in finding.parts if p.holds is not False)
    return finding.text


def reason(base: RuleBase, verdict: Verdict) -> str:
    """The outcome's reason in a sentence."""
    if verdict.outcome is Outcome.OUT_OF_SCOPE:
        texts = [f.text for f in verdict.because if f.kind == "scope"]
        return "申请时点不在" + "；".join(texts) + "内"
    if verdict.outcome is Outcome.INELIGIBLE:
        texts = [lacking(f) for f in failed(verdict.because)]
        return "不满足：" + "；".join(texts) if texts else "几项条件不能同时满足"
    if verdict.outcome is Outcome.NEEDS_INFO:
        names = [base.vocabulary.fields[m].name for m in verdict.missing]
        return "还缺：" + "、".join(names)
    if verdict.outcome is Outcome.NEEDS_REVIEW:
        return "已知条件都满足，还要认定：" + "；".join(verdict.review)
    return "各项条件都满足"


def explained(base: RuleBase, verdict: Verdict, facts: Facts, as_of: date) -> list[str]:
    """A benefit in full: outcome, amount, payments, reasons, missing, nearest change, sources."""
    lines = [f"{verdict.name}：{verdict.outcome.label}"]
    if verdict.amount is not None:
        lines.append("金额：" + amount_words(verdict.amount))
    if verdict.schedule:
        plan = base.benefit(verdict.benefit).payment
        lines.append("发放：" + payments_words(verdict.schedule, plan.basis.grade if plan else None))
    lines.append(reason(base, verdict))
    for finding in verdict.because:
        lines.append(why(finding))
        if finding.kind == "points":
            lines += [f"    {why(part)}" for part in finding.parts]
    if verdict.dropped_by:
        lines.append(f"与 {base.benefit(verdict.dropped_by).name} 不重复享受")
    for advice in advise(base, facts, verdict, as_of):
        lines.append(advice_words(advice.text, advice.outcome, advice.assumes))
    lines.append("依据：" + sources_of(base, verdict))
    return lines


def advice_words(text: str, outcome: Outcome, assumes: tuple[str, ...]) -> str:
    """A change in words, with what it still supposes."""
    tail = {
        Outcome.ELIGIBLE: "就符合",
        Outcome.NEEDS_REVIEW: "已知条件就都满足，可以申请认定",
        Outcome.NEEDS_INFO: f"就有可能，还要看 {'、'.join(assumes)}",
    }[outcome]
    return f"怎样才行：{text}，{tail}"


def total_words(decision: Decision) -> str:
    """The total in a line."""
    total = decision.total
    words = f"有把握的 {show_yuan(total.guaranteed)}，最多 {show_yuan(total.bounded)}"
    if total.unbounded:
        words += f"，另有 {len(total.unbounded)} 项没有上限或数额未载明"
    if total.yearly.hi != 0:
        words += f"；另有逐年发的 {show_range(total.yearly)}/年"
    return words
