"""The lines of a result in words, a chunk at a time: what many people share is worded once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from talent_rules.batch.answers import Answer, Answered
from talent_rules.batch.cells import STATUS, Cell, at_most, each_year, yuan
from talent_rules.batch.plan import Plan
from talent_rules.batch.summary import OUTCOMES
from talent_rules.batch.vectors import distinct
from talent_rules.model import Outcome

_ELIGIBLE, _REVIEW, _WAITING = (OUTCOMES.index(o) for o in (Outcome.ELIGIBLE, Outcome.NEEDS_REVIEW, Outcome.NEEDS_INFO))
#: Facts named in the next step of a person
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Lines:
    """The cells of a chunk by columns: the labels; the row numbers; what the whole person comes to, in the
    order of OVERALL; and for each shown benefit the different answers and which one each row has."""

    labels: list[list[str]]
    numbers: list[int]
    status: list[int]
    overall: list[Sequence[Cell]]
    answers: list[list[Answer]]
    codes: list[list[int]]

    def __len__(self) -> int:
        return len(self.numbers)


def lines_of(chunk: Answered, shown: Plan) -> Lines:
    """The lines of a chunk."""
    numbers = [s.number for s in shown.shown]
    answers, codes = [chunk.answers[n] for n in numbers], [chunk.codes[n] for n in numbers]
    whole = chunk.whole
    kinds = [_kinds(chunk.answers[s.number])[chunk.codes[s.number]] for s in shown.named]
    granted, waiting = _named(shown, kinds, len(whole.rows))
    overall: list[Sequence[Cell]] = [
        [STATUS[s] for s in whole.status.tolist()],
        chunk.details,
        granted,
        waiting,
        [yuan(fen) for fen in whole.guaranteed.tolist()],
        _each(lambda fen, untold: at_most(_end(fen), bool(untold & 1)), whole.likely, whole.untold),
        _each(
            lambda lo, hi, untold: each_year(lo, _end(hi), bool(untold & 2)),
            whole.yearly_lo,
            whole.yearly,
            whole.untold,
        ),
        _steps(shown, whole.status, kinds, _lacking(shown, answers, codes, len(whole.rows))),
    ]
    return Lines(
        chunk.labels, whole.rows.tolist(), whole.status.tolist(), overall, answers, [c.tolist() for c in codes]
    )


def _each(words: Callable[..., Cell], *columns: npt.NDArray[np.integer]) -> list[Cell]:
    """The words of each row, made once for rows that are alike."""
    keys = list(zip(*(c.tolist() for c in columns), strict=True))
    said = {key: words(*key) for key in set(keys)}
    return [said[key] for key in keys]


def _end(fen: int) -> int | None:
    return None if fen < 0 else fen


def _kinds(answers: Sequence[Answer]) -> npt.NDArray[np.int64]:
    """1 where an answer grants, 2 where it waits for recognition, else 0."""
    kinds = {_ELIGIBLE: 1, _REVIEW: 2}
    return np.array([kinds.get(a.outcome, 0) for a in answers], dtype=np.int64)


def _named(shown: Plan, kinds: Sequence[npt.NDArray[np.int64]], rows: int) -> tuple[list[str], list[str]]:
    """The benefits that are granted to each row, and those to be recognised, by name; all of them, whether they
    have columns of their own or not."""
    if not kinds:
        return [""] * rows, [""] * rows
    first, back = distinct(kinds)
    each = [[int(k[row]) for k in kinds] for row in first.tolist()]
    found = []
    for kind in (1, 2):
        names = ["、".join(s.name for s, k in zip(shown.named, ks, strict=True) if k == kind) for ks in each]
        found.append([names[which] for which in back.tolist()])
    return found[0], found[1]


def _lacking(
    shown: Plan, answers: Sequence[Sequence[Answer]], codes: Sequence[npt.NDArray[np.int32]], rows: int
) -> list[str]:
    """For each row up to three facts that the most shown benefits wait for."""
    place = {name: at for at, name in enumerate(shown.facts)}
    counts = np.zeros((rows, len(place)), dtype=np.int32)
    for each, code in zip(answers, codes, strict=True):
        table = np.zeros((len(each), len(place)), dtype=np.int32)
        for at, answer in enumerate(each):
            if answer.outcome == _WAITING:
                table[at, [place[name] for name in answer.words.missing.split("、") if name]] = 1
        if bool(table.any()):
            counts += table[code]
    if not bool(counts.any()):
        return [""] * rows
    total = np.count_nonzero(counts, axis=1)
    ranked = counts * len(place) + np.arange(len(place), 0, -1)  # of equal ones, the first of the vocabulary
    most = np.argpartition(-ranked, range(min(_NAMED, len(place))), axis=1)[:, :_NAMED]
    first, back = distinct([np.minimum(total, 99), *most.T])
    words = []
    for row in first.tolist():
        names = [shown.facts[n] for n in most[row, : total[row]].tolist()]
        more = f"等{total[row]}项" if total[row] > _NAMED else ""
        words.append("、".join(names) + more)
    return [words[which] for which in back.tolist()]


def _steps(
    shown: Plan, status: npt.NDArray[np.int8], kinds: Sequence[npt.NDArray[np.int64]], lacking: Sequence[str]
) -> list[str]:
    """The one thing to do next for each row; what is granted stands, whatever a cell that nobody could read says."""
    none = np.zeros(len(status), dtype=np.bool_)

    def some(kind: int, *, service: bool = False) -> list[bool]:
        picked = [k == kind for s, k in zip(shown.named, kinds, strict=True) if service == (s.number in shown.services)]
        found: list[bool] = np.logical_or.reduce([none, *picked]).tolist()
        return found

    granted = np.logical_or(some(1), some(1, service=True)).tolist()
    columns = ((status == 2).tolist(), granted, some(2), some(2, service=True), lacking)
    found = []
    for wrong, can, may, served, missing in zip(*columns, strict=True):
        steps = ["先改正表里的错误"] if wrong else []
        if can or may:
            steps.append("可以申请已符合的待遇" if can else "请主管部门认定")
        if missing and not wrong:
            steps.append(f"补填{missing}")
        if served and not steps:
            steps.append("待认定的只有服务，可问主管部门")
        found.append("；".join(steps))
    return found
