"""What a check reads: the rule base, the day, and, where the files are at hand, the exact places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from talent_rules.compiler.files import Page
from talent_rules.compiler.keys import ALIASES
from talent_rules.conditions import AllOf, AnyOf, Condition, NoneOf, Stated
from talent_rules.model import Place, Problem
from talent_rules.regions import Space, circuit_space
from talent_rules.rulebase import Benefit, Circuit, Policy, RuleBase
from talent_rules.source import Node, Record, Report, Scalar, Sequence, read_file

Path_ = tuple[int, ...]
T = TypeVar("T")


def value_of(node: Node | None, key: str) -> Node | None:
    """The value under a canonical (English) key, in either language."""
    if isinstance(node, Record):
        for name, value in node.pairs:
            if ALIASES.get(name.text, name.text) == key:
                return value
    return None


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; a scalar is a list of one."""
    if isinstance(node, Sequence):
        return node.items
    return (node,) if isinstance(node, Scalar) else ()


def texts(node: Node | None) -> Iterator[Scalar]:
    """Every scalar below a node, values only."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from texts(item)
    elif isinstance(node, Record):
        for _, value in node.pairs:
            yield from texts(value)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a condition as its author sees it: where it is in the tree and in the file."""

    path: Path_
    node: Condition
    place: Place
    said: str = ""

    @property
    def text(self) -> str:
        """In words."""
        return self.said or words_of(self.node)


@dataclass(frozen=True)
class Book:
    """A rule base opened for checking. `folder` is the data folder its files are in, if known; `pages`
    those of them that were read already."""

    base: RuleBase
    as_of: date
    folder: Path | None = None
    pages: Mapping[str, Page] = field(default_factory=dict, repr=False)
    _files: dict[str, tuple[Node | None, list[str]]] = field(default_factory=dict, repr=False)
    _made: dict[str, object] = field(default_factory=dict, repr=False)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What several checks share, worked out for the first of them."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]  # type: ignore[return-value]

    def with_circuits(self) -> Iterator[tuple[Benefit, Circuit, Space]]:
        """Every benefit with its circuit and the space of its people."""
        for number, benefit in enumerate(self.base.benefits):
            yield benefit, self.base.circuits[number], self.spaces[number]

    @cached_property
    def spaces(self) -> tuple[Space, ...]:
        """The space of each benefit."""
        return tuple(circuit_space(self.base, c) for c in self.base.circuits)

    @cached_property
    def hopeless(self) -> frozenset[str]:
        """The benefits nobody can ever have; other checks stay silent about them."""
        return frozenset(b.id for b, c, s in self.with_circuits() if not s.possible(c.condition))

    @cached_property
    def benefits_of(self) -> Mapping[str, tuple[Benefit, ...]]:
        """The benefits of each policy."""
        found: dict[str, list[Benefit]] = {name: [] for name in self.base.policies}
        for benefit in self.base.benefits:
            found[benefit.policy].append(benefit)
        return {name: tuple(benefits) for name, benefits in found.items()}

    # the files -----------------------------------------------------------------------------

    def file(self, name: str) -> tuple[Node | None, list[str]]:
        """The nodes and the lines of a rule file; nothing where it is not at hand."""
        read = self.pages.get(name)
        if read is not None:
            return read.root, read.lines
        if name not in self._files:
            report = Report()
            path = None if self.folder is None or not name else self.folder / name
            node = read_file(path, name, report) if path is not None and path.is_file() else None
            self._files[name] = (node, report.lines.get(name, []))
        return self._files[name]

    def page(self, policy: Policy) -> Node | None:
        """The nodes of a policy's file."""
        return self.file(policy.file)[0]

    def node(self, benefit: Benefit) -> Record | None:
        """The mapping that states a benefit."""
        root = self.page(self.base.policies[benefit.policy])
        for item in items(value_of(root, "benefits")):
            if isinstance(item, Record) and item.place == benefit.place:
                return item
        return None

    def place_of(self, benefit: Benefit, key: str) -> Place:
        """Where one key of a benefit has its value; the benefit itself where the file is not at hand."""
        found = value_of(self.node(benefit), key)
        return benefit.place if found is None else found.place

    def relation_node(self, place: Place) -> Record | None:
        """The mapping that states the relation at a place."""
        root = self.file(place.file)[0]
        for item in items(value_of(root, "relations")):
            if isinstance(item, Record) and item.place == place:
                return item
        return None

    def parts(self, benefit: Benefit) -> Iterator[Part]:
        """Every piece of a benefit's condition, outer before inner."""
        source = value_of(self.node(benefit), "when")
        logical = _group(source) if isinstance(source, Record) else source
        top = benefit.condition
        nodes = top.parts if isinstance(top, AllOf) else (top,)
        sources = items(logical) if isinstance(logical, (Sequence, Scalar)) else (source,)
        if isinstance(source, Record) and not isinstance(logical, (Sequence, Scalar)):
            sources = (source,)
        for number, node in enumerate(nodes):
            at = sources[number] if number < len(sources) else None
            yield from _parts(node, at, (number,), benefit.place)

    # findings ------------------------------------------------------------------------------

    def problem(self, place: Place, code: str, message: str, hint: str = "", severity: str = "warning") -> Problem:
        """A finding, with the line it is about."""
        lines = self.file(place.file)[1]
        excerpt = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        width = max(1, min(len(excerpt.rstrip()) - place.column + 1, 60))
        return Problem(place, code, message, hint, severity, excerpt[:200], width)

    def name(self, benefit: Benefit | str) -> str:
        """A benefit as people call it, with its policy where the name alone is not enough."""
        found = self.base.benefit(benefit) if isinstance(benefit, str) else benefit
        same = self._names.get(found.name, 0) > 1
        said = found.name.replace("“", "‘").replace("”", "’")
        return f"“{said}”（{self.base.policies[found.policy].title}）" if same else f"“{said}”"

    @cached_property
    def _names(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for benefit in self.base.benefits:
            counts[benefit.name] = counts.get(benefit.name, 0) + 1
        return counts


_GROUP_KEYS = ("all", "any", "none")


def _group(node: Record) -> Node | None:
    """What a condition mapping holds: the list of a 全部, or what stands under 条件."""
    found = value_of(node, "all")
    if found is None and (found := value_of(node, "when")) is not None and value_of(node, "basis") is None:
        return _group(found) if isinstance(found, Record) else found
    return found


def _parts(node: Condition, source: Node | None, path: Path_, near: Place) -> Iterator[Part]:
    place = source.place if source is not None else near
    if isinstance(node, Stated) and node.kind == "cited":
        inner = value_of(source, "when")
        yield from _parts(node.part, inner if inner is not None else source, (*path, 0), place)
        return
    yield Part(path, node, place)
    if not isinstance(node, (AllOf, AnyOf, NoneOf)):
        return
    listed = source if isinstance(source, Sequence) else None
    for key in _GROUP_KEYS if listed is None else ():
        listed = listed or value_of(source, key)  # type: ignore[assignment]
    sources = items(listed)
    for number, part in enumerate(node.parts):
        at = sources[number] if number < len(sources) else None
        yield from _parts(part, at, (*path, number), place)


def words_of(node: Condition) -> str:
    """A condition in words."""
    if isinstance(node, Stated):
        return node.text or words_of(node.part)
    if isinstance(node, (AllOf, AnyOf, NoneOf)):
        word = {AllOf: "全部", AnyOf: "任一", NoneOf: "都不"}[type(node)]
        return f"{word}：" + "；".join(words_of(p) for p in node.parts)
    return getattr(node, "text", "") or str(getattr(node, "axis", ""))
