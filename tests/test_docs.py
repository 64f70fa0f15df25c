"""The examples people copy run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = re.compile(r"```python\n(.*?)```", re.S)


@pytest.mark.parametrize("name", ["docs/library.md", "README.md", "README.en.md"])
def test_the_python_examples_of_a_page_run_in_order(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # some write files
    examples = PYTHON.findall((ROOT / name).read_text(encoding="utf-8"))
    assert examples
    space: dict[str, object] = {}
    for example in examples:
        exec(compile(example, name, "exec"), space)
    assert capsys.readouterr().out.strip()


def test_the_first_task_prints_what_it_promises(capsys: pytest.CaptureFixture[str]) -> None:
    first = PYTHON.findall((ROOT / "docs/library.md").read_text(encoding="utf-8"))[0]
    exec(compile(first, "library.md", "exec"), {})
    assert "待认定 Range(lo=40000000, hi=40000000) Range(lo=500000" in capsys.readouterr().out


@pytest.mark.parametrize(
    "path", [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "README.en.md"], ids=lambda p: p.name
)
def test_links_inside_the_repository_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
