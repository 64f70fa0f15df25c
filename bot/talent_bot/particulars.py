"""With what papers, where, by when, paid how, by which text, why, and what a word means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from talent_bot import summary
from talent_bot.inquiry import Inquiry
from talent_bot.reply import Block, Text
from talent_bot.result import card
from talent_bot.words import Words
from talent_rules import (
    Field,
    Finding,
    Outcome,
    Verdict,
    advise,
    cited_words,
    payments_words,
    reason,
    show_advice,
    show_fact,
    show_finding,
    unpriced,
)

MOST = 3
UNWRITTEN = ("", "未知")


def materials(ask: Inquiry) -> list[Block]:
    """The papers to bring."""
    return _each(ask, lambda v: ask.say.listed(ask.base.benefit(v.benefit).documents), ask.say("材料"))


def process(ask: Inquiry) -> list[Block]:
    """Who decides, and where to go."""
    return _each(ask, lambda v: ask.base.benefit(v.benefit).channel, ask.say("办理渠道"))


def deadline(ask: Inquiry) -> list[Block]:
    """When to apply."""
    return _each(ask, lambda v: ask.base.benefit(v.benefit).deadline, ask.say("申报时间"))


def schedule(ask: Inquiry) -> list[Block]:
    """In which instalments it is paid; they may rest on a lesser source than the benefit."""

    def paid(verdict: Verdict) -> str:
        plan = ask.base.benefit(verdict.benefit).payment
        if lacking := unpriced(ask.base, verdict, ask.say):
            return lacking
        return payments_words(verdict.schedule, plan.basis.grade if plan else None, ask.say)

    return _each(ask, paid, ask.say("发放"))


def _each(ask: Inquiry, of: Callable[[Verdict], str], what: str) -> list[Block]:
    """One line for each benefit that was named, or that is likeliest and of which it is known."""
    decision, say = ask.decide(), ask.say
    ranked, among = ask.open(decision), ask.likely
    told = [v for v in ranked if of(v)]
    chosen = ask.meant(decision)[:MOST] or [v for v in told if v.benefit in among][:MOST] or (told or ranked)[:2]
    lines = []
    for verdict in chosen:
        grade = say("（{grade}级来源）", grade=ask.base.benefit(verdict.benefit).grade.value)
        found = of(verdict)
        words = found + grade if found else say("来源未载明，请向主管部门核实")
        lines.append(say("{name} · {what}：{found}", name=say(verdict.name), what=what, found=words))
    return [Text("\n".join(lines)), ask.cited(chosen)]


def source(ask: Inquiry) -> list[Block]:
    """Document, clause and sources; they stay in Chinese."""
    base, decision, say = ask.base, ask.decide(), ask.say
    told: list[Block] = []
    for verdict in ask.meant(decision)[:MOST] or ask.open(decision)[:MOST]:
        benefit = base.benefit(verdict.benefit)
        policy = base.policies[benefit.policy]
        number = f"（{policy.number}）" if policy.number not in UNWRITTEN else ""
        title = f"《{policy.name}》{number}" if say.source else policy.name
        where = cited_words(title, benefit.basis.clause, say)
        lines = [say("{name}：{value}", name=say(verdict.name), value=where), say(benefit.basis.summary)]
        for code in benefit.basis.sources:
            cited = policy.sources[code]
            grade = say("（{grade}级）", grade=cited.grade.value)
            quoted = cited.title if say.source else f"〔{cited.title}〕"
            lines.append(f"· {code}{grade}{quoted} {cited.published} {cited.url}".rstrip())
        told.append(Text("\n".join(lines)))
    return told


def why(ask: Inquiry) -> list[Block]:
    """What decides one benefit: what is lacking and what was told, or what holds and what is still open."""
    decision = ask.decide()
    lately = [v for v in decision.verdicts if v.benefit in ask.dialogue.wanted]
    inside = [v for v in lately if v.outcome is not Outcome.OUT_OF_SCOPE]
    found, likely = ask.named(decision) or summary.ranked(ask.advisor, inside), ask.likely
    chosen = ([v for v in found if v.benefit in likely] or found or ask.open(decision))[:1]
    return [block for v in chosen for block in (Text("\n".join(_because(ask, v))), ask.cited([v]))]


def _because(ask: Inquiry, verdict: Verdict) -> list[str]:
    say, base = ask.say, ask.base
    fields = base.vocabulary.fields
    lines = [say("{name}：{outcome}", name=say(verdict.name), outcome=say(verdict.outcome.label))]
    if verdict.outcome.open:
        met = [show_finding(f, base.vocabulary, say) for one in verdict.because for f in _met(one)]
        wanting = [say(fields[name].name) for name in verdict.missing]
        lines += [say("已满足：{what}", what=say.listed(_few(met, say)))] if met else []
        lines += [say("还要看：{what}", what=say.listed(_few(wanting, say)))] if wanting else []
        if verdict.outcome is Outcome.NEEDS_REVIEW:
            lines.append(reason(base, verdict, say))
    else:
        lines.append(reason(base, verdict, say))
        read = dict.fromkeys(name for f in verdict.because if f.holds is False for name in f.fields)
        told = [show_fact(fields[n], ask.facts.get(n), say) for n in read if ask.facts.get(n) is not None]
        lines += [say("您的情况：{what}", what=say.listed(_few(told, say)))] if told else []
    advice = advise(base, ask.facts, verdict, ask.on, limit=1)
    return [*lines, *(show_advice(base, a, say) for a in advice)]


def _met(finding: Finding) -> Iterable[Finding]:
    """What holds of a condition: of several ways the first, of several parts each."""
    if finding.holds and finding.kind in ("any", "all"):
        holding = [part for part in finding.parts if part.holds]
        for part in holding[:1] if finding.kind == "any" else holding:
            yield from _met(part)
    elif finding.holds and finding.kind in ("atom", "tier"):
        yield finding


def _few(words: Sequence[str], say: Words) -> list[str]:
    """The first few, and how many there are in all."""
    more = say("{name} 等 {n} 项", name=words[MOST], n=len(words)) if len(words) > MOST + 1 else ""
    return [*words[:MOST], more] if more else list(words)


def definition(ask: Inquiry) -> list[Block]:
    """What a word means here: a field or one of its values, or a benefit."""
    say = ask.say
    for entry in ask.base.vocabulary.fields.values():
        words = [entry.name, *entry.synonyms, *(o.name for o in entry.options)]
        if any(len(w) >= 2 and w in ask.text for w in words):
            choices = say.listed(say(o.name) for o in entry.options)
            what = " ".join(part for part in (_by_list(ask, entry), say(entry.why)) if part)
            lines = [say("{name}：{value}", name=say(entry.name), value=what)]
            lines += [say("可选：{choices}", choices=choices)] if choices else []
            if choices and entry.ask_when:
                lines.append(say("怎样认定、由谁认定，找到的文件没有写，请向主管部门核实。"))
            return [Text("\n".join(lines))]
    if ask.named(ask.decide()):
        return source(ask)
    unknown = (
        say("这个我在文件里没查到说明，请向主管部门核实。"),
        say("这一点文件里也没有写，不敢乱说。"),
        say("这个同样没有查到，问主管部门最稳妥。"),
    )
    return [Text(next((text for text in unknown if text not in ask.dialogue.recent), unknown[0]))]


def _by_list(ask: Inquiry, entry: Field) -> str:
    """Of what stands on a list: which list that is."""
    lists = ask.base.vocabulary.reference.lists
    listed = lists.get(entry.derivation.list_id) if entry.derivation else None
    if listed is None or entry.derivation is None:
        return ""
    return ask.say(
        "看{of}在不在“{list}”名单里（共 {n} 个，{day}，{grade}级来源）。",
        of=ask.say(ask.base.vocabulary.fields[entry.derivation.of].name),
        list=ask.say(listed.name),
        n=len(listed.since),
        day=listed.published,
        grade=listed.grade,
    )


def progress(ask: Inquiry) -> list[Block]:
    """Where an application is: nobody told us."""
    return [Text(ask.say("我查不到办理进度，请问您递交材料的窗口或用人单位。")), *process(ask)]


def human(ask: Inquiry) -> list[Block]:
    """Whom to ask."""
    return [
        Text(ask.say("人工请找用人单位所在旗区的人社部门或市专家服务中心；可以把结果带去，说“看结果”就能看到。")),
        *process(ask)[:1],
    ]


def export(ask: Inquiry) -> list[Block]:
    """The card, to take along."""
    return [card(ask.advisor, ask.dialogue, ask.on)]
