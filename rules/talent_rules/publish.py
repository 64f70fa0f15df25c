"""Publishing: a bundle with a content hash, an effective date, who approved, and optionally a signature.

What is in a bundle, and how one is opened, is in `release`.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from talent_rules.cases import run_cases
from talent_rules.checks.command import lint
from talent_rules.library import RuleBase, load
from talent_rules.model import Problem
from talent_rules.release import FORMAT, MANIFEST, sign

_EPOCH = (2000, 1, 1, 0, 0, 0)


def publish(folder: Path, place: str, out: Path, *, effective: date, approved_by: str, key: bytes | None = None) -> str:
    """Write a bundle and return its rule-base hash. Raises Rejected when a rule file is bad.

    `key` is a PEM private Ed25519 key. The same content gives the same bytes.
    """
    base = load(place, folder)
    files = {_name(p, folder): p.read_bytes() for p in _members(folder, place)}
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "place": place,
        "rule_base": base.version,
        "effective": effective.isoformat(),
        "approved_by": approved_by,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    if key is not None:
        manifest["signature"] = sign(manifest, key)
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    partial = out.with_name(out.name + ".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [(MANIFEST, text), *sorted(files.items())]:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    partial.replace(out)
    return base.version


def unready(folder: Path, base: RuleBase, on: date) -> Iterator[Problem]:
    """What speaks against publishing: errors that the checks find, and every case that does not come out as it says."""
    files = sorted((folder / base.place).rglob("*.yaml"))
    yield from (p for p in lint(folder, files, as_of=on, place=base.place).problems if p.severity == "error")
    for case, failures in run_cases(base, base.cases):
        for failure in failures:
            hint = "先让 talent test 全部通过再发布"
            yield Problem(failure.place, "F710", f"用例“{case.name}”不符：{failure.text}", hint)


def _members(folder: Path, place: str) -> Iterable[Path]:
    yield folder / "vocabulary.yaml"
    yield from sorted(p for p in (folder / "reference").rglob("*") if p.is_file())
    yield from sorted((folder / place).rglob("*.yaml"))
    yield from sorted((folder / "locale").glob("*/LC_MESSAGES/*.po"))


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
