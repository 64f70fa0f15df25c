"""What is 待定, grouped by the question behind it, with the document that would settle it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from talent_rules.conditions import opens
from talent_rules.money import Constant, parts_of
from talent_rules.rulebase import Benefit, RuleBase

_QUESTION = re.compile(r"Q\d\d")
_LISTS = Path(__file__).with_name("wanted.yaml")


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing the sources leave open, and the benefits that wait for it."""

    text: str
    benefits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to ask for, what it would settle, and what waits for it."""

    document: str
    why: str
    gaps: tuple[Gap, ...]

    @property
    def benefits(self) -> tuple[str, ...]:
        """Every benefit that waits for it."""
        return tuple(dict.fromkeys(b for gap in self.gaps for b in gap.benefits))

    @property
    def groups(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """The gaps by who waits for them: benefits, texts."""
        found: dict[tuple[str, ...], list[str]] = {}
        for gap in self.gaps:
            found.setdefault(gap.benefits, []).append(gap.text)
        return tuple((benefits, tuple(texts)) for benefits, texts in found.items())


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for the policy office, by its number, with the texts that wait for the answer."""

    number: str
    text: str
    gaps: tuple[Gap, ...]


def open_gaps(base: RuleBase) -> tuple[Gap, ...]:
    """Every undecided text of every benefit, amounts and payments included."""
    waiting: dict[tuple[str, str], list[str]] = {}
    for benefit in base.benefits:
        for text in _texts(benefit):
            waiting.setdefault((benefit.policy, text), []).append(benefit.id)
    return tuple(Gap(text, tuple(ids)) for (_, text), ids in waiting.items())


def _texts(benefit: Benefit) -> list[str]:
    found = [leaf.text for leaf in opens(benefit.condition) if leaf.kind == "undecided"]
    found += [leaf.text for leaf in opens(benefit.scope) if leaf.kind == "undecided"]
    if any(isinstance(p, Constant) and p.form == "undecided" for p in parts_of(benefit.amount)):
        found.append("数额没有载明")
    if benefit.payment is not None and benefit.payment.undecided:
        found.append(f"发放：{benefit.payment.undecided}")
    return list(dict.fromkeys(found))


def wanted(base: RuleBase) -> tuple[Wanted, ...]:
    """The documents to ask for, the one most benefits wait for first; every gap stands in exactly one."""
    left = dict.fromkeys(open_gaps(base))
    found: list[Wanted] = []
    for entry in _listed()["文件"]:
        pattern = re.compile(str(entry["缺"]))
        policies = set(entry.get("政策", ()))
        mine = [g for g in left if pattern.search(g.text) and (not policies or _policies(g) & policies)]
        for gap in mine:
            del left[gap]
        if mine:
            found.append(Wanted(str(entry["名称"]), str(entry.get("为什么", "")), tuple(mine)))
    for policy in base.policies.values():
        mine = [g for g in left if g.benefits[0].startswith(policy.id + "/")]
        if mine:
            missing = [clause for clause, state in policy.coverage if state.startswith("未取得")]
            why = "还没有取得：" + "、".join(missing) if missing else ""
            found.append(Wanted(f"《{policy.name}》正文", why, tuple(mine)))
    return tuple(sorted(found, key=lambda w: -len(w.benefits)))


def _policies(gap: Gap) -> set[str]:
    return {b.split("/")[0] for b in gap.benefits}


def questions(base: RuleBase) -> tuple[Asked, ...]:
    """The numbered questions, each with what waits for the answer."""
    texts: dict[str, str] = _listed()["问题"]
    gaps: dict[str, list[Gap]] = {number: [] for number in texts}
    noted = [(b.note, b.id) for b in base.benefits] + [(r.note, m) for r in base.relations for m in r.members]
    extra: dict[str, list[str]] = {}
    for note, benefit in noted:
        for number in _QUESTION.findall(note):
            extra.setdefault(number, []).append(benefit)
    for gap in open_gaps(base):
        for number in _QUESTION.findall(gap.text):
            gaps.setdefault(number, []).append(gap)
    for number, ids in extra.items():
        gaps.setdefault(number, []).append(Gap("写在说明或关系里", tuple(dict.fromkeys(ids))))
    return tuple(Asked(n, texts.get(n, ""), tuple(found)) for n, found in sorted(gaps.items()))


def _listed() -> dict[str, Any]:
    found = yaml.safe_load(_LISTS.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found
