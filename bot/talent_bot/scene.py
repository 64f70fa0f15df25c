"""One turn in the making: what is known so far, and what will be said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from talent_bot.advisor import Advisor
from talent_bot.dialogue import SELF, Dialogue, Pending
from talent_bot.reply import Block, Button, Buttons, Text
from talent_bot.telling import fact_words
from talent_bot.words import Words, marked
from talent_rules import Problem, show_value

DOUBTS = ("confirm", "pick")  # kinds of Pending that ask back what was heard


@dataclass(slots=True)
class Scene:
    """What the moves of a turn work on; the dialogue itself stays frozen and is replaced."""

    advisor: Advisor
    on: date
    dialogue: Dialogue
    blocks: list[Block] = field(default_factory=list)
    closing: tuple[Block, ...] = ()  # the question, or the ways on: always said last
    erase: bool = False
    silent: bool = False  # the reply is complete: nothing is asked after it
    learned: bool = False  # this message told us something
    confused: bool = False  # this message was not understood

    @property
    def say(self) -> Words:
        """The wording in the conversation's language."""
        return self.advisor.say(self.dialogue)

    @property
    def pending(self) -> Pending | None:
        """The question that stands open."""
        return self.dialogue.pending

    def leave(self) -> None:
        """Put the open question away: a doubt comes back, any other question is chosen anew when it is its turn."""
        pending = self.pending
        doubts = (pending, *self.dialogue.doubts) if pending is not None and pending.kind in DOUBTS else ()
        self.change(pending=None, doubts=doubts or self.dialogue.doubts)

    def change(self, **changes: Any) -> None:
        """Replace parts of the dialogue."""
        self.dialogue = replace(self.dialogue, **changes)

    def add(self, text: str, tone: str = "plain") -> None:
        """Say something."""
        if text:
            self.blocks.append(Text(text, tone))

    def vary(self, *sentences: str, tone: str = "plain") -> None:
        """Of several wordings, the one said longest ago."""
        self.add(self.stalest(sentences), tone)

    def stalest(self, sentences: tuple[str, ...]) -> str:
        """The sentence said longest ago; the first of those not said lately."""
        recent = self.dialogue.recent[::-1]
        return max(sentences, key=lambda s: recent.index(s) if s in recent else len(recent))

    def show(self, name: str, value: Any) -> str:
        """A value as people read it."""
        entry = self.advisor.base.vocabulary.fields[name]
        found = self.advisor.base.read({name: value})[0].get(name)
        return str(value) if found is None else show_value(entry, found, self.say)

    def fact(self, name: str, value: Any) -> str:
        """A fact in the words a person would use."""
        entry = self.advisor.base.vocabulary.fields[name]
        found = self.advisor.base.read({name: value})[0].get(name)
        if found is None:
            return self.told(name, value)
        return fact_words(entry, found, self.on, self.say)

    def name(self, name: str) -> str:
        """What a field is called."""
        return self.say(self.advisor.base.vocabulary.fields[name].name)

    def told(self, name: str, value: Any) -> str:
        """A field and its value in a line."""
        return self.say("{name}：{value}", name=self.name(name), value=self.show(name, value))

    def ways_on(self) -> None:
        """What can be done when nothing is asked."""
        say = self.say
        ways = ((say("看结果"), "x:card"), (say("继续补充"), "x:go"), (say("改一个答案"), "x:change"))
        self.closing = (Buttons((), tuple(Button(label, payload) for label, payload in ways)),)


def turn_to(scene: Scene, person: str) -> None:
    """From now on the questions are about this person."""
    scene.leave()
    scene.change(subject=person, unsure=0, finished=False)
    if person == SELF:
        scene.vary(scene.say("好，说回您自己。"), scene.say("好的，下面说您自己。"))
    else:
        name = who(person, scene.say)
        scene.add(scene.say("下面说的是{who}。要说回您自己，请说“说我自己”。", who=name), "quiet")


def person_called(text: str) -> str:
    """The role somebody names: 爱人, 孩子 …; "" for none."""
    return next((role for role, name in _ROLES.items() if text in (name, re.sub("^您|^这位", "", name))), "")


def role_of(person: str) -> str:
    """What a person is to the speaker: the second employee is one too."""
    role, _, number = person.rpartition("_")
    return role if number.isdigit() else person


def unread(problem: Problem, say: Words) -> str:
    """What to write instead of a value nobody can read; the problems of the rules are said in Chinese only."""
    if say.source:
        return f"{problem.message}。{problem.hint}"
    return say("有一个数看不懂，请换个写法，或点一个选项。")


Move = Callable[[Scene], None]

_ROLES = {
    "spouse": marked("您爱人"), "parent": marked("您父母"), "parent_in_law": marked("您爱人的父母"),
    "child": marked("您孩子"), "child_in_law": marked("您孩子的爱人"), "colleague": marked("您同事"),
    "friend": marked("您朋友"), "partner": marked("您对象"), "sibling": marked("您兄弟姐妹"),
    "sibling_in_law": marked("您兄弟姐妹的爱人"), "relative": marked("您亲戚"), "boss": marked("您领导"),
    "employee": marked("这位员工"), "candidate": marked("这位候选人"),
    "classmate": marked("您同学"), "teacher": marked("您老师"), "neighbour": marked("您邻居"),
}  # fmt: skip


def who(person: str, say: Words) -> str:
    """What a person is called to the speaker; the second of a kind is another one."""
    if person == SELF:
        return say("您自己")
    role = role_of(person)
    name = say(_ROLES.get(role, marked("这位")))
    number = person.removeprefix(role).removeprefix("_")
    if number in ("", "2"):
        return say("{who}（另一位）", who=name) if number else name
    return say("{who}（第{n}位）", who=name, n=number)
