"""A reply as Telegram messages: HTML with every word of ours and of people escaped, and inline keyboards."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape as escape_html

from talent_bot.channels.telegram import wording
from talent_bot.channels.telegram.split import split
from talent_bot.pictures import card_svg
from talent_bot.reply import Block, Button, Buttons, Card, Citations, Reply, Row, Table, Text, Understood, Year

Rows = tuple[tuple[tuple[str, str], ...], ...]
ROW_WIDTH = 34  # columns of a row of buttons on a small phone, a Chinese character being two
MOST_IN_ROW = 4
MOST_BUTTONS = 100
MOST_PAYLOAD = 64
PICTURE_SIDE, PICTURE_RATIO = 2560, 20  # a larger photo is scaled down, a longer one refused: they go as files


@dataclass(frozen=True, slots=True)
class Message:
    """One message out: HTML with buttons, or a picture (SVG, drawn when it is sent) with a caption."""

    chat: int
    html: str
    buttons: Rows = ()
    picture: str = ""

    def dump(self) -> str:
        """For the outbox."""
        return json.dumps([self.chat, self.html, self.buttons, self.picture], separators=(",", ":"))


def parse(payload: str) -> Message:
    """From the outbox."""
    chat, html, buttons, picture = json.loads(payload)
    return Message(chat, html, tuple(tuple((label, data) for label, data in row) for row in buttons), picture)


def lower(replies: Sequence[Reply], chat: int, lang: str = "zh", *, pictures: bool = False) -> tuple[Message, ...]:
    """All messages of a turn, in order; with `pictures`, each card also as one, after the words."""
    return tuple(message for reply in replies for message in _reply(reply, chat, lang, pictures))


def _reply(reply: Reply, chat: int, lang: str, pictures: bool) -> Iterator[Message]:
    keyboard = _keyboard([b for b in reply.blocks if isinstance(b, Buttons)])
    pieces = [html for block in reply.blocks if (html := _html(block, lang))]
    parts = split(pieces) or ([wording.say("choose", lang)] if keyboard else [])
    for number, part in enumerate(parts, 1):
        yield Message(chat, part, keyboard if number == len(parts) else ())
    for block in reply.blocks if pictures else ():
        if isinstance(block, Card):
            yield Message(chat, f"<b>{escape(block.title[:200])}</b>", picture=card_svg(block))


def escape(text: str) -> str:
    """Text as HTML, without characters nobody can see or that no message may hold."""
    return escape_html(
        "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")), quote=False
    )


# ── blocks ──────────────────────────────────────────────────────────────────────────────────


def _html(block: Block, lang: str) -> str:
    match block:
        case Text():
            return _text(block)
        case Understood():
            return _understood(block, lang)
        case Table():
            return _lines(_bold(block.title), *(_row(row, lang) for row in block.rows))
        case Card():
            return _card(block, lang)
        case Citations():
            return _quiet(wording.say("sources", lang) + "\n".join(block.lines)) if block.lines else ""
        case Buttons():
            return ""


def _text(block: Text) -> str:
    if not block.text.strip():
        return ""
    match block.tone:
        case "strong":
            return _bold(block.text)
        case "quiet":
            return f"<i>{escape(block.text)}</i>"
        case "warning":
            return "⚠️ " + escape(block.text)
        case _:
            return escape(block.text)


def _understood(block: Understood, lang: str) -> str:
    whose = f"（{block.person}）" if block.person else ""
    facts = (_fact(label, value, note) for label, value, note in block.facts)
    return escape(wording.say("noted", lang, whose=whose)) + " · ".join(facts)


def _fact(label: str, value: str, note: str) -> str:
    said = f"{escape(label)} <b>{escape(value)}</b>" if value else f"<b>{escape(label)}</b>"
    return said + (f" <i>（{escape(note)}）</i>" if note else "")


def _row(row: Row, lang: str, *, cited: bool = False) -> str:
    """A benefit; under a table the sources stand together, on a card each row has its own."""
    outcome = f"（{escape(row.outcome)}）" if row.amount and row.outcome else ""
    head = f"• <b>{escape(row.name)}</b>{outcome}：{escape(row.amount or row.outcome)}"
    missing = wording.say("more", lang) + row.missing if row.missing else ""
    details = (row.schedule, row.note, row.reason, missing, row.advice)
    clause = _quiet(f"   {row.clause}") if cited and row.clause else ""
    return _lines(head, *(f"   {escape(d)}" for d in details if d), clause)


def _card(block: Card, lang: str) -> str:
    closed = "\n".join(f"{r.name}：{r.reason or r.outcome}" for r in block.closed_rows)
    return _lines(
        _bold(block.title),
        escape(" · ".join(block.facts)),
        _bold(block.total),
        *(_row(row, lang, cited=True) for row in block.open_rows),
        *(escape(text) for text in block.given_up),
        *(_year(year) for year in block.years),
        escape(wording.say("more", lang) + "、".join(block.pending)) if block.pending else "",
        *(_quiet(text) for text in block.others),
        f"<blockquote expandable>{escape(wording.say('closed', lang) + closed)}</blockquote>" if closed else "",
        _quiet(" · ".join(t for t in (block.as_of, block.version, block.disclaimer) if t)),
    )


def _year(year: Year) -> str:
    items = "、".join(f"{name} {amount}" for name, amount, _ in year.items)
    return f"{escape(year.label)} <b>{escape(year.total)}</b>" + (f"（{escape(items)}）" if items else "")


def _bold(text: str) -> str:
    return f"<b>{escape(text)}</b>" if text.strip() else ""


def _quiet(text: str) -> str:
    return f"<i>{escape(text)}</i>" if text.strip() else ""


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


# ── buttons ─────────────────────────────────────────────────────────────────────────────────


def _keyboard(blocks: Sequence[Buttons]) -> Rows:
    options = _rows([b for block in blocks for b in block.options])
    extra = _rows([b for block in blocks for b in block.extra])
    return (options + extra)[:MOST_BUTTONS]


def _rows(buttons: Sequence[Button]) -> Rows:
    """As many to a row as can be read there."""
    rows: list[list[tuple[str, str]]] = []
    used = 0
    for button in buttons[:MOST_BUTTONS]:
        width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in button.label) + 4
        if not _sendable(button):
            raise ValueError("a button needs a label and a payload of 1 to 64 ASCII bytes")
        if not rows or used + width > ROW_WIDTH or len(rows[-1]) == MOST_IN_ROW:
            rows.append([])
            used = 0
        rows[-1].append((button.label, button.payload))
        used += width
    return tuple(tuple(row) for row in rows)


def _sendable(button: Button) -> bool:
    return bool(button.label.strip()) and button.payload.isascii() and 1 <= len(button.payload) <= MOST_PAYLOAD


def is_photo(png: bytes) -> bool:
    """Whether Telegram shows this PNG as a photo; its size stands in the header."""
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    if not width or not height:
        return False
    return max(width, height) <= min(PICTURE_SIDE, PICTURE_RATIO * min(width, height))
