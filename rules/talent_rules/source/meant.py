"""Lines as their author meant them, where a sign of the wrong width is all that is wrong: so that the rest of the file
is still read, and all its problems are told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from talent_rules.model import Problem

_BRACKETS = str.maketrans("［｛【（〔］｝】）〕", "[{[[[]}]]]")
_KEY_FOLLOWS = re.compile(r"，\s*(?=[^\s,，:：{}\[\]\"']+: )")


def as_meant(lines: Sequence[str], problems: Iterable[Problem]) -> list[str] | None:
    """The lines with these problems put right; None where one of them leaves a doubt what was meant."""
    found = list(lines)
    for problem in problems:
        number, at = problem.place.line - 1, problem.place.column - 1
        line = found[number]
        if problem.code in ("S105", "S121") and line[at : at + 1] in ("：", ":"):
            found[number] = f"{line[:at]}: {line[at + 1 :].lstrip()}"
        elif problem.code == "S121" and not line[at : at + 1].strip():
            found[number] = f"{line[:at]} {line[at:].lstrip()}"
        elif problem.code == "S106":
            found[number] = _KEY_FOLLOWS.sub(", ", line)
        elif problem.code == "S126":
            found[number] = line[:at] + re.sub("[，、]", ", ", line[at:].translate(_BRACKETS))
        else:
            return None
    return found
