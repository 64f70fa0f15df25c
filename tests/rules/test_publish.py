"""Bundles and receipts: what was published is what answers, and an answer can be reproduced later."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talent_rules import Rejected, load, read_words
from talent_rules.compiler.load import data_folder
from talent_rules.publish import publish
from talent_rules.receipts import receipt, replay
from talent_rules.release import open_bundle, unpacked

PERSON = {"学位": "博士", "毕业院校": "清华大学", "引进日期": "2024-05-01", "劳动合同年限": "3年"}
DAY = date(2024, 9, 1)


def keys() -> tuple[bytes, bytes]:
    private = Ed25519PrivateKey.generate()
    return (
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    )


def bundle(tmp_path: Path, name: str = "a.zip", key: bytes | None = None) -> Path:
    out = tmp_path / name
    publish(data_folder(), "ordos", out, effective=date(2024, 3, 22), approved_by="张三、李四", key=key)
    return out


def opened(path: Path, into: Path) -> Path:
    return unpacked(open_bundle(path), into)


def test_the_same_rules_give_the_same_bytes(tmp_path: Path) -> None:
    assert bundle(tmp_path, "a.zip").read_bytes() == bundle(tmp_path, "b.zip").read_bytes()


def test_an_opened_bundle_answers_as_the_folder_does(tmp_path: Path) -> None:
    mine, theirs = load("ordos"), load("ordos", bundle(tmp_path))
    assert theirs.release is not None
    assert theirs.release.approved_by == "张三、李四"
    assert mine.version == theirs.version == theirs.release.rule_base
    assert mine.decide(PERSON, as_of=DAY) == theirs.decide(PERSON, as_of=DAY)


def test_a_bundle_carries_its_names_in_every_language(tmp_path: Path) -> None:
    say = read_words("en", (opened(bundle(tmp_path), tmp_path / "into") / "locale",))
    assert say(load("ordos").benefit("ordos-housing-2024/rent").name) == "Rent subsidy"


def test_a_signature_is_checked(tmp_path: Path) -> None:
    private, public = keys()
    signed = bundle(tmp_path, "signed.zip", private)
    assert open_bundle(signed, public_key=public).release.signed
    with pytest.raises(Rejected, match="签名"):
        open_bundle(bundle(tmp_path, "plain.zip"), public_key=public)
    with pytest.raises(Rejected, match="签名"):
        open_bundle(signed, public_key=keys()[1])


def rewritten(path: Path, change: dict[str, bytes]) -> Path:
    out = path.with_name("changed-" + path.name)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change.get(entry.filename, old.read(entry)))
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name])
    return out


@pytest.mark.parametrize(
    "change",
    [
        {"vocabulary.yaml": b"x: 1\n"},
        {"ordos/extra.yaml": b"x: 1\n"},
        {"../outside.yaml": b"x: 1\n"},
        {"manifest.json": b"{}"},
    ],
)
def test_a_changed_bundle_is_refused(tmp_path: Path, change: dict[str, bytes]) -> None:
    with pytest.raises(Rejected):
        load("ordos", rewritten(bundle(tmp_path), change))


def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"not a zip")
    with pytest.raises(Rejected, match="发布包"):
        open_bundle(tmp_path / "x.zip")


def test_a_receipt_replays_after_the_rules_were_edited(tmp_path: Path) -> None:
    then = bundle(tmp_path)
    kept = json.loads(json.dumps(receipt(load("ordos", then), PERSON, DAY)))
    edited = opened(then, tmp_path / "now")
    rule = next((edited / "ordos").glob("housing-2024*.yaml"))
    rule.write_text(rule.read_text(encoding="utf-8").replace("40万元", "41万元"), encoding="utf-8")
    assert replay(load("ordos", then), kept) == ()
    assert [p.code for p in replay(load("ordos", edited), kept)] == ["F706"]


def test_a_receipt_that_was_changed_is_noticed() -> None:
    base = load("ordos")
    kept = json.loads(json.dumps(receipt(base, PERSON, DAY)))
    kept["answer"]["total"]["guaranteed"] = 1_000_000
    assert [p.code for p in replay(base, kept)] == ["F707"]
