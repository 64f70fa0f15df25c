"""Watching: what a save changes is said, and nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from talent_rules.watch import look, stamps, watch

HOUSE = Path(__file__).resolve().parents[1] / "house"
DAY = date(2024, 9, 1)
ROW = "- [博士, 是, 40万元]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small data folder of one's own."""
    return Path(shutil.copytree(HOUSE, tmp_path / "data"))


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / "town" / "housing.yaml"


def session(folder: Path, *edits: Callable[[], object]) -> list[str]:
    """What is printed while one edit after another is saved."""
    said: list[str] = []
    left = list(edits)

    def wait(_: float) -> None:
        if left:
            left.pop(0)()

    watch(folder, "town", as_of=DAY, say=said.append, rounds=len(edits) + 1, sleep=wait)
    return said


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_slip_put_right_says_what_was_put_right_and_not_all_that_was_known_before(folder: Path, file: Path) -> None:
    """While the file cannot be read nothing is checked; what was found before the slip is no news after it."""
    said = session(
        folder,
        lambda: replace(file, ROW, ROW.replace("40万元", "40W")),
        lambda: replace(file, ROW.replace("40万元", "40W"), ROW.replace("40", "45")),
    )
    broken, mended = (i for i, line in enumerate(said) if line.startswith("已保存"))
    assert [line for line in said[broken:mended] if line.startswith("  新")]
    after = said[mended:]
    assert "  改了  安家补贴：金额" in after, "held against the last rules that could be read"
    assert any(line.startswith("  好了  Q403") for line in after)
    assert not [line for line in after if line.startswith("  新")]


def test_a_save_says_what_became_of_the_rules_and_the_cases(folder: Path, file: Path) -> None:
    said = session(folder, lambda: replace(file, ROW, ROW.replace("40", "45")))
    assert said[0].startswith("正在看 ") and "0 个错误" in said[-1]
    after = said[said.index("已保存：town/housing.yaml") :]
    assert "  改了  安家补贴：金额" in after
    assert any("不符" in line and "应为 40万元，得到 45万元" in line for line in after)
    assert "0 个用例通过，1 个不符" in after[-1]


def test_a_mistake_is_shown_with_its_line_and_then_as_put_right(folder: Path, file: Path) -> None:
    said = session(
        folder,
        lambda: replace(file, "引进方式 是 全职", "引进方式 是 全值"),
        lambda: replace(file, "引进方式 是 全值", "引进方式 是 全职"),
    )
    new = next(line for line in said if line.startswith("  新  "))
    assert "town/housing.yaml:" in new and "全值" in new and "你是不是想写" in new
    assert any(line.startswith("  好了  ") and "全值" in line for line in said)
    assert "改好之前不运行用例" in " ".join(said)


def test_warnings_are_counted_as_lint_counts_them(folder: Path, file: Path) -> None:
    found = look(folder, "town", as_of=DAY)
    severities = [p.severity for p in found.problems]
    assert "info" in severities
    assert f"{severities.count('error')} 个错误，{severities.count('warning')} 个提醒；" in session(folder)[-1]


def test_nothing_is_said_while_nothing_is_saved(folder: Path, file: Path) -> None:
    said = session(folder, lambda: None, lambda: None)
    assert said and not any(line.startswith("已保存") for line in said) and "1 个用例通过" in said[-1]


def test_a_benefit_that_comes_or_goes_is_named(folder: Path, file: Path) -> None:
    new = "  - {id: tea, 名称: 茶水补贴, 条件: [], 金额: 1万元, 依据: {来源: A1}}\n"
    said = session(
        folder,
        lambda: replace(file, "待遇:\n", "待遇:\n" + new),
        lambda: replace(file, new, ""),
    )
    assert "  加了  茶水补贴（town-housing/tea）" in said and "  去掉  茶水补贴（town-housing/tea）" in said


def test_a_file_that_comes_or_goes_counts_as_a_save(folder: Path, file: Path) -> None:
    before = stamps(folder, "town")
    other = folder / "town" / "other.yaml"
    other.write_text("政策: {id: other, 名称: 空, 来源: []}\n", encoding="utf-8")
    assert set(stamps(folder, "town")) - set(before) == {other}
    other.unlink()
    assert stamps(folder, "town") == before


def test_only_the_cases_that_can_have_changed_are_run(folder: Path, file: Path) -> None:
    other = folder / "town" / "other.yaml"
    other.write_text("政策: {id: other, 名称: 空, 来源: []}\n", encoding="utf-8")
    assert look(folder, "town", as_of=DAY).passed == look(folder, "town", as_of=DAY, changed=[file]).passed == 1
    assert look(folder, "town", as_of=DAY, changed=[other]).passed == 0
    assert look(folder, "town", as_of=DAY, changed=[folder / "vocabulary.yaml"]).passed == 1


def test_only_what_was_saved_is_read_again(folder: Path, file: Path) -> None:
    other = folder / "town" / "other.yaml"
    other.write_text(file.read_text(encoding="utf-8").replace("id: town-housing", "id: town-other"), encoding="utf-8")
    before = look(folder, "town", as_of=DAY)
    replace(file, ROW, ROW.replace("40", "45"))
    after = look(folder, "town", as_of=DAY, changed=[file], before=before)
    assert after.read.words is before.read.words
    assert after.read.pages["town/other.yaml"] is before.read.pages["town/other.yaml"]
    fresh = look(folder, "town", as_of=DAY, changed=[file])
    assert (after.problems, after.failures, after.passed) == (fresh.problems, fresh.failures, fresh.passed)
    assert after.base == fresh.base and after.base is not None
    replace(folder / "vocabulary.yaml", "名称: 学位", "名称: 学历学位")
    assert look(folder, "town", as_of=DAY, before=after).read.words is not before.read.words


def test_the_command_says_so_on_a_terminal_or_in_a_pipe_and_ends_on_ctrl_c(folder: Path, file: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "talent_rules",
        "watch",
        "--data",
        str(folder),
        "--place",
        "town",
        "--as-of",
        "2024-09-01",
    ]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(sys.path), "TALENT_CACHE": "off"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    guard = threading.Timer(60, process.kill)
    guard.start()
    try:
        said = [process.stdout.readline(), process.stdout.readline()]
        replace(file, "引进方式 是 全职", "引进方式 是 全值")
        while "改好之前不运行用例" not in said[-1]:
            said.append(process.stdout.readline())
            assert said[-1], said
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        guard.cancel()
        process.kill()
    assert said[0].startswith("正在看 ")
    assert "已保存：town/housing.yaml\n" in said
    assert any("Q401" in line and "你是不是想写 `全职`" in line for line in said)
