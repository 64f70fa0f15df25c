"""What a change means for people: as vectors exactly what one by one comes to, from files of every kind."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter

import by_hand
from agree import whole_base
from crowd import crowd, people, profile
from generate import generate_rule_base
from snippets import benefit, document, loaded
from talent_rules import load
from talent_rules.diff import impact
from talent_rules.diff.block import added
from talent_rules.diff.people import LISTED, read_people
from talent_rules.diff.population import MODELS, Invented
from talent_rules.diff.workbook import read_workbook
from talent_rules.model import Facts, Rejected
from talent_rules.money import Constant
from talent_rules.rulebase import RuleBase

DAY = date(2024, 9, 1)


def check(old: RuleBase, new: RuleBase, listed: list[Facts]) -> None:
    """Every figure of the report, against sums of exact decisions."""
    found = impact(old, new, listed, DAY)
    before, after = by_hand.worths(old, listed, DAY), by_hand.worths(new, listed, DAY)
    gains = [b.total - a.total for a, b in zip(before, after, strict=True)]
    assert (found.winners, found.losers, found.unchanged) == (
        sum(g > 0 for g in gains), sum(g < 0 for g in gains), sum(g == 0 for g in gains),
    )  # fmt: skip
    assert (found.before, found.after) == (sum(a.total for a in before), sum(b.total for b in after))
    assert found.surely == (sum(a.sure for a in before), sum(b.sure for b in after))
    assert found.years == by_hand.years(before, after)
    assert found.benefits == by_hand.by_benefit(old, new, before, after)
    assert found.groups == by_hand.grouped(new, listed, before, after)
    assert found.cliffs == by_hand.cliffs(new, listed, after, DAY)
    most = sorted((n for n, g in enumerate(gains) if g), key=lambda n: (-abs(gains[n]), n))[:5]
    shown = {e.number - 1: (e.before, e.after) for e in found.examples}
    assert all(shown.get(n, (before[n].total, after[n].total)) == (before[n].total, after[n].total) for n in most)


def drawn(base: RuleBase, seed: int, count: int) -> list[Facts]:
    rows = people(crowd(base, seed, size=40), seed, count, unknown=(0.0, 0.2)[seed % 2]).to_pylist()
    return [base.vocabulary.read(profile(row))[0] for row in rows]


def changed(base: RuleBase, seed: int) -> RuleBase:
    """Some benefits swap conditions, one is worth twice as much, one is gone, and relations no longer bind."""
    whole = whole_base(base)  # type: ignore[arg-type]
    benefits = list(whole.benefits)
    one, two = seed % len(benefits), (seed + 3) % len(benefits)
    benefits[one] = replace(benefits[one], condition=benefits[two].condition)
    benefits[two] = replace(benefits[two], amount=Constant(7_000_001, 9_000_003), rounding=1)
    gone = benefits.pop((seed + 5) % len(benefits))
    relations = tuple(replace(r, members=tuple(m for m in r.members if m != gone.id)) for r in whole.relations[1:])
    return replace(whole, benefits=tuple(benefits), relations=relations)


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_of_generated_rule_bases(seed: int) -> None:
    base = generate_rule_base(500 + seed, 4)
    check(base, changed(base, seed), drawn(base, seed, 120))


def test_a_sum_larger_than_the_machine_counts_is_still_exact() -> None:
    assert added(np.array([2**61, 2**61, 2**61 + 1])) == 3 * 2**61 + 1
    assert added(np.array([2**48 + 1, 7]), np.array([2**17, 2])) == 2**65 + 2**17 + 14


def test_the_figures_of_ordos() -> None:
    base = load("ordos")
    check(base, changed(base, 7), drawn(base, 2, 60))


def test_invented_people_count_the_same_one_by_one() -> None:
    base = load("ordos")
    crowd_of_them = Invented(base, 60, 4)
    found = impact(base, changed(base, 11), crowd_of_them, DAY, seed=4)
    assert found == impact(base, changed(base, 11), [crowd_of_them.facts(n) for n in range(60)], DAY, seed=4)


def test_invented_people_beyond_the_models_fit_the_vocabulary_too() -> None:
    base = load("ordos")
    many = Invented(base, MODELS + 50, 1)
    facts = [many.facts(n) for n in range(MODELS, MODELS + 50)]
    assert len({tuple(sorted(map(repr, f.values.items()))) for f in facts}) == 50
    assert not [p for f in facts for p in base.decide(f, as_of=DAY).problems if p.severity == "error"]


def test_pieces_of_any_size_hold_the_same_invented_people() -> None:
    base = load("ordos")
    many = Invented(base, MODELS + 40, 2)
    (piece,) = [p for p in many.pieces(MODELS + 7) if p.start]
    batch = many.read(piece)
    assert batch.known["degree"].values[int(batch.known["degree"].codes[3])] == many.facts(MODELS + 10).get("degree")  # type: ignore[union-attr]


# ── files ───────────────────────────────────────────────────────────────────────────────────

LIST = [
    {"姓名": "甲", "学位": "博士", "年龄": "41", "旗区": "东胜区"},
    {"姓名": "乙", "学位": "火星", "年龄": "30", "旗区": ""},
    {"姓名": "丙", "学位": "", "年龄": "四十周岁", "旗区": "康巴什区"},
]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[RuleBase, RuleBase]:
    found = []
    for name, age in (("old", 40), ("new", 45)):
        folder = tmp_path / name
        folder.mkdir()
        found.append(loaded(folder, document(benefit("a", f"[学位 是 博士, 年龄 不超过 {age}周岁]", "10万元"))))
    return found[0], found[1]


def written(folder: Path, kind: str) -> Path:
    path = folder / f"people.{kind}"
    header = list(LIST[0])
    lines = [header, *([row[k] for k in header] for row in LIST)]
    if kind == "csv":
        path.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8-sig")
    elif kind == "ragged.csv":
        path.write_text("\n".join(",".join(line) for line in [*lines, ["丁", "博士"]]), encoding="utf-8")
    elif kind == "jsonl":
        rows = [*LIST, {"学位": "博士", "年龄": 44}]
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    else:
        parquet.write_table(pa.Table.from_pylist(LIST), path)
    return path


@pytest.mark.parametrize("kind", ["csv", "ragged.csv", "jsonl", "parquet"])
def test_a_list_of_any_kind_is_counted_and_its_faults_named(
    pair: tuple[RuleBase, RuleBase], tmp_path: Path, kind: str
) -> None:
    listed = read_people(written(tmp_path, kind), pair[1])
    found = impact(*pair, listed, DAY)
    more = kind == "jsonl"  # a doctor of 44 besides the one of 41; in the ragged file one of no age
    assert (found.people, found.winners, found.losers) == (4 if more or kind == "ragged.csv" else 3, 1 + more, 0)
    (problem,) = listed.problems()
    assert (problem.code, problem.place.file) == ("P602", f"{tmp_path.joinpath('people.' + kind).name} 第3行")
    assert {g.value: g.people for g in found.groups["学位"]} == {"博士": found.people - 2, "未知": 2}
    assert listed.facts(0).get("age") == 41 and listed.facts(2).get("degree") is None


def test_what_is_certain_stands_beside_the_most_it_can_cost(pair: tuple[RuleBase, RuleBase]) -> None:
    """Doctors of 35, of 42, and of an age nobody wrote: the limit of 40 years becomes 45."""
    told: list[dict[str, object]] = [{"学位": "博士", "年龄": 35}, {"学位": "博士", "年龄": 42}, {"学位": "博士"}]
    found = impact(*pair, [pair[1].vocabulary.read(one)[0] for one in told], DAY)
    assert (found.before, found.after) == (20_0000_00, 30_0000_00)
    assert found.surely == (10_0000_00, 20_0000_00)


def test_many_faults_are_counted_not_all_listed(pair: tuple[RuleBase, RuleBase], tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("学位\n" + "".join(f"火星{n}\n" for n in range(LISTED + 40)), encoding="utf-8")
    listed = read_people(path, pair[1])
    impact(*pair, listed, DAY)
    problems = listed.problems()
    assert len(problems) == LISTED + 1 and "另有 40 行" in problems[-1].message


def test_the_same_fault_in_many_rows_is_said_once(pair: tuple[RuleBase, RuleBase], tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("学位\n博士\n" + "火星\n" * 30 + "金星\n", encoding="utf-8")
    listed = read_people(path, pair[1])
    impact(*pair, listed, DAY)
    first, other = listed.problems()
    assert first.place.file == "people.csv 第3行" and first.message.endswith("（同样的还有 29 行）")
    assert other.place.file == "people.csv 第33行" and "金星" in other.message


def test_a_list_saved_by_excel_as_gbk_is_read(pair: tuple[RuleBase, RuleBase], tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("姓名,学位,年龄\n甲,博士,41\n乙,硕士,30\n".encode("gbk"))
    found = impact(*pair, read_people(path, pair[1]), DAY)
    assert (found.people, found.winners) == (2, 1)


def test_a_workbook_is_read_as_a_batch_reads_it(pair: tuple[RuleBase, RuleBase], tmp_path: Path) -> None:
    """A title above the header, the usual spellings, a total below, and a cell nobody understands."""
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("人员")
        rows = [
            ["2024年人员名单"],
            ["姓名", "学位", "年龄（周岁）"],
            ["甲", "博 士", 41],
            ["乙", "火星", 30],
            ["合计", "", 2],
        ]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    listed = read_workbook(path, pair[1], DAY)
    found = impact(*pair, listed, DAY)
    assert (found.people, found.winners) == (2, 1)
    (problem,) = listed.problems()
    assert problem.place.file == "people.xlsx 人员 第4行 学位" and "火星" in problem.message
    assert listed.facts(0).get("age") == 41 and listed.facts(1).get("degree") is None


def test_a_workbook_without_people_is_refused(pair: tuple[RuleBase, RuleBase], tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write(0, 0, "会议纪要")
    with pytest.raises(Rejected) as refused:
        read_workbook(path, pair[1], DAY)
    assert refused.value.problems[0].code == "P600" and refused.value.problems[0].hint


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_two_columns_of_one_field_are_read_together(pair: tuple[RuleBase, RuleBase], tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"people.{kind}"
    if kind == "csv":
        path.write_text("学位,degree,年龄\n博士,,41\n,phd,42\n博士,master,43\n", encoding="utf-8")
    else:
        rows = [
            {"学位": "博士", "年龄": 41},
            {"degree": "phd", "年龄": 42},
            {"学位": "博士", "degree": "master", "年龄": 43},
        ]
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    found = impact(*pair, read_people(path, pair[1]), DAY)
    assert {g.value: g.people for g in found.groups["学位"]} == {"博士": 2, "未知": 1}  # not both master and doctor


def test_a_missing_file_is_refused(pair: tuple[RuleBase, RuleBase], tmp_path: Path) -> None:
    for wrong in (tmp_path / "nowhere.csv", tmp_path / "nowhere.parquet"):
        with pytest.raises(Rejected):
            read_people(wrong, pair[1])
    with pytest.raises(Rejected):
        read_workbook(tmp_path / "nowhere.xlsx", pair[1], DAY)
