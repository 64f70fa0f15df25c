"""Asking back before something doubtful is used: yes or no, one of several, or of whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from talent_bot import questions
from talent_bot.answers import DONT_KNOW
from talent_bot.dialogue import SELF, Dialogue, Pending
from talent_bot.scene import DOUBTS, Scene, role_of, who

MOST_OFFERED = 6
WHICH = "which:"
MOST_DOUBTS = 4  # more than so many are not remembered


def ask(scene: Scene, *doubts: Pending) -> None:
    """Ask the first of some doubts; the others, and one that stood open, come back when their turn comes."""
    first, *others = doubts
    standing = scene.pending
    if standing is not None and standing.kind in DOUBTS:
        others.append(standing)
    waiting = {(d.id, d.person): d for d in (*scene.dialogue.doubts, *others)}
    waiting.pop((first.id, first.person), None)
    scene.change(pending=first, doubts=tuple(waiting.values())[-MOST_DOUBTS:])
    scene.closing = questions.blocks(scene.dialogue, first, scene.say)
    scene.silent = True


def whether(scene: Scene, person: str, name: str, candidates: Sequence[Any]) -> Pending:
    """Whether a doubtful reading is meant, or which of several."""
    say, whose = scene.say, "" if person == SELF else who(person, scene.say)
    shown = [scene.show(name, c) for c in candidates[:MOST_OFFERED]]
    if len(shown) > 1:
        what = scene.name(name)
        text = (
            say("{who}的{what}是哪一个？", who=whose, what=what) if whose else say("您说的{what}是哪一个？", what=what)
        )
        return _offer(scene, name, person, text, shown, [{name: c} for c in candidates[:MOST_OFFERED]])
    label = scene.fact(name, candidates[0])
    text = say("您是说{who}“{label}”吗？", who=whose, label=label) if whose else say("您是说“{label}”吗？", label=label)
    return Pending(name, "confirm", (name,), (shown[0],), ((),), ({name: candidates[0]},), person, text)


def if_meant(scene: Scene, label: str, sets: Mapping[str, Any]) -> Pending:
    """Whether somebody who said part of an answer means all of it."""
    text = scene.say("您是说“{label}”吗？", label=label)
    return Pending("meant", "confirm", tuple(sets), (label,), ((),), (sets,), scene.dialogue.subject, text)


def which(scene: Scene, person: str, word: str, readings: Sequence[Mapping[str, Any]]) -> Pending:
    """Which of several things of one name is meant: 市级 or 自治区 “草原英才”."""
    labels = [_label(scene, reading) for reading in readings]
    text = scene.say("“{word}”有不同的几种，您是哪一种？", word=word)
    return _offer(scene, f"{WHICH}{word}"[:30], person, text, labels, [dict(r) for r in readings])


def whose(scene: Scene, person: str, facts: Mapping[str, Any]) -> Pending:
    """Two people of one role: does this correct what was said, or is it about another one?"""
    name = who(person, scene.say)
    told = scene.say.listed(f"{scene.name(n)} {scene.show(n, v)}" for n, v in facts.items())
    text = scene.say("{who}前面说的不一样。“{facts}”说的是谁？", who=name, facts=told)
    options = (scene.say("还是刚才那位，改过来"), scene.say("是另一位"))
    return Pending("whose", "whose", tuple(facts), options, ((), ()), (dict(facts), dict(facts)), person, text)


def put_anew(scene: Scene, doubt: Pending) -> Pending:
    """The same doubt in the language of the conversation."""
    told = [s for s in doubt.sets if s and not all(value == DONT_KNOW for value in s.values())]
    if doubt.id.startswith(WHICH):
        return which(scene, doubt.person, doubt.id.removeprefix(WHICH), told)
    if doubt.kind in DOUBTS and doubt.fields == (doubt.id,):
        return whether(scene, doubt.person, doubt.id, [s[doubt.id] for s in told])
    return doubt


def next_doubt(scene: Scene) -> Pending | None:
    """What of the person we speak of is still to be asked back; it is taken off the list."""
    doubts = scene.dialogue.doubts
    found = next((d for d in doubts if d.person == scene.dialogue.subject), None)
    if found is not None:
        scene.change(doubts=tuple(d for d in doubts if d is not found))
    return found


def still_doubtful(before: Dialogue, now: Dialogue) -> tuple[Pending, ...]:
    """The doubts but those that this message settled."""

    def settled(doubt: Pending) -> bool:
        was, known = before.facts(doubt.person), now.facts(doubt.person)
        return any(was.get(name) != known.get(name) for name in doubt.fields)

    stood = (*before.doubts, before.pending)
    return tuple(d for d in now.doubts if d not in stood or not settled(d))


def another(scene: Scene, person: str) -> str:
    """A name for one more person of a role."""
    role = role_of(person)
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
) -> Pending:
    """One button a reading, and two ways out; neither of them is taken for a no."""
    names = tuple(dict.fromkeys(n for s in sets for n in s))
    nothing = dict.fromkeys(names, DONT_KNOW)
    options = (*labels, scene.say("都不是"), scene.say("不清楚"))
    synonyms = (*((),) * len(labels), ("不是", "没有", "都没有"), ("不知道",))
    return Pending(id, "pick", names, options, synonyms, (*sets, {}, nothing), person, text)
