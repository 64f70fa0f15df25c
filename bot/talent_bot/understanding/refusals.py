"""Not answering is an answer: 不清楚, 不想说, 下一个."""

from __future__ import annotations

import re

_DONT_KNOW = re.compile(
    r"不(?:太|大|是很|怎么|是太|很)?(?:清楚|知道|晓得|了解|确定|记得|(?<!听不)(?<!看不)懂|明白|造|会算)|说不(?:准|好|清|上来)|记不(?:清|得|住)|^(?:我|这个|那个|具体|早就?|都|有点)*忘(?:了|记了)|(?:得|要|需要|先|等我|我去|回头)(?:去)?问(?:问|一下|下)?(?:我们?)?(?:的)?(?:人事|单位|hr|公司|领导|学校|老婆|老公|孩子|儿子|女儿|家里|家人|他|她|爸|妈|导师|财务|才知道)|搞不(?:清|懂|明白|明)|没概念|拿不准|母鸡|弄不(?:清|懂|明白)|没(?:太)?(?:搞|弄)(?:清|懂|明白)|哪(?:里)?知道|谁知道|不好说|闹不清|吃不准|不敢(?:肯定|确定)|没注意过?|还?没(?:有)?(?:想好|定下?|决定|考虑好|谈好?|商量)(?:呢|，|$|在?(?:哪|什么))|看情况|到时候再|don'?t\sknow|not\ssure|没(?:太|怎么|大)?(?:问过|了解|留意|在意|打听|关心|查过)|^(?:都行|随便|无所谓|都可以|你看着办)+(?:吧|$|，)"
)
_REFUSE = re.compile(
    r"不(?:太|大|是很)?(?:想|愿意?|方便|便|乐意)(?:再)?(?:说|答|回答|透露|提供|告诉|讲|填|公开|聊|$)?|保密|隐私|无可奉告|不告诉|拒绝|别问|不说(?:行|可以)|能不(?:能不)?(?:说|答|填|写|讲)|不(?:填|写)[^，。]{0,4}(?:行|可以|成)|不回答|不透露|秘密|关你|不能(?:说|讲|告诉)|prefer\snot"
)
_MAY_I_NOT = re.compile(r"(?:可以|能|可不可以|能不能)不(?:答|说|填|回答|写|讲)")
_SKIP = re.compile(
    r"跳过|跳(?:到)?下|下(?:一)?(?:个(?!月|星期|礼拜|周)|题|条|项|一?步(?!干|怎|做|是|要|该))|换(?:个|一个|下一个)(?:问题|题|话题|$)|换一题|换下一|先不(?:答|填|说|管)|略过|pass|next|skip|^过(?:吧)?$|问(?:别的|下一)|以后再(?:说|填|答)|回头再(?:说|填)|先放(?:着|一放)|这(?:个|题)过"
)


def refusal(text: str, *, asked: bool) -> str:
    """`dont_know`, `refuse` or `skip` where a message is one; `asked` when it follows a question of ours."""
    if (asked or len(text) <= 12) and _MAY_I_NOT.search(text):
        return "refuse"
    if len(text) > (24 if asked else 12) or re.search(r"[？]|吗$|不是不", text):
        return ""
    if _SKIP.search(text) and len(text) <= 12:
        return "skip"
    if _REFUSE.search(text):
        return "refuse"
    return "dont_know" if _DONT_KNOW.search(text) else ""
