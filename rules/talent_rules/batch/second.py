"""A second opinion: the rule base as SQL, run by DuckDB over the same people.

The text is never surer than the exact decision: what it settles must be the same, and what it leaves at
待补充, and all money, is the columns engine's. Which no it is, 不符合 or 不适用, can hang on a day known only
in part, of which a table of SQL cannot tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from talent_rules.batch.engine import EngineTrouble
from talent_rules.engines.columns import Batch
from talent_rules.engines.known import Flags
from talent_rules.engines.people import people_table
from talent_rules.engines.plan import Judged
from talent_rules.engines.sql_run import run_people
from talent_rules.model import Outcome
from talent_rules.rulebase import RuleBase

_OUTCOMES = tuple(Outcome)


class Disagreement(EngineTrouble):
    """The two ways of computing do not agree: nothing is written."""


def checked_by_sql(base: RuleBase, batch: Batch, as_of: date, benefits: Sequence[Judged], apart: Flags) -> None:
    """Ask the SQL text about everybody but the rows `apart`.

    Raises Disagreement with the benefit and the two answers.
    """
    found = run_people(base, people_table(base, batch, as_of), as_of)
    order = {outcome.value: number for number, outcome in enumerate(_OUTCOMES)}
    unsettled = order[Outcome.NEEDS_INFO.value]
    closed = np.array([not o.open for o in _OUTCOMES], dtype=np.bool_)
    for benefit, judged in zip(base.benefits, benefits, strict=True):
        column = found.column(f"{benefit.id}.outcome").combine_chunks().dictionary_encode()
        if not len(column):
            continue
        names = np.array([order[name] for name in column.dictionary.to_pylist()], dtype=np.int64)
        said: npt.NDArray[np.int64] = names[column.indices.to_numpy()]
        differs = (said != unsettled) & (said != judged.outcome) & ~(closed[said] & closed[judged.outcome])
        wrong = np.flatnonzero(differs & ~apart)
        if wrong.size:
            place = int(wrong[0])
            one, other = (_OUTCOMES[int(a[place])].label for a in (judged.outcome, said))
            raise Disagreement(
                f"{benefit.name}：两种算法不一致（{one}、SQL 说{other}，共 {wrong.size:,} 人），"
                "没有写结果；请把规则版本报告给维护者"
            )
