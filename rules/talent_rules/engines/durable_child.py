"""The fenced process in which durable-rules runs: rulesets and people in, names of fired rules out."""

from __future__ import annotations

import json
import sys
from typing import Any

from talent_rules.points import Added, Best, Gain, Pick, Score, bounds


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


def score_of(written: list[Any]) -> Score:
    """A score as `durable._written` wrote it."""
    word, first, last = written
    if word == "gain":
        return Gain(first, last)
    if word == "pick":
        return Pick(tuple((part, points) for part, points in first), last)
    scores = tuple(score_of(s) for s in first)
    return Added(scores, last) if word == "added" else Best(scores, last)


def added_up(name: str, score: Score, truths: list[list[list[str]]], fired: set[str]) -> dict[str, int]:
    """The attributes of one count: the rules have told which parts are true, adding up is left."""

    def ends(reading: list[list[str]]) -> tuple[int, int]:
        return bounds(
            score, lambda part: True if reading[part][0] in fired else False if reading[part][1] in fired else None
        )

    plain, high, low = (ends(reading) for reading in truths)
    return {f"{name}l": plain[0], f"{name}h": plain[1], f"{name}b": high[0], f"{name}w": low[1]}


def main() -> int:
    """Read one request from standard input, write one answer to standard output."""
    try:
        import durable_rules_engine as engine
    except ImportError:
        return 3
    request = json.load(sys.stdin)
    people: list[dict[str, int]] = request["people"]
    found: list[set[str]] = [set() for _ in people]
    waiting = [(name, stage, score_of(score), truths) for name, stage, score, truths in request["counts"]]
    for name, stage, rules in request["rulesets"]:
        for count in [c for c in waiting if c[1] < stage]:
            waiting.remove(count)
            people = [{**p, **added_up(count[0], *count[2:], names)} for p, names in zip(people, found, strict=True)]
        rules = {**rules, "_sentinel": {"all": [{"m": {"_go": 1}}]}}
        handle = engine.create_ruleset(name, json.dumps(rules))
        for number, person in enumerate(people):
            helpers = {h: 1 for h in found[number] if ":" not in h} if stage else {}
            found[number] |= fire(engine, handle, {**person, **helpers}, str(number))
    json.dump([sorted(names) for names in found], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
