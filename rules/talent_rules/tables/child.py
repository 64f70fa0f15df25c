"""The limited process that reads a file nobody vouches for, and hands back text as Arrow on its standard output.

`python -I -c "…" PATH` with a JSON order as the second argument; a refusal is one JSON line on standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from talent_rules.tables import limits, magic, preflight
from talent_rules.tables.refusal import Refused
from talent_rules.tables.text_files import Rows, read_csv, read_jsonl, read_parquet
from talent_rules.tables.workbook import read_sheet

REFUSED = 7


def main() -> None:
    """Read as ordered; exit 0, or 7 with a refusal on standard error."""
    path, order = Path(sys.argv[1]), json.loads(sys.argv[2])
    sys.meta_path.insert(0, _WithoutPandas())
    try:
        _run(path, order)
    except Refused as error:
        _say(error.code, error.message, error.hint)
    except MemoryError:
        _say("T715", "文件要用的内存超过了上限，没有读取", "拆成几个文件，或另存为 CSV 再试")
    except BrokenPipeError:
        sys.exit(0)


class _WithoutPandas:
    """Arrow loads pandas, where it is installed, merely to see that we do not use it: half a second a file."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """No pandas here."""
        if name == "pandas":
            raise ImportError(name)


def _say(code: str, message: str, hint: str) -> None:
    print(json.dumps({"code": code, "message": message, "hint": hint}), file=sys.stderr, flush=True)
    sys.exit(REFUSED)


def _run(path: Path, order: dict[str, Any]) -> None:
    size = path.stat().st_size
    limits.at_start(size)
    kind = magic.kind_of(path)
    if kind == magic.XLSX:
        scan = preflight.inspect(path)
        limits.for_reading(max(scan.cells, scan.grid), size)
        _send(_workbook(path, scan, order))
        return
    limits.for_reading(0, size)
    if kind == magic.TEXT:
        encoding, rows = read_csv(path)
        _send(_single({"kind": kind, "encoding": encoding}, rows, order))
    elif kind == magic.JSONL:
        _send(_single({"kind": kind}, read_jsonl(path), order))
    else:
        _send(_single({"kind": kind}, read_parquet(path), order))


Frames = Iterator[tuple[dict[str, Any], Rows]]


def _single(meta: dict[str, Any], blocks: Iterator[Rows], order: dict[str, Any]) -> Frames:
    limit, sent = order.get("rows"), 0
    for rows in blocks:
        yield {**meta, "sheet": ""}, rows
        sent += len(rows.numbers)
        if limit is not None and sent >= limit:
            return


def _workbook(path: Path, scan: preflight.WorkbookScan, order: dict[str, Any]) -> Frames:
    wanted, limit = order.get("sheet"), order.get("rows")
    names = [s.name for s in scan.sheets]
    if wanted and wanted not in names:
        raise Refused("T732", f"工作簿里没有工作表“{wanted}”", "现有：" + "、".join(names[:20]))
    common = {"kind": magic.XLSX, "date1904": scan.date1904, "remarks": scan.remarks}
    for sheet in scan.sheets:
        if wanted and sheet.name != wanted:
            continue
        meta = {
            **common,
            "sheet": sheet.name,
            "visible": sheet.visible,
            "height": sheet.max_row,
            "hidden": sorted(sheet.hidden_rows) if wanted else [],
        }
        blocks = read_sheet(path, sheet, limit)
        first = next(blocks, Rows(0))
        yield meta, first
        for rows in blocks:
            yield {"sheet": sheet.name}, rows


def _send(frames: Frames) -> None:
    """Write length-prefixed frames: a JSON head, then one Arrow batch of text columns."""
    import pyarrow as pa

    out = sys.stdout.buffer
    for meta, rows in frames:
        columns = list(zip(*rows.cells, strict=True)) if rows.cells else []
        arrays = [pa.array(c, pa.large_string()) for c in columns]
        arrays.append(pa.array(rows.numbers, pa.int32()))
        notes = [json.dumps(n, separators=(",", ":")) if n else None for n in rows.notes]
        arrays.append(pa.array(notes, pa.string()))
        batch = pa.record_batch(arrays, [str(i) for i in range(len(arrays))])
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        head, body = json.dumps(meta).encode(), sink.getvalue()
        out.write(len(head).to_bytes(4, "big") + head + len(body).to_bytes(8, "big"))
        out.write(body)
    out.flush()


if __name__ == "__main__":
    main()
