"""The few sentences that belong to this channel and not to the conversation."""

from __future__ import annotations

_SENTENCES = {
    "choose": ("请选择：", "Please choose:"),
    "noted": ("我记下了{whose}：", "Noted{whose}: "),
    "sources": ("依据：", "Sources: "),
    "more": ("补充这些会更准：", "More exact with: "),
    "closed": ("不符合的：\n", "Not eligible:\n"),
    "voice": (
        "语音我还听不懂，请打字说，比如：硕士，28岁，想去鄂尔多斯工作。",
        "I cannot listen to voice messages; please type.",
    ),
    "file": (
        "图片和文件我不看也不保存，请不要发证件。用一句话说说您的情况就行，比如：博士，签三年合同。",
        "I do not open pictures or files; please never send documents. Just tell me your situation in a sentence.",
    ),
    "contact": (
        "不需要电话和联系人，我不会保存。说说学历和工作打算就行。",
        "No contact details are needed, and I keep none.",
    ),
    "media": ("我只看得懂文字。说说您的学历、年龄和工作打算，我来算能领什么。", "I only understand text."),
    "group": (
        "为了保护您的情况不被群里别人看到，我只在私聊里回答。请点我的头像，发“/start”。",
        "To keep your situation private I only answer in a private chat: tap my picture and send /start.",
    ),
    "flood": (
        "您发得有点快，我先回答前面几条，后面的没有收下，请稍后再发。",
        "That was quick; I answer the first few, please resend the rest.",
    ),
    "cap": (
        "今天聊得够多了，请明天再来，您说过的都还留着。",
        "That is enough for today; everything you said is kept for tomorrow.",
    ),
    "error": (
        "抱歉，这句话我处理时出了错，已记录（编号 {reference}）。您之前说的都还在，换个说法再试一次吧。",
        "Sorry, something went wrong (reference {reference}). What you said before is kept; please try again.",
    ),
    "store": (
        "抱歉，现在存不了数据（编号 {reference}）。这句话已收下，恢复后会自动回答。",
        "Sorry, nothing can be saved right now (reference {reference}). Your message will be answered later.",
    ),
    "chosen": ("✓ {label}", "✓ {label}"),
}

COMMANDS = (
    ("start", "开始", "Start"),
    ("help", "怎么用", "How to use"),
    ("card", "看结果", "Show the result"),
    ("change", "改一个答案", "Change an answer"),
    ("undo", "撤销上一步", "Undo"),
    ("restart", "重新开始", "Start over"),
    ("forget", "忘记我：删除我说过的全部内容", "Forget me: delete everything I said"),
    ("privacy", "隐私说明", "Privacy"),
    ("version", "规则版本", "Version of the rules"),
    ("lang", "中文 / English", "中文 / English"),
)
_MEDIA = {
    "voice": "voice",
    "audio": "voice",
    "photo": "file",
    "document": "file",
    "video": "file",
    "video_note": "file",
    "contact": "contact",
}


def say(name: str, lang: str = "zh", **values: str) -> str:
    """A sentence in the language of the conversation."""
    chinese, english = _SENTENCES[name]
    return (english if lang == "en" else chinese).format(**values)


def for_media(kind: str, lang: str) -> str:
    """What to say to something that is not text."""
    return say(_MEDIA.get(kind, "media"), lang)
