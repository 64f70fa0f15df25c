"""Break rule files in every way a hand or a program might, and see that only problems come out.

`python tests/fuzz_files.py --count 100000` before a release; a fixed 2,000 run in the tests.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from talent_rules.compiler.load import load_folder
from talent_rules.compiler.policy import read_document
from talent_rules.fmt import format_text
from talent_rules.model import Problem
from talent_rules.source import Report, read_file
from talent_rules.vocabulary import Vocabulary

HOUSE = Path(__file__).resolve().parent / "house"
PROBLEMS = Path(__file__).resolve().parent / "problems"
ODD = [
    "：", "，", "；", "“", "”", "％",
    "\t", "'", '"', "[", "]", "{", "}", "&a", "*a", "!x", "|", ">", "@", "`", "%",
    "? ", "- ", ": ", "#", "---\n", "...\n", "<<: ", "\0", "\x1b", "\r", "\u2028", "\u3000", "\ufeff", "\u202e",
    "\u200b", "🎓", "é", "e\u0301", "𠮷", "ﷺ", "Ⅷ", "½", "٣", "no", "on", "~", "null", "010", "0x1F", "1_000", "1e9", "4:3:3",
    ".inf",
    ".nan", "2024-02-30", "2024-13", "9" * 40, "一" * 30, "万亿万亿", "零点零", "-1元", "999999999999999亿", "百分之",
    ">=35", "不超过", "以上", "至少 至少", "在 至 之间", "按 申请日期", "符合 ", "不符合 高层次人才", "名单.",
    "属于 、、",
]  # fmt: skip


def lines_of(text: str) -> list[str]:
    return text.split("\n")


def insert_odd(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(ODD) + text[at:]


def replace_odd(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(ODD) + text[at + rng.randrange(1, 6) :]


def delete_some(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + text[at + rng.randrange(1, 30) :]


def swap_lines(text: str, rng: random.Random) -> str:
    lines = lines_of(text)
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def double_lines(text: str, rng: random.Random) -> str:
    lines = lines_of(text)
    a = rng.randrange(len(lines))
    b = min(len(lines), a + rng.randrange(1, 12))
    return "\n".join([*lines[:b], *lines[a:b] * rng.randrange(1, 4), *lines[b:]])


def shift_indent(text: str, rng: random.Random) -> str:
    lines = lines_of(text)
    a = rng.randrange(len(lines))
    lines[a] = " " * rng.randrange(0, 5) + lines[a][rng.randrange(0, 3) :]
    return "\n".join(lines)


def change_value(text: str, rng: random.Random) -> str:
    lines = lines_of(text)
    a = rng.randrange(len(lines))
    key, colon, _ = lines[a].partition(": ")
    lines[a] = key + colon + rng.choice([*ODD, "[]", "{}", "[[[]]]", "{a: {b: [c]}}", "x" * 5000, "字" * 5000])
    return "\n".join(lines)


def nest(text: str, rng: random.Random) -> str:
    depth = rng.choice((5, 39, 41, 2000, 100_000))
    opening, closing = rng.choice((("[", "]"), ("{a: ", "}"), ("- ", "")))
    at = rng.randrange(len(text) + 1)
    return text[:at] + opening * depth + closing * rng.choice((0, depth)) + text[at:]


def long_runs(text: str, rng: random.Random) -> str:
    """Runs that make a careless regular expression take for ever."""
    run = rng.choice(
        (" ", "，", "[，", "- ", ": ", "、", "一", "1", "1,", "'", '"', "至", "万", "年", "零", "a：", "或 ")
    )
    at = rng.randrange(len(text) + 1)
    return text[:at] + run * rng.choice((50, 1000, 30_000)) + text[at:]


def tear(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


def move_word(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    a, b = rng.randrange(len(words)), rng.randrange(len(words))
    words[a] = words[b]
    return " ".join(words)


MUTATIONS: list[Callable[[str, random.Random], str]] = [
    insert_odd, replace_odd, delete_some, swap_lines, double_lines, shift_indent, change_value, move_word, tear, nest,
    long_runs,
]  # fmt: skip
WEIGHTS = [20, 15, 15, 10, 8, 15, 15, 15, 4, 2, 3]


def mutated(seeds: list[str], rng: random.Random) -> bytes:
    """One broken file."""
    text = rng.choice(seeds)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        (change,) = rng.choices(MUTATIONS, WEIGHTS)
        text = change(text, rng)
    raw = text.encode("utf-8", "replace")
    if rng.random() < 0.05:
        at = rng.randrange(len(raw) + 1)
        raw = raw[:at] + bytes(rng.randrange(256) for _ in range(rng.randrange(1, 4))) + raw[at:]
    return raw


@dataclass
class Tally:
    """What a run came to."""

    files: int = 0
    refused: int = 0
    slowest: float = 0.0
    slow: int = 0


def seeds() -> list[str]:
    """Good files to break."""
    paths = [*sorted(PROBLEMS.glob("good/*.yaml")), HOUSE / "town" / "housing.yaml"]
    return [p.read_text(encoding="utf-8") for p in paths]


def check(path: Path, raw: bytes, vocabulary: Vocabulary, whole: bool) -> tuple[tuple[Problem, ...], float]:
    """Load one file; whatever is wrong has to come out as problems with file and line.

    `whole` puts a rule base together from it as well, and formats it twice.
    """
    path.write_bytes(raw)
    started = time.process_time()
    if whole:
        problems = load_folder(HOUSE, [path])[1]
    else:
        report = Report()
        root = read_file(path, path.name, report)
        if root is not None:
            read_document(root, path.name, vocabulary, report)
        problems = tuple(report.problems)
    took = time.process_time() - started
    for problem in problems:
        assert problem.place.file and problem.place.line >= 1 and problem.place.column >= 1, problem
        assert problem.message.isprintable() and len(problem.message) < 400, problem
        assert problem.place.line <= raw.count(b"\n") + raw.count(b"\r") + 1, problem
    if not whole:
        return problems, took
    text = raw.decode("utf-8", "replace")
    once = format_text(text, path.name, vocabulary)
    assert format_text(once, path.name, vocabulary) == once
    return problems, took


def run(count: int, seed: int, folder: Path) -> Iterator[tuple[Tally, bytes]]:
    """Break and check `count` files; yields the tally after each."""
    rng, good, tally = random.Random(seed), seeds(), Tally()
    vocabulary = load_folder(HOUSE, [HOUSE / "town" / "housing.yaml"])[0].vocabulary  # type: ignore[union-attr]
    for number in range(count):
        raw = mutated(good, rng)
        problems, took = check(folder / "broken.yaml", raw, vocabulary, number % 8 == 0)
        tally.files += 1
        tally.refused += any(p.severity == "error" for p in problems)
        tally.slow += took > 0.2
        tally.slowest = max(tally.slowest, took)
        yield tally, raw


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.perf_counter()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        worst = 0.0
        for tally, raw in run(arguments.count, arguments.seed, Path(folder)):
            if tally.slowest > worst and tally.slowest > 0.2:
                worst = tally.slowest
                Path(tempfile.gettempdir(), "slowest.yaml").write_bytes(raw)
            if tally.files % 5000 == 0:
                print(f"{tally.files:,} 份", file=sys.stderr)
    print(
        f"{tally.files:,} 份文件，{tally.refused:,} 份报了错，最慢 {tally.slowest * 1000:.0f} 毫秒，"
        f"超过 200 毫秒的 {tally.slow} 份，共 {time.perf_counter() - started:.0f} 秒"
    )


if __name__ == "__main__":
    main()
