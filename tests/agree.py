"""Do all engines say the same? `python tests/agree.py --people 1000000 --durable 100000 --seed 1`.

People near every threshold of all rule files and of generated ones go through `columns` and `sql` in bulk; samples
of them also through `exact`, the reference and `durable`. `columns` must equal `exact`; `sql` and `durable` may be
less sure, never otherwise. A difference is shrunk to the few facts it needs and kept in tests/found/ as JSON.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import pyarrow as pa

from crowd import Crowd, crowd, people, profile
from generate import generate_rule_base
from reference import answers
from talent_rules import load, rulebase
from talent_rules.engines import durable
from talent_rules.engines.columns import decide_table
from talent_rules.engines.sql_run import run_sql
from talent_rules.library import RuleBase
from talent_rules.model import Decision, Outcome

AS_OF = date(2024, 9, 1)
PLACES = ("ordos", "huhehaote", "beijing-points")
FOUND = Path(__file__).parent / "found"
CHUNK = 20_000
UNSURE = Outcome.NEEDS_INFO.value
CLOSED = (Outcome.INELIGIBLE.value, Outcome.OUT_OF_SCOPE.value)
ENDS = ("lo", "hi", "verified_lo", "verified_hi")


@dataclass(frozen=True)
class Difference:
    """Two engines that contradict each other on one person."""

    base: str
    engines: str
    benefit: str
    says: str
    facts: Mapping[str, object]


Check = Callable[[RuleBase, Mapping[str, object]], str]


# ── one person ──────────────────────────────────────────────────────────────────────────────


def one(base: RuleBase, facts: Mapping[str, object]) -> dict[str, Any]:
    """One person through `columns`."""
    table = pa.table({k: pa.array([v]) for k, v in facts.items()} or {"none": pa.array([""])})
    row: dict[str, Any] = decide_table(base, table, AS_OF, threads=1).to_pylist()[0]
    return row


def columns_against_exact(base: RuleBase, facts: Mapping[str, object]) -> str:
    """What `columns` and `exact` differ in; empty when in nothing."""
    return difference(base.decide(facts, as_of=AS_OF), one(base, facts))


def difference(decision: Decision, row: Mapping[str, Any]) -> str:
    """Outcome, money, missing fields and totals, all of which have to be equal."""
    for verdict in decision.verdicts:
        money = verdict.amount
        want: list[object] = [verdict.outcome.value, *([None] * 4), "、".join(verdict.missing)]
        if money is not None:
            want[1:5] = [money.reported.lo, money.reported.hi, money.verified.lo, money.verified.hi]
        have = [row[f"{verdict.benefit}.{k}"] for k in ("outcome", *ENDS, "missing")]
        if want != have:
            return f"{verdict.benefit}: {want} · {have}"
    total = decision.total
    sums = [total.guaranteed, total.possible, total.yearly.lo, total.yearly.hi]
    have = [row[k] for k in ("guaranteed", "possible", "yearly_lo", "yearly_hi")]
    return "" if sums == have else f"totals: {sums} · {have}"


def reference_against_exact(base: RuleBase, facts: Mapping[str, object]) -> str:
    """Where the reference contradicts `exact`; empty when nowhere or when it cannot try everything."""
    read, _ = base.read(facts)
    decision = base.decide(read, as_of=AS_OF)
    if any(p.severity == "error" for p in decision.problems):
        return ""
    tried = answers(base, read, AS_OF)
    for verdict in decision.verdicts:
        found = tried[verdict.benefit]
        if found is None:
            continue
        if found.outcome is not verdict.outcome:
            return f"{verdict.benefit}: {verdict.outcome.value} · {found.outcome.value}"
        if found.amount is not None and verdict.amount is not None:
            outer, inner = verdict.amount.reported, found.amount
            inside = outer.lo <= inner.lo and (outer.hi is None or (inner.hi is not None and inner.hi <= outer.hi))
            if not inside or (found.exact and outer != inner):
                return f"{verdict.benefit}: {outer} · {inner}"
    return ""


def sql_against_columns(base: RuleBase, facts: Mapping[str, object]) -> str:
    """Where `sql` contradicts `columns` or is surer; empty when nowhere."""
    table = pa.table({k: pa.array([v]) for k, v in facts.items()} or {"none": pa.array([""])})
    by_columns = decide_table(base, table, AS_OF, threads=1)
    bad = contradictions(base, by_columns, run_sql(base, table, AS_OF))
    return next((f"{name}: {what}" for name, what, _ in bad), "")


# ── many people ─────────────────────────────────────────────────────────────────────────────


def contradictions(base: RuleBase, by_columns: pa.Table, by_sql: pa.Table) -> Iterator[tuple[str, str, int]]:
    """Benefit, what, and the row of every contradiction between two tables of results."""
    words = by_columns["problems"].cast(pa.string()).to_pylist()
    seen = by_sql["contradiction"].fill_null(False).to_numpy()
    # What SQL has no column for: that a value known in part contradicts another.
    judged = np.array(["P604" not in w and ("P605" not in w or bool(s)) for w, s in zip(words, seen, strict=True)])
    for benefit in base.benefits:
        left = by_columns[f"{benefit.id}.outcome"].cast(pa.string()).to_numpy(zero_copy_only=False)
        right = by_sql[f"{benefit.id}.outcome"].to_numpy(zero_copy_only=False)
        same = left == right
        closed = np.isin(left, CLOSED) & np.isin(right, CLOSED)  # a day known in part decides which no it is
        for row in np.flatnonzero(judged & ~same & ~closed & (right != UNSURE)).tolist():
            yield benefit.id, f"columns {left[row]} · sql {right[row]}", row
        for end in ENDS:
            one_end, other = (_ints(t[f"{benefit.id}.{end}"], end) for t in (by_columns, by_sql))
            wrong = other > one_end if end.endswith("lo") else other < one_end
            for row in np.flatnonzero(judged & same & wrong).tolist():
                yield benefit.id, f"{end}: columns {one_end[row]} · sql {other[row]}", row
    for word in ("guaranteed", "possible", "yearly_lo", "yearly_hi"):
        one_end, other = (
            _ints(t[word], "hi" if word in ("possible", "yearly_hi") else "lo") for t in (by_columns, by_sql)
        )
        wrong = other < one_end if word in ("possible", "yearly_hi") else other > one_end
        for row in np.flatnonzero(judged & wrong).tolist():
            yield word, f"columns {one_end[row]} · sql {other[row]}", row


def _ints(column: pa.ChunkedArray, end: str) -> Any:
    """A column of money with what is absent or unbounded as the widest end."""
    return column.fill_null(-1 if end.endswith("lo") else 1 << 62).to_numpy()


def rows_of(table: pa.Table, picks: Sequence[int]) -> list[dict[str, object]]:
    """Some rows as profiles."""
    return [profile(r) for r in table.take(pa.array(picks, pa.int64())).to_pylist()]


@dataclass(frozen=True)
class Sample:
    """How many people of a chunk the slower engines judge too."""

    exact: int
    reference: int
    durable: int


def check(name: str, base: RuleBase, group: Crowd, seed: int, count: int, sample: Sample) -> list[Difference]:
    """So many people of a crowd through all engines."""
    table = people(group, seed, count, unknown=(0.0, 0.1, 0.3)[seed % 3])
    by_columns = decide_table(base, table, AS_OF)
    found: list[Difference] = []
    for benefit, _, row in contradictions(base, by_columns, run_sql(base, table, AS_OF)):
        found.append(shrunk(name, base, "columns sql", benefit, sql_against_columns, rows_of(table, [row])[0]))
        if len(found) > 3:
            break
    picks = np.random.default_rng(seed).permutation(count).tolist()
    found += _one_by_one(name, base, table, by_columns, picks[: sample.exact], sample.reference)
    return found + _durable(name, base, table, by_columns, picks[: sample.durable])


def _one_by_one(
    name: str, base: RuleBase, table: pa.Table, by_columns: pa.Table, picks: Sequence[int], reference: int
) -> list[Difference]:
    found: list[Difference] = []
    said = by_columns.take(pa.array(picks, pa.int64())).to_pylist()
    for index, facts in enumerate(rows_of(table, picks)):
        if difference(base.decide(facts, as_of=AS_OF), said[index]):
            found.append(shrunk(name, base, "exact columns", "", columns_against_exact, facts))
        if index < reference and reference_against_exact(base, facts):
            found.append(shrunk(name, base, "exact reference", "", reference_against_exact, facts))
        if len(found) > 3:
            break
    return found


def _durable(
    name: str, base: RuleBase, table: pa.Table, by_columns: pa.Table, picks: Sequence[int]
) -> list[Difference]:
    """Against `columns`, which `exact` bears out: that is a hundred times faster than asking `exact` again."""
    rows = rows_of(table, picks)
    if not rows:
        return []
    try:
        by_durable = durable.outcomes(base, [base.read(r)[0] for r in rows], AS_OF)
    except ImportError:
        return []
    said = by_columns.take(pa.array(picks, pa.int64()))
    found: list[Difference] = []
    for benefit in base.benefits:
        words = said[f"{benefit.id}.outcome"].cast(pa.string()).to_pylist()
        for facts, word, fired in zip(rows, words, by_durable, strict=True):
            if _contrary(word, fired[benefit.id]) and len(found) < 4:
                found.append(shrunk(name, base, "exact durable", benefit.id, durable_against_exact, facts))
    return found


def _contrary(word: str, outcome: Outcome) -> bool:
    """Whether `durable` says otherwise, not only less: which of two noes it is hangs on a day known in part."""
    return outcome.value not in (word, UNSURE) and not {outcome.value, word} <= {*CLOSED}


def durable_against_exact(base: RuleBase, facts: Mapping[str, object]) -> str:
    """Where `durable` contradicts `exact`; empty when nowhere."""
    read, _ = base.read(facts)
    said = durable.outcomes(base, [read], AS_OF)[0]
    for verdict in base.decide(read, as_of=AS_OF).verdicts:
        if _contrary(verdict.outcome.value, said[verdict.benefit]):
            return f"{verdict.benefit}: exact {verdict.outcome.value} · durable {said[verdict.benefit].value}"
    return ""


def shrunk(
    name: str, base: RuleBase, engines: str, benefit: str, check: Check, facts: Mapping[str, object]
) -> Difference:
    """The difference with as few facts as still show it."""
    left, says = dict(facts), check(base, facts)
    for key in list(left):
        fewer = {k: v for k, v in left.items() if k != key}
        still = check(base, fewer)
        if still:
            left, says = fewer, still
    return Difference(name, engines, benefit, says, left)


def base_named(name: str) -> RuleBase:
    """The rule base of a place, or the generated one of a seed."""
    return generate_rule_base(int(name.removeprefix("seed")), 5) if name.startswith("seed") else load(name)


def whole_base(base: RuleBase) -> rulebase.RuleBase:
    """A rule base without its verbs, so that parts of it can be replaced."""
    return rulebase.RuleBase(**{f.name: getattr(base, f.name) for f in dataclass_fields(base)})


def keep(found: Sequence[Difference]) -> None:
    """Write differences into tests/found/."""
    FOUND.mkdir(exist_ok=True)
    for difference in found:
        engines = difference.engines.replace(" ", "-")
        digits = zlib.crc32(difference.says.encode()) % 10**6
        path = FOUND / f"{difference.base}-{engines}-{digits:06}.json"
        path.write_text(json.dumps(asdict(difference), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Run the campaign; 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--durable", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bases", type=int, default=10, help="generated rule bases beside those of the places")
    parser.add_argument("--exact", type=int, default=20_000, help="people also through exact")
    parser.add_argument("--reference", type=int, default=1_000, help="of these, people also through the reference")
    options = parser.parse_args()
    if options.durable and not importlib.util.find_spec("durable_rules_engine"):
        print("durable-rules is not installed: left out", flush=True)
    names = [*PLACES, *(f"seed{options.seed + i}" for i in range(options.bases))]
    places = options.people // 2 // len(PLACES)
    shares = [places] * len(PLACES) + [options.people // 2 // max(1, options.bases)] * options.bases
    found: list[Difference] = []
    done = 0
    for name, share in zip(names, shares, strict=True):
        start, base = time.perf_counter(), base_named(name)
        group = crowd(base, options.seed, size=200)
        chunks = [min(CHUNK, share - at) for at in range(0, share, CHUNK)]
        parts = len(names) * len(chunks)
        sample = Sample(options.exact // parts, options.reference // parts, options.durable // parts)
        for number, count in enumerate(chunks):
            found += check(name, base, group, options.seed + number, count, sample)
            done += count
        seconds = time.perf_counter() - start
        print(f"{name}: {share} people, {len(found)} differences so far, {seconds:.0f} s", flush=True)
    keep(found)
    for difference in found[:20]:
        print(json.dumps(asdict(difference), ensure_ascii=False))
    print(f"{done} people, {len(found)} differences")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
