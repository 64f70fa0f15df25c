"""Deciding the rows of a table, some thousand at a time: one small door behind which engines can be exchanged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from talent_rules.batch import engine as engines
from talent_rules.batch.chunks import Answers, answers_of
from talent_rules.batch.people import Person, PersonReader, contradictions, with_problems
from talent_rules.batch.summary import Tally
from talent_rules.rulebase import RuleBase
from talent_rules.tables.reader import Row

if TYPE_CHECKING:
    from talent_rules.batch.bulk import Bulk
    from talent_rules.batch.crowd import CrowdReader

#: Rows a chunk: a second or two of work, so that little is lost
CHUNKS = {"exact": 2_000}
CHUNK = 20_000
_STEP = 100
#: Told how many more rows are done; raises to stop
Done = Callable[[int], None]


class Decider(Protocol):
    """An engine at work on one batch."""

    def decide(self, reader: PersonReader, rows: Sequence[Row], done: Done) -> tuple[Answers, Tally]:
        """Read and decide some rows of the sheet, in order."""


def decider(name: str, base: RuleBase, as_of: date) -> Decider:
    """The engine called so. Raises EngineTrouble when it is not there."""
    if name not in engines.ENGINES:
        raise engines.EngineTrouble(f"没有 `{name}` 这个引擎，可写：" + "、".join(engines.ENGINES))
    if name == "spark":
        raise engines.EngineTrouble("引擎 spark 用于一个文件夹的 Parquet 文件，不用于一张表，请用默认的引擎")
    if name == "exact":
        return _Exact(base, as_of)
    try:
        from talent_rules.batch.bulk import Bulk
        from talent_rules.batch.second import checked_by_sql

        return _Columns(Bulk(base, as_of, checked_by_sql if name == "sql" else None))
    except ImportError as error:
        raise engines.EngineTrouble(
            f"引擎 {name} 还缺 {error.name}，请安装 talent-policy[batch]，或用 --engine exact"
        ) from None


class _Exact:
    """One person after the other, by the decision of chat."""

    def __init__(self, base: RuleBase, as_of: date) -> None:
        self._base, self._as_of, self._rows = base, as_of, engines.ExactRows()

    def decide(self, reader: PersonReader, rows: Sequence[Row], done: Done) -> tuple[Answers, Tally]:
        people: list[Person] = []
        decided: list[engines.Decided] = []
        tally = Tally()
        for start in range(0, len(rows), _STEP):
            part = [reader.read(row) for row in rows[start : start + _STEP]]
            found = self._rows.decide_rows(self._base, [p.facts for p in part], self._as_of)
            for person, one in zip(part, found, strict=True):
                more = contradictions(one[0].problems, reader.sheet.name, person.row)
                person = with_problems(person, more) if more else person
                tally.add(self._base, person, one)
                people.append(person)
                decided.append(one)
            done(len(part))
        return answers_of(self._base, people, decided), tally


class _Columns:
    """All at once."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk = bulk
        self._reader: CrowdReader | None = None

    def decide(self, reader: PersonReader, rows: Sequence[Row], done: Done) -> tuple[Answers, Tally]:
        from talent_rules.batch.crowd import CrowdReader

        done(0)
        if self._reader is None or self._reader.reader is not reader:
            self._reader = CrowdReader(reader)
        crowd = self._reader.read(rows)
        done(0)
        found = self._bulk.decide(crowd, reader.sheet.name)
        done(len(rows))
        return found
