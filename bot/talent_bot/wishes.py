"""Commands in other words: “算了，看看结果吧”, “还有几个问题？”, “为什么要问这个”."""

from __future__ import annotations

import re

LONGEST, LONGEST_ENGLISH = 12, 30  # characters: a longer message says more than a wish
_WISHES = {
    "card": r"(?:看看?|说|给|出|要)(?:一下|我)?.{0,2}结果|(?:直接|快点|赶紧)(?:说|告诉|给)|别(?:废话|问了)|不要再问"
    r"|^(?:please )?(?:show|see|give)(?: me)?(?: the| my)? (?:card|results?)",
    "why_asked": r"(?:为什么|为啥|干嘛|干什么)(?:还|总|老)?(?:要|是)?问|问这(?:个|些)?(?:干嘛|干什么|做什么|有什么用)"
    r"|why (?:do you |are you )?(?:ask|need)",
    "change": r"(?:记|存)(?:的|了|着|下)+(?:是)?(?:什么|哪些|啥)|我(?:都)?说(?:过|了)(?:什么|哪些|啥)",
    "bye": r"^(?:那|好吧?|行)?，?(?:算了，?)?(?:算了|不聊了|不问了|不说了|下次再说|先这样|改天再聊)(?:吧|了)*[。！]?$",
    "apply": r"(?:接下来|下一步|然后呢?)，?(?:我|那)?(?:该|要|应该|怎么|干|做)",
    "where": r"还[有剩要].{0,2}(?:几|多少)个?.{0,2}(?:问|题)|说到哪|问到哪",
}


def wish(text: str) -> str:
    """The command somebody means; "" for none."""
    if len(text) > (LONGEST_ENGLISH if text.isascii() else LONGEST):
        return ""
    return next((command for command, words in _WISHES.items() if re.search(words, text)), "")
