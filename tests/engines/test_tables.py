"""`RuleBase.decide_table`: whatever gives Arrow is taken, and the answer is Arrow again."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from agree import difference
from talent_rules import RuleBase, explained, load
from talent_rules.model import Rejected

DAY = date(2024, 9, 1)
ROWS: dict[str, list[Any]] = {
    "姓名": ["甲", "乙", "丙"],
    "学位": ["博士", "本科", None],
    "劳动合同年限": [3, None, 2],
    "引进日期": [date(2024, 5, 10), None, date(2021, 1, 1)],
    "在职在岗": [True, None, False],
    "荣誉与入选": [["鄂尔多斯工匠"], [], None],
}


@pytest.fixture(scope="module")
def base() -> RuleBase:
    return load("ordos")


@pytest.fixture(scope="module")
def expected(base: RuleBase) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = base.decide_table(pa.table(ROWS), as_of=DAY).to_pylist()
    return answers


def test_each_person_is_decided_as_alone(base: RuleBase, expected: list[dict[str, Any]]) -> None:
    for number, row in enumerate(expected):
        said = {k: v[number] for k, v in ROWS.items() if v[number] is not None and k != "姓名"}
        decision = base.decide(said, as_of=DAY)
        assert row["guaranteed"] == decision.total.guaranteed and row["possible"] == decision.total.possible
        assert {v.benefit: v.outcome.value for v in decision.verdicts} == {
            b.id: row[f"{b.id}.outcome"] for b in base.benefits
        }


def test_a_frame_of_pandas(base: RuleBase, expected: list[dict[str, Any]]) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS)
    assert base.decide_table(frame, as_of=DAY).to_pylist() == expected
    frame["引进日期"] = pandas.to_datetime(frame["引进日期"])
    assert base.decide_table(frame, as_of=DAY).to_pylist() == expected


def test_days_of_pandas_are_days_in_a_profile_as_in_a_column(base: RuleBase, expected: list[dict[str, Any]]) -> None:
    pandas = pytest.importorskip("pandas")
    said = {key: values[0] for key, values in ROWS.items() if key != "姓名"}
    for day in (pandas.Timestamp("2024-05-10"), datetime(2024, 5, 10)):
        decision = base.decide(said | {"引进日期": day}, as_of=datetime(2024, 9, 1, 12))
        assert (decision.problems, decision.total.guaranteed) == ((), expected[0]["guaranteed"])
    facts, problems = base.read({"引进日期": pandas.NaT, "子女出生日期": [datetime(2022, 5, 1)]})
    assert (problems, list(facts)) == ((), ["children"])


def _as_alone(base: RuleBase, column: pa.Array, name: str) -> list[str]:
    """A column decided as a table; each row must come out as its value does alone. What is told of each row."""
    table = pa.table({name: column})
    rows: list[dict[str, Any]] = base.decide_table(table, as_of=DAY).to_pylist()
    for value, row in zip(column.to_pylist(), rows, strict=True):
        decision = base.decide({name: value}, as_of=DAY)
        assert not difference(decision, row), value
        assert [p.code for p in decision.problems] == [c[:4] for c in row["problems"].split("、") if c], value
    return [row["problems"] for row in rows]


def test_a_time_counts_as_its_day_by_the_clocks_of_china(base: RuleBase) -> None:
    morning, evening = datetime(2024, 5, 10, 8, 30), datetime(1960, 5, 9, 23, 59)
    for unit in ("s", "ms", "us", "ns"):
        assert _as_alone(base, pa.array([morning, evening, None], pa.timestamp(unit)), "引进日期") == ["", "", ""]
    moments = {
        "UTC": (datetime(2024, 5, 9, 16, tzinfo=UTC), datetime(2024, 5, 10, 15, 59, tzinfo=UTC)),
        "Asia/Shanghai": (datetime(2024, 5, 9, 16, tzinfo=UTC),),
        "America/New_York": (datetime(2024, 5, 10, 4, tzinfo=UTC),),
    }
    day = date(2024, 5, 10).toordinal()
    for zone, instants in moments.items():
        column = pa.array(instants, pa.timestamp("us", zone))
        assert set(_as_alone(base, column, "引进日期")) == {""}
        assert {base.read({"引进日期": v})[0].get("arrival_date") for v in column.to_pylist()} == {day}
    for text in ("2024-05-10 08:30:00", "2024/5/10 8:30", "2024-05-10T08:30:00.5", "2024-05-09T16:00:00Z"):
        assert base.read({"引进日期": text})[0].get("arrival_date") == day
        assert _as_alone(base, pa.array([text]), "引进日期") == [""]


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32()])
def test_nan_is_nothing_in_a_column_as_in_a_profile(base: RuleBase, kind: pa.DataType) -> None:
    column = pa.array([3.0, float("nan"), None, float("inf")], kind, from_pandas=False)
    assert _as_alone(base, column, "劳动合同年限") == ["", "", "", "P602:contract_years"]


def test_a_yes_that_a_table_made_a_number_is_still_a_yes(base: RuleBase) -> None:
    assert _as_alone(base, pa.array([1.0, 0.0, None, 2.0]), "在职在岗") == ["", "", "", "P602:on_post"]
    assert base.read({"在职在岗": 1.0, "首次引进": 0.0})[0].values == {"on_post": True, "first_time": False}


def test_nothing_by_every_name_pandas_has_for_it_is_unknown(base: RuleBase) -> None:
    pandas, numpy = pytest.importorskip("pandas"), pytest.importorskip("numpy")
    nothing = dict(
        zip(["学位", "引进日期", "劳动合同年限", "购房面积"], [pandas.NA, pandas.NaT, float("nan"), None], strict=True)
    )
    assert base.read(nothing) == base.read({})
    told = {
        "荣誉与入选": numpy.array(["鄂尔多斯工匠"]),
        "在职在岗": numpy.bool_(True),
        "劳动合同年限": numpy.float32(2.5),
    }
    days = {"引进日期": numpy.datetime64("2024-05-10T08:30:00.000000001"), "父母": numpy.array(["1950-01"], "M8[M]")}
    facts, problems = base.read(told | days | {"购房面积": {"min": 90, "max": float("nan")}})
    assert not problems
    said: dict[str, object] = {"荣誉与入选": ["鄂尔多斯工匠"], "在职在岗": True, "劳动合同年限": 2.5}
    assert facts == base.read(said | {"引进日期": "2024-05-10", "父母": ["1950-01"], "购房面积": {"min": 90}})[0]


def test_a_frame_with_mixed_columns_as_excel_gives_them_is_read_cell_by_cell(base: RuleBase) -> None:
    pandas = pytest.importorskip("pandas")
    mixed: dict[str, list[Any]] = {
        "劳动合同年限": [3, "三年", 2.5, None],
        "在职在岗": [True, "否", None, 1],
        "引进日期": [date(2024, 5, 10), "2024-05", pandas.Timestamp(2024, 5, 11, 9), pandas.NaT],
        "荣誉与入选": [["鄂尔多斯工匠"], "无", None, "鄂尔多斯工匠"],
    }
    frame = pandas.DataFrame({k: pandas.Series(v, dtype=object) for k, v in mixed.items()})
    frame.index = pandas.Index([7, 7, 8, 9])
    rows = base.decide_table(frame, as_of=DAY).to_pylist()
    assert base.decide_table(mixed, as_of=DAY).to_pylist() == rows
    for number, row in enumerate(rows):
        decision = base.decide({k: v[number] for k, v in mixed.items()}, as_of=DAY)
        assert not decision.problems and not row["problems"] and not difference(decision, row)


def test_months_of_pandas_and_an_index_that_has_a_name(base: RuleBase) -> None:
    pandas = pytest.importorskip("pandas")
    months = pandas.DataFrame({"引进日期": pandas.PeriodIndex(["2024-05"], freq="M")})
    (row,) = base.decide_table(months, as_of=DAY).to_pylist()
    assert not difference(base.decide({"引进日期": "2024-05"}, as_of=DAY), row)
    named = pandas.DataFrame({"在职在岗": [True]}, index=pandas.Index(["博士"], name="学位"))
    (row,) = base.decide_table(named, as_of=DAY).to_pylist()
    assert not difference(base.decide({"在职在岗": True, "学位": "博士"}, as_of=DAY), row)


def test_of_three_columns_that_contradict_it_is_said_once(base: RuleBase) -> None:
    table = pa.table({"学历": ["硕士", "硕士"], "学位": ["博士", "硕士及以上"], "最高学位": ["本科", "硕士"]})
    rows = base.decide_table(table, as_of=DAY).to_pylist()
    assert [row["problems"] for row in rows] == ["P603:degree", ""]
    assert not difference(base.decide({}, as_of=DAY), rows[0])
    assert not difference(base.decide({"学位": "硕士"}, as_of=DAY), rows[1])


def test_two_columns_of_one_name_matter_only_where_they_are_a_fact(base: RuleBase) -> None:
    pandas = pytest.importorskip("pandas")
    remarks = pandas.DataFrame([["博士", "一", "二"]], columns=["学位", "备注", "备注"])
    assert base.decide_table(remarks, as_of=DAY).num_rows == 1
    degrees = pandas.DataFrame([["博士", "硕士"]], columns=["学位", "学位"])
    with pytest.raises(Rejected, match="有两列都叫 `学位`"):
        base.decide_table(degrees, as_of=DAY)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"学位": "博士"}, TypeError, "一个人用 decide"),
        ({"学位": ["博士"], "在职在岗": [True, False]}, ValueError, "学位 1 行、在职在岗 2 行"),
        ("people.parquet", TypeError, "Parquet 用 decide_parquet"),
        (Path("名单.xlsx"), TypeError, "talent batch"),
        (None, TypeError, "不是 NoneType"),
        (3, TypeError, "不是 int"),
        ({"学历层次代码": [1]}, ValueError, "表里的列 学历层次代码 都不是信息项"),
        ({}, ValueError, "表里一列也没有"),
    ],
)
def test_what_is_no_table_of_people_is_told_in_a_sentence(
    base: RuleBase, given: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        base.decide_table(given, as_of=DAY)


def test_a_benefit_or_a_fact_there_is_not_is_told_what_there_is(base: RuleBase) -> None:
    decision = base.decide({}, as_of=DAY)
    with pytest.raises(KeyError, match="ordos-housing-2022/settling_in 或 ordos-housing-2024/settling_in"):
        decision["settling_in"]
    with pytest.raises(KeyError, match="写 ordos-talent-2023/category_settling"):
        decision["A至F类人才安家补贴"]
    with pytest.raises(KeyError, match="没有 settling_in 这项待遇"):
        base.next_question({}, as_of=DAY, wanted=["settling_in"])
    with pytest.raises(KeyError, match="没有 `学问` 这个信息项"):
        base.question_about("学问", {}, as_of=DAY)
    assert base.question_about("学位", {}, as_of=DAY).id == "degree"
    profile: Any = {"学位": "博士"}
    with pytest.raises(TypeError, match="用 read 读出来的"):
        explained(base, decision.verdicts[0], profile, DAY)


def test_what_is_no_person_no_table_or_no_day_is_told_what_to_give(base: RuleBase) -> None:
    person: Any = {"学位": "博士"}
    with pytest.raises(TypeError, match="名单（一组人）用 decide_table"):
        base.decide([person], as_of=DAY)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="from_pylist"):
        base.decide_table([person], as_of=DAY)
    for day in ("2024-09-01", None):
        wrong: Any = day
        with pytest.raises(TypeError, match="as_of 要给日期"):
            base.decide(person, as_of=wrong)
        with pytest.raises(TypeError, match="as_of 要给日期"):
            base.decide_table(pa.table(ROWS), as_of=wrong)


def test_two_columns_of_one_name_are_refused_in_a_sentence(base: RuleBase) -> None:
    twice = pa.Table.from_arrays([pa.array(["博士"]), pa.array(["硕士"])], names=["学位", "学位"])
    with pytest.raises(Rejected) as refused:
        base.decide_table(twice, as_of=DAY)
    assert [p.message for p in refused.value.problems] == ["有两列都叫 `学位`"]


def test_a_frame_of_polars(base: RuleBase, expected: list[dict[str, Any]]) -> None:
    polars = pytest.importorskip("polars")
    answers = base.decide_table(polars.DataFrame(ROWS), as_of=DAY)
    assert answers.to_pylist() == expected
    assert polars.DataFrame(answers)["guaranteed"].to_list() == [row["guaranteed"] for row in expected]


def test_a_relation_of_duckdb_and_back(base: RuleBase, expected: list[dict[str, Any]]) -> None:
    people = pa.table(ROWS)
    with duckdb.connect() as connection:
        connection.register("people", people)
        assert base.decide_table(connection.sql("SELECT * FROM people"), as_of=DAY).to_pylist() == expected
        answers = base.decide_table(people, as_of=DAY)
        connection.register("answers", answers)
        found = connection.sql("SELECT sum(guaranteed) FROM answers").fetchall()
    assert found == [(sum(row["guaranteed"] for row in expected),)]


def test_a_stream_of_batches_and_texts_of_every_arrow_kind(base: RuleBase, expected: list[dict[str, Any]]) -> None:
    people = pa.table(ROWS)
    assert base.decide_table(people.to_reader(max_chunksize=1), as_of=DAY).to_pylist() == expected
    for kind in (pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())):
        degrees = pa.array(ROWS["学位"]).cast(kind)
        texts = people.set_column(people.column_names.index("学位"), "学位", degrees)
        assert base.decide_table(texts, as_of=DAY).to_pylist() == expected


def test_without_the_extra_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from datetime import date; from talent_rules import load\n"
        "try: load('ordos').decide_table([], as_of=date(2024, 9, 1))\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "整张表要用 pyarrow：安装 talent-policy[batch]"
