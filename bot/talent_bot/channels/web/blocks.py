"""A reply's blocks as the page shows them and as JSON: what each is, and what is asked right now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from talent_bot.reply import Block, Button, Buttons, Card, Citations, Table, Text, Understood

_KINDS: dict[str, type[Block]] = {
    "text": Text,
    "understood": Understood,
    "table": Table,
    "card": Card,
    "citations": Citations,
    "buttons": Buttons,
}
_NAMES = {found: kind for kind, found in _KINDS.items()}


def kind_of(block: Block) -> str:
    """The name a template knows a block by."""
    return _NAMES[type(block)]


def block_json(block: Block) -> dict[str, Any]:
    """A block with its kind, as the API gives it."""
    return {"kind": kind_of(block), **asdict(block)}


def block_from_json(data: dict[str, Any]) -> Block:
    """A block read back. Raises KeyError or ValueError for what is none."""
    return _reader(data["kind"]).validate_python({k: v for k, v in data.items() if k != "kind"})


@cache
def _reader(kind: str) -> TypeAdapter[Block]:
    return TypeAdapter(_KINDS[kind])


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
