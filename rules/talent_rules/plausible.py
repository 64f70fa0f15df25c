"""What is worth asking of this person: fields with 何时问 wait for a sign, and are planned without.

Few people are academicians, lead teams or hold a title. As long as nothing said so far makes such a
thing likely, the questions are chosen as if it were absent; the decision still takes it for unknown.
A number with 何时问 is only asked later: a price, once a home is bought.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from talent_rules.cells import Both, Cells, Choices, Formula, Leaf, Tally, formula, mask_of, split
from talent_rules.combine import combine
from talent_rules.conditions import AnyOf, Axis, Condition
from talent_rules.decide import local_oracles, stake
from talent_rules.derive import State, known_state, number_span, state_of
from talent_rules.language import read_line
from talent_rules.logic import Masks, kleene, narrow
from talent_rules.model import Decision, Declined, Facts, Span, Value, Verdict
from talent_rules.rulebase import RuleBase
from talent_rules.vocabulary import Field, Kind

USUAL = 3  # what is usual of a field is taken to be so many times as likely as all else together
_LIKELY = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Ordinary:
    """A state as questions are planned in: `absent` is taken to be so, `later` is not asked yet."""

    state: State
    absent: Mapping[str, Value]
    later: frozenset[str]


def ordinary(base: RuleBase, facts: Facts, state: State, wanted: Collection[str] = ()) -> Ordinary:
    """The state in which nothing rare is supposed, but for the fields in `wanted`."""
    absent: dict[str, Value] = {}
    later = set()
    for name, sign in _signs(base).items():
        declined = isinstance(facts.get(name), Declined)
        if name in state.values or ((name in wanted or sign.holds(state)) and not declined):
            continue
        value = base.vocabulary.fields[name].usual
        if value is None:
            later.add(name)
        else:
            absent[name] = value
    masks = hypothetical(base, state.masks, absent)
    if masks is None:  # something said implies one of them after all
        absent, masks = _one_by_one(base, state.masks, absent)
    return Ordinary(replace(state, masks=masks), absent, frozenset(later))


def supposed(base: RuleBase, state: State) -> dict[str, Value]:
    """What is usual of everything nothing has been said about: an ordinary case."""
    fields = base.vocabulary.fields.values()
    usual = {f.id: f.usual for f in fields if f.usual is not None and f.id not in state.values}
    return usual if hypothetical(base, state.masks, usual) else _one_by_one(base, state.masks, usual)[0]


def _one_by_one(base: RuleBase, masks: Masks, absent: Mapping[str, Value]) -> tuple[dict[str, Value], Masks]:
    kept: dict[str, Value] = {}
    for name, value in absent.items():
        supposed = hypothetical(base, masks, {name: value})
        if supposed is not None:
            masks, kept[name] = supposed, value
    return kept, masks


def hypothetical(base: RuleBase, masks: Masks, sets: Mapping[str, Value]) -> Masks | None:
    """The masks if these fields had these values; None where that contradicts what is known.

    `masks` have had their conclusions drawn: only what reads these fields can add any.
    """
    found = list(masks)
    for name, value in sets.items():
        for number, axis, cells in base.by_field.get(name, ()):
            if not axis.facet:
                found[number] &= mask_of(cells, value)
            elif axis.facet[0] == "∋" and isinstance(value, frozenset) and isinstance(cells, Choices):
                found[number] &= 2 if axis.facet[1:] in value else 1
            if not found[number]:
                return None
    return narrow(base.constraints_on(sets), tuple(found))


# ── how likely ──────────────────────────────────────────────────────────────────────────────


def likelihood(base: RuleBase, number: int, state: State) -> Fraction:
    """How far a benefit is from far-fetched: the share of the rarest thing it needs, an even chance being 1."""
    circuit = base.circuits[number]
    masks = circuit.pick(state.masks)
    oracles = local_oracles(base, circuit, state)
    key = ("likelihood", number, masks, oracles)
    known = base.memo.get(key)
    if isinstance(known, Fraction):
        return known
    weights = base.once(("weights", number), lambda: tuple(_weights(base, number)))

    def share(node: Formula) -> Fraction:
        if isinstance(node, Leaf):
            allowed = masks[node.axis]
            if node.axis in oracles or not allowed:
                return Fraction(1)
            return Fraction(_mass(weights[node.axis], allowed & node.mask), _mass(weights[node.axis], allowed))
        value = kleene(node, masks)
        if value is not None or isinstance(node, Tally):
            return Fraction(1 if value is None else int(value))
        shares = [share(part) for part in node.parts]
        return min(shares) if isinstance(node, Both) else max(shares)

    found = base.memo[key] = min(Fraction(1), 2 * share(circuit.condition))
    return found


def _mass(weights: tuple[int, ...], mask: int) -> int:
    return sum(w for n, w in enumerate(weights) if mask >> n & 1)


def _weights(base: RuleBase, number: int) -> Iterator[tuple[int, ...]]:
    """How likely each cell of each axis of a benefit is, against the others."""
    circuit = base.circuits[number]
    for axis, cells in zip(circuit.axes, circuit.cells, strict=True):
        entry = base.vocabulary.fields.get(axis.field)
        usual = 0
        if entry is not None and entry.usual is not None and isinstance(cells, Choices):
            plain = not axis.facet and not isinstance(entry.usual, frozenset)
            usual = mask_of(cells, entry.usual) if plain else 1 if axis.facet[:1] == "∋" else 0
        heavy = USUAL * max(1, cells.size - 1)
        yield tuple(heavy if usual >> n & 1 else 1 for n in range(cells.size))


def likely(base: RuleBase, state: State) -> frozenset[str]:
    """The benefits an ordinary case of this person may get, without those that need what few have."""
    usual = hypothetical(base, state.masks, supposed(base, state))
    assert usual is not None  # supposed() leaves out what contradicts the rest
    case = replace(state, masks=usual)
    return frozenset(
        benefit.id
        for number, benefit in enumerate(base.benefits)
        if _open(base, number, case) and likelihood(base, number, case) >= _LIKELY
    )


def as_told(base: RuleBase, facts: Facts, decision: Decision) -> Decision:
    """A decision as people should read it: no upper end of an amount, or of the total, that nobody told.

    The bounds of the decision itself hold; these ends may be hundreds of millions.
    """
    state = state_of(base, facts, decision.as_of)
    verdicts = tuple(without_made_up_ends(base, state, v) for v in decision.verdicts)
    if all(new is old for new, old in zip(verdicts, decision.verdicts, strict=True)):
        return decision
    return replace(decision, verdicts=verdicts, total=combine(base, verdicts, facts))


def without_made_up_ends(base: RuleBase, state: State, verdict: Verdict) -> Verdict:
    """A verdict whose amount has no upper end, and no instalments, where only what may be typed as a price or an area
    bounds it."""
    if verdict.amount is None or verdict.amount.exact or not verdict.outcome.open:
        return verdict
    number = base.number_of(verdict.benefit)
    circuit = base.circuits[number]
    fields = base.vocabulary.fields
    spans = {name: number_span(base, state, name) for name in circuit.numbers}
    untold = [n for n, span in spans.items() if fields[n].kind in (Kind.MONEY, Kind.AREA) and _endless(fields[n], span)]
    spans |= {name: Span(spans[name].lo, None) for name in untold}
    masks, oracles = circuit.pick(state.masks), local_oracles(base, circuit, state)
    money = stake(base, number, masks, oracles, tuple(spans.values()))[1] if untold else None
    if money is None or money.reported.hi is not None:
        return verdict
    return replace(verdict, amount=replace(verdict.amount, reported=money.reported), schedule=())


def _endless(entry: Field, span: Span) -> bool:
    """Whether only what may be typed bounds a number: nothing was told, or 8000元以上."""
    return span.lo != span.hi and span.hi in (None, entry.hi)


def far_fetched(base: RuleBase, as_of: date, number: int, missing: Collection[str]) -> bool:
    """Whether nobody gets a benefit of whom what is missing is as usual, whatever else holds."""
    fields, circuit = base.vocabulary.fields, base.circuits[number]
    names = frozenset(a.field for a in circuit.axes if a.field in missing and fields[a.field].usual is not None)

    def found() -> bool:
        plain = known_state(base, Facts({}), as_of)
        usual = {name: value for name in sorted(names) if (value := fields[name].usual) is not None}
        masks = hypothetical(base, plain.masks, usual)
        if masks is None or not _open(base, number, plain):
            return False
        return not _open(base, number, replace(plain, masks=masks))

    return bool(names) and base.once(("far-fetched", as_of, number, names), found)


def resting_on(base: RuleBase, facts: Facts, as_of: date, names: Collection[str]) -> frozenset[str]:
    """The open benefits a person would not get if these fields were as they usually are."""
    usual = {n: base.vocabulary.fields[n].usual for n in names}
    told = {n: v for n, v in usual.items() if v is not None and facts.get(n) not in (None, v)}
    if not told:
        return frozenset()
    now, without = (known_state(base, f, as_of) for f in (facts, facts.having(told)))
    numbers = enumerate(base.benefits)
    return frozenset(b.id for n, b in numbers if _open(base, n, now) and not _open(base, n, without))


def _open(base: RuleBase, number: int, state: State) -> bool:
    circuit = base.circuits[number]
    spans = tuple(number_span(base, state, name) for name in circuit.numbers)
    oracles = local_oracles(base, circuit, state)
    return stake(base, number, circuit.pick(state.masks), oracles, spans)[0].open


# ── signs ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Sign:
    """何时问 as a formula over the few axes it reads."""

    test: Formula
    axes: tuple[tuple[Axis, Cells], ...]

    def holds(self, state: State) -> bool:
        """Whether what is known makes the field worth asking about."""
        return kleene(self.test, tuple(_mask(axis, cells, state) for axis, cells in self.axes)) is True


def _mask(axis: Axis, cells: Cells, state: State) -> int:
    value = state.values.get(axis.field)
    if value is None:
        return cells.full
    if axis.facet[:1] == "∋":
        return 2 if isinstance(value, frozenset) and axis.facet[1:] in value else 1
    return cells.full if axis.facet else mask_of(cells, value)


def _signs(base: RuleBase) -> Mapping[str, _Sign]:
    """Every field with 何时问, compiled once."""
    return base.once("signs", lambda: dict(_compiled(base)))


def _compiled(base: RuleBase) -> Iterator[tuple[str, _Sign]]:
    for entry in base.vocabulary.fields.values():
        if entry.ask_when:
            lines: tuple[Condition, ...] = tuple(read_line(line, base.vocabulary) for line in entry.ask_when)
            axes = split(base.vocabulary.fields, lines)
            numbering = {axis: n for n, axis in enumerate(axes)}
            yield entry.id, _Sign(formula(AnyOf(lines), numbering, axes), tuple(axes.items()))
