"""Corrections that leave no doubt: what a finding knows how to put right, and putting it right.

A fix is certain or it is not offered: one near word and no second, a sign with only one meaning.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from talent_rules.compiler.keys import ALIASES, CHINESE
from talent_rules.model import Place, Problem
from talent_rules.rulebase import RuleBase

NEAR = 0.6
AHEAD = 0.1


@dataclass(frozen=True, slots=True, order=True)
class Fix:
    """Characters `column` to `end` (1-based, end not included) of a line become `replacement`."""

    file: str
    line: int
    column: int
    end: int
    replacement: str
    code: str = ""

    def applied(self, line: str) -> str:
        """The line put right."""
        return line[: self.column - 1] + self.replacement + line[self.end - 1 :]


Fixer = Callable[[Problem, str, RuleBase], "Fix | None"]


def fixes_of(problems: Iterable[Problem], base: RuleBase, lines: Mapping[str, list[str]]) -> tuple[Fix, ...]:
    """The certain fixes for these findings; `lines` are the files' lines by name."""
    found = []
    for problem in problems:
        fixer = FIXERS.get(problem.code)
        text = lines.get(problem.place.file, [])
        if fixer is None or not 0 < problem.place.line <= len(text):
            continue
        fix = fixer(problem, text[problem.place.line - 1], base)
        if fix is not None:
            found.append(fix)
    return tuple(sorted(set(found)))


def apply_fixes(text: str, fixes: Iterable[Fix]) -> str:
    """The text of one file with fixes applied; of two that overlap only the later one on the line."""
    lines = text.split("\n")
    taken: dict[int, int] = {}
    for fix in sorted(fixes, reverse=True):
        if fix.end <= taken.get(fix.line, 10**9) and 0 < fix.line <= len(lines):
            lines[fix.line - 1] = fix.applied(lines[fix.line - 1])
            taken[fix.line] = fix.column
    return "\n".join(lines)


def apply_to_files(folder: Path, fixes: Iterable[Fix]) -> int:
    """Write the fixes into the files of a data folder; how many were applied."""
    listed = list(fixes)
    for name in sorted({f.file for f in listed}):
        path = folder / name if (folder / name).is_file() else Path(name)
        before = path.read_text(encoding="utf-8")
        path.write_text(apply_fixes(before, [f for f in listed if f.file == name]), encoding="utf-8")
    return len(listed)


# ── what each code knows ────────────────────────────────────────────────────────────────────


def _quoted(message: str) -> str:
    found = re.search(r"`([^`]+)`", message)
    return found.group(1) if found else ""


def _swap(problem: Problem, line: str, word: str, better: str) -> Fix | None:
    """Replace a word that stands once at or after the finding's column."""
    at = line.find(word, problem.place.column - 1)
    if not word or not better or at < 0:
        return None
    return _fix(problem.place, at + 1, at + 1 + len(word), better, problem.code)


def _agreed(problem: Problem, near: str) -> str:
    """The near word, where the loader, who knows what may stand there, names the same one."""
    return near if f"`{near}`" in problem.hint else ""


def _fix(place: Place, column: int, end: int, replacement: str, code: str) -> Fix:
    return Fix(place.file, place.line, column, end, replacement, code)


def only_near(word: str, known: Iterable[str], same: Mapping[str, str] | None = None) -> str:
    """The one known word near to this, or nothing where a second is about as near.

    `same` says which thing a word means: two words for one thing are no doubt.
    """
    ranked = sorted(((difflib.SequenceMatcher(None, word, k).ratio(), k) for k in dict.fromkeys(known)), reverse=True)
    if not ranked or ranked[0][0] < NEAR:
        return ""
    best = ranked[0]
    meaning = same or {}
    for ratio, other in ranked[1:]:
        if meaning.get(other, other) != meaning.get(best[1], best[1]):
            return best[1] if best[0] - ratio >= AHEAD else ""
    return best[1]


def _key(problem: Problem, line: str, base: RuleBase) -> Fix | None:
    del base
    word = _quoted(problem.message)
    known = ALIASES if re.search(r"[\u4e00-\u9fff]", word) else CHINESE
    return _swap(problem, line, word, _agreed(problem, only_near(word, [k for k in known if k != "id"])))


def _field(problem: Problem, line: str, base: RuleBase) -> Fix | None:
    meaning = {w: f.id for f in base.vocabulary.fields.values() for w in f.words}
    word = _quoted(problem.message)
    return _swap(problem, line, word, _agreed(problem, only_near(word, meaning, meaning)))


def _member(problem: Problem, line: str, base: RuleBase) -> Fix | None:
    word = _quoted(problem.message)
    known = [b.id if "/" in word else b.local_id for b in base.benefits]
    if len(re.findall(rf"(?<![\w/-]){re.escape(word)}(?![\w/-])", line)) != 1:
        return None
    return _swap(problem, line, word, _agreed(problem, only_near(word, known)))


def _colon(problem: Problem, line: str, base: RuleBase) -> Fix | None:
    del base
    at = problem.place.column
    if line[at - 1 : at] != "：":
        return None
    end = at + 1
    while line[end - 1 : end] == " ":
        end += 1
    return _fix(problem.place, at, end, ": " if line[end - 1 :].strip() else ":", problem.code)


def _comma(problem: Problem, line: str, base: RuleBase) -> Fix | None:
    """A wide comma between items becomes `, `; one inside a text has the whole text quoted."""
    del base
    at = problem.place.column
    if line[at - 1 : at] != "，":
        return None
    opened = _open_bracket(line[: at - 1])
    if line[opened : opened + 1] == "{" and not re.match(r"\s*[^\s:，,{}]+: ", line[at:]):
        return _quoting(problem, line)
    if line[opened : opened + 1] == "[" and ", " in line[opened : at - 1]:  # it knows the other comma: text, or a slip
        return None
    end = at + 2 if line[at : at + 1] == " " else at + 1
    return _fix(problem.place, at, end, ", ", problem.code)


def _open_bracket(before: str) -> int:
    """Where the innermost bracket still open stands."""
    opened = [-1]
    for position, sign in enumerate(re.sub(r"\"[^\"]*\"|'[^']*'", lambda q: "~" * len(q.group()), before)):
        if sign in "[{":
            opened.append(position)
        elif sign in "]}" and len(opened) > 1:
            opened.pop()
    return opened[-1]


def _quoting(problem: Problem, line: str) -> Fix | None:
    """The value around a comma in quotes, where it is clear how far it goes."""
    at = problem.place.column
    start = line.rfind(": ", 0, at) + 2
    rest = re.match(r"[^{}\[\]\"']*?(?=\}|, ?[^，,\s:]+: )", line[at:])
    text = line[start : at + rest.end()] if rest else ""
    if start < 2 or not text or re.search(r"[{}\[\]\"'\\]", text):
        return None
    return _fix(problem.place, start + 1, start + 1 + len(text), f'"{text}"', problem.code)


def _written(problem: Problem, line: str, base: RuleBase) -> Fix | None:
    """`4:3:3`, `40W`: the hint says exactly what to write."""
    del base
    better = re.match(r"(?:比例)?写成 `([^`]+)`$", problem.hint)
    wrong = _quoted(problem.message)
    if better is None or "或" in problem.hint or "…" in better.group(1):
        return None
    at = line.find(wrong, problem.place.column - 1)
    if at < 0:
        return None
    quoted = line[at - 1 : at] in "\"'" and line[at + len(wrong) : at + len(wrong) + 1] == line[at - 1 : at] and at > 0
    if better.group(1).startswith("["):
        grow = 1 if quoted else 0
        return _fix(problem.place, at + 1 - grow, at + 1 + len(wrong) + grow, better.group(1), problem.code)
    return _fix(problem.place, at + 1, at + 1 + len(wrong), better.group(1), problem.code)


def _duplicate(problem: Problem, line: str, base: RuleBase) -> Fix | None:
    """Strike the second mention inside `[甲, 乙, 甲]`."""
    del base
    word = re.match(r"[\w/-]+", line[problem.place.column - 1 :])
    before = re.search(r",\s*$", line[: problem.place.column - 1])
    if word is None or before is None or _quoted(problem.message) not in word.group():
        return None
    return _fix(problem.place, before.start() + 1, problem.place.column + len(word.group()), "", problem.code)


FIXERS: Mapping[str, Fixer] = {
    "K201": _key,
    "V307": _key,
    "V301": _field,
    "R508": _member,
    "S105": _colon,
    "S106": _comma,
    "Q401": _written,
    "Q403": _written,
    "Q406": _written,
    "L404": _duplicate,
}
