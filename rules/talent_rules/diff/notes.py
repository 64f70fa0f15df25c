"""What changed in the documents and the vocabulary themselves, in a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field

_PARTS = {
    "name": "名称", "short_name": "简称", "number": "文号", "issuer": "机关", "note": "说明", "amends": "修订",
    "replaces": "替代", "sources": "来源", "coverage": "条文覆盖",
}  # fmt: skip


def notes(old: RuleBase, new: RuleBase) -> Iterator[str]:
    """Files and words that came, went or read differently."""
    for name in dict.fromkeys([*old.policies, *new.policies]):
        if name not in old.policies:
            yield f"新增文件 {new.policies[name].title}"
        elif name not in new.policies:
            yield f"删去文件 {old.policies[name].title}"
        else:
            yield from _document(old, new, name)
    yield from _vocabulary(old, new)


def _document(old: RuleBase, new: RuleBase, name: str) -> Iterator[str]:
    first, second = old.policies[name], new.policies[name]
    for what, word in _PARTS.items():
        if getattr(first, what) != getattr(second, what):
            yield f"{second.title}：{word}改了，不影响谁得多少"


def _vocabulary(old: RuleBase, new: RuleBase) -> Iterator[str]:
    before, after = old.vocabulary.fields, new.vocabulary.fields
    for name in dict.fromkeys([*before, *after]):
        if name not in before:
            yield f"词汇表新增信息项“{after[name].name}”"
        elif name not in after:
            yield f"词汇表删去信息项“{before[name].name}”"
        elif meaning(before[name]) != meaning(after[name]):
            yield f"信息项“{after[name].name}”的类型、取值、范围或推导改了"
    first, second = old.vocabulary.reference.lists, new.vocabulary.reference.lists
    for name in dict.fromkeys([*first, *second]):
        if first.get(name) != second.get(name):
            yield f"名单“{(second.get(name) or first[name]).name}”改了：名单里的人按各自那一版认，没有逐人比较"
    if _ties(old) != _ties(new):
        yield "词汇表的蕴含改了：比较时以新版为准"


def meaning(entry: Field) -> tuple[object, ...]:
    """What of a field the rules rest on."""
    return entry.kind, tuple(o.id for o in entry.options), entry.unit, entry.lo, entry.hi, entry.derivation


def _ties(base: RuleBase) -> Iterable[object]:
    return tuple((i.when, i.then) for i in base.implications)
