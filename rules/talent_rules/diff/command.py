"""What `talent diff` does, as one plain function."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from talent_rules.diff import render, workbook
from talent_rules.diff.affected import affected
from talent_rules.diff.counting import impact
from talent_rules.diff.model import Difference, Impact
from talent_rules.diff.opening import opened
from talent_rules.diff.people import People, read_people
from talent_rules.diff.places import differing_place, lacks
from talent_rules.diff.population import Invented
from talent_rules.diff.supposing import Supposed, scope_notes, supposing_notes, usual_beside
from talent_rules.diff.symbolic import compare
from talent_rules.model import Problem
from talent_rules.rulebase import RuleBase


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison, ready to print, and what was not understood in the list of people."""

    difference: Difference
    impact: Impact | None
    output: str
    problems: tuple[Problem, ...] = ()


def diff(
    old: str,
    new: str,
    *,
    data: Path,
    as_of: date,
    place: str = "",
    people: Path | None = None,
    synthetic: int = 0,
    seed: int = 1,
    form: str = "text",
) -> Compared:
    """Compare two versions.

    `old` and `new` are a data folder, a rule file, or `修订:路径`; `place` is where they differ unless named; `people`
    an Excel, CSV, JSONL or Parquet list of people, `synthetic` the size of an invented population instead; `form` is
    text, json or html.
    Raises Rejected when something cannot be read, ValueError for a form there is not.
    """
    if form not in ("text", "json", "html"):
        raise ValueError(form)
    place = place or differing_place(old, new, data)
    with _both(old, new, data, place) as (before, after):
        difference = compare(before, after, as_of)
        found: Impact | None = None
        problems: tuple[Problem, ...] = ()
        if people is not None:
            listed = _people(people, after, as_of)
            found = counted(before, after, listed, as_of, source=people.name)
            problems = listed.problems()
        elif synthetic:
            like = [c.witness.facts for c in difference.substantive if c.witness is not None]
            change = affected(before, after)
            crowd = Invented(after, synthetic, seed, like)
            found = impact(change.old, change.new, crowd, as_of, seed=seed, falls_of=change.differing)
            invented, *others = found.caveats
            found = replace(found, caveats=(invented, *scope_notes(change), *others))
        if form == "html":
            output = render.page(difference, found, names=(old, new))
        elif form == "json":
            output = json.dumps(render.as_json(difference, found, after.vocabulary), ensure_ascii=False) + "\n"
        else:
            output = render.text(difference, found)
    return Compared(difference, found, output, problems)


@contextmanager
def _both(old: str, new: str, data: Path, place: str) -> Iterator[tuple[RuleBase, RuleBase]]:
    """Two versions; of a place that only one of them has, the other has nothing."""
    gone, come = lacks(new, place), lacks(old, place)
    if gone and not come:
        with opened(old, data, place) as before:
            yield before, _nothing_of(before)
    elif come and not gone:
        with opened(new, data, place) as after:
            yield _nothing_of(after), after
    else:
        with opened(old, data, place) as before, opened(new, data, place) as after:
            yield before, after


def _nothing_of(base: RuleBase) -> RuleBase:
    """The words of a rule base without a rule."""
    return replace(base, version="sha256:（没有）", policies={}, benefits=(), relations=(), cases=())


def counted(old: RuleBase, new: RuleBase, people: People, as_of: date, *, source: str = "") -> Impact:
    """What a change means for a list of people, and what was supposed of them."""
    change = affected(old, new)
    supposed = Supposed(people, new.vocabulary, usual_beside(change))
    found = impact(change.old, change.new, supposed, as_of, source=source, falls_of=change.differing)
    notes = (*scope_notes(change), *supposing_notes(change, supposed, as_of))
    return replace(found, caveats=(*notes, *found.caveats))


def _people(path: Path, base: RuleBase, as_of: date) -> People:
    if path.suffix.lower() not in workbook.KINDS:
        return read_people(path, base)
    return workbook.read_workbook(path, base, as_of)
