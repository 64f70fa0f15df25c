"""The 积分 section: named totals, their components, and the thresholds that conditions put on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from talent_rules import quantities as q
from talent_rules.compiler.amounts import HIT_POLICIES, table_cell, table_column
from talent_rules.compiler.basis import read_basis
from talent_rules.compiler.conditions import Reader, numbered
from talent_rules.compiler.keys import accepting
from talent_rules.conditions import ALWAYS, AllOf, AnyOf, Atom, Axis, Between, Condition
from talent_rules.model import Number
from talent_rules.money import Tallied
from talent_rules.points import Added, Best, Gain, Item, Pick, Score, points_of
from talent_rules.quantities import Unreadable
from talent_rules.source import Node, Record, did_you_mean, entries, items_of, text_of
from talent_rules.vocabulary import Field, Kind

MAX_STEPS = 1200  # 每满一个月 over a hundred years
_SCALE = accepting("id", "name", "items", "basis", "note")
_FORMS = ("gives", "sum", "best_of", "table")
_ITEM = accepting("name", "when", "per_full", "field", "cap", "basis", "note", *_FORMS)
_TABLE = accepting("hit_policy", "columns", "rows", "note")
_EXAMPLE = "例如 `{名称: 年龄, 条件: 年龄 不超过 45周岁, 计: 20分}`"


def read_scales(node: Node | None, reader: Reader, policy: str) -> dict[str, Tallied]:
    """The 积分 of a file by name and id; problems go to the report."""
    report = reader.report
    scales: dict[str, Tallied] = {}
    for item in items_of(node, report, "积分"):
        found = entries(item, _SCALE, report, what="积分", required=("id", "name", "items"))
        name, local = text_of(found.get("name"), report), text_of(found.get("id"), report)
        if "items" not in found or not name or not local:
            continue
        read_basis(found.get("basis"), reader.sources, report)
        for word in (name, local):
            if word in scales:
                report.add(item, "R507", f"积分 `{word}` 写了两次", "换一个 id 或名称")
            if (other := reader.vocabulary.find(word)) is not None:
                report.add(item, "R506", f"`{word}` 同时是字段 {other.id} 的叫法", "积分换一个名称")
        scales[name] = scales[local] = _Builder(reader, f"{policy}/{local}").total(found["items"])
    return scales


@dataclass
class _Builder:
    """Reads the components of one total; each condition becomes one numbered part."""

    reader: Reader
    prefix: str
    parts: dict[Condition, int] = field(default_factory=dict)

    def total(self, node: Node) -> Tallied:
        """All components, added up."""
        items: list[Item] = []
        for number, item in enumerate(items_of(node, self.reader.report, "项目"), 1):
            score = self._item(item, ALWAYS)
            if score is not None:
                found = {k.text: v for k, v in item.pairs} if isinstance(item, Record) else {}
                named = next((found[k] for k in ("名称", "name") if k in found), None)
                items.append(Item(text_of(named, self.reader.report) or f"第 {number} 项", score))
        return Tallied(tuple(self.parts), tuple(items), Added(tuple(i.score for i in items)))

    def _item(self, node: Node, outer: Condition) -> Score | None:
        """One component, or one inside another; `outer` is what the outer ones ask for."""
        report = self.reader.report
        found = entries(node, _ITEM, report, what="积分项目")
        forms = [k for k in found if k in _FORMS]
        if len(forms) != 1:
            if found or not getattr(node, "pairs", ()):
                report.add(node, "Q410", "积分项目要写且只写一种：计、表、合计、取高", _EXAMPLE)
            return None
        if "basis" in found:
            read_basis(found["basis"], self.reader.sources, report)
        own: Condition = ALWAYS
        if "when" in found:
            own = numbered(self.reader.condition(found["when"]), f"{self.prefix}/{node.place.line}-{node.place.column}")
        gate = _both(outer, own)
        cap = self._points(found["cap"]) if "cap" in found else None
        form, value = forms[0], found[forms[0]]
        if form == "table":
            return _capped(self._table(value, gate), cap)
        if form == "gives":
            return self._gives(value, found, gate, cap)
        inner = (self._item(i, gate) for i in items_of(value, report, "积分项目"))
        scores = tuple(s for s in inner if s is not None)
        return Added(scores, cap) if form == "sum" else Best(scores, cap)

    def _part(self, condition: Condition) -> int:
        return self.parts.setdefault(condition, len(self.parts))

    def _points(self, node: Node) -> int:
        try:
            return points_of(text_of(node, self.reader.report, "分值"))
        except Unreadable as error:
            self.reader.report.add(node, "Q401", error.message, error.hint or "例如 `3分`")
            return 0

    # 每满 … 计 … ----------------------------------------------------------------------------

    def _gives(self, node: Node, found: Mapping[str, Node], gate: Condition, cap: int | None) -> Score:
        each = self._points(node)
        if "per_full" not in found:
            return _capped(Gain(self._part(gate), each), cap)
        fields = [f for n in items_of(found.get("field"), self.reader.report, "字段") if (f := self._field(n))]
        if not fields:
            if "field" not in found:
                hint = "加上 `字段`，例如 `{每满: 1年, 字段: 本市社保月数, 计: 3分}`"
                self.reader.report.add(found["per_full"], "Q415", "每满多少要写按哪个字段", hint)
            return Added(())
        step = self._step(fields[0], found["per_full"])
        count = self._count(fields, step, each, cap, found["per_full"])
        gains = []
        for number in range(1, count + 1):
            reached = tuple(Atom(Axis(f.id), Between((number * step, 0), None)) for f in fields)
            gains.append(Gain(self._part(_both(gate, AllOf(reached))), each))
        return Added(tuple(gains), cap)

    def _field(self, node: Node) -> Field | None:
        report = self.reader.report
        entry = self.reader.vocabulary.find(name := text_of(node, report, "字段"))
        countable = (Kind.COUNT, Kind.MONTHS, Kind.MONEY, Kind.AREA)
        known = [f.name for f in self.reader.vocabulary.fields.values() if f.kind in countable]
        if entry is None:
            hint = did_you_mean(name, known) or "可写：" + "、".join(known[:20])
            report.add(node, "V301", f"没有名为 `{name}` 的信息项", hint)
        elif entry.kind not in countable:
            report.add(node, "V305", f"{entry.name} 是{entry.kind.value}，这里要能按多少计", "例如月数、整数字段")
            return None
        return entry

    def _step(self, entry: Field, node: Node) -> Number:
        text = text_of(node, self.reader.report, "每满")
        try:
            if entry.kind is Kind.COUNT:
                step = q.number(text.removesuffix(entry.unit or "项"))
            elif entry.kind is Kind.MONTHS:
                step = q.months(text)
            else:
                step = q.money(text) if entry.kind is Kind.MONEY else q.area(text)
        except Unreadable as error:
            self.reader.report.add(node, "Q404", error.message, error.hint)
            return 1
        if step <= 0:
            self.reader.report.add(node, "Q404", f"每满 `{text}` 要大于 0", "例如 `1年`")
            return 1
        return step

    def _count(self, fields: list[Field], step: Number, each: int, cap: int | None, node: Node) -> int:
        """How many steps there can be: up to the range of the field, or to the cap."""
        ends = [f.hi // step for f in fields if f.hi is not None]
        if cap is not None and each > 0:
            ends.append(-(-cap // each))
        if ends and min(ends) <= MAX_STEPS:
            return int(min(ends))
        hint = "给积分项目写 `封顶`，或在词汇表里给字段写 `范围`"
        self.reader.report.add(node, "Q412", "不知道最多计多少次" if not ends else f"超过 {MAX_STEPS} 次", hint)
        return 0

    # 表 -------------------------------------------------------------------------------------

    def _table(self, node: Node, gate: Condition) -> Score:
        report = self.reader.report
        found = entries(node, _TABLE, report, what="表", required=("columns", "rows"))
        word = text_of(found.get("hit_policy"), report) or "唯一命中"
        if word not in HIT_POLICIES:
            hint = did_you_mean(word, HIT_POLICIES) or "可写：唯一命中、首行、取高、合计"
            report.add(found["hit_policy"], "Q416", f"没有 `{word}` 这种命中方式", hint)
        columns = items_of(found.get("columns"), report, "列")
        fields = [table_column(c, self.reader) for c in columns[:-1]]
        rows: list[tuple[Condition, int]] = []
        for row in getattr(found.get("rows"), "items", ()):
            cells = items_of(row, report, "行")
            if len(cells) != len(columns):
                hint = "补齐或删去，任意写 `任意`"
                report.add(row, "Q417", f"这一行有 {len(cells)} 格，表头有 {len(columns)} 列", hint)
                continue
            guard = AllOf(tuple(table_cell(f, c, self.reader) for f, c in zip(fields, cells, strict=False) if f))
            rows.append((_both(gate, guard), self._points(cells[-1])))
        policy = HIT_POLICIES.get(word, "unique")
        if policy == "sum":
            return Added(tuple(Gain(self._part(guard), points) for guard, points in rows))
        if policy == "highest":
            rows.sort(key=lambda row: -row[1])
        return Pick(tuple((self._part(g), p) for g, p in rows), self._part(AnyOf(tuple(g for g, _ in rows))))


def _both(a: Condition, b: Condition) -> Condition:
    parts = tuple(p for c in (a, b) for p in (c.parts if isinstance(c, AllOf) else (c,)))
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _capped(score: Score, cap: int | None) -> Score:
    return score if cap is None else Added((score,), cap)


__all__ = ["read_scales"]
