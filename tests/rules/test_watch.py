"""Watching: what a save changes is said, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from talent_rules.watch import look, stamps, watch

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "policy_data"
DAY = date(2024, 9, 1)
CHILD = "金额: {每年: 2000元, 人数: 不满3周岁子女人数}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one document."""
    made = tmp_path_factory.mktemp("watch") / "data"
    (made / "ordos").mkdir(parents=True)
    shutil.copy(DATA / "vocabulary.yaml", made)
    shutil.copytree(DATA / "reference", made / "reference")
    return made


@pytest.fixture
def file(folder: Path) -> Path:
    text = (DATA / "ordos" / "warm-talent-2024.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines(keepends=True) if "ordos-talent-2021/" not in line]
    path = folder / "ordos" / "warm.yaml"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def session(folder: Path, *edits: Callable[[], object]) -> list[str]:
    """What is printed while one edit after another is saved."""
    said: list[str] = []
    left = list(edits)
    watch(
        folder,
        "ordos",
        as_of=DAY,
        say=said.append,
        rounds=len(edits) + 1,
        sleep=lambda _: left.pop(0)() if left else None,  # type: ignore[func-returns-value,arg-type,return-value]
    )
    return said


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_save_says_what_became_of_the_rules_and_the_cases(folder: Path, file: Path) -> None:
    said = session(folder, lambda: replace(file, CHILD, CHILD.replace("2000", "3000")))
    assert said[0].startswith("正在看 ") and " 0 个错误" in " " + said[1]
    after = said[said.index("已保存：ordos/warm.yaml") :]
    assert "  改了  暖才托幼补贴：金额" in after
    assert any("不符" in line and "应为 2,000元，得到 3,000元" in line for line in after)
    assert any("L502" in line for line in after), "the numbers in 摘要 are compared as well"


def test_a_mistake_is_shown_with_its_line_and_then_as_put_right(folder: Path, file: Path) -> None:
    said = session(
        folder,
        lambda: replace(file, "引进方式 是 全职", "引进方式 是 全值"),
        lambda: replace(file, "引进方式 是 全值", "引进方式 是 全职"),
    )
    new = next(line for line in said if line.startswith("  新  "))
    assert "ordos/warm.yaml:" in new and "全值" in new and "你是不是想写" in new
    assert any(line.startswith("  好了  ") and "全值" in line for line in said)
    assert "改好之前不运行用例" in " ".join(said)


def test_nothing_is_said_while_nothing_is_saved(folder: Path, file: Path) -> None:
    said = session(folder, lambda: None, lambda: None)
    assert len(said) == 2


def test_a_file_that_comes_or_goes_counts_as_a_save(folder: Path, file: Path) -> None:
    before = stamps(folder, "ordos")
    other = folder / "ordos" / "other.yaml"
    other.write_text("政策: {id: other, 名称: 空, 来源: []}\n", encoding="utf-8")
    assert set(stamps(folder, "ordos")) - set(before) == {other}
    other.unlink()
    assert stamps(folder, "ordos") == before


def test_only_the_cases_that_can_have_changed_are_run(folder: Path, file: Path) -> None:
    everything = look(folder, "ordos", as_of=DAY)
    nothing = look(folder, "ordos", as_of=DAY, changed=[file])
    assert everything.passed == nothing.passed > 10
