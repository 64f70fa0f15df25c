"""What people can always do: see the result, change, undo, start over, be forgotten, ask why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from talent_bot import answers, questions, summary
from talent_bot.asking import go_on, show_result
from talent_bot.confirming import put_anew
from talent_bot.dialogue import SELF, Dialogue, Pending
from talent_bot.learning import take, told_back
from talent_bot.reply import Button, Buttons, Text
from talent_bot.scene import Move, Scene, turn_to
from talent_bot.words import LANGUAGES

MOST_AFFECTED = 4

WORDS = {
    "/start": "start", "/help": "help", "帮助": "help", "/card": "card", "看结果": "card", "先看结果": "card",
    "结果": "card", "卡片": "card", "/undo": "undo", "撤销": "undo", "上一步": "undo", "返回": "undo",
    "/restart": "restart", "重来": "restart", "重新开始": "restart", "/forget": "forget_me", "忘记我": "forget_me",
    "/privacy": "privacy", "/version": "version", "/change": "change", "修改": "change", "改答案": "change",
    "改一个答案": "change", "继续": "continue", "继续补充": "continue", "/continue": "continue", "跳过": "skip",
    "/skip": "skip", "为什么问": "why_asked", "为什么问这个": "why_asked", "/lang": "language",
    "english": "english", "中文": "chinese", "退出": "bye", "再见": "bye", "说我自己": "myself",
    "说回我自己": "myself", "说我": "myself", "我自己": "myself", "换个人": "somebody_else",
    "换一个人": "somebody_else",
    "换个人问": "somebody_else", "换个人算": "somebody_else", "问别人": "somebody_else", "帮别人问": "somebody_else",
    "下一位": "somebody_else", "下一个人": "somebody_else",
    "help": "help", "result": "card", "see the result": "card", "undo": "undo", "start over": "restart",
    "restart": "restart", "forget me": "forget_me", "change": "change", "change an answer": "change",
    "continue": "continue", "skip": "skip", "why": "why_asked", "chinese": "chinese", "bye": "bye", "myself": "myself",
}  # fmt: skip
LABELS = {
    "不清楚": "dont_know", "不想说": "refuse", "为什么问": "why_asked", "先看结果": "card", "看结果": "card",
    "继续补充": "continue", "改一个答案": "change", "重新开始": "restart",
}  # fmt: skip
PAYLOADS = {
    "x:dk": "dont_know", "x:rf": "refuse", "x:why": "why_asked", "x:card": "card", "x:go": "continue",
    "x:change": "change", "x:undo": "undo", "x:restart": "restart", "x:forget": "forget_me", "x:yes": "yes",
    "x:no": "no",
}  # fmt: skip


def start(scene: Scene) -> None:
    """Begin, or go on where we were."""
    if scene.dialogue.greeted:
        scene.vary(scene.say("接着来。想从头开始请说“重新开始”。"), scene.say("我们继续。"))


def show_help(scene: Scene) -> None:
    """What can be said."""
    scene.add(
        scene.say(
            "您可以直接说情况（如“985博士，35岁，签三年合同”），也可以点选项、写序号。\n"
            "随时可说：看结果 · 改答案 · 撤销 · 跳过 · 为什么问 · 重新开始 · 忘记我。\n"
            "也可以问：安家补贴多少、要什么材料、怎么申请、依据是什么、能不能同时拿。"
        )
    )


def where(scene: Scene) -> None:
    """How far we are."""
    question = scene.advisor.question(scene.dialogue, scene.on)
    left = question.remaining if question else 0
    scene.add(summary.headline(scene.advisor, scene.dialogue, scene.on))
    done = scene.say("该问的都问完了，情况有变直接说就行。")
    scene.add(scene.say.counted("最多还有 {n} 个问题", left) if left else done)


def see_result(scene: Scene) -> None:
    """The card, as soon as anything is known."""
    if scene.dialogue.facts():
        show_result(scene)
    else:
        scene.vary(scene.say("还不了解您的情况，先回答一两个问题。"), scene.say("先说说您的学历或工作打算吧。"))


def undo(scene: Scene) -> None:
    """Take the last facts back."""
    before = scene.dialogue
    if before.past:
        scene.dialogue = replace(before.undo(), unsure=0)
        scene.vary(scene.say("已退回上一步。"), scene.say("好，又退了一步。"))
        for person, notes in before.past[-1].items():
            told_back(scene, person, before.facts(person), tuple(notes))
    else:
        scene.vary(scene.say("前面没有可以撤销的了。"), scene.say("已经是最开始了。"))


def restart(scene: Scene) -> None:
    """Forget the facts, not the language."""
    before = scene.dialogue
    scene.dialogue = Dialogue(
        lang=before.lang, greeted=True, serial=before.serial, thread=before.thread, recent=before.recent
    )
    scene.vary(scene.say("好，我们重新开始，前面的都清空了。"), scene.say("已清空，从头来。"))


def forget_me(scene: Scene) -> None:
    """Delete everything; the shell erases what is stored."""
    before = scene.dialogue
    scene.dialogue = Dialogue(lang=before.lang, serial=before.serial, thread=before.thread)
    scene.add(scene.say("您说过的内容已全部删除。以后想再算，打个招呼就行。"))
    scene.erase = scene.silent = True


def privacy(scene: Scene) -> None:
    """What is kept, and for how long."""
    scene.add(
        scene.say(
            "只保存您说的条件（学历、合同年限等）和正在问的问题，用来接着聊；不要姓名、电话、证件号。\n"
            "30 天不来自动删除，说“忘记我”立即删除。结果仅供参考，以主管部门审核为准。"
        )
    )


def version(scene: Scene) -> None:
    """Which rules are in use."""
    base = scene.advisor.base
    scene.add(
        scene.say(
            "规则版本 {v}，{n} 份文件，{m} 项待遇。", v=base.version[7:15], n=len(base.policies), m=len(base.benefits)
        )
    )
    if base.release is not None:
        day, who = base.release.effective.isoformat(), base.release.approved_by
        scene.add(scene.say("这一版 {day} 起生效，批准：{who}。", day=day, who=who))


def change(scene: Scene) -> None:
    """A list of what is recorded, to change one of it."""
    fields = scene.advisor.base.vocabulary.fields
    facts = scene.dialogue.facts()
    known = [n for n in facts if n in fields]
    if not known:
        scene.vary(scene.say("还没有记下什么，先回答一个问题吧。"), scene.say("目前没有可改的。"))
        return
    buttons = tuple(Button(scene.told(n, facts[n]), f"e:{n}") for n in known)
    text = scene.say("要改哪一项？写序号或点一下，也可以直接说新的情况。")
    pending = Pending(
        "change",
        "change",
        (),
        tuple(b.label for b in buttons),
        tuple((fields[n].name, n, *fields[n].synonyms) for n in known),
        tuple({"": n} for n in known),
        scene.dialogue.subject,
        text,
    )
    scene.change(pending=pending)
    scene.closing = (Text(text, "strong"), Buttons(buttons))
    scene.silent = True


def open_again(scene: Scene, name: str) -> None:
    """Ask one field again; the old value is kept until a new one comes."""
    base, dialogue = scene.advisor.base, scene.dialogue
    asked = base.question_about(name, scene.advisor.facts(dialogue), as_of=scene.on)
    pending = questions.pending_of(base, asked, dialogue.subject, scene.say)
    scene.change(pending=pending)
    value = dialogue.facts().get(name)
    if value is not None:
        scene.add(
            scene.say("现在记的是：{name} {value}", name=scene.name(name), value=scene.show(name, value)), "quiet"
        )
    scene.closing = questions.blocks(scene.dialogue, pending, scene.say)
    scene.silent = True


def dont_know(scene: Scene) -> None:
    """Leave the question open."""
    _decline(scene, answers.DONT_KNOW)


def refuse(scene: Scene) -> None:
    """Leave the question open, and do not ask why."""
    _decline(scene, answers.REFUSED)


def _decline(scene: Scene, word: str) -> None:
    pending = scene.pending
    if pending is None or pending.kind == "change":
        scene.change(pending=None)
        scene.vary(scene.say("好的。"), scene.say("没关系。"))
        return
    take(scene, pending, answers.declined(pending, word), "said", word)


def why_asked(scene: Scene) -> None:
    """What the pending question decides."""
    pending = scene.pending
    if pending is None:
        scene.vary(scene.say("现在没有在问的问题。"), scene.say("眼下没有问题等您回答。"))
        return
    scene.vary(
        pending.why,
        scene.say("还是上面说的那个用处。不想答可以说“跳过”。"),
        scene.say("不答也行：说“不清楚”，几种情况我都给您算着。"),
    )
    question = scene.advisor.question(scene.dialogue, scene.on)
    if question is not None and question.id == pending.id and question.affects:
        names = list(dict.fromkeys(scene.say(scene.advisor.base.benefit(b).name) for b in question.affects))
        more = scene.say(" 等 {n} 项", n=len(names)) if len(names) > MOST_AFFECTED else ""
        scene.add(scene.say("影响：") + scene.say.listed(names[:MOST_AFFECTED]) + more, "quiet")


def language(scene: Scene) -> None:
    """The next of the languages there are."""
    spoken = LANGUAGES.index(scene.dialogue.lang) if scene.dialogue.lang in LANGUAGES else 0
    speak(scene, LANGUAGES[(spoken + 1) % len(LANGUAGES)])


def speak(scene: Scene, lang: str) -> None:
    """Go on in a language; the question that stands open is put anew in it."""
    pending = scene.pending
    scene.change(lang=lang)
    doubt = put_anew(scene, pending) if pending is not None and pending.kind != "question" else None
    scene.change(pending=doubt, doubts=tuple(put_anew(scene, d) for d in scene.dialogue.doubts if d.kind != "question"))
    scene.add(scene.say("接下来用中文。"))


def myself(scene: Scene) -> None:
    """Back to the speaker."""
    turn_to(scene, SELF)


def somebody_else(scene: Scene) -> None:
    """Who asks for another person says who it is; nothing told so far is lost."""
    scene.add(
        scene.say(
            "好，要给谁算？直接说是谁、什么情况就行，比如“我爱人，硕士，31岁”“有个员工，博士”。\n"
            "前面说的都还留着；要全部清空请说“重新开始”。"
        )
    )
    scene.leave()
    scene.change(subject=SELF)
    scene.silent = True


def bye(scene: Scene) -> None:
    """End for now."""
    scene.add(scene.say("再见，祝您一切顺利。您说的都还留着，下次接着来；说“忘记我”可删除。"))
    scene.silent = True


def yes(scene: Scene) -> None:
    """Confirm a doubtful reading."""
    pending = scene.pending
    if pending is not None and pending.kind == "confirm":
        take(scene, pending, pending.sets[0], "said", pending.options[0])


def no(scene: Scene) -> None:
    """Reject a doubtful reading; nothing is recorded."""
    scene.change(pending=None)
    scene.vary(scene.say("好，那这一条我不记。"), scene.say("明白，没有记下这一条。"))


CONTROLS: Mapping[str, Move] = {
    "start": start, "help": show_help, "where": where, "card": see_result, "undo": undo, "restart": restart,
    "forget_me": forget_me,
    "privacy": privacy, "version": version, "change": change, "continue": go_on, "skip": dont_know,
    "dont_know": dont_know, "refuse": refuse, "why_asked": why_asked, "language": language,
    "english": partial(speak, lang="en"), "chinese": partial(speak, lang="zh"), "bye": bye,
    "myself": myself, "somebody_else": somebody_else, "yes": yes, "no": no,
}  # fmt: skip
