"""Which conditions the worked examples put to the test, and the examples that are missing.

A case shows a condition when the benefit's outcome turns on it alone: with the condition the other
way round, and everything else as it is, the outcome would be another. Every condition should be
shown both ways, every limit of a number at the limit and just beyond, every row of a table once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

from talent_rules.cells import Formula, Line
from talent_rules.checks.book import Book, Part, Path_
from talent_rules.checks.no_case import mentioned
from talent_rules.checks.tabular import Rows, tables
from talent_rules.conditions import (
    AllOf,
    AnyOf,
    Atom,
    Between,
    Condition,
    NoneOf,
    Open,
    Stated,
    atoms,
    counts_points,
    opens,
)
from talent_rules.decide import decide
from talent_rules.derive import known_state
from talent_rules.logic import Masks, kleene, replace
from talent_rules.model import Facts, Outcome, Place, Value, Verdict
from talent_rules.regions import Space, deciding
from talent_rules.rulebase import Benefit, RuleBase
from talent_rules.vocabulary import Field, Kind, show_range

ORDINARY_DAY = date(2024, 9, 1)


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing a case should show of a benefit.

    `kind` is `holds` or `fails` (a condition decides so), `at` or `beyond` (a number at its limit,
    or one step over it), `row` (a row of a table applies).
    """

    benefit: str
    kind: str
    text: str
    place: Place
    path: Path_ = ()
    axis: int = -1
    cell: int = -1
    near: int = -1
    row: int = -1
    table: int = 0
    why: str = ""  # why nobody can show it
    shown_by: tuple[str, ...] = field(default=(), compare=False)

    @property
    def words(self) -> str:
        """The goal as a few words."""
        tail = {"holds": "成立", "fails": "不成立", "at": "正好到界", "beyond": "刚过界", "row": ""}[self.kind]
        return f"{self.text}{'，' if tail else ''}{tail}"


def coverage(base: RuleBase, folder: Path | None = None) -> list[Goal]:
    """Every goal of every benefit with the cases that show it; `shown_by` is empty where none does.

    A condition that never decides, however the others stand, has goals too, with the reason in `why`.
    """
    book = Book(base, ORDINARY_DAY, folder)
    seen: dict[Goal, list[str]] = {goal: [] for goal in _goals(book)}
    by_benefit: dict[str, list[Goal]] = {}
    for goal in seen:
        by_benefit.setdefault(goal.benefit, []).append(goal)
    for case in base.cases:
        facts, problems = base.vocabulary.read(case.given)
        if problems:
            continue
        day = date.fromordinal(case.as_of)
        for name in dict.fromkeys(mentioned(book, case)):
            for goal in _shown(book, name, facts, day, by_benefit.get(name, [])):
                seen[goal].append(case.name)
    return [_with(goal, cases) for goal, cases in seen.items()]


def _with(goal: Goal, cases: Iterable[str]) -> Goal:
    return dataclasses.replace(goal, shown_by=tuple(dict.fromkeys(cases)))


# ── goals ───────────────────────────────────────────────────────────────────────────────────


def _goals(book: Book) -> Iterator[Goal]:
    for benefit, _, space in book.with_circuits():
        if benefit.id in book.hopeless:
            continue
        for part in book.parts(benefit):
            for leaf in _leaves(part):
                yield from _leaf_goals(benefit, leaf, space)
    counts: dict[str, int] = {}
    for rows in tables(book):
        table = counts.get(rows.benefit.id, 0)
        counts[rows.benefit.id] = table + 1
        for number, place in enumerate(rows.row_places):
            earlier = rows.without(*range(number)) if rows.table.hit in ("first", "unique") else ()
            if rows.space.possible(rows.condition, rows.guards[number], *earlier):
                yield Goal(rows.benefit.id, "row", f"表第 {number + 1} 行", place, row=number, table=table)


def _leaves(part: Part) -> Iterator[Part]:
    """The lines to put to the test: one with an open end inside (`晚于 2021-08`) is taken apart."""
    if isinstance(part.node, (AllOf, AnyOf, NoneOf, Open)):
        return
    if counts_points(part.node) or not any(True for _ in opens(part.node)):
        yield part
        return
    yield from (Part((*part.path, *path), node, part.place, part.text) for path, node in _atoms(part.node, ()))


def _atoms(node: Condition, path: Path_) -> Iterator[tuple[Path_, Atom]]:
    if isinstance(node, Atom):
        yield path, node
    elif isinstance(node, Stated):
        yield from _atoms(node.part, (*path, 0))
    elif not isinstance(node, Open):
        for number, inner in enumerate(node.parts):
            yield from _atoms(inner, (*path, number))


def _leaf_goals(benefit: Benefit, part: Part, space: Space) -> Iterator[Goal]:
    decides = _deciding(benefit, part.path, space)
    alone = space.formula(part.node)
    for kind, formula in (("holds", alone), ("fails", space.negated(alone))):
        why = "" if space.possible(decides, formula) else _idle(kind, space, alone, decides)
        yield Goal(benefit.id, kind, part.text, part.place, part.path, why=why)
    for axis, inner, outer in _limits(part.node, space):
        for kind, cell, near in (("at", inner, outer), ("beyond", outer, inner)):
            masks = replace(space.masks, axis, space.masks[axis] & 1 << cell)
            if masks[axis] and space.possible(decides, masks=masks):
                yield Goal(benefit.id, kind, part.text, part.place, part.path, axis, cell, near)


def _idle(kind: str, space: Space, alone: Formula, decides: Formula) -> str:
    """Why a condition never decides so."""
    if not space.possible(decides):
        return "无论成立与否，结果都由别的条件或待定的事项决定"
    if kind == "holds":
        return "它不可能成立" if not space.possible(alone) else "起作用时不可能成立，别的条件与它冲突"
    return "它总是成立" if not space.possible(space.negated(alone)) else "起作用时必然成立，别的条件已经包含它"


def _deciding(benefit: Benefit, path: Path_, space: Space) -> Formula:
    return deciding(space, AllOf((benefit.scope, benefit.condition)), (1, *path))


def _limits(node: Condition, space: Space) -> Iterator[tuple[int, int, int]]:
    """Each limit of the numbers in a line: the axis, the cell just inside, the cell just outside.

    The steps of a total of points are not limits of the line: one of them alone decides nothing.
    """
    for atom in () if counts_points(node) else atoms(node):
        number = space.numbering[atom.axis]
        cells = space.cells[number]
        if isinstance(cells, Line) and isinstance(atom.test, Between) and not atom.test.outside:
            if atom.test.above is not None:
                at = cells.cuts.index(atom.test.above)
                yield number, at + 1, at
            if atom.test.below is not None:
                at = cells.cuts.index(atom.test.below)
                yield number, at, at + 1


# ── what a case shows ───────────────────────────────────────────────────────────────────────


def _shown(book: Book, name: str, facts: Facts, day: date, goals: list[Goal]) -> Iterator[Goal]:
    base = book.base
    state = known_state(base, facts, day)
    number = next(n for n, b in enumerate(base.benefits) if b.id == name)
    benefit, circuit, space = base.benefits[number], base.circuits[number], book.spaces[number]
    masks = circuit.pick(state.masks)
    root = AllOf((benefit.scope, benefit.condition))
    rows = [r for r in tables(book) if r.benefit.id == name] if any(g.kind == "row" for g in goals) else []
    for goal in goals:
        if goal.kind == "row":
            if _row_applies(rows[goal.table], goal.row, masks):
                yield goal
            continue
        value = kleene(space.formula(_at(root, (1, *goal.path))), masks)
        if value is None or not _decides(root, (1, *goal.path), space, masks):
            continue
        if goal.kind in ("holds", "fails"):
            if value is (goal.kind == "holds"):
                yield goal
        elif masks[goal.axis] == 1 << goal.cell and _next_to(goal, space, state.values):
            yield goal


def _row_applies(rows: Rows, row: int, masks: Masks) -> bool:
    if kleene(rows.guards[row], masks) is not True:
        return False
    if rows.table.hit not in ("first", "unique"):
        return True
    return all(kleene(rows.guards[r], masks) is False for r in range(row))


def _at(node: Condition, path: Path_) -> Condition:
    for step in path:
        if isinstance(node, Stated):
            node = node.part
        else:
            assert isinstance(node, (AllOf, AnyOf, NoneOf))
            node = node.parts[step]
    return node


def _decides(root: Condition, path: Path_, space: Space, masks: Masks) -> bool:
    """Whether, for these masks, the outcome is one thing with the part true and another with it false."""
    return _forced(root, path, True, space, masks) != _forced(root, path, False, space, masks)


def _forced(node: Condition, path: Path_, value: bool, space: Space, masks: Masks) -> bool | None:
    if not path:
        return value
    if isinstance(node, Stated):
        return _forced(node.part, path[1:], value, space, masks)
    assert isinstance(node, (AllOf, AnyOf, NoneOf))
    found = [
        _forced(p, path[1:], value, space, masks) if i == path[0] else kleene(space.formula(p), masks)
        for i, p in enumerate(node.parts)
    ]
    if isinstance(node, AllOf):
        return False if False in found else None if None in found else True
    some = True if True in found else None if None in found else False
    return some if isinstance(node, AnyOf) or some is None else not some


def _next_to(goal: Goal, space: Space, values: dict[str, Value]) -> bool:
    """Whether the value given lies right at the limit, on its side of it."""
    entry = space.fields[space.axes[goal.axis].field]
    value = values.get(entry.id)
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return False
    cells = space.cells[goal.axis]
    assert isinstance(cells, Line)
    cut = cells.cuts[max(goal.cell, goal.near) - 1][0]
    step = 100 if entry.kind is Kind.MONEY else 1  # nobody writes a salary to the 分
    return abs(Fraction(value) - Fraction(cut)) <= step


# ── suggestions ─────────────────────────────────────────────────────────────────────────────


def suggest(base: RuleBase, folder: Path | None = None, benefits: Iterable[str] | None = None) -> str:
    """The missing cases as YAML: ready to paste, the outcome left for a person to confirm."""
    book = Book(base, ORDINARY_DAY, folder)
    wanted = None if benefits is None else set(benefits)
    lines: list[str] = []
    found = (g for g in coverage(base, folder) if wanted is None or g.benefit in wanted)
    open_goals = [g for g in found if not g.shown_by and not g.why]
    done: set[Goal] = set()
    policy = ""
    for goal in open_goals:
        if goal in done:
            continue
        somebody = candidate(book, goal)
        if somebody is None:
            continue
        facts, day = somebody
        done |= set(_shown(book, goal.benefit, facts, day, [g for g in open_goals if g.benefit == goal.benefit]))
        benefit = base.benefit(goal.benefit)
        if benefit.policy != policy:
            policy = benefit.policy
            lines.append(f"# {base.policies[policy].file}")
        lines += as_case(base, benefit, goal.words, facts, day)
    return "\n".join(lines) + ("\n" if lines else "")


def candidate(book: Book, goal: Goal) -> tuple[Facts, date] | None:
    """Somebody who shows a goal, and the day they apply; None when nobody can."""
    number = next(n for n, b in enumerate(book.base.benefits) if b.id == goal.benefit)
    benefit, space = book.base.benefits[number], book.spaces[number]
    near: dict[int, int] = {}
    masks = space.masks
    if goal.kind == "row":
        rows = [r for r in tables(book) if r.benefit.id == goal.benefit][goal.table]
        earlier = rows.without(*range(goal.row)) if rows.table.hit in ("first", "unique") else ()
        parts = (rows.condition, rows.guards[goal.row], *earlier)
    else:
        alone = space.formula(_at(benefit.condition, goal.path))
        parts = (_deciding(benefit, goal.path, space),)
        if goal.kind in ("holds", "fails"):
            parts = (*parts, alone if goal.kind == "holds" else space.negated(alone))
        else:
            masks = replace(masks, goal.axis, masks[goal.axis] & 1 << goal.cell)
            near[goal.axis] = goal.near
            both = (*parts, alone if goal.kind == "at" else space.negated(alone))
            parts = both if space.possible(*both, masks=masks) else parts
    box = space.witness(*parts, masks=masks)
    if box is None:
        return None
    facts = space.facts(box, near)
    day = facts.get("application_date")
    chosen = date.fromordinal(int(day)) if isinstance(day, int) else ORDINARY_DAY
    return facts.having({"application_date": None}), chosen


def as_case(base: RuleBase, benefit: Benefit, name: str, facts: Facts, day: date) -> list[str]:
    """One case in the file's own form; what the rules say today stands in a comment."""
    verdict = decide(base, facts, day)[benefit.id]
    given = ", ".join(
        f"{base.vocabulary.fields[k].name}: {scalar(base.vocabulary.fields[k], v)}" for k, v in facts.values.items()
    )
    return [
        f"  - 名称: {_plain(f'{benefit.name}：{name}')}",
        f"    时点: {day.isoformat()}",
        f"    给定: {{{given}}}",
        f"    期望: {{{benefit.local_id}: ?}}    # 按现行规则算得：{computed(verdict)}",
    ]


def computed(verdict: Verdict) -> str:
    """The outcome in the words cases use, with the amount."""
    word = "来源未定" if verdict.undecided and verdict.outcome is Outcome.NEEDS_REVIEW else verdict.outcome.label
    return f"{word}，{show_range(verdict.amount.reported)}" if verdict.amount else word


def scalar(entry: Field, value: Value) -> str:
    """A value as a case writes it."""
    if isinstance(value, frozenset):
        return f"[{', '.join(entry.show(v) for v in sorted(value))}]" if value else "无"
    if entry.kind is Kind.MONTHS and entry.unit == "年" and isinstance(value, int) and value % 12:
        return f"{value // 12}年{value % 12}个月" if value > 12 else f"{value}个月"
    return _plain(entry.show(value).replace(",", ""))


def _plain(text: str) -> str:
    return f'"{text}"' if any(c in text for c in ",:{}[]#&*!|>'%@`") else text


def summary(goals: Iterable[Goal]) -> dict[str, tuple[int, int]]:
    """Shown and wanted, by kind of goal; what nobody can show is not wanted."""
    counts: dict[str, tuple[int, int]] = {}
    for goal in (g for g in goals if not g.why):
        shown, wanted = counts.get(goal.kind, (0, 0))
        counts[goal.kind] = (shown + bool(goal.shown_by), wanted + 1)
    return counts
