"""Publishing: a bundle with a content hash, an effective date, who approved, and optionally a signature.

A bundle is a zip of the vocabulary, the lists and one place's rule files, beside `manifest.json`. The
bot and the batch load it like a data folder; what does not verify is refused, and the last good one
stays. A receipt keeps one decision with what it was made from, so that it can be replayed later.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from talent_rules.library import RuleBase, load
from talent_rules.model import Place, Problem, Rejected
from talent_rules.wire import decision_json, facts_json

MANIFEST = "manifest.json"
_EPOCH = (2000, 1, 1, 0, 0, 0)
MAX_UNPACKED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bundle:
    """A published rule base, unpacked: where it is, and what its manifest says."""

    folder: Path
    place: str
    rule_base: str
    effective: str
    approved_by: str
    signed: bool


def publish(folder: Path, place: str, out: Path, *, effective: date, approved_by: str, key: bytes | None = None) -> str:
    """Write a bundle and return its rule-base hash. Raises Rejected when a rule file is bad.

    `key` is a PEM private Ed25519 key. The same content gives the same bytes.
    """
    base = load(place, folder)
    files = {_name(p, folder): p.read_bytes() for p in _members(folder, place)}
    manifest: dict[str, Any] = {
        "format": 1,
        "place": place,
        "rule_base": base.version,
        "effective": effective.isoformat(),
        "approved_by": approved_by,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    if key is not None:
        manifest["signature"] = _sign(manifest, key)
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    partial = out.with_name(out.name + ".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [(MANIFEST, text), *sorted(files.items())]:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    partial.replace(out)
    return base.version


def _members(folder: Path, place: str) -> Iterable[Path]:
    yield folder / "vocabulary.yaml"
    yield from sorted(p for p in (folder / "reference").rglob("*") if p.is_file())
    yield from sorted((folder / place).rglob("*.yaml"))


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def open_bundle(path: Path, *, public_key: bytes | None = None, into: Path | None = None) -> Bundle:
    """Unpack a bundle after checking every hash, and the signature when a public key is given.

    Raises Rejected with what is wrong. The folder is temporary unless `into` is given.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            contents = _read(archive, path)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise _rejected(path, "B701", "这不是发布包，或文件已损坏", "用 talent publish 重新生成") from None
    try:
        manifest = json.loads(contents.pop(MANIFEST))
        expected = dict(manifest["files"])
        found = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    except (KeyError, TypeError, ValueError):
        raise _rejected(path, "B702", "发布包里没有可读的清单", "用 talent publish 重新生成") from None
    if found != expected:
        changed = sorted(set(found) ^ set(expected)) or sorted(n for n in found if found[n] != expected[n])
        raise _rejected(path, "B703", f"发布包的内容与清单不符：{changed[0]}", "内容被改过，请向发布人重取")
    if public_key is not None and not _verified(manifest, public_key):
        raise _rejected(path, "B704", "发布包的签名不对，或没有签名", "请向发布人重取，并核对公钥")
    folder = into or Path(tempfile.mkdtemp(prefix="talent-"))
    for name, content in contents.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return Bundle(
        folder,
        str(manifest["place"]),
        str(manifest["rule_base"]),
        str(manifest["effective"]),
        str(manifest["approved_by"]),
        "signature" in manifest,
    )


def _read(archive: zipfile.ZipFile, path: Path) -> dict[str, bytes]:
    entries = archive.infolist()
    names = [e.filename for e in entries]
    unsafe = [n for n in names if n.startswith(("/", "\\")) or ".." in Path(n).parts or ":" in n or "\\" in n]
    if unsafe or len(set(names)) != len(names) or sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise _rejected(path, "B701", "发布包里有不该有的东西", "用 talent publish 重新生成")
    return {e.filename: archive.read(e) for e in entries}


def _rejected(path: Path, code: str, message: str, hint: str) -> Rejected:
    return Rejected((Problem(Place(path.name), code, message, hint),))


def _signed_text(manifest: Mapping[str, Any]) -> bytes:
    body = {k: v for k, v in manifest.items() if k != "signature"}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _sign(manifest: Mapping[str, Any], key: bytes) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    private = load_pem_private_key(key, None)
    if not isinstance(private, Ed25519PrivateKey):
        raise _rejected(Path("key"), "B705", "签名要用 Ed25519 私钥", "openssl genpkey -algorithm ed25519 -out key.pem")
    return private.sign(_signed_text(manifest)).hex()


def _verified(manifest: Mapping[str, Any], public_key: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    public = load_pem_public_key(public_key)
    if not isinstance(public, Ed25519PublicKey):
        return False
    try:
        public.verify(bytes.fromhex(str(manifest.get("signature", ""))), _signed_text(manifest))
    except (InvalidSignature, ValueError):
        return False
    return True


# ── receipts ────────────────────────────────────────────────────────────────────────────────


def receipt(base: RuleBase, profile: Mapping[str, object], as_of: date) -> dict[str, Any]:
    """One decision with what it was made from: the facts used, the day, the rule base, the answer."""
    facts, _ = base.read(profile)
    decision = base.decide(profile, as_of=as_of)
    answer = decision_json(base, decision, facts, None)
    return {
        "format": 1,
        "facts": facts_json(base.vocabulary, facts),
        "as_of": as_of.isoformat(),
        "place": base.place,
        "rule_base": base.version,
        "answer_sha256": _digest(answer),
        "answer": answer,
    }


def replay(base: RuleBase, kept: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Decide a receipt again; what differs, nothing when it is the same bit for bit."""
    if kept.get("rule_base") != base.version:
        short = str(kept.get("rule_base"))[7:15]
        hint = "用 --data 指到当时的发布包"
        return (
            Problem(Place("receipt"), "B706", f"这份凭据用的规则版本是 {short}，现在是 {base.version[7:15]}", hint),
        )
    again = receipt(base, kept["facts"], date.fromisoformat(str(kept["as_of"])))
    if again["answer_sha256"] == kept.get("answer_sha256") == _digest(kept.get("answer")):
        return ()
    return (Problem(Place("receipt"), "B707", "重算的结果与凭据不同，凭据可能被改过", "请核对凭据的来历"),)


def _digest(answer: object) -> str:
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
