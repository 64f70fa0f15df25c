"""A conversation in a test: say things, press buttons, look at the last reply."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from talent_bot.advisor import Advisor
from talent_bot.dialogue import Event, begin
from talent_bot.reply import Buttons, Card, Citations, Reply, Table, Text, Understood
from talent_bot.turn import turn

DAY = date(2024, 9, 1)


@cache
def the_advisor() -> Advisor:
    """The real rules, read once."""
    return Advisor.load()


class Talk:
    """A conversation in a test: say things, look at the last reply."""

    def __init__(self, advisor: Advisor, on: date = DAY) -> None:
        self.advisor, self.on = advisor, on
        self.dialogue, self.replies = turn(begin(), Event(), advisor, on)

    def say(self, text: str) -> Talk:
        self.dialogue, self.replies = turn(self.dialogue, Event(text), self.advisor, self.on)
        return self

    def press(self, payload: str) -> Talk:
        self.dialogue, self.replies = turn(self.dialogue, Event(payload=payload), self.advisor, self.on)
        return self

    @property
    def text(self) -> str:
        return words(self.replies)

    def facts(self, person: str = "self") -> dict[str, object]:
        return self.dialogue.facts(person)

    def button(self, label: str) -> str:
        for block in self.replies[-1].blocks:
            if isinstance(block, Buttons):
                for button in (*block.options, *block.extra):
                    if button.label.startswith(label):
                        return button.payload
        raise AssertionError(f"没有按钮 {label}：{self.text}")


def words(replies: Iterable[Reply]) -> str:
    """Everything a person could read in some replies."""
    parts: list[str] = []
    for reply in replies:
        for block in reply.blocks:
            if isinstance(block, Text):
                parts.append(block.text)
            elif isinstance(block, Understood):
                parts += [f"{n} {v} {note}" for n, v, note in block.facts]
            elif isinstance(block, Table):
                parts += [f"{r.name} {r.amount} {r.schedule} {r.reason} {r.clause}" for r in block.rows]
            elif isinstance(block, Citations):
                parts += block.lines
            elif isinstance(block, Card):
                parts += [f"{r.name} {r.amount} {r.schedule} {r.clause}" for r in block.open_rows]
                parts += [block.total, *block.given_up]
                parts += [f"{y.label} {y.total}" for y in block.years]
    return "\n".join(parts)
