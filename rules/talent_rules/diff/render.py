"""A comparison as text, as JSON, and as one page a director can sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talent_rules.diff.model import DIRECTIONS, Change, Cliff, Difference, Example, Group, Impact, Witness
from talent_rules.vocabulary import show_yuan
from talent_rules.wire import facts_json, yuan

SIGNS = {"better": "＋", "worse": "－", "other": "·"}


def total(fen: int) -> str:
    """A sum over many people: from 1 万元 on in 万元 to two places, `3,647.20万元`; the JSON has it to the 分."""
    if abs(fen) < 10_000_00:
        return show_yuan(fen)
    hundreds = (abs(fen) + 5_000) // 10_000  # of 100 yuan
    return f"{'-' if fen < 0 else ''}{hundreds // 100:,}{f'.{hundreds % 100:02d}' if hundreds % 100 else ''}万元"


def signed(fen: int) -> str:
    """A difference of sums with its sign."""
    return f"{'+' if fen > 0 else '−' if fen < 0 else ''}{total(abs(fen))}"


# ── text ────────────────────────────────────────────────────────────────────────────────────


def text(difference: Difference, impact: Impact | None = None) -> str:
    """The whole comparison in lines."""
    lines = list(_difference_lines(difference))
    if impact is not None:
        lines += ["", *_impact_lines(impact)]
    return "\n".join(lines) + "\n"


def _difference_lines(difference: Difference) -> Iterator[str]:
    if not difference.changes:
        yield f"两版对每个人都一样（{len(difference.unchanged)} 项待遇逐项证明）"
    for change in difference.changes:
        yield f"{SIGNS[change.direction]} {change.sentence}"
        if change.witness is not None:
            who = change.witness
            yield f"    例：{who.text}（{who.day}申请）：{who.before}→{who.after}"
    if difference.changes:
        yield f"其余 {len(difference.unchanged)} 项待遇没有变化。"
    for note in difference.notes:
        yield f"· {note}"


def _impact_lines(impact: Impact) -> Iterator[str]:
    counts = f"增加 {impact.winners:,} 人，减少 {impact.losers:,} 人，不变 {impact.unchanged:,} 人"
    yield f"{impact.source} {impact.people:,} 人：{counts}"
    change = signed(impact.after - impact.before)
    yield f"金额（按最高算）{total(impact.before)}→{total(impact.after)}（{change}）"
    first, second = impact.surely
    yield f"其中已经确定的 {total(first)}→{total(second)}（{signed(second - first)}）"
    for year, before, after in impact.years:
        yield f"  {year} 年 {total(before)}→{total(after)}（{signed(after - before)}）"
    for group in impact.benefits:
        yield f"  {group.value}：{_group_words(group)}"
    if overlap(impact):
        added = sum(g.after - g.before for g in impact.benefits)
        total_change = signed(impact.after - impact.before)
        yield f"  各项相加 {signed(added)}，不能同享、重复算的 {signed(overlap(impact))}，合计 {total_change}"
    for word, groups in impact.groups.items():
        for group in groups:
            if group.winners or group.losers:
                yield f"  {word} {group.value}：{_group_words(group)}"
    for cliff in impact.cliffs:
        yield f"  悬崖：{cliff.text}，{cliff.people:,} 人失去{cliff.name} {total(cliff.amount)}"
    for example in impact.examples:
        yield f"  第 {example.number} 人 {example.facts}：{show_yuan(example.before)}→{show_yuan(example.after)}"
        for line in example.lines:
            yield f"      {line}"
    for caveat in impact.caveats:
        yield f"注：{caveat}"


def overlap(impact: Impact) -> int:
    """What the total change is beside the changes of the single benefits added up: what only one of two is paid for."""
    return impact.after - impact.before - sum(g.after - g.before for g in impact.benefits)


def _group_words(group: Group) -> str:
    return f"增 {group.winners:,} 人、减 {group.losers:,} 人，{signed(group.after - group.before)}"


# ── JSON ────────────────────────────────────────────────────────────────────────────────────


def as_json(difference: Difference, impact: Impact | None = None, vocabulary: Any = None) -> dict[str, Any]:
    """The comparison as one object; money in 元."""
    return {
        "as_of": difference.as_of.isoformat(),
        "old": difference.old,
        "new": difference.new,
        "changes": [_change_json(c, vocabulary) for c in difference.changes],
        "unchanged": list(difference.unchanged),
        "notes": list(difference.notes),
        "impact": None if impact is None else _impact_json(impact),
    }


def _change_json(change: Change, vocabulary: Any) -> dict[str, Any]:
    return {
        "benefit": change.benefit,
        "name": change.name,
        "kind": change.kind,
        "direction": change.direction,
        "sentence": change.sentence,
        "before": change.before,
        "after": change.after,
        "people": list(change.people),
        "complete": change.complete,
        "witness": None if change.witness is None else _witness_json(change.witness, vocabulary),
    }


def _witness_json(witness: Witness, vocabulary: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "text": witness.text, "as_of": witness.day.isoformat(), "before": witness.before, "after": witness.after,
        "proved": witness.proved,
    }  # fmt: skip
    if vocabulary is not None:
        found["facts"] = facts_json(vocabulary, witness.facts)
    return found


def _impact_json(impact: Impact) -> dict[str, Any]:
    return {
        "source": impact.source,
        "synthetic": impact.synthetic,
        "people": impact.people,
        "winners": impact.winners,
        "losers": impact.losers,
        "unchanged": impact.unchanged,
        "before": yuan(impact.before),
        "after": yuan(impact.after),
        "surely": {"before": yuan(impact.surely[0]), "after": yuan(impact.surely[1])},
        "years": [{"year": y, "before": yuan(a), "after": yuan(b)} for y, a, b in impact.years],
        "benefits": [_group_json(g) for g in impact.benefits],
        "groups": {word: [_group_json(g) for g in groups] for word, groups in impact.groups.items()},
        "examples": [_example_json(e) for e in impact.examples],
        "cliffs": [_cliff_json(c) for c in impact.cliffs],
        "caveats": list(impact.caveats),
    }  # fmt: skip


def _example_json(example: Example) -> dict[str, Any]:
    return {
        "number": example.number,
        "facts": example.facts,
        "before": yuan(example.before),
        "after": yuan(example.after),
        "lines": list(example.lines),
    }


def _cliff_json(cliff: Cliff) -> dict[str, Any]:
    return {
        "benefit": cliff.benefit,
        "text": cliff.text,
        "people": cliff.people,
        "amount": yuan(cliff.amount),
        "everything": cliff.everything,
    }


def _group_json(group: Group) -> dict[str, Any]:
    return {
        "value": group.value, "people": group.people, "winners": group.winners, "losers": group.losers,
        "before": yuan(group.before), "after": yuan(group.after),
    }  # fmt: skip


# ── one page ────────────────────────────────────────────────────────────────────────────────


def page(
    difference: Difference,
    impact: Impact | None = None,
    *,
    title: str = "政策改动影响表",
    names: tuple[str, str] = ("旧版", "新版"),
) -> str:
    """One printable page of HTML with nothing from another host. Needs Jinja2 (extra `web`)."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("talent_rules.diff"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["yuan"] = show_yuan
    environment.filters["signed"] = signed
    environment.filters["total"] = total
    environment.filters["count"] = "{:,}".format
    top = 1
    if impact is not None:
        top = max([1, *(max(a, b) for _, a, b in impact.years)])
    return environment.get_template("page.html").render(
        difference=difference, impact=impact, title=title, names=names, directions=DIRECTIONS, top=top,
        overlap=overlap(impact) if impact else 0, summary=_summary(difference, impact),
        terms=[c for c in difference.changes if c not in difference.substantive],
    )  # fmt: skip


def _summary(difference: Difference, impact: Impact | None) -> str:
    """The whole comparison in a sentence or two."""
    found = {w: sum(c.direction == d for c in difference.substantive) for d, w in DIRECTIONS.items()}
    kinds = "、".join(f"{word} {number} 处" for word, number in found.items() if number)
    said = f"影响人的改动：{kinds}。" if kinds else "没有影响人的改动。"
    if impact is None:
        return said
    who = "合成的人" if impact.synthetic else "名单里的人"
    change, sure = signed(impact.after - impact.before), signed(impact.surely[1] - impact.surely[0])
    sides = f"{impact.winners:,} 个增加、{impact.losers:,} 个减少"
    return f"{said}{who} {impact.people:,} 个，{sides}，按最高算合计 {change}，其中已经确定的 {sure}。"
