"""What is 待定, grouped by the question behind it, with the document that would settle it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from talent_rules.compiler.files import name_in
from talent_rules.conditions import opens
from talent_rules.model import Rejected
from talent_rules.money import Constant, parts_of
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.source import Record, Report, entries, items_of, read_file, text_of, texts_of

_QUESTION = re.compile(r"Q\d\d")
_LISTED = {"文件": "documents", "问题": "questions"}
_DOCUMENT = {"名称": "name", "政策": "policies", "缺": "words", "为什么": "why"}


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
class Document:
    """A document the office should be asked for: the policies and the words of the gaps it would close."""

    name: str
    why: str = ""
    policies: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()

    def closes(self, gap: Gap) -> bool:
        """Whether it would settle this."""
        policies = {b.split("/")[0] for b in gap.benefits}
        named = not self.policies or bool(policies & self.policies)
        return named and (not self.words or any(word in gap.text for word in self.words))


@dataclass(frozen=True, slots=True)
class Lists:
    """What a place wants to know: documents, and questions by number. Empty where nobody has listed any."""

    documents: tuple[Document, ...] = ()
    questions: Mapping[str, str] = field(default_factory=dict)


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


def read_lists(folder: Path, place: str) -> Lists:
    """`reference/wanted/<place>.yaml` of a data folder. Raises Rejected with what is wrong in it."""
    path = folder / "reference" / "wanted" / f"{place}.yaml"
    if not path.is_file():
        return Lists()
    report = Report()
    found = entries(read_file(path, name_in(path, folder), report), _LISTED, report, what="待定清单")
    documents = []
    for item in items_of(found.get("documents"), report, "文件"):
        one = entries(item, _DOCUMENT, report, what="文件", required=("name",))
        policies, words = (
            texts_of(one.get(key), report, what) for key, what in (("policies", "政策"), ("words", "缺"))
        )
        name, why = (text_of(one.get(key), report) for key in ("name", "why"))
        documents.append(Document(name, why, frozenset(policies), words))
    asked = found.get("questions")
    questions = {k.text: text_of(v, report, "问题") for k, v in (asked.pairs if isinstance(asked, Record) else ())}
    if report.failed:
        raise Rejected(tuple(report.problems))
    return Lists(tuple(documents), questions)


def wanted(base: RuleBase, lists: Lists) -> tuple[Wanted, ...]:
    """The documents to ask for, the one most benefits wait for first; every gap stands in exactly one."""
    left = dict.fromkeys(open_gaps(base))
    found: list[Wanted] = []
    for document in lists.documents:
        mine = [gap for gap in left if document.closes(gap)]
        for gap in mine:
            del left[gap]
        if mine:
            found.append(Wanted(document.name, document.why, tuple(mine)))
    for policy in base.policies.values():
        mine = [g for g in left if g.benefits[0].startswith(policy.id + "/")]
        if mine:
            missing = [clause for clause, state in policy.coverage if state.startswith("未取得")]
            why = "还没有取得：" + "、".join(missing) if missing else ""
            found.append(Wanted(f"《{policy.name}》正文", why, tuple(mine)))
    return tuple(sorted(found, key=lambda w: -len(w.benefits)))


def questions(base: RuleBase, lists: Lists) -> tuple[Asked, ...]:
    """The numbered questions, each with what waits for the answer."""
    texts = lists.questions
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
