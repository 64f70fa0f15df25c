"""Engines beside `decide`: `columns` for millions of people in Arrow, `sql` for a warehouse, `durable`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from talent_rules.decide import decide
from talent_rules.model import Decision, Facts, Outcome, Problem, Verdict
from talent_rules.rulebase import RuleBase

ENGINES = ("exact", "columns", "sql", "durable")


def outcomes_by(engine: str, base: RuleBase, facts: Facts, as_of: date, problems: tuple[Problem, ...] = ()) -> Decision:
    """One person by an engine: reasons and money by `exact`, the outcomes by the engine asked for.

    Raises LookupError when there is no such engine or what it needs is not installed.
    """
    found = decide(base, facts, as_of)
    found = replace(found, problems=(*problems, *found.problems))
    if engine == "exact":
        return found
    outcomes = _outcomes(engine, base, facts, as_of)
    return replace(found, verdicts=tuple(_judged(v, outcomes[v.benefit]) for v in found.verdicts))


def _judged(verdict: Verdict, outcome: Outcome) -> Verdict:
    if outcome is verdict.outcome:
        return verdict
    return replace(verdict, outcome=outcome, amount=verdict.amount if outcome.open else None)


def _outcomes(engine: str, base: RuleBase, facts: Facts, as_of: date) -> dict[str, Outcome]:
    try:
        if engine == "columns":
            from talent_rules.engines.columns import outcomes as by_columns

            return by_columns(base, [facts], as_of)[0]
        if engine == "sql":
            from talent_rules.engines.sql_run import outcomes as by_sql

            return by_sql(base, [facts], as_of)[0]
        if engine == "durable":
            from talent_rules.engines.durable import outcomes as by_durable

            return by_durable(base, [facts], as_of)[0]
    except ImportError as error:
        raise LookupError(f"引擎 {engine} 还缺依赖 {error.name}：安装 talent-policy[batch] 或 [durable]") from None
    raise LookupError(f"没有引擎 `{engine}`，可写：{'、'.join(ENGINES)}")
