"""The dozen rules that benchmarks compare engines on are the same rules for everybody, or comparing is worth nothing."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

import all_engines as bench

from talent_rules import load
from talent_rules.library import RuleBase


@pytest.fixture(scope="module")
def dozen() -> RuleBase:
    return load("dozen", bench.HERE / "dozen")


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """OpenFisca silences every warning of the process."""
    level = logging.root.manager.disable
    yield
    logging.disable(level)


@pytest.mark.usefixtures("logs_as_before")
@pytest.mark.parametrize("module", ["by_sql", "by_openfisca", "by_zen"])
def test_everybody_says_the_same_of_people_fully_known(dozen: RuleBase, module: str) -> None:
    found = pytest.importorskip(f"dozen.{module}", reason="没有装：make bench", exc_type=ImportError)
    people = bench.dozen_people(dozen, 2_000)
    truth, most = bench.ours(dozen, people)
    said = bench.theirs(dozen, bench.Way(module, 2_000, found.amounts, rows=module == "by_zen"), people)
    assert len(dozen.benefits) == 12 and (truth == most).all()
    assert np.abs(said - truth).max() < 0.5
    assert (truth > 0).any(axis=0).all()  # each rule pays somebody, and not everybody
    assert (truth == 0).any(axis=0).all()


def test_what_is_not_told_is_left_open_and_never_wrong(dozen: RuleBase) -> None:
    people = bench.dozen_people(dozen, 2_000)
    truth, _ = bench.ours(dozen, people)
    lo, hi = bench.ours(dozen, bench.forgotten(people, 0.3))
    assert ((lo <= truth) & (truth <= hi)).all()
    assert 0.1 < (lo < hi).mean() < 0.5
