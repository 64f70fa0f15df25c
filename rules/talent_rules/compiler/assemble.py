"""Documents put together into one rule base: ids once, references that exist, and what a successor ends."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from talent_rules.compiler.policy import Document
from talent_rules.conditions import AllOf, Atom, Axis, Between, Condition, Stated
from talent_rules.quantities import clean
from talent_rules.rulebase import Benefit, Implication, Policy, RuleBase
from talent_rules.source import Report, did_you_mean, slips_of
from talent_rules.vocabulary import Vocabulary, show_days


def assemble(
    place: str,
    version: str,
    words: tuple[Vocabulary, tuple[Implication, ...]],
    documents: list[Document],
    report: Report,
    *,
    whole: bool,
) -> RuleBase:
    """The rule base of these documents. `whole` is whether every file of the place could be read."""
    policies: dict[str, Policy] = {}
    for document in documents:
        policy = document.policy
        if policy.id in policies:
            other = policies[policy.id].file
            report.add(policy.place, "R507", f"政策 `{policy.id}` 在 {other} 里已有", "换一个 id")
        policies[policy.id] = policy
    benefits = [b for d in documents for b in d.benefits]
    _check_references(documents, report, whole)
    benefits = _close_replaced(documents, benefits, report)
    return RuleBase(
        place,
        version,
        _naming(words[0], benefits),
        policies,
        tuple(benefits),
        tuple(r for d in documents for r in d.relations),
        tuple(c for d in documents for c in d.cases),
        words[1],
    )


def _naming(vocabulary: Vocabulary, benefits: Collection[Benefit]) -> Vocabulary:
    """The vocabulary, its fields of benefits received before knowing what each is called."""
    called: dict[str, dict[str, None]] = {}
    for benefit in benefits:
        for word in (benefit.id, benefit.local_id, benefit.name):
            called.setdefault(clean(word).casefold(), {})[benefit.id] = None
    names = {word: tuple(ids) for word, ids in called.items()}
    shown = {b.id: b.name for b in benefits}
    fields = {
        i: replace(f, benefits=names, called=shown) if i in ("received", "family_received") else f
        for i, f in vocabulary.fields.items()
    }
    return replace(vocabulary, fields=fields)


def _check_references(documents: list[Document], report: Report, whole: bool) -> None:
    """Benefits and policies named elsewhere must exist; those of a file that could not be read may."""
    known = {b.id for d in documents for b in d.benefits}
    names = {b.id: b.name for d in documents for b in d.benefits}
    policies = {d.policy.id for d in documents}
    torn = {d.policy.id for d in documents if not d.whole}  # a benefit of theirs may be one whose id is wrong
    for document in documents:
        own = document.policy.id + "/"
        for relation in document.relations:
            for member, place in zip((*relation.members, *relation.received), relation.places, strict=True):
                if member in known or not (whole or member.split("/")[0] in policies):
                    continue
                if member.split("/")[0] in torn:  # said there
                    continue
                short = member.removeprefix(own)
                hint = _member_hint(short, own, names, policies)
                report.add(place, "R508", f"关系里的待遇 `{short}` 不存在", hint, width=len(short))
        for name in (document.policy.amends, *document.policy.replaces):
            if name and (name == document.policy.id or name.startswith(own)):
                message = f"政策 `{document.policy.id}` 写着修订或替代它自己"
                report.add(document.policy.place, "R509", message, "写被修订、被替代的那份文件的 id")
                continue
            there, what = (known, "政策或待遇") if "/" in name else (policies, "政策")
            if name and name not in there and whole:
                near = did_you_mean(name, [n for n in there if n != document.policy.id])
                hint = near or "核对那份文件的政策 id；还没有它的规则文件就先不写"
                report.add(document.policy.place, "R509", f"没有{what} `{name}`", hint, severity="warning")


def _member_hint(word: str, own: str, names: Mapping[str, str], policies: Collection[str]) -> str:
    """What a member that does not exist may have meant: a benefit by its name, several in one, another id."""
    policy, _, named = word.partition("/")
    if policy in policies:
        inside = [i for i in names if i.startswith(policy + "/")]
        near = did_you_mean(word, inside) if named else ""
        return near or f"写到待遇：{'、'.join(f'`{i}`' for i in inside[:4])}"
    if re.fullmatch(r"[a-z0-9-]+/\w+", word):
        meant = [p for p in slips_of(policy, policies) if p + "/" != own]
        return (
            f"你是不是想写 `{meant[0]}/{named}`？" if meant else f"没有 id 是 `{policy}` 的文件；先建它，或核对政策 id"
        )
    called = sorted((i.removeprefix(own) for i, name in names.items() if name == word), key=lambda i: "/" in i)
    if called:
        return f"写它的 id：`{called[0]}`"
    parts = [p for p in re.split(r"[、，,;；/\s]+", word) if p]
    if len(parts) > 1 and all(own + p in names for p in parts):
        return f"成员之间用半角逗号加空格：`[{', '.join(parts)}]`"
    return did_you_mean(word, [i.removeprefix(own) for i in names]) or "写 待遇id，或 政策id/待遇id"


def _close_replaced(documents: list[Document], benefits: list[Benefit], report: Report) -> list[Benefit]:
    """替代: the replaced policy, or the one benefit of it, ends the day before its successor begins."""
    from talent_rules import quantities as q

    ends: dict[str, int] = {}
    for document in documents:
        policy = document.policy
        replaced = [n for n in policy.replaces if n.split("/")[0] != policy.id]
        if replaced and policy.since:
            try:
                ends |= dict.fromkeys(replaced, int(q.day_span(policy.since).lo or 0))
            except q.Unreadable:
                continue
    applies = {d.policy.id: d.policy.applies_on for d in documents}
    last = {
        b.id: min(ends[n] for n in (b.id, b.policy) if n in ends) for b in benefits if ends.keys() & {b.id, b.policy}
    }
    return [replace(b, scope=_ending(b.scope, applies[b.policy], last[b.id])) if b.id in last else b for b in benefits]


def _ending(scope: Condition, date_field: str, day: int) -> Condition:
    from talent_rules.model import Span

    until = Atom(Axis(date_field), Between(None, (day, 0)))
    last = show_days(Span(day - 1, day - 1))
    return Stated(f"{getattr(scope, 'text', '有效期')} 至 {last}（被替代）", AllOf((scope, until)))
