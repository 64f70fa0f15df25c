"""Facts in: from a tap, an answer or a sentence, to the person they belong to, with how we came to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from talent_bot.answers import DONT_KNOW, OPEN
from talent_bot.confirming import another, ask, whether, which, whose
from talent_bot.dialogue import SELF, Note, Pending
from talent_bot.had import benefits_had
from talent_bot.reply import Understood
from talent_bot.scene import Scene, role_of, turn_to, unread, who
from talent_bot.understanding import STAFF
from talent_bot.understanding import Understood as Meaning
from talent_bot.words import marked
from talent_rules import Kind

ONLY = (SELF, "spouse", "partner")  # of everybody else there may be several
COUNTED = {"parent": "parents_70", "child": "children_under_3"}  # whose ages are told for their number
AGES = frozenset({"age", "birth_date"})
MOST_ECHOED = 4  # a tap that settles more is echoed by its label


def take(scene: Scene, pending: Pending, sets: Mapping[str, Any], how: str, quote: str) -> None:
    """Facts from the pending question: recorded, echoed, and the question is done."""
    known = scene.dialogue.facts(pending.person)
    quote = quote if how == "chosen" else ""  # what people type is not kept, only what it says
    question = pending.id if pending.kind == "question" else ""
    one_of_several = pending.kind == "pick"
    sets = {n: _with_the_others(scene, n, known.get(n), v) if one_of_several else v for n, v in sets.items()}
    notes = {n: Note(v, how, quote, question) for n, v in sets.items() if n not in known or v not in OPEN}
    if question and len(pending.fields) == 1 and pending.fields[0] not in notes:
        name = pending.fields[0]  # what is known in part may be all that is known
        notes[name] = Note(known.get(name, DONT_KNOW), "said", "", question)
    left_open = bool(sets) and all(v in OPEN for v in sets.values())
    unsure = scene.dialogue.unsure + 1 if left_open else 0
    scene.dialogue = scene.dialogue.learn(pending.person, notes)
    scene.change(pending=None, unsure=unsure)
    if left_open:
        scene.vary(scene.say("好，这项先空着。"), scene.say("没关系，先跳过。"), scene.say("先放着，随时可以补。"))
    else:
        echo(scene, pending.person, notes, known)
    reconcile(scene, pending.person, notes)
    if not sets:
        scene.vary(scene.say("好，那这一条我不记。"), scene.say("明白，没有记下这一条。"))


def learn(scene: Scene, meaning: Meaning, on_behalf: bool = False) -> bool:
    """Every fact of a message, for the person it belongs to; `on_behalf` of whom is asked from now on. Whether any."""
    pending = scene.pending
    before = scene.dialogue.facts(pending.person) if pending and pending.kind != "whose" else {}
    found = [
        _withdraw(scene, meaning),
        _state(scene, meaning),
        _deny(scene, meaning),
    ]
    told = scene.dialogue.facts(pending.person) if pending and pending.kind != "whose" else {}
    if pending and pending == scene.pending and any(told.get(n) != before.get(n) for n in pending.fields):
        scene.change(pending=None)
    counted = meaning.derive.get(scene.dialogue.subject)  # parents and children who count for the speaker
    if meaning.subject != scene.dialogue.subject and meaning.subject in meaning.facts and not counted:
        _perhaps_turn_to(scene, meaning, on_behalf)
    return any(found)


def _perhaps_turn_to(scene: Scene, meaning: Meaning, on_behalf: bool) -> None:
    """Who asks for somebody else, as an employer does, is asked about them; who mentions somebody goes on as before."""
    person = meaning.subject
    if on_behalf or role_of(person) in STAFF or not scene.dialogue.facts():
        turn_to(scene, person)
    elif person != SELF:
        name = who(person, scene.say)
        scene.add(scene.say("要细算{who}的，请说“算{short}的”。", who=name, short=name.removeprefix("您")), "quiet")


def _withdraw(scene: Scene, meaning: Meaning) -> bool:
    """“把年薪删掉”."""
    for person, names in meaning.clear.items():
        before = scene.dialogue.facts(person)
        gone = tuple(n for n in names if n in before)
        scene.dialogue = scene.dialogue.forget(person, gone)
        fields = scene.advisor.base.vocabulary.fields
        shown = tuple((scene.name(n), scene.say("已去掉"), "") for n in gone if n in fields)
        if shown:
            scene.blocks.append(Understood(shown, _whose(scene, person)))
    return any(meaning.clear.values())


def _state(scene: Scene, meaning: Meaning) -> bool:
    learned = False
    counted = {who for who, name in COUNTED.items() if any(name in d for d in meaning.derive.values())}
    for person in dict.fromkeys((*meaning.facts, *meaning.derive)):
        facts = meaning.facts.get(person, {})
        before, doubts = scene.dialogue.facts(person), scene.dialogue.doubts
        notes = _notes(scene, person, facts, before, meaning)
        learned = learned or scene.dialogue.doubts != doubts  # heard, and to be asked back
        known = {n: v for n, v in facts.items() if n in before and _told_already(before[n], v)}
        if known and not notes:
            shown = tuple((scene.fact(n, v), "", scene.say("记着呢")) for n, v in known.items())
            scene.blocks.append(Understood(shown, _whose(scene, person)))
        clash = any(before.get(n) not in (None, *OPEN, note.value) for n, note in notes.items())
        if clash and person not in ONLY and not _corrects(meaning):
            if person == scene.dialogue.subject:
                ask(scene, whose(scene, person, {n: note.value for n, note in notes.items()}))
                return True
            person, before = another(scene, person), {}
        if notes:
            scene.dialogue = scene.dialogue.learn(person, notes)
            scene.change(unsure=0)
            if not (person in counted and notes.keys() <= AGES):  # of two parents one age alone would mislead
                echo(scene, person, notes, before)
            reconcile(scene, person, notes)
            learned = True
    return learned


def _notes(
    scene: Scene, person: str, facts: Mapping[str, Any], before: Mapping[str, Any], meaning: Meaning
) -> dict[str, Note]:
    base = scene.advisor.base
    corrected = _corrects(meaning)
    notes: dict[str, Note] = {}
    for name, value in facts.items():
        if name not in base.vocabulary.fields or before.get(name) == value:
            continue
        if name == "received" and isinstance(value, list) and value:
            value, doubts = benefits_had(scene, person, value)
            if doubts:
                scene.leave()
                scene.change(doubts=(*doubts, *scene.dialogue.doubts))
            if not value:
                continue
        if not corrected:
            value = _with_the_others(scene, name, before.get(name), value)
            if value == before.get(name):
                continue
        _, problems = base.read({name: value})
        if problems:
            scene.add(unread(problems[0], scene.say), "warning")
            continue
        notes[name] = Note(value, "corrected" if corrected and name in before else "said")
    for name, value in meaning.derive.get(person, {}).items():
        entry = base.vocabulary.fields.get(name)
        counted = entry is not None and entry.derivation is not None and entry.derivation.kind == "people"
        guessed = scene.dialogue.people.get(person, {}).get(name)
        firm = guessed is not None and guessed.how != "inferred"
        if entry is None or firm or before.get(name) == value or name in notes:
            continue
        if entry.derivation is not None and not counted:
            continue  # the rules derive it themselves
        notes[name] = Note(value, "inferred")
    return notes


def _told_already(before: Any, value: Any) -> bool:
    both = isinstance(before, list) and isinstance(value, list) and value
    return bool(before == value or (both and set(value) <= set(before)))


def _with_the_others(scene: Scene, name: str, before: Any, value: Any) -> Any:
    """What is told of a list, such as what was received, comes to what was told of it before."""
    entry = scene.advisor.base.vocabulary.fields.get(name)
    if entry is None or entry.kind is not Kind.SET or not (isinstance(before, list) and before and value):
        return value
    return list(dict.fromkeys((*before, *value))) if isinstance(value, list) else value


def _corrects(meaning: Meaning) -> bool:
    return "correct" in meaning.intents or "edit" in meaning.intents


def _deny(scene: Scene, meaning: Meaning) -> bool:
    """“我不是博士”: a value is ruled out, taken back if it was recorded, and the others stay possible."""
    denied = False
    for person, names in meaning.deny.items():
        for name, values in names.items():
            denied |= _rule_out(scene, person, name, values)
    return denied


def _rule_out(scene: Scene, person: str, name: str, values: Sequence[Any]) -> bool:
    entry = scene.advisor.base.vocabulary.fields.get(name)
    before = scene.dialogue.facts(person).get(name)
    possible = (
        before["any_of"]
        if isinstance(before, dict) and "any_of" in before
        else [o.id for o in entry.options]
        if entry
        else []
    )
    left = [v for v in possible if v not in values]
    if entry is None or not left:
        return False
    if before is not None and not isinstance(before, dict) and before not in (*values, *OPEN):
        shown = (scene.fact(name, before), "", scene.say("记着呢"))
    else:
        shown = (scene.name(name), scene.say("不是{value}", value=scene.show(name, values[0])), "")
        gone = before in values
        scene.dialogue = scene.dialogue.forget(person, (name,)) if gone else scene.dialogue
        if len(left) > 1:  # a single one that is left is asked about: 不是全职 is not yet 柔性
            scene.dialogue = scene.dialogue.learn(person, {name: Note({"any_of": left})})
        _ask_about(scene, person, name, left, gone)
    scene.blocks.append(Understood((shown,), _whose(scene, person)))
    return True


def _ask_about(scene: Scene, person: str, name: str, left: Sequence[Any], gone: bool) -> None:
    """What it is then: asked next where it had been told otherwise, or where there is but one thing it can be."""
    standing = scene.pending
    if gone or len(left) == 1 or (standing is not None and standing.fields == (name,)):
        scene.leave()
        scene.change(doubts=(whether(scene, person, name, left), *scene.dialogue.doubts))


def ask_back(scene: Scene, meaning: Meaning, asked: bool) -> bool:
    """Ask about what was heard but is not sure, one thing after the other. Whether something is asked.

    Who asks a question does not take back what is known: “F类怎么认定” is not “我是F类”.
    """
    if scene.silent:
        return True
    doubts = list(_doubts(scene, meaning, asked))
    if doubts:
        ask(scene, *doubts)
    return bool(doubts)


def _doubts(scene: Scene, meaning: Meaning, asked: bool) -> Iterator[Pending]:
    fields = scene.advisor.base.vocabulary.fields
    named_twice = set()
    for person, words in meaning.ambiguous.items():
        for word, readings in words.items():
            usable = [r for r in readings if r and all(n in fields for n in r)]
            named_twice |= {n for r in usable for n in r}
            if usable and not any(n in scene.dialogue.facts(person) for r in usable for n in r):
                yield which(scene, person, word, usable)
    for person, wanted in meaning.confirm.items():
        for name, candidates in wanted.items():
            known = scene.dialogue.facts(person).get(name)
            settled = (asked and known not in (None, *OPEN)) or known in candidates
            if name in fields and candidates and name not in named_twice and not settled:
                yield whether(scene, person, name, candidates)


def reconcile(scene: Scene, person: str, notes: Mapping[str, Note]) -> None:
    """Of facts that cannot all be so, what was said later counts; what has to go is named."""
    gone = scene.advisor.outdated(scene.dialogue, person, notes, scene.on)
    if gone:
        facts = scene.dialogue.facts(person)
        told = scene.say.listed(f"{scene.name(n)} {scene.show(n, facts[n])}" for n in gone)
        scene.dialogue = scene.dialogue.forget(person, gone)
        scene.add(scene.say("这和前面说的对不上，按后说的算，去掉了：{facts}。", facts=told), "warning")


# ── what was taken, said back ───────────────────────────────────────────────────────────────


def echo(scene: Scene, person: str, notes: Mapping[str, Note], before: Mapping[str, Any]) -> None:
    """Say what was recorded, and where it was inferred or replaces something."""
    shown = []
    for name, note in notes.items():
        if note.value in OPEN and len(notes) > 1:
            continue
        remark = ""
        if before.get(name, note.value) not in (*OPEN, note.value) and not isinstance(before[name], dict):
            remark = scene.say("原来是 {old}", old=scene.show(name, before[name]))
        elif note.how == "inferred":
            remark = scene.say("推断的，不对请说")
        shown.append((scene.fact(name, note.value), "", remark))
    quote = next((n.quote for n in notes.values()), "")
    if quote and (len(shown) > MOST_ECHOED or any(_wide(n.value) for n in notes.values())):
        shown = [(quote, "", "")]
    if shown:
        scene.blocks.append(Understood(tuple(shown), _whose(scene, person)))


def told_back(scene: Scene, person: str, was: Mapping[str, Any], names: Sequence[str]) -> None:
    """Say what is no longer recorded, and what is again, after a step back."""
    now, fields = scene.dialogue.facts(person), scene.advisor.base.vocabulary.fields
    changed = [n for n in names if n in fields and was.get(n) != now.get(n)]
    again = [scene.fact(n, now[n]) for n in changed if now.get(n) not in (None, *OPEN)]
    gone = [scene.fact(n, was[n]) for n in changed if now.get(n) is None and was.get(n) not in (None, *OPEN)]
    say = scene.say
    for words, sentence in ((again, marked("改回：{facts}")), (gone, marked("去掉了：{facts}"))):
        more = say(" 等 {n} 项", n=len(words)) if len(words) > MOST_ECHOED else ""
        scene.add(say(sentence, facts=say.listed(words[:MOST_ECHOED]) + more) if words else "", "quiet")


def _wide(value: Any) -> bool:
    """Whether a value leaves so much open that the words of the answer say it better."""
    return isinstance(value, dict) and len(value.get("any_of", ())) > MOST_ECHOED


def _whose(scene: Scene, person: str) -> str:
    return "" if person == SELF else who(person, scene.say)
