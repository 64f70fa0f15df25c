"""Why a condition holds, fails or stays open, down to the deepest clause, in words.

A 层次 names what it is made of, and a value that follows from others says from which.
"""

from __future__ import annotations

from collections.abc import Iterator

from talent_rules.derive import State
from talent_rules.lines import Misread, take_apart
from talent_rules.model import Finding, Span, Value
from talent_rules.rulebase import RuleBase
from talent_rules.saying import HEADS, show_denied, show_finding, show_value
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


def lacking(base: RuleBase, finding: Finding, say: Words = CHINESE) -> str:
    """A failed condition in words: of 任一 what each way lacks, of 都不 what must not be, of a 层次 why not."""

    def shown(one: Finding) -> str:
        return show_finding(one, base.vocabulary, say)

    if finding.kind == "any" and finding.parts:
        ways = [say(" 且 ").join(lacking(base, f, say) for f in failed((p,))) or shown(p) for p in finding.parts]
        return say("，或 ").join(dict.fromkeys(ways))
    if finding.kind == "none":
        barred = say.listed(shown(p) for p in finding.parts if p.holds is not False)
        return say("要排除 {what}", what=barred)
    if finding.kind == "tier" and finding.parts:
        name = say(finding.text.removeprefix("符合 "))
        return say("{name}（{why}）", name=name, why=_denials(base, finding.parts, say))
    return shown(finding)


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
    return show_denied(finding.text, base.vocabulary, say)
