"""The limited process that reads a file nobody vouches for, and hands back columns as Arrow on its standard output.

`python -I -c "…" PATH FOLDER`, the folder for what it needs to put down: first come the first rows of each
sheet, then, when a line on the standard input says which sheets and which of their columns are wanted, all of
their rows.
A refusal is one JSON line on standard error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from talent_rules.tables import limits, magic
from talent_rules.tables.lean import without_pandas
from talent_rules.tables.refusal import Refused

REFUSED = 7
#: Rows of a sheet from which its header is found, and what its columns are like
PROBE = 1_000
Frame = tuple[dict[str, Any], Any]


def main() -> None:
    """Read as ordered; exit 0, or 7 with a refusal on standard error."""
    without_pandas()
    try:
        _run(Path(sys.argv[1]), Path(sys.argv[2]))
    except Refused as error:
        _say(error.code, error.message, error.hint)
    except MemoryError:
        _say("T715", "文件要用的内存超过了上限，没有读取", "拆成几个文件，或另存为 CSV 再试")
    except BrokenPipeError:
        sys.exit(0)


def _say(code: str, message: str, hint: str) -> None:
    print(json.dumps({"code": code, "message": message, "hint": hint}), file=sys.stderr, flush=True)
    sys.exit(REFUSED)


def _run(path: Path, folder: Path) -> None:
    size = path.stat().st_size
    limits.at_start(size)
    kind = magic.kind_of(path)
    if kind == magic.XLSX:
        from talent_rules.tables.workbook import open_book

        table: Any = open_book(path, size)
    else:
        from talent_rules.tables.records import JsonLines, ParquetFile
        from talent_rules.tables.text_files import CsvFile

        limits.for_reading(0, size)
        if kind == magic.TEXT:
            table = CsvFile(path, folder)
        else:
            table = {magic.JSONL: JsonLines, magic.PARQUET: ParquetFile}[kind](path)
    for meta, rows in table.first(PROBE):
        _send({**meta, "kind": kind}, rows)
        del rows  # it would keep a sheet while the next one is read
    _send({}, None)
    choice = sys.stdin.readline()
    if choice:
        for sheet, columns in json.loads(choice).items():
            for rows in table.rows(sheet, columns):
                _send({"sheet": sheet}, rows)
                del rows
        _send({}, None)


def _send(meta: dict[str, Any], rows: Any) -> None:
    """Write a length-prefixed frame: a JSON head, then one Arrow batch; none at the end of a series."""
    import pyarrow as pa

    body = b""
    if rows is not None:
        batch = rows.to_arrow()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        body = sink.getvalue()
    head, out = json.dumps(meta).encode(), sys.stdout.buffer
    out.write(len(head).to_bytes(4, "big") + head + len(body).to_bytes(8, "big"))
    out.write(body)
    if rows is None:
        out.flush()


if __name__ == "__main__":
    main()
