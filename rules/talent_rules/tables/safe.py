"""Text that no spreadsheet will run: formulas and links stay words, and read back the same."""

from __future__ import annotations

import re
import unicodedata

from talent_rules.tables.identity import mask

#: Excel's own limit for one cell
CELL_LIMIT = 32_767
_STARTERS = ("=", "+", "-", "@")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def printable(text: str) -> str:
    """Text an XML file can hold, without identity numbers, no longer than a cell."""
    plain = text if text.isprintable() else _FORBIDDEN.sub("", text)
    return mask(plain)[:CELL_LIMIT]


def for_csv(text: str) -> str:
    """Text for a CSV cell: a leading ' where Excel would run it, or where one stood already."""
    return f"'{text}" if _dangerous(text) else text


def from_csv(text: str) -> str:
    """What `for_csv` was given."""
    return text[1:] if text.startswith("'") and _dangerous(text[1:]) else text


def _dangerous(text: str) -> bool:
    if not text or _PLAIN_NUMBER.fullmatch(text):
        return False
    if text[0] in "\t\r\n'":
        return True
    start = unicodedata.normalize("NFKC", text).lstrip()
    return start.startswith(_STARTERS)
