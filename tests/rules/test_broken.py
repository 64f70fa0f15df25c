"""A rule file broken in two hundred ways: the place that is named is the one that is broken."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from houses import ROOT
from talent_rules.checks import run_checks
from talent_rules.compiler.load import Folder, read_folder
from talent_rules.model import Problem

HERE = ROOT / "tests" / "problems" / "broken"
BASE = (HERE / "base.yaml").read_text(encoding="utf-8")
EDITS: list[dict[str, Any]] = yaml.safe_load((HERE / "edits.yaml").read_text(encoding="utf-8"))
WRONG = [e for e in EDITS if "code" in e]
FINE = [e for e in EDITS if "code" not in e]
_KEPT: list[Folder] = []


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the real words and lists, and room for one rule file."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(ROOT / "policy_data" / "vocabulary.yaml", folder)
    shutil.copytree(ROOT / "policy_data" / "reference", folder / "reference")
    (folder / "x").mkdir()
    return folder


def problems(desk: Path, text: str) -> list[Problem]:
    """What is wrong with a file: of the loader, and where it finds no error, of the checks."""
    path = desk / "x" / "f.yaml"
    path.write_bytes(text.encode())
    read = read_folder(desk, [path], "x", _KEPT[0] if _KEPT else None)
    _KEPT[:] = [read]
    if any(p.severity == "error" for p in read.problems):
        return list(read.problems)
    found = [p for p in run_checks(read.base, date(2026, 11, 21), desk, read.pages) if p.severity != "info"]
    return sorted(found, key=lambda p: p.severity != "error")


def edited(edit: dict[str, Any]) -> str:
    assert edit["find"] in BASE, edit
    return BASE.replace(edit["find"], edit["write"], 1)


def name(edit: dict[str, Any]) -> str:
    return str(edit["write"].strip() or "（删掉）" + edit["find"].strip()).split("\n")[0][:30]


@pytest.mark.parametrize("edit", WRONG, ids=name)
def test_the_place_named_is_the_one_that_is_broken(desk: Path, edit: dict[str, Any]) -> None:
    known = {(p.code, p.message) for p in problems(desk, BASE)}
    found = [p for p in problems(desk, edited(edit)) if (p.code, p.message) not in known]
    assert found, "nothing was said"
    first = found[0]
    assert (first.place.line, first.code) == (edit["line"], edit["code"]), [str(p) for p in found[:3]]
    assert first.hint, "what to write is said"
    assert len(found) <= 3, [str(p) for p in found]


@pytest.mark.parametrize("edit", FINE, ids=name)
def test_what_makes_sense_is_taken(desk: Path, edit: dict[str, Any]) -> None:
    found = [p for p in problems(desk, edited(edit)) if p.severity == "error"]
    assert not found, [str(p) for p in found]


def test_there_are_two_hundred_ways() -> None:
    assert len(WRONG) >= 200
    assert len({e["code"] for e in WRONG}) >= 50
