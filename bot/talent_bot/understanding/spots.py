"""A mention in its clause: what stands before it and after it, as far as any rule looks."""

from __future__ import annotations

from dataclasses import dataclass

from talent_bot.understanding.clauses import Clause
from talent_bot.understanding.mentions import Mention

_REACH = 80  # a clause spoken without a pause can be the whole message


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a mention stands: the words left of it, its own, and the words right of it, within its clause."""

    mention: Mention
    clause: Clause
    left: str
    said: str
    right: str

    @classmethod
    def of(cls, mention: Mention, clause: Clause) -> Spot:
        """The spot of a mention in its clause."""
        start, end = mention.start - clause.start, mention.end - clause.start
        return cls(
            mention,
            clause,
            clause.text[max(0, start - _REACH) : start],
            clause.text[start:end],
            clause.text[end : end + _REACH],
        )

    @property
    def text(self) -> str:
        """The clause, or as much of it as rules look at."""
        return self.left + self.said + self.right

    @property
    def start(self) -> int:
        """Where the mention begins in `text`."""
        return len(self.left)

    @property
    def end(self) -> int:
        """Where it ends in `text`."""
        return len(self.left) + len(self.said)
