"""Whatever a file is, reading it ends in problems, soon, and never in anything else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from fuzz_files import ODD, run
from houses import HOUSE, town
from talent_rules.compiler.load import load_folder
from talent_rules.compiler.sums import amount_from_text
from talent_rules.language import canonical, read_line
from talent_rules.lines import Misread
from talent_rules.model import Range
from talent_rules.quantities import Unreadable, area, counted, day_span, money, months, number
from talent_rules.source import Report, read_text
from talent_rules.vocabulary import show_range


def test_two_thousand_broken_files_give_nothing_but_problems(tmp_path: Path) -> None:
    *_, (tally, _) = run(2000, seed=20240901, folder=tmp_path)
    assert tally.files == 2000
    assert tally.refused > 1500
    assert tally.slow <= 10, f"{tally.slow} 份超过 200 毫秒，最慢 {tally.slowest:.2f} 秒"


RUNS = [
    " ",
    "，",
    "[，",
    "[",
    "{",
    "- ",
    ": ",
    "a：",
    "、",
    "一",
    "1",
    "1,",
    "'",
    '"',
    "至",
    "万",
    "年",
    "或 ",
    "以上",
    "点",
]


@pytest.mark.parametrize("run_of", RUNS)
def test_long_runs_of_one_sign_do_not_hold_up_the_reader(run_of: str) -> None:
    for text in (f"a: {run_of * 100_000}", f"{run_of * 100_000}", f"条件: [{run_of * 30_000}x]"):
        started = time.process_time()
        read_text(text, "f", Report())
        assert time.process_time() - started < 1.5


@pytest.mark.parametrize("run_of", [*RUNS, *ODD])
def test_long_or_odd_quantities_are_read_or_refused_at_once(run_of: str) -> None:
    started = time.process_time()
    for text in (run_of, run_of * 7, run_of * 5000, "1" + run_of * 60 + "x", run_of * 60 + "元"):
        for read in (number, money, months, area, day_span, amount_from_text):
            try:
                read(text)
            except Unreadable as error:
                assert error.message
        try:
            counted(text, ("周岁",))
        except Unreadable as error:
            assert error.message
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("run_of", [*RUNS, *ODD])
def test_long_or_odd_condition_lines_are_read_or_refused_at_once(run_of: str) -> None:
    vocabulary = town().vocabulary
    started = time.process_time()
    for head in (
        "年龄 至少 ",
        "学位 属于 ",
        "年龄 在 ",
        "毕业院校 属于 ",
        "荣誉 包含 ",
        "引进日期 不早于 ",
        "",
        "年薪",
    ):
        line = (head + run_of * 200)[:500]
        for read in (read_line, canonical):
            try:
                read(line, vocabulary)
            except Misread as error:
                assert error.message and 0 <= error.offset <= len(line)
    assert time.process_time() - started < 1


def test_a_hundred_thousand_brackets_a_huge_text_and_billion_laughs_stop_at_once(tmp_path: Path) -> None:
    laughs = "a: &a [x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)
    )
    texts = [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 50_000,
        "a: " + "字" * 600_000,
        laughs,
        "a: 'x" * 9,
    ]
    for text in texts:
        path = tmp_path / "f.yaml"
        path.write_text(text, encoding="utf-8")
        started = time.process_time()
        problems = load_folder(HOUSE, [path])[1]
        assert problems and all(p.place.line >= 1 for p in problems)
        assert time.process_time() - started < 1


def test_numbers_shown_are_never_rounded() -> None:
    assert show_range(Range(1, 99_999_999_999_999_999)) == "0.01元–999,999,999,999,999.99元"
