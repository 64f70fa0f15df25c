"""The second opinion: durable-rules rulesets built from the same circuits, run in a fenced child.

durable-rules 2.0.28 is unmaintained and unsafe in known ways (docs/durable.md), so it is used only by
a recipe that was measured: facts are small integers, unknown is absent, every ruleset has a rule that
always fires, rules are sharded, one person is alive at a time, and all of it runs in one thread of a
child process. Two-valued Rete becomes Kleene logic by giving each benefit a rule for “certainly holds”
and one for “certainly does not”.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from talent_rules.derive import State, known_state
from talent_rules.engines.durable_writer import Count, Writer, with_opens
from talent_rules.model import Facts, Outcome
from talent_rules.points import Added, Best, Gain, Score
from talent_rules.rulebase import Circuit, RuleBase

RULES_A_SHARD = 30
_FNV_PRIME, _FNV_BASIS = 16777619, 2166136261


@dataclass(frozen=True, slots=True)
class Ruleset:
    """One shard as durable-rules JSON; `stage` 1 may use what the rules of stage 0 found, and so on."""

    name: str
    stage: int
    rules: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """All shards of a rule base in the order of their stages, and what is counted in between."""

    rulesets: tuple[Ruleset, ...]
    counts: tuple[Count, ...] = ()


def outcomes(base: RuleBase, people: Sequence[Facts], as_of: date) -> list[dict[str, Outcome]]:
    """The outcome of every benefit for each person. Raises ImportError where durable-rules is absent.

    Strong Kleene, so never surer than the exact engine; a partly known value counts as unknown
    unless it settles the cell.
    """
    program = compile_rules(base)
    states = [known_state(base, facts, as_of) for facts in people]
    fired = run(program, [attributes(base, state) for state in states])
    return [{b.id: _outcome(b.id, names) for b in base.benefits} for names in fired]


def _outcome(benefit: str, fired: set[str]) -> Outcome:
    """The verdict from the rules that fired: O not in force, T surely, F surely not, P/N but for open leaves."""
    found = {name.partition(":")[0] for name in fired if name.partition(":")[2] == benefit}
    if "O" in found:
        return Outcome.OUT_OF_SCOPE
    if "F" in found:
        return Outcome.INELIGIBLE
    if "T" in found:
        return Outcome.ELIGIBLE
    return Outcome.NEEDS_REVIEW if {"P", "N"} <= found else Outcome.NEEDS_INFO


# ── circuits → rulesets ─────────────────────────────────────────────────────────────────────


def compile_rules(base: RuleBase) -> Program:
    """The rule base as sharded rulesets over attributes f0, f1 … Raises ValueError on a hash clash."""
    writer = Writer()
    rules: list[tuple[int, str, Any]] = []
    for benefit, circuit in zip(base.benefits, base.circuits, strict=True):
        rules += _rules(base, benefit.id, circuit, writer)
    rules += [(stage, name, {"all": [{"m": test}]}) for stage, name, test in writer.helpers]
    attributes = [f"f{n}" for n in range(len(base.axes))] + [h[1] for h in writer.helpers]
    attributes += [c.name + end for c in writer.counts for end in "lhbw"]
    _check_hashes((*attributes, "sid", "id", "_go"))
    return Program(tuple(_shards(sorted(rules, key=lambda r: r[0]))), writer.counts)


def _shards(rules: list[tuple[int, str, Any]]) -> Iterator[Ruleset]:
    for stage in sorted({r[0] for r in rules}):
        own = [(name, rule) for number, name, rule in rules if number == stage]
        for start in range(0, len(own), RULES_A_SHARD):
            yield Ruleset(f"s{stage}x{start}", stage, dict(own[start : start + RULES_A_SHARD]))


def _rules(base: RuleBase, benefit: str, circuit: Circuit, writer: Writer) -> Iterator[tuple[int, str, Any]]:
    number = [base.axes.get(axis, -1) for axis in circuit.axes]
    cases = (
        ("O", circuit.opposite_scope, False),
        ("F", circuit.opposite, False),
        ("T", circuit.condition, False),
        ("P", circuit.condition, True),
        ("N", circuit.opposite, True),
    )
    for letter, formula, opens in cases:
        settled = with_opens(formula, circuit, opens)
        if settled is not False:
            test, stage, _ = writer.test(settled, circuit, number, opens)
            yield stage, f"{letter}:{benefit}", {"all": [{"m": test}]}


def attributes(base: RuleBase, state: State) -> dict[str, int]:
    """A person as attributes: the cell of every axis that is settled; unknown is absent."""
    found = {}
    for number, mask in enumerate(state.masks):
        if number not in state.oracles and mask and mask & (mask - 1) == 0:
            found[f"f{number}"] = mask.bit_length() - 1
    return found


def _check_hashes(names: Iterable[str]) -> None:
    """durable-rules knows attributes by a 32-bit FNV-1a hash alone; two names must not share one."""
    seen: dict[int, str] = {}
    for name in names:
        value = _FNV_BASIS
        for byte in name.encode():
            value = ((value ^ byte) * _FNV_PRIME) & 0xFFFFFFFF
        if seen.setdefault(value, name) != name:
            raise ValueError(f"attributes {name} and {seen[value]} share a hash")


def _written(score: Score) -> list[Any]:
    """A score as the child reads it again."""
    if isinstance(score, Gain):
        return ["gain", score.part, score.points]
    if isinstance(score, (Added, Best)):
        word = "added" if isinstance(score, Added) else "best"
        return [word, [_written(s) for s in score.scores], score.cap]
    return ["pick", score.rows, score.some]


# ── the child process ───────────────────────────────────────────────────────────────────────


def run(program: Program, people: Sequence[dict[str, int]]) -> list[set[str]]:
    """The names of the rules that fire for each person, computed in a child process.

    Raises ImportError where durable-rules cannot be imported and RuntimeError when the child dies.
    """
    request = json.dumps(
        {
            "rulesets": [[s.name, s.stage, s.rules] for s in program.rulesets],
            "counts": [[c.name, c.stage, _written(c.score), c.truths] for c in program.counts],
            "people": list(people),
        }
    )
    child = subprocess.run(
        [sys.executable, "-m", "talent_rules.engines.durable_child"],
        input=request.encode(),
        capture_output=True,
        check=False,
        timeout=60 + len(people) // 50,
    )
    if child.returncode == 3:
        raise ImportError("durable-rules", name="durable-rules")
    if child.returncode != 0:
        raise RuntimeError(f"durable-rules child ended with {child.returncode}: {child.stderr.decode()[-300:]}")
    return [set(names) for names in json.loads(child.stdout)]
