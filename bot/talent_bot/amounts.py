"""How much, and what in all. All figures are those of a decision."""

from __future__ import annotations

from collections.abc import Sequence

from talent_bot import summary
from talent_bot.inquiry import Inquiry
from talent_bot.reply import Block, Text
from talent_bot.together import relations_among
from talent_rules import DISCLAIMER, Decision, Outcome, Verdict

MOST_NAMED, MOST_LIKELY, MOST_IN_ALL, MOST_TITLED, MOST_RELATIONS, MOST_NEARLY = 4, 5, 8, 3, 2, 2
FEW_TOLD = 2  # who tells more than so many facts asks about no single one of them


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
        usual = [v for v in ranked if v.benefit in among][: MOST_LIKELY - len(about[:MOST_NEARLY])]
        chosen = [*about, *usual] if len(ask.told) <= FEW_TOLD else [*usual, *about[:MOST_NEARLY]]
    if not chosen:
        return [Text(say("目前没有对得上的现金待遇")), *_with_titles(ask, ranked[:MOST_TITLED])]
    blocks: list[Block] = [summary.table(ask.advisor, ask.facts, chosen, ask.on, say)]
    nearly = [] if named else _nearly(ask, decision)
    blocks += [Text(_refusal(ask, v), "quiet") for v in nearly]
    if likely:
        blocks += _with_titles(ask, [v for v in open_ones if v not in chosen])
    blocks += [Text(line, "quiet") for line in _together(ask, chosen)]
    return [*blocks, ask.cited([*chosen, *nearly]), Text(say(DISCLAIMER), "quiet")]


def _together(ask: Inquiry, shown: Sequence[Verdict]) -> list[str]:
    """How the benefits that are shown go together, so that nobody adds them up."""
    lines = relations_among(ask.base, {v.benefit for v in shown}, ask.say, known=("可叠加",))
    return lines[:MOST_RELATIONS]


def _with_titles(ask: Inquiry, verdicts: Sequence[Verdict]) -> list[Block]:
    """What is only for people whose standing was certified, by name."""
    names = ask.say.listed(ask.say(v.name) for v in verdicts)
    return [Text(ask.say("另有要先认定人才身份的：{names}。有就说一声。", names=names), "quiet")] if names else []


def _nearly(ask: Inquiry, decision: Decision) -> list[Verdict]:
    """What is refused for something somebody has not done yet, or for what was told last: 没做留服认证, 年薪58万."""
    touched = ask.touched(decision) if len(ask.told) <= FEW_TOLD else ()
    found = []
    for verdict in summary.ranked(ask.advisor, decision.verdicts):
        if verdict.outcome is not Outcome.INELIGIBLE or not ask.base.benefit(verdict.benefit).to_person:
            continue
        nearest = summary.sensible_advice(ask.advisor, verdict, ask.facts, ask.on)
        undone = [a for a in nearest if len(a.changes) == 1 and ask.facts.get(a.changes[0][0]) is False]
        if undone or (nearest and verdict.benefit in touched):
            found.append(verdict)
    return found[:MOST_NEARLY]


def _refusal(ask: Inquiry, verdict: Verdict) -> str:
    """Why somebody does not get a benefit, and what would change it."""
    say = ask.say
    shown = summary.row(ask.advisor, verdict, ask.facts, ask.on, say)
    text = say("{name}：{outcome}。{reason}", name=shown.name, outcome=shown.outcome, reason=shown.reason)
    return f"{text}\n{shown.advice}".rstrip()


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
