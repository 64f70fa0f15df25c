"""Brackets and quotes over the lines of a file: which close nothing, and which quote ends where it should not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

BLOCK_TEXT = re.compile(r"(?::|^\s*-)\s+[|>][+-]?\d?[+-]?\s*$")
_QUOTED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"', re.S), "'": re.compile(r"'(?:[^']|'')*'")}
_AFTER = re.compile(r"[ \t]*(?:[,\]}:]|#|$)", re.M)
_VALUE = re.compile(r"(?:^[ ]*(?:- +)*|: +|[\[{,] *)(?=[\"'])")


def outside_quotes(text: str) -> str:
    """A line with what stands in quotes blotted out, every character in its place."""
    return re.sub(r"\"[^\"]*\"|'[^']*'", lambda m: "·" * len(m.group()), text)


@dataclass(slots=True)
class Depth:
    """How many brackets stand open, line after line."""

    open: int = 0
    quote: str = ""

    def stray(self, line: str) -> int | None:
        """Take a line; where a bracket stands in it that closes nothing, if one does."""
        if self.quote:  # a text in quotes that goes on
            if self.quote in line:
                self.quote = ""
            return None
        if not any(c in line for c in "[]{}\"'"):
            return None
        bare = outside_quotes(line)
        begun = _VALUE.search(bare)
        if begun:
            self.quote, bare = bare[begun.end()], bare[: begun.end()]
        found = None
        for at, char in enumerate(bare):
            if char in "[{":
                self.open += 1
            elif char in "]}":
                if self.open:
                    self.open -= 1
                elif found is None:
                    found = at
        return found


@dataclass(frozen=True, slots=True)
class BadQuote:
    """A text in quotes without an end, or with one in the middle: where it begins, and where it ends."""

    line: int
    column: int
    end: tuple[int, int] | None

    @property
    def early(self) -> bool:
        """Whether it ends on its own line, and text follows."""
        return self.end is not None and self.end[0] == self.line


def bad_quote(lines: list[str]) -> BadQuote | None:
    """The first text in quotes of a file that does not end where a value can end."""
    text = "\n".join(_blanked(lines))
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    at = 0
    while begun := _next_value(text, at):
        whole = _QUOTED[text[begun]].match(text, begun)
        end = whole.end() if whole else None
        if end is None or not _AFTER.match(text, end):
            return BadQuote(*_place(starts, begun), None if end is None else _place(starts, end))
        at = end
    return None


def _next_value(text: str, at: int) -> int | None:
    """Where the next quote stands that begins a value or a key."""
    pattern = re.compile(_VALUE.pattern, re.M)
    found = pattern.search(text, at)
    return found.end() if found else None


def _place(starts: list[int], at: int) -> tuple[int, int]:
    line = next(n for n in range(len(starts) - 1, -1, -1) if starts[n] <= at)
    return line + 1, at - starts[line] + 1


def _blanked(lines: list[str]) -> list[str]:
    """The lines with comments and texts below `|` blotted out."""
    found: list[str] = []
    block: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if block is not None and (not line.strip() or indent > block):
            found.append(" " * len(line))
            continue
        block = indent if BLOCK_TEXT.search(line) else None
        found.append(" " * len(line) if line.lstrip().startswith("#") else line)
    return found
