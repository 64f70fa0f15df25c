"""Whose day of coming lies after the day of application has not come: on record, in every engine."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from typer.testing import CliRunner

from agree import contradictions, difference, reference_against_exact
from crowd import crowd, people, profile
from houses import ordos
from talent_rules import RuleBase, explained
from talent_rules.cli.base import app
from talent_rules.engines import durable
from talent_rules.engines.columns import outcomes
from talent_rules.engines.sql_run import run_sql
from talent_rules.model import Outcome

DAY = date(2024, 9, 1)
SETTLING = "ordos-talent-2023/category_settling"
PERSON: dict[str, object] = {
    "引进方式": "全职",
    "劳动合同年限": "3年",
    "在职在岗": "是",
    "市外引进": "是",
    "首次引进": "是",
    "市籍": "否",
    "自主创业": "否",
    "人才类别": "F类",
    "学位": "硕士",
    "单位性质": "民营及其他企业",
    "市级英才称号": "无",
}


@pytest.fixture(scope="module")
def base() -> RuleBase:
    return ordos()


@pytest.mark.parametrize(
    ("coming", "applying", "come"),
    [
        ("2024-09-01", None, True),
        ("2024-09-02", None, False),
        ("2024-09", None, True),  # may have been the first of the month
        ("2024-10", None, False),
        ("2025-06-01", "2025-06-01", True),
        ("2024-03-01", "2024-02", False),
        ("2025-06-01", "2025年", True),
    ],
)
def test_nobody_is_granted_what_hangs_on_a_coming_that_lies_ahead(
    base: RuleBase, coming: str, applying: str | None, come: bool
) -> None:
    person = PERSON | {"引进日期": coming} | ({"申请日期": applying} if applying else {})
    alone = base.decide(person, as_of=DAY)
    row = base.decide_table(pa.table({k: [v] for k, v in person.items()}), as_of=DAY).to_pylist()[0]
    assert (alone[SETTLING].outcome is Outcome.ELIGIBLE) is come
    assert [p.code for p in alone.problems] == ([] if come else ["P604"])
    assert row["problems"] == ("" if come else "P604:arrival_date")
    assert not difference(alone, row)


def test_it_is_told_with_both_days_and_a_way_on(base: RuleBase) -> None:
    decision = base.decide(PERSON | {"引进日期": "2025-06-01"}, as_of=DAY)
    (problem,) = decision.problems
    assert problem.severity == "warning"
    assert problem.message.startswith("引进日期 2025-06-01 晚于申请日期 2024-09-01，人还没有来")
    assert "把申请日期（--as-of）写成那时的日期" in problem.hint
    assert set(decision[SETTLING].missing) == {"arrival_date", "first_time", "on_post"}
    assert base.decide(PERSON | {"引进日期": "2025-06-01"}, as_of=date(2025, 6, 1)).total.guaranteed == 80_000_000


def test_every_engine_says_so(base: RuleBase) -> None:
    pytest.importorskip("durable_rules_engine")
    facts, _ = base.read(PERSON | {"引进日期": "2025-06-01"})
    sql = run_sql(base, pa.table({k: [v] for k, v in (PERSON | {"引进日期": "2025-06-01"}).items()}), DAY)
    assert sql[f"{SETTLING}.outcome"].to_pylist() == ["needs_info"]
    for found in (outcomes(base, [facts], DAY), durable.outcomes(base, [facts], DAY)):
        assert found[0][SETTLING] is Outcome.NEEDS_INFO


def test_what_somebody_means_to_do_counts_as_kept_where_that_is_asked_for(base: RuleBase) -> None:
    facts, _ = base.read(PERSON | {"引进日期": "2025-06-01"}, planned=True)
    decision = base.decide(facts, as_of=DAY)
    assert decision[SETTLING].outcome is Outcome.ELIGIBLE and not decision.problems
    assert outcomes(base, [facts], DAY)[0][SETTLING] is Outcome.ELIGIBLE


def test_what_was_told_of_the_coming_is_not_asked_again(base: RuleBase) -> None:
    person: dict[str, object] = {"引进日期": "2025-06-01", "人才类别": "F类"}
    for _ in range(40):
        question = base.next_question(person, as_of=DAY)
        if question is None:
            break
        assert not {"arrival_date", "first_time", "on_post"} & {question.id}
        person |= dict.fromkeys(question.fields, "不清楚")


def test_the_nearest_change_is_still_said(base: RuleBase) -> None:
    facts, _ = base.read(PERSON | {"引进日期": "2025-06-01", "引进方式": "柔性"})
    verdict = base.decide(facts, as_of=DAY)[SETTLING]
    assert verdict.outcome is Outcome.INELIGIBLE
    assert any("引进方式为“全职”" in line for line in explained(base, verdict, facts, DAY))


def test_the_command_warns_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "人.json"
    path.write_text(json.dumps(PERSON | {"引进日期": "2025-06-01"}, ensure_ascii=False), encoding="utf-8")
    for engine in ("exact", "columns"):
        done = CliRunner().invoke(app, ["decide", str(path), "--as-of", "2024-09-01", "--engine", engine, "--json"])
        found = json.loads(done.stdout)
        assert (done.exit_code, [p["severity"] for p in found["problems"]]) == (0, ["warning"])
        assert {b["id"]: b["outcome"] for b in found["benefits"]}[SETTLING] == "needs_info"


def test_around_the_day_a_table_one_by_one_sql_and_trying_everything_agree(base: RuleBase) -> None:
    table, count = people(crowd(base, 3, size=30), 3, 60, wild=0.0), 60
    days = ["2024-08-31", "2024-09-01", "2024-09-02", "2025-03-01", "2024-09", "2025年", "2024年"]
    applied = ["", "2024-09-01", "2024-10-15", "2026-01-01", "2024-08", "2024年"]
    for name, texts, step in (("arrival_date", days, 3), ("application_date", applied, 1)):
        column = pa.array([texts[row * step % len(texts)] for row in range(count)])
        table = table.set_column(table.column_names.index(name), name, column)
    by_columns = base.decide_table(table, as_of=DAY)
    ahead = pc.match_substring(by_columns["problems"].cast(pa.string()), "P604:arrival_date").to_pylist()
    assert 5 < sum(ahead) < count - 5
    for number, (told, row) in enumerate(zip(table.to_pylist(), by_columns.to_pylist(), strict=True)):
        person = profile(told)
        assert not difference(base.decide(person, as_of=DAY), row), person
        if number < 4:
            assert reference_against_exact(base, person) == ""
    said = pc.replace_substring(by_columns["problems"].cast(pa.string()), "P604:arrival_date", "")
    by_columns = by_columns.set_column(by_columns.column_names.index("problems"), "problems", said)
    assert not list(contradictions(base, by_columns, run_sql(base, table, DAY)))


def test_what_is_sure_of_who_has_not_come_is_so_if_they_come(base: RuleBase) -> None:
    table = people(crowd(base, 4, size=30, unknown=0.05, partial=False), 4, 25, unknown=0.05, wild=0.0)
    seen = 0
    for told in table.to_pylist():
        person = profile(told) | {"arrival_date": "2024-11-01", "application_date": "2024-09-01"}
        record, plan = (base.decide(base.read(person, planned=kept)[0], as_of=DAY) for kept in (False, True))
        if any(p.severity == "error" for p in (*record.problems, *plan.problems)):
            continue
        for one, other in zip(record.verdicts, plan.verdicts, strict=True):
            closed = one.outcome in (Outcome.INELIGIBLE, Outcome.OUT_OF_SCOPE)
            assert not closed or not other.outcome.open, (one.benefit, person)
            assert one.outcome is not Outcome.ELIGIBLE or other.outcome is Outcome.ELIGIBLE, (one.benefit, person)
            if other.amount is not None:
                assert one.amount is not None
                wide, told_of = one.amount.reported, other.amount.reported
                assert wide.lo <= told_of.lo and (wide.hi is None or (told_of.hi or wide.hi + 1) <= wide.hi)
        assert record.total.guaranteed <= plan.total.guaranteed
        seen += 1
    assert seen > 10
