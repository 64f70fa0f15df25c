"""A reply as blocks, which each channel lowers to what it can show."""

from __future__ import annotations

from dataclasses import dataclass, field
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `tone`: plain, strong, quiet (small print), warning."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Understood:
    """What was taken from a message: (label, value, note); the note says it was inferred or corrected."""

    facts: tuple[tuple[str, str, str], ...]
    person: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One benefit in a table or a card."""

    id: str
    name: str
    outcome: str
    outcome_id: str
    amount: str
    verified: str = ""
    schedule: str = ""
    reason: str = ""
    clause: str = ""
    missing: str = ""
    advice: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A short list of benefits with their amounts."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """What is paid in one year after the grant, by benefit: (name, 元 text, 分)."""

    label: str
    items: tuple[tuple[str, str, int], ...]
    total: str
    total_fen: int


@dataclass(frozen=True, slots=True)
class Card:
    """The summary a clerk could sign: benefits, payments by year, what is missing, the version."""

    title: str
    facts: tuple[str, ...]  # as people say them
    open_rows: tuple[Row, ...]
    closed_rows: tuple[Row, ...]
    total: str
    given_up: tuple[str, ...]
    years: tuple[Year, ...]
    pending: tuple[str, ...]
    version: str
    as_of: str
    disclaimer: str
    others: tuple[str, ...] = ()  # open, but only named: services, what employers get, what was not asked
    lang: str = "zh"  # the language all this is in, for what draws it


@dataclass(frozen=True, slots=True)
class Citations:
    """Where it stands: document, clause, source, grade."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """A tap: what people read, and the payload that comes back as `Event.payload` (ASCII, ≤ 64 bytes)."""

    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """The answers to the pending question; `extra` are 不清楚, 为什么问 and the like."""

    options: tuple[Button, ...]
    extra: tuple[Button, ...] = ()


Block = Text | Understood | Table | Card | Citations | Buttons


def trace(block: Block) -> str:
    """A mark by which a block is known when it is said again; "" for what may be said as often as it comes."""
    if isinstance(block, Text):
        return block.text
    return f"▦{crc32(repr(block).encode()):x}" if isinstance(block, (Table, Citations)) else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message out. `erase` asks the shell to delete everything stored of this person."""

    blocks: tuple[Block, ...] = field(default_factory=tuple)
    erase: bool = False
