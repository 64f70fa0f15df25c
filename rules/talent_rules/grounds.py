"""Why a condition holds, fails or stays open, down to the deepest clause, in words.

A 层次 names what it is made of, and a value that follows from others says from which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from talent_rules.derive import State
from talent_rules.lines import Misread, take_apart
from talent_rules.model import Finding, Span, Value
from talent_rules.rulebase import RuleBase
from talent_rules.saying import HEADS, show_condition, show_denied, show_finding, show_value
from talent_rules.words import CHINESE, Words

_MARKS = {True: "✓", False: "✗", None: "？"}


def lines_of(base: RuleBase, finding: Finding, state: State, say: Words = CHINESE, depth: int = 0) -> Iterator[str]:
    """A condition with its mark, and under it what decides it, part by part."""
    shown = _decisive(finding)
    if len(shown) == 1 and finding.kind in HEADS:
        yield from lines_of(base, shown[0], state, say, depth)
        return
    told = _value_behind(base, finding, state, say) if finding.kind == "atom" and finding.holds is False else ""
    text = say(HEADS[finding.kind]) if shown and finding.kind in HEADS else show_finding(finding, base.vocabulary, say)
    yield f"{'    ' * depth}{_MARKS[finding.holds]} {text}{told}"
    for part in shown:
        yield from lines_of(base, part, state, say, depth + 1)


def _decisive(finding: Finding) -> tuple[Finding, ...]:
    """The parts that make a condition come out as it does; none where one line says it all."""
    if finding.kind == "points":
        return finding.parts
    if finding.kind == "any" and finding.holds:
        return next((p,) for p in finding.parts if p.holds) if any(p.holds for p in finding.parts) else ()
    if finding.holds is True or finding.kind not in ("any", "all", "tier"):
        return ()
    return tuple(p for p in finding.parts if p.holds is finding.holds)


def _value_behind(base: RuleBase, finding: Finding, state: State, say: Words) -> str:
    """What the person's value is where a line fails, and what it follows from."""
    try:
        line = take_apart(finding.text, base.vocabulary)
    except Misread:
        return ""
    entry, value = line.field, state.values.get(line.field.id)
    how = entry.derivation
    if value is None or isinstance(value, Span) or line.anchor is not None:
        return ""
    shown = show_value(entry, value, say)
    source: Value | None = state.values.get(how.of) if how else None
    if how is None or source is None:
        return say("（现为 {value}）", value=shown)
    of = base.vocabulary.fields[how.of]
    behind = say("{name} {value}", name=say(of.name), value=show_value(of, source, say))
    return say("（按{what}，现为 {value}）", what=behind, value=shown)


def failed(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """Only the conditions that fail; for 全部 the failing parts, for 任一 all of it."""
    for finding in findings:
        if finding.holds is False:
            if finding.kind == "all":
                yield from failed(finding.parts)
            else:
                yield finding


def lacking(base: RuleBase, finding: Finding, say: Words = CHINESE, held: dict[str, str] | None = None) -> str:
    """A failed condition in words: of 任一 what each way lacks, of 都不 what must not be, of a 层次 why not.

    `held` is what the person has, by field: it is told behind what is asked, and taken out, so that it is told once.
    """
    if finding.kind == "any" and finding.parts:
        ways = [[lacking(base, f, say) for f in failed((p,))] or [_shown(base, p, say)] for p in finding.parts]
        if held is None:
            return say("，或 ").join(dict.fromkeys(say(" 且 ").join(way) for way in ways))
        first, *others = (say(" 且 ").join(way) for way in _shortest(ways))
        name = next((n for n in map(say, _names(base, finding)) if first.startswith(n)), "")
        others = [way.removeprefix(name).removeprefix("：") if say.source and name else way for way in others]
        text = say("，或 ").join([first, *others])
        return text + _has(base, finding, text, say, held)
    if finding.kind == "none":
        barred = say.listed(_shown(base, p, say) for p in finding.parts if p.holds is not False)
        return say("要排除 {what}", what=barred)
    if finding.kind == "tier" and finding.parts:
        name = say(finding.text.removeprefix("符合 "))
        return say("{name}（{why}）", name=name, why=_denials(base, finding.parts, say))
    text = _shown(base, finding, say)
    return text + _has(base, finding, text, say, held)


def _shown(base: RuleBase, finding: Finding, say: Words) -> str:
    """A condition in words; those of a single line are put together once."""
    if finding.kind in HEADS or finding.kind == "points":
        return show_finding(finding, base.vocabulary, say)
    return base.once(("shown", finding.text, say.lang), lambda: show_condition(finding.text, base.vocabulary, say))


def _shortest(ways: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Without the ways that ask for all that another asks for, and more."""
    kept: list[Sequence[str]] = []
    for number, way in enumerate(ways):
        others = [*kept, *ways[number + 1 :]]
        if not any(set(other) < set(way) for other in others) and not any(set(k) == set(way) for k in kept):
            kept.append(way)
    return kept


def _names(base: RuleBase, finding: Finding) -> Iterator[str]:
    """What the fields are called that a condition reads."""
    return (base.vocabulary.fields[name].name for name in finding.fields if name in base.vocabulary.fields)


def _has(base: RuleBase, finding: Finding, text: str, say: Words, held: dict[str, str] | None) -> str:
    """What the person has of the fields that fail a condition and that its `text` names, as far as it was not told."""
    called = {name: say(base.vocabulary.fields[name].name) for name in _failing(finding) if held and name in held}
    names = [name for name, word in called.items() if word in text]
    if held is None or not names:
        return ""
    values = [held.pop(name) for name in names]
    if len(set(finding.fields)) == 1:
        return say("（现为 {value}）", value=values[0])
    named = (say("{name} {value}", name=called[n], value=v) for n, v in zip(names, values, strict=True))
    return say("（现为 {value}）", value=say.listed(named))


def _failing(finding: Finding) -> Iterator[str]:
    """The fields of the lines that fail."""
    if finding.holds is not False:
        return
    if not finding.parts:
        yield from finding.fields
    for part in finding.parts:
        yield from _failing(part)


def _denials(base: RuleBase, findings: tuple[Finding, ...], say: Words) -> str:
    return say("；").join(denied(base, f, say) for f in failed(findings))


def denied(base: RuleBase, finding: Finding, say: Words = CHINESE) -> str:
    """That a condition fails, as a sentence: 引进方式不是全职; of 任一 that none of them is so."""
    if finding.kind == "any" and finding.parts:
        return say("，").join(_denials(base, (part,), say) for part in finding.parts)
    if finding.kind == "none":
        return say("；").join(
            show_finding(part, base.vocabulary, say) for part in finding.parts if part.holds is not False
        )
    if finding.kind == "tier" and finding.parts:
        return lacking(base, finding, say)
    return base.once(("denied", finding.text, say.lang), lambda: show_denied(finding.text, base.vocabulary, say))
