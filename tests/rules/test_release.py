"""Which published bundle answers: the one named, the one pointed at, or the latest in effect that is whole."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from houses import HOUSE, ROOT
from talent_rules import Rejected, load, published_stamp
from talent_rules.publish import publish
from talent_rules.release import open_bundle

LONG_AGO, YESTERDAY, TOMORROW = date(2020, 1, 1), date.today() - timedelta(1), date.today() + timedelta(1)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    shutil.copytree(HOUSE, tmp_path / "草稿")
    return tmp_path / "草稿"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "发布").mkdir()
    return tmp_path / "发布"


def put(shelf: Path, name: str, effective: date, draft: Path = HOUSE, key: bytes | None = None) -> Path:
    out = shelf / name
    publish(draft, "town", out, effective=effective, approved_by=name, key=key)
    return out


def edit(draft: Path, old: str, new: str) -> None:
    rules = draft / "town" / "housing.yaml"
    text = rules.read_text(encoding="utf-8")
    assert old in text
    rules.write_text(text.replace(old, new), encoding="utf-8")


def approver(data: Path) -> str:
    release = load("town", data).release
    assert release is not None
    return release.approved_by


def test_the_latest_bundle_in_effect_answers_and_one_for_later_waits(shelf: Path) -> None:
    put(shelf, "z.zip", LONG_AGO)
    put(shelf, "a.zip", YESTERDAY)
    put(shelf, "m.zip", TOMORROW)
    assert approver(shelf) == "a.zip"


def test_a_bundle_for_another_place_is_passed_over(shelf: Path) -> None:
    put(shelf, "a.zip", LONG_AGO)
    publish(ROOT / "policy_data", "huhehaote", shelf / "b.zip", effective=YESTERDAY, approved_by="b.zip")
    assert approver(shelf) == "a.zip"


@pytest.mark.parametrize("written", ["a.zip", "\ufeffa.zip\r\n"])
def test_a_pointer_decides_whatever_is_newer(shelf: Path, written: str) -> None:
    put(shelf, "a.zip", LONG_AGO)
    put(shelf, "b.zip", YESTERDAY)
    (shelf / "current").write_text(written, encoding="utf-8")
    assert approver(shelf) == "a.zip"


def test_a_pointer_may_be_a_link(shelf: Path) -> None:
    put(shelf, "b.zip", YESTERDAY)
    (shelf / "current").symlink_to(put(shelf, "a.zip", LONG_AGO))
    assert approver(shelf) == "a.zip"


@pytest.mark.parametrize("written", ["c.zip", "", "../发布/a.zip", "/etc/passwd"])
def test_a_pointer_to_nothing_is_said_and_nothing_else_answers_for_it(shelf: Path, written: str) -> None:
    put(shelf, "a.zip", LONG_AGO)
    (shelf / "current").write_text(written, encoding="utf-8")
    with pytest.raises(Rejected, match="F708"):
        load("town", shelf)


def test_where_the_latest_is_broken_the_one_before_answers_and_the_log_says_why(
    shelf: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(shelf, "a.zip", LONG_AGO)
    broken = put(shelf, "b.zip", YESTERDAY)
    broken.write_bytes(broken.read_bytes()[:-200])
    assert approver(shelf) == "a.zip"
    assert "b.zip" in caplog.text and "F701" in caplog.text


def test_a_broken_bundle_that_was_named_is_refused(shelf: Path) -> None:
    put(shelf, "a.zip", LONG_AGO)
    broken = put(shelf, "b.zip", YESTERDAY)
    broken.write_bytes(broken.read_bytes()[:-200])
    with pytest.raises(Rejected, match="F701"):
        load("town", broken)


def test_no_bundle_in_effect_is_said(shelf: Path) -> None:
    put(shelf, "a.zip", TOMORROW)
    with pytest.raises(Rejected, match="F708"):
        load("town", shelf)


def test_rules_that_are_not_those_of_the_manifest_are_refused(shelf: Path) -> None:
    whole = put(shelf, "a.zip", LONG_AGO)
    other = shelf.parent / "other.zip"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(other, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "manifest.json":
                content = content.replace(load("town", HOUSE).version.encode(), b"sha256:" + b"0" * 64)
            new.writestr(entry.filename, content)
    with pytest.raises(Rejected, match="F709"):
        load("town", other)


def test_what_this_program_cannot_read_is_refused_even_if_it_is_whole(shelf: Path) -> None:
    put(shelf, "a.zip", LONG_AGO)
    newer = put(shelf, "b.zip", YESTERDAY)
    with zipfile.ZipFile(newer) as archive:
        files = {n: archive.read(n) for n in archive.namelist()}
    files["manifest.json"] = files["manifest.json"].replace(b'"format": 1', b'"format": 2')
    with zipfile.ZipFile(newer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    assert approver(shelf) == "a.zip"
    with pytest.raises(Rejected, match="不认识"):
        open_bundle(newer)


def test_with_a_public_key_only_what_bears_its_signature_answers(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours, theirs = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = tmp_path / "public.pem"
    public.write_bytes(ours.public_key().public_bytes(*_PUBLIC))
    monkeypatch.setenv("TALENT_PUBLIC_KEY", str(public))
    put(shelf, "ours.zip", LONG_AGO, key=ours.private_bytes(*_PRIVATE))
    put(shelf, "theirs.zip", YESTERDAY, key=theirs.private_bytes(*_PRIVATE))
    put(shelf, "plain.zip", YESTERDAY)
    assert approver(shelf) == "ours.zip"
    assert caplog.text.count("F704") == 2
    monkeypatch.setenv("TALENT_PUBLIC_KEY", str(tmp_path / "nowhere.pem"))
    with pytest.raises(Rejected, match="F705"):
        load("town", shelf)


_PUBLIC = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
_PRIVATE = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def test_an_unpacked_bundle_that_was_changed_is_written_anew(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALENT_CACHE", str(tmp_path / "cache"))
    bundle = put(shelf, "a.zip", LONG_AGO)
    load("town", bundle)
    (unpacked,) = (tmp_path / "cache" / "bundles").iterdir()
    edit(unpacked, "40万元", "99万元")
    assert load("town", bundle).version == load("town", HOUSE).version


def test_a_changed_folder_is_not_said_to_be_approved(shelf: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(put(shelf, "a.zip", LONG_AGO)) as archive:
        archive.extractall(tmp_path / "folder")
    assert approver(tmp_path / "folder") == "a.zip"
    edit(tmp_path / "folder", "40万元", "99万元")
    assert load("town", tmp_path / "folder").release is None


def test_whatever_bytes_a_bundle_loses_or_gains_it_is_refused_in_words(shelf: Path) -> None:
    whole = put(shelf, "a.zip", LONG_AGO).read_bytes()
    rng, broken, same = random.Random(7), shelf / "x.zip", 0
    for _ in range(400):
        content = bytearray(whole)
        if rng.random() < 0.3:
            del content[rng.randrange(len(content)) :]
        else:
            content[rng.randrange(len(content))] = rng.randrange(256)
        broken.write_bytes(content)
        try:
            same += open_bundle(broken).release == open_bundle(shelf / "a.zip").release
        except Rejected as error:
            assert error.problems[0].hint
    assert same < 200  # a changed time stamp or attribute of an entry changes nothing


def test_the_stamp_changes_with_the_bundles_the_pointer_and_the_day(shelf: Path) -> None:
    put(shelf, "a.zip", LONG_AGO)
    stamps = [published_stamp(shelf, YESTERDAY), published_stamp(shelf, TOMORROW)]
    put(shelf, "b.zip", LONG_AGO)
    stamps.append(published_stamp(shelf, TOMORROW))
    (shelf / "current").write_text("a.zip", encoding="utf-8")
    stamps.append(published_stamp(shelf, TOMORROW))
    assert len(set(stamps)) == 4
    assert published_stamp(HOUSE, TOMORROW) == ()


# ── the commands, as processes ──────────────────────────────────────────────────────────────


def talent(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    full = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "rules"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "talent_rules", *words],
        input=stdin,
        env=full,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_decision_is_kept_and_made_again_after_the_rules_were_edited(shelf: Path, draft: Path) -> None:
    data, kept = str(shelf), str(shelf.parent / "凭据.jsonl")
    put(shelf, "a.zip", LONG_AGO)
    people = '{"学位": "博士", "劳动合同年限": "3年", "市外引进": "是"}\n{"学位": "硕士", "年龄": 33}\n'
    said = talent(
        "decide", "-", "--place", "town", "--data", data, "--receipt", kept, "--as-of", "2024-09-01", stdin=people
    )
    assert said.returncode == 0 and said.stdout.count("\n") == 2
    assert talent("replay", kept, "--data", data).stdout == "2 份凭据都与当时的结果逐字相同\n"
    edit(draft, "40万元", "41万元")
    put(shelf, "b.zip", YESTERDAY, draft)
    assert talent("replay", kept, "--data", data).stdout == "2 份凭据都与当时的结果逐字相同\n"
    edited = talent("replay", kept, "--data", str(draft))
    assert edited.returncode == 2 and "凭据.jsonl:1:" in edited.stderr and "F706" in edited.stderr


def test_version_says_who_approved(shelf: Path) -> None:
    put(shelf, "a.zip", YESTERDAY)
    said = talent("version", "--place", "town", "--data", str(shelf)).stdout
    assert load("town", HOUSE).version in said
    assert f"{YESTERDAY.isoformat()} 起生效，批准：a.zip" in said
    assert "没有发布包" in talent("version", "--place", "town", "--data", str(HOUSE)).stdout


def test_rules_whose_cases_fail_are_not_published(shelf: Path, draft: Path) -> None:
    edit(draft, "[博士, 是, 40万元]", "[博士, 是, 41万元]")
    out = shelf / "a.zip"
    said = talent(
        "publish",
        "--place",
        "town",
        "--data",
        str(draft),
        "-o",
        str(out),
        "--effective",
        "2026-01-01",
        "--approved-by",
        "甲",
    )
    assert said.returncode == 3 and "F710" in said.stderr and "40万元" in said.stderr
    assert not out.exists()


def test_a_batch_reads_a_bundle_and_names_it_in_the_result(shelf: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    bundle = put(shelf, "a.zip", YESTERDAY)
    people, result = tmp_path / "名单.csv", tmp_path / "结果.xlsx"
    people.write_text("学位,劳动合同年限\n博士,3年\n", encoding="utf-8")
    said = talent("batch", str(people), "-o", str(result), "--place", "town", "--data", str(bundle))
    assert said.returncode == 0, said.stderr
    about = openpyxl.load_workbook(result)["说明"]
    rows = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert load("town", HOUSE).version in rows["规则版本"]
    assert rows["发布"] == f"{YESTERDAY.isoformat()} 起生效，批准：a.zip"
