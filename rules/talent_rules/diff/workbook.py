"""People to count with in a workbook, read as `talent batch` reads it: the header found, every spelling understood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from talent_rules.batch.crowd import CrowdReader
from talent_rules.batch.sieve import Sieve
from talent_rules.batch.source import open_table
from talent_rules.diff.people import People, Piece, some_of
from talent_rules.engines.columns import BLOCK, Batch
from talent_rules.engines.known import taken
from talent_rules.model import Facts, Place, Problem, Rejected
from talent_rules.rulebase import RuleBase
from talent_rules.tables.refusal import Refused
from talent_rules.tables.rows import joined

KINDS = (".xlsx", ".xlsm", ".xls", ".et")


class Workbook(People):
    """The people of the sheet that holds them."""

    def __init__(self, path: Path, base: RuleBase, as_of: date) -> None:
        with open_table(path, base.vocabulary) as table:
            reader = CrowdReader(table.reader(base.vocabulary, as_of))
            rows = list(table.people(Sieve(table.source.mapping), BLOCK))
        self._name, self._crowd = path.name, reader.read(joined(rows))
        self._whole = self._crowd.batch()

    def __len__(self) -> int:
        return len(self._crowd)

    def pieces(self, size: int = BLOCK) -> Iterator[Piece]:
        """All of them, `size` at a time."""
        for start in range(0, len(self), size):
            yield Piece(start, np.arange(start, min(start + size, len(self))))

    def read(self, piece: Piece) -> Batch:
        """What is known of the people of a piece."""
        known = {name: taken(values, piece.rows) for name, values in self._whole.known.items()}
        return Batch(len(piece.rows), known, {}, self._whole.awkward[piece.rows], (), pa.table({}), {})

    def facts(self, number: int) -> Facts:
        """What is known of one of them."""
        return self._crowd.facts(number)

    def problems(self) -> tuple[Problem, ...]:
        """What was not understood, each kind at its first row."""
        found = [p for place in sorted(self._crowd.problems) for p in self._crowd.problems[place]]
        places = (Place(" ".join(w for w in (self._name, p.sheet, f"第{p.row}行", p.header) if w)) for p in found)
        told = [Problem(place, p.code, p.message, p.hint, "warning") for place, p in zip(places, found, strict=True)]
        return some_of(told, self._name)


def read_workbook(path: Path, base: RuleBase, as_of: date) -> Workbook:
    """The people of a workbook. Raises Rejected when it cannot be read, or no sheet is a list of people."""
    try:
        return Workbook(path, base, as_of)
    except OSError as error:
        raise Rejected((Problem(Place(str(path)), "P600", f"名单读不了：{error}"),)) from None
    except Refused as refused:
        raise Rejected((Problem(Place(str(path)), "P600", f"名单读不了：{refused.message}", refused.hint),)) from None
