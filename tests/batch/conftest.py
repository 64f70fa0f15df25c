from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from batch.books import AS_OF, Run, rule_base
from talent_rules.batch.command import batch
from talent_rules.library import RuleBase


@pytest.fixture(scope="session")
def base() -> RuleBase:
    return rule_base()


@pytest.fixture
def run(base: RuleBase, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `talent batch --json`; returns the exit code and the summary."""

    def go(source: Path, output: Path | None = None, **options: Any) -> tuple[int, dict[str, Any]]:
        options = {"as_of": AS_OF, "as_json": True, "base": base, "dry_run": output is None, **options}
        code = batch(source, output=output, **options)
        said = capsys.readouterr()
        found = json.loads(said.out.strip().splitlines()[-1]) if said.out.strip() else {}
        return code, {**found, "stderr": said.err}

    return go
