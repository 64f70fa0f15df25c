"""One turn of the conversation, pure: (dialogue, event, advisor, day) → (dialogue, replies).

A tap or a command is obeyed, an answer to the pending question is taken, anything else is heard as free
text; then the one next question is asked. Nothing is looked up, sent or stored; the clock is `on`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from talent_bot import answers
from talent_bot.advisor import Advisor
from talent_bot.asking import ask_next
from talent_bot.confirming import another, still_doubtful
from talent_bot.controls import CONTROLS, LABELS, PAYLOADS, WORDS, open_again, speak
from talent_bot.dialogue import SELF, Dialogue, Event, Note, Pending, days_since
from talent_bot.hearing import hear
from talent_bot.learning import echo, take
from talent_bot.reply import Reply, trace
from talent_bot.scene import Move, Scene, person_called, role_of, turn_to
from talent_bot.understanding import STAFF
from talent_bot.wishes import wish
from talent_bot.words import LANGUAGES

MAX_TEXT = 1000
RECENT = 20
_OF_SOMEBODY = re.compile(
    r"(?:算|说|看)(?:一下)?(?:我|我的)?([^我的，。]{1,8})(?:的)?|(?:那|那么)?(?:我|我的)([^我的，。]{1,6})呢[？?]?"
)
_OF_THE_NTH = re.compile(
    r"(?:算|说|看)?(?:一下)?第([一二三四五六七八九1-9])(?:个|位)(?:员工|人|候选人)?(?:的)?(?:呢)?[？?]?"
)
_NUMBERS = {word: str(n) for n, word in enumerate("一二三四五六七八九", 1)}


def turn(dialogue: Dialogue, event: Event, advisor: Advisor, on: date) -> tuple[Dialogue, tuple[Reply, ...]]:
    """Answer one message. Deterministic; `Reply.erase` asks the shell to delete what is stored."""
    scene = Scene(advisor.for_a_turn(), on, replace(dialogue, serial=dialogue.serial + 1))
    _welcome_back(scene)
    move = _move_of(event, scene)
    if move is not None:
        move(scene)
    scene.change(doubts=still_doubtful(dialogue, scene.dialogue))
    if not scene.silent:
        ask_next(scene)
    blocks = (*scene.blocks, *scene.closing)
    said = tuple(mark for b in blocks if (mark := trace(b)))
    final = replace(
        scene.dialogue.as_one_change(len(dialogue.past)),
        recent=(*scene.dialogue.recent, *said)[-RECENT:],
        last_seen=on.isoformat(),
        rule_base=advisor.base.version,
        greeted=True,
    )
    return final, (Reply(blocks, scene.erase),)


def _welcome_back(scene: Scene) -> None:
    before, say = scene.dialogue, scene.say
    if before.greeted and before.rule_base and before.rule_base != scene.advisor.base.version:
        scene.add(say("规则在您上次来之后更新过，下面按新规则重新算。"), "quiet")
    elif days_since(before, scene.on) >= 1:
        scene.add(say("欢迎回来，您之前说的都还在，接着来。"), "quiet")


def _move_of(event: Event, scene: Scene) -> Move | None:
    if event.payload:
        return _tapped(event.payload, scene)
    text = event.text.strip()[:MAX_TEXT]
    if not any(c.isalnum() for c in text):
        return None if not scene.dialogue.greeted else lambda s: s.vary(s.say("请说一句话，或点一个选项。"))
    person = _asked_for(text, scene)
    if person:
        return lambda s: turn_to(s, person)
    command = WORDS.get(text.lower()) or WORDS.get(answers.plain(text)) or _labelled(text, scene) or wish(text)
    if command == "apply":
        return lambda s: hear(s, "怎么申请")
    if command:
        return CONTROLS[command]
    found = _answered(text, scene.pending, scene) if scene.pending is not None else None
    return found or (lambda s: hear(s, text))


def _labelled(text: str, scene: Scene) -> str:
    """The command of a button whose label was typed, in the language of the conversation."""
    word = answers.plain(text)
    return next((command for label, command in LABELS.items() if word == answers.plain(scene.say(label))), "")


def _asked_for(text: str, scene: Scene) -> str:
    """“算我爱人的”, “说孩子”, “那我老婆呢”, “算第二个的”."""
    if numbered := _OF_THE_NTH.fullmatch(text):
        role, number = role_of(scene.dialogue.subject), _NUMBERS.get(numbered.group(1), numbered.group(1))
        person = role if number == "1" else f"{role}_{number}"
        return person if person != SELF and person in scene.dialogue.people else ""
    found = _OF_SOMEBODY.fullmatch(text)
    name = (found.group(1) or found.group(2)) if found else ""
    if not name or person_called(name):
        return person_called(name)
    meaning = scene.advisor.understander.read(f"我{name}能拿多少", today=scene.on)
    return meaning.subject if meaning.subject != SELF else ""


# ── taps ────────────────────────────────────────────────────────────────────────────────────


def _tapped(payload: str, scene: Scene) -> Move:
    """What a button does: `x:word`, `e:field`, `l:language`, or an answer stamped by the turn that offered it."""
    if payload in PAYLOADS:
        return CONTROLS[PAYLOADS[payload]]
    kind, _, rest = payload.partition(":")
    if kind == "e" and rest in scene.advisor.base.vocabulary.fields:
        return lambda s: open_again(s, rest)
    if kind == "l" and rest in LANGUAGES:
        return lambda s: speak(s, rest)
    stamp = f"{scene.dialogue.thread}{scene.dialogue.serial - 1}"
    pending = scene.pending
    if pending is not None and kind == "x" and rest.partition(":")[2] == stamp:
        return CONTROLS[PAYLOADS.get(f"x:{rest.partition(':')[0]}", "help")]
    if pending is not None and pending.kind == "confirm" and kind in "yn" and rest == stamp:
        return CONTROLS["yes" if kind == "y" else "no"]
    given, _, number = rest.partition(":")
    chosen = int(number) if kind == "a" and given == stamp and number.isdigit() else None
    if pending is not None and chosen is not None and chosen < len(pending.options):
        return _chosen(pending, chosen)
    return lambda s: s.add(s.say("这个按钮是之前的问题，已经过去了。现在的问题在下面。"), "quiet")


# ── answers to the pending question ─────────────────────────────────────────────────────────


def _answered(text: str, pending: Pending, scene: Scene) -> Move | None:
    """The answer a text gives to the pending question; None when it is about something else."""
    if pending.kind == "confirm":
        said = answers.yes_or_no(text)
        return None if said is None else CONTROLS["yes" if said else "no"]
    if pending.kind in ("change", "whose"):
        index = answers.choose(text, pending)
        return None if index is None else _chosen(pending, index)
    found = answers.answer(text, pending, scene.advisor.base)
    if found is None:
        return None
    how = "chosen" if found.quote in pending.options else "said"
    return lambda s: take(s, pending, found.sets, how, found.quote)


def _chosen(pending: Pending, index: int) -> Move:
    sets = pending.sets[index]
    if pending.kind == "change":
        return lambda s: open_again(s, sets[""])
    if pending.kind == "whose":
        return lambda s: _told(s, pending, pending.person if index == 0 else another(s, pending.person))
    return lambda s: take(s, pending, sets, "chosen", pending.options[index])


def _told(scene: Scene, pending: Pending, person: str) -> None:
    """Facts whose person had to be asked for."""
    known = scene.dialogue.facts(person)
    notes = {name: Note(value, "said") for name, value in pending.sets[0].items()}
    scene.dialogue = replace(scene.dialogue.learn(person, notes), pending=None)
    echo(scene, person, notes, known)
    if person != pending.person and role_of(person) in STAFF:
        turn_to(scene, person)  # an employer goes on with the one he has come to


__all__ = ["MAX_TEXT", "Advisor", "turn"]
