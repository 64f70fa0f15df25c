"""Answers to what people ask on the side: how much, what with, where, by what clause, why, what if.

Everything said about money comes from a decision; nothing here knows a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from talent_bot import summary
from talent_bot.advisor import Advisor
from talent_bot.dialogue import Dialogue
from talent_bot.reply import Block, Citations, Text
from talent_bot.understanding import Understood as Meaning
from talent_bot.words import Words, marked
from talent_rules import Decision, Outcome, Verdict, explained, payments_words, show_range, sources_of, total_words

PERSONS = {
    "self": "您自己", "spouse": "您爱人", "parent": "您父母", "child": "您孩子", "colleague": "您同事",
    "friend": "您朋友", "sibling": "您兄弟姐妹", "boss": "您领导", "classmate": "您同学", "partner": "您对象",
}  # fmt: skip
SOCIAL: Mapping[str, tuple[str, ...]] = {
    "greet": (marked("您好！"), marked("您好，请讲。"), marked("在的，您说。")),
    "thanks": (marked("不客气，很高兴帮上忙。"), marked("不用谢。"), marked("应该的。")),
    "chitchat": (
        marked("这个我帮不上，我只懂人才待遇。"),
        marked("咱们说回人才待遇吧。"),
        marked("这个不在我会的范围里。"),
    ),
    "complaint": (
        marked("抱歉让您不满意。哪里不对，直接说“不对，是……”，我马上改。"),
        marked("对不起，我会改。您可以说“改答案”或“找人工”。"),
        marked("听到了，抱歉。"),
    ),
    "other_city": (
        marked("我只懂鄂尔多斯的政策，别的城市请看当地人社部门的公告。"),
        marked("别的城市我没有资料，不敢乱说。"),
        marked("只说鄂尔多斯的，其他城市请问当地。"),
    ),
    "out_of_scope": (
        marked("这个不在我的范围里，我只说鄂尔多斯的人才待遇。"),
        marked("这方面我没有依据，不敢乱说。"),
        marked("这个请问主管部门。"),
    ),
    "injection": (
        marked("数额只按政策文件算，改不了；说说您的情况，我给您算。"),
        marked("我只按条文来，咱们继续。"),
        marked("这个做不了，接着算待遇吧。"),
    ),
}


_RELATIONS: Mapping[str, str] = {
    "就高": "不重复，按最高的一项发",
    "择一": "只能选一项",
    "可叠加": "可以同时享受",
    "待定": "能不能同享，来源没有载明",
    "补差": "补足差额",
    "合计封顶": "合计有上限",
    "家庭一次": "一家只能一次",
}


@dataclass(frozen=True, slots=True)
class _Ask:
    meaning: Meaning
    text: str
    advisor: Advisor
    dialogue: Dialogue
    on: date

    @property
    def say(self) -> Words:
        return self.advisor.say(self.dialogue)

    @property
    def decision(self) -> Decision:
        return self.advisor.decide(self.dialogue, self.on, self.dialogue.subject)

    def named(self, decision: Decision) -> list[Verdict]:
        """The benefits a message speaks of, by kind or by name; the open ones of the kind first."""
        kinds = set(self.meaning.benefits)
        benefits = self.advisor.base.benefits
        ids = {b.id for b in benefits if b.kind in kinds or (len(b.name) >= 4 and b.name in self.text)}
        found = [v for v in decision.verdicts if v.benefit in ids]
        inside = [v for v in found if v.outcome is not Outcome.OUT_OF_SCOPE] or found
        return summary.ranked(self.advisor, inside)


def answer(
    intent: str, meaning: Meaning, text: str, advisor: Advisor, dialogue: Dialogue, on: date, blocks: list[Block]
) -> None:
    """Add the answer to a side question to the blocks."""
    ask = _Ask(meaning, text, advisor, dialogue, on)
    blocks += _ANSWERS.get(intent, _amount)(ask)


def _amount(ask: _Ask) -> list[Block]:
    decision = ask.decision
    named = ask.named(decision)
    facts = ask.advisor.facts(ask.dialogue)
    open_ones = [v for v in named if v.outcome.open][:4]
    if named and not open_ones:
        return [Text(f"{v.name}：{v.outcome.label}。" + _reason(ask, v)) for v in named[:2]]
    ranked = summary.ranked(ask.advisor, decision.verdicts)
    chosen = open_ones or [v for v in ranked if v.outcome.open and summary.worth(v) > 0][:5]
    rows = summary.table(ask.advisor, decision, facts, chosen, "")
    lines: list[Block] = [rows]
    given_up = [d for d in decision.total.dropped if d.benefit in {v.benefit for v in named}]
    for dropped in given_up[:2]:
        rivals = "、".join(ask.advisor.base.benefit(f).name for f in dropped.favoured)
        lines.append(
            Text(ask.say("与 {rivals} {how}，不能都拿，不相加。", rivals=rivals, how=dropped.relation), "quiet")
        )
    lines.append(Citations(tuple(dict.fromkeys(r.clause for r in rows.rows))))
    lines.append(Text(ask.say("仅供参考，以主管部门审核为准。"), "quiet"))
    return lines


def _reason(ask: _Ask, verdict: Verdict) -> str:
    return explained(ask.advisor.base, verdict, ask.advisor.facts(ask.dialogue), ask.on)[
        1 if verdict.amount is None else 2
    ]


def _overview(ask: _Ask) -> list[Block]:
    decision = ask.decision
    facts = ask.advisor.facts(ask.dialogue)
    chosen = [v for v in summary.ranked(ask.advisor, decision.verdicts) if v.outcome.open][:8]
    rows = summary.table(ask.advisor, decision, facts, chosen, ask.say("可能享受的待遇"))
    return [
        rows,
        Text(ask.say("合计：{total}", total=total_words(decision))),
        Citations(tuple(dict.fromkeys(r.clause for r in rows.rows))[:6]),
        Text(ask.say("仅供参考，以主管部门审核为准。"), "quiet"),
    ]


def _stack(ask: _Ask) -> list[Block]:
    """Which go together and which do not: the declared relations, with their grade."""
    base = ask.advisor.base
    decision = ask.decision
    named = {v.benefit for v in ask.named(decision)}
    lines = []
    # What certainly binds comes before what nobody has written, and what was asked about before the rest.
    relations = sorted(base.relations, key=lambda r: (-len(named & set(r.members)), r.kind == "待定"))
    for relation in relations:
        members = [base.benefit(m) for m in relation.members]
        if named and not named & set(relation.members):
            continue
        if not any(decision[m.id].outcome.open for m in members):
            continue
        names = "、".join(dict.fromkeys(m.name for m in members))
        word = _RELATIONS.get(relation.kind, relation.kind)
        lines.append(f"{names}：{word}（{relation.grade.value}级来源）")
    if not lines:
        lines = [ask.say("这几项之间，找到的文件没有写能不能同享，请向主管部门核实。")]
    return [Text("\n".join(dict.fromkeys(lines[:6]))), Text(ask.say("合计：{total}", total=total_words(decision)))]


def _materials(ask: _Ask) -> list[Block]:
    return _each(ask, lambda v: "、".join(ask.advisor.base.benefit(v.benefit).documents), "材料")


def _process(ask: _Ask) -> list[Block]:
    return _each(ask, lambda v: ask.advisor.base.benefit(v.benefit).channel, "办理渠道")


def _deadline(ask: _Ask) -> list[Block]:
    return _each(ask, lambda v: ask.advisor.base.benefit(v.benefit).deadline, "申报时间")


def _schedule(ask: _Ask) -> list[Block]:
    return _each(ask, lambda v: payments_words(v.schedule), "发放")


def _each(ask: _Ask, of: Callable[[Verdict], str], what: str) -> list[Block]:
    decision = ask.decision
    ranked = [v for v in summary.ranked(ask.advisor, decision.verdicts) if v.outcome.open]
    chosen = ask.named(decision)[:3] or [v for v in ranked if of(v)][:3] or ranked[:2]
    lines = []
    for verdict in chosen:
        found = of(verdict)
        benefit = ask.advisor.base.benefit(verdict.benefit)
        plan = benefit.payment if what == "发放" else None  # instalments may rest on a lesser source
        grade = ((plan and plan.basis.grade) or benefit.grade).value
        lines.append(
            f"{verdict.name} · {what}：{found or '来源未载明，请向主管部门核实'}"
            + (f"（{grade}级来源）" if found else "")
        )
    cited = tuple(dict.fromkeys(sources_of(ask.advisor.base, v) for v in chosen))
    return [Text("\n".join(lines)), Citations(cited)]


def _source(ask: _Ask) -> list[Block]:
    base = ask.advisor.base
    decision = ask.decision
    chosen = (
        ask.named(decision)[:3] or [v for v in summary.ranked(ask.advisor, decision.verdicts) if v.outcome.open][:3]
    )
    lines = []
    for verdict in chosen:
        benefit = base.benefit(verdict.benefit)
        policy = base.policies[benefit.policy]
        lines.append(f"{verdict.name}：《{policy.name}》{policy.number} {benefit.basis.clause}")
        lines.append(f"  {benefit.basis.summary}")
        for code in benefit.basis.sources:
            source = policy.sources[code]
            lines.append(f"  {code}（{source.grade.value}级）{source.title} {source.published} {source.url}".rstrip())
    return [Citations(tuple(lines))]


def _why(ask: _Ask) -> list[Block]:
    decision = ask.decision
    facts = ask.advisor.facts(ask.dialogue)
    chosen = ask.named(decision)[:2] or summary.ranked(ask.advisor, decision.verdicts)[:1]
    found: list[Block] = []
    for verdict in chosen:
        found.append(Text("\n".join(explained(ask.advisor.base, verdict, facts, ask.on))))
    return found


def _what_if(ask: _Ask) -> list[Block]:
    """The same decision with other facts; nothing is stored."""
    changes = ask.meaning.hypothetical.get(ask.meaning.subject) or ask.meaning.hypothetical.get("self") or {}
    if not changes:
        return [Text(ask.say("要是什么变了？比如“要是我读了博士呢”。"))]
    before = ask.decision
    profile = {**ask.dialogue.facts(), **changes}
    facts, problems = ask.advisor.base.read(profile)
    if problems:
        return [Text(f"{problems[0].message}。{problems[0].hint}")]
    after = ask.advisor.base.decide(facts, as_of=ask.on)
    fields = ask.advisor.base.vocabulary.fields
    words = "、".join(f"{fields[n].name} {fields[n].show(facts.get(n))}" for n in changes if n in fields)
    lines = [ask.say("假如{what}（只是假设，没有记下）：", what=words)]
    changed = []
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        was = show_range(old.amount.reported) if old.amount else "无"
        now = show_range(new.amount.reported) if new.amount else "无"
        if old.outcome is not new.outcome or was != now:
            lines.append(f"{new.name}：{old.outcome.label} {was} → {new.outcome.label} {now}")
            changed.append(new)
    if len(lines) == 1:
        lines.append(ask.say("各项结果不变。"))
    lines.append(ask.say("合计：{total}", total=total_words(after)))
    cited = [sources_of(ask.advisor.base, v) for v in changed]
    return [Text("\n".join((*lines[:-1][:11], lines[-1]))), Citations(tuple(dict.fromkeys(cited))[:4])]


def _definition(ask: _Ask) -> list[Block]:
    """What a word means here: a field or one of its values, or a benefit."""
    for entry in ask.advisor.base.vocabulary.fields.values():
        words = [entry.name, *entry.synonyms, *(o.name for o in entry.options)]
        if any(len(w) >= 2 and w in ask.text for w in words):
            choices = "、".join(o.name for o in entry.options)
            lines = [f"{entry.name}：{entry.why}", f"可选：{choices}" if choices else ""]
            return [Text("\n".join(line for line in lines if line))]
    named = ask.named(ask.decision)
    if named:
        return _source(ask)
    return [Text(ask.say("这个词文件里没有定义，请向主管部门核实。"))]


def _progress(ask: _Ask) -> list[Block]:
    return [Text(ask.say("我查不到办理进度，请问您递交材料的窗口或用人单位。")), *_process(ask)]


def _human(ask: _Ask) -> list[Block]:
    return [
        Text(ask.say("人工请找用人单位所在旗区的人社部门或市专家服务中心；可以把下面的结果带去。说“看结果”就能看到。")),
        *_process(ask)[:1],
    ]


def _export(ask: _Ask) -> list[Block]:
    decision = ask.decision
    return [summary.card(ask.advisor, ask.dialogue, decision)]


_ANSWERS: Mapping[str, Callable[[_Ask], list[Block]]] = {
    "ask_amount": _amount,
    "ask_eligibility": _amount,
    "ask_overview": _overview,
    "ask_compare": _stack,
    "ask_stack": _stack,
    "ask_definition": _definition,
    "ask_materials": _materials,
    "ask_process": _process,
    "ask_deadline": _deadline,
    "ask_schedule": _schedule,
    "ask_progress": _progress,
    "ask_source": _source,
    "ask_why": _why,
    "ask_human": _human,
    "what_if": _what_if,
    "export": _export,
}
