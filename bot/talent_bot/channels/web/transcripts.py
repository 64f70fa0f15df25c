"""What stands on a visitor's page: the last messages, in memory only, so that typed words reach no disk."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from talent_bot.reply import Block, Buttons

MOST_MESSAGES = 60
MOST_VISITORS = 2000


@dataclass(frozen=True, slots=True)
class Message:
    """One message on the page: what the person said, or the blocks of a reply."""

    number: int
    said: str = ""
    blocks: tuple[Block, ...] = ()


class Transcripts:
    """The last messages of the last visitors; whoever came longest ago goes first."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[Message, ...]] = OrderedDict()

    def of(self, visitor: str) -> tuple[Message, ...]:
        """A visitor's messages."""
        return self._found.get(visitor, ())

    def add(self, visitor: str, said: str, replies: tuple[tuple[Block, ...], ...]) -> int:
        """Append what was said and answered; returns the number of the first new message."""
        before = self._found.pop(visitor, ())
        first = before[-1].number + 1 if before else 1
        new = [Message(first, said)] if said else []
        new += [Message(first + len(new) + n, blocks=blocks) for n, blocks in enumerate(replies)]
        self._found[visitor] = (*before, *new)[-MOST_MESSAGES:]
        while len(self._found) > MOST_VISITORS:
            self._found.popitem(last=False)
        return first

    def drop(self, visitor: str) -> None:
        """Forget a visitor's page."""
        self._found.pop(visitor, None)


def label_of(payload: str, messages: tuple[Message, ...]) -> str:
    """What the pressed button said, for the page."""
    for message in reversed(messages):
        for block in message.blocks:
            if isinstance(block, Buttons):
                for button in (*block.options, *block.extra):
                    if button.payload == payload:
                        return button.label
    return ""
