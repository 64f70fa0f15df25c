"""Do the worked examples notice when a rule is wrong? Change one thing at a time and see.

Every amount, bound, operator, group word, list of values and relation of the rule files is changed
in the text, in every way a slip of the pen could; a mutant is caught when the loader refuses it or
a case fails. A mutant that treats every person the same is no mutant: the comparison of versions
proves it and it is not counted.

    python tests/mutants.py [--limit N] [--file housing-2024] [--survivors FILE]
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from talent_rules.cases import check_case
from talent_rules.checks.book import Book, items, value_of
from talent_rules.checks.no_case import mentioned
from talent_rules.compiler.assemble import assemble
from talent_rules.compiler.keys import ALIASES
from talent_rules.compiler.policy import Document, read_document
from talent_rules.compiler.vocabulary import read_vocabulary
from talent_rules.coverage import as_case
from talent_rules.decide import decide
from talent_rules.diff import Change, compare
from talent_rules.lines import Misread, take_apart
from talent_rules.model import Facts, Outcome, Place, Value
from talent_rules.reference import load_reference
from talent_rules.rulebase import Case, RuleBase
from talent_rules.source import Node, Record, Report, Scalar, Sequence, read_text
from talent_rules.vocabulary import Field, Kind, show_yuan

ROOT = Path(__file__).resolve().parents[1]
GOAL = 0.95
LATER = {"至少": "超过", "不低于": "超过", "不少于": "超过", "已满": "超过", "超过": "至少", "高于": "不低于",
         "不超过": "不满", "不高于": "不满", "以下": "以上", "不满": "不超过", "低于": "不超过", "少于": "不超过",
         "不早于": "晚于", "晚于": "不早于", "早于": "不晚于", "不晚于": "早于", "不是": "是", "是": "不是",
         "不属于": "属于", "属于": "不属于", "不包含": "包含", "包含": "不包含"}  # fmt: skip
GROUPS = {"全部": ("任一",), "任一": ("全部",), "都不": ("任一",)}
RELATIONS = {"就高": ("可叠加",), "择一": ("可叠加",), "补差": ("可叠加",), "待定": ("可叠加", "就高"), "可叠加": ("就高",),
             "家庭一次": ("可叠加",), "不重复享受": ("可叠加",), "扣减": ("可叠加",), "合计封顶": ("可叠加",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of the text: `old` at a place becomes `new`."""

    place: Place
    old: str
    new: str
    kind: str
    owner: str = ""

    def applied(self, text: str) -> str:
        lines = text.split("\n")
        line, at = lines[self.place.line - 1], self.place.column - 1
        at = line.index(self.old, at)
        lines[self.place.line - 1] = line[:at] + self.new + line[at + len(self.old) :]
        return "\n".join(lines)

    def __str__(self) -> str:
        return f"{self.place} {self.kind}：{self.old} → {self.new}"


# ── every change of a file ──────────────────────────────────────────────────────────────────


class Mutator:
    """The mutants of one rule file."""

    def __init__(self, root: Node, base: RuleBase) -> None:
        self.root, self.base = root, base

    def mutants(self) -> Iterator[Mutant]:
        policy = value_of(self.root, "policy")
        for key in ("in_force", "unconfirmed"):
            yield from self._dates(value_of(policy, key), "")
        for item in items(value_of(self.root, "tiers")):
            yield from self._conditions(item, "")
        for item in items(value_of(self.root, "benefits")):
            owner = getattr(value_of(item, "id"), "text", "")
            yield from self._conditions(value_of(item, "when"), owner)
            yield from self._group_keys(value_of(item, "when"), owner)
            yield from self._amount(value_of(item, "amount"), owner)
            yield from self._payment(value_of(item, "payment"), owner)
            yield from self._dates(value_of(item, "in_force"), owner)
        for item in items(value_of(self.root, "relations")):
            yield from self._relation(item)

    def _conditions(self, node: Node | None, owner: str) -> Iterator[Mutant]:
        if isinstance(node, Scalar):
            yield from self._line(node, owner)
        elif isinstance(node, Sequence):
            for item in node.items:
                yield from self._conditions(item, owner)
        elif isinstance(node, Record):
            for key, value in node.pairs:
                if ALIASES.get(key.text) in ("all", "any", "none", "when"):
                    yield from self._conditions(value, owner)

    def _group_keys(self, node: Node | None, owner: str) -> Iterator[Mutant]:
        if isinstance(node, Sequence):
            for item in node.items:
                yield from self._group_keys(item, owner)
        elif isinstance(node, Record):
            for key, value in node.pairs:
                for new in GROUPS.get(key.text, ()):
                    if len(items(value)) > 1 or key.text == "都不":
                        yield Mutant(key.place, key.text, new, "组", owner)
                if ALIASES.get(key.text) in ("all", "any", "none", "when"):
                    yield from self._group_keys(value, owner)

    def _line(self, node: Scalar, owner: str) -> Iterator[Mutant]:
        text = node.text
        if text.startswith(("符合", "不符合")):
            new = text.removeprefix("不") if text.startswith("不") else "不" + text
            yield Mutant(node.place, text, new, "运算", owner)
            return
        try:
            line = take_apart(text, self.base.vocabulary)
        except Misread:
            return
        for word in sorted(LATER, key=len, reverse=True):
            if f" {word} " in text:
                yield Mutant(node.place, text, text.replace(f" {word} ", f" {LATER[word]} ", 1), "运算", owner)
                break
        yield from self._value(node, line.value, line.field.kind.numeric, owner)

    def _value(self, node: Scalar, value: str, numeric: bool, owner: str) -> Iterator[Mutant]:
        if numeric:
            for new in moved(value):
                yield Mutant(node.place, node.text, node.text.replace(value, new, 1), "界", owner)
        elif "、" in value:
            words = value.split("、")
            for left in range(len(words)):
                fewer = "、".join(w for i, w in enumerate(words) if i != left)
                yield Mutant(node.place, node.text, node.text.replace(value, fewer, 1), "取值", owner)
        else:
            yield from self._neighbours(node, value, owner)

    def _neighbours(self, node: Scalar, value: str, owner: str) -> Iterator[Mutant]:
        """Another value of the same choice: the next one up, the next one down."""
        line = take_apart(node.text, self.base.vocabulary)
        names = [o.name for o in line.field.options]
        if value not in names:
            return
        at = names.index(value)
        for other in {max(at - 1, 0), min(at + 1, len(names) - 1)} - {at}:
            head, _, tail = node.text.rpartition(value)
            yield Mutant(node.place, node.text, head + names[other] + tail, "取值", owner)

    def _amount(self, node: Node | None, owner: str) -> Iterator[Mutant]:
        if isinstance(node, Scalar):
            for new in moved(node.text):
                yield Mutant(node.place, node.text, new, "金额", owner)
        elif isinstance(node, Sequence):
            for item in node.items:
                yield from self._amount(item, owner)
        elif isinstance(node, Record):
            for key, value in node.pairs:
                name = ALIASES.get(key.text, key.text)
                if name == "table":
                    yield from self._table(value, owner)
                elif name not in ("basis", "note", "grade", "service", "rounding", "undecided"):
                    yield from self._amount(value, owner)

    def _table(self, node: Node, owner: str) -> Iterator[Mutant]:
        columns = [getattr(c, "text", "") for c in items(value_of(node, "columns"))]
        for row in items(value_of(node, "rows")):
            cells = items(row)
            if not cells:
                continue
            yield from self._amount(cells[-1], owner)
            for name, cell in zip(columns, cells[:-1], strict=False):
                yield from self._cell(name, cell, owner)

    def _cell(self, name: str, cell: Node, owner: str) -> Iterator[Mutant]:
        if not isinstance(cell, Scalar) or cell.text in ("-", "—", ""):
            return
        entry = self.base.vocabulary.find(name)
        if entry is not None and entry.kind.numeric:
            for new in moved(cell.text):
                yield Mutant(cell.place, cell.text, new, "格", owner)
        elif cell.text in ("是", "否"):
            yield Mutant(cell.place, cell.text, "否" if cell.text == "是" else "是", "格", owner)
        else:
            yield Mutant(cell.place, cell.text, '"-"', "格", owner)

    def _payment(self, node: Node | None, owner: str) -> Iterator[Mutant]:
        shares = items(value_of(node, "ratio"))
        for share in shares:
            if isinstance(share, Scalar) and share.text.isdigit():
                yield Mutant(share.place, share.text, str(int(share.text) + 1), "分期", owner)

    def _dates(self, node: Node | None, owner: str) -> Iterator[Mutant]:
        for key in ("from", "to"):
            day = value_of(node, key)
            if isinstance(day, Scalar):
                for new in moved(day.text):
                    yield Mutant(day.place, day.text, new, "日期", owner)

    def _relation(self, node: Node) -> Iterator[Mutant]:
        word = value_of(node, "type")
        members = [m for m in items(value_of(node, "members")) if isinstance(m, Scalar)]
        if isinstance(word, Scalar) and word.text in RELATIONS:
            for new in RELATIONS[word.text]:
                yield Mutant(word.place, word.text, new, "关系", members[0].text if members else "")
        limit = value_of(node, "limit")
        if isinstance(limit, Scalar):
            for new in moved(limit.text):
                yield Mutant(limit.place, limit.text, new, "上限", members[0].text if members else "")


_FIGURE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}-\d{2}|\d{4}(?!\d)(?=$)|\d+(?:\.\d+)?")


def moved(text: str) -> Iterator[str]:
    """The text with one of its figures one unit up, and one down."""
    for found in _FIGURE.finditer(text):
        for new in _stepped(found.group()):
            yield text[: found.start()] + new + text[found.end() :]


def _stepped(figure: str) -> tuple[str, ...]:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", figure):
        day = date.fromisoformat(figure)
        return ((day + timedelta(1)).isoformat(), (day - timedelta(1)).isoformat())
    if re.fullmatch(r"\d{4}-\d{2}", figure):
        year, month = map(int, figure.split("-"))
        later, sooner = year * 12 + month, year * 12 + month - 2
        return (f"{later // 12}-{later % 12 + 1:02d}", f"{sooner // 12}-{sooner % 12 + 1:02d}")
    if "." in figure:
        return (str(round(float(figure) + 1, 6)),)
    number = int(figure)
    return (str(number + 1), *((str(number - 1),) if number > 1 else ()))


# ── running ─────────────────────────────────────────────────────────────────────────────────


def _counts(change: Change) -> bool:
    """Whether a change of the comparison is one of who gets what, when."""
    if change.kind == "relation":
        return change.witness is not None
    return change.kind != "terms" or change.sentence.split("：", 1)[1].startswith(("发放", "官方"))


class Bench:
    """The rule base with everything but the changed file read once."""

    def __init__(self, folder: Path, place: str) -> None:
        self.folder, self.place = folder, place
        report = Report()
        self.reference = load_reference(folder / "reference", report)
        vocabulary_text = (folder / "vocabulary.yaml").read_text("utf-8")
        root = read_text(vocabulary_text, "vocabulary.yaml", report)
        self.vocabulary, self.implications = read_vocabulary(root, self.reference, report)
        self.texts = {f"{place}/{p.name}": p.read_text("utf-8") for p in sorted((folder / place).glob("*.yaml"))}
        self.documents = {name: self._document(name, text, report) for name, text in self.texts.items()}
        assert not report.failed, report.problems[:3]
        base = self.built({})
        assert base is not None
        self.base = base
        self.cases = self._cases_by_benefit()

    def _document(self, name: str, text: str, report: Report) -> Document | None:
        root = read_text(text, name, report)
        return None if root is None else read_document(root, name, self.vocabulary, report)

    def built(self, texts: dict[str, str]) -> RuleBase | None:
        """The rule base with some files changed; None when the loader refuses."""
        report = Report()
        documents = []
        for name, known in self.documents.items():
            document = self._document(name, texts[name], report) if name in texts else known
            documents += [document] if document else []
        if report.failed or len(documents) < len(self.documents):
            return None
        words = (self.vocabulary, self.implications)
        base = assemble(self.place, "mutant", words, documents, report, whole=True)
        return None if report.failed else base

    def _cases_by_benefit(self) -> dict[str, list[Case]]:
        book = Book(self.base, date(2024, 9, 1))
        found: dict[str, list[Case]] = {}
        for case in self.base.cases:
            for name in mentioned(book, case):
                found.setdefault(name, []).append(case)
        return found

    def caught(self, mutant: Mutant) -> str:
        """Why a mutant is caught, "等价" when nobody is treated differently, or "" when it lives."""
        name = mutant.place.file
        changed = self.built({name: mutant.applied(self.texts[name])})
        if changed is None:
            return "拒收"
        before = {b.id: b for b in self.base.benefits}
        touched = [b.id for b in changed.benefits if before.get(b.id) != b]
        relations = changed.relations != self.base.relations
        if not touched and not relations:
            return "等价"
        for case in self._in_order(touched, relations):
            if any(True for _ in check_case(changed, case)):
                return "用例"
        return "" if any(map(_counts, compare(self.base, changed, date(2024, 9, 1)).changes)) else "等价"

    def _in_order(self, touched: list[str], relations: bool) -> list[Case]:
        near = [c for name in touched for c in self.cases.get(name, [])]
        totals = [c for c in self.base.cases if any(k.startswith(("合计", "total")) for k, _, _ in c.expect)]
        rest = totals if relations or touched else []
        return list({id(c): c for c in (*near, *rest)}.values())

    def case_for(self, mutant: Mutant) -> list[str]:
        """The case that would catch a survivor, as YAML; what the rules say today stands in a comment."""
        changed = self.built({mutant.place.file: mutant.applied(self.texts[mutant.place.file])})
        assert changed is not None
        for change in compare(self.base, changed, date(2024, 9, 1)).changes:
            if change.witness is None or change.benefit not in {b.id for b in self.base.benefits}:
                continue
            benefit = self.base.benefit(change.benefit)
            if change.kind != "relation":
                return as_case(
                    self.base, benefit, f"{mutant.old} 不是 {mutant.new}", change.witness.facts, change.witness.day
                )
            facts = self._closed(change.witness.facts, change.witness.day, self._members(changed, mutant))
            lines = as_case(self.base, benefit, f"关系 {mutant.old}", facts, change.witness.day)
            total = decide(self.base, facts, change.witness.day).total
            end = "不封顶" if total.possible is None else show_yuan(total.possible)
            return [*lines[:-1], f"    期望: {{合计: ?}}    # 按现行规则算得：[{show_yuan(total.guaranteed)}, {end}]"]
        return []

    def _members(self, changed: RuleBase, mutant: Mutant) -> set[str]:
        del changed
        found = [
            r
            for r in self.base.relations
            if abs(r.place.line - mutant.place.line) < 3 and r.place.file == mutant.place.file
        ]
        return {m for r in found[:1] for m in r.members}

    def _closed(self, facts: Facts, day: date, members: set[str]) -> Facts:
        """The same person with everything else said no to, so that the total is about the members."""
        wanted = {v.benefit: v.outcome for v in decide(self.base, facts, day).verdicts if v.benefit in members}
        opened = self._opened(facts, day, wanted)
        for entry in self.base.vocabulary.fields.values():
            if entry.id in facts.values or not opened:
                continue
            for value in self._plain_answers(entry):
                tried = facts.having({entry.id: value})
                left = self._opened(tried, day, wanted)
                if left is not None and opened is not None and len(left) < len(opened):
                    facts, opened = tried, left
                    break
        return facts

    def _opened(self, facts: Facts, day: date, wanted: dict[str, Outcome]) -> set[str] | None:
        """What else is still open; None when the members no longer come out as wanted."""
        found = decide(self.base, facts, day)
        if found.problems or any(v.outcome is not wanted[v.benefit] for v in found.verdicts if v.benefit in wanted):
            return None
        return {v.benefit for v in found.verdicts if v.outcome.open and v.benefit not in wanted}

    def _plain_answers(self, entry: Field) -> tuple[Value, ...]:
        if entry.kind is Kind.FLAG:
            return (False, True)
        if entry.kind is Kind.SET:
            return (frozenset(),)
        if entry.options:
            ids = [o.id for o in entry.options]
            return tuple(i for i in ids if i in ("none", "other")) or tuple(ids[:2])
        return (0,) if entry.kind in (Kind.COUNT, Kind.MONTHS, Kind.MONEY) else ()


def main() -> int:
    parser = argparse.ArgumentParser(description="用例能不能发现规则写错了")
    parser.add_argument("--data", type=Path, default=ROOT / "policy_data")
    parser.add_argument("--place", default="ordos")
    parser.add_argument("--file", default="", help="只改名字里含这几个字的文件")
    parser.add_argument("--limit", type=int, default=0, help="只随机试这么多个（种子固定）")
    parser.add_argument("--survivors", type=Path, help="把没被发现的写到这个文件")
    parser.add_argument("--suggest", type=Path, help="把能发现它们的用例写到这个文件")
    parser.add_argument("--goal", type=float, default=GOAL)
    options = parser.parse_args()
    bench = Bench(options.data, options.place)
    mutants: list[Mutant] = []
    for name, text in bench.texts.items():
        root = read_text(text, name, Report())
        if root is not None and options.file in name:
            mutants += dict.fromkeys(Mutator(root, bench.base).mutants())
    if options.limit and options.limit < len(mutants):
        mutants = sorted(random.Random(1).sample(mutants, options.limit), key=lambda m: m.place)
    start = time.perf_counter()
    results: Counter[str] = Counter()
    by_kind: Counter[tuple[str, str]] = Counter()
    lines: list[str] = []
    cases: dict[str, list[str]] = {}
    for number, mutant in enumerate(mutants, 1):
        how = bench.caught(mutant)
        results[how] += 1
        by_kind[mutant.kind, "活" if not how else "死"] += how != "等价"
        if not how:
            lines.append(str(mutant))
            if options.suggest:
                cases.setdefault(mutant.place.file, []).extend([f"  # {mutant}", *bench.case_for(mutant)])
        if number % 100 == 0:
            print(f"  {number}/{len(mutants)}，{results['']} 个没发现", file=sys.stderr, flush=True)
    counted = len(mutants) - results["等价"]
    caught = counted - results[""]
    share = caught / counted if counted else 1.0
    print("\n".join(lines))
    for kind in dict.fromkeys(k for k, _ in by_kind):
        print(f"  {kind}：发现 {by_kind[kind, '死']}，没发现 {by_kind[kind, '活']}")
    print(
        f"{len(mutants)} 处改动，{results['等价']} 处对谁都一样；其余 {counted} 处发现 {caught} 处"
        f"（{share:.1%}；用例 {results['用例']}，读入时拒收 {results['拒收']}），{time.perf_counter() - start:.0f} 秒"
    )
    if options.survivors:
        options.survivors.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if options.suggest:
        blocks = (f"# {name}\n" + "\n".join(found) for name, found in cases.items())
        options.suggest.write_text("\n".join(blocks) + "\n", encoding="utf-8")
    return 0 if share >= options.goal else 2


if __name__ == "__main__":
    sys.exit(main())
