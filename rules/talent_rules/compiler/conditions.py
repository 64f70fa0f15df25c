"""The 条件 section: structure in YAML, leaves in the one-line language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from talent_rules.compiler.basis import read_basis
from talent_rules.compiler.keys import accepting
from talent_rules.conditions import ALWAYS, AllOf, AnyOf, Condition, NoneOf, Open, Reach, Stated
from talent_rules.language import read_line
from talent_rules.lines import Misread, take_apart, threshold
from talent_rules.model import Grade
from talent_rules.money import Tallied
from talent_rules.points import points_of
from talent_rules.quantities import Unreadable
from talent_rules.source import Node, Record, Report, Scalar, Sequence, did_you_mean, entries, items_of, text_of
from talent_rules.vocabulary import Kind, Vocabulary

_KINDS = accepting("all", "any", "none", "review", "undecided", "when", "basis", "note")
_GROUPS = ("all", "any", "none")
#: a whole number at the end of a line, the bound word behind it not counted
_BARE = re.compile(r"(?<![\d.,-])(\d{1,4})\s*(?:以上|以下|以内|及以上|及以下)?\s*$", re.ASCII)
YEAR, SMALL = 12, 10_000


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading a condition needs: the words, the tiers so far, the sources, the report, the 积分."""

    vocabulary: Vocabulary
    tiers: Mapping[str, Condition]
    sources: Mapping[str, Grade]
    report: Report
    scales: Mapping[str, Tallied] = field(default_factory=dict)

    def condition(self, node: Node | None) -> Condition:
        """A condition; problems go to the report and the part reads as always true."""
        if node is None:
            return ALWAYS
        if isinstance(node, Scalar):
            return self.line(node)
        if isinstance(node, Sequence):
            return AllOf(tuple(self.condition(item) for item in node.items))
        return self._structured(node)

    def line(self, node: Scalar) -> Condition:
        """One line of the condition language."""
        if not node.text.strip():
            self.report.add(node, "V303", "这里是空的", "写一行条件，例如 `学位 至少 硕士`")
            return ALWAYS
        if self.report.crowded(node):
            return ALWAYS
        if len(node.text) > 500:
            self.report.add(node, "V306", "这一行太长（超过 500 字）", "拆成几行，用 全部 或 任一")
            return ALWAYS
        name = next((n for n in sorted(self.scales, key=len, reverse=True) if node.text.strip().startswith(n)), "")
        try:
            if name:
                return self._threshold(node.text.strip(), name)
            condition = self.reading(node.text)
            self._bare(node)
            return condition
        except Misread as error:
            hint = self._meant(node.text) if error.code == "V301" else ""
            self.report.add(node, error.code, error.message, hint or error.hint, offset=error.offset, width=error.width)
            return ALWAYS

    def _bare(self, node: Scalar) -> None:
        """Warn of a figure without its unit where another unit is as likely: 36 years, 30 yuan."""
        found = _BARE.search(node.text)
        if found is None:
            return
        line = take_apart(node.text, self.vocabulary)
        number = int(found.group(1))
        if line.field.kind is Kind.MONTHS and line.field.unit == "年" and number >= YEAR:
            units = "年", "个月"
        elif line.field.kind is Kind.MONEY and number < SMALL:
            units = "元", "万元"
        else:
            return
        hint = f"写成 `{number}{units[0]}` 或 `{number}{units[1]}`"
        message = f"`{number}` 没有写单位，现在按 {number}{units[0]} 算"
        self.report.add(
            node, "Q401", message, hint, offset=found.start(1), width=len(found.group(1)), severity="warning"
        )

    def _meant(self, text: str) -> str:
        """What a line may have meant whose first word is no field: a group without its colon, points, a tier."""
        word, _, rest = text.strip().partition(" ")
        if word in _KINDS and not word.isascii():
            return f"`{word}` 后面要有冒号：`{word}: {rest}`" if rest else f"写成 `{word}:`，各项放在下面"
        if word in self.tiers:
            return f"写成 `符合 {word}`"
        return did_you_mean(word, self.scales) if self.scales else ""

    def reading(self, text: str) -> Condition:
        """What a line says; read once in a pass where it does not rest on the 层次 of a file. Raises Misread."""
        key = (id(self.vocabulary), text)
        known = self.report.readings.get(key)
        if known is None:
            known = read_line(text, self.vocabulary, self.tiers)
            if not (isinstance(known, Stated) and known.kind == "tier"):
                self.report.readings[key] = known
        return known  # type: ignore[return-value]

    def _threshold(self, text: str, name: str) -> Condition:
        """`总积分 至少 100分`: a total of the 积分 section against a figure. Raises Misread."""
        sign, value = threshold(text, name)
        try:
            least = points_of(value)
        except Unreadable as error:
            raise Misread("Q401", error.message, error.hint or "例如 `100分`", text.rfind(value), len(value)) from None
        scale = self.scales[name]
        reach = Reach(scale.parts, scale.items, scale.score, least + (sign in (">", "<=")))
        return Stated(text, reach if sign in (">=", ">") else NoneOf((reach,)), None, "points")

    def _structured(self, node: Record) -> Condition:
        if len(node.pairs) == 1 and self._with_colon(*node.pairs[0]):
            return ALWAYS
        found = entries(node, _KINDS, self.report, what="条件", code="V307")
        logical = [k for k in found if k not in ("basis", "note")]
        if len(logical) != 1:
            if found or not node.pairs:
                self.report.add(
                    node, "V308", "一处只能写一种：全部、任一、都不、人工核验、待定、条件", "分成几项，放进列表"
                )
            return ALWAYS
        key, value = logical[0], found[logical[0]]
        built = self._one(key, value)
        if "basis" in found:
            basis = read_basis(found["basis"], self.sources, self.report)
            return Stated("", built, basis, "cited")
        return built

    def _with_colon(self, key: Scalar, value: Node) -> bool:
        """`年龄: 不超过 40周岁` is a line with a colon too many; whether it is one."""
        if key.text in _KINDS or self.vocabulary.find(key.text) is None:
            return False
        said = value.text if isinstance(value, Scalar) else "…"
        hint = f"条件是一行文字，不要冒号：`{key.text} {said if ' ' in said else '是 ' + said}`"
        self.report.add(key, "V307", f"条件里没有 `{key.text}` 这个键", hint)
        return True

    def _one(self, key: str, value: Node) -> Condition:
        if key in _GROUPS:
            parts = tuple(self.condition(item) for item in items_of(value, self.report, "条件"))
            if not parts and key == "any":
                self.report.add(value, "V309", "`任一` 下面是空的，永远不成立", "至少写一项")
            if key == "none":
                return NoneOf(parts)
            return AllOf(parts) if key == "all" else AnyOf(parts)
        if key == "when":
            return self.condition(value)
        return Open(key, text_of(value, self.report, "说明") or "来源未载明")


def numbered(node: Condition, prefix: str) -> Condition:
    """The same tree with every open leaf named `prefix#n`, so that each can be told apart."""

    def walk(node: Condition, ids: Iterator[int]) -> Condition:
        if isinstance(node, Open):
            return replace(node, id=f"{prefix}#{next(ids)}")
        if isinstance(node, Stated):
            return replace(node, part=walk(node.part, ids))
        if isinstance(node, (AllOf, AnyOf, NoneOf)):
            return replace(node, parts=tuple(walk(p, ids) for p in node.parts))
        return node

    return walk(node, iter(range(1, 1_000_000)))


MAX_TIERS = 10  # a tier resting on a tier resting on …
MAX_TIER_LINES = 2000
_TIER = accepting("id", "name", "when", "all", "any", "none", "basis", "note")


def read_tiers(node: Node | None, reader: Reader) -> dict[str, Condition]:
    """The 层次 of a file by name and id, each able to use the others; cycles are reported."""
    report = reader.report
    drafts: dict[str, tuple[Record, dict[str, Node]]] = {}
    for item in items_of(node, report, "层次"):
        found = entries(item, _TIER, report, what="层次", required=("id", "name"))
        name = text_of(found.get("name"), report)
        if name in drafts:
            first = drafts[name][0].place.line
            report.add(item, "R507", f"层次“{name}”写了两次（第 {first} 行已有）", "换一个名称")
        elif isinstance(item, Record) and found:
            drafts[name] = (item, found)
    ids = {text_of(f.get("id"), report): name for name, (_, f) in drafts.items()}
    done: dict[str, Condition] = {}

    sizes: dict[str, int] = {}

    def build(name: str, path: tuple[str, ...]) -> None:
        item, found = drafts[name]
        sizes[name] = 1
        for used, at in _tiers_used(item):
            other = ids.get(used, used)
            if other in (*path, name):
                circle = " → ".join((*(*path, name)[(*path, name).index(other) :], other))
                report.add(at, "R503", f"层次互相引用成圈：{circle}", "去掉其中一个引用")
                done.setdefault(other, ALWAYS)
            elif other in drafts and other not in done and len(path) < MAX_TIERS:
                build(other, (*path, name))
            sizes[name] += sizes.get(other, 0)
        if sizes[name] > MAX_TIER_LINES or len(path) >= MAX_TIERS:
            report.add(item, "R510", f"层次“{name}”一层引一层，展开后太大", "直接写条件，少引用几层")
            done[name], sizes[name] = ALWAYS, 1
            return
        known = {**done, **{i: done[n] for i, n in ids.items() if n in done}}
        logical = Record(tuple(p for p in item.pairs if _TIER.get(p[0].text) in ("all", "any", "none")), item.place)
        inner = Reader(reader.vocabulary, known, reader.sources, report)
        done[name] = inner.condition(found.get("when") or logical)

    for name in drafts:
        if name not in done:
            build(name, ())
    return {**done, **{i: done[n] for i, n in ids.items() if n in done}}


def _tiers_used(node: Node) -> Iterator[tuple[str, Scalar]]:
    """The tiers a condition refers to, and the lines that do; "" for any other line."""
    if isinstance(node, Scalar):
        text = node.text.strip()
        word = next((w for w in ("不符合", "符合") if text.startswith(w)), "")
        yield text[len(word) :].strip() if word else "", node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _tiers_used(item)
    else:
        for key, value in node.pairs:
            if _TIER.get(key.text) not in ("id", "name", "note", "basis"):
                yield from _tiers_used(value)
