"""The next question: the one whose answer shrinks the money interval most for what it costs to ask.

For each unknown field or question group that still matters, every answer is tried on all benefits it
touches; the expected shrink of what a person may get, divided by the asking cost, is its score. A
question that can settle nothing is never asked. Deterministic: ties go to the vocabulary's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from talent_rules.cells import Choices, Line, mask_of
from talent_rules.conditions import Cut
from talent_rules.decide import asked_for, local_oracles, stake
from talent_rules.derive import State, known_state, number_span
from talent_rules.logic import Masks, narrow, slack, undecided_leaves
from talent_rules.model import Choice, Facts, Money, Outcome, Question, Span, Value
from talent_rules.points import UNIT
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Group, Kind

UNWRITTEN = 1_000_000  # 分: what an amount without any figure counts as
_TYPED = (Kind.MEMBER, Kind.DATE)  # answered in words: there is nothing sensible to put on a button
_MANY_ANSWERS = 24
_SETTLED_BONUS = 10_000  # 分: settling an outcome without money is worth a little


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Something that can be asked, and what each answer would set."""

    id: str
    fields: tuple[str, ...]
    cost: Fraction
    order: int
    trials: tuple[Mapping[str, Value], ...]
    source: Field | Group
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class _Board:
    """Where every open benefit stands now, for comparison."""

    state: State
    widths: Mapping[int, int]
    outcomes: Mapping[int, Outcome]
    readers: Mapping[str, tuple[int, ...]]
    needed: tuple[str, ...]
    groups: Mapping[int, int]
    slacks: Mapping[int, int]


def next_question(base: RuleBase, facts: Facts, as_of: date) -> Question | None:
    """The question worth most per cost, or None when no answer can change anything."""
    return _best(base, facts, as_of)


def rank_questions(base: RuleBase, facts: Facts, as_of: date) -> tuple[Question, ...]:
    """Every question that can still change something, the most valuable first."""
    board = _board(base, known_state(base, facts, as_of))
    scored = [s for c in _candidates(base, facts, board) if (s := _score(base, board, c)).value > 0]
    scored.sort(key=lambda s: (-s.value, s.candidate.order))
    covered = _cover([s.candidate for s in scored], set(board.needed))
    return tuple(_question(base, s, covered) for s in scored)


def question_about(base: RuleBase, facts: Facts, name: str, as_of: date) -> Question:
    """The question for one field, whatever it is worth: to change an answer already given."""
    known = facts.having({name: None})
    board = _board(base, known_state(base, known, as_of))
    entry = base.vocabulary.fields[name]
    choices = tuple(_choices(base, entry, board))
    buttons = choices if len(choices) <= 12 and entry.kind not in _TYPED else ()
    candidate = _Candidate(name, (name,), Fraction(1), 0, (), entry, buttons)
    return _question(base, _Score(candidate, _touched(candidate, board), 0, Fraction(0)), 0)


@dataclass(frozen=True, slots=True)
class _Score:
    candidate: _Candidate
    touched: tuple[int, ...]
    worth: int
    value: Fraction


def _best(base: RuleBase, facts: Facts, as_of: date) -> Question | None:
    """The first of `rank_questions`, trying only candidates whose upper bound can still win."""
    board = _board(base, known_state(base, facts, as_of))
    candidates = list(_candidates(base, facts, board))
    bounds = [(_bound(board, c), c) for c in candidates]
    bounds.sort(key=lambda b: (-b[0], b[1].order))
    best: _Score | None = None
    for bound, candidate in bounds:
        if best is not None and bound < best.value:
            break
        score = _score(base, board, candidate)
        if score.value > 0 and (best is None or (-score.value, candidate.order) < (-best.value, best.candidate.order)):
            best = score
    if best is None:
        return None
    return _question(base, best, _cover(candidates, set(board.needed)))


def _bound(board: _Board, candidate: _Candidate) -> Fraction:
    """More than any answer to it can be worth."""
    touched = _touched(candidate, board)
    width = _together(board, {n: board.widths[n] for n in touched})
    points = Fraction(sum(board.slacks[n] for n in touched), 100)
    return (width + _SETTLED_BONUS * (len(touched) * len(candidate.trials) + points)) / candidate.cost


def _score(base: RuleBase, board: _Board, candidate: _Candidate) -> _Score:
    touched = _touched(candidate, board)
    worth, settles = _worth(base, board, candidate, touched)
    return _Score(candidate, touched, worth, (worth + _SETTLED_BONUS * settles) / candidate.cost)


# ── where things stand ──────────────────────────────────────────────────────────────────────


def _board(base: RuleBase, state: State) -> _Board:
    widths: dict[int, int] = {}
    outcomes: dict[int, Outcome] = {}
    slacks: dict[int, int] = {}
    readers: dict[str, list[int]] = {}
    needed: dict[str, None] = {}
    for number, benefit in enumerate(base.benefits):
        if not benefit.to_person:
            continue
        outcome, money = _stake(base, number, state, state.masks, {})
        if not outcome.open:
            continue
        if outcome is not Outcome.NEEDS_INFO and (money is None or money.exact):
            continue
        widths[number], outcomes[number] = _width(base, number, outcome, money), outcome
        slacks[number] = _slack(base, number, state.masks, outcome, money)
        for name in _read_by(base, number, state):
            if name not in state.known:
                readers.setdefault(name, []).append(number)
                needed[name] = None
    order = list(base.vocabulary.fields)
    names = tuple(sorted(needed, key=order.index))
    return _Board(state, widths, outcomes, {k: tuple(v) for k, v in readers.items()}, names, _exclusive(base), slacks)


def _read_by(base: RuleBase, number: int, state: State) -> Iterator[str]:
    """The askable fields a benefit still waits for."""
    circuit = base.circuits[number]
    masks = circuit.pick(state.masks)
    oracles = local_oracles(base, circuit, state)
    seen: set[str] = set()
    for formula in (circuit.condition, *(yes for yes, _ in circuit.guards.values())):
        for leaf in undecided_leaves(formula, masks):
            if leaf.axis not in oracles:
                seen.add(circuit.axes[leaf.axis].field)
    seen.update(n for n in circuit.numbers if _loose(number_span(base, state, n)))
    for name in sorted(seen):
        entry = base.vocabulary.fields[name]
        if entry.derivation and entry.derivation.kind == "member" and entry.derivation.of in state.values:
            yield entry.derivation.on
        else:
            yield from asked_for(base, name)


def _loose(span: Span) -> bool:
    return span.lo != span.hi


def _exclusive(base: RuleBase) -> Mapping[int, int]:
    """Benefit number → its group of rivals, so that rivals are not counted twice."""
    found = base.memo.get("ask-groups")
    if found is None:
        numbers = {b.id: i for i, b in enumerate(base.benefits)}
        group = list(range(len(base.benefits)))
        for relation in base.relations:
            if relation.kind in ("就高", "择一", "补差"):
                members = [numbers[m] for m in relation.members if m in numbers]
                for member in members[1:]:
                    old, new = group[member], group[members[0]]
                    group = [new if g == old else g for g in group]
        found = base.memo["ask-groups"] = dict(enumerate(group))
    return found  # type: ignore[return-value]


def _stake(
    base: RuleBase, number: int, state: State, masks: Masks, sets: Mapping[str, Value]
) -> tuple[Outcome, Money | None]:
    circuit = base.circuits[number]
    spans = []
    for name in circuit.numbers:
        value = sets.get(name)
        spans.append(value if isinstance(value, Span) else number_span(base, state, name))
    return stake(base, number, circuit.pick(masks), local_oracles(base, circuit, state), tuple(spans))


def _width(base: RuleBase, number: int, outcome: Outcome, money: Money | None) -> int:
    """How far apart the least and the most a person may get from a benefit are, in 分.

    An amount without an upper end counts as twice its lower end; one nobody has written as little,
    since no answer makes it known.
    """
    if money is None or money.unit == UNIT or not outcome.open or not base.benefits[number].to_person:
        return 0
    lo, hi = money.reported.lo, money.reported.hi
    top = max(2 * lo, UNWRITTEN) if hi is None else hi
    return top - (lo if outcome is not Outcome.NEEDS_INFO else 0)


def _slack(base: RuleBase, number: int, masks: Masks, outcome: Outcome, money: Money | None) -> int:
    """How far the points a benefit counts are from being settled, in hundredths."""
    if not outcome.open:
        return 0
    circuit = base.circuits[number]
    found = slack(circuit.condition, circuit.pick(masks)) if circuit.scored else 0
    if money is not None and money.unit == UNIT and money.reported.hi is not None:
        found += money.reported.hi - money.reported.lo
    return found


# ── what can be asked ───────────────────────────────────────────────────────────────────────


def _candidates(base: RuleBase, facts: Facts, board: _Board) -> Iterator[_Candidate]:
    needed = set(board.needed)
    order = list(base.vocabulary.fields)
    for index, group in enumerate(base.vocabulary.groups):
        fields = group.fields
        waiting = [f for f in fields if f in needed]
        if len(waiting) < 2 or any(f in facts.values for f in fields):
            continue  # what was said one by one is asked on one by one
        settings = tuple(dict(c.sets) for c in group.choices)
        cost = Fraction(max(1, min(base.vocabulary.fields[f].cost for f in waiting)), 2)  # one tap, many fields
        yield _Candidate(group.id, fields, cost, index, settings, group, group.choices)
    for name in board.needed:
        entry = base.vocabulary.fields[name]
        if not entry.askable:
            continue
        choices = tuple(_choices(base, entry, board))
        trials: tuple[Mapping[str, Value], ...] = tuple(dict(c.sets) for c in _sampled(choices))
        trials = trials or tuple(_trials(base, entry, board))
        if trials:
            buttons = choices if len(choices) <= 12 and entry.kind not in _TYPED else ()
            yield _Candidate(
                name, (name,), Fraction(max(1, entry.cost)), 1000 + order.index(name), trials, entry, buttons
            )


def _sampled(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """All of a few answers; of very many (a step a year) some, evenly spread, with both ends."""
    if len(choices) <= _MANY_ANSWERS:
        return choices
    gaps = _MANY_ANSWERS // 3
    return tuple(choices[i * (len(choices) - 1) // gaps] for i in range(gaps + 1))


def _choices(base: RuleBase, entry: Field, board: _Board) -> Iterator[Choice]:
    """The answers of a field as buttons: its values, or the stretches rules can tell apart."""
    if entry.kind is Kind.FLAG:
        yield from (Choice("是", ((entry.id, True),)), Choice("否", ((entry.id, False),)))
    elif entry.kind in (Kind.CHOICE, Kind.ORDERED):
        allowed = _allowed(base, entry, board)
        for number, option in enumerate(entry.options):
            if allowed >> number & 1:
                yield Choice(option.name, ((entry.id, option.id),), option.synonyms)
    elif entry.kind is Kind.SET and entry.options:
        yield Choice("都没有", ((entry.id, frozenset()),), ("无", "没有"))
        for option in entry.options:
            yield Choice(option.name, ((entry.id, frozenset({option.id})),), option.synonyms)
    elif entry.kind.numeric:
        for number, axis, cells in base.by_field.get(entry.id, ()):
            if not axis.facet and isinstance(cells, Line):
                for cell in range(cells.size):
                    if board.state.masks[number] >> cell & 1:
                        span = cell_span(entry, cells, cell)
                        yield Choice(cell_label(entry, cells, cell), ((entry.id, span),))


def _allowed(base: RuleBase, entry: Field, board: _Board) -> int:
    """The values of a choice field that what is known leaves possible."""
    for number, axis, _ in base.by_field.get(entry.id, ()):
        if not axis.facet:
            return board.state.masks[number]
    return (1 << len(entry.options)) - 1


def _trials(base: RuleBase, entry: Field, board: _Board) -> Iterator[Mapping[str, Value]]:
    """Hypothetical answers of a field that has no buttons: lists it decides, numbers it feeds."""
    derived = [f for f in base.vocabulary.fields.values() if f.derivation and f.derivation.of == entry.id]
    flags = [f.id for f in derived if f.kind is Kind.FLAG and f.id in base.by_field]
    if flags:
        yield from (dict.fromkeys(flags, True), dict.fromkeys(flags, False))
    elif entry.kind.numeric:
        yield {entry.id: Span(entry.lo, entry.lo)}


def cell_span(entry: Field, cells: Line, cell: int) -> Span:
    """The values of a cell as a span, both ends included."""
    low, high = cells.bounds(cell)
    step = 1 if entry.kind.integral else 0
    lo = entry.lo if low is None else low[0] + (step if low[1] else 0)
    hi = entry.hi if high is None else high[0] - (0 if high[1] else step)
    if lo is not None and hi is not None and not entry.kind.integral and high is not None and not high[1]:
        hi = high[0] - Fraction(1, 1000)
    return Span(lo, hi)


def cell_label(entry: Field, cells: Line, cell: int) -> str:
    """A cell as an answer button: 不到3年, 3年以上, 2021-08-24 到 2023-11-16."""
    low, high = (_rounder(entry, cut) for cut in cells.bounds(cell))
    if entry.kind is Kind.DATE:
        return _date_label(entry, low, high)
    if low is None and high is None:
        return "任意"
    if low is None or (entry.lo is not None and low[0] <= entry.lo and not low[1]):
        assert high is not None
        word = entry.show(high[0])
        if entry.lo == 0 and entry.kind is Kind.COUNT and high == (1, 0):
            return "没有"
        return f"{word}以下" if high[1] else f"不到{word}"
    if high is None:
        return f"超过{entry.show(low[0])}" if low[1] else f"{entry.show(low[0])}以上"
    if entry.kind is Kind.COUNT and high[0] - low[0] == 1:
        return entry.show(low[0])
    return f"{entry.show(low[0])}到{'' if high[1] else '不满'}{entry.show(high[0])}"


def _rounder(entry: Field, cut: Cut | None) -> Cut | None:
    """“More than 15万元” is kept as “from 150,000.01元”; people read the round figure."""
    if cut is not None and entry.kind is Kind.MONEY and cut[1] == 0 and cut[0] % 100 == 1:
        return cut[0] - 1, 1
    return cut


def _date_label(entry: Field, low: tuple[object, int] | None, high: tuple[object, int] | None) -> str:
    if low is None and high is not None:
        return f"{entry.show(high[0])} 以前"
    if high is None and low is not None:
        return f"{entry.show(low[0])} 以后"
    assert low is not None and high is not None
    last = int(high[0]) - 1  # type: ignore[call-overload]
    if last == low[0]:
        return entry.show(last)
    return f"{entry.show(low[0])} 到 {entry.show(last)}"


# ── what an answer is worth ─────────────────────────────────────────────────────────────────


def _touched(candidate: _Candidate, board: _Board) -> tuple[int, ...]:
    found: dict[int, None] = {}
    for name in candidate.fields:
        found.update(dict.fromkeys(board.readers.get(name, ())))
    return tuple(sorted(found))


def _worth(base: RuleBase, board: _Board, candidate: _Candidate, touched: tuple[int, ...]) -> tuple[int, Fraction]:
    """The expected shrink in 分, and how many outcomes some answer settles; a point nearer counts as one."""
    before = _together(board, {n: board.widths[n] for n in touched})
    total = mass = settled = points = 0
    for sets, weight in zip(candidate.trials, _weights(candidate.trials), strict=True):
        masks = hypothetical(base, board.state, sets)
        if masks is None:
            continue
        widths: dict[int, int] = {}
        for number in touched:
            outcome, money = _stake(base, number, board.state, masks, sets)
            widths[number] = _width(base, number, outcome, money)
            settled += outcome is not board.outcomes[number]
            points += weight * (board.slacks[number] - _slack(base, number, masks, outcome, money))
        total += weight * _together(board, widths)
        mass += weight
    if not mass:
        return 0, Fraction(0)
    return max(0, before - total // mass), settled + max(Fraction(0), Fraction(points, 100 * mass))


_EMPTY: tuple[Value, ...] = (False, "none", "other", 0, frozenset())


def _weights(trials: tuple[Mapping[str, Value], ...]) -> list[int]:
    """How likely each answer is taken to be: “都没有” as likely as all the others together."""
    weights = [1] * len(trials)
    for index, sets in enumerate(trials):
        if all(any(v is e or (v == e and type(v) is type(e)) for e in _EMPTY) for v in sets.values()):
            weights[index] = max(1, len(trials) - 1)
            break
    return weights if len(trials) > 2 else [1] * len(trials)


def _together(board: _Board, widths: Mapping[int, int]) -> int:
    best: dict[int, int] = {}
    for number, width in widths.items():
        group = board.groups[number]
        best[group] = max(best.get(group, 0), width)
    return sum(best.values())


def hypothetical(base: RuleBase, state: State, sets: Mapping[str, Value]) -> Masks | None:
    """The masks if these fields had these values; None where that contradicts what is known."""
    masks = list(state.masks)
    for name, value in sets.items():
        for number, axis, cells in base.by_field.get(name, ()):
            if not axis.facet:
                masks[number] &= mask_of(cells, value)
            elif axis.facet[0] == "∋" and isinstance(value, frozenset) and isinstance(cells, Choices):
                masks[number] &= 2 if axis.facet[1:] in value else 1
            if not masks[number]:
                return None
    return narrow(base.constraints, tuple(masks))


def _cover(candidates: Iterable[_Candidate], needed: set[str]) -> int:
    """How many of the ranked questions it takes, at most, to touch every field still needed."""
    count = 0
    left = set(needed)
    for candidate in candidates:
        if left & set(candidate.fields):
            left -= set(candidate.fields)
            count += 1
    return count


def _question(base: RuleBase, score: _Score, remaining: int) -> Question:
    candidate, touched, worth = score.candidate, score.touched, score.worth
    source = candidate.source
    names = tuple(dict.fromkeys(base.benefits[n].name for n in touched))
    why = source.why or "影响 " + "、".join(names[:3]) + (f" 等 {len(names)} 项" if len(names) > 3 else "")
    text = source.question or (f"您的{source.name}是？" if isinstance(source, Field) else "")
    example = source.example if isinstance(source, Field) else ""
    return Question(
        candidate.id,
        candidate.fields,
        text,
        why,
        candidate.choices,
        tuple(base.benefits[n].id for n in touched),
        worth,
        remaining,
        example,
    )
