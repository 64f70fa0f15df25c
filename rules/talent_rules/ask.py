"""The next question: the one whose answer shrinks the money interval most for what it costs to ask.

For each unknown field or question group that still matters, every answer is tried on all benefits it
touches; the expected shrink of what a person may get, divided by the asking cost, is its score. A
benefit counts by how likely it is: as much as the rarest thing it needs. What is rare and nobody has
hinted at is asked last (see `plausible`). A question that can settle nothing is never asked.
Deterministic: ties go to the vocabulary's order. See docs/decisions/0007-asking.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from talent_rules.choices import buttons, choices_of
from talent_rules.decide import asked_for, local_oracles, stake
from talent_rules.derive import State, known_state, number_span
from talent_rules.logic import Masks, slack, undecided_leaves
from talent_rules.model import Choice, Facts, Money, Outcome, Question, Span, Value
from talent_rules.plausible import USUAL, Ordinary, hypothetical, likelihood, ordinary
from talent_rules.points import UNIT
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Group, Kind

UNWRITTEN = 1_000_000  # 分: what an amount without any figure counts as
_MANY_ANSWERS = 24
_SETTLED_BONUS = 10_000  # 分: settling an outcome without money is worth a little
_LITTLE = 300_000  # 分: a question worth less, for its cost, may wait until somebody wants to go on


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
    """Where every open benefit stands now, for comparison.

    `state` is the one questions are planned in, `known` what is really known, for the buttons.
    """

    state: State
    known: State
    widths: Mapping[int, int]
    outcomes: Mapping[int, Outcome]
    likely: Mapping[int, Fraction]
    readers: Mapping[str, tuple[int, ...]]
    needed: tuple[str, ...]
    groups: Mapping[int, int]
    slacks: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Score:
    candidate: _Candidate
    touched: tuple[int, ...]
    worth: int
    value: Fraction


def next_question(
    base: RuleBase, facts: Facts, as_of: date, wanted: Collection[str] = (), put: Collection[str] = ()
) -> Question | None:
    """The question worth most per cost, or None when no answer can change anything.

    `wanted` are the ids of the benefits somebody asked for: only they count while they are open; `put` are
    the groups and fields that have been asked: what a group left open is asked field by field. A question
    without a sign that it concerns this person comes when no other is left, as `minor`.
    """
    known = known_state(base, facts, as_of)
    numbers = frozenset(n for n, b in enumerate(base.benefits) if b.to_person and (not wanted or b.id in wanted))
    usual = _usual(base, facts, known, numbers if wanted else frozenset())
    found = _best(base, facts, _board(base, known, usual, numbers), put)
    if found is None and usual.absent:
        everything = replace(usual, state=known, absent={}, later=frozenset())
        found = _best(base, facts, _board(base, known, everything, numbers), put)
        found = found and replace(found, minor=True)
    return found


def question_about(base: RuleBase, facts: Facts, name: str, as_of: date) -> Question:
    """The question for one field, whatever it is worth: to change an answer already given."""
    state = known_state(base, facts.having({name: None}), as_of)
    numbers = frozenset(n for n, b in enumerate(base.benefits) if b.to_person)
    board = _board(base, state, Ordinary(state, {}, frozenset()), numbers)
    entry = base.vocabulary.fields[name]
    shown = buttons(entry, tuple(choices_of(base, entry, state.masks)))
    candidate = _Candidate(name, (name,), Fraction(1), 0, (), entry, shown)
    return _question(base, _Score(candidate, _touched(candidate, board), 0, Fraction(0)), 0)


def _usual(base: RuleBase, facts: Facts, known: State, wanted: frozenset[int]) -> Ordinary:
    """The state to plan in; what was asked for is not ruled out by supposing the rare away."""
    usual = ordinary(base, facts, known)
    if not wanted or any(_stake(base, n, usual.state, usual.state.masks, {})[0].open for n in wanted):
        return usual
    return ordinary(base, facts, known, {name for n in wanted for name in _read_by(base, n, known)})


def _best(base: RuleBase, facts: Facts, board: _Board, put: Collection[str]) -> Question | None:
    """The question with the highest score, trying only those whose upper bound can still win."""
    candidates = list(_candidates(base, facts, board, put))
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
    worthy = [candidate for bound, candidate in bounds if bound >= _LITTLE] or [best.candidate]
    found = _question(base, best, _cover(worthy, set(board.needed)))
    little = best.value < _LITTLE and not any(board.slacks[n] for n in best.touched)
    return replace(found, minor=little)


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


def _board(base: RuleBase, known: State, usual: Ordinary, numbers: Collection[int]) -> _Board:
    state = usual.state
    widths: dict[int, int] = {}
    outcomes: dict[int, Outcome] = {}
    likely: dict[int, Fraction] = {}
    slacks: dict[int, int] = {}
    readers: dict[str, list[int]] = {}
    for number in sorted(numbers):
        outcome, money = _stake(base, number, state, state.masks, {})
        if not outcome.open or (outcome is not Outcome.NEEDS_INFO and (money is None or money.exact)):
            continue
        likely[number] = likelihood(base, number, state)
        widths[number] = _width(base, number, outcome, money, likely[number])
        outcomes[number], slacks[number] = outcome, _slack(base, number, state.masks, outcome, money)
        for name in _read_by(base, number, state):
            if name not in state.known and name not in usual.later:
                readers.setdefault(name, []).append(number)
    order = list(base.vocabulary.fields)
    names = tuple(sorted(readers, key=order.index))
    read = {k: tuple(v) for k, v in readers.items()}
    return _Board(state, known, widths, outcomes, likely, read, names, _exclusive(base), slacks)


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
    return base.once("ask-groups", lambda: _grouped(base))


def _grouped(base: RuleBase) -> Mapping[int, int]:
    numbers = {b.id: i for i, b in enumerate(base.benefits)}
    group = list(range(len(base.benefits)))
    for relation in base.relations:
        if relation.kind in ("就高", "择一", "补差"):
            members = [numbers[m] for m in relation.members if m in numbers]
            for member in members[1:]:
                old, new = group[member], group[members[0]]
                group = [new if g == old else g for g in group]
    return dict(enumerate(group))


def _stake(
    base: RuleBase, number: int, state: State, masks: Masks, sets: Mapping[str, Value]
) -> tuple[Outcome, Money | None]:
    circuit = base.circuits[number]
    spans = []
    for name in circuit.numbers:
        value = sets.get(name)
        spans.append(value if isinstance(value, Span) else number_span(base, state, name))
    return stake(base, number, circuit.pick(masks), local_oracles(base, circuit, state), tuple(spans))


def _width(base: RuleBase, number: int, outcome: Outcome, money: Money | None, likely: Fraction) -> int:
    """How far apart the least and the most a person may get from a benefit are, in 分, by how likely it is.

    An amount without an upper end counts as twice its lower end; one nobody has written as little,
    since no answer makes it known.
    """
    if money is None or money.unit == UNIT or not outcome.open or not base.benefits[number].to_person:
        return 0
    lo, hi = money.reported.lo, money.reported.hi
    top = max(2 * lo, UNWRITTEN) if hi is None else hi
    return int(likely * (top - (lo if outcome is not Outcome.NEEDS_INFO else 0)))


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


def _candidates(base: RuleBase, facts: Facts, board: _Board, put: Collection[str]) -> Iterator[_Candidate]:
    needed = set(board.needed)
    order = list(base.vocabulary.fields)
    grouped: set[str] = set()  # what a group asks is not asked alone while it can be asked together
    for index, (group, waiting) in enumerate(_groups(base, facts, needed, put)):
        choices = tuple(_possible(base, group, facts, board))
        if len(choices) < 2:
            continue
        grouped |= waiting
        settings = tuple(dict(c.sets) for c in choices)
        cost = Fraction(max(1, min(base.vocabulary.fields[f].cost for f in waiting)), 2)  # one tap, many fields
        fields = tuple(f for f in group.fields if f not in facts.values)
        yield _Candidate(group.id, fields, cost, index, settings, group, choices)
    for name in board.needed:
        entry = base.vocabulary.fields[name]
        if not entry.askable or name in grouped or name in put:
            continue
        choices = tuple(choices_of(base, entry, board.known.masks))
        trials: tuple[Mapping[str, Value], ...] = tuple(dict(c.sets) for c in _sampled(choices))
        trials = trials or tuple(_trials(base, entry, board))
        if trials:
            cost, place = Fraction(max(1, entry.cost)), 1000 + order.index(name)
            yield _Candidate(name, (name,), cost, place, trials, entry, buttons(entry, choices))


def _groups(base: RuleBase, facts: Facts, needed: set[str], put: Collection[str]) -> list[tuple[Group, set[str]]]:
    """The groups that ask for several needed fields, but for those another one covers.

    Of two that ask for the same, the one of which nothing has been told yet.
    """
    told = {g.id: any(f in facts.values for f in g.fields) for g in base.vocabulary.groups}
    found = [(g, needed & set(g.fields)) for g in base.vocabulary.groups if g.id not in put]
    usable = [(g, w) for g, w in found if len(w) > 1]

    def covered(group: Group, waiting: set[str]) -> bool:
        return any(
            waiting < other or (waiting == other and told[group.id] and not told[rival.id])
            for rival, other in usable
            if rival is not group
        )

    return [(g, w) for g, w in usable if not covered(g, w)]


def _possible(base: RuleBase, group: Group, facts: Facts, board: _Board) -> Iterator[Choice]:
    """The answers that do not contradict what is known, and what each would add to it; “nothing else” always may."""
    for choice in group.choices:
        told = {n: v for n, v in choice.sets if n in facts.values}
        if not _is_usual(base, dict(choice.sets)) and hypothetical(base, board.known.masks, told) is None:
            continue
        new = tuple((n, v) for n, v in choice.sets if n not in facts.values)
        if new:
            yield Choice(choice.label, new, choice.synonyms)


def _sampled(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """All of a few answers; of very many (a step a year) some, evenly spread, with both ends."""
    if len(choices) <= _MANY_ANSWERS:
        return choices
    gaps = _MANY_ANSWERS // 3
    return tuple(choices[i * (len(choices) - 1) // gaps] for i in range(gaps + 1))


def _trials(base: RuleBase, entry: Field, board: _Board) -> Iterator[Mapping[str, Value]]:
    """Hypothetical answers of a field that has no buttons: lists it decides, numbers it feeds."""
    derived = [f for f in base.vocabulary.fields.values() if f.derivation and f.derivation.of == entry.id]
    flags = [f.id for f in derived if f.kind is Kind.FLAG and f.id in base.by_field]
    if flags:
        yield from (dict.fromkeys(flags, True), dict.fromkeys(flags, False))
    elif entry.kind.numeric:
        yield {entry.id: Span(entry.lo, entry.lo)}


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
    for sets, weight in zip(candidate.trials, _weights(base, candidate.trials), strict=True):
        masks = hypothetical(base, board.state.masks, sets)
        if masks is None:
            continue
        widths: dict[int, int] = {}
        for number in touched:
            outcome, money = _stake(base, number, board.state, masks, sets)
            widths[number] = _width(base, number, outcome, money, board.likely[number])
            settled += outcome is not board.outcomes[number]
            points += weight * (board.slacks[number] - _slack(base, number, masks, outcome, money))
        total += weight * _together(board, widths)
        mass += weight
    if not mass:
        return 0, Fraction(0)
    return max(0, before - total // mass), settled + max(Fraction(0), Fraction(points, 100 * mass))


def _weights(base: RuleBase, trials: tuple[Mapping[str, Value], ...]) -> list[int]:
    """How likely each answer is taken to be: what is usual in all it says, more than all the others together."""
    usual = [_is_usual(base, sets) for sets in trials]
    others = usual.count(False)
    return [USUAL * max(1, others) if is_usual else max(1, usual.count(True)) for is_usual in usual]


def _is_usual(base: RuleBase, sets: Mapping[str, Value]) -> bool:
    """Whether an answer says what is usual wherever that is known, and says so of something."""
    fields = base.vocabulary.fields
    told = [fields[n].usual == v for n, v in sets.items() if fields[n].usual is not None]
    return bool(told) and all(told)


def _together(board: _Board, widths: Mapping[int, int]) -> int:
    best: dict[int, int] = {}
    for number, width in widths.items():
        group = board.groups[number]
        best[group] = max(best.get(group, 0), width)
    return sum(best.values())


def _cover(candidates: Iterable[_Candidate], needed: set[str]) -> int:
    """How many of these questions it takes, at most, to touch every field of theirs that is still needed."""
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
