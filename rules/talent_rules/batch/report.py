"""How a batch went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from talent_rules.batch.options import Options
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.sieve import OTHER_TABLE
from talent_rules.batch.source import Source
from talent_rules.batch.summary import Tally

#: Problems told one by one; all of them stand in the result
KEPT_PROBLEMS = 200
#: So many cells of a column at least, and most of them, for it to be in doubt
_MANY = 5


@dataclass(slots=True)
class Report:
    """How it went; `sheets` has the people of each sheet, `several` says whether a row needs its sheet named."""

    options: Options
    as_of: date
    source: Source
    tally: Tally = field(default_factory=Tally)
    problems: list[RowProblem] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    sheets: dict[str, int] = field(default_factory=dict)
    several: bool = False
    outputs: list[Path] = field(default_factory=list)
    resumed: int = 0
    unread: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.several, self.twice = self.source.several, [*self.source.twice]
        self.sheets = dict.fromkeys((p.name for p in self.source.pages), 0)

    def tell(self, problems: Iterable[RowProblem]) -> None:
        """More problems, of which the first are kept."""
        for problem in problems:
            if len(self.problems) >= KEPT_PROBLEMS:
                return
            self.problems.append(problem)

    @property
    def left_out(self) -> list[str]:
        """Of which sheets and files nothing is said here, in sentences; the result is not of everybody."""
        nobody = [] if self.tally.people or self.unread else ["表头下面没有一个人"]
        return [*self.source.left_out, *self.unread, *nobody]

    @property
    def notices(self) -> list[str]:
        """What must be seen first: who is left out, and who seems to be counted twice."""
        return [*self.left_out, *self.twice]

    def read(self, page: int, people: int) -> None:
        """So many more people of a page."""
        name = self.source.pages[page].name
        self.sheets[name] += people

    @property
    def remarks(self) -> list[str]:
        """What is worth telling of the whole table: of the file, and of columns that were taken for something else."""
        counts = self.tally.unread.items()
        wrong = [(h, n) for h, n in counts if h and n >= _MANY and 2 * n > self.tally.people]
        words = "“{h}”这一列 {n:,} 人读不懂，可能认错了列：用 --map {h}=忽略，或 {h}=别的信息项"
        below = self.skipped.get(OTHER_TABLE, 0)
        more = [f"下面还有一张列名不同的表，有 {below:,} 行没有读：请分成两张工作表或两个文件"] if below else []
        return [*self.source.remarks, *self.notices, *more, *(words.format(h=h, n=n) for h, n in wrong)]
