"""A reply's blocks as the page shows them: what each is, and what is asked right now."""

from __future__ import annotations

from dataclasses import dataclass

from talent_bot.reply import Block, Button, Buttons, Card, Citations, Table, Text, Understood

_KINDS = {
    Text: "text",
    Understood: "understood",
    Table: "table",
    Card: "card",
    Citations: "citations",
    Buttons: "buttons",
}


def kind_of(block: Block) -> str:
    """The name a template knows a block by."""
    return _KINDS[type(block)]


@dataclass(frozen=True, slots=True)
class Ask:
    """The question that stands open: its text for screen readers, its answers, and ways around it."""

    text: str = ""
    options: tuple[Button, ...] = ()
    extra: tuple[Button, ...] = ()


def ask_of(blocks: tuple[Block, ...]) -> Ask:
    """The buttons of the last reply, and the sentence just before them."""
    text = ""
    found = Ask()
    for block in blocks:
        if isinstance(block, Text) and block.tone == "strong":
            text = block.text
        elif isinstance(block, Buttons):
            found = Ask(text, block.options, block.extra)
    return found
