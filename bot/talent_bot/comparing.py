"""Things held against one another: benefits, two people, two values of one fact, and what if. Nothing is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from talent_bot import summary
from talent_bot.dialogue import SELF
from talent_bot.inquiry import Inquiry
from talent_bot.reply import Block, Text
from talent_bot.result import total
from talent_bot.scene import unread, who
from talent_bot.together import relations_among
from talent_rules import DISCLAIMER, Decision, Verdict, show_fact, show_range, show_value, total_words, unpriced

MOST_RELATIONS, MOST_CHANGED, MOST_EACH, MOST_COMPARED = 4, 8, 3, 4


def stack(ask: Inquiry) -> list[Block]:
    """Which go together and which do not: of those named, else of those that can be had."""
    base, say, decision = ask.base, ask.say, ask.decide()
    likely = ask.likely
    named = [v.benefit for v in ask.named(decision)]
    named = [b for b in named if b in likely] or named
    wanted = frozenset(b for b in ask.advisor.wanted(ask.dialogue) if decision[b].outcome.open)
    wanted = wanted & likely or wanted
    several = len(ask.meaning.benefits) > 1
    among = {*named, *(() if several else wanted or likely)}
    lines = relations_among(base, [b for b in among if decision[b].outcome.open], say, about=() if several else named)
    pair = named[:2] if several else [*_first(ask, wanted), *named[:1]]
    if len(set(pair)) == 2 and not relations_among(base, pair, say):
        names = say.listed(say(base.benefit(b).name) for b in pair)
        lines.insert(0, say("{names}：能不能一起拿，找到的文件没有写，请向主管部门核实。", names=names))
    unwritten = say("这几项之间，找到的文件没有写能不能同享，请向主管部门核实。")
    return [Text("\n".join(lines[:MOST_RELATIONS]) or unwritten)]


def compare(ask: Inquiry) -> list[Block]:
    """Two values of one fact, or benefits side by side."""
    name, values = _values_named(ask)
    if values:
        return _case_by_case(ask, name, values)
    decision, likely = ask.decide(), ask.likely
    open_ones = [v for v in ask.named(decision) if v.outcome.open]
    chosen = ([v for v in open_ones if v.benefit in likely] or open_ones)[:MOST_COMPARED]
    if len(chosen) < 2:
        return stack(ask)
    table = summary.table(ask.advisor, ask.facts, chosen, ask.on, ask.say)
    return [table, *stack(ask), ask.cited(chosen), Text(ask.say(DISCLAIMER), "quiet")]


def each_of_two(ask: Inquiry) -> list[Block]:
    """What each of two people can get: side by side, and not added."""
    say, advisor, blocks = ask.say, ask.advisor, list[Block]()
    named = advisor.of_kinds(ask.meaning.benefits)
    cited: list[Verdict] = []
    for person in ask.both:
        outlook = advisor.outlook(ask.dialogue, ask.on, person)
        paid = [v for v in summary.ranked(advisor, outlook.verdicts) if v.outcome.open and summary.worth(v) > 0]
        paid = [v for v in paid if v.benefit in named] or paid
        sums = total(advisor.decide(ask.dialogue, ask.on, person), outlook, say)
        title = say("{label}：{total}", label=who(person, say), total=sums)
        facts = advisor.facts(ask.dialogue, person)
        blocks.append(summary.table(advisor, facts, paid[:MOST_EACH], ask.on, say, title))
        cited += paid[:MOST_EACH]
    family = [r for r in ask.base.relations if r.kind == "家庭一次"]
    once = say.listed(dict.fromkeys(say(ask.base.benefit(m).name) for r in family for m in r.members))
    if once:
        blocks.append(Text(say("两个人各算各的，不相加。一家只能一次的：{names}。", names=once)))
    else:
        blocks.append(Text(say("两个人各算各的，不相加。能不能两个人都领，找到的文件没有写，请向主管部门核实。")))
    return [*blocks, ask.cited(cited), Text(say(DISCLAIMER), "quiet")]


def what_if(ask: Inquiry) -> list[Block]:
    """The same outlook with other facts."""
    say = ask.say
    changes = ask.meaning.hypothetical.get(ask.dialogue.subject) or ask.meaning.hypothetical.get("other") or {}
    if not changes:
        return [Text(say("要是什么变了？比如“要是我读了博士呢”。"))]
    facts, problems = ask.base.read({**ask.dialogue.facts(), **changes}, planned=True)
    if problems:
        return [Text(unread(problems[0], say))]
    before, after = ask.outlook, ask.base.outlook(facts, as_of=ask.on)
    fields = ask.base.vocabulary.fields
    what = say.listed(show_fact(fields[n], facts.get(n), say) for n in changes if n in fields)
    whom = "" if ask.dialogue.subject == SELF else who(ask.dialogue.subject, say)
    changed = _changed(ask, (before, after))
    lines = [say("假如{who}是这样：{what}（只是假设，没有记下）", who=whom, what=what)]
    lines += [
        say("{name}：{value}", name=say(ask.base.benefit(b).name), value=" → ".join(w) + mark) for b, w, mark in changed
    ]
    if not changed:
        lines.append(say("各项结果不变。"))
    lines.append(say("合计：{total}", total=total_words(after, say)))
    return [Text("\n".join(lines)), _cited(ask, changed, (after, before))]


# ── side by side ────────────────────────────────────────────────────────────────────────────


def _first(ask: Inquiry, wanted: Collection[str]) -> list[str]:
    """The foremost of the benefits somebody came for."""
    return [v.benefit for v in summary.ranked(ask.advisor, ask.decide().verdicts) if v.benefit in wanted][:1]


def _values_named(ask: Inquiry) -> tuple[str, list[Any]]:
    """The field of which a message names two values or more, and these values: “硕士和博士差多少”."""
    best: tuple[str, list[Any]] = ("", [])
    for entry in ask.base.vocabulary.fields.values():
        words = {w: o.id for o in entry.options for w in (o.name, *o.synonyms) if len(w) > 1}
        text, found = ask.text, dict[str, int]()
        for word in sorted(words, key=len, reverse=True):  # 非双一流 is not 双一流
            if (at := text.find(word)) >= 0:
                found.setdefault(words[word], at)
                text = text.replace(word, "　" * len(word))
        if len(found) > max(1, len(best[1])):
            best = entry.id, sorted(found, key=found.__getitem__)
    return best


def _case_by_case(ask: Inquiry, name: str, values: list[Any]) -> list[Block]:
    """What each value of a fact comes to."""
    say, entry = ask.say, ask.base.vocabulary.fields[name]
    cases: list[tuple[str, Decision]] = []
    for value in values[:MOST_COMPARED]:
        facts = ask.advisor.read({**ask.dialogue.facts(), name: value})
        cases.append((show_value(entry, facts.get(name), say), ask.base.outlook(facts, as_of=ask.on)))
    changed = _changed(ask, [decision for _, decision in cases])
    lines = [say("按{labels}各算一遍（只是比较，没有记下）：", labels=say.listed(label for label, _ in cases))]
    for benefit, worths, mark in changed:
        each = say.listed(f"{label} {worth}" for (label, _), worth in zip(cases, worths, strict=True))
        lines.append(say("{name}：{value}", name=say(ask.base.benefit(benefit).name), value=each + mark))
    if not changed:
        lines.append(say("各项结果不变。"))
    lines += [say("{label}合计：{total}", label=label, total=total_words(decision, say)) for label, decision in cases]
    return [Text("\n".join(lines)), _cited(ask, changed, [decision for _, decision in cases])]


def _changed(ask: Inquiry, cases: Iterable[Decision]) -> list[tuple[str, list[str], str]]:
    """The benefits that do not come to the same in every case, what they come to in each, and how sure that is."""
    found = [{v.benefit: v for v in case.verdicts if v.outcome.open} for case in cases]
    every = {benefit: verdict for case in found for benefit, verdict in case.items()}
    told = []
    for verdict in summary.ranked(ask.advisor, every.values()):
        worths = [_worth(ask, case.get(verdict.benefit)) for case in found]
        if len(set(worths)) > 1:
            told.append((verdict.benefit, worths, _mark(ask, verdict)))
    return told[:MOST_CHANGED]


def _worth(ask: Inquiry, verdict: Verdict | None) -> str:
    """What a benefit comes to, in a few words."""
    say = ask.say
    if verdict is None:
        return say("拿不到")
    if verdict.amount is None:
        return say(verdict.outcome.label)
    if lacking := unpriced(ask.base, verdict, say):
        return lacking
    return show_range(verdict.amount.reported, say) + (say("/年") if verdict.amount.unit == "CNY/year" else "")


def _mark(ask: Inquiry, verdict: Verdict) -> str:
    """The grade of figures no office vouches for."""
    money = verdict.amount
    return "" if money is None or money.grade.verified else ask.say("（{grade}级，未核实）", grade=money.grade.value)


def _cited(ask: Inquiry, changed: list[tuple[str, list[str], str]], cases: Iterable[Decision]) -> Block:
    """Where the benefits stand that are compared."""
    every: Mapping[str, Verdict] = {v.benefit: v for case in cases for v in case.verdicts}
    return ask.cited([every[benefit] for benefit, *_ in changed])
