"""Every engine on the same people in one run, beside other people's engines and the floor, as ratios.

`python benchmarks/all_engines.py [--sizes 10000 1000000 10000000]`: first the whole Ordos rule base, people near every
threshold of whom 30 % of the facts are not known; then the dozen rules of benchmarks/dozen, which OpenFisca, ZEN
and SQL by hand can express too, for people of whom everything is known, since those know nothing between yes and
no: what they say when it is not is counted at the end. Answers are compared before anything is timed. A rate is
people for a second of processor time, all threads and children together, the second time over the same
people where it is a table, so that it holds on a busy machine; the floor is reading the people from Parquet.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from dozen import by_sql

from batch.office import parquet
from crowd import typed_people
from talent_rules import load
from talent_rules.engines import durable
from talent_rules.engines.columns import decide_blocks, decide_table, judge_blocks
from talent_rules.engines.sql_run import run_sql
from talent_rules.library import RuleBase

AS_OF = date(2024, 9, 1)
IN_MEMORY = 1_000_000
TOLD = 10_000
OURS = "columns"


@dataclass(frozen=True)
class Way:
    """One way of deciding: its name, how many people it gets, what it does with them, as a table or as rows."""

    name: str
    most: int
    run: Callable[[Any], object]
    rows: bool = False


def our_ways(base: RuleBase) -> list[Way]:
    """The engines of this project; the slow ones get few people."""

    def exact(rows: Sequence[Any]) -> None:
        for row in rows:
            base.decide(row, as_of=AS_OF)

    def by_durable(rows: Sequence[Any]) -> None:
        durable.outcomes(base, [base.read(row)[0] for row in rows], AS_OF)

    ways = [
        Way(OURS, IN_MEMORY, lambda people: counted(decide_blocks(base, people, AS_OF))),
        Way(
            "columns, totals only",
            IN_MEMORY,
            lambda people: sum(b.totals.guaranteed.size for b in judge_blocks(base, people, AS_OF)),
        ),
        Way("sql, in DuckDB", 100_000, lambda people: run_sql(base, people, AS_OF)),
        Way("exact, one by one", 1_000, exact, rows=True),
    ]
    if importlib.util.find_spec("durable_rules_engine"):
        return [*ways, Way("durable, outcomes only", 300, by_durable, rows=True)]
    print("durable-rules 没有装（只有 3.11、3.12 能装）")
    return ways


def other_ways() -> list[Way]:
    """The dozen rules by others, as far as they are installed."""
    ways = [Way("SQL by hand, in DuckDB", IN_MEMORY, by_sql.amounts)]
    missing = [name for name in ("openfisca_core", "zen") if not importlib.util.find_spec(name)]
    if "openfisca_core" not in missing:
        from dozen import by_openfisca

        ways.append(Way("OpenFisca", IN_MEMORY, by_openfisca.amounts))
    if "zen" not in missing:
        from dozen import by_zen

        ways.append(Way("ZEN", TOLD, by_zen.amounts, rows=True))
    if missing:
        print(f"没有装 {'、'.join(missing)}：make bench，或 pip install --require-hashes -r requirements/bench.txt")
    return ways


def counted(blocks: Iterable[Any]) -> int:
    """How many rows came, each block thrown away."""
    return sum(block.num_rows for block in blocks)


# ── measuring ───────────────────────────────────────────────────────────────────────────────


def busy(run: Callable[[], object]) -> float:
    """Processor seconds of a call, its threads and children."""
    before = os.times()
    run()
    after = os.times()
    return max(1e-6, sum(after[:4]) - sum(before[:4]))


def rate(way: Way, people: pa.Table) -> float:
    """People for a processor second, without what every call costs."""
    given: Any = people.to_pylist() if way.rows else people
    one = given[:1] if way.rows else people.slice(0, 1)
    if not way.rows:
        way.run(given)  # columns learns on the way; those that meet rows remember people
    way.run(one)
    return people.num_rows / max(1e-6, busy(lambda: way.run(given)) - busy(lambda: way.run(one)))


def compared(ways: Sequence[Way], people: pa.Table) -> None:
    """Print how fast each way is."""
    rates = {w.name: rate(w, people.slice(0, w.most)) for w in ways}
    for way in ways:
        line = f"  {way.name:<26}{min(way.most, people.num_rows):>10,} people{rates[way.name]:>14,.0f} a second a core"
        print(
            line + ("" if way.name == OURS else f"   columns ÷ this {rates[OURS] / rates[way.name]:10,.1f}"), flush=True
        )


def from_disk(base: RuleBase, sizes: Sequence[int], folder: Path) -> None:
    """Parquet to Parquet, outcomes and totals, a file of every size, in a process that has decided nothing yet."""
    for size in sizes:
        path = folder / f"{size}.parquet"
        if not path.exists():
            parquet(path, base, size)
        floor = busy(lambda path=path: counted(pq.ParquetFile(path).iter_batches()))
        seconds, work, memory = _apart(path, folder / "answers.parquet")
        print(
            f"  Parquet to Parquet        {size:>10,} people{size / seconds:>14,.0f} a second on the clock, "
            f"{size / work:,.0f} a second a core, {memory:,.0f} MB   {work / floor:.1f} × reading",
            flush=True,
        )


_WHOLE_FILE = """
import resource, sys, time
from datetime import date
from talent_rules import load
base = load("ordos")
start, busy = time.perf_counter(), time.process_time()
base.decide_parquet(sys.argv[1], sys.argv[2], as_of=date(2024, 9, 1), only=("outcome", "totals"))
seconds, busy = time.perf_counter() - start, time.process_time() - busy
print(seconds, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


def _apart(source: Path, target: Path) -> tuple[float, float, float]:
    """Seconds on the clock, processor seconds and the most memory (MB) of a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(HERE.parent / "rules")}
    child = subprocess.Popen(
        [sys.executable, "-c", _WHOLE_FILE, str(source), str(target)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    said, _ = child.communicate()
    seconds, work, memory = map(float, said.split())
    return seconds, work, memory


# ── the dozen rules ─────────────────────────────────────────────────────────────────────────


def dozen_people(base: RuleBase, count: int) -> pa.Table:
    """People fully known, in whole 元 and ㎡ so that nobody has to round, salaries on both sides of the threshold."""
    people, times = typed_people(base, 1, count, unknown=0.0), {"salary": 30, "area": 1, "price": 1}
    columns = {}
    for name, column in zip(people.column_names, people.columns, strict=True):
        if name in times:
            columns[name] = pc.multiply(pc.round(column), times[name])
        else:
            plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
            columns[name] = plain.dictionary_encode() if pa.types.is_string(plain.type) else plain
    return pa.table(columns).combine_chunks()


def forgotten(people: pa.Table, share: float) -> pa.Table:
    """The same people, of whom so much is not told."""
    rng = np.random.default_rng(1)
    return pa.table(
        {
            n: pc.if_else(pa.array(rng.random(people.num_rows) < share), pa.scalar(None, c.type), c)
            for n, c in zip(people.column_names, people.columns, strict=True)
        }
    )


def ours(base: RuleBase, people: pa.Table) -> tuple[Any, Any]:
    """The least and the most of each rule, 元, a row a person."""
    found = decide_table(base, people, AS_OF, threads=1)
    lo, hi = [], []
    for benefit in base.benefits:
        outcome = found[f"{benefit.id}.outcome"].cast(pa.string())
        least, most = (found[f"{benefit.id}.{end}"].fill_null(0).to_numpy() / 100 for end in ("lo", "hi"))
        sure, open_ = (pc.is_in(outcome, pa.array(w)).to_numpy() for w in (["eligible"], ["eligible", "needs_info"]))
        lo.append(np.where(sure, least, 0))
        hi.append(np.where(open_, most, 0))
    return np.stack(lo, axis=1), np.stack(hi, axis=1)


def theirs(base: RuleBase, way: Way, people: pa.Table) -> Any:
    """The amount of each rule, 元, a row a person; NaN where it raises."""
    names = [b.id.split("/")[1] for b in base.benefits]
    if not way.rows:
        found: Any = way.run(people)
        return np.stack([np.nan_to_num(np.asarray(found[n], dtype=np.float64)) for n in names], axis=1)
    rows = []
    for person in people.to_pylist():
        try:
            (answer,) = way.run([person])  # type: ignore[misc]
            rows.append([answer[n] for n in names])
        except RuntimeError:
            rows.append([np.nan] * len(names))
    return np.array(rows, dtype=np.float64)


def told(base: RuleBase, ways: Sequence[Way]) -> None:
    """Whether all say the same of people fully known, and what they say of those people when 30 % is not told."""
    people = dozen_people(base, TOLD)
    truth, _ = ours(base, people)
    for way in ways:
        if np.abs(theirs(base, way, people) - truth).max() > 0.5:
            raise SystemExit(f"{way.name} does not say what we say: the comparison would be of different rules")
    print(
        f"  {len(base.benefits)} rules × {TOLD:,} people fully known: all say the same. With 30 % of the facts not told:"
    )
    part = forgotten(people, 0.3)
    lo, hi = ours(base, part)
    wrong, wide = ((truth < lo) | (truth > hi)).mean(), (lo < hi).mean()
    print(f"  {OURS:<26}wrong {wrong:6.1%}   raises {0:6.1%}   leaves open {wide:6.1%}")
    for way in ways:
        said = theirs(base, way, part)
        silent = np.isnan(said)
        wrong = (~silent & (np.abs(np.nan_to_num(said) - truth) > 0.5)).mean()
        print(f"  {way.name:<26}wrong {wrong:6.1%}   raises {silent.mean():6.1%}   leaves open {0:6.1%}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--keep", type=Path, help="a folder for the Parquet files, so that they are made only once")
    given = parser.parse_args()
    ordos, dozen = load("ordos"), load("dozen", HERE / "dozen")
    people = typed_people(ordos, 1, IN_MEMORY, unknown=0.3)
    print(f"ordos: {len(ordos.benefits)} benefits, {len(people.column_names)} facts, 30 % not known", flush=True)
    compared(our_ways(ordos), people)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        from_disk(ordos, given.sizes, folder)
    others = other_ways()
    print(f"\ndozen: {len(dozen.benefits)} rules, everything known", flush=True)
    compared([*our_ways(dozen), *others], dozen_people(dozen, IN_MEMORY))
    told(dozen, others)


if __name__ == "__main__":
    main()
