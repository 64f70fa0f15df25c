"""The lines of a result, a chunk at a time: what many people share is worded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from talent_rules.batch.chunks import Chunk, Codes, Judged, Result
from talent_rules.batch.plan import STATUS, Cell, Plan, ceiling, first_step, named, problem_text, yuan
from talent_rules.batch.vectors import Indices, distinct
from talent_rules.model import Outcome
from talent_rules.tables.reader import Row


@dataclass(frozen=True, slots=True)
class Lines:
    """The cells of a chunk: for each row the labels and its number; what the whole person comes to, in the
    order of OVERALL; and for each shown benefit the different answers and which one each row has."""

    labels: list[list[str]]
    numbers: list[int]
    status: list[int]
    overall: list[Sequence[Cell]]
    judged: list[list[Judged]]
    codes: list[list[int]]

    def __len__(self) -> int:
        return len(self.numbers)


def lines_of(chunk: Chunk, rows: Sequence[Row], shown: Plan) -> Lines:
    """A chunk and the rows it was made of."""
    numbers = [s.number for s in shown.shown]
    status = chunk.numbers("status")
    codes: list[Codes] = [chunk.codes[n] for n in numbers]
    first, back = distinct([status, *codes])
    shared = [_shared(chunk, row, int(status[row]), shown) for row in first.tolist()]
    details = {place: problem_text(p) for place, p in enumerate(chunk.problems()) if p}
    return Lines(
        _labels(rows, shown),
        chunk.numbers("row").tolist(),
        status.tolist(),
        _overall(chunk, status.tolist(), details, shared, back),
        [chunk.judged[n] for n in numbers],
        [c.tolist() for c in codes],
    )


def _labels(rows: Sequence[Row], shown: Plan) -> list[list[str]]:
    return [shown.label_texts(row) for row in rows]


def _shared(chunk: Chunk, row: int, status: int, shown: Plan) -> tuple[str, str, str]:
    """The benefits granted and to be recognised, and the next step, which depend on the answers alone."""
    judged = tuple(known[int(codes[row])] for known, codes in zip(chunk.judged, chunk.codes, strict=True))
    result = Result(status, judged)
    return named(result, shown, Outcome.ELIGIBLE), named(result, shown, Outcome.NEEDS_REVIEW), first_step(result, shown)


def _overall(
    chunk: Chunk, status: Sequence[int], details: dict[int, str], shared: Sequence[tuple[str, str, str]], back: Indices
) -> list[Sequence[Cell]]:
    sure, likely, yearly = (chunk.numbers(n).tolist() for n in ("guaranteed", "likely", "yearly_hi"))
    found: list[Sequence[Cell]] = []
    for place, (which, certain, most, year) in enumerate(zip(back.tolist(), sure, likely, yearly, strict=True)):
        granted, waiting, step = shared[which]
        found.append(
            (
                STATUS[status[place]],
                details.get(place, ""),
                granted,
                waiting,
                yuan(certain),
                ceiling(None if most < 0 else most),
                "" if year == 0 else ceiling(None if year < 0 else year),
                step,
            )
        )
    return found
