"""Whether a result is still as it was written, so that nobody's corrections in it are replaced.

A result workbook has in its properties a digest of its other parts, and of the table beside it where there is
one. Whoever saves it again, or corrects a cell, changes a part and not the digest. A template has none: it is
there to be filled in.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from talent_rules.batch.typed import CREATOR

#: The part the digest stands in
CORE = "docProps/core.xml"
_END = b"</cp:coreProperties>"
_SEAL = re.compile(rb"<cp:contentStatus>([0-9a-f]{64})(?: ([0-9a-f]{64}))?</cp:contentStatus>")
_OURS = f"<dc:creator>{CREATOR}</dc:creator>".encode()
_FOREIGN = "不是本程序写的"
_CHANGED = "写出以后改过，或是填报模板、旧版本的结果"


def sealed(core: bytes, parts: Iterable[zipfile.ZipInfo], beside: str = "") -> bytes:
    """The properties of a workbook with the digest of its other parts; `beside` is that of the table beside it."""
    words = " ".join(filter(None, (_digest(parts), beside)))
    return core.replace(_END, f"<cp:contentStatus>{words}</cp:contentStatus>".encode() + _END)


def digest_of(path: Path) -> str:
    """SHA-256 of a file. Raises OSError."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def why_keep(path: Path, summary: Path | None = None) -> str:
    """Why an existing file must not be replaced, in words, or nothing: it is empty, or a result nobody has changed.

    `summary` is the workbook that vouches for a plain table.
    """
    try:
        if path.stat().st_size == 0:
            return ""
        if summary is None:
            return _kept(path)
        seal = _seal(summary)
        return "" if seal is not None and seal[1] == digest_of(path) else "不是本程序写的，或写出以后改过"
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return _FOREIGN


def _kept(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        if _OURS not in archive.read(CORE):
            return _FOREIGN
        seal, parts = _seal(path), _digest(archive.infolist())
    return "" if seal is not None and seal[0] == parts else _CHANGED


def _seal(path: Path) -> tuple[str, str] | None:
    """The digests a workbook has of its parts and of the table beside it."""
    with zipfile.ZipFile(path) as archive:
        found = _SEAL.search(archive.read(CORE))
    return None if found is None else (found[1].decode(), (found[2] or b"").decode())


def _digest(parts: Iterable[zipfile.ZipInfo]) -> str:
    lines = sorted(f"{p.filename} {p.CRC:08x} {p.file_size}" for p in parts if p.filename != CORE)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
