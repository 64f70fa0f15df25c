"""All fields together: finding one by any of its names, reading a profile of many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from talent_rules.model import Choice, Facts, Place, Problem, Value
from talent_rules.quantities import Unreadable, clean
from talent_rules.reference import Reference
from talent_rules.source import did_you_mean, one_line
from talent_rules.vocabulary.fields import Field
from talent_rules.vocabulary.kinds import Kind
from talent_rules.vocabulary.places import Places
from talent_rules.vocabulary.reading import narrower

#: Choices so short, 一级 or 中级, are words of more than one thing
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Group:
    """A question that settles several fields at one tap."""

    id: str
    question: str
    why: str
    choices: tuple[Choice, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field some choice sets."""
        return tuple(dict.fromkeys(name for c in self.choices for name, _ in c.sets))


@dataclass(frozen=True)
class Vocabulary:
    """All fields, in the order they stand, and the questions that group them."""

    fields: Mapping[str, Field]
    groups: tuple[Group, ...] = ()
    reference: Reference = field(default_factory=Reference)
    #: pairs of condition texts that always hold together; compiled with the rules
    implications: tuple[object, ...] = ()
    places: Places = field(default_factory=Places)

    @cached_property
    def _names(self) -> Mapping[str, Field]:
        found: dict[str, Field] = {}
        for entry in self.fields.values():
            for word in reversed(entry.words):
                found.setdefault(clean(word).casefold(), entry)
        for entry in self.fields.values():
            found[clean(entry.name).casefold()] = entry
            found[entry.id] = entry
        return found

    @cached_property
    def derived(self) -> tuple[Field, ...]:
        """The fields that follow from others."""
        return tuple(f for f in self.fields.values() if f.derivation is not None)

    def find(self, word: str) -> Field | None:
        """The field called so, by id, name or synonym."""
        folded = clean(word).casefold()
        return self._names.get(folded) or self._joined.get(folded)

    @cached_property
    def _joined(self) -> Mapping[str, Field]:
        """The ids as English headings have them, Graduation Date, without spaces."""
        return {entry.id.replace("_", ""): entry for entry in self.fields.values()}

    @cached_property
    def _told(self) -> Mapping[str, tuple[Field, ...]]:
        """Of each word that says something of a field by itself, a choice or the name of a yes, which fields."""
        found: dict[str, dict[str, Field]] = {}
        for entry in self.fields.values():
            words = (w for o in entry.options for w in (o.name, *o.synonyms) if len(w) > _SHORT)
            for word in entry.words if entry.kind is Kind.FLAG else words:
                found.setdefault(clean(word).casefold(), {})[entry.id] = entry
        return {word: tuple(fields.values()) for word, fields in found.items()}

    def advice(self, entry: Field, text: str, hint: str) -> str:
        """The hint for a value a field does not have, where it is one of another field: 高级工 is no 职称, it is a
        技能等级. Else the hint as it is."""
        others = self._told.get(clean(text).casefold(), ())
        if len(others) != 1 or others[0].id == entry.id:
            return hint
        other = others[0]
        mine = f"；{entry.name}可写：" + "、".join(o.name for o in entry.options) if entry.options else ""
        return f"写在“{other.name}”里" + ("，填 是" if other.kind is Kind.FLAG else "") + mine

    @property
    def words(self) -> Iterable[str]:
        """Every word that names a field."""
        return self._names

    def read(self, profile: Mapping[str, object], where: str = "") -> tuple[Facts, tuple[Problem, ...]]:
        """A profile by field ids or names → facts, and a problem for each thing not understood."""
        values: dict[str, Value] = {}
        paid: dict[str, int] = {}
        twice: set[str] = set()  # which of two values is meant nobody knows
        problems: list[Problem] = []
        for key, raw in profile.items():
            entry = self.find(str(key))
            if entry is None:
                hint = did_you_mean(str(key), [f.name for f in self.fields.values()] + list(self.fields))
                message = one_line(f"没有 `{key}` 这个信息项")
                problems.append(Problem(Place(where), "P601", message, hint or "用 talent template 看全部信息项"))
                continue
            try:
                value = entry.read(raw, self.reference)
                paid |= entry.received(raw)
            except Unreadable as error:
                message = error.message if error.message.startswith(entry.name) else f"{entry.name}：{error.message}"
                hint = self.advice(entry, raw, error.hint) if isinstance(raw, str) else error.hint
                problems.append(Problem(Place(where), "P602", one_line(message), one_line(hint)))
                continue
            if value is None:
                continue
            closer = narrower(values[entry.id], value) if entry.id in values else value
            if closer is None:
                problems.append(Problem(Place(where), "P603", f"{entry.name} 给了两个不同的值", "只留一个"))
                twice.add(entry.id)
            values[entry.id] = value if closer is None else closer
        return Facts({k: v for k, v in values.items() if k not in twice}, paid), tuple(problems)
