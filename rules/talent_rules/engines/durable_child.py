"""The fenced process in which durable-rules runs: rulesets and people in, names of fired rules out."""

from __future__ import annotations

import json
import sys
from typing import Any


def fire(engine: Any, handle: Any, person: dict[str, int], sid: str) -> set[str]:
    """Assert one person, collect the rules that fire, and delete the state again.

    `_go` makes the sentinel rule fire for everybody: deleting a state in which no rule fired frees
    uninitialised memory in 2.0.28.
    """
    asserted = engine.assert_fact(handle, json.dumps({"sid": sid, "id": sid, "_go": 1, **person}))
    fired: set[str] = set()
    started = engine.start_action_for_state(handle, asserted[1])
    message = started[1] if started else None
    while message:
        fired.add(next(iter(json.loads(message))))
        engine.update_state(handle, started[0])
        message = engine.complete_and_start_action(handle, asserted[1])
    engine.delete_state(handle, sid)
    return fired - {"_sentinel"}


def main() -> int:
    """Read one request from standard input, write one answer to standard output."""
    try:
        import durable_rules_engine as engine
    except ImportError:
        return 3
    request = json.load(sys.stdin)
    people: list[dict[str, int]] = request["people"]
    found: list[set[str]] = [set() for _ in people]
    for name, stage, rules in request["rulesets"]:
        rules = {**rules, "_sentinel": {"all": [{"m": {"_go": 1}}]}}
        handle = engine.create_ruleset(name, json.dumps(rules))
        for number, person in enumerate(people):
            helpers = {h: 1 for h in found[number] if ":" not in h} if stage else {}
            found[number] |= fire(engine, handle, {**person, **helpers}, str(number))
    json.dump([sorted(names) for names in found], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
