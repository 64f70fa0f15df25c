"""A decision in words: why, why not, what is missing, what would change it. Plain lines, no layout.

`say` gives the words of a language; left out, it is Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from talent_rules.advice import advise
from talent_rules.combine import spent_by
from talent_rules.derive import state_of
from talent_rules.grounds import failed, lacking, lines_of
from talent_rules.model import Advice, Decision, Facts, Grade, Money, Outcome, Payment, Verdict
from talent_rules.plausible import without_made_up_ends
from talent_rules.points import UNIT, show_ends
from talent_rules.rulebase import RuleBase
from talent_rules.saying import show_condition, show_finding, show_range, show_value, show_yuan
from talent_rules.vocabulary import Kind
from talent_rules.words import CHINESE, Words, marked

GRADE_WORDS = {
    "A": marked("政府文件"),
    "A-": marked("多个来源一致"),
    "B": marked("官方媒体或党校报告"),
    "C": marked("转载"),
    "D": marked("第三方整理，未核实"),
}
OUTCOME_WORDS = (marked("符合"), marked("不符合"), marked("待补充"), marked("待认定"), marked("不适用"))
#: How benefits go together, by the kind a rule file declares; a benefit given up is named with it.
RELATION_WORDS = {
    "就高": marked("不重复，按最高的一项发"),
    "择一": marked("只能选一项"),
    "可叠加": marked("可以同时享受"),
    "待定": marked("能不能同享，来源没有载明"),
    "补差": marked("补足差额"),
    "扣减": marked("领过的要扣减"),
    "不重复享受": marked("不能重复享受"),
    "合计封顶": marked("合计有上限"),
    "家庭一次": marked("一家只能一次"),
}
DISCLAIMER = marked("仅供参考，以主管部门审核为准")
UNKNOWN = ("", "未知", "UNKNOWN")


def amount_words(money: Money | None, say: Words = CHINESE) -> str:
    """An amount with the word that says how far it can be trusted."""
    if money is None:
        return say("不是现金")
    if money.unit == UNIT:
        return _points(money.reported.lo, money.reported.hi, say)
    unit = say("/年") if money.unit == "CNY/year" else ""
    reported = show_range(money.reported, say) + unit
    if money.grade.verified:
        return reported
    official = money.verified
    word = say(GRADE_WORDS[money.grade.value])
    if official.hi is None and official.lo == 0:
        return say("{amount}（{grade}；官方未公布数额）", amount=reported, grade=word)
    known = show_range(official, say) + unit
    if known == reported:
        return say("{amount}（官方区间）", amount=known)
    return say("{known}（官方区间）；{grade}的档位是 {amount}", known=known, grade=word, amount=reported)


def unpriced(base: RuleBase, verdict: Verdict, say: Words = CHINESE) -> str:
    """What to say where the sum hangs on a price or an area nobody has told: a figure would mislead."""
    fields, money = base.vocabulary.fields, verdict.amount
    if money is None or money.exact:
        return ""
    names = [say(fields[m].name) for m in verdict.missing if fields[m].kind in (Kind.MONEY, Kind.AREA)]
    return say("补充{names}后才能算", names=say.listed(names)) if names else ""


def _points(lo: int, hi: int | None, say: Words) -> str:
    if say.source:
        return show_ends(lo, hi)
    low, high = (None if end is None else f"{end / 100:g}" for end in (lo, hi))
    return say.counted("{n}分", low) if low == high else say("{lo} 到 {hi} 分", lo=low, hi=high or "…")


def sources_of(base: RuleBase, verdict: Verdict, say: Words = CHINESE) -> str:
    """The clause and the sources with their grades: 《…》 第二条 · P7（C，转载）. Citations stay Chinese."""
    benefit = base.benefit(verdict.benefit)
    policy = base.policies[benefit.policy]
    cited = [policy.sources[c] for c in benefit.basis.sources if c in policy.sources]
    graded = (say("{code}（{grade}级）", code=s.code, grade=s.grade.value) for s in cited)
    return say(
        "{where} · 来源 {sources}",
        where=cited_words(policy.title, benefit.basis.clause, say),
        sources=say.listed(graded),
    )


def cited_words(title: str, clause: str, say: Words = CHINESE) -> str:
    """A document and its clause: Chinese as it stands, behind its name in the person's language."""
    numbered = clause not in UNKNOWN
    cited = f"{title} {clause}" if numbered else title
    where = cited if say.source or not say.knows(title) else f"{say(title)} 〔{cited}〕"
    return where if numbered else where + say("（条号未知）")


def payments_words(schedule: tuple[Payment, ...], grade: Grade | None = None, say: Words = CHINESE) -> str:
    """Payments in one line: 分3期 16万元、12万元、12万元; `grade` is that of the source of the instalments."""
    if not schedule:
        return ""
    if grade is Grade.D:
        word = say(GRADE_WORDS["D"])
        return say("{payments}（分期是{grade}）", payments=payments_words(schedule, say=say), grade=word)
    first = schedule[0]
    amount = show_range(first.amount, say)
    if first.every and first.times is None:
        return say("每年 {amount}，符合条件期间逐年发", amount=amount)
    if first.every:
        return say("每月 {amount}，共 {n} 个月", amount=amount, n=first.times)
    if len(schedule) == 1:
        return say("一次性 {amount}", amount=amount)
    amounts = say.listed(show_range(p.amount, say) for p in schedule)
    return say("分{n}期（{gap}）：{amounts}", n=len(schedule), gap=_gap(schedule[1].after, say), amounts=amounts)


def _gap(after: str, say: Words) -> str:
    if after == "P1Y":
        return say("每年一期")
    number = after[1:-1]
    return say("间隔 {n} 个月", n=number) if after.endswith("M") else say("间隔 {n} 年", n=number)


def reason(base: RuleBase, verdict: Verdict, say: Words = CHINESE, held: Mapping[str, str] | None = None) -> str:
    """The outcome's reason in a sentence: what fails, what is missing, or what is still to be settled.

    With `held`, what the person has by field, a refusal also says what there is in place of what is asked.
    """
    if verdict.outcome is Outcome.OUT_OF_SCOPE:
        texts = [show_finding(f, base.vocabulary, say) for f in verdict.because if f.kind == "scope"]
        return say("申请时点不在{what}内", what=say("；").join(texts))
    if verdict.outcome is Outcome.INELIGIBLE:
        left = None if held is None else dict(held)
        texts = [lacking(base, f, say, left) for f in failed(verdict.because)]
        return say("不满足要求：{what}", what=say("；").join(texts)) if texts else say("几项条件不能同时满足")
    if verdict.outcome is Outcome.NEEDS_INFO:
        names = (say(base.vocabulary.fields[m].name) for m in verdict.missing)
        return say("还缺：{what}", what=say.listed(names))
    if verdict.outcome is Outcome.NEEDS_REVIEW:
        reviews = (show_condition(text, base.vocabulary, say) for text in verdict.review)
        return say("已知条件都满足，还要认定：{what}", what=say("；").join(reviews))
    return say("各项条件都满足")


def explained(base: RuleBase, verdict: Verdict, facts: Facts, as_of: date, say: Words = CHINESE) -> list[str]:
    """A benefit in full: outcome, amount, payments, reasons, missing, nearest change, sources.

    `verdict` and `facts` must belong together, and `as_of` be the day of the decision. Lines are indented by
    four spaces a level; none has a line break. Raises TypeError for a profile that was not read.
    """
    if not isinstance(facts, Facts):
        raise TypeError("facts 要用 read 读出来的：facts, problems = rules.read({...})")
    state = state_of(base, facts, as_of)
    told = without_made_up_ends(base, state, verdict)
    lines = [say("{name}：{value}", name=say(verdict.name), value=say(verdict.outcome.label))]
    if told.amount is not None:
        later = unpriced(base, told, say) if told is not verdict else ""
        sure = show_range(told.amount.reported, say) + say("；") if told.amount.reported.lo else ""
        lines.append(say("金额：{what}", what=sure + later if later else amount_words(told.amount, say)))
    if told.schedule:
        plan = base.benefit(verdict.benefit).payment
        paid = payments_words(told.schedule, plan.basis.grade if plan else None, say)
        lines.append(say("发放：{what}", what=paid))
    if verdict.outcome.open and (spent := spent_by(base, verdict.benefit, facts)):
        names = say.listed(say(base.benefit(name).name) for name in spent)
        lines.append(say("领过{names}，这一项不再发，不计入合计", names=names))
    lines.append(reason(base, verdict, say))
    for finding in verdict.because:
        lines += lines_of(base, finding, state, say)
    if verdict.dropped_by:
        lines.append(say("与 {name} 不重复享受", name=say(base.benefit(verdict.dropped_by).name)))
    lines += [show_advice(base, advice, say) for advice in advise(base, facts, verdict, as_of)]
    lines.append(say("依据：{what}", what=sources_of(base, verdict, say)))
    return lines


def show_advice(base: RuleBase, advice: Advice, say: Words = CHINESE) -> str:
    """A change in words, with what it still supposes."""
    text = advice.text if say.source else _changes(base, advice, say)
    if advice.more and advice.amount:
        amount = show_range(advice.amount, say) + (say("/年") if advice.unit == "CNY/year" else "")
        return say("以后更多：{change}，是 {amount}", change=text, amount=amount)
    return advice_words(text, advice.outcome, advice.assumes, say)


def advice_words(text: str, outcome: Outcome, assumes: tuple[str, ...], say: Words = CHINESE) -> str:
    """A change that is in words already, with what it leads to and what that still supposes."""
    tails = {
        Outcome.ELIGIBLE: say("就符合"),
        Outcome.NEEDS_REVIEW: say("已知条件就都满足，可以申请认定"),
        Outcome.NEEDS_INFO: say("就有可能，还要看 {what}", what=say.listed(map(say, assumes))),
    }
    return say("怎样才行：{change}，{result}", change=text, result=tails[outcome])


def _changes(base: RuleBase, advice: Advice, say: Words) -> str:
    parts = []
    for name, text in advice.changes:
        entry = base.vocabulary.fields[name]
        value = base.vocabulary.read({name: text})[0].get(name)
        shown = text if value is None else show_value(entry, value, say)
        parts.append(say("{name}为“{value}”", name=say(entry.name), value=shown))
    changes = say("，并且").join(parts)
    return changes + (say("（最早 {day}）", day=advice.on.isoformat()) if advice.on else "")


def total_words(decision: Decision, say: Words = CHINESE) -> str:
    """The total in a line: what is sure, the most it can be, and what recurs every year."""
    total = decision.total
    sure, most = show_yuan(total.guaranteed, say), show_yuan(total.bounded, say)
    words = say("有把握的 {sure}，最多 {most}", sure=sure, most=most)
    if total.unbounded:
        words += say("，另有 {n} 项没有上限、没有载明或还算不出", n=len(total.unbounded))
    if total.yearly.hi != 0:
        words += say("；另有逐年发的 {amount}/年", amount=show_range(total.yearly, say))
    return words
