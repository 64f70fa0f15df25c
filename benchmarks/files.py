"""`talent batch` from the shell: seconds, people a second and memory, against the floor of reading the same file.

`python benchmarks/files.py [--runs 3] [--parquet 1000000 10000000]`: each line is the median of so many
runs of the whole command, the memory that of the command and its children together. Ratios hold on any
machine; times do not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE / "rules"))
sys.path.insert(0, str(HERE / "tests"))

from batch.office import parquet, workbook
from talent_rules import load

TALENT = (sys.executable, "-m", "talent_rules")
DAY = "2024-09-01"


@dataclass(frozen=True)
class Run:
    """One run of a command: seconds on the clock, processor seconds, and the most memory of all its processes, MB."""

    seconds: float
    busy: float
    memory: float


# ── measuring ───────────────────────────────────────────────────────────────────────────────


def measured(command: Sequence[str]) -> Run:
    """Run a command to its end."""
    environment = os.environ | {"PYTHONPATH": str(HERE / "rules")}
    before, start = os.times(), time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = 0.0
    while child.poll() is None:
        most = max(most, _memory(child.pid))
        time.sleep(0.01)
    seconds, after = time.perf_counter() - start, os.times()
    assert child.stderr is not None
    if child.returncode not in (0, 2):
        raise SystemExit(child.stderr.read().decode())
    child.stderr.close()
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, busy, most)


def _memory(pid: int) -> float:
    """Resident MB of a process and everything below it; shared pages count once for each."""
    try:
        with Path(f"/proc/{pid}/statm").open() as handle:
            pages = int(handle.read().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 + sum(_memory(int(child)) for child in children)


def report(name: str, command: Sequence[str], runs: int, people: int = 0, floor: float = 0.0) -> None:
    """Run it some times and print one line."""
    found = [measured(command) for _ in range(runs)]
    seconds = statistics.median(r.seconds for r in found)
    line = f"{name:<34}{seconds:8.2f} s (best {min(r.seconds for r in found):.2f}, busy {found[-1].busy:.2f})"
    line += f"{max(r.memory for r in found):8.0f} MB"
    if people:
        line += f"{people / seconds:12,.0f} people/s"
    if floor:
        line += f"{seconds / floor:8.1f} × reading"
    print(line, flush=True)


def reading(text: str, path: Path, runs: int) -> float:
    """Seconds a process takes that only reads the file: the floor."""
    command = [sys.executable, "-c", text, str(path)]
    return statistics.median(measured(command).seconds for _ in range(runs))


READ_XLSX = "import sys, fastexcel; fastexcel.read_excel(sys.argv[1]).load_sheet(0, dtypes='string').to_arrow()"
READ_PARQUET = "import sys, pyarrow.parquet as p; [b.num_rows for b in p.ParquetFile(sys.argv[1]).iter_batches()]"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--xlsx", type=int, nargs="*", default=[20, 100_000])
    parser.add_argument("--parquet", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--keep", type=Path, help="a folder for the files, so that they are made only once")
    given = parser.parse_args()
    base = load("ordos")
    report("talent --help", [*TALENT, "--help"], given.runs)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        for rows in given.xlsx:
            source, output = folder / f"{rows}.xlsx", folder / "out.xlsx"
            if not source.exists():
                workbook(source, rows)
            floor = reading(READ_XLSX, source, given.runs)
            command = [*TALENT, "batch", str(source), "-o", str(output), "--as-of", DAY]
            report(f"xlsx → xlsx, {rows:,} rows", command, given.runs, rows, floor)
        for rows in given.parquet:
            source, output = folder / f"{rows}.parquet", folder / "out.parquet"
            if not source.exists():
                parquet(source, base, rows)
            floor = reading(READ_PARQUET, source, given.runs)
            command = [*TALENT, "batch", str(source), "-o", str(output), "--as-of", DAY]
            report(f"parquet → parquet, {rows:,} rows", command, given.runs, rows, floor)


if __name__ == "__main__":
    main()
