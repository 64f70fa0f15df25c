"""Free text: what a message means in this conversation, and what is done about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from talent_bot import answers, questions
from talent_bot.asides import ANSWERS, chosen
from talent_bot.confirming import ask, if_meant, whether
from talent_bot.controls import CONTROLS, open_again, speak
from talent_bot.dialogue import SELF, Dialogue, Note, Pending
from talent_bot.inquiry import Inquiry
from talent_bot.learning import ask_back, echo, learn, take
from talent_bot.reply import Block, Text, trace
from talent_bot.scene import Scene, turn_to, who
from talent_bot.social import SOCIAL
from talent_bot.topics import topics
from talent_bot.understanding import Context, Option
from talent_bot.understanding import Understood as Meaning
from talent_bot.whom import another_one, of_whom, spoken_of

MOST_ANSWERED = 2  # questions answered in one reply
LATELY = 8  # so many of the last sentences and tables count as just said
_WANTING = ("ask_amount", "ask_eligibility", "ask_definition", "ask_schedule")  # of a benefit that is named
_CONTROL = {"undo": "undo", "restart": "restart", "forget_me": "forget_me", "skip": "skip", "edit": "change",
            "switch_language": "language", "dont_know": "dont_know", "refuse": "refuse"}  # fmt: skip
_ALONE = ("injection", "other_city")  # where this comes first, nothing else is answered
_HIMSELF = re.compile(r"(?:我|本人)(?:自己|本人)?(?:也|还|又|该|到底|现在)?(?:能|可以|有什么|呢)")
_DATE_ALONE = re.compile(
    r"[\d〇零一二三四五六七八九十年月日号份初中底末旬上下半去今明后前春夏秋冬季天./\-～~至到左右大概约的来了吧 ]{1,12}"
)
_ENGLISH = re.compile(r"\b(?:i|i'm|my|how|what|can|hello|hi|please)\b", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NUMBERED = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")  # an identity card, a telephone
_CONTRACT_END = re.compile(r"(?:合同|协议)[^，。；\d]{0,6}(?:到|至)[^，。；\d]{0,2}\d{2,4}年")
_BEYOND = re.compile(  # what none of the rules says: taxes, paying back, moving one's registration
    r"(?:交|缴|扣|上|免)[^，。]{0,2}税|个税|(?:要|得|会|用|需)[^，。]{0,3}(?:退[还回掉]?|还|吐)(?:回去?)?(?:钱|吗|么|不|$|？)|追回|违约金"
    r"|(?:户口|户籍)[^，。]{0,5}(?:迁|转|落)|(?:迁|转|落)[^，。]{0,3}(?:户口|户籍)"
)
_WHO_ARE_YOU = re.compile(
    r"你(?:到底)?(?:是|叫)(?:不是)?(?:个|一个)?(?:谁|什么(?!都|时候|条件)|啥|哪位|真?人(?!才|工客服)|机器人?|人工智能|程序|ai)"
    r"|^(?:这|对面)?是(?:个|不是)?(?:真人|机器人?|人工智能|ai)",
    re.IGNORECASE,
)
_FOR_SOMEBODY = re.compile(r"[帮替给为].{1,6}(?:[问看算查]|咨询|打听|了解)|(?:^|，)那么?我?[^，。我]{1,6}呢[，。？]")


def hear(scene: Scene, text: str) -> None:
    """Facts are taken in first, then questions are answered; a message of neither is met with kindness."""
    if scene.say.source and _ENGLISH.search(text) and not _HAN.search(text):
        speak(scene, "en")
    if _NUMBERED.search(text):
        scene.add(scene.say("姓名、证件号、电话都用不着，也没有记下，请不要发。"), "warning")
    meaning = _read(scene, text)
    meaning = of_whom(scene, another_one(scene, meaning, text), text)
    if "injection" in meaning.intents[:1]:
        _social(scene, "injection")
    elif not _picked(scene, meaning) and not _in_full(scene, text):
        if _speaks_of_himself(scene, meaning, text):
            turn_to(scene, SELF)
        scene.learned = learn(scene, meaning, bool(_FOR_SOMEBODY.search(text)))
        if _CONTRACT_END.search(text) and "contract_years" not in meaning.facts.get(meaning.subject, {}):
            _ask_how_long(scene, meaning.subject)
        _respond(scene, meaning, text)


def _ask_how_long(scene: Scene, person: str) -> None:
    """“合同到2029年”: what counts is how long a contract is, so its length is asked for next."""
    if "contract_years" in scene.dialogue.facts(person):
        return
    _ask_about(scene, person, "contract_years", scene.say("只知道合同到哪天还不够，要看一共签多久。"))


def _ask_about(scene: Scene, person: str, name: str, why: str = "") -> None:
    """Ask for one fact next; `why` stands before the question."""
    base = scene.advisor.base
    asked = base.question_about(name, scene.advisor.facts(scene.dialogue, person), as_of=scene.on)
    found = questions.pending_of(base, asked, person, scene.say)
    scene.leave()
    scene.change(doubts=(replace(found, text=why + found.text), *scene.dialogue.doubts))


def _speaks_of_himself(scene: Scene, meaning: Meaning, text: str) -> bool:
    """Whether somebody who asked for himself first comes back to himself: “那如果我38岁呢”."""
    if scene.dialogue.subject == SELF or meaning.subject != SELF or not scene.dialogue.facts(SELF):
        return False
    return SELF in meaning.facts or SELF in meaning.hypothetical or bool(_HIMSELF.search(text))


def _respond(scene: Scene, meaning: Meaning, text: str) -> None:
    if meaning.intents[:1] and meaning.intents[0] in _ALONE:  # never this place's amounts for another's
        _social(scene, meaning.intents[0])
        return
    asked = list(dict.fromkeys(i for i in meaning.intents if i in ANSWERS))
    if _WHO_ARE_YOU.search(text) and not scene.learned:
        _social(scene, "who_are_you")
        return
    if asked and _BEYOND.search(text):
        asked = ["ask_definition"]
    meaning = _besides_what_was_paid(scene, meaning, text)
    if meaning.benefits:  # “有什么生活补贴” asks for those
        asked = list(dict.fromkeys("ask_amount" if i == "ask_overview" else i for i in asked))
    control = next((i for i in meaning.intents if i in _CONTROL), None)
    if control and not scene.learned and not asked:
        _control(scene, control, text)
        return
    _want(scene, meaning, asked)
    about = _supposed(scene, meaning, asked)
    inquiry = Inquiry(meaning, text, scene.advisor, about, scene.on)
    _tell(scene, [answer(inquiry) for answer in chosen(asked, bool(inquiry.both))[:MOST_ANSWERED]])
    if not (ask_back(scene, meaning, bool(asked)) or asked or scene.learned or _answers_another(scene, text)):
        _small_talk(scene, meaning, text)


def _besides_what_was_paid(scene: Scene, meaning: Meaning, text: str) -> Meaning:
    """“领过租房补贴了，还能拿多少” asks for the others; “租房补贴还能再领吗” for the same again."""
    told = meaning.facts.get(meaning.subject, {}).get("received")
    if not told or "再" in text:
        return meaning
    had = scene.advisor.base.read({"received": told})[0].get("received")
    kinds = {b.kind for b in scene.advisor.base.benefits if isinstance(had, frozenset) and b.id in had}
    return replace(meaning, benefits=tuple(kind for kind in meaning.benefits if kind not in kinds))


def _supposed(scene: Scene, meaning: Meaning, asked: Sequence[str]) -> Dialogue:
    """Whom a question is about, with what it supposes of them: “大专能领吗” is answered for 大专, but not stored."""
    person = _about(scene, meaning)
    about = replace(scene.dialogue, subject=person)
    known = about.facts()
    told = {n: c[0] for n, c in meaning.confirm.get(person, {}).items() if len(c) == 1 and n not in known}
    if not asked or not told:
        return about
    words = scene.say.listed(scene.fact(name, value) for name, value in told.items())
    scene.add(scene.say("按{facts}算：", facts=words), "quiet")
    return about.learn(person, {name: Note(value) for name, value in told.items()})


def _about(scene: Scene, meaning: Meaning) -> str:
    """Whom a question is about: who is named in it, else who is spoken of."""
    imagined = [person for person in meaning.hypothetical if person != "other"]
    if len(imagined) == 1:
        return imagined[0]
    counted = meaning.derive.get(scene.dialogue.subject)  # parents and children who count for the speaker
    return meaning.subject if scene.dialogue.facts(meaning.subject) and not counted else scene.dialogue.subject


def _tell(scene: Scene, told: Sequence[Sequence[Block]]) -> None:
    """Answers, but none that was given just now: whoever asks twice wants to hear what would help."""
    fresh = [blocks for blocks in told if not _just_said(scene, blocks)]
    scene.blocks += [block for blocks in fresh for block in blocks]
    if told and not fresh:
        scene.vary(
            scene.say("和刚才说的一样，还没有变。再答一两个问题会更准，或说“看结果”。"),
            scene.say("这个刚才答过，没有变化。您的情况变了就直接告诉我。"),
            scene.say("还是刚才那些。想看全部请说“看结果”。"),
        )


def _just_said(scene: Scene, blocks: Sequence[Block]) -> bool:
    marks = {mark for b in blocks if (mark := trace(b)) and not (isinstance(b, Text) and b.tone == "quiet")}
    return marks <= set(scene.dialogue.recent[-LATELY:])


def _read(scene: Scene, text: str) -> Meaning:
    pending = scene.pending
    context = Context(
        pending.id if pending else "",
        tuple(Option(str(i), o) for i, o in enumerate(pending.options)) if pending else (),
        scene.dialogue.facts(),
        spoken_of(scene.dialogue) != "",
    )
    return scene.advisor.understander.read(text, today=scene.on, context=context)


def _picked(scene: Scene, meaning: Meaning) -> bool:
    """One of the options, said in a sentence."""
    pending = scene.pending
    if not meaning.choice or pending is None or pending.kind != "question":
        return False
    index = _index(meaning.choice, pending)
    if index is None:
        return False
    take(scene, pending, pending.sets[index], "chosen", pending.options[index])
    return True


def _in_full(scene: Scene, text: str) -> bool:
    """An answer to some other question, word for word."""
    found = answers.elsewhere(text, scene.advisor.base)
    return found is not None and answers.plain(text) == answers.plain(found.quote) and _answers_another(scene, text)


def _index(choice: str, pending: Pending) -> int | None:
    if choice.isdigit() and int(choice) < len(pending.options):
        return int(choice)
    return pending.options.index(choice) if choice in pending.options else None


def _want(scene: Scene, meaning: Meaning, asked: list[str]) -> None:
    """What is asked for comes first from now on."""
    if "ask_stack" in asked or "ask_compare" in asked:
        return  # whether two things go together changes nothing about what somebody came for
    overview = "ask_overview" in asked and not meaning.benefits
    if not overview and not any(i in _WANTING for i in asked):
        return
    told = meaning.facts.get(scene.dialogue.subject, {})
    wanted = () if overview else scene.advisor.asked_for(scene.dialogue, meaning.benefits, told, scene.on)
    if wanted != scene.dialogue.wanted and (wanted or overview):
        scene.change(wanted=wanted, depth=0, finished=False)
        scene.learned = True  # what matters has changed, and with it perhaps the question


def _control(scene: Scene, intent: str, text: str) -> None:
    """“改一下合同” opens that answer; without a name, the list of all. “合同年限还没谈” leaves just that open."""
    if intent in ("dont_know", "refuse", "skip") and (name := _of_something_else(scene, text)):
        word = answers.REFUSED if intent == "refuse" else answers.DONT_KNOW
        scene.dialogue = scene.dialogue.learn(scene.dialogue.subject, {name: Note(word)})
        scene.add(scene.say("好，{name}先空着。", name=scene.name(name)))
        return
    named = _named(scene, text) if intent == "edit" else ""
    if named:
        open_again(scene, named)
    else:
        CONTROLS[_CONTROL[intent]](scene)


def _of_something_else(scene: Scene, text: str) -> str:
    """The field whose name a refusal begins with, where it is not the one asked for, nor known."""
    fields, pending = scene.advisor.base.vocabulary.fields, scene.pending
    asked = pending.fields if pending else ()
    found = [
        (len(w), f.id) for f in fields.values() for w in (f.name, *f.synonyms) if len(w) > 2 and text.startswith(w)
    ]
    name = max(found)[1] if found else ""
    return name if pending and name not in asked and name not in scene.dialogue.facts() else ""


def _named(scene: Scene, text: str) -> str:
    """The field a message names, by its longest name; one that is recorded before any other."""
    fields = scene.advisor.base.vocabulary.fields
    known = scene.dialogue.facts()
    found = [
        (f.id in known, len(w), f.id)
        for f in fields.values()
        for w in (f.name, *f.synonyms)
        if len(w) > 1 and w in text
    ]
    return max(found)[2] if found else ""


def _answers_another(scene: Scene, text: str) -> bool:
    """Part of an answer, or the words of an answer to some other question than the one that stands."""
    base, person = scene.advisor.base, scene.dialogue.subject
    part = answers.in_part(text, scene.pending, base) if scene.pending is not None else {}
    found = answers.Answer(part) if part else answers.elsewhere(text, base)
    if found is None:
        return False
    known = scene.dialogue.facts()
    notes = {n: Note(v, "said", found.quote) for n, v in found.sets.items() if v not in answers.OPEN}
    if len(notes) > 1 and answers.plain(text) != answers.plain(found.quote):
        ask(scene, if_meant(scene, found.quote, {n: note.value for n, note in notes.items()}))
        return True
    scene.dialogue = scene.dialogue.learn(person, notes)
    if part:
        scene.change(pending=None)
    echo(scene, person, notes, known)
    scene.learned = True
    return True


def _small_talk(scene: Scene, meaning: Meaning, text: str) -> None:
    social = [i for i in meaning.intents if i in SOCIAL]
    if social and not (social[0] == "chitchat" and scene.pending):
        _social(scene, social[0])
    elif day := _bare_date(scene, text):
        ask(scene, whether(scene, scene.dialogue.subject, "arrival_date", [day]))
    elif age := _bare_age(scene, text):
        ask(scene, whether(scene, scene.dialogue.subject, "age", [age]))
    elif not scene.blocks and _FOR_SOMEBODY.search(text) and meaning.subject != SELF:
        scene.add(scene.say("好的，说说{who}的学位、学校和工作打算。", who=who(meaning.subject, scene.say)))
        turn_to(scene, meaning.subject)
    elif not scene.blocks:
        _not_understood(scene, text)


def _social(scene: Scene, intent: str) -> None:
    scene.vary(*(scene.say(s) for s in SOCIAL[intent]))


def _bare_age(scene: Scene, text: str) -> int:
    """Two digits and nothing else, while the age is not known: most likely that, so ask."""
    known = scene.dialogue.facts()
    alone = re.fullmatch(r"[1-6]\d", text) and "age" not in known and "birth_date" not in known
    return int(text) if alone and 16 <= int(text) <= 69 else 0


def _bare_date(scene: Scene, text: str) -> str:
    """A date and nothing else, while the day of arrival is not known, or its year alone: most likely that day."""
    known = scene.dialogue.facts().get("arrival_date")
    if not (known is None or (isinstance(known, str) and len(known) == 4)) or not _DATE_ALONE.fullmatch(text):
        return ""
    context = Context("arrival_date", (), scene.dialogue.facts())
    facts = scene.advisor.understander.read(text, today=scene.on, context=context).facts
    found = facts.get(SELF, {})
    day = found.get("arrival_date")
    finer = isinstance(day, str) and day.startswith(known or "") and day != known
    return str(day) if finer and len(found) == 1 and len(facts) == 1 else ""


def _not_understood(scene: Scene, text: str) -> None:
    scene.confused = True
    pending, say = scene.pending, scene.say
    hint = answers.trouble(text, pending, scene.advisor.base) if pending else ""
    if pending and pending.fields and pending.fields[0] == "school" and hint:
        scene.add(say("没找到这所学校。{hint}", hint=hint))
        return
    if about := _unheard(scene, text):
        scene.add(say("这句我没听准，跟您核一下。"))
        _ask_about(scene, scene.dialogue.subject, about)
        return
    first = say("可以点选项、写序号，或说“不清楚”。") if pending else say("您可以说说学历、学校和工作打算。")
    scene.vary(
        say("这句里我没找到能记下的条件。") + first,
        say("抱歉，还是没明白。换个说法，或直接选下面的一项。"),
        say("这句先放一放。您也可以说“看结果”“重新开始”或“不清楚”。"),
    )


def _unheard(scene: Scene, text: str) -> str:
    """The fact that a sentence speaks of, though nothing could be read in it; "" where that is already known, or
    what is being asked."""
    asked = scene.pending.fields if scene.pending else ()
    known = scene.dialogue.facts()
    fields = scene.advisor.base.vocabulary.fields
    open_ones = (n for n in topics(text) if n in fields and n not in known and n not in asked)
    return next(open_ones, "")
