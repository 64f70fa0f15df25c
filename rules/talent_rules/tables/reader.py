"""Reading a table from the outside: starts the limited child, and turns its end into rows or one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from talent_rules.tables import magic
from talent_rules.tables.child import REFUSED
from talent_rules.tables.limits import wall_seconds
from talent_rules.tables.refusal import Refused


@dataclass(frozen=True, slots=True)
class Row:
    """One row of text: its number as the spreadsheet shows it, cells, and notes (column → kind)."""

    number: int
    cells: tuple[str, ...]
    notes: dict[int, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nothing is written in it."""
        return not any(c.strip() for c in self.cells)


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of one sheet, and what is known of the sheet (only with its first block)."""

    sheet: str
    meta: dict[str, Any]
    rows: tuple[Row, ...]


def read_blocks(path: Path, *, sheet: str | None = None, rows: int | None = None) -> Iterator[Block]:
    """Every block of a table, or of one sheet; at most about `rows` rows a sheet. Raises Refused, OSError."""
    with path.open("rb"):
        pass  # an unreadable file is the caller's OSError, not the child's death
    magic.kind_of(path)
    child = _start(path, {"sheet": sheet, "rows": rows})
    late = threading.Event()
    clock = threading.Timer(wall_seconds(path.stat().st_size), _give_up, (child, late))
    clock.daemon = True
    clock.start()
    errors: list[bytes] = []
    drain = threading.Thread(target=lambda: errors.append(_tail(child.stderr)), daemon=True)
    drain.start()
    try:
        assert child.stdout is not None
        for block in _frames(child.stdout):
            clock.cancel()
            yield block
        child.wait()
        drain.join(5)
        _check_end(child.returncode, b"".join(errors), late.is_set())
    finally:
        clock.cancel()
        if child.poll() is None:
            child.kill()
        child.wait()
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()


def _start(path: Path, order: dict[str, Any]) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parents[2])
    code = f"import sys; sys.path.insert(0, {root!r}); from talent_rules.tables.child import main; main()"
    command = [sys.executable, "-I", "-c", code, str(path.resolve()), json.dumps(order)]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _give_up(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    child.kill()


def _tail(stream: IO[bytes] | None) -> bytes:
    kept = b""
    while stream is not None and (piece := stream.read(4096)):
        kept = (kept + piece)[-8192:]
    return kept


def _frames(stream: IO[bytes]) -> Iterator[Block]:
    import pyarrow as pa

    while len(head := stream.read(4)) == 4:
        meta = stream.read(int.from_bytes(head, "big"))
        size = stream.read(8)
        body = stream.read(int.from_bytes(size, "big"))
        if len(size) < 8 or len(body) < int.from_bytes(size, "big"):
            return  # the child died while writing; its exit code says why
        known = json.loads(meta)
        batch = pa.ipc.open_stream(body).read_next_batch()
        yield Block(known.get("sheet", ""), known, _rows(batch))


def _rows(batch: Any) -> tuple[Row, ...]:
    import pyarrow.compute as pc

    *texts, numbers, notes = batch.columns
    cells = zip(*(pc.fill_null(c, "").to_pylist() for c in texts), strict=True) if texts else ((),) * len(numbers)
    return tuple(
        [
            Row(number, row, _notes(note))
            for number, row, note in zip(numbers.to_pylist(), cells, notes.to_pylist(), strict=True)
        ]
    )


_NONE: dict[int, str] = {}


def _notes(note: str | None) -> dict[int, str]:
    return {int(k): v for k, v in json.loads(note).items()} if note else _NONE


def _check_end(code: int, errors: bytes, late: bool) -> None:
    if code == 0:
        return
    if code == REFUSED:
        line = errors.strip().splitlines()[-1]
        raise Refused(**json.loads(line))
    if late or code in (-9, -24):
        raise Refused("T716", "读文件用的时间超过了上限，没有读取", "只留人员表，另存为新文件或 CSV 再试")
    raise Refused("T715", "文件异常，没有读取", "用 Excel 或 WPS 打开，把人员表复制到新工作簿再试")
