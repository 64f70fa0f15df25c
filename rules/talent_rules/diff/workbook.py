"""People to count with in a workbook, read as `talent batch` reads it: the header found, every spelling understood."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from talent_rules.batch.crowd import CrowdReader
from talent_rules.batch.source import open_table
from talent_rules.diff.people import People, Piece, some_of
from talent_rules.engines.columns import BLOCK, Batch
from talent_rules.engines.known import taken
from talent_rules.model import Facts, Place, Problem, Rejected
from talent_rules.rulebase import RuleBase
from talent_rules.tables.refusal import Refused
from talent_rules.tables.rows import Rows, joined

KINDS = (".xlsx", ".xlsm", ".xls", ".et")


class Workbook(People):
    """The people of the sheets that hold them, one sheet after the other."""

    def __init__(self, path: Path, base: RuleBase, as_of: date) -> None:
        rows: dict[int, list[Rows]] = {}
        with open_table(path, base.vocabulary) as table:
            readers = table.readers(base.vocabulary, as_of)
            for page, some in table.people({}, BLOCK):
                rows.setdefault(page, []).append(some)
        self._name = path.name
        self._crowds = [CrowdReader(readers[page]).read(joined(parts)) for page, parts in rows.items()]
        self._batches = [crowd.batch() for crowd in self._crowds]
        #: The number of the first person of each sheet, and that of all people
        self._starts = [0, *accumulate(len(crowd) for crowd in self._crowds)]

    def __len__(self) -> int:
        return self._starts[-1]

    def pieces(self, size: int = BLOCK) -> Iterator[Piece]:
        """All of them, `size` of a sheet at a time."""
        for first, end in pairwise(self._starts):
            for start in range(first, end, size):
                yield Piece(start, np.arange(start, min(start + size, end)))

    def read(self, piece: Piece) -> Batch:
        """What is known of the people of a piece."""
        sheet = bisect_right(self._starts, piece.start) - 1
        whole, rows = self._batches[sheet], piece.rows - self._starts[sheet]
        known = {name: taken(values, rows) for name, values in whole.known.items()}
        return Batch(len(rows), known, {}, whole.awkward[rows], (), pa.table({}), {})

    def facts(self, number: int) -> Facts:
        """What is known of one of them."""
        sheet = bisect_right(self._starts, number) - 1
        return self._crowds[sheet].facts(number - self._starts[sheet])

    def problems(self) -> tuple[Problem, ...]:
        """What was not understood, each kind at its first row."""
        found = [p for crowd in self._crowds for place in sorted(crowd.problems) for p in crowd.problems[place]]
        places = (Place(" ".join(w for w in (self._name, p.sheet, f"第{p.row}行", p.header) if w)) for p in found)
        told = [Problem(place, p.code, p.message, p.hint, p.severity) for place, p in zip(places, found, strict=True)]
        return some_of(told, self._name)


def read_workbook(path: Path, base: RuleBase, as_of: date) -> Workbook:
    """The people of a workbook. Raises Rejected when it cannot be read, or no sheet is a list of people."""
    try:
        return Workbook(path, base, as_of)
    except OSError as error:
        raise Rejected((Problem(Place(str(path)), "P600", f"名单读不了：{error}"),)) from None
    except Refused as refused:
        raise Rejected((Problem(Place(str(path)), "P600", f"名单读不了：{refused.message}", refused.hint),)) from None
