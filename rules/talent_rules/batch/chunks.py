"""A chunk of decided rows as an Arrow file: written whole or not at all, read back to print.

For each benefit there are the few different answers of the chunk and, for each row, which one it is;
so the words of a cell are made, kept and printed once, however many people they are said to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from talent_rules.batch.engine import Decided
from talent_rules.batch.people import Person, status_of
from talent_rules.batch.problems import RowProblem, dump, read
from talent_rules.batch.summary import OUTCOMES, Tally, tally_from
from talent_rules.batch.words import Wording, Words
from talent_rules.model import Money, Verdict
from talent_rules.rulebase import RuleBase

_SEPARATOR = "\x1e"
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Judged:
    """One benefit for one person as it was stored; money in 分, `hi` None is no upper bound or no money."""

    outcome: int
    lo: int | None
    hi: int | None
    exact: bool
    doubtful: bool
    words: Words

    @property
    def label(self) -> str:
        """符合 · 不符合 · …"""
        return OUTCOMES[self.outcome].label

    @classmethod
    def unpack(cls, text: str) -> Judged:
        """What `packed` made."""
        outcome, lo, hi, flags, words = text.split(_SEPARATOR)
        ends = [int(end) if end else None for end in (lo, hi)]
        return cls(int(outcome), ends[0], ends[1], int(flags) >= 2, int(flags) % 2 == 1, Words.unpack(words))


def packed(verdict: Verdict, wording: Wording) -> str:
    """A verdict as it is stored: its outcome, its money, and its words."""
    money = verdict.amount
    lo, hi = ("", "") if money is None else (_end(money.reported.lo), _end(money.reported.hi))
    outcome = str(OUTCOMES.index(verdict.outcome))
    return _SEPARATOR.join((outcome, lo, hi, str(_flags(money)), wording.packed(verdict)))


def _end(fen: int | None) -> str:
    return "" if fen is None else str(fen)


def _flags(money: Money | None) -> int:
    """2 for a single figure, 1 for one nobody verified."""
    return (2 if money.exact and money.unit == "CNY" else 0) + (not money.grade.verified) if money else 0


@dataclass(frozen=True, slots=True)
class Result:
    """One decided row as far as its answers go."""

    status: int
    benefits: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row with errors."""

    row: int
    problems: tuple[RowProblem, ...]
    born: int | None


@dataclass(slots=True)
class Answers:
    """Some decided rows as columns. Money in 分, −1 for no upper bound; `judged` has the different
    packed answers of each benefit, `codes` which one each row has."""

    rows: Ints
    status: npt.NDArray[np.int8]
    guaranteed: Ints
    likely: Ints
    possible: Ints
    yearly_lo: Ints
    yearly_hi: Ints
    problems: Mapping[int, tuple[RowProblem, ...]]
    born: Sequence[int | None]
    codes: list[Codes]
    judged: list[list[str]]


def answers_of(base: RuleBase, people: Sequence[Person], decided: Sequence[Decided]) -> Answers:
    """Rows decided one by one, as columns."""
    wording = wording_of(base)
    codes, judged = [], []
    for number in range(len(base.benefits)):
        order: dict[str, int] = {}
        each = [order.setdefault(packed(d.verdicts[number], wording), len(order)) for d, _ in decided]
        codes.append(np.array(each, dtype=np.int32))
        judged.append(list(order))
    return Answers(
        _ints(p.row for p in people),
        np.array([status_of(p.problems) for p in people], dtype=np.int8),
        _ints(d.total.guaranteed for d, _ in decided),
        _ints(h.possible for _, h in decided),
        _ints(d.total.possible for d, _ in decided),
        _ints(h.yearly.lo for _, h in decided),
        _ints(h.yearly.hi for _, h in decided),
        {place: p.problems for place, p in enumerate(people) if p.problems},
        [p.born for p in people],
        codes,
        judged,
    )


def _ints(values: Any) -> Ints:
    return np.array([-1 if v is None else v for v in values], dtype=np.int64)


def wording_of(base: RuleBase) -> Wording:
    """The words of a rule base, kept with it."""
    found = base.memo.get("batch wording")
    if not isinstance(found, Wording):
        found = Wording(base)
        base.memo["batch wording"] = found
    return found


def write_chunk(path: Path, answers: Answers, tally: Tally) -> None:
    """Write the rows and their tally: to a temporary name, flushed to the disk, then renamed."""
    import pyarrow as pa

    table = _table(answers, tally)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    write_whole(path, sink.getvalue().to_pybytes())


def chunk_of(answers: Answers, tally: Tally) -> Chunk:
    """The same without a file."""
    return _chunk(_table(answers, tally), len(answers.codes))


def _table(answers: Answers, tally: Tally) -> Any:
    import pyarrow as pa

    count = len(answers.rows)
    texts = {place: dump(p) for place, p in answers.problems.items()}
    columns: dict[str, Any] = {
        "row": pa.array(answers.rows),
        "status": pa.array(answers.status),
        "guaranteed": pa.array(answers.guaranteed),
        "likely": _bounded(answers.likely),
        "possible": _bounded(answers.possible),
        "yearly_lo": pa.array(answers.yearly_lo),
        "yearly_hi": _bounded(answers.yearly_hi),
        "problems": pa.array([texts.get(place) for place in range(count)], pa.large_string()),
        "born": pa.array(answers.born, pa.int32()),
    }
    for number, (codes, judged) in enumerate(zip(answers.codes, answers.judged, strict=True)):
        columns[f"b{number}"] = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(judged, pa.string()))
    return pa.table(columns).replace_schema_metadata({"tally": json.dumps(asdict(tally), ensure_ascii=False)})


def _bounded(values: Ints) -> Any:
    import pyarrow as pa

    return pa.array(values, mask=values < 0)


def write_whole(path: Path, body: bytes) -> None:
    """Write a private file so that a crash leaves either nothing or all of it."""
    temporary = path.with_name(path.name + ".tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(body)
        target.flush()
        os.fsync(target.fileno())
    temporary.replace(path)


def read_tally(path: Path) -> Tally:
    """The tally of a chunk. Raises OSError or ValueError when the file is not whole."""
    import pyarrow as pa

    with pa.ipc.open_file(path.read_bytes()) as reader:
        return tally_from(json.loads((reader.schema.metadata or {})[b"tally"]))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk read back. `judged[n][codes[n][row]]` is the answer on benefit n."""

    table: Any
    codes: list[Codes]
    judged: list[list[Judged]]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def numbers(self, name: str) -> Ints:
        """A column of whole numbers, −1 where there is none."""
        import pyarrow.compute as pc

        column = self.table.column(name).combine_chunks()
        found: Ints = pc.fill_null(column, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        return found

    def problems(self) -> list[tuple[RowProblem, ...]]:
        """What is wrong with each row."""
        return [read(text) if text else () for text in self.table.column("problems").to_pylist()]

    def failed(self) -> Iterator[tuple[int, Wrong]]:
        """The rows with errors, each with its place in the chunk."""
        places = np.flatnonzero(self.numbers("status") == 2)
        few = self.table.select(["row", "problems", "born"]).take(places)
        for place, entry in zip(places.tolist(), few.to_pylist(), strict=True):
            yield place, Wrong(entry["row"], read(entry["problems"]), entry["born"])


def read_chunk(path: Path, benefits: int) -> Chunk:
    """A chunk that was written."""
    import pyarrow as pa

    with pa.ipc.open_file(path.read_bytes()) as reader:
        return _chunk(reader.read_all(), benefits)


def _chunk(table: Any, benefits: int) -> Chunk:
    columns = [table.column(f"b{n}").combine_chunks() for n in range(benefits)]
    return Chunk(
        table,
        [c.indices.to_numpy() for c in columns],
        [[Judged.unpack(t) for t in c.dictionary.to_pylist()] for c in columns],
    )
