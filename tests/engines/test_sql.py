"""The SQL text: one SELECT, typed, and the same answer for somebody fully described."""

from __future__ import annotations

import re
from datetime import date

import pyarrow as pa
import pytest

from agree import AS_OF, contradictions
from crowd import crowd, people
from generate import generate_rule_base
from talent_rules import load
from talent_rules.engines.columns import decide_table
from talent_rules.engines.sql import people_columns, to_sql
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
