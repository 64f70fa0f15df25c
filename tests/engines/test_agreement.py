"""All engines say the same on people near every threshold; engines with a planted fault are caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agree import (
    AS_OF,
    FOUND,
    PLACES,
    Sample,
    base_named,
    check,
    columns_against_exact,
    contradictions,
    difference,
    durable_against_exact,
    reference_against_exact,
    rows_of,
    sql_against_columns,
)
from crowd import crowd, people
from generate import generate_rule_base
from talent_rules import load
from talent_rules.engines import codes, partitions, sql_terms
from talent_rules.engines.columns import decide_table
from talent_rules.engines.sql_run import run_sql
from talent_rules.library import RuleBase
from talent_rules.model import Outcome


@pytest.mark.parametrize("seed", range(6))
def test_generated_rule_bases(seed: int) -> None:
    base = generate_rule_base(100 + seed, 4)
    assert check(f"seed{100 + seed}", base, crowd(base, seed, size=40), seed, 1_500, Sample(120, 15, 60)) == []


@pytest.mark.parametrize("place", PLACES)
def test_the_rule_files_of_every_place(place: str) -> None:
    base = load(place)
    assert check(place, base, crowd(base, 5, size=40), 5, 1_000, Sample(150, 3, 60)) == []


@pytest.mark.parametrize("path", sorted(FOUND.glob("*.json")), ids=lambda p: p.stem)
def test_differences_once_found_stay_away(path: Path) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    checks = {
        "exact durable": durable_against_exact,
        "columns sql": sql_against_columns,
        "exact columns": columns_against_exact,
        "exact reference": reference_against_exact,
    }
    assert checks[kept["engines"]](base_named(kept["base"]), kept["facts"]) == ""


# ── faults put in on purpose ────────────────────────────────────────────────────────────────


def _found(base: RuleBase) -> bool:
    """Whether the campaign sees that something is wrong; not shrunk, that takes long."""
    table = people(crowd(base, 1, size=30), 1, 1_000)
    by_columns = decide_table(base, table, AS_OF)
    if any(contradictions(base, by_columns, run_sql(base, table, AS_OF))):
        return True
    rows, said = rows_of(table, range(200)), by_columns.slice(0, 200).to_pylist()
    return any(difference(base.decide(facts, as_of=AS_OF), row) for facts, row in zip(rows, said, strict=True))


def _flipped_comparison(patch: pytest.MonkeyPatch) -> None:
    right = sql_terms._compare

    def wrong(field: object, where: str, sign: str, cut: object) -> str:
        return right(field, where, {">=": ">", "<": "<="}.get(sign, sign), cut)  # type: ignore[arg-type]

    patch.setattr(sql_terms, "_compare", wrong)


def _wrong_table_entry(patch: pytest.MonkeyPatch) -> None:
    right = partitions.Partition.stake

    def wrong(self: partitions.Partition, part: int, numbers: object = None) -> object:
        outcome, money = right(self, part, numbers)  # type: ignore[arg-type]
        if self.circuit.numbers or part:
            return outcome, money
        wrong_one = Outcome.INELIGIBLE if outcome.open else Outcome.ELIGIBLE
        return wrong_one, None

    patch.setattr(partitions.Partition, "stake", wrong)


def _cut_off_by_one(patch: pytest.MonkeyPatch) -> None:
    right = codes._first_past
    patch.setattr(codes, "_first_past", lambda cut, after: right(cut, after) + 1)


def _unknown_read_as_no(patch: pytest.MonkeyPatch) -> None:
    right = codes.Encoder._of_value

    def wrong(self: codes.Encoder, axis: object, one: codes.AxisCodes, value: object) -> int:
        if value is None and one.cells.size == 2:
            return 0
        return right(self, axis, one, value)  # type: ignore[arg-type]

    patch.setattr(codes.Encoder, "_of_value", wrong)


def _no_implications(patch: pytest.MonkeyPatch) -> None:
    from talent_rules.engines.implying import Implications

    patch.setattr(Implications, "draw", lambda self, rows, count: (rows, None))


def _narrow_sums(patch: pytest.MonkeyPatch) -> None:
    from talent_rules.engines import totals

    right = totals.Purse.totals

    def wrong(self: totals.Purse, paid: object, rows: int) -> totals.Totals:
        found = right(self, paid, rows)  # type: ignore[arg-type]
        return replace(found, possible=found.possible.astype(np.int32).astype(np.int64) // 2)

    patch.setattr(totals.Purse, "totals", wrong)


def test_nothing_is_seen_where_nothing_is_wrong() -> None:
    assert not _found(generate_rule_base(101, 3))


@pytest.mark.parametrize(
    "fault",
    [_flipped_comparison, _wrong_table_entry, _cut_off_by_one, _unknown_read_as_no, _no_implications, _narrow_sums],
)
def test_a_planted_fault_is_caught(
    fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    assert _found(generate_rule_base(101, 3))
