"""How much, what in all, what goes together, and what if. All figures are those of a decision."""

from __future__ import annotations

from collections.abc import Sequence

from talent_bot import summary
from talent_bot.dialogue import SELF
from talent_bot.inquiry import Inquiry
from talent_bot.reply import Block, Text
from talent_bot.scene import unread, who
from talent_rules import (
    DISCLAIMER,
    RELATION_WORDS,
    Verdict,
    advise,
    reason,
    show_advice,
    show_fact,
    show_range,
    total_words,
)

MOST_NAMED, MOST_LIKELY, MOST_IN_ALL, MOST_CHANGED, MOST_RELATIONS, MOST_TITLED = 4, 5, 8, 8, 6, 3


def amount(ask: Inquiry) -> list[Block]:
    """How much of what was named, or of what is likeliest; why not, where it cannot be had."""
    decision, say = ask.decide(), ask.say
    named = ask.named(decision)
    open_ones = [v for v in named if v.outcome.open]
    if named and not open_ones:
        return [*(Text(_refusal(ask, v)) for v in named[:2]), ask.cited(named[:2])]
    among = ask.likely
    likely = [v for v in open_ones if v.benefit in among]
    chosen = (likely or open_ones)[:MOST_NAMED]
    if not named:
        ranked = [v for v in ask.open(decision) if summary.worth(v) > 0]
        touched = ask.touched(decision)
        about = [v for v in ranked if v.benefit in touched - among]
        chosen = [*about, *(v for v in ranked if v.benefit in among)][:MOST_LIKELY]
    if not chosen:
        return [Text(say("目前没有对得上的现金待遇")), *_with_titles(ask, ranked[:MOST_TITLED])]
    blocks: list[Block] = [summary.table(ask.advisor, ask.facts, chosen, ask.on, say)]
    if likely:
        blocks += _with_titles(ask, [v for v in open_ones if v not in chosen])
    for dropped in [d for d in decision.total.dropped if d.benefit in {v.benefit for v in named}][:2]:
        rivals = say.listed(say(ask.base.benefit(f).name) for f in dropped.favoured)
        how = say(RELATION_WORDS[dropped.relation])
        blocks.append(Text(say("与 {rivals} {how}，不能都拿，不相加。", rivals=rivals, how=how), "quiet"))
    return [*blocks, ask.cited(chosen), Text(say(DISCLAIMER), "quiet")]


def _with_titles(ask: Inquiry, verdicts: Sequence[Verdict]) -> list[Block]:
    """What is only for people whose standing was certified, by name."""
    names = ask.say.listed(ask.say(v.name) for v in verdicts)
    return [Text(ask.say("另有要先认定人才身份的：{names}。有就说一声。", names=names), "quiet")] if names else []


def _refusal(ask: Inquiry, verdict: Verdict) -> str:
    """Why somebody does not get a benefit, and what would change it."""
    say = ask.say
    text = say(
        "{name}：{outcome}。{reason}",
        name=say(verdict.name),
        outcome=say(verdict.outcome.label),
        reason=reason(ask.base, verdict, say),
    )
    advice = advise(ask.base, ask.facts, verdict, ask.on, limit=1)
    return "\n".join((text, *(show_advice(ask.base, a, say) for a in advice)))


def overview(ask: Inquiry) -> list[Block]:
    """The benefits that can be had, and what they come to."""
    decision, say = ask.decide(), ask.say
    among = ask.likely
    likely = [v for v in ask.open(decision) if v.benefit in among]
    chosen = [v for v in likely if v.amount is not None][:MOST_IN_ALL]
    services = say.listed(say(v.name) for v in likely if v.amount is None)
    found = summary.table(ask.advisor, ask.facts, chosen, ask.on, say, say("可能享受的待遇"))
    return [
        *([found] if chosen else []),
        *([Text(say("不是现金的：{names}", names=services), "quiet")] if services else []),
        Text(summary.headline(ask.advisor, ask.dialogue, ask.on)),
        ask.cited(chosen),
        Text(say(DISCLAIMER), "quiet"),
    ]


def stack(ask: Inquiry) -> list[Block]:
    """Which go together and which do not: the declared relations, with their grade."""
    base, say, decision = ask.base, ask.say, ask.decide()
    named = {v.benefit for v in ask.named(decision)}
    likely = ask.likely
    # What certainly binds comes before what nobody has written, and what was asked about before the rest.
    relations = sorted(base.relations, key=lambda r: (-len(named & set(r.members)), r.kind == "待定"))
    lines: list[str] = []
    for relation in relations:
        members = set(relation.members)
        theirs = members & named if named else len(members & likely) > 1
        if not theirs or sum(decision[m].outcome.open for m in members) < 2:
            continue
        names = say.listed(dict.fromkeys(say(base.benefit(m).name) for m in relation.members))
        word = say(RELATION_WORDS[relation.kind])
        lines.append(say("{names}：{how}（{grade}级来源）", names=names, how=word, grade=relation.grade.value))
    if not lines:
        lines = [say("这几项之间，找到的文件没有写能不能同享，请向主管部门核实。")]
    return [Text("\n".join(list(dict.fromkeys(lines))[:MOST_RELATIONS]))]


def what_if(ask: Inquiry) -> list[Block]:
    """The same decision with other facts; nothing is stored."""
    say, base = ask.say, ask.base
    changes = ask.meaning.hypothetical.get(ask.dialogue.subject) or ask.meaning.hypothetical.get("other") or {}
    if not changes:
        return [Text(say("要是什么变了？比如“要是我读了博士呢”。"))]
    facts, problems = base.read({**ask.dialogue.facts(), **changes})
    if problems:
        return [Text(unread(problems[0], say))]
    before, after = ask.decide(), base.decide(facts, as_of=ask.on)
    fields = base.vocabulary.fields
    what = say.listed(show_fact(fields[n], facts.get(n), say) for n in changes if n in fields)
    whom = "" if ask.dialogue.subject == SELF else who(ask.dialogue.subject, say)
    changed = [
        (old, new)
        for old, new in zip(before.verdicts, after.verdicts, strict=True)
        if old.outcome is not new.outcome or _worth(ask, old) != _worth(ask, new)
    ][:MOST_CHANGED]
    lines = [say("假如{who}是这样：{what}（只是假设，没有记下）", who=whom, what=what)]
    lines += [
        say(
            "{name}：{value}",
            name=say(new.name),
            value=f"{say(old.outcome.label)} {_worth(ask, old)} → {say(new.outcome.label)} {_worth(ask, new)}",
        )
        for old, new in changed
    ]
    if not changed:
        lines.append(say("各项结果不变。"))
    outlook = base.outlook(facts, as_of=ask.on)
    lines.append(say("合计：{total}", total=total_words(outlook, say)))
    return [Text("\n".join(lines)), ask.cited([new for _, new in changed])]


def _worth(ask: Inquiry, verdict: Verdict) -> str:
    return show_range(verdict.amount.reported, ask.say) if verdict.amount else ask.say("无")
