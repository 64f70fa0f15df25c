"""Cut Telegram HTML into messages of at most 4,096 UTF-16 units, with tags balanced in each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LIMIT = 4096
GAP = "\n\n"
_ATOM = re.compile(r"<(/?)([a-z-]+)[^<>]*>|&#?\w+;|[^\W_]+|.", re.DOTALL)
_AFTER = ("\n", "。", "；", "！", "？", "，", "、", " ")  # where a cut reads well, best first


def units(text: str) -> int:
    """Length as Telegram counts it; ours counts the tags too, so it is never too low."""
    return len(text) + sum(1 for c in text if c > "\uffff")


def split(pieces: Iterable[str], limit: int = LIMIT) -> list[str]:
    """Messages of whole pieces where they fit; a piece that is too long is cut inside."""
    messages: list[str] = []
    for piece in (part for whole in pieces for part in cut(whole, limit)):
        if messages and units(messages[-1]) + units(GAP) + units(piece) <= limit:
            messages[-1] += GAP + piece
        else:
            messages.append(piece)
    return messages


def cut(html: str, limit: int = LIMIT) -> list[str]:
    """Well-formed HTML in parts that are each well-formed and not too long; blank ones are left out."""
    if units(html) <= limit:
        return [html] if _visible(html) else []
    parts: list[str] = []
    part = _Part(())
    for atom, opens, closes in _atoms(html, limit // 4):
        if part.size + units(atom) + (len(opens) + 3 if opens else 0) > limit and not closes:
            done, part = part.divided(limit)
            parts.append(done)
        part.add(atom, opens, closes)
    parts.append(part.closed())
    return [p for p in parts if _visible(p)]


def _atoms(html: str, longest: int) -> Iterator[tuple[str, str, bool]]:
    """(text, tag it opens, whether it closes one): tags and entities whole, words whole unless very long."""
    for found in _ATOM.finditer(html):
        text = found.group()
        if found.group(2) is None and units(text) > longest and not text.startswith("&"):
            yield from ((c, "", False) for c in text)
        else:
            name = found.group(2) or ""
            yield text, "" if found.group(1) else name, bool(found.group(1))


def _visible(html: str) -> bool:
    return bool(re.sub(r"<[^<>]*>", "", html).strip())


class _Part:
    """A message in the making: its text, and the tags open at its end."""

    def __init__(self, opened: tuple[tuple[str, str], ...]) -> None:
        self.opened = opened  # (name, tag as written)
        self.atoms: list[tuple[str, tuple[tuple[str, str], ...]]] = [(tag, opened) for _, tag in opened]
        self.fixed = len(opened)
        self.length = sum(units(tag) for _, tag in opened)

    @property
    def size(self) -> int:
        """With the closing tags it needs."""
        return self.length + _closing_size(self.opened)

    def add(self, atom: str, opens: str, closes: bool) -> None:
        if opens:
            self.opened = (*self.opened, (opens, atom))
        elif closes:
            self.opened = self.opened[:-1]
        self.atoms.append((atom, self.opened))
        self.length += units(atom)

    def closed(self) -> str:
        return "".join(atom for atom, _ in self.atoms) + _closing(self.opened)

    def divided(self, limit: int) -> tuple[str, _Part]:
        """What is sent now, and the part that goes on after the best place to cut."""
        at = self._best(limit)
        opened = self.atoms[at - 1][1] if at else ()
        text = "".join(atom for atom, _ in self.atoms[:at]) + _closing(opened)
        rest = _Part(opened)
        before = opened
        for atom, after in self.atoms[at:]:
            rest.add(atom, after[-1][0] if len(after) > len(before) else "", len(after) < len(before))
            before = after
        return text.rstrip(), rest

    def _best(self, limit: int) -> int:
        """After a line or a sentence in the second half, if there is one; else here."""
        for stop in _AFTER:
            length = self.length
            for at in range(len(self.atoms), self.fixed, -1):
                if length < limit // 2:
                    break
                if self.atoms[at - 1][0] == stop:
                    return at
                length -= units(self.atoms[at - 1][0])
        return len(self.atoms)


def _closing(opened: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"</{name}>" for name, _ in reversed(opened))


def _closing_size(opened: tuple[tuple[str, str], ...]) -> int:
    return sum(len(name) + 3 for name, _ in opened)
