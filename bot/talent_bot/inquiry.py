"""A side question with what it takes to answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from talent_bot import summary
from talent_bot.advisor import Advisor
from talent_bot.answers import OPEN
from talent_bot.dialogue import SELF, Dialogue
from talent_bot.reply import Citations
from talent_bot.understanding import Understood as Meaning
from talent_bot.words import Words
from talent_rules import Decision, Facts, Outcome, RuleBase, Verdict, sources_of

MOST_TOUCHED = 3
_TOGETHER = re.compile(
    r"[两俩二2]个?人|[我他她咱]们?俩|夫妻|两口子|我们(?:都|能|可以|一共|总共|一家)|\b(?:both of us|we both)\b", re.I
)
UNTOLD = (None, *OPEN)
SHORTEST_NAME = 4  # characters: a shorter name may stand in any sentence


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What was asked, by whom, on what day."""

    meaning: Meaning
    text: str
    advisor: Advisor
    dialogue: Dialogue
    on: date

    @property
    def say(self) -> Words:
        """The wording in the conversation's language."""
        return self.advisor.say(self.dialogue)

    @property
    def base(self) -> RuleBase:
        """The rules."""
        return self.advisor.base

    @property
    def facts(self) -> Facts:
        """What is known of the person the conversation is about."""
        return self.advisor.facts(self.dialogue)

    def decide(self) -> Decision:
        """The decision as things stand."""
        return self.advisor.decide(self.dialogue, self.on, self.dialogue.subject)

    def named(self, decision: Decision) -> list[Verdict]:
        """The benefits a message speaks of, by kind or by name; those whose text is in force, if any is."""
        ids = set(self.advisor.of_kinds(self.meaning.benefits))
        had = self.facts.get("received") if "再" not in self.text else None
        left_out = had if isinstance(had, frozenset) else frozenset[str]()
        ids |= {b.id for b in self.base.benefits if len(b.name) >= SHORTEST_NAME and b.name in self.text} - left_out
        found = [v for v in decision.verdicts if v.benefit in ids]
        inside = [v for v in found if v.outcome is not Outcome.OUT_OF_SCOPE] or found
        return summary.ranked(self.advisor, inside)

    def meant(self, decision: Decision) -> list[Verdict]:
        """The benefits a message names, else those that were asked for before: “为什么”, “怎么申请”."""
        wanted = [v for v in decision.verdicts if v.benefit in self.advisor.wanted(self.dialogue)]
        inside = [v for v in wanted if v.outcome is not Outcome.OUT_OF_SCOPE]
        found, likely = self.named(decision) or summary.ranked(self.advisor, inside), self.likely
        return [v for v in found if v.benefit in likely] or found

    def open(self, decision: Decision) -> list[Verdict]:
        """What can still be had, the likely first."""
        likely = self.likely
        found = [v for v in summary.ranked(self.advisor, decision.verdicts) if v.outcome.open]
        return sorted(found, key=lambda v: v.benefit not in likely)

    @property
    def outlook(self) -> Decision:
        """The decision without what is far-fetched."""
        return self.advisor.outlook(self.dialogue, self.on)

    @property
    def both(self) -> tuple[str, ...]:
        """The two people a message asks about together; empty where it does not, or where only one is known."""
        others = [p for p in self.dialogue.people if p != SELF and self.dialogue.facts(p)]
        couple = [p for p in others if p in ("spouse", "partner")] or others
        known = self.dialogue.facts(SELF) and len(couple) == 1 and _TOGETHER.search(self.text)
        return (SELF, couple[0]) if known else ()

    @property
    def likely(self) -> frozenset[str]:
        """The benefits that do not hang on something rare nobody has spoken of."""
        return frozenset(v.benefit for v in self.outlook.verdicts)

    @property
    def told(self) -> frozenset[str]:
        """What was told just now, or last: “那能拿吗” is about what was said before it."""
        person, past = self.dialogue.subject, self.dialogue.past
        now = {*self.meaning.facts.get(person, {}), *self.meaning.derive.get(person, {})}
        known = self.dialogue.facts()
        return frozenset(now or (n for n in (past[-1].get(person, {}) if past else ()) if known.get(n) not in UNTOLD))

    def touched(self, decision: Decision) -> frozenset[str]:
        """The benefits for which something counts that was told, and that counts for few: old parents."""
        readers = {name: [v.benefit for v in decision.verdicts if _reads(v, name)] for name in self.told}
        return frozenset(b for found in readers.values() if len(found) <= MOST_TOUCHED for b in found)

    def cited(self, verdicts: Sequence[Verdict]) -> Citations:
        """Where some benefits stand."""
        return Citations(tuple(dict.fromkeys(sources_of(self.base, v, self.say) for v in verdicts)))


def _reads(verdict: Verdict, name: str) -> bool:
    return any(name in finding.fields for finding in verdict.because)
