"""One turn of the conversation, pure: (dialogue, event, advisor, day) → (dialogue, replies).

Facts are taken in first, then questions are answered, then the one next question is asked. Nothing
is looked up, sent or stored here; the clock is the argument `on`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from talent_bot import answers, asides, questions, summary
from talent_bot.advisor import Advisor
from talent_bot.dialogue import SELF, Dialogue, Event, Note, Pending, days_since
from talent_bot.reply import Block, Button, Buttons, Reply, Text, Understood
from talent_bot.understanding import Context, Option
from talent_bot.understanding import Understood as Meaning
from talent_bot.words import Words
from talent_rules import Decision

MAX_TEXT = 1000
MAX_ASKED = 2  # how often a question comes back before it is set aside
COMMANDS = {
    "/start": "start", "/help": "help", "帮助": "help", "/card": "card", "看结果": "card", "结果": "card",
    "卡片": "card", "/undo": "undo", "撤销": "undo", "上一步": "undo", "返回": "undo", "/restart": "restart",
    "重来": "restart", "重新开始": "restart", "/forget": "forget_me", "忘记我": "forget_me", "/privacy": "privacy",
    "/version": "version", "/change": "change", "修改": "change", "改答案": "change", "继续": "continue",
    "/continue": "continue", "跳过": "skip", "/skip": "skip", "为什么问": "why_asked", "为什么问这个": "why_asked",
    "/lang": "language", "english": "english", "中文": "chinese", "退出": "bye", "再见": "bye",
    "说我自己": "myself", "说回我自己": "myself", "说我": "myself", "我自己": "myself",
}  # fmt: skip
_PAYLOADS = {"x:dk": "dont_know", "x:rf": "refuse", "x:why": "why_asked", "x:card": "card", "x:go": "continue",
             "x:change": "change", "x:undo": "undo", "x:restart": "restart", "x:forget": "forget_me",
             "x:yes": "yes", "x:no": "no"}  # fmt: skip
_ASKING = (
    "ask_amount", "ask_eligibility", "ask_overview", "ask_compare", "ask_stack", "ask_definition", "ask_materials",
    "ask_process", "ask_deadline", "ask_schedule", "ask_progress", "ask_source", "ask_why", "ask_human", "what_if",
    "export",
)  # fmt: skip
_SOCIAL = ("greet", "thanks", "chitchat", "complaint", "other_city", "out_of_scope", "injection")
_CONTROL = {"undo": "undo", "restart": "restart", "forget_me": "forget_me", "skip": "skip", "edit": "change",
            "switch_language": "language", "dont_know": "dont_know", "refuse": "refuse"}  # fmt: skip


@dataclass(slots=True)
class _Turn:
    """The working state of one turn."""

    advisor: Advisor
    on: date
    dialogue: Dialogue
    blocks: list[Block] = field(default_factory=list)
    erase: bool = False
    silent: bool = False  # the reply is complete: no next question
    learned: bool = False  # this message told us something
    confused: bool = False  # this message was not understood

    @property
    def say(self) -> Words:
        return self.advisor.say(self.dialogue)

    def add(self, text: str, tone: str = "plain") -> None:
        if text:
            self.blocks.append(Text(text, tone))

    def vary(self, *sentences: str) -> None:
        """Of some wordings, the one said longest ago."""
        recent = self.dialogue.recent[::-1]
        self.add(max(sentences, key=lambda s: recent.index(s) if s in recent else len(recent)))


def turn(dialogue: Dialogue, event: Event, advisor: Advisor, on: date) -> tuple[Dialogue, tuple[Reply, ...]]:
    """Answer one message. Deterministic; `Reply.erase` asks the shell to delete what is stored."""
    state = _Turn(advisor, on, replace(dialogue, serial=dialogue.serial + 1))
    _welcome_back(state, dialogue)
    move = _move_of(event, state)
    if move is not None:
        move(state)
    if not state.silent:
        _ask_next(state)
    said = tuple(b.text for b in state.blocks if isinstance(b, Text))
    final = replace(
        state.dialogue,
        recent=(*state.dialogue.recent, *said)[-20:],
        last_seen=on.isoformat(),
        rule_base=advisor.base.version,
        greeted=True,
    )
    return final, (Reply(tuple(state.blocks), state.erase),)


def _welcome_back(state: _Turn, before: Dialogue) -> None:
    say = state.say
    if before.greeted and before.rule_base and before.rule_base != state.advisor.base.version:
        state.add(say("规则在您上次来之后更新过，下面按新规则重新算。"), "quiet")
    elif days_since(before, state.on) >= 1:
        state.add(say("欢迎回来，您之前说的都还在，接着来。"), "quiet")


# ── which move ──────────────────────────────────────────────────────────────────────────────

_Move = Callable[[_Turn], None]


def _move_of(event: Event, state: _Turn) -> _Move | None:
    if event.payload:
        return _payload_move(event.payload, state)
    text = event.text.strip()[:MAX_TEXT]
    if not text:
        return None if not state.dialogue.greeted else lambda s: s.vary(s.say("请说一句话，或点一个选项。"))
    word = answers.plain(text)
    command = COMMANDS.get(text.lower()) or COMMANDS.get(word)
    if command:
        return _controls()[command]
    pending = state.dialogue.pending
    if pending is not None:
        found = _pending_answer(text, pending, state)
        if found is not None:
            return found
    return _understood_move(text)


def _payload_move(payload: str, state: _Turn) -> _Move:
    if payload in _PAYLOADS:
        return _controls()[_PAYLOADS[payload]]
    kind, _, rest = payload.partition(":")
    pending = state.dialogue.pending
    if kind == "a" and pending is not None:
        serial, _, number = rest.partition(":")
        fresh = serial.isdigit() and int(serial) == state.dialogue.serial - 1
        if fresh and number.isdigit() and int(number) < len(pending.options):
            index = int(number)
            return lambda s: _take(s, pending, pending.sets[index], "chosen", pending.options[index])
    if kind == "e" and rest in state.advisor.base.vocabulary.fields:
        return lambda s: _reopen(s, rest)
    return lambda s: s.add(s.say("这个按钮是之前的问题，已经过去了。现在的问题在下面。"), "quiet")


def _pending_answer(text: str, pending: Pending, state: _Turn) -> _Move | None:
    if pending.kind == "confirm":
        word = answers.plain(text)
        if word in answers._YES:
            return lambda s: _take(s, pending, pending.sets[0], "said", pending.options[0])
        if word in answers._NO:
            return _denied
        return None
    if pending.kind == "change":
        index = answers.choose(text, pending)
        return None if index is None else lambda s: _reopen(s, pending.sets[index][""])
    found = answers.answer(text, pending, state.advisor.base)
    if found is None:
        return None
    how = "chosen" if found.quote in pending.options else "said"
    sets = found.sets
    return lambda s: _take(s, pending, sets, how, found.quote)


def _denied(state: _Turn) -> None:
    state.dialogue = replace(state.dialogue, pending=None)
    state.vary(state.say("好，那这一条我不记。"), state.say("明白，没有记下这一条。"))


# ── facts in ────────────────────────────────────────────────────────────────────────────────


def _take(state: _Turn, pending: Pending, sets: Mapping[str, Any], how: str, quote: str) -> None:
    """Facts from the pending question: recorded, echoed, and the question is done."""
    known = state.dialogue.facts(pending.person)
    quote = quote if how == "chosen" else ""  # what people type is not kept, only what it says
    notes = {n: Note(v, how, quote) for n, v in sets.items() if n not in known or v not in ("不清楚", "不想说")}
    for name in pending.fields:
        if name not in known and name not in notes and pending.kind == "question" and len(pending.fields) == 1:
            notes[name] = Note("不清楚", how, quote)
    state.dialogue = replace(state.dialogue.learn(pending.person, notes), pending=None)
    _echo(state, pending.person, notes, known)


def _echo(state: _Turn, person: str, notes: Mapping[str, Note], before: Mapping[str, Any]) -> None:
    fields = state.advisor.base.vocabulary.fields
    shown = []
    for name, note in notes.items():
        if note.value in ("不清楚", "不想说") and len(notes) > 1:
            continue
        remark = ""
        if name in before and before[name] != note.value:
            remark = state.say("原来是 {old}", old=_show(state, name, before[name]))
        elif note.how == "inferred":
            remark = state.say("从“{quote}”推断，不对请说", quote=note.quote)
        shown.append((fields[name].name, _show(state, name, note.value), remark))
    quote = next(iter(notes.values())).quote if notes else ""
    if len(shown) > 4 and all(n.how == "chosen" for n in notes.values()):
        shown = [(quote, "", "")]  # one tap on a group: its label says it all
    if shown:
        state.blocks.append(Understood(tuple(shown), "" if person == SELF else asides.PERSONS.get(person, person)))


def _show(state: _Turn, name: str, value: Any) -> str:
    entry = state.advisor.base.vocabulary.fields[name]
    facts, problems = state.advisor.base.read({name: value})
    if problems or facts.get(name) is None:
        return str(value)
    return entry.show(facts.get(name))


def _understood_move(text: str) -> _Move:
    def move(state: _Turn) -> None:
        meaning = _read(text, state)
        if "injection" in meaning.intents[:1]:
            _social(state, "injection")
            return
        pending = state.dialogue.pending
        if meaning.choice and pending and pending.kind == "question" and _picked(meaning.choice, pending) is not None:
            index = _picked(meaning.choice, pending) or 0
            _take(state, pending, pending.sets[index], "chosen", pending.options[index])
            return
        learned = state.learned = _learn(state, meaning, text)
        control = next((i for i in meaning.intents if i in _CONTROL), None)
        if "other_city" in meaning.intents[:1]:  # never this place's amounts for another's
            _social(state, "other_city")
            return
        asked = [i for i in meaning.intents if i in _ASKING]
        social = [i for i in meaning.intents if i in _SOCIAL]
        if control and not learned and not asked:
            _controls()[_CONTROL[control]](state)
            return
        for intent in asked[:1]:
            asides.answer(intent, meaning, text, state.advisor, state.dialogue, state.on, state.blocks)
        if not asked and not learned and (other := answers.elsewhere(text, state.advisor.base)):
            known = state.dialogue.facts()
            notes = {n: Note(v, "chosen", other.quote) for n, v in other.sets.items() if v != "不清楚"}
            state.dialogue = state.dialogue.learn(state.dialogue.subject, notes)
            _echo(state, state.dialogue.subject, notes, known)
            state.learned = True
        elif not asked and not learned:
            if social and not (social[0] == "chitchat" and state.dialogue.pending):
                _social(state, social[0])
            elif _is_bare_date(text, state):
                _confirm(state, state.dialogue.subject, "arrival_date", [text.strip()])
            elif not state.blocks:
                _not_understood(state, text)

    return move


def _is_bare_date(text: str, state: _Turn) -> bool:
    """A date and nothing else, while the day of arrival is not known: most likely that day, so ask."""
    word = answers.plain(text)
    if (
        not re.fullmatch(r"\d{4}[-/.年]\d{1,2}([-/.月](\d{1,2}日?)?)?", word)
        or "arrival_date" in state.dialogue.facts()
    ):
        return False
    return not state.advisor.base.read({"arrival_date": text.strip()})[1]


def _picked(choice: str, pending: Pending) -> int | None:
    if choice.isdigit() and int(choice) < len(pending.options):
        return int(choice)
    return pending.options.index(choice) if choice in pending.options else None


def _read(text: str, state: _Turn) -> Meaning:
    pending = state.dialogue.pending
    context = Context(
        pending.id if pending else "",
        tuple(Option(str(i), o) for i, o in enumerate(pending.options)) if pending else (),
        state.dialogue.facts(),
    )
    return state.advisor.understander.read(text, today=state.on, context=context)


def _learn(state: _Turn, meaning: Meaning, text: str) -> bool:
    """Take in every fact of a message for the person it belongs to; ask where it must be confirmed."""
    learned = False
    for person, names in meaning.clear.items():
        state.dialogue = state.dialogue.forget(person, tuple(names))
        learned = learned or bool(names)
    for person, facts in meaning.facts.items():
        before = state.dialogue.facts(person)
        notes = _notes(state, person, facts, before, meaning, text)
        if notes:
            state.dialogue = state.dialogue.learn(person, notes)
            _echo(state, person, notes, before)
            learned = True
    pending = state.dialogue.pending
    if pending and any(n in state.dialogue.facts(pending.person) for n in pending.fields):
        state.dialogue = replace(state.dialogue, pending=None)
    if meaning.subject != state.dialogue.subject and meaning.subject in meaning.facts:
        _about(state, meaning.subject)
    for person, wanted in meaning.confirm.items():
        for name, candidates in wanted.items():
            if name in state.advisor.base.vocabulary.fields and candidates:
                _confirm(state, person, name, [str(c) for c in candidates])
                return True
    return learned


def _about(state: _Turn, person: str) -> None:
    state.dialogue = replace(state.dialogue, subject=person, pending=None)
    name = asides.PERSONS.get(person, person)
    state.add(state.say("下面说的是{who}。要说回您自己，请说“说我自己”。", who=name), "quiet")


def _notes(
    state: _Turn, person: str, facts: Mapping[str, Any], before: Mapping[str, Any], meaning: Meaning, text: str
) -> dict[str, Note]:
    base = state.advisor.base
    corrected = "correct" in meaning.intents
    notes: dict[str, Note] = {}
    for name, value in facts.items():
        if name not in base.vocabulary.fields or before.get(name) == value:
            continue
        _, problems = base.read({name: value})
        if problems:
            state.add(f"{problems[0].message}。{problems[0].hint}", "warning")
            continue
        notes[name] = Note(value, "corrected" if corrected and name in before else "said")
    for name, value in meaning.derive.get(person, {}).items():
        entry = base.vocabulary.fields.get(name)
        if entry is not None and entry.derivation is None and name not in before and name not in notes:
            notes[name] = Note(value, "inferred", text[:30])
    return notes


def _confirm(state: _Turn, person: str, name: str, candidates: list[str]) -> None:
    """Ask before a doubtful reading is used."""
    entry = state.advisor.base.vocabulary.fields[name]
    shown = [_show(state, name, c) for c in candidates[:6]]
    if len(shown) == 1:
        text = state.say("您说的{what}是 {value} 吗？", what=entry.name, value=shown[0])
        pending = Pending(name, "confirm", (name,), (shown[0],), ((),), ({name: candidates[0]},), person, text)
        state.dialogue = replace(state.dialogue, pending=pending)
        state.blocks += [
            Text(text, "strong"),
            Buttons((Button(state.say("是"), "x:yes"), Button(state.say("不是"), "x:no"))),
        ]
    else:
        text = state.say("您说的{what}是哪一个？", what=entry.name)
        sets: tuple[Mapping[str, Any], ...] = tuple({name: c} for c in candidates[:6])
        options = tuple(shown)
        sets = (*sets, {name: "不清楚"})
        options = (*options, state.say("都不是"))
        pending = Pending(name, "pick", (name,), options, ((),) * len(options), sets, person, text)
        state.dialogue = replace(state.dialogue, pending=pending)
        state.blocks += questions.blocks(state.dialogue, pending, state.say)
    state.silent = True


def _not_understood(state: _Turn, text: str) -> None:
    state.confused = True
    pending = state.dialogue.pending
    say = state.say
    hint = answers.trouble(text, pending, state.advisor.base) if pending else ""
    if pending and pending.fields and pending.fields[0] == "school" and hint:
        state.add(say("没找到这所学校。{hint}", hint=hint))
        return
    state.vary(
        say("这句我没看懂。")
        + (say("可以点选项、写序号，或说“不清楚”。") if pending else say("您可以说说学历、学校和工作打算。")),
        say("抱歉，还是没明白。换个说法，或直接选下面的一项。"),
        say("这句先放一放。您也可以说“看结果”“重新开始”或“不清楚”。"),
    )


# ── what is asked next ──────────────────────────────────────────────────────────────────────


def _ask_next(state: _Turn) -> None:
    dialogue, say = state.dialogue, state.say
    if not dialogue.greeted and not state.blocks:
        _greeting(state)
    elif not dialogue.greeted:
        state.add(say("（只记您说的条件，不要姓名、电话、证件号；说“忘记我”就全部删除。）"), "quiet")
    pending = dialogue.pending
    waiting = pending is not None and pending.kind == "question" and state.learned
    if waiting and pending and not state.advisor.still_needed(dialogue, pending.fields, state.on):
        state.dialogue = dialogue = replace(dialogue, pending=None)
    if dialogue.pending is not None:
        if dialogue.pending.asked < MAX_ASKED or not state.confused:
            _ask_again(state, dialogue.pending)
            return
        _set_aside(state, dialogue.pending)
        dialogue = state.dialogue
    question = state.advisor.question(dialogue, state.on)
    if question is None or (question.worth == 0 and not dialogue.thorough):
        _finish(state)
        return
    pending = questions.pending_of(state.advisor.base, question, dialogue.subject)
    state.dialogue = replace(dialogue, pending=pending)
    if dialogue.facts():
        decision = state.advisor.decide(dialogue, state.on, dialogue.subject)
        state.add(
            summary.headline(state.advisor, decision, say) + say(" ｜ 最多还有 {n} 个问题", n=question.remaining),
            "quiet",
        )
    state.blocks += questions.blocks(state.dialogue, pending, say)


def _ask_again(state: _Turn, pending: Pending) -> None:
    """The pending question after a digression, with a few words that lead back to it."""
    say = state.say
    leads = ("", say("回到刚才的问题：\n"), say("还是这个问题：\n"), say("接着刚才的：\n"))
    recent = state.dialogue.recent[::-1]
    texts = [x + pending.text for x in leads]
    lead = leads[max(range(len(leads)), key=lambda i: recent.index(texts[i]) if texts[i] in recent else len(recent))]
    pending = replace(pending, asked=pending.asked + state.confused)
    state.dialogue = replace(state.dialogue, pending=pending)
    state.blocks += questions.blocks(state.dialogue, pending, say, lead)


def _set_aside(state: _Turn, pending: Pending) -> None:
    """A question put often enough is left open; it may be answered at any time."""
    known = state.dialogue.facts(pending.person)
    skipped = answers.declined(pending, "不清楚")
    notes = {n: Note(v, "skipped") for n, v in skipped.items() if n not in known}
    state.dialogue = replace(state.dialogue.learn(pending.person, notes), pending=None)
    state.add(state.say("这个先跳过，随时可以回头再说。"), "quiet")


def _greeting(state: _Turn) -> None:
    say, place = state.say, "鄂尔多斯"
    state.add(say("您好！我能帮您算一算在{place}能享受哪些人才待遇，逐条说明依据。", place=place), "strong")
    state.add(
        say("只问有用的问题，随时可说“看结果”“不清楚”或改前面的答案。不要姓名、电话、证件号；说“忘记我”就全部删除。"),
        "quiet",
    )


def _finish(state: _Turn) -> None:
    """Nothing that could change the money is left to ask: the card."""
    if state.dialogue.finished:
        return
    _card(state)
    state.dialogue = replace(state.dialogue, finished=True)


def _card(state: _Turn) -> None:
    decision = state.advisor.decide(state.dialogue, state.on, state.dialogue.subject)
    state.blocks.append(summary.card(state.advisor, state.dialogue, decision))
    # A number written after the card answers nothing: the question is put again when it comes up.
    state.dialogue = replace(state.dialogue, pending=None)
    say = state.say
    state.blocks.append(
        Buttons(
            (),
            (
                Button(say("改一个答案"), "x:change"),
                Button(say("继续补充"), "x:go"),
                Button(say("重新开始"), "x:restart"),
            ),
        )
    )
    state.silent = True


# ── controls ────────────────────────────────────────────────────────────────────────────────


def _controls() -> Mapping[str, _Move]:
    return {
        "start": _start, "help": _help, "card": _show_card, "undo": _undo, "restart": _restart,
        "forget_me": _forget_me, "privacy": _privacy, "version": _version, "change": _change, "continue": _continue,
        "skip": _skip, "dont_know": _skip, "refuse": _refuse, "why_asked": _why_asked, "language": _language,
        "english": _english, "chinese": _chinese, "bye": _bye, "myself": _myself, "yes": _yes, "no": _denied,
    }  # fmt: skip


def _start(state: _Turn) -> None:
    if state.dialogue.greeted:
        state.dialogue = replace(state.dialogue, pending=None)
        state.vary(state.say("接着来。想从头开始请说“重新开始”。"), state.say("我们继续。"))


def _help(state: _Turn) -> None:
    state.add(
        state.say(
            "您可以直接说情况（如“985博士，35岁，签三年合同”），也可以点选项、写序号。\n"
            "随时可说：看结果 · 改答案 · 撤销 · 跳过 · 为什么问 · 重新开始 · 忘记我。\n"
            "也可以问：安家补贴多少、要什么材料、怎么申请、依据是什么、能不能同时拿。"
        )
    )


def _show_card(state: _Turn) -> None:
    if state.dialogue.facts():
        _card(state)
    else:
        state.vary(state.say("还不了解您的情况，先回答一两个问题。"), state.say("先说说您的学历或工作打算吧。"))


def _undo(state: _Turn) -> None:
    if state.dialogue.past:
        state.dialogue = state.dialogue.undo()
        state.vary(state.say("已退回上一步。"), state.say("好，又退了一步。"))
    else:
        state.vary(state.say("前面没有可以撤销的了。"), state.say("已经是最开始了。"))


def _restart(state: _Turn) -> None:
    state.dialogue = Dialogue(lang=state.dialogue.lang, greeted=True, serial=state.dialogue.serial)
    state.vary(state.say("好，我们重新开始，前面的都清空了。"), state.say("已清空，从头来。"))


def _forget_me(state: _Turn) -> None:
    state.dialogue = Dialogue(lang=state.dialogue.lang, serial=state.dialogue.serial)
    state.add(state.say("您说过的内容已全部删除。以后想再算，打个招呼就行。"))
    state.erase = state.silent = True


def _privacy(state: _Turn) -> None:
    state.add(
        state.say(
            "只保存您说的条件（学历、合同年限等）和正在问的问题，用来接着聊；不要姓名、电话、证件号。\n"
            "30 天不来自动删除，说“忘记我”立即删除。结果仅供参考，以主管部门审核为准。"
        )
    )


def _version(state: _Turn) -> None:
    base = state.advisor.base
    state.add(
        state.say(
            "规则版本 {v}，{n} 份文件，{m} 项待遇。", v=base.version[7:15], n=len(base.policies), m=len(base.benefits)
        )
    )


def _change(state: _Turn) -> None:
    fields = state.advisor.base.vocabulary.fields
    known = [n for n in state.dialogue.facts() if n in fields]
    if not known:
        state.vary(state.say("还没有记下什么，先回答一个问题吧。"), state.say("目前没有可改的。"))
        return
    buttons = tuple(Button(f"{fields[n].name}：{_show(state, n, state.dialogue.facts()[n])}", f"e:{n}") for n in known)
    options = tuple(b.label for b in buttons)
    sets = tuple({"": n} for n in known)
    text = state.say("要改哪一项？写序号或点一下，也可以直接说新的情况。")
    synonyms = tuple((fields[n].name, n, *fields[n].synonyms) for n in known)
    pending = Pending("change", "change", (), options, synonyms, sets, state.dialogue.subject, text)
    state.dialogue = replace(state.dialogue, pending=pending)
    state.blocks += [Text(text, "strong"), Buttons(buttons)]
    state.silent = True


def _reopen(state: _Turn, name: str) -> None:
    """Ask one field again; the old value is kept until a new one comes."""
    entry = state.advisor.base.vocabulary.fields[name]
    asked = state.advisor.base.question_about(name, state.advisor.facts(state.dialogue), as_of=state.on)
    pending = questions.pending_of(state.advisor.base, asked, state.dialogue.subject)
    state.dialogue = replace(state.dialogue, pending=pending)
    state.add(
        state.say(
            "现在记的是：{name} {value}", name=entry.name, value=_show(state, name, state.dialogue.facts().get(name))
        ),
        "quiet",
    )
    state.blocks += questions.blocks(state.dialogue, pending, state.say)
    state.silent = True


def _continue(state: _Turn) -> None:
    state.dialogue = replace(state.dialogue, thorough=True, pending=None)
    if state.advisor.question(state.dialogue, state.on) is None:
        state.vary(
            state.say("该问的都问完了，再说什么都不会改变结果，除非您的情况有变。"), state.say("没有别的问题了。")
        )
        state.silent = True


def _decline(state: _Turn, word: str) -> None:
    pending = state.dialogue.pending
    if pending is None or pending.kind == "change":
        state.dialogue = replace(state.dialogue, pending=None)
        state.vary(state.say("好的。"), state.say("没关系。"))
        return
    _take(state, pending, answers.declined(pending, word), "said", word)


def _skip(state: _Turn) -> None:
    _decline(state, "不清楚")


def _refuse(state: _Turn) -> None:
    _decline(state, "不想说")


def _why_asked(state: _Turn) -> None:
    pending = state.dialogue.pending
    if pending is None:
        state.vary(state.say("现在没有在问的问题。"), state.say("眼下没有问题等您回答。"))
        return
    question = state.advisor.question(state.dialogue, state.on)
    state.add(pending.why)
    if question is not None and question.id == pending.id and question.affects:
        names = [state.advisor.base.benefit(b).name for b in question.affects]
        more = state.say(" 等 {n} 项", n=len(names)) if len(names) > 4 else ""
        state.add(state.say("影响：") + "、".join(dict.fromkeys(names[:4])) + more, "quiet")


def _language(state: _Turn) -> None:
    (_chinese if state.dialogue.lang == "en" else _english)(state)


def _english(state: _Turn) -> None:
    state.dialogue = replace(state.dialogue, lang="en")
    state.add(state.say("好的，改用英文；政策条文仍是中文原名。"))


def _chinese(state: _Turn) -> None:
    state.dialogue = replace(state.dialogue, lang="zh")
    state.add(state.say("好的，改用中文。"))


def _myself(state: _Turn) -> None:
    state.dialogue = replace(state.dialogue, subject=SELF, pending=None)
    state.vary(state.say("好，说回您自己。"), state.say("好的。"))


def _bye(state: _Turn) -> None:
    state.add(state.say("再见，祝您一切顺利。您说的都还留着，下次接着来；说“忘记我”可删除。"))
    state.silent = True


def _yes(state: _Turn) -> None:
    pending = state.dialogue.pending
    if pending is not None and pending.kind == "confirm":
        _take(state, pending, pending.sets[0], "said", pending.options[0])


def _social(state: _Turn, intent: str) -> None:
    say = state.say
    state.vary(*[say(s) for s in asides.SOCIAL.get(intent, asides.SOCIAL["chitchat"])])


__all__ = ["Advisor", "Decision", "turn"]
