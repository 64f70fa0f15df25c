"""A planner's question as the pending question of a dialogue, and as buttons."""

from __future__ import annotations

from talent_bot.dialogue import SELF, Dialogue, Pending
from talent_bot.reply import Block, Button, Buttons, Text
from talent_bot.scene import who
from talent_bot.words import Words
from talent_rules import Choice, Question, RuleBase, question_json, show_value

DONT_KNOW, REFUSED, WHY, CARD = "x:dk", "x:rf", "x:why", "x:card"


def pending_of(base: RuleBase, question: Question, person: str, say: Words) -> Pending:
    """The question with what each answer sets, as JSON values; in another language the Chinese answers count too."""
    choices = question_json(base.vocabulary, question)["choices"]
    told = question.example and not question.choices
    example = say("（例：{example}）", example=say(question.example)) if told else ""
    return Pending(
        question.id,
        "question",
        question.fields,
        tuple(label(base, choice, say) for choice in question.choices),
        tuple(c.synonyms if say.source else (c.label, *c.synonyms) for c in question.choices),
        tuple(c["sets"] for c in choices),
        person,
        addressed(question.text, person, say) + example,
        say(question.why),
    )


def label(base: RuleBase, choice: Choice, say: Words) -> str:
    """What stands on an answer's button: its own words, or the value it sets."""
    if say.knows(choice.label) or len(choice.sets) != 1:
        return say(choice.label)
    name, value = choice.sets[0]
    return show_value(base.vocabulary.fields[name], value, say)


def addressed(text: str, person: str, say: Words) -> str:
    """A question put to the speaker about somebody else: 您的学位 → 您孩子的学位."""
    if person == SELF:
        return say(text)
    return (
        text.replace("您", who(person, say))
        if say.source
        else say("{who}：{text}", who=who(person, say), text=say(text))
    )


def blocks(dialogue: Dialogue, pending: Pending, say: Words, lead: str = "") -> tuple[Block, ...]:
    """The question and its buttons; every button carries the turn it belongs to."""
    return Text(f"{lead}{pending.text}", "strong"), _buttons(dialogue.stamp, pending, say)


def _buttons(stamp: str, pending: Pending, say: Words) -> Buttons:
    if pending.kind == "confirm":
        return Buttons((Button(say("是"), f"y:{stamp}"), Button(say("不是"), f"n:{stamp}")))
    options = tuple(Button(label, f"a:{stamp}:{number}") for number, label in enumerate(pending.options))
    if pending.kind != "question":
        return Buttons(options)
    extra = (
        Button(say("不清楚"), f"{DONT_KNOW}:{stamp}"),
        Button(say("不想说"), f"{REFUSED}:{stamp}"),
        Button(say("为什么问"), f"{WHY}:{stamp}"),
        Button(say("先看结果"), CARD),
    )
    return Buttons(options, extra)
