"""What one message means, and what is known before it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

type_value = bool | int | float | str | list[object] | dict[str, object]
Value = type_value
FactsOf = Mapping[str, Mapping[str, Value]]
ListsOf = Mapping[str, Mapping[str, list[Value]]]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that was offered with the question."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the dialogue knows: the field or group just asked, the answers offered, the profile.

    `somebody`: whether one other person was spoken of, who 他 is then.
    """

    pending: str = ""
    options: tuple[Option, ...] = ()
    profile: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    somebody: bool = False

    @classmethod
    def from_json(cls, raw: Mapping[str, object] | None) -> Context:
        """Read `{"pending", "options", "profile"}`; options are labels or {id, name}."""
        raw = raw or {}
        pending, options, profile = raw.get("pending"), raw.get("options"), raw.get("profile")
        return cls(
            pending if isinstance(pending, str) else "",
            tuple(_option(o) for o in options if o is not None) if isinstance(options, list) else (),
            profile if isinstance(profile, dict) else {},
        )

    @property
    def known(self) -> Mapping[str, Value]:
        """The speaker's own facts, whether the profile is flat or kept by person."""
        own = self.profile.get("self")
        return own if isinstance(own, dict) else self.profile  # type: ignore[return-value]


def _option(raw: object) -> Option:
    if isinstance(raw, dict):
        name = str(raw.get("name") or raw.get("label") or raw.get("名称") or raw.get("id") or "")
        return Option(str(raw.get("id") or name), name)
    return Option(str(raw), str(raw))


@dataclass(frozen=True, slots=True)
class Understood:
    """The meaning of a message; `facts` alone may be stored without asking back."""

    intents: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    subject: str = "self"
    facts: FactsOf = field(default_factory=dict)
    deny: ListsOf = field(default_factory=dict)
    clear: Mapping[str, list[str]] = field(default_factory=dict)
    hypothetical: FactsOf = field(default_factory=dict)
    derive: FactsOf = field(default_factory=dict)
    confirm: ListsOf = field(default_factory=dict)
    choice: str = ""
    ambiguous: Mapping[str, Mapping[str, list[Mapping[str, Value]]]] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """The keys of `talent-bot understand`, with `confirm`, `ambiguous` and `choice` beside them."""
        return {
            "intents": list(self.intents),
            "benefits": list(self.benefits),
            "subject": self.subject,
            "facts": {p: dict(f) for p, f in self.facts.items()},
            "deny": {p: dict(f) for p, f in self.deny.items()},
            "clear": {p: list(f) for p, f in self.clear.items()},
            "hypothetical": {p: dict(f) for p, f in self.hypothetical.items()},
            "derive": {p: dict(f) for p, f in self.derive.items()},
            "confirm": {p: dict(f) for p, f in self.confirm.items()},
            "choice": self.choice,
            "ambiguous": {p: dict(w) for p, w in self.ambiguous.items()},
        }
