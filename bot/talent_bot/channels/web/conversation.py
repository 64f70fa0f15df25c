"""A visitor's conversation around the pure turn: load, turn, save, answer, one message at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from weakref import WeakValueDictionary

from anyio import to_thread

from talent_bot import questions
from talent_bot.advisor import Advising, Advisor
from talent_bot.channels.web.transcripts import Message, added, label_of, seal, unseal
from talent_bot.dialogue import Dialogue, Event
from talent_bot.reply import Block, Button, Buttons, Reply, Text
from talent_bot.store import Answer, Changed, Store
from talent_bot.turn import turn

CHANNEL = "web"


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one message: where the page should look, and whether all was erased."""

    first: int
    erased: bool


@dataclass
class Conversations:
    """Every visitor's conversation over one advisor and one store; `key` hides who it is from the store."""

    advising: Advising
    store: Store
    key: Callable[[str], str]
    today: Callable[[], date]
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @property
    def advisor(self) -> Advisor:
        """The advisor for one request."""
        return self.advising.now()

    async def dialogue(self, visitor: str) -> Dialogue | None:
        """What is stored of a visitor."""
        return await self.store.load(self.key(visitor))

    async def say(self, visitor: str, event: Event, shown: str = "") -> Said:
        """One message, answered and put on the page. A visitor's messages are taken in order."""
        lock = self._locks.setdefault(visitor, asyncio.Lock())
        async with lock:
            while True:
                try:
                    return await self._say(visitor, event, shown)
                except Changed:  # another host took a message of the same visitor: once more, on what it left
                    continue

    async def _say(self, visitor: str, event: Event, shown: str) -> Said:
        key = self.key(visitor)
        snapshot = await self.store.snapshot(key)
        dialogue, before = snapshot.dialogue, unseal(visitor, snapshot.page)
        if dialogue is None:
            dialogue, greeting = await self._turn(Dialogue(), Event())
            before = _as_messages(greeting)
        elif not before:
            before = (Message(1, blocks=self.resumed(dialogue)),)
        dialogue, replies = await self._turn(dialogue, event)
        if any(reply.erase for reply in replies):
            await self.store.answer(Answer(CHANNEL, key, erase=True))
            return Said(0, True)
        said = shown or event.text or label_of(event.payload, before)
        after = added(before, said, tuple(r.blocks for r in replies))
        page = seal(visitor, after)
        await self.store.answer(Answer(CHANNEL, key, dialogue, expected=snapshot.version, page=page))
        return Said(before[-1].number + 1, False)

    async def page(self, visitor: str) -> tuple[Dialogue, tuple[Message, ...]]:
        """What stands on the page: the messages, or a greeting, or where we were."""
        snapshot = await self.store.snapshot(self.key(visitor))
        if snapshot.dialogue is None:
            dialogue, replies = await self._turn(Dialogue(), Event())
            return dialogue, _as_messages(replies)
        found = unseal(visitor, snapshot.page)
        return snapshot.dialogue, found or (Message(1, blocks=self.resumed(snapshot.dialogue)),)

    def resumed(self, dialogue: Dialogue) -> tuple[Block, ...]:
        """Where a stored conversation stands, when the page of it is gone; nothing is asked anew."""
        say = self.advisor.say(dialogue)
        hello = Text(say("欢迎回来，您之前说的都还在，接着来。"))
        if dialogue.pending is not None:
            return (hello, *questions.blocks(dialogue, dialogue.pending, say))
        return (hello, Buttons((Button(say("看结果"), "x:card"), Button(say("继续补充"), "x:go"))))

    async def _turn(self, dialogue: Dialogue, event: Event) -> tuple[Dialogue, tuple[Reply, ...]]:
        return await to_thread.run_sync(partial(turn, dialogue, event, self.advisor, self.today()))


def _as_messages(replies: tuple[Reply, ...]) -> tuple[Message, ...]:
    return tuple(Message(n, blocks=reply.blocks) for n, reply in enumerate(replies, 1))
