"""Kinds of condition: what a rule can ask of a person, as a tree of frozen nodes.

Every comparison is against a constant, so an atom is an axis and a test on it. What sources leave
open, or a person has to check, is an `Open` leaf: it is never true and never false.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from talent_rules.model import Basis, Number
from talent_rules.points import Added, Item


@dataclass(frozen=True, slots=True, order=True)
class Axis:
    """One dimension of what can be known: a field, or a facet of one.

    Facets: `@date_field` a derived field anchored elsewhere; `∋value` membership of a set;
    `∈list` standing on a list; `=name` being one named member.
    """

    field: str
    facet: str = ""

    def __str__(self) -> str:
        return self.field + self.facet


#: A cut (v, 0) lies just before v, (v, 1) just after it.
Cut = tuple[Number, int]


@dataclass(frozen=True, slots=True)
class Between:
    """Numbers above one cut and below another; None is unbounded. `outside` negates."""

    above: Cut | None
    below: Cut | None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Among:
    """One of these value ids; flags have the values `yes` and `no`."""

    values: frozenset[str]


Test = Between | Among


@dataclass(frozen=True, slots=True)
class Atom:
    """An axis passes a test."""

    axis: Axis
    test: Test


@dataclass(frozen=True, slots=True)
class AllOf:
    """全部: every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """任一: some part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """都不: no part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A leaf no fact can settle: `review` (人工核验) or `undecided` (待定, the source is silent)."""

    kind: str
    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """A condition as its author wrote it, in one line; shown whole, judged by its part."""

    text: str
    part: Condition
    basis: Basis | None = None
    kind: str = "atom"


@dataclass(frozen=True, slots=True)
class Reach:
    """积分: the points over the truth of `parts` come to `least` hundredths or more."""

    parts: tuple[Condition, ...]
    items: tuple[Item, ...]
    score: Added
    least: int


Condition = Atom | AllOf | AnyOf | NoneOf | Open | Stated | Reach

ALWAYS = AllOf(())
NEVER = AnyOf(())


def children(node: Condition) -> tuple[Condition, ...]:
    """The parts of a node."""
    if isinstance(node, (AllOf, AnyOf, NoneOf, Reach)):
        return node.parts
    return (node.part,) if isinstance(node, Stated) else ()


def atoms(node: Condition) -> Iterator[Atom]:
    """Every atom below a node, in order."""
    if isinstance(node, Atom):
        yield node
    for part in children(node):
        yield from atoms(part)


def opens(node: Condition) -> Iterator[Open]:
    """Every open leaf below a node, in order."""
    if isinstance(node, Open):
        yield node
    for part in children(node):
        yield from opens(part)


def counts_points(node: Condition) -> bool:
    """Whether a total of points stands somewhere below a node."""
    return isinstance(node, Reach) or any(counts_points(part) for part in children(node))


def fields_of(node: Condition) -> tuple[str, ...]:
    """The fields a condition reads, each once, in order."""
    return tuple(dict.fromkeys(atom.axis.field for atom in atoms(node)))
