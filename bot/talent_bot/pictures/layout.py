"""Measuring and breaking Chinese text for SVG, which breaks no lines itself."""

from __future__ import annotations

import unicodedata

#: No line begins with these.
_CLOSING = "，。、；：！？）》」』】〕％%…·—～”’,.;:!?)]}"
#: No line ends with these.
_OPENING = "（《「『【〔“‘([{¥"
#: How wide Latin letters are in Noto Sans CJK, in hundredths of the size of the font.
_LATIN = {
    char: hundredths / 100
    for hundredths, chars in {
        22: " ", 28: "',.:;ijl|", 30: "I!", 34: "f()[]{}", 38: "-t/\\r", 47: "\"*?sz", 51: "cvxyY", 55: "JLFek¥–",
        56: "#$+0123456789<=>^_ag~", 60: "XVESTZA`hnou", 63: "bdpqPCR", 66: "KB&", 69: "DG", 74: "NUHOQ", 80: "wM",
        90: "W%m@—",
    }.items()
    for char in chars
}  # fmt: skip


def width(text: str, size: float) -> float:
    """How wide a text is, near enough, at a font size."""
    return sum(_advance(c) for c in text) * size


def _advance(char: str) -> float:
    if char in _LATIN:
        return _LATIN[char]
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    if unicodedata.category(char) in ("Cf", "Mn"):
        return 0.0
    return 0.63 if char.isupper() else 0.56


def wrap(text: str, size: float, limit: float, most: int = 0) -> tuple[str, ...]:
    """Lines no wider than `limit`, breaking where Chinese may; at most `most` lines, if given."""
    lines: list[str] = []
    line = ""
    for word in _words(" ".join(text.split())):
        for piece in _fitting(word, size, limit):
            room = limit + size if piece[0] in _CLOSING else limit  # one closing mark may hang over
            if line and width(line + piece, size) > room:
                kept = _kept(line, piece)
                lines.append(kept.rstrip())
                line = line[len(kept) :] + piece.lstrip()
            else:
                line += piece
    if line:
        lines.append(line)
    if most and len(lines) > most:
        return (*lines[: most - 1], lines[most - 1].rstrip("，。、；") + "…")
    return tuple(lines)


def _kept(line: str, piece: str) -> str:
    """What stays on a line when a piece does not: no opening mark at its end, and none that must stand before it."""
    end = len(line)
    while end > 1 and (line[end - 1] in _OPENING or (piece[0] in _CLOSING and line[end - 1] in _CLOSING)):
        end -= 1
    if piece[0] not in _CLOSING:
        return line[:end]
    word = len(_words(line[:end])[-1])  # a closing mark takes the word before it along
    return line[: end - word] or line[:end]


def _fitting(word: str, size: float, limit: float) -> list[str]:
    return [word] if width(word, size) <= limit else list(word)


def _words(text: str) -> list[str]:
    """Runs of letters and digits stay whole; every other character may stand alone."""
    found: list[str] = []
    for char in text:
        joins = (char.isascii() and (char.isalnum() or char in ".,-%'&")) or char == "¥"
        if found and joins and (found[-1][-1].isascii() or found[-1][-1] == "¥") and found[-1][-1] != " ":
            found[-1] += char
        else:
            found.append(char)
    return found
