"""A chunk of decided rows as an Arrow file: written whole or not at all, read back to print."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from talent_rules.batch.engine import Decided
from talent_rules.batch.people import Person, status_of
from talent_rules.batch.problems import RowProblem, dump, read
from talent_rules.batch.summary import OUTCOMES, Tally, tally_from
from talent_rules.batch.words import Wording, Words
from talent_rules.rulebase import RuleBase


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


@dataclass(frozen=True, slots=True)
class Result:
    """One decided row. Money in 分; None is no upper bound."""

    row: int
    status: int
    guaranteed: int
    likely: int | None
    possible: int | None
    yearly: tuple[int, int | None]
    benefits: tuple[Judged, ...]
    problems: tuple[RowProblem, ...]
    born: int | None


def write_chunk(path: Path, base: RuleBase, people: Sequence[Person], decided: Sequence[Decided], tally: Tally) -> None:
    """Write the rows and their tally: to a temporary name, flushed to the disk, then renamed."""
    import pyarrow as pa

    wording = _wording(base)
    columns: dict[str, Any] = {
        "row": pa.array([p.row for p in people], pa.int32()),
        "status": pa.array([status_of(p.problems) for p in people], pa.int8()),
        "guaranteed": pa.array([d.total.guaranteed for d, _ in decided], pa.int64()),
        "likely": pa.array([h.possible for _, h in decided], pa.int64()),
        "possible": pa.array([d.total.possible for d, _ in decided], pa.int64()),
        "yearly_lo": pa.array([h.yearly.lo for _, h in decided], pa.int64()),
        "yearly_hi": pa.array([h.yearly.hi for _, h in decided], pa.int64()),
        "problems": pa.array([dump(p.problems) for p in people], pa.large_string()),
        "born": pa.array([p.born for p in people], pa.int32()),
    }
    for number in range(len(base.benefits)):
        verdicts = [d.verdicts[number] for d, _ in decided]
        money = [v.amount for v in verdicts]
        columns[f"o{number}"] = pa.array([OUTCOMES.index(v.outcome) for v in verdicts], pa.int8())
        columns[f"l{number}"] = pa.array([m.reported.lo if m else None for m in money], pa.int64())
        columns[f"h{number}"] = pa.array([m.reported.hi if m else None for m in money], pa.int64())
        flags = [(2 if m.exact and m.unit == "CNY" else 0) + (not m.grade.verified) if m else 0 for m in money]
        columns[f"f{number}"] = pa.array(flags, pa.int8())
        columns[f"w{number}"] = pa.array([wording.packed(v) for v in verdicts], pa.string()).dictionary_encode()
    table = pa.table(columns).replace_schema_metadata({"tally": json.dumps(asdict(tally), ensure_ascii=False)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    write_whole(path, sink.getvalue().to_pybytes())


def _wording(base: RuleBase) -> Wording:
    found = base.memo.get("batch wording")
    if not isinstance(found, Wording):
        found = Wording(base)
        base.memo["batch wording"] = found
    return found


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


def read_chunk(path: Path, benefits: int) -> Iterator[Result]:
    """The rows of a chunk, in order."""
    import pyarrow as pa

    with pa.ipc.open_file(path.read_bytes()) as reader:
        table = reader.read_all()
    plain = {n: table.column(n).to_pylist() for n in table.column_names if n[0] not in "w" or n == "words"}
    words = [_unpacked(table.column(f"w{n}")) for n in range(benefits)]
    for i in range(table.num_rows):
        judged = tuple(
            Judged(
                plain[f"o{n}"][i],
                plain[f"l{n}"][i],
                plain[f"h{n}"][i],
                plain[f"f{n}"][i] >= 2,
                plain[f"f{n}"][i] % 2 == 1,
                words[n][i],
            )
            for n in range(benefits)
        )
        yield Result(
            plain["row"][i],
            plain["status"][i],
            plain["guaranteed"][i],
            plain["likely"][i],
            plain["possible"][i],
            (plain["yearly_lo"][i], plain["yearly_hi"][i]),
            judged,
            read(plain["problems"][i]),
            plain["born"][i],
        )


def _unpacked(column: Any) -> list[Words]:
    combined = column.combine_chunks()
    known = [Words.unpack(t) for t in combined.dictionary.to_pylist()]
    return [known[i] for i in combined.indices.to_pylist()]
