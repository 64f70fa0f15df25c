"""How long one explained decision, the next question and loading take: p50 and p95, in one run.

On the Ordos rule base and on a generated one of 600 policies, for random people of whom a third to two
thirds is known. `cold` forgets every remembered verdict before each person, `new` is somebody a service
that has seen others meets for the first time, `warm` somebody it has met. Every decision has all its
reasons, and one benefit is put into words. Run: `python benchmarks/decide.py [--people N]`.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from generate import generate_rule_base, write_rule_base
from talent_rules import Facts, RuleBase, load
from talent_rules import explained as explain_one
from talent_rules.vocabulary import Kind

DAY = date(2024, 9, 1)


def person(base: RuleBase, rnd: random.Random) -> Facts:
    """Somebody of whom a third to two thirds is known."""
    share = rnd.uniform(0.33, 0.66)
    profile: dict[str, object] = {}
    for entry in base.vocabulary.fields.values():
        if rnd.random() > share or entry.derivation is not None or entry.id == "application_date":
            continue
        if entry.kind is Kind.FLAG:
            profile[entry.id] = rnd.random() < 0.5
        elif entry.options and entry.kind is not Kind.SET:
            profile[entry.id] = rnd.choice(entry.options).id
        elif entry.kind is Kind.DATE:
            profile[entry.id] = date.fromordinal(rnd.randint(737_500, 739_400)).isoformat()
        elif entry.kind is Kind.MONTHS:
            profile[entry.id] = rnd.choice([1, 2, 3, 5])
        elif entry.kind is Kind.COUNT:
            profile[entry.id] = rnd.randint(int(entry.lo or 0), min(int(entry.hi or 60), 60))
    return base.read(profile)[0]


def explained(base: RuleBase, facts: Facts) -> None:
    """A decision with every reason worked out, and one benefit put into words."""
    decision = base.decide(facts, as_of=DAY)
    explain_one(base, decision.verdicts[0], facts, DAY)


def timed(people: list[Facts], work: Callable[[Facts], object], before: Callable[[], object]) -> str:
    """p50 and p95 in milliseconds."""
    times = []
    for facts in people:
        before()
        start = time.perf_counter()
        work(facts)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return f"p50 {times[len(times) // 2]:7.2f} ms   p95 {times[len(times) * 95 // 100]:7.2f} ms"


def report(name: str, base: RuleBase, count: int) -> None:
    rnd = random.Random(5)
    people = [person(base, rnd) for _ in range(count)]
    base.circuits  # noqa: B018 - compiled once, at start
    print(f"\n{name}：{len(base.policies)} 份政策，{len(base.benefits)} 项待遇，{count} 人")

    def forget() -> None:
        base.memo.clear()

    def nothing() -> None:
        return None

    def decide(facts: Facts) -> None:
        explained(base, facts)

    def ask(facts: Facts) -> None:
        base.next_question(facts, as_of=DAY)

    half = count // 2
    for what, work in (("解释一次决定", decide), ("下一问      ", ask)):
        print(f"  {what} cold ", timed(people[:half], work, forget))
        timed(people[:half], work, nothing)
        print(f"  {what} new  ", timed(people[half:], work, nothing))
        print(f"  {what} warm ", timed(people, work, nothing))


def loading(name: str, place: str, folder: Path | None) -> None:
    """Load without and with the cache."""
    with tempfile.TemporaryDirectory() as cache:
        times = []
        for setting in ("off", cache, cache):
            os.environ["TALENT_CACHE"] = setting
            start = time.perf_counter()
            load(place, folder)
            times.append(time.perf_counter() - start)
    print(f"{name}：读入 {times[0] * 1000:.0f} ms，有缓存 {times[2] * 1000:.0f} ms（{times[0] / times[2]:.0f} 倍）")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--policies", type=int, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_rule_base(Path(folder), 1, options.policies, benefits=1)
        loading("鄂尔多斯", "ordos", None)
        loading(f"生成的 {options.policies} 份政策", "town", Path(folder))
    report("鄂尔多斯", load("ordos"), options.people)
    report("生成的规则库", generate_rule_base(1, options.policies, benefits=1), max(30, options.people // 5))


if __name__ == "__main__":
    main()
