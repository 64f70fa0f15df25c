"""Published bundles as data: checked whole, unpacked, and chosen among others.

A bundle is a zip of the vocabulary, the lists and one place's rule files beside `manifest.json`. Where a
data folder is asked for, a bundle may be named instead, or a folder of bundles. In such a folder a file
`current` holding a bundle's name decides; without it, the latest bundle already in effect.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from talent_rules.model import Place, Problem, Rejected

MANIFEST = "manifest.json"
CURRENT = "current"
FORMAT = 1
MAX_UNPACKED = 64 * 1024 * 1024
_AGAIN = "用 talent publish 重新生成"


@dataclass(frozen=True, slots=True)
class Release:
    """What a bundle says of itself. `signed` is whether it bears a signature, checked or not."""

    place: str
    rule_base: str
    effective: date
    approved_by: str
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle read into memory, every file of it as its manifest says."""

    path: Path
    release: Release
    contents: Mapping[str, bytes]


def is_published(path: Path) -> bool:
    """Whether a path names a bundle or a folder of bundles rather than a data folder."""
    if path.is_dir():
        return not (path / "vocabulary.yaml").is_file() and (_pointed(path) or any(path.glob("*.zip")))
    return path.is_file()


def is_ordered(path: Path) -> bool:
    """Whether exactly one bundle is asked for, by its name or by `current`: no other may stand in for it."""
    return path.is_file() or _pointed(path)


def _pointed(folder: Path) -> bool:
    return os.path.lexists(folder / CURRENT)


def offered(path: Path, today: date, place: str = "") -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """The bundles to try, best first, and what is wrong with those that cannot even be dated.

    Raises Rejected when `current` points nowhere.
    """
    if path.is_file():
        return (path,), ()
    if _pointed(path):
        return (_current(path),), ()
    dated: list[tuple[date, str, Path]] = []
    problems: list[Problem] = []
    for bundle in sorted(path.glob("*.zip")):
        try:
            release = open_bundle(bundle).release
        except Rejected as error:
            problems += error.problems
            continue
        if release.effective <= today and place in ("", release.place):
            dated.append((release.effective, bundle.name, bundle))
    return tuple(p for _, _, p in sorted(dated, reverse=True)), tuple(problems)


def _current(folder: Path) -> Path:
    """The bundle `current` names: a link to it, or a text file with its name."""
    pointer = folder / CURRENT
    if zipfile.is_zipfile(pointer):
        return pointer
    try:
        name = pointer.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    if not name or Path(name).name != name or not (folder / name).is_file():
        shown = f"写的 `{name[:60]}` 不在这个文件夹里" if name else "是空的，或读不了"
        raise _rejected(pointer, "F708", f"current {shown}", "在 current 里写一个发布包的文件名，例如 2026-12-01.zip")
    return folder / name


def bundle_of(folder: Path, rule_base: str) -> Path | None:
    """The bundle in a folder that holds just this rule base, whenever it took effect."""
    for path in sorted(folder.glob("*.zip")):
        try:
            if open_bundle(path).release.rule_base == rule_base:
                return path
        except Rejected:
            continue
    return None


def stamp(path: Path, today: date) -> tuple[object, ...]:
    """What changes when another bundle may have to answer: names, times and sizes, and the day.

    Nothing for a data folder: a draft is not taken while running.
    """
    if not is_published(path):
        return ()
    paths = [path]
    if path.is_dir():
        paths += [path / CURRENT, *sorted(path.glob("*.zip"))]
    found: list[object] = [today]
    for each in paths:
        try:
            state = each.stat()
        except OSError:
            continue
        found.append((each.name, state.st_mtime_ns, state.st_size, state.st_ino))
    return tuple(found)


def open_bundle(path: Path, public_key: bytes | None = None) -> Bundle:
    """Read a bundle and check every hash, and the signature when a public key is given.

    Raises Rejected with what is wrong.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            contents = _read(archive, path)
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error):
        raise _rejected(path, "F701", "这不是发布包，或文件已损坏", _AGAIN) from None
    try:
        manifest = json.loads(contents.pop(MANIFEST))
        expected = dict(manifest["files"])
        release = _release(manifest)
    except (KeyError, TypeError, ValueError):
        raise _rejected(path, "F702", "发布包里没有可读的清单", _AGAIN) from None
    if manifest.get("format") != FORMAT:
        raise _rejected(path, "F702", "发布包的格式这个程序不认识", "它可能是新版程序写的，请升级程序")
    found = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    if found != expected:
        changed = sorted(set(found) ^ set(expected)) or sorted(n for n in found if found[n] != expected[n])
        raise _rejected(path, "F703", f"发布包的内容与清单不符：{changed[0]}", "内容被改过，请向发布人重取")
    if public_key is not None and not verified(manifest, public_key):
        raise _rejected(path, "F704", "发布包的签名不对，或没有签名", "请向发布人重取，并核对公钥")
    return Bundle(path, release, {**contents, MANIFEST: json.dumps(manifest, ensure_ascii=False).encode()})


def _release(manifest: Mapping[str, Any]) -> Release:
    return Release(
        str(manifest["place"]),
        str(manifest["rule_base"]),
        date.fromisoformat(str(manifest["effective"])),
        str(manifest["approved_by"]),
        bool(manifest.get("signature")),
    )


def _read(archive: zipfile.ZipFile, path: Path) -> dict[str, bytes]:
    entries = archive.infolist()
    names = [e.filename for e in entries]
    unsafe = [n for n in names if n.startswith(("/", "\\")) or ".." in Path(n).parts or ":" in n or "\\" in n]
    if unsafe or len(set(names)) != len(names) or sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise _rejected(path, "F701", "发布包里有不该有的东西", _AGAIN)
    return {e.filename: archive.read(e) for e in entries}


def unpacked(bundle: Bundle, into: Path) -> Path:
    """The data folder of a bundle under `into`, named by its content; written only if it is not there whole."""
    whole = hashlib.sha256(b"".join(n.encode() + b"\0" + c for n, c in sorted(bundle.contents.items())))
    folder = into / whole.hexdigest()[:32]
    if _holds(folder, bundle):
        return folder
    into.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=into))
    for name, content in bundle.contents.items():
        target = partial / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    if folder.exists():  # somebody changed it since it was written
        shutil.rmtree(folder, ignore_errors=True)
    try:
        partial.rename(folder)
    except OSError:  # another process was quicker
        if not _holds(folder, bundle):
            raise
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _holds(folder: Path, bundle: Bundle) -> bool:
    """Whether a folder has the files of a bundle, and no others."""
    try:
        there = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    except OSError:
        return False
    return there == dict(bundle.contents)


def release_of(folder: Path, rule_base: str) -> Release | None:
    """The release an unpacked folder came from; None for a data folder, or one changed since."""
    try:
        found = _release(json.loads((folder / MANIFEST).read_bytes()))
    except (OSError, KeyError, TypeError, ValueError):
        return None
    return found if found.rule_base == rule_base else None


# ── signatures ──────────────────────────────────────────────────────────────────────────────


def _signed_text(manifest: Mapping[str, Any]) -> bytes:
    body = {k: v for k, v in manifest.items() if k != "signature"}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sign(manifest: Mapping[str, Any], key: bytes) -> str:
    """The signature of a manifest by a PEM private Ed25519 key. Raises Rejected for any other key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(key, None)
    except (TypeError, ValueError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        hint = "openssl genpkey -algorithm ed25519 -out key.pem"
        raise _rejected(Path("私钥"), "F705", "签名要用没有口令的 Ed25519 私钥", hint)
    return private.sign(_signed_text(manifest)).hex()


def verified(manifest: Mapping[str, Any], public_key: bytes) -> bool:
    """Whether a manifest bears a signature by this PEM public key. Raises Rejected for another kind of key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        public = load_pem_public_key(public_key)
    except ValueError:
        public = None
    if not isinstance(public, Ed25519PublicKey):
        hint = "openssl pkey -in key.pem -pubout -out public.pem"
        raise _rejected(Path("公钥"), "F705", "核对签名要用 Ed25519 公钥（PEM）", hint)
    try:
        public.verify(bytes.fromhex(str(manifest.get("signature", ""))), _signed_text(manifest))
    except (InvalidSignature, ValueError):
        return False
    return True


def _rejected(path: Path, code: str, message: str, hint: str) -> Rejected:
    return Rejected((Problem(Place(path.name), code, message, hint),))
