"""`talent batch` from the shell: seconds, people a second and memory, against the floor of reading the same file.

`python benchmarks/batch.py [--runs 3] [--parquet 1000000 10000000]`: each line is the median of so many
runs of the whole command, the memory that of the command and its children together. Ratios hold on any
machine; times do not.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.pop(0)  # this folder, where `batch` is this file
sys.path.insert(0, str(HERE / "rules"))
sys.path.insert(0, str(HERE / "tests"))

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from batch.books import identity
from crowd import typed_people
from talent_rules import load
from talent_rules.rulebase import RuleBase

TALENT = (sys.executable, "-m", "talent_rules")
DAY = "2024-09-01"
BLOCK = 250_000

#: What a personnel office keeps: heading → what stands below it
COLUMNS: dict[str, Callable[[random.Random], str]] = {
    "部门": lambda r: r.choice(("综合部", "研发中心", "生产一部", "安全环保部", "财务部")),
    "学历": lambda r: r.choice(("大学本科", "硕士研究生", "博士研究生", "本科", "硕士", "大专", "")),
    "学习形式": lambda r: r.choice(("全日制", "全日制", "非全日制", "")),
    "毕业院校": lambda r: r.choice(
        ("清华大学", "内蒙古大学", "北京大学", "厦门大学", "兰州大学", "内蒙古工业大学", "")
    ),
    "毕业时间": lambda r: r.choice(
        (f"{r.randint(2005, 2024)}-{r.randint(1, 12):02d}", f"{r.randint(2005, 2024)}.7", "")
    ),
    "职称": lambda r: r.choice(("无", "中级", "高级工程师（副高）", "正高", "")),
    "引进时间": lambda r: r.choice(
        (f"{r.randint(2019, 2024)}-{r.randint(1, 8):02d}-{r.randint(1, 28):02d}", "2024年3月", "")
    ),
    "引进方式": lambda r: r.choice(("全职", "全职", "柔性", "")),
    "是否市外引进": lambda r: r.choice(("是", "√", "否", "")),
    "首次引进": lambda r: r.choice(("是", "否", "")),
    "合同年限": lambda r: r.choice(("3年", "5年", "三年", "36个月", "2年", "")),
    "是否在岗": lambda r: r.choice(("是", "是", "否", "")),
    "单位性质": lambda r: r.choice(("事业单位", "民营企业", "国有企业", "央企", "")),
    "旗区": lambda r: r.choice(("东胜区", "康巴什区", "伊旗", "达拉特旗", "")),
    "年薪（万元）": lambda r: r.choice(
        (str(r.randint(8, 90)), f"{r.randint(8, 90)}万", "", "很多" if r.random() < 0.02 else "")
    ),
    "是否购房": lambda r: r.choice(("是", "否", "")),
    "购房面积（㎡）": lambda r: r.choice((str(r.randint(60, 200)), "", "")),
    "人才类别": lambda r: r.choice(("未认定", "F类", "E类", "", "")),
}


@dataclass(frozen=True)
class Run:
    """One run of a command: seconds on the clock, processor seconds, and the most memory of all its processes, MB."""

    seconds: float
    busy: float
    memory: float


def office(rows: int, seed: int = 1) -> Iterator[list[str]]:
    """A header and so many people as a personnel office writes them."""
    rng = random.Random(seed)
    yield ["姓名", "身份证号", "工号", *COLUMNS]
    for number in range(rows):
        born = f"{rng.randint(1965, 2000)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
        row = [f"职工{number}", identity(born, rng.randint(1, 999)), f"{number:06d}"]
        yield row + [make(rng) for make in COLUMNS.values()]


def workbook(path: Path, rows: int) -> None:
    """The office's table as a workbook."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("人员")
        for at, row in enumerate(office(rows)):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(at, column, cell)


def parquet(path: Path, base: RuleBase, rows: int) -> None:
    """People near every threshold, 30 % of their facts unknown, as typed columns."""
    writer = None
    for start in range(0, rows, BLOCK):
        table = typed_people(base, start + 1, min(BLOCK, rows - start), unknown=0.3)
        plain = [(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]
        table = table.cast(pa.schema(plain))
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


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
