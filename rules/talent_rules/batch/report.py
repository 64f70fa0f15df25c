"""How a batch went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from talent_rules.batch.options import Options
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.source import Source
from talent_rules.batch.summary import Tally

#: Problems told one by one; all of them stand in the result
KEPT_PROBLEMS = 200


@dataclass(slots=True)
class Report:
    """How it went."""

    options: Options
    as_of: date
    source: Source
    tally: Tally = field(default_factory=Tally)
    problems: list[RowProblem] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    outputs: list[Path] = field(default_factory=list)
    resumed: int = 0

    def tell(self, problems: Iterable[RowProblem]) -> None:
        """More problems, of which the first are kept."""
        for problem in problems:
            if len(self.problems) >= KEPT_PROBLEMS:
                return
            self.problems.append(problem)
