"""A chunk of decided rows as an Arrow file: written whole or not at all, read back to print.

The rows are the file's table; what was counted over them, the first problems, and the rows to be given
back for correction are its metadata, which can be read without the rows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

from talent_rules.batch.correction import Wrong
from talent_rules.batch.problems import RowProblem
from talent_rules.batch.summary import Tally, tally_from

_KEY = b"talent-policy"


_PROBLEM = attrgetter(*(f.name for f in fields(RowProblem)))
_WRONG = attrgetter(*(f.name for f in fields(Wrong)))


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a chunk beside its rows."""

    tally: Tally
    problems: Sequence[RowProblem] = ()
    wrong: Sequence[Wrong] = field(default=())

    def pack(self) -> bytes:
        """As metadata of a file."""
        known = asdict(self.tally), [_PROBLEM(p) for p in self.problems], [_WRONG(w) for w in self.wrong]
        return json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def unpack(cls, body: bytes) -> Kept:
        """What `pack` made."""
        tally, problems, wrong = json.loads(body)
        rows = [
            Wrong(sheet, row, details, {int(k): v for k, v in said.items()}, cells)
            for sheet, row, details, said, cells in wrong
        ]
        return cls(tally_from(tally), [RowProblem(*p) for p in problems], rows)


def write_chunk(path: Path, table: Any, kept: Kept) -> None:
    """Write a chunk, as `write_whole` does."""
    import pyarrow as pa

    table = table.replace_schema_metadata({_KEY: kept.pack()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    write_whole(path, sink.getvalue())


def write_whole(path: Path, body: Any) -> None:
    """Write a private file so that a crash leaves either nothing or all of it."""
    temporary = path.with_name(path.name + ".tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(body)
        target.flush()
        os.fsync(target.fileno())
    temporary.replace(path)


def read_kept(path: Path) -> Kept:
    """What is known beside the rows. Raises OSError or ValueError when the file is not whole."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as handle, pa.ipc.open_file(handle) as reader:
        return Kept.unpack((reader.schema.metadata or {})[_KEY])


def read_rows(path: Path) -> Any:
    """The rows, as an Arrow table."""
    import pyarrow as pa

    with pa.ipc.open_file(path.read_bytes()) as reader:
        return reader.read_all().replace_schema_metadata(None)
