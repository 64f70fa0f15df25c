"""What a policy clerk gets to read for each mistake: the place, the code, the sentence, the fix.

Beside each file in `problems/bad` stands what `talent lint` must print for it. After a change that
is meant: `python tests/rules/test_problems.py --update`, then read the difference.
"""

from __future__ import annotations

import io
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from talent_rules.cli.base import show_problems, underlined
from talent_rules.compiler.load import load_folder
from talent_rules.model import Place, Problem
from talent_rules.source import MAX_PROBLEMS, Report, read_text

HERE = Path(__file__).resolve().parents[1]
HOUSE, BAD, GOOD = HERE / "house", HERE / "problems" / "bad", HERE / "problems" / "good"
FINE = (GOOD / "text.yaml").read_text(encoding="utf-8")

#: Files that are no text an editor would keep: made here, expected beside the others.
MADE: dict[str, Callable[[], bytes]] = {
    "brackets-100000": lambda: b"a: " + b"[" * 100_000,
    "brackets-in-lines": lambda: b"a:\n" + b"".join(b" " * i + b"- \n" for i in range(1, 60)),
    "over-2-mb": lambda: b"# \xe5\xa4\xaa\xe5\xa4\xa7\n" * 300_000,
    "gbk": lambda: FINE.encode("gbk"),
    "utf-16": lambda: FINE.encode("utf-16"),
    "nul-byte": lambda: FINE.replace("四十万元", "四十\0万元").encode(),
    "escape-character": lambda: FINE.replace("四十万元", "\x1b[31m四十万元").encode(),
    "empty": lambda: b"",
    "blank": lambda: b"\n\n   \n",
    "comments-only": lambda: "# 还没写\n# 明天写\n".encode(),
    "crlf-with-mistake": lambda: FINE.replace("四十万元", "40W").replace("\n", "\r\n").encode(),
    "bom-with-mistake": lambda: ("\ufeff" + FINE.replace("# 每条", "级别：").replace("四十万元", "40W")).encode(),
    "line-separator": lambda: FINE.replace("四十万元", "40W").replace("# 每条", "# 每\u2028# 条").encode(),
    "just-text": lambda: "这是一份通知".encode(),
    "just-a-list": lambda: "- 甲\n- 乙\n".encode(),
    "billion-laughs": lambda: b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
}


def problems_of(path: Path) -> tuple[Problem, ...]:
    return load_folder(HOUSE, [path])[1]


def printed(problems: Iterable[Problem]) -> str:
    out = io.StringIO()
    show_problems(problems, out)
    text = re.sub(r"^\S*/(?=[^/\s]+\.yaml)", "", out.getvalue(), flags=re.MULTILINE)
    return text.replace("\t", "→")


def made(name: str, folder: Path) -> Path:
    path = folder / f"{name}.yaml"
    path.write_bytes(MADE[name]())
    return path


WRITTEN = sorted(path.stem for path in BAD.glob("*.yaml"))


@pytest.mark.parametrize("name", WRITTEN)
def test_each_mistake_gets_its_place_its_code_and_its_fix(name: str) -> None:
    expected = (BAD / f"{name}.txt").read_text(encoding="utf-8")
    assert printed(problems_of(BAD / f"{name}.yaml")) == expected


@pytest.mark.parametrize("name", sorted(MADE))
def test_files_that_are_hardly_files_get_a_sentence_too(name: str, tmp_path: Path) -> None:
    expected = (BAD / f"{name}.txt").read_text(encoding="utf-8")
    path = made(name, tmp_path)
    started = time.process_time()
    problems = problems_of(path)
    assert time.process_time() - started < 2
    assert printed(problems) == expected


def test_at_least_fifty_different_mistakes_are_covered() -> None:
    assert len(WRITTEN) + len(MADE) >= 50
    assert {p.stem for p in BAD.glob("*.txt")} == {*WRITTEN, *MADE}


@pytest.mark.parametrize("path", sorted(GOOD.glob("*.yaml")), ids=lambda p: str(p.stem))
def test_what_only_looks_like_a_mistake_is_left_alone(path: Path) -> None:
    assert problems_of(path) == ()


@pytest.mark.parametrize("change", ["bom", "crlf", "cr"])
def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(change: str, tmp_path: Path) -> None:
    text = {
        "bom": "\ufeff" + FINE,
        "crlf": FINE.replace("\n", "\r\n"),
        "cr": FINE.replace("\n", "\r"),
    }[change]
    path = tmp_path / "good.yaml"
    path.write_bytes(text.encode())
    assert problems_of(path) == ()


# ── how the sentences read ──────────────────────────────────────────────────────────────────

_TYPE_NAMES = re.compile(
    r"\b(?:str|int|float|bool|dict|list|tuple|set|bytes|object|None|NoneType|True|False|Scalar|Record|Sequence|"
    r"Span|Fraction|\w+Error|\w*Exception)\b"
)


def every_problem(folder: Path) -> list[Problem]:
    paths = [BAD / f"{name}.yaml" for name in WRITTEN] + [made(name, folder) for name in MADE]
    return [problem for path in paths for problem in problems_of(path)]


def test_each_message_is_one_chinese_sentence_and_never_names_a_python_type(tmp_path: Path) -> None:
    problems = every_problem(tmp_path)
    assert len(problems) > 100
    for problem in problems:
        for text in (problem.message, problem.hint):
            own = re.sub(r"`[^`]*`", "", text)  # what the clerk wrote may be anything
            assert re.search(r"[\u4e00-\u9fff]", own), text
            assert "\n" not in text and text.isprintable(), repr(text)
            assert not own.rstrip().endswith(("。", ".")), text
            assert not _TYPE_NAMES.search(own), text
        assert len(problem.message) <= 120, problem.message
        assert re.fullmatch(r"[A-Z]\d{3}", problem.code)
        assert problem.place.file and problem.place.line >= 1 and problem.place.column >= 1, problem


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_the_caret_stands_under_the_right_characters_in_a_terminal(tmp_path: Path) -> None:
    for problem in every_problem(tmp_path):
        if not problem.excerpt or "\t" in problem.excerpt:
            continue
        line, carets = underlined(problem)
        pad = carets.rstrip("^")
        at = len(line) - len(problem.excerpt) + problem.place.column - 1 if line.startswith("…") else None
        before = line[: problem.place.column - 1] if at is None else line[:at]
        assert cells(pad) == cells(before), problem
        marked = line[len(before) : len(before) + problem.width]
        assert len(carets) - len(pad) == max(1, cells(marked)), problem


def test_a_mistake_far_to_the_right_is_shown_with_what_stands_around_it() -> None:
    line = "甲" * 300 + "错" + "乙" * 300
    problem = Problem(Place("f", 1, 301), "Q401", "错了", excerpt=line[:500])
    shown, carets = underlined(problem)
    assert shown.startswith("…") and shown[61] == "错" and len(shown) < 300
    assert carets == "　" * 60 + "　^^" or carets == " " + "　" * 60 + "^^"


def test_a_file_full_of_mistakes_lists_the_first_two_hundred_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    body = "".join(f"      - 没有这一项{i} 是 是\n" for i in range(5000))
    head = (BAD / "unknown-field.yaml").read_text(encoding="utf-8").split("      - 学位")[0]
    path.write_text(head + body, encoding="utf-8")
    started = time.process_time()
    problems = problems_of(path)
    assert time.process_time() - started < 5
    assert len(problems) == MAX_PROBLEMS + 1
    assert sum(p.code == "S199" for p in problems) == 1


# ── all at once ─────────────────────────────────────────────────────────────────────────────


def test_all_problems_of_all_files_come_in_one_pass() -> None:
    paths = [BAD / f"{name}.yaml" for name in WRITTEN]
    together = {(p.place, p.code, p.message) for p in load_folder(HOUSE, paths)[1]}
    for path in paths:
        alone = {(p.place, p.code, p.message) for p in problems_of(path) if p.code not in ("R508", "R509")}
        assert alone <= together, path.name


def test_a_benefit_in_a_file_that_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    text = (BAD / "relation-to-nobody.yaml").read_text(encoding="utf-8")
    (tmp_path / "one.yaml").write_text(text.replace("setling_in", "other/rent"), encoding="utf-8")
    (tmp_path / "other.yaml").write_text("政策：坏了\n", encoding="utf-8")
    codes = [p.code for p in load_folder(HOUSE, sorted(tmp_path.glob("*.yaml")))[1]]
    assert codes == ["S105"]


def test_a_tier_of_tiers_of_tiers_cannot_blow_up(tmp_path: Path) -> None:
    tiers = "".join(
        f"  - {{id: t{i}, 名称: 第{i}层, 条件: {{全部: [{', '.join([f'符合 第{i - 1}层'] * 9)}]}}}}\n"
        for i in range(1, 30)
    )
    text = (BAD / "unknown-tier.yaml").read_text(encoding="utf-8").replace("符合 高层次", "年龄 不超过 40周岁")
    path = tmp_path / "tiers.yaml"
    path.write_text(text + "层次:\n  - {id: t0, 名称: 第0层, 条件: 学位 是 博士}\n" + tiers, encoding="utf-8")
    started = time.process_time()
    assert "R510" in {p.code for p in problems_of(path)}
    assert time.process_time() - started < 2


def test_three_readings_of_a_colon_are_told_apart() -> None:
    report = Report()
    read_text('甲：乙\n丙: "丁：戊"\n己: 庚：辛\n', "f", report)
    assert [(p.place.line, p.place.column, p.code) for p in report.problems] == [(1, 2, "S105")]


if __name__ == "__main__" and "--update" in sys.argv:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for stem in [*WRITTEN, *MADE]:
            source = BAD / f"{stem}.yaml" if stem in WRITTEN else made(stem, Path(folder))
            (BAD / f"{stem}.txt").write_text(printed(problems_of(source)), encoding="utf-8")
    print(f"{len(WRITTEN) + len(MADE)} 份期望已更新，请逐条看差别")
