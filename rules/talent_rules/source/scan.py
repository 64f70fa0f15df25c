"""Before YAML is parsed: the mistakes for which a scanner's own message would mislead."""

from __future__ import annotations

import re

from talent_rules.model import Place
from talent_rules.source.balance import BLOCK_TEXT, Depth, outside_quotes
from talent_rules.source.bare import Said, without_colon
from talent_rules.source.nodes import Report

#: control characters, and the line ends that YAML knows and editors do not count
_UNUSABLE = re.compile(r"[^\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_WIDE_COLON = re.compile(r"^(\s*(?:- +)?)([^\s#'\"：:{\[][^：:'\"#{\[]{0,30})：")
GLUED_COLON = re.compile(r"^(\s*(?:- +)*)([^\s#'\":：{\[][^\s#'\":：{\[]{0,30}):(?=[^\s:])(.*)$")
_COMPARISON = re.compile(r"(?::\s+|^\s*-\s+|[\[,{]\s*)(>=|<=|=>|>|<)\s*(\d[^,\]}#]*)")
_STRUCTURE = re.compile(r"^(\s*- +)(全部|任一|都不|人工核验|待定|条件|依据)(?:：\s*|:(?=\S))(.*)$")
_WIDE_GAP = re.compile(r"^(\s*(?:- +)*)([^\s#'\":：{\[][^\s#'\":：{\[]{0,30}):([\u3000\u00a0\u2002-\u200a]+)")
_WIDE_LIST = re.compile(r"(?::\s+|^\s*(?:- +)+)(?:([［｛])|([【（〔])(?=[^】）〕]*, ))(.*?)[］｝】）〕]\s*$")
_LEFT_OPEN = re.compile(r"^\s*(?:- +)?(?!-\s*$)(?:[^\s\[{\"'|>&*!#][^:]*|[^\s:]+: +[^\s\[{\"'|>&*!#].*)$")
_SPACES = {"\t": "制表符（Tab）", "\u3000": "全角空格", "\u00a0": "不换行空格"}
#: what people write for a group of conditions → the word for it
_GROUP_WORDS = {
    **dict.fromkeys(("任一", "任意", "或", "或者", "之一", "其一", "满足其一"), "任一"),
    **dict.fromkeys(("全部", "所有", "且", "并且", "同时", "都要", "以及"), "全部"),
    **dict.fromkeys(("都不", "除外", "排除", "不含"), "都不"),
}
_BOUND_WORDS = {">=": "至少", "=>": "至少", "<=": "不超过", ">": "超过", "<": "不满"}


def scan(lines: list[str], name: str, report: Report) -> None:
    """Report control characters, tabs, full-width punctuation, stray brackets and bare comparisons, line by line."""
    block_indent: int | None = None
    previous = earlier = ""
    above = 0
    depth = Depth()
    for number, line in enumerate(lines, 1):
        unusable = _UNUSABLE.search(line)
        if unusable:
            place = Place(name, number, unusable.start() + 1)
            report.add(
                place, "S110", f"这里有看不见的控制字符（U+{ord(unusable.group()):04X}）", "删掉它，或重打这一行"
            )
            continue
        body = line.split(" #", 1)[0] if not line.lstrip().startswith("#") else ""
        indent = len(line) - len(line.lstrip(" "))
        if block_indent is not None:
            if not line.strip() or indent > block_indent:
                continue
            block_indent = None
        if not body.strip():
            continue
        if BLOCK_TEXT.search(body):
            block_indent = indent
        lead = line[: len(line) - len(line.lstrip())]
        strange = next((n for n, c in enumerate(lead) if c != " "), None)
        if strange is not None:
            word = _SPACES.get(lead[strange], "别的空白字符")
            report.add(Place(name, number, strange + 1), "S104", f"缩进里有{word}", "改用半角空格，每层两个")
            continue
        inside = bool(depth.open or depth.quote)
        stray = depth.stray(body)
        if stray is not None:
            place = Place(name, number, stray + 1)
            sign = "[" if body[stray] == "]" else "{"
            report.add(place, "S118", f"多了一个 `{body[stray]}`，或前面少了 `{sign}`", "是文字就把整段加引号")
        elif inside:
            _scan_inside(body, number, name, report)
        elif said := _odd_one_out(lines, number, above, earlier):
            report.add(Place(name, *said[0]), *said[1:])
        else:
            _scan_line(body, number, name, previous, report)
        previous, earlier, above = body, previous, number


def _scan_line(body: str, number: int, name: str, previous: str, report: Report) -> None:
    """A line that stands outside all brackets; `previous` is the one before it."""
    if found := _STRUCTURE.match(body):
        key, rest = found.group(2), found.group(3).strip()
        wide = body[found.end(2)] == "："
        told = "用了全角冒号 `：`" if wide else "的冒号要空一格"
        at = Place(name, number, found.end(2) + 1)
        report.add(at, "S105" if wide else "S121", f"`{key}` 后面{told}", f"写成 `{key}: {rest}`".replace(": `", ":`"))
        return
    if found := _WIDE_GAP.match(body):
        key, rest = found.group(2), body[found.end() :].strip()
        word = _SPACES.get(found.group(3)[0], "别的空白字符")
        at = Place(name, number, found.end(2) + 2)
        report.add(at, "S121", f"`{key}` 的冒号后面是{word}", f"写成 `{key}: {rest}`（半角空格）")
        return
    if found := _WIDE_LIST.search(body):
        opening = found.group(1) or found.group(2)
        at = Place(name, number, found.start(1 if found.group(1) else 2) + 1)
        pair = "{}" if opening == "｛" else "[]"
        fix = f"写成 `{pair[0]}{found.group(3)}{pair[1]}`"
        report.add(at, "S126", f"列表用了全角括号 `{opening}`", fix)
        return
    colon = _WIDE_COLON.match(body) if "：" in body else None
    if colon and _is_key(colon, body, previous):
        key, rest = colon.group(2).strip(), body[colon.end() :].strip()
        place = Place(name, number, colon.end())
        fix = f"写成 `{key}: {rest}`（半角冒号加一个空格）" if rest else f"写成 `{key}:`（半角冒号）"
        report.add(place, "S105", f"`{key}` 后面用了全角冒号 `：`", fix)
        return
    _scan_inside(body, number, name, report)


def _odd_one_out(lines: list[str], number: int, above: int, earlier: str) -> Said | None:
    """An item of a list that does not stand level with the line above, and which of the two is to blame."""
    body, previous = lines[number - 1], lines[above - 1] if above else ""
    if not body.lstrip().startswith("- ") or previous.strip() in ("", "-"):
        return None
    indent, level, before = (len(b) - len(b.lstrip()) for b in (body, previous, earlier))
    text = previous.strip()
    item = text.startswith("- ")
    if not item and ":" not in text and "：" not in text and level <= indent and earlier.rstrip().endswith((":", "：")):
        return without_colon(lines, above)
    if item and abs(level - indent) == 1 and level % 2 and earlier.rstrip().endswith(":"):
        return (above, level + 1), "S123", "这一行与下一行的缩进差一格", "与下一行的 `- ` 对齐"
    fell_out = earlier.lstrip().startswith("- ") and before == indent  # the line before, of its list
    if indent <= level or fell_out or previous.lstrip().startswith("- - ") or not _complete(previous):
        return None
    if item and len(text.split()) == 2 and (word := text.split()[1]) in _GROUP_WORDS:
        fix = f"写成 `- {_GROUP_WORDS[word]}:`"
        return (above, level + 3), "S129", f"`{word}` 后面没有冒号", fix
    if not item and ":" not in text:
        return without_colon(lines, above)
    return (number, indent + 1), "S123", "这一行比上一行缩进得多，会被当成上一行的下半句", "与上一行的 `- ` 对齐"


def _complete(previous: str) -> bool:
    return _LEFT_OPEN.match(previous) is not None and not previous.rstrip().endswith((":", "：", ",", "[", "{"))


def _scan_inside(body: str, number: int, name: str, report: Report) -> None:
    at = _wide_comma(body)
    if at is not None:
        hint = "列表的各项之间用半角逗号加空格 `, `；文字里的逗号请加引号"
        if re.search(r"[:,\[]\s*“[^”]*$", body[:at]):
            hint = '中文引号不算引号：整段文字前后换成英文引号 `"`'
        report.add(Place(name, number, at + 1), "S106", "列表里用了全角逗号 `，`", hint)
    found = _COMPARISON.search(outside_quotes(body)) if "<" in body or ">" in body else None
    if found:
        sign, value = found.group(1), body[found.start(2) : found.end(2)].strip()
        report.add(
            Place(name, number, found.start(1) + 1),
            "S107",
            f"`{body[found.start(1) : found.end(2)].strip()}` 以 `{sign}` 开头，YAML 会误读",
            f"写成 `{_BOUND_WORDS[sign]} {value}`，或整个加引号",
            width=len(body[found.start(1) : found.end(2)].rstrip()),
        )


def _is_key(colon: re.Match[str], body: str, previous: str) -> bool:
    """Whether `键：` stands where a key belongs, and not in a text that goes on or in a list of texts."""
    rest = body[colon.end() :].strip()
    if ": " in rest or rest.endswith(":"):
        return False
    if "-" in colon.group(1):
        return not rest or rest[0] in "[{"
    indent = len(body) - len(body.lstrip())
    above = len(previous) - len(previous.lstrip())
    goes_on = indent > above and re.search(r":\s+[^\s|>]", previous) is not None
    return not goes_on and not previous.rstrip().endswith((",", "[", "{"))


def _wide_comma(body: str) -> int | None:
    """Where a ， stands inside a list in brackets, outside quotes."""
    if "，" not in body:
        return None
    depth, fresh, position = 0, True, 0
    while position < len(body):
        char = body[position]
        if fresh and char in "\"'":
            position = body.find(char, position + 1)
            if position < 0:
                return None
            fresh = False
        elif char in "[{" and (fresh or depth):
            depth, fresh = depth + 1, True
        elif char in "]}" and depth:
            depth -= 1
        elif char == "，" and depth:
            return position
        elif char != " ":
            fresh = (char == "," and depth > 0) or (char in ":-" and body[position + 1 : position + 2] == " ")
        position += 1
    return None
