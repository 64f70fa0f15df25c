"""A compiled rule base kept by the hash of everything it was read from, so that the next start is quick.

The cache is private to the user (0700) and holds only what this version of the program wrote; any
doubt about a file means it is compiled again. `TALENT_CACHE=off` turns it off, a path moves it.
"""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from talent_rules.rulebase import RuleBase


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Where compiled rule bases are kept; None when that is turned off or not possible."""
    wanted = environment.get("TALENT_CACHE", "")
    if wanted == "off":
        return None
    base = (
        Path(wanted) if wanted else Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "talent-policy"
    )
    try:
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine = base.stat()
    except OSError:
        return None
    private = not hasattr(os, "getuid") or (mine.st_uid == os.getuid() and not mine.st_mode & 0o022)
    return base if private else None


def recall(folder: Path | None, version: str) -> RuleBase | None:
    """The rule base of a version, if it was kept by this program and Python."""
    if folder is None:
        return None
    try:
        kept = pickle.loads((folder / _name(version)).read_bytes())
        return RuleBase(**kept) if kept.get("version") == version else None
    except Exception:  # a cache that cannot be read is no cache: whatever is wrong, compile again
        return None


def keep(folder: Path | None, base: RuleBase) -> None:
    """Keep a rule base; the file appears whole or not at all."""
    if folder is None:
        return
    content = pickle.dumps({f.name: getattr(base, f.name) for f in fields(base)}, pickle.HIGHEST_PROTOCOL)
    try:
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(folder / _name(base.version))
    except OSError:
        return


def _name(version: str) -> str:
    code = Path(__file__).resolve().parents[1]
    parts = [path for folder in (".", "compiler", "source", "vocabulary") for path in (code / folder).glob("*.py")]
    stamp = max(int(p.stat().st_mtime_ns) for p in parts)
    return f"{version[7:39]}-{stamp:x}-{sys.version_info.major}{sys.version_info.minor}.pickle"
