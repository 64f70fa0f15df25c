"""Asking back before something doubtful is used: yes or no, one of several, or of whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from talent_bot import questions
from talent_bot.answers import DONT_KNOW
from talent_bot.dialogue import Pending
from talent_bot.scene import Scene, who

MOST_OFFERED = 6


def ask_whether(scene: Scene, person: str, name: str, candidates: Sequence[Any]) -> None:
    """Ask whether a doubtful reading is meant, or which of several."""
    what = scene.name(name)
    shown = [scene.show(name, c) for c in candidates[:MOST_OFFERED]]
    if len(shown) > 1:
        text = scene.say("您说的{what}是哪一个？", what=what)
        _offer(scene, name, person, text, shown, [{name: c} for c in candidates[:MOST_OFFERED]])
        return
    text = scene.say("您是说“{label}”吗？", label=scene.fact(name, candidates[0]))
    _put(scene, Pending(name, "confirm", (name,), (shown[0],), ((),), ({name: candidates[0]},), person, text))


def ask_if_meant(scene: Scene, label: str, sets: Mapping[str, Any]) -> None:
    """Ask whether somebody who said part of an answer means all of it."""
    text = scene.say("您是说“{label}”吗？", label=label)
    _put(scene, Pending("meant", "confirm", tuple(sets), (label,), ((),), (sets,), scene.dialogue.subject, text))


def ask_readings(scene: Scene, person: str, word: str, readings: Sequence[Mapping[str, Any]]) -> None:
    """Ask which of several things of one name is meant: 市级 or 自治区 “草原英才”."""
    labels = [_label(scene, reading) for reading in readings]
    text = scene.say("“{word}”有不同的几种，您是哪一种？", word=word)
    _offer(scene, f"which:{word}"[:30], person, text, labels, [dict(r) for r in readings])


def ask_whose(scene: Scene, person: str, facts: Mapping[str, Any]) -> None:
    """Two people of one role: does this correct what was said, or is it about another one?"""
    name = who(person, scene.say)
    told = scene.say.listed(f"{scene.name(n)} {scene.show(n, v)}" for n, v in facts.items())
    text = scene.say("{who}前面说的不一样。“{facts}”说的是谁？", who=name, facts=told)
    options = (scene.say("还是刚才那位，改过来"), scene.say("是另一位"))
    _put(scene, Pending("whose", "whose", tuple(facts), options, ((), ()), (dict(facts), dict(facts)), person, text))


def another(scene: Scene, person: str) -> str:
    """A name for one more person of a role."""
    role = person.partition("_")[0]
    number = 2
    while f"{role}_{number}" in scene.dialogue.people:
        number += 1
    return f"{role}_{number}"


def _label(scene: Scene, reading: Mapping[str, Any]) -> str:
    parts = []
    for name, value in reading.items():
        whole = isinstance(value, dict) and len(value.get("any_of", ())) > 1
        parts.append(scene.name(name) if whole else scene.told(name, value))
    return scene.say.listed(parts)


def _offer(
    scene: Scene, id: str, person: str, text: str, labels: Sequence[str], sets: Sequence[Mapping[str, Any]]
) -> None:
    """One button a reading, and two ways out; neither of them is taken for a no."""
    names = tuple(dict.fromkeys(n for s in sets for n in s))
    nothing = dict.fromkeys(names, DONT_KNOW)
    options = (*labels, scene.say("都不是"), scene.say("不清楚"))
    synonyms = (*((),) * len(labels), ("不是", "没有", "都没有"), ("不知道",))
    _put(scene, Pending(id, "pick", names, options, synonyms, (*sets, {}, nothing), person, text))


def _put(scene: Scene, pending: Pending) -> None:
    scene.change(pending=pending)
    scene.closing = questions.blocks(scene.dialogue, pending, scene.say)
    scene.silent = True
