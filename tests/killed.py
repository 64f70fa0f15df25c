"""Killed at random moments and resumed, is a batch what it would have been? `python tests/killed.py --seed 1`.

A workbook, a Parquet file and a folder shared by two processes: the command is killed (SIGKILL) at moments spread
over its whole run, some of the resumed runs once more, and what stands there in the end must be, byte for byte,
the files of a run nobody disturbed, with nothing left over. The program and its rules are copied first, so that
they stay the same meanwhile; each process is ended by its own number.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from batch.office import parquet, workbook
from talent_rules import load

ROOT = Path(__file__).resolve().parents[1]
TOO_LONG = 300
TWICE = 0.3
FINISHED = (0, 2)
#: A process started again when the others have done everything says so and ends with 1
TOO_LATE = 1


@dataclass(frozen=True)
class Job:
    """One kind of batch: what is read, what is written, and by how many processes together."""

    name: str
    source: Path
    result: str
    workers: int = 1

    def start(self, place: Path, folder: Path, worker: int, *more: str) -> subprocess.Popen[bytes]:
        """One of its processes, silent."""
        command = [sys.executable, "-m", "talent_rules", "--data", str(place / "policy_data"), "batch"]
        command += [str(self.source), "-o", str(folder / self.result), "--as-of", "2024-09-01"]
        command += ["--shard", f"{worker + 1}/{self.workers}"] if self.workers > 1 else more
        environment = os.environ | {"PYTHONPATH": str(place / "rules")}
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def files(folder: Path) -> dict[str, bytes]:
    """Everything that stands in a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def undisturbed(job: Job, place: Path, folder: Path) -> float:
    """Let it do its work; returns the seconds it takes."""
    start = time.monotonic()
    codes = [p.wait(TOO_LONG) for p in [job.start(place, folder, n) for n in range(job.workers)]]
    if not set(codes) <= set(FINISHED):
        raise SystemExit(f"{job.name}: ended with {codes}")
    return time.monotonic() - start


def disturbed(job: Job, place: Path, folder: Path, moments: Sequence[float], rng: random.Random) -> int:
    """Kill one of its processes at each of those moments and start it again; returns how many were still at work."""
    running = [job.start(place, folder, n) for n in range(job.workers)]
    hit = 0
    for moment in moments:
        victim = rng.randrange(job.workers)
        time.sleep(moment)
        at_work = running[victim].poll() is None
        hit += at_work
        running[victim].kill()  # of this number alone
        running[victim].wait()
        if at_work:
            running[victim] = job.start(place, folder, victim, "--resume")
    codes = [p.wait(TOO_LONG) for p in running]
    if not set(codes) <= {*FINISHED, *([TOO_LATE] if job.workers > 1 else [])}:
        raise SystemExit(f"{job.name}: killed after {moments}, ended with {codes}")
    return hit


def tried(job: Job, place: Path, times: int, rng: random.Random) -> bool:
    """One kind killed at work so many times, now and then twice in a run; says whether all came out the same."""
    whole = place / f"{job.name}-whole"
    whole.mkdir()
    seconds, wanted, hit, runs, wrong = undisturbed(job, place, whole), files(whole), 0, 0, 0
    while hit < times:
        moments = [rng.random() * seconds for _ in range(1 + (rng.random() < TWICE))]
        folder = place / f"{job.name}-killed"
        folder.mkdir()
        hits = disturbed(job, place, folder, moments, rng)
        hit, runs = hit + hits, runs + 1
        if not hits:  # the machine has become faster since
            seconds = min(seconds, sum(moments))
        if (found := files(folder)) != wanted:
            wrong += 1
            differing = sorted(n for n in found.keys() | wanted.keys() if found.get(n) != wanted.get(n))
            print(f"{job.name}: killed after {moments}: {differing} differ", flush=True)
        shutil.rmtree(folder)
    print(f"{job.name}: {hit} times killed at work in {runs} runs, {wrong} differ", flush=True)
    return not wrong


def main() -> int:
    """Make the tables, try every kind; 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="kills that find it at work, over all kinds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rows", type=int, default=50_000, help="of the workbook; the other tables are some times as long"
    )
    given = parser.parse_args()
    rng = random.Random(given.seed)
    with tempfile.TemporaryDirectory(prefix="talent-killed-") as name:
        place = Path(name)
        for part in ("rules", "policy_data"):
            shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        base = load("ordos")
        workbook(place / "office.xlsx", given.rows)
        parquet(place / "people.parquet", base, given.rows * 6)
        (place / "parts").mkdir()
        for number in range(6):
            parquet(place / "parts" / f"第{number + 1}部分.parquet", base, given.rows)
        jobs = [
            Job("xlsx", place / "office.xlsx", "结果.xlsx"),
            Job("parquet", place / "people.parquet", "结果.parquet"),
            Job("folder", place / "parts", "结果", workers=2),
        ]
        shares = [given.times - 2 * (given.times // 3), given.times // 3, given.times // 3]
        same = [tried(job, place, share, rng) for job, share in zip(jobs, shares, strict=True)]
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
