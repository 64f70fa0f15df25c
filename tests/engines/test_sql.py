"""The SQL text: one SELECT, typed, and the same answer for somebody fully described."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from agree import AS_OF, contradictions
from crowd import crowd, people
from generate import generate_rule_base
from houses import ordos
from talent_rules import load
from talent_rules.engines.columns import decide_table
from talent_rules.engines.sql import to_sql
from talent_rules.engines.sql_people import create_people, people_columns
from talent_rules.engines.sql_run import outcomes, run_sql
from talent_rules.library import RuleBase
from talent_rules.model import Facts, Outcome


@pytest.fixture(scope="module")
def town() -> RuleBase:
    return generate_rule_base(7, 4)


def test_one_statement_of_plain_words() -> None:
    text = to_sql(load("ordos"), AS_OF, key="id_number")
    assert text.count(";") == 0
    assert not re.search(r"\bCASE (?!WHEN)\w", text)  # searched CASE only
    assert '"id_number"' in text


def test_every_run_writes_the_same_text(town: RuleBase) -> None:
    assert to_sql(town, AS_OF) == to_sql(town, AS_OF)
    assert set(people_columns(town).values()) >= {"BOOLEAN", "BIGINT", "VARCHAR", "DATE", "DECIMAL(18, 6)"}


@pytest.mark.parametrize("seed", range(3))
def test_fully_described_people_get_the_same_answer(seed: int) -> None:
    base = generate_rule_base(40 + seed, 4)
    table = people(crowd(base, seed, unknown=0, partial=False), seed, 400, unknown=0, wild=0)
    by_columns, by_sql = decide_table(base, table, AS_OF), run_sql(base, table, AS_OF)
    assert not list(contradictions(base, by_columns, by_sql))
    known = [row for row, told in enumerate(table.to_pylist()) if _complete(told)]
    assert known
    for name in (f"{b.id}.{e}" for b in base.benefits for e in ("outcome", "lo", "hi", "verified_lo", "verified_hi")):
        left, right = by_columns[name].to_pylist(), by_sql[name].to_pylist()
        assert [left[r] for r in known] == [right[r] for r in known], name


def _complete(row: dict[str, object]) -> bool:
    """Nothing left out, of the fields that are not derived."""
    derived = {"age", "listed", "first_round", "elders"}
    return all(v not in ("", "不清楚", "不想说", None) for k, v in row.items() if k not in derived)


def test_null_is_unknown_and_not_no() -> None:
    base = load("ordos")
    found = outcomes(base, [Facts()], AS_OF)[0]
    assert Outcome.NEEDS_INFO in found.values() and Outcome.ELIGIBLE not in found.values()


def test_the_application_date_decides_the_version() -> None:
    base = load("ordos")
    table = pa.table({"application_date": pa.array([date(2023, 1, 1), date(2024, 9, 1)])})
    found = run_sql(base, table, AS_OF)["ordos-housing-2024/settling_in.outcome"].to_pylist()
    assert found == ["out_of_scope", "needs_info"]


def _over_a_table(base: RuleBase, *rows: Mapping[str, object]) -> list[dict[str, Any]]:
    """The SQL text over the table its own CREATE TABLE makes, as in somebody's warehouse."""
    with duckdb.connect() as connection:
        connection.execute(create_people(base))
        connection.execute("ALTER TABLE people ADD COLUMN 工号 BIGINT")
        for number, row in enumerate(rows):
            told = {**row, "工号": number}
            names, marks = ", ".join(f'"{n}"' for n in told), ", ".join("?" * len(told))
            connection.execute(f"INSERT INTO people ({names}) VALUES ({marks})", list(told.values()))
        found = connection.sql(to_sql(base, AS_OF, key="工号")).to_arrow_table().to_pylist()
    return sorted(found, key=lambda row: row["工号"])


def test_the_table_it_reads_is_told_column_by_column_and_takes_ids_and_names() -> None:
    base = ordos()
    text = create_people(base)
    assert '"contract_years" DECIMAL(18, 6), -- 劳动合同年限：月数，3年写 36' in text
    assert "phd 博士" in text and "整数分" in text
    person = {"contract_years": 36, "engagement": "full_time", "on_post": True, "arrival_date": date(2024, 5, 10)}
    by_id, by_name, nobody = _over_a_table(
        base,
        person | {"degree": "phd", "employer_type": "private", "school": "清华大学", "awards": "|"},
        person | {"degree": "博士", "employer_type": "民营及其他企业", "school": "清华大学", "awards": "|"},
        {},
    )
    assert by_id | {"工号": 1} == by_name != nobody
    facts = {"劳动合同年限": "3年", "引进方式": "全职", "在职在岗": True, "引进日期": "2024-05-10", "荣誉与入选": "无"}
    alone = base.decide(facts | {"学位": "博士", "单位性质": "private", "毕业院校": "清华大学"}, as_of=AS_OF)
    assert by_id["guaranteed"] == alone.total.guaranteed
    settling = "ordos-housing-2024/settling_in"
    money = alone[settling].amount
    assert money is not None
    assert (by_id[f"{settling}.lo"], by_id[f"{settling}.hi"]) == (money.reported.lo, money.reported.hi)


def test_a_word_the_vocabulary_does_not_have_is_unknown_and_not_something_else() -> None:
    wrong = {"degree": "搏士", "school": "清华", "awards": "craftsman", "district": "东胜", "parents": "1950-01-31"}
    unread, unknown = _over_a_table(ordos(), wrong, {})
    assert unread | {"工号": 1} == unknown
