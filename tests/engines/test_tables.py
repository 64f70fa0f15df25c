"""`RuleBase.decide_table`: whatever gives Arrow is taken, and the answer is Arrow again."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from talent_rules import RuleBase, load
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
    assert [p.code for p in base.read({"引进日期": datetime(2024, 5, 10, 8, 30)})[1]] == ["P602"]


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
