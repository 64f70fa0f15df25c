"""What a turn works with: the rule base, the understanding of Chinese, and the wording."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from talent_bot.dialogue import SELF, Dialogue
from talent_bot.understanding import Understander
from talent_bot.words import Words, load_words
from talent_rules import Decision, Facts, Question, RuleBase, data_folder, load


class Advising(Protocol):
    """Who lends the advisor for a turn: an advisor itself, or one that is replaced when rules are published."""

    def now(self) -> Advisor:
        """The advisor for one turn."""
        ...


_CALLED = {"settlement": "安家补贴", "rent": "租房补贴", "purchase": "购房补贴", "living": "生活补贴"}
EVERYTHING = 2  # Dialogue.depth: ask also what hardly concerns this person or hardly matters


@dataclass(frozen=True)
class Advisor:
    """Immutable, shared by all conversations."""

    base: RuleBase
    understander: Understander
    words: Mapping[str, Words]
    _lately: dict[object, Any] | None = field(default=None, compare=False, repr=False)

    def for_a_turn(self) -> Advisor:
        """The same, remembering within one turn what was worked out: several moves ask for it."""
        return replace(self, _lately={})

    def now(self) -> Advisor:
        """Itself; see `Advising`."""
        return self

    @classmethod
    def load(cls, place: str = "ordos", data: Path | str | None = None) -> Advisor:
        """Read everything once. Raises Rejected when a rule file is bad."""
        folder = data_folder(Path(data) if data else None, os.environ, place)
        return cls(load(place, folder), Understander.from_data(folder), load_words(folder))

    def read(self, profile: Mapping[str, Any]) -> Facts:
        """Facts as a person tells them: when they mean to come is an answer."""
        return self.base.read(profile, planned=True)[0]

    def facts(self, dialogue: Dialogue, person: str | None = None) -> Facts:
        """A person's facts as the rules read them."""
        return self.read(dialogue.facts(person))

    def decide(self, dialogue: Dialogue, on: date, person: str | None = None) -> Decision:
        """The decision for a person as of a day."""
        return self._once("decide", dialogue.facts(person), on, self.base.decide)

    def outlook(self, dialogue: Dialogue, on: date, person: str | None = None) -> Decision:
        """The decision without what is far-fetched for this person: what is shown first."""
        return self._once("outlook", dialogue.facts(person), on, self.base.outlook)

    def _once(self, what: str, profile: Mapping[str, Any], on: date, work: Callable[..., Decision]) -> Decision:
        if self._lately is None:
            return work(self.read(profile), as_of=on)
        key = (what, on, tuple((name, repr(value)) for name, value in profile.items()))
        if key not in self._lately:
            self._lately[key] = work(self.read(profile), as_of=on)
        found: Decision = self._lately[key]
        return found

    def wanted(self, dialogue: Dialogue) -> frozenset[str]:
        """The benefits the person asked for, while only they are asked about; newer rules may have dropped some."""
        known = frozenset(b.id for b in self.base.benefits)
        return known.intersection(dialogue.wanted) if dialogue.depth == 0 else frozenset()

    def asked_for(self, dialogue: Dialogue, kinds: Collection[str], told: Collection[str], on: date) -> tuple[str, ...]:
        """The benefits of these kinds; none named, those that rest on what was just told and few could tell."""
        if kinds:
            return self.of_kinds(kinds)
        return tuple(sorted(self.base.resting_on(self.facts(dialogue), told, as_of=on)))

    def of_kinds(self, kinds: Collection[str]) -> tuple[str, ...]:
        """The benefits of these kinds, and those called so: a post-doc's 生活补贴 is one."""
        called = [_CALLED[kind] for kind in kinds if kind in _CALLED]
        return tuple(b.id for b in self.base.benefits if b.kind in kinds or any(word in b.name for word in called))

    def question(self, dialogue: Dialogue, on: date) -> Question | None:
        """The next question for the person the conversation is about, as deep as it has been taken."""
        wanted, put = self.wanted(dialogue), self._put(dialogue)
        found = self.base.next_question(self.facts(dialogue), as_of=on, wanted=wanted, put=put)
        return found if found is None or dialogue.depth == EVERYTHING or not found.minor else None

    def _put(self, dialogue: Dialogue) -> frozenset[str]:
        """The questions that have been answered, as exactly as the person can."""
        notes = dialogue.people.get(dialogue.subject, {}).values()
        return frozenset(note.question for note in notes if note.question)

    def still_needed(self, dialogue: Dialogue, fields: tuple[str, ...], on: date) -> bool:
        """Whether a benefit the person asked for, or any if none was named, still waits for one of these fields."""
        wanted = self.wanted(dialogue)
        verdicts = (v for v in self.decide(dialogue, on).verdicts if not wanted or v.benefit in wanted)
        return any(set(fields) & set(v.missing) for v in verdicts)

    def contradicts(self, dialogue: Dialogue, person: str, sets: Mapping[str, Any], on: date) -> bool:
        """Whether what is known of a person rules these facts out."""
        return self._problems({**dialogue.facts(person), **sets}, on)

    def outdated(self, dialogue: Dialogue, person: str, told: Collection[str], on: date) -> tuple[str, ...]:
        """The older facts that what was just told rules out: as few as there can be, the oldest first."""
        profile = dialogue.facts(person)
        gone: list[str] = []
        while self._problems(profile, on):
            older = [name for name in profile if name not in told] or list(profile)[:-1]
            found = next((n for n in older if not self._problems({**profile, n: None}, on)), older[:1] and older[0])
            if not found:
                break
            gone.append(found)
            del profile[found]
        return tuple(gone)

    def _problems(self, profile: Mapping[str, Any], on: date) -> bool:
        return bool(self._once("decide", profile, on, self.base.decide).problems)

    def say(self, dialogue: Dialogue) -> Words:
        """The wording in the conversation's language."""
        return self.words.get(dialogue.lang, self.words["zh"])


__all__ = ["SELF", "Advising", "Advisor"]
