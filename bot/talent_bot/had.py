"""What was received before, told by its kind: 安家补贴 may be one of several benefits, and which, is asked back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from talent_bot.confirming import which
from talent_bot.dialogue import Pending
from talent_bot.scene import Scene

MOST_NAMED = 6


def benefits_had(scene: Scene, person: str, told: Sequence[str]) -> tuple[list[str], tuple[Pending, ...]]:
    """The benefits that are meant, by id or name, and a question for each word that may mean several."""
    base = scene.advisor.base
    had: list[str] = []
    doubts: list[Pending] = []
    for word in told:
        if not base.read({"received": [word]})[1]:
            had.append(word)
            continue
        # A benefit keeps its name from one policy to the next: the newest stands for all.
        found = sorted((str(base.policies[b.policy].since), b.name, b.id) for b in base.benefits if word in b.name)
        ids = {name: id for _, name, id in found}
        if len(ids) == 1:
            had += ids.values()
        elif ids:
            doubts.append(_which_of(scene, person, word, dict(list(ids.items())[:MOST_NAMED])))
    return had, tuple(doubts)


def _which_of(scene: Scene, person: str, word: str, ids: Mapping[str, str]) -> Pending:
    """One button a benefit, with its name alone, so that the name can be typed as well."""
    asked = which(scene, person, word, [{"received": [id]} for id in ids.values()])
    return replace(asked, options=(*(scene.say(name) for name in ids), *asked.options[len(ids) :]))
