"""The SQL text of a rule base run by DuckDB, over people in Arrow or given as facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pyarrow as pa

from talent_rules.engines.columns import facts_batch
from talent_rules.engines.people import people_table, read_people
from talent_rules.engines.sql import to_sql
from talent_rules.model import Facts, Outcome
from talent_rules.rulebase import RuleBase


def run_sql(base: RuleBase, table: object, as_of: date) -> pa.Table:
    """A table of people, read as `columns.decide_table` reads it, through the SQL text."""
    return run_people(base, people_table(base, read_people(base, table), as_of), as_of)


def outcomes(base: RuleBase, people: Sequence[Facts], as_of: date) -> list[dict[str, Outcome]]:
    """The outcome of every benefit for each of a few people given as facts."""
    rows = run_people(base, people_table(base, facts_batch(base, people), as_of), as_of).to_pylist()
    return [{b.id: Outcome(row[f"{b.id}.outcome"]) for b in base.benefits} for row in rows]


def run_people(base: RuleBase, people: pa.Table, as_of: date) -> pa.Table:
    """The SQL text run over a table that has the columns of `people_columns`."""
    with duckdb.connect() as connection:
        connection.register("people", people)
        return connection.sql(to_sql(base, as_of)).to_arrow_table()
