"""What is asked next, and when there is enough: the result card."""

from __future__ import annotations

from dataclasses import replace

from talent_bot import answers, questions, summary
from talent_bot.advisor import EVERYTHING
from talent_bot.answers import OPEN
from talent_bot.confirming import next_doubt
from talent_bot.dialogue import Note, Pending
from talent_bot.reply import Button, Buttons, Table, Text
from talent_bot.result import card
from talent_bot.scene import Scene

MOST_ASKED = 2  # how often a question comes back before it is set aside
FORESEEABLE = 8  # more questions than this are not announced: most of them will fall away
MOST_UNSURE = 3  # so many “不清楚” in a row, and the result so far says more than another question


def ask_next(scene: Scene) -> None:
    """End a turn: the pending question again, the next one, or the result."""
    _introduce(scene)
    _drop_if_settled(scene)
    if scene.pending is None and (doubt := next_doubt(scene)):
        scene.change(pending=doubt)
    pending = scene.pending
    if pending is not None and (pending.asked < MOST_ASKED or not scene.confused):
        _put(scene, replace(pending, asked=pending.asked + scene.confused))
        return
    if pending is not None:
        _set_aside(scene, pending)
    if scene.dialogue.unsure >= MOST_UNSURE:
        scene.change(unsure=0)
        scene.vary(
            scene.say("好几项还不确定，没关系，先看看目前的结果。"),
            scene.say("不确定的先放着，目前的结果是这样。"),
        )
        show_result(scene)
        return
    question = scene.advisor.question(scene.dialogue, scene.on)
    if question is None and _refused(scene):
        scene.change(depth=scene.dialogue.depth + 1)
        scene.add(scene.say("别的待遇还有可能，接着看看。"))
        question = scene.advisor.question(scene.dialogue, scene.on)
    if question is None:
        _finish(scene)
        return
    asked = questions.pending_of(scene.advisor.base, question, scene.dialogue.subject, scene.say)
    _standing(scene, question.remaining)
    _put(scene, _more_exactly(scene, asked))


def _refused(scene: Scene) -> bool:
    """Whether all that was asked for is out of the question, so that only something else can help."""
    wanted = scene.advisor.wanted(scene.dialogue)
    decision = scene.advisor.decide(scene.dialogue, scene.on)
    return bool(wanted) and not any(v.outcome.open for v in decision.verdicts if v.benefit in wanted)


def _more_exactly(scene: Scene, asked: Pending) -> Pending:
    """A question about something known in part says so."""
    value = scene.dialogue.facts().get(asked.fields[0]) if len(asked.fields) == 1 else None
    if value is None or isinstance(value, dict):
        return asked
    told = scene.say("您说的是 {value}，再具体一点结果会更准。", value=scene.show(asked.fields[0], value))
    return replace(asked, text=told + asked.text)


def show_result(scene: Scene) -> None:
    """The card, and the ways on from it."""
    dialogue, say = scene.dialogue, scene.say
    scene.blocks.append(card(scene.advisor, dialogue, scene.on))
    # A number written after the card answers nothing: the question is put again when it comes up.
    scene.leave()
    more = () if dialogue.depth == EVERYTHING and dialogue.finished else (Button(say("继续补充"), "x:go"),)
    ways = (*more, Button(say("改一个答案"), "x:change"), Button(say("重新开始"), "x:restart"))
    scene.closing = (Buttons((), ways),)
    scene.silent = True


def go_on(scene: Scene) -> None:
    """Ask on where the card came: first what is usual, then everything."""
    scene.leave()
    scene.change(unsure=0, finished=False)
    while not scene.dialogue.doubts and scene.advisor.question(scene.dialogue, scene.on) is None:
        if scene.dialogue.depth == EVERYTHING:
            left_open = any(value in OPEN for value in scene.dialogue.facts().values())
            done = scene.say("该问的都问完了，再说什么都不会改变结果，除非您的情况有变。")
            later = scene.say("该问的都问完了。先空着的几项，什么时候清楚了说一声，结果会更准。")
            scene.vary(later if left_open else done, scene.say("没有别的问题了。情况有变，直接说就行。"))
            scene.ways_on()
            scene.silent = True
            return
        scene.change(depth=scene.dialogue.depth + 1)


def _finish(scene: Scene) -> None:
    """Nothing that could change the money is left to ask."""
    if scene.dialogue.finished:
        scene.ways_on()
        return
    scene.change(finished=True)
    said = {row.id for b in scene.blocks if isinstance(b, Table) for row in b.rows}
    if said and {row.id for row in card(scene.advisor, scene.dialogue, scene.on).open_rows} <= said:
        scene.ways_on()  # the card would only say it again
    else:
        show_result(scene)


def _introduce(scene: Scene) -> None:
    say = scene.say
    if scene.dialogue.greeted:
        return
    if scene.blocks:
        scene.add(say("（只记您说的条件，不要姓名、电话、证件号；说“忘记我”就全部删除。）"), "quiet")
        return
    if scene.advisor.base.place == "ordos":
        hello = say("您好！我能帮您算一算在{place}能享受哪些人才待遇，逐条说明依据。", place=say("鄂尔多斯"))
    else:
        hello = say("您好！我能帮您算一算能享受哪些人才待遇，逐条说明依据。")
    scene.add(hello, "strong")
    scene.add(
        say("只问有用的问题，随时可说“看结果”“不清楚”或改前面的答案。不要姓名、电话、证件号；说“忘记我”就全部删除。"),
        "quiet",
    )


def _drop_if_settled(scene: Scene) -> None:
    """A question that what was just said has made pointless is not put again."""
    pending = scene.pending
    if pending is None or not scene.learned:
        return
    if pending.kind == "change":
        pointless = True  # what was to be changed has been said
    elif pending.kind == "confirm":
        pointless = scene.advisor.contradicts(scene.dialogue, pending.person, pending.sets[0], scene.on)
    else:
        needed = scene.advisor.still_needed(scene.dialogue, pending.fields, scene.on)
        pointless = pending.kind == "question" and (pending.person != scene.dialogue.subject or not needed)
    if pointless:
        scene.change(pending=None)


def _put(scene: Scene, pending: Pending) -> None:
    """The question; where it has stood before, with a few words that lead back to it."""
    say = scene.say
    leads = ("", say("回到刚才的问题：\n"), say("还是这个问题：\n"), say("接着刚才的：\n"))
    longest_ago = scene.stalest(tuple(lead + pending.text for lead in leads))
    scene.change(pending=pending)
    scene.closing = questions.blocks(scene.dialogue, pending, say, longest_ago.removesuffix(pending.text))


def _set_aside(scene: Scene, pending: Pending) -> None:
    """A question put often enough is left open; it may be answered at any time."""
    known = scene.dialogue.facts(pending.person)
    skipped = answers.declined(pending, answers.DONT_KNOW) if pending.kind == "question" else {}
    notes = {n: Note(v, "skipped") for n, v in skipped.items() if n not in known}
    scene.dialogue = replace(scene.dialogue.learn(pending.person, notes), pending=None)
    scene.add(scene.say("这个先跳过，随时可以回头再说。"), "quiet")


def _standing(scene: Scene, remaining: int) -> None:
    """Where things stand and how far it is, unless nothing is known yet; what was just said is not repeated."""
    if not scene.dialogue.facts():
        return
    left = scene.say.counted("最多还有 {n} 个问题", remaining) if remaining <= FORESEEABLE else ""
    line = summary.headline(scene.advisor, scene.dialogue, scene.on)
    just_said = (b.text for b in scene.blocks if isinstance(b, Text))
    if any(said.startswith(line) for said in (*just_said, *scene.dialogue.recent)):
        line = ""
    scene.add(scene.say(" ｜ ").join(part for part in (line, left) if part), "quiet")
