"""Nodes of a rule file with the places where they stand, and the report that gathers what is wrong with them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from talent_rules.model import Place, Problem

NEAR, MANY_ALIKE = 0.5, 4
MAX_PROBLEMS = 200  # of one file: nobody reads more, and looking for suggestions takes time


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text; `plain` when it stood without quotes."""

    text: str
    place: Place
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Record:
    """Pairs in the order written."""

    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place


Node = Scalar | Sequence | Record


@dataclass(slots=True)
class Report:
    """Gathers the problems of one pass; knows the lines, to show what was written."""

    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    #: files and lines of which enough was said: what else is wrong there comes from that
    told: set[tuple[str, int]] = field(default_factory=set)
    #: lines already read in this pass, by the vocabulary they were read with: the same line says the same
    readings: dict[tuple[int, str], object] = field(default_factory=dict)

    def add(
        self,
        where: Node | Place,
        code: str,
        message: str,
        hint: str = "",
        *,
        offset: int = 0,
        width: int = 0,
        severity: str = "error",
    ) -> None:
        """Note a problem at a node, `offset` characters into its text."""
        place = where if isinstance(where, Place) else where.place
        if (place.file, place.line) in self.told:
            return
        lines = self.lines.get(place.file, [])
        line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        if isinstance(where, Scalar):
            offset, width = offset + (not where.plain), width or len(where.text)
            if line[place.column - 1 : place.column] in ("|", ">"):  # a text on the lines below
                offset, width = 0, 1
        place = Place(place.file, place.line, place.column + offset)
        count = self.counts[place.file] = self.counts.get(place.file, 0) + 1
        if count > MAX_PROBLEMS:
            if count > MAX_PROBLEMS + 1:
                return
            code, message, hint = "S199", f"问题超过 {MAX_PROBLEMS} 个，后面的没有列出", "先改好前面的再检查"
        shown = line[: place.column + 200] if place.column < 2000 else ""
        excerpt = "".join(c if c.isprintable() or c == "\t" else "·" for c in shown)
        width = max(1, min(width, 60, len(line) - place.column + 1))
        self.problems.append(Problem(place, code, one_line(message), one_line(hint), severity, excerpt, width))

    def take(self, other: Report) -> None:
        """Note what another report has noted."""
        self.problems += other.problems
        for file, count in other.counts.items():
            self.counts[file] = self.counts.get(file, 0) + count

    def crowded(self, node: Node) -> bool:
        """Whether a file has so many problems that suggestions are no longer worth the search."""
        return self.counts.get(node.place.file, 0) > MAX_PROBLEMS

    @property
    def errors(self) -> int:
        """How many errors, not counting warnings, were noted."""
        return sum(p.severity == "error" for p in self.problems)

    @property
    def failed(self) -> bool:
        """Whether an error, not only a warning, was noted."""
        return self.errors > 0


def one_line(text: str) -> str:
    """A sentence without line breaks or control characters, long quotations cut short."""
    flat = "".join(c if c.isprintable() else "·" if c.strip() else " " for c in text)
    return re.sub(r"`([^`]{41,})`", lambda m: f"`{m.group(1)[:40]}…`", flat)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """“你是不是想写 …” for the nearest known word, or nothing."""
    near = nearest(word, known)
    return f"你是不是想写 `{near}`？" if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one; the one listed first of several alike, none where too many are.

    Characters in the same place, and a common beginning, count more: 全都 is nearer to 全部 than to 都不.
    """
    if len(word) > 40:
        return ""
    matcher = difflib.SequenceMatcher(b=word)
    best, alike = 0.0, [""]
    for candidate in dict.fromkeys(known):
        matcher.set_seq1(candidate)
        if matcher.real_quick_ratio() < NEAR or matcher.quick_ratio() < NEAR or matcher.ratio() < NEAR:
            continue
        same = [a == b for a, b in zip(word, candidate, strict=False)]
        placed, begins = sum(same) / max(len(word), len(candidate)), len([*takewhile(bool, same)]) / len(word)
        score = matcher.ratio() + placed / 10 + begins / 20
        if score > best:
            best, alike = score, [candidate]
        elif score == best:
            alike.append(candidate)
    return alike[0] if len(alike) < MANY_ALIKE else ""


def slips_of(word: str, known: Iterable[str], apart: str = "") -> list[str]:
    """The known words from which this one differs by a slip of the pen: signs that are no letters, a character too
    many or one left out of three or more, two swapped, one put for another.

    That is no slip where the one written is among `apart`, the characters that tell known words from each other:
    高级技师 is a word of its own and not 高级讲师.
    """
    return [w for w in dict.fromkeys(known) if _is_slip(word, w, apart)]


def _is_slip(word: str, meant: str, apart: str) -> bool:
    word = "".join(c for c in word if c.isalnum())
    short, long = sorted((word, meant), key=len)
    if word == meant:
        return True
    if len(long) - len(short) == 1:
        return len(short) > 2 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))
    if len(word) != len(meant) or len(word) < 2:
        return False
    wrong = [n for n, (a, b) in enumerate(zip(word, meant, strict=True)) if a != b]
    if len(wrong) == 1:
        return word[wrong[0]] not in apart and (len(word) > 2 or wrong[0] > 0)
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(word) == sorted(meant)
