"""A run that was interrupted goes on to the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from batch.books import DATA, HEADER, PEOPLE, Run, book
from talent_rules.library import RuleBase

CHILD = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from datetime import date
import talent_rules.batch.options as r
from batch.books import rule_base
from talent_rules.batch.command import batch
base = rule_base(Path({data!r}))
from functools import partial
r.Options = partial(r.Options, chunk=20)
sys.exit(batch(Path(sys.argv[1]), output=Path(sys.argv[2]), as_of=date(2024, 9, 1), base=base, resume="--resume" in sys.argv))
"""


def _spawn(source: Path, output: Path, *more: str) -> subprocess.Popen[str]:
    here = Path(__file__).resolve()
    data = source.parent / "data"
    if not data.exists():  # a copy: the rules may be edited while the test runs
        shutil.copytree(DATA, data)
    code = CHILD.format(paths=[str(here.parents[1]), str(here.parents[2] / "rules")], data=str(data))
    command = [sys.executable, "-c", code, str(source), str(output), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _until_chunks(job: Path, count: int, child: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 120
    while len(list(job.glob("chunk-*.arrow"))) < count and child.poll() is None and time.monotonic() < end:
        time.sleep(0.02)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table, the rules as they are now, and the result of a run nobody interrupted."""
    folder = tmp_path_factory.mktemp("resume")
    months = [f"2024.{i % 8 + 2}" for i in range(240)]
    rows = [[f"人{i}", ("硕士", "博士")[i % 2], "清华大学", month, "是否"[i % 2]] for i, month in enumerate(months)]
    source = book(folder / "x.xlsx", [HEADER, *rows])
    assert _spawn(source, folder / "whole.xlsx").wait() == 0
    return folder


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_goes_on_to_the_same_bytes(finished: Path, how: signal.Signals) -> None:
    source, output = finished / "x.xlsx", finished / f"{how.name}.xlsx"
    job = output.with_name(output.name + ".job")
    child = _spawn(source, output)
    _until_chunks(job, 3, child)
    os.kill(child.pid, how)
    assert child.wait() == (-9 if how is signal.SIGKILL else 4)
    assert not output.exists() and 3 <= len(list(job.glob("chunk-*.arrow"))) < 12
    assert _spawn(source, output, "--resume").wait() == 0
    assert output.read_bytes() == (finished / "whole.xlsx").read_bytes()
    assert not job.exists()


def test_a_job_whose_removal_was_interrupted_is_over_and_leaves_nothing(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, output = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE]), tmp_path / "o.xlsx"

    remove = shutil.rmtree

    def killed(folder: Any, *rest: Any, **options: Any) -> None:
        if str(folder).endswith(".job.gone") and not options:
            raise KeyboardInterrupt
        remove(folder, *rest, **options)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("talent_rules.batch.job.shutil.rmtree", killed)
        run(path, output)
    assert not (tmp_path / "o.xlsx.job").exists() and output.exists()
    first = output.read_bytes()
    assert run(path, output, resume=True)[0] == 0 and output.read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["o.xlsx", "x.xlsx"]


def test_resume_refuses_another_file(tmp_path: Path, run: Run, base: RuleBase) -> None:
    from talent_rules.batch.job import JobFolder, Manifest

    path = book(tmp_path / "x.xlsx", [HEADER, *PEOPLE])
    output = tmp_path / "o.xlsx"
    JobFolder(output).start(Manifest("other", base.version, "2024-09-01", "ordos", ("人员",), (), "exact", None, 2000))
    code, summary = run(path, output, resume=True)
    assert code == 1 and "输入文件" in summary["problems"][0]["message"]
    assert run(path, output)[0] == 0
