"""Of whom a message tells in this conversation: 他 and 这个员工 are who is spoken of, 还有一个 is somebody new."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from talent_bot.confirming import another
from talent_bot.dialogue import SELF, Dialogue
from talent_bot.scene import Scene, role_of
from talent_bot.understanding import STAFF
from talent_bot.understanding import Understood as Meaning

_SPEAKER = re.compile(r"[我俺咱](?!们)|本人")
_ANOTHER = re.compile(r"(?:还|另|另外|再|又)有?(?:一|1)?(?:个|名|位)|第[二三四五六七八九十]个")


def spoken_of(dialogue: Dialogue) -> str:
    """Whom “他” can only be: who is asked about, else the one other person there is talk of; "" for nobody."""
    others = [person for person in dialogue.people if person != SELF]
    if dialogue.subject != SELF:
        return dialogue.subject
    return others[0] if len(others) == 1 else ""


def of_whom(scene: Scene, meaning: Meaning, text: str) -> Meaning:
    """While we speak of somebody else, “他是硕士” and “硕士” are about that person; else “他” is who was named."""
    he = spoken_of(scene.dialogue)
    if not he:
        return meaning
    mine = scene.dialogue.subject == SELF or _SPEAKER.search(text)  # “我们” includes them
    theirs = {"other"} if mine else {"other", SELF}
    theirs |= {role_of(he)}  # while we speak of the second employee, “这个员工” is that one
    return _told_of(meaning, dict.fromkeys(theirs, he))


def another_one(scene: Scene, meaning: Meaning, text: str) -> Meaning:
    """“还有一个员工，博士”: the next of an employer's people, and no correction of what was said of the first."""
    for role in sorted(STAFF & meaning.facts.keys()):
        known, told = scene.dialogue.facts(role), meaning.facts[role]
        differs = any(n in known and known[n] != value for n, value in told.items())
        if known and (_ANOTHER.search(text) or (differs and role_of(scene.dialogue.subject) != role)):
            return _told_of(meaning, {role: another(scene, role)})
    return meaning


def _told_of(meaning: Meaning, names: Mapping[str, str]) -> Meaning:
    """The same meaning, told of other people: `names` says of whom instead of whom."""

    def moved(told: Any) -> Any:
        found: dict[str, Any] = {}
        for person, facts in told.items():
            name = names.get(person, person)
            found[name] = {**found[name], **facts} if name in found and isinstance(facts, dict) else facts
        return found

    return replace(
        meaning,
        subject=names.get(meaning.subject, meaning.subject),
        facts=moved(meaning.facts),
        deny=moved(meaning.deny),
        clear=moved(meaning.clear),
        hypothetical=moved(meaning.hypothetical),
        derive=moved(meaning.derive),
        confirm=moved(meaning.confirm),
        ambiguous=moved(meaning.ambiguous),
    )
