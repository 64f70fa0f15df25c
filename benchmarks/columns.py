"""The batch engine against deciding one by one and against the SQL text in DuckDB, on the same people.

`python benchmarks/columns.py [--people 1000000] [--policies 600]`: typed people in Arrow, facts that fit each
other, 15 % unknown. The first pass includes judging every part of the partition that occurs; the second
is what a process that stays up needs. Ratios hold on any machine; times do not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import duckdb
import pyarrow as pa

from crowd import typed_people
from generate import generate_rule_base
from talent_rules import load
from talent_rules.engines.columns import decide_blocks, plan_of
from talent_rules.engines.people import people_table, read_people
from talent_rules.engines.sql import to_sql
from talent_rules.library import RuleBase

AS_OF = date(2024, 9, 1)


def timed(run: Callable[[], Any]) -> float:
    """Seconds a call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def columns(base: RuleBase, people: pa.Table, threads: int) -> float:
    """People a second through `decide_blocks`, results thrown away block by block."""
    seconds = timed(lambda: sum(b.num_rows for b in decide_blocks(base, people, AS_OF, threads=threads)))
    return people.num_rows / seconds


def one_by_one(base: RuleBase, people: pa.Table, count: int) -> float:
    """People a second through `decide`, its memory warm from the same people."""
    rows = people.slice(0, count).to_pylist()
    base.decide(rows[0], as_of=AS_OF)
    return count / timed(lambda: [base.decide(row, as_of=AS_OF) for row in rows])


def in_duckdb(base: RuleBase, people: pa.Table, count: int) -> float:
    """People a second through the SQL text, planning included."""
    table, text = people_table(base, read_people(base, people.slice(0, count))), to_sql(base, AS_OF)
    with duckdb.connect() as connection:
        connection.register("people", table)
        return count / timed(lambda: connection.sql(text).to_arrow_table())


def report(name: str, base: RuleBase, count: int, exact: int, sql: int) -> None:
    """One rule base measured and printed."""
    people = typed_people(base, 1, count)
    print(
        f"\n{name}: {len(base.benefits)} benefits, {len(base.axes)} axes, {len(people.column_names)} columns, {count:,} people"
    )
    first = columns(base, people, 2)
    second, alone = columns(base, people, 2), columns(base, people, 1)
    single = one_by_one(base, people, min(exact, count))
    by_sql = in_duckdb(base, people, min(sql, count)) if sql else 0.0
    parts = sum(len(plan_of(base).partition(n).fold.ends) for n in range(len(base.benefits)))
    print(
        f"  columns, first pass, 2 threads {first:12,.0f} people/s   {first / single:8.0f} × exact   ({parts} parts judged)"
    )
    print(f"  columns, second pass, 2 threads{second:12,.0f} people/s   {second / single:8.0f} × exact")
    print(f"  columns, second pass, 1 thread {alone:12,.0f} people/s   {alone / single:8.0f} × exact")
    if by_sql:
        print(
            f"  the SQL text in DuckDB         {by_sql:12,.0f} people/s   {by_sql / single:8.0f} × exact   columns/SQL {second / by_sql:.1f}"
        )
    print(f"  exact, one by one              {single:12,.0f} people/s")


def main() -> None:
    """Measure Ordos, and a generated base of many policies when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--exact", type=int, default=500, help="people decided one by one")
    parser.add_argument("--sql", type=int, default=100_000, help="people through DuckDB")
    parser.add_argument("--policies", type=int, default=0, help="also a generated rule base of so many policies")
    options = parser.parse_args()
    report("ordos", load("ordos"), options.people, options.exact, options.sql)
    if options.policies:
        base = generate_rule_base(1, options.policies, flags=40)
        report(f"generated, {options.policies} policies", base, options.people // 10, 50, 0)


if __name__ == "__main__":
    main()
