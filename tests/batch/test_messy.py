"""A labelled messy table: nothing wrong goes unreported, nothing right is reported, nothing is misread."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.messy import make, score


@pytest.mark.parametrize("seed", [1, 2])
def test_every_fault_is_reported_and_nothing_else(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "messy.xlsx"
    truth = make(path, seed, 200)
    found = score(path, truth)
    print(f"precision {found.precision:.3f} recall {found.recall:.3f}")
    assert found.misread == ()
    assert found.false == () and found.missed == ()
