"""All engines say the same, one process says what several say, and a streamed sheet is a sheet like others."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from batch.books import AS_OF, DATA, Run, book, identity, sheets, texts
from crowd import typed_people
from talent_rules.engines.columns import decide_table
from talent_rules.library import RuleBase
from talent_rules.vocabulary import Field, Kind

PEOPLE = 240
ENOUGH_FOR_STREAMING = 0


def _value(entry: Field, rng: random.Random) -> str:
    """Something a person might write in a column of this field, now and then nonsense."""
    if rng.random() < 0.3:
        return rng.choice(["", "", "不详", "看情况"])
    if entry.kind is Kind.FLAG:
        return rng.choice(["是", "否", "√"])
    if entry.options:
        names = [o.name for o in entry.options]
        return "、".join(rng.sample(names, min(2, len(names)))) if entry.kind is Kind.SET else rng.choice(names)
    if entry.kind is Kind.DATE:
        return rng.choice([f"{rng.randint(2015, 2025)}-{rng.randint(1, 12):02d}", _day(rng, 2018, 8).isoformat()])
    if entry.kind is Kind.PEOPLE:
        return "、".join(_day(rng, 2010, 14).isoformat() for _ in range(rng.randint(1, 3)))
    if entry.kind.numeric:
        return str(rng.choice([0, 1, 2, 3, 5, 10, 30, 36, 40, 60, 90, 120]))
    return rng.choice(["清华大学", "北京大学", "内蒙古大学", "厦门大学", "没有这所大学"])


def _day(rng: random.Random, year: int, years: int) -> date:
    return date(year, 1, 1) + timedelta(days=rng.randrange(365 * years))


def people(base: RuleBase, count: int, seed: int) -> list[list[str]]:
    """A header with every field a person can be asked, and rows of people who do not exist."""
    rng = random.Random(seed)
    fields = [f for f in base.vocabulary.fields.values() if f.askable]
    rows = [["姓名", "身份证号", *(f.name for f in fields), "学历情况"]]
    for number in range(count):
        born = _day(rng, 1965, 40)
        number_of = rng.choice([identity(f"{born:%Y%m%d}", number % 500), "", identity(f"{born:%Y%m%d}")[:-1] + "0"])
        blank = rng.random()
        cells = [_value(f, rng) if rng.random() > blank else "" for f in fields]
        rows.append([f"人{number}", number_of, *cells, rng.choice(["硕士", "", "博士"])])
    return rows


def _cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    made = openpyxl.load_workbook(path)
    return {name: [tuple(row) for row in made[name].values] for name in made.sheetnames}


def _counted(summary: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in summary.items() if k not in ("engine", "outputs", "stderr")}


@pytest.mark.parametrize("seed", [1, 2])
def test_columns_and_sql_write_what_exact_writes(tmp_path: Path, run: Run, base: RuleBase, seed: int) -> None:
    path = book(tmp_path / "x.xlsx", people(base, PEOPLE, seed))
    options = {"maps": ["学历情况=学位"]}
    found = {e: run(path, tmp_path / f"{e}.xlsx", engine=e, **options) for e in ("exact", "columns", "sql")}
    assert found["exact"][1]["rows"] == PEOPLE
    for name in ("columns", "sql"):
        assert _counted(found[name][1]) == _counted(found["exact"][1])
        assert _cells(tmp_path / f"{name}.xlsx") == _cells(tmp_path / "exact.xlsx")


def test_an_answer_of_sql_that_differs_stops_the_batch(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talent_rules.batch import second

    plain = second.run_people  # type: ignore[attr-defined]

    def other(base: RuleBase, *rest: Any) -> Any:
        found, name = plain(base, *rest), f"{base.benefits[0].id}.outcome"
        wrong = pa.array(["eligible"] * found.num_rows)
        return found.set_column(found.column_names.index(name), name, wrong)

    monkeypatch.setattr(second, "run_people", other)
    path = book(tmp_path / "x.xlsx", [["姓名", "学历"], ["甲", "大专"]])
    code, summary = run(path, tmp_path / "o.xlsx", engine="sql")
    assert code == 1 and "不一致" in summary["problems"][0]["message"]
    assert not (tmp_path / "o.xlsx").exists()


def test_a_streamed_workbook_has_the_same_cells(
    tmp_path: Path, run: Run, base: RuleBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talent_rules.batch import result_workbook, rows_xml

    rows = people(base, 60, 3)
    rows[1][0], rows[2][0], rows[3][0] = ' a<b>&"c" ', "_x0041_\n换行", "=1+1"
    path = book(tmp_path / "x.xlsx", rows)
    run(path, tmp_path / "plain.xlsx")
    monkeypatch.setattr(result_workbook, "_STREAMED", ENOUGH_FOR_STREAMING)
    monkeypatch.setattr(rows_xml, "_HELD", 7)  # packed in several pieces
    run(path, tmp_path / "streamed.xlsx")
    assert _cells(tmp_path / "streamed.xlsx") == _cells(tmp_path / "plain.xlsx")
    looks = []
    for name in ("plain", "streamed"):
        made = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        looks.append(
            [
                (cell.coordinate, cell.font.b, cell.font.i, cell.fill.fgColor.rgb, cell.number_format)
                for sheet in made
                for row in sheet.iter_rows()
                for cell in row
            ]
            + [(s.title, n, d.height) for s in made for n, d in s.row_dimensions.items() if d.height]
        )
    assert looks[0] == looks[1]
    with zipfile.ZipFile(tmp_path / "streamed.xlsx") as made:
        assert made.testzip() is None and b"<!--" not in made.read("xl/worksheets/sheet2.xml")


def test_an_engine_that_forgets_what_it_has_learned_says_the_same(
    tmp_path: Path, run: Run, base: RuleBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talent_rules.batch import bulk, options
    from talent_rules.engines.columns import plan_of

    path = book(tmp_path / "x.xlsx", people(base, 60, 8))
    monkeypatch.setattr(options, "CHUNK", 20)
    monkeypatch.setattr(options, "FIGURES", 20)
    made, plans = {}, []
    for name, states in (("remembers", bulk.MOST_STATES), ("forgets", 10)):
        monkeypatch.setattr(bulk, "MOST_STATES", states)
        for suffix in ("csv", "parquet"):
            run(path, tmp_path / f"{name}.{suffix}")
            made[name, suffix] = (tmp_path / f"{name}.{suffix}").read_bytes()
        plans.append(plan_of(base).states)
    assert 0 < plans[1] < plans[0]
    assert all(made["remembers", s] == made["forgets", s] for s in ("csv", "parquet"))


def test_text_tables_say_what_the_workbook_says(tmp_path: Path, run: Run, base: RuleBase) -> None:
    path = book(tmp_path / "x.xlsx", people(base, 40, 4))
    for suffix in ("xlsx", "csv", "jsonl"):
        run(path, tmp_path / f"o.{suffix}")
    _, _, *rows = openpyxl.load_workbook(tmp_path / "o.xlsx")["结果"].values
    wanted = [["" if c is None else str(c) for c in row] for row in rows]
    with (tmp_path / "o.csv").open(encoding="utf-8-sig", newline="") as handle:
        header, *table = csv.reader(handle)
    assert table == wanted
    lines = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [[str(line.get(name, "")) for name in header] for line in lines] == wanted


def test_a_table_of_figures_says_what_exact_says(tmp_path: Path, run: Run, base: RuleBase) -> None:
    path = book(tmp_path / "x.xlsx", people(base, PEOPLE, 6))
    for engine in ("columns", "exact"):
        run(path, tmp_path / f"{engine}.parquet", engine=engine)
    one, other = (pq.read_table(tmp_path / f"{e}.parquet") for e in ("columns", "exact"))
    assert one.schema.equals(other.schema, check_metadata=True) and one.num_rows == PEOPLE
    for name in one.column_names:
        assert one[name].to_pylist() == other[name].to_pylist(), name


def test_a_table_of_figures_is_what_the_library_hands_back(tmp_path: Path, run: Run, base: RuleBase) -> None:
    table = typed_people(base, 3, 500, unknown=0.3)
    plain = [(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]
    table = table.cast(pa.schema(plain))
    pq.write_table(table, tmp_path / "x.parquet")
    code, summary = run(tmp_path / "x.parquet", tmp_path / "o.parquet")
    found, wanted = pq.read_table(tmp_path / "o.parquet"), decide_table(base, table, AS_OF)
    assert (code, summary["rows"]) == (0, 500)
    shared = [name for name in wanted.column_names if name in found.column_names]
    assert len(shared) > 2 * len(base.benefits)
    come = pc.equal(found["校验结果"].cast(pa.string()), "通过")  # a table warns of who is yet to come
    assert pc.sum(come).as_py() > 200
    for name in shared:
        assert found[name].filter(come).to_pylist() == wanted[name].filter(come).to_pylist(), name


# ── folders ─────────────────────────────────────────────────────────────────────────────────

CHILD = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from datetime import date
from batch.books import rule_base
from talent_rules.batch.command import batch
base = rule_base(Path({data!r}))
sys.exit(batch(Path(sys.argv[1]), output=Path(sys.argv[2]), as_of=date(2024, 9, 1), base=base, shard=sys.argv[3]))
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, base: RuleBase) -> Path:
    """Six Parquet files of people, and beside them the rules as they are now."""
    folder = tmp_path_factory.mktemp("folder")
    shutil.copytree(DATA, folder / "data")
    (folder / "in").mkdir()
    header, *rows = people(base, PEOPLE, 5)
    for number in range(6):
        part = rows[number * 40 : number * 40 + 40]
        columns = zip(*part, strict=True)
        pq.write_table(
            pa.table({name: pa.array(values, pa.string()) for name, values in zip(header, columns, strict=True)}),
            folder / "in" / f"第{number}部分.parquet",
        )
    return folder


def _worker(tables: Path, output: Path, shard: str) -> subprocess.Popen[bytes]:
    here = Path(__file__).resolve()
    code = CHILD.format(paths=[str(here.parents[1]), str(here.parents[2] / "rules")], data=str(tables / "data"))
    command = [sys.executable, "-c", code, str(tables / "in"), str(output), shard]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _results(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix in (".parquet", ".json")}


@pytest.fixture(scope="module")
def alone(tables: Path) -> dict[str, bytes]:
    """What one process makes of the folder."""
    assert _worker(tables, tables / "alone", "1/1").wait() in (0, 2)
    return _results(tables / "alone")


def test_two_processes_write_what_one_writes(tables: Path, alone: dict[str, bytes]) -> None:
    output = tables / "two"
    workers = [_worker(tables, output, f"{k}/2") for k in (1, 2)]
    assert {w.wait() for w in workers} <= {0, 2}
    assert _results(output) == alone and len(alone) == 7
    assert (tables / "two_汇总.xlsx").exists() and not (tables / "two.job").exists()
    assert json.loads(alone["_汇总.json"])["people"] == PEOPLE


def test_a_process_that_died_is_started_again(tables: Path, alone: dict[str, bytes]) -> None:
    output = tables / "again"
    first, end = _worker(tables, output, "1/2"), time.monotonic() + 120
    while not list((tables / "again.job").glob("tmp-*.claim")) and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    workers = [_worker(tables, output, f"{k}/2") for k in (2, 1)]
    assert {w.wait() for w in workers} <= {0, 2}
    assert _results(output) == alone


def test_a_folder_counts_what_its_files_count(tables: Path, alone: dict[str, bytes], run: Run, base: RuleBase) -> None:
    from talent_rules.batch.folder import read_totals
    from talent_rules.batch.summary import Tally

    whole = Tally()
    for number in range(6):
        _, summary = run(tables / "in" / f"第{number}部分.parquet", tables / f"o{number}.parquet", engine="exact")
        whole.guaranteed += round(summary["total"]["guaranteed"] * 100)
        whole.people += summary["rows"]
        whole.possible.hi += round(summary["total"]["possible"]["hi"] * 100)
    found = read_totals(tables / "alone")
    assert (found.people, found.guaranteed, found.possible.hi) == (whole.people, whole.guaranteed, whole.possible.hi)


def test_orders_for_a_folder_that_cannot_be(tables: Path, run: Run, tmp_path: Path) -> None:
    folder = tables / "in"
    for options in ({"shard": "3/2"}, {"shard": "x"}, {"output": tmp_path / "o.xlsx"}, {"output": folder}):
        output = options.pop("output", tmp_path / "o")
        assert run(folder, output, **options)[0] == 1
    (tmp_path / "leer").mkdir()
    assert run(tmp_path / "leer", tmp_path / "o")[0] == 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "重要.txt").write_text("x")
    assert run(folder, tmp_path / "mine")[0] == 1
    single = next(folder.iterdir())
    assert run(single, tmp_path / "o", shard="1/2")[0] == 1
    assert run(single, tmp_path / "o.parquet", engine="spark")[0] == 1


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_done(run: Run, tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.csv").write_bytes(b"")
    (folder / "aa.csv").write_text("学历,姓名\n", encoding="utf-8")
    (folder / "b.csv").write_text("姓名,学历\n甲,硕士\n", encoding="utf-8")
    (folder / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (folder / "d.csv").write_text("学历,毕业院校\n硕士,清华大学\n", encoding="utf-8")
    (folder / "e.csv").write_text("姓名,学历\n", encoding="utf-8")
    (folder / "f.csv").write_text("姓名,学历\n乙,博士\n", encoding="utf-8")
    code, summary = run(folder, output)
    assert (code, summary["rows"], summary["rows_with_errors"]) == (2, 2, 0)
    assert [said.partition("：")[0] for said in summary["left_out"]] == ["a.csv", "aa.csv", "c.xls", "d.csv", "e.csv"]
    assert "列名或列的顺序与 b.csv 不一样" in summary["left_out"][3] and "没有一个人" in summary["left_out"][4]
    assert sorted(p.name for p in output.iterdir()) == ["_汇总.json", "b.parquet", "e.parquet", "f.parquet"]
    cells = [cell for row in texts(tmp_path / "out_汇总.xlsx", "汇总") for cell in row]
    assert any("a.csv" in cell and "c.xls" in cell and "共 5 处，见“说明”" in cell for cell in cells)
    assert any("e.csv" in cell for row in texts(tmp_path / "out_汇总.xlsx", "说明") for cell in row)
    assert (tmp_path / "out.job").exists() is False


def test_a_sheet_of_people_that_was_not_read_is_named_with_its_file(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [["姓名", "学历"], ["甲", "硕士"]]
    book(folder / "a.xlsx", rows, "一季度")
    other = [["姓名", "学历", "引进日期"], ["乙", "硕士", "2024-07"]]
    sheets(folder / "b.xlsx", {"一季度": rows, "二季度": rows, "三季度": other})
    code, summary = run(folder, tmp_path / "out", sheets=["一季度"])
    assert (code, summary["rows"], summary["left_out"]) == (0, 2, [])
    code, summary = run(folder, tmp_path / "all")
    assert (code, summary["rows"]) == (2, 3)
    assert [said.partition("：")[0] for said in summary["left_out"]] == ["b.xlsx"]


def test_in_a_folder_the_rows_of_a_file_with_several_sheets_say_of_which_they_are(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [["姓名", "学历"], ["甲", "硕士"], ["乙", "看情况"]]
    book(folder / "a.xlsx", rows, "人员")
    sheets(folder / "b.xlsx", {"一季度": rows, "二季度": rows, "三季度": [["姓名", "性别"], ["丙", "男"]]})
    code, summary = run(folder, tmp_path / "out")
    assert (code, summary["rows"], summary["left_out"], summary["sheets"]) == (2, 6, [], [])
    assert any(said.startswith("b.xlsx：") and "各算了一次" in said for said in summary["remarks"])
    one, two = (pq.read_table(tmp_path / "out" / f"{name}.parquet") for name in "ab")
    assert one.column_names[:2] == ["姓名", "原行号"]
    assert two.select(["姓名", "工作表", "原行号"]).to_pydict() == {
        "姓名": ["甲", "乙", "甲", "乙"],
        "工作表": ["一季度", "一季度", "二季度", "二季度"],
        "原行号": [2, 3, 2, 3],
    }
    head, *wrong = texts(tmp_path / "out_汇总.xlsx", "待修正")
    assert [row[head.index("工作表")] for row in wrong] == ["", "一季度", "二季度"]


def test_a_folder_of_which_nothing_can_be_read_says_why(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_bytes(b"")
    code, summary = run(folder, tmp_path / "out")
    assert code == 2 and "a.csv：文件是空的" in summary["problems"][0]["message"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]


def test_spark_counts_what_one_process_counts(
    tables: Path, alone: dict[str, bytes], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyspark", reason="没有装 PySpark：make spark")
    if shutil.which("java") is None:
        pytest.skip("没有 Java")
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--master local[2] --driver-memory 1g pyspark-shell")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    output = tables / "spark"
    code, _ = run(tables / "in", output, engine="spark")
    assert code in (0, 2)
    counted = [json.loads(text) for text in ((output / "_汇总.json").read_bytes(), alone["_汇总.json"])]
    by_row = ("fine", "warned", "problems")  # who has a number somebody else has is seen only batch by batch
    spark, one = ({k: v for k, v in c.items() if k not in by_row} for c in counted)
    assert spark == one
    assert pq.read_table(output).num_rows == PEOPLE
