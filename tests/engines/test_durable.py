"""durable-rules: it agrees with the exact engine, and each of its limits is real."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import date

import pytest

pytest.importorskip("durable_rules_engine", reason="durable-rules 没有装上（Python 3.13 上不能导入），跳过")

from talent_rules import Facts, Outcome, RuleBase, load
from talent_rules.engines import durable, durable_writer, outcomes_by
from talent_rules.model import OneOf, Value

DAY = date(2024, 9, 1)
SURE = (Outcome.ELIGIBLE, Outcome.INELIGIBLE, Outcome.OUT_OF_SCOPE, Outcome.NEEDS_REVIEW)


@pytest.fixture(scope="module")
def base() -> RuleBase:
    return load("ordos")


def test_every_case_of_the_rule_files_comes_out_as_exactly(base: RuleBase) -> None:
    people = [base.read(case.given)[0] for case in base.cases]
    for facts, found in zip(people, durable.outcomes(base, people, DAY), strict=True):
        for verdict in base.decide(facts, as_of=DAY).verdicts:
            outcome = found[verdict.benefit]
            assert outcome is verdict.outcome or outcome is Outcome.NEEDS_INFO


def test_random_people_never_get_a_contrary_outcome(base: RuleBase) -> None:
    rnd = random.Random(7)
    people = []
    for _ in range(150):
        values: dict[str, Value] = {}
        for entry in base.vocabulary.fields.values():
            if entry.options and entry.kind.value in ("枚举", "有序枚举") and rnd.random() < 0.6:
                ids = [o.id for o in entry.options]
                values[entry.id] = OneOf(frozenset(rnd.sample(ids, 2))) if rnd.random() < 0.1 else rnd.choice(ids)
            elif entry.kind.value == "是非" and rnd.random() < 0.6:
                values[entry.id] = rnd.random() < 0.5
        people.append(Facts(values))
    same = compared = 0
    for facts, found in zip(people, durable.outcomes(base, people, DAY), strict=True):
        decision = base.decide(facts, as_of=DAY)
        if decision.problems:
            continue  # contradictory facts
        compared += 1
        for verdict in decision.verdicts:
            outcome = found[verdict.benefit]
            if outcome in SURE:
                assert outcome is verdict.outcome, (verdict.benefit, facts)
            same += outcome is verdict.outcome
    assert compared > 20
    assert same > 0.9 * compared * len(base.benefits)


def test_the_command_can_use_it(base: RuleBase) -> None:
    facts = base.read({"学位": "专科"})[0]
    assert outcomes_by("durable", base, facts, DAY)["ordos-housing-2024/settling_in"].outcome is Outcome.INELIGIBLE


def test_a_mutant_is_caught(base: RuleBase, monkeypatch: pytest.MonkeyPatch) -> None:
    true_ranges = durable_writer._ranges
    monkeypatch.setattr(durable_writer, "_ranges", lambda name, mask: true_ranges(name, mask << 1))
    people = [base.read(case.given)[0] for case in base.cases[:60]]
    contrary = 0
    for facts, found in zip(people, durable.outcomes(base, people, DAY), strict=True):
        for verdict in base.decide(facts, as_of=DAY).verdicts:
            contrary += found[verdict.benefit] in SURE and found[verdict.benefit] is not verdict.outcome
    assert contrary


def test_names_that_share_a_hash_are_refused() -> None:
    with pytest.raises(ValueError, match="share a hash"):
        durable._check_hashes(("attr49199", "attr108832"))


# ── the limits, each in a process of its own ────────────────────────────────────────────────


def run(program: str, timeout: float = 20) -> subprocess.CompletedProcess[str]:
    head = "import json, durable_rules_engine as E\n"
    return subprocess.run(
        [sys.executable, "-c", head + program], capture_output=True, text=True, timeout=timeout, check=False
    )


def test_more_than_64_satisfied_branches_fail_as_a_whole() -> None:
    program = """
for k in (64, 65):
    h = E.create_ruleset(f'x{k}', json.dumps({f'r{i}': {'all': [{'m': {'$gte': {'a': i}}}]} for i in range(k)}))
    try: E.assert_fact(h, json.dumps({'sid': '1', 'a': 10**6})); print('ok')
    except Exception as e: print(e)
"""
    first, second = run(program).stdout.strip().splitlines()
    assert first == "ok"
    assert "303" in second


def test_the_rules_as_they_stand_cannot_be_built_without_splitting(
    base: RuleBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable_writer, "TESTS_A_RULE", 10_000)
    with pytest.raises(RuntimeError, match="error code: 1"):
        durable.outcomes(base, [Facts()], DAY)


def test_no_more_than_1024_people_at_a_time() -> None:
    program = """
h = E.create_ruleset('x', json.dumps({'r': {'all': [{'m': {'a': 1}}]}}))
n = 0
try:
    for n in range(1100): E.assert_fact(h, json.dumps({'sid': str(n), 'a': 1}))
except Exception: pass
print(n)
"""
    assert run(program).stdout.strip() == "1024"


def test_two_attribute_names_can_be_one_to_it() -> None:
    program = """
h = E.create_ruleset('x', json.dumps({'r': {'all': [{'m': {'attr49199': 1}}]}}))
print(E.assert_fact(h, json.dumps({'sid': '1', 'attr108832': 1}))[0])
"""
    assert run(program).stdout.strip() == "0"


def test_a_rule_on_absence_never_ends() -> None:
    program = """
h = E.create_ruleset('x', json.dumps({'r': {'all': [{'m': {'$nex': {'b': 1}}}]}}))
r = E.assert_fact(h, json.dumps({'sid': '1', 'id': '1', 'a': 1}))
s = E.start_action_for_state(h, r[1]); m = s[1] if s else None; n = 0
while m and n < 5000:
    n += 1; E.update_state(h, s[0]); m = E.complete_and_start_action(h, r[1])
print(n)
"""
    done = run(program)
    assert done.returncode != 0 or int(done.stdout) >= 5000


def test_strings_are_silently_compared_as_they_come() -> None:
    program = """
h = E.create_ruleset('x', json.dumps({'r': {'all': [{'m': {'$lte': {'age': 40}}}]}, 's': {'all': [{'m': {'go': 1}}]}}))
def fired(age, sid):
    r = E.assert_fact(h, json.dumps({'sid': sid, 'id': sid, 'go': 1, 'age': age})); f = set()
    s = E.start_action_for_state(h, r[1]); m = s[1] if s else None
    while m: f.add(next(iter(json.loads(m)))); E.update_state(h, s[0]); m = E.complete_and_start_action(h, r[1])
    E.delete_state(h, sid); return 'r' in f
print(json.dumps([fired('9', 'a'), fired('100', 'b')]))
"""
    assert json.loads(run(program).stdout) == [False, True]
