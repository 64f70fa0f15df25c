"""Findings as SARIF 2.1.0, for editors and code hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from talent_rules.checks.fixes import Fix
from talent_rules.codes import Explanation
from talent_rules.model import Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(problems: Iterable[Problem], fixes: Iterable[Fix], explained: Mapping[str, Explanation]) -> dict[str, Any]:
    """One run with every finding and what its code means; columns count characters (`unicodeCodePoints`)."""
    listed = list(problems)
    by_place: dict[tuple[str, int, str], list[Fix]] = {}
    for fix in fixes:
        by_place.setdefault((fix.file, fix.line, fix.code), []).append(fix)
    codes = sorted({p.code for p in listed})
    rules = [_rule(code, explained.get(code)) for code in codes]
    results = [_result(p, codes, by_place.get((p.place.file, p.place.line, p.code), [])) for p in listed]
    driver = {"name": "talent lint", "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, told: Explanation | None) -> dict[str, Any]:
    if told is None:
        return {"id": code}
    what = told.remedy or f"错：\n{told.wrong}\n对：\n{told.right}"
    return {
        "id": code,
        "shortDescription": {"text": told.title},
        "fullDescription": {"text": told.why},
        "help": {"text": what},
    }


def _result(problem: Problem, codes: list[str], fixes: list[Fix]) -> dict[str, Any]:
    text = problem.message + (f"（{problem.hint}）" if problem.hint else "")
    found: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": _LEVELS.get(problem.severity, "warning"),
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(problem)}],
    }
    if fixes:
        found["fixes"] = [_fix(fix) for fix in fixes]
    return found


def _location(problem: Problem) -> dict[str, Any]:
    place = problem.place
    found: dict[str, Any] = {"artifactLocation": {"uri": place.file or "policy_data"}}
    if place.line:
        start = max(1, place.column)
        found["region"] = {"startLine": place.line, "startColumn": start, "endColumn": start + max(1, problem.width)}
    return found


def _fix(fix: Fix) -> dict[str, Any]:
    region = {"startLine": fix.line, "startColumn": fix.column, "endLine": fix.line, "endColumn": fix.end}
    replacement = {"deletedRegion": region, "insertedContent": {"text": fix.replacement}}
    change = {"artifactLocation": {"uri": fix.file}, "replacements": [replacement]}
    return {"description": {"text": "照提示改"}, "artifactChanges": [change]}
