"""Reading a table from the outside: starts the limited child, and turns its end into rows or one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from talent_rules.tables import magic
from talent_rules.tables.child import REFUSED
from talent_rules.tables.limits import wall_seconds
from talent_rules.tables.refusal import Refused

if TYPE_CHECKING:
    from talent_rules.tables.rows import Rows


@dataclass(frozen=True, slots=True)
class First:
    """The first rows of one sheet, and what is known of the sheet."""

    sheet: str
    meta: dict[str, Any]
    rows: Rows


class Reading:
    """A table being read by the limited child, once from top to bottom; to be closed.

    It begins at once, while the caller does what takes time itself. Everything may raise Refused, with the
    sentence for the user, or OSError.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb"):
            pass  # an unreadable file is the caller's OSError, not the child's death
        magic.kind_of(path)
        # Ours and not the child's: it may be stopped at any time, and people's data must not stay behind.
        self._folder = tempfile.TemporaryDirectory(prefix="talent-", ignore_cleanup_errors=True)
        self._child = _start(path, self._folder.name)
        self._late = threading.Event()
        self._clock = threading.Timer(wall_seconds(path.stat().st_size), self._give_up)
        self._clock.daemon = True
        self._clock.start()
        self._errors: list[bytes] = []
        self._drain = threading.Thread(target=lambda: self._errors.append(_tail(self._child.stderr)), daemon=True)
        self._drain.start()

    def first(self) -> list[First]:
        """The first rows of every sheet."""
        found = [First(meta.get("sheet", ""), meta, rows) for meta, rows in self._series()]
        self._clock.cancel()
        return found

    def rows(self, sheets: Mapping[str, Sequence[int] | None]) -> Iterator[tuple[str, Rows]]:
        """All rows of some sheets, one after the other, each from its first row on, with the name of the sheet;
        where the file can leave out columns, only those named are filled."""
        assert self._child.stdin is not None
        order = json.dumps(sheets)
        with suppress(BrokenPipeError):  # it has died; the end of the series says of what
            self._child.stdin.write(order.encode() + b"\n")
            self._child.stdin.close()
        for meta, rows in self._series():
            yield meta["sheet"], rows

    def close(self) -> None:
        """Nothing more is wanted."""
        self._clock.cancel()
        self._child.terminate()  # at once, unless somebody listens, as coverage does
        try:
            self._child.wait(5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._drain.join(5)  # it reads to the end of what is closed now
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._folder.cleanup()

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()

    def _series(self) -> Iterator[tuple[dict[str, Any], Rows]]:
        """Frames up to the empty one that ends a series."""
        import pyarrow as pa

        from talent_rules.tables.rows import from_arrow

        stream = self._child.stdout
        assert stream is not None
        while len(head := stream.read(4)) == 4:
            meta = stream.read(int.from_bytes(head, "big"))
            size = int.from_bytes(stream.read(8), "big")
            body = stream.read(size)
            if meta == b"{}" and not size:
                return
            if not size or len(body) < size:
                break  # the child died while writing; its exit code says why
            yield json.loads(meta), from_arrow(pa.ipc.open_stream(body).read_next_batch())
        self._child.wait()
        self._drain.join(5)
        _check_end(self._child.returncode, b"".join(self._errors), self._late.is_set())

    def _give_up(self) -> None:
        self._late.set()
        self._child.kill()


def _start(path: Path, folder: str) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parents[2])
    code = f"import sys; sys.path.insert(0, {root!r}); from talent_rules.tables.child import main; main()"
    return subprocess.Popen(
        [sys.executable, "-I", "-c", code, str(path.resolve()), folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pipesize=1 << 20,
        start_new_session=True,
    )


def _tail(stream: IO[bytes] | None) -> bytes:
    kept = b""
    while stream is not None and (piece := stream.read(4096)):
        kept = (kept + piece)[-8192:]
    return kept


def _check_end(code: int, errors: bytes, late: bool) -> None:
    """Say why a child ended before it had sent everything."""
    if code == REFUSED:
        line = errors.strip().splitlines()[-1]
        raise Refused(**json.loads(line))
    if late or code in (-9, -24):
        raise Refused("T716", "读文件用的时间超过了上限，没有读取", "只留人员表，另存为新文件或 CSV 再试")
    raise Refused("T715", "文件异常，没有读取", "用 Excel 或 WPS 打开，把人员表复制到新工作簿再试")
