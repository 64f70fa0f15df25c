"""The table of codes: each page's wrong example gives just that code, and the right one none."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from houses import ROOT
from talent_rules import cli
from talent_rules.checks import CHECKS, run_checks
from talent_rules.codes import Explanation, explanations
from talent_rules.compiler.load import read_folder
from talent_rules.library import load
from talent_rules.model import Problem

TODAY = date(2026, 11, 21)
TABLE = explanations()
SHOWN = [e for e in TABLE.by_code.values() if e.right and e.where != "资料"]
PEOPLE = [e for e in TABLE.by_code.values() if e.where == "资料"]
FINE = TABLE.examples["规则"]

#: what cannot be shown in a line or two
MADE: dict[str, Callable[[], bytes]] = {
    "S102": lambda: b"# \xe5\xa4\xa7\n" * 500_000,
    "S103": lambda: FINE.encode("gbk"),
    "S110": lambda: FINE.replace("人社局", "人\0社局").encode(),
    "S111": lambda: b"a: [" + b"1," * 200_001 + b"1]",
    "S113": lambda: b"a: " + b"[" * 50,
    "S114": lambda: "# 只有注释\n".encode(),
    "S120": lambda: "%版本 1\n政策:\n".encode(),
    "S199": lambda: FINE.encode() + b"x: 1\n" * 300,
    "V306": lambda: FINE.replace("- 全职引进 是 是", "- 学位 属于 " + "、".join(["硕士"] * 200)).encode(),
    "R510": lambda: FINE.replace(
        "层次:\n", "层次:\n" + "".join(f"  - {{id: t{n}, 名称: 层{n}, 条件: [符合 层{n + 1}]}}\n" for n in range(15)) + "  - {id: t15, 名称: 层15, 条件: [荣誉 包含 工匠]}\n"
    ).encode(),
}  # fmt: skip


def problems(folder: Path, rules: bytes, words: str = TABLE.examples["词汇表"]) -> list[Problem]:
    """What the loader says; and where it finds no error, the checks."""
    (folder / "x").mkdir(exist_ok=True)
    (folder / "reference").mkdir(exist_ok=True)
    (folder / "vocabulary.yaml").write_text(words, encoding="utf-8")
    path = folder / "x" / "f.yaml"
    path.write_bytes(rules)
    read = read_folder(folder, [path], "x")
    if any(p.severity == "error" for p in read.problems):
        return list(read.problems)
    return [*read.problems, *run_checks(read.base, TODAY, folder, read.pages)]


def spoilt(shown: Explanation) -> tuple[bytes, str]:
    """The example files with one piece written wrong."""
    texts = dict(TABLE.examples)
    assert texts[shown.where].count(shown.right) >= 1, "what is right stands in the example"
    texts[shown.where] = texts[shown.where].replace(shown.right, shown.wrong, 1)
    return texts["规则"].encode(), texts["词汇表"]


def test_the_example_has_nothing_wrong(tmp_path: Path) -> None:
    assert [str(p) for p in problems(tmp_path, FINE.encode())] == []


@pytest.mark.parametrize("shown", SHOWN, ids=lambda e: e.code)
def test_written_wrong_it_gives_just_this_code(shown: Explanation, tmp_path: Path) -> None:
    found = problems(tmp_path, *spoilt(shown))
    codes = {p.code for p in found}
    assert shown.code in codes, [str(p) for p in found]
    assert codes <= {shown.code, *shown.also}, [str(p) for p in found]
    assert set(shown.also) <= codes, "what comes with it does come"


@pytest.mark.parametrize("code", MADE)
def test_what_cannot_be_shown_in_a_line_gives_its_code_too(code: str, tmp_path: Path) -> None:
    assert code in {p.code for p in problems(tmp_path, MADE[code]())}


@pytest.mark.parametrize("shown", PEOPLE, ids=lambda e: e.code)
def test_a_profile_written_wrong_gives_just_this_code(shown: Explanation, tmp_path: Path) -> None:
    import json

    problems(tmp_path, FINE.encode())
    base = load("x", tmp_path)
    wrong, right = (base.decide(json.loads(text), as_of=date(2026, 6, 1)) for text in (shown.wrong, shown.right))
    assert [p.code for p in wrong.problems] == [shown.code]
    assert right.problems == ()


def test_every_code_that_can_be_reported_has_a_page() -> None:
    source = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "rules" / "talent_rules").rglob("*.py"))
    reported = set(re.findall(r'"([SKVQR]\d{3}|P60\d|[BF]7\d\d)"', source)) | {c.CODE for c in CHECKS}
    assert reported == set(TABLE.by_code)


def test_every_page_is_shown_or_says_what_to_do() -> None:
    for entry in TABLE.by_code.values():
        assert entry.title and entry.why
        assert bool(entry.right and entry.wrong) != bool(entry.remedy), entry.code
    unshown = {c for c, e in TABLE.by_code.items() if e.remedy} - MADE.keys()
    assert {c for c in unshown if c[0] not in "BFP"} == {"S101"}  # a file that is not there


def test_why_prints_a_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert talent(monkeypatch, "why", "s118") == 0
    said = capsys.readouterr().out
    assert said.startswith("S118 括号没有配对") and "错：" in said and "    材料: [身份证, 劳动合同]\n" in said
    assert talent(monkeypatch, "why", "f704") == 0
    assert "--key" in capsys.readouterr().out
    assert talent(monkeypatch, "why", "X1") == 1
    assert "没有 `X1` 这个代码" in capsys.readouterr().err


def talent(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["talent", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0)
