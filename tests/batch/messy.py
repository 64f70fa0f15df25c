"""A messy table whose true answer is known: how many of its faults are reported, and how many reports are faults.

`python tests/batch/messy.py --seed 1 --rows 300` prints precision and recall of the errors, by kind.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2] / "rules")]

from batch.books import AS_OF, book, identity  # noqa: E402

Good = Callable[[random.Random], tuple[Any, str]]


def _pick(*pairs: tuple[Any, str]) -> Good:
    return lambda r: r.choice(pairs)


def _born(r: random.Random) -> tuple[Any, str]:
    year, month = r.randint(1965, 1999), r.randint(2, 9)
    text = r.choice(["{y}.{m}", "{y}年{m}月", "{y}-{m:02d}", "{y}{m:02d}"]).format(y=year, m=month)
    return text, f"{year}-{month:02d}"


#: header → (field, what is right and what it means, what is wrong)
COLUMNS: dict[str, tuple[str, Good, Sequence[Any]]] = {
    "出生年月": ("birth_date", _born, ("1990-02-30", "90.5", "民国79年", "不记得了")),
    "学 历": (
        "degree",
        _pick(("硕士研究生/硕士", "硕士"), ("大学本科", "本科"), ("博士研究生毕业", "博士"), ("碩士", "硕士"), ("本科\xa0", "本科")),
        ("研究生班", "本科/硕士", "博士后", "硕士（同等学力）"),
    ),
    "毕业院校": ("school", _pick(("清华大学", "清华大学"), ("北大", "北京大学"), ("清華大學", "清华大学")), ("东大", "某某学院")),
    "引进时间": (
        "arrival_date",
        _pick(("2024.7", "2024-07"), ("二〇二四年七月", "2024-07"), (45474, "2024-07-01"), ("2024/3/5", "2024-03-05")),
        (2024.1, "24.7.1", "去年", 99999),
    ),
    "年薪（万元）": (
        "annual_salary",
        _pick((40, "40万元"), ("40万", "40万元"), ("四十万元", "40万元"), ("400000元", "40万元"), ("４０", "40万元")),
        ("400000", "很多", "3年", "-5"),
    ),
    "合同年限": ("contract_years", _pick(("3年", "3年"), ("三年", "3年"), ("36个月", "3年"), (3, "3年")), ("36", "长期", "无固定期限")),
    "是否在岗": ("on_post", _pick(("是", "是"), ("√", "是"), ("否", "否"), ("×", "否"), ("有", "是")), ("大概", "?")),
    "旗区": ("district", _pick(("东胜", "东胜区"), ("鄂尔多斯市康巴什区", "康巴什区"), ("伊旗", "伊金霍洛旗")), ("外地", "呼市")),
}  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """What the table means: row → field → words; and the cells that are wrong (row, field)."""

    meant: dict[int, dict[str, str]]
    wrong: frozenset[tuple[int, str]]


def make(path: Path, seed: int, rows: int, rate: float = 0.08) -> Truth:
    """Write a messy workbook; returns what is true of it."""
    r = random.Random(seed)
    table: list[list[Any]] = [["引进人才统计表"], ["姓名", "身份证号", *COLUMNS, "备注"]]
    meant: dict[int, dict[str, str]] = {}
    wrong: set[tuple[int, str]] = set()
    for _ in range(rows):
        if r.random() < 0.03:
            table.append(r.choice([[], ["合计", "", "", "", "", "", 100], ["姓名", "身份证号", *COLUMNS, "备注"]]))
            continue
        number = len(table) + 1
        meant[number] = {}
        cells: list[Any] = []
        for field, good, bad in COLUMNS.values():
            if r.random() < 0.1:
                cells.append(r.choice(["", None, "/", "—"]))
            elif r.random() < rate:
                cells.append(r.choice(bad))
                wrong.add((number, field))
            else:
                text, words = good(r)
                cells.append(text)
                meant[number][field] = words
        paper: Any = r.choice(["", "H12345678", None])
        if r.random() < rate:
            paper = r.choice([identity("19900101")[:-1] + "?", 150602199003071234, "150602199001011"[:14]])
            paper = "15060219900101" if isinstance(paper, str) and "?" in paper else paper
            wrong.add((number, ""))
        table.append([f"人{number}", paper, *cells, "=1+1"])
    book(path, table)
    return Truth(meant, frozenset(wrong))


@dataclass(frozen=True)
class Score:
    """How well the reports fit the truth."""

    precision: float
    recall: float
    misread: tuple[str, ...]
    false: tuple[str, ...]
    missed: tuple[tuple[int, str], ...]


def score(path: Path, truth: Truth) -> Score:
    """Read the table and compare errors and values with the truth."""
    from batch.books import rule_base
    from talent_rules.batch.source import open_table

    base = rule_base()
    reported: dict[tuple[int, str], str] = {}
    misread: list[str] = []
    seen = set()
    with open_table(path, base.vocabulary) as table:
        (reader,) = table.readers(base.vocabulary, AS_OF)
        for row in (row for _, rows in table.people({}, 1_000) for row in rows):
            person = reader.read(row)
            seen.add(row.number)
            reported |= {(p.row, p.field): str(p) for p in person.problems if p.severity == "error"}
            shown = {n: base.vocabulary.fields[n].show(v) for n, v in person.facts.values.items()}
            if shown != truth.meant.get(row.number):
                misread.append(f"第{row.number}行 {shown} ≠ {truth.meant.get(row.number)}")
    misread += [f"第{n}行没有读" for n in truth.meant if n not in seen]
    hits = len(truth.wrong & reported.keys())
    return Score(
        hits / len(reported) if reported else 1.0,
        hits / len(truth.wrong) if truth.wrong else 1.0,
        tuple(misread),
        tuple(text for key, text in reported.items() if key not in truth.wrong),
        tuple(sorted(truth.wrong - reported.keys())),
    )


def main() -> None:
    """Print the score of a seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=300)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messy.xlsx"
        truth = make(path, given.seed, given.rows)
        found = score(path, truth)
    print(
        json.dumps(
            {
                "seed": given.seed,
                "people": len(truth.meant),
                "wrong_cells": len(truth.wrong),
                "precision": round(found.precision, 4),
                "recall": round(found.recall, 4),
                "misread_rows": len(found.misread),
            }
        )
    )
    for line in (*found.misread[:5], *found.false[:5], *map(str, found.missed[:5])):
        print("  ", line)


if __name__ == "__main__":
    main()
