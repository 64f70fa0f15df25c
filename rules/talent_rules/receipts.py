"""Receipts: one decision kept with everything it was made from, so that it can be made again later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from talent_rules.library import RuleBase
from talent_rules.model import Facts, Place, Problem
from talent_rules.release import bundle_of
from talent_rules.wire import decision_json, facts_json

FORMAT = 1


def receipt(base: RuleBase, profile: Mapping[str, object] | Facts, as_of: date) -> dict[str, Any]:
    """One decision with what it was made from: the facts used, the day, the rule base, the answer.

    Of a profile only what the rules could read is kept.
    """
    facts = profile if isinstance(profile, Facts) else base.read(profile)[0]
    answer = decision_json(base, base.decide(facts, as_of=as_of), facts, None)
    found: dict[str, Any] = {
        "format": FORMAT,
        "facts": facts_json(base.vocabulary, facts),
        "as_of": as_of.isoformat(),
        "place": base.place,
        "rule_base": base.version,
    }
    if base.release is not None:
        found["release"] = {
            "effective": base.release.effective.isoformat(),
            "approved_by": base.release.approved_by,
        }
    return {**found, "answer_sha256": _digest(answer), "answer": answer}


def read_receipts(path: Path) -> tuple[Mapping[str, Any], ...]:
    """The receipts of a file, one or one a line. Raises ValueError when it holds anything else."""
    text = path.read_text(encoding="utf-8-sig")
    try:
        found = [json.loads(text)]
    except ValueError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    for kept in found:
        if not isinstance(kept, dict) or not isinstance(kept.get("facts"), dict) or kept.get("format") != FORMAT:
            raise ValueError("no receipt")
        date.fromisoformat(str(kept.get("as_of")))
    return tuple(found)


def rules_of(kept: Mapping[str, Any], published: Path) -> Path:
    """The bundle a receipt was made with, where a folder of bundles has it; else the path itself."""
    return (bundle_of(published, str(kept.get("rule_base"))) if published.is_dir() else None) or published


def replay(base: RuleBase, kept: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Decide a receipt again; what differs, nothing when it is the same bit for bit."""
    if kept.get("rule_base") != base.version:
        short = str(kept.get("rule_base"))[7:15]
        hint = "用 --data 指到当时的发布包，或放发布包的文件夹"
        message = f"这份凭据用的规则版本是 {short}，现在是 {base.version[7:15]}"
        return (Problem(Place("凭据"), "F706", message, hint),)
    again = receipt(base, kept["facts"], date.fromisoformat(str(kept["as_of"])))
    if again["answer_sha256"] == kept.get("answer_sha256") == _digest(kept.get("answer")):
        return ()
    return (Problem(Place("凭据"), "F707", "重算的结果与凭据不同，凭据可能被改过", "请核对凭据的来历"),)


def _digest(answer: object) -> str:
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
