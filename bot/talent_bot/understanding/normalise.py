"""A message as typed becomes one line of plain, lower-case, simplified text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

LIMIT = 1000
HAN = "\u3400-\u9fff"
HIDDEN = "□"  # stands for a quoted character, so that positions do not move
HIDDEN_SYMBOL = "\ue000"  # an emoji: a pause, like a comma
_SYMBOL = re.compile(f"{HIDDEN_SYMBOL}{{1,1000}}")
_UNITS = "年月日号岁周万亿千百元块平个名位人级届天点度多以左上下左到至的类期次"
_SEX = re.compile("[男女]")
_TWO_DIGITS = re.compile(r"(?<![\d.])[1-6]\d$")
_WRAPPED = re.compile(r"^（([^（）]{1,1000})）$")
_BULLET = re.compile(r"(?m)^[ \t]{0,8}(?:[-•*·—]{1,3}|\d{1,2}[.、)）])[ \t]{0,8}(?=[^\d\s])")
_ITEM = re.compile(r"(?:^|(?<=[\s，。；;,]))\d{1,2}[.、)）]\s*(?=\S)|[①-⑳]\s*")
_YES_NO = ("对", "是", "嗯", "有", "没", "好", "不")
_DOTS = re.compile(r"(?:\.{2,}|。{2,}|…+)[，。]*")  # a pause in speaking
_SPACE = re.compile(r"[ \t\u3000]{1,1000}")
_PUNCTUATION = str.maketrans(
    {
        ",": "，",
        ";": "；",
        "!": "！",
        "?": "？",
        ":": "：",
        "｡": "。",
        "(": "（",
        ")": "）",
        "\n": "。",
        "\r": "。",
        "~": "～",
        "﹐": "，",
    }
)
_OPEN = "“‘「『《〈【"
_CLOSE = "”’」』》〉】"
_REPORTS = re.compile(
    r"(?:说|写|写着|写的|写道|规定|要求|明确|提到|标题|叫|叫做|名为|题为|是这么|通知|公告)(?:是|的|了|：)?$"
)


def simplifier() -> Callable[[str], str]:
    """Traditional to simplified by OpenCC; the text itself where OpenCC is not installed."""
    try:
        from opencc import OpenCC
    except ImportError:
        return lambda text: text
    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def normalise(text: str, simplify: Callable[[str], str]) -> str:
    """NFKC, no invisible characters, simplified, lower-case, one kind of punctuation, capped."""
    text = _BULLET.sub("", _circled(_listed(text[: LIMIT * 2])))
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cs", "Mn", "Me", "Sk"))[:LIMIT]
    text = _SYMBOL.sub("，", "".join(c if unicodedata.category(c) != "So" else HIDDEN_SYMBOL for c in text))
    text = simplify(text).lower().translate(_PUNCTUATION)
    text = re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", "", _DOTS.sub("，", text))
    text = re.sub(r"(?<=[a-z])：(?=/)|(?<=\d)：(?=\d)", ":", text)
    return _WRAPPED.sub(r"\1", _spaces(text).strip("， "))


def _listed(text: str) -> str:
    """Items set apart by numbers or strokes (1.硕士 2.28岁, 硕/28/双非/民企) as items set apart by commas."""
    if re.match(r"\s*(?:①|1[.、)）])", text) and _ITEM.search(text, 2):
        text = _ITEM.sub("，", text)
    for stroke in "/|｜-":
        between = re.compile(rf"(?<=[{HAN}])\s*{re.escape(stroke)}\s*|\s*{re.escape(stroke)}\s*(?=[{HAN}])")
        if len(between.findall(text)) >= 3:
            text = between.sub("，", text)
    return text


def _circled(text: str) -> str:
    # NFKC would turn ② into 2 as well, but 第② must not melt into a neighbouring digit.
    return re.sub(r"[①-⑳]", lambda m: f" {ord(m.group()) - 0x245F} ", text)


def _spaces(text: str) -> str:
    """Drop spaces inside words; a space between longer Han phrases is a pause."""
    words = [w for w in _SPACE.split(text) if w]
    if len(words) < 2:
        return "".join(words)
    out = [words[0]]
    for before, word, after in zip(words, words[1:], [*words[2:], ""], strict=False):
        out.append(("，" if _lone(before, word, after) else _gap(before, word)) + word)
    return "".join(out)


def _lone(before: str, word: str, after: str) -> bool:
    """Whether a number typed by itself, or the word after one, begins a thing of its own: 硕士 28 签三年."""
    if _TWO_DIGITS.fullmatch(word) and len(before) > 1 and _han(before[-1]):
        return not after or (_han(after[0]) and after[0] not in _UNITS + "元平薪毕届入w所家座项处条批种间")
    return bool(
        _TWO_DIGITS.search(before)
        and len(word) > 1
        and _han(word[0])
        and word[0] not in _UNITS + "毕届入所家座项处条批种间"
    )


def _gap(before: str, word: str) -> str:
    if _SEX.fullmatch(word) or _SEX.fullmatch(before):
        return "，"
    if _latin(before[-1]) and _latin(word[0]):
        # "3 5岁" is one number typed with a gap, "1989 2019" is two.
        return "" if len(before) == 1 and before.isdigit() and word[0].isdigit() else " "
    if _han(before[-1]) and _han(word[0]) and len(before) > 1 and len(word) > 1:
        return "，"
    if (before[-1] == "）" or before in _YES_NO) and len(word) > 1:
        return "，"
    if before[-1] in "万元块岁平名位人级类" and len(before) > 1 and word[0].isdigit():
        return "，"  # 65万 35岁 are two things
    if before[-1].isdigit() and len(before) > 1 and len(word) > 2 and _han(word[0]) and word[0] not in _UNITS:
        return "，"
    return ""


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def hide_quotes(text: str) -> str:
    """Blank what is quoted: titles, rules and sayings are nobody's facts.

    A short quoted word with no report before it is only stressed (是“985”博士) and stays.
    """
    out, stack = list(text), []
    for at, char in enumerate(text):
        if char in _OPEN:
            stack.append(at)
        elif char in _CLOSE and stack:
            start = stack.pop()
            if not stack:
                _hide(out, text, start, at)
    if stack:
        _hide(out, text, stack[0], len(text) - 1)
    return _straight("".join(out))


def _hide(out: list[str], text: str, start: int, end: int) -> None:
    stressed = end - start <= 7 and text[start] not in "《〈" and not _REPORTS.search(text[max(0, start - 6) : start])
    whole = start == 0 and end >= len(text) - 2
    for at in range(start, end + 1):
        if not (stressed or whole) or at in (start, end):
            out[at] = HIDDEN
    if stressed or whole:
        out[start] = out[end] = ""


def _straight(text: str) -> str:
    def hidden(match: re.Match[str]) -> str:
        inner = match.group(2)
        if len(inner) > 6 or _REPORTS.search(text[max(0, match.start() - 6) : match.start()]):
            return HIDDEN * len(match.group())
        return inner

    return re.sub(r"""(["'])([^"'。]{0,300})\1""", hidden, text)
