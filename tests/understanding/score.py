"""Score the reader of messages on the labelled sets, and time it on the longest messages there can be.

python tests/understanding/score.py [--show] [--only seen|unseen|blind1…]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "bot"))

from talent_bot.understanding import Context, Understander, Understood  # noqa: E402

TODAY = date(2026, 11, 21)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over a set: facts found rightly, wrongly, missed; leading intents right of all; other parts missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    intents: int = 0
    messages: int = 0
    asides: int = 0
    aside_right: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, n) + getattr(other, n) for n in self.__dataclass_fields__))

    @property
    def precision(self) -> float:
        """Share of the facts found that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of the facts there that are found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    @property
    def intent(self) -> float:
        """Share of messages whose leading intent is acceptable."""
        return self.intents / max(1, self.messages)

    @property
    def aside(self) -> float:
        """Share of the denials, suppositions, confirmations, subjects and benefits that are found."""
        return self.aside_right / max(1, self.asides)


def cases(which: str) -> list[dict[str, Any]]:
    """The labelled messages of `seen`, `unseen` or a named file."""
    folder = HERE / which if which != "seen" else HERE
    files = sorted(folder.glob("*.yaml"))
    return [case for file in files for case in yaml.safe_load(file.read_text(encoding="utf-8"))]


def understand(understander: Understander, case: Mapping[str, Any]) -> Understood:
    """Read one labelled message."""
    return understander.read(case["text"], today=TODAY, context=Context.from_json(case.get("context")))


def triples(tree: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str, Any]]:
    """A tree of facts as a list of person, field, value."""
    return [(person, name, value) for person, own in tree.items() for name, value in own.items()]


def compare(case: Mapping[str, Any], got: Understood) -> Score:
    """Count one message; values under `may` are neither demanded nor wrong."""
    expect = case["expect"]
    wanted, found = triples(expect.get("facts") or {}), triples(got.facts)
    allowed = triples(expect.get("may") or {})
    right = sum(f in wanted for f in found)
    wrong = sum(f not in wanted and f not in allowed for f in found)
    asides = list(_asides(expect, got))
    lead = bool(got.intents) and got.intents[0] in expect["intents"]
    return Score(right, wrong, sum(w not in found for w in wanted), int(lead), 1, len(asides), sum(asides))


def _asides(expect: Mapping[str, Any], got: Understood) -> list[bool]:
    out = [t in triples(got.hypothetical) for t in triples(expect.get("hypothetical") or {})]
    out += [t in triples(got.derive) for t in triples(expect.get("derive") or {})]
    for key, part in (("deny", got.deny), ("confirm", got.confirm), ("clear", got.clear)):
        for person, own in (expect.get(key) or {}).items():
            if isinstance(own, list):
                out += [name in part.get(person, ()) for name in own]
            else:
                out += [v in part.get(person, {}).get(name, ()) for name, values in own.items() for v in values]  # type: ignore[union-attr]
    out += [b in got.benefits for b in expect.get("benefits") or ()]
    return out + ([got.subject == expect["subject"]] if "subject" in expect else [])


def score(understander: Understander, which: str, show: bool = False) -> Score:
    """The score of one set."""
    total = Score()
    for case in cases(which):
        got = understand(understander, case)
        one = compare(case, got)
        total += one
        if show and (one.wrong or one.missed or not one.intents or one.asides > one.aside_right):
            said = {key: part for key, part in got.to_json().items() if part}
            print(f"{case['id']} {case['text']}\n    want {case['expect']}\n    got  {said}")
    return total


def line(name: str, s: Score) -> str:
    """One printed row."""
    return (
        f"{name:8} messages {s.messages:4}  facts P {s.precision:.3f} R {s.recall:.3f} F1 {s.f1:.3f} "
        f"(right {s.right} wrong {s.wrong} missed {s.missed})  intents {s.intent:.3f}  other parts {s.aside:.3f}"
    )


def slowest(understander: Understander, limit: int = 1000) -> tuple[float, str]:
    """The longest reading time in milliseconds over labelled messages repeated to the cap, and the message."""
    worst, text = 0.0, ""
    texts = {case["text"] for folder in HERE.rglob("*.yaml") for case in yaml.safe_load(folder.read_text("utf-8"))}
    for one in sorted(texts)[::4]:
        for filled in ((one * limit)[:limit], (one + "，") * (limit // (len(one) + 1))):
            took = min(_milliseconds(understander, filled) for _ in range(2))
            if took > worst:
                worst, text = took, one
    return worst, text


def _milliseconds(understander: Understander, text: str) -> float:
    start = time.process_time()
    understander.read(text, today=TODAY)
    return (time.process_time() - start) * 1000


def main() -> None:
    """Print the scores of every set there is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    understander = Understander.from_data(ROOT / "policy_data")
    sets = ["seen", *sorted(p.name for p in HERE.iterdir() if p.is_dir() and any(p.glob("*.yaml")))]
    for which in [args.only] if args.only else sets:
        print(line(which, score(understander, which, args.show)))
    if not args.only:
        worst, text = slowest(understander)
        print(f"slowest {worst:.0f} ms: {text!r}, said again and again until 1,000 characters are full")


if __name__ == "__main__":
    main()
