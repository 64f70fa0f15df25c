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
from talent_bot.words import Words

CHANNEL = "web"
#: What the person's own line says of an event that has no words of its own; "" where a button has.
Shown = Callable[[Event, Words], str]


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one message: where the page should look, whether all was erased, and the language since."""

    first: int
    erased: bool
    lang: str


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

    async def say(self, visitor: str, event: Event, lang: str, shown: Shown) -> Said:
        """One message, answered and put on the page. A visitor's messages are taken in order.

        `lang` is the language of a conversation that begins; `shown` is what the page says of a tap.
        """
        async with self._locks.setdefault(visitor, asyncio.Lock()):
            while True:
                try:
                    return await self._say(visitor, event, lang, shown)
                except Changed:  # another host took a message of the same visitor: once more, on what it left
                    continue

    async def speak(self, visitor: str, lang: str) -> None:
        """Go on in another language: the question that stands open is put in it."""
        dialogue = await self.dialogue(visitor)
        if dialogue is not None and dialogue.lang != lang:
            await self.say(visitor, Event(payload=f"l:{lang}"), lang, lambda event, say: "")

    async def _say(self, visitor: str, event: Event, lang: str, shown: Shown) -> Said:
        key = self.key(visitor)
        snapshot = await self.store.snapshot(key)
        dialogue, before = snapshot.dialogue, unseal(visitor, snapshot.page)
        if dialogue is None:
            dialogue, greeting = await self._turn(Dialogue(lang=lang), Event())
            before = _as_messages(greeting)
        elif not before:
            before = (Message(1, blocks=self.resumed(dialogue)),)
        said = shown(event, self.advisor.say(dialogue)) or event.text or label_of(event.payload, before)
        dialogue, replies = await self._turn(dialogue, event)
        if any(reply.erase for reply in replies):
            await self.store.answer(Answer(CHANNEL, key, erase=True))
            return Said(0, True, dialogue.lang)
        page = seal(visitor, added(before, said, tuple(r.blocks for r in replies)))
        await self.store.answer(Answer(CHANNEL, key, dialogue, expected=snapshot.version, page=page))
        return Said(before[-1].number + 1, False, dialogue.lang)

    async def page(self, visitor: str, lang: str) -> tuple[Dialogue, tuple[Message, ...]]:
        """What stands on the page: the messages, or a greeting, or where we were."""
        snapshot = await self.store.snapshot(self.key(visitor))
        if snapshot.dialogue is None:
            dialogue, replies = await self._turn(Dialogue(lang=lang), Event())
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
