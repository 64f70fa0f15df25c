"""Deciding the rows of a table, some thousand at a time: one small door behind which engines can be exchanged."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from talent_rules.batch import engine as engines
from talent_rules.batch.labels import label_columns
from talent_rules.batch.people import Person, PersonReader, contradictions, with_problems
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.summary import Tally
from talent_rules.rulebase import RuleBase
from talent_rules.tables.rows import Rows

if TYPE_CHECKING:
    from talent_rules.batch.bulk import Check
    from talent_rules.batch.crowd import CrowdReader

_STEP = 100
#: Told how many more rows are done; raises to stop
Done = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """Some rows decided: the table of a chunk, what was counted, the problems of the rows that have any, and
    the birth dates of identity numbers by row."""

    table: Any
    tally: Tally
    problems: Mapping[int, Sequence[RowProblem]]
    born: Sequence[int | None]


class Decider(Protocol):
    """An engine at work on one batch."""

    def decide(self, reader: PersonReader, rows: Rows, done: Done) -> Found:
        """Read and decide some people of the sheet, in order."""


def check_engine(name: str) -> None:
    """Raises EngineTrouble when there is no engine for a table called so."""
    if name not in engines.ENGINES:
        raise engines.EngineTrouble(f"没有 `{name}` 这个引擎，可写：" + "、".join(engines.ENGINES))
    if name == "spark":
        raise engines.EngineTrouble("引擎 spark 用于一个文件夹的 Parquet 文件，不用于一张表，请用默认的引擎")


def decider(name: str, base: RuleBase, as_of: date, *, figures: bool) -> Decider:
    """The engine called so, which hands back figures or words. Raises EngineTrouble when it is not there."""
    check_engine(name)
    if name == "exact":
        return _Exact(base, as_of, figures)
    return Columns(base, as_of, _second() if name == "sql" else None, figures=figures)


def _second() -> Any:
    try:
        from talent_rules.batch.second import checked_by_sql
    except ModuleNotFoundError as error:
        raise engines.EngineTrouble(f"引擎 sql 还缺 {error.name}，请安装 talent-policy[batch]") from None
    return checked_by_sql


class _Exact:
    """One person after the other, by the decision of chat."""

    def __init__(self, base: RuleBase, as_of: date, figures: bool) -> None:
        self._base, self._as_of, self._figures = base, as_of, figures
        self._rows = engines.ExactRows()

    def decide(self, reader: PersonReader, rows: Rows, done: Done) -> Found:
        from talent_rules.batch.answers import exact_answers
        from talent_rules.batch.typed import exact_table

        people: list[Person] = []
        decided: list[engines.Decided] = []
        tally = Tally()
        for start in range(0, len(rows), _STEP):
            part = [reader.read(row) for row in rows.part(start, min(start + _STEP, len(rows)))]
            found = self._rows.decide_rows(self._base, [p.facts for p in part], self._as_of)
            for person, one in zip(part, found, strict=True):
                more = contradictions(one.decision.problems, reader.sheet.name, person.row)
                person = with_problems(person, more) if more else person
                tally.add(self._base, person, one)
                people.append(person)
                decided.append(one)
            done(len(part))
        labels = label_columns(reader.mapping, rows)
        if self._figures:
            table = exact_table(self._base, reader.mapping, people, decided, labels)
        else:
            table = exact_answers(self._base, people, decided, labels)
        problems = {place: p.problems for place, p in enumerate(people) if p.problems}
        return Found(table, tally, problems, [p.born for p in people])


class Columns:
    """All at once; in figures where there is nobody to tell them in words."""

    def __init__(self, base: RuleBase, as_of: date, check: Check | None = None, *, figures: bool = True) -> None:
        self._base, self._as_of, self._check, self._figures = base, as_of, check, figures
        self._reader: CrowdReader | None = None
        self._begin()

    def _begin(self) -> None:
        from talent_rules.batch.bulk import Bulk
        from talent_rules.batch.telling import Telling

        self._bulk = Bulk(self._base, self._as_of, self._check)
        self._telling = None if self._figures else Telling(self._base, self._as_of)

    def _forget(self) -> None:
        from talent_rules.engines.columns import renewed

        renewed(self._base)
        self._begin()
        gc.collect()  # what a plan holds refers to itself, and garbage is not often looked for here

    def decide(self, reader: PersonReader, rows: Rows, done: Done) -> Found:
        """Read and decide some people of the sheet, in order."""
        from talent_rules.batch.crowd import CrowdReader
        from talent_rules.batch.typed import judged_table

        done(0)
        if self._bulk.full:
            self._forget()
        if self._reader is None or self._reader.reader is not reader:
            self._reader = CrowdReader(reader)
        crowd = self._reader.read(rows)
        done(0)
        found, tally = self._bulk.judge(crowd, reader.sheet.name)
        labels = label_columns(reader.mapping, rows)
        if self._telling is None:
            table = judged_table(self._base, reader.mapping, crowd, found, labels)
        else:
            table = self._telling.table(crowd, found, labels)
        done(len(rows))
        return Found(table, tally, crowd.problems, crowd.born or [None] * len(rows))
