"""Telegram's HTML as its server reads it: strict about tags, so that a broken message is refused in tests."""

from __future__ import annotations

import re
from html import unescape

TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote", "tg-spoiler"}
RESERVED = re.compile(r"(?<!\\)[_*\[\]()~`>#+\-=|{}.!]")
_PART = re.compile(r"<(/?)([A-Za-z-]*)([^<>]*)>|<|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|[^<&]+|&")


class CannotParse(ValueError):
    """What the server says to a broken text."""


def visible(html: str) -> str:
    """The text people see. Raises CannotParse as the server would."""
    opened: list[str] = []
    shown: list[str] = []
    for found in _PART.finditer(html):
        part = found.group()
        if not part.startswith("<"):
            shown.append(unescape(part) if part.startswith("&") and len(part) > 1 else part)
            continue
        closing, name, rest = found.group(1), found.group(2), found.group(3)
        offset = len(html[: found.start()].encode())
        if name not in TAGS or (rest.strip() and name not in ("a", "blockquote", "code")):
            raise CannotParse(f'Unsupported start tag "{name or ""}" at byte offset {offset}')
        if not closing:
            opened.append(name)
        elif not opened or opened.pop() != name:
            raise CannotParse(f"Unmatched end tag at byte offset {offset}")
    if opened:
        raise CannotParse(f'Can\'t find end tag corresponding to start tag "{opened[-1]}"')
    return "".join(shown)


def check_markdown(text: str) -> str:
    """MarkdownV2 without any markup, which is all we check: reserved characters must be escaped."""
    found = RESERVED.search(text)
    if found:
        raise CannotParse(f"Character '{found.group()}' is reserved and must be escaped with the preceding '\\'")
    return re.sub(r"\\(.)", r"\1", text)
