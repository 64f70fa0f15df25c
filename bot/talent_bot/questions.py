"""A planner's question as the pending question of a dialogue, and as buttons."""

from __future__ import annotations

from talent_bot.dialogue import Dialogue, Pending
from talent_bot.reply import Block, Button, Buttons, Text
from talent_bot.words import Words
from talent_rules import Question, RuleBase, question_json

DONT_KNOW, REFUSED, WHY = "x:dk", "x:rf", "x:why"


def pending_of(base: RuleBase, question: Question, person: str) -> Pending:
    """The question with what each answer sets, as JSON values."""
    choices = question_json(base.vocabulary, question)["choices"]
    return Pending(
        question.id,
        "question",
        question.fields,
        tuple(c.label for c in question.choices),
        tuple(c.synonyms for c in question.choices),
        tuple(c["sets"] for c in choices),
        person,
        question.text + (f"（例：{question.example}）" if question.example and not question.choices else ""),
        question.why,
    )


def blocks(dialogue: Dialogue, pending: Pending, say: Words, lead: str = "") -> tuple[Block, ...]:
    """The question and its buttons; button payloads carry the turn they belong to."""
    options = tuple(Button(label, f"a:{dialogue.serial}:{number}") for number, label in enumerate(pending.options))
    extra = (
        Button(say("不清楚"), DONT_KNOW),
        Button(say("不想说"), REFUSED),
        Button(say("为什么问"), WHY),
    )
    text = f"{lead}{pending.text}" if lead else pending.text
    return (Text(text, "strong"), Buttons(options, extra if pending.kind == "question" else ()))
