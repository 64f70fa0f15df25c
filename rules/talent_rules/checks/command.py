"""What `talent lint` does, as plain functions: read, check, correct, and lay out the findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from talent_rules.checks import run_checks
from talent_rules.checks.fixes import Fix, apply_to_files, fixes_of
from talent_rules.checks.sarif import sarif
from talent_rules.codes import explanations
from talent_rules.compiler.load import read_folder
from talent_rules.model import Problem
from talent_rules.rulebase import RuleBase

PASSES = 20


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found, the fixes that would settle some of it, and how many were made."""

    problems: tuple[Problem, ...]
    fixes: tuple[Fix, ...] = ()
    fixed: int = 0

    @property
    def failed(self) -> bool:
        """Whether there is an error among the findings."""
        return any(p.severity == "error" for p in self.problems)


def lint(
    folder: Path,
    files: Sequence[Path],
    *,
    as_of: date,
    place: str = "",
    fix: bool = False,
    shown: Iterable[Path] | None = None,
    codes: Iterable[str] | None = None,
) -> Linted:
    """Check the rule files of one place.

    `files` are all files of the rule base, `shown` those to report on (default: all), `codes` the
    codes wanted (default: all). With `fix`, certain corrections are written and the rest reported.
    """
    fixed = 0
    for _ in range(PASSES):
        base, problems = _findings(folder, files, place, as_of)
        fixes = fixes_of(problems, base, _lines(folder, problems)) if base is not None else ()
        if not fix or not fixes:
            break
        fixed += apply_to_files(folder, fixes)
    wanted = None if shown is None else {_name(p, folder) for p in shown}
    kept = tuple(
        p
        for p in problems
        if (wanted is None or p.place.file in wanted or p.place.file == "vocabulary.yaml" or _bars(p))
        and (codes is None or p.code in set(codes))
    )
    return Linted(kept, fixes, fixed)


def _bars(problem: Problem) -> bool:
    """Whether nothing can be checked before this is mended, in whatever file it stands: silence would look like
    a clean bill."""
    return problem.severity == "error" and not problem.code.startswith("L")


def _findings(
    folder: Path, files: Sequence[Path], place: str, as_of: date
) -> tuple[RuleBase | None, tuple[Problem, ...]]:
    """The loader's problems, and the checks' findings where nothing stands in their way."""
    read = read_folder(folder, files, place)
    if any(p.severity == "error" and p.code not in _HARMLESS for p in read.problems):
        return read.base, read.problems
    broken = {p.code for p in read.problems if p.severity == "error"}
    silent = tuple(prefix for code, prefixes in _FOLLOWS.items() if code in broken for prefix in prefixes)
    checked = run_checks(read.base, as_of, folder, {**read.words.pages, **read.pages})
    found = {*read.problems, *(p for p in checked if not p.code.startswith(silent))}
    return read.base, tuple(sorted(found, key=lambda p: (p.place, p.code, p.message)))


#: errors that leave the rest of the rule base sound enough to be checked, and what only follows from them
_FOLLOWS = {"R508": ("L4",), "R501": ("L506", "L507")}
_HARMLESS = frozenset(_FOLLOWS)


def _lines(folder: Path, problems: Iterable[Problem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in {p.place.file for p in problems}:
        path = folder / name if (folder / name).is_file() else Path(name)
        if name and path.is_file():
            found[name] = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return found


def _name(path: Path, folder: Path) -> str:
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def as_sarif(found: Linted) -> dict[str, Any]:
    """The findings as SARIF 2.1.0."""
    return sarif(found.problems, found.fixes, explanations().by_code)
