"""The clerks' guide is followed step by step, as written: files, commands, output, and the ten mistakes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from talent_rules import cli
from talent_rules.cli.base import app

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "guide.md"
BLOCK = re.compile(r"(?:<!-- (写入|接在后面|改写) (\S+) -->\n)?```(\w+)\n(.*?)```", re.S)
RULES = "草稿/ordos/skilled-2026.yaml"


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block and what the comment above it says to do with it."""

    doing: str
    path: str
    kind: str
    text: str


def blocks(part: str) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(part)]


STEPS, _, MISTAKES = GUIDE.read_text(encoding="utf-8").partition("## 十个常见的错")


class Desk:
    """A clerk's folder, with a terminal."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.patch, self.capture = patch, capture

    def talent(self, command: str) -> tuple[int, str]:
        """What the command prints, as on a terminal, and its exit code."""
        self.patch.setattr(sys, "argv", shlex.split(command))
        self.patch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        self.capture.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = self.capture.readouterr()
        return int(left.value.code or 0), said.out + said.err


def known(command: str) -> bool:
    """Whether the command line has this command."""
    words = command.split()
    return words[0] != "talent" or words[1] in getattr(typer.main.get_command(app), "commands", {})


def sessions(text: str) -> Iterator[tuple[str, str]]:
    """Each `$ command` of a console with the output below it."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.rstrip("\n")


def pattern(expected: str) -> str:
    """The expected output, where … stands for anything."""
    return ".*?".join(re.escape(piece) for piece in re.split(r"\n?…\n?", expected))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    shutil.copytree(ROOT / "policy_data", tmp_path / "policy_data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TALENT_POLICY_DATA", raising=False)
    return Desk(monkeypatch, capsys)


def edit(path: Path, lines: list[str]) -> None:
    """Write each line with a plus where the one with a minus before it stands."""
    text = path.read_text(encoding="utf-8")
    for wrong, good in zip(lines[::2], lines[1::2], strict=True):
        assert (wrong[0], good[0], text.count(wrong[1:])) == ("-", "+", 1)
        text = text.replace(wrong[1:], good[1:])
    path.write_text(text, encoding="utf-8")


def follow(desk: Desk, block: Block) -> None:
    """Do what a block says."""
    if block.doing == "改写":
        edit(Path(block.path), block.text.splitlines())
    elif block.doing:
        with Path(block.path).open("a" if block.doing == "接在后面" else "w", encoding="utf-8") as file:
            file.write(block.text)
    elif block.kind == "sh":
        for command in filter(known, block.text.splitlines()):
            if command.startswith("talent "):
                code, said = desk.talent(command)
                assert code == 0, f"{command}\n{said}"
            else:
                subprocess.run(command, shell=True, check=True)
    elif block.kind == "console":
        for command, expected in sessions(block.text):
            code, said = desk.talent(command)
            assert code == 0, f"{command}\n{said}"
            assert re.fullmatch(pattern(expected), said.strip("\n"), re.S), f"$ {command}\n{said}\n应为\n{expected}"


def test_the_twelve_steps_work_as_written(desk: Desk) -> None:
    assert len(re.findall(r"^### 第 \d+ 步", STEPS, re.M)) == 12
    for block in blocks(STEPS):
        follow(desk, block)
    assert Path("发布.zip").stat().st_size > 10_000 and Path("示例市.zip").stat().st_size > 5_000
    assert "签字" in Path("影响表.html").read_text(encoding="utf-8")


def test_the_ten_mistakes_are_answered_as_written(desk: Desk) -> None:
    shutil.copytree("policy_data", "草稿")
    for block in blocks(STEPS):
        if block.doing and block.path == RULES:
            follow(desk, block)
    desk.talent(f"talent fmt --data 草稿 {RULES}")
    right = Path(RULES).read_text(encoding="utf-8")
    found = blocks(MISTAKES)
    pairs = list(zip(found[::2], found[1::2], strict=True))
    assert len(pairs) == 10
    for change, message in pairs:
        wrong, good = (line[1:] for line in change.text.splitlines())
        assert right.count(good) == 1, good
        Path(RULES).write_text(right.replace(good, wrong), encoding="utf-8")
        _, said = desk.talent(f"talent lint --data 草稿 {RULES}")
        expected = "…\n" + message.text.rstrip("\n").replace("\n", "\n…\n") + "\n…"
        assert re.fullmatch(pattern(expected), "\n" + said, re.S), f"{wrong}\n{said}"
